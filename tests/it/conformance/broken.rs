//! Broken corpora: what cannot be judged fails, and a line says where and why.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::run_folder;

/// Runs a folder with these files; returns how many cases failed and what was said of them.
fn run(files: &[(&str, &[u8])]) -> (usize, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let mut said = Vec::new();
    let failed = run_folder(folder.path(), &mut |line| said.push(line.trim_start().to_owned()));
    said.retain(|line| !line.ends_with(": not there"));
    (failed, said)
}

fn check(name: &str, bytes: &[u8], failures: &[&str]) {
    let (failed, said) = run(&[(name, bytes)]);
    let told: Vec<&str> = said.iter().filter(|line| line.starts_with("FAILED")).map(String::as_str).collect();
    assert_eq!((failed, told.as_slice()), (failures.len(), failures), "{said:#?}");
}

const MERGE: &str = r#"{"id":"m","base":"a\n","ours":"b\n","theirs":"a\n","merged":"b\n","conflicts":0}"#;

fn gzipped(text: &str) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap()
}

#[test]
fn what_cannot_be_judged_fails_with_its_place() {
    let good = format!("{MERGE}\n");
    check("merges.jsonl", good.as_bytes(), &[]);
    check("merges.jsonl.gz", &gzipped(&good), &[]);
    check("other.jsonl", good.as_bytes(), &[]);
    // Noise, so that what is cut off is not all of it.
    let many: String = (0..2_000)
        .map(|number: u32| MERGE.replace("b\\n", &format!("{}\\n", number.wrapping_mul(2_654_435_761))) + "\n")
        .collect();
    let whole = gzipped(&many);
    let (failed, said) = run(&[("merges.jsonl.gz", &whole[..whole.len() / 2])]);
    let last = said.last().unwrap();
    assert_eq!(failed, 1, "{said:#?}");
    assert!(last.starts_with("FAILED line ") && last.contains(" and what follows: "), "{last}");
    check("merges.jsonl.gz", b"PK\x03\x04 is no gzip", &["FAILED line 1 and what follows: invalid gzip header"]);
    check(
        "merges.jsonl",
        format!("{good}[1]\nnull\n{{\"id\"\n").as_bytes(),
        &[
            "FAILED line 2: it is JSON, but no object",
            "FAILED line 3: it is JSON, but no object",
            "FAILED line 4: EOF while parsing an object at line 2 column 0",
        ],
    );
    check("merges.jsonl", b"{}\n", &["FAILED line 1: base is no text"]);
    check("merges.jsonl", b"", &["FAILED merges: not one of its rows could be judged"]);
    check("zork.jsonl", b"{\"id\":\"z\"}\n", &["FAILED zork: there are no rules for this name or for rows like these"]);
    check("neutral.jsonl", b"{}\n", &["FAILED line 1: it does not say its kind"]);
    let fields = "before, edits and expected are not what such a row has";
    check("neutral.jsonl", b"{\"id\":\"n\",\"kind\":\"apply\"}\n", &[&format!("FAILED n: {fields}")]);
    check("perturbed.jsonl", b"{\"before\":{}}\n", &[&format!("FAILED line 1: {fields}")]);
    for name in ["cassettes", "changes", "review", "sessions", "tricky"] {
        let (failed, said) =
            run(&[(&format!("{name}.jsonl"), b"{\"id\":\"x\",\"files\":3,\"steps\":[{}],\"level\":\"runs\"}\n")]);
        assert_eq!(failed, 1, "{name}: {said:#?}");
    }
}

#[test]
fn a_folder_without_corpora_fails() {
    let (failed, said) = run(&[("readme.txt", b"none")]);
    assert_eq!(failed, 1);
    assert!(said.last().unwrap().ends_with("there is no .jsonl or .jsonl.gz file in it"), "{said:?}");
    let mut said = Vec::new();
    assert_eq!(run_folder(Path::new("/nowhere/at/all"), &mut |line| said.push(line.to_owned())), 1);
    assert!(said[0].starts_with("FAILED /nowhere/at/all: it cannot be read: "), "{said:?}");
}
