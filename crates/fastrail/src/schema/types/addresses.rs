//! IP addresses, in the forms that `format: ipv4` and `format: ipv6` mean: no leading zeros, no zone, no port.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde_json::{Value, json};

use super::diagnose_string;
use crate::schema::{Class, Diagnosis, Generator, Issue, JsonSchema, Rules, Scalar, Schema};

macro_rules! addresses {
    ($($type:ty, $kind:literal $message:literal, $schema:expr;)*) => {$(
        impl Schema for $type {
            const CLASS: Class = Class::Plain;

            fn schema(_: &Rules, _: &mut Generator) -> JsonSchema {
                $schema
            }

            #[inline]
            fn check(&self, _: &Rules) -> bool {
                true
            }

            fn diagnose(value: &Value, _: &Rules, diagnosis: &mut Diagnosis) {
                let wrong_type = || Issue::new($kind, $message);
                diagnose_string::<Self>(value, diagnosis, wrong_type, |text| <Self as Scalar>::parse(text).map(drop));
            }
        }

        impl Scalar for $type {
            fn parse(text: &str) -> Result<Self, Issue> {
                text.parse().map_err(|_| Issue::new($kind, $message))
            }
        }
    )*};
}

addresses! {
    Ipv4Addr, "ip_v4_address" "Input is not a valid IPv4 address", JsonSchema::of("string").with("format", "ipv4");
    Ipv6Addr, "ip_v6_address" "Input is not a valid IPv6 address", JsonSchema::of("string").with("format", "ipv6");
    IpAddr, "ip_any_address" "value is not a valid IPv4 or IPv6 address",
        JsonSchema::of("string").with("anyOf", json!([{"format": "ipv4"}, {"format": "ipv6"}]));
}
