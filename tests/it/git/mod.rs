//! The repository, with the real git as the oracle.

mod commit;
mod elsewhere;
mod filters;
mod property;
mod refusals;
mod scratch;
mod shapes;
mod state;
