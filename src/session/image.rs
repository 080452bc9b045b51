//! An image as it is sent to the model and kept in the log.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The formats that the service takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageFormat {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF; the model sees its first picture.
    Gif,
    /// WebP.
    Webp,
}

impl ImageFormat {
    /// Returns the format that a file's name ends with.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "png" => Some(Self::Png),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            "gif" => Some(Self::Gif),
            "webp" => Some(Self::Webp),
            _ => None,
        }
    }
}

/// An image that the user showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Its file's name, for people.
    pub name: String,
    /// The format of the data.
    pub format: ImageFormat,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// The bytes in base64; shared, since the conversation is copied with each request.
    #[serde(serialize_with = "write", deserialize_with = "read")]
    pub data: Arc<str>,
}

impl Image {
    /// Returns what stands for it in a line of text.
    pub fn label(&self) -> String {
        format!("{} {}×{}", self.name, self.width, self.height)
    }
}

fn write<S: Serializer>(data: &Arc<str>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(data)
}

fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<str>, D::Error> {
    String::deserialize(from).map(Arc::from)
}
