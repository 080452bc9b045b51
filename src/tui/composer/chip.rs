//! Pieces of a draft that are shown folded, as one thing that the cursor steps over.
//!
//! In the raw text a chip is one character of the last private plane. A further kind of chip (one that stands for
//! something beside the text) needs a variant here and a way to put it in; editing, wrapping, drawing and undo go by
//! the label and need no change.

use std::ops::Range;
use std::sync::Arc;

use super::part::Part;
use crate::session::Image;
use crate::tui::text::grouped;

/// Chips stand in the text as these characters. Text that has such characters of its own is always kept as a chip, so
/// the two cannot be confused.
const CHARACTERS: Range<u32> = 0x10_0000..0x10_fffe;

/// A piece that is shown folded.
#[derive(Debug, Clone)]
pub(super) struct Chip {
    kind: ChipKind,
    label: String,
}

/// What a chip stands for.
#[derive(Debug, Clone)]
enum ChipKind {
    /// A long paste, sent in place of the chip.
    Pasted(Arc<str>),
    /// The path of an image that is being read, sent as it was pasted if the image never comes.
    Awaited(Arc<str>),
    /// An image, sent beside the text, in which its name stands.
    Image {
        /// The image.
        image: Image,
        /// Its name in the text.
        name: String,
    },
}

impl Chip {
    /// Returns a paste as a chip.
    pub(super) fn pasted(text: &str) -> Self {
        let lines = text.lines().count();
        let label = if lines > 1 {
            format!("[pasted {} lines]", grouped(lines))
        } else {
            format!("[pasted {} characters]", grouped(text.chars().count()))
        };
        Self { kind: ChipKind::Pasted(Arc::from(text)), label }
    }

    /// Returns the path of an image that is being read as a chip.
    pub(super) fn awaited(path: &str) -> Self {
        let label = format!("[reading {}]", path.rsplit('/').next().unwrap_or(path));
        Self { kind: ChipKind::Awaited(Arc::from(path)), label }
    }

    /// Tells whether it waits for the image of a path.
    pub(super) fn awaits(&self, path: &str) -> bool {
        matches!(&self.kind, ChipKind::Awaited(awaited) if awaited.as_ref() == path)
    }

    /// Tells whether it waits for an image.
    pub(super) fn is_awaited(&self) -> bool {
        matches!(self.kind, ChipKind::Awaited(_))
    }

    /// Returns the part of a draft that it is.
    pub(super) fn part(&self) -> Part {
        match &self.kind {
            ChipKind::Pasted(text) => Part::Pasted(text.to_string()),
            ChipKind::Awaited(path) => Part::Text(path.to_string()),
            ChipKind::Image { image, .. } => Part::Image(image.clone()),
        }
    }

    /// Returns an image as a chip.
    pub(super) fn image(image: Image) -> Self {
        let (label, name) = (format!("[image {}]", image.label()), format!("[image {}]", image.name));
        Self { kind: ChipKind::Image { image, name }, label }
    }

    /// Returns the image that it stands for, if it does.
    pub(super) fn shown_image(&self) -> Option<&Image> {
        match &self.kind {
            ChipKind::Pasted(_) | ChipKind::Awaited(_) => None,
            ChipKind::Image { image, .. } => Some(image),
        }
    }

    /// Returns what is shown for it.
    pub(super) fn label(&self) -> &str {
        &self.label
    }

    /// Returns what is sent for it in the message's text.
    pub(super) fn text(&self) -> &str {
        match &self.kind {
            ChipKind::Pasted(text) | ChipKind::Awaited(text) => text,
            ChipKind::Image { name, .. } => name,
        }
    }
}

/// Returns the character that stands for a draft's chip of this number; none where there are too many.
pub(super) fn character(number: usize) -> Option<char> {
    let code = CHARACTERS.start.checked_add(u32::try_from(number).ok()?)?;
    char::from_u32(code).filter(|_| CHARACTERS.contains(&code))
}

/// Returns the number of the chip that a character stands for.
pub(super) fn number(character: char) -> Option<usize> {
    let code = u32::from(character);
    if !CHARACTERS.contains(&code) {
        return None;
    }
    usize::try_from(code - CHARACTERS.start).ok()
}

/// Tells whether a text has characters that would be taken for chips.
pub(super) fn could_be_confused(text: &str) -> bool {
    // Characters of that plane begin with this byte, and no others do.
    text.as_bytes().contains(&0xf4) && text.chars().any(|character| u32::from(character) >= CHARACTERS.start)
}
