//! How the value types of `models` look on the wire.
//!
//! The rules here say what the types' own parsers enforce, word for word: what the document allows, they accept.

use std::borrow::Cow;

use fastrail::schema::{Class, Diagnosis, Generator, Issue, JsonSchema, Rules, Schema};
use fastrail::{Email, SecretString};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::constants::passwords::{MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS};
use crate::models::{
    ApiKeyName, EmailAddress, FullName, ItemName, Password, Permission, Price, RoleDescription, RoleName, Tags,
    Username,
};

/// `value!(Type as Wire, rules)`: a value type that is written as a `Wire` under these rules
macro_rules! value {
    ($type:ty as $wire:ty, $($rule:ident: $bound:expr),* $(,)?) => {
        impl Schema for $type {
            const CLASS: Class = Class::Plain;

            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($type))
            }

            fn schema(_: &Rules, generator: &mut Generator) -> JsonSchema {
                <$wire>::schema(&Rules { $($rule: Some($bound),)* ..Rules::NONE }, generator)
            }

            fn check(&self, _: &Rules) -> bool {
                true // its parser has said so
            }

            fn diagnose(value: &Value, _: &Rules, diagnosis: &mut Diagnosis) {
                let before = diagnosis.len();
                <$wire>::diagnose(value, &Rules { $($rule: Some($bound),)* ..Rules::NONE }, diagnosis);
                if diagnosis.len() == before
                    && let Some(Err(error)) = value.as_str().map(str::parse::<$type>)
                {
                    diagnosis.report::<Self>(Issue::value_error(error), value);
                }
            }

            fn redact(value: &mut Value) {
                <$wire>::redact(value);
            }

            fn holds_secret(trail: &mut Vec<&'static str>) -> bool {
                <$wire>::holds_secret(trail)
            }
        }
    };
}

/// One character that is no blank, and no control characters
const VISIBLE: &str = r"^[^\x00-\x1f\x7f-\x9f]*[^\x00-\x1f\x7f-\x9f\s][^\x00-\x1f\x7f-\x9f]*$";

static USERNAME: fastrail::schema::Pattern = fastrail::schema::Pattern::new("^[A-Za-z0-9_.-]+$");
static PERMISSION: fastrail::schema::Pattern = fastrail::schema::Pattern::new("^[a-z_]+:[a-z_]+$");
static ROLE_NAME: fastrail::schema::Pattern = fastrail::schema::Pattern::new("^[a-z][a-z0-9_-]*$");
static NO_NUL: fastrail::schema::Pattern = fastrail::schema::Pattern::new(r"^[^\x00]*$");
static TEXT: fastrail::schema::Pattern = fastrail::schema::Pattern::new(VISIBLE);

const ZERO: fastrail::schema::Number = fastrail::schema::Number { text: "0", integer: Some(0), float: 0.0 };

value!(Username as String, min_length: Username::MIN_CHARS, max_length: Username::MAX_CHARS, pattern: &USERNAME);
value!(EmailAddress as Email,);
value!(FullName as String, min_length: 1, max_length: FullName::MAX_CHARS, pattern: &TEXT);
value!(ItemName as String, min_length: 1, max_length: ItemName::MAX_CHARS, pattern: &TEXT);
value!(ApiKeyName as String, min_length: 1, max_length: ApiKeyName::MAX_CHARS, pattern: &TEXT);
value!(Permission as String, max_length: Permission::MAX_CHARS, pattern: &PERMISSION);
value!(RoleName as String, max_length: RoleName::MAX_CHARS, pattern: &ROLE_NAME);
value!(RoleDescription as String, min_length: 1, max_length: RoleDescription::MAX_CHARS, pattern: &TEXT);
value!(
    Password as SecretString,
    min_length: MIN_PASSWORD_CHARS,
    max_length: MAX_PASSWORD_CHARS,
    pattern: &NO_NUL,
);
value!(Price as Decimal, gt: ZERO);

/// Up to 20 tags of up to 40 characters
impl Schema for Tags {
    const CLASS: Class = Class::List;

    fn schema(_: &Rules, generator: &mut Generator) -> JsonSchema {
        <std::collections::BTreeSet<String>>::schema(&TAG_RULES, generator)
    }

    fn check(&self, _: &Rules) -> bool {
        self.0.check(&TAG_RULES)
    }

    fn diagnose(value: &Value, _: &Rules, diagnosis: &mut Diagnosis) {
        <std::collections::BTreeSet<String>>::diagnose(value, &TAG_RULES, diagnosis);
    }
}

static TAG_RULES: Rules = Rules {
    max_items: Some(Tags::MAX_TAGS),
    min_length: Some(1),
    max_length: Some(Tags::MAX_CHARS),
    pattern: Some(&TEXT),
    ..Rules::NONE
};
