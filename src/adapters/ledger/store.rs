//! Reading and writing the ledger's file.

use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use crate::engine::{Bill, EntryId, Ledger, LedgerFault, Reserved};
use crate::session::{Caps, Millis, Reservations, Spent};

/// A writer waits so long for another one.
const PATIENCE: Duration = Duration::from_secs(5);
/// One that has held the file for longer than that is waited for so long from then on.
const IMPATIENCE: Duration = Duration::from_millis(50);
/// Where SQLite does not wait by itself, another try is made after that.
const PAUSE: Duration = Duration::from_millis(5);

/// The version that this adit writes, in SQLite's `user_version`.
const VERSION: i64 = 1;

/// The first version's table. `day` is the user's own day at the time; `count` is `told` by the service,
/// `guessed` by adit, or `open` while the call runs.
const SCHEMA: &str = "
CREATE TABLE call (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    day TEXT NOT NULL,
    project TEXT NOT NULL,
    session TEXT NOT NULL,
    turn INTEGER NOT NULL,
    step INTEGER NOT NULL,
    kind TEXT NOT NULL,
    model TEXT NOT NULL,
    region TEXT,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    cache_write INTEGER NOT NULL,
    cache_write_hour INTEGER NOT NULL,
    count TEXT NOT NULL,
    cost_micros INTEGER,
    price_since TEXT
) STRICT;
CREATE INDEX call_by_day ON call (day);
CREATE INDEX call_by_session ON call (session);
CREATE INDEX call_by_project ON call (project);
";

/// Finds the few open rows among all. Older adits do well with it, so it makes no new version.
const OPEN_ROWS: &str = "CREATE INDEX IF NOT EXISTS call_open ON call (session) WHERE count = 'open'";

/// Tells whether a session still runs, by its name.
type Lives = Box<dyn Fn(&str) -> bool + Send + Sync>;

/// The ledger in a SQLite file, opened at its first use.
pub struct SqliteLedger {
    path: PathBuf,
    zone: TimeZone,
    lives: Option<Lives>,
    kept: Mutex<Kept>,
}

/// The file, once it is open, and whether it was locked by another program the last time.
#[derive(Default)]
struct Kept {
    connection: Option<Connection>,
    was_locked: bool,
}

/// Why something could not be done with the file.
enum Why {
    Sqlite(rusqlite::Error),
    Other(String),
}

impl From<rusqlite::Error> for Why {
    fn from(failure: rusqlite::Error) -> Self {
        Self::Sqlite(failure)
    }
}

impl Why {
    /// Tells whether another program holds the file, which is as healthy as before.
    fn is_lock(&self) -> bool {
        match self {
            Self::Sqlite(failure) => is_lock(failure),
            Self::Other(_) => false,
        }
    }
}

