//! `adit cost`: what was spent, by day, model or project.

use std::fmt::Write as _;
use std::process::ExitCode;

use adit::adapters::clock::SystemClock;
use adit::adapters::journal;
use adit::adapters::ledger::{Key, Line, SqliteLedger};
use adit::cli::{CostArgs, CostBy, CostFormat};
use adit::engine::Clock as _;
use adit::safe::written;
use adit::session::{Millis, dollars};
use serde_json::json;

use super::output::print;
use crate::places::Places;
use crate::stop::Stop;

/// The columns of the table and of CSV, after the key's.
const COLUMNS: [&str; 10] = [
    "calls",
    "input",
    "output",
    "cache_read",
    "cache_write",
    "hit_percent",
    "cost_dollars",
    "unpriced",
    "estimated",
    "reserved_dollars",
];

const DAY: u64 = 24 * 60 * 60 * 1000;

pub(crate) fn show(places: &Places, arguments: &CostArgs) -> Result<ExitCode, Stop> {
    let by = match arguments.by {
        CostBy::Day => Key::Day,
        CostBy::Model => Key::Model,
        CostBy::Project => Key::Project,
    };
    let sessions = places.sessions();
    let ledger =
        SqliteLedger::new(&places.ledger_file()).settling(move |session| journal::is_in_use(&sessions, session));
    let since = arguments.since.as_deref().map(|text| since(text, &ledger)).transpose()?;
    let lines = ledger
        .lines(by, since.as_deref())
        .map_err(|fault| Stop { hint: fault.hint.clone(), ..Stop::new(fault.to_string()) })?;
    print(&match arguments.format {
        CostFormat::Table => written(&table(by, &lines), None).into_owned(),
        CostFormat::Csv => csv(by, &lines),
        CostFormat::Json => json_lines(by, &lines)?,
    })
}

/// Reads a day, or a number of days before today.
fn since(text: &str, ledger: &SqliteLedger) -> Result<String, Stop> {
    if let Some(days) = text.strip_suffix('d').and_then(|days| days.parse::<u64>().ok()) {
        let then = SystemClock.now().0.saturating_sub(days.saturating_mul(DAY));
        return Ok(ledger.day(Millis(then)));
    }
    text.parse::<jiff::civil::Date>().map(|date| date.to_string()).map_err(|_| {
        Stop::usage(format!("{text} is no day")).hint("Write it as 2026-11-27, or as 7d for the last seven days.")
    })
}

fn table(by: Key, lines: &[Line]) -> String {
    let mut total = Line { key: "total".to_owned(), ..Line::default() };
    lines.iter().for_each(|line| total.add(line));
    let reserved = match total.reserved_micros {
        0 => String::new(),
        micros => format!("{} more is reserved by calls that still run\n", dollars(micros)),
    };
    if total.calls == 0 {
        return format!("nothing was spent\n{reserved}");
    }
    let mut rows = vec![vec![
        by.name().to_owned(),
        "calls".to_owned(),
        "input".to_owned(),
        "output".to_owned(),
        "cache read".to_owned(),
        "cache write".to_owned(),
        "hits".to_owned(),
        "cost".to_owned(),
    ]];
    rows.extend(lines.iter().filter(|line| line.calls > 0).chain([&total]).map(cells));
    let widths: Vec<usize> =
        (0..8).map(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0)).collect();
    let mut out = String::new();
    for row in &rows {
        for (at, cell) in row.iter().enumerate() {
            let gap = " ".repeat(widths[at] - cell.chars().count());
            match at {
                0 => out.extend([cell.as_str(), &gap]),
                _ => out.extend(["  ", &gap, cell]),
            }
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
    // Writing into a String cannot fail.
    if total.estimated > 0 {
        let _ = writeln!(out, "~ of {} the service told no tokens; adit estimated them", counted(total.estimated));
    }
    if total.unpriced > 0 {
        let _ = writeln!(out, "+ the price of {} is not known; models.toml takes prices", counted(total.unpriced));
    }
    out + &reserved
}

fn counted(calls: u64) -> String {
    if calls == 1 { "1 call".to_owned() } else { format!("{calls} calls") }
}

fn cells(line: &Line) -> Vec<String> {
    let usage = line.usage;
    let about = if line.estimated > 0 { "~" } else { "" };
    let more = if line.unpriced > 0 { "+" } else { "" };
    vec![
        shown(&line.key),
        line.calls.to_string(),
        usage.input.to_string(),
        usage.output.to_string(),
        usage.cache_read.to_string(),
        usage.cache_write.to_string(),
        usage.hit_percent().map_or_else(String::new, |percent| format!("{percent}%")),
        format!("{about}{}{more}", dollars(line.cost_micros)),
    ]
}

/// Returns a key on one line, without what could steer a terminal.
fn shown(key: &str) -> String {
    written(key, None).replace(['\n', '\t'], " ")
}

fn csv(by: Key, lines: &[Line]) -> String {
    let mut out = format!("{},{}\n", by.name(), COLUMNS.join(","));
    for line in lines {
        let usage = line.usage;
        // Writing into a String cannot fail.
        let _ = writeln!(
            out,
            "{},{},{},{},{},{},{},{},{},{},{}",
            quoted(&line.key),
            line.calls,
            usage.input,
            usage.output,
            usage.cache_read,
            usage.cache_write,
            usage.hit_percent().unwrap_or(0),
            exact(line.cost_micros),
            line.unpriced,
            line.estimated,
            exact(line.reserved_micros),
        );
    }
    out
}

/// Returns a field as RFC 4180 wants it; one that a spreadsheet would take for a formula is made a text.
fn quoted(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn exact(micros: u64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

fn json_lines(by: Key, lines: &[Line]) -> Result<String, Stop> {
    let rows: Vec<serde_json::Value> = lines
        .iter()
        .map(|line| {
            json!({
                by.name(): line.key,
                "calls": line.calls,
                "input": line.usage.input,
                "output": line.usage.output,
                "cache_read": line.usage.cache_read,
                "cache_write": line.usage.cache_write,
                "hit_percent": line.usage.hit_percent(),
                "cost_micros": line.cost_micros,
                "unpriced_calls": line.unpriced,
                "estimated_calls": line.estimated,
                "reserved_micros": line.reserved_micros,
            })
        })
        .collect();
    let text = serde_json::to_string_pretty(&rows);
    text.map(|text| text + "\n").map_err(|failure| Stop::new(format!("cannot write JSON: {failure}")))
}
