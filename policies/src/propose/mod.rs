//! From an element that somebody points at to a selector that goes on meaning it: what people gave it (ids, names, roles, test
//! hooks, labels) comes before what they styled it with, that before where it stands, and names that a build made are never used
//! whole. Which of them fit is asked of whoever has the page; what is likely to last is decided here.
//!
//! The order follows what test authors have found to last: Playwright's and Testing Library's guides rank roles, labels and test ids
//! before classes, and both before paths.

mod lasting;
mod parts;

pub use lasting::Lasting;
use lasting::escape;
use parts::parts_of;

/// An element as a selector may speak of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Name, in small letters.
    pub name: String,
    /// Attributes.
    pub attributes: Vec<(String, String)>,
    /// Which of its parent's children of the same name it is, from 1; 0 where that is not known.
    pub of_type: usize,
    /// Which of its parent's children it is, from 1; 0 where that is not known.
    pub child: usize,
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// This element and no other.
    This,
    /// This element and those like it.
    Alike,
}

/// How likely a selector is to mean the same after the site was built anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sure {
    /// It goes by names that the site's code itself needs: an id, a field's name, a role, a hook for tests.
    Sure,
    /// It goes by words that people chose and may choose otherwise: a class, a label, a kind of element.
    Likely,
    /// It goes by where the element stands, or by a part of a name that a build made.
    Unsure,
}

impl Sure {
    /// One word: `sure`, `likely`, `unsure`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sure => "sure",
            Self::Likely => "likely",
            Self::Unsure => "unsure",
        }
    }
}

/// A selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The selector.
    pub selector: String,
    /// How likely it lasts.
    pub sure: Sure,
    /// By what it goes that lasts least.
    pub by: Lasting,
    /// Elements of the page that it hits.
    pub hits: usize,
}

/// What a selector hits on the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// Elements.
    pub count: usize,
    /// Whether the element that was pointed at is among them.
    pub has_it: bool,
}

/// Proposals for an element and those like it, and for it alone beside the one by its place.
const MOST_ALIKE: usize = 4;
const MOST_OF_ONE: usize = 2;
/// Effort of reading a selector of two parts, beside that of the parts.
const TWO: u32 = 2;
/// Elements around it that are looked at.
const AROUND: usize = 10;
/// Parts of the element and of each around it that are tried.
const OWN_PARTS: usize = 10;
const PARTS: usize = 3;

/// Selectors for an element, the likeliest to last first, at most four. `lineage`: the element, what it stands in, and so on, within
/// one document or shadow root. `ask`: what a selector hits there. For [`Wanted::This`] there is always one if the lineage is whole and
/// its places are known; for [`Wanted::Alike`] there may be none.
pub fn propose(lineage: &[Element], wanted: Wanted, ask: &mut dyn FnMut(&str) -> Hits) -> Vec<Proposal> {
    let Some((own, around)) = lineage.split_first() else { return Vec::new() };
    let mut tried: Vec<(Sure, u32, String, Lasting)> = Vec::new();
    let mut parts = parts_of(own, wanted);
    parts.truncate(OWN_PARTS);
    for part in &parts {
        // A kind or a place alone is on every page of a site; what it stands in says on which it is meant.
        if wanted == Wanted::This || !matches!(part.by, Lasting::Kind | Lasting::Place) {
            tried.push((part.by.sure(), part.by.effort(), part.text.clone(), part.by));
        }
        for (n, one) in around.iter().take(AROUND).enumerate() {
            for outer in parts_of(one, Wanted::This).into_iter().filter(|outer| outer.by != Lasting::Place).take(PARTS) {
                let by = part.by.max(outer.by);
                // Two are more to read than one; nearer is plainer.
                let effort = part.by.effort() + outer.by.effort() + TWO + u32::try_from(n).unwrap_or(0);
                tried.push((by.sure(), effort, format!("{} {}", outer.text, part.text), by));
            }
        }
    }
    tried.sort_by(|a, b| (a.0, a.1, a.2.len(), &a.2).cmp(&(b.0, b.1, b.2.len(), &b.2)));
    let mut found: Vec<Proposal> = Vec::new();
    for (sure, _, selector, by) in tried {
        let hits = ask(&selector);
        let fits = match wanted {
            Wanted::This => hits.count == 1,
            Wanted::Alike => hits.count > 1,
        };
        // What hits as much as one that lasts longer says nothing new; for one element another way of telling it may.
        let is_new = found.iter().all(|one| if wanted == Wanted::This { one.by != by } else { one.hits != hits.count });
        // One that is only longer says nothing new either.
        let is_longer =
            found.iter().any(|one| selector.strip_suffix(&one.selector).is_some_and(|rest| rest.ends_with(' ')) && one.hits == hits.count);
        if hits.has_it && fits && is_new && !is_longer {
            found.push(Proposal { selector, sure, by, hits: hits.count });
        }
        if found.len() == (if wanted == Wanted::This { MOST_OF_ONE } else { MOST_ALIKE }) {
            break;
        }
    }
    if wanted == Wanted::This && found.iter().all(|one| one.by != Lasting::Place) {
        found.extend(path(lineage, ask));
    }
    found
}

