//! Durations, base64, addresses, arrays, and integers that are not 0 or 128 bits wide: pydantic's words.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::{NonZeroI32, NonZeroU8};
use std::time::Duration;

use fastrail::schema::{Base64Bytes, IsoDuration, Rules, Scalar, Schema};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{errors, places, read_under};

#[track_caller]
fn message<T: Schema + DeserializeOwned>(value: Value) -> (String, String) {
    let found = errors::<T>(&value);
    assert_eq!(found.len(), 1, "{value}: {found:?}");
    assert!(read_under::<T>(&value, &Rules::NONE).is_err());
    (found[0].kind.to_string(), found[0].msg.to_string())
}

fn is(kind: &str, message: &str) -> (String, String) {
    (kind.into(), message.into())
}

#[test]
fn durations_are_rfc_3339s() {
    let read = |text: &str| <IsoDuration as Scalar>::parse(text).map(|duration| duration.as_secs());
    assert_eq!(read("P1Y2M3DT4H5M6S"), Ok(365 * 86_400 + 63 * 86_400 + 4 * 3600 + 5 * 60 + 6));
    assert_eq!((read("P2W"), read("PT0S")), (Ok(14 * 86_400), Ok(0)));
    let lead = "Input should be a valid timedelta, ";
    for (text, reason) in [
        ("1H", "durations begin with P"),
        ("P", "input is too short"),
        ("PT", "input is too short"),
        ("PT1", "input is too short"),
        ("PT1.5S", "expected unit character"),
        ("P1Y1D", "the units must follow each other without a gap"),
        ("-P1D", "durations begin with P"),
        ("PT9999999999S", "a figure has at most 9 digits"),
    ] {
        assert_eq!(message::<IsoDuration>(json!(text)), is("time_delta_parsing", &format!("{lead}{reason}")), "{text}");
    }
    assert_eq!(message::<IsoDuration>(json!(5)), is("time_delta_type", "Input should be a valid timedelta"));
    for seconds in [0, 1, 60, 3600, 3601, 86_399] {
        let text = json!(IsoDuration(Duration::from_secs(seconds)));
        assert_eq!(read(text.as_str().unwrap()), Ok(seconds), "{text}");
        assert!(read_under::<IsoDuration>(&text, &Rules::NONE).is_ok());
    }
}

#[test]
fn bytes_addresses_arrays_and_numbers() {
    assert_eq!(message::<Base64Bytes>(json!("aGk")).0, "base64_decode");
    assert_eq!(message::<Base64Bytes>(json!(1)).0, "string_type");
    assert_eq!(message::<Ipv4Addr>(json!("1.2.3")), is("ip_v4_address", "Input is not a valid IPv4 address"));
    assert_eq!(message::<Ipv6Addr>(json!("1.2.3.4")), is("ip_v6_address", "Input is not a valid IPv6 address"));
    assert_eq!(message::<IpAddr>(json!(1)), is("ip_any_address", "value is not a valid IPv4 or IPv6 address"));
    assert_eq!(places::<[i64; 2]>(&json!([1])), [("body.1".into(), "missing".into())]);
    assert_eq!(
        message::<[i64; 2]>(json!([1, 2, 3])),
        is("too_long", "Tuple should have at most 2 items after validation, not 3")
    );
    assert_eq!(message::<NonZeroU8>(json!(0)), is("greater_than_equal", "Input should be greater than or equal to 1"));
    assert_eq!(message::<NonZeroI32>(json!(0.0)), is("value_error", "Value error, the number should not be 0"));
    assert!(NonZeroI32::parse("0").is_err() && i128::parse("18446744073709551616").is_err());
    assert_eq!(message::<u128>(json!(-1)).0, "greater_than_equal");
    assert_eq!(message::<i128>(json!(1e30)).0, "less_than_equal");
}
