//! A `multipart/form-data` body for a test.

use bytes::{BufMut, Bytes, BytesMut};

/// Divides the parts; long enough to stand in no test's content by chance
const BOUNDARY: &str = "----fastrail-test-8f14e45fceea167a";

/// A form with files, as a browser would send it
///
/// ```
/// use fastrail::testing::Multipart;
///
/// let form = Multipart::new().text("title", "Cat").file("photo", "cat.png", "image/png", b"...".as_slice());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Multipart {
    body: BytesMut,
}

impl Multipart {
    /// A form without parts
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text field
    #[must_use]
    pub fn text(self, name: &str, value: &str) -> Self {
        self.part(&format!("Content-Disposition: form-data; name=\"{name}\"\r\n"), value.as_bytes())
    }

    /// Adds a file
    #[must_use]
    pub fn file(self, name: &str, file_name: &str, media_type: &str, content: impl AsRef<[u8]>) -> Self {
        let head = format!(
            "Content-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\nContent-Type: {media_type}\r\n"
        );
        self.part(&head, content.as_ref())
    }

    fn part(mut self, head: &str, content: &[u8]) -> Self {
        for piece in ["--".as_bytes(), BOUNDARY.as_bytes(), b"\r\n", head.as_bytes(), b"\r\n", content, b"\r\n"] {
            self.body.put_slice(piece);
        }
        self
    }

    pub(super) fn finish(mut self) -> (String, Bytes) {
        for piece in ["--", BOUNDARY, "--\r\n"] {
            self.body.put_slice(piece.as_bytes());
        }
        (format!("multipart/form-data; boundary={BOUNDARY}"), self.body.freeze())
    }
}
