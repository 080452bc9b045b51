//! Puts what happens in the session into words.

use super::words::{count, first_line, sentence, spoken};
use crate::session::{
    Event, EventKind, Fault, FaultClass, Head, Login, Millis, SessionState, ToolCall, TurnOutcome, TurnPhase, dollars,
    head_words,
};

/// A stream that is silent is told of every so many seconds.
const SILENCE: u32 = 30;

/// Returns what an event is worth saying, after it is folded into the state. Answers are read by `Prose`.
pub(super) fn news(event: &Event, state: &SessionState) -> Vec<String> {
    match &event.kind {
        EventKind::SessionResumed => vec!["The last session goes on.".to_owned()],
        EventKind::ModelChanged { .. } => vec![model(state)],
        EventKind::PromptQueued { .. } if state.is_busy() => {
            vec!["A turn is running; your request waits for its end.".to_owned()]
        }
        EventKind::PromptQueued { .. } if state.queue.len() > 1 => {
            vec!["Requests that waited before are sent first.".to_owned()]
        }
        EventKind::TurnStarted { .. } => vec!["Asking the model.".to_owned()],
        EventKind::StepRetried { fault, attempt, resumes_at } => {
            let again = match in_seconds(*resumes_at, event.at) {
                None => "It is sent again.".to_owned(),
                Some(pause) => format!("It is sent again in {pause}. Say retry to send it now, stop to give up."),
            };
            vec![format!("{} {again}", sentence(&format!("try {attempt} failed: {}", spoken(&fault.message))))]
        }
        EventKind::StreamSilent { seconds } if seconds % SILENCE == 0 => {
            vec![format!("No data for {seconds} seconds.")]
        }
        EventKind::ToolCalled { call } => vec![tool(call)],
        EventKind::ToolFinished { output, .. } if output.is_error => {
            let first = output.text.lines().next().unwrap_or_default();
            vec![sentence(&format!("that did not work: {}", spoken(first)))]
        }
        EventKind::ComparisonStarted { path } => {
            vec![format!("Reviewing {}. It is large; say stop to take it as a whole.", spoken(path.as_str()))]
        }
        EventKind::ProposalRevised { call: None, .. } => {
            vec!["Your text is proposed now. Say show or next to hear it.".to_owned()]
        }
        EventKind::FileWritten { path, is_removed } => {
            vec![format!("{} {}.", if *is_removed { "Removed" } else { "Wrote" }, spoken(path.as_str()))]
        }
        EventKind::WriteFailed { reason, .. } => {
            vec![sentence(&spoken(reason)), "The decision is taken back; nothing was written there.".to_owned()]
        }
        EventKind::DiskMoved { path, .. } => {
            let has_conflict = state.review.file(path).is_some_and(|change| change.conflict.is_some());
            let path = spoken(path.as_str());
            vec![if has_conflict {
                format!("{path} was changed on disk where the proposal changes it: there is a conflict. Say go {path}.")
            } else {
                format!("{path} was changed on disk; what is proposed there moved with it.")
            }]
        }
        EventKind::ConflictResolved { path, .. } => {
            vec![format!("The conflict in {} is settled.", spoken(path.as_str()))]
        }
        EventKind::Undone { .. } => vec![format!("Undone. {}", waiting(state))],
        EventKind::Redone => vec![format!("Done again. {}", waiting(state))],
        EventKind::WentTo { .. } => vec![format!("The review stands at that point. {}", waiting(state))],
        EventKind::NoteAdded { .. } => vec!["The model hears it with your next request.".to_owned()],
        EventKind::Committed { id, summary, .. } => {
            let short: String = id.chars().take(7).collect();
            vec![format!("Committed {short}: {}", spoken(summary))]
        }
        EventKind::ContextAdded { path } => vec![format!("{} goes with each request.", spoken(path.as_str()))],
        EventKind::ContextDropped { path } => vec![format!("{} goes no longer with requests.", spoken(path.as_str()))],
        EventKind::LoginNeeded { login } => log_in(login),
        EventKind::CacheAtRisk { act, worth_micros } => vec![
            sentence(&format!(
                "to {} throws away a prompt cache; the next request costs {} more for it",
                spoken(act),
                dollars(*worth_micros)
            )),
            "Say proceed to do it all the same.".to_owned(),
        ],
        EventKind::CompactionStarted { .. } => {
            vec!["The model sums up the conversation's beginning.".to_owned()]
        }
        EventKind::Compacted { before, after, cost_micros, .. } => {
            let price = cost_micros.map(|cost| format!(" It cost {}.", dollars(cost))).unwrap_or_default();
            vec![format!(
                "A summary stands for the conversation's beginning now: about {after} tokens instead of {before}.{price} \
                 Say uncompact to take it back."
            )]
        }
        EventKind::CompactionFailed { fault } => {
            vec![sentence(&format!("no summary came: {}", spoken(&fault.message)))]
        }
        EventKind::Uncompacted => {
            vec!["The summary is taken back, and no other is made until the service refuses the length.".to_owned()]
        }
        EventKind::HeadMoved { from, to, files, .. } => {
            let files = count(files.len(), "file", "files");
            vec![sentence(&format!(
                "{}; {files} of the review changed with it",
                spoken(&head_words(from.as_ref(), to.as_ref()))
            ))]
        }
        EventKind::CommittedElsewhere { paths } => {
            let names: Vec<_> = paths.iter().map(|path| spoken(path.as_str())).collect();
            vec![format!(
                "Someone else committed what you accepted in {}; nothing of it is left to commit.",
                names.join(", ")
            )]
        }
        EventKind::ComparisonGivenUp { path } => vec![format!("{} is taken as a whole.", spoken(path.as_str()))],
        EventKind::LoginEnded => vec!["The login is over.".to_owned()],
        EventKind::ConversationCleared => vec!["A new conversation begins; the review stays.".to_owned()],
        EventKind::Notice { text, hint, .. } | EventKind::Refused { reason: text, hint } => {
            let mut out = vec![sentence(&spoken(text))];
            out.extend(hint.as_deref().map(|hint| sentence(&spoken(hint))));
            out
        }
        EventKind::TurnEnded { outcome, .. } => ended(outcome, state),
        _ => Vec::new(),
    }
}

