//! Page messages: keyframes and patches, as operations on a tree of nodes.
//!
//! Built for size: trees travel pre-order and their ids are implicit (a run that goes on where the last one
//! ended); element name and attribute names form a *shape* that is defined once; other ids are distances from the
//! one before. Both dictionaries live until the next keyframe. Names that start with `@` are state that has no
//! attribute in the page (see [`state`]); a page cannot send them, since the recorder drops such names.

mod decode;
mod encode;

use std::rc::Rc;

pub use decode::Decoder;
pub use encode::Encoder;

use crate::{Generation, NodeId, ResId, SheetId};

/// Names of state that has no attribute.
pub mod state {
    /// What a control holds.
    pub const VALUE: &str = "@value";
    /// What a control holds is hidden; the value is how many units of 16 px wide its filler may be.
    pub const MASKED_VALUE: &str = "@hidden";
    /// `1` when ticked.
    pub const CHECKED: &str = "@checked";
    /// `1` when neither ticked nor not.
    pub const INDETERMINATE: &str = "@mixed";
    /// `1` on a chosen option.
    pub const SELECTED: &str = "@selected";
    /// `left,top` of a scroller, in CSS pixels.
    pub const SCROLL: &str = "@scroll";
    /// How an element stands in the top layer: `modal` or `popover`, and the how-manieth it was to be shown.
    pub const TOP: &str = "@top";
    /// `mask` or `block`.
    pub const MASK: &str = "@mask";
    /// `width,height` of an outer box that the replica must keep, in CSS pixels; where a margin of what
    /// stands in it goes through, `width,height,above,below` with the margins outside of it, 0 for its own.
    pub const BOX: &str = "@box";
    /// The resource an image shows.
    pub const RES: &str = "@res";
    /// `1` on a link: its address stays at home.
    pub const LINK: &str = "@link";
    /// What a placeholder stands for.
    pub const PLACEHOLDER: &str = "@stands-for";
    /// What a placeholder is called, where the page says so.
    pub const NAMED: &str = "@named";
    /// States that selectors ask for and that the replica cannot be in by itself: words of [`IS_WORDS`].
    pub const IS: &str = "@is";
    /// What [`IS`] may say: pseudo-classes by name; `undefined` for a custom element that is not defined. Beside these
    /// `state-` and the name of a state that a custom element gave itself.
    pub const IS_WORDS: [&str; 8] = ["active", "autofill", "fullscreen", "invalid", "target", "undefined", "user-invalid", "user-valid"];
    /// `manual` on an element whose shadow root says by script what shows where.
    pub const SLOTS: &str = "@slots";
    /// What script put into a slot: ids of nodes.
    pub const ASSIGNED: &str = "@assigned";
    /// Width of a picture by itself, in CSS pixels, where the page chose among several densities.
    pub const NATURAL: &str = "@natural";
    /// Animations that script began, as JSON: a list of `{frames, timing, at, still}` after Web Animations.
    pub const MOVES: &str = "@moves";
    /// `1` on what only the customer may operate.
    pub const CUSTOMER_ONLY: &str = "@customer-only";
    /// `quirks` on a document in quirks mode.
    pub const MODE: &str = "@mode";
}

/// Name space of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Space {
    /// HTML
    Html,
    /// SVG
    Svg,
    /// MathML
    MathMl,
}
impl Space {
    /// Number on the wire.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Html => 0,
            Self::Svg => 1,
            Self::MathMl => 2,
        }
    }
    /// By number.
    #[must_use]
    pub fn from_number(n: u8) -> Option<Self> {
        [Self::Html, Self::Svg, Self::MathMl].into_iter().find(|s| s.number() == n)
    }
}

