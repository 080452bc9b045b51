//! Which writes of a plan belong together, and in what order they are made.

use std::collections::{BTreeMap, BTreeSet};

use super::PlannedWrite;
use crate::path::RelPath;

/// Returns the writes of a plan, sorted by path, with their bundles and in the order in which they are made.
///
/// First comes what is written, then what is removed, so that a text that moves is always on disk. Only where a write
/// needs a path that a removal frees (`a` goes, `a/b` comes, or the other way round) the removal comes first, and
/// it is in the write's bundle, to be put back when that fails.
pub(super) fn bundled(writes: Vec<PlannedWrite>, renames: &[(RelPath, RelPath)]) -> Vec<PlannedWrite> {
    let places: BTreeMap<RelPath, usize> =
        writes.iter().enumerate().map(|(index, write)| (write.path.clone(), index)).collect();
    let mut bundles = Bundles { of: (0..writes.len()).collect() };
    for (from, to) in renames {
        if let (Some(from), Some(to)) = (places.get(from), places.get(to)) {
            bundles.join(*from, *to);
        }
    }
    let (mut freeing, mut waiting): (BTreeSet<usize>, BTreeSet<usize>) = Default::default();
    for (index, write) in writes.iter().enumerate() {
        let mut above = write.path.parent();
        while let Some(folder) = above {
            if let Some(other) = places.get(&folder)
                && writes[*other].after.is_none() != write.after.is_none()
            {
                let (gone, come) = if write.after.is_none() { (index, *other) } else { (*other, index) };
                freeing.insert(gone);
                waiting.insert(come);
                bundles.join(gone, come);
            }
            above = folder.parent();
        }
    }
    let rank = |index: usize| match writes[index].after {
        Some(_) if !waiting.contains(&index) => 0,
        None if freeing.contains(&index) => 1,
        Some(_) => 2,
        None => 3,
    };
    let ranks: Vec<usize> = (0..writes.len()).map(rank).collect();
    let mut first: BTreeMap<usize, usize> = BTreeMap::new();
    for (index, rank) in ranks.iter().enumerate() {
        let earliest = first.entry(bundles.find(index)).or_insert(*rank);
        *earliest = (*earliest).min(*rank);
    }
    let mut ordered: Vec<(usize, PlannedWrite)> = writes
        .into_iter()
        .enumerate()
        .map(|(index, write)| (ranks[index], PlannedWrite { bundle: bundles.find(index), ..write }))
        .collect();
    ordered.sort_by_key(|(rank, write)| (first.get(&write.bundle).copied(), write.bundle, *rank));
    ordered.into_iter().map(|(_, write)| write).collect()
}

/// Sets of writes, each known by the lowest number in it.
struct Bundles {
    of: Vec<usize>,
}

impl Bundles {
    fn find(&self, mut index: usize) -> usize {
        while self.of[index] != index {
            index = self.of[index];
        }
        index
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.find(one), self.find(other));
        self.of[one.max(other)] = one.min(other);
    }
}
