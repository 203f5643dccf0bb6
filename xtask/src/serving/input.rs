//! Input that costs more than it seems: always a 4xx, and no memory.

use std::io::Write;

use anyhow::{Result, bail};

use super::server::{Folder, Server, connect, free_port, read_answer};
use crate::backend::Binary;

/// How much memory all of it may cost.
const MEMORY: u64 = 20 << 20;

/// How often each is sent.
const TIMES: usize = 20;

pub(super) fn run(binary: &Binary) -> Result<()> {
    let folder = Folder::new("input")?;
    let server = Server::start(binary, &folder.0, free_port()?, &[])?;
    let token = server.token()?;
    let messages = messages(&token);
    // What is loaded lazily is no cost of an input.
    for (_, message) in &messages {
        send(server.port, message)?;
    }
    let before = server.memory("VmRSS")?;
    for (name, message) in &messages {
        for _ in 0..TIMES {
            let status = send(server.port, message)?;
            if !(400..500).contains(&status) {
                bail!("{name} was answered {status}");
            }
        }
    }
    let (after, peak) = (server.memory("VmRSS")?, server.memory("VmHWM")?);
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    println!(
        "   {} kinds of hostile input, {TIMES} times each: all 4xx; resident {:.1} → {:.1} MiB, peak {:.1} MiB",
        messages.len(),
        mib(before),
        mib(after),
        mib(peak),
    );
    if after.saturating_sub(before) > MEMORY {
        bail!("it cost {:.1} MiB of memory", mib(after - before));
    }
    Ok(())
}

fn send(port: u16, message: &[u8]) -> Result<u16> {
    let mut stream = connect(port)?;
    // One that is refused early may be closed while it is written.
    let _ = stream.write_all(message);
    Ok(read_answer(&mut stream)?.0)
}

fn messages(token: &str) -> Vec<(&'static str, Vec<u8>)> {
    let head = |line: &str, fields: &str| {
        format!("{line} HTTP/1.1\r\nHost: t\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n{fields}")
    };
    let post = |fields: &str, body: &[u8]| {
        let fields = format!("Content-Type: application/json\r\nContent-Length: {}\r\n{fields}\r\n", body.len());
        [head("POST /api/v1/items", &fields).as_bytes(), body].concat()
    };
    let form = |body: &[u8]| {
        let fields =
            format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n", body.len());
        [head("POST /api/v1/auth/token", &fields).as_bytes(), body].concat()
    };
    let get = |target: &str, fields: &str| head(&format!("GET {target}"), &format!("{fields}\r\n")).into_bytes();
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
    let declared = "Content-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n";
    let with_bytes = |line: &[u8]| {
        let close = b" HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n";
        [b"GET ", line, close].concat()
    };
    vec![
        ("arrays 10,000 deep", post("", deep("[", "]").as_bytes())),
        ("objects 10,000 deep", post("", deep("{\"a\":", "}").as_bytes())),
        ("a known field 10,000 deep", post("", format!("{{\"name\":{},\"price\":\"1\"}}", deep("[", "]")).as_bytes())),
        ("an unknown field 10,000 deep", post("", format!("{{\"x\":{}}}", deep("{\"a\":", "}")).as_bytes())),
        ("1 GB declared", head("POST /api/v1/items", declared).into_bytes()),
        ("more than 1 MiB sent", post("", &vec![b' '; (1 << 20) + 1])),
        ("zeros, compressed 1000:1", post("Content-Encoding: gzip\r\n", &compressed())),
        ("300 headers", get("/", &"a: b\r\n".repeat(300))),
        ("a header of 70 KB", get("/", &format!("a: {}\r\n", "b".repeat(70_000)))),
        ("a target of 70 KB", get(&format!("/{}", "a".repeat(70_000)), "")),
        ("a query of 70 KB", get(&format!("/?{}", "a".repeat(70_000)), "")),
        ("a path of bytes", with_bytes(b"/\xff\xfe")),
        ("a path of escaped bytes", get("/api/v1/items/%ff%fe", "")),
        ("a query of escaped bytes", get("/api/v1/items?q=%ff%fe", "")),
        ("JSON of bytes", post("", b"{\"name\":\"\xff\xfe\",\"price\":\"1\"}")),
        ("a form of escaped bytes", form(b"grant_type=password&username=%ff&password=%fe")),
        ("a form of bytes", form(b"grant_type=password&username=\xff&password=\xfe")),
        (
            "a token of bytes",
            b"GET /api/v1/items HTTP/1.1\r\nHost: t\r\nConnection: close\r\nAuthorization: Bearer \xff\r\n\r\n"
                .to_vec(),
        ),
        ("half a surrogate", post("", b"{\"name\":\"\\ud800\",\"price\":\"1\"}")),
        ("equal keys", post("", b"{\"name\":\"a\",\"name\":\"b\",\"price\":\"1\"}")),
        ("NUL in a string", post("", b"{\"name\":\"a\\u0000b\",\"price\":\"1\"}")),
        ("NUL in a query", get("/api/v1/items?q=%00", "")),
        (
            "a number of 100,000 digits",
            post("", format!("{{\"name\":\"a\",\"price\":{}}}", "9".repeat(100_000)).as_bytes()),
        ),
        (
            "100,000 wrong fields",
            post(
                "",
                format!("{{{}\"a\":1}}", (0..50_000).map(|n| format!("\"{n}\":1,")).collect::<String>()).as_bytes(),
            ),
        ),
    ]
}

/// 1 MiB of zeros in 1 KiB, as gzip has it.
fn compressed() -> Vec<u8> {
    // A stored gzip head is enough: it is refused before anything is unpacked.
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    bytes.extend([0xed, 0xc1, 0x01, 0x01]);
    bytes.resize(1024, 0);
    bytes
}