/// Element name and attribute names, in the order in which values follow.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Name space.
    pub space: Space,
    /// Local name.
    pub name: Rc<str>,
    /// Attribute and state names.
    pub attrs: Vec<Rc<str>>,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum Content<'a> {
    /// Text.
    Text(&'a str),
    /// Hidden text, by its width in units of 16 px.
    Masked(u32),
    /// An open shadow root (whatever its mode is at the customer).
    Shadow,
    /// A document: the top one or a frame's. `true` for quirks mode.
    Document(bool),
    /// An element and the values of its shape.
    Element(Rc<Shape>, Vec<&'a str>),
}

/// A node of a [`Op::Tree`], pre-order.
#[derive(Clone, Debug, PartialEq)]
pub struct NewNode<'a> {
    /// Its id.
    pub id: NodeId,
    /// What it is.
    pub content: Content<'a>,
    /// How many children follow.
    pub children: u32,
}

/// [`Op::Zoom`] of a page that is not zoomed in, which is what holds until one comes: scale × 1000, left, top.
pub const NOT_ZOOMED: (u32, u32, u32) = (1000, 0, 0);

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Op<'a> {
    /// Subtrees, inserted under `parent` before its child number `index`; at the root (`parent` none) the document.
    Tree {
        /// Where; none for the top document.
        parent: NodeId,
        /// Before which child.
        index: u32,
        /// How many of the nodes are direct children of `parent`.
        roots: u32,
        /// The nodes, pre-order.
        nodes: Vec<NewNode<'a>>,
    },
    /// `count` children of `parent` from `index` on are gone, with all that is in them.
    Remove {
        /// Whose.
        parent: NodeId,
        /// First.
        index: u32,
        /// How many.
        count: u32,
    },
    /// The children of `parent` stand in a new order: for each place, the number of the child that stood elsewhere.
    Order {
        /// Whose.
        parent: NodeId,
        /// A permutation.
        order: Vec<u32>,
    },
    /// An attribute or state got a value.
    Set {
        /// Element.
        node: NodeId,
        /// Name.
        name: Rc<str>,
        /// Value.
        value: &'a str,
    },
    /// An attribute or state is gone.
    Unset {
        /// Element.
        node: NodeId,
        /// Name.
        name: Rc<str>,
    },
    /// Part of a text node, or of an element's [`state::VALUE`], was replaced. Offsets are UTF-8 bytes.
    Splice {
        /// Text node or control.
        node: NodeId,
        /// Where.
        at: u32,
        /// How many bytes go.
        remove: u32,
        /// What comes.
        insert: &'a str,
    },
    /// A text node is hidden and this wide, in units of 16 px.
    MaskText {
        /// Text node.
        node: NodeId,
        /// Width.
        units: u32,
    },
    /// A sheet's rules, all of them.
    Sheet {
        /// Which.
        sheet: SheetId,
        /// `media` of its link or style element, empty for all.
        media: &'a str,
        /// Its text; resources stand in it as `url(beside:N)`.
        text: &'a str,
    },
    /// Rules of a sheet were replaced.
    Rules {
        /// Which.
        sheet: SheetId,
        /// From which rule on.
        index: u32,
        /// How many go.
        remove: u32,
        /// What comes.
        insert: Vec<&'a str>,
    },
    /// The sheets of a document or shadow root, in cascade order; sheets that are on no list any more are gone.
    Sheets {
        /// Document or shadow root.
        root: NodeId,
        /// In order.
        sheets: Vec<SheetId>,
    },
    /// The customer's viewport in CSS pixels; `ratio` is the device pixel ratio in hundredths.
    Viewport {
        /// Width.
        width: u32,
        /// Height.
        height: u32,
        /// Ratio × 100.
        ratio: u32,
        /// Room that a scrollbar of the browser's own takes; 0 where it lies over what is scrolled.
        bar: u32,
    },
    /// How far the customer has zoomed in with two fingers, and which part of the viewport that shows.
    Zoom {
        /// Thousandths: 1,000 when not zoomed in.
        scale: u32,
        /// Left edge of what is seen, in CSS pixels of the viewport.
        left: u32,
        /// Top edge.
        top: u32,
    },
    /// Title and address as the policy lets them be seen.
    Info {
        /// Document title.
        title: &'a str,
        /// Origin.
        origin: &'a str,
        /// Path without query and fragment.
        path: &'a str,
    },
    /// What has the focus; none for nothing.
    Focus {
        /// Element.
        node: NodeId,
        /// Whether the customer's browser draws a ring around it.
        visible: bool,
    },
    /// What is selected, between two text nodes; none for nothing. Offsets in UTF-16 units.
    Select {
        /// Where it begins.
        from: NodeId,
        /// How far in.
        from_at: u32,
        /// Where it ends.
        to: NodeId,
        /// How far in.
        to_at: u32,
    },
    /// What the tree must hash to now.
    Hash(u64),
    /// This message holds so many painted states in one.
    Merged(u32),
    /// The page holds more than has been read: what is shown is true, and not yet all.
    Behind,
    /// In these ranges of ids (first, how many) exactly these nodes exist, and they are as said here.
    Mend {
        /// Which ids.
        ranges: Vec<(NodeId, u32)>,
        /// All nodes in them.
        nodes: Vec<Mended<'a>>,
    },
    /// What the customer's device is like: bits of `engine::media::FACTS`.
    Device(u32),
    /// Where some elements lie in the customer's browser when everything said so far is shown and stands still.
    Boxes(Vec<Laid>),
}

