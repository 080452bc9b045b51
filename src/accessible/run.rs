//! The loop: what comes from the engine is said first, then the user has the word.

use std::io::{self, Write};
use std::sync::Arc;

use tokio::sync::mpsc;

use super::lines::{Input, Lines};
use super::outside::Editor;
use super::settling::Settling;
use super::talk::Talk;
use crate::engine::{Handle, Subscription};
use crate::review::Progress;
use crate::session::{Event, FaultClass, Op};

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
    let mut talk = Talk::new(handle, state, out, options.prepared, options.editor);
    for line in options.greeting {
        talk.say(&line)?;
    }
    talk.welcome()?;
    let lines = Lines::new(input, options.is_script, options.reads_on);
    let mut word = Word { lines, is_login_given_up: false, is_end_told: false };
    let mut settling = Settling::new(handle);
    let mut by_user = true;
    while !talk.leaves {
        if std::mem::take(&mut talk.has_asked) {
            settling.ask();
        }
        // What is there is said first, so that the prompt stands at the end.
        if let Ok(event) = events.try_recv() {
            by_user &= !tell(&event, &mut talk)?;
            continue;
        }
        if word.goes_on(&mut talk).await? {
            continue;
        }
        tokio::select! {
            event = events.recv() => match event {
                Some(event) => by_user &= !tell(&event, &mut talk)?,
                None => { by_user = false; break }
            },
            last = settling.answered() => last.into_iter().for_each(|last| talk.dealt_with(last)),
            said = word.lines.next(), if word.lines.is_open() => word.take(said, &mut talk).await?,
        }
    }
    let (progress, finish) = (talk.state.review.progress(), talk.finish);
    handle.send(Op::Shutdown).await;
    while events.recv().await.is_some() {}
    Ok(Ending { by_user, progress, finish })
}

/// Says what an event tells; returns whether the session has ended with it.
fn tell<O: Write + Send>(event: &Arc<Event>, talk: &mut Talk<'_, O>) -> io::Result<bool> {
    talk.event(event)?;
    talk.leaves |= talk.state.is_ended;
    Ok(talk.state.is_ended)
}

/// The user's word: what was said and what is to be said of it.
struct Word {
    lines: Lines,
    is_login_given_up: bool,
    is_end_told: bool,
}

impl Word {
    /// Takes a line that has waited, if it is its turn, or asks for one; tells whether something was done that may have
    /// led to news.
    async fn goes_on<O: Write + Send>(&mut self, talk: &mut Talk<'_, O>) -> io::Result<bool> {
        let lines = &mut self.lines;
        if talk.wants_code() {
            // In a script the code may stand behind other lines.
            if let Some(line) = lines.take_where(|line| talk.is_about_what_runs(line)) {
                talk.hear(line).await?;
                lines.read_on();
                return Ok(true);
            }
            if lines.has_ended && !std::mem::replace(&mut self.is_login_given_up, true) {
                talk.give_login_up().await?;
                return Ok(true);
            }
        }
        if talk.is_settled() {
            if let Some(line) = lines.take_first() {
                talk.hear(line).await?;
                return Ok(true);
            }
            if lines.has_ended {
                talk.leave_unfinished()?;
                return Ok(true);
            }
            if !lines.is_script {
                talk.prompt()?;
            }
        } else if lines.has_ended && lines.waiting.is_empty() && !std::mem::replace(&mut self.is_end_told, true) {
            talk.say("The input has ended; adit leaves when what runs is over.")?;
        }
        Ok(false)
    }

    /// Takes what the user says.
    async fn take<O: Write + Send>(&mut self, said: Input, talk: &mut Talk<'_, O>) -> io::Result<()> {
        let lines = &mut self.lines;
        match said {
            // Behind an interrupt nothing of a script is done.
            Input::Line(_) | Input::Paste(_) | Input::TooLong if lines.has_ended => {}
            Input::Line(line) if lines.is_script && !talk.is_about_what_runs(&line) => lines.put_off(line),
            Input::Line(line) => {
                talk.hear(line).await?;
                if std::mem::take(&mut talk.had_editor) {
                    talk.leaves |= lines.skip_what_the_editor_had();
                }
                lines.dealt_with();
            }
            Input::Paste(text) => {
                talk.pasted(text)?;
                lines.dealt_with();
            }
            Input::TooLong => {
                talk.too_long()?;
                lines.dealt_with();
            }
            Input::Interrupt if lines.is_script => {
                talk.finish = Finish::Interrupted;
                lines.waiting.clear();
                lines.has_ended = true;
                talk.interrupt().await?;
            }
            Input::Interrupt => talk.interrupt().await?,
            Input::End => lines.has_ended = true,
            Input::Stop => talk.leaves = true,
        }
        Ok(())
    }
}
