//! The ledger on disk: sums by span, caps kept by several at once, crashes, versions.

use std::path::Path;
use std::sync::{Arc, Barrier, Mutex};

use adit::adapters::ledger::{Key, Line, SqliteLedger};
use adit::engine::{Bill, Ledger as _, Reserved};
use adit::session::{CallKind, Caps, Millis, Reservations, Span, Spent, StepId, TurnId, Usage, dollars};
use jiff::tz::TimeZone;

const HOUR: u64 = 60 * 60 * 1000;
/// 2026-11-30, 23:00 UTC.
const LATE: u64 = 1_796_079_600_000;

fn ledger(folder: &Path) -> SqliteLedger {
    SqliteLedger::in_zone(&folder.join("state/ledger.sqlite"), TimeZone::UTC)
}

fn bill(at: u64, project: &str, session: &str, cost_micros: Option<u64>) -> Bill {
    Bill {
        at: Millis(at),
        project: project.to_owned(),
        session: session.to_owned(),
        turn: TurnId(1),
        step: StepId(2),
        kind: CallKind::Turn,
        model: "us.anthropic.claude-sonnet-5".to_owned(),
        region: Some("us-east-1".to_owned()),
        usage: Usage { input: 10, output: 20, cache_read: 30, cache_write: 40, cache_write_hour: 5 },
        is_estimate: false,
        cost_micros,
        price_since: Some("2026-06-30".to_owned()),
    }
}

#[test]
fn what_was_spent_is_summed_by_session_day_month_and_project() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path());
    assert_eq!(ledger.spent("s1", "/a", Millis(LATE)).unwrap(), Spent::default());
    for (at, project, session, cost) in [
        (LATE, "/a", "s1", Some(1)),
        (LATE - 24 * HOUR, "/a", "s1", Some(10)),
        (LATE, "/b", "s2", Some(100)),
        (LATE + 2 * HOUR, "/a", "s1", Some(1_000)),
        (LATE, "/a", "s1", None),
    ] {
        ledger.add(&bill(at, project, session, cost)).unwrap();
    }
    let spent = ledger.spent("s1", "/a", Millis(LATE)).unwrap();
    assert_eq!(spent, Spent { session: 1_011, day: 101, month: 111, project: 1_011, unpriced: 1, ..Spent::default() });
    let tomorrow = ledger.spent("s2", "/b", Millis(LATE + 2 * HOUR)).unwrap();
    assert_eq!(tomorrow, Spent { session: 100, day: 1_000, month: 1_000, project: 100, ..Spent::default() });
}

#[test]
fn days_are_the_user_s_own() {
    let folder = tempfile::tempdir().unwrap();
    let zone = TimeZone::fixed(jiff::tz::Offset::from_hours(2).unwrap());
    let ledger = SqliteLedger::in_zone(&folder.path().join("ledger.sqlite"), zone);
    assert_eq!(ledger.day(Millis(LATE)), "2026-12-01");
    ledger.add(&bill(LATE, "/a", "s", Some(7))).unwrap();
    let keys: Vec<String> = ledger.lines(Key::Day, None).unwrap().into_iter().map(|line| line.key).collect();
    assert_eq!(keys, ["2026-12-01"]);
}

#[test]
fn a_call_that_would_pass_a_cap_is_not_entered() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path());
    ledger.add(&bill(LATE, "/a", "s1", Some(60))).unwrap();
    let caps = |session, day, month| Caps { session, day, month };
    let rows = [
        (caps(None, None, None), 0, None),
        (caps(Some(100), None, None), 0, None),
        (caps(Some(99), None, None), 0, Some((Span::Session, 60))),
        (caps(Some(100), None, None), 61, Some((Span::Session, 61))),
        (caps(None, Some(99), Some(99)), 0, Some((Span::Day, 60))),
        (caps(None, None, Some(50)), 0, Some((Span::Month, 60))),
    ];
    for (caps, known, over) in rows {
        let reserved = ledger.reserve(&bill(LATE, "/a", "s1", Some(40)), &caps, known).unwrap();
        match (reserved, over) {
            (Reserved::Entered(entry), None) => ledger.settle(entry, None).unwrap(),
            (Reserved::Over(passed), Some((span, spent))) => {
                assert_eq!((passed.span, passed.spent, passed.next), (span, spent, 40), "{caps:?}");
            }
            (reserved, _) => panic!("{caps:?}: {reserved:?}"),
        }
        assert_eq!(ledger.spent("s1", "/a", Millis(LATE)).unwrap().session, 60, "{caps:?}");
    }
}

