//! Inside tmux: two clients of different sizes, one that is lost and comes back.

use std::path::{Path, PathBuf};
use std::process::Command;

use adit::demo::Reply;

use super::pty::{Place, Screen};
use super::server::Server;

/// A tmux server of the test's own.
struct Tmux<'a> {
    place: &'a Place,
    socket: PathBuf,
}

impl<'a> Tmux<'a> {
    /// Starts adit in a session; none where there is no tmux.
    fn start(place: &'a Place) -> Option<Self> {
        let tmux = Self { place, socket: place.state().join("tmux") };
        Command::new("tmux").arg("-V").output().ok()?;
        let program = format!("exec '{}'", env!("CARGO_BIN_EXE_adit"));
        tmux.run(&["new-session", "-d", "-s", "work", "-x", "100", "-y", "30", &program]);
        Some(tmux)
    }

    fn arguments<'b>(&'b self, rest: &[&'b str]) -> Vec<&'b str> {
        let socket = self.socket.to_str().unwrap();
        ["-S", socket, "-f", "/dev/null", "-u"].into_iter().chain(rest.iter().copied()).collect()
    }

    fn run(&self, rest: &[&str]) -> String {
        let mut command = Command::new("tmux");
        command.args(self.arguments(rest)).env_clear().envs(self.place.environment()).current_dir(self.place.repo());
        let output = command.output().unwrap();
        assert!(output.status.success(), "tmux {rest:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Attaches a client on a terminal of this size.
    fn attach(&self, columns: u16, rows: u16) -> Screen {
        Screen::start_program(self.place, Path::new("tmux"), &self.arguments(&["attach", "-t", "work"]), columns, rows)
    }
}

impl Drop for Tmux<'_> {
    fn drop(&mut self) {
        let _ = Command::new("tmux").arg("-S").arg(&self.socket).arg("kill-server").output();
    }
}

#[test]
fn two_clients_of_different_sizes_and_one_that_is_lost() {
    let server = Server::start(|_| Reply::new().text("Both of you see this.").finish());
    let repo = Place::new(&[("src/one.rs", "fn one() {}\n")]).committed().with_endpoint(&server.url());
    let Some(tmux) = Tmux::start(&repo) else { return };
    let mut wide = tmux.attach(200, 50);
    wide.wait_for("Review").send("x").wait_for("› x").send("\x7f").wait_for("src").wait_for("main");
    let mut small = tmux.attach(80, 24);
    // The window has the size of the client that was used last: one pane there.
    small.send("Hel").wait_for("› Hel").wait_gone("Review");
    wide.send("lo.\r").wait_for("Both of you see this.");
    // A busy tmux does not always give the window back to who typed last, so it is told to.
    tmux.run(&["resize-window", "-A", "-t", "work"]);
    wide.wait_for("Review");
    // A lost connection takes a client away, and nothing else.
    drop(wide);
    tmux.run(&["resize-window", "-x", "80", "-y", "24", "-t", "work"]);
    small.send("draft").wait_for("draft").wait_for("Both of you see this.");
    let mut again = tmux.attach(120, 40);
    again.wait_for("Both of you see this.").wait_for("draft");
    assert_eq!(tmux.run(&["display-message", "-p", "-t", "work", "#{pane_title}"]).trim(), "adit: repo");
    again.send("\x11").wait("the end", |text| text.contains("[exited]") || text.trim().is_empty());
}
