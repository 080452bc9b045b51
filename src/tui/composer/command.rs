//! The `/` commands, in one table: completion and help are made from it.

use crate::config::Effort;
use crate::path::RelPath;
use crate::review::{Decision, Pick};
use crate::session::{Allowance, Op, SessionState};
use crate::tui::{Effect, Overlay};

/// A command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommandName {
    /// Chooses the model.
    Model,
    /// Chooses the theme.
    Theme,
    /// Chooses the AWS profile.
    Profile,
    /// Chooses the AWS region.
    Region,
    /// Commits.
    Commit,
    /// Undoes a decision.
    Undo,
    /// Redoes it.
    Redo,
    /// Starts a new conversation.
    Clear,
    /// Sends the last prompt again.
    Retry,
    /// Adds a file to the context.
    Add,
    /// Drops it.
    Drop,
    /// Shows how long the last requests took.
    Timings,
    /// Makes a repository.
    Init,
    /// Accepts what is pending.
    Accept,
    /// Rejects it.
    Reject,
    /// Shows what was spent.
    Cost,
    /// Shows how full the context is.
    Context,
    /// Compacts the conversation.
    Compact,
    /// Takes the last summary back.
    Uncompact,
    /// Chooses how much the model thinks.
    Thinking,
    /// Lets adit go past a cap.
    Allow,
    /// Shows how the line to the terminal is.
    Connection,
    /// Shows the keys.
    Help,
    /// Quits.
    Quit,
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct CommandInfo {
    /// The command.
    pub command: CommandName,
    /// Its name after the `/`.
    pub name: &'static str,
    /// Its arguments, for people; brackets around what may be left out.
    pub args: &'static str,
    /// What it does: a short phrase, imperative.
    pub doc: &'static str,
}

const fn info(command: CommandName, name: &'static str, args: &'static str, doc: &'static str) -> CommandInfo {
    CommandInfo { command, name, args, doc }
}

/// Every command, in the order of the help.
pub const COMMANDS: &[CommandInfo] = &[
    info(CommandName::Model, "model", "[NAME]", "choose the model"),
    info(CommandName::Theme, "theme", "[NAME]", "choose the theme"),
    info(CommandName::Commit, "commit", "", "commit what was accepted"),
    info(CommandName::Undo, "undo", "", "undo the last decision"),
    info(CommandName::Redo, "redo", "", "redo it"),
    info(CommandName::Accept, "accept", "all", "accept everything that is pending"),
    info(CommandName::Reject, "reject", "all", "reject everything that is pending"),
    info(CommandName::Add, "add", "PATH", "show a file to the model with each prompt"),
    info(CommandName::Drop, "drop", "PATH", "show it no longer"),
    info(CommandName::Clear, "clear", "", "start a new conversation; the review stays"),
    info(CommandName::Retry, "retry", "", "send the last prompt again"),
    info(CommandName::Timings, "timings", "", "see how long the last requests took"),
    info(CommandName::Profile, "profile", "NAME", "use another AWS profile from the next request on"),
    info(CommandName::Region, "region", "NAME", "call another AWS region from the next request on"),
    info(CommandName::Init, "init", "", "make a git repository here"),
    info(CommandName::Cost, "cost", "", "see what was spent"),
    info(CommandName::Context, "context", "", "see how full the model's context is"),
    info(CommandName::Compact, "compact", "[FOCUS]", "replace the conversation's beginning by a summary"),
    info(CommandName::Uncompact, "uncompact", "", "take the last summary back"),
    info(CommandName::Thinking, "thinking", "EFFORT", "let the model think: off, low, medium, high, max, auto"),
    info(CommandName::Allow, "allow", "[session]", "go past a cap on spending, for a call or the session"),
    info(CommandName::Connection, "connection", "", "see how the connection to the terminal is"),
    info(CommandName::Help, "help", "", "show the keys and commands"),
    info(CommandName::Quit, "quit", "", "quit"),
];

/// Returns the command's name and arguments when a message is a command: `/`, then letters up to a space.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let body = text.trim().strip_prefix('/')?;
    let (name, args) = body.split_once(char::is_whitespace).unwrap_or((body, ""));
    // `/usr/bin/x fails` and `/` alone are messages.
    let is_name = !name.is_empty() && name.chars().all(|character| character.is_ascii_alphabetic() || character == '-');
    (is_name && !args.contains('\n')).then(|| (name, args.trim()))
}

