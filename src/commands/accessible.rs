//! Adit as linear text, from the engine's handle to the exit code: lines from standard input, sentences to standard output.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use adit::accessible::{self, Editor, Input, TalkOptions};
use adit::engine::{Handle, Running};
use adit::tui;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::screen::terminal_environment;
use crate::stop::Stop;

/// A line longer than this is cut; more is not typed by hand.
const LONGEST: usize = 1 << 20;

/// Talks until the user leaves.
pub(super) async fn talk(handle: Handle, running: Running, mut options: TalkOptions) -> Result<ExitCode, Stop> {
    let is_demo = options.prepared.is_some();
    let is_script = !io::stdin().is_terminal();
    options.is_script = is_script;
    let (sender, input) = mpsc::channel(16);
    let lines = sender.clone();
    let (reads_on, next) = std::sync::mpsc::channel();
    options.reads_on = Some(reads_on);
    let command = terminal_environment().editor_command().to_owned();
    options.editor = Some(Editor::new(move |text, name, line| tui::edit_text(&command, text, name, line)));
    // The thread ends with the input or the process: nobody can end a read of a terminal from outside.
    std::thread::Builder::new()
        .name("lines".to_owned())
        .spawn(move || read_lines(&lines, &next))
        .map_err(|failure| Stop::new(format!("cannot start reading lines: {failure}")))?;
    let mut signals = JoinSet::new();
    signals.spawn(listen(sender));
    let ending = accessible::run(&handle, options, input, &mut io::stdout()).await;
    signals.abort_all();
    drop(handle);
    running.ended().await;
    match ending {
        Ok(ending) => {
            if ending.progress.pending > 0 && !is_demo {
                let changes = match ending.progress.pending {
                    1 => "One change still waits".to_owned(),
                    more => format!("{more} changes still wait"),
                };
                // The terminal may be gone; then nobody is there to hear it.
                let _ = writeln!(io::stdout(), "{changes}; adit --accessible --continue opens this session again.");
            }
            // Who typed the request has heard that it failed.
            Ok(ExitCode::from(u8::from(!ending.by_user || (is_script && ending.has_failed))))
        }
        Err(failure) if failure.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::from(141)),
        Err(failure) => Err(Stop::new(format!("cannot write the output: {failure}"))),
    }
}

/// Refuses a recording: there is no screen to record.
pub(super) fn need_no_recording(record: Option<&Path>) -> Result<(), Stop> {
    match record {
        None => Ok(()),
        Some(_) => Err(Stop::usage("--record records a screen, and --accessible has none")
            .hint("The terminal's own `script` command keeps what is said.")),
    }
}

/// Reads a line when the one before is dealt with: until then an editor may have the terminal.
fn read_lines(lines: &mpsc::Sender<Input>, next: &std::sync::mpsc::Receiver<()>) {
    let mut input = io::stdin().lock();
    loop {
        let mut line = Vec::new();
        let read = (&mut input).take(LONGEST as u64).read_until(b'\n', &mut line);
        if !matches!(read, Ok(count) if count > 0) {
            // Nobody listens any more where this cannot be sent.
            let _ = lines.blocking_send(Input::End);
            return;
        }
        let text = String::from_utf8_lossy(&line);
        let line = Input::Line(text.trim_end_matches(['\r', '\n']).to_owned());
        if lines.blocking_send(line).is_err() || next.recv().is_err() {
            return;
        }
    }
}

/// Passes on that the process is asked to stop.
async fn listen(sender: mpsc::Sender<Input>) {
    use tokio::signal::unix::{SignalKind, signal};
    let [interrupt, terminate, hangup, quit] =
        [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup(), SignalKind::quit()].map(signal);
    let (Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup), Ok(mut quit)) = (interrupt, terminate, hangup, quit)
    else {
        return;
    };
    loop {
        let input = tokio::select! {
            _ = interrupt.recv() => Input::Interrupt,
            _ = terminate.recv() => Input::End,
            _ = hangup.recv() => Input::End,
            _ = quit.recv() => Input::End,
        };
        if sender.send(input).await.is_err() {
            return;
        }
    }
}
