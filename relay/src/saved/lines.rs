//! Which texts of a page a detector hits, also where what it looks for is split over several in one line. The same lines as
//! `sdk-wasm/js/finds.js` makes of a live page.

use std::collections::HashSet;

use ego_tree::{NodeId, NodeRef};
use scraper::{Html, Node};

use policies::detect::Detectors;

/// Elements that stand within a line; those with a hyphen are taken for such, too.
const INLINE: [&str; 39] = [
    "a", "abbr", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "label", "mark",
    "output", "q", "rb", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tspan", "textpath", "tt",
    "u", "var", "wbr",
];
/// Characters that a date may be away from the word that says whose it is, in the block before.
const NEAR: usize = 48;
/// Longer lines have their word themselves.
const MOST_WITH_BEFORE: usize = 200;

/// Texts that are hit.
#[derive(Debug, Default)]
pub(super) struct Found(HashSet<NodeId>);

impl Found {
    pub(super) fn hits(&self, id: NodeId) -> bool {
        self.0.contains(&id)
    }
}

fn is_inline(node: &NodeRef<'_, Node>) -> bool {
    node.value().as_element().is_some_and(|e| INLINE.contains(&e.name()) || e.name().contains('-'))
}

fn is_hollow(node: &NodeRef<'_, Node>) -> bool {
    node.value().as_element().is_some_and(|e| super::HOLLOW.contains(&e.name()))
}

pub(super) fn find(page: &Html, detectors: &Detectors) -> Found {
    let mut found = Found::default();
    for holder in page.tree.nodes().filter(|n| n.value().is_element() && !is_inline(n) && !is_hollow(n)) {
        for line in lines(holder) {
            search(&line, holder, detectors, &mut found);
        }
    }
    found
}

/// A piece of a line: a text, or a break.
type Piece<'a> = (Option<NodeId>, &'a str);

/// The lines that stand in a block itself.
fn lines(holder: NodeRef<'_, Node>) -> Vec<Vec<Piece<'_>>> {
    let mut all = vec![Vec::new()];
    let mut open: Vec<NodeRef<'_, Node>> = holder.children().rev().collect();
    while let Some(at) = open.pop() {
        match at.value() {
            Node::Text(text) => all.last_mut().into_iter().for_each(|line| line.push((Some(at.id()), &*text.text))),
            Node::Element(e) => {
                if is_hollow(&at) {
                    continue;
                }
                if !is_inline(&at) {
                    all.push(Vec::new());
                } else if e.name() == "br" {
                    all.last_mut().into_iter().for_each(|line| line.push((None, "\n")));
                } else {
                    open.extend(at.children().rev());
                }
            }
            _ => {}
        }
    }
    all.retain(|line| line.iter().any(|(id, _)| id.is_some()));
    all
}

fn search(line: &[Piece<'_>], holder: NodeRef<'_, Node>, detectors: &Detectors, found: &mut Found) {
    let joined: String = line.iter().map(|(_, text)| *text).collect();
    let mut ranges = detectors.find(&joined);
    let units = |text: &str| u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
    if units(&joined) as usize <= MOST_WITH_BEFORE
        && joined.as_bytes().windows(4).any(|four| four.iter().all(u8::is_ascii_digit))
        && let Some(before) = tail_before(holder)
    {
        // A sign that no number, name or address goes on across.
        let shift = units(&before) + 3;
        let both = detectors.find(&format!("{before}\n|\n{joined}"));
        ranges.extend(both.into_iter().map(|r| r.start.saturating_sub(shift)..r.end.saturating_sub(shift)));
    }
    let mut at = 0;
    for (id, text) in line {
        let end = at + units(text);
        if let Some(id) = id
            && ranges.iter().any(|r| r.start < end && at < r.end)
        {
            found.0.insert(*id);
        }
        at = end;
    }
}

/// The end of the last text in the block before.
fn tail_before(holder: NodeRef<'_, Node>) -> Option<String> {
    let own = std::iter::once(holder).chain(holder.parent());
    let before = own.filter(|n| n.value().is_element()).find_map(|n| n.prev_siblings().find(|s| s.value().is_element()))?;
    let last = before.descendants().filter_map(|n| n.value().as_text().map(|t| t.text.trim())).filter(|t| !t.is_empty()).last()?;
    let skip = last.chars().count().saturating_sub(NEAR);
    Some(last.chars().skip(skip).collect())
}
