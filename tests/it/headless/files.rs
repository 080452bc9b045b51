//! Files of every kind, read and changed through the model's tools by the real program.

use std::os::unix::fs::symlink;

use adit::demo::Reply;
use serde_json::{Value, json};

use super::desk::{Calls, Place, edits, journal, results, run, script};

fn edit(path: &str, old: &str, new: &str) -> (&'static str, Value) {
    ("edit_file", json!({"path": path, "edits": [{"old_text": old, "new_text": new}]}))
}

fn read(path: &str) -> (&'static str, Value) {
    ("read_file", json!({"path": path}))
}

#[tokio::test]
async fn line_ends_marks_and_names_keep_their_bytes() {
    let rows: [(&str, &[u8], &[u8]); 7] = [
        ("crlf.txt", b"one\r\ntwo\r\nthree\r\n", b"one\r\nTWO\r\nthree\r\n"),
        ("mixed.txt", b"one\ntwo\r\nthree\rfour", b"one\nTWO\r\nthree\rfour"),
        ("bom.txt", b"\xef\xbb\xbfone\ntwo\n", b"\xef\xbb\xbfone\nTWO\n"),
        ("unended.txt", b"one\ntwo", b"one\nTWO"),
        ("with space.txt", b"two\n", b"TWO\n"),
        ("-dash.txt", b"two\n", b"TWO\n"),
        ("caf\u{e9} \u{1f389}.txt", b"two\n", b"TWO\n"),
    ];
    let place = Place::new(&[]);
    for (name, before, _) in rows {
        std::fs::write(place.repo().join(name), before).unwrap();
    }
    let place = place.committed();
    let reads: Calls = rows.iter().map(|(name, ..)| read(name)).collect();
    let changes: Calls = rows.iter().map(|(name, ..)| edit(name, "two", "TWO")).collect();
    let arguments = ["run", "--accept", "all", "--commit", "shout"];
    let (place, outcome, _endpoint) = run(place, script(vec![reads, changes]), &arguments).await;
    outcome.check(0, &["committed "]);
    for (name, _, after) in rows {
        let disk = std::fs::read(place.repo().join(name)).unwrap();
        assert_eq!(disk, after, "{name}: {:?}", String::from_utf8_lossy(&disk));
    }
    assert_eq!(place.git(&["status", "--short"]), "");
}

#[tokio::test]
async fn what_cannot_be_edited_is_told_to_the_model_and_stays_as_it_is() {
    let place = Place::new(&[("a.txt", "a\n"), ("sub/b.txt", "b\n")]);
    let repo = place.repo();
    std::fs::write(repo.join("latin.txt"), b"caf\xe9\n").unwrap();
    std::fs::write(repo.join("binary.bin"), b"\x7fELF\0\0\0").unwrap();
    std::fs::write(repo.join("big.txt"), "a line of text\n".repeat(3_500_000)).unwrap();
    std::fs::write(place.state().join("secret.txt"), "secret\n").unwrap();
    symlink(place.state(), repo.join("out")).unwrap();
    symlink(place.state().join("secret.txt"), repo.join("leak.txt")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(repo.join("pipe")).status().unwrap().success());
    place.git(&["init", "-q", "-b", "main"]);
    place.git(&["add", "a.txt", "sub", "latin.txt", "binary.bin", "out", "leak.txt"]);
    place.git(&["commit", "-q", "-m", "begin"]);
    let before = place.read(".git/config");
    let tried = [
        (read("latin.txt"), "UTF-8"),
        (read("binary.bin"), "binary"),
        (edit("binary.bin", "ELF", "elf"), "binary"),
        (read("big.txt"), ""),
        (edit("big.txt", "a line", "the line"), ""),
        (read("pipe"), "pipe"),
        (read("out/secret.txt"), "leads out of the workspace"),
        (read("leak.txt"), ""),
        (("write_file", json!({"path": "out/new.txt", "content": "x"})), "leads out of the workspace"),
        (("write_file", json!({"path": ".git/config", "content": "[core]\n\tsshCommand = touch /tmp/x\n"})), "git"),
        (("write_file", json!({"path": "sub/.GIT/hooks/post-checkout", "content": "x"})), "git"),
        (("move_file", json!({"from": "a.txt", "to": ".git/hooks/pre-commit"})), "git"),
        (("write_file", json!({"path": "../outside.txt", "content": "x"})), ""),
        (("write_file", json!({"path": "/etc/outside.txt", "content": "x"})), ""),
        (("search", json!({"pattern": "secret"})), ""),
        (("list_files", json!({})), "sub"),
    ];
    let calls: Calls = tried.iter().map(|(call, _)| call.clone()).collect();
    let (place, outcome, endpoint) = run(place, script(vec![calls]), &["run", "--accept", "all", "try"]).await;
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let results = results(&endpoint);
    for (((name, input), words), result) in tried.iter().zip(&results) {
        assert!(result.contains(words), "{name} {input}: {result}");
        assert!(!result.contains("secret\n"), "{name} {input}: {result}");
    }
    assert_eq!(results.len(), tried.len());
    assert_eq!(place.read(".git/config"), before);
    assert_eq!(journal(&place).1.review.files().count(), 0, "nothing came into the review");
    assert!(!place.state().join("new.txt").exists() && !place.repo().join("../outside.txt").exists());
}

