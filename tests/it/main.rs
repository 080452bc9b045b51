//! The integration tests: one crate, a module an area.

mod diff_pane;
