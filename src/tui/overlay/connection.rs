//! The overlay about the connection to the terminal: how quick it is and what this session sent over it.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Position;

use super::super::connection::{ConnectionReport, Follow};
use super::super::text::{clip, put};
use super::super::theme::Scope;
use super::modal::{Modal, Paper, Surroundings, Verdict};
use super::sheet::{fitting, line, sheet, tell_keys};

/// How quick the connection is and what was sent over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui) struct ConnectionSheet;

impl Modal for ConnectionSheet {
    fn key(&mut self, key: KeyEvent, _around: Surroundings<'_>) -> Verdict {
        if key.code == KeyCode::Enter { Verdict::Close(Vec::new()) } else { Verdict::stay() }
    }

    fn view(&self, paper: Paper<'_>, around: Surroundings<'_>) -> Option<Position> {
        let Paper { screen, buffer, theme } = paper;
        let rows = rows(around.connection);
        let height = u16::try_from(rows.len() + 2).unwrap_or(u16::MAX);
        let inner = sheet(screen, (74, height), "The connection to the terminal", buffer, theme);
        let body = tell_keys(inner, [("Esc".to_owned(), "leaves")], buffer, theme);
        let (shown, more) = fitting(rows.len(), body);
        if let Some(more) = more {
            put(buffer, line(body, shown), 0, &more, theme.style(Scope::Muted));
        }
        for (at, (name, value)) in rows.iter().enumerate().take(shown) {
            put(buffer, line(body, at), 0, name, theme.style(Scope::Muted));
            let room = usize::from(body.width.saturating_sub(20));
            put(buffer, line(body, at), 20, &clip(value, room), theme.style(Scope::Text));
        }
        None
    }
}

fn rows(connection: &ConnectionReport) -> Vec<(&'static str, String)> {
    let answer = match connection.trip {
        Some(trip) => format!("after {}", milliseconds(trip)),
        None => "the terminal does not tell".to_owned(),
    };
    let frames = match (connection.narrow, connection.is_slow) {
        (Some(rate), _) => format!("in pieces, as {rate} bytes a second pass"),
        (None, true) => "when the terminal has the one before".to_owned(),
        (None, false) => "as the answer does".to_owned(),
    };
    let follows = match connection.follow {
        Follow::Line => "by a line",
        Follow::Lines => "by some lines at once",
        Follow::Page => "by part of a page at once",
        Follow::MostOfPage => "by most of a page at once",
    };
    let mut rows = vec![
        ("answers", answer),
        ("last write took", milliseconds(connection.last_write)),
        ("frames come", frames),
        ("the chat follows", follows.to_owned()),
        (
            "sent",
            format!("{} bytes, {} frames, at most {} bytes", connection.bytes, connection.frames, connection.largest),
        ),
    ];
    if let Some([median, most, longest]) = connection.echo {
        let times = [median, most, longest].map(milliseconds);
        rows.push(("key to its frame", format!("{}, mostly below {}, at most {}", times[0], times[1], times[2])));
    }
    rows
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
