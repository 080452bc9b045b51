//! Reads a text with the grammar of its language.

use std::ops::Range;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use syntect::parsing::{ParseState, ScopeStack, ScopeStackOp, SyntaxReference, SyntaxSet};

use super::colors::{Chunk, Colors, LINES, Span};
use super::scopes::ScopeMap;

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
fn is_readable(text: &str) -> bool {
    text.len() <= MAX_BYTES && text.split('\n').all(|line| line.len() <= MAX_LINE_OF_TEXT)
}

/// A text that is being read, line by line: reading goes on where it stopped, also when the text has grown.
pub(super) struct Reading {
    language: String,
    /// What was read.
    text: String,
    state: ParseState,
    stack: ScopeStack,
    full: Vec<Arc<Chunk>>,
    open: Chunk,
    /// How long it took.
    pub(super) spent: Duration,
}

impl Reading {
    /// Begins to read a text; none where it is plain as a whole.
    pub(super) fn begin(language: &str, text: &str) -> Option<Self> {
        if !is_readable(text) {
            return None;
        }
        let grammar = find(grammars(), language, text)?;
        Some(Self {
            language: language.to_owned(),
            text: String::new(),
            state: ParseState::new(grammar),
            stack: ScopeStack::new(),
            full: Vec::new(),
            open: Chunk::default(),
            spent: Duration::ZERO,
        })
    }

    /// Tells whether a text begins with what was read here.
    pub(super) fn begins(&self, language: &str, text: &str) -> bool {
        self.language == language && !self.text.is_empty() && is_readable(text) && text.starts_with(&self.text)
    }

    /// Returns how many bytes were read.
    pub(super) fn read(&self) -> usize {
        self.text.len()
    }

    /// Returns how many lines were read.
    pub(super) fn lines(&self) -> usize {
        self.full.len() * LINES + self.open.len()
    }

    /// Reads a line, or leaves it plain.
    pub(super) fn line(&mut self, line: &str, is_read: bool, map: &mut ScopeMap) {
        let is_read = is_read && line.len() <= MAX_LINE;
        let operations = if is_read { self.state.parse_line(line, grammars()).unwrap_or_default() } else { Vec::new() };
        self.open.push(&spans_of(line, &operations, &mut self.stack, map));
        self.text.push_str(line);
        if self.open.len() == LINES {
            self.full.push(Arc::new(std::mem::take(&mut self.open)));
        }
    }

    /// Returns what was read.
    pub(super) fn colors(&self, is_whole: bool) -> Colors {
        let open = (self.open.len() > 0).then(|| Arc::new(self.open.clone()));
        Colors::new(self.full.iter().cloned().chain(open), is_whole)
    }
}

/// Returns the syntax of a text; plain where the language is not known.
pub(super) fn parse(language: &str, text: &str) -> Colors {
    let Some(mut reading) = Reading::begin(language, text) else { return Colors::plain() };
    let mut map = ScopeMap::default();
    for line in text.split_inclusive('\n') {
        reading.line(line, true, &mut map);
    }
    reading.colors(true)
}

fn spans_of(line: &str, operations: &[(usize, ScopeStackOp)], stack: &mut ScopeStack, map: &mut ScopeMap) -> Vec<Span> {
    let end = line.trim_end_matches(['\n', '\r']).len();
    let mut spans: Vec<Span> = Vec::new();
    let mut from = 0;
    let mut put = |range: Range<usize>, stack: &ScopeStack| {
        let range = range.start..range.end.min(end);
        if range.is_empty() {
            return;
        }
        let Some(span) = map.of(stack).and_then(|scope| Span::new(range, scope)) else { return };
        if !spans.last_mut().is_some_and(|last| last.reach(span)) {
            spans.push(span);
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
            "jsx" => "tsx",
            "objc" | "objective-c" | "objectivec" => "m",
            "elisp" | "emacs-lisp" => "el",
            "scheme" => "scm",
            "jsonl" | "ndjson" => "json",
            "cuda" => "cpp",
            "ssh-config" | "sshconfig" => "ssh_config",
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