fn reserve(ledger: &SqliteLedger, bill: &Bill) -> adit::engine::EntryId {
    match ledger.reserve(bill, &Caps::default(), 0).unwrap() {
        Reserved::Entered(entry) => entry,
        Reserved::Over(passed) => panic!("nothing caps it: {passed:?}"),
    }
}

#[test]
fn a_running_call_is_reserved_and_counts_for_caps_but_not_as_spent() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path());
    ledger.add(&bill(LATE, "/a", "s1", Some(5))).unwrap();
    let entry = reserve(&ledger, &bill(LATE, "/a", "s1", Some(40)));
    let reserved = Reservations { session: 40, day: 40, month: 40, project: 40 };
    let before = Spent { session: 5, day: 5, month: 5, project: 5, unpriced: 0, reserved };
    assert_eq!(ledger.spent("s1", "/a", Millis(LATE)).unwrap(), before);
    let elsewhere = ledger.spent("s2", "/b", Millis(LATE)).unwrap();
    assert_eq!((elsewhere.session, elsewhere.reserved.session, elsewhere.reserved.project), (0, 0, 0));
    assert_eq!((elsewhere.day, elsewhere.reserved.day), (5, 40));
    let line = ledger.lines(Key::Project, None).unwrap().remove(0);
    assert_eq!((line.calls, line.cost_micros, line.estimated, line.reserved_micros), (1, 5, 0, 40));
    assert_eq!(line.usage.input, 10, "its tokens are not told as used");

    let caps = Caps { day: Some(100), ..Caps::default() };
    let Reserved::Over(passed) = ledger.reserve(&bill(LATE, "/b", "s2", Some(56)), &caps, 0).unwrap() else {
        panic!("5 and 40 and 56 are more than 100")
    };
    assert_eq!((passed.spent, passed.reserved, passed.next), (5, 40, 56));
    let words = "the day's cap of $0.0001 would be passed: $0.0000 is spent, $0.0000 is reserved by calls that run, \
                 and this call may cost $0.0000";
    assert_eq!(passed.to_string(), words);

    ledger.settle(entry, Some(&bill(LATE, "/a", "s1", Some(7)))).unwrap();
    let after = Spent { session: 12, day: 12, month: 12, project: 12, ..Spent::default() };
    assert_eq!(ledger.spent("s1", "/a", Millis(LATE)).unwrap(), after);
}

#[test]
fn what_a_dead_session_left_open_is_settled_as_a_guess_and_a_living_one_s_stays_open() {
    let folder = tempfile::tempdir().unwrap();
    let dying = ledger(folder.path());
    reserve(&dying, &bill(LATE, "/a", "dead", Some(40)));
    reserve(&dying, &bill(LATE, "/a", "dead", None));
    let entry = reserve(&dying, &bill(LATE, "/a", "lives", Some(3)));
    let told = |ledger: &SqliteLedger| {
        let line = ledger.lines(Key::Project, None).unwrap().remove(0);
        (line.calls, line.cost_micros, line.estimated, line.unpriced, line.reserved_micros)
    };
    assert_eq!(told(&ledger(folder.path())), (0, 0, 0, 0, 43), "nobody was asked who lives");
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let next = ledger(folder.path()).settling(move |session| {
        seen.lock().unwrap().push(session.to_owned());
        session == "lives"
    });
    assert_eq!(told(&next), (2, 40, 2, 1, 3));
    assert_eq!(*asked.lock().unwrap(), ["dead", "lives"], "each is asked for once, when the file is opened");
    assert_eq!(next.spent("dead", "/a", Millis(LATE)).unwrap().session, 40);
    dying.settle(entry, Some(&bill(LATE, "/a", "lives", Some(2)))).unwrap();
    assert_eq!(told(&next), (3, 42, 2, 1, 0));
    assert_eq!(told(&ledger(folder.path()).settling(|_| panic!("no row is open"))), (3, 42, 2, 1, 0));
}

#[test]
fn many_at_once_never_pass_a_cap_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = Arc::new(folder.path().to_path_buf());
    let caps = Caps { day: Some(100), ..Caps::default() };
    // They begin the file at the same moment, too.
    let together = Arc::new(Barrier::new(8));
    let threads: Vec<_> = (0..8)
        .map(|number| {
            let (path, together) = (Arc::clone(&path), Arc::clone(&together));
            // Each with a connection of its own, as processes have.
            std::thread::spawn(move || {
                together.wait();
                let ledger = ledger(&path);
                let session = format!("s{number}");
                let enter = || ledger.reserve(&bill(LATE, "/a", &session, Some(10)), &caps, 0).unwrap();
                (0..5).filter(|_| matches!(enter(), Reserved::Entered(_))).count()
            })
        })
        .collect();
    let entered: usize = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    assert_eq!(entered, 10, "ten calls of 10 fit into 100");
    assert_eq!(ledger(folder.path()).spent("s0", "/a", Millis(LATE)).unwrap().reserved.day, 100);
}

