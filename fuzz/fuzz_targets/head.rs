//! A message's head and its chunks: pieces change nothing, and hyper's parser sees the same end.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&piece, message)) = bytes.split_first() else { return };
    let piece = usize::from(piece % 32) + 1;
    let whole = fastrail::fuzzing::head(message, message.len().max(1));
    assert_eq!(fastrail::fuzzing::head(message, piece), whole);
    assert_eq!(fastrail::fuzzing::chunks(message, piece), fastrail::fuzzing::chunks(message, message.len().max(1)));
    if let Ok(Some((end, length))) = whole {
        let mut headers = [httparse::EMPTY_HEADER; 100];
        let mut request = httparse::Request::new(&mut headers);
        // What hyper refuses is answered 400, and the connection ends.
        if let Ok(status) = request.parse(message) {
            assert_eq!(status, httparse::Status::Complete(end));
            let value = |name: &str| {
                let mut found = request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
                let first = found.next().map(|header| header.value);
                assert!(found.next().is_none(), "a second {name}");
                first
            };
            let declared = value("content-length").map(|value| std::str::from_utf8(value).unwrap().parse::<u64>().unwrap());
            match length {
                Some(length) => assert_eq!(declared.unwrap_or(0), length),
                None => assert!(declared.is_none() && value("transfer-encoding").is_some()),
            }
            value("host");
        }
    }
});
