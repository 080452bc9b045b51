//! The command line's arguments.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// A terminal pair programmer for Claude Sonnet on Amazon Bedrock: the model proposes, you decide hunk by hunk.
#[derive(Debug, Clone, Parser)]
#[command(name = "adit", version, about, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do; without it the full screen opens.
    #[command(subcommand)]
    pub command: Option<CliCommand>,
    /// The full screen's arguments.
    #[command(flatten)]
    pub open: OpenArgs,
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
    /// "auto", "dark", "light", "ansi", or a theme file of yours.
    #[arg(long)]
    pub theme: Option<String>,
    /// Leave the mouse to the terminal.
    #[arg(long)]
    pub no_mouse: bool,
}

/// Arguments that choose what is called.
#[derive(Debug, Clone, Default, Args)]
pub struct ModelArgs {
    /// Model id, inference profile, ARN or alias.
    #[arg(long, short = 'm')]
    pub model: Option<String>,
    /// AWS region.
    #[arg(long)]
    pub region: Option<String>,
    /// AWS profile.
    #[arg(long)]
    pub profile: Option<String>,
}

/// The commands.
#[derive(Debug, Clone, Subcommand)]
pub enum CliCommand {
    /// Learn adit on a sample repository with scripted answers: no account, no network.
    Demo {
        /// "auto", "dark", "light" or "ansi".
        #[arg(long)]
        theme: Option<String>,
        /// Leave the mouse to the terminal.
        #[arg(long)]
        no_mouse: bool,
    },
    /// Run one prompt without a screen.
    Run(RunArgs),
    /// Show the configuration.
    Config {
        /// Print every key with its default.
        #[arg(long)]
        default: bool,
        /// Print where the user's file is looked for.
        #[arg(long)]
        path: bool,
    },
    /// List the sessions of a workspace.
    Sessions {
        /// The repository or folder (default: here).
        path: Option<PathBuf>,
    },
}

/// Arguments of `adit run`.
#[derive(Debug, Clone, Args)]
pub struct RunArgs {
    /// [PATH] PROMPT: the folder (default: here), and the prompt, `-` to read it from standard input.
    #[arg(required = true, num_args = 1..=2, value_names = ["PATH", "PROMPT"], allow_hyphen_values = true)]
    pub words: Vec<String>,
    /// Print events as JSON, one a line.
    #[arg(long)]
    pub json: bool,
    /// What to do with the proposal.
    #[arg(long, value_enum, default_value_t = Accept::None)]
    pub accept: Accept,
    /// Commit what was accepted, with a drafted message.
    #[arg(long)]
    pub commit: bool,
    /// What a model call uses.
    #[command(flatten)]
    pub model: ModelArgs,
}

impl RunArgs {
    /// Returns the folder, where one is named, and the prompt.
    pub fn path_and_prompt(&self) -> (Option<PathBuf>, &str) {
        match self.words.as_slice() {
            [path, prompt] => (Some(PathBuf::from(path)), prompt),
            [prompt] => (None, prompt),
            _ => (None, ""),
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
