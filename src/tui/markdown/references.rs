//! What a text's references lead to: links and notes that are defined elsewhere in it.

use std::collections::{HashMap, HashSet};

/// An address is passed on to the references of other chunks up to this length, and all of them together up to the
/// other: a definition that is used ten thousand times must not grow a text into gigabytes.
const ADDRESS_BYTES: usize = 2048;
const ADDED_BYTES: usize = 1 << 20;

/// The definitions of a text that were seen so far. The first one of a label counts.
#[derive(Debug, Clone, Default)]
pub(super) struct References {
    /// Addresses by label.
    links: HashMap<String, String>,
    notes: HashSet<String>,
    /// The labels in the order in which they came, to take back those of the open end.
    order: Vec<Label>,
    /// What was referred to without being defined. It may hold more than what still stands in the text.
    awaited: HashSet<Label>,
    /// Whether something was defined after it was referred to.
    is_late: bool,
    /// How much the references have added to the text.
    added: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Label {
    Link(String),
    Note(String),
}

/// How far definitions had come.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mark {
    order: usize,
    is_late: bool,
    added: usize,
}

impl References {
    /// Takes the definition of a link.
    pub(super) fn define_link(&mut self, label: &str, address: &str) {
        let label = folded(label);
        if address.len() > ADDRESS_BYTES || self.links.contains_key(&label) {
            return;
        }
        self.links.insert(label.clone(), address.to_owned());
        self.defined(Label::Link(label));
    }

    /// Takes the definition of a note.
    pub(super) fn define_note(&mut self, label: &str) {
        let label = folded(label);
        if self.notes.insert(label.clone()) {
            self.defined(Label::Note(label));
        }
    }

    fn defined(&mut self, label: Label) {
        self.is_late |= self.awaited.contains(&label);
        self.order.push(label);
    }

    /// Returns the address that a label stands for.
    pub(super) fn link(&mut self, label: &str) -> Option<String> {
        let label = folded(label);
        let Some(address) = self.links.get(&label) else {
            self.awaited.insert(Label::Link(label));
            return None;
        };
        let added = self.added + address.len();
        if added > ADDED_BYTES {
            return None;
        }
        self.added = added;
        Some(address.clone())
    }

    /// Tells whether a note of this label is known.
    pub(super) fn has_note(&mut self, label: &str) -> bool {
        let label = folded(label);
        let is_known = self.notes.contains(&label);
        if !is_known {
            self.awaited.insert(Label::Note(label));
        }
        is_known
    }

    /// Tells whether a reference was met before its definition, so that the text looks different with all of them known.
    pub(super) fn is_late(&self) -> bool {
        self.is_late
    }

    /// Returns all definitions, for laying the text out from its start.
    pub(super) fn for_all(self) -> Self {
        Self { awaited: HashSet::new(), is_late: false, added: 0, ..self }
    }

    /// Returns how far it has come.
    pub(super) fn mark(&self) -> Mark {
        Mark { order: self.order.len(), is_late: self.is_late, added: self.added }
    }

    /// Forgets the definitions that came since.
    pub(super) fn rewind(&mut self, mark: Mark) {
        for label in self.order.drain(mark.order.min(self.order.len())..) {
            match label {
                Label::Link(label) => drop(self.links.remove(&label)),
                Label::Note(label) => drop(self.notes.remove(&label)),
            }
        }
        self.is_late = mark.is_late;
        self.added = mark.added;
    }
}

/// Returns a label as it is compared: in any case, and with any white space.
fn folded(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
