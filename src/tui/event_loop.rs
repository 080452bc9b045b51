//! The loop: sleep until something comes, take all that is there with the keys first, draw at most once.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures::FutureExt as _;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;

use super::announce::{Announcer, names_window};
use super::app::{App, Startup, TuiOptions};
use super::canvas::Canvas;
use super::connection::Connection;
use super::earlier::EarlierPrompts;
use super::effect::{EditorJob, Effect};
use super::exit::{ExitReason, ExitReport, TuiFault};
use super::highlight::Highlighter;
use super::input::InputParser;
use super::jobs::{Job, Jobs};
use super::keeping::Kept;
use super::output::Output;
use super::pacing::{Cause, Pacer};
use super::pager::Pager;
use super::painter::Painter;
use super::pasting::Pasting;
use super::reader::Reader;
use super::record::Recording;
use super::signals::{Signal, Signals};
use super::tree::TreeEntry;
use super::update::{Msg, settle, update};
use super::view::Cache;
use super::wakeup::{Wakeup, absorb};
use super::{editor, terminal};
use crate::engine::Handle;
use crate::path::RelPath;
use crate::session::{Event, Millis, Op};

/// An escape that nothing follows for so long is the key Esc. Less than a frame, so that nobody feels it,
/// and longer than a terminal takes to write the rest of a sequence.
pub(super) const ESCAPE_GAP: Duration = Duration::from_millis(10);
/// The engine has so long to close the journal when adit ends.
const FAREWELL: Duration = Duration::from_secs(3);

/// Runs the full screen until the user quits, a signal comes, or the terminal or the engine is gone.
pub async fn run(handle: Handle, options: TuiOptions) -> Result<ExitReport, TuiFault> {
    if !terminal::is_terminal() {
        return Err(TuiFault::NotATerminal);
    }
    let startup = Startup {
        size: terminal::size(),
        now: now(),
        models: handle.models().into(),
        caps: handle.caps(),
        overhead: handle.overhead(),
        compact_at: handle.compact_at(),
        thinking: handle.thinking().clone(),
        profiles: handle.profiles(),
        regions: handle.regions(),
    };
    let (app, effects) = App::new(&options, startup)?;
    let wake = Arc::new(Notify::new());
    let panic_wake = Arc::clone(&wake);
    terminal::restore_on_panic(move || panic_wake.notify_one());
    let fault = |act| move |source| TuiFault::Terminal { act, source };
    let signals = Signals::listen().map_err(fault("listen to signals of"))?;
    let _guard = terminal::Guard::take(options.config.mouse, names_window(&options.config, &options.environment))
        .map_err(fault("take"))?;
    let mut screen = EventLoop::new(app, handle, &options, wake, signals).map_err(fault("watch"))?;
    screen.run(effects, &options).await
}

/// Everything that the loop holds. The receivers are here so that one `select!` can await them all.
pub(super) struct EventLoop {
    pub(super) app: App,
    pub(super) cache: Cache,
    pub(super) canvas: Canvas,
    pub(super) painter: Painter,
    pub(super) output: Output,
    /// None while an editor has the terminal.
    pub(super) reader: Option<Reader>,
    pub(super) parser: InputParser,
    /// When an escape that waits for its sequence is the key Esc.
    pub(super) escape_due: Option<Instant>,
    pub(super) pasting: Pasting,
    pub(super) pacer: Pacer,
    pub(super) connection: Connection,
    /// Whether the terminal shows what stands between the marks of a frame as one, as far as is known.
    pub(super) synchronizes: Option<bool>,
    /// When the first key came that is not drawn yet, and when the one came whose frame is under way.
    pub(super) key_came: Option<Instant>,
    pub(super) key_drawn: Option<Instant>,
    /// When another size of the terminal came last.
    pub(super) size_came: Option<Instant>,
    /// Whether it is tmux, which is to be asked the rest.
    pub(super) is_tmux: bool,
    /// Whether a multiplexer may make one piece of an Esc and of the key behind it.
    pub(super) merges_escapes: bool,
    /// Whether keys may be told apart by xterm's sequence.
    pub(super) may_tell_keys_apart: bool,
    pub(super) announcer: Announcer,
    pub(super) recording: Option<Recording>,
    pub(super) jobs: Jobs,
    pub(super) events: Option<mpsc::UnboundedReceiver<Arc<Event>>>,
    pub(super) walk: Option<mpsc::Receiver<Vec<RelPath>>>,
    pub(super) wake: Arc<Notify>,
    /// The message that is being written, as it is kept.
    pub(super) kept: Kept,
    pub(super) signals: Signals,
    earlier: Option<EarlierPrompts>,
    handle: Handle,
    ops: mpsc::UnboundedSender<Op>,
    editor: String,
    pub(super) pager: Pager,
}

