//! The one model of the screen: the session's state mirrored, and what only the screen knows.

use std::sync::Arc;

use ratatui::layout::{Rect, Size};

use super::action::Context;
use super::attention::Presence;
use super::canvas::Damage;
use super::chat::ChatPane;
use super::clipboard::Clipboard;
use super::composer::Composer;
use super::connection::{ConnectionReport, Follow};
use super::diff::DiffPane;
use super::earlier::EarlierPrompts;
use super::effect::{Effect, Overlay, PaneId};
use super::environment::TerminalEnvironment;
use super::exit::TuiFault;
use super::guide::{Guide, GuideMemo};
use super::highlight::CodeTheme;
use super::hyperlink::{LinkTable, LinkWay};
use super::keeping::DraftKeeper;
use super::keymap::Keymap;
use super::layout::{Layout, arrange, inside, split_chat};
use super::memory::Memory;
use super::overlay::{CommitSheet, Money, Opened, Surroundings};
use super::prefix::Prefix;
use super::record::Recording;
use super::theme::Theme;
use super::tree::TreePane;
use super::update::open;
use super::wardrobe::Wardrobe;
use crate::config::{Effort, ScreenConfig, ThinkingConfig};
use crate::path::PathList;
use crate::session::{Caps, Millis, Overhead, SessionState, TurnPhase};

/// What the composition root hands to the screen.
#[derive(Debug, Clone, Default)]
pub struct TuiOptions {
    /// The settings.
    pub config: ScreenConfig,
    /// The demo's guidance.
    pub guide: Option<Guide>,
    /// Whether the tour for newcomers is offered, where there is no other guidance.
    pub offers_tour: bool,
    /// What earlier sessions left.
    pub memory: Memory,
    /// What stands in the composer at the start.
    pub prompt: String,
    /// What keeps the message that is being written.
    pub keeper: Option<DraftKeeper>,
    /// Where the prompts of earlier sessions come from.
    pub earlier: Option<EarlierPrompts>,
    /// The text of the user's `keymap.toml`, if there is one.
    pub keymap: Option<String>,
    /// The user's own themes: name and text.
    pub themes: Vec<(String, String)>,
    /// The text of the tmTheme that `config.code_theme` names.
    pub code_theme: Option<String>,
    /// Where the user's settings are, for people.
    pub config_file: String,
    /// What the environment says of the terminal.
    pub environment: TerminalEnvironment,
    /// Where the session is recorded to, if it is.
    pub recording: Option<Recording>,
    /// Panics right after the first frame, to see that the terminal is given back.
    pub panic_for_test: bool,
}

/// What is known when the screen starts.
#[derive(Debug, Clone, Default)]
pub struct Startup {
    /// The terminal's size.
    pub size: Size,
    /// The time.
    pub now: Millis,
    /// The models that can be chosen, each with a line about it.
    pub models: Arc<[(String, String)]>,
    /// The caps on what may be spent.
    pub caps: Caps,
    /// What goes with every request beside the conversation.
    pub overhead: Overhead,
    /// At how many percent of the context the conversation is compacted; 0 is never.
    pub compact_at: u32,
    /// How much the models are configured to think.
    pub thinking: ThinkingConfig,
    /// The AWS profiles that can be chosen.
    pub profiles: Vec<String>,
    /// The AWS regions that can be chosen.
    pub regions: Vec<String>,
}

/// Whether the chat's keys write or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChatMode {
    Writing,
    Reading,
}

/// How far the walk over all files is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Walk {
    NotAsked,
    Running,
    Done,
}

