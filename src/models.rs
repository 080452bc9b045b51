//! The table of models as data: ids, aliases, limits, abilities and dated prices.

mod place;

use serde::{Deserialize, Serialize};
use toml::de::{DeTable, DeValue};

use crate::config::Effort;

/// The table that is built in.
const EMBEDDED: &str = include_str!("../assets/models.toml");

/// How many tokens a model reads where the table does not know it.
pub const UNKNOWN_CONTEXT: u32 = 200_000;

/// The models that adit knows, and which regions share a prefix.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Models {
    /// The models, in the file's order.
    #[serde(rename = "model", default)]
    models: Vec<Model>,
    /// Prefixes by region.
    #[serde(rename = "region", default)]
    regions: Vec<RegionPrefix>,
    /// Where the profiles of a prefix lead.
    #[serde(rename = "geography", default)]
    geographies: Vec<Geography>,
    /// What is taken for granted of ids that no entry knows.
    #[serde(rename = "unlisted", default)]
    unlisted: Vec<Unlisted>,
}

/// One model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its id without a prefix.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Its family; the family's name is an alias of the newest member.
    pub family: String,
    /// The day of its release, as `2026-09-28`.
    pub released: String,
    /// Other names.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// How many tokens it reads.
    pub context: u32,
    /// How many tokens it can write in one answer.
    pub output: u32,
    /// How it is asked to reason.
    pub thinking: Thinking,
    /// The efforts that it can be asked for, least first; empty where it takes none.
    #[serde(default)]
    pub efforts: Vec<Effort>,
    /// Whether it can be told how freely to choose its words.
    #[serde(default)]
    pub temperature: Temperature,
    /// Whether it sees images.
    #[serde(default)]
    pub images: bool,
    /// Whether it takes tools; without them it writes its edits as blocks of text.
    #[serde(default = "yes")]
    pub tools: bool,
    /// The betas that every request names.
    #[serde(default)]
    pub betas: Vec<String>,
    /// The betas that a request names which asks it to think by a budget.
    #[serde(default)]
    pub thinking_betas: Vec<String>,
    /// Other fields of every request, for which ConverseStream has no place of its own.
    #[serde(default)]
    pub fields: toml::Table,
    /// From how many tokens on a cache point works; 0 where caching is not offered.
    pub cache_minimum: u32,
    /// Whether it is called through an inference profile only.
    pub needs_profile: bool,
    /// What it costs.
    #[serde(default)]
    pub prices: Vec<Price>,
}

fn yes() -> bool {
    true
}

/// Says how a model is asked to reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thinking {
    /// It cannot, or is not asked to.
    None,
    /// By a budget of tokens; adit does not ask by itself.
    Budget,
    /// It decides how much, once it is asked to think at all; adit does not ask by itself.
    OnRequest,
    /// It decides how much, and thinks by itself; a summary is shown when asked for.
    Adaptive,
    /// The same, and it cannot be told not to think: at least it thinks between its tool calls.
    Always,
}

/// Says whether a model can be told how freely to choose its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Temperature {
    /// A request with a temperature is refused.
    #[default]
    Refused,
    /// It is refused in a request that asks the model to think.
    UnlessThinking,
    /// It is always taken.
    Taken,
}

/// What a million tokens cost, in dollars; so also what one token costs, in millionths of a dollar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// The first day, as `2026-09-28`.
    pub since: String,
    /// The prefixes of the ids that it holds for; the empty one is the id without a prefix.
    pub prefixes: Vec<String>,
    /// The row holds when more tokens than this were read.
    #[serde(default)]
    pub above: u64,
    /// Read anew.
    pub input: f64,
    /// Written by the model.
    pub output: f64,
    /// Read from the cache.
    pub cache_read: f64,
    /// Written to a cache of five minutes; one of an hour costs twice the input.
    pub cache_write: f64,
}

/// A prefix that regions share.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct RegionPrefix {
    starts: String,
    prefix: String,
}

/// The regions that the profiles of a prefix send requests to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Geography {
    prefix: String,
    regions: Vec<String>,
}

/// What is taken for granted of ids that begin so, behind the prefix of a profile, and that no entry knows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unlisted {
    starts: String,
    cache_minimum: u32,
}

