//! The connection to the terminal: what it is felt by, what follows from it, what is recorded.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use adit::session::EventKind;
use adit::tui::{Cause, Connection, ConnectionReport, Follow, Msg, Recording};
use ratatui::layout::Size;

use super::stage::Stage;

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}

#[test]
fn a_quick_connection_is_asked_rarely_and_holds_nothing_back() {
    let start = Instant::now();
    let mut connection = Connection::default();
    assert!(!connection.wants_to_ask(start), "nothing is asked before the first question was");
    connection.asks(start);
    assert!(connection.is_waiting() && !connection.wants_to_ask(start + milliseconds(5)));
    connection.answered(start + milliseconds(2));
    assert!(!connection.is_waiting() && !connection.is_slow());
    assert_eq!(connection.held_until(Cause::Stream, start), None);
    assert!(!connection.wants_to_ask(start + milliseconds(1000)));
    assert!(connection.wants_to_ask(start + milliseconds(2100)));
    assert_eq!(connection.report().follow, Follow::Line);
}

#[test]
fn an_escape_waits_only_while_it_may_begin_an_answer() {
    let start = Instant::now();
    let at = |count| start + milliseconds(count);
    let mut connection = Connection::default();
    assert_eq!(connection.answer_is_due(start), None, "nothing was asked");
    connection.asks(start);
    assert_eq!(connection.answer_is_due(at(1)), Some(milliseconds(400)));
    assert_eq!(connection.answer_is_due(at(1000)), None, "it does not answer");
    connection.answered(at(200));
    assert_eq!(connection.answer_is_due(at(201)), None);
    connection.asks(at(1000));
    assert_eq!(connection.answer_is_due(at(1099)), None, "no answer is that quick: it is the key");
    assert_eq!(connection.answer_is_due(at(1100)), Some(milliseconds(600)));
    assert_eq!(connection.answer_is_due(at(3900)), Some(milliseconds(100)));
    assert_eq!(connection.answer_is_due(at(4000)), None, "the answer is lost");
}

#[test]
fn a_slow_connection_gets_its_next_frame_when_it_has_the_one_before() {
    let start = Instant::now();
    let mut connection = Connection::default();
    connection.asks(start);
    connection.answered(start + milliseconds(300));
    assert!(connection.is_slow());
    assert_eq!(connection.report().follow, Follow::Page);
    assert!(connection.wants_to_ask(start + milliseconds(301)));
    connection.asks(start + milliseconds(301));
    connection.wrote(400, Duration::ZERO);
    assert!(connection.held_until(Cause::Stream, start).is_some());
    assert_eq!(connection.held_until(Cause::Key, start), None, "a key is shown at once");
    connection.wrote(4000, Duration::ZERO);
    assert!(connection.held_until(Cause::Key, start).is_some(), "but not behind kilobytes");
    connection.answered(start + milliseconds(900));
    assert_eq!(connection.held_until(Cause::Stream, start), None);
    // It becomes quick again as soon as the terminal answers quickly.
    connection.asks(start + milliseconds(1000));
    connection.answered(start + milliseconds(1003));
    assert!(!connection.is_slow());
}

/// Sends so many bytes with a question over a line of this rate, with 300 ms there and back; returns when it is answered.
fn pass(connection: &mut Connection, bytes: usize, rate: u64, now: Instant) -> Instant {
    connection.drew(bytes, now);
    connection.asks(now);
    connection.wrote(bytes, Duration::ZERO);
    let answered = now + milliseconds(300 + bytes as u64 * 1000 / rate);
    connection.answered(answered);
    answered
}

