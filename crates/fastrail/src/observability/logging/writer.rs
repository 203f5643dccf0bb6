//! The thread that writes lines, and what waits for it.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::Format;
use super::time::write_now;
use super::values::Line;

/// How long lines are gathered before they are written: waking the thread for each costs more than the line
const GATHERING: Duration = Duration::from_millis(2);

/// How much may wait to be written, in bytes
const MAX_WAITING: usize = 8 * 1024 * 1024;

/// Hands lines over to a thread that writes them; cloning it is cheap
#[derive(Clone, Debug)]
pub(super) struct Writer(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// There is something to write, or the end
    due: Condvar,
    /// All has been written
    done: Condvar,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug, Default)]
struct State {
    waiting: Vec<u8>,
    /// Lines that found no room
    lost: u64,
    is_writing: bool,
    is_asleep: bool,
    is_closed: bool,
}

impl Writer {
    /// Starts the thread
    pub(super) fn start(output: impl Write + Send + 'static, format: Format) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            due: Condvar::new(),
            done: Condvar::new(),
            thread: Mutex::default(),
        });
        let writing = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("log".to_owned()).spawn(move || writing.run(output, format))?;
        *lock(&shared.thread) = Some(thread);
        Ok(Self(shared))
    }

    /// Hands over one line, which ends with a line break
    pub(super) fn write(&self, line: &[u8]) {
        let mut state = lock(&self.0.state);
        if state.is_closed {
            return;
        }
        if state.waiting.len() + line.len() > MAX_WAITING {
            state.lost += 1;
            return;
        }
        state.waiting.extend_from_slice(line);
        // Told once: it does not wake at once.
        let is_asleep = std::mem::take(&mut state.is_asleep);
        drop(state);
        if is_asleep {
            self.0.due.notify_one();
        }
    }

    /// Waits until everything so far has been written
    pub(super) fn flush(&self) {
        let mut state = lock(&self.0.state);
        while (state.is_writing || !state.waiting.is_empty()) && !state.is_closed {
            state = self.0.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Writes what is left; lines that come later are dropped
    pub(super) fn close(&self) {
        lock(&self.0.state).is_closed = true;
        self.0.due.notify_one();
        let thread = lock(&self.0.thread).take();
        if let Some(thread) = thread {
            // It has nothing to say when it ends.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn run(&self, mut output: impl Write, format: Format) {
        let mut lines = Vec::new();
        while let Some(lost) = self.next(&mut lines) {
            if lost > 0 {
                lines.extend_from_slice(told(lost, format).as_bytes());
            }
            // Where lines cannot be written, nobody can be told.
            let _ = output.write_all(&lines).and_then(|()| output.flush());
            lines.clear();
        }
        self.done.notify_all();
    }

    /// Waits for lines and takes them; `None`: no more will come. Returns how many were lost
    fn next(&self, lines: &mut Vec<u8>) -> Option<u64> {
        let mut state = lock(&self.state);
        state.is_writing = false;
        while state.waiting.is_empty() && state.lost == 0 {
            if state.is_closed {
                return None;
            }
            self.done.notify_all();
            state.is_asleep = true;
            state = self.due.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.is_asleep = false;
            let gathered = self.due.wait_timeout_while(state, GATHERING, |state| !state.is_closed);
            state = gathered.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.is_writing = true;
        std::mem::swap(&mut state.waiting, lines);
        Some(std::mem::take(&mut state.lost))
    }
}

fn told(lost: u64, format: Format) -> Line {
    let mut line = Line::default();
    let _ = if format == Format::Json {
        line.push_str("{\"timestamp\":\"");
        write_now(&mut line);
        let said = "log lines were lost: they came faster than they could be written";
        writeln!(
            line,
            "\",\"level\":\"WARN\",\"target\":\"fastrail::logging\",\"message\":\"{said}\",\"lost\":{lost}}}"
        )
    } else {
        write_now(&mut line);
        writeln!(line, "  WARN fastrail::logging: log lines were lost lost={lost}")
    };
    line
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Default)]
    struct Output {
        written: Arc<Mutex<Vec<u8>>>,
        /// Held by a test that wants nothing to be written
        gate: Arc<Mutex<()>>,
    }

    impl Output {
        fn text(&self) -> String {
            String::from_utf8(lock(&self.written).clone()).unwrap()
        }
    }

    impl Write for Output {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _open = lock(&self.gate);
            lock(&self.written).extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn closing_writes_the_last_lines() {
        let output = Output::default();
        let writer = Writer::start(output.clone(), Format::Json).unwrap();
        for number in 0..1000 {
            writer.write(format!("{number}\n").as_bytes());
        }
        writer.close();
        writer.write(b"too late\n");
        let expected: String = (0..1000).map(|number| format!("{number}\n")).collect();
        assert_eq!(output.text(), expected);
    }

    #[test]
    fn lines_that_find_no_room_are_counted_and_told() {
        let output = Output::default();
        let shut = lock(&output.gate);
        let writer = Writer::start(output.clone(), Format::Json).unwrap();
        let line = [vec![b'x'; 1024 * 1024 - 1], vec![b'\n']].concat();
        // One more may be with the thread already.
        for _ in 0..20 {
            writer.write(&line);
        }
        drop(shut);
        writer.flush();
        writer.close();
        let text = output.text();
        let whole = text.lines().filter(|line| line.starts_with('x')).count() as u64;
        let told: Vec<serde_json::Value> =
            text.lines().filter(|line| line.starts_with('{')).map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(whole + told.iter().map(|line| line["lost"].as_u64().unwrap()).sum::<u64>(), 20);
        assert!((8..=16).contains(&whole), "{whole}");
    }
}
