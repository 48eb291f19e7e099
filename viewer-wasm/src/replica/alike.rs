//! Whether the replica is laid out as the page is, and building again what is not.

use protocol::page::Laid;

use super::*;

const MARK: &str = "data-beside-differs";

impl Stage {
    /// What a comparison tells: how many ids a range has, the sums of ranges, those of sheets.
    pub(crate) fn sums(&self) -> (u32, Vec<u64>, Vec<(protocol::SheetId, u64)>) {
        self.model.sums()
    }

    /// Elements that lie elsewhere than at the customer's, without those inside another of them.
    pub(crate) fn off(&self, laid: &[Laid]) -> Vec<NodeId> {
        if !self.ready {
            return Vec::new();
        }
        let most = f64::from(self.model.tolerance()) / 4.0;
        let off: Vec<NodeId> = laid
            .iter()
            .filter(|laid| {
                self.place(laid.node)
                    .is_some_and(|here| here.iter().zip(laid.at).any(|(here, there)| (here - f64::from(there) / 4.0).abs() > most))
            })
            .map(|laid| laid.node)
            .collect();
        off.iter().copied().filter(|id| !self.above(*id).any(|above| off.contains(&above))).collect()
    }

    /// Where an element lies, from the beginning of its own document.
    fn place(&self, id: NodeId) -> Option<[f64; 4]> {
        let element = self.element(id)?;
        let window = element.owner_document()?.default_view()?;
        let r = element.get_bounding_client_rect();
        Some([r.left() + window.scroll_x().ok()?, r.top() + window.scroll_y().ok()?, r.width(), r.height()])
    }

    fn above(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.tree().get(id).map(|n| n.parent), |id| self.tree().get(*id).map(|n| n.parent))
    }

    /// Builds elements anew from the model, with all styles written anew. Each only once until the next keyframe: what
    /// that does not help, a second time would not either. Whether any was.
    pub(crate) fn build_again(&mut self, ids: &[NodeId]) -> bool {
        let fresh: Vec<NodeId> = ids.iter().copied().filter(|id| self.built_again.insert(*id)).collect();
        if fresh.is_empty() {
            return false;
        }
        let model = std::mem::take(&mut self.model);
        let tree = model.tree();
        for root in self.sheets.unbuild() {
            self.later.roots.push(root);
        }
        for id in fresh {
            let Some(parent) = tree.get(id).map(|n| n.parent) else { continue };
            let Some(index) = tree.children(parent).iter().position(|c| *c == id) else { continue };
            self.detach(&[id]);
            tree.walk(id, |below, _| {
                self.nodes.remove(&below);
                self.moving.remove(&below);
            });
            self.insert(tree, parent, index, &[id]);
        }
        self.later.focus = Some(self.focused);
        self.finish(tree);
        self.model = model;
        true
    }

    /// Whether some element is marked as not shown as it is.
    pub(crate) fn has_differing(&self) -> bool {
        !self.differing.is_empty()
    }

    /// Says in the picture which elements it does not show as they are.
    pub(crate) fn mark_differing(&mut self, ids: &[NodeId]) {
        for element in std::mem::take(&mut self.differing) {
            let _ = element.remove_attribute(MARK);
        }
        self.differing = ids.iter().filter_map(|id| self.element(*id)).collect();
        for element in &self.differing {
            let _ = element.set_attribute(MARK, "");
        }
    }
}