#[test]
fn a_narrow_connection_gets_pieces_as_fast_as_they_pass() {
    let start = Instant::now();
    let mut connection = Connection::default();
    let now = pass(&mut connection, 0, 5000, start);
    assert_eq!(connection.piece(), None, "nothing is known of the rate yet");
    let now = pass(&mut connection, 5000, 5000, now);
    assert_eq!(connection.report().narrow, Some(5000));
    assert_eq!(connection.report().follow, Follow::MostOfPage);
    let piece = connection.piece().unwrap();
    assert_eq!(piece, 1000, "a fifth of a second");
    // What is little and passes quickly tells nothing of the rate.
    let now = pass(&mut connection, 90, 5000, now);
    assert_eq!(connection.piece(), Some(1000));
    // The next piece goes out when this one has passed, though its answer takes longer; a key's goes before.
    connection.drew(piece, now);
    connection.asks(now);
    let held = |connection: &Connection, cause, now| connection.held_until(cause, now).filter(|until| *until > now);
    assert_eq!(held(&connection, Cause::Stream, now), Some(now + milliseconds(250)));
    assert_eq!(held(&connection, Cause::Key, now), None);
    assert_eq!(held(&connection, Cause::Stream, now + milliseconds(251)), None);
    connection.drew(piece, now);
    assert_eq!(held(&connection, Cause::Key, now), Some(now + milliseconds(150)), "but not behind another piece");
    // An answer that is later than it can be holds back what streams until it comes.
    assert!(held(&connection, Cause::Stream, now + milliseconds(1200)).is_some());
    connection.answered(now + milliseconds(1300));
    assert_eq!(held(&connection, Cause::Stream, now + milliseconds(1300)), None);
}

#[test]
fn a_connection_that_only_is_far_is_not_narrow_and_one_that_widens_is_not_for_long() {
    let start = Instant::now();
    let mut far = Connection::default();
    let now = pass(&mut far, 0, 2_000_000, start);
    let now = pass(&mut far, 9000, 2_000_000, now);
    assert_eq!((far.piece(), far.report().follow), (None, Follow::Page));
    // A terminal that was busy once makes it no narrower.
    let now = pass(&mut far, 600, 2000, now);
    assert_eq!(far.piece(), None);
    let mut widens = Connection::default();
    let mut at = pass(&mut widens, 0, 5000, now);
    for _ in 0..10 {
        at = pass(&mut widens, 1000, 5000, at);
    }
    assert_eq!(widens.piece(), Some(1000));
    let mut pieces = 0;
    while let Some(piece) = widens.piece() {
        at = pass(&mut widens, piece, 2_000_000, at);
        pieces += 1;
        assert!(pieces < 5);
    }
    // A way that has become longer is learnt from what is next to nothing.
    let mut longer = Connection::default();
    at = pass(&mut longer, 0, 2_000_000, at);
    for _ in 0..20 {
        longer.drew(50, at);
        longer.asks(at);
        at += milliseconds(700);
        longer.answered(at);
    }
    longer.drew(1000, at);
    longer.asks(at);
    longer.answered(at + milliseconds(702));
    assert_eq!(longer.piece(), None);
}

#[test]
fn a_terminal_that_never_answers_is_known_by_what_the_connection_takes_and_left_alone() {
    let start = Instant::now();
    let mut connection = Connection::default();
    connection.asks(start);
    assert!(!connection.wants_to_ask(start + milliseconds(100)));
    assert!(connection.wants_to_ask(start + milliseconds(3100)), "one more try");
    connection.asks(start + milliseconds(3100));
    assert!(!connection.wants_to_ask(start + milliseconds(9000)), "and no third");
    for _ in 0..8 {
        connection.wrote(1000, milliseconds(200));
    }
    assert!(connection.is_slow());
    assert_eq!(connection.held_until(Cause::Stream, start), None, "nobody answers, so nothing is waited for");
    connection.wrote(1000, milliseconds(1));
    assert!(!connection.is_slow());
}

