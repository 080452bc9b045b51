//! What comes back from the outside: the user's editor, the walk over all files, the ground's colour.

use std::sync::Arc;

use super::app::App;
use super::effect::{EditorJob, Effect};
use crate::review::{Mode, Resolution, Snapshot, Text};
use crate::session::Op;

/// Gives all files found so far to the panes that search them.
pub(super) fn share_files(app: &mut App) {
    let files = Arc::new(app.files.sorted());
    app.files_shared = files.len();
    app.composer.set_files(Arc::clone(&files));
    app.composer.offer_again(&app.state);
    app.tree.set_files(files);
}

/// Takes what the user's editor left to where it came from.
pub(super) fn edited(app: &mut App, job: EditorJob, result: Result<Option<String>, String>) -> Vec<Effect> {
    let text = match result {
        Ok(Some(text)) => text,
        Ok(None) => return Vec::new(),
        Err(reason) => return vec![Effect::Say(reason)],
    };
    match job {
        EditorJob::Composer { .. } => {
            app.composer.replace_text(text.trim_end_matches('\n'));
            Vec::new()
        }
        EditorJob::CommitMessage { .. } => {
            app.commit.set_message(text.trim_end_matches('\n'));
            Vec::new()
        }
        EditorJob::Target { revision, path, text: begun, settles, .. } => {
            let file = app.state.review.file(&path);
            let before = file.and_then(|file| file.target.as_ref().or(file.accepted.as_ref()));
            let mode = before.map_or(Mode::Regular, |before| before.mode);
            let snapshot = |text: &str| Snapshot { text: Text::from(text), mode };
            let target = snapshot(&text);
            let op = if settles && file.is_some_and(|file| file.conflict.is_some()) {
                Op::Resolve { path, resolution: Resolution::Text(target) }
            } else {
                Op::Rewrite { revision, path, target, base: Some(snapshot(&begun)) }
            };
            vec![Effect::Send(op)]
        }
    }
}

/// Wears a theme for the session; says how to keep it.
pub(super) fn wear(app: &mut App, name: &str) -> Vec<Effect> {
    match app.wardrobe.theme(name) {
        Ok(theme) => {
            app.theme = theme;
            app.wardrobe.chosen = name.to_owned();
            let place = if app.config_file.is_empty() { "config.toml" } else { &app.config_file };
            vec![Effect::Say(format!("to keep it, write theme = {name:?} under [screen] in {place}"))]
        }
        Err(fault) => vec![Effect::Say(fault.to_string())],
    }
}

/// Follows the ground's colour where the theme is to.
pub(super) fn follow_ground(app: &mut App, channels: [u8; 3]) {
    if let Some(theme) = app.wardrobe.ground(channels) {
        app.theme = theme;
    }
}
