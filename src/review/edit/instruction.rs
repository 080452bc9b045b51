//! What the model may ask for about one file, and what its replacements come to.

use crate::path::RelPath;

/// The model's instruction about one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Which file.
    pub path: RelPath,
    /// What to do with it.
    pub action: EditAction,
}

/// What an [`Edit`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditAction {
    /// Replaces texts, in order, all or none.
    Replace(Vec<Replacement>),
    /// Makes the file, or replaces all of its text.
    Write(String),
    /// Removes the file.
    Delete,
    /// Moves the file.
    Move(RelPath),
}

/// One text for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// What stands there.
    pub old: String,
    /// What shall stand there.
    pub new: String,
    /// Whether every place is meant.
    pub replace_all: bool,
}

/// The result of replacements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The new text.
    pub text: String,
    /// Whether one of them matched on a rung below exact.
    pub loose: bool,
}
