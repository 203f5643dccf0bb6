//! Handing the listening socket from a process to its successor, so that no connection is refused or reset.
//!
//! The old process waits at a Unix socket. The new one connects, gets a copy of the listening descriptor (`SCM_RIGHTS`),
//! starts, and writes one byte when it answers; then the old one drains. Both have the same queue of connections in
//! between, so nothing in it is lost. A new process that fails at its start changes nothing.
//!
//! *Rejected*: two sockets on one port (`SO_REUSEPORT`): what waits in the queue of the one that closes is reset, unless
//! `net.ipv4.tcp_migrate_req` is set.

#[cfg(unix)]
pub(super) use unix::Handover;

#[cfg(unix)]
mod unix {
    use std::io::{self, IoSlice, IoSliceMut, Write};
    use std::mem::MaybeUninit;
    use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
    use std::os::unix::net::UnixStream;
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use rustix::net::{
        RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
        recvmsg, sendmsg,
    };
    use tokio::io::AsyncReadExt;
    use tokio::net::UnixListener;

    use crate::error::Error;
    use crate::serve::Listener;

    /// How long the process before may take to hand over; it does nothing else for it
    const PATIENCE: Duration = Duration::from_secs(10);

    /// This process's place in the line of processes
    #[derive(Debug)]
    pub(crate) struct Handover {
        path: Option<PathBuf>,
        before: Option<UnixStream>,
    }

    impl Handover {
        pub(crate) fn new(path: Option<PathBuf>) -> Self {
            Self { path, before: None }
        }

        /// The socket of the process before; `None` when there is no such process
        ///
        /// # Errors
        /// When there is one and it does not hand over.
        pub(crate) async fn take_over(&mut self) -> Result<Option<Listener>, Error> {
            let Some(path) = self.path.clone() else { return Ok(None) };
            let shown = path.display().to_string();
            let failed = |error: io::Error| {
                Error::cannot_start(format_args!("the process at {shown} does not hand its socket over: {error}"))
            };
            let taken = tokio::task::spawn_blocking(move || receive(&path)).await.map_err(Error::internal)?;
            let Some((stream, descriptor)) = taken.map_err(failed)? else { return Ok(None) };
            self.before = Some(stream);
            Listener::from_descriptor(descriptor).map(Some).map_err(failed)
        }

        /// Waits at the path from now on, and tells the process before that it may go
        ///
        /// # Errors
        /// When the path cannot be listened at.
        pub(crate) fn ready(self, listener: &Listener) -> io::Result<Successor> {
            let Some(path) = self.path else { return Ok(Successor(None)) };
            let descriptor = listener.as_fd().try_clone_to_owned()?;
            let waiting = listen(&path)?;
            if let Some(mut before) = self.before {
                // One that has gone meanwhile need not be told.
                let _ = before.write_all(b"!");
            }
            Ok(Successor(Some((waiting, descriptor))))
        }
    }

    /// Who may come after this process
    #[derive(Debug)]
    pub(crate) struct Successor(Option<(UnixListener, OwnedFd)>);

    impl Successor {
        /// Ready when another process has taken over and answers
        pub(crate) async fn taken_over(&self) {
            let Some((waiting, descriptor)) = &self.0 else { return std::future::pending().await };
            loop {
                match self::hand_over(waiting, descriptor.as_fd()).await {
                    Ok(true) => return,
                    Ok(false) => tracing::warn!("the process that took the socket over has not become ready"),
                    Err(error) => {
                        tracing::warn!(%error, "the socket was not handed over");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                }
            }
        }
    }

    /// Hands over to the next one that asks; whether it became ready
    async fn hand_over(waiting: &UnixListener, descriptor: BorrowedFd<'_>) -> io::Result<bool> {
        let (mut stream, _) = waiting.accept().await?;
        let (theirs, ours) = (stream.peer_cred()?.uid(), rustix::process::geteuid().as_raw());
        if theirs != ours && theirs != 0 {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "another user asked for the socket"));
        }
        stream.writable().await?;
        send(stream.as_fd(), descriptor)?;
        Ok(stream.read(&mut [0]).await? == 1)
    }

    fn send(stream: BorrowedFd<'_>, descriptor: BorrowedFd<'_>) -> io::Result<()> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        let descriptors = [descriptor];
        if !control.push(SendAncillaryMessage::ScmRights(&descriptors)) {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        sendmsg(stream, &[IoSlice::new(b"s")], &mut control, SendFlags::empty())?;
        Ok(())
    }

    fn receive(path: &Path) -> io::Result<Option<(UnixStream, OwnedFd)>> {
        use io::ErrorKind::{ConnectionRefused, NotFound};
        let stream = match UnixStream::connect(path) {
            Ok(stream) => stream,
            Err(error) if matches!(error.kind(), NotFound | ConnectionRefused) => return Ok(None),
            Err(error) => return Err(error),
        };
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let mut byte = [0];
        recvmsg(&stream, &mut [IoSliceMut::new(&mut byte)], &mut control, RecvFlags::CMSG_CLOEXEC)?;
        let descriptor = control.drain().find_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
            _ => None,
        });
        match descriptor {
            Some(descriptor) => Ok(Some((stream, descriptor))),
            None => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it sent no descriptor")),
        }
    }

    /// Takes the path's place in one step, so that there is always somebody
    fn listen(path: &Path) -> io::Result<UnixListener> {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{}", std::process::id()));
        let temporary = PathBuf::from(name);
        if let Err(error) = std::fs::remove_file(&temporary)
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(error);
        }
        let listener = UnixListener::bind(&temporary)?;
        std::fs::rename(&temporary, path)?;
        Ok(listener)
    }
}

#[cfg(not(unix))]
pub(super) use elsewhere::Handover;

#[cfg(not(unix))]
mod elsewhere {
    use std::path::PathBuf;

    use crate::error::Error;
    use crate::serve::Listener;

    #[derive(Debug)]
    pub(crate) struct Handover(Option<PathBuf>);

    impl Handover {
        pub(crate) fn new(path: Option<PathBuf>) -> Self {
            Self(path)
        }

        pub(crate) async fn take_over(&mut self) -> Result<Option<Listener>, Error> {
            match &self.0 {
                None => Ok(None),
                Some(_) => Err(Error::cannot_start("a socket can be handed over on Unix only")),
            }
        }

        pub(crate) fn ready(self, _: &Listener) -> std::io::Result<Successor> {
            Ok(Successor)
        }
    }

    #[derive(Debug)]
    pub(crate) struct Successor;

    impl Successor {
        pub(crate) async fn taken_over(&self) {
            std::future::pending().await
        }
    }
}
