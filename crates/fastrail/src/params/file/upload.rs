//! `UploadFile`, a file that is read when it is needed, and `FileBytes`, one that is held in memory.

use std::fmt;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::{Stream, stream};
use http::HeaderMap;

use crate::error::Error;

/// How many bytes [`UploadFile::stream`] reads at once
const CHUNK_BYTES: usize = 64 * 1024;

/// Where the content of a file is
#[derive(Debug)]
pub(super) enum Content {
    Memory(Bytes),
    /// A file without a name: the system removes it with the last handle
    Disk(Mutex<std::fs::File>),
}

/// What all handles of one file share
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) file_name: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) headers: HeaderMap,
    pub(super) size: u64,
    pub(super) content: Content,
    /// Stands for the file in the text of a form
    pub(super) handle: String,
}

/// A file that a client has sent
///
/// Its content is in memory up to `spool_bytes` of the app's [`Limits`](crate::Limits), beyond that in a temporary file
/// without a name below `TMPDIR`, which the system removes with the last handle: also when the client leaves, the
/// operation panics or the process is killed. Cloning is cheap; each clone reads from a position of its own.
///
/// ```
/// use fastrail::UploadFile;
/// use fastrail::prelude::*;
///
/// #[post("/avatar")]
/// async fn set_avatar(#[file(max_bytes = 1_000_000, content_types("image/*"))] avatar: UploadFile) -> String {
///     format!("{} bytes of {}", avatar.size(), avatar.content_type().unwrap_or("something"))
/// }
/// ```
///
/// # Errors
/// 422 when it is absent, no file or of a type that is not allowed; 413 when it is too large; 400 when the form cannot
/// be read.
#[derive(Clone)]
pub struct UploadFile {
    pub(super) shared: Arc<Shared>,
    position: u64,
}

impl UploadFile {
    pub(super) fn new(shared: Shared) -> Self {
        Self { shared: Arc::new(shared), position: 0 }
    }

    /// The name that the client gives it, as it was sent: never part of a path; see
    /// [`safe_file_name`](Self::safe_file_name)
    pub fn file_name(&self) -> Option<&str> {
        self.shared.file_name.as_deref()
    }

    /// The last part of [`file_name`](Self::file_name) with everything but letters, digits, `.`, `-` and `_` replaced
    /// by `_`, without dots in front, and of at most 100 characters: harmless inside a directory of its own
    ///
    /// `None` when nothing is left. Two files can have the same name, and Windows has names that are devices (`NUL`):
    /// a name that you make yourself is better still.
    pub fn safe_file_name(&self) -> Option<String> {
        let last = self.file_name()?.rsplit(['/', '\\']).next().unwrap_or_default();
        let safe: String = last
            .chars()
            .map(|c| if c.is_alphanumeric() || ".-_".contains(c) { c } else { '_' })
            .skip_while(|c| *c == '.')
            .take(100)
            .collect();
        if safe.is_empty() { None } else { Some(safe) }
    }

    /// The media type that the client declares for it; it may be wrong
    pub fn content_type(&self) -> Option<&str> {
        self.shared.content_type.as_deref()
    }

    /// The size in bytes
    pub fn size(&self) -> u64 {
        self.shared.size
    }

    /// The headers of its part
    pub fn headers(&self) -> &HeaderMap {
        &self.shared.headers
    }

    /// Whether it has been written to disk
    pub fn is_on_disk(&self) -> bool {
        matches!(self.shared.content, Content::Disk(_))
    }

    /// Moves to `position` bytes from the start; beyond the end there is nothing to read
    pub fn seek(&mut self, position: u64) {
        self.position = position;
    }

