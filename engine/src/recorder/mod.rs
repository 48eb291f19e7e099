//! Turns what an adapter read into page operations.
//!
//! Keeps a mirror of the page *after* judging, and no raw text. A read is compared with the mirror and only the
//! difference is written, so that after each flush the mirror is the page as the policy lets it be seen. A node whose
//! verdict changes is not patched: its id goes to [`Flush::reread`], the adapter forgets it and reads it again
//! as a new node, judged anew.

/// Begins the address of a picture that the page drew and the adapter keeps: `beside-drawn:element/serial`. A new
/// serial takes the place of the element's old one.
pub const DRAWN: &str = "beside-drawn:";

mod changes;
mod echoes;
mod judge;
pub(crate) mod mending;
mod sheets;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use policies::detect::Detectors;
use policies::{Facts, Hide, InputFacts, Part, Policy};
use protocol::page::{Encoder, Head, NOT_ZOOMED, Op, Shape, Space, state};
use protocol::{Generation, NodeId, SheetId, limits};

use crate::attributes::{Treat, is_hollow, treat};
use crate::by_id::ById;
use crate::decimal;
use crate::echo::{Echoes, Source};
use crate::pack::{BadPack, Pack, record};
use crate::privacy::{self, Raw, Verdict};
use crate::protections::{Protection, is_off};
use crate::sums::SheetSums;
use crate::tree::{ByNode, Kind, Tree};

/// What the adapter has to do after a flush.
#[derive(Debug, Default)]
pub struct Flush {
    /// Nodes that are gone or never entered the mirror; their ids may be forgotten.
    pub forget: Vec<NodeId>,
    /// Nodes whose verdict changed: forget them and everything below, then read their parents' children again.
    pub reread: Vec<NodeId>,
    /// Hidden elements and texts whose boxes are wanted (records `BOX` and `WIDTH`).
    pub measure: Vec<NodeId>,
    /// Addresses of pictures and fonts that are new, with their numbers.
    pub resources: Vec<(u32, String)>,
}

/// How a message ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With nothing.
    Open,
    /// With what the mirror hashes to: the page has been read as a whole.
    Whole,
    /// With the word that the page holds more than has been read.
    Behind,
}

/// Attributes as they were read, by name.
type Attrs<'a> = Vec<(Rc<str>, Raw<'a>)>;

struct Known {
    verdict: Verdict,
    facts: u64,
    rules: u64,
}

/// A sheet is either its source text or a list of rules, never both: a sheet that changes comes again as rules.
struct StoredSheet {
    media: String,
    text: String,
    rules: Vec<String>,
}

/// Resolves an address against a base; the adapter asks the browser. Empty base: the page's own.
pub type Resolve<'a> = dyn Fn(&str, &str) -> Option<String> + 'a;

/// The recorder of one document tree.
pub struct Recorder {
    policy: Policy,
    detectors: Detectors,
    echoes: Rc<RefCell<Echoes>>,
    told: echoes::Told,
    /// Nodes that came since the page was last looked through for echoes.
    unwalked: usize,
    /// The message under way says what has turned out to be hidden.
    is_tainted: bool,
    tree: Tree,
    known: ById<Known>,
    names: Vec<Rc<str>>,
    shapes: HashMap<Shape, Rc<Shape>>,
    encoder: Encoder,
    next_id: u32,
    resources: HashMap<String, u32>,
    last_resource: u32,
    sheets: HashMap<SheetId, StoredSheet>,
    sums: SheetSums,
    lists: ByNode<Vec<SheetId>>,
    viewport: (u32, u32, u32, u32),
    zoom: (u32, u32, u32),
    device: u32,
    info: (String, String, String),
    focus: (NodeId, bool),
    selection: (NodeId, u32, NodeId, u32),
    generation: Generation,
    out: Flush,
    in_message: bool,
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Recorder({} nodes)", self.tree.len())
    }
}

const NOTHING_SELECTED: (NodeId, u32, NodeId, u32) = (NodeId::NONE, 0, NodeId::NONE, 0);

