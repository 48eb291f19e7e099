//! Writes what is in the mirror: keyframes, trees, and the state of the page as a whole.

use super::*;

impl Recorder {
    pub(super) fn write_end(&mut self, end: End) {
        match end {
            End::Open => {}
            End::Whole => self.encoder.op(&Op::Hash(self.tree.hash().wrapping_add(self.sums.hash()))),
            End::Behind => self.encoder.op(&Op::Behind),
        }
    }

    /// A keyframe of all that is in the mirror: the page is not read again, and ids stay what they are.
    pub fn keyframe(&mut self, end: End) -> Vec<u8> {
        self.encoder.begin(Head::Keyframe(self.generation));
        self.is_tainted = false;
        self.write_info();
        self.write_viewport();
        if self.zoom != NOT_ZOOMED {
            self.write_zoom();
        }
        self.encoder.op(&Op::Device(self.device));
        let mut stored: Vec<SheetId> = self.sheets.keys().copied().collect();
        stored.sort_unstable();
        if self.tree.get(NodeId::ROOT).is_some() {
            self.write_tree(NodeId::NONE, 0, &[NodeId::ROOT]);
        }
        for id in stored {
            self.write_sheet(id);
        }
        self.write_lists();
        self.encoder.op(&Op::Focus { node: self.focus.0, visible: self.focus.1 });
        self.write_selection();
        self.write_end(end);
        self.in_message = false;
        self.encoder.finish()
    }

    pub(super) fn write_selection(&mut self) {
        let (from, from_at, to, to_at) = self.selection;
        self.encoder.op(&Op::Select { from, from_at, to, to_at });
    }

    pub(super) fn write_viewport(&mut self) {
        let (width, height, ratio, bar) = self.viewport;
        // A page that is not laid out has no size; the last one stands.
        if width > 0 && height > 0 {
            self.encoder.op(&Op::Viewport { width, height, ratio, bar });
        }
    }

    pub(super) fn write_zoom(&mut self) {
        let (scale, left, top) = self.zoom;
        self.encoder.op(&Op::Zoom { scale, left, top });
    }

    pub(super) fn write_info(&mut self) {
        self.told.info = true;
        let (title, origin, path) = &self.info;
        let title = cut(title, limits::MAX_FIELD);
        self.encoder.op(&Op::Info { title, origin: cut(origin, limits::MAX_FIELD), path: cut(path, limits::MAX_FIELD) });
    }

    pub(super) fn write_tree(&mut self, parent: NodeId, index: u32, roots: &[NodeId]) {
        let mut runs: Vec<(NodeId, u32)> = Vec::new();
        for root in roots {
            self.tree.walk(*root, |id, _| match runs.last_mut() {
                Some((first, len)) if first.0 + *len == id.0 => *len += 1,
                Some(_) | None => runs.push((id, 1)),
            });
        }
        self.encoder.tree(parent, index, count(roots.len()), &runs);
        let (tree, encoder) = (&self.tree, &mut self.encoder);
        for root in roots {
            tree.walk(*root, |_, node| encoder.node(&node.kind.content(), count(node.children.len())));
        }
    }
}
