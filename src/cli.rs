//! The command line's arguments.

use std::path::PathBuf;

use crate::config::{Config, ScreenConfig};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

/// A terminal pair programmer for Claude Sonnet on Amazon Bedrock: the model proposes, you decide hunk by hunk.
#[derive(Debug, Clone, Parser)]
#[command(
    name = "adit",
    version,
    about,
    override_usage = "adit [OPTIONS] [PATH]\n       adit <COMMAND>",
    disable_help_subcommand = true
)]
pub struct Cli {
    /// What to do; without it the full screen opens.
    #[command(subcommand)]
    pub command: Option<CliCommand>,
    /// The full screen's arguments.
    #[command(flatten)]
    pub open: OpenArgs,
}

impl Cli {
    /// Gives the flags that stand before a command to it; one that it does not know, and a folder there, are wrong.
    pub fn settled(mut self) -> Result<Self, clap::Error> {
        let Some(command) = &mut self.command else { return Ok(self) };
        let mut before = std::mem::take(&mut self.open);
        match command {
            CliCommand::Demo(demo) => demo.screen.default_to(std::mem::take(&mut before.screen)),
            CliCommand::Run(RunArgs { model, .. }) | CliCommand::Doctor(DoctorArgs { model, .. }) => {
                model.default_to(std::mem::take(&mut before.model));
            }
            CliCommand::Blame(_)
            | CliCommand::Config { .. }
            | CliCommand::Keys { .. }
            | CliCommand::Cost(_)
            | CliCommand::Logs(_)
            | CliCommand::Sessions { .. } => {}
        }
        let Some(left) = before.first_given() else { return Ok(self) };
        let reason = format!("the argument '{left}' cannot be used with this command");
        Err(Self::command().error(ErrorKind::ArgumentConflict, reason))
    }
}

/// Arguments of the full screen.
#[derive(Debug, Clone, Default, Args)]
pub struct OpenArgs {
    /// The repository or folder to work on (default: here).
    pub path: Option<PathBuf>,
    /// Open the last session of this workspace again, with its conversation and pending hunks.
    #[arg(long = "continue", short = 'c')]
    pub resume: bool,
    /// What a model call uses.
    #[command(flatten)]
    pub model: ModelArgs,
    /// How it is shown.
    #[command(flatten)]
    pub screen: ScreenArgs,
}

/// Arguments that say how a session is shown.
#[derive(Debug, Clone, Default, Args)]
pub struct ScreenArgs {
    /// "auto", "dark", "light", "high-contrast", "nord" …, or a theme file of yours; `/theme` shows all.
    #[arg(long)]
    pub theme: Option<String>,
    /// Leave the mouse to the terminal.
    #[arg(long)]
    pub no_mouse: bool,
    /// Linear text for screen readers in place of the full screen: words in, sentences out.
    #[arg(long)]
    pub accessible: bool,
    /// Record the screen into this file, as asciicast v2.
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
}

impl ScreenArgs {
    /// Takes over what is not given here.
    fn default_to(&mut self, other: Self) {
        self.theme = self.theme.take().or(other.theme);
        self.record = self.record.take().or(other.record);
        self.no_mouse |= other.no_mouse;
        self.accessible |= other.accessible;
    }

    /// Puts what was given over the configuration.
    pub fn apply(&self, config: &mut ScreenConfig) {
        if let Some(theme) = &self.theme {
            config.theme.clone_from(theme);
        }
        config.mouse &= !self.no_mouse;
        config.accessible |= self.accessible;
    }
}

/// Arguments that choose what is called.
#[derive(Debug, Clone, Default, Args)]
pub struct ModelArgs {
    /// Model id, inference profile, ARN or alias.
    #[arg(long, short = 'm')]
    pub model: Option<String>,
    /// AWS region (default: as the AWS CLI would choose it).
    #[arg(long)]
    pub region: Option<String>,
    /// AWS profile (default: as the AWS CLI would choose it).
    #[arg(long)]
    pub profile: Option<String>,
}