/// Says where things stand at a time.
pub(super) fn status(state: &SessionState, now: Millis) -> Vec<String> {
    let unknown = || "Git has not told yet which branch this is.".to_owned();
    let mut out = vec![model(state), branch(state).unwrap_or_else(unknown)];
    out.extend(standing(state, now));
    out
}

/// Says the same at the start: the branch is told when git has told it.
pub(super) fn opening(state: &SessionState, now: Millis) -> Vec<String> {
    let mut out = vec![model(state)];
    out.extend(branch(state));
    out.extend(standing(state, now));
    out
}

fn standing(state: &SessionState, now: Millis) -> Vec<String> {
    let mut out = vec![waiting(state)];
    let progress = state.review.progress();
    if progress.accepted + progress.rejected > 0 {
        let accepted = count(progress.accepted, "change", "changes");
        let rejected = count(progress.rejected, "change", "changes");
        out.push(sentence(&format!("{accepted} accepted, {rejected} rejected since the last commit")));
    }
    let notes = state.review.feedback().iter().filter(|told| told.note.is_some()).count();
    if notes > 0 {
        out.push(sentence(&format!(
            "{} for the model, with your next request",
            count(notes, "note waits", "notes wait")
        )));
    }
    if let Some(cost) = state.cost_micros {
        out.push(format!("So far this session costs {}.", dollars(cost)));
    }
    out.extend(queued(state));
    out.extend(doing(state, now));
    out
}

/// Says how long it is until a time; none when it has come.
fn in_seconds(then: Millis, now: Millis) -> Option<String> {
    let seconds = then.0.saturating_sub(now.0).div_ceil(1000);
    (seconds > 0).then(|| count(usize::try_from(seconds).unwrap_or(usize::MAX), "second", "seconds"))
}

/// Says which requests wait, and for what.
fn queued(state: &SessionState) -> Option<String> {
    let waiting = count(state.queue.len(), "request waits", "requests wait");
    let names: Vec<String> = state.queue.iter().map(|queued| first_line(&queued.text)).collect();
    let until = if state.is_busy() { "for the end of the turn" } else { "and would be sent before your next one" };
    (!names.is_empty()).then(|| {
        format!(
            "{} {until}: {}. Say unqueue to take the last one back, unqueue all to take all back.",
            sentence(&waiting).trim_end_matches('.'),
            names.join("; ")
        )
    })
}

/// Says what the turn does, if one runs.
fn doing(state: &SessionState, now: Millis) -> Option<String> {
    let doing = match &state.phase {
        TurnPhase::Idle => return None,
        _ if state.login.is_some() => "it waits for your login",
        TurnPhase::Waiting => "the model has not answered yet",
        TurnPhase::Streaming => "the model answers",
        TurnPhase::Tools => "tools run",
        TurnPhase::Compacting => "the conversation is summed up",
        TurnPhase::Retrying { reason, resumes_at } => {
            let when = in_seconds(*resumes_at, now).map(|seconds| format!(" in {seconds}")).unwrap_or_default();
            let reason = sentence(&format!("a turn is running; it will be sent again{when}: {}", spoken(reason)));
            return Some(format!("{reason} Say retry to do so at once, stop to stop it."));
        }
    };
    Some(format!("A turn is running: {doing}. Say stop to stop it."))
}

