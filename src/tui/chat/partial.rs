//! Reads the fields of a JSON object that is still coming in.

use serde_json::Value;

/// No more of the input is looked at; paths come first.
const LOOKED_AT: usize = 4096;

/// Returns the fields at the top of an object as far as they have come. Strings may be cut; fields whose value
/// is an object, an array or not there yet are told as null.
pub(super) fn fields(json: &str) -> Vec<(String, Value)> {
    let json = &json[..json.floor_char_boundary(json.len().min(LOOKED_AT))];
    let mut reader = Reader { rest: json };
    let mut fields = Vec::new();
    if !reader.eat('{') {
        return fields;
    }
    while let Some((key, true)) = reader.string() {
        if !reader.eat(':') {
            break;
        }
        let (value, is_whole) = reader.value();
        fields.push((key, value));
        if !is_whole || !reader.eat(',') {
            break;
        }
    }
    fields
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn eat(&mut self, wanted: char) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Returns a string and whether its end has come.
    fn string(&mut self) -> Option<(String, bool)> {
        if !self.eat('"') {
            return None;
        }
        let body = self.rest;
        let mut is_escaped = false;
        for (at, character) in body.char_indices() {
            match character {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => {
                    self.rest = &body[at + 1..];
                    return Some((unescaped(&body[..at]), true));
                }
                _ => {}
            }
        }
        self.rest = "";
        Some((unescaped(body), false))
    }

    /// Returns a value and whether its end has come.
    fn value(&mut self) -> (Value, bool) {
        self.rest = self.rest.trim_start();
        if let Some((text, is_whole)) = self.string() {
            return (Value::String(text), is_whole);
        }
        if self.rest.starts_with(['{', '[']) {
            return (Value::Null, self.skip());
        }
        let end = self.rest.find([',', '}']).unwrap_or(self.rest.len());
        let value = serde_json::from_str(self.rest[..end].trim()).unwrap_or(Value::Null);
        let is_whole = end < self.rest.len();
        self.rest = &self.rest[end..];
        (value, is_whole)
    }

    /// Skips an object or array; false when its end has not come.
    fn skip(&mut self) -> bool {
        let mut depth = 0_usize;
        while let Some(first) = self.rest.chars().next() {
            match first {
                '"' => {
                    if !matches!(self.string(), Some((_, true))) {
                        return false;
                    }
                    continue;
                }
                '{' | '[' => depth += 1,
                '}' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.rest = &self.rest[first.len_utf8()..];
            if depth == 0 {
                return true;
            }
        }
        false
    }
}

/// Returns the text of a JSON string's body; an escape that is cut at the end is dropped.
fn unescaped(body: &str) -> String {
    for cut in 0..=6 {
        let Some(end) = body.len().checked_sub(cut) else { break };
        if let Some(part) = body.get(..end)
            && let Ok(text) = serde_json::from_str(&format!("\"{part}\""))
        {
            return text;
        }
    }
    body.to_owned()
}
