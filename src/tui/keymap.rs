//! Which keys do what where: the built-in ones, a preset's laid over them, and the user's over both.

use super::action::{Action, Context};
use super::keymap_check::check;
use super::keymap_file::{KeymapFault, KeymapText, Laid, read};
use super::keys::Chord;
use super::sequence::Sequence;

/// The default keys.
const BUILT_IN: &str = include_str!("../../assets/keymap.toml");

/// The presets by the names that `[screen] keys` takes; each is laid over the default keys.
const PRESETS: &[(&str, &str)] = &[
    ("default", ""),
    ("vim", include_str!("../../assets/keymaps/vim.toml")),
    ("emacs", include_str!("../../assets/keymaps/emacs.toml")),
    ("lazygit-like", include_str!("../../assets/keymaps/lazygit-like.toml")),
];

/// The contexts with their names in the file, in the order of the help.
pub(super) const CONTEXTS: &[(Context, &str, &str)] = &[
    (Context::Anywhere, "anywhere", "Anywhere"),
    (Context::Writing, "writing", "Chat, writing"),
    (Context::Reading, "reading", "Chat, reading"),
    (Context::Tree, "tree", "File tree"),
    (Context::Diff, "diff", "Review"),
    (Context::Search, "search", "Search"),
    (Context::Commit, "commit", "Commit sheet"),
    (Context::Question, "question", "Question"),
    (Context::Conflict, "conflict", "Conflict"),
    (Context::Sheet, "sheet", "Other sheets"),
];

/// Some keys bound to one action in one context.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Binding {
    context: Context,
    keys: Sequence,
    action: Action,
}

/// What keys pressed one after the other mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing is bound to them.
    Nothing,
    /// They begin something longer.
    Begins,
    /// They do this.
    Does(Action),
}

/// Which keys do what where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    /// In the order of the files, so that the first keys of an action are those that hints show.
    bindings: Vec<Binding>,
    /// Where a number before a key counts.
    counts: Vec<Context>,
}

impl Keymap {
    /// Returns the built-in keymap with the user's laid over it; an empty action unbinds the keys.
    pub fn new(user: Option<&str>) -> Result<Self, KeymapFault> {
        Self::of_preset("default", user)
    }

    /// Returns a preset's keymap with the user's laid over it.
    pub fn of_preset(preset: &str, user: Option<&str>) -> Result<Self, KeymapFault> {
        let Some((name, over)) = PRESETS.iter().find(|(name, _)| *name == preset) else {
            return Err(KeymapFault::Preset { name: preset.to_owned(), known: Self::presets().collect() });
        };
        let mut keymap = Self { bindings: Vec::new(), counts: Vec::new() };
        keymap.lay(read("assets/keymap.toml", BUILT_IN)?);
        keymap.lay(read(&format!("assets/keymaps/{name}.toml"), over)?);
        if let Some(user) = user {
            let (before, laid) = (keymap.clone(), read("keymap.toml", user)?);
            keymap.lay(laid.clone());
            check(&keymap, &laid.lines, &before)?;
        }
        Ok(keymap)
    }

