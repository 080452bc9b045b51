//! Images are made fit, or refused with a word.

use std::io::Cursor;
use std::path::Path;

use adit::adapters::images::ImageDecoder;
use adit::engine::{ImageFault, Images as _};
use adit::session::{Image, ImageFormat};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{DynamicImage, ImageBuffer, Rgb, Rgba};

/// A picture in which no pixel tells the next, so that it cannot be packed.
fn noise(width: u32, height: u32) -> DynamicImage {
    let mut seed = 7_u32;
    DynamicImage::ImageRgb8(ImageBuffer::from_fn(width, height, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = seed.to_be_bytes();
        Rgb([a, b, c])
    }))
}

fn encoded(picture: &DynamicImage, format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn prepared(name: &str, bytes: &[u8]) -> Image {
    ImageDecoder.prepare(name, bytes).unwrap()
}

fn data(image: &Image) -> Vec<u8> {
    STANDARD.decode(image.data.as_bytes()).unwrap()
}

#[test]
fn what_is_fit_is_sent_byte_for_byte() {
    let picture = noise(40, 30);
    for (format, expected) in [
        (image::ImageFormat::Png, ImageFormat::Png),
        (image::ImageFormat::Jpeg, ImageFormat::Jpeg),
        (image::ImageFormat::Gif, ImageFormat::Gif),
        (image::ImageFormat::WebP, ImageFormat::Webp),
    ] {
        let bytes = encoded(&picture, format);
        // The name does not decide: the bytes do.
        let image = prepared("picture.png", &bytes);
        assert_eq!((image.format, image.width, image.height), (expected, 40, 30));
        assert_eq!(data(&image), bytes, "{format:?}");
        assert_eq!(image.label(), "picture.png 40×30");
    }
}

#[test]
fn what_is_too_large_is_scaled_and_written_anew() {
    let wide = encoded(
        &DynamicImage::ImageRgba8(ImageBuffer::from_pixel(3_136, 100, Rgba([9, 9, 9, 99]))),
        image::ImageFormat::Png,
    );
    let image = prepared("wide.png", &wide);
    assert_eq!((image.width, image.height, image.format), (1_568, 50, ImageFormat::Png));
    let bytes = data(&image);
    let again = image::load_from_memory(&bytes).unwrap();
    assert_eq!((again.width(), again.height()), (1_568, 50));

    // Noise of this size has over four million bytes as PNG, and fewer as JPEG.
    let heavy = encoded(&noise(1_500, 1_100), image::ImageFormat::Png);
    assert!(heavy.len() > 3_932_160);
    let image = prepared("heavy.png", &heavy);
    assert_eq!(image.format, ImageFormat::Jpeg);
    assert!(data(&image).len() <= 3_932_160);
}

#[test]
fn hostile_images_are_refused_with_a_word() {
    // A PNG's head that claims 100,000 by 100,000 pixels.
    let mut bomb = encoded(&noise(2, 2), image::ImageFormat::Png);
    bomb[16..24].copy_from_slice(&[0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0]);
    let checksum = crc(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
    let fault = ImageDecoder.prepare("bomb.png", &bomb).unwrap_err();
    assert_eq!(fault.to_string(), "bomb.png is too large: 100000×100000 pixels");

    let mut cut = encoded(&noise(60, 60), image::ImageFormat::Png);
    cut.truncate(cut.len() / 2);
    let fault = ImageDecoder.prepare("cut.png", &cut).unwrap_err();
    assert!(matches!(&fault, ImageFault::Unreadable { .. }), "{fault:?}");

    for (name, bytes) in [("text.png", b"no image at all".as_slice()), ("empty.png", b""), ("page.gif", b"<html>")] {
        let fault = ImageDecoder.prepare(name, bytes).unwrap_err();
        assert_eq!(fault.to_string(), format!("{name} is no PNG, JPEG, GIF or WebP image"));
    }
}

#[test]
fn only_files_are_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a b.png");
    std::fs::write(&file, encoded(&noise(3, 3), image::ImageFormat::Png)).unwrap();
    assert_eq!(ImageDecoder.load(&file).unwrap().label(), "a b.png 3×3");
    let fault = ImageDecoder.load(folder.path()).unwrap_err().to_string();
    assert!(fault.ends_with("it is not a file"), "{fault}");
    let fault = ImageDecoder.load(Path::new("/dev/zero")).unwrap_err().to_string();
    assert_eq!(fault, "cannot read the image zero: it is not a file");
    assert!(ImageDecoder.load(&folder.path().join("none.png")).is_err());
    let huge = std::fs::File::create(folder.path().join("huge.png")).unwrap();
    huge.set_len(31 << 20).unwrap();
    let fault = ImageDecoder.load(&folder.path().join("huge.png")).unwrap_err().to_string();
    assert_eq!(fault, format!("huge.png is too large: {} bytes", 31 << 20));
}

/// The checksum of PNG's chunks.
fn crc(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}
