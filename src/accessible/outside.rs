//! What goes through the user's editor: requests and proposed files.

use std::fmt;
use std::sync::Arc;

use super::decide::Place;
use super::parts::Part;
use super::words::spoken;
use crate::path::RelPath;
use crate::review::{Mode, Review, Revision, Snapshot, Text};
use crate::session::Op;

/// Takes a text, the name of its file and the line to stand on; returns the new text, none if it is the same.
type Editing = dyn Fn(&str, &str, usize) -> Result<Option<String>, String> + Send + Sync;

/// The user's editor, handed in by the composition root.
#[derive(Clone)]
pub struct Editor(Arc<Editing>);

impl fmt::Debug for Editor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Editor").finish_non_exhaustive()
    }
}

impl Editor {
    /// Returns an editor that calls this; it blocks until the user is done.
    pub fn new(edit: impl Fn(&str, &str, usize) -> Result<Option<String>, String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(edit))
    }

    /// Lets the user edit a text, off the task; the error says why it could not be done.
    pub(super) async fn edit(&self, text: String, name: String, line: usize) -> Result<Option<String>, String> {
        let edit = Arc::clone(&self.0);
        let edited = tokio::task::spawn_blocking(move || edit(&text, &name, line)).await;
        edited.unwrap_or_else(|_| Err("the editor could not be run".to_owned()))
    }
}

/// A proposed file that is to be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Draft {
    path: RelPath,
    revision: Revision,
    mode: Mode,
    pub(super) text: String,
    /// The line of the change that was heard, from 1.
    pub(super) line: usize,
}

impl Draft {
    /// Returns the file of the change that was heard last; the error is a sentence.
    pub(super) fn of(place: &Place, review: &Review) -> Result<Self, String> {
        let part = place.part(review)?;
        let path = part.path().clone();
        let name = spoken(path.as_str()).into_owned();
        let change = review.file(&path).ok_or_else(|| format!("No change waits in {name}."))?;
        let line = match &part {
            Part::Conflict(_) => return Err(format!("The conflict in {name} is to be settled first.")),
            Part::Unit(..) => 1,
            Part::Hunk(_, runs) => change.diff.runs.get(runs.start).map_or(1, |run| run.new.start + 1),
        };
        let target = change.target.as_ref().ok_or_else(|| format!("The proposal deletes {name}."))?;
        let text = target.text.as_str().filter(|_| !target.text.is_binary());
        let text = text.ok_or_else(|| format!("{name} is not text."))?.to_owned();
        Ok(Self { path, revision: review.revision(), mode: target.mode, text, line })
    }

    /// Returns the name of its file.
    pub(super) fn name(&self) -> String {
        self.path.name().to_owned()
    }

    /// Returns the operation that proposes another text in its place.
    pub(super) fn rewritten(self, text: &str) -> Op {
        let snapshot = |text: &str| Snapshot { text: Text::from(text), mode: self.mode };
        let (target, base) = (snapshot(text), Some(snapshot(&self.text)));
        Op::Rewrite { revision: self.revision, path: self.path, target, base }
    }
}
