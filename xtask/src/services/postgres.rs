//! A private Postgres server: data and socket in a temporary folder, no port, gone at the end.
//!
//! It ends with this process however that ends: stopped when it is dropped, interrupted with the
//! terminal's Ctrl-C, and signalled by the kernel (`setpriv --pdeathsig`) when this is killed.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process;

/// Where Debian keeps the server's programs, by major version; they are not on the path.
const DEBIAN: &str = "/usr/lib/postgresql";

/// Postgres refuses to run as root; the first of these that exists runs it then.
const USERS: [&str; 2] = ["postgres", "nobody"];

/// What the temporary folder's name begins with; the number of the process follows.
const FOLDER: &str = "fastrail-postgres-";

/// How long a new server may take to answer.
const START_LIMIT: Duration = Duration::from_secs(60);

/// A running server; dropped, it is stopped and its folder removed.
pub(crate) struct Postgres {
    child: Child,
    folder: PathBuf,
    programs: PathBuf,
    /// The version, such as `15.18`.
    pub(crate) version: String,
}

/// The folder of the server's programs, if they are on this machine.
pub(super) fn programs() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(DEBIAN).into_iter().flatten().flatten().map(|entry| entry.path().join("bin")).collect();
    // The newest first; "9.6" is older than "15".
    folders.sort_by_key(|bin| {
        let version = bin.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
        std::cmp::Reverse(version.parse::<f32>().map_or(0, |version| (version * 10.0) as u32))
    });
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    folders.into_iter().find(|bin| ["postgres", "initdb", "psql"].iter().all(|name| bin.join(name).is_file()))
}

impl Postgres {
    /// The databases' owner.
    pub(crate) const OWNER: &str = "fastrail";

    /// Starts a server when its programs are here.
    pub(crate) fn start() -> Result<Option<Self>> {
        let Some(programs) = programs() else { return Ok(None) };
        remove_leftovers();
        let folder = std::env::temp_dir().join(format!("{FOLDER}{}", std::process::id()));
        fs::DirBuilder::new().mode(0o700).create(&folder).with_context(|| format!("making {}", folder.display()))?;
        let started = Self::start_in(&folder, &programs);
        if started.is_err() {
            // The first error tells more than that the folder could not be removed.
            let _ = fs::remove_dir_all(&folder);
        }
        started.context("starting a private Postgres").map(Some)
    }

    fn start_in(folder: &Path, programs: &Path) -> Result<Self> {
        let user = User::for_server()?;
        if let User::Other { uid, gid, .. } = user {
            chown(folder, Some(uid), Some(gid))?;
        }
        let data = folder.join("data");
        let initdb = user
            .command(&programs.join("initdb"))
            .arg("--pgdata")
            .arg(&data)
            // Nobody else gets at the socket: the folder is closed.
            .args([
                "--username",
                Self::OWNER,
                "--auth",
                "trust",
                "--encoding",
                "UTF8",
                "--locale",
                "C.UTF-8",
                "--no-sync",
            ])
            .current_dir(folder)
            .output()?;
        if !initdb.status.success() {
            bail!("initdb failed: {}", String::from_utf8_lossy(&initdb.stderr));
        }
        let log = fs::File::create(folder.join("log"))?;
        let child = user
            .command(&programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder)
            // What a test has written need not survive the machine.
            .args(["-c", "listen_addresses=", "-c", "max_connections=300", "-c", "fsync=off"])
            .args(["-c", "full_page_writes=off", "-c", "log_min_messages=warning"])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let version = String::new();
        let mut server = Self { child, folder: folder.to_owned(), programs: programs.to_owned(), version };
        server.wait()?;
        // Everything after this may create and drop: it must be this server, and no other.
        let shown = PathBuf::from(server.ask("SHOW data_directory")?);
        if fs::canonicalize(&shown)? != fs::canonicalize(&data)? {
            bail!("another server answers: its data is in {}", shown.display());
        }
        let version = server.ask("SHOW server_version")?;
        server.version = version.split(' ').next().unwrap_or_default().to_owned();
        Ok(server)
    }

    /// The URL of a database that is there from the start.
    pub(crate) fn url(&self) -> String {
        let folder = self.folder.display().to_string().replace('%', "%25").replace('/', "%2F");
        format!("postgres://{}@{folder}/postgres", Self::OWNER)
    }

    /// The folder of its socket.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn wait(&mut self) -> Result<()> {
        let start = Instant::now();
        while self.ask("SELECT 1").is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!("it stopped at its start: {status}\n{}", self.log());
            }
            if start.elapsed() > START_LIMIT {
                bail!("it did not answer within {START_LIMIT:?}\n{}", self.log());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// What a statement answers, its columns separated by `|`.
    pub(crate) fn ask(&self, sql: &str) -> Result<String> {
        let output = Command::new(self.programs.join("psql"))
            .args(["--no-psqlrc", "--tuples-only", "--no-align", "--username", Self::OWNER, "--dbname", "postgres"])
            .arg("--host")
            .arg(&self.folder)
            .args(["--command", sql])
            .env_remove("PGPORT")
            .env_remove("PGOPTIONS")
            .output()?;
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT is Postgres' fast shutdown: it waits for no client. Killed, it would leave the
        // processes of its connections to find out for themselves.
        let interrupted = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        if !interrupted.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Removes what an interrupted run has left: the folder of a process that is gone, with the data
/// of a server that has stopped.
fn remove_leftovers() {
    for entry in fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(process) = name.to_str().and_then(|name| name.strip_prefix(FOLDER)) else { continue };
        let data = entry.path().join("data");
        let is_gone = Path::new("/proc/self").exists() && !Path::new("/proc").join(process).exists();
        if is_gone && data.join("PG_VERSION").exists() && !data.join("postmaster.pid").exists() {
            // Somebody else's cannot be removed, and does not matter.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Who runs the server.
enum User {
    Own,
    Other { uid: u32, gid: u32 },
}

impl User {
    fn for_server() -> Result<Self> {
        let id = |arguments: &[&str]| process::output(Command::new("id").args(arguments).stderr(Stdio::null()));
        if id(&["-u"])?.trim() != "0" {
            return Ok(Self::Own);
        }
        for name in USERS {
            // One that does not exist is no failure: the next may.
            if let (Ok(uid), Ok(gid)) = (id(&["-u", name]), id(&["-g", name])) {
                return Ok(Self::Other { uid: uid.trim().parse()?, gid: gid.trim().parse()? });
            }
        }
        bail!("Postgres refuses to run as root, and there is no user {}", USERS.join(" or "))
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "INT"]);
        if let Self::Other { uid, gid } = self {
            command.args([&format!("--reuid={uid}"), &format!("--regid={gid}"), "--clear-groups"]);
        }
        if !process::works("setpriv", "--version") {
            // Without util-linux, one's own server is still stopped by Ctrl-C and at the end.
            return Command::new(program);
        }
        command.arg("--").arg(program);
        command
    }
}
