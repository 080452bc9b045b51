//! How a line of the user is understood.

use crate::config::Effort;
use crate::review::{Decision, Resolution};
use crate::session::{Allowance, Passcode};

/// What a decision is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Extent {
    /// The change that was read last.
    Part,
    /// Some of its numbered lines, from 1.
    Lines(Vec<usize>),
    /// Its whole file.
    File,
    /// Everything.
    All,
}

/// A line of the user, understood.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Command {
    /// Says what can be said.
    Help(Option<String>),
    /// Asks the model; without words they follow on lines of their own.
    Ask(Option<String>),
    /// Writes a request in the user's editor.
    Write,
    /// Writes the commit message in it.
    WriteMessage,
    /// Edits the file of the change in it.
    Change,
    /// Shows an image with the next request.
    Attach(String),
    /// Tells what happened to the review.
    History,
    /// Goes to a point of it.
    GoTo(usize),
    /// Sends what is prepared.
    Send,
    /// Stops the turn.
    Stop,
    /// Sends the last request again.
    Retry,
    /// Reads the last answer again.
    Read,
    /// Says where things stand.
    Status,
    /// Names the files of the review.
    Files,
    /// Goes to a change.
    Go(Step),
    /// Reads the change again.
    Show,
    /// Reads on.
    More,
    /// Decides.
    Decide(Decision, Extent, Option<String>),
    /// Tells the model something about the change.
    Note(String),
    /// Settles a conflict.
    Settle(Resolution),
    /// Reads one side of a conflict.
    Side(Side),
    /// Takes the last decision back.
    Undo,
    /// Does it again.
    Redo,
    /// Commits, with a message or a drafted one.
    Commit(Option<String>),
    /// Writes the message anew, or one line of it.
    Edit(Option<(usize, String)>),
    /// Has another message drafted.
    Draft,
    /// Agrees.
    Yes,
    /// Does not.
    No,
    /// Makes a repository.
    Init,
    /// Does what was held back because of what it costs.
    Proceed,
    /// Lets the call that a cap stopped pass, or all of this session.
    Allow(Allowance),
    /// Hands over the code of a device.
    Code(Passcode),
    /// Chooses the AWS profile; without a name they are listed.
    Profile(Option<String>),
    /// Chooses the AWS region; without a name they are listed.
    Region(Option<String>),
    /// Chooses the model; without a name the models are listed.
    Model(Option<String>),
    /// Chooses how much the model thinks; without a word it is told.
    Thinking(Option<Effort>),
    /// Tells what was spent.
    Cost,
    /// Tells the time and cost of each turn.
    Turns,
    /// Tells how full the model's context is.
    Context,
    /// Has the conversation's beginning summed up; what the summary is to keep above all.
    Compact(Option<String>),
    /// Takes the last summary back.
    Uncompact,
    /// Tells how long the last requests took.
    Timings,
    /// Tells the requests of this session.
    Prompts,
    /// Prepares one of them to be sent again, by its number.
    Prompt(usize),
    /// Finds words in the conversation and in the changes.
    Find(String),
    /// Tells which request made the change.
    Why,
    /// Reads what the model thought.
    Thoughts,
    /// Sends decisions and notes to the model now.
    Tell,
    /// Takes the last request that waits back, or all of them.
    Unqueue(Extent),
    /// Shows a file to the model with each request.
    Add(String),
    /// Shows it no longer.
    Drop(String),
    /// Starts a new conversation.
    Clear,
    /// Leaves.
    Quit,
}

/// Where to go among the changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// To the one after.
    Next,
    /// To the one before.
    Previous,
    /// To the first of a file.
    File(String),
    /// To the one with this number.
    Number(usize),
}

/// One side of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// What was there before both.
    Before,
    /// What is on disk.
    Yours,
    /// What the model proposes.
    Proposal,
}

