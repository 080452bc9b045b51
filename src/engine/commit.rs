//! Commits of what was accepted, and the message that the model drafts for them.

use std::fmt::Write as _;
use std::sync::Arc;

use tokio::sync::watch;

use super::actor::{Actor, FromTask};
use super::metering::{Occasion, Paid};
use super::side_call::{Said, SideCall, SideFault};
use super::{CommitFile, CommitRequest, Request};
use crate::config::{Effort, ProvenancePlace};
use crate::path::RelPath;
use crate::review::{Snapshot, diff_texts};
use crate::session::{
    Block, CallKind, EventKind, Fault, FaultClass, Level, Message, Reversal, Role, StepId, Usage, reversal,
};

/// The instruction for drafting a message.
const COMMIT_PROMPT: &str = include_str!("../../assets/prompts/commit.md");

/// The difference that the model is shown for a draft is cut at so many bytes.
const DRAFT_LIMIT: usize = 60_000;

/// What adit wrote to a file, before and after.
type Written = (Option<Snapshot>, Option<Snapshot>);

impl Actor {
    /// Returns what adit wrote since the last commit.
    pub(super) fn accepted_files(&self) -> Vec<CommitFile> {
        let changes = self.state.review.files().filter(|change| !change.written.is_empty());
        changes.map(|change| CommitFile { path: change.disk_path().clone(), written: change.written.clone() }).collect()
    }

    /// Commits what was accepted, with the trailer added.
    pub(super) fn commit(&mut self, message: &str) {
        if message.trim().is_empty() {
            return self.refuse("the commit message is empty; nothing was committed", None);
        }
        let files = self.accepted_files();
        if files.is_empty() {
            return self.refuse("nothing is accepted yet, so there is nothing to commit", Some("Accept hunks first."));
        }
        let paths: Vec<RelPath> = files.iter().map(|file| file.path.clone()).collect();
        let made = self.accepted_lines();
        let mut text = self.with_trailer(message);
        if self.policy.provenance == ProvenancePlace::Trailer {
            self.add_prompts(&mut text, &made);
        }
        let request = CommitRequest { message: text, files };
        let (ignored, whole) = (self.repository.ignored(&paths), self.repository.whole(&request.files));
        match self.repository.commit(&request) {
            Ok(id) => {
                if !ignored.is_empty() {
                    let names: Vec<String> = ignored.iter().map(ToString::to_string).collect();
                    let text = format!("git ignores {}: written to disk, but not in the commit", names.join(", "));
                    self.notice(Level::Warning, text, Some("Use `git add --force` to have it in a commit.".to_owned()));
                }
                if !whole.is_empty() {
                    let names: Vec<String> = whole.iter().map(ToString::to_string).collect();
                    let text =
                        format!("{}: new to git, so committed whole, with what you wrote there", names.join(", "));
                    self.notice(Level::Info, text, None);
                }
                let summary = message.trim_start().lines().next().unwrap_or_default().to_owned();
                let made = self.committed_lines(&id, made);
                if self.policy.provenance == ProvenancePlace::Note {
                    self.annotate(&id, &made);
                }
                self.emit(EventKind::Committed { id, summary, paths, made });
                self.sync();
            }
            Err(fault) => self.refuse(fault.message, fault.hint.as_deref()),
        }
        self.look_at_repository();
    }

    fn with_trailer(&self, message: &str) -> String {
        let message = message.trim();
        // A trailer is one line, whatever the settings say.
        let trailer = self.policy.trailer.lines().next().unwrap_or_default().replace("{model}", self.author_model());
        if trailer.trim().is_empty() || message.contains(trailer.trim()) {
            return format!("{message}\n");
        }
        format!("{message}{}{}\n", gap_before_trailer(message), trailer.trim())
    }

    /// Returns the id of the model that made the proposal, also where a reopened session has not asked it again yet.
    fn author_model(&self) -> &str {
        let now = &self.state.model;
        match &self.answered_before {
            Some(before) if before.name == now.name && now.id == now.name => &before.id,
            Some(_) | None => &now.id,
        }
    }

    /// Makes a repository in the workspace.
    pub(super) fn init_repository(&mut self) {
        match self.repository.init() {
            Ok(()) => self.notice(Level::Info, "made a git repository here", None),
            Err(fault) => self.refuse(fault.message, fault.hint.as_deref()),
        }
        self.look_at_repository();
    }