/// The model of the screen.
pub struct App {
    /// The session as folded so far.
    pub state: SessionState,
    pub(super) tree: TreePane,
    pub(super) chat: ChatPane,
    pub(super) composer: Composer,
    pub(super) diff: DiffPane,
    pub(super) focus: PaneId,
    pub(super) is_zoomed: bool,
    pub(super) chat_mode: ChatMode,
    pub(super) overlays: Vec<Opened>,
    pub(super) commit: CommitSheet,
    pub(super) keymap: Keymap,
    pub(super) theme: Theme,
    pub(super) wardrobe: Wardrobe,
    pub(super) config_file: String,
    pub(super) size: Size,
    pub(super) now: Millis,
    pub(super) phase_began: Millis,
    pub(super) said: Option<String>,
    /// A note that was sent and not answered yet.
    pub(super) sent_note: Option<String>,
    /// A note that the engine refused; it goes into the next one.
    pub(super) kept_note: Option<String>,
    pub(super) models: Arc<[(String, String)]>,
    pub(super) money: Money,
    pub(super) overhead: Overhead,
    pub(super) compact_at: u32,
    thinking: ThinkingConfig,
    pub(super) guide: Option<Guide>,
    pub(super) guide_at: usize,
    /// Whether the guidance is the newcomer's tour, whose place is remembered.
    pub(super) is_tour: bool,
    pub(super) memory: Memory,
    pub(super) prefix: Prefix,
    /// So many lines the keys for half a page go, once a number has told it.
    pub(super) lines_at_once: Option<usize>,
    pub(super) stop_was_last: bool,
    /// Whether a turn ended by itself since the last key: an Esc that comes then was meant for it.
    pub(super) has_just_ended: Option<Millis>,
    pub(super) takes_mouse: bool,
    /// Whether the last that the mouse did was to select a row; only then does another click there choose it.
    pub(super) row_was_clicked: bool,
    /// When the review scrolls on under a drag beyond its edge.
    pub(super) pull_due: Option<Millis>,
    /// What a press of the mouse asked for and its release does.
    pub(super) waits_for_release: Vec<Effect>,
    /// Whether the user looks here; known only where the terminal tells it.
    pub(super) presence: Presence,
    pub(super) connection: ConnectionReport,
    pub(super) clipboard: Clipboard,
    pub(super) walk: Walk,
    pub(super) files: PathList,
    pub(super) files_shared: usize,
    pub(super) is_stale: bool,
    /// Whether a search has more to look through.
    pub(super) searches: bool,
    pub(super) history_is_stale: bool,
    /// What may look otherwise than in the last frame.
    pub(super) damage: Damage,
    guidance: GuideMemo,
}

impl App {
    /// Returns the model at the start, before the engine or the disk has answered; the effects ask them.
    pub fn new(options: &TuiOptions, startup: Startup) -> Result<(Self, Vec<Effect>), TuiFault> {
        let keymap = Keymap::of_preset(&options.config.keys, options.keymap.as_deref())?;
        let code = options.code_theme.as_deref().map(CodeTheme::parse).transpose().map_err(|source| {
            let file = options.config.code_theme.clone();
            TuiFault::CodeTheme { file, source }
        })?;
        let (depth, is_light) = (options.environment.color_depth(), options.environment.guesses_light());
        let wardrobe = Wardrobe::new(&options.config.theme, options.themes.clone(), code, depth, is_light);
        let theme = wardrobe.theme(&options.config.theme)?;
        let mut tree = TreePane::new();
        let mut effects = tree.start();
        effects.push(Effect::AskSpent);
        let mut composer = Composer::new(&options.config);
        composer.set_kept(&options.prompt);
        composer.set_models(startup.models.iter().map(|(name, _)| name.clone()).collect());
        composer.set_accounts(startup.profiles, startup.regions);
        let mut chat = ChatPane::new(&options.config);
        chat.show_links(LinkWay::of(options.config.links, &options.environment));
        let mut diff = DiffPane::new(&options.config);
        diff.set_keys(&keymap);
        let is_tour = options.guide.is_none() && options.offers_tour && options.config.tour;
        let guide = options.guide.clone().or_else(|| is_tour.then(Guide::first_run));
        let guide_at = if is_tour { options.memory.tour } else { 0 };
        let app = Self {
            state: SessionState::default(),
            tree,
            chat,
            composer,
            diff,
            focus: PaneId::Chat,
            is_zoomed: false,
            chat_mode: ChatMode::Writing,
            overlays: Vec::new(),
            commit: CommitSheet::default(),
            keymap,
            theme,
            wardrobe,
            config_file: options.config_file.clone(),
            size: startup.size,
            now: startup.now,
            phase_began: startup.now,
            said: None,
            sent_note: None,
            kept_note: None,
            models: startup.models,
            guide,
            guide_at,
            is_tour,
            memory: options.memory.clone(),
            prefix: Prefix::default(),
            money: Money { caps: startup.caps, spent: None },
            overhead: startup.overhead,
            compact_at: startup.compact_at,
            thinking: startup.thinking,
            lines_at_once: None,
            stop_was_last: false,
            has_just_ended: None,
            takes_mouse: options.config.mouse,
            row_was_clicked: false,
            pull_due: None,
            waits_for_release: Vec::new(),
            presence: Presence::new(&options.config, &options.environment),
            connection: ConnectionReport::default(),
            clipboard: Clipboard::of(&options.environment),
            walk: Walk::NotAsked,
            files: PathList::default(),
            files_shared: 0,
            is_stale: true,
            searches: false,
            history_is_stale: true,
            damage: Damage::All,
            guidance: GuideMemo::default(),
        };
        Ok((app, effects))
    }

    /// Tells whether a turn runs, so that seconds are shown.
    pub fn is_busy(&self) -> bool {
        self.state.is_busy()
    }

