//! What comes back from the outside: the user's editor, the walk over all files, the ground's colour.

use std::sync::Arc;

use super::app::App;
use super::effect::{EditorJob, Effect};
use super::theme_file::load_theme;
use crate::path::RelPath;
use crate::review::{Mode, Resolution, Snapshot, Text};
use crate::session::Op;

/// Gives all files found so far to the panes that search them.
pub(super) fn share_files(app: &mut App, mut files: Vec<RelPath>) {
    files.sort_unstable();
    files.dedup();
    app.files_shared = files.len();
    let files = Arc::new(files);
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

/// Chooses the light or the dark theme by the ground's brightness (the weights of ITU-R BT.601).
pub(super) fn follow_ground(app: &mut App, [red, green, blue]: [u8; 3]) {
    if !app.theme_follows_ground {
        return;
    }
    let brightness = (299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue)) / 1000;
    let name = if brightness > 127 { "light" } else { "dark" };
    if app.theme.name != name
        && let Ok(theme) = load_theme(name, None, app.depth)
    {
        app.theme = theme;
    }
}