    /// Asks the model for a message, off the actor.
    pub(super) fn draft_commit(&mut self) {
        let files = self.accepted_files();
        if files.is_empty() {
            return self.refuse("nothing is accepted yet, so there is nothing to commit", Some("Accept hunks first."));
        }
        let mut diff = String::new();
        for file in &files {
            for written in &file.written {
                describe(&mut diff, &file.path, written);
            }
        }
        let mut cut = diff.len().min(DRAFT_LIMIT);
        while !diff.is_char_boundary(cut) {
            cut -= 1;
        }
        diff.truncate(cut);
        let style = if self.policy.conventional_commits { "Conventional Commits" } else { "plain" };
        let (repository, provider) = (Arc::clone(&self.repository), Arc::clone(&self.provider));
        let (model, metering) = (self.state.model.clone(), Arc::clone(&self.metering));
        let clock = Arc::clone(&self.clock);
        let occasion = Occasion { kind: CallKind::Draft, turn: self.state.turn, step: StepId(0) };
        let wish = self.state.last_prompt.clone().unwrap_or_default();
        let revert = revert_words(&reversal(&self.state));
        if let Some(older) = self.drafting.take() {
            older.abort();
        }
        let actor = self.to_actor.clone();
        let task = self.tasks.spawn(async move {
            let subjects =
                tokio::task::spawn_blocking(move || repository.recent_subjects(10)).await.unwrap_or_default();
            let text = format!(
                "Style: {style}.\n\nRecent subjects:\n{}\n\nWhat the user had asked for:\n{wish}\n\n{revert}The \
                 accepted changes:\n{diff}",
                subjects.join("\n")
            );
            let message = Message::new(Role::User, vec![Block::Text { text }]);
            let request = Request {
                model: model.id.clone(),
                system: COMMIT_PROMPT.to_owned(),
                messages: vec![message],
                kind: CallKind::Draft,
                tools: Arc::new([]),
                max_tokens: Some(4_000),
                effort: Effort::Auto,
            };
            // A newer draft ends this task; nothing else stops it.
            let (_never, mut cancel) = watch::channel(false);
            let (provider, clock) = (provider.as_ref(), clock.as_ref());
            let call = SideCall { provider, metering: &metering, occasion, model: &model, clock, actor: &actor };
            FromTask::Draft(call.ask_for_text(request, &mut cancel).await)
        });
        self.drafting = Some(task);
    }

    /// Takes a drafted message over; where drafting failed, a plain one made of the paths.
    pub(super) fn drafted(&mut self, said: Said) {
        self.drafting = None;
        if self.turn.is_none() && self.state.login.is_some() {
            self.emit(EventKind::LoginEnded);
        }
        if let Some(timed) = said.timed(CallKind::Draft) {
            self.emit(timed);
        }
        for Paid { usage, cost_micros, .. } in said.wasted {
            self.emit(EventKind::AttemptBilled { usage, cost_micros });
        }
        if let Some((text, hint)) = said.warning {
            self.notice(Level::Warning, text, hint);
        }
        let files = self.accepted_files();
        if files.is_empty() {
            return;
        }
        let fault = match said.text {
            Ok((text, Paid { usage, cost_micros, .. })) => {
                let message = without_fence(&text);
                if !message.is_empty() {
                    return self.emit(EventKind::CommitDrafted { message, usage, cost_micros, fault: None });
                }
                self.emit(EventKind::AttemptBilled { usage, cost_micros });
                Some(Fault::new(FaultClass::Other, "the model gave an empty message"))
            }
            Err(SideFault::Failed(fault)) => Some(fault),
            Err(SideFault::Cancelled) => None,
        };
        let fault = fault.map(|fault| {
            let text = format!("cannot draft a message: {}", Self::describe(&fault));
            self.notice(Level::Warning, text.clone(), fault.hint);
            text
        });
        let names: Vec<&str> = files.iter().map(|file| file.path.name()).collect();
        let message = format!("Update {}", names.join(", "));
        self.emit(EventKind::CommitDrafted { message, usage: Usage::default(), cost_micros: None, fault });
    }
}

/// Returns what goes between a message and a trailer: trailers stand in one last paragraph, so that a message which ends
/// with one gets no blank line.
pub(super) fn gap_before_trailer(message: &str) -> &'static str {
    let last = message.lines().next_back().unwrap_or_default();
    let is_trailer = message.lines().count() > 1
        && last.split_once(": ").is_some_and(|(key, _)| {
            !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
        });
    if is_trailer { "\n" } else { "\n\n" }
}

/// Tells the model that the changes take commits back; empty where they do not.
fn revert_words(reversal: &Reversal) -> String {
    if reversal.commits.is_empty() {
        return String::new();
    }
    let commits: Vec<String> = reversal.commits.iter().map(|commit| format!("- {}", commit.words())).collect();
    let (subject, so) = if reversal.is_all {
        ("These changes take", "The commit is a revert, whatever the user had asked for before: its type is `revert`")
    } else {
        ("Some of these changes take", "Say so in the body; what is taken back is no new feature")
    };
    format!("{subject} back what was committed before:\n{}\n{so}.\n\n", commits.join("\n"))
}

/// Returns the message without the code fence that models like to put around it.
fn without_fence(text: &str) -> String {
    let text = text.trim();
    let inner = text.strip_prefix("```").and_then(|rest| rest.strip_suffix("```"));
    match inner.and_then(|inner| inner.split_once('\n')) {
        Some((_language, message)) => message.trim().to_owned(),
        None => text.to_owned(),
    }
}

/// Writes one accepted change as a diff without context.
fn describe(out: &mut String, path: &RelPath, (before, after): &Written) {
    // Writing into a String cannot fail.
    let _ = match (before, after) {
        (None, Some(_)) => writeln!(out, "new file {path}"),
        (Some(_), None) => writeln!(out, "deleted {path}"),
        _ => writeln!(out, "changed {path}"),
    };
    let diff = diff_texts(before.as_ref(), after.as_ref(), false);
    let lines = |side: &Option<Snapshot>| -> Vec<String> {
        side.iter()
            .flat_map(|snapshot| snapshot.text.lines().map(|line| String::from_utf8_lossy(line).into_owned()))
            .collect()
    };
    let (old, new) = (lines(before), lines(after));
    for run in &diff.runs {
        let _ = writeln!(out, "@@ line {} @@", run.old.start + 1);
        for line in &old[run.old.clone()] {
            let _ = writeln!(out, "-{}", line.trim_end_matches('\n'));
        }
        for line in &new[run.new.clone()] {
            let _ = writeln!(out, "+{}", line.trim_end_matches('\n'));
        }
    }
}
