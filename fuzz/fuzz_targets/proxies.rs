//! Headers of proxies: no panic, and a hop that is not trusted ends the search.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut headers = http::HeaderMap::new();
    let names = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-prefix"];
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if let Ok(value) = http::HeaderValue::from_bytes(line) {
            headers.append(names[index % names.len()], value);
        }
    }
    fastrail::fuzzing::origin(&headers);
});