/// Returns what a command does, or why it cannot be done.
pub(super) fn run(name: &str, args: &str, state: &SessionState) -> Result<Vec<Effect>, String> {
    let Some(info) = COMMANDS.iter().find(|info| info.name == name) else { return Err(unknown(name)) };
    let only = |effect: Effect| match args {
        "" => Ok(vec![effect]),
        _ => Err(format!("/{name} takes no arguments")),
    };
    match info.command {
        CommandName::Timings => Ok(vec![Effect::Open(Overlay::Timings)]),
        CommandName::Model if args.is_empty() => Ok(vec![Effect::Open(Overlay::Models)]),
        CommandName::Model => Ok(vec![Effect::Send(Op::SetModel { name: args.to_owned() })]),
        CommandName::Theme if args.is_empty() => Ok(vec![Effect::Open(Overlay::Themes)]),
        CommandName::Theme => Ok(vec![Effect::Wear(args.to_owned())]),
        CommandName::Profile | CommandName::Region if args.is_empty() => Err(format!("/{name} needs a name")),
        CommandName::Profile => Ok(vec![Effect::Send(Op::SetProfile { name: args.to_owned() })]),
        CommandName::Region => Ok(vec![Effect::Send(Op::SetRegion { name: args.to_owned() })]),
        CommandName::Commit => only(Effect::Open(Overlay::Commit)),
        CommandName::Undo => only(Effect::Send(Op::Undo)),
        CommandName::Redo => only(Effect::Send(Op::Redo)),
        CommandName::Clear => only(Effect::Send(Op::ClearConversation)),
        CommandName::Retry => only(Effect::Send(Op::Retry)),
        CommandName::Add => Ok(vec![Effect::Send(Op::AddContext { path: path(name, args)? })]),
        CommandName::Drop => Ok(vec![Effect::Send(Op::DropContext { path: path(name, args)? })]),
        CommandName::Init => only(Effect::Send(Op::InitRepository)),
        CommandName::Accept => decide(name, args, Decision::Accepted, state),
        CommandName::Reject => decide(name, args, Decision::Rejected, state),
        CommandName::Cost => only(Effect::Open(Overlay::Cost)),
        CommandName::Context => only(Effect::Open(Overlay::Context)),
        CommandName::Compact => {
            let focus = (!args.is_empty()).then(|| args.to_owned());
            Ok(vec![Effect::Send(Op::Compact { focus })])
        }
        CommandName::Thinking => {
            let found = Effort::ALL.into_iter().find(|(_, name)| *name == args);
            let (effort, _) = found.ok_or("write /thinking off, low, medium, high, max or auto")?;
            Ok(vec![Effect::Send(Op::SetThinking { effort })])
        }
        CommandName::Uncompact => only(Effect::Send(Op::Uncompact)),
        CommandName::Allow => {
            let allowance = match args {
                "" => Allowance::Call,
                "session" => Allowance::Session,
                _ => return Err("write `/allow` for one call, or `/allow session`".to_owned()),
            };
            Ok(vec![Effect::Send(Op::AllowSpending { allowance })])
        }
        CommandName::Connection => only(Effect::Open(Overlay::Connection)),
        CommandName::Help => only(Effect::Open(Overlay::Help)),
        CommandName::Quit => only(Effect::Quit),
    }
}

fn path(name: &str, args: &str) -> Result<RelPath, String> {
    let args = args.strip_prefix('@').unwrap_or(args);
    if args.is_empty() {
        return Err(format!("/{name} needs a path"));
    }
    RelPath::new(args).map_err(|fault| fault.to_string())
}

fn decide(name: &str, args: &str, decision: Decision, state: &SessionState) -> Result<Vec<Effect>, String> {
    if args != "all" {
        return Err(format!("write `/{name} all` to {name} everything that is pending"));
    }
    let revision = state.review.revision();
    Ok(vec![Effect::Send(Op::Decide { revision, pick: Pick::Everything, decision, note: None })])
}

/// Says that there is no such command, with the names that are near.
fn unknown(name: &str) -> String {
    let near: Vec<String> = COMMANDS
        .iter()
        .filter(|info| info.name.starts_with(name) || distance(name, info.name) <= 2)
        .map(|info| format!("/{}", info.name))
        .collect();
    let shown: String = name.chars().take(30).collect();
    if near.is_empty() {
        format!("there is no command /{shown}; begin with a space to send it as text")
    } else {
        format!("there is no command /{shown}; did you mean {}?", near.join(" or "))
    }
}

/// Returns how many letters must change, come or go (Levenshtein's distance).
fn distance(left: &str, right: &str) -> usize {
    if left.len() > 32 {
        return left.len();
    }
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, from) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, to) in right.iter().enumerate() {
            let cost = diagonal + usize::from(from != *to);
            diagonal = row[column + 1];
            row[column + 1] = cost.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}
