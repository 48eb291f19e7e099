//! What two sides compare to know that they have the same: hashes of trees by ranges of ids, and of style sheets.

use std::collections::HashMap;

use protocol::{NodeId, SheetId, limits};

use crate::tree::{ByNode, Tree, hash_bytes, mix};

/// Which range an id falls in; what lies beyond the last falls in the last.
fn range_of(id: NodeId, width: u32) -> usize {
    ((id.0 / width.max(1)) as usize).min(limits::MAX_RANGES - 1)
}

/// How many ids a range has so that all ids of a tree fall in [`limits::MAX_RANGES`] ranges.
#[must_use]
pub fn width_for(tree: &Tree) -> u32 {
    let most = tree.ids().map(|id| id.0).max().unwrap_or(0);
    #[allow(clippy::cast_possible_truncation, reason = "a small constant")]
    let ranges = limits::MAX_RANGES as u32;
    most / ranges + 1
}

/// The sums of a tree's hashes, a range each.
#[must_use]
pub fn of_tree(tree: &Tree, width: u32) -> Vec<u64> {
    let mut sums = vec![0u64; limits::MAX_RANGES];
    for id in tree.ids() {
        let sum = &mut sums[range_of(id, width)];
        *sum = sum.wrapping_add(tree.hash_of(id));
    }
    sums
}

/// The ranges in which somebody's sums are not a tree's: first id and how many.
#[must_use]
pub fn differing(tree: &Tree, width: u32, sums: &[u64]) -> Vec<(NodeId, u32)> {
    let width = width.max(1);
    let ours = of_tree(tree, width);
    let mut out: Vec<(NodeId, u32)> = Vec::new();
    for (n, ours) in (0u32..).zip(&ours) {
        if sums.get(n as usize).copied().unwrap_or(0) == *ours {
            continue;
        }
        let first = n.saturating_mul(width);
        let len = if n as usize == limits::MAX_RANGES - 1 { u32::MAX - first } else { width };
        match out.last_mut() {
            Some((before, had)) if before.0 + *had == first => *had = had.saturating_add(len),
            Some(_) | None => out.push((NodeId(first), len)),
        }
    }
    out
}

#[derive(Clone, Debug, Default)]
struct Sheet {
    head: u64,
    rules: Vec<u64>,
}

impl Sheet {
    fn sum(&self) -> u64 {
        self.rules.iter().fold(self.head, |h, r| mix(h, *r))
    }
}

/// Hashes of the style sheets, kept by both sides from the same operations.
#[derive(Clone, Debug, Default)]
pub struct SheetSums {
    sheets: HashMap<SheetId, Sheet>,
    lists: ByNode<Vec<SheetId>>,
    /// Those that have stood on a list: what has not yet is waited for.
    listed: Vec<SheetId>,
    /// Whether one may have come off its last list.
    may_settle: bool,
}

impl SheetSums {
    /// A sheet as text.
    pub fn put(&mut self, id: SheetId, media: &str, text: &str) {
        let head = mix(hash_bytes(media.as_bytes()), hash_bytes(text.as_bytes()));
        self.sheets.insert(id, Sheet { head, rules: Vec::new() });
    }
    /// Rules of a sheet were replaced.
    pub fn rules<'a>(&mut self, id: SheetId, index: usize, remove: usize, insert: impl Iterator<Item = &'a str>) {
        let rules = &mut self.sheets.entry(id).or_default().rules;
        let start = index.min(rules.len());
        let end = start.saturating_add(remove).min(rules.len());
        rules.splice(start..end, insert.map(|r| hash_bytes(r.as_bytes())));
    }
    /// The sheets of a root.
    pub fn list(&mut self, root: NodeId, sheets: &[SheetId]) {
        self.lists.insert(root, sheets.to_vec());
        self.listed.extend_from_slice(sheets);
        self.may_settle = true;
    }
    /// A root is gone.
    pub fn forget(&mut self, root: NodeId) {
        self.may_settle |= self.lists.remove(&root).is_some();
    }
    /// Sheets that stand on no list any more are let go; which those are.
    pub fn settle(&mut self) -> Vec<SheetId> {
        if !std::mem::take(&mut self.may_settle) {
            return Vec::new();
        }
        let mut on: Vec<SheetId> = self.lists.values().flatten().copied().collect();
        on.sort_unstable();
        on.dedup();
        let off: Vec<SheetId> = self.listed.iter().copied().filter(|id| on.binary_search(id).is_err()).collect();
        for id in &off {
            self.sheets.remove(id);
        }
        self.listed = on;
        off
    }
    /// The hash of all that stand on a list.
    #[must_use]
    pub fn hash(&self) -> u64 {
        let sum = |id: &SheetId| mix(u64::from(id.0), self.sheets.get(id).map_or(0, Sheet::sum));
        let mut known: HashMap<SheetId, u64> = HashMap::new();
        self.lists.iter().fold(0u64, |h, (root, list)| {
            let order = list.iter().fold(u64::from(root.0) << 32, |h, id| mix(h, *known.entry(*id).or_insert_with(|| sum(id))));
            h.wrapping_add(if list.is_empty() { 0 } else { order })
        })
    }
    /// What each sheet hashes to.
    pub fn each(&self) -> impl Iterator<Item = (SheetId, u64)> + '_ {
        self.sheets.iter().map(|(id, sheet)| (*id, sheet.sum()))
    }
}