#[test]
fn lines_sum_by_each_key_and_from_a_day_on() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path());
    ledger.add(&bill(LATE, "/a", "s1", Some(3))).unwrap();
    ledger.add(&Bill { is_estimate: true, ..bill(LATE, "/b", "s2", None) }).unwrap();
    ledger.add(&Bill { model: "other".to_owned(), ..bill(LATE + 2 * HOUR, "/a", "s1", Some(4)) }).unwrap();
    let told = |by, since| -> Vec<(String, u64, u64, u64, u64)> {
        let lines: Vec<Line> = ledger.lines(by, since).unwrap();
        lines.into_iter().map(|line| (line.key, line.calls, line.cost_micros, line.unpriced, line.estimated)).collect()
    };
    let sonnet = "us.anthropic.claude-sonnet-5".to_owned();
    assert_eq!(told(Key::Day, None), [("2026-11-30".to_owned(), 2, 3, 1, 1), ("2026-12-01".to_owned(), 1, 4, 0, 0)]);
    assert_eq!(told(Key::Model, None), [("other".to_owned(), 1, 4, 0, 0), (sonnet, 2, 3, 1, 1)]);
    assert_eq!(told(Key::Project, None), [("/a".to_owned(), 2, 7, 0, 0), ("/b".to_owned(), 1, 0, 1, 1)]);
    assert_eq!(told(Key::Project, Some("2026-12-01")), [("/a".to_owned(), 1, 4, 0, 0)]);
    let usage = ledger.lines(Key::Day, None).unwrap()[0].usage;
    assert_eq!(usage, Usage { input: 20, output: 40, cache_read: 60, cache_write: 80, cache_write_hour: 10 });
}

#[test]
fn the_file_is_the_user_s_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    ledger(folder.path()).add(&bill(LATE, "/a", "s1", Some(3))).unwrap();
    let mode = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("state"), mode("state/ledger.sqlite")), (0o700, 0o600));
}

#[test]
fn what_cannot_be_used_is_told_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    std::fs::write(&path, "this is no database, but a text that is long enough to be looked at as one").unwrap();
    let damaged = SqliteLedger::in_zone(&path, TimeZone::UTC);
    let fault = damaged.spent("s", "/a", Millis(LATE)).unwrap_err();
    assert!(fault.message.starts_with("cannot open the ledger ") && fault.hint.is_some(), "{fault:?}");
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("this is no database"));

    std::fs::remove_file(&path).unwrap();
    let newer = rusqlite::Connection::open(&path).unwrap();
    newer.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(newer);
    let fault = SqliteLedger::in_zone(&path, TimeZone::UTC).spent("s", "/a", Millis(LATE)).unwrap_err();
    assert!(fault.message.contains("its version is 99, this adit knows 1"), "{fault:?}");
    assert_eq!(fault.hint.as_deref(), Some("A newer adit made it: update this one."));
}

#[test]
fn a_file_that_another_program_holds_is_told_as_such_and_not_waited_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path());
    ledger.spent("s", "/a", Millis(LATE)).unwrap();
    let other = rusqlite::Connection::open(folder.path().join("state/ledger.sqlite")).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    for at in 0..3 {
        let fault = ledger.add(&bill(LATE, "/a", "s", Some(1))).unwrap_err();
        assert!(fault.message.ends_with("another program holds it locked"), "{at}: {fault:?}");
        assert!(fault.hint.as_deref().is_some_and(|hint| !hint.contains("moved away")), "{at}: {fault:?}");
    }
    other.execute_batch("COMMIT").unwrap();
    ledger.add(&bill(LATE, "/a", "s", Some(1))).unwrap();
    assert_eq!(ledger.spent("s", "/a", Millis(LATE)).unwrap().session, 1);
}

#[test]
fn amounts_are_told_with_the_places_that_say_something() {
    let rows = [
        (0, "$0.00"),
        (12, "$0.0000"),
        (1_234, "$0.0012"),
        (99_999, "$0.0999"),
        (100_000, "$0.10"),
        (12_345_678, "$12.34"),
    ];
    for (micros, words) in rows {
        assert_eq!(dollars(micros), words);
    }
}