#[tokio::test]
async fn an_ignored_file_is_written_and_named_as_left_out_of_the_commit() {
    let place = Place::new(&[(".gitignore", "*.log\n"), ("a.txt", "two\n")]).committed();
    let model = script(vec![
        vec![read("a.txt")],
        vec![edit("a.txt", "two", "TWO"), ("write_file", json!({"path": "x.log", "content": "log\n"}))],
    ]);
    let (place, outcome, _endpoint) = run(place, model, &["run", "--accept", "all", "--commit", "do"]).await;
    outcome.check(0, &["wrote x.log", "git ignores x.log", "committed "]);
    assert_eq!(place.git(&["show", "--format=", "--name-only"]), "a.txt\n");
    assert_eq!(place.read("x.log"), "log\n");
    assert_eq!(journal(&place).1.review.files().count(), 0);

    let place = Place::new(&[(".gitignore", "*.log\n"), ("a.txt", "two\n")]).committed();
    let model = script(vec![vec![("write_file", json!({"path": "x.log", "content": "log\n"}))]]);
    let (place, outcome, _endpoint) = run(place, model, &["run", "--accept", "all", "--commit", "do"]).await;
    outcome.check(1, &["git ignores it", "nothing was committed; what was accepted is on disk"]);
    assert_eq!(place.read("x.log"), "log\n");
}

#[tokio::test]
async fn a_name_with_a_newline_is_worked_on_and_never_breaks_a_line() {
    let place = Place::new(&[("a\nb.txt", "two\n")]).committed();
    let arguments = ["run", "--accept", "all", "--commit", "shout"];
    let (place, outcome, _endpoint) = run(place, edits("a\nb.txt", "two", "TWO"), &arguments).await;
    assert_eq!(outcome.code, 0, "{outcome:#?}");
    assert_eq!(place.read("a\nb.txt"), "TWO\n");
    assert!(outcome.err.lines().all(|line| line.starts_with("adit: ")), "{}", outcome.err);
}

#[tokio::test]
async fn an_image_that_a_prompt_names_is_shown_to_the_model_scaled_to_its_limits() {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(3_136, 20).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    let place = Place::new(&[("a.txt", "a\n")]).committed();
    std::fs::write(place.repo().join("wide.png"), bytes.into_inner()).unwrap();
    let (_, outcome, endpoint) =
        run(place, |_: &Value| Reply::new().text("a line").finish(), &["run", "what is @wide.png?"]).await;
    outcome.check(0, &[]);
    let sent = endpoint.requests()[0].json["messages"][0]["content"].clone();
    assert_eq!(sent[0]["text"], "The image wide.png:");
    assert_eq!(sent[1]["image"]["format"], "png");
    let data = sent[1]["image"]["source"]["bytes"].as_str().expect("the image's bytes");
    let data = base64::engine::Engine::decode(&base64::engine::general_purpose::STANDARD, data).unwrap();
    let picture = image::load_from_memory(&data).unwrap();
    assert_eq!((picture.width(), picture.height()), (1_568, 10));
}