fn is_lock(failure: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode;
    matches!(failure.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Whether an entry's call is over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Over,
}

impl SqliteLedger {
    /// Returns the ledger of a file; days are those of the system's time zone.
    pub fn new(path: &Path) -> Self {
        Self::in_zone(path, TimeZone::system())
    }

    /// Returns the ledger of a file, with the days of a time zone.
    pub fn in_zone(path: &Path, zone: TimeZone) -> Self {
        Self { path: path.to_path_buf(), zone, lives: None, kept: Mutex::default() }
    }

    /// Settles, when the file is opened, the calls that were left open by sessions which do not live any more: nobody
    /// can tell what they came to, so their estimate stands as one.
    ///
    /// The session of this very process does not live in this sense: what it finds open is from before it went on.
    #[must_use]
    pub fn settling(mut self, lives: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        self.lives = Some(Box::new(lives));
        self
    }

    /// Returns the day of a time, as `2026-11-27`.
    pub fn day(&self, at: Millis) -> String {
        let time = i64::try_from(at.0).ok().and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok());
        time.unwrap_or_default().to_zoned_datetime(self.zone.clone()).date().to_string()
    }

    /// Does something with the file, which is opened first where that has not worked yet.
    pub(super) fn with<T>(
        &self,
        act: &'static str,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, LedgerFault> {
        // What another thread was in the middle of when it panicked, SQLite has rolled back.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever held the file for so long is not waited for each time anew.
        let patience = if kept.was_locked { IMPATIENCE } else { PATIENCE };
        let outcome = self.work(&mut kept.connection, patience, act, work);
        kept.was_locked = matches!(&outcome, Err((_, true)));
        outcome.map_err(|(fault, _)| fault)
    }

    /// Does it, with so much patience for whoever holds the file; a fault comes with whether that was in the way.
    fn work<T>(
        &self,
        kept: &mut Option<Connection>,
        patience: Duration,
        act: &'static str,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, (LedgerFault, bool)> {
        let fault = |why: Why| (self.fault(act, &why), why.is_lock());
        let connection = match kept.as_mut() {
            Some(connection) => connection,
            None => kept.insert(self.open(patience)?),
        };
        connection.busy_timeout(patience).map_err(|failure| fault(failure.into()))?;
        work(connection).map_err(|failure| fault(failure.into()))
    }

    fn open(&self, patience: Duration) -> Result<Connection, (LedgerFault, bool)> {
        let fault = |why: Why| (self.fault("open", &why), why.is_lock());
        let failed = |failure: std::io::Error| fault(Why::Other(failure.to_string()));
        if let Some(folder) = self.path.parent() {
            let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
            made.map_err(failed)?;
        }
        // Made here, so that it is never readable by others; SQLite gives its side files the same mode.
        let made = std::fs::File::options().append(true).create(true).mode(0o600).open(&self.path);
        made.map_err(failed)?;
        let mut connection = Connection::open(&self.path).map_err(|failure| fault(failure.into()))?;
        prepare(&mut connection, patience).map_err(|failure| fault(failure.into()))?;
        let version = version(&connection).map_err(|failure| fault(failure.into()))?;
        if version != VERSION {
            let newer = LedgerFault {
                message: format!(
                    "cannot use the ledger {}: its version is {version}, this adit knows {VERSION}",
                    self.path.display()
                ),
                hint: Some("A newer adit made it: update this one.".to_owned()),
            };
            return Err((newer, false));
        }
        if let Some(lives) = &self.lives {
            settle_left(&connection, lives).map_err(|failure| fault(failure.into()))?;
        }
        Ok(connection)
    }

    fn fault(&self, act: &str, why: &Why) -> LedgerFault {
        let path = self.path.display();
        if why.is_lock() {
            return LedgerFault {
                message: format!("cannot {act} the ledger {path}: another program holds it locked"),
                hint: Some(
                    "Nothing is wrong with the file: end what holds it, perhaps a backup or a shell of sqlite3."
                        .to_owned(),
                ),
            };
        }
        let failure = match why {
            Why::Sqlite(failure) => failure.to_string(),
            Why::Other(failure) => failure.clone(),
        };
        LedgerFault {
            message: format!("cannot {act} the ledger {path}: {failure}"),
            hint: Some(
                "Check the file, its folder and the space on the disk; a damaged file can be moved away, a new one is \
                 then begun."
                    .to_owned(),
            ),
        }
    }

    fn insert(&self, transaction: &Connection, bill: &Bill, state: State) -> rusqlite::Result<EntryId> {
        let Bill { usage, .. } = bill;
        transaction.execute(
            "INSERT INTO call (at, day, project, session, turn, step, kind, model, region, input, output, cache_read, \
             cache_write, cache_write_hour, count, cost_micros, price_since) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
            params![
                whole(bill.at.0),
                self.day(bill.at),
                bill.project,
                bill.session,
                bill.turn.0,
                bill.step.0,
                bill.kind.name(),
                bill.model,
                bill.region,
                whole(usage.input),
                whole(usage.output),
                whole(usage.cache_read),
                whole(usage.cache_write),
                whole(usage.cache_write_hour),
                counted(bill, state),
                bill.cost_micros.map(whole),
                bill.price_since,
            ],
        )?;
        Ok(EntryId(transaction.last_insert_rowid()))
    }

    fn sums(&self, connection: &Connection, session: &str, project: &str, now: Millis) -> rusqlite::Result<Spent> {
        let day = self.day(now);
        let month = day.get(..7).unwrap_or(&day);
        // What is spent, and what is reserved.
        let sums = |condition: &str, value: &str| -> rusqlite::Result<(u64, u64)> {
            let query = format!(
                "SELECT coalesce(sum(cost_micros) FILTER (WHERE count <> 'open'), 0), \
                 coalesce(sum(cost_micros) FILTER (WHERE count = 'open'), 0) FROM call WHERE {condition}"
            );
            let read = |row: &rusqlite::Row<'_>| Ok((natural(row.get(0)?), natural(row.get(1)?)));
            connection.prepare(&query)?.query_row([value], read)
        };
        let unpriced = connection
            .prepare("SELECT count(*) FROM call WHERE session = ?1 AND cost_micros IS NULL AND count <> 'open'")?
            .query_row([session], |row| row.get::<_, i64>(0))
            .map(natural)?;
        let session = sums("session = ?1", session)?;
        let day = sums("day = ?1", &day)?;
        // The days of a month stand between these two texts, so the index serves.
        let month = sums("day >= ?1 || '-00' AND day <= ?1 || '-99'", month)?;
        let project = sums("project = ?1", project)?;
        let reserved = Reservations { session: session.1, day: day.1, month: month.1, project: project.1 };
        Ok(Spent { session: session.0, day: day.0, month: month.0, project: project.0, unpriced, reserved })
    }
}

