//! The reader of heads and the follower of chunks: what they take, what they refuse, and that pieces change nothing.

use proptest::prelude::*;

use super::head::Head;
use super::{Chunked, Framing, HeadLimits, HeadReader, Refusal};

const LIMITS: HeadLimits = HeadLimits { max_target: 40, max_head: 300, max_fields: 5 };

fn read(message: &str) -> Result<Option<Head>, Refusal> {
    HeadReader::default().read(message.as_bytes(), &LIMITS)
}

/// The head of a request with these lines after its request line
fn head(lines: &str) -> Result<Option<Head>, Refusal> {
    read(&format!("POST / HTTP/1.1\r\n{lines}\r\n"))
}

fn framing(lines: &str) -> Framing {
    head(lines).expect("it is sound").expect("it is complete").framing
}

/// Reads a message as it comes in pieces
fn read_in_pieces(message: &[u8], pieces: &[usize]) -> Result<Option<Head>, Refusal> {
    let mut reader = HeadReader::default();
    let mut end = 0;
    for piece in pieces {
        end = (end + piece).min(message.len());
        if let Some(head) = reader.read(&message[..end], &LIMITS)? {
            return Ok(Some(head));
        }
    }
    reader.read(message, &LIMITS)
}

#[test]
fn a_sound_head_says_where_its_body_ends() {
    assert_eq!(framing("Host: t\r\n"), Framing::Length(0));
    assert_eq!(framing("hOST:t\r\ncontent-LENGTH:\t17 \r\n"), Framing::Length(17));
    assert_eq!(framing("Host: t\r\nTransfer-Encoding: Chunked\r\n"), Framing::Chunked);
    let text = "GET / HTTP/1.1\r\nHost: t\r\nUpgrade: websocket\r\n\r\nrest";
    let upgrade = Head { len: text.len() - 4, framing: Framing::Length(0), upgrade: true, has_ids: false };
    assert_eq!(read(text), Ok(Some(upgrade)));
    let has_ids = |lines: &str| head(lines).expect("it is sound").expect("it is complete").has_ids;
    for told in ["X-request-ID:a", "Traceparent: 00-0"] {
        assert!(has_ids(&format!("Host: t\r\n{told}\r\n")), "{told}");
    }
    assert!(!has_ids("Host: t\r\nX-Request-Ids: a\r\nTracestate: a\r\n"));
    assert_eq!(read("GET / HTTP/1.0\r\n\r\n").map(|head| head.is_some()), Ok(true), "HTTP/1.0 needs no host");
    assert_eq!(read("\r\nGET / HTTP/1.1\r\nHost: t\r\n\r\n").map(|head| head.is_some()), Ok(true));
}

#[test]
fn a_long_line_ends_where_its_line_feed_is() {
    let limits = HeadLimits { max_target: 40, max_head: 3000, max_fields: 5 };
    for length in 0..200 {
        let message = format!("GET / HTTP/1.1\r\nHost: t\r\nA:{}\r\nContent-Length: 3\r\n\r\n", "a".repeat(length));
        let head = HeadReader::default().read(message.as_bytes(), &limits).expect("it is sound");
        assert_eq!(head.map(|head| (head.len, head.framing)), Some((message.len(), Framing::Length(3))), "{length}");
        let bare = message.replace("a\r\n", "a\n");
        let refused = HeadReader::default().read(bare.as_bytes(), &limits);
        assert_eq!(refused, if length > 0 { Err(Refusal::BareLineFeed) } else { Ok(head) }, "{length}");
    }
}

