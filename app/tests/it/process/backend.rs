//! A running binary, what it says, and a client that speaks HTTP/1.1 to it by hand.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{database_url, databases};

/// Nothing here takes this long, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// The binary in a folder, with no environment but what is named, and on the database of this run.
pub(super) fn command(folder: &Path, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backend"));
    command.env_clear();
    if databases::Backend::current() == databases::Backend::Postgres {
        command.env("DATABASE_URL", database_url(folder));
    }
    command
        .current_dir(folder)
        .env("PORT", "0")
        .env("RATE_LIMIT__ENABLED", "false")
        .envs(settings.iter().copied())
        .stdin(Stdio::null());
    command
}

/// Runs the binary to its end.
pub(super) fn run(folder: &Path, settings: &[(&str, &str)], arguments: &[&str]) -> Output {
    command(folder, settings).args(arguments).output().unwrap()
}

/// The names in a folder.
pub(super) fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// A binary that serves. Dropped, it is killed.
pub(super) struct Backend {
    child: Child,
    pub(super) address: SocketAddr,
    /// What it had said on standard error when it was ready.
    pub(super) greeting: String,
    rest: Option<JoinHandle<String>>,
    log: PathBuf,
    _outside: TempDir,
}

impl Backend {
    /// Starts it on a free port and waits until it says where it is.
    pub(super) fn start(folder: &Path, settings: &[(&str, &str)]) -> Self {
        Self::spawn(folder, settings).ready()
    }

    /// Starts it without waiting.
    pub(super) fn spawn(folder: &Path, settings: &[(&str, &str)]) -> Starting {
        let outside = tempfile::tempdir().unwrap();
        let log = outside.path().join("stdout");
        let mut command = command(folder, settings);
        command.stdout(File::create(&log).unwrap()).stderr(Stdio::piped());
        Starting { child: command.spawn().unwrap(), log, outside }
    }

    /// The process.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks, and returns status, headers and body.
    pub(super) fn ask(&self, method: &str, path: &str, token: &str, body: Option<(&str, &str)>) -> Answer {
        let authorization = if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
        self.send(method, path, &authorization, body)
    }

    /// The same with any headers, each with the end of its line.
    pub(super) fn send(&self, method: &str, path: &str, headers: &str, body: Option<(&str, &str)>) -> Answer {
        let host = self.address;
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}");
        let (media_type, body) = body.unwrap_or_default();
        if !media_type.is_empty() {
            request += &format!("Content-Type: {media_type}\r\nContent-Length: {}\r\n", body.len());
        }
        let mut stream = self.connect();
        stream.write_all(format!("{request}\r\n{body}").as_bytes()).unwrap();
        Answer::read(&mut stream)
    }

    pub(super) fn get(&self, path: &str, token: &str) -> Answer {
        self.ask("GET", path, token, None)
    }

    pub(super) fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.ask("POST", path, token, Some(("application/json", &body.to_string())))
    }

    /// Logs in; the password may have blanks but nothing else that a form escapes.
    pub(super) fn login(&self, username: &str, password: &str) -> Answer {
        let form = format!("grant_type=password&username={username}&password={}", password.replace(' ', "+"));
        self.form(&form)
    }

    pub(super) fn form(&self, form: &str) -> Answer {
        self.ask("POST", "/api/v1/auth/token", "", Some(("application/x-www-form-urlencoded", form)))
    }

    /// Sends the head of a request with JSON, and waits until the operation asks for the body.
    pub(super) fn post_slowly(&self, path: &str, token: &str, length: usize) -> TcpStream {
        let mut stream = self.connect();
        let authorization = if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\n{authorization}Content-Type: application/json\r\n\
             Content-Length: {length}\r\nExpect: 100-continue\r\n\r\n",
            self.address
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut interim = [0; 25];
        stream.read_exact(&mut interim).unwrap();
        assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
        stream
    }

    pub(super) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends a signal, such as `TERM`.
    pub(super) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// Waits for its end: how it ended, and all that it said on standard output and standard error.
    pub(super) fn wait(mut self) -> (ExitStatus, String, String) {
        let status = self.child.wait().unwrap();
        let rest = self.rest.take().unwrap().join().unwrap();
        (status, std::fs::read_to_string(&self.log).unwrap(), self.greeting.clone() + &rest)
    }

    /// Ends it as a service manager does.
    pub(super) fn stop(self) -> (String, String) {
        self.signal("TERM");
        let (status, stdout, stderr) = self.wait();
        assert!(status.success(), "{status}\n{stdout}\n{stderr}");
        (stdout, stderr)
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        // One that has ended cannot be killed, and that is what was wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A binary that may not serve yet.
pub(super) struct Starting {
    child: Child,
    log: PathBuf,
    outside: TempDir,
}

impl Starting {
    /// Waits until it says where it is.
    pub(super) fn ready(mut self) -> Backend {
        let mut stderr = BufReader::new(self.child.stderr.take().unwrap());
        let mut greeting = String::new();
        let address = loop {
            let mut line = String::new();
            let read = stderr.read_line(&mut line).unwrap();
            assert!(read > 0, "it ended before it was ready: {greeting}");
            greeting += &line;
            if let Some((_, address)) = line.split_once(" is served at http://") {
                break address.trim().parse().unwrap();
            }
        };
        let rest = std::thread::spawn(move || {
            let mut rest = String::new();
            let _ = stderr.read_to_string(&mut rest);
            rest
        });
        Backend { child: self.child, address, greeting, rest: Some(rest), log: self.log, _outside: self.outside }
    }
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

impl Answer {
    /// Reads until the server closes.
    pub(super) fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    #[track_caller]
    pub(super) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// A text of the body.
    pub(super) fn text(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap().to_owned()
    }
}