/// A user's own table: its entries for models may tell only what differs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Overlay {
    #[serde(rename = "model", default)]
    models: Vec<toml::Spanned<toml::Table>>,
    #[serde(rename = "region", default)]
    regions: Vec<RegionPrefix>,
    #[serde(rename = "geography", default)]
    geographies: Vec<Geography>,
    #[serde(rename = "unlisted", default)]
    unlisted: Vec<Unlisted>,
}

/// A table of models that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot read the table of models: {0}")]
pub struct ModelsFault(String);

impl ModelsFault {
    fn of(fault: &toml::de::Error) -> Self {
        Self(fault.to_string().trim_end().to_owned())
    }
}

impl Models {
    /// Returns the table that is built in.
    pub fn embedded() -> Self {
        #[expect(clippy::expect_used, reason = "the embedded text is fixed, and a test reads it")]
        Self::parse(EMBEDDED).expect("the embedded table of models is well-formed")
    }

    /// Reads a table in TOML.
    pub fn parse(text: &str) -> Result<Self, ModelsFault> {
        toml::from_str(text).map_err(|fault| ModelsFault::of(&fault))
    }

    /// Returns this table with a user's own laid over it: of an entry with a known id, what is told takes the place
    /// of what was there; others are added.
    pub fn overlaid(mut self, text: &str) -> Result<Self, ModelsFault> {
        let over: Overlay = toml::from_str(text).map_err(|fault| ModelsFault::of(&fault))?;
        for (number, entry) in over.models.into_iter().enumerate() {
            let (start, entry) = (entry.span().start, entry.into_inner());
            self.lay_over(&entry).map_err(|fault| {
                let at = self.place_of_fault(&entry, number, text).unwrap_or(start);
                let line = text[..at.min(text.len())].matches('\n').count() + 1;
                ModelsFault(format!("line {line}: {fault}"))
            })?;
        }
        replace_or_add(&mut self.regions, over.regions, |row| row.starts.clone());
        replace_or_add(&mut self.geographies, over.geographies, |row| row.prefix.clone());
        replace_or_add(&mut self.unlisted, over.unlisted, |row| row.starts.clone());
        Ok(self)
    }

    /// Returns where the key of an entry stands that is at fault; none where one is missing.
    fn place_of_fault(&self, entry: &toml::Table, number: usize, text: &str) -> Option<usize> {
        let parsed = DeTable::parse(text).ok()?;
        let DeValue::Array(entries) = parsed.get_ref().get("model")?.get_ref() else { return None };
        let DeValue::Table(spans) = entries.get(number)?.get_ref() else { return None };
        let known = self.models.iter().find(|model| entry.get("id").and_then(toml::Value::as_str) == Some(&model.id));
        let sound = toml::Table::try_from(known.or(self.models.first())?).ok()?;
        let is_sound = |entry: toml::Table| entry.try_into::<Model>().is_ok_and(|model| model.check().is_ok());
        place::of_fault(entry, spans, &sound, &is_sound)
    }

    fn lay_over(&mut self, entry: &toml::Table) -> Result<(), String> {
        let id = entry.get("id").and_then(toml::Value::as_str).ok_or("the entry of a model needs its `id`")?;
        let at = self.models.iter().position(|model| model.id == id);
        let known = at.map(|at| toml::Table::try_from(&self.models[at])).transpose();
        let mut merged = known.map_err(|fault| fault.to_string())?.unwrap_or_default();
        let id = id.to_owned();
        merged.extend(entry.clone());
        let model: Model = merged.try_into().map_err(|fault: toml::de::Error| format!("{id}: {}", fault.message()))?;
        model.check().map_err(|fault| format!("{id}: {fault}"))?;
        match at {
            Some(at) => self.models[at] = model,
            None => self.models.push(model),
        }
        Ok(())
    }

    /// Returns all models, newest first within their families.
    pub fn all(&self) -> impl Iterator<Item = &Model> {
        let mut models: Vec<&Model> = self.models.iter().collect();
        models.sort_by(|left, right| right.family.cmp(&left.family).then(right.released.cmp(&left.released)));
        models.into_iter()
    }

    /// Returns the names of the families.
    pub fn families(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.all().map(|model| model.family.as_str()).collect();
        names.dedup();
        names
    }

