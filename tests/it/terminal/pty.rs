//! The real program in a real pseudo-terminal, its screen read by an emulator.

use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use super::connection::{Answerer, Connection, Delayed};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How often a state outside the screen is looked at.
const LOOK: Duration = Duration::from_millis(5);
/// How long a state is waited for before the test fails. Generous: machines are slow at times.
const PATIENCE: Duration = Duration::from_secs(30);

pub const ENTER: &str = "\r";
pub const ESC: &str = "\x1b";
pub const ALT_2: &str = "\x1b2";
pub const ALT_3: &str = "\x1b3";
pub const CTRL_A: &str = "\x01";
pub const CTRL_L: &str = "\x0c";
pub const CTRL_Q: &str = "\x11";
pub const CTRL_Z: &str = "\x1a";
pub const CTRL_S: &str = "\x13";
pub const F8: &str = "\x1b[19~";

/// A repository in a temporary folder, with a home and an environment of its own.
pub struct Place {
    folder: tempfile::TempDir,
    pub variables: Vec<(String, String)>,
    has_credentials: bool,
}

impl Place {
    pub fn new(files: &[(&str, &str)]) -> Self {
        Self::beside(files, &std::env::temp_dir())
    }

    /// A place on a file system in memory, where there is one: for tests that wait for the disk very often.
    pub fn in_memory(files: &[(&str, &str)]) -> Self {
        let memory = std::path::Path::new("/dev/shm");
        if tempfile::tempdir_in(memory).is_ok() { Self::beside(files, memory) } else { Self::new(files) }
    }

