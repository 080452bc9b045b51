//! What the user can say, in one table, and how a line is understood.

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
    /// Chooses the AWS profile.
    Profile(String),
    /// Chooses the AWS region.
    Region(String),
    /// Chooses the model; without a name the models are listed.
    Model(Option<String>),
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

/// Everything that can be said: the word, what may follow it, and what it does.
pub(super) const WORDS: &[(&str, &str, &str)] = &[
    ("ask", "and your request", "asks the model; ask alone takes more lines, up to one with only a full stop"),
    ("write", "", "opens your editor for your request; what you save is sent"),
    ("attach", "and a file", "shows a picture to the model with your next request"),
    ("stop", "", "stops the answer"),
    ("retry", "", "sends the last request again"),
    ("read", "", "reads the last answer again"),
    ("status", "", "says where things stand"),
    ("files", "", "names the files that have changes"),
    ("next", "", "reads the next change that waits for you"),
    ("previous", "", "reads the one before"),
    ("go", "and a file", "reads the first change of a file"),
    ("show", "", "reads the change again"),
    ("more", "", "reads on in a long change"),
    ("accept", "", "writes the change; accept 2 to 4 takes only these numbered lines, accept file, accept all"),
    ("reject", "", "drops it, in the same forms; reject because, and why, tells the model"),
    ("change", "", "opens the file of the change in your editor; what you save is proposed in its place"),
    ("note", "and words", "tells the model something about the change, with your next request"),
    ("undo", "", "takes the last decision back"),
    ("redo", "", "does it again"),
    ("history", "", "tells what happened to the review; go to and a number goes to that point"),
    ("keep mine", "", "settles a conflict: your text stays; also: take proposal, take both"),
    ("show mine", "", "reads a side of a conflict; also: show proposal, show before"),
    ("commit", "", "drafts a message for what you accepted and reads it; commit and a message uses yours"),
    ("yes", "", "agrees to what was asked; no does not"),
    ("edit", "", "writes the commit message anew; edit 1 and words replaces one line; draft asks for another"),
    ("write message", "", "opens the commit message in your editor"),
    ("init", "", "makes a git repository here"),
    ("model", "and a name", "chooses the model; alone it names them"),
    ("profile", "and a name", "chooses the AWS profile; region and a name the region"),
    ("code", "and the code of your device", "hands it over where a login asks for it"),
    ("allow", "", "makes the call that a cap on spending stopped; allow all lets the whole session pass the caps"),
    ("proceed", "", "does what was held back because of what it costs"),
    ("add", "and a file", "shows a file to the model with each request; drop ends that"),
    ("clear", "", "starts a new conversation; the review stays"),
    ("quit", "", "leaves; what waits can be decided later"),
];

/// Understands a line; none for an empty one. The error is a sentence for the user.
pub(super) fn parse(line: &str) -> Result<Option<Command>, String> {
    let line = line.trim();
    let (word, rest) = line.split_once(char::is_whitespace).map_or((line, ""), |(word, rest)| (word, rest.trim()));
    let word = word.to_lowercase();
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
        "go" => needs("a file", |file| Command::Go(Step::File(file))),
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
        "profile" => needs("its name", Command::Profile),
        "region" => needs("its name", Command::Region),
        "add" => needs("a file", Command::Add),
        "drop" => needs("a file", Command::Drop),
        "clear" => alone(Command::Clear),
        "quit" | "exit" => alone(Command::Quit),
        _ => {
            Err(format!("I do not know the word {word}. Say help to hear all words; to ask the model, begin with ask."))
        }
    }
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
