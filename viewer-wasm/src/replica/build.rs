//! Building and changing the replica's nodes. DOM calls only; names and attributes pass the allow-list once more.

use crate::now;
use engine::attributes::{Treat, treat};
use engine::tree::{Kind, Node as ModelNode, Tree};
use protocol::NodeId;
use protocol::page::{Space, state};
use wasm_bindgen::JsCast;
use web_sys::{CssStyleDeclaration, Document, Element, HtmlIFrameElement, Node, ShadowRootInit, ShadowRootMode};

use super::{Stage, controls, frame, kinds, pictures};

const HTML: &str = "http://www.w3.org/1999/xhtml";
const SVG: &str = "http://www.w3.org/2000/svg";
const MATHML: &str = "http://www.w3.org/1998/Math/MathML";
const XLINK: &str = "http://www.w3.org/1999/xlink";

/// Takes children out; all of them in one go.
fn take_from(parent: Option<&Node>, children: &[Node]) {
    let Some(parent) = parent else { return };
    // A document's words cannot be set.
    if children.len() > 1 && parent.node_type() != Node::DOCUMENT_NODE && parent.child_nodes().length() as usize == children.len() {
        parent.set_text_content(None);
        return;
    }
    for child in children {
        let _ = parent.remove_child(child);
    }
}

impl Stage {
    pub(super) fn build_document(&mut self, tree: &Tree) {
        let Some(document) = self.document() else { return };
        // The page before may have been scrolled, and may have run the other way.
        self.later.scrolls.extend(tree.children(NodeId::ROOT));
        self.build_into(tree, NodeId::ROOT, &document);
    }

    /// Fills a document that has loaded with what the model holds for it.
    fn build_into(&mut self, tree: &Tree, id: NodeId, document: &Document) {
        self.remember(id, document);
        for child in tree.children(id).to_vec() {
            self.build(tree, child, document, None);
        }
        self.later.roots.push(id);
    }

    /// Builds a subtree detached and puts it under `parent`, before `before`.
    fn build(&mut self, tree: &Tree, root: NodeId, parent: &Node, before: Option<&Node>) {
        // Only a document has no owner.
        let document = parent.owner_document().unwrap_or_else(|| parent.clone().unchecked_into());
        let mut made: Vec<(NodeId, Node)> = Vec::new();
        let mut skipped: Vec<NodeId> = Vec::new();
        tree.walk(root, |id, node| {
            if skipped.contains(&node.parent) {
                // Below a frame that has to load first.
                skipped.push(id);
                return;
            }
            let holder = if id == root { None } else { self.nodes.get(&node.parent).cloned() };
            let is_manual = tree.get(node.parent).is_some_and(|host| host.attr(state::SLOTS).is_some());
            if let Some(new) = self.make(&document, id, node, holder.as_ref(), is_manual) {
                if let (Some(holder), false) = (&holder, matches!(node.kind, Kind::Shadow)) {
                    let _ = holder.append_child(&new);
                }
                self.remember(id, &new);
                made.push((id, new));
            } else {
                skipped.push(id);
            }
        });
        if let Some((_, first)) = made.first()
            && !matches!(tree.get(root).map(|n| &n.kind), Some(Kind::Shadow | Kind::Document(_)))
        {
            let _ = parent.insert_before(first, before);
        }
        for (id, node) in &made {
            if let Some(model) = tree.get(*id)
                && let Some(element) = kinds::element(node)
            {
                controls::apply(&element, model);
                if model.attr(state::SELECTED).is_some() {
                    self.later.chosen.push(*id);
                }
            }
        }
    }