    /// Reads up to `max` bytes from the position on, and moves it; empty at the end
    ///
    /// # Errors
    /// 500 when the temporary file cannot be read.
    pub async fn read(&mut self, max: usize) -> Result<Bytes, Error> {
        let bytes = match &self.shared.content {
            Content::Memory(bytes) => {
                let start = usize::try_from(self.position).unwrap_or(usize::MAX).min(bytes.len());
                bytes.slice(start..bytes.len().min(start.saturating_add(max)))
            }
            Content::Disk(_) => {
                let (shared, position) = (Arc::clone(&self.shared), self.position);
                blocking(move || shared.read_at(position, max)).await?
            }
        };
        self.position += bytes.len() as u64;
        Ok(bytes)
    }

    /// The whole content in memory: mind its [`size`](Self::size), which `max_file_bytes` bounds
    ///
    /// # Errors
    /// 500 when the temporary file cannot be read.
    pub async fn bytes(&self) -> Result<Bytes, Error> {
        match &self.shared.content {
            Content::Memory(bytes) => Ok(bytes.clone()),
            Content::Disk(_) => {
                let shared = Arc::clone(&self.shared);
                blocking(move || shared.read_at(0, usize::MAX)).await
            }
        }
    }

    /// The content from the position on, piece by piece
    pub fn stream(self) -> impl Stream<Item = Result<Bytes, Error>> + Send + Unpin {
        Box::pin(stream::try_unfold(self, |mut file| async move {
            let bytes = file.read(CHUNK_BYTES).await?;
            Ok(if bytes.is_empty() { None } else { Some((bytes, file)) })
        }))
    }

    /// Writes the content to a file that does not exist yet; answers its size in bytes
    ///
    /// What has been written is removed when it cannot be finished.
    ///
    /// # Errors
    /// 500 when the path exists or cannot be written.
    pub async fn save_to(&self, path: impl Into<PathBuf>) -> Result<u64, Error> {
        let (shared, path) = (Arc::clone(&self.shared), path.into());
        blocking(move || {
            let mut target = std::fs::File::create_new(&path)?;
            let copied = shared.copy_to(&mut target);
            if copied.is_err() {
                let _ = std::fs::remove_file(&path);
            }
            copied
        })
        .await
    }
}

impl fmt::Debug for UploadFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UploadFile({:?}, {} bytes)", self.file_name().unwrap_or_default(), self.size())
    }
}

impl Shared {
    /// Reads up to `max` bytes from `position` on; blocks
    pub(super) fn read_at(&self, position: u64, max: usize) -> io::Result<Bytes> {
        let left = usize::try_from(self.size.saturating_sub(position)).unwrap_or(usize::MAX);
        match &self.content {
            Content::Memory(bytes) => {
                let start = bytes.len() - left.min(bytes.len());
                Ok(bytes.slice(start..start + left.min(max)))
            }
            Content::Disk(file) => {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(position))?;
                let mut buffer = vec![0; left.min(max)];
                file.read_exact(&mut buffer)?;
                Ok(Bytes::from(buffer))
            }
        }
    }

    fn copy_to(&self, target: &mut std::fs::File) -> io::Result<u64> {
        match &self.content {
            Content::Memory(bytes) => io::copy(&mut bytes.as_ref(), target),
            Content::Disk(file) => {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(0))?;
                io::copy(&mut *file, target)
            }
        }
    }
}

/// Runs disk work on the blocking pool; its failure is a 500 whose reason the log gets
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| Error::internal(format_args!("an uploaded file: {error}"))),
        Err(error) => Err(Error::internal(format_args!("an uploaded file: {error}"))),
    }
}

/// The content of a file, held in memory
///
/// What all such files of a request hold is bounded by the app's `max_body_bytes`; more is 413. For large files take
/// [`UploadFile`].
///
/// ```
/// use fastrail::FileBytes;
/// use fastrail::prelude::*;
///
/// #[post("/count")]
/// async fn count(file: FileBytes) -> usize {
///     file.len()
/// }
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FileBytes(pub Bytes);

impl Deref for FileBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<FileBytes> for Bytes {
    fn from(file: FileBytes) -> Self {
        file.0
    }
}

impl fmt::Debug for FileBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileBytes({} bytes)", self.0.len())
    }
}
