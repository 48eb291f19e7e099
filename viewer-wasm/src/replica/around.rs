//! Looking around in the replica without the customer: where it is scrolled to is then the agent's own, until the agent follows
//! again.

use engine::tree::Kind;
use protocol::NodeId;
use protocol::page::state;
use web_sys::{Element, ScrollBehavior, ScrollToOptions, Window};

use super::{Stage, kinds};

/// What a small map of a page is drawn from, in its pixels.
const DRAWN: &str = "h1,h2,h3,p,li,td,th,label,img,svg,video,canvas,button,input,select,textarea";
/// Elements of it at most.
const MOST: u32 = 600;

/// A page as a small map shows it, in CSS pixels of the page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Map {
    /// How wide and high all of it is.
    pub(crate) size: (f64, f64),
    /// The upper left of what is seen here, and at the customer's.
    pub(crate) here: (f64, f64),
    pub(crate) there: (f64, f64),
    /// Where something stands: left, top, width, height.
    pub(crate) boxes: Vec<[f64; 4]>,
}

impl Stage {
    /// Whether the agent looks around alone.
    pub(crate) const fn is_free(&self) -> bool {
        self.free.is_some()
    }

    /// From now on the customer's scrolling does not move the picture.
    pub(crate) fn look_alone(&mut self) {
        if self.free.is_none() {
            self.free = Some(Vec::new());
        }
    }

    /// Back to where the customer is.
    pub(crate) fn follow(&mut self) {
        let Some(moved) = self.free.take() else { return };
        self.unscrolled.extend(moved);
        self.settle();
    }

    /// Scrolls what lies under a place, as a wheel does: the innermost that can go on in that direction.
    pub(crate) fn look_around(&mut self, (x, y): (f64, f64), by: (f64, f64)) {
        let mut at = self.at(x, y);
        while let Some(id) = at.filter(|id| *id != NodeId::NONE) {
            let Some(node) = self.model.tree().get(id) else { break };
            let parent = node.parent;
            if node.name().is_some()
                && let Some(element) = self.element(id)
                && element.local_name() != "html"
                && goes(&element, by)
            {
                element.scroll_by_with_x_and_y(by.0, by.1);
                return self.moved_alone(id);
            }
            at = Some(parent).filter(|parent| *parent != id);
        }
        if let Some(window) = self.window() {
            window.scroll_by_with_x_and_y(by.0, by.1);
            self.root_moved();
        }
    }

    /// Scrolls the page so that its pixel stands in the middle.
    pub(crate) fn look_at(&mut self, (x, y): (f64, f64)) {
        let Some(window) = self.window() else { return };
        let size = |v: Result<wasm_bindgen::JsValue, _>| v.ok().and_then(|v| v.as_f64()).unwrap_or_default();
        let options = ScrollToOptions::new();
        options.set_left(x - size(window.inner_width()) / 2.0);
        options.set_top(y - size(window.inner_height()) / 2.0);
        options.set_behavior(ScrollBehavior::Instant);
        window.scroll_to_with_scroll_to_options(&options);
        self.root_moved();
    }

    fn root_moved(&mut self) {
        if let Some(root) = self.root() {
            self.moved_alone(root);
        }
    }

    pub(super) fn moved_alone(&mut self, id: NodeId) {
        if let Some(free) = &mut self.free
            && !free.contains(&id)
        {
            free.push(id);
        }
    }

    fn window(&self) -> Option<Window> {
        self.frame.content_window()
    }

    /// The element of the page itself.
    fn root(&self) -> Option<NodeId> {
        let tree = self.model.tree();
        let documents = tree.children(NodeId::ROOT).iter().copied().chain([NodeId::ROOT]);
        let mut of = documents.flat_map(|id| tree.children(id).iter().copied().chain([id]));
        of.find(|id| matches!(tree.get(*id).map(|n| &n.kind), Some(Kind::Element(shape, _)) if &*shape.name == "html"))
    }

    /// The page from far away.
    pub(crate) fn map(&self) -> Option<Map> {
        let window = self.window()?;
        let document = self.frame.content_document()?;
        let root = document.document_element()?;
        let here = (window.scroll_x().ok()?, window.scroll_y().ok()?);
        let told =
            self.root().and_then(|id| self.model.tree().get(id)?.attr(state::SCROLL)?.split_once(',').map(|(x, y)| (x.parse(), y.parse())));
        let there = match told {
            Some((Ok(x), Ok(y))) => (x, y),
            _ => (0.0, 0.0),
        };
        let found = document.query_selector_all(DRAWN).ok()?;
        let boxes = (0..found.length().min(MOST)).filter_map(|n| {
            let r = kinds::element(&found.get(n)?)?.get_bounding_client_rect();
            (r.width() > 0.0 && r.height() > 0.0).then(|| [r.left() + here.0, r.top() + here.1, r.width(), r.height()])
        });
        Some(Map { size: (f64::from(root.scroll_width()), f64::from(root.scroll_height())), here, there, boxes: boxes.collect() })
    }
}

/// Whether an element can be scrolled on in a direction.
fn goes(element: &Element, (dx, dy): (f64, f64)) -> bool {
    let room = |by: f64, at: i32, inner: i32, outer: i32| by < 0.0 && at > 0 || by > 0.0 && at + outer < inner - 1;
    let can = room(dy, element.scroll_top(), element.scroll_height(), element.client_height())
        || room(dx, element.scroll_left(), element.scroll_width(), element.client_width());
    // What overflows and is not cut off cannot be scrolled.
    can && {
        let style = element.owner_document().and_then(|d| d.default_view()).and_then(|w| w.get_computed_style(element).ok().flatten());
        style.is_some_and(|style| {
            ["overflow-x", "overflow-y"]
                .iter()
                .any(|name| matches!(style.get_property_value(name).as_deref(), Ok("auto" | "scroll" | "overlay")))
        })
    }
}
