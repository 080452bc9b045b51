//! The one way in which the model changes: a message comes, panes take it, effects go out.

use std::mem::discriminant;
use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::layout::Size;

use super::action::Context;
use super::answers::{edited, follow_ground, share_files, wear};
use super::app::{App, ChatMode, Walk};
use super::attention::Waiting;
use super::composer::image_paths;
use super::connection::ConnectionReport;
use super::effect::{EditorJob, Effect, Overlay, PaneId};
use super::overlay::{Opened, OverCap, Risk};
use super::perform::{escape, leave_mouse};
use super::pressing::{on_key, on_prefixed};
use super::tree::TreeEntry;
use super::{finding, mouse};
use crate::path::{PathList, RelPath};
use crate::review::Snapshot;
use crate::session::{Entry, Event, EventKind, FaultClass, Image, Millis, Op, SessionState, Spent, TurnOutcome};

/// What reaches the model.
#[derive(Debug)]
pub enum Msg {
    /// A key.
    Key(KeyEvent),
    /// A click, a drag or the wheel.
    Mouse(MouseEvent),
    /// Pasted text.
    Paste(String),
    /// The terminal's window got the focus; the disk may have changed meanwhile.
    FocusGained,
    /// The terminal's window lost the focus: the user looks elsewhere.
    FocusLost,
    /// The terminal has another size.
    Resize(Size),
    /// The session as it stood when the screen subscribed.
    Subscribed(Box<SessionState>),
    /// Something happened in the session.
    Engine(Arc<Event>),
    /// A folder was read.
    Listed {
        /// Which; none is the root.
        folder: Option<RelPath>,
        /// Its entries, or why there are none.
        entries: Result<Vec<TreeEntry>, String>,
    },
    /// Some of all files.
    Walked(Vec<RelPath>),
    /// The service has said which models can be called, each with a line about it.
    ModelsFound(Vec<(String, String)>),
    /// The prompts of earlier sessions were read, the newest first.
    PromptsFound(Vec<String>),
    /// All files were found.
    WalkEnded,
    /// A file was read to be shown.
    FileRead {
        /// Which.
        path: RelPath,
        /// What stands there, or why it cannot be shown.
        content: Result<Option<Snapshot>, String>,
    },
    /// The user's editor is done.
    Edited {
        /// What was edited.
        job: EditorJob,
        /// The new text, none if it is the same, or what failed.
        result: Result<Option<String>, String>,
    },
    /// A key behind an escape, where Esc and the key typed after it may come the same way.
    Prefixed(KeyEvent),
    /// Around adit is GNU screen.
    InScreen,
    /// Around adit is tmux, which the environment does not tell.
    InTmux,
    /// How the connection to the terminal is.
    Connection(Box<ConnectionReport>),
    /// Something outside went otherwise than it was told.
    Said(String),
    /// The terminal told its ground's colour.
    Ground([u8; 3]),
    /// A pasted image was loaded, or cannot be shown.
    ImageLoaded {
        /// What was pasted.
        text: String,
        /// The image, or why there is none.
        image: Result<Image, String>,
    },
    /// What the ledger told.
    Spent(Result<Spent, String>),
    /// The time now.
    Time(Millis),
}

