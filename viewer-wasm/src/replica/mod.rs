//! The replica: the customer's page, rebuilt by DOM calls in a frame that runs nothing, loads nothing and takes no
//! focus. Every operation has passed the model (`engine::replica`) before it comes here.
//!
//! The recipe: `sandbox="allow-same-origin" inert`, a policy of `default-src 'none'` with `blob:` pictures and fonts,
//! `style-src 'none'` (so that all styles pass our scanner into constructed sheets), no address of the page's anywhere.

mod alike;
mod around;
mod build;
mod controls;
mod files;
mod fonts;
mod frame;
mod joined;
mod kinds;
mod lookup;
mod masks;
mod motion;
mod pictures;
mod places;
mod selection;
mod sheets;
mod stand_in;
mod states;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use engine::media::Device;
use engine::replica::{Applied, Change, Refused, Replica};
use engine::stream::Inflater;
use engine::tree::{ByNode, Kind, Tree};
use protocol::page::{NOT_ZOOMED, state};
use protocol::{Generation, NodeId};
use web_sys::{Document, Element, HtmlIFrameElement, Node};

use crate::now;

pub(crate) use files::{Filed, Files};
pub(crate) use fonts::find_locals;
pub(crate) use frame::new_frame;

use fonts::Fonts;
use sheets::Sheets;

/// What the desk is told.
#[derive(Debug)]
pub(crate) enum Told {
    /// The customer's viewport: width, height.
    Viewport(u32, u32),
    /// The customer zoomed in with two fingers: scale × 1000, left, top.
    Zoom(u32, u32, u32),
    /// Title, origin, path.
    Info(String, String, String),
    /// A keyframe was built.
    Built,
}

/// The replica and its frame.
pub(crate) struct Stage {
    pub(crate) frame: HtmlIFrameElement,
    model: Replica,
    inflater: Inflater,
    nodes: ByNode<Node>,
    ids: js_sys::WeakMap,
    sheets: Sheets,
    assets: HashMap<u32, String>,
    waiting: HashMap<u32, Vec<NodeId>>,
    /// What frames of another origin show that have joined, and whether this is such a one.
    joined: HashMap<NodeId, Rc<RefCell<Self>>>,
    is_joined: bool,
    /// What canvases and videos show; it changes often, so what they showed is let go.
    moving: HashMap<NodeId, u32>,
    /// Elements under a pressed pointer.
    active: Vec<Element>,
    /// Where the selection is highlighted.
    highlighted: Option<web_sys::Window>,
    dropped: Vec<String>,
    /// Scrollers that are not yet where they should be.
    unscrolled: Vec<NodeId>,
    /// While the agent looks around alone: what is scrolled otherwise than at the customer's.
    free: Option<Vec<NodeId>>,
    focus: Vec<Element>,
    hover: Vec<Element>,
    /// What the pointer is over; it may be said before that is there.
    pointed: NodeId,
    later: Later,
    ready: bool,
    loading: bool,
    quirks: bool,
    focused: (NodeId, bool),
    /// The reading of the page that ids are of.
    generation: Generation,
    /// When it was told what moves an element; and when the page came that is built as soon as its frame has loaded.
    moved: HashMap<NodeId, f64>,
    arrived: Option<f64>,
    /// Elements that were built a second time since the keyframe, and those that are marked.
    built_again: HashSet<NodeId>,
    /// Sizes of controls that this browser would draw larger or smaller than the customer's does.
    pins: HashMap<NodeId, (f64, f64)>,
    differing: Vec<Element>,
    fonts: Fonts,
    me: std::rc::Weak<RefCell<Self>>,
    tell: Rc<dyn Fn(Told)>,
}

/// What can only be done when everything stands: offsets, the top layer, widths of hidden texts.
#[derive(Default)]
struct Later {
    scrolls: Vec<NodeId>,
    tops: Vec<NodeId>,
    masked: Vec<NodeId>,
    roots: Vec<NodeId>,
    chosen: Vec<NodeId>,
    slots: Vec<NodeId>,
    pressed: Vec<NodeId>,
    broken: Vec<NodeId>,
    focus: Option<(NodeId, bool)>,
    selection: Option<(NodeId, u32, NodeId, u32)>,
}

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stage")
    }
}

