//! The `aws` command, which logs in with SSO: what it says on the way, and how it ended.

use std::ffi::OsString;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader, Lines, Take};
use tokio::process::{Child, Command};

use super::words::one_line;
use crate::session::{Fault, FaultClass};

/// No more is read of what the command says.
const MOST_BYTES: u64 = 64 << 10;
/// So many of its last lines are told when it fails.
const LAST_LINES: usize = 3;

/// How the `aws` command is run.
#[derive(Debug, Clone)]
pub(super) struct AwsCli {
    /// Its name or path.
    pub(super) program: OsString,
}

/// What the user needs to log in, as far as the command has said it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Prompted {
    /// The page.
    pub(super) url: Option<String>,
    /// The code.
    pub(super) code: Option<String>,
}

impl Prompted {
    /// Takes a line over; true when it said something new.
    fn read(&mut self, line: &str) -> bool {
        let before = self.clone();
        for word in line.split_whitespace() {
            let word: String = word.chars().filter(|letter| letter.is_ascii_graphic()).take(2_000).collect();
            if word.starts_with("https://") {
                self.url.get_or_insert(word);
            } else if is_code(&word) {
                self.code.get_or_insert(word);
            }
        }
        *self != before
    }
}

/// Tells whether a word looks like a code to enter: `ABCD-EFGH`.
fn is_code(word: &str) -> bool {
    let is_half = |half: &str| {
        (4..=8).contains(&half.len()) && half.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    word.split_once('-').is_some_and(|(left, right)| is_half(left) && is_half(right))
}

/// A login that runs; dropping it ends it.
pub(super) struct LoggingIn {
    child: Child,
    out: Option<Lines<BufReader<Take<tokio::process::ChildStdout>>>>,
    errors: Option<Lines<BufReader<Take<tokio::process::ChildStderr>>>>,
    prompted: Prompted,
    last: Vec<String>,
}

/// What a login that runs comes to next.
pub(super) enum News {
    /// It said what the user needs.
    Prompted(Prompted),
    /// It is done; none when it worked, else why not.
    Ended(Option<Failed>),
}

/// How a login failed.
pub(super) struct Failed {
    /// Its last words.
    pub(super) words: String,
    /// Whether it is too old to know the flag for a code.
    pub(super) is_unknown_flag: bool,
}

impl AwsCli {
    /// Returns the command line, for people.
    pub(super) fn words(&self, profile: Option<&str>) -> String {
        super::words::sso_login(profile)
    }

    /// Starts a login. By a code, where the command is new enough: a page that leads back to this machine does
    /// not work over ssh.
    pub(super) fn log_in(&self, profile: Option<&str>, by_code: bool) -> Result<LoggingIn, Fault> {
        let mut command = Command::new(&self.program);
        command.args(["sso", "login", "--no-browser"]);
        if by_code {
            command.arg("--use-device-code");
        }
        if let Some(name) = profile {
            command.args(["--profile", name]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().map_err(|failure| {
            Fault::new(FaultClass::Credentials, format!("cannot run the aws command to log in: {failure}")).with_hint(
                format!(
                    "Install the AWS CLI, or run `{}` where it is installed with the same home folder; then send the prompt again.",
                    self.words(profile)
                ),
            )
        })?;
        Ok(LoggingIn {
            out: child.stdout.take().map(lines),
            errors: child.stderr.take().map(lines),
            child,
            prompted: Prompted::default(),
            last: Vec::new(),
        })
    }
}

fn lines<R: AsyncRead + Unpin>(from: R) -> Lines<BufReader<Take<R>>> {
    BufReader::new(from.take(MOST_BYTES)).lines()
}

impl LoggingIn {
    /// Returns what comes next.
    pub(super) async fn next(&mut self) -> News {
        while self.out.is_some() || self.errors.is_some() {
            let line = tokio::select! {
                line = next_line(&mut self.out) => line,
                line = next_line(&mut self.errors) => line,
            };
            let Some(line) = line else { continue };
            let words = one_line(&line);
            if !words.is_empty() {
                if self.last.len() == LAST_LINES {
                    self.last.remove(0);
                }
                self.last.push(words);
            }
            if self.prompted.read(&line) {
                return News::Prompted(self.prompted.clone());
            }
        }
        let status = self.child.wait().await;
        if status.as_ref().is_ok_and(std::process::ExitStatus::success) {
            return News::Ended(None);
        }
        let mut words = self.last.join(" ");
        if words.is_empty() {
            words = status.map_or_else(|failure| failure.to_string(), |status| status.to_string());
        }
        let is_unknown_flag = words.contains("--use-device-code");
        News::Ended(Some(Failed { words, is_unknown_flag }))
    }
}

/// Returns the next line, or none at the end, which is then remembered; bytes that are no text end it too.
async fn next_line<R: AsyncRead + Unpin>(lines: &mut Option<Lines<BufReader<R>>>) -> Option<String> {
    let Some(open) = lines else { return std::future::pending().await };
    let line = open.next_line().await.ok().flatten();
    if line.is_none() {
        *lines = None;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::Prompted;

    #[test]
    fn page_and_code_are_found_in_what_the_command_says() {
        let said = "Browser will not be automatically opened.\nPlease visit the following URL:\n\n\
                    https://device.sso.eu-west-1.amazonaws.com/\n\nThen enter the code:\n\nWXYZ-1234\n\nAlternatively, \
                    you may visit https://device.sso.eu-west-1.amazonaws.com/?user_code=WXYZ-1234\n";
        let mut prompted = Prompted::default();
        let news = said.lines().filter(|line| prompted.read(line)).count();
        let expected = Prompted {
            url: Some("https://device.sso.eu-west-1.amazonaws.com/".to_owned()),
            code: Some("WXYZ-1234".to_owned()),
        };
        assert_eq!((prompted, news), (expected, 2));
        let mut hostile = Prompted::default();
        hostile.read("https://x\u{1b}[2Jy \u{1b}]0;t\u{7}AAAA-BBBB- auto-matic");
        assert_eq!(hostile, Prompted { url: Some("https://x[2Jy".to_owned()), code: None });
    }
}
