//! Everything that can be said, in one table: the help is made from it.

/// What a word is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    Asking,
    Reviewing,
    Committing,
    Account,
    Session,
}

impl Topic {
    /// Every topic with its word.
    const ALL: [(Self, &'static str); 5] = [
        (Self::Asking, "asking"),
        (Self::Reviewing, "reviewing"),
        (Self::Committing, "committing"),
        (Self::Account, "account"),
        (Self::Session, "session"),
    ];
}

/// A word, what may follow it, and what it does.
struct Word(Topic, &'static str, &'static str, &'static str);

use Topic::{Account, Asking, Committing, Reviewing, Session};

const WORDS: &[Word] = &[
    Word(
        Asking,
        "ask",
        "and your request",
        "asks the model; ask alone takes more lines, up to one with only a full stop",
    ),
    Word(Asking, "write", "", "opens your editor for your request; what you save is sent"),
    Word(Asking, "attach", "and a file", "shows a picture to the model with your next request"),
    Word(Asking, "add", "and a file", "shows a file to the model with each request"),
    Word(Asking, "drop", "and a file", "shows it no longer"),
    Word(Asking, "send", "", "sends the request that is prepared"),
    Word(Asking, "stop", "", "stops the answer"),
    Word(Asking, "retry", "", "sends the last request again"),
    Word(
        Asking,
        "unqueue",
        "",
        "takes the last request back that waits for its turn; unqueue all takes all of them back",
    ),
    Word(Asking, "read", "", "reads the last answer again"),
    Word(Asking, "thoughts", "", "reads what the model thought before it"),
    Word(Asking, "prompts", "", "tells your requests; prompt and a number prepares one of them to be sent again"),
    Word(Asking, "find", "and words", "tells where they stand in the conversation and in the changes that wait"),
    Word(Reviewing, "files", "", "names the files that have changes"),
    Word(Reviewing, "next", "", "reads what waits for you next"),
    Word(Reviewing, "previous", "", "reads the one before"),
    Word(Reviewing, "go", "and a file, or the number of a change", "reads the change there"),
    Word(Reviewing, "show", "", "reads the change again"),
    Word(Reviewing, "more", "", "reads on in a long change"),
    Word(
        Reviewing,
        "accept",
        "",
        "writes what you heard; accept 2 to 4 takes only these numbered lines, accept file, accept all",
    ),
    Word(Reviewing, "reject", "", "drops it, in the same forms; reject because, and why, tells the model"),
    Word(
        Reviewing,
        "change",
        "",
        "opens the file of the change in your editor; what you save is proposed in its place",
    ),
    Word(Reviewing, "why", "", "tells which request made the change"),
    Word(Reviewing, "note", "and words", "tells the model something about the change, with your next request"),
    Word(Reviewing, "tell", "", "sends your decisions and notes to the model now"),
    Word(Reviewing, "undo", "", "takes the last decision back"),
    Word(Reviewing, "redo", "", "does it again"),
    Word(Reviewing, "history", "", "tells what happened to the review; go to and a number goes to that point"),
    Word(Reviewing, "keep mine", "", "settles a conflict: your text stays"),
    Word(Reviewing, "take proposal", "", "settles it: the proposal is to be reviewed; take both keeps both texts"),
    Word(Reviewing, "show mine", "", "reads a side of a conflict; also: show proposal, show before"),
    Word(
        Committing,
        "commit",
        "",
        "drafts a message for what you accepted and reads it; commit and a message uses yours",
    ),
    Word(Committing, "yes", "", "agrees to what was asked; no does not"),
    Word(Committing, "edit", "", "writes the commit message anew; edit 1 and words replaces one line"),
    Word(Committing, "write message", "", "opens the commit message in your editor"),
    Word(Committing, "draft", "", "asks for another message"),
    Word(Committing, "init", "", "makes a git repository here"),
    Word(Account, "model", "and a name", "chooses the model; alone it names them"),
    Word(
        Account,
        "thinking",
        "and how much",
        "lets the model think: off, low, medium, high, max or auto; alone it tells",
    ),
    Word(Account, "profile", "and a name", "chooses the AWS profile; alone it names them"),
    Word(Account, "region", "and a name", "chooses the AWS region; alone it names them"),
    Word(Account, "code", "and the code of your device", "hands it over where a login asks for it"),
    Word(Account, "cost", "", "tells what was spent; turns tells it of each turn"),
    Word(Account, "timings", "", "tells how long the last requests took"),
    Word(
        Account,
        "allow",
        "",
        "makes the call that a cap on spending stopped; allow all lets the whole session pass the caps",
    ),
    Word(Account, "proceed", "", "does what was held back because of what it costs"),
    Word(Session, "status", "", "says where things stand"),
    Word(Session, "context", "", "tells how full the model's context is, and of what"),
    Word(Session, "compact", "", "has the conversation's beginning summed up; compact and words says what to keep"),
    Word(Session, "uncompact", "", "takes the last summary back"),
    Word(Session, "clear", "", "starts a new conversation; the review stays"),
    Word(Session, "quit", "", "leaves; what waits can be decided later"),
];

/// Tells the words by topic; or what those of a topic do, or a word, or all.
pub(super) fn help(about: Option<&str>) -> Vec<String> {
    let Some(about) = about.map(str::to_lowercase) else {
        let mut said: Vec<String> = Topic::ALL
            .into_iter()
            .map(|(topic, name)| {
                let words: Vec<&str> = WORDS.iter().filter(|word| word.0 == topic).map(|word| word.1).collect();
                format!("Words for {name}: {}.", words.join(", "))
            })
            .collect();
        said.push("Say help and a word to hear what it does, help and a topic, or help all.".to_owned());
        return said;
    };
    let topic = Topic::ALL.into_iter().find(|(_, name)| *name == about).map(|(topic, _)| topic);
    let is_wanted = |word: &&Word| match topic {
        Some(topic) => word.0 == topic,
        None => about == "all" || word.1.starts_with(&about),
    };
    let said: Vec<String> = WORDS
        .iter()
        .filter(is_wanted)
        .map(|Word(_, word, after, doc)| match *after {
            "" => format!("{word}: {doc}."),
            after => format!("{word} {after}: {doc}."),
        })
        .collect();
    if said.is_empty() { vec!["There is no such word. Say help to hear all.".to_owned()] } else { said }
}
