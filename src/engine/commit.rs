//! Commits of what was accepted, and the message that the model drafts for them.

use std::fmt::Write as _;
use std::sync::Arc;

use futures::StreamExt as _;
use tokio::sync::mpsc;

use super::actor::{Actor, FromTask};
use super::turn::FromTurn;
use super::{CommitFile, CommitRequest, Delta, Provider, Request};
use crate::path::RelPath;
use crate::review::{Snapshot, diff_texts};
use crate::session::{Block, EventKind, Fault, FaultClass, Level, Message, Role, Usage};

/// The instruction for drafting a message.
const COMMIT_PROMPT: &str = include_str!("../../assets/prompts/commit.md");

/// The difference that the model is shown for a draft is cut at so many bytes.
const DRAFT_LIMIT: usize = 60_000;

/// What adit wrote to a file, before and after.
type Written = (Option<Snapshot>, Option<Snapshot>);

impl Actor {
    fn accepted_files(&self) -> Vec<CommitFile> {
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
        let request = CommitRequest { message: self.with_trailer(message), files };
        let ignored = self.repository.ignored(&paths);
        match self.repository.commit(&request) {
            Ok(id) => {
                if !ignored.is_empty() {
                    let names: Vec<String> = ignored.iter().map(ToString::to_string).collect();
                    let text = format!("git ignores {}: written to disk, but not in the commit", names.join(", "));
                    self.notice(Level::Warning, text, Some("Use `git add --force` to have it in a commit.".to_owned()));
                }
                let summary = message.trim_start().lines().next().unwrap_or_default().to_owned();
                self.emit(EventKind::Committed { id, summary, paths });
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
        // Trailers stand in one last paragraph; a message that ends with one gets no blank line.
        let last = message.lines().next_back().unwrap_or_default();
        let is_trailer = message.lines().count() > 1
            && last.split_once(": ").is_some_and(|(key, _)| {
                !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
            });
        let gap = if is_trailer { "\n" } else { "\n\n" };
        format!("{message}{gap}{}\n", trailer.trim())
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
        let model = self.state.model.id.clone();
        let wish = self.state.last_prompt.clone().unwrap_or_default();
        if let Some(older) = self.drafting.take() {
            older.abort();
        }
        let actor = self.to_actor.clone();
        let task = self.tasks.spawn(async move {
            let subjects =
                tokio::task::spawn_blocking(move || repository.recent_subjects(10)).await.unwrap_or_default();
            let text = format!(
                "Style: {style}.\n\nRecent subjects:\n{}\n\nWhat the user had asked for:\n{wish}\n\nThe accepted \
                 changes:\n{diff}",
                subjects.join("\n")
            );
            FromTask::Draft(draft(provider.as_ref(), &actor, model, text).await)
        });
        self.drafting = Some(task);
    }

    /// Takes a drafted message over; where drafting failed, a plain one made of the paths.
    pub(super) fn drafted(&mut self, result: Result<(String, Usage, Option<u64>), Fault>) {
        self.drafting = None;
        if self.turn.is_none() && self.state.login.is_some() {
            self.emit(EventKind::LoginEnded);
        }
        let files = self.accepted_files();
        if files.is_empty() {
            return;
        }
        match result {
            Ok((message, usage, cost_micros)) => self.emit(EventKind::CommitDrafted { message, usage, cost_micros }),
            Err(fault) => {
                self.notice(Level::Warning, format!("cannot draft a message: {}", Self::describe(&fault)), fault.hint);
                let names: Vec<&str> = files.iter().map(|file| file.path.name()).collect();
                let message = format!("Update {}", names.join(", "));
                self.emit(EventKind::CommitDrafted { message, usage: Usage::default(), cost_micros: None });
            }
        }
    }
}

/// Asks for one text without tools. What the user must do or know meanwhile goes into the log.
async fn draft(
    provider: &dyn Provider,
    actor: &mpsc::Sender<FromTurn>,
    mut model: String,
    text: String,
) -> Result<(String, Usage, Option<u64>), Fault> {
    let message = Message { role: Role::User, blocks: vec![Block::Text { text }] };
    let request = Request {
        model: model.clone(),
        system: COMMIT_PROMPT.to_owned(),
        messages: vec![message],
        tools: Arc::new([]),
        max_tokens: Some(4_000),
    };
    let mut stream = provider.stream(request);
    let (mut drafted, mut usage) = (String::new(), Usage::default());
    while let Some(delta) = stream.next().await {
        let told = match delta? {
            Delta::Text { text, .. } => {
                drafted.push_str(&text);
                continue;
            }
            Delta::Usage(tokens) => {
                usage = tokens;
                continue;
            }
            Delta::Switched { model: now, reason } => {
                // Priced as what answers.
                model.clone_from(&now.id);
                let notice = EventKind::Notice { level: Level::Info, text: reason, hint: None };
                vec![EventKind::ModelChanged { model: now }, notice]
            }
            Delta::LoginNeeded(login) => vec![EventKind::LoginNeeded { login }],
            Delta::LoginEnded => vec![EventKind::LoginEnded],
            Delta::Retrying { fault, after, .. } => {
                drafted.clear();
                let text = format!("the draft is asked for again in {} s: {}", after.as_secs(), fault.message);
                vec![EventKind::Notice { level: Level::Info, text, hint: None }]
            }
            _ => continue,
        };
        // The actor is gone only when the program ends.
        let _gone = actor.send(FromTurn::Events(told)).await;
    }
    let message = without_fence(&drafted);
    if message.is_empty() {
        return Err(Fault::new(FaultClass::Other, "the model gave an empty message"));
    }
    let cost = provider.cost_micros(&model, usage);
    Ok((message, usage, cost))
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
