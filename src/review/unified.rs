//! A file's pending change as a unified diff, in git's form.

use super::{FileChange, Mode, Snapshot};

/// Returns the pending change of a file as `git diff` would print it, with so many lines of context.
///
/// Bytes that are not UTF-8 are replaced, so the text is for reading and copying; binary content is only named.
pub fn unified(change: &FileChange, context: usize) -> String {
    String::from_utf8_lossy(&unified_bytes(change, context)).into_owned()
}

/// Returns the same with every byte as it is, so that `git apply` gives the proposal; binary content is only named.
pub fn unified_bytes(change: &FileChange, context: usize) -> Vec<u8> {
    let mut out = Patch(Vec::new());
    if change.diff.is_empty() {
        return out.0;
    }
    let (old_path, new_path) = (change.disk_path().as_str(), change.path.as_str());
    out.push_str(&format!("diff --git {} {}\n", quoted("a/", old_path), quoted("b/", new_path)));
    match (&change.accepted, &change.target) {
        (None, Some(new)) => out.push_str(&format!("new file mode {}\n", octal(new.mode))),
        (Some(old), None) => out.push_str(&format!("deleted file mode {}\n", octal(old.mode))),
        (Some(old), Some(new)) if old.mode != new.mode => {
            out.push_str(&format!("old mode {}\nnew mode {}\n", octal(old.mode), octal(new.mode)));
        }
        _ => {}
    }
    if change.from.is_some() {
        out.push_str(&format!("rename from {}\nrename to {}\n", quoted("", old_path), quoted("", new_path)));
    }
    let is_binary = |side: &Option<Snapshot>| side.as_ref().is_some_and(|snapshot| snapshot.text.is_binary());
    if is_binary(&change.accepted) || is_binary(&change.target) {
        out.push_str(&format!("Binary files {} and {} differ\n", quoted("a/", old_path), quoted("b/", new_path)));
        return out.0;
    }
    let (old, new) = (lines(&change.accepted), lines(&change.target));
    let header = unified_header(change);
    if change.target.is_none() {
        // A deletion is one unit; its lines are shown all the same.
        if !old.is_empty() {
            out.push_str(&header);
            out.push_str(&format!("@@ -1,{} +0,0 @@\n", old.len()));
            old.iter().for_each(|line| push_line(&mut out, '-', line));
        }
        return out.0;
    }
    if change.diff.runs.is_empty() {
        return out.0;
    }
    out.push_str(&header);
    for hunk in change.diff.hunks(context, old.len(), new.len()) {
        out.push_str(&format!("@@ -{} +{} @@\n", span(&hunk.old), span(&hunk.new)));
        let mut at = hunk.old.start;
        for run in &change.diff.runs[hunk.runs.clone()] {
            old[at..run.old.start].iter().for_each(|line| push_line(&mut out, ' ', line));
            old[run.old.clone()].iter().for_each(|line| push_line(&mut out, '-', line));
            new[run.new.clone()].iter().for_each(|line| push_line(&mut out, '+', line));
            at = run.old.end;
        }
        old[at..hunk.old.end].iter().for_each(|line| push_line(&mut out, ' ', line));
    }
    out.0
}

/// Returns the two lines that name a change's sides above its hunks.
pub fn unified_header(change: &FileChange) -> String {
    let name = |side: &Option<Snapshot>, prefix: &str, path: &str| match side {
        // A tab ends a name that a date might follow, as git does it.
        Some(_) if path.contains(' ') => format!("{}\t", quoted(prefix, path)),
        Some(_) => quoted(prefix, path),
        None => "/dev/null".to_owned(),
    };
    let old = name(&change.accepted, "a/", change.disk_path().as_str());
    let new = name(&change.target, "b/", change.path.as_str());
    format!("--- {old}\n+++ {new}\n")
}

/// The bytes of a patch.
struct Patch(Vec<u8>);

impl Patch {
    fn push_str(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }
}

/// Returns a path with its prefix as git names it in a patch: in quotes, C-style, where it could be misread.
fn quoted(prefix: &str, path: &str) -> String {
    let is_plain = |character: char| !character.is_control() && !matches!(character, '"' | '\\');
    if path.chars().all(is_plain) {
        return format!("{prefix}{path}");
    }
    let mut out = format!("\"{prefix}");
    for character in path.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '"' | '\\' => out.extend(['\\', character]),
            control if control.is_control() => {
                let mut bytes = [0; 4];
                for byte in control.encode_utf8(&mut bytes).bytes() {
                    out.push_str(&format!("\\{byte:03o}"));
                }
            }
            plain => out.push(plain),
        }
    }
    out.push('"');
    out
}

fn octal(mode: Mode) -> &'static str {
    match mode {
        Mode::Regular => "100644",
        Mode::Executable => "100755",
        Mode::Symlink => "120000",
    }
}

fn lines(side: &Option<Snapshot>) -> Vec<&[u8]> {
    side.as_ref().map(|snapshot| snapshot.text.lines().collect()).unwrap_or_default()
}

/// Returns a range as git writes it: an empty one names the line before it.
fn span(range: &std::ops::Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        count => format!("{},{count}", range.start + 1),
    }
}

fn push_line(out: &mut Patch, sign: char, line: &[u8]) {
    out.push_str(sign.encode_utf8(&mut [0; 4]));
    out.0.extend_from_slice(line);
    if !line.ends_with(b"\n") {
        out.push_str("\n\\ No newline at end of file\n");
    }
}