    /// Returns the model behind an alias, an id with or without a prefix, or the ARN of either.
    pub fn find(&self, name: &str) -> Option<&Model> {
        if let Some(model) = self.models.iter().find(|model| model.aliases.iter().any(|alias| alias == name)) {
            return Some(model);
        }
        self.split(name).map(|(_, model)| model)
    }

    /// Returns the prefix of an id (empty where it has none) and its model.
    pub fn split<'a>(&self, id: &'a str) -> Option<(&'a str, &Model)> {
        let id = id.rsplit('/').next().unwrap_or(id);
        self.models.iter().find_map(|model| {
            let before = id.strip_suffix(model.id.as_str())?;
            match before.strip_suffix('.') {
                Some(prefix) if !prefix.is_empty() && !prefix.contains(['.', ':']) => Some((prefix, model)),
                Some(_) => None,
                None if before.is_empty() => Some(("", model)),
                None => None,
            }
        })
    }

    /// Returns the prefix that a region shares with its neighbours, or none where there is `global.` alone.
    pub fn geography(&self, region: &str) -> Option<&str> {
        self.regions
            .iter()
            .filter(|row| region.starts_with(&row.starts))
            .max_by_key(|row| row.starts.len())
            .map(|row| row.prefix.as_str())
    }

    /// Returns the regions that the profiles of a prefix send requests to; none where that may be any region.
    pub fn destinations(&self, prefix: &str) -> Option<&[String]> {
        let geography = self.geographies.iter().find(|geography| geography.prefix == prefix)?;
        Some(&geography.regions)
    }

    /// Returns the ids to try for an alias in a region, best first; none when the name is no alias.
    ///
    /// A family's name stands for its newest member that can be called: each one through the region's
    /// profile, then the global one, then, where that is offered, without a profile.
    pub fn candidates(&self, alias: &str, region: &str) -> Option<Vec<String>> {
        let mut models: Vec<&Model> = self.all().filter(|model| model.family == alias).collect();
        if models.is_empty() {
            models.extend(self.models.iter().find(|model| model.aliases.iter().any(|known| known == alias)));
        }
        if models.is_empty() {
            return None;
        }
        Some(models.into_iter().flat_map(|model| self.spellings(model, region)).collect())
    }

    /// Returns the ids of inference profiles to try for an id that cannot be called without one.
    pub fn profiles(&self, id: &str, region: &str) -> Vec<String> {
        let base = self.split(id).map_or(id, |(_, model)| model.id.as_str());
        let prefixes = self.geography(region).into_iter().chain(["global"]);
        prefixes.map(|prefix| format!("{prefix}.{base}")).filter(|spelling| spelling != id).collect()
    }

    /// Returns all ids of inference profiles that a region may have for an id that cannot be called without one: also
    /// those of prefixes that only older models have.
    pub fn all_profiles(&self, id: &str, region: &str) -> Vec<String> {
        let base = self.split(id).map_or_else(|| base_of_arn(id), |(_, model)| model.id.as_str());
        let reaches = |geography: &&Geography| geography.regions.iter().any(|known| known == region);
        let others = self.geographies.iter().filter(reaches).map(|geography| geography.prefix.as_str());
        let mut prefixes: Vec<&str> = Vec::new();
        for prefix in self.geography(region).into_iter().chain(others).chain(["global"]) {
            if !prefixes.contains(&prefix) {
                prefixes.push(prefix);
            }
        }
        prefixes.into_iter().map(|prefix| format!("{prefix}.{base}")).filter(|spelling| spelling != id).collect()
    }

    /// Returns the price of a call on a day when so many tokens were read, or none where it is not known.
    pub fn price(&self, id: &str, read: u64, day: &str) -> Option<&Price> {
        let (prefix, model) = self.split(id)?;
        let rows = model.prices.iter().filter(|row| row.prefixes.iter().any(|known| known == prefix));
        let rows = rows.filter(|row| row.since.as_str() <= day && (row.above == 0 || read > row.above));
        rows.max_by(|left, right| left.since.cmp(&right.since).then(left.above.cmp(&right.above)))
    }

    /// Tells whether cache points are worth sending to an id that no entry knows: what refuses them is asked without.
    pub fn caches_unlisted(&self, id: &str) -> bool {
        let base = self.profile_base(id).unwrap_or(id);
        self.unlisted.iter().any(|row| row.cache_minimum > 0 && base.starts_with(&row.starts))
    }

    /// Returns the id behind the prefix of a profile; none where the id has no such prefix.
    pub fn profile_base<'a>(&self, id: &'a str) -> Option<&'a str> {
        let (prefix, base) = id.split_once('.')?;
        let shared = self.regions.iter().map(|row| &row.prefix).chain(self.geographies.iter().map(|row| &row.prefix));
        (prefix == "global" || shared.into_iter().any(|known| known == prefix)).then_some(base)
    }

    /// Tells whether a name is an alias of this table.
    pub fn is_alias(&self, name: &str) -> bool {
        self.models.iter().any(|model| model.family == name || model.aliases.iter().any(|alias| alias == name))
    }

    fn spellings(&self, model: &Model, region: &str) -> Vec<String> {
        let mut ids = self.profiles(&model.id, region);
        if !model.needs_profile {
            ids.push(model.id.clone());
        }
        ids
    }
}

