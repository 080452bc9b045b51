//! What the parts of a frame cost, against the size of what they show: the cost of a frame must follow what is seen.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, dead_code, reason = "the stage is shared with the tests")]

#[path = "../tests/it/screen/stage.rs"]
mod stage;

use adit::config::ScreenConfig;
use adit::session::{
    Event, EventKind, Message, Millis, Role, Seq, SessionState, StepId, StopReason, TurnId, TurnOutcome, Usage,
};
use adit::tui::chat::{ChatCache, ChatPane};
use adit::tui::highlight::Highlighter;
use adit::tui::{Look, Painter, Theme};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use stage::Stage;

const SIZE: Size = Size { width: 200, height: 50 };

/// A conversation of so many turns.
fn transcript(turns: usize) -> Stage {
    let mut stage = Stage::open(SIZE.width, SIZE.height);
    for turn in 0..turns {
        stage.ask(&format!("Prompt {turn}."));
        let text = format!(
            "Answer {turn} with **some** words about `part_{turn}`.\n\n```rust\nfn part() {{}}\n```\n\n- one\n- two\n"
        );
        stage.event(EventKind::TextDelta { text });
        stage.end_step(StopReason::EndTurn, Usage::default(), None);
        stage.event(EventKind::TurnEnded { turn: TurnId(1), outcome: TurnOutcome::Done });
    }
    stage
}

fn long_transcript(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("frame of a transcript, by turns");
    for turns in [10, 100, 1000] {
        let mut stage = transcript(turns);
        stage.frame();
        group.bench_function(BenchmarkId::from_parameter(turns), |bench| bench.iter(|| stage.frame().area));
    }
}

fn streaming_tail(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("one more word of an answer, by paragraphs before it");
    for paragraphs in [10, 100, 1000] {
        let mut stage = Stage::open(SIZE.width, SIZE.height);
        stage.ask("Go on.");
        stage.event(EventKind::StepStarted { step: StepId(1) });
        for number in 0..paragraphs {
            stage.event(EventKind::TextDelta { text: format!("Paragraph {number} has *some* words in it.\n\n") });
        }
        stage.frame();
        group.bench_function(BenchmarkId::from_parameter(paragraphs), |bench| {
            bench.iter(|| {
                stage.event(EventKind::TextDelta { text: "word ".to_owned() });
                stage.frame();
            });
        });
    }
}

/// One answer of so many bytes that goes on, as the pane of the conversation shows it.
struct Answer {
    state: SessionState,
    pane: ChatPane,
    cache: ChatCache,
}

impl Answer {
    fn of(bytes: usize) -> Self {
        let pane = ChatPane::new(&ScreenConfig::default());
        let cache = ChatCache::new(std::sync::Arc::new(Highlighter::inline()));
        let mut answer = Self { state: SessionState::default(), pane, cache };
        let message = Message::new(Role::User, Vec::new());
        answer.feed(EventKind::TurnStarted { turn: TurnId(1), prompt: "Go on.".to_owned(), message });
        answer.feed(EventKind::StepStarted { step: StepId(1) });
        let paragraph =
            "A paragraph of *some* words with `code` in it, as long as most of them are.\n\n- one\n- two\n\n";
        answer.feed(EventKind::TextDelta { text: paragraph.repeat(bytes / paragraph.len()) });
        answer
    }

    fn feed(&mut self, kind: EventKind) {
        let seq = Seq(self.state.seq.0 + 1);
        self.state.apply(&Event { seq, at: Millis(seq.0), kind });
        self.pane.sync(&self.state);
    }

    fn frame(&mut self, width: u16) {
        let area = Rect::new(0, 0, width, SIZE.height);
        let theme = Theme::plain();
        let look = Look { state: &self.state, theme: &theme, is_focused: true, now: Millis(0) };
        self.pane.view(area, &mut Buffer::empty(area), look, &mut self.cache);
    }

    fn look_for(&mut self, query: &str) {
        self.pane.begin_search();
        for character in query.chars() {
            self.pane.search_key(KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE), &self.state);
        }
    }
}

const ANSWERS: [usize; 3] = [10_000, 1_000_000, 10_000_000];

fn another_width(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("one answer in another width, by its bytes");
    for bytes in ANSWERS {
        let mut answer = Answer::of(bytes);
        let mut widths = [120, 80].into_iter().cycle();
        group.bench_function(BenchmarkId::from_parameter(bytes), |bench| {
            bench.iter(|| answer.frame(widths.next().unwrap()));
        });
    }
}

fn first_slice_of_a_search(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("the first slice of a search, by the answer's bytes");
    for bytes in ANSWERS {
        let mut answer = Answer::of(bytes);
        group.bench_function(BenchmarkId::from_parameter(bytes), |bench| {
            bench.iter(|| {
                answer.look_for("paragraph");
                answer.pane.advance_search(&answer.state, 1 << 20)
            });
        });
    }
}

fn searched_while_it_grows(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("one more word while a search is open, by the answer's bytes");
    for bytes in ANSWERS {
        let mut answer = Answer::of(bytes);
        answer.look_for("nothing like it");
        while answer.pane.advance_search(&answer.state, 1 << 20) {}
        group.bench_function(BenchmarkId::from_parameter(bytes), |bench| {
            bench.iter(|| {
                answer.feed(EventKind::TextDelta { text: "word ".to_owned() });
                while answer.pane.advance_search(&answer.state, 1 << 20) {}
            });
        });
    }
}

fn rows_of_a_review(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("one line down in a review, by hunks");
    for hunks in [10_usize, 1000, 20_000] {
        let mut stage = Stage::open(SIZE.width, SIZE.height);
        let lines = |word: &str| {
            let line = |number: usize| {
                if number.is_multiple_of(4) { format!("{word} {number}\n") } else { format!("line {number}\n") }
            };
            (0..hunks * 4).map(line).collect::<String>()
        };
        stage.propose("src/long.txt", Some(&lines("line")), Some(&lines("LINE")));
        stage.keys("alt-3");
        stage.frame();
        group.bench_function(BenchmarkId::from_parameter(hunks), |bench| {
            bench.iter(|| {
                stage.keys("j");
                stage.frame();
            });
        });
    }
}

/// What becomes of a frame on its way to the terminal: nothing, a letter, a page that scrolls, everything.
fn bytes_of_a_frame(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cells to bytes");
    let mut stage = transcript(100);
    let bottom = stage.frame().clone();
    stage.keys("esc k k k");
    let above = stage.frame().clone();
    let blank = Buffer::empty(bottom.area);
    let mut letter = bottom.clone();
    letter[(60, 46)].set_symbol("Q");
    for (name, before, after) in [
        ("nothing", &bottom, &bottom),
        ("a letter", &bottom, &letter),
        ("scrolled", &bottom, &above),
        ("all", &blank, &bottom),
    ] {
        group.bench_function(name, |bench| {
            let mut painter = Painter::new(SIZE);
            let mut turn = false;
            bench.iter(|| {
                turn = !turn;
                let wanted = if turn { before } else { after };
                painter.paint(wanted, &[wanted.area], None);
                painter.take()
            });
        });
    }
}

criterion_group!(
    benches,
    long_transcript,
    streaming_tail,
    another_width,
    first_slice_of_a_search,
    searched_while_it_grows,
    rows_of_a_review,
    bytes_of_a_frame
);
criterion_main!(benches);
