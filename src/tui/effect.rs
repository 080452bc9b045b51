//! What the panes ask for when they cannot do it themselves, being pure.

use std::sync::Arc;

use super::clipboard::Copied;
use crate::path::RelPath;
use crate::review::{Decision, Pick, Revision, Snapshot};
use crate::session::{Op, TurnId};

/// The three panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PaneId {
    /// The file tree, left.
    Tree,
    /// The conversation and the composer, middle.
    Chat,
    /// The review, or a file, right.
    Diff,
}

/// A text that the user edits in `$VISUAL` or `$EDITOR`, and where it comes back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditorJob {
    /// The composer's text.
    Composer {
        /// The text.
        text: String,
    },
    /// The commit message.
    CommitMessage {
        /// The text.
        text: String,
    },
    /// A file's target in the review, opened at a line.
    Target {
        /// The proposal that was shown.
        revision: Revision,
        /// The file.
        path: RelPath,
        /// The text.
        text: String,
        /// The line, from 1.
        line: usize,
        /// Whether it settles the file's conflict.
        settles: bool,
    },
}

/// What lies over the panes; a stack of them, the last has the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overlay {
    /// All actions with their keys.
    Help,
    /// Actions by name.
    Palette,
    /// The commit message, with what will be committed.
    Commit,
    /// A line about a part of the proposal.
    Note {
        /// What it is about.
        pick: Pick,
        /// The proposal that was shown.
        revision: Revision,
        /// How the part is decided with it; `Pending` for a mere note.
        decision: Decision,
    },
    /// A conflict to settle.
    Conflict {
        /// Which file.
        path: RelPath,
    },
    /// A line of a target, to be edited in place.
    Line {
        /// Which file.
        path: RelPath,
        /// The proposal that was shown.
        revision: Revision,
        /// The line, from 0.
        at: usize,
        /// Its text, without the line end.
        text: String,
        /// The target that it is a line of.
        base: Snapshot,
    },
    /// A decision on many parts, to be asked for again.
    Confirm {
        /// What it is about.
        pick: Pick,
        /// The proposal that was shown.
        revision: Revision,
        /// How it is decided.
        decision: Decision,
        /// How many parts that are.
        count: usize,
    },
    /// Everything that happened to the review.
    History,
    /// Who made what is under the cursor.
    Origin {
        /// Where that is.
        about: String,
        /// Who.
        origins: Vec<Origin>,
    },
    /// Which model is asked.
    Models,
    /// What was spent.
    Cost,
    /// How full the model's context is.
    Context,
    /// How long the last requests took.
    Timings,
    /// How the connection to the terminal is.
    Connection,
    /// A login that a request waits for.
    Login,
    /// How the screen looks.
    Themes,
    /// Really quit?
    Quit,
}

/// Who made a part of the proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The turn, step and tool call, or that the user wrote it, in words.
    pub maker: String,
    /// The prompt that led to it.
    pub prompt: Option<Arc<str>>,
}

/// A text to be read outside of adit's screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    /// The name of the file that it would be, by which a pager may choose its colours.
    pub name: &'static str,
    /// The text, made safe for the terminal.
    pub text: String,
}

/// What `update` asks of the loop that runs it.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Sends an operation to the engine.
    Send(Op),
    /// Puts text on the clipboard.
    Copy(Copied),
    /// Prints a text without borders into the normal screen, for the terminal's own selection, and waits.
    Print(Plain),
    /// Shows a text in the user's pager.
    Page(Plain),
    /// Gives the terminal to an editor, and takes it back.
    Edit(EditorJob),
    /// Opens an overlay.
    Open(Overlay),
    /// Closes the uppermost overlay.
    Close,
    /// Gives a pane the keys.
    Focus(PaneId),
    /// Shows a file in the right pane.
    ShowFile(RelPath),
    /// Shows a file's changes in the right pane.
    ShowChanges(RelPath),
    /// Shows the prompt of a turn in the conversation.
    ShowTurn(TurnId),
    /// Wears a theme.
    Wear(String),
    /// Shows a line above the status line until the next key.
    Say(String),
    /// The same, with the keys of an action in the place of its name in braces.
    SayWithKeys(&'static str),
    /// Reads a folder for the tree (none: the root).
    List(Option<RelPath>),
    /// Loads an image that was pasted by its path; the text is what was pasted.
    LoadImage {
        /// Where it lies.
        path: std::path::PathBuf,
        /// What was pasted.
        text: String,
    },
    /// Asks the ledger what was spent.
    AskSpent,
    /// Walks the workspace once, for the file filter and the completion of file names.
    Walk,
    /// Asks the service which models can be called.
    FindModels,
    /// Looks for the prompts of earlier sessions.
    FindPrompts,
    /// Takes the mouse, or leaves it to the terminal.
    TakeMouse(bool),
    /// Tells the user, who looks elsewhere.
    Notify(String),
    /// Stops the process as Ctrl-Z does, with the terminal given back.
    Suspend,
    /// Paints everything anew.
    Repaint,
    /// Ends the program.
    Quit,
}
