//! A file's bytes and mode, shared and never changed in place.

use std::sync::Arc;

use base64::Engine as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Texts with more bytes take long to be compared.
const SLOW: usize = 256 << 10;

/// The bytes of a file; cloning shares them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Text(Arc<[u8]>);

impl Text {
    /// Returns the text of these bytes.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self(bytes.into())
    }

    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the text where the bytes are UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// Tells whether git would call it binary: a NUL in the first 8,000 bytes.
    pub fn is_binary(&self) -> bool {
        self.0.iter().take(8000).any(|byte| *byte == 0)
    }

    /// Tells whether it takes so long to be compared with another text that nobody should wait for it.
    pub fn takes_long(&self) -> bool {
        self.0.len() > SLOW
    }

    /// Returns the lines, each with its `\n`; only `\n` ends a line, and the CR of a CRLF belongs to it.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        self.0.split_inclusive(|byte| *byte == b'\n')
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Arc::from(text.as_bytes()))
    }
}

/// The form in a journal: a JSON string where the bytes are UTF-8, else `{"base64": …}`.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Stored<'a> {
    Plain(std::borrow::Cow<'a, str>),
    Base64 { base64: String },
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self.as_str() {
            Some(text) => Stored::Plain(text.into()).serialize(out),
            None => {
                let base64 = base64::engine::general_purpose::STANDARD.encode(&self.0);
                Stored::Base64 { base64 }.serialize(out)
            }
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        match Stored::deserialize(input)? {
            Stored::Plain(text) => Ok(Self::from(text.as_ref())),
            Stored::Base64 { base64 } => base64::engine::general_purpose::STANDARD
                .decode(base64)
                .map(Self::new)
                .map_err(serde::de::Error::custom),
        }
    }
}

/// What kind of file it is, as git stores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// 100644.
    #[default]
    Regular,
    /// 100755.
    Executable,
    /// 120000; the text is the link's target.
    Symlink,
}

/// A file as it stands: bytes and mode. Absent is `None` around it, and is not the same as empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Snapshot {
    /// The bytes.
    pub text: Text,
    /// The mode.
    pub mode: Mode,
}
