//! A form with a file in it (RFC 7578), in one piece: a recording is small.

use bytes::Bytes;

use crate::ModelError;
use crate::client::malformed;

/// A form that is being filled in.
#[derive(Debug)]
pub(crate) struct Multipart {
    boundary: String,
    body: Vec<u8>,
}

impl Multipart {
    /// An empty form. Its boundary is drawn at random, so that it occurs in nothing that goes into it.
    ///
    /// # Errors
    /// [`ModelError::Malformed`] when this system has no randomness.
    pub(crate) fn random() -> Result<Self, ModelError> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(malformed)?;
        Ok(Self::new(format!("{:032x}", u128::from_ne_bytes(bytes))))
    }

    fn new(boundary: String) -> Self {
        Self {
            boundary,
            body: Vec::new(),
        }
    }

    /// Adds a field.
    pub(crate) fn text(mut self, name: &'static str, value: &str) -> Self {
        self.part(&format!("name=\"{name}\"\r\n"), value.as_bytes());
        self
    }

    /// Adds a file.
    pub(crate) fn file(
        mut self,
        name: &'static str,
        file: &'static str,
        kind: &'static str,
        bytes: &[u8],
    ) -> Self {
        let head = format!("name=\"{name}\"; filename=\"{file}\"\r\nContent-Type: {kind}\r\n");
        self.part(&head, bytes);
        self
    }

    /// Its type, with the boundary, and its bytes.
    pub(crate) fn finish(mut self) -> (String, Bytes) {
        self.body
            .extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        let kind = format!("multipart/form-data; boundary={}", self.boundary);
        (kind, self.body.into())
    }

    fn part(&mut self, head: &str, content: &[u8]) {
        let start = format!(
            "--{}\r\nContent-Disposition: form-data; {head}\r\n",
            self.boundary
        );
        self.body.extend_from_slice(start.as_bytes());
        self.body.extend_from_slice(content);
        self.body.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_its_fields_and_its_file_between_boundaries() {
        let (kind, bytes) = Multipart::new("b7".into())
            .text("language", "zh")
            .file("file", "turn.mp3", "audio/mpeg", b"\x00\r\n\xFF")
            .finish();
        assert_eq!(kind, "multipart/form-data; boundary=b7");
        let expected = b"--b7\r\nContent-Disposition: form-data; name=\"language\"\r\n\r\nzh\r\n\
            --b7\r\nContent-Disposition: form-data; name=\"file\"; filename=\"turn.mp3\"\r\n\
            Content-Type: audio/mpeg\r\n\r\n\x00\r\n\xFF\r\n--b7--\r\n";
        assert_eq!(&bytes[..], &expected[..]);
    }
}
