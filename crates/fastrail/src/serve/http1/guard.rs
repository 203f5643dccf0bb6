//! The reader between the socket and hyper: hands on complete, sound heads and the bodies that belong to them.
//!
//! Bytes are read straight into hyper's buffer and looked at there; only a head that is not complete is kept back. When
//! a head is refused, hyper gets a harmless one in its place, which the service answers with the refusal, so that answers
//! to earlier messages of the connection keep their order, and nothing that came after is ever taken for a request.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::head::Head;
use super::{Chunked, Framing, HeadLimits, HeadReader, Refusal};
use crate::serve::live::{Live, Reading};

/// What hyper reads in place of a head that was refused
const STAND_IN: &[u8] = b"GET / HTTP/1.1\r\nhost: refused\r\nconnection: close\r\n\r\n";

/// How much is kept of what comes after a request to upgrade, before that is answered
const MAX_EARLY: usize = 64 * 1024;

/// Where in the stream of messages we are
#[derive(Debug)]
enum State {
    Head(HeadReader),
    Body {
        framing: Body,
        upgrade: bool,
    },
    /// The client asked to upgrade: what its bytes mean is decided by the answer
    Undecided,
    /// They are not ours to read: HTTP/2, or after an upgrade
    Raw,
    /// A head was refused; hyper gets the stand-in, and nothing is read any more
    Refused {
        told: bool,
    },
    /// A body was malformed; nothing is read any more
    Broken(Refusal),
}

#[derive(Debug)]
enum Body {
    Length(u64),
    Chunked(Chunked),
}

/// A stream whose HTTP/1 messages are checked
#[derive(Debug)]
pub(crate) struct Guard<S> {
    stream: S,
    live: Arc<Live>,
    limits: HeadLimits,
    state: State,
    /// Kept back, or not yet handed out
    held: Vec<u8>,
    /// How many of them may be handed out
    free: usize,
    /// How many of them were
    given: usize,
}

impl<S> Guard<S> {
    /// Guards a stream from which `read` was read already
    pub(crate) fn new(stream: S, read: Vec<u8>, limits: HeadLimits, live: Arc<Live>) -> Self {
        let state = State::Head(HeadReader::default());
        let mut guard = Self { stream, live, limits, state, held: read, free: 0, given: 0 };
        guard.admit_held();
        guard
    }

    /// A stream that is handed on as it is
    pub(crate) fn raw(stream: S, read: Vec<u8>, live: Arc<Live>) -> Self {
        let free = read.len();
        let limits = HeadLimits { max_target: 0, max_head: 0, max_fields: 0 };
        Self { stream, live, limits, state: State::Raw, held: read, free, given: 0 }
    }

    /// Follows the messages in `bytes`, and answers how many of them hyper may see
    fn admit(&mut self, bytes: &[u8]) -> usize {
        let mut passed = 0;
        loop {
            let rest = &bytes[passed..];
            self.state = match &mut self.state {
                State::Head(_) if rest.is_empty() => return passed,
                State::Head(reader) => match reader.read(rest, &self.limits) {
                    Ok(Some(head)) => {
                        passed += head.len;
                        self.live.head_passed(head.has_ids);
                        after_head(head)
                    }
                    Ok(None) => return passed,
                    Err(refusal) => {
                        self.live.refuse(refusal);
                        State::Refused { told: false }
                    }
                },
                State::Body { framing, upgrade } => match framing.take(rest) {
                    Ok((taken, ended)) => {
                        passed += taken;
                        if !ended {
                            return passed;
                        }
                        if *upgrade { State::Undecided } else { State::Head(HeadReader::default()) }
                    }
                    Err(refusal) => State::Broken(refusal),
                },
                State::Undecided => match self.live.answered_upgrade() {
                    None => return passed,
                    Some(true) => State::Raw,
                    Some(false) => State::Head(HeadReader::default()),
                },
                State::Raw => return bytes.len(),
                State::Refused { .. } | State::Broken(_) => return passed,
            };
        }
    }

    /// Follows what is held, which starts with the first byte of the present head or of what follows an upgrade
    fn admit_held(&mut self) {
        let held = std::mem::take(&mut self.held);
        self.free = self.admit(&held);
        self.held = held;
    }

    /// Hands out what is held and free
    fn give(&mut self, buffer: &mut ReadBuf<'_>) -> bool {
        let ready = &self.held[self.given..self.free];
        let count = ready.len().min(buffer.remaining());
        buffer.put_slice(&ready[..count]);
        self.given += count;
        if self.given == self.free {
            self.held.drain(..self.free);
            (self.given, self.free) = (0, 0);
        }
        count > 0
    }
}

impl Body {
    fn take(&mut self, bytes: &[u8]) -> Result<(usize, bool), Refusal> {
        match self {
            Self::Length(left) => {
                let taken = (*left).min(bytes.len() as u64);
                *left -= taken;
                Ok((taken as usize, *left == 0))
            }
            Self::Chunked(chunked) => chunked.read(bytes),
        }
    }
}

