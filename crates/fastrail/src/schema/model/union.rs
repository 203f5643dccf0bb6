//! Enums with data, in each of serde's four forms: their documents and their errors.
//!
//! Where the tag tells the variant, errors are those of that variant, behind the tag as pydantic's are:
//! `["body", "pet", "cat", "lives"]`. Without a tag they are those of each variant, behind its name.
//!
//! serde buffers what it reads before it knows the variant, and the buffer knows nothing of grammars and strict structs.
//! All forms but the external one are therefore always diagnosed ([`Generator::mark_lossy`]).

use serde_json::{Map, Value, json};

use crate::schema::echo::MASK;
use crate::schema::{Diagnosis, Generator, Issue, JsonSchema, Schema};

/// How the wire tells the variants apart
#[derive(Clone, Copy, Debug)]
pub enum Tagging {
    /// `{"circle": {…}}`, and `"point"` for a variant without data
    External,
    /// `{"kind": "circle", …}`
    Internal(&'static str),
    /// `{"kind": "circle", "data": {…}}`
    Adjacent(&'static str, &'static str),
    /// `{…}`: the first variant that fits
    Untagged,
}

/// One variant, as the derive describes it
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// The tag, then its aliases
    pub names: &'static [&'static str],
    /// The doc comment
    pub description: Option<&'static str>,
    /// Whether clients should no longer send it
    pub deprecated: bool,
    /// Whether it holds nothing
    pub unit: bool,
    /// Whether its data may be absent
    pub optional: bool,
    /// The schema of its data
    pub schema: fn(&mut Generator) -> JsonSchema,
    /// Diagnoses its data
    pub diagnose: fn(&Value, &mut Diagnosis),
    /// Masks the secrets in its data
    pub redact: fn(&mut Value),
    /// Whether its data holds secrets
    pub holds_secret: fn(&mut Vec<&'static str>) -> bool,
}

impl Variant {
    fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }

    fn described(&self, schema: JsonSchema) -> JsonSchema {
        let schema = schema.with_some("description", self.description);
        if self.deprecated { schema.with("deprecated", true) } else { schema }
    }
}

/// An enum with data, as the derive describes it
#[derive(Clone, Copy, Debug)]
pub struct Union {
    /// How the variants are told apart
    pub tagging: Tagging,
    /// The variants in order
    pub variants: &'static [Variant],
    /// Whether unknown fields are refused
    pub closed: bool,
}

impl Union {
    fn find(&self, name: &str) -> Option<&'static Variant> {
        self.variants.iter().find(|variant| variant.names.contains(&name))
    }

    fn names(&self) -> Vec<&'static str> {
        self.variants.iter().map(Variant::name).collect()
    }
}

/// An enum with data; the derive implements it
pub trait UnionSpec: Schema {
    /// Its description
    const UNION: Union;
}

/// The schema of a union, without its name
pub fn union_schema<E: UnionSpec>(generator: &mut Generator) -> JsonSchema {
    let union = E::UNION;
    if !matches!(union.tagging, Tagging::External) {
        generator.mark_lossy();
    }
    match union.tagging {
        Tagging::External => external_schema(&union, generator),
        Tagging::Untagged => generator.untagged::<E>(|generator| {
            let kinds =
                union.variants.iter().map(|variant| variant.described((variant.schema)(generator)).into_value());
            JsonSchema::any().with("anyOf", kinds.collect::<Value>())
        }),
        Tagging::Internal(tag) | Tagging::Adjacent(tag, _) => {
            let (mut kinds, mut mapping) = (Vec::new(), Map::new());
            for variant in union.variants {
                let part = match union.tagging {
                    Tagging::Adjacent(_, content) => {
                        let schema = adjacent_schema(variant, tag, content, union.closed, generator);
                        generator.part::<E>(variant.name(), variant.described(schema))
                    }
                    _ => {
                        let schema = variant.described((variant.schema)(generator));
                        generator.tagged::<E>(tag, variant.name(), schema)
                    }
                };
                mapping.insert(variant.name().to_owned(), part.0["$ref"].clone());
                kinds.push(part.into_value());
            }
            JsonSchema::any()
                .with("oneOf", kinds)
                .with("discriminator", json!({"propertyName": tag, "mapping": mapping}))
        }
    }
}

