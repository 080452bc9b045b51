//! What a keymap of the user's would break: keys that nothing reaches, and places that no key leaves any more.

use super::action::{Action, Context};
use super::keymap::{Keymap, Meaning};
use super::keymap_file::{KeymapFault, Laid, name_of};
use super::sequence::shown;

/// The panes, and whether plain characters are text there.
const PANES: [(Context, bool); 4] =
    [(Context::Writing, true), (Context::Reading, false), (Context::Tree, false), (Context::Diff, false)];

/// What lies over the panes and has keys of its own.
const SHEETS: [Context; 4] = [Context::Commit, Context::Question, Context::Conflict, Context::Sheet];

/// Looks at a keymap over which these lines of the user's were laid; `before` is the one without them.
pub(super) fn check(keymap: &Keymap, laid: &[Laid], before: &Keymap) -> Result<(), KeymapFault> {
    for line in laid {
        if let (Context::Anywhere, Some(action)) = (line.context, line.action) {
            reached(keymap, line, action)?;
        }
    }
    let panes = PANES.map(|(context, _)| (context, [Action::Quit, Action::Stop, Action::Palette]));
    let sheets = SHEETS.map(|context| (context, [Action::Escape, Action::Quit, Action::Stop]));
    for (context, ways) in panes.into_iter().chain(sheets) {
        if ways.iter().any(|way| keymap.key_here(context, *way).is_some()) {
            continue;
        }
        let did = |line: &&Laid| {
            [context, Context::Anywhere].contains(&line.context)
                && ways.iter().any(|way| before.keys_in(line.context, *way).any(|keys| keys.meets(&line.keys)))
        };
        let names = ways.map(|way| way.info().name);
        let reason = format!(
            "no key would be left that leads out of [{}]: keep one for {}, {} or {}",
            name_of(context),
            names[0],
            names[1],
            names[2]
        );
        // Only a line of the user's can have taken the last one.
        let line = laid.iter().rev().find(did).or(laid.last()).map_or(1, |line| line.line);
        return Err(KeymapFault::Line { file: "keymap.toml".to_owned(), line, reason });
    }
    Ok(())
}

/// Fails where every pane takes keys that are bound anywhere, or the first ones of them, for something else.
fn reached(keymap: &Keymap, line: &Laid, action: Action) -> Result<(), KeymapFault> {
    let chords = line.keys.chords();
    let mut taken = None;
    for (context, is_text) in PANES {
        let acts = (1..=chords.len()).find_map(|end| match keymap.meaning(context, &chords[..end], is_text) {
            Meaning::Does(does) => Some((end, does)),
            Meaning::Nothing | Meaning::Begins => None,
        });
        match acts {
            Some((end, does)) if end == chords.len() && does == action => return Ok(()),
            Some((end, does)) => taken = taken.or(Some((context, end, does))),
            None => {}
        }
    }
    let Some((context, end, does)) = taken else { return Ok(()) };
    let reason = format!(
        "{} is never reached: in [{}] {} does {} already",
        line.keys,
        name_of(context),
        shown(&chords[..end]),
        does.info().name
    );
    Err(KeymapFault::Line { file: "keymap.toml".to_owned(), line: line.line, reason })
}
