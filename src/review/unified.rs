//! A file's pending change as a unified diff, in git's form.

use super::{FileChange, Mode, Snapshot};

/// Returns the pending change of a file as `git diff` would print it, with so many lines of context.
///
/// Bytes that are not UTF-8 are replaced, so the text is for reading and copying; binary content is only named.
pub fn unified(change: &FileChange, context: usize) -> String {
    let mut out = String::new();
    if change.diff.is_empty() {
        return out;
    }
    let (old_path, new_path) = (change.disk_path().to_string(), change.path.to_string());
    out.push_str(&format!("diff --git a/{old_path} b/{new_path}\n"));
    match (&change.accepted, &change.target) {
        (None, Some(new)) => out.push_str(&format!("new file mode {}\n", octal(new.mode))),
        (Some(old), None) => out.push_str(&format!("deleted file mode {}\n", octal(old.mode))),
        (Some(old), Some(new)) if old.mode != new.mode => {
            out.push_str(&format!("old mode {}\nnew mode {}\n", octal(old.mode), octal(new.mode)));
        }
        _ => {}
    }
    if change.from.is_some() {
        out.push_str(&format!("rename from {old_path}\nrename to {new_path}\n"));
    }
    let is_binary = |side: &Option<Snapshot>| side.as_ref().is_some_and(|snapshot| snapshot.text.is_binary());
    if is_binary(&change.accepted) || is_binary(&change.target) {
        out.push_str(&format!("Binary files a/{old_path} and b/{new_path} differ\n"));
        return out;
    }
    let (old, new) = (lines(&change.accepted), lines(&change.target));
    let name = |side: &Option<Snapshot>, prefix: &str, path: &str| {
        if side.is_some() { format!("{prefix}/{path}") } else { "/dev/null".to_owned() }
    };
    let header =
        format!("--- {}\n+++ {}\n", name(&change.accepted, "a", &old_path), name(&change.target, "b", &new_path));
    if change.target.is_none() {
        // A deletion is one unit; its lines are shown all the same.
        if !old.is_empty() {
            out.push_str(&header);
            out.push_str(&format!("@@ -1,{} +0,0 @@\n", old.len()));
            old.iter().for_each(|line| push_line(&mut out, '-', line));
        }
        return out;
    }
    if change.diff.runs.is_empty() {
        return out;
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

fn push_line(out: &mut String, sign: char, line: &[u8]) {
    out.push(sign);
    out.push_str(&String::from_utf8_lossy(line));
    if !line.ends_with(b"\n") {
        out.push_str("\n\\ No newline at end of file\n");
    }
}
