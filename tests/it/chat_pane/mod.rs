//! The conversation: events in, actions and screens out.

mod long;
mod moving;
mod properties;
mod reading;
mod screens;
mod search;

use std::sync::Arc;

use adit::config::ScreenConfig;
use adit::session::{
    Event, EventKind, Message, Millis, Role, Seq, SessionState, StepId, ToolCall, ToolCallId, ToolOutput,
};
use adit::session::{StopReason, TurnId, TurnOutcome, Usage};
use adit::tui::chat::{ChatCache, ChatPane};
use adit::tui::highlight::Highlighter;
use adit::tui::{Action, Effect, Look, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// A pane with the session that it shows.
struct Stage {
    state: SessionState,
    pane: ChatPane,
    cache: ChatCache,
    area: Rect,
}

impl Stage {
    fn new(width: u16, height: u16) -> Self {
        Self {
            state: SessionState::default(),
            pane: ChatPane::new(&ScreenConfig::default()),
            cache: ChatCache::new(Arc::new(Highlighter::inline())),
            area: Rect::new(0, 0, width, height),
        }
    }

    fn feed(&mut self, kinds: impl IntoIterator<Item = EventKind>) {
        for kind in kinds {
            let seq = Seq(self.state.seq.0 + 1);
            self.state.apply(&Event { seq, at: Millis(seq.0 * 1000), kind });
        }
        self.pane.sync(&self.state);
    }

    fn act(&mut self, actions: &[Action]) -> Vec<Effect> {
        actions.iter().flat_map(|action| self.pane.act(*action, &self.state)).collect()
    }

    fn draw_with(&self, cache: &mut ChatCache) -> Buffer {
        let mut buffer = Buffer::empty(self.area);
        let theme = Theme::plain();
        let look = Look { state: &self.state, theme: &theme, is_focused: true, now: Millis(self.state.seq.0 * 1000) };
        self.pane.view(self.area, &mut buffer, look, cache);
        buffer
    }

    /// Draws twice with the warm cache and once with a cold one: all must be the same.
    fn draw(&mut self) -> String {
        let mut cache = std::mem::replace(&mut self.cache, ChatCache::new(Arc::new(Highlighter::inline())));
        let warm = self.draw_with(&mut cache);
        let again = self.draw_with(&mut cache);
        let mut cold = ChatCache::new(Arc::new(Highlighter::inline()));
        assert_eq!(warm, again, "drawing twice");
        assert_eq!(warm, self.draw_with(&mut cold), "cold and warm");
        self.cache = cache;
        text(&warm)
    }
}

fn text(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in buffer.area.top()..buffer.area.bottom() {
        let mut skip = 0;
        let mut line = String::new();
        for x in buffer.area.left()..buffer.area.right() {
            let symbol = buffer[(x, y)].symbol();
            if skip == 0 {
                line.push_str(symbol);
                skip = adit::tui::markdown::cells(symbol).max(1);
            }
            skip -= 1;
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn started(turn: u32, prompt: &str) -> Vec<EventKind> {
    let message = Message::new(Role::User, Vec::new());
    vec![
        EventKind::TurnStarted { turn: TurnId(turn), prompt: prompt.to_owned(), message },
        EventKind::StepStarted { step: StepId(1) },
    ]
}

fn said(text: &str) -> EventKind {
    EventKind::TextDelta { text: text.to_owned() }
}

fn thought(text: &str) -> EventKind {
    EventKind::ReasoningDelta { text: text.to_owned() }
}

fn call(id: &str, name: &str, input: serde_json::Value, output: Option<(&str, bool)>) -> Vec<EventKind> {
    let id = ToolCallId(id.to_owned());
    let mut events = vec![
        EventKind::ToolCallStarted { id: id.clone(), name: name.to_owned() },
        EventKind::ToolInputDelta { id: id.clone(), json: input.to_string() },
        EventKind::ToolCalled { call: ToolCall { id: id.clone(), name: name.to_owned(), input } },
    ];
    if let Some((text, is_error)) = output {
        events.push(EventKind::ToolFinished { id, output: ToolOutput { text: text.to_owned(), is_error }.into() });
    }
    events
}

fn ended(turn: u32, outcome: TurnOutcome) -> Vec<EventKind> {
    let usage = Usage { input: 12_345, output: 678, cache_read: 1000, cache_write: 0, cache_write_hour: 0 };
    vec![
        EventKind::StepEnded {
            message: None,
            stop: StopReason::EndTurn,
            usage,
            cost_micros: Some(47_205),
            timings: None,
        },
        EventKind::TurnEnded { turn: TurnId(turn), outcome },
    ]
}

/// A whole turn: reasoning, text, tools, a closing text.
fn whole_turn(stage: &mut Stage, turn: u32) {
    stage.feed(started(turn, "Make the parser faster, please."));
    stage.feed([thought("The parser copies.\nIt need not."), said("I look at **the parser** first.")]);
    stage.feed(call(
        "t1",
        "read_file",
        serde_json::json!({"path": "src/parser.rs", "offset": 1, "limit": 80}),
        Some(("1 fn parse() {}\n2 // end", false)),
    ));
    stage.feed(call(
        "t2",
        "search",
        serde_json::json!({"pattern": "clone\\(", "path": "src"}),
        Some(("src/parser.rs:4: a.clone()\n12 matches", false)),
    ));
    stage.feed(call("t3", "edit_file", serde_json::json!({"path": "src/parser.rs", "edits": [{"old_text": "a", "new_text": "b"}, {"old_text": "c", "new_text": "d"}]}), Some(("no match for edits[1].old_text", true))));
    stage.feed([said(
        "Done:\n\n- borrowed instead of cloned\n- see `parse`\n\n```rust\nfn parse(text: &str) {}\n```\nRun the tests.",
    )]);
    stage.feed(ended(turn, TurnOutcome::Done));
}