impl Ledger for SqliteLedger {
    fn reserve(&self, bill: &Bill, caps: &Caps, known: u64) -> Result<Reserved, LedgerFault> {
        self.with("write", |connection| {
            // Immediate: the sums cannot change between the look and the entry.
            let transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
            let mut spent = self.sums(&transaction, &bill.session, &bill.project, bill.at)?;
            spent.session = spent.session.max(known);
            if let Some(passed) = caps.passed(spent, bill.cost_micros.unwrap_or(0)) {
                return Ok(Reserved::Over(passed));
            }
            let entry = self.insert(&transaction, bill, State::Open)?;
            transaction.commit()?;
            Ok(Reserved::Entered(entry))
        })
    }

    fn settle(&self, entry: EntryId, bill: Option<&Bill>) -> Result<(), LedgerFault> {
        self.with("write", |connection| {
            let transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
            transaction.execute("DELETE FROM call WHERE id = ?1", [entry.0])?;
            if let Some(bill) = bill {
                self.insert(&transaction, bill, State::Over)?;
            }
            transaction.commit()
        })
    }

    fn add(&self, bill: &Bill) -> Result<(), LedgerFault> {
        self.with("write", |connection| self.insert(connection, bill, State::Over).map(drop))
    }

    fn spent(&self, session: &str, project: &str, now: Millis) -> Result<Spent, LedgerFault> {
        self.with("read", |connection| self.sums(connection, session, project, now))
    }
}

/// Brings a file that was just opened into its shape, if it is not in it.
fn prepare(connection: &mut Connection, patience: Duration) -> rusqlite::Result<()> {
    connection.busy_timeout(patience)?;
    let since = Instant::now();
    loop {
        match shape(connection) {
            // SQLite does not wait for its lock where the mode changes, since two that do would wait for each other:
            // two adits that begin the file at the same time meet here.
            Err(failure) if is_lock(&failure) && since.elapsed() < patience => std::thread::sleep(PAUSE),
            outcome => return outcome,
        }
    }
}

fn shape(connection: &mut Connection) -> rusqlite::Result<()> {
    // On file systems that cannot do it the old mode stays, which is right too, only slower.
    connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0))?;
    connection.execute_batch("PRAGMA synchronous = NORMAL")?;
    let transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
    if version(&transaction)? == 0 {
        transaction.execute_batch(SCHEMA)?;
        transaction.execute_batch(&format!("PRAGMA user_version = {VERSION}"))?;
    }
    if version(&transaction)? == VERSION {
        transaction.execute_batch(OPEN_ROWS)?;
    }
    transaction.commit()
}

fn settle_left(connection: &Connection, lives: &Lives) -> rusqlite::Result<()> {
    let mut statement =
        connection.prepare("SELECT session, max(id) FROM call WHERE count = 'open' GROUP BY session")?;
    let left = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
    for (session, newest) in left.collect::<rusqlite::Result<Vec<_>>>()? {
        if !lives(&session) {
            // Up to the newest row that was seen: the session may have been taken up again since.
            connection.execute(
                "UPDATE call SET count = 'guessed' WHERE session = ?1 AND id <= ?2 AND count = 'open'",
                params![session, newest],
            )?;
        }
    }
    Ok(())
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn counted(bill: &Bill, state: State) -> &'static str {
    match (state, bill.is_estimate) {
        (State::Open, _) => "open",
        (State::Over, true) => "guessed",
        (State::Over, false) => "told",
    }
}

/// Returns a count as SQLite holds it.
fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Returns a count as adit holds it.
pub(super) fn natural(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
