//! Filler for hidden texts. Inside a box that is kept it is always three dots; running text gets as many as fill the
//! width that was told (rounded up to 16 px by the sender), so that the line breaks where it did.

use engine::tree::{Kind, Tree};
use protocol::NodeId;
use protocol::page::state;
use web_sys::Node;

use super::Stage;

const DOT: &str = "•";
/// Dots between two places where a line may break.
const WORD: usize = 6;

impl Stage {
    /// Fills all hidden texts anew: dots are as wide as letters were when they were put in, and fonts may have come since.
    pub(super) fn refill(&self, tree: &Tree) {
        if tree.has_masked() {
            let is_masked = |id: &NodeId| tree.get(*id).is_some_and(|node| matches!(node.kind, Kind::Masked(_)));
            let masked: Vec<NodeId> = tree.ids().filter(is_masked).collect();
            self.fill_masked(tree, &masked);
        }
    }

    pub(super) fn fill_masked(&self, tree: &Tree, ids: &[NodeId]) {
        let mut measured: Vec<(Node, f64)> = Vec::new();
        for id in ids {
            let (Some(node), Some(model)) = (self.nodes.get(id), tree.get(*id)) else { continue };
            let Kind::Masked(units) = model.kind else { continue };
            let boxed = tree.get(model.parent).is_some_and(|p| p.attr(state::BOX).is_some());
            if let Some(holder) = self.element(model.parent) {
                let _ = holder.set_attribute("data-beside-masked", "mask");
            }
            node.set_text_content(Some("••••••••••"));
            if boxed || units == 0 {
                node.set_text_content(Some("•••"));
            } else {
                measured.push((node.clone(), f64::from(units) * 16.0));
            }
        }
        // All reads, then all writes: one layout.
        let widths: Vec<f64> = measured
            .iter()
            .map(|(node, _)| {
                let range = node.owner_document().and_then(|d| d.create_range().ok());
                range.map_or(0.0, |r| {
                    let _ = r.select_node_contents(node);
                    r.get_bounding_client_rect().width()
                })
            })
            .collect();
        for ((node, wanted), ten) in measured.iter().zip(widths) {
            let one = if ten > 1.0 { ten / 10.0 } else { 6.0 };
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a width in dots, at least one and bounded by the text's own limits"
            )]
            let dots = ((wanted / one).round() as usize).clamp(1, 20_000);
            let mut text = String::with_capacity(dots * 3 + dots / WORD * 3);
            for n in 0..dots {
                if n > 0 && n % WORD == 0 {
                    text.push('\u{200b}');
                }
                text.push_str(DOT);
            }
            node.set_text_content(Some(&text));
        }
    }
}
