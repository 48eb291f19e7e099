//! Judges pages that were saved as HTML, without a browser: for `beside policy explain` and `test`, and for a company's own CI.
//!
//! Selectors are answered by the `selectors` crate, verdicts are those of [`policies::judge`]. A saved page has no script, no styles
//! that count, no shadow roots and no frames: what stands in those is not judged, and what is hidden because it repeats
//! something hidden elsewhere is not known. That browsers say the same of what is there is tested on real sites.

mod expect;
mod lines;
mod names;

use std::collections::{HashMap, HashSet};

use ego_tree::NodeId;
use scraper::{ElementRef, Html, Node, Selector};

use policies::detect::Detectors;
use policies::{Action, Cover, Detect, Facts, Hide, InputFacts, Judged, MAX_RULES, Part, Policy, is_floor, judge, label};

pub use expect::{BadExpectations, Expectations, Outcome};

use crate::limits;

/// Elements without content that is shown.
const HOLLOW: [&str; 4] = ["script", "style", "template", "noscript"];
/// Of these what their attributes say is shown in them.
const SPEAKING: [&str; 4] = ["alt", "title", "placeholder", "aria-label"];

/// A selector that this judge cannot read; browsers may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSelector(pub String);

impl std::fmt::Display for BadSelector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the selector {:?} cannot be judged without a browser", self.0)
    }
}
impl std::error::Error for BadSelector {}

/// A saved page.
#[derive(Debug)]
pub struct Saved(Html);

/// What an agent would see of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// All of it.
    Shown,
    /// Some of its text.
    Partly,
    /// Its place, not its content.
    Masked,
    /// An empty box.
    Blocked,
    /// Nothing.
    LeftOut,
}

impl Seen {
    /// One word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Partly => "partly",
            Self::Masked => "masked",
            Self::Blocked => "blocked",
            Self::LeftOut => "left-out",
        }
    }
}

/// An element and what is to be said of it.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The element, as a short tag.
    pub element: String,
    /// What an agent would see.
    pub seen: Seen,
    /// Whether only the customer may operate it.
    pub customer_only: bool,
    /// Why, in sentences.
    pub because: Vec<String>,
}

/// All verdicts on a page.
#[derive(Debug)]
pub struct Verdicts<'a> {
    page: &'a Html,
    policy: &'a Policy,
    elements: HashMap<NodeId, One>,
    /// Texts in order, and whether each is hidden; those that are not shown at all are not among them.
    texts: Vec<(NodeId, bool)>,
    found: lines::Found,
}

#[derive(Clone, Copy, Debug)]
struct One {
    judged: Judged,
    rules: u64,
    part: Part,
    is_floor: bool,
    detected: bool,
}

fn parse(selector: &str) -> Result<Selector, BadSelector> {
    Selector::parse(selector).map_err(|_| BadSelector(selector.to_owned()))
}

impl Saved {
    /// Reads HTML as browsers do; whatever it is, there is a page.
    #[must_use]
    pub fn read(html: &str) -> Self {
        Self(Html::parse_document(html))
    }

    /// Whether it is larger or deeper than is judged for somebody who waits.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        let mut open = vec![(self.0.tree.root(), 0)];
        let mut nodes = 0;
        while let Some((node, depth)) = open.pop() {
            nodes += 1;
            if nodes > limits::MAX_SAVED_NODES || depth > limits::MAX_SAVED_DEPTH {
                return true;
            }
            open.extend(node.children().map(|child| (child, depth + 1)));
        }
        false
    }

    /// Judges the page as one that has this path.
    ///
    /// # Errors
    /// [`BadSelector`] of the first rule whose selector cannot be read.
    pub fn judge<'a>(&'a self, policy: &'a Policy, path: &str) -> Result<Verdicts<'a>, BadSelector> {
        let mut hits: HashMap<NodeId, u64> = HashMap::new();
        for (n, rule) in policy.rules.iter().enumerate().take(MAX_RULES) {
            for selector in &rule.selectors {
                let selector = parse(selector)?;
                for element in self.0.select(&selector).filter(|_| rule.applies_on(path)) {
                    *hits.entry(element.id()).or_default() |= 1 << n;
                }
            }
        }
        let labelled = policy.rules.iter().any(|r| !r.labels.is_empty() && r.applies_on(path));
        for element in self.0.tree.nodes().filter_map(ElementRef::wrap).filter(|_| labelled) {
            for name in names::called(element).iter().map(|name| label(name)) {
                for (n, rule) in policy.rules.iter().enumerate().take(MAX_RULES) {
                    if rule.applies_on(path) && rule.has_label(&name) {
                        *hits.entry(element.id()).or_default() |= 1 << n;
                    }
                }
            }
        }
        let found = lines::find(&self.0, &Detectors::new(&policy.detect));
        let mut verdicts = Verdicts { page: &self.0, policy, elements: HashMap::new(), texts: Vec::new(), found };
        verdicts.walk(&hits);
        Ok(verdicts)
    }
}

