//! Which key does what where, read from `keymap.toml`: the built-in one, and the user's laid over it.

use toml::de::{DeTable, DeValue};

use super::action::{ACTIONS, Action, Context};
use super::keys::Chord;

/// The default keys.
const BUILT_IN: &str = include_str!("../../assets/keymap.toml");

/// The contexts with their names in the file, in the order of the help.
pub(super) const CONTEXTS: &[(Context, &str, &str)] = &[
    (Context::Anywhere, "anywhere", "Anywhere"),
    (Context::Writing, "writing", "Chat, writing"),
    (Context::Reading, "reading", "Chat, reading"),
    (Context::Tree, "tree", "File tree"),
    (Context::Diff, "diff", "Review"),
    (Context::Search, "search", "Search"),
    (Context::Commit, "commit", "Commit sheet"),
];

/// What is wrong in a keymap, and in which line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("keymap.toml line {line}: {reason}")]
pub struct KeymapFault {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

/// One key bound to one action in one context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Binding {
    context: Context,
    chord: Chord,
    action: Action,
}

/// Which key does what where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    /// In the order of the files, so that the first key of an action is the one that hints show.
    bindings: Vec<Binding>,
}

impl Keymap {
    /// Returns the built-in keymap with the user's laid over it; an empty action unbinds the key.
    pub fn new(user: Option<&str>) -> Result<Self, KeymapFault> {
        let mut keymap = Self { bindings: Vec::new() };
        keymap.lay(BUILT_IN)?;
        if let Some(user) = user {
            keymap.lay(user)?;
        }
        Ok(keymap)
    }

    /// Returns what a key does. Where text is typed, a plain character never does what is bound anywhere.
    pub fn action(&self, context: Context, chord: Chord, is_text: bool) -> Option<Action> {
        let bound = |wanted: Context| {
            self.bindings
                .iter()
                .find(|binding| binding.context == wanted && binding.chord == chord)
                .map(|binding| binding.action)
        };
        if is_text && chord.is_text() {
            return None;
        }
        bound(context).or_else(|| bound(Context::Anywhere))
    }

    /// Returns what a key does in one context alone.
    pub fn action_in(&self, context: Context, chord: Chord) -> Option<Action> {
        let here = |binding: &&Binding| binding.context == context && binding.chord == chord;
        self.bindings.iter().find(here).map(|binding| binding.action)
    }

    /// Returns the keys of an action in one context, the one to show first.
    pub fn keys_in(&self, context: Context, action: Action) -> impl Iterator<Item = Chord> {
        self.bindings
            .iter()
            .filter(move |binding| binding.action == action && binding.context == context)
            .map(|binding| binding.chord)
    }

    /// Returns the key that does an action where the user is, if there is one.
    pub fn key_here(&self, context: Context, action: Action) -> Option<Chord> {
        let takes_text = matches!(context, Context::Writing | Context::Commit);
        let here = self.keys_in(context, action);
        here.chain(self.keys_in(Context::Anywhere, action)).find(|chord| !takes_text || !chord.is_text())
    }

    /// Returns the key of an action where the user is, or where it acts, to show it in a list.
    pub fn key(&self, context: Context, action: Action) -> Option<Chord> {
        let elsewhere = || self.bindings.iter().find(|binding| binding.action == action).map(|binding| binding.chord);
        self.key_here(context, action).or_else(elsewhere)
    }

    /// Returns the actions bound in a context with their keys, in the order of the file.
    pub fn bound_in(&self, context: Context) -> Vec<(Action, Vec<Chord>)> {
        let mut out: Vec<(Action, Vec<Chord>)> = Vec::new();
        for binding in self.bindings.iter().filter(|binding| binding.context == context) {
            match out.iter_mut().find(|(action, _)| *action == binding.action) {
                Some((_, keys)) => keys.push(binding.chord),
                None => out.push((binding.action, vec![binding.chord])),
            }
        }
        out
    }

    fn lay(&mut self, text: &str) -> Result<(), KeymapFault> {
        let line_of =
            |at: usize| text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1;
        let fault = |at: usize, reason: String| KeymapFault { line: line_of(at), reason };
        let file = DeTable::parse(text)
            .map_err(|error| fault(error.span().map_or(0, |span| span.start), error.message().to_owned()))?;
        let mut laid = Vec::new();
        for (name, table) in file.get_ref() {
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
                let chord =
                    Chord::parse(key.get_ref()).ok_or_else(|| fault(at, format!("unknown key {}", key.get_ref())))?;
                let wanted = value
                    .get_ref()
                    .as_str()
                    .ok_or_else(|| fault(at, format!("{} is not bound to the name of an action", key.get_ref())))?;
                let action = ACTIONS.iter().find(|info| info.name == wanted).map(|info| info.action);
                if action.is_none() && !wanted.is_empty() {
                    return Err(fault(value.span().start, format!("unknown action {wanted}")));
                }
                laid.push((at, *context, chord, action));
            }
        }
        laid.sort_by_key(|(at, ..)| *at);
        for (_, context, chord, _) in &laid {
            self.bindings.retain(|binding| binding.context != *context || binding.chord != *chord);
        }
        // What is laid over comes first, so that hints show the user's own keys.
        let over = laid
            .into_iter()
            .filter_map(|(_, context, chord, action)| Some(Binding { context, chord, action: action? }))
            .collect::<Vec<_>>();
        self.bindings.splice(0..0, over);
        Ok(())
    }
}