impl Stage {
    pub(crate) fn new(frame: HtmlIFrameElement, tell: Rc<dyn Fn(Told)>) -> Rc<RefCell<Self>> {
        kinds::intern_names();
        Rc::new_cyclic(|me| {
            RefCell::new(Self {
                frame,
                model: Replica::new(),
                inflater: Inflater::new(),
                nodes: ByNode::default(),
                ids: js_sys::WeakMap::new(),
                sheets: Sheets::default(),
                assets: HashMap::new(),
                waiting: HashMap::new(),
                joined: HashMap::new(),
                is_joined: false,
                moving: HashMap::new(),
                active: Vec::new(),
                highlighted: None,
                dropped: Vec::new(),
                unscrolled: Vec::new(),
                free: None,
                focus: Vec::new(),
                hover: Vec::new(),
                pointed: NodeId::NONE,
                later: Later::default(),
                ready: false,
                loading: false,
                quirks: false,
                focused: (NodeId::NONE, false),
                generation: Generation(0),
                moved: HashMap::new(),
                arrived: None,
                built_again: HashSet::new(),
                pins: HashMap::new(),
                differing: Vec::new(),
                fonts: Fonts::default(),
                me: me.clone(),
                tell,
            })
        })
    }

    pub(crate) fn tree(&self) -> &Tree {
        self.model.tree()
    }

    /// The reading of the page that ids are of.
    pub(crate) const fn generation(&self) -> Generation {
        self.generation
    }

    /// What has the focus at the customer's.
    pub(crate) const fn focus(&self) -> NodeId {
        self.focused.0
    }

    /// Whether we operate the page: what only the customer may press is marked then.
    pub(crate) fn operated(&mut self, is: bool) {
        self.sheets.operated(is);
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.ready && self.model.is_ready()
    }

    fn document(&self) -> Option<Document> {
        self.frame.content_document()
    }

    /// Takes a page message as it was opened.
    ///
    /// # Errors
    /// [`Refused`]: a keyframe is needed.
    pub(crate) fn message(&mut self, deflated: &[u8], keyframe: bool) -> Result<Applied, Refused> {
        let bytes = self.inflater.message(deflated, keyframe)?;
        // The model is moved out while it tells, since telling changes the rest of us.
        let mut model = std::mem::take(&mut self.model);
        let mut structure = false;
        let applied = model.apply(&bytes, &mut |tree, change| {
            structure |= matches!(change, Change::Inserted { .. } | Change::Removed { .. } | Change::Ordered(..));
            self.change(tree, change);
        });
        self.finish(model.tree());
        self.model = model;
        if let Ok(applied) = &applied
            && applied.keyframe
            && self.ready
        {
            (self.tell)(Told::Built);
        }
        applied
    }