#[test]
fn the_end_waits_for_an_answer_that_is_on_its_way_but_not_for_long() {
    let start = Instant::now();
    let mut connection = Connection::default();
    assert_eq!(connection.farewell(start), Duration::ZERO);
    connection.asks(start);
    assert_eq!(connection.farewell(start), milliseconds(1000));
    // Writes that were taken at once do not make the way look shorter.
    connection.wrote(500, Duration::ZERO);
    connection.answered(start + milliseconds(160));
    assert_eq!(connection.farewell(start + milliseconds(160)), Duration::ZERO);
    assert_eq!(connection.report().trip, Some(milliseconds(160)));
    connection.asks(start + milliseconds(200));
    assert_eq!(connection.farewell(start + milliseconds(200)), milliseconds(370));
    assert_eq!(connection.farewell(start + milliseconds(900)), Duration::ZERO);
    // One quick answer does not make the next one quick.
    connection.answered(start + milliseconds(201));
    connection.asks(start + milliseconds(300));
    assert!(connection.farewell(start + milliseconds(300)) > milliseconds(300));
    // Nobody waits for ever.
    connection.answered(start + milliseconds(3200));
    connection.asks(start + milliseconds(4000));
    assert_eq!(connection.farewell(start + milliseconds(4000)), milliseconds(3000));
}

#[test]
fn over_a_slow_connection_the_conversation_follows_its_end_by_part_of_a_page() {
    let mut stage = Stage::open(80, 24);
    stage.ask("Count.");
    let moves = |stage: &mut Stage, follow: Follow| {
        stage.send(Msg::Connection(Box::new(ConnectionReport { follow, ..ConnectionReport::default() })));
        let mut moves = 0;
        let mut last = String::new();
        for line in 0..60 {
            stage.event(EventKind::TextDelta { text: format!("line {line}\n\n") });
            let text = stage.text();
            assert!(
                text.contains(&format!("line {line}\n")) || text.contains(&format!("line {line} ")),
                "{line} is not seen:\n{text}"
            );
            let top = text.lines().skip(1).take(6).collect::<String>();
            moves += usize::from(top != last);
            last = top;
        }
        moves
    };
    let by_line = moves(&mut stage, Follow::Line);
    let by_page = moves(&mut stage, Follow::Page);
    assert!(by_page * 2 < by_line, "{by_page} moves against {by_line}");
}

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>, Arc<Mutex<Vec<bool>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        self.1.lock().unwrap().push(bytes.ends_with(b"\n"));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_recording_is_asciicast_with_whole_characters() {
    let sink = Sink::default();
    let recording = Recording::new(sink.clone());
    recording.head(Size { width: 80, height: 24 }, 1_800_000_000, "xterm");
    let bytes = "a\x1b[1mé漢".as_bytes();
    recording.output(&bytes[..7]);
    recording.output(&bytes[7..]);
    recording.resized(Size { width: 100, height: 30 });
    assert_eq!(recording.fault(), None);
    let text = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["version"], &lines[0]["width"], &lines[0]["height"]), (&2.into(), &80.into(), &24.into()));
    let events: Vec<(&str, &str)> =
        lines[1..].iter().map(|event| (event[1].as_str().unwrap(), event[2].as_str().unwrap())).collect();
    assert_eq!(events, [("o", "a\x1b[1mé"), ("o", "漢"), ("r", "100x30")]);
    let ends = sink.1.lock().unwrap().clone();
    assert_eq!(ends, [true; 4], "each write is a whole line, so that one who is killed leaves no half of one");
    assert!(lines[1..].iter().all(|event| event[0].as_f64().unwrap() >= 0.0));
}

#[test]
fn the_overlay_about_the_connection_shows_its_figures() {
    let mut stage = Stage::open(80, 24);
    let report = ConnectionReport {
        trip: Some(milliseconds(312)),
        follow: Follow::Page,
        is_slow: true,
        narrow: Some(5120),
        bytes: 12_345,
        frames: 67,
        largest: 4321,
        last_write: milliseconds(2),
        echo: Some([milliseconds(1), milliseconds(3), milliseconds(9)]),
    };
    stage.keys("'/connection enter");
    stage.send(Msg::Connection(Box::new(report)));
    insta::assert_snapshot!(stage.text());
    stage.keys("esc");
    assert!(!stage.text().contains("12345"));
}
