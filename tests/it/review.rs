//! The review: two texts a file, decisions, the way back, and what others do meanwhile.

pub mod desk;
