//! How an adapter hands over what it read: a list of numbers and one joined string, in one call.
//!
//! Crossing into WASM once is five to seven times cheaper than once a node, so the glue walks the page, writes
//! numbers, and joins all strings with NUL. Strings stand in the order in which the reader asks for them. Names
//! (elements, attributes, states) are interned: a number equal to the count of known names defines the next one.

use crate::privacy::Raw;

/// Record numbers. The glue holds the same list; a test compares the two.
pub mod record {
    /// parent, count, then per child: its id, or 0 and a node.
    pub const CHILDREN: u32 = 1;
    /// id, flags, hits low, hits high, count, names; values follow in the strings.
    pub const ATTRS: u32 = 2;
    /// id; text.
    pub const TEXT: u32 = 3;
    /// id, name; value.
    pub const STATE: u32 = 4;
    /// id, name.
    pub const NO_STATE: u32 = 5;
    /// sheet; media, base address, text.
    pub const SHEET: u32 = 6;
    /// sheet, index, removed, inserted; base address, then the rules.
    pub const RULES: u32 = 7;
    /// root, count, sheets.
    pub const SHEETS: u32 = 8;
    /// width, height, ratio × 100.
    pub const VIEWPORT: u32 = 9;
    /// the title's element or 0; title, origin, path.
    pub const INFO: u32 = 10;
    /// id or 0, whether it has a ring.
    pub const FOCUS: u32 = 11;
    /// id, width × 64, height × 64, the margins above and below that go through it × 64, 0 for its own; width `u32::MAX` for an inline box.
    pub const BOX: u32 = 12;
    /// id, width in units of 16 px.
    pub const WIDTH: u32 = 13;
    /// The top document as a node.
    pub const ROOT: u32 = 14;
    /// painted states in one.
    pub const MERGED: u32 = 15;
    /// text id or 0, offset, text id, offset.
    pub const SELECT: u32 = 16;
    /// parent, the child they stand behind or 0, count, nodes: children that were left for later.
    pub const MORE: u32 = 17;

    /// parent, count, ids: children that have gone, and nothing else changed among them.
    pub const GONE: u32 = 20;

    /// id; text in which a detector found something.
    pub const FOUND: u32 = 21;
    /// id; a value that a field holds or held, remembered where it is hidden.
    pub const HEARD: u32 = 22;

    /// facts about the device.
    pub const DEVICE: u32 = 18;
    /// Zoom by two fingers: scale × 1000, left, top.
    pub const ZOOM: u32 = 19;

    /// Node: text.
    pub const NODE_TEXT: u32 = 1;
    /// Node: name, space, flags, hits low, hits high, attribute count, names, child count, children; values in the strings.
    pub const NODE_ELEMENT: u32 = 2;
    /// Node: child count, children.
    pub const NODE_SHADOW: u32 = 3;
    /// Node: quirks, child count, children.
    pub const NODE_DOCUMENT: u32 = 4;
    /// Node: text in which a detector found something.
    pub const NODE_FOUND: u32 = 5;

    /// Flag of an element: was a password field once.
    pub const WAS_PASSWORD: u32 = 1;
    /// Flag: an editable region of its own.
    pub const EDITABLE: u32 = 2;
    /// Flag: something failed while reading it.
    pub const FAILED: u32 = 4;
}

/// The pack does not hold what its numbers promise; an adapter's error, never a page's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadPack;
impl std::fmt::Display for BadPack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the page was read inconsistently")
    }
}
impl std::error::Error for BadPack {}

/// Reads a pack. Every string comes out as [`Raw`].
#[derive(Debug)]
pub struct Pack<'a> {
    numbers: &'a [u32],
    at: usize,
    strings: std::str::Split<'a, char>,
}

impl<'a> Pack<'a> {
    /// Over numbers and joined strings.
    #[must_use]
    pub fn new(numbers: &'a [u32], strings: &'a str) -> Self {
        Self { numbers, at: 0, strings: strings.split('\0') }
    }
    /// Whether all numbers were read.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.at >= self.numbers.len()
    }
    /// The next number.
    ///
    /// # Errors
    /// [`BadPack`] at the end.
    pub fn number(&mut self) -> Result<u32, BadPack> {
        let n = *self.numbers.get(self.at).ok_or(BadPack)?;
        self.at += 1;
        Ok(n)
    }
    /// The next string.
    ///
    /// # Errors
    /// [`BadPack`] at the end.
    pub fn string(&mut self) -> Result<Raw<'a>, BadPack> {
        self.strings.next().map(Raw::new).ok_or(BadPack)
    }
    /// How many numbers are left: bounds what a count may be.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.numbers.len() - self.at
    }
}