/// Names that state may have; an adapter that sends another one is wrong.
const STATES: [&str; 16] = [
    state::LINK,
    state::VALUE,
    state::CHECKED,
    state::INDETERMINATE,
    state::SELECTED,
    state::SCROLL,
    state::TOP,
    state::RES,
    state::PLACEHOLDER,
    state::MODE,
    state::IS,
    state::MOVES,
    state::SLOTS,
    state::ASSIGNED,
    state::NATURAL,
    state::NAMED,
];

impl Recorder {
    /// A recorder that has read nothing of the same page. It gives no resource the number of another one: what was asked
    /// for by the old numbers may still come.
    #[must_use]
    pub fn anew(&self) -> Self {
        let new = Self { last_resource: self.last_resource, ..Self::new(self.policy.clone(), self.generation) };
        new.with_echoes(self.echoes.clone())
    }

    /// The same with what was remembered of what is hidden.
    #[must_use]
    pub fn with_echoes(self, echoes: Rc<RefCell<Echoes>>) -> Self {
        Self { echoes, ..self }
    }

    /// A recorder that has read nothing.
    #[must_use]
    pub fn new(policy: Policy, generation: Generation) -> Self {
        Self {
            detectors: Detectors::new(&policy.detect),
            echoes: Rc::default(),
            told: Default::default(),
            unwalked: 0,
            is_tainted: false,
            policy,
            tree: Tree::default(),
            known: ById::default(),
            names: Vec::new(),
            shapes: HashMap::new(),
            encoder: Encoder::new(),
            next_id: 1,
            resources: HashMap::new(),
            last_resource: 0,
            sheets: HashMap::new(),
            sums: SheetSums::default(),
            lists: ByNode::default(),
            viewport: (0, 0, 0, 0),
            zoom: NOT_ZOOMED,
            device: 0,
            info: Default::default(),
            focus: (NodeId::NONE, false),
            selection: NOTHING_SELECTED,
            generation,
            out: Flush::default(),
            in_message: false,
        }
    }

    /// The mirror.
    #[must_use]
    pub const fn mirror(&self) -> &Tree {
        &self.tree
    }

    /// Which reading of the page this is.
    #[must_use]
    pub const fn generation(&self) -> Generation {
        self.generation
    }

    /// Whether a node's content is hidden.
    #[must_use]
    pub fn is_hidden(&self, id: NodeId) -> bool {
        self.known.get(id).is_none_or(|k| !k.verdict.shows())
    }

