//! Takes in the content of one file: in memory up to a threshold, then in a temporary file.

use std::sync::Mutex;

use bytes::{Bytes, BytesMut};
use tokio::io::AsyncWriteExt;

use super::upload::{Content, blocking};
use crate::error::Error;

/// A file that is being received
pub(super) struct Spool {
    /// Bytes that stay in memory; `None`: all of them
    threshold: Option<usize>,
    memory: BytesMut,
    disk: Option<tokio::fs::File>,
    size: u64,
}

impl Spool {
    /// A file of which `threshold` bytes stay in memory, or all of it
    pub(super) fn new(threshold: Option<usize>) -> Self {
        Self { threshold, memory: BytesMut::new(), disk: None, size: 0 }
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Takes in the next piece
    ///
    /// # Errors
    /// 500 when there is no temporary file to write to.
    pub(super) async fn write(&mut self, chunk: &Bytes) -> Result<(), Error> {
        self.size += chunk.len() as u64;
        if self.disk.is_none() {
            if self.threshold.is_none_or(|threshold| self.memory.len() + chunk.len() <= threshold) {
                self.memory.extend_from_slice(chunk);
                return Ok(());
            }
            let mut disk = tokio::fs::File::from_std(blocking(tempfile::tempfile).await?);
            disk.write_all(&self.memory).await.map_err(failed)?;
            self.memory = BytesMut::new();
            self.disk = Some(disk);
        }
        match &mut self.disk {
            Some(disk) => disk.write_all(chunk).await.map_err(failed),
            None => Ok(()),
        }
    }

    /// The whole of it
    ///
    /// # Errors
    /// 500 when the temporary file cannot be written.
    pub(super) async fn finish(self) -> Result<Content, Error> {
        match self.disk {
            None => Ok(Content::Memory(self.memory.freeze())),
            Some(mut disk) => {
                disk.flush().await.map_err(failed)?;
                Ok(Content::Disk(Mutex::new(disk.into_std().await)))
            }
        }
    }
}

fn failed(error: std::io::Error) -> Error {
    Error::internal(format_args!("cannot write an uploaded file: {error}"))
}