/// More dollars for a million tokens than this nobody means.
const MOST_DOLLARS: f64 = 1_000_000.0;

impl Model {
    /// Says which of its figures makes no sense: a cap that is reckoned with one would not hold.
    fn check(&self) -> Result<(), String> {
        for (name, tokens) in [("context", self.context), ("output", self.output)] {
            if tokens == 0 {
                return Err(format!("{name} is 0, but must be a number from 1 on"));
            }
        }
        if !is_day(&self.released) {
            return Err(format!("released is {:?}, but must be a day, as \"2026-09-28\"", self.released));
        }
        for price in &self.prices {
            if !is_day(&price.since) {
                return Err(format!("since of a price is {:?}, but must be a day, as \"2026-09-28\"", price.since));
            }
            let amounts = [
                ("input", price.input),
                ("output", price.output),
                ("cache_read", price.cache_read),
                ("cache_write", price.cache_write),
            ];
            // A number that is none is in no range.
            if let Some((name, amount)) = amounts.into_iter().find(|(_, amount)| !(0.0..=MOST_DOLLARS).contains(amount))
            {
                return Err(format!(
                    "{name} of the price since {} is {amount}, but must be a number from 0 to {MOST_DOLLARS}",
                    price.since
                ));
            }
        }
        Ok(())
    }

    /// Returns how much it reads, as people say it: 200k, 1M.
    pub fn context_words(&self) -> String {
        if self.context >= 1_000_000 {
            format!("{}M", self.context / 1_000_000)
        } else {
            format!("{}k", self.context / 1_000)
        }
    }
}

/// Tells whether a text is a day that there is, as `2026-09-28`: days are compared as texts.
fn is_day(text: &str) -> bool {
    let form = text.len() == 10
        && text.bytes().enumerate().all(|(at, letter)| match at {
            4 | 7 => letter == b'-',
            _ => letter.is_ascii_digit(),
        });
    if !form {
        return false;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<u32>().unwrap_or(0);
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let leaps = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leaps),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// Puts rows in the place of those with the same key, and adds the others.
fn replace_or_add<T>(rows: &mut Vec<T>, over: Vec<T>, key: impl Fn(&T) -> String) {
    for row in over {
        match rows.iter_mut().find(|known| key(known) == key(&row)) {
            Some(known) => *known = row,
            None => rows.push(row),
        }
    }
}

impl Default for Models {
    fn default() -> Self {
        Self::embedded()
    }
}

/// Returns the id of a model where its ARN is given; anything else is returned as it is.
pub fn base_of_arn(id: &str) -> &str {
    let is_model = id.starts_with("arn:");
    id.split_once(":foundation-model/").filter(|_| is_model).map_or(id, |(_, base)| base)
}

/// Tells whether a text has the form of a model id or an ARN: `vendor.model`, perhaps with a prefix.
pub fn is_id(name: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || "._:/-".contains(character);
    if name.len() > 2048 || !name.chars().all(plain) {
        return false;
    }
    let dotted = name.split('.').skip(1).any(|part| part.starts_with(|first: char| first.is_ascii_alphabetic()));
    name.starts_with("arn:") || dotted
}