/// Understands a line; none for an empty one. The error is a sentence for the user.
pub(super) fn parse(line: &str) -> Result<Option<Command>, String> {
    let line = line.trim();
    let (word, rest) = line.split_once(char::is_whitespace).map_or((line, ""), |(word, rest)| (word, rest.trim()));
    // Hints name the commands of the screen's composer, which begin with a slash.
    let word = word.strip_prefix('/').unwrap_or(word).to_lowercase();
    let said = (!rest.is_empty()).then(|| rest.to_owned());
    let alone = |command: Command| match rest {
        "" => Ok(Some(command)),
        _ => Err(format!("Nothing can follow {word}. To ask the model, begin with ask.")),
    };
    let needs = |what: &str, command: fn(String) -> Command| {
        said.clone().map(command).map(Some).ok_or_else(|| format!("Say {word} and {what}."))
    };
    match word.as_str() {
        "" => Ok(None),
        "help" | "?" => Ok(Some(Command::Help(said))),
        "ask" => Ok(Some(Command::Ask(said))),
        "write" => match rest.to_lowercase().as_str() {
            "" => Ok(Some(Command::Write)),
            "message" | "the message" => Ok(Some(Command::WriteMessage)),
            _ => Err("Say write for a request, or write message for the commit message.".to_owned()),
        },
        "change" => alone(Command::Change),
        "attach" => needs("a file", Command::Attach),
        "history" => alone(Command::History),
        "send" => alone(Command::Send),
        "stop" => alone(Command::Stop),
        "retry" => alone(Command::Retry),
        "read" => alone(Command::Read),
        "status" => alone(Command::Status),
        "files" => alone(Command::Files),
        "next" => alone(Command::Go(Step::Next)),
        "previous" => alone(Command::Go(Step::Previous)),
        "go" if point(rest).is_some() => Ok(point(rest).map(Command::GoTo)),
        "go" if rest.parse::<usize>().is_ok() => Ok(rest.parse().ok().map(|number| Command::Go(Step::Number(number)))),
        "go" => needs("a file, or a number", |file| Command::Go(Step::File(file))),
        "show" => match rest.to_lowercase().as_str() {
            "" => Ok(Some(Command::Show)),
            "mine" | "yours" => Ok(Some(Command::Side(Side::Yours))),
            "proposal" => Ok(Some(Command::Side(Side::Proposal))),
            "before" => Ok(Some(Command::Side(Side::Before))),
            _ => Err("Say show, show mine, show proposal or show before.".to_owned()),
        },
        "more" => alone(Command::More),
        "accept" => decision(Decision::Accepted, &word, rest).map(Some),
        "reject" => decision(Decision::Rejected, &word, rest).map(Some),
        "note" => needs("what the model is to know", Command::Note),
        "keep" | "take" => match rest.to_lowercase().as_str() {
            "mine" | "yours" => Ok(Some(Command::Settle(Resolution::Yours))),
            "proposal" | "the proposal" => Ok(Some(Command::Settle(Resolution::Proposal))),
            "both" => Ok(Some(Command::Settle(Resolution::Both))),
            _ => Err("Say keep mine, take proposal or take both.".to_owned()),
        },
        "undo" => alone(Command::Undo),
        "redo" => alone(Command::Redo),
        "commit" => Ok(Some(Command::Commit(said))),
        "edit" => edit(rest).map(Some),
        "draft" => alone(Command::Draft),
        "yes" => alone(Command::Yes),
        "no" => alone(Command::No),
        "init" => alone(Command::Init),
        "model" => Ok(Some(Command::Model(said))),
        "proceed" => alone(Command::Proceed),
        "allow" => match rest.to_lowercase().as_str() {
            "" => Ok(Some(Command::Allow(Allowance::Call))),
            "all" => Ok(Some(Command::Allow(Allowance::Session))),
            _ => Err("Say allow, or allow all.".to_owned()),
        },
        "code" => needs("the code of your device", |code| Command::Code(Passcode(code))),
        "profile" => Ok(Some(Command::Profile(said))),
        "region" => Ok(Some(Command::Region(said))),
        "thinking" => thinking(rest).map(Some),
        "cost" => alone(Command::Cost),
        "turns" => alone(Command::Turns),
        "context" => alone(Command::Context),
        "compact" => Ok(Some(Command::Compact(said))),
        "uncompact" => alone(Command::Uncompact),
        "timings" => alone(Command::Timings),
        "prompts" => alone(Command::Prompts),
        "prompt" => match rest.parse() {
            Ok(number) => Ok(Some(Command::Prompt(number))),
            Err(_) => Err("Say prompt and its number; say prompts to hear them.".to_owned()),
        },
        "find" => needs("what to find", Command::Find),
        "why" => alone(Command::Why),
        "thoughts" => alone(Command::Thoughts),
        "tell" => alone(Command::Tell),
        "unqueue" => match rest.to_lowercase().as_str() {
            "" => Ok(Some(Command::Unqueue(Extent::Part))),
            "all" => Ok(Some(Command::Unqueue(Extent::All))),
            _ => Err("Say unqueue, or unqueue all.".to_owned()),
        },
        "add" => needs("a file", Command::Add),
        "drop" => needs("a file", Command::Drop),
        "clear" => alone(Command::Clear),
        "quit" | "exit" => alone(Command::Quit),
        _ => {
            Err(format!("I do not know the word {word}. Say help to hear all words; to ask the model, begin with ask."))
        }
    }
}

