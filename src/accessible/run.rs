//! The loop: what comes from the engine is said first, then the user has the word.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::pin::Pin;

use tokio::sync::mpsc;

use super::outside::Editor;
use super::talk::Talk;
use crate::engine::{Handle, Subscription};
use crate::review::Progress;
use crate::session::{FaultClass, Op, Seq};

/// In a script so many lines are read ahead of what runs.
const AHEAD: usize = 64;

/// What comes from the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A line. Of a paste after a word it may hold line breaks.
    Line(String),
    /// Lines that were pasted with no word before them.
    Paste(String),
    /// A line that the terminal cut off.
    TooLong,
    /// Ctrl-C.
    Interrupt,
    /// The end of the input.
    End,
    /// The process is asked to end, or its terminal is gone.
    Stop,
}

/// What the talk begins with.
#[derive(Debug, Clone, Default)]
pub struct TalkOptions {
    /// Sentences to begin with.
    pub greeting: Vec<String>,
    /// A request that is prepared; `send` sends it.
    pub prepared: Option<String>,
    /// The user's editor.
    pub editor: Option<Editor>,
    /// Whether the input is a file or a pipe: then a line waits until what the one before began is over, and no prompt is
    /// written. Only words about what runs, such as stop, do not wait.
    pub is_script: bool,
    /// Told when a line is dealt with: the next may be read, and not before, because an editor may have the terminal.
    pub reads_on: Option<std::sync::mpsc::Sender<()>>,
}

/// How the last turn, or the input, ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// As it should.
    Done,
    /// The turn failed.
    Failed(FaultClass),
    /// The input ended in the middle of a message.
    Cut,
    /// The user interrupted a script.
    Interrupted,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// Whether the user left, and not the engine or the terminal.
    pub by_user: bool,
    /// What is still pending.
    pub progress: Progress,
    /// How the last turn went, or the input.
    pub finish: Finish,
}

/// The answer to the question whether the engine has dealt with what was asked of it: the number of its last event.
type Settling<'a> = Pin<Box<dyn Future<Output = Option<Seq>> + Send + 'a>>;

/// The lines of the user that are not dealt with.
struct Lines {
    input: mpsc::Receiver<Input>,
    /// Lines of a script that wait for what runs.
    waiting: VecDeque<String>,
    /// Lines that whoever reads them was not told of yet.
    unconfirmed: usize,
    reads_on: Option<std::sync::mpsc::Sender<()>>,
    has_ended: bool,
}

impl Lines {
    /// Lets the next lines be read, as long as few wait.
    fn read_on(&mut self) {
        while self.unconfirmed > 0 && self.waiting.len() < AHEAD {
            self.unconfirmed -= 1;
            if let Some(reads_on) = &self.reads_on {
                // Nobody reads any more where this cannot be told.
                let _ended = reads_on.send(());
            }
        }
    }
}

