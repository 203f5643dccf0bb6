//! A log file that gives way to the next one, by day or by size.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::time::today;

/// A file of log lines, for [`Logging::file`](super::Logging::file)
///
/// The file at its path is the present one. When a day ends, or when it would grow too long, it is renamed: `shop.log` to
/// `shop.log.1`, that to `shop.log.2`, and so on; the oldest is deleted. Lines are never split. On Unix, only its owner and
/// group may read it. Its folder is made.
///
/// ```
/// use fastrail::observability::LogFile;
///
/// let file = LogFile::new("logs/shop.log").daily().max_bytes(50 * 1024 * 1024).keep(7);
/// ```
#[derive(Clone, Debug)]
pub struct LogFile {
    path: PathBuf,
    daily: bool,
    max_bytes: u64,
    keep: usize,
}

impl LogFile {
    /// A file at a path. Defaults: a new one at 100 MiB; 5 old ones are kept
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), daily: false, max_bytes: 100 * 1024 * 1024, keep: 5 }
    }

    /// Begins a new file each day (UTC) as well
    #[must_use]
    pub fn daily(mut self) -> Self {
        self.daily = true;
        self
    }

    /// The longest that a file grows, in bytes; a line that is longer has one to itself. Default: 100 MiB
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// How many old files are kept. Default: 5; with 0, the file begins anew
    #[must_use]
    pub fn keep(mut self, files: usize) -> Self {
        self.keep = files;
        self
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens it, to go on where it ends
    pub(super) fn open(self) -> io::Result<Rotating> {
        self.open_on(today)
    }

    fn open_on(self, today: fn() -> u64) -> io::Result<Rotating> {
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        let file = open(&self.path)?;
        let metadata = file.metadata()?;
        // A file of an earlier day gives way at its first line.
        let written = metadata.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let day = written.filter(|_| metadata.len() > 0).map_or_else(today, |time| time.as_secs() / (24 * 60 * 60));
        Ok(Rotating { settings: self, file, bytes: metadata.len(), day, today })
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o640);
    options.open(path)
}

/// The present file
#[derive(Debug)]
pub(super) struct Rotating {
    settings: LogFile,
    file: File,
    bytes: u64,
    day: u64,
    today: fn() -> u64,
}

impl Rotating {
    /// Makes room at the path; where that fails, the present file goes on
    fn give_way(&mut self) {
        // Nobody can be told: this is where telling goes to.
        let _ = self.rotate();
    }

    fn rotate(&mut self) -> io::Result<()> {
        let path = &self.settings.path;
        let old = |number: usize| {
            let mut name = path.as_os_str().to_owned();
            name.push(format!(".{number}"));
            PathBuf::from(name)
        };
        for number in (1..self.settings.keep).rev() {
            if old(number).exists() {
                fs::rename(old(number), old(number + 1))?;
            }
        }
        match self.settings.keep {
            0 => fs::remove_file(path)?,
            _ => fs::rename(path, old(1))?,
        }
        self.file = open(path)?;
        self.bytes = 0;
        Ok(())
    }
}

impl Write for Rotating {
    /// Takes whole lines
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        let today = (self.today)();
        if self.settings.daily && self.day != today && self.bytes > 0 {
            self.give_way();
        }
        self.day = today;
        let room = self.settings.max_bytes.saturating_sub(self.bytes);
        let mut fits = 0;
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            if (fits + line.len()) as u64 > room && (fits > 0 || self.bytes > 0) {
                break;
            }
            fits += line.len();
        }
        if fits == 0 {
            self.give_way();
            // One line at least, however long it is.
            fits = lines.iter().position(|byte| *byte == b'\n').map_or(lines.len(), |end| end + 1);
        }
        self.file.write_all(&lines[..fits])?;
        self.bytes += fits as u64;
        Ok(fits)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    fn read(folder: &Path) -> Vec<(String, String)> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = entries
            .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap()))
            .collect();
        files.sort();
        files
    }

    fn named(files: &[(&str, &str)]) -> Vec<(String, String)> {
        files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn a_file_that_would_grow_too_long_gives_way_and_the_oldest_goes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        let mut file = LogFile::new(&path).max_bytes(8).keep(2).open().unwrap();
        file.write_all(b"one\ntwo\nthree\nfour\nfive\n").unwrap();
        assert_eq!(read(folder.path()), named(&[("a.log", "five\n"), ("a.log.1", "four\n"), ("a.log.2", "three\n")]));
        file.write_all(b"a line that is longer than a file\n1\n").unwrap();
        assert_eq!(read(folder.path())[0].1, "1\n");
        assert_eq!(read(folder.path())[1].1, "a line that is longer than a file\n");
        drop(file);
        // The next start goes on where it was.
        LogFile::new(&path).max_bytes(8).keep(2).open().unwrap().write_all(b"2\n").unwrap();
        assert_eq!(read(folder.path())[0].1, "1\n2\n");
    }

    #[test]
    fn a_new_day_begins_a_new_file() {
        static DAY: AtomicU64 = AtomicU64::new(1);
        let folder = tempfile::tempdir().unwrap();
        let file = LogFile::new(folder.path().join("logs/a.log")).daily().keep(1);
        let mut file = file.open_on(|| DAY.load(Ordering::Relaxed)).unwrap();
        file.write_all(b"Monday\n").unwrap();
        file.write_all(b"still Monday\n").unwrap();
        DAY.store(2, Ordering::Relaxed);
        file.write_all(b"Tuesday\n").unwrap();
        let expected = named(&[("a.log", "Tuesday\n"), ("a.log.1", "Monday\nstill Monday\n")]);
        assert_eq!(read(&folder.path().join("logs")), expected);
        DAY.store(3, Ordering::Relaxed);
        file.write_all(b"Wednesday\n").unwrap();
        assert_eq!(read(&folder.path().join("logs")), named(&[("a.log", "Wednesday\n"), ("a.log.1", "Tuesday\n")]));
    }
}
