//! Lines that stand for code which the model left out.

use std::collections::HashMap;

/// Words that, beside an ellipsis, say that something was left out.
const LEFT_OUT: [&str; 12] = [
    "rest",
    "unchanged",
    "existing",
    "remaining",
    "remainder",
    "omitted",
    "elided",
    "truncated",
    "previous",
    "same",
    "remains",
    "unmodified",
];

/// Whole lines that say so without an ellipsis.
const PHRASES: [&str; 10] = [
    "unchanged",
    "unchanged code",
    "existing code",
    "rest unchanged",
    "rest is unchanged",
    "rest of code unchanged",
    "rest of the code",
    "rest of the file",
    "rest of the code unchanged",
    "rest of the file unchanged",
];

/// Returns the first line of `new` that stands for left-out code and is not as often in `old`.
pub fn added_placeholder<'a>(old: &str, new: &'a str) -> Option<&'a str> {
    let mut known: HashMap<String, usize> = HashMap::new();
    for words in old.lines().filter_map(placeholder) {
        *known.entry(words).or_default() += 1;
    }
    new.lines().find(|line| {
        placeholder(line).is_some_and(|words| match known.get_mut(&words) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        })
    })
}

/// Returns the words of a line that is nothing but such a remark.
///
/// Code is not mistaken for one: the remark may hold letters, spaces and a little punctuation only, so a string,
/// a call or a value makes it an ordinary line; and `...rest` without a space is a spread, not an ellipsis,
/// unless it stands in a comment.
fn placeholder(line: &str) -> Option<String> {
    let line = line.trim();
    if line.len() > 120 {
        return None;
    }
    let comment = comment_text(line);
    let bracketed = line.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let bare = comment.or(bracketed).unwrap_or(line).trim();
    let plain = |character: char| character.is_alphabetic() || " ,.:…'-()[]".contains(character);
    if bare.is_empty() || !bare.chars().all(plain) {
        return None;
    }
    let words: Vec<String> = bare
        .split(|character: char| !character.is_alphabetic() && character != '\'')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    if words.len() > 10 {
        return None;
    }
    let elided =
        if comment.is_some() { bare.contains("...") || bare.contains('…') } else { has_loose_ellipsis(bare) };
    let said = words.iter().any(|word| LEFT_OUT.contains(&word.as_str()));
    let words = words.join(" ");
    let phrase = (comment.is_some() || bracketed.is_some()) && PHRASES.contains(&words.as_str());
    ((elided && said) || phrase).then_some(words)
}

/// Returns what a line comment says, in the comment marks of the common languages. `##` is a heading.
fn comment_text(line: &str) -> Option<&str> {
    let rest = ["//", "/*", "<!--", "--", ";", "%"].iter().find_map(|mark| line.strip_prefix(mark));
    let rest = rest.or_else(|| line.strip_prefix('#').filter(|rest| !rest.starts_with('#')))?;
    Some(rest.trim_end_matches("*/").trim_end_matches("-->"))
}

/// Tells whether there is an ellipsis that no word follows at once.
fn has_loose_ellipsis(text: &str) -> bool {
    let after = text.match_indices("...").map(|(at, dots)| &text[at + dots.len()..]);
    text.contains('…')
        || after.into_iter().any(|rest| !rest.starts_with(|next: char| next == '.' || next.is_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_remarks_from_code() {
        for line in [
            "... rest of the methods",
            "    // ... existing code ...",
            "# ... (unchanged)",
            "/* … rest of the file … */",
            "<!-- unchanged -->",
            "(rest of methods ...)",
            "// rest of the code unchanged",
            "-- ... same as before ...",
        ] {
            assert!(placeholder(line).is_some(), "{line}");
        }
        for line in [
            "...",
            "// ...",
            "    ...",
            "unchanged",
            "const msg = \"(rest of methods ...)\";",
            "    f(...rest)",
            "// the rest of the arguments is handed on",
            "let rest = 1; // ... 2",
            "existing code",
            "[...existing]",
            "...rest,",
            "(...rest)",
            "## Unchanged",
            "- unchanged",
        ] {
            assert_eq!(placeholder(line), None, "{line}");
        }
    }

    #[test]
    fn counts_those_that_were_there() {
        let old = "a\n// ... rest ...\n";
        assert_eq!(added_placeholder(old, "b\n# ... rest ...\n"), None);
        assert_eq!(added_placeholder(old, "// ... rest ...\n// ... rest ...\n"), Some("// ... rest ..."));
        assert_eq!(added_placeholder("", "x\n  // unchanged\n"), Some("  // unchanged"));
    }
}
