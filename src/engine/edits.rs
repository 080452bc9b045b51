//! The model's edits: checked against what it has read and what is on disk, then folded into the proposal.

use std::borrow::Cow;

use super::actor::Actor;
use super::{FileFault, ToolOutcome};
use crate::path::RelPath;
use crate::review::{
    Edit, EditAction, FileRevision, Maker, Mode, Replacement, Snapshot, Text, apply_replacements, not_read, rewritten,
    stale,
};
use crate::session::{EventKind, ToolCall, ToolOutput};

/// Larger files are not edited by the model's tools.
const EDIT_LIMIT: usize = 5 << 20;

impl Actor {
    /// Returns what the model gets back from a tool, after its edit is in the proposal.
    pub(super) fn outcome(&mut self, call: &ToolCall, outcome: ToolOutcome) -> ToolOutput {
        let result = match outcome {
            ToolOutcome::Text { text, read } => {
                if let Some(path) = read {
                    let now = self.text_now(&path).ok().flatten().map(|snapshot| snapshot.text);
                    self.seen.insert(path, now);
                }
                Ok(text)
            }
            ToolOutcome::Edit(edit) => self.edit(call, &edit),
            ToolOutcome::Fault(text) => Err(text),
        };
        let is_error = result.is_err();
        let text = match result {
            Ok(text) | Err(text) if text.trim().is_empty() => "(nothing)".to_owned(),
            Ok(text) | Err(text) => self.too_long.cut(text, self.policy.tool_output_bytes, &mut *self.journal),
        };
        ToolOutput { text, is_error }
    }

    /// Returns what the model sees at a path: the target, else the disk.
    fn text_now(&self, path: &RelPath) -> Result<Option<Snapshot>, FileFault> {
        self.view().read(path)
    }

    fn edit(&mut self, call: &ToolCall, edit: &Edit) -> Result<String, String> {
        let path = &edit.path;
        check_touchable(path)?;
        self.check_file(path);
        if self.state.review.file(path).is_some_and(|change| change.conflict.is_some()) {
            return Err(format!(
                "{path} was changed on disk by the user in the same place as your pending edit, and the user has to \
                 settle that first. Go on with something else, or end your turn. Nothing in this call was applied."
            ));
        }
        let place = match &edit.action {
            EditAction::Write(_) => Some(path),
            EditAction::Move(to) => Some(to),
            EditAction::Replace(_) | EditAction::Delete => None,
        };
        if let Some(place) = place {
            self.view().check_place(place).map_err(|fault| format!("{fault} Nothing in this call was applied."))?;
        }
        let now = self.text_now(path).map_err(|fault| format!("{fault}. Nothing in this call was applied."))?;
        let (revision, said) = match &edit.action {
            EditAction::Replace(replacements) => self.replace(path, now, replacements)?,
            EditAction::Write(content) => self.write(path, now, content)?,
            EditAction::Delete => self.delete(path, now)?,
            EditAction::Move(to) => self.move_to(path, now, to)?,
        };
        let mut revision = revision;
        revision.maker = Maker::Model { turn: self.state.turn.0, step: self.state.step.0, call: call.id.0.clone() };
        if self.state.review.file(revision.from.as_ref().unwrap_or(path)).is_none() {
            let base = match self.files.read(path) {
                // The folder that stands there goes with the last file in it.
                Err(FileFault::NotAFile { .. }) if self.view().is_emptied(path) => None,
                result => result.map_err(|fault| format!("{fault}. Nothing in this call was applied."))?,
            };
            revision.base = Some(base);
        }
        if revision.from.is_some() {
            self.seen.insert(path.clone(), None);
        }
        self.seen.insert(revision.path.clone(), revision.target.as_ref().map(|snapshot| snapshot.text.clone()));
        self.emit(EventKind::ProposalRevised { call: Some(call.id.clone()), files: vec![revision] });
        Ok(format!("{said} The change is pending: the user reviews it by hunk, and the disk is untouched until then."))
    }

    fn replace(
        &self,
        path: &RelPath,
        now: Option<Snapshot>,
        replacements: &[Replacement],
    ) -> Result<(FileRevision, String), String> {
        let Some(now) = now else {
            return Err(format!(
                "{path} does not exist. Use write_file to make it, or list_files to find the right path."
            ));
        };
        let text = editable(path, &now)?;
        let Some(seen) = self.seen.get(path) else {
            return Err(format!("{}. Nothing in this call was applied.", not_read(path)));
        };
        let changed = what_changed(path, seen.as_ref(), text);
        let applied = apply_replacements(path, text, replacements).map_err(|fault| match &changed {
            None => fault,
            Some(changed) => format!("{fault}\n{changed}"),
        })?;
        let said = match replacements.len() {
            1 => format!("Edited {path}."),
            several => format!("Edited {path}: {several} replacements."),
        };
        let said =
            if applied.loose { format!("{said} It matched loosely (white space or quotes differed).") } else { said };
        // The replacement fits all the same, but what the model knows of the file no longer does.
        let said = changed.map_or_else(|| said.clone(), |changed| format!("{said} Note that {changed}\n"));
        let target = Snapshot { text: Text::from(applied.text.as_str()), mode: now.mode };
        let mut revision = revision(path, Some(target));
        revision.loose = applied.loose;
        Ok((revision, said))
    }

