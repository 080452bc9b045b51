//! The path of an image that was pasted, or dropped on the terminal, which pastes it.

use std::path::PathBuf;

use crate::session::ImageFormat;

/// A longer paste is no path.
const LONGEST: usize = 4096;

/// Returns the image's path when a paste is one, whole and absolute: plain, quoted, with escaped blanks, or a URL.
pub(in crate::tui) fn image_path(pasted: &str) -> Option<PathBuf> {
    let text = pasted.trim();
    if text.len() > LONGEST || text.chars().any(char::is_control) {
        return None;
    }
    let quoted = ['\'', '"'].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    let path = match (quoted, text.strip_prefix("file://")) {
        (Some(inside), _) => inside.to_owned(),
        (None, Some(url)) => decoded(url)?,
        (None, None) => unescaped(text),
    };
    let is_image = path.starts_with('/') && ImageFormat::of_name(&path).is_some();
    is_image.then(|| PathBuf::from(path))
}

/// Returns a path as the shell would read it.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => out.extend(characters.next()),
            _ => out.push(character),
        }
    }
    out
}

/// Returns the path of a URL, its host left out; none where it is not one.
fn decoded(url: &str) -> Option<String> {
    let path = &url[url.find('/')?..];
    let mut bytes = Vec::new();
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let value = digit(rest.next()?)? * 16 + digit(rest.next()?)?;
        bytes.push(u8::try_from(value).ok()?);
    }
    String::from_utf8(bytes).ok().filter(|path| !path.chars().any(char::is_control))
}