/// Takes a message into the model and returns what is asked of the outside.
pub fn update(app: &mut App, msg: Msg) -> Vec<Effect> {
    let may_name_files = matches!(msg, Msg::Key(_) | Msg::Prefixed(_) | Msg::Paste(_));
    let hand = mouse::Hand::of(&msg);
    // Time is told below the panes and below the conversation; a key and an event know themselves what they change.
    if !matches!(msg, Msg::Time(_) | Msg::Key(_) | Msg::Prefixed(_) | Msg::Engine(_)) {
        app.redraw();
    }
    let asked = match msg {
        Msg::Key(key) => on_key(app, key),
        Msg::Prefixed(key) => on_prefixed(app, key),
        Msg::Mouse(event) => {
            app.presence.key(app.now);
            let is_covered = app.said.take().is_some();
            mouse::on_mouse(app, event, is_covered)
        }
        Msg::Paste(text) => {
            // That it comes needs to be said no longer.
            app.said = None;
            paste(app, &text)
        }
        Msg::FocusGained => {
            app.presence.focus(true);
            vec![Effect::Send(Op::Refresh)]
        }
        Msg::FocusLost => {
            app.presence.focus(false);
            mouse::let_go(app);
            Vec::new()
        }
        Msg::Connection(report) => {
            app.chat.follow_by(report.follow);
            app.connection = *report;
            Vec::new()
        }
        Msg::Resize(size) => {
            app.size = size;
            app.lines_at_once = None;
            app.commit.resized();
            let resized = |overlay: &mut Opened| overlay.modal_mut(&mut app.commit).resized();
            app.overlays.iter_mut().for_each(resized);
            Vec::new()
        }
        Msg::Subscribed(state) => {
            app.state = *state;
            app.phase_began = app.state.turn_began;
            app.is_stale = true;
            app.history_is_stale = true;
            if app.state.login.is_some() { vec![Effect::Open(Overlay::Login)] } else { Vec::new() }
        }
        Msg::Engine(event) => {
            let waiting = Waiting::now(app);
            let mut asked = on_event(app, &event);
            asked.extend(waiting.notice(app, &event));
            asked
        }
        Msg::Listed { folder, entries } => {
            app.tree.listed(folder, entries);
            Vec::new()
        }
        Msg::Walked(files) => {
            app.files.extend(files.iter().map(RelPath::as_path_ref));
            // Shared when it has doubled, so that many pieces cost no more than a few copies.
            if app.files.len() >= app.files_shared * 2 {
                share_files(app);
            }
            Vec::new()
        }
        Msg::ModelsFound(found) => {
            let new = found.into_iter().filter(|(name, _)| !app.models.iter().any(|(known, _)| known == name));
            app.models = app.models.iter().cloned().chain(new.collect::<Vec<_>>()).collect();
            app.composer.set_models(app.models.iter().map(|(name, _)| name.clone()).collect());
            Vec::new()
        }
        Msg::PromptsFound(found) => app.composer.set_earlier(found, &app.state),
        Msg::WalkEnded => {
            app.walk = Walk::Done;
            app.tree.walked();
            share_files(app);
            app.files = PathList::default();
            Vec::new()
        }
        Msg::FileRead { path, content } => {
            app.diff.show_file(path, content);
            Vec::new()
        }
        Msg::Edited { job, result } => edited(app, job, result),
        Msg::Said(words) => {
            app.said = Some(words);
            Vec::new()
        }
        Msg::InScreen => {
            app.clipboard.is_in_screen();
            leave_mouse(app)
        }
        Msg::InTmux => {
            app.clipboard.is_in_tmux();
            Vec::new()
        }
        Msg::Ground(channels) => {
            follow_ground(app, channels);
            Vec::new()
        }
        Msg::ImageLoaded { text, image } => app.composer.take_image(&text, image, &app.state),
        Msg::Spent(spent) => {
            app.money.spent = Some(spent);
            Vec::new()
        }
        Msg::Time(now) => {
            app.now = now;
            mouse::pull(app);
            Vec::new()
        }
    };
    let mut out = Vec::new();
    route(app, asked, &mut out);
    if may_name_files && app.walk == Walk::NotAsked && app.composer.names_a_file() {
        route(app, vec![Effect::Walk], &mut out);
    }
    mouse::hold(app, hand, &mut out);
    if !out.is_empty() {
        app.redraw();
    }
    out
}

