//! A screen on a stage: a script of keys drives it, events of a made-up session reach it, frames are read off it.

use std::collections::BTreeMap;
use std::sync::Arc;

use adit::path::{EntryName, RelPath};
use adit::review::{Decision, FileRevision, Maker, Mode, Pick, Snapshot, Text};
use adit::session::{
    Event, EventKind, FileMark, GitMark, Head, Message, Millis, ModelChoice, Op, RepoState, Role, Seq, StepId,
    StopReason, TurnId, Usage,
};
use adit::tui::highlight::Highlighter;
use adit::tui::{
    App, Cache, Canvas, Chord, Damage, Effect, Msg, Startup, TerminalEnvironment, TreeEntry, TuiOptions, settle,
    update, view,
};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

/// The time at which all made-up sessions start.
const START: u64 = 1_800_000_000_000;

pub struct Stage {
    pub app: App,
    /// What was asked of the outside since it was last looked at.
    pub asked: Vec<Effect>,
    canvas: Canvas,
    highlighter: Arc<Highlighter>,
    cache: Cache,
    seq: u64,
    pub clock: u64,
}

impl Stage {
    /// A screen of this size of which the engine knows nothing yet.
    pub fn new(width: u16, height: u16) -> Self {
        Self::with(width, height, TuiOptions::default())
    }

    pub fn with(width: u16, height: u16, options: TuiOptions) -> Self {
        Self::starting_with(width, height, options, Startup::default())
    }

    /// A screen that knows this from the start.
    pub fn starting(width: u16, height: u16, startup: Startup) -> Self {
        Self::starting_with(width, height, TuiOptions::default(), startup)
    }

    fn starting_with(width: u16, height: u16, mut options: TuiOptions, startup: Startup) -> Self {
        if options.environment == TerminalEnvironment::default() {
            options.environment.term = Some("xterm-256color".to_owned());
        }
        let models = [
            ("sonnet", "Claude Sonnet, the newest, by the inference profile of your region"),
            ("sonnet-4", "Claude Sonnet 4"),
            ("haiku", "Claude Haiku, cheaper and faster"),
        ];
        let startup = Startup {
            size: Size { width, height },
            now: Millis(START),
            models: models.map(|(name, about)| (name.to_owned(), about.to_owned())).to_vec().into(),
            profiles: vec!["dev".to_owned(), "prod".to_owned()],
            regions: vec!["eu-central-1".to_owned(), "us-east-1".to_owned()],
            ..startup
        };
        let (app, asked) = App::new(&options, startup).unwrap();
        let highlighter = Arc::new(Highlighter::inline());
        let cache = Cache::new(&highlighter);
        Self { app, asked, canvas: Canvas::default(), highlighter, cache, seq: 0, clock: START }
    }

    /// A screen with a repository, a model and a session that has just begun.
    pub fn open(width: u16, height: u16) -> Self {
        let mut stage = Self::new(width, height);
        stage.begin();
        stage
    }

    pub fn begin(&mut self) {
        self.event(EventKind::SessionStarted { version: "0.1.0".to_owned(), workspace: "/home/ada/ferry".to_owned() });
        self.event(EventKind::ModelChanged {
            model: ModelChoice {
                name: "sonnet".to_owned(),
                id: "eu.anthropic.claude-sonnet".to_owned(),
                region: Some("eu-central-1".to_owned()),
                profile: None,
                context: 200_000,
            },
        });
        self.event(EventKind::RepositoryChanged { repo: repo() });
        self.list(None, &["assets/", "src/", "tests/", "target/ ignored", "Cargo.toml", "README.md", "notes.txt"]);
        self.asked.clear();
    }

    pub fn list(&mut self, folder: Option<&str>, names: &[&str]) {
        let entry = |name: &&str| {
            let (name, is_ignored) = name.strip_suffix(" ignored").map_or((*name, false), |name| (name, true));
            let is_folder = name.ends_with('/');
            let full = format!("{}/{name}", folder.unwrap_or(""));
            TreeEntry {
                name: EntryName::Path(path(full.trim_start_matches('/'))),
                is_folder,
                is_link: false,
                is_ignored,
            }
        };
        let entries = Ok(names.iter().map(entry).collect());
        self.send(Msg::Listed { folder: folder.map(path), entries });
    }

    /// Ends a step that has told no more than its tokens.
    pub fn end_step(&mut self, stop: StopReason, usage: Usage, cost_micros: Option<u64>) {
        self.event(EventKind::StepEnded { message: None, stop, usage, cost_micros, timings: None });
    }

    /// Sends a message and keeps what it asks for.
    pub fn send(&mut self, msg: Msg) {
        self.asked.extend(update(&mut self.app, msg));
        self.asked.extend(settle(&mut self.app));
    }

    pub fn event(&mut self, kind: EventKind) {
        self.seq += 1;
        self.send(Msg::Engine(Arc::new(Event { seq: Seq(self.seq), at: Millis(self.clock), kind })));
    }

    /// Lets seconds pass.
    pub fn wait(&mut self, seconds: u64) {
        self.clock += seconds * 1000;
        self.send(Msg::Time(Millis(self.clock)));
    }

