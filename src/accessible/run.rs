//! The loop: what comes from the engine is said first, then the user has the word.

use std::io::{self, Write};

use tokio::sync::mpsc;

use super::outside::Editor;
use super::talk::Talk;
use crate::engine::{Handle, Subscription};
use crate::review::Progress;
use crate::session::{Op, TurnOutcome};

/// What comes from the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A line.
    Line(String),
    /// Ctrl-C.
    Interrupt,
    /// The end of the input, or the process is asked to end.
    End,
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
    /// Told when a line is dealt with: the next may be read, and not before, because an editor may have the terminal.
    pub reads_on: Option<std::sync::mpsc::Sender<()>>,
    /// Whether nobody types the lines: each waits until what the one before asked for is answered.
    pub is_script: bool,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// Whether the user left, and not the engine or the terminal.
    pub by_user: bool,
    /// What is still pending.
    pub progress: Progress,
    /// Whether the last turn failed.
    pub has_failed: bool,
}

/// Talks until the user leaves or the engine ends.
pub async fn run(
    handle: &Handle,
    options: TalkOptions,
    mut input: mpsc::Receiver<Input>,
    out: &mut (impl Write + Send),
) -> io::Result<Ending> {
    let Some(Subscription { state, mut events }) = handle.subscribe().await else {
        return Ok(Ending { by_user: false, progress: Progress::default(), has_failed: false });
    };
    let reads_on = options.reads_on;
    let mut talk = Talk::new(handle, state, out, options.prepared, options.editor);
    for line in options.greeting {
        talk.say(&line)?;
    }
    talk.welcome()?;
    let mut by_user = true;
    let mut is_dealt_with = false;
    while !talk.leaves {
        // What is there is said first, so that the prompt stands at the end.
        let ready = events.try_recv().ok();
        let event = match ready {
            Some(event) => Some(event),
            None => {
                if is_dealt_with && !(options.is_script && talk.is_occupied()) {
                    is_dealt_with = false;
                    if let Some(reads_on) = &reads_on {
                        // Nobody reads any more where this cannot be told.
                        let _ended = reads_on.send(());
                    }
                }
                talk.prompt()?;
                tokio::select! {
                    event = events.recv() => match event {
                        Some(event) => Some(event),
                        None => { by_user = false; break }
                    },
                    said = input.recv() => {
                        let is_line = matches!(said, Some(Input::Line(_)));
                        talk.hear(said.unwrap_or(Input::End)).await?;
                        if std::mem::take(&mut talk.had_editor) {
                            // Interrupts were meant for the editor.
                            while let Ok(said) = input.try_recv() {
                                talk.leaves |= said == Input::End;
                            }
                        }
                        is_dealt_with |= is_line;
                        None
                    }
                }
            }
        };
        if let Some(event) = event {
            talk.event(&event)?;
        }
        by_user &= !talk.state.is_ended;
        talk.leaves |= talk.state.is_ended;
    }
    let progress = talk.state.review.progress();
    handle.send(Op::Shutdown).await;
    while events.recv().await.is_some() {}
    let has_failed = matches!(talk.state.last_outcome, Some(TurnOutcome::Failed(_)));
    Ok(Ending { by_user, progress, has_failed })
}
