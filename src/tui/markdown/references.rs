//! What a text's references lead to: links and notes that are defined elsewhere in it.

use std::collections::{HashMap, HashSet};

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::split::Chunk;

/// An address is passed on to the references of other chunks up to this length, and all of them in a part together up to
/// the other: a definition that is used ten thousand times must not grow a text into gigabytes.
const ADDRESS_BYTES: usize = 2048;
const ADDED_BYTES: usize = 1 << 20;

/// The definitions of a text that were seen so far, each with where its chunk begins. The first one of a label counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Definitions {
    /// Addresses by label.
    links: HashMap<String, (usize, String)>,
    notes: HashMap<String, usize>,
    /// The labels in the order in which they came, to take back those of the open end.
    order: Vec<Label>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Label {
    Link(String),
    Note(String),
}

impl Definitions {
    /// Takes what a chunk defines.
    pub(super) fn take(&mut self, text: &str, chunk: &Chunk, options: Options) {
        if !text[chunk.range.clone()].contains("]:") {
            return;
        }
        let source = chunk.source(text);
        let at = chunk.range.start;
        let parser = Parser::new_ext(&source, options);
        // In the order of the text: the first one of a label counts.
        let mut defined: Vec<_> = parser.reference_definitions().iter().collect();
        defined.sort_by_key(|(_, definition)| definition.span.start);
        for (label, definition) in defined {
            self.define_link(label, &definition.dest, at);
        }
        if source.contains("[^") {
            for event in parser {
                if let Event::Start(Tag::FootnoteDefinition(label)) = event {
                    self.define_note(&label, at);
                }
            }
        }
    }

    fn define_link(&mut self, label: &str, address: &str, at: usize) {
        let label = folded(label);
        if address.len() > ADDRESS_BYTES || self.links.contains_key(&label) {
            return;
        }
        self.links.insert(label.clone(), (at, address.to_owned()));
        self.order.push(Label::Link(label));
    }

    fn define_note(&mut self, label: &str, at: usize) {
        let label = folded(label);
        if !self.notes.contains_key(&label) {
            self.notes.insert(label.clone(), at);
            self.order.push(Label::Note(label));
        }
    }

    /// Returns how many there are, to go back to.
    pub(super) fn mark(&self) -> usize {
        self.order.len()
    }

    /// Forgets those that came since.
    pub(super) fn rewind(&mut self, mark: usize) {
        for label in self.order.drain(mark.min(self.order.len())..) {
            match label {
                Label::Link(label) => drop(self.links.remove(&label)),
                Label::Note(label) => drop(self.notes.remove(&label)),
            }
        }
    }

    fn has(&self, label: &Label) -> bool {
        match label {
            Label::Link(label) => self.links.contains_key(label),
            Label::Note(label) => self.notes.contains_key(label),
        }
    }
}

/// What a part of a text has referred to.
#[derive(Debug, Clone, Default)]
pub(super) struct Referred {
    /// What was not defined. It may hold more than what still stands in the text.
    awaited: HashSet<Label>,
    /// How much the references have added to the part.
    added: usize,
}

impl Referred {
    /// Tells whether something is defined by now that was not when it was referred to.
    pub(super) fn is_late(&self, definitions: &Definitions) -> bool {
        self.awaited.iter().any(|label| definitions.has(label))
    }

    /// Returns how much was added, to go back to.
    pub(super) fn mark(&self) -> usize {
        self.added
    }

    /// Takes back what was added since.
    pub(super) fn rewind(&mut self, mark: usize) {
        self.added = mark;
    }
}

/// Looks up the references of a chunk.
pub(super) struct References<'a> {
    /// What is defined.
    pub(super) definitions: &'a Definitions,
    /// Only what is defined before this byte counts.
    pub(super) before: usize,
    /// What was looked up.
    pub(super) referred: &'a mut Referred,
}

impl References<'_> {
    /// Returns the address that a label stands for.
    pub(super) fn link(&mut self, label: &str) -> Option<String> {
        let label = folded(label);
        let Some((_, address)) = self.definitions.links.get(&label).filter(|(at, _)| *at < self.before) else {
            self.referred.awaited.insert(Label::Link(label));
            return None;
        };
        let added = self.referred.added + address.len();
        if added > ADDED_BYTES {
            return None;
        }
        self.referred.added = added;
        Some(address.clone())
    }

    /// Tells whether a note of this label is known.
    pub(super) fn has_note(&mut self, label: &str) -> bool {
        let label = folded(label);
        let is_known = self.definitions.notes.get(&label).is_some_and(|at| *at < self.before);
        if !is_known {
            self.referred.awaited.insert(Label::Note(label));
        }
        is_known
    }
}

/// Returns a label as it is compared: in any case, and with any white space.
fn folded(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
