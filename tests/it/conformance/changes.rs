//! Rows of the `changes` corpus: whole commits, with new, removed, moved and binary files.

use std::collections::BTreeMap;

use adit::path::RelPath;
use adit::review::{Decision, FileRevision, Mode, Pick, Snapshot, Text};
use base64::Engine as _;
use serde_json::Value;

use super::Outcome;
use super::review::with_family;
use crate::review::desk::{Desk, model};

pub(crate) fn run(row: &Value) -> Option<Outcome> {
    Some(Outcome::of(&with_family(row, &row["lang"]), check(row)))
}

type Disk = BTreeMap<RelPath, Snapshot>;

fn check(row: &Value) -> Result<(), String> {
    let files = row["files"].as_array().ok_or("files is no list")?;
    let (mut before, mut after): (Disk, Disk) = Default::default();
    let mut revisions = Vec::new();
    for file in files {
        let named = |field: &str| -> Result<RelPath, String> {
            let text = file[field].as_str().ok_or_else(|| format!("{field} is no text"))?;
            RelPath::new(text).map_err(|fault| fault.to_string())
        };
        let name = named("path")?;
        let from = match file["status"].as_str() {
            Some(status) if status.starts_with('R') => Some(named("old_path")?),
            Some(_) | None => None,
        };
        let (old, new) = (state(&file["before"], &file["old_mode"])?, state(&file["after"], &file["new_mode"])?);
        if let Some(old) = &old {
            before.insert(from.clone().unwrap_or(name.clone()), old.clone());
        }
        if let Some(new) = &new {
            after.insert(name.clone(), new.clone());
        }
        let revision = FileRevision { path: name, from, base: Some(old), target: new, maker: model(), loose: false };
        revisions.push(revision);
    }
    let mut desk = Desk { disk: before.clone(), ..Desk::default() };
    desk.review.revise(&revisions);

    let mut accepted = desk.clone();
    accepted.accept(&Pick::Everything).map_err(|refusal| refusal.to_string())?;
    expect(&accepted, &after, "accept all")?;
    accepted.undo().map_err(|refusal| refusal.to_string())?;
    expect_disk(&accepted, &before, "accept all and undo")?;

    let mut rejected = desk.clone();
    let writes = rejected.reject(&Pick::Everything).map_err(|refusal| refusal.to_string())?;
    if !writes.is_empty() {
        return Err("rejecting writes".to_owned());
    }
    expect(&rejected, &before, "reject all")?;

    one_by_one(desk, &after)
}

/// Accepts part after part, the last first, which must lead to the same.
fn one_by_one(mut desk: Desk, after: &Disk) -> Result<(), String> {
    let mut steps = 0;
    loop {
        let pending = desk.review.files().find(|change| !change.diff.is_empty()).cloned();
        let Some(change) = pending else { break };
        let path = change.path.clone();
        let pick = match (change.diff.runs.len(), change.diff.units.first()) {
            (0, Some(unit)) => Pick::Unit { path, unit: *unit },
            (runs, _) => Pick::Runs { path, runs: vec![runs - 1] },
        };
        desk.decide(&pick, Decision::Accepted).map_err(|refusal| format!("{pick:?}: {refusal}"))?;
        steps += 1;
        if steps > 10_000 {
            return Err("accepting part after part does not end".to_owned());
        }
    }
    expect(&desk, after, "accept one by one")
}

fn expect(desk: &Desk, disk: &Disk, what: &str) -> Result<(), String> {
    expect_disk(desk, disk, what)?;
    match desk.review.progress().pending {
        0 => Ok(()),
        left => Err(format!("{what} leaves {left} pending")),
    }
}

fn expect_disk(desk: &Desk, disk: &Disk, what: &str) -> Result<(), String> {
    let differ = |name: &&RelPath| desk.disk.get(*name) != disk.get(*name);
    match desk.disk.keys().chain(disk.keys()).find(differ) {
        None => Ok(()),
        Some(name) => Err(format!("{what}: {name} differs")),
    }
}

fn state(content: &Value, mode: &Value) -> Result<Option<Snapshot>, String> {
    let mode = match mode.as_str() {
        Some("100755") => Mode::Executable,
        Some("120000") => Mode::Symlink,
        _ => Mode::Regular,
    };
    let text = match content {
        Value::Null => return Ok(None),
        Value::String(text) => Text::from(text.as_str()),
        other => {
            let coded = other["b64"].as_str().ok_or("neither text nor b64")?;
            let bytes = base64::engine::general_purpose::STANDARD.decode(coded).map_err(|error| error.to_string())?;
            Text::new(bytes)
        }
    };
    Ok(Some(Snapshot { text, mode }))
}
