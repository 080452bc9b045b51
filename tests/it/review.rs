//! The review: two texts a file, decisions, the way back, and what others do meanwhile.

mod deciding;
pub(crate) mod desk;
mod disk;
mod history;
mod oracle;
pub(crate) mod properties;
mod shape;
mod size;
mod storm;
mod telling;
mod transplanting;
