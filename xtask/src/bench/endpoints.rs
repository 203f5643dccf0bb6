//! The endpoints of the benchmark, as the bytes that a client sends and the status that it expects.

/// One request, sent again and again.
pub(crate) struct Endpoint {
    /// The letter under which the tables show it
    pub(crate) letter: char,
    pub(crate) name: &'static str,
    pub(crate) status: u16,
    method: &'static str,
    target: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: Option<&'static str>,
}

const JSON: (&str, &str) = ("content-type", "application/json");

/// HS256 over `{"sub":"ada","role":"admin","exp":4102444800}`, with the secret that every server has.
const TOKEN: &str = concat!(
    "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
    ".eyJzdWIiOiJhZGEiLCJyb2xlIjoiYWRtaW4iLCJleHAiOjQxMDI0NDQ4MDB9",
    ".sRndGkIffjtT0DfdaYopNpe7B2D14SbUNy7jQ95oJtI"
);

pub(crate) const ENDPOINTS: [Endpoint; 6] = [
    Endpoint {
        letter: 'a',
        name: "plaintext",
        status: 200,
        method: "GET",
        target: "/plaintext",
        headers: &[],
        body: None,
    },
    Endpoint { letter: 'b', name: "JSON", status: 200, method: "GET", target: "/json", headers: &[], body: None },
    Endpoint {
        letter: 'c',
        name: "parameters",
        status: 200,
        method: "GET",
        target: "/items/42?q=hello&limit=20",
        headers: &[("x-tenant", "acme")],
        body: None,
    },
    Endpoint {
        letter: 'd',
        name: "body",
        status: 201,
        method: "POST",
        target: "/users",
        headers: &[JSON],
        body: Some(concat!(
            r#"{"name":"Ada Lovelace","age":36,"email":"ada@example.com","password":"correct horse","#,
            r#""address":{"street":"1 Main Street","city":"London","zip":"12345"},"tags":["first","second"]}"#
        )),
    },
    Endpoint {
        letter: 'e',
        name: "auth chain",
        status: 200,
        method: "GET",
        target: "/me",
        headers: &[("authorization", TOKEN)],
        body: None,
    },
    Endpoint {
        letter: 'g',
        name: "rejection",
        status: 422,
        method: "POST",
        target: "/users",
        headers: &[JSON],
        body: Some(concat!(
            r#"{"name":"","age":360,"email":"ada@example.com","password":"correct horse","#,
            r#""address":{"street":"1 Main Street","city":"London","zip":"x"},"tags":["first","second"]}"#
        )),
    },
];

impl Endpoint {
    /// The request on the wire.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut request = format!("{} {} HTTP/1.1\r\nhost: localhost\r\n", self.method, self.target);
        for (name, value) in self.headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(body) = self.body {
            request.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        request.push_str("\r\n");
        request.push_str(self.body.unwrap_or_default());
        request.into_bytes()
    }
}