impl EventLoop {
    fn new(app: App, handle: Handle, options: &TuiOptions, wake: Arc<Notify>, signals: Signals) -> io::Result<Self> {
        let highlight_wake = Arc::clone(&wake);
        let highlighter = Arc::new(Highlighter::start(move || highlight_wake.notify_one()));
        let glyphs = options.environment.glyphs(options.config.glyphs);
        let painter = Painter::new(app.size).with_links(app.links()).with_glyphs(glyphs);
        // Operations go out in order from a task of their own, so that a busy engine never holds up the keys.
        // Unbounded, because a person's keys fill it.
        let (ops, mut outbox) = mpsc::unbounded_channel();
        let mut jobs: Jobs = JoinSet::new();
        let sender = handle.clone();
        jobs.spawn(async move {
            while let Some(op) = outbox.recv().await {
                if !sender.send(op).await {
                    return Job::EngineGone;
                }
            }
            Job::Nothing
        });
        let subscriber = handle.clone();
        jobs.spawn(async move { Job::Subscribed(subscriber.subscribe().await.map(Box::new)) });
        let kept = Kept::new(options.keeper.clone(), app.composer.raw());
        Ok(Self {
            app,
            kept,
            cache: Cache::new(&highlighter),
            canvas: Canvas::default(),
            painter,
            output: Output::start(options.recording.clone())?,
            reader: Some(Reader::start()?),
            parser: InputParser::default(),
            escape_due: None,
            pasting: Pasting::default(),
            pacer: Pacer::default(),
            connection: Connection::default(),
            // Who is not asked is not sent marks either.
            synchronizes: (!options.environment.answers_queries()).then_some(false),
            key_came: None,
            key_drawn: None,
            size_came: None,
            is_tmux: false,
            merges_escapes: options.environment.is_multiplexed(),
            may_tell_keys_apart: options.environment.may_tell_keys_apart(),
            announcer: Announcer::new(&options.config, &options.environment),
            recording: options.recording.clone(),
            jobs,
            events: None,
            walk: None,
            wake,
            signals,
            earlier: options.earlier.clone(),
            handle,
            ops,
            editor: options.environment.editor_command().to_owned(),
            pager: Pager::of(&options.environment),
        })
    }

    async fn run(&mut self, effects: Vec<Effect>, options: &TuiOptions) -> Result<ExitReport, TuiFault> {
        self.begin(options);
        // Only from here on is another size told by a signal; one that came since the start was told to nobody.
        if terminal::size() != self.app.size {
            self.resized();
        }
        // What was typed while adit started is in the first frame.
        let mut ended = self.turn(Wakeup::Time).await?;
        self.draw();
        if options.panic_for_test {
            self.output.settle(terminal::LAST_WRITE).await;
            #[allow(clippy::panic, reason = "asked for, to see that a panic gives the terminal back")]
            {
                panic!("a panic was asked for");
            }
        }
        ended = self.perform(effects).await?.or(ended);
        while ended.is_none() {
            let now = Instant::now();
            if self.frame_due(now).is_some_and(|due| due <= now) {
                self.draw();
            }
            let first = self.sleep().await;
            ended = self.turn(first).await?;
            if terminal::has_panicked() {
                return Err(TuiFault::Panicked);
            }
        }
        let reason = ended.unwrap_or(ExitReason::Quit);
        self.farewell(reason).await;
        let progress = self.app.state.review.progress();
        Ok(ExitReport { reason, progress, memory: std::mem::take(&mut self.app.memory) })
    }

    /// Takes in what woke the loop and all that is ready besides it, and does what is asked.
    async fn turn(&mut self, first: Wakeup) -> Result<Option<ExitReason>, TuiFault> {
        let mut msgs = vec![Msg::Time(now())];
        let mut ended = absorb(self, first, &mut msgs);
        let mut effects = Vec::new();
        for msg in msgs {
            self.pacer_wants(&msg);
            effects.extend(update(&mut self.app, msg));
        }
        effects.extend(settle(&mut self.app));
        if self.app.has_more_to_do() {
            // Keys that have come in the meantime are taken first.
            self.wake.notify_one();
        }
        self.keep_draft(Some(Instant::now())).await;
        if let Some(Ended::Signal(Signal::Continued)) = ended {
            self.take_back()?;
            ended = None;
        }
        let asked = self.perform(effects).await?;
        self.tell_connection();
        let told = self.announcer.update(&self.app);
        self.output.send(told);
        Ok(match ended {
            None if self.app.state.is_ended => Some(ExitReason::EngineEnded),
            None => asked,
            Some(Ended::Gone) => Some(ExitReason::TerminalClosed),
            Some(Ended::Engine) => Some(ExitReason::EngineEnded),
            Some(Ended::Signal(signal)) => Some(ExitReason::Signal(signal.number())),
        })
    }

