//! What the ledger tells: its calls summed by day, model or project.

use super::store::{SqliteLedger, natural};
use crate::engine::LedgerFault;
use crate::session::Usage;

/// What calls are summed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// The user's day.
    Day,
    /// The model's id as it was asked.
    Model,
    /// The workspace's folder.
    Project,
}

/// One line of the sums.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// The day, model or project.
    pub key: String,
    /// How many calls are over.
    pub calls: u64,
    /// Tokens.
    pub usage: Usage,
    /// Millionths of a dollar of the calls whose price is known.
    pub cost_micros: u64,
    /// Calls whose price is not known.
    pub unpriced: u64,
    /// Calls whose tokens adit estimated.
    pub estimated: u64,
    /// Millionths of a dollar that the calls which still run may cost; in no other figure.
    pub reserved_micros: u64,
}

impl Key {
    /// Returns its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Model => "model",
            Self::Project => "project",
        }
    }
}

impl Line {
    /// Adds another line's figures.
    pub fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.usage.add(other.usage);
        self.cost_micros += other.cost_micros;
        self.unpriced += other.unpriced;
        self.estimated += other.estimated;
        self.reserved_micros += other.reserved_micros;
    }
}

impl SqliteLedger {
    /// Returns the sums since a day (as `2026-11-27`; none is ever), in the order of the keys.
    pub fn lines(&self, by: Key, since: Option<&str>) -> Result<Vec<Line>, LedgerFault> {
        let key = by.name();
        let over = |what: &str| format!("coalesce({what} FILTER (WHERE count <> 'open'), 0)");
        let figures = [
            "count(*)",
            "sum(input)",
            "sum(output)",
            "sum(cache_read)",
            "sum(cache_write)",
            "sum(cache_write_hour)",
            "sum(cost_micros)",
            "sum(cost_micros IS NULL)",
            "sum(count <> 'told')",
        ];
        let query = format!(
            "SELECT {key}, {}, coalesce(sum(cost_micros) FILTER (WHERE count = 'open'), 0) \
             FROM call WHERE day >= ?1 GROUP BY {key} ORDER BY {key}",
            figures.map(over).join(", ")
        );
        self.with("read", |connection| {
            let mut statement = connection.prepare(&query)?;
            let lines = statement.query_map([since.unwrap_or("")], |row| {
                let count = |at: usize| row.get::<_, i64>(at).map(natural);
                Ok(Line {
                    key: row.get(0)?,
                    calls: count(1)?,
                    usage: Usage {
                        input: count(2)?,
                        output: count(3)?,
                        cache_read: count(4)?,
                        cache_write: count(5)?,
                        cache_write_hour: count(6)?,
                    },
                    cost_micros: count(7)?,
                    unpriced: count(8)?,
                    estimated: count(9)?,
                    reserved_micros: count(10)?,
                })
            })?;
            lines.collect()
        })
    }
}