impl<'a> Verdicts<'a> {
    fn walk(&mut self, hits: &HashMap<NodeId, u64>) {
        let detectors = Detectors::new(&self.policy.detect);
        let mut open = vec![(self.page.tree.root(), Cover::NONE, None::<Judged>, false)];
        while let Some((node, cover, above, edited)) = open.pop() {
            let (mut cover, mut above, mut edited) = (cover, above, edited);
            match node.value() {
                Node::Text(text) => {
                    if !text.trim().is_empty() {
                        let hidden = above.is_some_and(|j| j.own != Hide::No) || self.found.hits(node.id());
                        self.texts.push((node.id(), hidden));
                    }
                    continue;
                }
                Node::Element(e) => {
                    if HOLLOW.contains(&e.name()) {
                        continue;
                    }
                    let attr = |name| e.attr(name).unwrap_or_default();
                    let own_edited = e.attr("contenteditable").is_some_and(|v| v != "false") && !edited;
                    let typed = match e.name() {
                        "input" => !["button", "submit", "reset", "image"].iter().any(|t| attr("type").eq_ignore_ascii_case(t)),
                        "textarea" | "select" => true,
                        _ => own_edited,
                    };
                    edited |= own_edited;
                    let kind = if e.name() == "input" { attr("type") } else { "" };
                    let input = typed.then(|| InputFacts { kind, autocomplete: attr("autocomplete"), was_password: false });
                    let speaks = matches!(e.name(), "img" | "input" | "textarea");
                    let detected = speaks && SPEAKING.iter().any(|name| detectors.hits(attr(name)));
                    let rules = hits.get(&node.id()).copied().unwrap_or(0);
                    let part = if typed { Part::Typed } else { Part::Page };
                    let judged = judge(self.policy, cover, &Facts { rules, part, input, detected, failed: false });
                    let is_floor = input.as_ref().is_some_and(is_floor);
                    self.elements.insert(node.id(), One { judged, rules, part, is_floor, detected });
                    if judged.own == Hide::LeaveOut || judged.own == Hide::Block || e.name() == "svg" && judged.own == Hide::Mask {
                        self.hide_below(node.id());
                        continue;
                    }
                    (cover, above) = (judged.cover, Some(judged));
                }
                _ => {}
            }
            // The last is taken first.
            open.extend(node.children().rev().map(|child| (child, cover, above, edited)));
        }
    }

    /// What stands in a box that is told empty.
    fn hide_below(&mut self, id: NodeId) {
        let Some(node) = self.page.tree.get(id) else { return };
        let texts = node.descendants().filter(|n| matches!(n.value(), Node::Text(t) if !t.trim().is_empty()));
        self.texts.extend(texts.filter(|n| !is_in_hollow(n)).map(|n| (n.id(), true)));
    }

    /// All texts that are more than space, in order, and whether each is hidden.
    pub fn texts(&self) -> impl Iterator<Item = (&str, bool)> {
        self.texts.iter().filter_map(|(id, hidden)| Some((&*self.page.tree.get(*id)?.value().as_text()?.text, *hidden)))
    }

    /// The elements that a selector hits, with what is to be said of each; the first [`limits::MAX_EXPLAINED`] of them.
    ///
    /// # Errors
    /// [`BadSelector`].
    pub fn explain(&self, selector: &str) -> Result<Vec<Explained>, BadSelector> {
        let selector = parse(selector)?;
        Ok(self.page.select(&selector).take(limits::MAX_EXPLAINED).map(|element| self.explained(element)).collect())
    }

