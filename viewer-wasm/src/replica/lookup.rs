//! Finding elements of the replica by selectors, as rules of a policy do: in the document, in each shadow root and frame by itself.

use engine::tree::Kind;
use policies::label;
use policies::propose;
use protocol::NodeId;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Node};

use super::Stage;

/// Selectors of what has words by which people press it.
const PRESSED: &str = "button, a, [role=button], [role=link], input[type=button], input[type=submit]";
/// Characters of such words.
const WORDS: usize = 40;

impl Stage {
    /// The element, what it stands in, and so on, within one document or shadow root.
    pub(crate) fn lineage(&self, node: NodeId) -> Vec<propose::Element> {
        self.around(node).into_iter().map_while(|id| self.described(id)).collect()
    }

    /// An element as a selector may speak of it.
    pub(crate) fn described(&self, node: NodeId) -> Option<propose::Element> {
        let tree = self.tree();
        let one = tree.get(node)?;
        let Kind::Element(shape, values) = &one.kind else { return None };
        let name_of = |id: NodeId| tree.get(id).and_then(|n| n.name()).map(|(_, name)| name);
        let before = tree.children(one.parent).iter().take_while(|id| **id != node).filter_map(|id| name_of(*id));
        let before: Vec<&str> = before.collect();
        // What is left out stands there as something else, so that nobody here knows which of its kind this one is.
        let is_counted = !before.contains(&"beside-out");
        let of_type = before.iter().filter(|name| **name == &*shape.name).count() + 1;
        let (of_type, child) = if is_counted { (of_type, before.len() + 1) } else { (0, 0) };
        // Names that begin so are the replica's own.
        let attributes = shape.attrs.iter().zip(values).filter(|(name, _)| !name.starts_with("data-beside-"));
        let attributes = attributes.map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Some(propose::Element { name: shape.name.to_string(), attributes, of_type, child })
    }

    /// An element, and all that it stands in, out of shadow roots and frames.
    pub(crate) fn around(&self, node: NodeId) -> Vec<NodeId> {
        let mut all = Vec::new();
        let mut at = node;
        while let Some(one) = self.tree().get(at) {
            all.push(at);
            at = one.parent;
        }
        all
    }

    /// The documents and shadow roots, in each of which a selector is asked by itself.
    pub(crate) fn roots(&self) -> Vec<Node> {
        let is_root = |id: &NodeId| matches!(self.tree().get(*id).map(|n| &n.kind), Some(Kind::Document(_) | Kind::Shadow));
        self.tree().ids().filter(is_root).filter_map(|id| self.nodes.get(&id).cloned()).collect()
    }

    /// What a selector hits in these roots; nothing where it is none.
    pub(crate) fn matching(&self, roots: &[Node], selector: &str) -> Vec<NodeId> {
        let mut found = Vec::new();
        for root in roots {
            // Shadow roots have the same method.
            let Ok(list) = root.unchecked_ref::<Document>().query_selector_all(selector) else { continue };
            found.extend((0..list.length()).filter_map(|n| self.id_of(&list.get(n)?)));
        }
        found
    }

    /// The words by which people press an element, as they are written.
    pub(crate) fn words_of(&self, node: NodeId) -> Option<String> {
        let element = self.element(node).filter(|element| element.matches(PRESSED).unwrap_or(false))?;
        words(&element).filter(|words| words.chars().count() <= WORDS && !words.contains('•'))
    }

    /// Everything that is pressed by the same words.
    pub(crate) fn called(&self, words_wanted: &str) -> Vec<NodeId> {
        let wanted = label(words_wanted);
        let is_called = |id: &NodeId| self.element(*id).and_then(|element| words(&element)).is_some_and(|words| label(&words) == wanted);
        self.matching(&self.roots(), PRESSED).into_iter().filter(is_called).collect()
    }
}

fn words(element: &Element) -> Option<String> {
    let said = element.get_attribute("aria-label").or_else(|| element.text_content())?;
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    said.chars().any(char::is_alphanumeric).then_some(said)
}
