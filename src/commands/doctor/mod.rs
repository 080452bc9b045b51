//! `adit doctor`: looks at everything that adit needs, and says what to do about what is missing.

mod endpoints;
mod machine;
mod run;
mod settings;
mod terminal;

pub(crate) use run::doctor;