    fn change(&mut self, tree: &Tree, change: Change<'_>) {
        // Also of a page that is not built yet.
        if let Change::Set(id, state::MOVES, _) = change {
            self.moved.insert(id, now());
        }
        match change {
            Change::Reset(generation) => {
                self.generation = generation;
                self.reset();
            }
            Change::Viewport(w, h, ratio, bar) => {
                if !self.is_joined {
                    let style = self.frame.style();
                    let _ = style.set_property("width", &format!("{w}px"));
                    let _ = style.set_property("height", &format!("{h}px"));
                }
                (self.tell)(Told::Viewport(w, h));
                self.of_device(Device { ratio, bar, ..self.sheets.device });
            }
            Change::Zoom(scale, left, top) => (self.tell)(Told::Zoom(scale, left, top)),
            Change::Device(facts) => self.of_device(Device { facts, ..self.sheets.device }),
            Change::Info(title, origin, path) => (self.tell)(Told::Info(title.to_owned(), origin.to_owned(), path.to_owned())),
            Change::Sheet(id, media, text) => {
                self.sheets.put(id, media, text);
                self.later.roots.extend(self.sheets.roots_with(id));
            }
            Change::Rules(id, index, removed, inserted) => self.sheets.rules(id, index, removed, inserted, &self.assets),
            Change::Unlisted(off) => self.sheets.let_go(off),
            Change::Sheets(root, list) => {
                self.sheets.list(root, list);
                self.later.roots.push(root);
            }
            Change::Inserted { parent, index: _, roots } if parent == NodeId::NONE => {
                let quirks = roots.first().and_then(|id| tree.get(*id)).is_some_and(|n| n.kind == Kind::Document(true));
                self.open_document(tree, quirks);
            }
            Change::Focus(id, visible) => {
                self.focused = (id, visible);
                self.later.focus = Some(self.focused);
            }
            Change::Selection(from, from_at, to, to_at) => self.later.selection = Some((from, from_at, to, to_at)),
            _ if !self.ready => {}
            Change::Inserted { parent, index, roots } => self.insert(tree, parent, index, roots),
            Change::Removed { roots, gone } => {
                self.detach(roots);
                for id in gone {
                    self.nodes.remove(id);
                    self.moving.remove(id);
                    self.moved.remove(id);
                    self.joined.remove(id);
                    self.pins.remove(id);
                }
                self.sheets.forget_gone(tree);
            }
            Change::Ordered(parent, order) => self.reorder(tree, parent, order),
            Change::Set(id, name, value) => self.set(tree, id, name, value),
            Change::Unset(id, name) => self.unset(tree, id, name),
            Change::Text(id) => match tree.get(id).map(|n| &n.kind) {
                Some(Kind::Text(text)) => {
                    if let Some(node) = self.nodes.get(&id) {
                        node.set_text_content(Some(text));
                    }
                }
                Some(Kind::Masked(_)) => self.later.masked.push(id),
                Some(Kind::Shadow | Kind::Document(_) | Kind::Element(..)) | None => {}
            },
        }
    }

    /// Styles are written anew for another device. A frame prefers what the element around it is told to be.
    fn of_device(&mut self, device: Device) {
        if self.sheets.device == device {
            return;
        }
        self.sheets.device = device;
        if !self.is_joined {
            let _ = self.frame.style().set_property("color-scheme", if device.is_dark() { "dark" } else { "light" });
        }
        self.later.roots.extend(self.sheets.unbuild());
    }

    fn reset(&mut self) {
        self.nodes.clear();
        self.waiting.clear();
        self.moving.clear();
        self.joined.clear();
        self.unscrolled.clear();
        self.focus.clear();
        self.hover.clear();
        self.active.clear();
        self.built_again.clear();
        self.pins.clear();
        self.moved.clear();
        self.differing.clear();
        self.later = Later::default();
        let (scale, left, top) = NOT_ZOOMED;
        (self.tell)(Told::Zoom(scale, left, top));
        self.fonts.ask_again();
        self.sheets = self.sheets.anew();
        self.assets.clear();
        if let Some(document) = self.document().filter(|_| self.ready) {
            while let Some(child) = document.first_child() {
                let _ = document.remove_child(&child);
            }
        }
    }

    /// Sets up the frame's document; if it has to load first, the page is built from the model when it has.
    fn open_document(&mut self, tree: &Tree, quirks: bool) {
        if self.ready && self.quirks == quirks {
            return self.build_document(tree);
        }
        let waits = self.loading && self.quirks == quirks;
        self.ready = false;
        self.quirks = quirks;
        self.arrived = Some(now());
        if waits {
            // It is built from the model as it is when the frame has loaded.
            return;
        }
        self.loading = true;
        let me = self.me.clone();
        frame::load(&self.frame.clone(), quirks, move || {
            let Some(me) = me.upgrade() else { return };
            let mut stage = me.borrow_mut();
            stage.ready = true;
            stage.loading = false;
            stage.later.focus = Some(stage.focused);
            let model = std::mem::take(&mut stage.model);
            if let Some(document) = stage.document() {
                while let Some(child) = document.first_child() {
                    let _ = document.remove_child(&child);
                }
            }
            stage.build_document(model.tree());
            stage.finish(model.tree());
            stage.model = model;
            stage.arrived = None;
            (stage.tell)(Told::Built);
        });
    }

