//! The ids to try for what the user named.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::models::Models;
use crate::session::Fault;

/// Remembers which id answered for a name.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<BTreeMap<String, String>>);

impl Known {
    /// Returns the id that answered for a name.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Forgets all of it: it held for another account or region.
    pub(super) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Keeps the id that answered for a name.
    pub(super) fn keep(&self, name: &str, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), id.to_owned());
    }
}

/// The ids to try, in order, and why the earlier ones were left.
#[derive(Debug)]
pub(super) struct Choice {
    asked: String,
    ids: Vec<String>,
    at: usize,
    /// Ids that were refused, each with the reason.
    pub(super) refused: Vec<(String, Fault)>,
    is_alias: bool,
    has_sought_profile: bool,
}

impl Choice {
    /// Returns what to try for a name in a region: what answered before comes first.
    pub(super) fn new(asked: &str, region: &str, models: &Models, known: Option<String>) -> Self {
        let candidates = models.candidates(asked, region);
        let is_alias = candidates.is_some();
        let mut ids: Vec<String> = known.into_iter().collect();
        for id in candidates.unwrap_or_else(|| vec![asked.to_owned()]) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Self { asked: asked.to_owned(), ids, at: 0, refused: Vec::new(), is_alias, has_sought_profile: false }
    }

    /// Returns the id to call now.
    pub(super) fn id(&self) -> &str {
        self.ids.get(self.at).unwrap_or(&self.asked)
    }

    /// Goes on to the next id of an alias; false when there is none. An explicit id stays as it is.
    pub(super) fn next_model(&mut self, reason: &Fault) -> bool {
        if !self.is_alias && self.refused.is_empty() {
            return false;
        }
        self.advance(reason)
    }

    /// Goes on to a profile of the same model; false when there is none.
    pub(super) fn next_profile(&mut self, reason: &Fault, region: &str, models: &Models) -> bool {
        if !self.is_alias && self.refused.is_empty() && !self.id().starts_with("arn:") {
            self.has_sought_profile = true;
            for id in models.profiles(self.id(), region) {
                if !self.ids.contains(&id) {
                    self.ids.push(id);
                }
            }
        }
        self.advance(reason)
    }

    /// Returns the id that was asked for, where it turned out to need a profile.
    pub(super) fn needed_profile(&self) -> Option<&str> {
        (self.has_sought_profile && self.id() != self.asked).then_some(self.asked.as_str())
    }

    /// Returns why the id in use is not what was asked, or none where it is.
    pub(super) fn explanation(&self, models: &Models) -> Option<String> {
        if self.id() == self.asked {
            return None;
        }
        let name = models.find(self.id()).map_or(self.id(), |model| model.name.as_str());
        let mut words = format!("{} is {name} here ({})", self.asked, self.id());
        if let Some((id, reason)) = self.refused.last() {
            let count = self.refused.len();
            let others = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
            words.push_str(&format!("; {id}{others} cannot be called: {}", reason.message));
        }
        Some(words)
    }

    fn advance(&mut self, reason: &Fault) -> bool {
        if self.at + 1 >= self.ids.len() {
            return false;
        }
        self.refused.push((self.id().to_owned(), reason.clone()));
        self.at += 1;
        true
    }
}
