//! Selectors that are proposed for elements of whole pages still mean the same elements after the site was built anew, when every
//! class has another end and other classes stand beside it, as builds of CSS modules and CSS-in-JS make them.

use policies::propose::{Element, Hits, Sure, Wanted, propose};
use scraper::{ElementRef, Html, Node, Selector};

const PAGES: [&str; 7] = [
    include_str!("../../demo-site/site/accounts.html"),
    include_str!("../../demo-site/site/article.html"),
    include_str!("../../demo-site/site/card.html"),
    include_str!("../../demo-site/site/home.html"),
    include_str!("../../demo-site/site/payment.html"),
    include_str!("../../demo-site/site/rates.html"),
    include_str!("../../demo-site/site/settings.html"),
];

/// The page as a build makes it: `balance` becomes `Page_balance__x7Gh2 css-19c3kd`, with ends that `seed` decides.
fn built(page: &str, seed: u64) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some((head, tail)) = rest.split_once("class=\"") {
        let (classes, tail) = tail.split_once('"').expect("a class ends");
        let made = |class: &str| {
            let hash = class.bytes().fold(seed, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
            // Digits and letters, as hashes have them.
            format!("Page_{class}__{:x}7k css-{:x}9", hash & 0xffff, hash >> 40 & 0xffff)
        };
        let all: Vec<String> = classes.split_ascii_whitespace().map(made).collect();
        out.push_str(&format!("{head}class=\"{}\"", all.join(" ")));
        rest = tail;
    }
    out + rest
}

fn lineage(element: ElementRef<'_>) -> Vec<Element> {
    let all = std::iter::once(element).chain(element.ancestors().filter_map(ElementRef::wrap));
    let described = all.map(|one| {
        let before: Vec<_> = one.prev_siblings().filter_map(ElementRef::wrap).collect();
        Element {
            name: one.value().name().to_owned(),
            attributes: one.value().attrs().map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
            of_type: before.iter().filter(|b| b.value().name() == one.value().name()).count() + 1,
            child: before.len() + 1,
        }
    });
    described.collect()
}

fn elements(page: &Html) -> Vec<ElementRef<'_>> {
    let body = page
        .tree
        .nodes()
        .filter_map(ElementRef::wrap)
        .filter(|e| e.ancestors().any(|a| matches!(a.value(), Node::Element(n) if n.name() == "body")));
    body.collect()
}

fn hit<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    Selector::parse(selector).map(|s| page.select(&s).collect()).unwrap_or_default()
}

#[test]
fn they_fit_the_site_that_is_built_anew() {
    let mut count = [0; Sure::Unsure as usize + 1];
    for page in PAGES {
        let (one, two) = (Html::parse_document(&built(page, 1)), Html::parse_document(&built(page, 2)));
        let (before, after) = (elements(&one), elements(&two));
        assert_eq!(before.len(), after.len());
        for (n, element) in before.iter().enumerate() {
            let mut ask = |selector: &str| {
                let found = hit(&one, selector);
                Hits { count: found.len(), has_it: found.iter().any(|e| e.id() == element.id()) }
            };
            let found = propose(&lineage(*element), Wanted::This, &mut ask);
            let best = found.first().expect("there is always one");
            count[best.sure as usize] += 1;
            for proposal in &found {
                let again = hit(&two, &proposal.selector);
                let is_it = again.len() == 1 && again[0].id() == after[n].id();
                assert!(is_it, "{} hits {} on the page that was built anew", proposal.selector, again.len());
                assert!(!proposal.selector.contains("css-"), "{}", proposal.selector);
            }
            for proposal in propose(&lineage(*element), Wanted::Alike, &mut ask) {
                let (was, is) = (hit(&one, &proposal.selector).len(), hit(&two, &proposal.selector).len());
                assert_eq!((was, proposal.hits), (is, was), "{}", proposal.selector);
            }
        }
    }
    let [sure, likely, unsure] = count;
    assert!(sure > 40 && likely > 50 && unsure > 150, "{sure} sure, {likely} likely, {unsure} unsure");
}
