//! The paths of images that were pasted, or dropped on the terminal, which pastes them.

use std::path::PathBuf;

use crate::session::ImageFormat;

/// A longer paste is no path.
const LONGEST: usize = 4096;

/// So many images may be dropped at once.
const MOST: usize = 20;

/// Returns the images' paths when a paste is nothing else, each whole and absolute: plain, quoted, with escaped blanks, or
/// a URL; several stand one a line, or behind each other as a shell would take them.
pub(in crate::tui) fn image_paths(pasted: &str) -> Option<Vec<PathBuf>> {
    let text = pasted.trim();
    if text.len() > LONGEST * MOST {
        return None;
    }
    // A list of URLs may have lines that say something about it.
    let lines: Vec<&str> =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let several = |parts: Vec<String>| {
        let paths: Option<Vec<PathBuf>> = parts.iter().map(|part| as_path(part)).collect();
        paths.filter(|paths| (2..=MOST).contains(&paths.len()))
    };
    match lines.as_slice() {
        [line] => shell_words(line).and_then(several).or_else(|| Some(vec![image_path(line)?])),
        lines => lines
            .iter()
            .map(|line| image_path(line))
            .collect::<Option<Vec<_>>>()
            .filter(|paths| !paths.is_empty() && paths.len() <= MOST),
    }
}

/// Returns the path that a line is.
fn image_path(line: &str) -> Option<PathBuf> {
    let word = shell_words(line).and_then(|words| <[String; 1]>::try_from(words).ok());
    // Some terminals paste it as it is, blanks and all.
    word.and_then(|[word]| as_path(&word)).or_else(|| as_path(line))
}

/// Returns the path that a word is, or a URL of it.
fn as_path(word: &str) -> Option<PathBuf> {
    if word.len() > LONGEST || word.chars().any(char::is_control) {
        return None;
    }
    let path = match word.strip_prefix("file://") {
        Some(url) => decoded(url)?,
        None => word.to_owned(),
    };
    let is_image = path.starts_with('/') && ImageFormat::of_name(&path).is_some();
    is_image.then(|| PathBuf::from(path))
}

/// Returns the words of a line as a shell would read them; none where a quote is left open.
fn shell_words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), character) if character == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(characters.next()),
            (None, ' ' | '\t') => words.extend(word.take()),
            (_, character) => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
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
