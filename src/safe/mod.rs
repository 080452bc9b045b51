//! What hostile text looks like on a terminal: hidden characters are shown and not sent, and each letter has its columns.

mod columns;
mod shown;

pub use columns::columns;
pub use shown::{TAB_WIDTH, is_hidden, is_joined, picture, plain, shown, written, written_in_line, written_json};
