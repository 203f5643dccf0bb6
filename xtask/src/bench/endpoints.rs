//! The endpoints of the benchmark, and what is asked of ours.

use super::request::Request;

/// The database that an endpoint reads from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Database {
    Postgres,
    Sqlite,
}

/// One endpoint, which every server has.
pub(crate) struct Endpoint {
    /// The letter under which the tables show it
    pub(crate) letter: char,
    pub(crate) name: &'static str,
    pub(crate) request: Request,
    pub(crate) database: Option<Database>,
    pub(crate) targets: Targets,
}

/// The bounds of a request's instructions on ours with 64 in flight, and of its processor time. `None`: no bound.
#[derive(Clone, Copy)]
pub(crate) struct Targets {
    /// At most as many times hand-written axum's
    pub(crate) must_axum: Option<f64>,
    pub(crate) goal_axum: Option<f64>,
    /// At most as many times hyper's
    pub(crate) goal_hyper: Option<f64>,
    /// FastAPI's processor time is at least as many times ours
    pub(crate) must_fastapi: f64,
}

impl Targets {
    const fn new(must_axum: Option<f64>, goal_axum: Option<f64>, goal_hyper: Option<f64>, must_fastapi: f64) -> Self {
        Self { must_axum, goal_axum, goal_hyper, must_fastapi }
    }
}

/// HS256 over `{"sub":"ada","role":"admin","exp":4102444800}`, with the secret that every server has.
const TOKEN: &str = concat!(
    "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
    ".eyJzdWIiOiJhZGEiLCJyb2xlIjoiYWRtaW4iLCJleHAiOjQxMDI0NDQ4MDB9",
    ".sRndGkIffjtT0DfdaYopNpe7B2D14SbUNy7jQ95oJtI"
);

/// The letters of all endpoints.
pub(crate) const LETTERS: &str = "abcdegfs";

/// The endpoints of these letters.
pub(crate) fn chosen(letters: &str) -> Vec<Endpoint> {
    LETTERS.chars().filter(|letter| letters.contains(*letter)).filter_map(endpoint).collect()
}

fn endpoint(letter: char) -> Option<Endpoint> {
    let row = || Request::get("/rows/42");
    let (name, request, database, targets) = match letter {
        'a' => ("plaintext", Request::get("/plaintext"), None, Targets::new(Some(1.0), None, Some(1.25), 12.0)),
        'b' => ("JSON", Request::get("/json"), None, Targets::new(Some(1.0), None, Some(1.25), 12.0)),
        'c' => {
            let request = Request::get("/items/42?q=hello&limit=20").header("x-tenant", "acme");
            ("parameters", request, None, Targets::new(Some(1.0), Some(0.75), None, 16.0))
        }
        'd' => ("body", user("Ada Lovelace", 36, "12345", 201), None, Targets::new(Some(1.0), Some(0.85), None, 16.0)),
        'e' => {
            let request = Request::get("/me").header("authorization", TOKEN);
            ("auth chain", request, None, Targets::new(Some(1.0), Some(0.8), None, 20.0))
        }
        // A name too short, an age too high and a postal code that does not fit
        'g' => ("rejection", user("", 360, "x", 422), None, Targets::new(Some(1.3), Some(1.0), None, 16.0)),
        'f' => ("Postgres row", row(), Some(Database::Postgres), Targets::new(None, None, None, 35.0)),
        's' => ("SQLite row", row(), Some(Database::Sqlite), Targets::new(None, None, None, 50.0)),
        _ => return None,
    };
    Some(Endpoint { letter, name, request, database, targets })
}

fn user(name: &str, age: u32, zip: &str, status: u16) -> Request {
    let body = format!(
        concat!(
            r#"{{"name":"{}","age":{},"email":"ada@example.com","password":"correct horse","#,
            r#""address":{{"street":"1 Main Street","city":"London","zip":"{}"}},"tags":["first","second"]}}"#
        ),
        name, age, zip
    );
    Request::post("/users", body, status)
}

#[cfg(test)]
mod tests {
    use super::{LETTERS, chosen};

    #[test]
    fn every_letter_is_an_endpoint() {
        assert_eq!(chosen(LETTERS).len(), LETTERS.len());
        assert_eq!(chosen("ba").iter().map(|endpoint| endpoint.letter).collect::<String>(), "ab");
    }
}
