//! Rows of the `merges` corpus: the files of real merge commits, merged as `git merge-file` does.

use adit::review::merge_texts;
use serde_json::Value;

use super::Outcome;
use super::review::with_family;
use crate::review::desk::{Desk, text};

pub(crate) fn run(row: &Value) -> Option<Outcome> {
    let family = if row["conflicts"] == 0 { "clean" } else { "conflicting" };
    Some(Outcome::of(&with_family(row, &family.into()), check(row)))
}

fn check(row: &Value) -> Result<(), String> {
    let field = |name: &str| row[name].as_str().ok_or_else(|| format!("{name} is no text"));
    let (base, ours, theirs) = (field("base")?, field("ours")?, field("theirs")?);
    let merged = merge_texts(base.as_bytes(), ours.as_bytes(), theirs.as_bytes());
    let conflicts = row["conflicts"].as_u64().unwrap_or_default();
    if merged.conflicts as u64 != conflicts {
        return Err(format!("{} conflicts, not {conflicts}", merged.conflicts));
    }
    if merged.text.as_bytes() != field("merged")?.as_bytes() {
        return Err("another text than git's".to_owned());
    }
    // The same as a change on disk under a proposal.
    let mut desk = Desk::with("f", Some(text(base)), Some(text(theirs)));
    desk.edit("f", Some(text(ours)));
    let change = desk.review.files().next().cloned();
    match change {
        Some(change) if change.conflict.is_some() != (conflicts > 0) => Err("conflict or not, they differ".to_owned()),
        Some(change) if change.conflict.as_ref().is_some_and(|conflict| conflict.proposal != Some(text(theirs))) => {
            Err("the proposal is gone".to_owned())
        }
        Some(_) if conflicts > 0 => Ok(()),
        None if conflicts > 0 => Err("the conflict is gone".to_owned()),
        Some(_) | None if desk.target("f") != Some(&text(field("merged")?)) => Err("another target".to_owned()),
        Some(_) | None => Ok(()),
    }
}
