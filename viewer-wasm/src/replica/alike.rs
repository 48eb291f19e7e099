//! Whether the replica is laid out as the page is, and building again what is not.

use protocol::page::Laid;

use super::*;

const MARK: &str = "data-beside-differs";
/// Pixels by which elements lie elsewhere where letters are drawn by other fonts or another browser, and nobody is misled: half
/// a line of text. Each line may be a fraction higher.
const OTHER_MACHINE: f64 = 10.0;

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
        let least = if self.is_other_machine() { OTHER_MACHINE } else { 0.0 };
        let most = (f64::from(self.model.tolerance()) / 4.0).max(least);
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

    /// Gives controls the size that they have at the customer's: each engine draws them itself, and of a size of its own.
    /// Those are what `sdk-wasm/js/samples.js` tells of.
    /// Whether any has another one now.
    pub(crate) fn pin(&mut self, laid: &[Laid]) -> bool {
        // What is told in units lies anywhere in its unit, for what is known in its middle.
        let half = f64::from(self.model.unit() / 2) / 4.0;
        let most = half.max(0.5);
        let mut pinned = Vec::new();
        for one in laid {
            let name = self.tree().get(one.node).and_then(|n| n.name()).map(|(_, name)| name);
            if !matches!(name, Some("input" | "select" | "textarea" | "button" | "progress" | "meter")) {
                continue;
            }
            let Some([.., width, height]) = self.place(one.node) else { continue };
            let [w, h] = [one.at[2], one.at[3]].map(|v| f64::from(v) / 4.0 + half);
            if (width - w).abs() > most || (height - h).abs() > most {
                pinned.push((one.node, (w, h)));
            }
        }
        let model = std::mem::take(&mut self.model);
        let mut is_any = false;
        for (id, size) in pinned {
            // What did not help once does not help again.
            if self.pins.insert(id, size) != Some(size)
                && let (Some(element), Some(node)) = (self.element(id), model.tree().get(id))
            {
                self.style(&element, id, node);
                is_any = true;
            }
        }
        self.model = model;
        is_any
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
        self.refill(tree);
        self.model = model;
        true
    }

    /// Whether some element is marked as not shown as it is.
    pub(crate) fn has_differing(&self) -> bool {
        !self.differing.is_empty()
    }

    /// Says in the picture which elements it does not show as they are.
    pub(crate) fn mark_differing(&mut self, ids: &[NodeId]) {
        let differing: Vec<Element> = ids.iter().filter_map(|id| self.element(*id)).collect();
        if differing == self.differing {
            return;
        }
        for element in std::mem::replace(&mut self.differing, differing) {
            let _ = element.remove_attribute(MARK);
        }
        for element in &self.differing {
            let _ = element.set_attribute(MARK, "");
        }
    }
}