impl OpenArgs {
    /// Returns an argument that was given, as it is written.
    fn first_given(&self) -> Option<&'static str> {
        let given = [
            ("[PATH]", self.path.is_some()),
            ("--continue", self.resume),
            ("--model <MODEL>", self.model.model.is_some()),
            ("--region <REGION>", self.model.region.is_some()),
            ("--profile <PROFILE>", self.model.profile.is_some()),
            ("--theme <THEME>", self.screen.theme.is_some()),
            ("--no-mouse", self.screen.no_mouse),
            ("--accessible", self.screen.accessible),
            ("--record <FILE>", self.screen.record.is_some()),
        ];
        given.into_iter().find_map(|(argument, is_given)| is_given.then_some(argument))
    }
}

impl ModelArgs {
    /// Takes over what is not given here.
    fn default_to(&mut self, other: Self) {
        self.model = self.model.take().or(other.model);
        self.region = self.region.take().or(other.region);
        self.profile = self.profile.take().or(other.profile);
    }

    /// Lays the flags over the settings.
    pub fn apply(&self, config: &mut Config) {
        let flags = [
            (&self.model, &mut config.model),
            (&self.region, &mut config.region),
            (&self.profile, &mut config.profile),
        ];
        for (flag, setting) in flags {
            if let Some(value) = flag {
                setting.clone_from(value);
            }
        }
    }
}

/// The commands.
#[derive(Debug, Clone, Subcommand)]
pub enum CliCommand {
    /// Learn adit on a sample repository with scripted answers: no account, no network.
    Demo(DemoArgs),
    /// Run one prompt without a screen, for scripts.
    #[command(
        override_usage = "adit run [OPTIONS] [PATH] <PROMPT>",
        after_help = "The answer and the proposal's diff go to standard output, what happens meanwhile to standard error.\n\
                      What is not accepted stays pending: `adit --continue` opens it.\n\n\
                      Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 no credentials or no access,\n\
                      4 a cap on spending reached, 130 interrupted, 141 nobody reads the output any more."
    )]
    Run(RunArgs),
    /// Say which prompt each line of a file came from: by git's blame, and what adit recorded of its commits.
    #[command(
        after_help = "A line shows its commit, and the turn and prompt behind it, or else the commit's author.\n\
                      Known from the journals of this workspace's sessions, and from notes on commits\n\
                      (`commit.provenance = \"note\"`), which others can fetch from refs/notes/adit."
    )]
    Blame(BlameArgs),
    /// Check terminal, git, settings, credentials, region and model access; each finding comes with its fix.
    #[command(after_help = "Exit codes: 0 nothing failed, 1 something did, 2 wrong usage.")]
    Doctor(DoctorArgs),
    /// Print the configuration that holds here, from all files, variables and defaults.
    Config {
        /// Print every key with its default and what it means.
        #[arg(long, conflicts_with = "path")]
        default: bool,
        /// Print where the user's file is looked for.
        #[arg(long)]
        path: bool,
    },
    /// Print which keys do what, as Markdown: those that hold here, with your own keymap.toml.
    Keys {
        /// Print the keys of a preset instead: default, vim, emacs or lazygit-like.
        #[arg(long, value_name = "PRESET")]
        preset: Option<String>,
    },
    /// Tell what was spent, by day, model or project, from the ledger of all sessions.
    Cost(CostArgs),
    /// Print the end of adit's log, made harmless for a terminal.
    Logs(LogsArgs),
    /// List the sessions of a workspace: when, how much is pending, the first prompt, the journal.
    Sessions {
        /// The repository or folder (default: here).
        path: Option<PathBuf>,
    },
}

/// Arguments of the demo.
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// How it is shown.
    #[command(flatten)]
    pub screen: ScreenArgs,
}

/// Arguments of `adit cost`.
#[derive(Debug, Clone, Args)]
pub struct CostArgs {
    /// What the calls are summed by.
    #[arg(long, value_enum, default_value_t = CostBy::Day)]
    pub by: CostBy,
    /// The first day, as 2026-11-27, or so many days ago, as 7d (default: ever).
    #[arg(long)]
    pub since: Option<String>,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t = CostFormat::Table)]
    pub format: CostFormat,
}

