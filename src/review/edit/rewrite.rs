//! A whole new text in the form of the one before: its byte order mark and its line ends.

use super::apply::BOM;
use super::fold::with_lf;
use crate::review::diff::line_runs;

/// Returns a file's new text with the mark and the line ends of the text that it replaces.
///
/// Who reads a file by its lines sees neither, and sends plain ones. Lines that stay keep their ends, new ones get that of
/// the line in whose place or after which they stand. A text that says itself how its lines end is taken as it is.
pub fn rewritten(before: &str, content: &str) -> String {
    let (mark, body) = match before.strip_prefix(BOM) {
        Some(body) => (Some(BOM), body),
        None => (None, before),
    };
    let content = if mark.is_some() { content.strip_prefix(BOM).unwrap_or(content) } else { content };
    let mut text = String::from_iter(mark);
    if !body.contains("\r\n") || content.contains('\r') {
        text.push_str(content);
        return text;
    }
    let is_crlf: Vec<bool> =
        body.split_inclusive('\n').filter(|line| line.ends_with('\n')).map(|line| line.ends_with("\r\n")).collect();
    let most = is_crlf.iter().filter(|is_crlf| **is_crlf).count() * 2 >= is_crlf.len();
    let flat = with_lf(body);
    let runs = line_runs(flat.as_bytes(), content.as_bytes()).unwrap_or_default();
    let (mut next, mut shift) = (runs.iter().peekable(), 0_isize);
    for (at, line) in content.split_inclusive('\n').enumerate() {
        while let Some(run) = next.next_if(|run| run.new.end <= at) {
            shift = run.old.end.cast_signed() - run.new.end.cast_signed();
        }
        let like = match next.peek().filter(|run| run.new.contains(&at)) {
            Some(run) => (run.old.start + (at - run.new.start)).min(run.old.end.saturating_sub(1).max(run.old.start)),
            None => at.saturating_add_signed(shift),
        };
        let near = is_crlf.get(like).or_else(|| is_crlf.get(like.wrapping_sub(1))).copied().unwrap_or(most);
        match line.strip_suffix('\n') {
            Some(line) if near => {
                text.push_str(line);
                text.push_str("\r\n");
            }
            Some(_) | None => text.push_str(line),
        }
    }
    text
}