    fn write(&self, path: &RelPath, now: Option<Snapshot>, content: &str) -> Result<(FileRevision, String), String> {
        if content.len() > EDIT_LIMIT {
            return Err(format!("{} bytes are too many for one file; the limit is {EDIT_LIMIT}.", content.len()));
        }
        let said = if now.is_some() { format!("Rewrote {path}.") } else { format!("Made {path}.") };
        let (content, mode) = match &now {
            None => (Cow::Borrowed(content), Mode::Regular),
            Some(before) => {
                let text = editable(path, before)?;
                let Some(seen) = self.seen.get(path) else {
                    return Err(format!("{path} exists already: {}. Nothing was applied.", not_read(path)));
                };
                if let Some(changed) = what_changed(path, seen.as_ref(), text) {
                    return Err(format!("{changed}\nNothing was applied."));
                }
                (Cow::Owned(rewritten(text, content)), before.mode)
            }
        };
        if now.as_ref().is_some_and(|before| before.text.as_bytes() == content.as_bytes()) {
            return Err(format!("{path} already has exactly this text. Nothing was changed."));
        }
        Ok((revision(path, Some(Snapshot { text: Text::from(content.as_ref()), mode })), said))
    }

    fn delete(&self, path: &RelPath, now: Option<Snapshot>) -> Result<(FileRevision, String), String> {
        if now.is_none() {
            return Err(format!("{path} does not exist. Nothing was changed."));
        }
        Ok((revision(path, None), format!("Deleted {path}.")))
    }

    fn move_to(&self, path: &RelPath, now: Option<Snapshot>, to: &RelPath) -> Result<(FileRevision, String), String> {
        check_touchable(to)?;
        let Some(now) = now else {
            return Err(format!("{path} does not exist. Nothing was changed."));
        };
        if path == to {
            return Err(format!("{path} is already there. Nothing was changed."));
        }
        let there = self.text_now(to).map_err(|fault| format!("{fault}. Nothing was changed."))?;
        if there.is_some() {
            return Err(format!("{to} exists already. Choose another path, or delete it first. Nothing was changed."));
        }
        let mut revision = revision(to, Some(now));
        revision.from = Some(path.clone());
        Ok((revision, format!("Moved {path} to {to}.")))
    }
}

fn revision(path: &RelPath, target: Option<Snapshot>) -> FileRevision {
    FileRevision { path: path.clone(), from: None, base: None, target, maker: Maker::User, loose: false }
}

/// Returns what the model must know of a file that is not as it has seen it, or none where it is.
fn what_changed(path: &RelPath, seen: Option<&Text>, now: &str) -> Option<String> {
    match seen.map(Text::as_str) {
        Some(Some(read)) if read == now => None,
        Some(Some(read)) => Some(stale(path, read, now)),
        Some(None) | None => Some(format!("{path} changed on disk since you read it. Read it again.")),
    }
}

fn check_touchable(path: &RelPath) -> Result<(), String> {
    if path.is_git_internal() {
        return Err(format!("{path} is inside git's own folder, which is never touched. Nothing was changed."));
    }
    Ok(())
}

/// Returns the text that may be edited, or why not in words for the model.
fn editable<'a>(path: &RelPath, snapshot: &'a Snapshot) -> Result<&'a str, String> {
    let bytes = snapshot.text.as_bytes();
    let is_utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    if snapshot.mode == Mode::Symlink {
        return Err(format!("{path} is a symbolic link; edit the file that it points to. Nothing was changed."));
    }
    if is_utf16 {
        return Err(format!("{path} is UTF-16, which adit does not edit. Nothing was changed."));
    }
    if snapshot.text.is_binary() {
        return Err(format!("{path} is a binary file, which cannot be edited as text. Nothing was changed."));
    }
    if bytes.len() > EDIT_LIMIT {
        return Err(format!(
            "{path} has {} bytes; files over {EDIT_LIMIT} are not edited. Nothing was changed.",
            bytes.len()
        ));
    }
    snapshot
        .text
        .as_str()
        .ok_or_else(|| format!("{path} is not valid UTF-8, so it is not edited. Nothing was changed."))
}
