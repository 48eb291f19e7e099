//! Where things lie in the replica: the box of a node, and the node at a point, through shadow roots and nested frames.

use protocol::NodeId;
use wasm_bindgen::JsCast;
use web_sys::{Document, HtmlIFrameElement, Node};

use super::{Stage, kinds};

impl Stage {
    /// The box of a node in the frame's own pixels.
    pub(crate) fn rect(&self, id: NodeId) -> Option<[f64; 4]> {
        let element = self.element(id)?;
        let r = element.get_bounding_client_rect();
        if r.width() == 0.0 && r.height() == 0.0 {
            return None;
        }
        let (mut x, mut y) = (r.left(), r.top());
        let mut window = element.owner_document().and_then(|d| d.default_view());
        while let Some(outer) = window.and_then(|w| w.frame_element().ok().flatten()).filter(|f| !f.is_same_node(Some(&self.frame))) {
            let r = outer.get_bounding_client_rect();
            x += r.left() + f64::from(outer.client_left());
            y += r.top() + f64::from(outer.client_top());
            window = outer.owner_document().and_then(|d| d.default_view());
        }
        Some([x, y, r.width(), r.height()])
    }

    /// The deepest known element at a point of the frame: through shadow roots and nested frames.
    pub(crate) fn at(&self, x: f64, y: f64) -> Option<NodeId> {
        let mut document = self.document()?;
        let (mut x, mut y) = (x, y);
        #[allow(clippy::cast_possible_truncation, reason = "screen coordinates")]
        let mut found = document.element_from_point(x as f32, y as f32)?;
        loop {
            #[allow(clippy::cast_possible_truncation, reason = "screen coordinates")]
            let inner = match found.shadow_root() {
                Some(root) => root.element_from_point(x as f32, y as f32),
                None => match kinds::html::<HtmlIFrameElement>(&found, "iframe").and_then(|f| f.content_document()) {
                    Some(inside) => {
                        let r = found.get_bounding_client_rect();
                        x -= r.left() + f64::from(found.client_left());
                        y -= r.top() + f64::from(found.client_top());
                        document = inside;
                        document.element_from_point(x as f32, y as f32)
                    }
                    None => None,
                },
            };
            match inner.filter(|i| !i.is_same_node(Some(&found))) {
                Some(inner) => found = inner,
                None => break,
            }
        }
        let mut node: Option<Node> = Some(found.into());
        while let Some(at) = node {
            if let Some(id) = self.id_of(&at) {
                return Some(id);
            }
            // Of a frame that has joined only the frame itself is known.
            let outside = || at.unchecked_ref::<Document>().default_view()?.frame_element().ok()?.map(Node::from);
            node = if at.node_type() == Node::DOCUMENT_NODE { outside() } else { at.parent_node() };
        }
        None
    }
}