    /// Returns how much the model is to think, as far as that is known here.
    pub(super) fn effort(&self) -> Option<Effort> {
        let model = &self.state.model;
        self.state.thinking.or_else(|| self.thinking.told_by(&model.name, &model.id))
    }

    /// Tells whether a report about the connection may change anything: how the conversation follows its end, or what is shown.
    pub(super) fn wants_report(&self, follow: Follow) -> bool {
        follow != self.connection.follow || self.overlays.iter().any(|overlay| matches!(overlay, Opened::Connection(_)))
    }

    /// Tells whether the loop is to come back at once, when it has taken the keys that are there.
    pub fn has_more_to_do(&self) -> bool {
        self.searches
    }

    /// Returns when something changes on the screen by time alone, besides the seconds of a turn: the list of the ways on
    /// comes, or a drag scrolls on.
    pub(super) fn changes_at(&self) -> Option<Millis> {
        // Nobody waits for the list of keys once it is shown.
        let list = self.prefix.due().filter(|due| self.now < *due);
        [list, self.pull_due].into_iter().flatten().min()
    }

    /// Returns since when the seconds in the status line count: a wait by itself, the rest with the turn.
    pub fn counted_from(&self) -> Millis {
        match self.state.phase {
            TurnPhase::Waiting => self.phase_began,
            TurnPhase::Idle
            | TurnPhase::Streaming
            | TurnPhase::Tools
            | TurnPhase::Compacting
            | TurnPhase::Retrying { .. } => self.state.turn_began,
        }
    }

    /// Returns the numbers of the links that were drawn, for who writes them to the terminal.
    pub fn links(&self) -> Arc<LinkTable> {
        self.chat.links()
    }

    /// Returns what may look otherwise than in the last frame, which is drawn now.
    pub fn take_damage(&mut self) -> Damage {
        std::mem::take(&mut self.damage)
    }

    /// Notes that anything may look otherwise.
    pub fn redraw(&mut self) {
        self.damage = Damage::All;
    }

    /// Returns the theme as it is shown.
    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// Returns what the screen wants to remember.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Opens an overlay, as a pane's effect would; returns what it asks for.
    pub fn open_overlay(&mut self, overlay: Overlay) -> Vec<Effect> {
        open(self, overlay)
    }

    /// Returns where the keys go, overlays aside.
    pub(super) fn context(&self) -> Context {
        match (self.focus, self.chat_mode) {
            (PaneId::Tree, _) => Context::Tree,
            (PaneId::Chat, ChatMode::Writing) => Context::Writing,
            (PaneId::Chat, ChatMode::Reading) => Context::Reading,
            (PaneId::Diff, _) => Context::Diff,
        }
    }

    /// Returns the whole screen.
    pub(super) fn screen(&self) -> Rect {
        Rect { x: 0, y: 0, width: self.size.width, height: self.size.height }
    }

    /// Returns where everything stands.
    pub(super) fn layout(&self) -> Layout {
        let lines = u16::try_from(self.guidance().len()).unwrap_or(3);
        arrange(self.screen(), self.focus, self.is_zoomed, lines)
    }

    /// Returns the guidance in the lines that it takes.
    pub(super) fn guidance(&self) -> Arc<[String]> {
        let Some(guide) = &self.guide else { return Arc::default() };
        self.guidance.lines(guide, self.guide_at, self.size.width, &self.keymap)
    }

    /// Tells whether guidance is on the screen.
    pub(super) fn guidance_is_shown(&self) -> bool {
        self.layout().guide.is_some()
    }

    /// Goes on in the guidance, and remembers how far the tour is.
    pub(super) fn go_on_in_guide(&mut self, at: usize) {
        self.guide_at = at;
        if self.is_tour {
            self.memory.tour = self.memory.tour.max(at);
        }
    }

    /// Returns the conversation's and the composer's part of the chat pane.
    pub(super) fn chat_areas(&self, pane: Rect) -> (Rect, Rect) {
        let inner = inside(pane);
        split_chat(inner, self.composer.height(inner.width))
    }

    /// Returns how many rows of the tree are seen.
    pub(super) fn tree_height(&self) -> usize {
        let area = self.layout().tree.map(inside).unwrap_or_default();
        self.tree.list_area(area).height.into()
    }

    /// Returns what overlays see of the rest.
    pub(super) fn surroundings(&self) -> Surroundings<'_> {
        let (screen, now) = (self.screen(), self.now);
        Surroundings {
            state: &self.state,
            keymap: &self.keymap,
            models: &self.models,
            recent: &self.memory.recent,
            theme: &self.theme,
            wardrobe: &self.wardrobe,
            connection: &self.connection,
            links: self.chat.link_table(),
            money: &self.money,
            overhead: self.overhead,
            compact_at: self.compact_at,
            screen,
            now,
        }
    }
}