/// A node of an [`Op::Mend`].
#[derive(Clone, Debug, PartialEq)]
pub struct Mended<'a> {
    /// Its id.
    pub id: NodeId,
    /// What it is.
    pub content: Content<'a>,
    /// All its children, in order.
    pub children: Vec<NodeId>,
}

/// Where an element lies, in quarters of a CSS pixel from the beginning of its own document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Laid {
    /// Which element.
    pub node: NodeId,
    /// Left, top, width, height.
    pub at: [i32; 4],
}

/// How a message begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// A whole document; dictionaries begin anew.
    Keyframe(Generation),
    /// What changed.
    Patch,
}

mod number {
    pub(super) const KEYFRAME: u8 = 1;
    pub(super) const PATCH: u8 = 2;

    pub(super) const TREE: u8 = 1;
    pub(super) const REMOVE: u8 = 2;
    pub(super) const ORDER: u8 = 3;
    pub(super) const SET: u8 = 4;
    pub(super) const UNSET: u8 = 5;
    pub(super) const SPLICE: u8 = 6;
    pub(super) const MASK_TEXT: u8 = 7;
    pub(super) const SHEET: u8 = 8;
    pub(super) const RULES: u8 = 9;
    pub(super) const SHEETS: u8 = 10;
    pub(super) const VIEWPORT: u8 = 11;
    pub(super) const INFO: u8 = 12;
    pub(super) const FOCUS: u8 = 13;
    pub(super) const HASH: u8 = 14;
    pub(super) const MERGED: u8 = 15;
    pub(super) const SELECT: u8 = 16;
    pub(super) const BEHIND: u8 = 17;
    pub(super) const MEND: u8 = 18;
    pub(super) const BOXES: u8 = 19;
    pub(super) const DEVICE: u8 = 20;
    pub(super) const ZOOM: u8 = 21;

    pub(super) const NODE_TEXT: u64 = 0;
    pub(super) const NODE_MASKED: u64 = 1;
    pub(super) const NODE_SHADOW: u64 = 2;
    pub(super) const NODE_DOCUMENT: u64 = 3;
    pub(super) const NODE_NEW_SHAPE: u64 = 4;
    pub(super) const NODE_SHAPES: u64 = 5;
}

/// The resource a `beside:N` address names.
#[must_use]
pub fn res_of(address: &str) -> Option<ResId> {
    address.strip_prefix("beside:")?.parse().ok().map(ResId)
}