/// Lets the panes take over what a batch of messages changed. Cheap when nothing did.
pub fn settle(app: &mut App) -> Vec<Effect> {
    if std::mem::take(&mut app.history_is_stale) {
        let prompts = app.state.entries.iter().filter_map(|entry| match entry.as_ref() {
            Entry::Prompt { text, .. } => Some(text.clone()),
            _ => None,
        });
        app.composer.set_history(prompts.collect());
    }
    if std::mem::take(&mut app.is_stale) {
        app.tree.sync(&app.state);
        app.chat.sync(&app.state);
        app.composer.sync(&app.state);
        let is_first = app.diff.is_empty();
        app.diff.sync(&app.state);
        if is_first {
            app.diff.go_to_first();
        }
        let state = &app.state;
        app.overlays.retain_mut(|overlay| overlay.modal_mut(&mut app.commit).sync(state));
        if let Some(at) = app.guide.as_ref().map(|guide| guide.advance(app.guide_at, &app.state)) {
            app.go_on_in_guide(at);
        }
    }
    let mut out = Vec::new();
    let searched = std::mem::replace(&mut app.searches, false);
    app.searches = finding::advance(app);
    let held_back = app.diff.take_effects();
    if searched || app.searches || !held_back.is_empty() {
        app.redraw();
    }
    route(app, held_back, &mut out);
    out
}

/// Does what the model itself can do of what was asked, and passes the rest on.
pub(super) fn route(app: &mut App, asked: Vec<Effect>, out: &mut Vec<Effect>) {
    for effect in asked {
        match effect {
            Effect::Open(overlay) => {
                let more = open(app, overlay);
                route(app, more, out);
            }
            Effect::Close => drop(app.overlays.pop()),
            Effect::Focus(pane) => app.focus = pane,
            Effect::ShowFile(path) => {
                app.focus = PaneId::Diff;
                out.push(Effect::ShowFile(path));
            }
            Effect::ShowChanges(path) => {
                app.focus = PaneId::Diff;
                app.diff.show_changes(&path, &app.state);
            }
            Effect::ShowTurn(turn) => {
                app.focus = PaneId::Chat;
                app.chat_mode = ChatMode::Reading;
                let more = app.chat.show_turn(turn, &app.state);
                route(app, more, out);
            }
            Effect::Wear(name) => {
                let more = wear(app, &name);
                route(app, more, out);
            }
            Effect::Say(words) => app.said = Some(words),
            Effect::SayWithKeys(words) => app.said = Some(super::guide::with_keys(words, &app.keymap)),
            Effect::Copy(copied) => {
                app.said = Some(app.clipboard.plan(&copied).words);
                out.push(Effect::Copy(copied));
            }
            Effect::Walk => {
                if app.walk == Walk::NotAsked {
                    app.walk = Walk::Running;
                    out.push(Effect::Walk);
                }
            }
            Effect::Send(_)
            | Effect::Edit(_)
            | Effect::Print(_)
            | Effect::Page(_)
            | Effect::List(_)
            | Effect::AskSpent
            | Effect::LoadImage { .. }
            | Effect::FindModels
            | Effect::FindPrompts
            | Effect::TakeMouse(_)
            | Effect::Suspend
            | Effect::Notify(_)
            | Effect::Repaint
            | Effect::Quit => out.push(effect),
        }
    }
}

/// Opens an overlay; one of the same kind that is open comes to the front anew.
pub(super) fn open(app: &mut App, overlay: Overlay) -> Vec<Effect> {
    let context = app.context();
    let opened_kind = overlay.clone();
    let mut opened = Opened::new(overlay, context, app.surroundings());
    // The words of a note that was refused are the next one's.
    if matches!(opened, Opened::Note(_))
        && let Some(words) = app.kept_note.take()
    {
        opened.modal_mut(&mut app.commit).paste(&words);
    }
    app.overlays.retain(|other| discriminant(other) != discriminant(&opened));
    app.overlays.push(opened);
    match opened_kind {
        Overlay::Commit => app.commit.open(&app.state),
        Overlay::Models => vec![Effect::FindModels],
        Overlay::Cost => vec![Effect::AskSpent],
        _ => Vec::new(),
    }
}

fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    if let Some(top) = app.overlays.last_mut() {
        top.modal_mut(&mut app.commit).paste(text);
    } else if finding::is_typing(app) {
        finding::paste(app, text);
    } else if app.focus == PaneId::Tree {
        app.tree.paste(text);
    } else if matches!(app.context(), Context::Writing | Context::Reading) {
        app.chat_mode = ChatMode::Writing;
        if let Some(paths) = image_paths(text) {
            let load = |path: PathBuf| {
                let text = path.to_string_lossy().into_owned();
                app.composer.await_image(&text);
                Effect::LoadImage { path, text }
            };
            return paths.into_iter().map(load).collect();
        }
        app.composer.paste(text, &app.state);
    }
    Vec::new()
}

fn on_event(app: &mut App, event: &Event) -> Vec<Effect> {
    let before = (discriminant(&app.state.phase), app.state.step);
    app.state.apply(event);
    app.is_stale = true;
    let is_new_phase = before != (discriminant(&app.state.phase), app.state.step);
    if is_new_phase {
        app.phase_began = event.at;
    }
    let streams = matches!(
        event.kind,
        EventKind::TextDelta { .. } | EventKind::ReasoningDelta { .. } | EventKind::ToolInputDelta { .. }
    );
    if is_new_phase || !streams {
        app.redraw();
    }
    app.now = app.now.max(event.at);
    if app.commit.event(&event.kind) {
        app.overlays.retain(|overlay| !matches!(overlay, Opened::Commit));
    }
    if let EventKind::TurnEnded { outcome: TurnOutcome::Done | TurnOutcome::Failed(_), .. } = event.kind {
        app.has_just_ended = Some(event.at);
    }
    if let EventKind::TurnEnded { outcome: TurnOutcome::Failed(fault), .. } = &event.kind
        && fault.class == FaultClass::Budget
    {
        app.overlays.push(Opened::OverCap(OverCap::new(fault)));
    }
    let sheet_is_open = app.overlays.iter().any(|overlay| matches!(overlay, Opened::Commit));
    match &event.kind {
        EventKind::LoginNeeded { .. } if !app.overlays.iter().any(|overlay| matches!(overlay, Opened::Login(_))) => {
            return vec![Effect::Open(Overlay::Login)];
        }
        EventKind::RepositoryChanged { .. } => return app.tree.repository_changed(),
        EventKind::FileWritten { path, .. } => return app.tree.file_written(path),
        EventKind::TurnStarted { .. } | EventKind::ConversationCleared => app.history_is_stale = true,
        EventKind::Committed { id, summary, .. } => {
            let short: String = id.chars().take(7).collect();
            app.said = Some(format!("committed {short} {summary}"));
        }
        EventKind::NoteAdded { .. } | EventKind::HunksDecided { note: Some(_), .. } => app.sent_note = None,
        EventKind::Refused { reason, .. } if app.sent_note.is_some() => {
            app.kept_note = app.sent_note.take();
            app.said = Some(format!("{reason}; your note is kept for the next one"));
        }
        EventKind::TurnEnded { .. } => return vec![Effect::AskSpent],
        EventKind::Refused { reason, .. } if !sheet_is_open => app.said = Some(reason.clone()),
        EventKind::WriteFailed { reason, .. } => app.said = Some(reason.clone()),
        EventKind::CacheAtRisk { act, worth_micros } => {
            app.overlays.push(Opened::Risk(Risk::new(act, *worth_micros)));
        }
        EventKind::StepEnded { .. } if app.overlays.iter().any(|overlay| matches!(overlay, Opened::Cost(_))) => {
            return vec![Effect::AskSpent];
        }
        _ => {}
    }
    Vec::new()
}

/// Does what Esc does; also for the mouse's and the palette's ways to it.
pub(super) fn on_escape(app: &mut App) -> Vec<Effect> {
    if leave(app) { Vec::new() } else { escape(app) }
}

/// Closes the uppermost overlay without doing anything; tells whether there was one.
pub(super) fn leave(app: &mut App) -> bool {
    let left = app.overlays.pop();
    if let Some(Opened::Themes(themes)) = &left {
        app.theme = themes.before().clone();
    }
    left.is_some()
}
