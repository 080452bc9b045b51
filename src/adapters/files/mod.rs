//! The workspace's files on disk: checked paths, whole reads, atomic writes, and the tree.
//!
//! Architecture invariant: no call leaves the workspace, by its text or by a link, and none touches git's
//! own folder. What changes the disk goes through [`Disk`], so that a test can stop at every call.

mod disk;
mod leftovers;
mod looks;
mod place;
mod read;
mod store;
mod tree;
mod write;

pub use disk::{Disk, SystemDisk};
pub use looks::{Looks, Stamp};
pub use read::READ_LIMIT;
pub use store::{DiskFiles, OpenFault};
