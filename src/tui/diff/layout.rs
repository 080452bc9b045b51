//! All files under each other: places in the list, and where each file begins.

use std::sync::Arc;

use super::rows::{FileRows, Row};
use crate::path::RelPath;

/// A row of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Spot {
    /// The file's place in the list.
    pub(super) file: usize,
    /// The row in it.
    pub(super) row: usize,
}

/// The files that are shown, by path, with the number of rows before each.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// The files.
    pub(super) files: Vec<Arc<FileRows>>,
    /// Rows before each file; one more entry with all of them.
    starts: Vec<usize>,
}

impl Layout {
    /// Returns the layout of these files.
    pub(super) fn new(files: Vec<Arc<FileRows>>) -> Self {
        let mut starts = Vec::with_capacity(files.len() + 1);
        let mut rows = 0;
        starts.push(0);
        for file in &files {
            rows += file.rows.len();
            starts.push(rows);
        }
        Self { files, starts }
    }

    /// Returns how many rows there are.
    pub(super) fn len(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// Returns how many rows stand before a spot.
    pub(super) fn flat(&self, spot: Spot) -> usize {
        self.starts.get(spot.file).map_or(self.len(), |start| start + spot.row)
    }

    /// Returns the spot behind so many rows; the last one where there are fewer.
    pub(super) fn spot(&self, flat: usize) -> Spot {
        let flat = flat.min(self.len().saturating_sub(1));
        let file = self.starts.partition_point(|start| *start <= flat).saturating_sub(1);
        Spot { file, row: flat - self.starts.get(file).copied().unwrap_or(0) }
    }

    /// Returns the spot, or the nearest one that exists.
    pub(super) fn clamped(&self, spot: Spot) -> Spot {
        match self.files.get(spot.file) {
            Some(file) => Spot { file: spot.file, row: spot.row.min(file.rows.len().saturating_sub(1)) },
            None => self.spot(usize::MAX),
        }
    }

    /// Returns the file at a spot.
    pub(super) fn file(&self, spot: Spot) -> Option<&Arc<FileRows>> {
        self.files.get(spot.file)
    }

    /// Returns the row at a spot.
    pub(super) fn row(&self, spot: Spot) -> Option<Row> {
        self.files.get(spot.file)?.rows.get(spot.row).copied()
    }

    /// Returns the place of a file, or where it would be.
    pub(super) fn find(&self, path: &RelPath) -> Result<usize, usize> {
        self.files.binary_search_by(|file| file.change.path.cmp(path))
    }

    /// Returns the spot of the next row.
    pub(super) fn after(&self, spot: Spot) -> Option<Spot> {
        let file = self.files.get(spot.file)?;
        if spot.row + 1 < file.rows.len() {
            return Some(Spot { row: spot.row + 1, ..spot });
        }
        (spot.file + 1 < self.files.len()).then_some(Spot { file: spot.file + 1, row: 0 })
    }

    /// Returns the spot of the row before.
    pub(super) fn before(&self, spot: Spot) -> Option<Spot> {
        if spot.row > 0 {
            return Some(Spot { row: spot.row - 1, ..spot });
        }
        let file = spot.file.checked_sub(1)?;
        Some(Spot { file, row: self.files.get(file)?.rows.len().saturating_sub(1) })
    }
}
