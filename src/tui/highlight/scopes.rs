//! Which of our scopes a grammar's scope is.

use std::collections::HashMap;

use syntect::parsing::{Scope as GrammarScope, ScopeStack};

use super::super::Scope;

/// Prefixes of a grammar's scopes with what they are on our screen; the first that fits counts.
///
/// `None` stops the search: an interpolation inside a string is code again.
const PREFIXES: &[(&str, Option<Scope>)] = &[
    ("comment", Some(Scope::SyntaxComment)),
    ("meta.interpolation", None),
    ("meta.template.expression", None),
    ("punctuation.definition.comment", Some(Scope::SyntaxComment)),
    ("punctuation.definition.string", Some(Scope::SyntaxString)),
    ("constant.character.escape", Some(Scope::SyntaxConstant)),
    ("constant", Some(Scope::SyntaxConstant)),
    ("string", Some(Scope::SyntaxString)),
    ("keyword.operator", Some(Scope::SyntaxPunctuation)),
    ("keyword", Some(Scope::SyntaxKeyword)),
    ("storage.modifier", Some(Scope::SyntaxKeyword)),
    ("storage", Some(Scope::SyntaxKeyword)),
    ("variable.language", Some(Scope::SyntaxKeyword)),
    ("variable.function", Some(Scope::SyntaxFunction)),
    ("variable", Some(Scope::SyntaxVariable)),
    ("entity.name.function", Some(Scope::SyntaxFunction)),
    ("entity.name.tag", Some(Scope::SyntaxAttribute)),
    ("entity.other.attribute-name", Some(Scope::SyntaxAttribute)),
    ("entity.name.section", Some(Scope::SyntaxKeyword)),
    ("entity.name", Some(Scope::SyntaxType)),
    ("entity.other.inherited-class", Some(Scope::SyntaxType)),
    ("support.function", Some(Scope::SyntaxFunction)),
    ("support.macro", Some(Scope::SyntaxFunction)),
    ("support.constant", Some(Scope::SyntaxConstant)),
    ("support.type.property-name", Some(Scope::SyntaxAttribute)),
    ("support", Some(Scope::SyntaxType)),
    ("meta.annotation", Some(Scope::SyntaxAttribute)),
    ("meta.attribute", Some(Scope::SyntaxAttribute)),
    ("markup.heading", Some(Scope::SyntaxKeyword)),
    ("markup.raw", Some(Scope::SyntaxString)),
    ("markup.inserted", Some(Scope::SyntaxString)),
    ("markup.deleted", Some(Scope::SyntaxKeyword)),
    ("punctuation", Some(Scope::SyntaxPunctuation)),
];

/// What one of a grammar's scopes says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// Nothing; the scope below it may.
    Silent,
    /// This.
    Says(Option<Scope>),
}

/// Maps stacks of a grammar's scopes to ours and remembers what it has seen.
///
/// A scope's text is behind a global lock, so each distinct scope is spelt out once only.
#[derive(Debug, Default)]
pub(super) struct ScopeMap {
    known: HashMap<GrammarScope, Meaning>,
}

impl ScopeMap {
    /// Returns what the innermost scope that says anything says, or none for plain text.
    pub(super) fn of(&mut self, stack: &ScopeStack) -> Option<Scope> {
        stack.as_slice().iter().rev().find_map(|scope| match self.meaning(*scope) {
            Meaning::Silent => None,
            Meaning::Says(scope) => Some(scope),
        })?
    }

    fn meaning(&mut self, scope: GrammarScope) -> Meaning {
        *self.known.entry(scope).or_insert_with(|| {
            let name = scope.build_string();
            PREFIXES
                .iter()
                .find(|(prefix, _)| {
                    name.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                })
                .map_or(Meaning::Silent, |(_, scope)| Meaning::Says(*scope))
        })
    }
}