    /// Returns the names of the presets.
    pub fn presets() -> impl Iterator<Item = &'static str> {
        PRESETS.iter().map(|(name, _)| *name)
    }

    /// What a number before a key does, where it counts: the keys to show for it, and the words.
    pub(super) const COUNT_WORDS: (&'static str, &'static str) =
        ("1 … 9", "a number before a key: how often, or where to");

    /// Tells whether a number before a key counts in a context: how often, or which line.
    pub fn counts_in(&self, context: Context) -> bool {
        self.counts.contains(&context)
    }

    /// Returns what a single key does at once. Where text is typed, a plain character never does what is bound anywhere.
    pub fn action(&self, context: Context, chord: Chord, is_text: bool) -> Option<Action> {
        match self.meaning(context, &[chord], is_text) {
            Meaning::Does(action) => Some(action),
            Meaning::Nothing | Meaning::Begins => None,
        }
    }

    /// Returns what a single key does in one context alone.
    pub fn action_in(&self, context: Context, chord: Chord) -> Option<Action> {
        let here = |binding: &&Binding| binding.context == context && binding.keys.chords() == [chord];
        self.bindings.iter().find(here).map(|binding| binding.action)
    }

    /// Returns what keys pressed one after the other mean; the narrower context counts first.
    pub fn meaning(&self, context: Context, pressed: &[Chord], is_text: bool) -> Meaning {
        if is_text && pressed.first().is_some_and(|first| first.is_text()) {
            return Meaning::Nothing;
        }
        for wanted in [context, Context::Anywhere] {
            let mut begins = false;
            for binding in self.bindings.iter().filter(|binding| binding.context == wanted) {
                let chords = binding.keys.chords();
                if chords == pressed {
                    return Meaning::Does(binding.action);
                }
                begins |= chords.starts_with(pressed);
            }
            if begins {
                return Meaning::Begins;
            }
        }
        Meaning::Nothing
    }

    /// Returns how keys that begin something may go on: the rest of the keys, and what they do then.
    pub fn continuations(&self, context: Context, pressed: &[Chord]) -> Vec<(&[Chord], Action)> {
        let mut out: Vec<(&[Chord], Action)> = Vec::new();
        for wanted in [context, Context::Anywhere] {
            for binding in self.bindings.iter().filter(|binding| binding.context == wanted) {
                let Some(rest) = binding.keys.chords().strip_prefix(pressed) else { continue };
                if !rest.is_empty() && !out.iter().any(|(known, _)| *known == rest) {
                    out.push((rest, binding.action));
                }
            }
        }
        out
    }

    /// Returns the keys of an action in one context, those to show first.
    pub fn keys_in(&self, context: Context, action: Action) -> impl Iterator<Item = &Sequence> {
        self.bindings
            .iter()
            .filter(move |binding| binding.action == action && binding.context == context)
            .map(|binding| &binding.keys)
    }

    /// Returns the keys that do an action where the user is, if there are some.
    pub fn key_here(&self, context: Context, action: Action) -> Option<&Sequence> {
        let takes_text = matches!(context, Context::Writing | Context::Commit);
        let here = self.keys_in(context, action);
        let reaches = |keys: &&Sequence| {
            !(takes_text && keys.begins_with_text())
                && self.meaning(context, keys.chords(), takes_text) == Meaning::Does(action)
        };
        here.chain(self.keys_in(Context::Anywhere, action)).find(reaches)
    }

    /// Returns the keys of an action where the user is, or where it acts, to show them in a list.
    pub fn key(&self, context: Context, action: Action) -> Option<&Sequence> {
        let elsewhere = || self.bindings.iter().find(|binding| binding.action == action).map(|binding| &binding.keys);
        self.key_here(context, action).or_else(elsewhere)
    }

    /// Returns the actions bound in a context with their keys, in the order of the file.
    pub fn bound_in(&self, context: Context) -> Vec<(Action, Vec<&Sequence>)> {
        let mut out: Vec<(Action, Vec<&Sequence>)> = Vec::new();
        for binding in self.bindings.iter().filter(|binding| binding.context == context) {
            match out.iter_mut().find(|(action, _)| *action == binding.action) {
                Some((_, keys)) => keys.push(&binding.keys),
                None => out.push((binding.action, vec![&binding.keys])),
            }
        }
        out
    }

    /// Lays a file over what is bound: the same keys are bound anew, and what could no longer be reached goes.
    fn lay(&mut self, text: KeymapText) {
        let KeymapText { lines: laid, counts } = text;
        self.counts = counts.unwrap_or(std::mem::take(&mut self.counts));
        for over in &laid {
            let is_over = |binding: &Binding| binding.context == over.context && binding.keys.meets(&over.keys);
            match over.action {
                Some(_) => self.bindings.retain(|binding| !is_over(binding)),
                None => self.bindings.retain(|binding| !(is_over(binding) && binding.keys == over.keys)),
            }
        }
        // What is laid over comes first, so that hints show the user's own keys.
        let over: Vec<Binding> = laid
            .into_iter()
            .filter_map(|Laid { context, keys, action, .. }| Some(Binding { context, keys, action: action? }))
            .collect();
        self.bindings.splice(0..0, over);
    }
}