fn thinking(rest: &str) -> Result<Command, String> {
    let wanted = rest.to_lowercase();
    if wanted.is_empty() {
        return Ok(Command::Thinking(None));
    }
    let found = Effort::ALL.into_iter().find(|(_, name)| *name == wanted);
    found
        .map(|(effort, _)| Command::Thinking(Some(effort)))
        .ok_or_else(|| "Say thinking off, low, medium, high, max or auto.".to_owned())
}

/// Reads the number of a point: `to 3`.
fn point(text: &str) -> Option<usize> {
    text.strip_prefix("to ")?.trim().parse().ok()
}

fn decision(decision: Decision, word: &str, rest: &str) -> Result<Command, String> {
    let (extent, why) = match rest.split_once("because") {
        Some((extent, why)) => (extent.trim(), Some(why.trim().to_owned()).filter(|why| !why.is_empty())),
        None => (rest, None),
    };
    let extent = match extent.to_lowercase().as_str() {
        "" => Extent::Part,
        "file" => Extent::File,
        "all" => Extent::All,
        numbers => Extent::Lines(lines(numbers).ok_or_else(|| {
            format!("Say {word}, {word} file, {word} all, or {word} with numbers of lines as in {word} 2 to 4.")
        })?),
    };
    Ok(Command::Decide(decision, extent, why))
}

/// Reads numbers of lines: `3`, `2 to 4`, `2-4`, `1, 3-5`.
fn lines(text: &str) -> Option<Vec<usize>> {
    let text = text.trim_start_matches("lines").trim_start_matches("line").replace(" to ", "-").replace(" and ", ",");
    let mut out = Vec::new();
    for piece in text.split([',', ' ']).map(str::trim).filter(|piece| !piece.is_empty()) {
        let (first, last) = piece.split_once('-').unwrap_or((piece, piece));
        let (first, last) = (first.trim().parse::<usize>().ok()?, last.trim().parse::<usize>().ok()?);
        // No change has more lines; a slip of the finger must not make a list that does not fit.
        if first == 0 || last < first || last > 1_000_000 {
            return None;
        }
        out.extend(first..=last);
    }
    (!out.is_empty()).then_some(out)
}

fn edit(rest: &str) -> Result<Command, String> {
    if rest.is_empty() {
        return Ok(Command::Edit(None));
    }
    let (number, words) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    match number.parse::<usize>() {
        Ok(number) if number > 0 => Ok(Command::Edit(Some((number, words.trim().to_owned())))),
        Ok(_) | Err(_) => Err("Say edit, or edit with the number of a line and its new words.".to_owned()),
    }
}
