//! What Bedrock itself says of models: the profiles of a region, and what stands behind an application's profile.

use std::time::Duration;

use aws_sdk_bedrock::types::{InferenceProfileStatus, InferenceProfileType};

use super::account::Account;
use super::provider::{Inner, locked};
use crate::models::{self, Model};

/// Longer than this nobody is kept waiting for what is only nice to know.
const PATIENCE: Duration = Duration::from_secs(5);
/// What ends the ARN of a model itself, before its id.
const FOUNDATION: &str = ":foundation-model/";
/// No more pages are read.
const PAGES: usize = 5;

impl Inner {
    /// Returns the model of the table behind an id, also behind an application's profile.
    pub(super) fn model_of(&self, id: &str) -> Option<&Model> {
        self.models.find(id).or_else(|| self.models.find(&self.lessons.base(id)?))
    }

    /// Returns the id whose prices hold for an id.
    pub(super) fn priced_as(&self, id: &str) -> String {
        if self.models.find(id).is_some() {
            return id.to_owned();
        }
        self.lessons.base(id).unwrap_or_else(|| id.to_owned())
    }

    /// Finds out once what stands behind an application's profile, where the account may know that; where it may not,
    /// or where nobody answers, it is not asked again in this session.
    pub(super) async fn look_behind(&self, account: &Account, id: &str) {
        let is_known = || self.lessons.base(id).is_some() || locked(&self.opaque).contains(id);
        if !id.starts_with("arn:") || !id.contains(":application-inference-profile/") || is_known() {
            return;
        }
        let asked = account.control.get_inference_profile().inference_profile_identifier(id).send();
        let Ok(Ok(found)) = tokio::time::timeout(PATIENCE, asked).await else {
            // The profile is called as a model that the table does not know.
            locked(&self.opaque).insert(id.to_owned());
            return;
        };
        let arns: Vec<&str> = found.models().iter().filter_map(|model| model.model_arn()).collect();
        if let Some(spelled) = self.spelled(&arns, &account.region) {
            self.lessons.stands_for(id, &spelled);
        }
    }

    /// Returns the id, with its prefix, of the profile that an application's profile was made from, by the models that
    /// it leads to.
    fn spelled(&self, arns: &[&str], region: &str) -> Option<String> {
        let base = arns.iter().find_map(|arn| arn.rsplit('/').next())?;
        let geography = self.models.geography(region);
        let leads_to = |arn: &&str| arn.split(':').nth(3).unwrap_or_default().to_owned();
        // A model of no region is that of any region.
        let is_elsewhere = |there: String| there.is_empty() || self.models.geography(&there) != geography;
        let prefix = match geography {
            _ if arns.iter().map(leads_to).any(is_elsewhere) => "global",
            None if arns.len() > 1 => "global",
            Some(prefix) if arns.len() > 1 => prefix,
            // Of one region: without a prefix where the model can be called so, else it costs what it does there.
            Some(prefix) if self.models.find(base).is_some_and(|model| model.needs_profile) => prefix,
            Some(_) | None => return Some((*base).to_owned()),
        };
        Some(format!("{prefix}.{base}"))
    }

    /// Returns the region's own inference profiles, each with a line about it; none where that is not allowed.
    pub(super) async fn discovered(&self, account: &Account) -> Vec<(String, String)> {
        let mut found = listed(account).await;
        // Those that the table knows come first: the others are asked without what only they may take.
        found.sort_by_key(|profile| self.models.find(&profile.id).is_none());
        found.into_iter().map(|profile| self.line(profile.id, &profile.name)).collect()
    }

    /// Returns the ids of the region's inference profiles that lead to a model, the nearest first; none where the list
    /// may not be read.
    pub(super) async fn profiles_of(&self, account: &Account, id: &str) -> Vec<String> {
        let base = models::base_of_arn(id);
        let leads_there = |profile: &Profile| match profile.bases.is_empty() {
            true => profile.id.split_once('.').is_some_and(|(_, rest)| rest == base),
            false => profile.bases.iter().any(|known| known == base),
        };
        let mut ids: Vec<String> =
            listed(account).await.into_iter().filter(leads_there).map(|profile| profile.id).collect();
        let near = self.models.geography(&account.region).map(|prefix| format!("{prefix}."));
        ids.sort_by_key(|id| (id.starts_with("global."), near.as_ref().is_none_or(|near| !id.starts_with(near))));
        ids
    }

    fn line(&self, id: String, name: &str) -> (String, String) {
        let Some(model) = self.models.find(&id) else {
            return (id, format!("{name}, not in adit's table: no prices, and as much as it takes"));
        };
        let price = self.models.price(&id, 0, &super::provider::today());
        let price = price.map_or(String::new(), |price| format!(", ${} / ${} a million", price.input, price.output));
        (id, format!("{}, {} tokens of context{price}", model.name, model.context_words()))
    }
}

/// An inference profile of a region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Profile {
    id: String,
    name: String,
    /// The ids of the models that it leads to, where that is told.
    bases: Vec<String>,
}

/// Returns the region's own inference profiles that can be called; none where that is not allowed.
async fn listed(account: &Account) -> Vec<Profile> {
    let mut pages = account
        .control
        .list_inference_profiles()
        .type_equals(InferenceProfileType::SystemDefined)
        .max_results(100)
        .into_paginator()
        .send();
    let mut found = Vec::new();
    let read = async {
        for _ in 0..PAGES {
            let Some(Ok(page)) = pages.next().await else { return };
            for profile in page.inference_profile_summaries() {
                if *profile.status() == InferenceProfileStatus::Active {
                    let arns = profile.models().iter().filter_map(|model| model.model_arn());
                    let bases = arns.filter_map(|arn| arn.split_once(FOUNDATION)).map(|(_, id)| id.to_owned());
                    found.push(Profile {
                        id: profile.inference_profile_id().to_owned(),
                        name: profile.inference_profile_name().to_owned(),
                        bases: bases.collect(),
                    });
                }
            }
        }
    };
    // What was read until then counts.
    let _is_late = tokio::time::timeout(PATIENCE, read).await;
    found.sort_unstable();
    found
}