    /// Takes in what was read and writes the difference into the message under way.
    ///
    /// # Errors
    /// [`BadPack`] when numbers and strings do not fit; the mirror is then unusable and the adapter starts over.
    pub fn read(&mut self, numbers: &[u32], strings: &str, resolve: &Resolve<'_>) -> Result<Flush, BadPack> {
        if !self.in_message {
            self.encoder.begin(Head::Patch);
            self.in_message = true;
            self.told = echoes::Told { first_new: self.next_id, ..Default::default() };
        }
        let mut pack = Pack::new(numbers, strings);
        while !pack.is_done() {
            match pack.number()? {
                record::ROOT => self.root(&mut pack, resolve)?,
                record::CHILDREN => self.children(&mut pack, resolve)?,
                record::MORE => self.more(&mut pack, resolve)?,
                record::GONE => self.gone(&mut pack)?,
                record::ATTRS => self.attrs(&mut pack, resolve)?,
                kind @ (record::TEXT | record::FOUND) => {
                    let id = NodeId(pack.number()?);
                    self.text(id, pack.string()?, kind == record::FOUND);
                }
                record::HEARD => {
                    let id = NodeId(pack.number()?);
                    let raw = pack.string()?;
                    if let Some(known) = self.known.get(id) {
                        self.remember(known.verdict, &raw);
                    }
                }
                record::STATE => {
                    let id = NodeId(pack.number()?);
                    let name = self.name(&mut pack)?;
                    let raw = pack.string()?;
                    self.state(id, name.as_ref(), Some(raw), resolve);
                }
                record::NO_STATE => {
                    let id = NodeId(pack.number()?);
                    let name = self.name(&mut pack)?;
                    self.state(id, name.as_ref(), None, resolve);
                }
                record::SHEET => self.sheet(&mut pack, resolve)?,
                record::RULES => self.rules(&mut pack, resolve)?,
                record::SHEETS => self.sheet_list(&mut pack)?,
                record::VIEWPORT => {
                    self.viewport = (pack.number()?, pack.number()?, pack.number()?, pack.number()?);
                    self.write_viewport();
                }
                record::ZOOM => {
                    self.zoom = (pack.number()?, pack.number()?, pack.number()?);
                    self.write_zoom();
                }
                record::DEVICE => {
                    self.device = pack.number()?;
                    self.encoder.op(&Op::Device(self.device));
                }
                record::INFO => {
                    let element = NodeId(pack.number()?);
                    let title = pack.string()?;
                    // A title whose element has not been read is not told.
                    let known = self.known.get(element).map_or(Verdict::HIDDEN, |k| k.verdict);
                    let verdict = if is_off(Protection::Title) { Verdict::TOP } else { known };
                    let shown = self.open(verdict, title).unwrap_or_default().to_owned();
                    let origin = privacy::origin(pack.string()?);
                    self.info = (shown, origin, self.path(pack.string()?));
                    self.write_info();
                }
                record::FOCUS => {
                    let id = NodeId(pack.number()?);
                    let visible = pack.number()? == 1;
                    self.focus = if self.tree.get(id).is_some() { (id, visible) } else { (NodeId::NONE, false) };
                    self.encoder.op(&Op::Focus { node: self.focus.0, visible });
                }
                record::SELECT => {
                    let [from, from_at, to, to_at] = [pack.number()?, pack.number()?, pack.number()?, pack.number()?];
                    // Where something hidden is chosen, nothing is told: offsets are lengths.
                    let shown = |id: u32| {
                        self.tree.get(NodeId(id)).is_some_and(|n| {
                            // Blank texts are texts wherever they stand.
                            matches!(n.kind, Kind::Text(_)) && !self.is_hidden(n.parent)
                        })
                    };
                    self.selection = if shown(from) && shown(to) { (NodeId(from), from_at, NodeId(to), to_at) } else { NOTHING_SELECTED };
                    self.write_selection();
                }
                record::BOX => self.measured_box(&mut pack)?,
                record::WIDTH => {
                    let (id, units) = (NodeId(pack.number()?), pack.number()?);
                    let masked = matches!(self.tree.get(id).map(|n| &n.kind), Some(Kind::Masked(old)) if *old != units);
                    if masked {
                        self.tree.update(id, |kind| *kind = Kind::Masked(units));
                        self.encoder.op(&Op::MaskText { node: id, units });
                    }
                }
                record::MERGED => {
                    let n = pack.number()?;
                    // Alone it would say that something hidden has changed: the rhythm of somebody's keys.
                    if n > 1 && !self.encoder.is_empty() {
                        self.encoder.op(&Op::Merged(n));
                    }
                }
                _ => return Err(BadPack),
            }
        }
        self.settle_sheets();
        self.hide_echoes();
        Ok(std::mem::take(&mut self.out))
    }

    /// Whether the message under way says what has turned out to be hidden. It is never given out; a keyframe takes its place.
    #[must_use]
    pub const fn is_tainted(&self) -> bool {
        self.is_tainted
    }

    /// Ends the message under way; `None` if nothing changed, or if it must not be said. `end` says what the mirror hashes to,
    /// or that more is coming.
    pub fn finish(&mut self, end: End) -> Option<Vec<u8>> {
        if !self.in_message || self.is_tainted || (self.encoder.is_empty() && end == End::Open) {
            return None;
        }
        self.write_end(end);
        self.in_message = false;
        Some(self.encoder.finish())
    }

