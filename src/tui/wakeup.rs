//! What wakes the loop, and how all that is ready at that moment becomes messages, the keys first.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::{Event as TerminalEvent, KeyEventKind};
use futures::FutureExt as _;
use tokio::sync::mpsc;

use super::event_loop::{ESCAPE_GAP, Ended, EventLoop, now};
use super::input::{Input, Unfinished};
use super::jobs::Job;
use super::output;
use super::pacing::Cause;
use super::pasting::{self, Pasting};
use super::reader::Reader;
use super::signals::Signal;
use super::terminal;
use super::update::Msg;
use crate::path::RelPath;
use crate::session::{Event, TurnPhase};

/// While an answer of the terminal is on its way, an escape may be the beginning of it for so long; and so long may the rest
/// of what begins like a sequence be away, before it was a key with Alt.
const ANSWER_GAP: Duration = Duration::from_millis(60);
/// The rest of a sequence or of a character may be so late: a connection breaks them where it likes.
const REST_GAP: Duration = Duration::from_secs(1);
/// While a window is drawn larger or smaller, word of its sizes comes in a storm; it is over after so long.
const STORM: Duration = Duration::from_millis(500);
/// At most so many events are taken between two frames, so that a flood cannot hold up the keys.
const MAX_EVENTS: usize = 2048;

/// What woke the loop.
pub(super) enum Wakeup {
    /// The terminal's bytes, or news that it is gone.
    Bytes(io::Result<Vec<u8>>),
    /// Nothing followed an escape.
    Escape,
    /// An event of the session; none when the engine has ended.
    Event(Option<Arc<Event>>),
    /// A job is done.
    Job(Job),
    /// Some of all files; none at the end.
    Walk(Option<Vec<RelPath>>),
    /// Colours are ready, or a thread panicked.
    Woken,
    /// A signal.
    Signal(Signal),
    /// The last piece is out.
    Written(io::Result<output::Written>),
    /// A frame is due, or a second has passed.
    Time,
}

impl EventLoop {
    /// Sleeps until something comes. With nothing to draw and no turn running it has no timer at all.
    pub(super) async fn sleep(&mut self) -> Wakeup {
        let frame = self.frame_due(Instant::now());
        let second = self.app.is_busy().then(|| Instant::now() + self.next_second());
        let pause =
            self.app.changes_at().map(|due| Instant::now() + Duration::from_millis(due.0.saturating_sub(now().0)));
        tokio::select! {
            biased;
            bytes = bytes(self.reader.as_ref()) => Wakeup::Bytes(bytes),
            signal = self.signals.next() => Wakeup::Signal(signal),
            () = at(self.escape_due) => Wakeup::Escape,
            written = self.output.written() => Wakeup::Written(written),
            () = at(frame) => Wakeup::Time,
            event = event(self.events.as_mut()) => Wakeup::Event(event),
            Some(job) = self.jobs.join_next() => Wakeup::Job(Job::of(job)),
            files = files(self.walk.as_mut()) => Wakeup::Walk(files),
            () = self.wake.notified() => Wakeup::Woken,
            () = at(second) => Wakeup::Time,
            () = at(pause) => Wakeup::Time,
            () = at(self.kept.due()) => Wakeup::Time,
        }
    }

    /// Returns how long it is until the shown seconds change.
    fn next_second(&self) -> Duration {
        let now = now().0;
        let left = match &self.app.state.phase {
            TurnPhase::Retrying { resumes_at, .. } => resumes_at.0.saturating_sub(now) % 1000,
            TurnPhase::Idle | TurnPhase::Waiting | TurnPhase::Streaming | TurnPhase::Tools | TurnPhase::Compacting => {
                1000 - now.saturating_sub(self.app.counted_from().0) % 1000
            }
        };
        Duration::from_millis(left.max(20))
    }

