//! Groups of parameters and form models.

use std::borrow::Cow;
use std::collections::BTreeSet;

use fastrail::error::ValidationError;
use fastrail::schema::{Generator, KeyStyle, Patch, Schema, ValidationLimits, validate_text};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

#[derive(Debug, PartialEq, Serialize, Deserialize, Schema)]
struct Filter {
    #[schema(ge = 1, le = 100)]
    #[serde(default = "ten")]
    limit: u32,
    q: Option<String>,
    #[serde(default)]
    tags: Vec<i64>,
    #[serde(default)]
    active: bool,
    order: Order,
    owner: Option<Uuid>,
    price: Option<Decimal>,
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    patch: Patch<f64>,
}

fn ten() -> u32 {
    10
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Schema)]
#[serde(rename_all = "snake_case")]
enum Order {
    CreatedAt,
    UpdatedAt,
}

#[derive(Debug, PartialEq, Deserialize, Schema)]
#[serde(deny_unknown_fields)]
struct Common {
    x_token: String,
    save_data: bool,
    #[serde(default)]
    x_tag: Vec<String>,
    #[serde(rename = "If-Match")]
    if_match: Option<String>,
}

fn read<T: Schema + serde::de::DeserializeOwned>(
    pairs: &[(&'static str, &'static str)],
    source: &'static str,
    style: KeyStyle,
) -> Result<T, Vec<ValidationError>> {
    let pairs: Vec<_> = pairs.iter().map(|(key, value)| (Cow::Borrowed(*key), Cow::Borrowed(*value))).collect();
    validate_text(&pairs, source, style, &ValidationLimits::default(), Generator::lossy::<T>())
}

fn query<T: Schema + serde::de::DeserializeOwned>(
    pairs: &[(&'static str, &'static str)],
) -> Result<T, Vec<ValidationError>> {
    read(pairs, "query", KeyStyle::Exact)
}

#[test]
fn a_scalar_reads_the_last_value_and_a_list_all() {
    let filter: Filter = query(&[
        ("tags", "1"),
        ("limit", "5"),
        ("q", "a"),
        ("order", "updated_at"),
        ("tags", " 2 "),
        ("limit", "+7"),
        ("active", "YES"),
        ("price", "9.90"),
        ("patch", "1e3"),
        ("unknown", "x"),
    ])
    .unwrap();
    assert_eq!((filter.limit, filter.q.as_deref(), filter.tags.as_slice()), (7, Some("a"), &[1, 2][..]));
    assert_eq!((filter.active, filter.order, filter.patch), (true, Order::UpdatedAt, Patch::Set(1000.0)));
    let filter: Filter = query(&[("order", "created_at")]).unwrap();
    assert_eq!((filter.limit, filter.q, filter.patch), (10, None, Patch::Absent));
}

#[test]
fn every_wrong_parameter_is_told_with_its_raw_text() {
    let errors = query::<Filter>(&[
        ("limit", "5"),
        ("limit", "0"),
        ("tags", "1"),
        ("tags", "x"),
        ("active", "maybe"),
        ("owner", "me"),
        ("price", "1e5"),
        ("patch", "inf"),
    ])
    .unwrap_err();
    let told: Vec<_> = errors.iter().map(|error| json!([error.loc, error.kind, error.input])).collect();
    assert_eq!(
        json!(told),
        json!([
            [["query", "limit"], "greater_than_equal", "0"],
            [["query", "tags", 1], "int_parsing", "x"],
            [["query", "active"], "bool_parsing", "maybe"],
            [["query", "order"], "missing", null],
            [["query", "owner"], "uuid_parsing", "me"],
            [["query", "price"], "decimal_parsing", "1e5"],
            [["query", "patch"], "finite_number", "inf"],
        ])
    );
}

#[test]
fn a_set_of_parameters_refuses_what_it_would_drop() {
    #[derive(Debug, Deserialize, Schema)]
    struct Tags {
        tag: BTreeSet<String>,
    }
    assert_eq!(query::<Tags>(&[("tag", "b"), ("tag", "a")]).unwrap().tag.len(), 2);
    let errors = query::<Tags>(&[("tag", "a"), ("tag", "a")]).unwrap_err();
    assert_eq!(json!([errors[0].loc, errors[0].kind]), json!([["query", "tag", 1], "unique_items"]));
}

#[test]
fn header_names_are_read_in_any_case_with_hyphens() {
    let common: Common = read(
        &[("X-Token", "t"), ("save-data", "on"), ("x-tag", "a"), ("X-TAG", "b"), ("if-match", "*")],
        "header",
        KeyStyle::Header,
    )
    .unwrap();
    assert_eq!((common.x_token.as_str(), common.save_data, common.x_tag.len()), ("t", true, 2));
    assert_eq!(common.if_match.as_deref(), Some("*"));
    let errors = read::<Common>(&[("x-token", "t"), ("Tool", "plumbus")], "header", KeyStyle::Header).unwrap_err();
    assert_eq!(
        json!(errors),
        json!([
            {"type": "missing", "loc": ["header", "save_data"], "msg": "Field required", "input": null},
            {"type": "extra_forbidden", "loc": ["header", "tool"], "msg": "Extra inputs are not permitted",
             "input": "plumbus"},
        ])
    );
}

#[test]
fn many_pairs_are_read_in_linear_time() {
    let pairs: Vec<_> = (0..200_000).map(|n| (Cow::Owned(format!("k{n}")), Cow::Borrowed("x"))).collect();
    let limits = ValidationLimits::default();
    let errors = validate_text::<Common>(&pairs, "query", KeyStyle::Exact, &limits, false).unwrap_err();
    assert_eq!(errors.len(), 100);
    let read = validate_text::<Filter>(&pairs, "query", KeyStyle::Exact, &limits, false);
    assert_eq!(read.unwrap_err()[0].kind, "missing");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(2000))]

    #[test]
    fn both_paths_agree_on_random_parameters(
        pairs in proptest::collection::vec(
            (
                "limit|q|tags|active|order|owner|price|patch",
                " ?[0-9]{1,3} ?|[+-]?[0-9_]{0,11}(\\.0?)?|true|NO|created_at|9\\.99|1e9|x|018f4a3e-0000-7000-8000-000000000000|",
            ),
            0..8,
        )
    ) {
        let mut pairs: Vec<_> = pairs.iter().map(|(k, v)| (Cow::from(k.as_str()), Cow::from(v.as_str()))).collect();
        pairs.push(("order".into(), "created_at".into()));
        let limits = ValidationLimits::default();
        let [lazy, thorough] = [false, true]
            .map(|diagnose| validate_text::<Filter>(&pairs, "query", KeyStyle::Exact, &limits, diagnose));
        proptest::prop_assert_eq!(&lazy, &thorough, "{:?}", pairs);
        let only_serde = lazy.err().is_some_and(|errors| errors.iter().any(|error| error.kind == "value_error"));
        proptest::prop_assert!(!only_serde, "{:?}", pairs);
    }
}
