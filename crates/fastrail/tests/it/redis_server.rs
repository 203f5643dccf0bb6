//! A Redis of a test's own, which it may kill or stop; there is one where the test command has found the program.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fastrail::redis::Redis;
use tempfile::TempDir;

/// A server on a socket of its own, without a trace on disk; killed when it is dropped
pub(crate) struct RedisServer {
    child: Child,
    folder: TempDir,
}

impl RedisServer {
    /// `None` without `TEST_REDIS_URL`, by which `cargo xtask test` says that Redis is here
    #[expect(clippy::disallowed_methods, reason = "the test command hands the server on in the environment")]
    pub(crate) fn start() -> Option<Self> {
        std::env::var_os("TEST_REDIS_URL")?;
        let folder = tempfile::tempdir().expect("a folder");
        let child = Self::spawn(&folder);
        Some(Self { child, folder })
    }

    fn spawn(folder: &TempDir) -> Child {
        let mut command = Command::new("redis-server");
        command.args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket", "redis.sock"]);
        command.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("TEST_REDIS_URL says that it is installed")
    }

    /// A handle whose commands may take as long as a busy computer needs
    pub(crate) fn handle(&self) -> Redis {
        Redis::new(&self.url()).expect("a URL").timeout(Duration::from_secs(20))
    }

    pub(crate) fn url(&self) -> String {
        format!("unix://{}", self.folder.path().join("redis.sock").display())
    }

    /// Ends it as a crash would, with all that it knew
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it ran");
        self.child.wait().expect("it has ended");
    }

    /// Starts it again, empty
    pub(crate) fn start_again(&mut self) {
        self.child = Self::spawn(&self.folder);
    }

    /// Lets it answer nobody, with its connections open: a black hole
    pub(crate) fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on
    pub(crate) fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(sent.expect("it can be sent").success());
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        // One that was killed before is what was wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
