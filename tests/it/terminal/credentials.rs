//! A `credential_process` that does not answer: Esc stops the wait, and the process with it.

use super::pty::{CTRL_Q, ESC, Place, Screen};

/// Makes a place whose default profile runs this command.
fn place(command: &str) -> Place {
    let place = Place::new(&[("a.txt", "a\n")]).committed().without_credentials();
    let home = place.repo().join("../home/.aws");
    std::fs::create_dir(&home).unwrap();
    let text = format!("[default]\nregion = us-east-1\ncredential_process = {command}\n");
    std::fs::write(home.join("config"), text).unwrap();
    place
}

#[test]
fn esc_ends_a_credential_process_that_hangs() {
    let place = place("sh -c 'echo $$ > pid; exec sleep 100000'");
    let mut screen = Screen::start(&place, &[], 120, 40);
    screen.wait_for("main").send("Please help.\r");
    let pid = place.repo().join("pid");
    let written = || std::fs::read_to_string(&pid).unwrap_or_default();
    screen.wait("the process runs", |_| written().ends_with('\n'));
    let number = written().trim().to_owned();
    let runs = || std::process::Command::new("kill").args(["-0", &number]).output().unwrap().status.success();
    assert!(runs());
    screen.send(ESC).wait_for("stopped");
    screen.wait("the process is ended", |_| !runs());
    assert!(!screen.text().contains("$0"), "nothing was sent, so nothing was paid:\n{}", screen.text());
    screen.send(CTRL_Q);
    assert_eq!(screen.exit_code(), 0);
}

#[test]
fn what_is_waited_for_is_named_before_it_is_given_up() {
    let mut place = place("vault-keys --token hush");
    std::fs::create_dir(place.repo().join("../bin")).unwrap();
    let program = place.repo().join("../bin/vault-keys");
    std::fs::write(&program, "#!/bin/sh\nexec sleep 100000\n").unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&program, mode).unwrap();
    let path = place.environment().into_iter().find(|(name, _)| name == "PATH").unwrap().1;
    let folder = program.parent().unwrap().to_str().unwrap().to_owned();
    place.variables.push(("PATH".to_owned(), format!("{folder}:{path}")));
    place.variables.push(("ADIT_STALL_SECONDS".to_owned(), "4".to_owned()));
    let mut screen = Screen::start(&place, &[], 80, 24);
    screen.wait_for("main").send("Please help.\r");
    // The words may be wrapped.
    let squeezed =
        |text: &str| text.chars().filter(|letter| !letter.is_whitespace() && *letter != '┃').collect::<String>();
    for words in ["waiting for `vault-keys …`, the credential_process of profile default", "nothing came in 4 s from"]
    {
        screen.wait(words, |text| squeezed(text).contains(&squeezed(words)));
    }
    assert!(!screen.text().contains("hush"), "its arguments are not told:\n{}", screen.text());
}
