//! The history of the review: everything that happened to it, as a tree, and the way to any point of it.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Position;

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::safe;
use super::super::text::{clip, put, width};
use super::super::theme::Scope;
use super::modal::{Hint, Modal, Paper, Surroundings, Verdict, key as hint};
use super::sheet::{Cursor, between, key_of, line, sheet, tell_keys};
use crate::review::{HistoryEntry, NodeId, Revision};
use crate::session::{Millis, Op, SessionState};

/// So many branches are drawn beside each other; further ones share the last place.
const MAX_LANES: usize = 12;

/// The overlay's state: the tree as it was when it was looked at last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct History {
    revision: Revision,
    rows: Vec<Point>,
    cursor: Cursor,
}

/// One point of the history, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Point {
    id: NodeId,
    /// The tree's lines beside it.
    graph: String,
    label: String,
    at: Option<Millis>,
    is_current: bool,
    is_act: bool,
}

impl History {
    /// Returns the overlay, its cursor on where the review stands.
    pub(super) fn new(state: &SessionState) -> Self {
        let rows = points(state);
        let at = rows.iter().position(|point| point.is_current).unwrap_or(0);
        Self { revision: state.review.revision(), rows, cursor: Cursor::on(at) }
    }

    /// Returns what it asks for to go to the point under the cursor.
    fn go_there(&self) -> Option<Vec<Effect>> {
        let point = self.rows.get(self.cursor.at)?;
        Some(if point.is_current {
            vec![Effect::Say("the review stands there already".to_owned())]
        } else {
            vec![Effect::Send(Op::GoTo { revision: self.revision, point: point.id })]
        })
    }
}

impl Modal for History {
    fn hints(&self, _state: &SessionState) -> Vec<Hint> {
        vec![hint("enter", "go there"), hint("down", "next")]
    }

    fn key(&mut self, key: KeyEvent, _around: Surroundings<'_>) -> Verdict {
        if key.code == KeyCode::Enter {
            return Verdict::close_if(self.go_there());
        }
        self.cursor.key(key, self.rows.len());
        Verdict::stay()
    }

    fn list(&mut self) -> Option<&mut Cursor> {
        Some(&mut self.cursor)
    }

    /// Takes over what happened since; the cursor stays on its point.
    fn sync(&mut self, state: &SessionState) -> bool {
        if self.revision != state.review.revision() {
            let here = self.rows.get(self.cursor.at).map(|point| point.id);
            *self = Self::new(state);
            if let Some(at) = self.rows.iter().position(|point| Some(point.id) == here) {
                self.cursor.at = at;
            }
        }
        true
    }

    fn view(&self, paper: Paper<'_>, around: Surroundings<'_>) -> Option<Position> {
        let Paper { screen, buffer, theme } = paper;
        let Surroundings { keymap, now, .. } = around;
        let wanted = u16::try_from(self.rows.len().clamp(3, 30)).unwrap_or(30) + 2;
        let inner = sheet(screen, (84, wanted), "History of the review", buffer, theme);
        let keys = [
            ("Enter".to_owned(), "goes there"),
            (key_of(keymap, Action::SheetDown), ""),
            (key_of(keymap, Action::SheetUp), "move"),
            (key_of(keymap, Action::Escape), "leaves"),
        ];
        let body = tell_keys(inner, keys, buffer, theme);
        let list = between(body, 0, u16::from(body.height > 2));
        let (height, top) = (usize::from(list.height), self.cursor.show(list, self.rows.len()));
        for (row, (at, point)) in self.rows.iter().enumerate().skip(top).take(height).enumerate() {
            let area = line(list, row);
            if at == self.cursor.at {
                buffer.set_style(area, theme.style(Scope::Selection));
            }
            let time = point.at.map(|at| ago(at, now)).unwrap_or_default();
            let room = usize::from(area.width).saturating_sub(width(&point.graph) + width(&time) + 3);
            let graph = if point.is_current { Scope::Accent } else { Scope::Muted };
            let end = put(buffer, area, 0, &point.graph, theme.style(graph));
            let scope = match (point.is_current, point.is_act) {
                (true, _) => Scope::Title,
                (false, true) => Scope::Text,
                (false, false) => Scope::Muted,
            };
            let label = clip(&safe::shown(&point.label, 0), room).into_owned();
            let end = put(buffer, area, end + 1, &label, theme.style(scope));
            if point.is_current && room > width(&label) + 8 {
                put(buffer, area, end + 1, "← here", theme.style(Scope::Accent));
            }
            let column = area.width.saturating_sub(u16::try_from(width(&time)).unwrap_or(0));
            put(buffer, area, column, &time, theme.style(Scope::Muted));
        }
        None
    }
}

fn points(state: &SessionState) -> Vec<Point> {
    let entries = state.review.history();
    let times = &state.review_times;
    let time = |revision: Revision| {
        let at = times.partition_point(|(known, _)| *known < revision);
        times.get(at).filter(|(known, _)| *known == revision).map(|(_, at)| *at)
    };
    let graphs = graphs(&entries);
    let point = |(entry, graph): (HistoryEntry, String)| Point {
        id: entry.id,
        graph,
        at: entry.parent.and_then(|_| time(entry.revision)),
        label: entry.label,
        is_current: entry.is_current,
        is_act: entry.is_act,
    };
    entries.into_iter().rev().zip(graphs).map(point).collect()
}

/// Returns the tree's lines, newest first: a lane for each branch, which ends where its branch began.
fn graphs(entries: &[HistoryEntry]) -> Vec<String> {
    // Each lane waits for the point at which it goes on.
    let mut lanes: Vec<Option<NodeId>> = Vec::new();
    let mut graphs = Vec::with_capacity(entries.len());
    for entry in entries.iter().rev() {
        let own = match lanes.iter().position(|lane| *lane == Some(entry.id)) {
            Some(own) => own,
            None => match lanes.iter().position(Option::is_none) {
                Some(free) => free,
                None => {
                    lanes.push(None);
                    lanes.len() - 1
                }
            },
        };
        let ends = |lane: usize| lane != own && lanes[lane] == Some(entry.id);
        let last = (0..lanes.len()).rev().find(|lane| ends(*lane));
        let mut graph = String::new();
        for (lane, held) in lanes.iter().enumerate().take(MAX_LANES) {
            let is_joined = lane > own && last.is_some_and(|last| lane <= last);
            if lane > 0 {
                graph.push(if is_joined { '─' } else { ' ' });
            }
            graph.push(match *held {
                _ if lane == own && entry.is_current => '●',
                _ if lane == own => '○',
                Some(_) if ends(lane) && Some(lane) == last => '╯',
                Some(_) if ends(lane) => '┴',
                Some(_) if is_joined => '┼',
                Some(_) => '│',
                None if is_joined => '─',
                None => ' ',
            });
        }
        graphs.push(graph.trim_end().to_owned());
        for lane in &mut lanes {
            if *lane == Some(entry.id) {
                *lane = None;
            }
        }
        lanes[own] = entry.parent;
        while lanes.last().is_some_and(Option::is_none) {
            lanes.pop();
        }
    }
    graphs
}

/// Returns how long ago something was.
fn ago(at: Millis, now: Millis) -> String {
    let seconds = now.0.saturating_sub(at.0) / 1000;
    match seconds {
        0..60 => format!("{seconds} s ago"),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..86_400 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} d ago", seconds / 86_400),
    }
}
