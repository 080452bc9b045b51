//! Git and patch as oracles, run in a temporary folder without the user's configuration.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A folder for one question.
pub(crate) struct Oracle(tempfile::TempDir);

/// One line of a patch's hunk with its number on its own side, or both.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PatchLine {
    pub(crate) mark: char,
    pub(crate) bytes: Vec<u8>,
    pub(crate) old: usize,
    pub(crate) new: usize,
}

/// A hunk of git's: where it starts, and its lines.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PatchHunk {
    pub(crate) old_start: usize,
    pub(crate) lines: Vec<PatchLine>,
}

impl Oracle {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn folder(&self) -> &Path {
        self.0.path()
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.folder().join(name), bytes).unwrap();
    }

    fn run(&self, program: &str, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = Command::new(program)
            .args(arguments)
            .current_dir(self.folder())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CEILING_DIRECTORIES", self.folder().parent().unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Returns the hunks of `git diff --no-index` of each pair, with so many lines of context. One process for all.
    pub(crate) fn diffs(&self, pairs: &[(&[u8], &[u8])], context: usize) -> Vec<Vec<PatchHunk>> {
        for side in ["old", "new"] {
            std::fs::create_dir_all(self.folder().join(side)).unwrap();
        }
        for (number, (old, new)) in pairs.iter().enumerate() {
            self.put(&format!("old/{number}"), old);
            self.put(&format!("new/{number}"), new);
        }
        let context = format!("-U{context}");
        let output = self.run("git", &["diff", "--no-index", "--text", "--no-color", &context, "old", "new"], b"");
        let mut hunks = vec![Vec::new(); pairs.len()];
        for (name, part) in parts(&output.stdout) {
            hunks[name.parse::<usize>().unwrap()] = parse(part);
        }
        hunks
    }

    /// Returns what `git apply --recount` makes of texts, each with its patch. One process for all.
    pub(crate) fn git_apply(&self, texts: &[(&[u8], Vec<u8>)]) -> Vec<Vec<u8>> {
        self.apply(texts, "git", &["apply", "--recount", "--whitespace=nowarn", "--unidiff-zero", "-"])
    }

    /// Returns what `git apply --recount -R` makes of texts.
    pub(crate) fn git_apply_back(&self, texts: &[(&[u8], Vec<u8>)]) -> Vec<Vec<u8>> {
        self.apply(texts, "git", &["apply", "-R", "--recount", "--whitespace=nowarn", "--unidiff-zero", "-"])
    }

    /// Returns what `patch -F0` makes of texts.
    pub(crate) fn patch(&self, texts: &[(&[u8], Vec<u8>)]) -> Vec<Vec<u8>> {
        self.apply(texts, "patch", &["-s", "-F0", "--binary", "-p1"])
    }

    fn apply(&self, texts: &[(&[u8], Vec<u8>)], program: &str, arguments: &[&str]) -> Vec<Vec<u8>> {
        let mut whole = Vec::new();
        for (number, (text, patch)) in texts.iter().enumerate() {
            self.put(&format!("f{number}"), text);
            if !patch.is_empty() {
                whole.extend_from_slice(
                    format!("diff --git a/f{number} b/f{number}\n--- a/f{number}\n+++ b/f{number}\n").as_bytes(),
                );
                whole.extend_from_slice(patch);
            }
        }
        if !whole.is_empty() {
            let output = self.run(program, arguments, &whole);
            let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
            assert!(output.status.success(), "{program}: {said}\n{}", String::from_utf8_lossy(&whole));
        }
        // Patch removes a file that becomes empty.
        let result = |number| std::fs::read(self.folder().join(format!("f{number}"))).unwrap_or_default();
        (0..texts.len()).map(result).collect()
    }

    /// Returns what the index gets by `git add -p` when each hunk is split as far as it goes and each run of a pair is
    /// taken or not; none where git itself cannot apply what it has split, as at the ends of small files. One process for
    /// all.
    pub(crate) fn add_p(&self, pairs: &[(&[u8], &[u8])], takes: &[Vec<bool>]) -> Vec<Option<Vec<u8>>> {
        self.run("git", &["init", "-q", "."], b"");
        // Names in the order in which git goes through them.
        let name = |number: usize| format!("p{number:04}");
        for (number, (old, _)) in pairs.iter().enumerate() {
            self.put(&name(number), old);
        }
        let configured = ["-c", "core.autocrlf=false", "-c", "core.safecrlf=false"];
        let added = self.run("git", &[&configured[..], &["add", "-A", "."]].concat(), b"");
        assert!(added.status.success());
        let mut answers = String::new();
        let hunks = Self::new().diffs(pairs, 3);
        for (number, (((_, new), takes), hunks)) in pairs.iter().zip(takes).zip(hunks).enumerate() {
            self.put(&name(number), new);
            let mut takes = takes.iter();
            for hunk in hunks {
                let runs = hunk.runs();
                if runs > 1 {
                    answers.push_str("s\n");
                }
                for take in takes.by_ref().take(runs) {
                    answers.push_str(if *take { "y\n" } else { "n\n" });
                }
            }
        }
        let arguments = [&configured[..], &["-c", "diff.algorithm=myers", "add", "-p"]].concat();
        let output = self.run("git", &arguments, answers.as_bytes());
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.success(), "git add -p: {said}");
        let staged = |number| {
            let name = name(number);
            let is_refused = said.contains(&format!("error: {name}: patch does not apply"));
            (!is_refused).then(|| self.run("git", &["cat-file", "blob", &format!(":{name}")], b"").stdout)
        };
        (0..pairs.len()).map(staged).collect()
    }

    /// Returns what `git merge-file` makes of three texts, and how many conflicts it counts.
    pub(crate) fn merge(&self, base: &[u8], ours: &[u8], theirs: &[u8]) -> (Vec<u8>, usize) {
        self.put("base", base);
        self.put("ours", ours);
        self.put("theirs", theirs);
        let labels = ["-L", "yours", "-L", "base", "-L", "proposal"];
        let arguments = [&["merge-file", "-p"][..], &labels, &["ours", "base", "theirs"]].concat();
        let output = self.run("git", &arguments, b"");
        (output.stdout, usize::try_from(output.status.code().unwrap()).unwrap())
    }
}