fn external_schema(union: &Union, generator: &mut Generator) -> JsonSchema {
    let units: Vec<_> = union.variants.iter().filter(|variant| variant.unit).map(Variant::name).collect();
    let mut kinds = Vec::new();
    if !units.is_empty() {
        kinds.push(JsonSchema::of("string").with("enum", json!(units)).into_value());
    }
    for variant in union.variants.iter().filter(|variant| !variant.unit) {
        let name = variant.name();
        let schema = JsonSchema::of("object")
            .with("properties", json!({name: (variant.schema)(generator)}))
            .with("required", json!([name]))
            .with("additionalProperties", false)
            .with("title", name);
        kinds.push(variant.described(schema).into_value());
    }
    JsonSchema::any().with("oneOf", kinds)
}

fn tag_schema(name: &str) -> Value {
    json!({"type": "string", "const": name})
}

fn adjacent_schema(variant: &Variant, tag: &str, content: &str, closed: bool, generator: &mut Generator) -> JsonSchema {
    let data = if variant.unit { JsonSchema::of("null") } else { (variant.schema)(generator) };
    let mut required = vec![tag];
    if !variant.unit && !variant.optional {
        required.push(content);
    }
    let schema = JsonSchema::of("object")
        .with("properties", json!({tag: tag_schema(variant.name()), content: data}))
        .with("required", json!(required))
        .with("title", variant.name());
    if closed { schema.with("additionalProperties", false) } else { schema }
}

/// A variant's own schema, with the tag among its properties
pub fn tagged_schema(own: JsonSchema, tag: &str, variant: &str) -> JsonSchema {
    if own.0.get("type").and_then(Value::as_str) != Some("object") {
        let tagged = json!({"type": "object", "properties": {tag: tag_schema(variant)}, "required": [tag]});
        return JsonSchema::any().with("allOf", json!([own, tagged]));
    }
    let mut properties = json!({tag: tag_schema(variant)});
    let mut required = vec![json!(tag)];
    let mut schema = JsonSchema::any();
    for (keyword, value) in own.0 {
        match (keyword.as_str(), value) {
            ("properties", Value::Object(own)) => {
                own.into_iter().filter(|(name, _)| name != tag).for_each(|(name, value)| properties[name] = value);
            }
            ("required", Value::Array(own)) => required.extend(own.into_iter().filter(|name| name != tag)),
            ("minProperties" | "maxProperties", value) => {
                schema = schema.with(&keyword, value.as_u64().unwrap_or_default() + 1);
            }
            (_, value) => schema = schema.with(&keyword, value),
        }
    }
    schema.with("properties", properties).with("required", required)
}

/// Diagnoses a union in its form
pub fn diagnose_union<E: UnionSpec>(value: &Value, diagnosis: &mut Diagnosis) {
    let union = E::UNION;
    match union.tagging {
        Tagging::External => diagnose_external::<E>(&union, value, diagnosis),
        Tagging::Untagged => diagnose_untagged(&union, value, diagnosis),
        Tagging::Internal(tag) => {
            if let Some((_, variant)) = tagged::<E>(&union, tag, value, diagnosis) {
                diagnosis.behind(variant.name(), |diagnosis| {
                    diagnosis.without(tag, |diagnosis| (variant.diagnose)(value, diagnosis));
                });
            }
        }
        Tagging::Adjacent(tag, content) => {
            if let Some((object, variant)) = tagged::<E>(&union, tag, value, diagnosis) {
                diagnose_adjacent::<E>(&union, variant, (tag, content), (value, object), diagnosis);
            }
        }
    }
}

/// The object and the variant that its tag names
fn tagged<'v, E: UnionSpec>(
    union: &Union,
    tag: &'static str,
    value: &'v Value,
    diagnosis: &mut Diagnosis,
) -> Option<(&'v Map<String, Value>, &'static Variant)> {
    let object = super::object::<E>(value, diagnosis)?;
    let discriminator = format!("'{tag}'");
    let Some(found) = object.get(tag).filter(|_| !diagnosis.has_read(tag)) else {
        diagnosis.report::<E>(Issue::union_tag_not_found(&discriminator), value);
        return None;
    };
    let variant = found.as_str().and_then(|name| union.find(name));
    if variant.is_none() {
        let told = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
        diagnosis.report::<E>(Issue::union_tag_invalid(&discriminator, &told, &union.names()), value);
    }
    Some((object, variant?))
}