/// Talks until the user leaves or the engine ends.
pub async fn run(
    handle: &Handle,
    options: TalkOptions,
    input: mpsc::Receiver<Input>,
    out: &mut (impl Write + Send),
) -> io::Result<Ending> {
    let Some(Subscription { state, mut events }) = handle.subscribe().await else {
        return Ok(Ending { by_user: false, progress: Progress::default(), finish: Finish::Done });
    };
    let is_script = options.is_script;
    let mut lines =
        Lines { input, waiting: VecDeque::new(), unconfirmed: 0, reads_on: options.reads_on, has_ended: false };
    let mut talk = Talk::new(handle, state, out, options.prepared, options.editor);
    for line in options.greeting {
        talk.say(&line)?;
    }
    talk.welcome()?;
    let mut by_user = true;
    let (mut is_login_given_up, mut is_end_told) = (false, false);
    let mut settling: Option<Settling<'_>> = None;
    while !talk.leaves {
        if std::mem::take(&mut talk.has_asked) {
            // What is asked next is dealt with after what was asked before.
            settling = Some(Box::pin(async { handle.subscribe().await.map(|subscription| subscription.state.seq) }));
        }
        // What is there is said first, so that the prompt stands at the end.
        if let Ok(event) = events.try_recv() {
            talk.event(&event)?;
            by_user &= !talk.state.is_ended;
            talk.leaves |= talk.state.is_ended;
            continue;
        }
        if talk.wants_code() {
            // In a script the code may stand behind other lines.
            let at = lines.waiting.iter().position(|line| talk.is_about_what_runs(line));
            if let Some(line) = at.and_then(|at| lines.waiting.remove(at)) {
                talk.hear(line).await?;
                lines.read_on();
                continue;
            }
            if lines.has_ended && !std::mem::replace(&mut is_login_given_up, true) {
                talk.give_login_up().await?;
                continue;
            }
        }
        if talk.is_settled() {
            if let Some(line) = lines.waiting.pop_front() {
                lines.read_on();
                talk.hear(line).await?;
                continue;
            }
            if lines.has_ended {
                talk.leave_unfinished()?;
                continue;
            }
            if !is_script {
                talk.prompt()?;
            }
        } else if lines.has_ended && lines.waiting.is_empty() && !std::mem::replace(&mut is_end_told, true) {
            talk.say("The input has ended; adit leaves when what runs is over.")?;
        }
        tokio::select! {
            event = events.recv() => match event {
                Some(event) => {
                    talk.event(&event)?;
                    by_user &= !talk.state.is_ended;
                    talk.leaves |= talk.state.is_ended;
                }
                None => { by_user = false; break }
            },
            last = settled(&mut settling) => {
                settling = None;
                last.into_iter().for_each(|last| talk.dealt_with(last));
            }
            said = lines.input.recv(), if !lines.input.is_closed() || !lines.input.is_empty() => {
                take(said.unwrap_or(Input::End), is_script, &mut talk, &mut lines).await?;
            }
        }
    }
    let (progress, finish) = (talk.state.review.progress(), talk.finish);
    handle.send(Op::Shutdown).await;
    while events.recv().await.is_some() {}
    Ok(Ending { by_user, progress, finish })
}

async fn settled(settling: &mut Option<Settling<'_>>) -> Option<Seq> {
    match settling {
        Some(settling) => settling.await,
        None => std::future::pending().await,
    }
}

async fn take<O: Write + Send>(
    said: Input,
    is_script: bool,
    talk: &mut Talk<'_, O>,
    lines: &mut Lines,
) -> io::Result<()> {
    match said {
        // Behind an interrupt nothing of a script is done.
        Input::Line(_) | Input::Paste(_) | Input::TooLong if lines.has_ended => {}
        Input::Line(line) if is_script && !talk.is_about_what_runs(&line) => {
            lines.unconfirmed += 1;
            lines.waiting.push_back(line);
            lines.read_on();
        }
        Input::Line(line) => {
            lines.unconfirmed += 1;
            talk.hear(line).await?;
            if std::mem::take(&mut talk.had_editor) {
                // Interrupts were meant for the editor.
                while let Ok(said) = lines.input.try_recv() {
                    talk.leaves |= said == Input::Stop;
                    lines.has_ended |= said == Input::End;
                }
            }
            lines.read_on();
        }
        Input::Paste(text) => {
            lines.unconfirmed += 1;
            talk.pasted(text)?;
            lines.read_on();
        }
        Input::TooLong => {
            lines.unconfirmed += 1;
            talk.too_long()?;
            lines.read_on();
        }
        Input::Interrupt if is_script => {
            talk.finish = Finish::Interrupted;
            lines.waiting.clear();
            lines.has_ended = true;
            talk.interrupt().await?;
        }
        Input::Interrupt => talk.interrupt().await?,
        Input::End => {
            lines.has_ended = true;
        }
        Input::Stop => talk.leaves = true,
    }
    Ok(())
}