    /// Presses the keys of a script: words are chords as a keymap writes them, `'` before a word types it.
    pub fn keys(&mut self, script: &str) -> &mut Self {
        for word in script.split(' ').filter(|word| !word.is_empty()) {
            match word.strip_prefix('\'') {
                Some(text) => text.chars().for_each(|character| self.press(&character.to_string())),
                None => self.press(word),
            }
        }
        self
    }

    fn press(&mut self, chord: &str) {
        let chord = Chord::parse(chord).unwrap_or_else(|| panic!("no such key: {chord}"));
        self.send(Msg::Key(chord.event()));
    }

    /// Returns the operations asked for since the last look.
    pub fn ops(&mut self) -> Vec<Op> {
        let asked = std::mem::take(&mut self.asked);
        asked.into_iter().filter_map(|effect| if let Effect::Send(op) = effect { Some(op) } else { None }).collect()
    }

    pub fn resize(&mut self, width: u16, height: u16) {
        self.send(Msg::Resize(Size { width, height }));
    }

    /// Draws a frame and returns its cells; one drawn as a whole and with an empty cache must be the same.
    pub fn buffer(&mut self) -> Buffer {
        let kept = self.frame().clone();
        let mut whole = Canvas::default();
        view(&self.app, &mut Cache::new(&self.highlighter), &mut whole, Damage::All);
        assert_eq!(&kept, whole.buffer(), "what the frame kept is not what a whole frame shows");
        assert_eq!(self.canvas.cursor(), whole.cursor());
        kept
    }

    /// Draws a frame as the program does, once.
    pub fn frame(&mut self) -> &Buffer {
        let damage = self.app.take_damage();
        view(&self.app, &mut self.cache, &mut self.canvas, damage);
        self.canvas.buffer()
    }

    /// Returns which parts the last frame drew.
    pub fn areas(&self) -> &[Rect] {
        self.canvas.areas()
    }

    /// Returns the frame as text.
    pub fn text(&mut self) -> String {
        let buffer = self.buffer();
        let mut out = String::new();
        for row in 0..buffer.area.height {
            let mut skip = 0;
            for column in 0..buffer.area.width {
                let symbol = buffer[(column, row)].symbol();
                if skip == 0 {
                    out.push_str(symbol);
                    skip = unicode_width::UnicodeWidthStr::width(symbol).saturating_sub(1);
                } else {
                    skip -= 1;
                }
            }
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
        }
        out
    }

    /// Returns where the cursor stands, if it is shown.
    pub fn cursor(&mut self) -> Option<(u16, u16)> {
        self.buffer();
        self.canvas.cursor().map(|position| (position.x, position.y))
    }

    /// A turn begins.
    pub fn ask(&mut self, prompt: &str) {
        let message = Message::new(Role::User, Vec::new());
        self.event(EventKind::TurnStarted { turn: TurnId(1), prompt: prompt.to_owned(), message });
        self.event(EventKind::StepStarted { step: StepId(1) });
    }

    /// The model proposes a new text for a file that has another on disk (none: no file).
    pub fn propose(&mut self, name: &str, base: Option<&str>, target: Option<&str>) {
        let is_known = self.app.state.review.file(&path(name)).is_some();
        self.event(EventKind::ProposalRevised {
            call: None,
            files: vec![FileRevision {
                path: path(name),
                from: None,
                base: (!is_known).then(|| base.map(text)),
                target: target.map(text),
                maker: Maker::Model { turn: 1, step: 1, call: "call-1".to_owned() },
                loose: false,
            }],
        });
    }

    /// The user decided on runs of a file, as the engine would tell it.
    pub fn decided(&mut self, pick: Pick, decision: Decision) {
        let revision = self.app.state.review.revision();
        self.event(EventKind::HunksDecided { revision, pick, decision, note: None });
    }
}

/// A proposal in three files, one of them new, one in a folder.
pub fn with_proposal(stage: &mut Stage) {
    stage.propose("src/fare.rs", Some(FARE), Some(&FARE.replace("100", "120").replace("\"ferry\"", "\"Ferry\"")));
    stage.propose("README.md", Some("# Ferry\n\nCrosses.\n"), Some("# Ferry\n\nCrosses the river.\n"));
    stage.propose("src/tide.rs", None, Some("//! Tides.\n\npub fn height() -> u32 {\n    3\n}\n"));
}

pub const FARE: &str = "//! Fares.\n\npub const CENTS: u32 = 100;\n\npub fn fare(cars: u32) -> u32 {\n    CENTS + cars * 40\n}\n\npub fn name() -> &'static str {\n    \"ferry\"\n}\n";

pub fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

pub fn text(bytes: &str) -> Snapshot {
    Snapshot { text: Text::from(bytes), mode: Mode::Regular }
}

pub fn repo() -> RepoState {
    let unstaged = |unstaged| GitMark { staged: FileMark::Clean, unstaged };
    let marks = BTreeMap::from([
        (path("src/lib.rs"), unstaged(FileMark::Modified)),
        (path("tests/new.rs"), unstaged(FileMark::Untracked)),
        (path("notes.txt"), unstaged(FileMark::Untracked)),
    ]);
    RepoState { head: Some(Head::Branch("main".to_owned())), tip: None, in_progress: None, bypassed: Vec::new(), marks }
}