    /// Takes the terminal's bytes in.
    pub(super) fn take_bytes(&mut self, bytes: &[u8], is_last: bool, msgs: &mut Vec<Msg>) {
        let mut inputs = Vec::new();
        self.parser.expects_answer(self.connection.is_waiting());
        self.parser.feed(bytes, &mut inputs);
        let now = Instant::now();
        if let Some(gap) = self.connection.answer_is_due(now).filter(|_| is_last && self.parser.hold()) {
            self.escape_due = Some(now + gap);
            return;
        }
        if self.parser.pasting().is_some() {
            self.escape_due = Some(self.pasting.goes_on(now, bytes));
            if !is_last || !self.pasting.is_stuck(now) {
                if self.pasting.is_long(now) {
                    msgs.extend(self.parser.pasting().map(|came| Msg::Said(pasting::words(came))));
                }
                self.take_inputs(inputs, msgs);
                return;
            }
        }
        let is_cut = is_last && self.parser.pasting().is_some();
        self.pasting = Pasting::default();
        if is_last {
            self.parser.flush(&mut inputs);
        }
        // From the last byte on, so that no flood of other events puts it off.
        let gap = match self.parser.unfinished() {
            Some(Unfinished::Escape) if !self.connection.is_waiting() => Some(ESCAPE_GAP),
            Some(Unfinished::Escape | Unfinished::Introducer) => Some(ANSWER_GAP),
            Some(Unfinished::Inside) => Some(REST_GAP),
            None => None,
        };
        self.escape_due = gap.map(|gap| Instant::now() + gap);
        self.take_inputs(inputs, msgs);
        msgs.extend(is_cut.then(|| Msg::Said(pasting::CUT.to_owned())));
    }

    fn take_inputs(&mut self, inputs: Vec<Input>, msgs: &mut Vec<Msg>) {
        for input in inputs {
            match input {
                Input::Event(event) => {
                    if matches!(event, TerminalEvent::Key(_) | TerminalEvent::Paste(_)) {
                        self.key_came = self.key_came.or_else(|| Some(Instant::now()));
                    }
                    msgs.extend(message(event));
                }
                Input::Ground(channels) => msgs.push(Msg::Ground(channels)),
                Input::KnowsKeyboardProtocol => self.output.ask(terminal::use_keyboard_protocol()),
                Input::Synchronizes(does) => self.synchronizes = Some(does),
                Input::Prefixed(key) => {
                    self.key_came = self.key_came.or_else(|| Some(Instant::now()));
                    msgs.push(if self.merges_escapes { Msg::Prefixed(key) } else { Msg::Key(key) });
                }
                Input::IsTmux => {
                    self.is_tmux = true;
                    msgs.push(Msg::InTmux);
                }
                Input::IsScreen => msgs.push(Msg::InScreen),
                Input::Ready => self.connection.answered(Instant::now()),
                Input::Attributes => {
                    self.connection.answered(Instant::now());
                    // The other questions came before this one: there is no answer to them any more.
                    self.synchronizes = self.synchronizes.or(Some(false));
                    if std::mem::take(&mut self.is_tmux) {
                        self.output.ask(terminal::QUERIES_IN_TMUX);
                        self.connection.asks(Instant::now());
                    }
                    if self.may_tell_keys_apart {
                        self.output.ask(terminal::use_other_keys());
                    }
                }
            }
        }
    }
}

