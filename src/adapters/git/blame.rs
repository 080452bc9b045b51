//! Which commit each line of a file came from, and what a commit has or is noted with.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use git2::{ErrorCode, Oid, Repository};

use super::fault::{failed, fault};
use super::open::Opened;
use crate::engine::CommitFault;
use crate::path::RelPath;
use crate::review::{Mode, Snapshot, Text, Unit, diff_texts};

/// The reference under which adit's notes are kept.
const NOTES: &str = "refs/notes/adit";

/// A commit that lines came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlamedCommit {
    /// Its id, in hex.
    pub id: String,
    /// Its author.
    pub author: String,
    /// The first line of its message.
    pub summary: String,
}

/// One line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlamedLine {
    /// Its bytes, with the line end.
    pub text: Vec<u8>,
    /// Where it came from; none where it is not committed.
    pub origin: Option<LineOrigin>,
}

/// Where a committed line came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineOrigin {
    /// The commit.
    pub commit: Arc<BlamedCommit>,
    /// The file as that commit names it, if it lies in the workspace.
    pub path: Option<RelPath>,
    /// The line there, from 0.
    pub line: usize,
}

/// Returns the lines of a file in the working tree, each with the commit that it came from.
pub(super) fn blame(opened: &Opened, path: &RelPath) -> Result<Vec<BlamedLine>, CommitFault> {
    let name = opened.inside(path);
    let standing =
        fs::read(opened.workdir.join(&name)).map_err(|error| fault(format!("cannot read {path}: {error}")))?;
    let standing = Text::new(standing);
    let mut lines: Vec<BlamedLine> =
        standing.lines().map(|line| BlamedLine { text: line.to_vec(), origin: None }).collect();
    let Some(committed) = text_in_head(&opened.repo, &name)? else { return Ok(lines) };
    let blamed = opened.repo.blame_file(Path::new(&name), None).map_err(failed("blame the file"))?;
    let mut commits: HashMap<Oid, Arc<BlamedCommit>> = HashMap::new();
    let mut origins = Vec::new();
    for hunk in blamed.iter() {
        let id = hunk.final_commit_id();
        let commit = match commits.get(&id) {
            Some(known) => Arc::clone(known),
            None => {
                let commit = opened.repo.find_commit(id).map_err(failed("read a commit"))?;
                let blamed = BlamedCommit {
                    id: id.to_string(),
                    author: String::from_utf8_lossy(commit.author().name_bytes()).into_owned(),
                    summary: String::from_utf8_lossy(commit.summary_bytes().unwrap_or_default()).into_owned(),
                };
                Arc::clone(commits.entry(id).or_insert(Arc::new(blamed)))
            }
        };
        let there = hunk.path().and_then(|path| opened.outside(path.as_os_str().as_encoded_bytes()));
        for offset in 0..hunk.lines_in_hunk() {
            let line = hunk.orig_start_line().saturating_sub(1) + offset;
            origins.push(LineOrigin { commit: Arc::clone(&commit), path: there.clone(), line });
        }
    }
    for (line, number) in lines.iter_mut().zip(standing_in(&committed, &standing)) {
        line.origin = number.and_then(|number| origins.get(number).cloned());
    }
    Ok(lines)
}

/// Returns for each line of the text that stands which one it is of the committed text; line ends do not count.
fn standing_in(committed: &Text, standing: &Text) -> Vec<Option<usize>> {
    let plain = |text: &Text| {
        let lines = text.lines().flat_map(|line| {
            let body = line.strip_suffix(b"\n").unwrap_or(line);
            [body.strip_suffix(b"\r").unwrap_or(body), b"\n"].concat()
        });
        Snapshot { text: Text::new(lines.collect::<Vec<u8>>()), mode: Mode::Regular }
    };
    let diff = diff_texts(Some(&plain(committed)), Some(&plain(standing)), false);
    if diff.units.contains(&Unit::Binary) {
        return Vec::new();
    }
    let (mut found, mut line) = (Vec::new(), 0);
    for run in &diff.runs {
        found.extend((line..run.old.start).map(Some));
        found.extend(run.new.clone().map(|_| None));
        line = run.old.end;
    }
    found.extend((line..committed.lines().count()).map(Some));
    found
}

fn text_in_head(repo: &Repository, name: &str) -> Result<Option<Text>, CommitFault> {
    let head = match repo.head() {
        Ok(head) => head.peel_to_commit().map_err(failed("read HEAD"))?,
        Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => return Ok(None),
        Err(error) => return Err(failed("read HEAD")(error)),
    };
    Ok(text_in(repo, head.id(), name))
}

/// Returns a file's text in a commit.
pub(super) fn committed_text(opened: &Opened, commit: &str, path: &RelPath) -> Option<Text> {
    text_in(&opened.repo, Oid::from_str(commit).ok()?, &opened.inside(path))
}

fn text_in(repo: &Repository, commit: Oid, name: &str) -> Option<Text> {
    let tree = repo.find_commit(commit).ok()?.tree().ok()?;
    let entry = tree.get_path(Path::new(name)).ok()?;
    Some(Text::new(repo.find_blob(entry.id()).ok()?.content()))
}

/// Puts a note on a commit.
pub(super) fn annotate(opened: &Opened, commit: &str, note: &str) -> Result<(), CommitFault> {
    let id = Oid::from_str(commit).map_err(failed("name the commit"))?;
    let repo = &opened.repo;
    let who = repo.committer_from_env().map_err(failed("read your name from git"))?;
    repo.note(&who, &who, Some(NOTES), id, note, false).map_err(failed("write the note"))?;
    Ok(())
}

/// Returns adit's note on a commit.
pub(super) fn note(opened: &Opened, commit: &str) -> Option<String> {
    let note = opened.repo.find_note(Some(NOTES), Oid::from_str(commit).ok()?).ok()?;
    Some(String::from_utf8_lossy(note.message_bytes()).into_owned())
}
