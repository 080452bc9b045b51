//! One session's journal, open for appending.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::fault::JournalFault;
use super::folder::{folder_of, make_private};
use super::outputs;
use super::read::{Events, complete_len};
use crate::engine::Journal;
use crate::session::{Event, EventKind, Level, Millis, Seq};

/// A session's journal. While it is open no other adit can open it.
#[derive(Debug)]
pub struct FileJournal {
    path: PathBuf,
    /// Locked by this process; the lock goes with the file.
    file: File,
    /// The length up to which all lines are complete.
    len: u64,
    /// Whether a failed append may have left a piece of a line after `len`.
    torn: bool,
}

impl FileJournal {
    /// Makes the journal of a new session of `workspace`, which is canonical, under the state folder `folder`.
    ///
    /// Its name begins with the time, so that names sort by age.
    pub fn create(folder: &Path, workspace: &Path, started: Millis) -> Result<Self, JournalFault> {
        let home = folder_of(folder, workspace);
        let io = |act, path: &Path, source| JournalFault::Io { act, path: path.to_path_buf(), source };
        make_private(&home).map_err(|source| io("make", &home, source))?;
        let made = tempfile::Builder::new()
            .prefix(&format!("{}-", stamp(started)))
            .suffix(".jsonl")
            .rand_bytes(8)
            .make_in(&home, |path| OpenOptions::new().append(true).create_new(true).mode(0o600).open(path))
            .map_err(|source| io("make a journal in", &home, source))?;
        let (file, path) = made.keep().map_err(|error| io("make a journal in", &home, error.error))?;
        lock(&file, &path)?;
        Ok(Self { path, file, len: 0, torn: false })
    }

    /// Opens a session's journal again, cuts off a line that a crash left incomplete, and returns its events.
    ///
    /// Where a line in it cannot be read, the session goes on from what stands before that line; the whole file is kept
    /// beside it, and the last event says so.
    pub fn reopen(path: &Path) -> Result<(Self, Vec<Event>), JournalFault> {
        let io = |act, source| JournalFault::Io { act, path: path.to_path_buf(), source };
        let mut file = OpenOptions::new().read(true).append(true).open(path).map_err(|source| io("open", source))?;
        // Only who holds the lock may judge what is torn: it may be a line that another adit is writing.
        lock(&file, path)?;
        let len = complete_len(&mut file).map_err(|source| io("read", source))?;
        file.set_len(len).map_err(|source| io("write", source))?;
        file.seek(SeekFrom::Start(0)).map_err(|source| io("read", source))?;
        let reader = file.try_clone().map_err(|source| io("read", source))?;
        let mut read = Events::new(path, reader);
        let mut events = Vec::new();
        let fault = loop {
            match read.next() {
                Some(Ok(event)) => events.push(event),
                Some(Err(fault)) => break Some(fault),
                None => break None,
            }
        };
        let mut journal = Self { path: path.to_path_buf(), file, len, torn: false };
        match (fault, events.last()) {
            (None, _) => {}
            (Some(JournalFault::Unreadable { line, .. }), Some(last)) => {
                let kept = keep_beside(path).map_err(|source| io("keep what cannot be read of", source))?;
                journal.len = read.complete();
                journal.cut().map_err(|source| io("write", source))?;
                let told = told_of_damage(last, line, &kept);
                journal.append(&told).map_err(|source| io("write", source))?;
                events.push(told);
            }
            (Some(fault), _) => return Err(fault),
        }
        Ok((journal, events))
    }