    fn make(&mut self, document: &Document, id: NodeId, node: &ModelNode, holder: Option<&Node>, is_manual: bool) -> Option<Node> {
        match &node.kind {
            Kind::Text(text) => Some(document.create_text_node(text).into()),
            Kind::Masked(_) => {
                self.later.masked.push(id);
                Some(document.create_text_node("•••").into())
            }
            Kind::Shadow => {
                let host = match holder {
                    Some(host) => kinds::element(host)?,
                    None => self.element(node.parent)?,
                };
                let init = ShadowRootInit::new(ShadowRootMode::Open);
                if is_manual {
                    let _ = js_sys::Reflect::set(&init, &"slotAssignment".into(), &"manual".into());
                }
                let root = host.attach_shadow(&init).ok()?;
                self.later.roots.push(id);
                Some(root.into())
            }
            Kind::Document(quirks) => {
                self.nested(id, node.parent, *quirks);
                None
            }
            Kind::Element(shape, values) => {
                let space = match shape.space {
                    Space::Html => HTML,
                    Space::Svg => SVG,
                    Space::MathMl => MATHML,
                };
                // Even an empty style element is a violation of the frame's policy, said in the console each time.
                // And an embedded file without an address is not laid out at all.
                let name = match &*shape.name {
                    "style" => "beside-style",
                    "embed" => "beside-embed",
                    "object" => "beside-object",
                    name => name,
                };
                let element = match document.create_element_ns(Some(space), name) {
                    Ok(element) => element,
                    Err(_) => document.create_element("beside-unknown").ok()?,
                };
                for (name, value) in shape.attrs.iter().zip(values) {
                    self.dress(&shape.name, &element, id, node, name, value);
                }
                if self.pins.contains_key(&id) {
                    self.style(&element, id, node);
                }
                // Last, so that nothing stands over it.
                if matches!(&*shape.name, "iframe" | "frame" | "object" | "embed") {
                    for (name, value) in [("sandbox", "allow-same-origin"), ("tabindex", "-1"), ("allow", "")] {
                        let _ = element.set_attribute(name, value);
                    }
                }
                Some(element.into())
            }
        }
    }

    /// A same-origin frame of the page: a frame of ours, filled when it has loaded.
    fn nested(&mut self, id: NodeId, holder: NodeId, quirks: bool) {
        let Some(frame) = self.element(holder).and_then(|e| kinds::html::<HtmlIFrameElement>(&e, "iframe")) else { return };
        let me = self.me.clone();
        let loaded = frame.clone();
        frame::load(&frame, quirks, move || {
            let Some(me) = me.upgrade() else { return };
            let mut stage = me.borrow_mut();
            let Some(document) = loaded.content_document() else { return };
            while let Some(child) = document.first_child() {
                let _ = document.remove_child(&child);
            }
            let model = std::mem::take(&mut stage.model);
            if model.tree().get(id).is_some() {
                stage.build_into(model.tree(), id, &document);
            }
            stage.finish(model.tree());
            stage.model = model;
        });
    }

    pub(super) fn insert(&mut self, tree: &Tree, parent: NodeId, index: usize, roots: &[NodeId]) {
        let Some(holder) = self.nodes.get(&parent).cloned() else { return };
        let next = tree.children(parent).get(index + roots.len()..).unwrap_or(&[]);
        let before = next
            .iter()
            .find_map(|id| self.nodes.get(id).filter(|n| n.parent_node().is_some_and(|p| p.is_same_node(Some(&holder)))).cloned());
        for root in roots {
            self.build(tree, *root, &holder, before.as_ref());
        }
    }

    pub(super) fn detach(&mut self, roots: &[NodeId]) {
        // Most that go at once go from one place; what that is is asked once.
        let mut place: Option<Node> = None;
        let mut going: Vec<Node> = Vec::new();
        for id in roots {
            let Some(node) = self.nodes.get(id) else { continue };
            let Some(parent) = node.parent_node() else {
                // A frame's document stays with its frame; what is in it goes.
                if node.node_type() == Node::DOCUMENT_NODE {
                    while let Some(child) = node.first_child() {
                        let _ = node.remove_child(&child);
                    }
                }
                continue;
            };
            let node = node.clone();
            if !parent.is_same_node(place.as_ref()) {
                take_from(place.as_ref(), &std::mem::take(&mut going));
                if let Some(holder) = kinds::element(&parent).filter(|e| matches!(&*e.local_name(), "select" | "optgroup")) {
                    self.later.chosen.extend(self.id_of(&holder));
                }
                place = Some(parent);
            }
            going.push(node);
        }
        take_from(place.as_ref(), &going);
    }