/// Says how much waits for the user.
pub(super) fn waiting(state: &SessionState) -> String {
    let files: Vec<_> = state.review.files().map(|change| change.progress()).collect();
    let progress = state.review.progress();
    let in_files = files.iter().filter(|progress| progress.pending > 0).count();
    let mut out = match progress.pending {
        0 => "No change waits for you.".to_owned(),
        1 => format!("One change waits for you, in {}.", count(in_files, "file", "files")),
        pending => format!("{pending} changes wait for you, in {}.", count(in_files, "file", "files")),
    };
    if progress.conflicts > 0 {
        out.push_str(&format!(" To settle: {}.", count(progress.conflicts, "conflict", "conflicts")));
    }
    out
}

/// Says what failed, what to do, and how to go on.
fn fault(fault: &Fault) -> Vec<String> {
    if fault.class == FaultClass::Budget {
        return vec![
            sentence(&spoken(&fault.message)),
            "The call was not made. Say allow to make it all the same, or allow all for the rest of this session. The \
             caps stand under budget in your configuration."
                .to_owned(),
        ];
    }
    let mut out = vec![sentence(&format!("it failed: {}", spoken(&fault.message)))];
    out.extend(fault.hint.as_deref().map(|hint| sentence(&spoken(hint))));
    out.extend(fault.request_id.as_deref().map(|id| format!("The request's id is {}.", spoken(id))));
    out.push("Say retry to send the request again.".to_owned());
    out
}

fn ended(outcome: &TurnOutcome, state: &SessionState) -> Vec<String> {
    let mut out = match outcome {
        TurnOutcome::Done => vec!["The answer is complete.".to_owned()],
        TurnOutcome::Cancelled => vec!["Stopped.".to_owned()],
        TurnOutcome::Failed(failed) => fault(failed),
    };
    // After a turn that is done the next request is sent by itself.
    out.extend(queued(state).filter(|_| !matches!(outcome, TurnOutcome::Done)));
    let progress = state.review.progress();
    if progress.pending + progress.conflicts > 0 {
        out.push(format!("{} Say next to hear the first.", waiting(state)));
    }
    out
}

/// Says how to log in.
fn log_in(login: &Login) -> Vec<String> {
    let mut out = vec![sentence(&spoken(&login.reason))];
    out.extend(login.command.as_deref().map(|command| format!("The command is: {}", spoken(command))));
    out.extend(login.url.as_deref().map(|url| format!("Open this page: {}", spoken(url))));
    out.extend(login.code.as_deref().map(|code| format!("The code there is: {}", spoken(code))));
    let device = |device: &str| format!("Say code and what your device {} shows.", spoken(device));
    out.extend(login.device.as_deref().map(device));
    out.push("The request goes on after the login; say stop to give it up.".to_owned());
    out
}

fn model(state: &SessionState) -> String {
    let region = state.model.region.as_deref().map(|region| format!(" in {}", spoken(region))).unwrap_or_default();
    format!("The model is {}{region}.", spoken(&state.model.name))
}

/// Says on which branch the workspace is; nothing before git has answered.
pub(super) fn branch(state: &SessionState) -> Option<String> {
    let head = match &state.repo.head {
        None if !state.is_repo_known => return None,
        None => "There is no git repository here; say init to make one.".to_owned(),
        Some(Head::Branch(name)) => format!("On branch {}.", spoken(name)),
        Some(Head::Unborn(name)) => format!("On branch {}, without a commit yet.", spoken(name)),
        Some(Head::Detached(id)) => format!("On no branch, at commit {}.", spoken(id)),
    };
    Some(match &state.repo.in_progress {
        Some(operation) => format!("{head} A {} is in progress.", spoken(operation)),
        None => head,
    })
}

fn tool(call: &ToolCall) -> String {
    let of = |key: &str| {
        call.input.get(key).and_then(|value| value.as_str()).map(|text| {
            let short: String = text.chars().take(200).collect();
            spoken(&short).into_owned()
        })
    };
    let path = of("path").or_else(|| of("from")).unwrap_or_else(|| "the folder".to_owned());
    match call.name.as_str() {
        "read_file" => format!("The model reads {path}."),
        "edit_file" => format!("The model proposes changes to {path}."),
        "write_file" => format!("The model proposes a whole text for {path}."),
        "delete_file" => format!("The model proposes to remove {path}."),
        "move_file" => format!("The model proposes to move {path} to {}.", of("to").unwrap_or_default()),
        "list_files" => format!("The model lists {path}."),
        "search" => format!("The model searches for {}.", of("pattern").unwrap_or_default()),
        name => format!("The model uses {}.", spoken(name)),
    }
}
