//! Images made fit for the model: decoded under limits, scaled down, written anew where they are too large.
//!
//! What comes from a file is hostile until it is decoded: a few bytes may claim to be a wall of pixels, and an image
//! that the service cannot read would spoil every later request of the conversation. So every image is decoded once.

use std::fs::File;
use std::io::{Cursor, Read as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageReader, Limits};

use crate::engine::{ImageFault, Images};
use crate::session::{Image, ImageFormat};

/// The longest side that the model sees sharp; what is larger is scaled down.
const LONGEST_SIDE: u32 = 1_568;
/// The most bytes that the service takes.
const MOST_BYTES: usize = 3_932_160;
/// Larger files are not read.
const MOST_FILE_BYTES: u64 = 30 << 20;
/// Larger pictures are not decoded, and decoding takes no more memory.
const MOST_SIDE: u32 = 16_384;
const MOST_PIXELS: u64 = 64_000_000;
const MOST_MEMORY: u64 = 512 << 20;
/// The qualities of JPEG to try until the bytes are few enough.
const QUALITIES: [u8; 3] = [88, 70, 45];

/// Makes images fit, with the decoders of the crate `image`.
#[derive(Debug, Clone, Copy, Default)]
pub struct ImageDecoder;

impl Images for ImageDecoder {
    fn load(&self, path: &Path) -> Result<Image, ImageFault> {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let unreadable = |reason: String| ImageFault::Unreadable { name: name.clone(), reason };
        // Looked at before it is opened: a named pipe would wait for ever.
        let found = std::fs::metadata(path).map_err(|failure| unreadable(failure.to_string()))?;
        if !found.is_file() {
            return Err(unreadable("it is not a file".to_owned()));
        }
        if found.len() > MOST_FILE_BYTES {
            return Err(ImageFault::TooLarge { name, what: format!("{} bytes", found.len()) });
        }
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(|failure| unreadable(failure.to_string()))?;
        file.take(MOST_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|failure| unreadable(failure.to_string()))?;
        self.prepare(&name, &bytes)
    }

    fn prepare(&self, name: &str, bytes: &[u8]) -> Result<Image, ImageFault> {
        if bytes.len() as u64 > MOST_FILE_BYTES {
            return Err(ImageFault::TooLarge { name: name.to_owned(), what: format!("{} bytes", bytes.len()) });
        }
        let unreadable = |failure: &dyn std::fmt::Display| ImageFault::Unreadable {
            name: name.to_owned(),
            reason: failure.to_string(),
        };
        let reader = || ImageReader::new(Cursor::new(bytes)).with_guessed_format();
        let format = reader().map_err(|failure| unreadable(&failure))?.format();
        let format = match format {
            Some(image::ImageFormat::Png) => ImageFormat::Png,
            Some(image::ImageFormat::Jpeg) => ImageFormat::Jpeg,
            Some(image::ImageFormat::Gif) => ImageFormat::Gif,
            Some(image::ImageFormat::WebP) => ImageFormat::Webp,
            _ => return Err(ImageFault::Unknown { name: name.to_owned() }),
        };
        // The head alone tells how large it claims to be.
        let dimensions = reader().map_err(|failure| unreadable(&failure))?.into_dimensions();
        let (width, height) = dimensions.map_err(|failure| unreadable(&failure))?;
        if width > MOST_SIDE || height > MOST_SIDE || u64::from(width) * u64::from(height) > MOST_PIXELS {
            return Err(ImageFault::TooLarge { name: name.to_owned(), what: format!("{width}×{height} pixels") });
        }
        let mut limited = reader().map_err(|failure| unreadable(&failure))?;
        let mut limits = Limits::default();
        limits.max_image_width = Some(MOST_SIDE);
        limits.max_image_height = Some(MOST_SIDE);
        limits.max_alloc = Some(MOST_MEMORY);
        limited.limits(limits);
        let picture = limited.decode().map_err(|failure| unreadable(&failure))?;
        let is_fit = width.max(height) <= LONGEST_SIDE && bytes.len() <= MOST_BYTES;
        if is_fit {
            return Ok(of(name, format, width, height, bytes));
        }
        let picture = if width.max(height) > LONGEST_SIDE {
            picture.resize(LONGEST_SIDE, LONGEST_SIDE, FilterType::CatmullRom)
        } else {
            picture
        };
        written(name, format, &picture).ok_or_else(|| unreadable(&"it cannot be made small enough"))
    }
}

/// Writes a picture anew: as PNG where it was not a photograph and that is small enough, else as JPEG.
fn written(name: &str, format: ImageFormat, picture: &DynamicImage) -> Option<Image> {
    let (width, height) = (picture.width(), picture.height());
    if format != ImageFormat::Jpeg {
        let mut bytes = Vec::new();
        // 16 bits a channel and the like say nothing to the model.
        let plain = if picture.color().has_alpha() {
            DynamicImage::ImageRgba8(picture.to_rgba8())
        } else {
            DynamicImage::ImageRgb8(picture.to_rgb8())
        };
        plain.write_with_encoder(PngEncoder::new(&mut bytes)).ok()?;
        if bytes.len() <= MOST_BYTES {
            return Some(of(name, ImageFormat::Png, width, height, &bytes));
        }
    }
    let opaque = DynamicImage::ImageRgb8(picture.to_rgb8());
    QUALITIES.into_iter().find_map(|quality| {
        let mut bytes = Vec::new();
        opaque.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality)).ok()?;
        (bytes.len() <= MOST_BYTES).then(|| of(name, ImageFormat::Jpeg, width, height, &bytes))
    })
}

fn of(name: &str, format: ImageFormat, width: u32, height: u32, bytes: &[u8]) -> Image {
    Image { name: name.to_owned(), format, width, height, data: STANDARD.encode(bytes).into() }
}
