//! The git repository around the workspace, by libgit2: what it says, and commits of what was accepted.
//!
//! Architecture invariant: the working tree is read for status only and never written. A commit takes HEAD's
//! texts and carries over what adit wrote, so that the user's other changes, staged or not, stay as they were.

mod blame;
mod carry;
mod commit;
mod fault;
mod filters;
mod index;
mod moves;
mod open;
mod plan;
mod repository;
mod state;
mod trees;

pub use blame::{BlamedCommit, BlamedLine, LineOrigin};
pub use repository::GitRepository;
