//! What must never be told, whoever quotes it: keys, tokens and passwords, and what others print of a request.

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

/// Shorter ones are not looked for: they would blot out words that mean something else.
const LEAST_LETTERS: usize = 8;

/// From here on other people's words quote the request, with its headers or its body.
const QUOTES: [&str; 6] =
    ["The Canonical String", "The String-to-Sign", "Request {", "SdkBody {", "HttpRequest {", "Response {"];

/// The secrets of this process. One place for all: errors are put in words far from where their secrets are known.
static SECRETS: RwLock<BTreeSet<String>> = RwLock::new(BTreeSet::new());

/// Leaves this out of all foreign words from here on.
pub(super) fn hush(secret: &str) {
    let secret = secret.trim();
    let is_known = |secrets: &BTreeSet<String>| secrets.contains(secret);
    if secret.chars().count() >= LEAST_LETTERS && !is_known(&SECRETS.read().unwrap_or_else(PoisonError::into_inner)) {
        SECRETS.write().unwrap_or_else(PoisonError::into_inner).insert(secret.to_owned());
    }
}

/// Leaves the password of an address out of all foreign words from here on.
pub(super) fn hush_userinfo(address: &str) {
    if let Some((start, end)) = userinfo(address, 0)
        && let Some((_, password)) = address[start..end].split_once(':')
    {
        hush(password);
    }
}

/// Returns foreign words without secrets, without user and password in addresses, and only up to where they quote a
/// request.
pub(super) fn without_secrets(text: &str) -> String {
    let quoted = QUOTES.iter().filter_map(|mark| text.find(mark)).min();
    let mut text = match quoted {
        Some(at) => format!("{}…", text[..at].trim_end_matches(|letter: char| !letter.is_alphanumeric())),
        None => text.to_owned(),
    };
    let mut from = 0;
    while let Some((start, end)) = userinfo(&text, from) {
        text.replace_range(start..end, "…");
        from = start;
    }
    text = without_signatures(&without_logins(&text));
    for secret in SECRETS.read().unwrap_or_else(PoisonError::into_inner).iter() {
        if text.contains(secret.as_str()) {
            text = text.replace(secret.as_str(), "…");
        }
    }
    text
}

/// Returns where user and password stand in the next address that has them.
fn userinfo(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut from = from;
    while let Some(at) = text[from..].find("://") {
        let start = from + at + 3;
        let ends = |letter: char| letter.is_whitespace() || "/?#\"'`<>".contains(letter);
        let end = text[start..].find(ends).map_or(text.len(), |length| start + length);
        match text[start..end].rfind('@') {
            Some(length) if length > 0 && &text[start..start + length] != "…" => {
                return Some((start, start + length));
            }
            Some(_) | None => from = start,
        }
    }
    None
}

/// Leaves user and password out of what would be an address if its scheme stood before it: `user:password@host`.
fn without_logins(text: &str) -> String {
    let ends = |letter: char| letter.is_whitespace() || "\"'`<>(),".contains(letter);
    let pieces = text.split_inclusive(ends).map(|piece| {
        let login = piece.rsplit_once('@').filter(|_| !piece.contains("://"));
        match login.and_then(|(login, host)| Some((login.split_once(':')?, host))) {
            Some(((user, password), host)) if !user.is_empty() && !password.is_empty() => format!("…@{host}"),
            _ => piece.to_owned(),
        }
    });
    pieces.collect()
}

/// Leaves out what signs an address that was signed beforehand.
fn without_signatures(text: &str) -> String {
    let mut out = text.to_owned();
    for name in ["X-Amz-Signature=", "X-Amz-Security-Token=", "X-Amz-Credential="] {
        let mut from = 0;
        while let Some(at) = out[from..].find(name) {
            let start = from + at + name.len();
            let ends = |letter: char| letter.is_whitespace() || "&\"'`<>".contains(letter);
            let end = out[start..].find(ends).map_or(out.len(), |length| start + length);
            out.replace_range(start..end, "…");
            from = start;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_secret_is_left_out_wherever_it_stands() {
        hush("token/of+the=test");
        hush("short");
        hush_userinfo("http://proxy-user:pass-of-the-proxy@proxy:3128");
        let rows = [
            ("a short word and token/of+the=test, twice token/of+the=test", "a short word and …, twice …"),
            (
                "cannot reach http://user:pa55@host:80/x by socks5://me:q@proxy",
                "cannot reach http://…@host:80/x by socks5://…@proxy",
            ),
            ("see https://example.org/a@b and user@host", "see https://example.org/a@b and user@host"),
            ("the proxy refused pass-of-the-proxy", "the proxy refused …"),
            (
                "The signature does not match. The Canonical String for this request should have been 'POST\n x-amz-security-token:abc'",
                "The signature does not match…",
            ),
            (
                "failed to apply endpoint `x` to request `Request { body: SdkBody { inner",
                "failed to apply endpoint `x` to request…",
            ),
            ("no URL: `me:pa55@127.0.0.1:1`, twice me:pa55@h", "no URL: `…@127.0.0.1:1`, twice …@h"),
            ("arn:aws:iam::1:role/x and mail to a@b: no", "arn:aws:iam::1:role/x and mail to a@b: no"),
            ("GET /x?X-Amz-Signature=abc&a=b X-Amz-Credential=k", "GET /x?X-Amz-Signature=…&a=b X-Amz-Credential=…"),
            ("://@ http://@host ://", "://@ http://@host ://"),
        ];
        for (told, expected) in rows {
            assert_eq!(without_secrets(told), expected);
            assert_eq!(without_secrets(&without_secrets(told)), expected, "twice is as once");
        }
    }
}
