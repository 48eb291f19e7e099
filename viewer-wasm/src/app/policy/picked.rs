//! What is said of an element that was pointed at: how much of it agents see, why, by which selectors it could be told, and what
//! would show it again.

use engine::tree::Kind;
use policies::propose::{Element, Hits, Lasting, Proposal, Wanted, propose};
use protocol::find::put;
use protocol::page::state;
use protocol::{NodeId, limits};

use crate::desk::Desk;
use crate::draft::{Draft, Edit, Held};
use crate::replica::Stage;
use crate::words::t;

/// Elements around one that are offered.
const AROUND: usize = 5;

/// A rule that hides an element: which of the draft's, and at which element it speaks.
#[derive(Clone, Debug)]
pub(super) struct Hider {
    /// Its number among the draft's.
    rule: usize,
    held: Held,
    pub(super) at: NodeId,
}

/// How much of an element agents see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Seen {
    #[default]
    Shown,
    Partly,
    Hidden,
}

impl Seen {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Shown => "edit-is-shown",
            Self::Partly => "edit-is-partly",
            Self::Hidden => "edit-is-hidden",
        }
    }
}

/// What is said of an element that was pointed at.
#[derive(Clone, Debug, Default)]
pub(super) struct About {
    /// It and what it stands in: who, and as a short tag.
    pub(super) around: Vec<(NodeId, String)>,
    pub(super) seen: Seen,
    /// Why, in sentences.
    pub(super) because: Vec<String>,
    pub(super) hiders: Vec<Hider>,
    /// What would make these rules hide it no more, each with what it does in words.
    pub(super) uncover: Vec<(Edit, String)>,
    /// Why that cannot be done here.
    pub(super) not_here: Option<String>,
    /// It is hidden by no rule, and one that shows would help.
    pub(super) is_by_default: bool,
}

/// What the draft's rule of this number hits.
pub(super) fn hits(desk: &Desk, rule: usize) -> Vec<NodeId> {
    let touched = desk.touched.borrow();
    let mut all: Vec<NodeId> = touched.iter().filter(|(_, bits)| **bits & (1 << rule) != 0).map(|(id, _)| *id).collect();
    all.sort_unstable();
    all
}

/// Selectors for an element of the replica.
pub(super) fn proposals(stage: &Stage, node: NodeId, wanted: Wanted) -> Vec<Proposal> {
    let (lineage, roots) = (stage.lineage(node), stage.roots());
    propose(&lineage, wanted, &mut |selector| {
        let found = stage.matching(&roots, selector);
        Hits { count: found.len(), has_it: found.contains(&node) }
    })
}

/// What people call it, by the last name in a selector: a text in quotes, or what stands behind a dot or a hash.
pub(super) fn name_in(selector: &str) -> Option<String> {
    let quoted = selector.rsplit('"').nth(1);
    let behind = selector.rfind(['#', '.']).map(|at| selector[at + 1..].split([' ', ':', '[', '>']).next().unwrap_or_default());
    let name = quoted.or(behind)?;
    Some(name.trim_matches(['-', '_']).replace(['-', '_'], " "))
}

/// An element as people write it: its name, id, first class.
fn tag(element: &Element) -> String {
    let of = |name: &str| element.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    let id = of("id").map(|id| format!("#{id}"));
    let class = of("class").and_then(|all| all.split_ascii_whitespace().next()).map(|class| format!(".{class}"));
    format!("{}{}", element.name, id.or(class).unwrap_or_default())
}