/// What `adit cost` sums by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CostBy {
    /// The day.
    Day,
    /// The model as it was asked.
    Model,
    /// The workspace.
    Project,
}

/// How `adit cost` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CostFormat {
    /// For people.
    Table,
    /// For spreadsheets.
    Csv,
    /// For programs.
    Json,
}

/// Arguments of `adit blame`.
#[derive(Debug, Clone, Args)]
pub struct BlameArgs {
    /// The file.
    pub file: PathBuf,
    /// Only these lines: `12` or `12,20`.
    #[arg(long, short = 'L', value_name = "FIRST[,LAST]")]
    pub lines: Option<String>,
    /// Print the prompts in full below the lines.
    #[arg(long)]
    pub prompts: bool,
    /// Print one JSON object a line, with turn, step, tool call and the whole prompt.
    #[arg(long, conflicts_with = "prompts")]
    pub json: bool,
}

impl BlameArgs {
    /// Returns the first and the last line to show, from 1; the error says what is wrong with them.
    pub fn range(&self) -> Result<(usize, usize), String> {
        let Some(lines) = &self.lines else { return Ok((1, usize::MAX)) };
        let number = |text: &str| text.trim().parse::<usize>().ok().filter(|number| *number > 0);
        let range = match lines.split_once(',') {
            Some((first, last)) => number(first).zip(number(last)),
            None => number(lines).map(|line| (line, line)),
        };
        range
            .filter(|(first, last)| first <= last)
            .ok_or_else(|| format!("{lines} is no range of lines; give 12 or 12,20"))
    }
}

/// Arguments of `adit doctor`.
#[derive(Debug, Clone, Default, Args)]
pub struct DoctorArgs {
    /// The repository or folder to look at (default: here).
    pub path: Option<PathBuf>,
    /// Print the findings as JSON.
    #[arg(long)]
    pub json: bool,
    /// Print the least IAM policy for the configured models, and check nothing.
    #[arg(long)]
    pub iam_policy: bool,
    /// Call the model for one token without asking.
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// What a model call uses.
    #[command(flatten)]
    pub model: ModelArgs,
}

/// Arguments of `adit logs`.
#[derive(Debug, Clone, Args)]
pub struct LogsArgs {
    /// Print where the log is kept.
    #[arg(long, conflicts_with_all = ["lines", "follow"])]
    pub path: bool,
    /// How many lines.
    #[arg(long, short = 'n', default_value_t = 50)]
    pub lines: usize,
    /// Go on with what is added, until Ctrl-C.
    #[arg(long, short = 'f')]
    pub follow: bool,
}

/// Arguments of `adit run`.
#[derive(Debug, Clone, Args)]
pub struct RunArgs {
    /// What the model is asked; `-` reads it from standard input. Before it may stand the repository or folder to
    /// work on (default: here).
    #[arg(value_name = "PROMPT")]
    pub first: String,
    /// The prompt, where a folder stands before it.
    #[arg(value_name = "PROMPT", hide = true)]
    pub second: Option<String>,
    /// Print every event as JSON, one a line, in place of text and diff.
    #[arg(long)]
    pub json: bool,
    /// What becomes of the proposal at the end.
    #[arg(long, value_enum, default_value_t = Accept::None)]
    pub accept: Accept,
    /// Commit what was accepted, with a message that the model drafts; needs --accept all.
    #[arg(long)]
    pub commit: bool,
    /// What a model call uses.
    #[command(flatten)]
    pub model: ModelArgs,
}

impl RunArgs {
    /// Returns the folder, where one is named, and the prompt.
    pub fn path_and_prompt(&self) -> (Option<PathBuf>, &str) {
        match &self.second {
            Some(prompt) => (Some(PathBuf::from(&self.first)), prompt),
            None => (None, &self.first),
        }
    }
}

/// What `adit run` does with the proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Accept {
    /// Write all of it.
    All,
    /// Write nothing and print the diff; it stays pending for `adit --continue`.
    None,
}
