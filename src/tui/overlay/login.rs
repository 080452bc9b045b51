//! A login that a request waits for: the page and the code to confirm, or a device's code to enter.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Position;

use super::super::action::{Action, Context};
use super::super::clipboard::Copied;
use super::super::effect::Effect;
use super::super::hyperlink::safe_address;
use super::super::safe;
use super::super::text::{put, wrap};
use super::super::theme::Scope;
use super::modal::{Hint, Modal, Paper, Surroundings, Verdict, act, key as hint};
use super::sheet::{Query, columns, key_of, line, sheet, tell_keys};
use crate::session::{Login as Wanted, Op, Passcode, SessionState};

/// How wide the sheet is, without its border.
const WIDTH: u16 = 76;
/// A code is no longer than this.
const CODE_LENGTH: usize = 32;

/// The login's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct Login {
    wanted: Wanted,
    typed: Query,
}

/// A line of the sheet.
type Line = (String, Scope);

impl Login {
    /// Returns the sheet for what the session waits for.
    pub(super) fn new(state: &SessionState) -> Self {
        Self { wanted: state.login.clone().unwrap_or_default(), typed: Query::default() }
    }
}

impl Modal for Login {
    fn context(&self) -> Context {
        if self.takes_text() { Context::Anywhere } else { Context::Sheet }
    }

    fn hints(&self, _state: &SessionState) -> Vec<Hint> {
        vec![if self.takes_text() { hint("enter", "go on") } else { act(Action::CopyAddress, "copy the address") }]
    }

    /// Takes over what the login says by now; false when nothing waits any more.
    fn sync(&mut self, state: &SessionState) -> bool {
        let Some(login) = &state.login else { return false };
        self.wanted.clone_from(login);
        true
    }

    /// Tells whether a code is typed here.
    fn takes_text(&self) -> bool {
        self.wanted.device.is_some()
    }

    fn key(&mut self, key: KeyEvent, _around: Surroundings<'_>) -> Verdict {
        Verdict::Stay(match (key.code, &self.wanted) {
            (KeyCode::Enter, Wanted { device: Some(_), .. }) if !self.typed.text.trim().is_empty() => {
                let code = Passcode(std::mem::take(&mut self.typed.text));
                vec![Effect::Send(Op::EnterPasscode { code })]
            }
            (_, Wanted { device: Some(_), .. }) => {
                if self.typed.text.len() < CODE_LENGTH || key.code == KeyCode::Backspace {
                    self.typed.key(key);
                }
                Vec::new()
            }
            _ => Vec::new(),
        })
    }

    /// Copies the address of the page that is to be opened.
    fn answer(&mut self, action: Action, _around: Surroundings<'_>) -> Verdict {
        let address = self.wanted.url.clone().filter(|_| action == Action::CopyAddress);
        Verdict::Stay(address.map(|address| Effect::Copy(Copied::new("the address", address))).into_iter().collect())
    }

    fn paste(&mut self, text: &str) {
        if self.takes_text() {
            self.typed.paste(text.trim());
            self.typed.text.truncate(CODE_LENGTH);
        }
    }

    fn view(&self, paper: Paper<'_>, around: Surroundings<'_>) -> Option<Position> {
        let Paper { screen, buffer, theme } = paper;
        let Surroundings { keymap, links, .. } = around;
        let columns = columns(screen, WIDTH);
        let mut lines: Vec<Line> = Vec::new();
        let mut say = |text: &str, scope: Scope| {
            lines.extend(wrap(&safe::shown(text, 0), columns).into_iter().map(|text| (text, scope)));
        };
        let Wanted { reason, command, url, code, device } = &self.wanted;
        say(reason, Scope::Warning);
        say("", Scope::Text);
        let mut keys = vec![(key_of(keymap, Action::Escape), "gives up and stops the turn")];
        match (url, device) {
            (_, Some(device)) => {
                say(&format!("Enter the code that {device} shows now."), Scope::Text);
                say("", Scope::Text);
                keys.insert(0, ("Enter".to_owned(), "goes on"));
            }
            (Some(url), None) => {
                say("Open this page, on any machine, and confirm the code:", Scope::Text);
                say(url, Scope::Accent);
                if let Some(code) = code {
                    say("", Scope::Text);
                    say(code, Scope::Title);
                }
                say("", Scope::Text);
                say("The request goes on by itself after that.", Scope::Muted);
                keys.insert(0, (key_of(keymap, Action::CopyAddress), "copies the address"));
            }
            (None, None) => {
                let command = command.as_deref().unwrap_or("the login");
                say(&format!("{command} runs; what it asks for is shown here."), Scope::Text);
            }
        }
        let typed = usize::from(device.is_some());
        let height = lines.len() + typed + 2;
        let wanted = (WIDTH, u16::try_from(height).unwrap_or(u16::MAX));
        let inner = sheet(screen, wanted, "Log in", buffer, theme);
        let body = tell_keys(inner, keys, buffer, theme);
        keep_weightiest(&mut lines, usize::from(body.height).saturating_sub(typed));
        let address: Option<Arc<str>> = url.as_deref().and_then(safe_address).map(Arc::from);
        for (at, (text, scope)) in lines.iter().enumerate() {
            let row = line(body, at);
            let end = put(buffer, row, 0, text, theme.style(*scope));
            // Only the address is accented; on several rows it is still one link.
            if let (Scope::Accent, Some(links), Some(address), 1) = (*scope, links, &address, row.height) {
                links.put(buffer, row.x..row.x + end, row.y, address);
            }
        }
        match device {
            Some(_) => self.typed.view(line(body, lines.len()), buffer, theme),
            None => None,
        }
    }
}

/// Leaves lines out where there is no room for all: first blank ones, then what is only good to know, then the reason.
/// Of an address that is still too long the end goes: a key copies it whole.
fn keep_weightiest(lines: &mut Vec<Line>, room: usize) {
    let kinds: [fn(&Line) -> bool; 5] = [
        |(text, _)| text.is_empty(),
        |(_, scope)| *scope == Scope::Muted,
        |(_, scope)| *scope == Scope::Warning,
        |(_, scope)| *scope == Scope::Text,
        |(_, scope)| *scope == Scope::Accent,
    ];
    for is_it in kinds {
        while lines.len() > room
            && let Some(at) = lines.iter().rposition(is_it)
        {
            lines.remove(at);
        }
    }
    lines.truncate(room);
}
