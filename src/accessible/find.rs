//! Where words stand: in the conversation and in the changes that wait.

use super::parts::parts_numbered;
use super::words::{LONGEST, count, first_line, spoken};
use crate::review::Review;
use crate::session::{Entry, SessionState};

/// So many places are told at once.
const TOLD: usize = 20;

/// Tells where words stand, whatever their case; the newest of the conversation first.
pub(super) fn find(words: &str, state: &SessionState) -> Vec<String> {
    let wanted = words.to_lowercase();
    let mut places = in_changes(&wanted, &state.review);
    places.extend(in_conversation(&wanted, state));
    let found = places.len();
    if found == 0 {
        return vec![format!("{} is not found.", spoken(words))];
    }
    let mut said = vec![format!("Found in {}.", count(found, "line", "lines"))];
    said.extend(places.into_iter().take(TOLD));
    if found > TOLD {
        said.push(format!("There are {} more; find more words to hear fewer.", found - TOLD));
    }
    said
}

fn in_changes(wanted: &str, review: &Review) -> Vec<String> {
    let mut places = Vec::new();
    for (number, part) in parts_numbered(review) {
        let Some(change) = review.file(part.path()) else { continue };
        let name = match number {
            Some(numbers) => format!("Change {}", numbers.start()),
            None => "Conflict".to_owned(),
        };
        let path = spoken(part.path().as_str());
        let lines = part.body(change).into_iter().filter(|line| line.to_lowercase().contains(wanted));
        places.extend(lines.map(|line| format!("{name}, in {path}: {line}")));
    }
    places
}

fn in_conversation(wanted: &str, state: &SessionState) -> Vec<String> {
    let mut places = Vec::new();
    let mut request = 0;
    for entry in &state.entries {
        let (name, text) = match entry.as_ref() {
            Entry::Prompt { turn, text, .. } => {
                request = turn.0;
                ("Your request", text.as_str())
            }
            Entry::Text { text, .. } => ("The answer to request", &**text),
            _ => continue,
        };
        for line in text.lines().filter(|line| line.to_lowercase().contains(wanted)) {
            let short: String = line.chars().take(LONGEST).collect();
            places.push(format!("{name} {request}: {}", first_line(&short)));
        }
    }
    places.reverse();
    places
}