    fn seen(&self, element: ElementRef<'_>) -> Seen {
        let around = element.ancestors().filter_map(|a| self.elements.get(&a.id())).map(|one| one.judged.own).max();
        let own = self.elements.get(&element.id()).map(|one| one.judged.own);
        match own.or(around) {
            Some(Hide::LeaveOut) => return Seen::LeftOut,
            Some(Hide::Block) => return Seen::Blocked,
            Some(Hide::Mask) => return Seen::Masked,
            Some(Hide::No) | None => {}
        }
        let below: HashSet<NodeId> = element.descendants().map(|n| n.id()).collect();
        let (mut hidden, mut shown) = (0, 0);
        for (_, is) in self.texts.iter().filter(|(id, _)| below.contains(id)) {
            if *is { hidden += 1 } else { shown += 1 }
        }
        match (hidden, shown) {
            (0, _) => Seen::Shown,
            (_, 0) => Seen::Masked,
            _ => Seen::Partly,
        }
    }

    fn explained(&self, element: ElementRef<'_>) -> Explained {
        let seen = self.seen(element);
        let mut because = Vec::new();
        let mut customer_only = false;
        let mut shown_by = Vec::new();
        let lineage: Vec<ElementRef<'_>> = std::iter::once(element).chain(element.ancestors().filter_map(ElementRef::wrap)).collect();
        for (depth, at) in lineage.iter().enumerate() {
            let Some(one) = self.elements.get(&at.id()) else { continue };
            let place = if depth == 0 { "it".to_owned() } else { format!("{} around it", tag(*at)) };
            if one.is_floor {
                because.push(format!(
                    "Hidden for ever: {place} holds a password, card data, a one-time code or a file, or is a hidden field."
                ));
            }
            if one.detected {
                because.push(format!("Hidden: what the attributes of {place} say is found by {}.", self.which(&attributes(*at))));
            }
            for (_, rule) in self.policy.rules.iter().enumerate().take(MAX_RULES).filter(|(n, _)| one.rules & (1 << n) != 0) {
                match rule.action {
                    Action::Show => shown_by.push((depth, format!("Shown: rule {:?} hits {place}.", rule.name))),
                    Action::CustomerOnly => {
                        customer_only = true;
                        because.push(format!("Only the customer may press it: rule {:?} hits {place}.", rule.name));
                    }
                    action => because.push(format!("Hidden ({}): rule {:?} hits {place}.", action.word(), rule.name)),
                }
            }
            if depth > 0 && one.part == Part::Typed && one.judged.own != Hide::No {
                because.push(format!("Hidden: {place} is what people type in."));
            }
        }
        let own = self.elements.get(&element.id()).copied();
        if let Some(one) = own
            && one.judged.own != Hide::No
            && !because.iter().any(|why| why.starts_with("Hidden"))
        {
            because.push(match one.part {
                Part::Typed => "Hidden: people type here (inputs = \"mask\"), and no rule that says show hits it itself.".to_owned(),
                Part::Page => "Hidden: everything is (default = \"mask\") that no rule shows.".to_owned(),
            });
        }
        let texts: String = element.text().collect::<Vec<_>>().join(" ");
        if matches!(seen, Seen::Masked | Seen::Partly) && own.is_some_and(|one| one.judged.own == Hide::No) {
            let by_detector = element.descendants().any(|n| self.found.hits(n.id()));
            if by_detector {
                because.push(format!("Hidden where it stands: text in it is found by {}.", self.which(&texts)));
            }
            if let Some(below) = element.descendants().filter_map(ElementRef::wrap).find(|e| e.id() != element.id() && self.speaks_in(*e)) {
                because.push(format!("Some of it is hidden by what stands in it, first {}.", tag(below)));
            }
        }
        if matches!(seen, Seen::Shown | Seen::Partly) {
            let counts = |depth: usize| own.is_none_or(|one| one.part == Part::Page) || depth == 0;
            let shows: Vec<String> = shown_by.into_iter().filter(|(depth, _)| counts(*depth)).map(|(_, why)| why).collect();
            if shows.is_empty() && seen == Seen::Shown {
                let what = if own.is_some_and(|one| one.part == Part::Typed) { "inputs" } else { "default" };
                because.push(format!("Shown: nothing hides it ({what} = \"show\")."));
            }
            because.extend(shows);
        }
        Explained { element: tag(element), seen, customer_only, because }
    }

    fn speaks_in(&self, element: ElementRef<'_>) -> bool {
        self.elements.get(&element.id()).is_some_and(|one| one.judged.own != Hide::No)
    }

    /// Which detectors find something in a text, by name.
    fn which(&self, text: &str) -> String {
        let all = &self.policy.detect;
        let mut found = Vec::new();
        for (n, name) in Detect::NAMES.iter().enumerate() {
            if all.switches()[n] && Detectors::new(&Detect::only(n)).hits(text) {
                found.push(format!("the detector {name}"));
            }
        }
        for pattern in &all.pattern {
            if Detectors::new(&Detect { pattern: vec![pattern.clone()], ..Detect::default() }).hits(text) {
                found.push(format!("the pattern {:?}", pattern.name));
            }
        }
        if found.is_empty() { "a detector, together with what stands beside it".to_owned() } else { found.join(" and ") }
    }
}