impl PatchHunk {
    /// Returns how many blocks of changed lines it has.
    fn runs(&self) -> usize {
        let is_changed = |line: &PatchLine| line.mark != ' ';
        let begins = |at: usize| is_changed(&self.lines[at]) && (at == 0 || !is_changed(&self.lines[at - 1]));
        (0..self.lines.len()).filter(|at| begins(*at)).count()
    }
}

/// Cuts git's output into files, each with its name below `new/`.
fn parts(output: &[u8]) -> Vec<(String, &[u8])> {
    let mut starts: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in output.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b"diff --git ") {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([output.len()]);
    let part = |(start, end): (usize, usize)| {
        let part = &output[start..end];
        let head = String::from_utf8_lossy(part.split(|byte| *byte == b'\n').next().unwrap()).into_owned();
        (head.rsplit('/').next().unwrap().to_owned(), part)
    };
    starts.iter().copied().zip(ends).map(part).collect()
}

fn parse(patch: &[u8]) -> Vec<PatchHunk> {
    let mut hunks: Vec<PatchHunk> = Vec::new();
    let (mut old, mut new) = (0, 0);
    for line in patch.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b"@@") {
            let header = String::from_utf8_lossy(line);
            let header = header.split(" @@").next().unwrap().to_owned();
            let side = |sign: char| -> (usize, usize) {
                let part = header.split(sign).nth(1).unwrap().split(' ').next().unwrap();
                let mut parts = part.split(',').map(|part| part.parse().unwrap());
                (parts.next().unwrap(), parts.next().unwrap_or(1))
            };
            let start = |(start, count): (usize, usize)| if count == 0 { start } else { start - 1 };
            (old, new) = (start(side('-')), start(side('+')));
            hunks.push(PatchHunk { old_start: old, lines: Vec::new() });
            continue;
        }
        let Some(hunk) = hunks.last_mut() else { continue };
        if line.starts_with(b"\\") {
            hunk.lines.last_mut().unwrap().bytes.pop();
            continue;
        }
        let mark = char::from(line[0]);
        hunk.lines.push(PatchLine { mark, bytes: line[1..].to_vec(), old, new });
        old += usize::from(mark != '+');
        new += usize::from(mark != '-');
    }
    hunks
}

/// Which side of a reduced patch stays whole: the text that it is applied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Onto {
    Old,
    New,
}

/// Returns the hunks of git's patch with only the chosen lines: others of the side that stays become context, the rest vanishes.
pub(crate) fn reduce(hunks: &[PatchHunk], onto: Onto, is_chosen: impl Fn(&PatchLine) -> bool) -> Vec<u8> {
    let mut patch = Vec::new();
    let mut shift = 0_isize;
    let (stays, goes) = if onto == Onto::Old { ('-', '+') } else { ('+', '-') };
    for hunk in hunks {
        let kept: Vec<(char, &[u8])> = hunk
            .lines
            .iter()
            .filter_map(|line| match (line.mark, is_chosen(line)) {
                (mark, false) if mark == goes => None,
                (mark, false) if mark == stays => Some((' ', line.bytes.as_slice())),
                (mark, _) => Some((mark, line.bytes.as_slice())),
            })
            .collect();
        // More context than three lines would tell patch that the other end is the file's.
        let edge = |lines: &mut dyn Iterator<Item = &(char, &[u8])>| {
            lines.take_while(|(mark, _)| *mark == ' ').count().saturating_sub(3)
        };
        let (skipped, cut) = (edge(&mut kept.iter()), edge(&mut kept.iter().rev()));
        let kept = if skipped + cut < kept.len() { &kept[skipped..kept.len() - cut] } else { &kept[..0] };
        let count = |other: char| kept.iter().filter(|(mark, _)| *mark != other).count();
        let (old, new) = (count('+'), count('-'));
        let (old_start, new_start) = match onto {
            Onto::Old => (hunk.old_start + skipped, (hunk.old_start + skipped).saturating_add_signed(shift)),
            Onto::New => {
                let start = hunk.lines[0].new + skipped;
                (start.saturating_add_signed(-shift), start)
            }
        };
        if kept.iter().any(|(mark, _)| *mark != ' ') {
            let start = |start: usize, count: usize| if count == 0 { start } else { start + 1 };
            let header = format!("@@ -{},{old} +{},{new} @@\n", start(old_start, old), start(new_start, new));
            patch.extend_from_slice(header.as_bytes());
            for (mark, bytes) in kept {
                patch.push(*mark as u8);
                patch.extend_from_slice(bytes);
                if !bytes.ends_with(b"\n") {
                    patch.extend_from_slice(b"\n\\ No newline at end of file\n");
                }
            }
        }
        shift += new.cast_signed() - old.cast_signed();
    }
    patch
}
