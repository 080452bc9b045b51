//! Reads one keymap file, and says what is wrong in it: the file, the line and the reason.

use toml::de::{DeTable, DeValue};

use super::action::{ACTIONS, Action, Context};
use super::keymap::CONTEXTS;
use super::sequence::{LONGEST, Sequence};

/// What is wrong with the keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeymapFault {
    /// A line of a keymap is wrong.
    #[error("{file} line {line}: {reason}")]
    Line {
        /// The file's name.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// There is no such preset.
    #[error("no preset of keys is called {name}; there are {}", .known.join(", "))]
    Preset {
        /// The name.
        name: String,
        /// The names that there are.
        known: Vec<&'static str>,
    },
}

/// One line of a keymap.
#[derive(Debug, Clone)]
pub(super) struct Laid {
    at: usize,
    /// The line's number, from 1.
    pub(super) line: usize,
    pub(super) context: Context,
    pub(super) keys: Sequence,
    /// None takes the keys from whatever they do.
    pub(super) action: Option<Action>,
}

/// A keymap file.
#[derive(Debug, Clone)]
pub(super) struct KeymapText {
    /// Its lines, in their order.
    pub(super) lines: Vec<Laid>,
    /// Where a number before a key counts, if the file says it.
    pub(super) counts: Option<Vec<Context>>,
}

/// The name of the list of contexts in which a number before a key counts.
const COUNTS: &str = "counts";

/// Reads a keymap's text.
pub(super) fn read(file: &str, text: &str) -> Result<KeymapText, KeymapFault> {
    let line_of = |at: usize| text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1;
    let fault = |at: usize, reason: String| KeymapFault::Line { file: file.to_owned(), line: line_of(at), reason };
    let parsed = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let reason = match error.message() {
            "duplicate key" => "these keys are bound twice in the same context".to_owned(),
            other => other.replace('\n', " "),
        };
        fault(at, reason)
    })?;
    let mut laid: Vec<Laid> = Vec::new();
    let mut counts = None;
    for (name, table) in parsed.get_ref() {
        if name.get_ref() == COUNTS {
            counts = Some(read_counts(table.get_ref()).map_err(|reason| fault(table.span().start, reason))?);
            continue;
        }
        let known = CONTEXTS.iter().find(|(_, known, _)| *known == name.get_ref().as_ref());
        let Some((context, _, _)) = known else {
            let names: Vec<&str> = CONTEXTS.iter().map(|(_, name, _)| *name).collect();
            let reason = format!("unknown context {}; there are {}", name.get_ref(), names.join(", "));
            return Err(fault(name.span().start, reason));
        };
        let DeValue::Table(keys) = table.get_ref() else {
            return Err(fault(table.span().start, format!("{} is not a table of keys", name.get_ref())));
        };
        for (key, value) in keys {
            let at = key.span().start;
            let keys = Sequence::parse(key.get_ref()).ok_or_else(|| {
                let is_long = key.get_ref().split_ascii_whitespace().count() > LONGEST;
                let reason = format!("{} is longer than {LONGEST} keys", key.get_ref());
                fault(at, if is_long { reason } else { format!("unknown key {}", key.get_ref()) })
            })?;
            let wanted = value
                .get_ref()
                .as_str()
                .ok_or_else(|| fault(at, format!("{} is not bound to the name of an action", key.get_ref())))?;
            let action = ACTIONS.iter().find(|info| info.name == wanted).map(|info| info.action);
            if action.is_none() && !wanted.is_empty() {
                return Err(fault(value.span().start, format!("unknown action {wanted}")));
            }
            let is_typed = matches!(context, Context::Writing | Context::Commit) && keys.begins_with_text();
            if is_typed && action.is_some() {
                return Err(fault(at, format!("{keys} writes a character there and can do nothing else")));
            }
            let twin = keys.chords().iter().find_map(|chord| chord.sent_as().map(|sent| (chord, sent)));
            if let (Some((chord, sent)), true) = (twin, action.is_some()) {
                let reason = format!("{chord} cannot be bound: most terminals send {sent} for it");
                return Err(fault(at, reason));
            }
            if let Some(action) = action.filter(|action| !acts_in(*context, *action)) {
                let reason = format!("{} does nothing in [{}]", action.info().name, name_of(*context));
                return Err(fault(value.span().start, reason));
            }
            laid.push(Laid { at, line: line_of(at), context: *context, keys, action });
        }
    }
    laid.sort_by_key(|laid| laid.at);
    match conflict(&laid) {
        Some((earlier, later)) => {
            let (at, line) = (later.at, earlier.line);
            let reason = if earlier.context != later.context {
                let (wide, narrow) =
                    if earlier.context == Context::Anywhere { (earlier, later) } else { (later, earlier) };
                format!(
                    "{} and {} of line {line} cannot both be bound: [{}] takes {} before [{}] sees {}",
                    later.keys,
                    earlier.keys,
                    name_of(narrow.context),
                    narrow.keys,
                    name_of(wide.context),
                    wide.keys
                )
            } else if earlier.keys == later.keys {
                format!("{} is bound in line {line} already", later.keys)
            } else {
                format!("{} and {} of line {line} cannot both be bound: one begins the other", later.keys, earlier.keys)
            };
            Err(fault(at, reason))
        }
        None => Ok(KeymapText { lines: laid, counts }),
    }
}

/// Reads in which contexts a number before a key counts: only where a digit is no text and no answer.
fn read_counts(value: &DeValue<'_>) -> Result<Vec<Context>, String> {
    let able = [Context::Reading, Context::Tree, Context::Diff];
    let names = able.map(name_of).join(", ");
    let DeValue::Array(values) = value else { return Err(format!("{COUNTS} is not a list of {names}")) };
    let context = |name: &str| able.into_iter().find(|context| name_of(*context) == name);
    values
        .iter()
        .map(|value| value.get_ref().as_str().and_then(context).ok_or(format!("{COUNTS} may name {names} only")))
        .collect()
}

pub(super) fn name_of(context: Context) -> &'static str {
    CONTEXTS.iter().find(|(known, _, _)| *known == context).map_or("", |(_, name, _)| name)
}

/// Tells whether an action does something in a context: a sheet takes its own and those that leave it.
fn acts_in(context: Context, action: Action) -> bool {
    let is_of_sheet = |of: Context| matches!(of, Context::Question | Context::Conflict | Context::Sheet);
    let is_of_all = matches!(action, Action::Escape | Action::Stop | Action::Quit | Action::Suspend | Action::Repaint);
    let of = action.info().context;
    if is_of_sheet(context) || context == Context::Commit { of == context || is_of_all } else { !is_of_sheet(of) }
}

/// Returns two lines that cannot both be reached: in one context the same keys, or keys that begin the others; and these
/// also where one of the contexts is anywhere. The same keys in a narrower context are meant: they do something else there.
fn conflict(laid: &[Laid]) -> Option<(&Laid, &Laid)> {
    laid.iter().enumerate().find_map(|(index, later)| {
        let clashes = |earlier: &&Laid| {
            let is_bound = earlier.action.is_some() && later.action.is_some();
            let is_same = earlier.keys == later.keys;
            let in_one_place = earlier.context == later.context;
            let is_anywhere = [earlier.context, later.context].contains(&Context::Anywhere);
            earlier.keys.meets(&later.keys)
                && ((in_one_place && (is_bound || is_same)) || (is_anywhere && is_bound && !is_same))
        };
        laid[..index].iter().find(clashes).map(|earlier| (earlier, later))
    })
}