impl<S: AsyncRead + Unpin> Guard<S> {
    /// Reads behind what is held
    fn poll_held(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut scratch = [0; 2048];
        let mut buffer = ReadBuf::new(&mut scratch);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer))?;
        self.held.extend_from_slice(buffer.filled());
        Poll::Ready(Ok(buffer.filled().len()))
    }

    /// Notes what the client is waited for
    fn wait(&self) {
        match &self.state {
            State::Head(reader) if reader.has_begun() => self.live.reads(Reading::Head),
            State::Head(_) => self.live.reads(Reading::Idle),
            _ => self.live.reads(Reading::Other),
        }
    }

    /// Reads on where something is held back, or an answer has to decide first
    fn poll_read_held(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Held>> {
        let undecided = matches!(self.state, State::Undecided);
        if !undecided || self.live.answered_upgrade().is_none() {
            if undecided {
                self.live.awaits_answer();
            }
            if undecided && self.held.len() >= MAX_EARLY {
                return Poll::Pending; // the answer wakes this task
            }
            match self.poll_held(cx)? {
                Poll::Pending => {
                    self.wait();
                    return Poll::Pending;
                }
                Poll::Ready(0) => return Poll::Ready(Ok(Held::End)),
                Poll::Ready(_) => {}
            }
        }
        self.admit_held();
        Poll::Ready(Ok(Held::More))
    }
}

/// Whether the client's bytes have ended
enum Held {
    More,
    End,
}

fn after_head(head: Head) -> State {
    let framing = match head.framing {
        Framing::Length(0) if head.upgrade => return State::Undecided,
        Framing::Length(0) => return State::Head(HeadReader::default()),
        Framing::Length(length) => Body::Length(length),
        Framing::Chunked => Body::Chunked(Chunked::default()),
    };
    State::Body { framing, upgrade: head.upgrade }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.given < this.free {
                this.give(buffer);
                return Poll::Ready(Ok(()));
            }
            match &mut this.state {
                State::Refused { told } => {
                    if std::mem::replace(told, true) {
                        return Poll::Pending;
                    }
                    this.held.clear();
                    this.held.extend_from_slice(STAND_IN);
                    this.free = STAND_IN.len();
                    continue;
                }
                State::Broken(refusal) => {
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, refusal.error())));
                }
                State::Head(reader) if reader.has_begun() && this.live.head_is_overdue() => {
                    this.live.refuse(Refusal::HeadTooSlow);
                    this.state = State::Refused { told: false };
                    continue;
                }
                State::Raw if this.held.is_empty() => return Pin::new(&mut this.stream).poll_read(cx, buffer),
                State::Undecided => {}
                _ if this.held.is_empty() => {
                    if ready!(this.poll_read_fresh(cx, buffer))? {
                        return Poll::Ready(Ok(()));
                    }
                    continue;
                }
                _ => {}
            }
            if let Held::End = ready!(this.poll_read_held(cx))? {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncRead + Unpin> Guard<S> {
    /// Reads straight into hyper's buffer; whether there is something for it, or the end
    fn poll_read_fresh(&mut self, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<bool>> {
        let start = buffer.filled().len();
        if Pin::new(&mut self.stream).poll_read(cx, buffer)?.is_pending() {
            self.wait();
            return Poll::Pending;
        }
        let fresh = &buffer.filled()[start..];
        if fresh.is_empty() {
            return Poll::Ready(Ok(true));
        }
        let passed = self.admit(fresh);
        if passed < fresh.len() {
            self.held.extend_from_slice(&fresh[passed..]);
            buffer.set_filled(start + passed);
        }
        Poll::Ready(Ok(passed > 0))
    }

    /// Looks whether the client leaves while it is waited for an answer
    ///
    /// hyper would look itself, but into a new buffer of 8 KiB for every request, even if that is answered at once. What
    /// comes in place of the end is kept for later; then, and while a body is on its way, nobody looks.
    fn poll_departure(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let between = matches!(self.state, State::Head(_) | State::Undecided);
        if !between || !self.held.is_empty() || !self.live.is_busy() {
            return Ok(());
        }
        match self.poll_read_held(cx)? {
            Poll::Ready(Held::End) => Err(io::ErrorKind::UnexpectedEof.into()),
            Poll::Ready(Held::More) | Poll::Pending => Ok(()),
        }
    }

    /// Reads and forgets what the client still sends, so that closing does not reset the connection before it has read
    /// its answer; ends with the client's end, or when the watch closes the connection
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut scratch = [0; 4096];
        loop {
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {}
                Poll::Ready(_) => return Poll::Ready(()),
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.live.writes(written.is_pending());
        written
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // hyper flushes whenever its connection is polled, so this is where it is waited for an answer.
        let this = self.get_mut();
        this.poll_departure(cx)?;
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
        if matches!(this.state, State::Refused { .. } | State::Broken(_) | State::Body { .. }) && this.live.may_linger()
        {
            ready!(this.poll_linger(cx));
        }
        Poll::Ready(Ok(()))
    }
}
