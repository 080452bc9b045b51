//! Claude on Amazon Bedrock, by ConverseStream.
//!
//! The parts, in the way of a request: `provider` is the port; `account` knows region and credentials, `guarded` the roles
//! that ask for a code, `process` the commands that print keys, `soundness` what must be right before, `sign_in` and `aws_cli` the logins;
//! `choice` the ids to try, `catalogue` what Bedrock says of them,
//! `lessons` what is kept for later sessions; `run` sends until one answer is whole, on the `course` that failures leave it; `history` makes the conversation valid, `thoughts`
//! leaves out what was refused of it;
//! `request` and `canonical` put it on the wire; `stream` reads the events under the eyes of `watch`;
//! `failure`, `refused`, `verdict`, `remedies`, `proxy` and `words` say what went wrong and what cures it; `inspect` looks at all that for the
//! doctor.
//!
//! Architecture invariant: the SDK is known here and nowhere else. A request lives inside its stream of
//! deltas: dropping that closes the connection. Nothing is sent again without a delta that says so.

mod account;
mod aws_cli;
mod canonical;
mod catalogue;
mod certificates;
mod choice;
mod course;
mod failure;
mod guarded;
mod history;
mod inspect;
mod lessons;
mod process;
mod provider;
mod proxy;
mod refused;
mod remedies;
mod request;
mod run;
mod sign_in;
mod soundness;
mod sources;
mod sso;
mod stream;
mod thoughts;
mod verdict;
mod watch;
mod words;

pub use inspect::Inspection;
pub use provider::{Bedrock, Loopback};
pub use watch::Patience;
pub use words::NOT_LOGGED;
// What every provider needs: JSON in one order, a valid history, the watch over silence, other people's words on one line.
pub(in crate::adapters) use canonical::ordered;
pub(in crate::adapters) use history::{Wanted, mended};
pub(in crate::adapters) use watch::{Out, tell, watched};
pub(in crate::adapters) use words::{causes, one_line};