    /// Whatever had to wait until everything stands.
    fn finish(&mut self, tree: &Tree) {
        if !self.ready {
            return;
        }
        let later = std::mem::take(&mut self.later);
        for root in later.roots {
            self.adopt(tree, root);
        }
        let mut chosen: Vec<NodeId> = later.chosen.iter().filter_map(|id| controls::select_of(tree, *id)).collect();
        chosen.sort_unstable();
        chosen.dedup();
        for id in chosen {
            self.choose(tree, id);
        }
        for id in later.slots {
            self.assign(tree, id);
        }
        for id in later.pressed {
            let is = tree.get(id).and_then(|n| n.attr(state::IS)).is_some_and(|v| v.split(' ').any(|w| w == "active"));
            self.press(tree, if is { id } else { NodeId::NONE });
        }
        let mut tops = later.tops;
        tops.sort_by_key(|id| controls::turn(tree, *id));
        tops.dedup();
        for id in tops {
            self.raise(tree, id);
        }
        self.fill_masked(tree, &later.masked);
        for id in later.broken {
            if let Some(element) = self.element(id)
                && tree.get(id).and_then(|n| n.attr(state::PLACEHOLDER)) == Some("broken")
            {
                pictures::fail(&element, id);
            }
        }
        if let Some((id, visible)) = later.focus {
            self.focus_on(tree, id, visible);
        }
        if let Some((from, from_at, to, to_at)) = later.selection {
            self.select((from, from_at), (to, to_at));
        }
        // What the pointer is over has come, or was built again.
        if self.element(self.pointed).as_ref() != self.hover.first() {
            self.hover_in(tree);
        }
        self.unscrolled.extend(later.scrolls);
        self.scroll_on(tree);
    }

    fn scroll_on(&mut self, tree: &Tree) {
        let mut ids = std::mem::take(&mut self.unscrolled);
        ids.sort_unstable();
        ids.dedup();
        if self.free.is_some() {
            return ids.into_iter().for_each(|id| self.moved_alone(id));
        }
        ids.retain(|id| !self.scroll(tree, *id));
        self.unscrolled = ids;
    }

    /// A resource has bytes: whatever waited for it shows it.
    pub(crate) fn asset(&mut self, res: u32, url: &str) {
        self.assets.insert(res, url.to_owned());
        for id in self.waiting.remove(&res).unwrap_or_default() {
            let Some(element) = self.element(id) else { continue };
            let model = std::mem::take(&mut self.model);
            if let Some(node) = model.tree().get(id) {
                let shows = node.attr(state::RES).is_some_and(|shown| shown.parse() == Ok(res));
                if shows && element.local_name() != "canvas" {
                    pictures::show(&element, node, url);
                } else {
                    self.style(&element, id, node);
                }
            }
            self.model = model;
        }
        self.sheets.touch(res);
    }

    /// A file is here: it is shown wherever it is wanted.
    pub(crate) fn show_file(&mut self, places: &[(NodeId, u32)], url: &str) {
        for (of, res) in places {
            if *of == NodeId::NONE {
                self.asset(*res, url);
            } else {
                self.asset_of(*of, *res, url);
            }
        }
        self.settle();
    }

    /// Addresses of pictures that are shown nowhere any more.
    pub(crate) fn take_dropped(&mut self) -> Vec<String> {
        std::mem::take(&mut self.dropped)
    }

    /// Sheets that an asset changed are written anew, all at once.
    pub(crate) fn settle(&mut self) {
        self.sheets.settle(&self.assets);
        if !self.unscrolled.is_empty() {
            let model = std::mem::take(&mut self.model);
            self.scroll_on(model.tree());
            self.model = model;
        }
    }

    // ---- asking

    pub(crate) fn element(&self, id: NodeId) -> Option<Element> {
        kinds::element(self.nodes.get(&id)?)
    }

    fn id_of(&self, node: &Node) -> Option<NodeId> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was put in as a u32")]
        self.ids.get(node).as_f64().map(|id| NodeId(id as u32))
    }

    fn remember(&mut self, id: NodeId, node: &Node) {
        self.ids.set(node, &id.0.into());
        self.nodes.insert(id, node.clone());
    }
}