    /// Returns where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the session's name: that of the file.
    pub fn session(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Returns where the long results of the session's tools lie.
    fn outputs_folder(&self) -> PathBuf {
        self.path.with_extension("outputs")
    }

    fn cut(&mut self) -> io::Result<()> {
        self.file.set_len(self.len)?;
        self.torn = false;
        Ok(())
    }
}

impl Journal for FileJournal {
    /// Hands the event to the system in one call. After a fault the file ends with the line before it.
    fn append(&mut self, event: &Event) -> io::Result<()> {
        if self.torn {
            self.cut()?;
        }
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        match self.file.write_all(&line) {
            Ok(()) => {
                self.len += line.len() as u64;
                Ok(())
            }
            Err(error) => {
                self.torn = true;
                // Where this fails too, the next append tries again before it writes.
                let _ = self.cut();
                Err(error)
            }
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn keep_output(&mut self, number: u32, text: &str) -> io::Result<()> {
        outputs::keep(&self.outputs_folder(), number, text)
    }

    fn drop_output(&mut self, number: u32) {
        outputs::drop(&self.outputs_folder(), number);
    }

    fn outputs(&self, most: usize, bytes: usize) -> Vec<(u32, String)> {
        outputs::read(&self.outputs_folder(), most, bytes)
    }
}

/// Copies a journal that cannot be read to its end to a name that no session has; returns where it is.
fn keep_beside(path: &Path) -> io::Result<PathBuf> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut copy = tempfile::Builder::new()
        .prefix(&format!("{stem}-"))
        .suffix(".damaged")
        .tempfile_in(path.parent().unwrap_or(Path::new(".")))?;
    io::copy(&mut File::open(path)?, copy.as_file_mut())?;
    copy.as_file().sync_all()?;
    let (_, kept) = copy.keep().map_err(|error| error.error)?;
    Ok(kept)
}

fn told_of_damage(last: &Event, line: u64, kept: &Path) -> Event {
    let text =
        format!("line {line} of this session's journal cannot be read; the session goes on from what stands before");
    let hint = format!("The whole journal is kept as {}; a newer adit may be able to read it.", kept.display());
    let kind = EventKind::Notice { level: Level::Warning, text, hint: Some(hint) };
    Event { seq: Seq(last.seq.0 + 1), at: last.at, kind }
}

/// Takes the lock, which ends with the process, however it ends.
///
/// A child that is just being started holds a copy of it for a moment, so a lock that is taken is tried again.
fn lock(file: &File, path: &Path) -> Result<(), JournalFault> {
    const TRIES: u32 = 20;
    const PAUSE: Duration = Duration::from_millis(10);
    for attempt in 1..=TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if attempt < TRIES => std::thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => break,
            // Some network file systems have no locks; a session there goes on without.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(()),
            Err(TryLockError::Error(source)) => {
                return Err(JournalFault::Io { act: "lock", path: path.to_path_buf(), source });
            }
        }
    }
    Err(JournalFault::InUse { path: path.to_path_buf() })
}

/// Tells whether somebody holds a journal's lock; none where the file system cannot tell.
///
/// The look shares the lock for a moment: who wants to open the journal in that very moment tries again.
pub(super) fn is_locked(path: &Path) -> io::Result<Option<bool>> {
    match File::open(path)?.try_lock_shared() {
        Ok(()) => Ok(Some(false)),
        Err(TryLockError::WouldBlock) => Ok(Some(true)),
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Returns a time as it stands in a file's name, in UTC: `20250131T235959.123Z`.
fn stamp(time: Millis) -> String {
    i64::try_from(time.0)
        .ok()
        .and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok())
        .map_or_else(|| format!("{:020}", time.0), |time| time.strftime("%Y%m%dT%H%M%S.%3fZ").to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::session::{EventKind, Seq};

    /// Here and not with the other tests, since only the fields let a file fail on demand.
    #[test]
    fn a_fault_leaves_complete_lines_only() {
        let folder = tempfile::tempdir().unwrap();
        let event = |number| Event { seq: Seq(number), at: Millis(number), kind: EventKind::Undone { act: None } };
        let mut journal = FileJournal::create(folder.path(), Path::new("/work"), Millis(0)).unwrap();
        journal.append(&event(1)).unwrap();

        let real = std::mem::replace(&mut journal.file, File::open(folder.path()).unwrap());
        assert!(journal.append(&event(2)).is_err());
        assert!(journal.torn);
        journal.file = real;
        journal.file.write_all(b"{\"seq\":2,\"at").unwrap();
        journal.append(&event(3)).unwrap();
        assert_eq!(super::super::read(&journal.path).unwrap(), [event(1), event(3)]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told() {
        let file = OpenOptions::new().append(true).open("/dev/full").unwrap();
        let mut journal = FileJournal { path: PathBuf::from("/dev/full"), file, len: 0, torn: false };
        let event = Event { seq: Seq(1), at: Millis(1), kind: EventKind::Undone { act: None } };
        assert_eq!(journal.append(&event).unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
