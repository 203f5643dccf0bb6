//! A part of a file as a body.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use bytes::Bytes;
use futures_util::stream;

use crate::request::Body;

/// How much is read from disk at once
const CHUNK_BYTES: u64 = 64 * 1024;

/// `len` bytes of a file from `start` on; reading goes no further than the client takes it
///
/// A file that has become shorter meanwhile breaks the answer off, so that nobody takes a part for the whole.
pub(super) fn file_body(file: File, start: u64, len: u64) -> Body {
    if len == 0 {
        return Body::empty();
    }
    let pieces = stream::try_unfold((file, start, len), |(mut file, position, left)| async move {
        if left == 0 {
            return Ok::<_, std::io::Error>(None);
        }
        let read = tokio::task::spawn_blocking(move || {
            let size = left.min(CHUNK_BYTES);
            let mut buffer = vec![0; size as usize];
            file.seek(SeekFrom::Start(position))?;
            file.read_exact(&mut buffer)?;
            Ok((Bytes::from(buffer), (file, position + size, left - size)))
        });
        read.await.map_err(std::io::Error::other)?.map(Some)
    });
    Body::from_stream(pieces)
}
