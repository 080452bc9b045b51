//! Keeps what was highlighted, the longest unused going first when it grows too large.

use std::collections::HashMap;
use std::sync::Arc;

use super::parse::Spans;

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
    entries: HashMap<ContentKey, (Arc<Spans>, usize, u64)>,
    bytes: usize,
    clock: u64,
}

impl Kept {
    /// At most so many bytes are kept.
    const LIMIT: usize = 24 << 20;

    /// Returns what is kept for a text and notes that it was used.
    pub(super) fn get(&mut self, key: ContentKey) -> Option<Arc<Spans>> {
        self.clock += 1;
        let (spans, _, used) = self.entries.get_mut(&key)?;
        *used = self.clock;
        Some(Arc::clone(spans))
    }

    /// Keeps a result and drops the longest unused ones above the limit.
    pub(super) fn put(&mut self, key: ContentKey, spans: Arc<Spans>) {
        let bytes = spans.iter().map(|line| 24 + line.capacity() * 24).sum::<usize>() + 64;
        self.clock += 1;
        if let Some((_, old, _)) = self.entries.insert(key, (spans, bytes, self.clock)) {
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
