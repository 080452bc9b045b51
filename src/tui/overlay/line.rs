//! The overlay about the line to the terminal: how quick it is and what this session sent over it.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::link::{Follow, LinkReport};
use super::super::text::{clip, put};
use super::super::theme::{Scope, Theme};
use super::sheet::{line, sheet};

/// Draws it.
pub(super) fn view(screen: Rect, buffer: &mut Buffer, theme: &Theme, link: &LinkReport) {
    let rows = rows(link);
    let height = u16::try_from(rows.len() + 2).unwrap_or(u16::MAX);
    let inner = sheet(screen, (74, height), "The line to the terminal", buffer, theme);
    for (at, (name, value)) in rows.iter().enumerate() {
        put(buffer, line(inner, at), 0, name, theme.style(Scope::Muted));
        let room = usize::from(inner.width.saturating_sub(20));
        put(buffer, line(inner, at), 20, &clip(value, room), theme.style(Scope::Text));
    }
}

fn rows(link: &LinkReport) -> Vec<(&'static str, String)> {
    let answer = match link.trip {
        Some(trip) => format!("after {}", milliseconds(trip)),
        None => "the terminal does not tell".to_owned(),
    };
    let frames = match (link.is_slow, link.follow) {
        (true, _) => "when the terminal has the one before",
        (false, _) => "as the answer does",
    };
    let follows = match link.follow {
        Follow::Line => "by a line",
        Follow::Lines => "by some lines at once",
        Follow::Page => "by part of a page at once",
    };
    let mut rows = vec![
        ("answers", answer),
        ("last write took", milliseconds(link.last_write)),
        ("frames come", frames.to_owned()),
        ("the chat follows", follows.to_owned()),
        ("sent", format!("{} bytes, {} frames, at most {} bytes", link.bytes, link.frames, link.largest)),
    ];
    if let Some([median, most, longest]) = link.echo {
        let times = [median, most, longest].map(milliseconds);
        rows.push(("key to its frame", format!("{}, mostly below {}, at most {}", times[0], times[1], times[2])));
    }
    rows
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
