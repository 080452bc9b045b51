//! Adit as linear text, from the engine's handle to the exit code: lines from standard input, sentences to standard output.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use adit::accessible::{self, Editor, Finish, Input, Pastes, TalkOptions};
use adit::engine::{Handle, Running};
use adit::headless::RunExit;
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
    let is_terminal = io::stdin().is_terminal();
    let (sender, input) = mpsc::channel(16);
    let lines = sender.clone();
    let (reads_on, next) = std::sync::mpsc::channel();
    options.reads_on = Some(reads_on);
    options.is_script = !is_terminal;
    let environment = terminal_environment();
    let brackets = Brackets { are_asked_for: is_terminal && io::stdout().is_terminal() && !environment.is_dumb() };
    let command = environment.editor_command().to_owned();
    options.editor = Some(Editor::new(move |text, name, line| {
        brackets.ask_no_more();
        let edited = tui::edit_text(&command, text, name, line);
        brackets.ask();
        edited
    }));
    let pastes = brackets.are_asked_for.then(Pastes::default);
    let interrupts = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&interrupts);
    // The thread ends with the input or the process: nobody can end a read of a terminal from outside.
    std::thread::Builder::new()
        .name("lines".to_owned())
        .spawn(move || read_lines(&lines, &next, pastes, &seen))
        .map_err(|failure| Stop::new(format!("cannot start reading lines: {failure}")))?;
    let mut signals = JoinSet::new();
    signals.spawn(listen(sender, interrupts));
    brackets.ask();
    let ending = accessible::run(&handle, options, input, &mut io::stdout()).await;
    brackets.ask_no_more();
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
            let exit = match ending.finish {
                _ if !ending.by_user => RunExit::Failed,
                _ if is_terminal => RunExit::Done,
                Finish::Done => RunExit::Done,
                Finish::Failed(class) => RunExit::of(class),
                Finish::Cut => RunExit::Failed,
                Finish::Interrupted => RunExit::Interrupted,
            };
            Ok(ExitCode::from(exit.code()))
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

/// Whether the terminal is asked to bracket what is pasted: the only thing that is written and not read out.
#[derive(Clone, Copy)]
struct Brackets {
    are_asked_for: bool,
}

impl Brackets {
    fn ask(self) {
        self.write(Pastes::ASK);
    }

    fn ask_no_more(self) {
        self.write(Pastes::ASK_NO_MORE);
    }

    fn write(self, sequence: &str) {
        if self.are_asked_for {
            // A terminal that is gone is noticed by what is said.
            let _ = write!(io::stdout(), "{sequence}").and_then(|()| io::stdout().flush());
        }
    }
}

/// Reads a line when the one before is dealt with: until then an editor may have the terminal. `interrupts` counts how often
/// the terminal threw its input away.
fn read_lines(
    lines: &mpsc::Sender<Input>,
    next: &std::sync::mpsc::Receiver<()>,
    mut pastes: Option<Pastes>,
    interrupts: &AtomicUsize,
) {
    let mut input = io::stdin().lock();
    let mut known = 0;
    loop {
        let mut line = Vec::new();
        let read = (&mut input).take(LONGEST as u64).read_until(b'\n', &mut line);
        if !matches!(read, Ok(count) if count > 0) {
            // Nobody listens any more where this cannot be sent.
            let _ = lines.blocking_send(Input::End);
            return;
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\r', '\n']);
        let said = match &mut pastes {
            None => Some(Input::Line(text.to_owned())),
            Some(pastes) => {
                let now = interrupts.load(Ordering::SeqCst);
                if std::mem::replace(&mut known, now) != now {
                    pastes.forget();
                }
                pastes.take(text)
            }
        };
        let Some(said) = said else { continue };
        if lines.blocking_send(said).is_err() || next.recv().is_err() {
            return;
        }
    }
}

/// Passes on that the process is asked to stop.
async fn listen(sender: mpsc::Sender<Input>, interrupts: Arc<AtomicUsize>) {
    use tokio::signal::unix::{SignalKind, signal};
    let [interrupt, terminate, hangup, quit] =
        [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup(), SignalKind::quit()].map(signal);
    let (Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup), Ok(mut quit)) = (interrupt, terminate, hangup, quit)
    else {
        return;
    };
    loop {
        let input = tokio::select! {
            _ = interrupt.recv() => {
                interrupts.fetch_add(1, Ordering::SeqCst);
                Input::Interrupt
            }
            _ = terminate.recv() => Input::Stop,
            _ = hangup.recv() => Input::Stop,
            _ = quit.recv() => Input::Stop,
        };
        if sender.send(input).await.is_err() {
            return;
        }
    }
}
