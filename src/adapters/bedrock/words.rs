//! Other people's words, made fit to stand in a message of one line.

use std::error::Error;

use super::super::hushed::without_secrets;

/// Longer texts are cut here.
const LIMIT: usize = 600;

/// What the SDK's layers say of the layer below, and nothing more.
const WRAPPERS: &[&str] = &[
    "dispatch failure",
    "io error",
    "other",
    "service error",
    "client error (Connect)",
    "an error occurred while loading credentials",
    "an error occurred while loading an access token",
];

/// What these say of a request holds keys, tokens and the conversation, so no wish makes them say it.
pub const NOT_LOGGED: [&str; 10] = [
    "aws_config",
    "aws_credential_types",
    "aws_runtime",
    "aws_sdk_bedrockruntime",
    "aws_sdk_sts",
    "aws_sigv4",
    "aws_smithy_http_client",
    "aws_smithy_runtime",
    "h2",
    "hyper",
];

/// Where a request went, as messages name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The region.
    pub(super) region: String,
    /// The profile, where one is named.
    pub(super) profile: Option<String>,
    /// The id that was called.
    pub(super) model: String,
    /// The id of the model itself, where a profile was called.
    pub(super) base: Option<String>,
    /// Whether the environment's keys sign, and not a profile's.
    pub(super) by_keys: bool,
    /// The profile that an SSO login is done with; none where no login helps.
    pub(super) login: Option<String>,
}

impl Place {
    /// Returns "profile dev", "the default profile" or "the environment's keys".
    pub(super) fn profile_words(&self) -> String {
        if self.by_keys { "the environment's keys".to_owned() } else { profile_words(self.profile.as_deref()) }
    }
}

/// Returns "profile dev" or "the default profile".
pub(super) fn profile_words(profile: Option<&str>) -> String {
    match profile {
        Some(name) => format!("profile {name}"),
        None => "the default profile".to_owned(),
    }
}

/// Returns the command that logs in again.
pub(super) fn sso_login(profile: Option<&str>) -> String {
    match profile {
        Some(name) => format!("aws sso login --profile {name}"),
        None => "aws sso login".to_owned(),
    }
}

/// Returns a text on one line, of bounded length, without its final period and without secrets.
pub(in crate::adapters) fn one_line(text: &str) -> String {
    let text = without_secrets(text);
    let mut line = String::new();
    for word in text.split_whitespace() {
        if line.len() + word.len() > LIMIT {
            if !line.is_empty() {
                line.push(' ');
            }
            line.extend(
                word.chars().filter(|character| !character.is_control()).take(LIMIT.saturating_sub(line.len())),
            );
            line.push('…');
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().filter(|character| !character.is_control()));
    }
    line.trim_end_matches('.').to_owned()
}

/// Returns an error and what caused it, outermost first, each thing said once.
///
/// Only `Display` is used: the `Debug` forms of the SDK print messages and headers.
pub(in crate::adapters) fn causes(error: &(dyn Error + 'static)) -> String {
    let mut said: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let words = error.to_string();
        let words = one_line(&unhandled(&words).unwrap_or(words));
        next = error.source();
        let is_wrapper = WRAPPERS.contains(&words.as_str()) || words.starts_with("unhandled error (");
        let is_wrapper = next.is_some() && is_wrapper;
        if !is_wrapper && !words.is_empty() && !said.iter().any(|known| known.contains(&words)) {
            said.push(words);
        }
    }
    one_line(&said.join(": "))
}

/// Returns the words of a service's error that the SDK has no type for; it shows them in its own notation.
fn unhandled(words: &str) -> Option<String> {
    let noted = words.strip_prefix("Error { ")?;
    let field = |name: &str| {
        let (_, rest) = noted.split_once(&format!("{name}: \""))?;
        let mut said = String::new();
        let mut letters = rest.chars();
        loop {
            match letters.next()? {
                '"' => return Some(said),
                '\\' => said.push(letters.next()?),
                letter => said.push(letter),
            }
        }
    };
    Some(format!("{}: {}", field("code")?, field("message")?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn an_error_without_a_type_is_told_in_the_service_s_words() {
        let noted = "Error { code: \"AccessDenied\", message: \"User: a is \\\"not\\\" allowed\" }";
        assert_eq!(unhandled(noted).unwrap(), "AccessDenied: User: a is \"not\" allowed");
        let more = "Error { code: \"X\", message: \"no\", aws_request_id: \"1\" }";
        assert_eq!(unhandled(more).unwrap(), "X: no");
        assert_eq!(unhandled("something else"), None);
    }

    #[test]
    fn words_stay_apart_where_a_text_is_cut_and_it_is_cut_once() {
        let long = format!("{} {}", "a".repeat(LIMIT - 10), "b".repeat(100));
        let cut = one_line(&long);
        assert!(cut.ends_with(" bbbbbbbbb…"), "{cut}");
        assert_eq!(one_line(&cut).matches('…').count(), 1);
    }
}
