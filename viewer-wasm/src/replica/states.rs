//! What a browser knows of elements and no attribute says: focus, press, what the pointer is over. The replica has none of it by
//! itself; its styles ask for attributes instead.

use engine::tree::Tree;
use protocol::NodeId;
use web_sys::Element;

use super::Stage;

impl Stage {
    fn chain(&self, tree: &Tree, id: NodeId) -> Vec<Element> {
        let mut out = Vec::new();
        let mut at = id;
        while let Some(node) = tree.get(at) {
            out.extend(self.element(at));
            at = node.parent;
        }
        out
    }

    pub(super) fn focus_on(&mut self, tree: &Tree, id: NodeId, visible: bool) {
        for element in self.focus.drain(..) {
            for name in ["data-beside-focus", "data-beside-focus-visible", "data-beside-focus-within"] {
                let _ = element.remove_attribute(name);
            }
        }
        self.focus = self.chain(tree, id);
        if let Some(element) = self.element(id) {
            let _ = element.set_attribute("data-beside-focus", "");
            if visible {
                let _ = element.set_attribute("data-beside-focus-visible", "");
            }
        }
        for element in &self.focus {
            let _ = element.set_attribute("data-beside-focus-within", "");
        }
    }

    /// What is pressed looks pressed, and so do all around it.
    pub(super) fn press(&mut self, tree: &Tree, id: NodeId) {
        for element in self.active.drain(..) {
            let _ = element.remove_attribute("data-beside-active");
        }
        self.active = self.chain(tree, id);
        for element in &self.active {
            let _ = element.set_attribute("data-beside-active", "");
        }
    }

    /// What the customer's pointer is over looks hovered, and so do all around it.
    pub(crate) fn hover_on(&mut self, id: NodeId) {
        self.pointed = id;
        let model = std::mem::take(&mut self.model);
        self.hover_in(model.tree());
        self.model = model;
    }

    pub(super) fn hover_in(&mut self, tree: &Tree) {
        let chain = self.chain(tree, self.pointed);
        for element in &self.hover {
            if !chain.contains(element) {
                let _ = element.remove_attribute("data-beside-hover");
            }
        }
        for element in &chain {
            if !self.hover.contains(element) {
                let _ = element.set_attribute("data-beside-hover", "");
            }
        }
        self.hover = chain;
    }
}
