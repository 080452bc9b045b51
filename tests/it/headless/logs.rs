//! `adit logs`.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};

use super::desk::{Place, adit, finish};

fn log(place: &Place) -> std::path::PathBuf {
    let folder = place.state().join("adit");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join("adit.log")
}

#[tokio::test]
async fn the_end_of_the_log_is_shown_without_what_could_steer_a_terminal() {
    let place = Place::new(&[]);
    let empty = finish(adit(&place, &["logs"])).await;
    empty.check(0, &[]);
    assert!(empty.text().contains("nothing has been logged"), "{empty:?}");
    let lines: String = (1..=60).map(|number| format!("line {number}\n")).collect();
    std::fs::write(log(&place), lines + "evil \x1b]0;title\x07\x1b[2J\n").unwrap();
    let shown = finish(adit(&place, &["logs", "-n", "3"])).await.text();
    assert!(shown.starts_with("line 59\nline 60\nevil "), "{shown:?}");
    assert!(!shown.contains('\x1b') && !shown.contains('\x07'), "{shown:?}");
    assert_eq!(finish(adit(&place, &["logs"])).await.text().lines().count(), 50);
    let path = finish(adit(&place, &["logs", "--path"])).await.text();
    assert_eq!(path.trim_end(), log(&place).to_str().unwrap());
}

#[tokio::test]
async fn what_is_added_is_shown_as_it_comes() {
    use std::io::Write as _;
    let place = Place::new(&[]);
    std::fs::write(log(&place), "before\n").unwrap();
    let mut command = adit(&place, &["logs", "--follow"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next_line().await.unwrap().as_deref(), Some("before"));
    let mut file = std::fs::OpenOptions::new().append(true).open(log(&place)).unwrap();
    file.write_all(b"after\n").unwrap();
    assert_eq!(lines.next_line().await.unwrap().as_deref(), Some("after"));
    // A log that was begun anew is read from its start.
    std::fs::write(log(&place), "new\n").unwrap();
    assert_eq!(lines.next_line().await.unwrap().as_deref(), Some("new"));
    child.kill().await.unwrap();
}
