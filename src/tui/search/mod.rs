//! Search in what a pane shows: typed letter by letter, found in slices.
//!
//! Architecture invariant: no key costs more than a slice. A search looks through a pane's items from where the view
//! stands, so many bytes at a time; between two slices the loop takes keys and draws.

mod bar;
mod pattern;
mod scan;

pub(super) use bar::Search;
pub(super) use pattern::Pattern;
pub(super) use scan::{Corpus, Found, Read};
