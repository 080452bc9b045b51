//! Reads a text with the grammar of its language.

use std::ops::Range;
use std::sync::OnceLock;

use syntect::parsing::{ParseState, ScopeStack, ScopeStackOp, SyntaxReference, SyntaxSet};

use super::super::Scope;
use super::scopes::ScopeMap;

/// Syntax of a text: for each line (as `\n` ends it) byte ranges in that line, in order, and what they are.
pub type Spans = Vec<Vec<(Range<usize>, Scope)>>;

/// Texts above so many bytes stay plain.
pub(super) const MAX_BYTES: usize = 1 << 20;

/// Lines above so many bytes stay plain; grammars take time that grows faster than the line.
const MAX_LINE: usize = 2_000;

/// A text in which longer lines stand is made by a machine and stays plain.
const MAX_LINE_OF_TEXT: usize = 20_000;

/// Returns the grammars; loading them takes some milliseconds, so the first caller should be the worker.
fn grammars() -> &'static SyntaxSet {
    static GRAMMARS: OnceLock<SyntaxSet> = OnceLock::new();
    GRAMMARS.get_or_init(two_face::syntax::extra_newlines)
}

/// Tells whether a text is worth reading with a grammar.
pub(super) fn is_readable(text: &str) -> bool {
    text.len() <= MAX_BYTES && text.split('\n').all(|line| line.len() <= MAX_LINE_OF_TEXT)
}

/// Returns an entry without spans for each line.
pub(super) fn plain(text: &str) -> Spans {
    vec![Vec::new(); text.split_inclusive('\n').count()]
}

/// Returns the syntax of a text; plain where the language is not known. `go_on` is asked before each line.
pub(super) fn parse(language: &str, text: &str, mut go_on: impl FnMut() -> bool) -> Spans {
    if !is_readable(text) {
        return plain(text);
    }
    let grammars = grammars();
    let Some(grammar) = find(grammars, language, text) else { return plain(text) };
    let mut map = ScopeMap::default();
    let mut state = ParseState::new(grammar);
    let mut stack = ScopeStack::new();
    let mut spans = Spans::new();
    for line in text.split_inclusive('\n') {
        let is_read = line.len() <= MAX_LINE && go_on();
        let operations = if is_read { state.parse_line(line, grammars).unwrap_or_default() } else { Vec::new() };
        spans.push(spans_of(line, &operations, &mut stack, &mut map));
    }
    spans
}

fn spans_of(
    line: &str,
    operations: &[(usize, ScopeStackOp)],
    stack: &mut ScopeStack,
    map: &mut ScopeMap,
) -> Vec<(Range<usize>, Scope)> {
    let end = line.trim_end_matches(['\n', '\r']).len();
    let mut spans: Vec<(Range<usize>, Scope)> = Vec::new();
    let mut from = 0;
    let mut put = |range: Range<usize>, stack: &ScopeStack| {
        let range = range.start..range.end.min(end);
        if range.is_empty() {
            return;
        }
        let Some(scope) = map.of(stack) else { return };
        match spans.last_mut() {
            Some((last, same)) if last.end == range.start && *same == scope => last.end = range.end,
            _ => spans.push((range, scope)),
        }
    };
    for (at, operation) in operations {
        put(from..*at, stack);
        from = *at;
        // A grammar that pops more than it pushed loses colours, nothing else.
        let _unbalanced = stack.apply(operation);
    }
    if !operations.is_empty() || line.len() <= MAX_LINE {
        put(from..line.len(), stack);
    }
    spans
}

/// Returns the grammar for a file name, an extension or a fence's token; by the first line where these say nothing.
fn find<'a>(grammars: &'a SyntaxSet, language: &str, text: &str) -> Option<&'a SyntaxReference> {
    let token = language.split([',', ' ', '\t', '{', ':']).next().unwrap_or_default().trim_start_matches('.');
    let name = token.rsplit('/').next().unwrap_or(token);
    let by_name = |wanted: &str| {
        let known = match wanted {
            "shell" | "console" | "shell-session" => "sh",
            "py3" | "python3" => "py",
            "golang" => "go",
            "jsonc" | "json5" => "json",
            other => other,
        };
        (!known.is_empty()).then(|| grammars.find_syntax_by_token(known)).flatten()
    };
    let first = text.lines().next().filter(|line| line.len() <= 200);
    by_name(name)
        .or_else(|| name.rsplit_once('.').and_then(|(_, extension)| by_name(extension)))
        .or_else(|| first.and_then(|line| grammars.find_syntax_by_first_line(line)))
        .filter(|grammar| grammar.name != "Plain Text")
}