    /// Moves as few as possible: what is moved loses the documents of its frames, leaves the top layer and is scrolled back,
    /// and its animations begin anew.
    pub(super) fn reorder(&mut self, tree: &Tree, parent: NodeId, order: &[(NodeId, u32)]) {
        let Some(holder) = self.nodes.get(&parent).cloned() else { return };
        let places: Vec<u32> = order.iter().map(|(_, place)| *place).collect();
        let is_dear = |id| {
            let mut is = false;
            tree.walk(id, |below, node| {
                is |= matches!(node.kind, Kind::Document(_)) || node.attr(state::TOP).is_some() || self.joined.contains_key(&below);
            });
            is
        };
        let stays = engine::order::stays(&places, |n| if is_dear(order[n].0) { order.len() as u64 + 1 } else { 1 });
        let mut next: Option<Node> = None;
        for ((id, _), stays) in order.iter().zip(stays).rev() {
            let Some(node) = self.nodes.get(id).filter(|n| n.parent_node().is_some_and(|p| p.is_same_node(Some(&holder)))).cloned() else {
                continue;
            };
            if !stays {
                let _ = holder.insert_before(&node, next.as_ref());
                let mut emptied = Vec::new();
                tree.walk(*id, |below, model| {
                    if let Kind::Document(quirks) = model.kind {
                        emptied.push((below, model.parent, quirks));
                    }
                    if model.attr(state::TOP).is_some() {
                        self.later.tops.push(below);
                    }
                    if model.attr(state::SCROLL).is_some() {
                        self.later.scrolls.push(below);
                    }
                });
                for (document, frame, quirks) in emptied {
                    self.nested(document, frame, quirks);
                }
            }
            next = Some(node);
        }
    }

    pub(super) fn set(&mut self, tree: &Tree, id: NodeId, name: &str, value: &str) {
        let (Some(element), Some(model)) = (self.element(id), tree.get(id)) else { return };
        let local = model.name().map(|(_, n)| n.to_owned()).unwrap_or_default();
        self.dress(&local, &element, id, model, name, value);
        // A field of another type may show what it held before, unlike the page's.
        if matches!(name, "type" | state::VALUE | state::MASKED_VALUE | state::CHECKED | state::INDETERMINATE | state::SELECTED) {
            controls::apply(&element, model);
            if name == state::SELECTED {
                self.later.chosen.push(id);
            }
        }
    }

    pub(super) fn unset(&mut self, tree: &Tree, id: NodeId, name: &str) {
        let (Some(element), Some(model)) = (self.element(id), tree.get(id)) else { return };
        match name {
            "style" | state::BOX => self.style(&element, id, model),
            state::MASK => {
                let _ = element.remove_attribute("data-beside-masked");
            }
            state::PLACEHOLDER if self.joined.contains_key(&id) => {}
            state::PLACEHOLDER => {
                pictures::unfail(&element);
                let _ = element.remove_attribute("data-beside-stands-for");
                self.style(&element, id, model);
            }
            state::LINK | state::RES => {
                for name in ["href", "src", "srcset", "sizes", "poster"] {
                    let _ = element.remove_attribute(name);
                }
            }
            state::NATURAL => self.show_again(&element, model),
            state::TOP => self.later.tops.push(id),
            state::MOVES => super::motion::play(&element, "", now()),
            state::IS => {
                let _ = element.remove_attribute("data-beside-is");
                self.later.pressed.push(id);
            }
            name if name.starts_with('@') => controls::apply(&element, model),
            name => {
                let _ = element.remove_attribute(name);
                if name == "type" {
                    controls::apply(&element, model);
                }
            }
        }
    }