    fn write_end(&mut self, end: End) {
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

    fn write_selection(&mut self) {
        let (from, from_at, to, to_at) = self.selection;
        self.encoder.op(&Op::Select { from, from_at, to, to_at });
    }

    fn write_viewport(&mut self) {
        let (width, height, ratio, bar) = self.viewport;
        // A page that is not laid out has no size; the last one stands.
        if width > 0 && height > 0 {
            self.encoder.op(&Op::Viewport { width, height, ratio, bar });
        }
    }

    fn write_zoom(&mut self) {
        let (scale, left, top) = self.zoom;
        self.encoder.op(&Op::Zoom { scale, left, top });
    }

    fn write_info(&mut self) {
        self.told.info = true;
        let (title, origin, path) = &self.info;
        let title = cut(title, limits::MAX_FIELD);
        self.encoder.op(&Op::Info { title, origin: cut(origin, limits::MAX_FIELD), path: cut(path, limits::MAX_FIELD) });
    }

    fn write_tree(&mut self, parent: NodeId, index: u32, roots: &[NodeId]) {
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

    fn name(&mut self, pack: &mut Pack<'_>) -> Result<Option<Rc<str>>, BadPack> {
        let n = pack.number()? as usize;
        if n == self.names.len() {
            let raw = pack.string()?;
            // What is no name is kept as an empty one: it travels nowhere.
            self.names.push(raw.name().unwrap_or_default().into());
        }
        let name = self.names.get(n).ok_or(BadPack)?;
        Ok((!name.is_empty()).then(|| name.clone()))
    }

    fn root(&mut self, pack: &mut Pack<'_>, resolve: &Resolve<'_>) -> Result<(), BadPack> {
        self.tree = Tree::default();
        self.known = ById::default();
        self.sums = SheetSums::default();
        self.sheets.clear();
        self.lists.clear();
        self.next_id = 1;
        self.told.first_new = 1;
        if !self.node(pack, NodeId::NONE, Verdict::TOP, true, 0, resolve)? {
            return Err(BadPack);
        }
        Ok(())
    }

    /// Reads a node and all below it into the mirror. `keep` is false below something that is not sent: ids are
    /// counted, and nothing enters. Returns whether the node itself entered.
    fn node(
        &mut self,
        pack: &mut Pack<'_>,
        parent: NodeId,
        above: Verdict,
        keep: bool,
        depth: usize,
        resolve: &Resolve<'_>,
    ) -> Result<bool, BadPack> {
        struct Open {
            id: NodeId,
            left: u32,
            children: Vec<NodeId>,
            verdict: Verdict,
            keep: bool,
        }
        let mut stack: Vec<Open> = Vec::new();
        let mut entered = false;
        loop {
            let (parent, above, keep) = stack.last().map_or((parent, above, keep), |o| (o.id, o.verdict, o.keep));
            let id = NodeId(self.next_id);
            self.next_id += 1;
            let keep = keep && depth + stack.len() < limits::MAX_DEPTH && self.tree.len() < limits::MAX_NODES;
            let mut open = None;
            match pack.number()? {
                kind @ (record::NODE_TEXT | record::NODE_FOUND) => {
                    let raw = pack.string()?;
                    if keep {
                        let kind = self.judge_text(id, parent, raw, above, kind == record::NODE_FOUND);
                        self.tree.add(id, parent, kind);
                    } else if above.remembered() == Some(Source::Masked) {
                        self.remember(above, &raw);
                    }
                }
                kind @ (record::NODE_SHADOW | record::NODE_DOCUMENT) => {
                    let kind = if kind == record::NODE_SHADOW { Kind::Shadow } else { Kind::Document(pack.number()? != 0) };
                    let left = pack.number()?;
                    if keep {
                        self.tree.add(id, parent, kind);
                        self.known.insert(id, Known { verdict: above, facts: 0, rules: 0 });
                    }
                    open = Some(Open { id, left, children: Vec::new(), verdict: above, keep });
                }
                record::NODE_ELEMENT => {
                    let (verdict, inside, left) = self.element(pack, id, parent, above, keep, resolve)?;
                    open = Some(Open { id, left, children: Vec::new(), verdict, keep: keep && inside });
                }
                _ => return Err(BadPack),
            }
            if keep {
                match stack.last_mut() {
                    Some(o) => o.children.push(id),
                    None => entered = true,
                }
            } else {
                self.out.forget.push(id);
            }
            if let Some(o) = open {
                stack.push(o);
            } else if let Some(o) = stack.last_mut() {
                o.left -= 1;
            }
            // Close what is complete.
            while let Some(o) = stack.last() {
                if o.left > 0 {
                    break;
                }
                let done = stack.pop();
                if let Some(done) = done
                    && done.keep
                    && !done.children.is_empty()
                {
                    self.tree.set_children(done.id, done.children);
                }
                match stack.last_mut() {
                    Some(above) => above.left -= 1,
                    None => return Ok(entered),
                }
            }
            if stack.is_empty() {
                return Ok(entered);
            }
        }
    }

    /// Reads an element. Gives its verdict, whether its children travel, and how many there are.
    fn element(
        &mut self,
        pack: &mut Pack<'_>,
        id: NodeId,
        parent: NodeId,
        above: Verdict,
        keep: bool,
        resolve: &Resolve<'_>,
    ) -> Result<(Verdict, bool, u32), BadPack> {
        let name = self.name(pack)?;
        let space = u8::try_from(pack.number()?).ok().and_then(Space::from_number).ok_or(BadPack)?;
        let (attrs, facts, rules) = self.read_attrs(pack)?;
        let left = pack.number()?;
        if !keep {
            return Ok((above, false, left));
        }
        let name = name.unwrap_or_else(|| "beside-unknown".into());
        let verdict = self.verdict(&name, above, &attrs, facts, rules);
        let (kind, inside) = self.judge_element(id, space, &name, verdict, attrs, resolve);
        self.tree.add(id, parent, kind);
        self.known.insert(id, Known { verdict, facts: u64::from(facts), rules });
        Ok((verdict, inside, left))
    }

    fn read_attrs<'a>(&mut self, pack: &mut Pack<'a>) -> Result<(Attrs<'a>, u32, u64), BadPack> {
        let flags = pack.number()?;
        let rules = u64::from(pack.number()?) | u64::from(pack.number()?) << 32;
        let n = pack.number()? as usize;
        if n > pack.left() {
            return Err(BadPack);
        }
        let mut attrs = Vec::with_capacity(n);
        for _ in 0..n {
            let name = self.name(pack)?;
            let raw = pack.string()?;
            if let Some(name) = name {
                attrs.push((name, raw));
            }
        }
        Ok((attrs, flags, rules))
    }
}

/// Whether what is in an element travels. An object that something stands for shows that; one that failed shows its own content.
fn holds(name: &str, is_stood_for: bool) -> bool {
    is_off(Protection::Hollow) || !is_hollow(name) || matches!(name, "iframe" | "frame") || name == "object" && !is_stood_for
}

/// Where no script runs a canvas has no size of its own, and a video without a source none of its picture's.
fn has_no_size(name: &str) -> bool {
    matches!(name, "canvas" | "video")
}

/// Whether a hidden element keeps an outer box of its own. Elements that only hold others need none: their
/// children keep theirs.
fn boxed(space: Space, name: &str, hide: Hide) -> bool {
    if hide == Hide::Block {
        return true;
    }
    match space {
        Space::Html => !matches!(
            name,
            "html"
                | "head"
                | "body"
                | "option"
                | "optgroup"
                | "br"
                | "script"
                | "style"
                | "link"
                | "meta"
                | "title"
                | "col"
                | "colgroup"
                | "tr"
                | "tbody"
                | "thead"
                | "tfoot"
                | "table"
                | "source"
                | "track"
                | "wbr"
                | "template"
        ),
        Space::Svg => name == "svg",
        Space::MathMl => name == "math",
    }
}

#[allow(clippy::cast_possible_truncation, reason = "lengths of trees and texts are bounded by limits far below 2^32")]
fn count(n: usize) -> u32 {
    n as u32
}

/// At most `max` bytes, cut between characters.
fn cut(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}

/// The smallest replacement between common head and tail, at character boundaries: where, bytes removed, what comes.
fn splice<'a>(old: &str, new: &'a str) -> (usize, usize, &'a str) {
    let head = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
    let mut head = old.floor_char_boundary(head);
    while !new.is_char_boundary(head) {
        head = old.floor_char_boundary(head - 1);
    }
    let tail = old[head..].bytes().rev().zip(new[head..].bytes().rev()).take_while(|(a, b)| a == b).count();
    let mut tail = tail;
    while !old.is_char_boundary(old.len() - tail) || !new.is_char_boundary(new.len() - tail) {
        tail -= 1;
    }
    (head, old.len() - tail - head, &new[head..new.len() - tail])
}
