//! What goes wrong between adit and Bedrock, as the user sees it: what failed, the way out, and the prompt sent again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use adit::demo::{Reply, ServerStep};

use super::pty::{F8, Place, Screen};
use super::server::Server;
use crate::bedrock::validator::breaches;

/// Answers so while the service is ill.
fn ill_server(steps: Vec<ServerStep>) -> (Server, Arc<AtomicBool>) {
    let is_ill = Arc::new(AtomicBool::new(true));
    let asked = Arc::clone(&is_ill);
    let server = Server::start(move |_| {
        if asked.load(Ordering::SeqCst) { steps.clone() } else { Reply::new().text("All is well again.").finish() }
    });
    (server, is_ill)
}

fn started(server: &Server, retries: u32) -> (Place, Screen) {
    let mut repo = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&server.url());
    repo.variables.push(("ADIT_MAX_RETRIES".to_owned(), retries.to_string()));

    if retries == 0 {
        repo.variables.push(("ADIT_THROTTLE_SECONDS".to_owned(), "0".to_owned()));
    }
    let mut screen = Screen::start(&repo, &[], 120, 40);
    screen.wait_for("main").send("Please help.\r");
    (repo, screen)
}

/// Fails, shows these words, and sends the prompt again by one key.
fn check(steps: Vec<ServerStep>, words: &[&str], key: &str) {
    let (server, is_ill) = ill_server(steps);
    let (_repo, mut screen) = started(&server, 0);
    // The words may be wrapped, and stand beside those of the other pane.
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    for words in words {
        screen.wait(words, |text| {
            let chat: String = text.lines().map(|line| line.chars().take(52).skip(1).collect::<String>()).collect();
            squeezed(&chat).contains(&squeezed(words))
        });
    }
    screen.wait_for("failed");
    is_ill.store(false, Ordering::SeqCst);
    screen.send(key).wait_for("All is well again.").wait_gone("failed");
    let requests = server.requests();
    let last = &requests.last().unwrap().json;
    assert_eq!(breaches(last), Vec::<String>::new());
    let prompt = last["messages"].as_array().unwrap().last().unwrap().to_string();
    assert!(prompt.contains("Please help."), "{prompt}");
}

#[test]
fn a_403_names_the_model_access_page() {
    let steps = vec![ServerStep::refuse(403, "AccessDeniedException", "User is not authorized")];
    check(steps, &["User is not authorized", "Open the model under Model access"], F8);
}

#[test]
fn a_429_says_to_wait() {
    let steps =
        vec![ServerStep::refuse(429, "ThrottlingException", "Too many tokens, please wait before trying again.")];
    check(steps, &["quota of this minute is used up", "Wait a minute and send the prompt again"], F8);
}

#[test]
fn a_500_says_to_send_again() {
    let steps = vec![ServerStep::refuse(500, "InternalServerException", "The system met an error")];
    check(steps, &["Bedrock has a passing fault", "Send the prompt again in a moment."], "/retry\r");
}

#[test]
fn a_cut_stream_keeps_what_came() {
    let steps = Reply::new().text("This much I").step(ServerStep::Abort).cut();
    check(steps, &["This much I", "The prompt is kept"], F8);
}

#[test]
fn a_corrupt_frame_is_told() {
    let steps =
        Reply::new().text("This much I").step(ServerStep::Frame(vec![0, 0, 0, 40, 9, 9, 9, 9, 1, 2, 3, 4])).cut();
    check(steps, &["The prompt is kept"], F8);
}

#[test]
fn a_retry_is_announced_and_needs_no_key() {
    let server = Server::slowed_once("1");
    let (_repo, mut screen) = started(&server, 4);
    screen
        .wait_for("sent again in 1 s")
        .wait_for("retrying in 1 s")
        .wait_for("All is well again.")
        .wait_gone("sent again in");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_wait_is_cut_short_by_a_key() {
    let server = Server::slowed_once("600");
    let (_repo, mut screen) = started(&server, 4);
    screen.wait_for("sent again in ").send(F8).wait_for("All is well again.").wait_gone("sent again in");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_refused_endpoint_is_told_each_time() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut repo = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&url);
    repo.variables.push(("ADIT_MAX_RETRIES".to_owned(), "0".to_owned()));
    let mut screen = Screen::start(&repo, &[], 120, 40);
    screen.wait_for("main").send("Please help.\r").wait_for("The prompt is kept").wait_for("failed");
    screen.send(F8).wait("the fault again", |text| text.matches("The prompt is kept").count() == 2);
}

#[test]
fn missing_credentials_are_told_with_the_way_to_get_them() {
    let server = Server::start(|_| Vec::new());
    let repo = Place::new(&[("a.txt", "a\n")]).committed().with_endpoint(&server.url()).without_credentials();
    let mut screen = Screen::start(&repo, &[], 120, 40);
    screen.wait_for("main").send("Please help.\r").wait_for("credentials").wait_for("The prompt is kept");
    assert_eq!(server.requests().len(), 0);
}