#[test]
fn what_is_not_complete_is_waited_for() {
    for text in ["", "G", "GET / HTTP/1.1", "GET / HTTP/1.1\r", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: t\r\n\r"]
    {
        assert_eq!(read(text), Ok(None), "{text:?}");
    }
}

#[test]
fn each_limit_has_its_refusal() {
    let long = |length: usize| format!("GET /{} HTTP/1.1\r\nHost: t\r\n\r\n", "a".repeat(length));
    assert_eq!(read(&long(39)).map(|head| head.is_some()), Ok(true));
    assert_eq!(read(&long(40)), Err(Refusal::TargetTooLong));
    assert_eq!(read(&long(5000)[..200]), Err(Refusal::TargetTooLong), "before its end has come");
    assert_eq!(head(&format!("Host: t\r\nx: {}\r\n", "a".repeat(300))), Err(Refusal::HeadTooLarge));
    assert_eq!(head(&format!("Host: t\r\n{}", "a: b\r\n".repeat(5))), Err(Refusal::TooManyFields));
    assert_eq!(head(&format!("Host: t\r\n{}", "a: b\r\n".repeat(4))).map(|head| head.is_some()), Ok(true));
}

#[test]
fn what_two_parsers_may_read_in_two_ways_is_refused() {
    let cases = [
        ("", Refusal::NoHost),
        ("Host: t\r\nHost: t\r\n", Refusal::SecondHost),
        ("Host: a b\r\n", Refusal::Host),
        ("Host:\r\n", Refusal::Host),
        ("Host: t\r\nA: b\n", Refusal::BareLineFeed),
        ("Host: t\r\nA: b\r\n c\r\n", Refusal::FoldedField),
        ("Host: t\r\nContent-Length: 5\r\nContent-Length: 5\r\n", Refusal::ContentLength),
        ("Host: t\r\nContent-Length: +5\r\n", Refusal::ContentLength),
        ("Host: t\r\nContent-Length: 5, 5\r\n", Refusal::ContentLength),
        ("Host: t\r\nContent-Length: 99999999999999999999\r\n", Refusal::ContentLength),
        ("Host: t\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n", Refusal::TwoLengths),
        ("Host: t\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n", Refusal::TwoLengths),
        ("Host: t\r\nTransfer-Encoding: gzip, chunked\r\n", Refusal::TransferEncoding),
        ("Host: t\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", Refusal::TransferEncoding),
    ];
    for (lines, refusal) in cases {
        assert_eq!(head(lines), Err(refusal), "{lines:?}");
    }
}

fn chunks(body: &[u8]) -> Result<(usize, bool), Refusal> {
    Chunked::default().read(body)
}

#[test]
fn a_chunked_body_ends_where_its_last_chunk_does() {
    for body in ["0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "a;x=\"y\"\r\n0123456789\r\n00\r\na: b\r\nc: d\r\n\r\n"] {
        let followed = format!("{body}GET /");
        assert_eq!(chunks(followed.as_bytes()), Ok((body.len(), true)), "{body:?}");
    }
    assert_eq!(chunks(b"5\r\nhel"), Ok((6, false)));
}

#[test]
fn what_is_no_chunk_is_refused() {
    let long_extension = format!("1;{}\r\n", "x".repeat(20_000));
    let bodies = [
        "\r\n",
        "x\r\n",
        " 5\r\nhello\r\n",
        "5 \r\nhello\r\n",
        "+5\r\nhello\r\n",
        "0x5\r\nhello\r\n",
        "-1\r\n",
        "5\nhello\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "5\r\nhello!\r\n",
        "5;a\nb\r\n",
        "5;\0\r\n",
        "0\r\nA: b\n\r\n",
        "0\r\n A: b\r\n\r\n",
        "0\r\n: b\r\n\r\n",
        "0\r\n\n",
        "fffffffffffffffff\r\n",
        "10000000000000000\r\n",
        &long_extension,
    ];
    for body in bodies {
        assert_eq!(chunks(body.as_bytes()), Err(Refusal::Chunk), "{body:?}");
    }
}

/// Text that is often nearly a head
fn messages() -> impl Strategy<Value = Vec<u8>> {
    let lines = prop::sample::select(vec![
        "GET / HTTP/1.1\r\n",
        "POST /a HTTP/1.0\r\n",
        "Host: t\r\n",
        "Content-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\n",
        "\r\n",
        "\n",
        "\r",
        "A: b\r\n",
        " c\r\n",
        "Upgrade: x\r\n",
        ":",
        "\0",
    ]);
    prop::collection::vec(lines, 0..9).prop_map(|lines| lines.concat().into_bytes())
}

proptest! {
    #[test]
    fn a_head_in_pieces_is_the_head_as_a_whole(message in messages(), pieces in prop::collection::vec(1_usize..9, 0..40)) {
        let whole = HeadReader::default().read(&message, &LIMITS);
        prop_assert_eq!(read_in_pieces(&message, &pieces), whole);
    }

    #[test]
    fn a_head_never_reaches_beyond_its_message(message in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(Some(head)) = HeadReader::default().read(&message, &LIMITS) {
            prop_assert!(head.len <= message.len() && message[..head.len].ends_with(b"\r\n\r\n"));
        }
    }

    #[test]
    fn chunks_in_pieces_are_the_chunks_as_a_whole(body in "[0-9a-f;x \r\n]{0,40}", split in 0_usize..40) {
        let body = body.as_bytes();
        let whole = Chunked::default().read(body);
        let (first, second) = body.split_at(split.min(body.len()));
        let mut chunked = Chunked::default();
        let pieces = chunked.read(first).and_then(|(read, ended)| {
            if ended { return Ok((read, true)); }
            chunked.read(second).map(|(more, ended)| (read + more, ended))
        });
        prop_assert_eq!(pieces, whole);
    }
}
