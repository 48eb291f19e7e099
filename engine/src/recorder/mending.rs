//! Telling again what somebody has otherwise, and where elements lie so that they notice.

use super::*;
use protocol::page::{Laid, Mended};

/// Quarters of a pixel to which places are rounded down where words are hidden: 16 px, as the words themselves.
const HIDDEN_UNIT: i32 = 64;

/// In what places are told: where something stands behind hidden words tells how long they are; they are told in units,
/// and so are places.
pub(crate) fn unit(tree: &Tree) -> i32 {
    if tree.has_masked() { HIDDEN_UNIT } else { 1 }
}

impl Recorder {
    /// A message that tells again whatever differs from these sums: nodes by ranges of ids, whole sheets. It always ends
    /// in the hash, so that whoever asked learns whether it helped.
    pub fn mend(&mut self, width: u32, sums: &[u64], sheets: &[(SheetId, u64)]) -> Vec<u8> {
        if !self.in_message {
            self.encoder.begin(Head::Patch);
        }
        let ranges = crate::sums::differing(&self.tree, width, sums);
        let mut ids: Vec<NodeId> =
            self.tree.ids().filter(|id| ranges.iter().any(|(first, len)| id.0 >= first.0 && id.0 - first.0 < *len)).collect();
        ids.sort_unstable();
        let nodes = ids.iter().filter_map(|id| {
            let node = self.tree.get(*id)?;
            Some(Mended { id: *id, content: node.kind.content(), children: node.children.clone() })
        });
        self.encoder.op(&Op::Mend { ranges, nodes: nodes.collect() });
        let ours: Vec<SheetId> = self.sums.each().filter(|known| !sheets.contains(known)).map(|(id, _)| id).collect();
        for id in ours {
            self.write_sheet(id);
        }
        self.write_lists();
        self.write_end(End::Whole);
        self.in_message = false;
        self.encoder.finish()
    }

    /// A message of where elements lie: `[node, left, top, width, height]` in quarters of a pixel. `None` when none of
    /// them is one whose place may be told, or something else is under way.
    pub fn boxes(&mut self, measured: &[i32]) -> Option<Vec<u8>> {
        if self.in_message && !self.encoder.is_empty() {
            return None;
        }
        let unit = unit(&self.tree);
        let boxes: Vec<Laid> = measured
            .as_chunks::<5>()
            .0
            .iter()
            .filter_map(|[id, at @ ..]| Some(Laid { node: NodeId(u32::try_from(*id).ok()?), at: at.map(|v| v.div_euclid(unit) * unit) }))
            .filter(|laid| self.tree.get(laid.node).is_some() && !self.is_hidden(laid.node))
            .take(limits::MAX_BOXES)
            .collect();
        if boxes.is_empty() {
            return None;
        }
        self.in_message = false;
        self.encoder.begin(Head::Patch);
        self.encoder.op(&Op::Boxes(boxes));
        Some(self.encoder.finish())
    }
}