/// By place alone: from the nearest element around it that can be told, or from the root.
fn path(lineage: &[Element], ask: &mut dyn FnMut(&str) -> Hits) -> Option<Proposal> {
    let is_it = |selector: &str, ask: &mut dyn FnMut(&str) -> Hits| ask(selector) == Hits { count: 1, has_it: true };
    let told = |selector| Proposal { selector, sure: Sure::Unsure, by: Lasting::Place, hits: 1 };
    let mut below = String::new();
    for (n, one) in lineage.iter().enumerate() {
        let step = |part: &str| if below.is_empty() { part.to_owned() } else { format!("{part} > {below}") };
        for part in parts_of(one, Wanted::This).into_iter().filter(|part| n > 0 && part.by != Lasting::Place).take(PARTS) {
            let selector = step(&part.text);
            if is_it(&selector, ask) {
                return Some(told(selector));
            }
        }
        if one.of_type == 0 {
            return None;
        }
        below = step(&format!("{}:nth-of-type({})", escape(&one.name), one.of_type));
        if is_it(&below, ask) {
            // It may be told apart here by chance: on another page of the kind what it stands in keeps it apart.
            let anchors =
                lineage[n + 1..].iter().flat_map(|outer| parts_of(outer, Wanted::This)).filter(|part| part.by.sure() == Sure::Sure);
            let anchored = anchors.map(|part| format!("{} {below}", part.text)).find(|selector| is_it(selector, ask));
            return Some(told(anchored.unwrap_or(below)));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(name: &str, attributes: &[(&str, &str)]) -> Element {
        let attributes = attributes.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Element { name: name.to_owned(), attributes, of_type: 2, child: 3 }
    }

    /// The first proposal where every selector of `fits` (and all with it in front) hits as told.
    fn first(lineage: &[Element], wanted: Wanted, fits: &[(&str, usize)]) -> (String, &'static str) {
        let mut ask = |selector: &str| match fits.iter().find(|(s, _)| *s == selector) {
            Some((_, count)) => Hits { count: *count, has_it: true },
            None => Hits::default(),
        };
        let found = propose(lineage, wanted, &mut ask);
        found.first().map(|p| (p.selector.clone(), p.sure.word())).unwrap_or_default()
    }

    #[test]
    fn what_lasts_comes_first() {
        let main = element("main", &[("id", "account")]);
        let row = |attributes: &[(&str, &str)]| vec![element("div", attributes), main.clone()];
        for (lineage, wanted, fits, selector, sure) in [
            (row(&[("class", "balance"), ("id", "total")]), Wanted::This, &[("#total", 1), (".balance", 1)][..], "#total", "sure"),
            (
                row(&[("class", "css-1x2y3z"), ("data-testid", "balance")]),
                Wanted::This,
                &[("[data-testid=\"balance\"]", 1)],
                "[data-testid=\"balance\"]",
                "sure",
            ),
            (row(&[("class", "css-1x2y3z balance")]), Wanted::This, &[(".balance", 1)], ".balance", "likely"),
            (row(&[("class", "balance")]), Wanted::This, &[(".balance", 3), ("#account .balance", 1)], "#account .balance", "likely"),
            (
                row(&[("class", "Card_balance__x7Gh2")]),
                Wanted::This,
                &[("div[class*=\"Card_balance__\"]", 1)],
                "div[class*=\"Card_balance__\"]",
                "unsure",
            ),
            (
                row(&[("class", "css-1x2y3z")]),
                Wanted::This,
                &[("#account > div:nth-of-type(2)", 1)],
                "#account > div:nth-of-type(2)",
                "unsure",
            ),
            (row(&[("class", "is-open balance")]), Wanted::Alike, &[(".balance", 4), (".is-open", 1)], ".balance", "likely"),
            (row(&[("id", "row-48213")]), Wanted::Alike, &[("div[id^=\"row-\"]", 7)], "div[id^=\"row-\"]", "unsure"),
            (
                vec![element("td", &[]), element("tr", &[]), element("table", &[("id", "payments")])],
                Wanted::Alike,
                &[("#payments td:nth-child(3)", 12)],
                "#payments td:nth-child(3)",
                "unsure",
            ),
            (
                vec![element("td", &[]), element("tr", &[]), element("table", &[("id", "payments")])],
                Wanted::Alike,
                &[("td", 99), ("td:nth-child(3)", 24), ("#payments td", 48), ("#payments td:nth-child(3)", 12)],
                "#payments td:nth-child(3)",
                "unsure",
            ),
            (
                vec![element("p", &[]), element("section", &[("id", "news")])],
                Wanted::Alike,
                &[("p", 9), ("#news p", 4)],
                "#news p",
                "likely",
            ),
            (
                vec![element("input", &[("name", "iban"), ("class", "field")])],
                Wanted::This,
                &[("input[name=\"iban\"]", 1), (".field", 1)],
                "input[name=\"iban\"]",
                "sure",
            ),
        ] {
            assert_eq!(first(&lineage, wanted, fits), (selector.to_owned(), sure), "{lineage:?}");
        }
    }

    #[test]
    fn there_is_always_a_path() {
        let lineage = [element("b", &[]), element("p", &[]), element("body", &[]), element("html", &[])];
        let whole = "html:nth-of-type(2) > body:nth-of-type(2) > p:nth-of-type(2) > b:nth-of-type(2)";
        assert_eq!(first(&lineage, Wanted::This, &[(whole, 1)]), (whole.to_owned(), "unsure"));
    }
}