    /// One attribute or state.
    fn dress(&mut self, local: &str, element: &Element, id: NodeId, model: &ModelNode, name: &str, value: &str) {
        match name {
            state::MASK => {
                let _ = element.set_attribute("data-beside-masked", if value == "block" { "block" } else { "mask" });
            }
            state::PLACEHOLDER if value == "broken" => self.later.broken.push(id),
            state::PLACEHOLDER => {
                let _ = element.set_attribute("data-beside-stands-for", value);
                self.style(element, id, model);
            }
            "style" | state::BOX | state::NAMED => self.style(element, id, model),
            state::LINK => {
                // Unvisited for ever, and pressed by nobody: the frame is inert.
                let _ = element.set_attribute("href", &format!("#beside-link-{}", id.0));
            }
            state::RES => {
                let Ok(res) = value.parse::<u32>() else { return };
                if matches!(local, "canvas" | "video")
                    && let Some(before) = self.moving.insert(id, res)
                    && before != res
                    && let Some(url) = self.assets.remove(&before)
                    // Two that show the same share it.
                    && !self.assets.values().any(|other| *other == url)
                {
                    self.dropped.push(url);
                }
                match self.assets.get(&res) {
                    Some(_) if local == "canvas" => self.style(element, id, model),
                    Some(url) => pictures::show(element, model, url),
                    None => self.waiting.entry(res).or_default().push(id),
                }
            }
            state::MOVES => {
                // It may be built long after it was told, or once more.
                let told = *self.moved.entry(id).or_insert_with(|| self.arrived.unwrap_or_else(now));
                super::motion::play(element, value, told);
            }
            state::CUSTOMER_ONLY => {
                let _ = element.set_attribute("data-beside-customer-only", "");
            }
            state::IS => {
                let _ = element.set_attribute("data-beside-is", value);
                if value.contains("active") || !self.active.is_empty() {
                    self.later.pressed.push(id);
                }
            }
            state::NATURAL => self.show_again(element, model),
            state::SCROLL => self.later.scrolls.push(id),
            state::ASSIGNED => self.later.slots.push(id),
            state::TOP => self.later.tops.push(id),
            name if name.starts_with('@') => {}
            name if name.starts_with("data-beside-") && !name.starts_with("data-beside-a-") => {}
            // `setAttribute` would lower it and so step round the list.
            name if model.name().is_some_and(|(space, _)| space == Space::Html) && name.bytes().any(|b| b.is_ascii_uppercase()) => {}
            name => match treat(local, name) {
                Treat::Drop | Treat::Link | Treat::StandIn | Treat::Style => {}
                Treat::Fragment if !value.starts_with('#') => {}
                Treat::Fragment if name == "xlink:href" => {
                    let _ = element.set_attribute_ns(Some(XLINK), name, value);
                }
                Treat::Fragment | Treat::Keep | Treat::Text | Treat::Mark | Treat::Words => {
                    let _ = element.set_attribute(name, value);
                }
            },
        }
    }

    /// The picture that is shown got another size in CSS pixels.
    fn show_again(&self, element: &Element, model: &ModelNode) {
        let shown = model.attr(state::RES).and_then(|res| self.assets.get(&res.parse().ok()?));
        if let Some(url) = shown {
            pictures::show(element, model, url);
        }
    }

    /// Inline style through our scanner, and the box that must be kept on top of it.
    pub(super) fn style(&mut self, element: &Element, id: NodeId, model: &ModelNode) {
        let own = model.attr("style").unwrap_or_default();
        let device = self.sheets.device;
        let (assets, waiting) = (&self.assets, &mut self.waiting);
        let mut css = engine::css::incoming(&format!("a{{{own}}}"), device, |n| {
            if !assets.contains_key(&n) {
                waiting.entry(n).or_default().push(id);
            }
            assets.get(&n).cloned()
        });
        // The scanner closes what was left open; the declarations stand between the outer braces.
        css = css.strip_prefix("a{").and_then(|c| c.rfind('}').map(|n| c[..n].to_owned())).unwrap_or_default();
        let mut sides = model.attr(state::BOX).unwrap_or_default().split(',').map_while(|side| side.parse::<f64>().ok());
        let told = sides.next().zip(sides.next());
        for (side, margin) in ["top", "bottom"].iter().zip(sides).filter(|(_, margin)| *margin > 0.0) {
            css.push_str(&format!(";margin-{side}:{margin}px!important"));
        }
        if let Some((w, h)) = told.or_else(|| self.pins.get(&id).copied()) {
            css.push_str(&format!(
                ";box-sizing:border-box!important;width:{w}px!important;height:{h}px!important;min-width:0!important;max-width:none!important;min-height:0!important;max-height:none!important;flex:0 0 auto!important"
            ));
        }
        if told.is_some() {
            css.push_str(";overflow:clip!important");
        }
        let drawn = model.attr(state::RES).filter(|_| element.local_name() == "canvas").and_then(|res| self.assets.get(&res.parse().ok()?));
        css.push_str(&drawn.map(|url| pictures::painted(url)).unwrap_or_default());
        if let Some(kind) = model.attr(state::PLACEHOLDER).filter(|_| !self.joined.contains_key(&id)) {
            css.push_str(&super::stand_in::says(kind, model.attr(state::NAMED)));
        }
        if let Ok(style) = js_sys::Reflect::get(element, &"style".into()) {
            style.unchecked_ref::<CssStyleDeclaration>().set_css_text(&css);
        }
    }
}