    fn pacer_wants(&mut self, msg: &Msg) {
        match msg {
            // Seconds are told while a turn runs; otherwise time alone changes what is seen only when that is due.
            Msg::Time(now) if !self.app.is_busy() && self.app.changes_at().is_none_or(|due| *now < due) => {}
            Msg::Time(_)
            | Msg::Engine(_)
            | Msg::Subscribed(_)
            | Msg::Listed { .. }
            | Msg::Walked(_)
            | Msg::Spent(_)
            | Msg::ImageLoaded { .. }
            | Msg::ModelsFound(_)
            | Msg::WalkEnded
            | Msg::PromptsFound(_)
            | Msg::FileRead { .. }
            | Msg::Connection(_)
            | Msg::Said(_)
            | Msg::InScreen
            | Msg::InTmux
            | Msg::Ground(_) => self.pacer.want(Cause::Stream),
            Msg::Key(_) | Msg::Prefixed(_) | Msg::Mouse(_) | Msg::Paste(_) | Msg::Resize(_) | Msg::Edited { .. } => {
                self.pacer.want(Cause::Key);
            }
            Msg::FocusGained | Msg::FocusLost => {}
        }
    }

    /// Does what the model asked of the outside.
    async fn perform(&mut self, effects: Vec<Effect>) -> Result<Option<ExitReason>, TuiFault> {
        for effect in effects {
            match effect {
                Effect::Send(op) => drop(self.ops.send(op)),
                Effect::Copy(copied) => self.copy(copied),
                Effect::Print(plain) => {
                    if self.print(&plain.text).await.is_err() {
                        return Ok(Some(ExitReason::TerminalClosed));
                    }
                }
                Effect::Page(plain) => {
                    if self.page(plain).await.is_err() {
                        return Ok(Some(ExitReason::TerminalClosed));
                    }
                }
                // Who cannot take the terminal back has lost it.
                Effect::Edit(job) => {
                    if self.edit(job).await.is_err() {
                        return Ok(Some(ExitReason::TerminalClosed));
                    }
                }
                Effect::ShowFile(path) => {
                    let handle = self.handle.clone();
                    self.jobs.spawn(async move {
                        let content = handle.read(path.clone()).await.map_err(|fault| fault.to_string());
                        Job::Told(Msg::FileRead { path, content })
                    });
                }
                Effect::List(folder) => {
                    let handle = self.handle.clone();
                    self.jobs.spawn(async move {
                        let listed = handle.list(folder.clone()).await.map_err(|fault| fault.to_string());
                        let entries = listed.map(|entries| {
                            let entry = entries.into_iter().map(|entry| TreeEntry {
                                name: entry.name,
                                is_folder: entry.is_folder,
                                is_link: entry.is_link,
                                is_ignored: entry.is_ignored,
                            });
                            entry.collect()
                        });
                        Job::Told(Msg::Listed { folder, entries })
                    });
                }
                Effect::LoadImage { path, text } => {
                    let handle = self.handle.clone();
                    self.jobs.spawn(async move {
                        let image = handle.load_image(path).await;
                        Job::Told(Msg::ImageLoaded { text, image })
                    });
                }
                Effect::AskSpent => {
                    let handle = self.handle.clone();
                    self.jobs.spawn(async move { Job::Told(Msg::Spent(handle.spent().await)) });
                }
                Effect::Walk => {
                    let (into, pieces) = mpsc::channel(8);
                    self.handle.walk(into);
                    self.walk = Some(pieces);
                }
                Effect::FindModels => {
                    let handle = self.handle.clone();
                    self.jobs.spawn(async move { Job::Told(Msg::ModelsFound(handle.discover_models().await)) });
                }
                Effect::FindPrompts => {
                    let earlier = self.earlier.clone();
                    let read = move || earlier.map(|earlier| earlier.read()).unwrap_or_default();
                    let read = tokio::task::spawn_blocking(read);
                    self.jobs.spawn(async move { Job::Told(Msg::PromptsFound(read.await.unwrap_or_default())) });
                }
                Effect::TakeMouse(takes) => self.output.send(terminal::take_mouse(takes).to_vec()),
                Effect::Suspend => {
                    if self.suspend().await.is_err() {
                        return Ok(Some(ExitReason::TerminalClosed));
                    }
                }
                Effect::Notify(words) => self.output.send(self.announcer.notice(&words)),
                Effect::Repaint => self.renew(),
                Effect::Quit => return Ok(Some(ExitReason::Quit)),
                // `update` has done these itself.
                Effect::Open(_)
                | Effect::Close
                | Effect::Focus(_)
                | Effect::ShowChanges(_)
                | Effect::ShowTurn(_)
                | Effect::Wear(_)
                | Effect::Say(_)
                | Effect::SayWithKeys(_) => {}
            }
        }
        Ok(None)
    }