/// All that is said of it. `here`: the pages that this one is of.
pub(super) fn about(desk: &Desk, draft: &Draft, node: NodeId, here: &[String]) -> About {
    let stage = desk.stage.borrow();
    let tree = stage.tree();
    let tag_of = |id: NodeId| stage.described(id).map(|element| tag(&element));
    let around = stage.around(node);
    let is_masked = |id: &NodeId| tree.get(*id).is_some_and(|n| n.attr(state::MASK).is_some() || n.attr(state::MASKED_VALUE).is_some());
    let (mut hidden, mut shown) = (0, 0);
    tree.walk(node, |id, one| match &one.kind {
        Kind::Masked(_) => hidden += 1,
        Kind::Text(text) if !text.trim().is_empty() => shown += 1,
        _ if is_masked(&id) => hidden += 1,
        _ => {}
    });
    let seen = match (around.iter().any(is_masked), hidden, shown) {
        (true, ..) => Seen::Hidden,
        (_, 0, _) => Seen::Shown,
        (_, _, 0) => Seen::Hidden,
        _ => Seen::Partly,
    };
    let named = around.iter().filter_map(|id| Some((*id, tag_of(*id)?))).take(AROUND).collect();
    let mut now = About { around: named, seen, ..About::default() };
    let touched = desk.touched.borrow();
    for (n, held) in draft.rules.iter().enumerate() {
        let Some(at) = around.iter().find(|id| touched.get(id).is_some_and(|bits| bits & (1 << n) != 0)) else { continue };
        let place = if *at == node { String::new() } else { tag_of(*at).unwrap_or_default() };
        let around = if place.is_empty() { "" } else { "-around" };
        let say = |what: &str| put(&put(&t(&format!("{what}{around}")), "{name}", &held.rule.name), "{part}", &place);
        match &*held.rule.action {
            "show" => {}
            "customer-only" => now.because.push(say("edit-kept-by")),
            _ => {
                now.because.push(say("edit-hidden-by"));
                now.hiders.push(Hider { rule: n, held: held.clone(), at: *at });
            }
        }
    }
    match now.hiders.iter().map(|hider| uncovered(desk, &stage, hider, here)).collect::<Result<Vec<_>, _>>() {
        Ok(mut edits) => {
            // From the last on, so that the places of those before stay.
            edits.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
            now.uncover = edits.into_iter().map(|(_, edit, says)| (edit, says)).collect();
        }
        Err(why) => now.not_here = Some(t(why)),
    }
    if seen != Seen::Shown && now.hiders.is_empty() {
        let name = tree.get(node).and_then(|n| n.name()).map(|(_, name)| name).unwrap_or_default();
        let is_field = matches!(name, "input" | "textarea" | "select");
        now.is_by_default = if is_field { draft.inputs == "mask" } else { draft.default == "mask" };
        now.because.push(t(match (now.is_by_default, is_field, seen) {
            (true, true, _) => "edit-typed",
            (true, false, _) => "edit-default",
            (false, _, Seen::Partly) => "edit-part",
            (false, ..) => "edit-found",
        }));
    }
    now
}

/// What makes a rule hide an element no more, and that in words: one that hits nothing else, here or elsewhere, is taken out;
/// another leaves it out, by what tells it apart on all pages that the rule is for.
fn uncovered(desk: &Desk, stage: &Stage, hider: &Hider, here: &[String]) -> Result<(usize, Edit, String), &'static str> {
    let at = hider.held.at.ok_or("edit-inherited")?;
    let mut rule = hider.held.rule.clone();
    if !rule.labels.is_empty() {
        return Err("edit-by-words");
    }
    let is_here = rule.on == here;
    let say = |what: &str| put(&t(what), "{name}", &rule.name);
    if is_here && hits(desk, hider.rule).len() == 1 && desk.touched.borrow().len() < limits::MAX_TOUCHED {
        return Ok((at, Edit::Remove { at }, say("edit-takes-out")));
    }
    let own = proposals(stage, hider.at, Wanted::This).into_iter().find(|own| is_here || own.by != Lasting::Place);
    let own = own.ok_or("edit-by-place")?.selector;
    let says = say("edit-excepts");
    for selector in &mut rule.selectors {
        *selector = if selector.contains(',') { format!(":is({selector}):not({own})") } else { format!("{selector}:not({own})") };
    }
    Ok((at, Edit::Change { at, rule }, says))
}