/// Turns what woke the loop, and all else that is ready, into messages; tells whether the loop must end.
pub(super) fn absorb(this: &mut EventLoop, first: Wakeup, msgs: &mut Vec<Msg>) -> Option<Ended> {
    let mut ended = None;
    let mut later = Vec::new();
    match first {
        Wakeup::Bytes(Ok(bytes)) => this.take_bytes(&bytes, false, msgs),
        Wakeup::Bytes(Err(_)) | Wakeup::Written(Err(_)) => return Some(Ended::Gone),
        Wakeup::Escape => this.take_bytes(&[], true, msgs),
        Wakeup::Event(Some(event)) => later.push(Msg::Engine(event)),
        Wakeup::Event(None) => return Some(Ended::Engine),
        Wakeup::Job(job) => ended = take_job(this, job, &mut later),
        Wakeup::Walk(Some(files)) => later.push(Msg::Walked(files)),
        Wakeup::Walk(None) => end_walk(this, &mut later),
        Wakeup::Woken => {
            this.app.redraw();
            this.pacer.want(Cause::Stream);
        }
        Wakeup::Signal(Signal::Resized) if terminal::size() == this.app.size => {
            // It was another one for a moment, for which a multiplexer has cut what it shows; or it is word from who has
            // attached another terminal.
            if this.size_came.is_none_or(|came| came.elapsed() > STORM) { this.renew() } else { this.repaint() }
        }
        Wakeup::Signal(Signal::Resized) => {
            this.size_came = Some(Instant::now());
            this.output.send(terminal::renew(false));
            this.resized();
        }
        Wakeup::Signal(signal) => ended = Some(Ended::Signal(signal)),
        Wakeup::Written(Ok(written)) => this.is_written(&written),
        Wakeup::Time => {}
    }
    loop {
        match this.reader.as_ref().map(Reader::ready) {
            Some(Ok(Some(bytes))) => this.take_bytes(&bytes, false, msgs),
            Some(Err(_)) => return Some(Ended::Gone),
            Some(Ok(None)) | None => break,
        }
    }
    msgs.append(&mut later);
    while let Some(job) = this.finished_job() {
        ended = take_job(this, job, msgs).or(ended);
    }
    for _ in 0..MAX_EVENTS {
        match this.events.as_mut().map(mpsc::UnboundedReceiver::try_recv) {
            Some(Ok(event)) => msgs.push(Msg::Engine(event)),
            Some(Err(_)) | None => break,
        }
    }
    while let Some(piece) = this.walk.as_mut().and_then(|walk| walk.recv().now_or_never()) {
        match piece {
            Some(files) => msgs.push(Msg::Walked(files)),
            None => end_walk(this, msgs),
        }
    }
    ended
}

fn take_job(this: &mut EventLoop, job: Job, msgs: &mut Vec<Msg>) -> Option<Ended> {
    match job {
        Job::Subscribed(Some(subscription)) => {
            msgs.push(Msg::Subscribed(Box::new(subscription.state)));
            this.events = Some(subscription.events);
        }
        Job::Subscribed(None) | Job::EngineGone => return Some(Ended::Engine),
        Job::Told(msg) => msgs.push(msg),
        Job::NotCopied { reason, otherwise } => {
            let goes_on = if otherwise.is_empty() { "" } else { "; the terminal was asked instead" };
            this.output.send(otherwise);
            msgs.push(Msg::Said(format!("{reason}{goes_on}")));
        }
        Job::Nothing => {}
    }
    None
}

fn end_walk(this: &mut EventLoop, msgs: &mut Vec<Msg>) {
    this.walk = None;
    msgs.push(Msg::WalkEnded);
}

fn message(event: TerminalEvent) -> Option<Msg> {
    match event {
        TerminalEvent::Key(key) => (key.kind != KeyEventKind::Release).then_some(Msg::Key(key)),
        TerminalEvent::Mouse(mouse) => Some(Msg::Mouse(mouse)),
        TerminalEvent::Paste(text) => Some(Msg::Paste(text)),
        TerminalEvent::FocusGained => Some(Msg::FocusGained),
        TerminalEvent::FocusLost => Some(Msg::FocusLost),
        // The size comes by its signal.
        TerminalEvent::Resize(..) => None,
    }
}

/// Waits for the terminal's bytes; forever where someone else has it.
pub(super) async fn bytes(reader: Option<&Reader>) -> io::Result<Vec<u8>> {
    match reader {
        Some(reader) => reader.next().await,
        None => std::future::pending().await,
    }
}

async fn event(events: Option<&mut mpsc::UnboundedReceiver<Arc<Event>>>) -> Option<Arc<Event>> {
    match events {
        Some(events) => events.recv().await,
        None => std::future::pending().await,
    }
}

async fn files(walk: Option<&mut mpsc::Receiver<Vec<RelPath>>>) -> Option<Vec<RelPath>> {
    match walk {
        Some(walk) => walk.recv().await,
        None => std::future::pending().await,
    }
}

async fn at(when: Option<Instant>) {
    match when {
        Some(when) => tokio::time::sleep_until(when.into()).await,
        None => std::future::pending().await,
    }
}
