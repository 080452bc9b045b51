//! The proxy of the environment, as far as it may be told: never its user and password.

use std::time::Duration;

use aws_types::os_shim_internal::Env;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::account::variable;
use super::failure::{Cure, Failure};
use crate::doctor::Check;
use crate::session::FaultClass;

/// The variables that may name a proxy, in the order in which they count.
const VARIABLES: [&str; 3] = ["HTTPS_PROXY", "ALL_PROXY", "HTTP_PROXY"];
/// How long a proxy may take to say why it opens no tunnel.
const PATIENCE: Duration = Duration::from_secs(5);

/// A proxy of the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Proxy {
    /// The variable that names it.
    variable: &'static str,
    /// How it is spoken to; empty where that is not said.
    scheme: String,
    /// Its user and password, where they are given.
    user: Option<String>,
    /// Its host and port.
    place: String,
}

impl Proxy {
    fn find(variable: &impl Fn(&str) -> Option<String>) -> Option<Self> {
        let by_name = |name: &str| variable(name).or_else(|| variable(&name.to_ascii_lowercase()));
        let (variable, value) = VARIABLES.into_iter().find_map(|name| Some((name, by_name(name)?)))?;
        let (scheme, rest) = value.split_once("://").unwrap_or(("", &value));
        let (user, place) = rest.rsplit_once('@').map_or((None, rest), |(user, place)| (Some(user.to_owned()), place));
        let place = place.split('/').next().unwrap_or(place).to_owned();
        Some(Self { variable, scheme: scheme.to_ascii_lowercase(), user, place })
    }

    /// Returns host and port, where they can be read.
    fn address(&self) -> Option<(&str, u16)> {
        let usual = if self.scheme == "https" { 443 } else { 80 };
        let bracketed = self.place.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let (host, port) = match bracketed {
            Some((host, rest)) => (host, rest.strip_prefix(':').or(rest.is_empty().then_some(""))?),
            None => self.place.split_once(':').unwrap_or((&self.place, "")),
        };
        let fits = |letter: char| letter.is_alphanumeric() || "-._".contains(letter) || bracketed.is_some();
        if host.is_empty() || !host.chars().all(fits) {
            return None;
        }
        let port = if port.is_empty() { usual } else { port.parse().ok()? };
        Some((host, port))
    }

    /// Returns what the proxy answers when it is asked for a tunnel to a host: the status, if it gives one.
    async fn answer(&self, host: &str) -> Option<u16> {
        if self.scheme == "https" {
            return None;
        }
        let host = if host.contains(':') { host.to_owned() } else { format!("{host}:443") };
        let user =
            self.user.as_ref().map(|user| format!("Proxy-Authorization: Basic {}\r\n", STANDARD.encode(decoded(user))));
        let asked = format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n{}\r\n", user.unwrap_or_default());
        let mut stream = TcpStream::connect(self.address()?).await.ok()?;
        stream.write_all(asked.as_bytes()).await.ok()?;
        let mut head = Vec::new();
        // Its first line is short.
        while head.len() < 256 && !head.contains(&b'\n') {
            if stream.read_buf(&mut head).await.ok()? == 0 {
                break;
            }
        }
        let line = String::from_utf8_lossy(&head).into_owned();
        let mut words = line.split_whitespace();
        words.next().filter(|version| version.starts_with("HTTP/"))?;
        words.next()?.parse().ok()
    }
}

/// Looks at the variables of a proxy.
pub(super) fn check(variable: &impl Fn(&str) -> Option<String>) -> Check {
    let Some(proxy) = Proxy::find(variable) else { return Check::ok("proxy", "none is set") };
    let name = proxy.variable;
    let fix = format!("Set {name} to a proxy of the form http://host:port.");
    if proxy.address().is_none() {
        return Check::fail("proxy", format!("{name} does not name a host and a port"), fix);
    }
    let besides = variable("NO_PROXY").or_else(|| variable("no_proxy"));
    let besides = besides.map(|hosts| format!(", but not for {hosts}")).unwrap_or_default();
    let finding = format!("{name} leads to {}{besides}", proxy.place);
    match proxy.scheme.as_str() {
        "http" | "https" | "" => Check::ok("proxy", finding),
        scheme => Check::fail("proxy", format!("{finding} by {scheme}, which adit does not speak"), fix),
    }
}

/// Says why no tunnel to a host could be made, from what the client says of it.
pub(super) async fn no_tunnel(said: &str, host: &str) -> Failure {
    let env = Env::real();
    let proxy = Proxy::find(&|name: &str| variable(&env, name));
    let (name, place, has_user) = match &proxy {
        Some(proxy) => {
            (proxy.variable, format!("the proxy {} of {}", proxy.place, proxy.variable), proxy.user.is_some())
        }
        None => ("HTTPS_PROXY", "the proxy".to_owned(), false),
    };
    let failure = |words: String| Failure::new(FaultClass::Network, words);
    let asks_for_login = || {
        let words = if has_user { "does not accept its user and password" } else { "asks for a login" };
        // Not tried again: a wrong password that is sent often locks the account.
        failure(format!("{place} {words}")).hint(format!(
            "Put the right user and password into {name}, as http://user:password@host:port, and start adit anew."
        ))
    };
    if said.contains("proxy authorization required") {
        return asks_for_login();
    }
    if said.contains("unsupported scheme") {
        return failure(format!("{place} is of a kind that adit does not speak"))
            .hint(format!("Set {name} to a proxy of the form http://host:port, and start adit anew."));
    }
    if !said.contains("unsuccessful") {
        return failure(format!("{place} makes no connection to {host}: {said}"))
            .hint(format!("Check {name} and NO_PROXY, then send the prompt again."))
            .cure(Cure::Again);
    }
    // The client keeps the status to itself.
    let status = match &proxy {
        Some(proxy) => tokio::time::timeout(PATIENCE, proxy.answer(host)).await.ok().flatten(),
        None => None,
    };
    match status {
        Some(407) => asks_for_login(),
        Some(status @ 400..=499) => failure(format!("{place} refuses to connect to {host} (status {status})")).hint(format!(
            "Ask whoever runs the proxy to let {host} through, or add the host to NO_PROXY where it can be reached without."
        )),
        Some(status @ 500..=599) => failure(format!("{place} cannot connect to {host} (status {status})"))
            .hint("The proxy or the network behind it has a fault: send the prompt again in a moment.")
            .cure(Cure::Again),
        Some(_) | None => failure(format!("{place} does not answer as a proxy does when asked for {host}"))
            .hint(format!("Check that {name} names a proxy, then send the prompt again."))
            .cure(Cure::Again),
    }
}

/// Returns the bytes of a text in which some are written as `%40`.
fn decoded(text: &str) -> Vec<u8> {
    let mut rest = text.as_bytes();
    let mut bytes = Vec::with_capacity(rest.len());
    while let Some((first, more)) = rest.split_first() {
        let code = more.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &more[2..];
            }
            None => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
    bytes
}