    /// Gives the terminal to the user's editor and takes it back.
    async fn edit(&mut self, job: EditorJob) -> Result<(), TuiFault> {
        self.give_back().await;
        let (command, given) = (self.editor.clone(), job.clone());
        let ran = tokio::task::spawn_blocking(move || editor::run(&command, &given)).await;
        let result = ran.unwrap_or_else(|_| Err("the editor could not be run".to_owned()));
        // An interrupt that was typed for the editor is not meant for adit.
        self.signals.forget_interrupts();
        self.take_back()?;
        let effects = update(&mut self.app, Msg::Edited { job, result });
        Box::pin(self.perform(effects)).await?;
        self.pacer.want(Cause::Key);
        Ok(())
    }

    /// Stops the process as the terminal's own Ctrl-Z would.
    async fn suspend(&mut self) -> Result<(), TuiFault> {
        self.give_back().await;
        let stopped = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
        if stopped.is_ok() {
            // The stop may come a moment after the call; where nobody can continue it, it does not come at all.
            let continued = self.signals.continued();
            let _late = tokio::time::timeout(Duration::from_millis(500), continued).await;
        }
        self.take_back()
    }

    pub(super) async fn give_back(&mut self) {
        self.output.settle(terminal::LAST_WRITE).await;
        self.hear_out().await;
        self.reader = None;
        terminal::leave();
    }

    pub(super) fn take_back(&mut self) -> Result<(), TuiFault> {
        let fault = |act| move |source| TuiFault::Terminal { act, source };
        terminal::enter().map_err(fault("take back"))?;
        self.announcer.forget();
        if self.reader.is_none() {
            self.reader = Some(Reader::start().map_err(fault("watch"))?);
        }
        self.resized();
        self.repaint();
        Ok(())
    }

    /// Takes over the terminal's size.
    pub(super) fn resized(&mut self) {
        let size = terminal::size();
        self.painter.set_size(size);
        if let Some(recording) = &self.recording {
            recording.resized(size);
        }
        let _none = update(&mut self.app, Msg::Resize(size));
        self.pacer.want(Cause::Key);
    }

    /// Sets the terminal up and paints everything anew.
    pub(super) fn renew(&mut self) {
        self.output.send(terminal::renew(true));
        self.announcer.forget();
        self.repaint();
    }

    pub(super) fn repaint(&mut self) {
        self.painter.forget();
        self.painter.clear();
        self.app.redraw();
        self.pacer.want(Cause::Key);
    }

    /// Lets the engine close the journal, and the last bytes go out.
    async fn farewell(&mut self, reason: ExitReason) {
        self.keep_draft(None).await;
        if reason != ExitReason::EngineEnded {
            drop(self.ops.send(Op::Shutdown));
            let closing = async {
                let Some(events) = self.events.as_mut() else { return };
                while let Some(event) = events.recv().await {
                    self.app.state.apply(&event);
                    if self.app.state.is_ended {
                        return;
                    }
                }
            };
            let _closed_or_late = tokio::time::timeout(FAREWELL, closing).await;
        }
        if reason != ExitReason::TerminalClosed {
            self.output.settle(terminal::LAST_WRITE).await;
            self.hear_out().await;
        }
    }

    /// Returns the operations' job's end without waiting, if it has come.
    pub(super) fn finished_job(&mut self) -> Option<Job> {
        self.jobs.join_next().now_or_never().flatten().map(Job::of)
    }
}

/// Why the loop may end, as it is found while messages are gathered.
pub(super) enum Ended {
    /// The terminal is gone.
    Gone,
    /// The engine is.
    Engine,
    /// A signal came.
    Signal(Signal),
}

/// Returns the time.
pub(super) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
