//! Keeps what was highlighted, the longest unused going first when it grows too large.

use std::collections::HashMap;

use super::colors::Colors;

/// Names a text and its language by their hash: two texts that differ have different ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ContentKey([u8; 32]);

impl ContentKey {
    /// Returns the key of a text in a language.
    pub(super) fn new(language: &str, text: &str) -> Self {
        let mut hash = blake3::Hasher::new();
        hash.update(&(language.len() as u64).to_le_bytes());
        hash.update(language.as_bytes());
        hash.update(text.as_bytes());
        Self(*hash.finalize().as_bytes())
    }
}

/// What was highlighted, bounded by bytes.
#[derive(Debug, Default)]
pub(super) struct Kept {
    entries: HashMap<ContentKey, (Colors, usize, u64)>,
    bytes: usize,
    clock: u64,
}

impl Kept {
    /// At most so many bytes are kept.
    const LIMIT: usize = 24 << 20;

    /// Returns what is kept for a text and notes that it was used.
    pub(super) fn get(&mut self, key: ContentKey) -> Option<Colors> {
        self.clock += 1;
        let (colors, _, used) = self.entries.get_mut(&key)?;
        *used = self.clock;
        Some(colors.clone())
    }

    /// Keeps a result and drops the longest unused ones above the limit.
    pub(super) fn put(&mut self, key: ContentKey, colors: Colors) {
        let bytes = colors.bytes();
        self.clock += 1;
        if let Some((_, old, _)) = self.entries.insert(key, (colors, bytes, self.clock)) {
            self.bytes -= old;
        }
        self.bytes += bytes;
        while self.bytes > Self::LIMIT && self.entries.len() > 1 {
            let oldest = self.entries.iter().min_by_key(|(_, (_, _, used))| *used).map(|(key, _)| *key);
            let Some((_, bytes, _)) = oldest.and_then(|key| self.entries.remove(&key)) else { return };
            self.bytes -= bytes;
        }
    }
}
