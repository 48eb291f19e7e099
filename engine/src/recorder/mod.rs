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
mod nodes;
mod sheets;
mod writing;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use policies::detect::Detectors;
use policies::{Facts, Hide, InputFacts, Part, Policy};
use protocol::page::{Encoder, Head, NOT_ZOOMED, Op, Shape, Space, state};
use protocol::session::is_plain_name;
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
    /// By [`fingerprint`] of the address, which may hold a token.
    resources: HashMap<u64, u32>,
    /// What canvases show: by element, the address and its number.
    drawn: HashMap<String, (String, u32)>,
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
            drawn: HashMap::new(),
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

    /// What the rules of the policy hit: each element, with the rules as bits in their order.
    pub fn touched(&self) -> impl Iterator<Item = (NodeId, u64)> + '_ {
        self.known.ids().filter_map(|id| self.known.get(id).map(|k| (id, k.rules))).filter(|(_, rules)| *rules != 0)
    }

    /// What a session's record calls an element: its kind, and the name that the page's code gives it where that can be no data.
    /// The relay reads it.
    #[must_use]
    pub fn on_record(&self, id: NodeId) -> String {
        let Some(node) = self.tree.get(id) else { return String::new() };
        let plain = |name: &&str| is_plain_name(name);
        let mut said = node.name().map(|(_, name)| name).filter(plain).unwrap_or_default().to_owned();
        for (before, attr, after) in [("[type=", "type", "]"), ("#", "id", "")] {
            if let Some(value) = node.attr(attr).filter(plain) {
                said.push_str(before);
                said.push_str(value);
                said.push_str(after);
            }
        }
        said
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
