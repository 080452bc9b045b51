//! The ids to try for what the user named.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::models::{self, Models};
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
    /// The profiles that the region lists for the model, where it was asked and may tell.
    offered: Vec<String>,
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
        let (asked, refused, offered) = (asked.to_owned(), Vec::new(), Vec::new());
        Self { asked, ids, at: 0, refused, is_alias, has_sought_profile: false, offered }
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

    /// Takes the profiles that the region lists for the model: where there are any, no others are tried.
    pub(super) fn offer(&mut self, profiles: Vec<String>) {
        self.offered = profiles;
    }

    /// Goes on to a profile of the same model; false when there is none.
    pub(super) fn next_profile(&mut self, reason: &Fault, region: &str, models: &Models) -> bool {
        let names_a_model = !self.id().starts_with("arn:") || models::base_of_arn(self.id()) != self.id();
        if !self.is_alias && self.refused.is_empty() && names_a_model {
            self.has_sought_profile = true;
            let ids = match self.offered.is_empty() {
                true => models.all_profiles(self.id(), region),
                false => std::mem::take(&mut self.offered),
            };
            for id in ids {
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
        let mut words = match models.find(self.id()) {
            Some(model) => format!("{} is {} here ({})", self.asked, model.name, self.id()),
            None => format!("{} is called as {} here", self.asked, self.id()),
        };
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
