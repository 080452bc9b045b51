//! The review as pure data: two texts a file, what lies between them, and what was decided.
//!
//! For every file that the model has touched there is `accepted` (what is on disk, as far as adit knows)
//! and `target` (what the file would be if all were accepted). What the user reviews is always the
//! difference of the two, computed anew. Architecture invariant: no file, clock or task is known here;
//! git2 serves for its in-memory diff and merge only.

mod aids;
mod authorship;
mod block_reader;
mod blocks;
mod bundles;
mod carry;
mod change;
mod comparisons;
mod decide;
mod diff;
mod disk;
mod draft;
mod edit;
mod feedback;
mod history;
mod lines;
mod merge;
mod pick;
mod proposal;
mod revise;
mod step;
mod taken_back;
mod text;
mod transplant;
mod travel;
mod unified;

pub use aids::{MAX_MOVED_LINES, MovedLines, Sensitive, has_hidden, look_alikes, moved_blocks, sensitive};
pub use authorship::carried_marks;
pub use block_reader::{BlockPiece, BlockReader};
pub use blocks::{Block, guess_path, parse_blocks};
pub use change::{ConflictTexts, Decided, FileChange, FileRevision, Maker, Mark, Resolution};
pub use comparisons::Comparisons;
pub use diff::{FileDiff, Hunk, Run, Unit, diff_texts};
pub use edit::{
    Applied, Edit, EditAction, Replacement, added_placeholder, apply_replacements, not_read, rewritten, stale,
};
pub use feedback::Feedback;
pub use history::{HistoryEntry, NodeId};
pub use merge::{Merged, merge_texts, rebased};
pub use pick::{Decision, Pick, PlannedWrite, Progress, Refusal, Revision};
pub use proposal::Review;
pub use text::{Mode, Snapshot, Text};
pub use transplant::{Overlap, transplant};
pub use unified::{unified, unified_bytes, unified_header};
