//! Markdown's marks in words: links, what is struck out, tasks, footnotes, the cells of a table.

use super::words::spoken;

/// Returns a line outside of code in words; nothing where there is nothing to hear, such as a rule.
pub(super) fn line_in_words(line: &str) -> Option<String> {
    let body = line.trim_start();
    if body.is_empty() || is_rule(body) {
        return None;
    }
    if body.starts_with('#') {
        let heading = body.trim_start_matches('#');
        if heading.starts_with(char::is_whitespace) {
            return Some(format!("Heading: {}", unmarked(heading.trim())));
        }
    }
    if body.starts_with('|') {
        let cells = cells(body);
        let is_rule = cells.iter().all(|cell| cell.chars().all(|character| matches!(character, '-' | ':')));
        let cells: Vec<String> = cells.iter().map(|cell| unmarked(cell)).collect();
        return (!is_rule).then(|| format!("Row: {}", cells.join(", ")));
    }
    if body.starts_with('>') {
        let quoted = body.trim_start_matches(['>', ' ']);
        return (!quoted.is_empty()).then(|| format!("Quote: {}", unmarked(quoted)));
    }
    if let Some((name, note)) = footnote(body)
        && let Some(note) = note.strip_prefix(':')
    {
        return Some(format!("Footnote {}: {}", spoken(name), unmarked(note.trim())));
    }
    if let Some((before, state, after)) = task(line) {
        return Some(format!("{}{state} {}", spoken(before), unmarked(after)));
    }
    Some(unmarked(line))
}

/// Returns a text with its marks in words. What stands in code is left as it is.
pub(super) fn unmarked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = code(rest)
            .or_else(|| escaped(rest))
            .or_else(|| struck(rest))
            .or_else(|| link(rest))
            .or_else(|| rest.strip_prefix("**").map(|after| (String::new(), after)));
        match taken {
            Some((words, after)) => {
                out.push_str(&words);
                rest = after;
            }
            None => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    spoken(&out).into_owned()
}

/// Tells whether a line is a rule, or underlines a heading.
fn is_rule(body: &str) -> bool {
    let marks: Vec<char> = body.chars().filter(|character| !character.is_whitespace()).collect();
    marks.len() > 2 && matches!(marks[0], '-' | '*' | '_' | '=') && marks.iter().all(|mark| *mark == marks[0])
}

/// Returns the cells of a table's row.
fn cells(row: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut characters = row.trim().chars().peekable();
    characters.next_if_eq(&'|');
    while let Some(character) = characters.next() {
        match (character, cells.last_mut()) {
            ('\\', Some(cell)) if characters.next_if_eq(&'|').is_some() => cell.push('|'),
            ('|', _) if characters.peek().is_some() => cells.push(String::new()),
            ('|', _) => {}
            (other, Some(cell)) => cell.push(other),
            (_, None) => {}
        }
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

/// Takes a list's item with a box apart: what stands before the box, its state in a word, what follows.
fn task(line: &str) -> Option<(&str, &'static str, &str)> {
    let body = line.trim_start();
    let digits = body.trim_start_matches(|character: char| character.is_ascii_digit());
    let item = match body.strip_prefix(['-', '*', '+']) {
        Some(item) => item,
        None if digits.len() < body.len() => digits.strip_prefix(['.', ')'])?,
        None => return None,
    };
    let item = item.strip_prefix(' ')?.trim_start();
    let before = &line[..line.len() - item.len()];
    let boxes = [("[ ] ", "to do:"), ("[x] ", "done:"), ("[X] ", "done:")];
    boxes.into_iter().find_map(|(mark, state)| item.strip_prefix(mark).map(|after| (before, state, after)))
}

/// Takes code at the start of a text.
fn code(text: &str) -> Option<(String, &str)> {
    let after = text.trim_start_matches('`');
    let ticks = &text[..text.len() - after.len()];
    if ticks.is_empty() {
        return None;
    }
    let mut from = 0;
    while let Some(found) = after[from..].find(ticks) {
        let (at, end) = (from + found, from + found + ticks.len());
        let run = after[at..].len() - after[at..].trim_start_matches('`').len();
        if run == ticks.len() {
            let inner = &after[..at];
            let padded = inner.strip_prefix(' ').and_then(|inner| inner.strip_suffix(' '));
            return Some((padded.filter(|inner| !inner.trim().is_empty()).unwrap_or(inner).to_owned(), &after[end..]));
        }
        from = at + run;
    }
    // It is not closed here: a reader would spell the marks out.
    Some((String::new(), after))
}

/// Takes an escaped mark at the start of a text.
fn escaped(text: &str) -> Option<(String, &str)> {
    let after = text.strip_prefix('\\')?;
    let mark = after.chars().next().filter(char::is_ascii_punctuation)?;
    Some((mark.to_string(), &after[1..]))
}

/// Takes a piece that is struck out.
fn struck(text: &str) -> Option<(String, &str)> {
    let (inner, after) = text.strip_prefix("~~")?.split_once("~~")?;
    (!inner.trim().is_empty()).then(|| (format!("{} (struck out)", unmarked(inner)), after))
}

/// Takes a link, a picture, a footnote's sign or a bare address.
fn link(text: &str) -> Option<(String, &str)> {
    if let Some((name, after)) = footnote(text) {
        return Some((format!(" (footnote {name})"), after));
    }
    if let Some(inner) = text.strip_prefix('<') {
        let (address, after) = inner.split_once('>')?;
        let is_address = address.contains(':') && !address.contains(char::is_whitespace);
        return is_address.then(|| (address.to_owned(), after));
    }
    let is_picture = text.starts_with("![");
    let inner = text.strip_prefix("![").or_else(|| text.strip_prefix('['))?;
    let close = closing(inner, '[', ']')?;
    let target = inner[close + 1..].strip_prefix('(')?;
    let end = closing(target, '(', ')')?;
    let label = unmarked(&inner[..close]);
    let address = target[..end].split_whitespace().next().unwrap_or_default().trim_matches(['<', '>']);
    let words = match (is_picture, label.is_empty()) {
        (true, true) => format!("(picture {address})"),
        (true, false) => format!("{label} (picture {address})"),
        (false, true) => address.to_owned(),
        (false, false) if label == address => label,
        (false, false) => format!("{label} (link {address})"),
    };
    Some((words, &target[end + 1..]))
}

/// Takes a footnote's sign: its name and what follows.
fn footnote(text: &str) -> Option<(&str, &str)> {
    let (name, after) = text.strip_prefix("[^")?.split_once(']')?;
    (!name.is_empty() && !name.contains(char::is_whitespace)).then_some((name, after))
}

/// Returns where the bracket that is open is closed.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0;
    let mut is_escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if character == open => depth += 1,
            _ if character == close && depth == 0 => return Some(at),
            _ if character == close => depth -= 1,
            _ => {}
        }
    }
    None
}