fn diagnose_adjacent<E: UnionSpec>(
    union: &Union,
    variant: &Variant,
    (tag, content): (&'static str, &'static str),
    (value, object): (&Value, &Map<String, Value>),
    diagnosis: &mut Diagnosis,
) {
    diagnosis.behind(variant.name(), |diagnosis| {
        match object.get(content) {
            Some(data) => diagnosis.at(content, |diagnosis| (variant.diagnose)(data, diagnosis)),
            None if variant.unit || variant.optional => {}
            None => diagnosis.at(content, |diagnosis| diagnosis.report::<E>(Issue::missing(), value)),
        }
        if union.closed {
            super::refuse_unknown::<E>(object, &[&[tag, content]], diagnosis);
        }
    });
}

fn diagnose_external<E: UnionSpec>(union: &Union, value: &Value, diagnosis: &mut Diagnosis) {
    const DISCRIMINATOR: &str = "the only key";
    let units = || union.variants.iter().filter(|variant| variant.unit);
    match value {
        Value::Object(object) => {
            let mut entries = object.iter().filter(|(key, _)| !diagnosis.has_read(key));
            let (Some((name, data)), None) = (entries.next(), entries.next()) else {
                return diagnosis.report::<E>(Issue::union_tag_not_found(DISCRIMINATOR), value);
            };
            match union.find(name).filter(|variant| !variant.unit) {
                Some(variant) => diagnosis.at(name.clone(), |diagnosis| (variant.diagnose)(data, diagnosis)),
                None => {
                    let expected: Vec<_> =
                        union.variants.iter().filter(|variant| !variant.unit).map(Variant::name).collect();
                    diagnosis.report::<E>(Issue::union_tag_invalid(DISCRIMINATOR, name, &expected), value);
                }
            }
        }
        Value::String(name) if units().any(|variant| variant.names.contains(&name.as_str())) => {}
        Value::String(_) if units().next().is_some() => {
            let names: Vec<_> = units().map(Variant::name).collect();
            diagnosis.report::<E>(Issue::one_of(&names), value);
        }
        _ => _ = super::object::<E>(value, diagnosis),
    }
}

/// The errors of every variant, unless one fits
fn diagnose_untagged(union: &Union, value: &Value, diagnosis: &mut Diagnosis) {
    let mut found = Vec::new();
    for variant in union.variants {
        let errors = diagnosis.attempt(|diagnosis| {
            diagnosis.behind(variant.name(), |diagnosis| (variant.diagnose)(value, diagnosis));
        });
        if errors.is_empty() {
            return;
        }
        found.extend(errors);
    }
    diagnosis.note(found);
}

/// A variant without data where it has a value of its own: `null`
pub fn diagnose_unit<E: Schema>(value: &Value, diagnosis: &mut Diagnosis) {
    if !value.is_null() {
        diagnosis.report::<E>(Issue::new("none_required", "Input should be None"), value);
    }
}

/// Masks what the variant's data hides; all of it where the variant cannot be told
pub fn redact_union<E: UnionSpec>(value: &mut Value) {
    let union = E::UNION;
    let named = |name: &Value| name.as_str().and_then(|name| union.find(name));
    let (variant, content) = match (union.tagging, &mut *value) {
        (_, Value::Null) => return,
        (Tagging::Untagged, value) => return union.variants.iter().for_each(|variant| (variant.redact)(value)),
        (Tagging::Internal(tag), value) => (value.get(tag).and_then(named), Some(value)),
        (Tagging::Adjacent(tag, content), value) => (value.get(tag).and_then(named), value.get_mut(content)),
        (Tagging::External, Value::Object(object)) if object.len() == 1 => {
            object.iter_mut().next().map_or((None, None), |(name, data)| (union.find(name), Some(data)))
        }
        (Tagging::External, _) => (None, None),
    };
    let is_known = variant.is_some();
    if let (Some(variant), Some(content)) = (variant, content) {
        (variant.redact)(content);
    }
    if !is_known && E::holds_secret(&mut Vec::new()) {
        *value = MASK.into();
    }
}

/// Whether a variant's data holds secrets
pub fn union_holds_secret<E: UnionSpec>(trail: &mut Vec<&'static str>) -> bool {
    super::enter::<E>(trail) && E::UNION.variants.iter().any(|variant| (variant.holds_secret)(trail))
}
