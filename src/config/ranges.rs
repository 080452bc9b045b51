//! Which values of a setting make sense, beyond what its type says.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use super::{EndpointConfig, EndpointName, Fallback, Seeing};

/// More dollars than this nobody means.
const MOST_DOLLARS: f64 = 1_000_000.0;

/// The least and the greatest value of numbers, by the names that lead to them.
const RANGES: &[(&[&str], f64, f64)] = &[
    (&["temperature"], 0.0, 2.0),
    (&["max_steps"], 1.0, 10_000.0),
    (&["compact_at"], 0.0, 100.0),
    (&["budget", "session"], 0.0, MOST_DOLLARS),
    (&["budget", "day"], 0.0, MOST_DOLLARS),
    (&["budget", "month"], 0.0, MOST_DOLLARS),
    (&["budget", "cache_warning"], 0.0, MOST_DOLLARS),
    (&["budget", "output_percent"], 0.0, 100.0),
];

/// The prices of an endpoint, each from nothing on.
const PRICES: [&str; 3] = ["price_input", "price_output", "price_cache_read"];

/// Returns what is out of its range in a layer: the byte where it stands, and the words.
pub(super) fn out_of_range(text: &str, table: &Table) -> Option<(usize, String)> {
    let endpoints = table.get("endpoint").and_then(Value::as_table).into_iter().flat_map(Table::keys);
    let prices = endpoints.flat_map(|name| PRICES.map(|price| (vec!["endpoint", name, price], 0.0, MOST_DOLLARS)));
    let ranges = RANGES.iter().map(|(path, least, most)| (path.to_vec(), *least, *most)).chain(prices);
    for (path, least, most) in ranges {
        let Some(value) = number(table, &path) else { continue };
        // A number that is none is in no range.
        if !(least..=most).contains(&value) {
            let message = format!("{} is {value}, but must be a number from {least} to {most}", path.join("."));
            return Some((start_of(text, &path).unwrap_or(0), message));
        }
    }
    None
}

/// Returns what is wrong with the fallbacks that a layer names: the byte where it stands, and the words.
pub(super) fn unknown_endpoint(
    text: &str,
    fallbacks: &[Fallback],
    endpoints: &BTreeMap<EndpointName, EndpointConfig>,
) -> Option<(usize, String)> {
    let names_none = |fallback: &Fallback| {
        let (name, _) = fallback.model.trim().split_once('/').filter(|(name, _)| !name.starts_with("arn:"))?;
        (!endpoints.keys().any(|known| known.as_str() == name)).then(|| name.to_owned())
    };
    let (at, name) = fallbacks.iter().enumerate().find_map(|(at, fallback)| Some((at, names_none(fallback)?)))?;
    let known: Vec<&str> = endpoints.keys().map(EndpointName::as_str).collect();
    let known = if known.is_empty() { "there are none".to_owned() } else { format!("known are {}", known.join(", ")) };
    let message = format!("fallback.model is {:?}, but no endpoint is called {name:?}: {known}", fallbacks[at].model);
    Some((start_of_fallback(text, at).unwrap_or(0), message))
}

/// Returns what is wrong with the models that are said to see images: the byte where it stands, and the words.
pub(super) fn unknown_seeing(
    text: &str,
    endpoints: &BTreeMap<EndpointName, EndpointConfig>,
) -> Option<(usize, String)> {
    endpoints.iter().find_map(|(name, endpoint)| {
        let Seeing::These(models) = &endpoint.images else { return None };
        let unknown = models.iter().find(|model| !endpoint.models.contains(model))?;
        let path = ["endpoint", name.as_str(), "images"];
        let message = format!("{} names {unknown:?}, which is not in `models`", path.join("."));
        Some((start_of(text, &path).unwrap_or(0), message))
    })
}

/// Returns what is wrong with an address in a layer: the byte where it stands, and the words, which do not quote it, as
/// it may hold a password.
pub(super) fn no_address(text: &str, table: &Table) -> Option<(usize, String)> {
    let path = ["telemetry", "endpoint"];
    let address = table.get(path[0])?.get(path[1])?.as_str()?.trim();
    if address.is_empty() || is_address(address) {
        return None;
    }
    let message = "telemetry.endpoint is no URL: it needs http:// or https:// and a host".to_owned();
    Some((start_of(text, &path).unwrap_or(0), message))
}

fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).and_then(|place| place.rsplit('@').next());
    let is_plain = !text.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    is_plain && host.is_some_and(|host| !host.is_empty() && !host.starts_with(':'))
}

fn number(table: &Table, path: &[&str]) -> Option<f64> {
    let (last, tables) = path.split_last()?;
    let inner = tables.iter().try_fold(table, |table, name| table.get(*name)?.as_table())?;
    match inner.get(*last)? {
        Value::Float(value) => Some(*value),
        #[allow(clippy::cast_precision_loss, reason = "a number so large is out of every range")]
        Value::Integer(value) => Some(*value as f64),
        _ => None,
    }
}

fn start_of(text: &str, path: &[&str]) -> Option<usize> {
    let document = DeTable::parse(text).ok()?;
    let (last, tables) = path.split_last()?;
    let mut table = document.get_ref();
    for name in tables {
        let (_, value) = table.iter().find(|(key, _)| key.get_ref() == name)?;
        let DeValue::Table(inner) = value.get_ref() else { return None };
        table = inner;
    }
    table.iter().find(|(key, _)| key.get_ref() == last).map(|(key, _)| key.span().start)
}

fn start_of_fallback(text: &str, at: usize) -> Option<usize> {
    let document = DeTable::parse(text).ok()?;
    let (_, value) = document.get_ref().iter().find(|(key, _)| key.get_ref() == "fallback")?;
    let DeValue::Array(fallbacks) = value.get_ref() else { return None };
    let DeValue::Table(fallback) = fallbacks.get(at)?.get_ref() else { return None };
    fallback.iter().find(|(key, _)| key.get_ref() == "model").map(|(key, _)| key.span().start)
}
