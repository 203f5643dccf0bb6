//! A request that is sent again and again, as bytes on the wire and as wrk wants it.

/// A request, and the status that it must be answered with.
pub(crate) struct Request {
    pub(crate) status: u16,
    method: &'static str,
    target: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Request {
    /// A `GET` that is answered 200.
    pub(crate) fn get(target: &str) -> Self {
        Self { status: 200, method: "GET", target: target.to_owned(), headers: Vec::new(), body: String::new() }
    }

    /// A `POST` of JSON, and its status.
    pub(crate) fn post(target: &str, body: String, status: u16) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { status, method: "POST", target: target.to_owned(), headers, body }
    }

    /// A `POST` of a form that is answered 200.
    pub(crate) fn form(target: &str, body: String) -> Self {
        let headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
        Self { status: 200, method: "POST", target: target.to_owned(), headers, body }
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn target(&self) -> &str {
        &self.target
    }

    /// What a client writes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut request = format!("{} {} HTTP/1.1\r\nhost: localhost\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.body.is_empty() {
            request.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        request.push_str("\r\n");
        request.push_str(&self.body);
        request.into_bytes()
    }

    /// The script that makes wrk send it.
    pub(crate) fn script(&self) -> String {
        let mut script = format!("wrk.method = {:?}\n", self.method);
        for (name, value) in &self.headers {
            script.push_str(&format!("wrk.headers[{name:?}] = {value:?}\n"));
        }
        if !self.body.is_empty() {
            script.push_str(&format!("wrk.body = [==[{}]==]\n", self.body));
        }
        script
    }
}

#[cfg(test)]
mod tests {
    use super::Request;

    #[test]
    fn a_request_is_the_same_for_both_clients() {
        let request = Request::post("/users", "{}".to_owned(), 201).header("x-tenant", "acme");
        let wire = "POST /users HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                    x-tenant: acme\r\ncontent-length: 2\r\n\r\n{}";
        assert_eq!(request.bytes(), wire.as_bytes());
        assert_eq!(
            request.script(),
            "wrk.method = \"POST\"\nwrk.headers[\"content-type\"] = \"application/json\"\n\
             wrk.headers[\"x-tenant\"] = \"acme\"\nwrk.body = [==[{}]==]\n"
        );
    }
}