    fn beside(files: &[(&str, &str)], base: &std::path::Path) -> Self {
        let folder = tempfile::tempdir_in(base).unwrap();
        let place = Self { folder, variables: Vec::new(), has_credentials: true };
        for folder in ["home", "state", "config", "repo"] {
            std::fs::create_dir(place.folder.path().join(folder)).unwrap();
        }
        for (name, text) in files {
            let path = place.repo().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        place
    }

    /// Makes the folder a repository with everything committed.
    pub fn committed(self) -> Self {
        self.git(&["init", "-q", "-b", "main"]);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "begin"]);
        self
    }

    /// Sends requests to this endpoint.
    pub fn with_endpoint(mut self, url: &str) -> Self {
        self.variables.push(("AWS_ENDPOINT_URL_BEDROCK_RUNTIME".to_owned(), url.to_owned()));
        self
    }

    /// Has no keys for AWS.
    pub fn without_credentials(mut self) -> Self {
        self.has_credentials = false;
        self
    }

    pub fn repo(&self) -> PathBuf {
        self.folder.path().join("repo")
    }

    pub fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.repo().join(name)).unwrap()
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.repo().join(name), text).unwrap();
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        let output = std::process::Command::new("git")
            .args(arguments)
            .current_dir(self.repo())
            .env_clear()
            .envs(self.environment())
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    #[allow(clippy::disallowed_methods, reason = "git and the shell are found as the test itself finds them")]
    pub fn environment(&self) -> Vec<(String, String)> {
        let at = |name: &str| self.folder.path().join(name).to_str().unwrap().to_owned();
        let mut variables: Vec<(String, String)> = [
            ("PATH", std::env::var("PATH").unwrap()),
            ("HOME", at("home")),
            ("XDG_STATE_HOME", at("state")),
            ("XDG_CONFIG_HOME", at("config")),
            ("TERM", "xterm-256color".to_owned()),
            ("COLORTERM", "truecolor".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            ("AWS_ACCESS_KEY_ID", "AKIATEST".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "secret".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("NO_PROXY", "127.0.0.1".to_owned()),
            ("GIT_AUTHOR_NAME", "Tess".to_owned()),
            ("GIT_AUTHOR_EMAIL", "tess@example.org".to_owned()),
            ("GIT_COMMITTER_NAME", "Tess".to_owned()),
            ("GIT_COMMITTER_EMAIL", "tess@example.org".to_owned()),
            ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec();
        variables.retain(|(name, _)| self.has_credentials || !name.ends_with("KEY") && !name.ends_with("KEY_ID"));
        variables.extend(self.variables.clone());
        variables
    }
}

struct Shared {
    parser: vt100::Parser,
    raw: Vec<u8>,
    is_hanging_up: bool,
    is_closed: bool,
}

/// Takes bytes in as the terminal does; tells whether it goes on.
fn feed(shared: &(Mutex<Shared>, Condvar), bytes: &[u8]) -> bool {
    let mut state = shared.0.lock().unwrap();
    state.parser.process(bytes);
    state.raw.extend_from_slice(bytes);
    let goes_on = !state.is_hanging_up;
    drop(state);
    if goes_on {
        shared.1.notify_all();
    }
    goes_on
}

fn close(shared: &(Mutex<Shared>, Condvar)) {
    shared.0.lock().unwrap().is_closed = true;
    shared.1.notify_all();
}

/// The program on its terminal.
pub struct Screen {
    shared: Arc<(Mutex<Shared>, Condvar)>,
    writer: Box<dyn Write + Send>,
    master: Option<Box<dyn MasterPty + Send>>,
    child: Box<dyn Child + Send + Sync>,
}

impl Screen {
    pub fn start(place: &Place, arguments: &[&str], columns: u16, rows: u16) -> Self {
        Self::start_program(place, Path::new(env!("CARGO_BIN_EXE_adit")), arguments, columns, rows)
    }

    pub fn start_program(place: &Place, program: &Path, arguments: &[&str], columns: u16, rows: u16) -> Self {
        Self::start_over(place, program, arguments, (columns, rows), None)
    }

    /// Starts a program over a connection that is slow, if one is given, with a terminal that answers at its end.
    pub fn start_over(
        place: &Place,
        program: &Path,
        arguments: &[&str],
        size: (u16, u16),
        connection: Option<Connection>,
    ) -> Self {
        let (columns, rows) = size;
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(place.repo());
        command.env_clear();
        for (name, value) in place.environment() {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let shared = Shared {
            parser: vt100::Parser::new(cells(rows), cells(columns), 0),
            raw: Vec::new(),
            is_hanging_up: false,
            is_closed: false,
        };
        let shared = Arc::new((Mutex::new(shared), Condvar::new()));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let mut writer = pair.master.take_writer().unwrap();
        let sink = Arc::clone(&shared);
        match connection {
            None => {
                std::thread::spawn(move || {
                    let mut piece = [0; 8192];
                    while let Ok(count @ 1..) = reader.read(&mut piece)
                        && feed(&sink, &piece[..count])
                    {}
                    drop(reader);
                    close(&sink);
                });
                Self { shared, writer, master: Some(pair.master), child }
            }
            Some(connection) => {
                let keys = Delayed::new(connection.each_way, move |keys| drop(writer.write_all(&keys)));
                let (mut replies, mut answerer) = (keys.clone(), Answerer::default());
                let mut pieces = Delayed::new(connection.each_way, move |piece| {
                    if piece.is_empty() || !feed(&sink, &piece) {
                        close(&sink);
                    }
                    let answer = answerer.answer(&piece);
                    drop(replies.write_all(&answer));
                });
                std::thread::spawn(move || {
                    let mut piece = vec![0; connection.most()];
                    while let Ok(count @ 1..) = reader.read(&mut piece) {
                        connection.pass(count);
                        drop(pieces.write_all(&piece[..count]));
                    }
                    drop(pieces.write(&[]));
                });
                Self { shared, writer: Box::new(keys), master: Some(pair.master), child }
            }
        }
    }

    /// Sends keys as a terminal would.
    pub fn send(&mut self, keys: &str) -> &mut Self {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
        self
    }

    /// Asks for the end once no turn runs: in a turn's last moment the program would rightly ask back.
    pub fn quit(&mut self) -> &mut Self {
        self.wait("no running turn", |screen| !screen.contains("⟳") && !screen.contains("Esc stop")).send(CTRL_Q)
    }

    pub fn text(&self) -> String {
        self.shared.0.lock().unwrap().parser.screen().contents()
    }

    /// Everything that was ever written to the terminal.
    pub fn raw(&self) -> Vec<u8> {
        self.shared.0.lock().unwrap().raw.clone()
    }

    pub fn is_alternate(&self) -> bool {
        self.shared.0.lock().unwrap().parser.screen().alternate_screen()
    }

    /// Waits until the screen is as wanted.
    pub fn wait(&mut self, what: &str, wanted: impl Fn(&str) -> bool) -> &mut Self {
        let deadline = Instant::now() + PATIENCE;
        let mut shared = self.shared.0.lock().unwrap();
        loop {
            let text = shared.parser.screen().contents();
            if wanted(&text) {
                break;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let is_over = left.is_zero() || shared.is_closed;
            if is_over {
                drop(shared);
                panic!("the screen never showed {what}:\n{text}");
            }
            shared = self.shared.1.wait_timeout(shared, left).unwrap().0;
        }
        drop(shared);
        self
    }

    /// Waits until something outside the screen is as wanted; looked at whenever the screen changes, and often.
    pub fn wait_until(&mut self, what: &str, wanted: impl Fn(&str) -> bool) -> &mut Self {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let text = self.text();
            if wanted(&text) {
                return self;
            }
            assert!(Instant::now() < deadline, "never came: {what}:\n{text}");
            let shared = self.shared.0.lock().unwrap();
            drop(self.shared.1.wait_timeout(shared, LOOK).unwrap());
        }
    }

    pub fn wait_for(&mut self, text: &str) -> &mut Self {
        self.wait(text, |screen| screen.contains(text))
    }

    pub fn wait_gone(&mut self, text: &str) -> &mut Self {
        self.wait(&format!("no {text}"), |screen| !screen.contains(text))
    }

    /// Waits until these bytes were written to the terminal.
    pub fn wait_raw(&mut self, bytes: &str) -> &mut Self {
        self.wait_raw_times(bytes, 1)
    }

    /// Waits until these bytes were written so many times.
    pub fn wait_raw_times(&mut self, bytes: &str, times: usize) -> &mut Self {
        let deadline = Instant::now() + PATIENCE;
        let mut shared = self.shared.0.lock().unwrap();
        let count = |raw: &[u8]| raw.windows(bytes.len()).filter(|window| *window == bytes.as_bytes()).count();
        while count(&shared.raw) < times {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !shared.is_closed, "never written: {bytes:?}");
            shared = self.shared.1.wait_timeout(shared, left).unwrap().0;
        }
        drop(shared);
        self
    }

    pub fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        self.shared.0.lock().unwrap().parser.screen_mut().set_size(cells(rows), cells(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.as_ref().unwrap().resize(size).unwrap();
        self
    }

    /// Returns the program's process id.
    #[allow(dead_code, reason = "the benchmark measures the process")]
    pub fn process(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Closes the terminal under the program, as a lost connection does.
    pub fn hang_up(&mut self) {
        self.shared.0.lock().unwrap().is_hanging_up = true;
        // The reader has the terminal open too; a frame wakes it, and it lets go.
        self.send(CTRL_L);
        let mut shared = self.shared.0.lock().unwrap();
        while !shared.is_closed {
            shared = self.shared.1.wait(shared).unwrap();
        }
        drop(shared);
        self.writer = Box::new(std::io::sink());
        self.master = None;
    }

    /// Waits until the last byte has come over the line.
    pub fn wait_for_the_end(&mut self) -> &mut Self {
        let mut shared = self.shared.0.lock().unwrap();
        while !shared.is_closed {
            shared = self.shared.1.wait(shared).unwrap();
        }
        drop(shared);
        self
    }

    /// Waits for the program's end and returns its exit code.
    pub fn exit_code(&mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(Instant::now() < deadline, "the program did not end:\n{}", self.text());
            // Nothing announces a child's end without a signal handler of the test's own.
            let shared = self.shared.0.lock().unwrap();
            drop(self.shared.1.wait_timeout(shared, LOOK).unwrap());
        }
    }
}

fn cells(count: u16) -> std::num::NonZeroU16 {
    std::num::NonZeroU16::new(count).unwrap()
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It has ended already in most tests.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
