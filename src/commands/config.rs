//! `adit config`: the settings that hold here, the defaults, or where the user's file is looked for.

use std::process::ExitCode;

use adit::config;
use adit::safe::{is_hidden, written};
use toml::{Table, Value};

use super::output::print;
use crate::launch::workspace;
use crate::places::Places;
use crate::settings::configuration;
use crate::stop::Stop;

pub(crate) fn show(places: &Places, default: bool, path: bool) -> Result<ExitCode, Stop> {
    let text = if default {
        config::DEFAULT_TEXT.to_owned()
    } else if path {
        format!("{}\n", places.config_file().display())
    } else {
        let root = workspace(None)?;
        let config = configuration(places, &root)?;
        let text = toml::to_string(&config);
        escaped(&text.map_err(|failure| Stop::new(format!("cannot print the configuration: {failure}")))?)
    };
    print(&text)
}

/// Returns TOML with the hidden characters of its keys and strings as escapes, which say the same; the names of folders, the
/// environment and a workspace's file may hold some.
fn escaped(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| if line.trim_end_matches('\n').chars().any(is_hidden) { line_of(line) } else { line.to_owned() })
        .collect()
}

fn line_of(line: &str) -> String {
    // Only a part of a text of many lines is not TOML by itself.
    let Ok(table) = toml::from_str::<Table>(line) else { return written(line, None).into_owned() };
    let entry = |(name, value): (&String, &Value)| match value {
        Value::Table(_) => format!("[{}]\n", path(name, value).join(".")),
        value => format!("{} = {}\n", key(name), inline(value)),
    };
    table.iter().map(entry).collect()
}

/// Returns the keys of a heading, from the outermost on.
fn path(name: &str, value: &Value) -> Vec<String> {
    let inner = value.as_table().and_then(|table| table.iter().next());
    let rest = inner.map(|(name, value)| path(name, value)).unwrap_or_default();
    std::iter::once(key(name)).chain(rest).collect()
}

fn key(name: &str) -> String {
    let is_bare = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    if !name.is_empty() && name.chars().all(is_bare) { name.to_owned() } else { quoted(name) }
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(values) => format!("[{}]", values.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Table(table) => {
            let entries = table.iter().map(|(name, value)| format!("{} = {}", key(name), inline(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => value.to_string(),
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            hidden if is_hidden(hidden) => out.push_str(&format!("\\U{:08X}", u32::from(hidden))),
            character => out.push(character),
        }
    }
    out.push('"');
    out
}