fn is_in_hollow(node: &ego_tree::NodeRef<'_, Node>) -> bool {
    node.ancestors().any(|a| a.value().as_element().is_some_and(|e| HOLLOW.contains(&e.name())))
}

fn attributes(element: ElementRef<'_>) -> String {
    SPEAKING.iter().filter_map(|name| element.attr(name)).collect::<Vec<_>>().join("\n")
}

/// An element as people write it: its name, id, and first two classes.
fn tag(element: ElementRef<'_>) -> String {
    let e = element.value();
    let id = e.id().map(|id| format!("#{id}")).unwrap_or_default();
    let classes: String = e.classes().take(2).map(|class| format!(".{class}")).collect();
    format!("<{}{id}{classes}>", e.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use policies::source::parse as policy;

    const POLICY: &str = "default = \"show\"\ninputs = \"mask\"\n[[rule]]\nname = \"amounts\"\non = [\"/accounts/**\"]\nmatch = [\".amount\"]\ndo = \"mask\"\n\
        [[rule]]\nname = \"notes\"\nmatch = [\".note\"]\ndo = \"leave-out\"\n[[rule]]\nname = \"mail\"\nmatch = [\".mail\"]\ndo = \"block\"\n\
        [[rule]]\nname = \"search\"\nmatch = [\"#search\"]\ndo = \"show\"\n[[rule]]\nname = \"decisions\"\nlabels = [\"Pay *\", \"I agree\"]\ndo = \"customer-only\"\n[detect]\niban = true\n";

    #[test]
    fn what_is_seen_and_why() {
        let policy = policy(POLICY).expect("a policy");
        for (html, selector, seen, customer_only, because) in [
            ("<p id=x>words</p>", "#x", "shown", false, "nothing hides it"),
            ("<p id=x class=amount>1</p>", "#x", "masked", false, "rule \"amounts\" hits it."),
            ("<div class=amount><p id=x>1</p></div>", "#x", "masked", false, "<div.amount> around it"),
            ("<p class=note>a <b id=x>1</b></p>", "#x", "left-out", false, "rule \"notes\""),
            ("<p class=mail>a <b id=x>1</b></p>", "#x", "blocked", false, "rule \"mail\""),
            ("<input id=x>", "#x", "masked", false, "people type here"),
            ("<input id=search>", "#search", "shown", false, "rule \"search\" hits it."),
            ("<input id=search type=password>", "#search", "masked", false, "Hidden for ever"),
            ("<p id=x>to NL91 ABNA <b>0417 1643</b> 00 today</p>", "#x", "masked", false, "the detector iban"),
            ("<div id=x><p>NL91ABNA0417164300</p><p>words</p></div>", "#x", "partly", false, "the detector iban"),
            ("<p id=x>NL91ABNA0417164301</p>", "#x", "shown", false, ""),
            ("<button id=x>Pay € 4</button>", "#x", "shown", true, "rule \"decisions\" hits it."),
            ("<label><input type=checkbox id=x> I agree</label>", "#x", "masked", true, "rule \"decisions\" hits it."),
            ("<a id=x href=/pay>Pay now</a>", "#x", "shown", true, "decisions"),
            ("<nav><a id=x href=/pay>Pay now</a></nav>", "#x", "shown", false, ""),
            ("<div contenteditable><p id=x>words</p></div>", "#x", "masked", false, "people type in"),
        ] {
            let page = Saved::read(html);
            let verdicts = page.judge(&policy, "/accounts/1").expect("selectors");
            let all = verdicts.explain(selector).expect("a selector");
            assert_eq!(all.len(), 1, "{html}");
            assert_eq!((all[0].seen.word(), all[0].customer_only), (seen, customer_only), "{html}: {:?}", all[0].because);
            assert!(all[0].because.join(" ").contains(because), "{html}: {:?}", all[0].because);
        }
    }

    #[test]
    fn rules_of_other_pages_do_not_count() {
        let policy = policy(POLICY).expect("a policy");
        let page = Saved::read("<p class=amount>1</p>");
        let verdicts = page.judge(&policy, "/").expect("selectors");
        assert_eq!(verdicts.texts().collect::<Vec<_>>(), [("1", false)]);
    }
}
