//! What people call an element: its accessible name, by the same steps as `sdk-wasm/js/called.js` takes in a live page.

use ego_tree::NodeRef;
use scraper::{ElementRef, Node};

/// Names that these elements and attributes make: what people know by its name, and what is called as its content reads.
const NAMED: [&str; 12] = ["a", "area", "button", "input", "select", "textarea", "summary", "label", "legend", "option", "th", "dt"];
const NAMED_BY: [&str; 5] = ["role", "aria-label", "aria-labelledby", "onclick", "tabindex"];
/// Longer texts are no names.
const MOST: usize = 200;
const SILENT: [&str; 5] = ["svg", "style", "script", "template", "noscript"];

fn short(text: &str) -> String {
    let text = text.trim();
    if text.encode_utf16().count() > MOST { String::new() } else { text.to_owned() }
}

fn text_of(element: ElementRef<'_>) -> String {
    element.text().collect()
}

fn root(element: ElementRef<'_>) -> NodeRef<'_, Node> {
    element.ancestors().last().unwrap_or(*element)
}

fn by_id<'a>(element: ElementRef<'a>, id: &str) -> Option<ElementRef<'a>> {
    root(element).descendants().filter_map(ElementRef::wrap).find(|e| e.attr("id") == Some(id))
}

fn around<'a>(element: ElementRef<'a>) -> impl Iterator<Item = ElementRef<'a>> {
    std::iter::once(element).chain(element.ancestors().filter_map(ElementRef::wrap))
}

/// All names that it may go by.
pub(super) fn called(element: ElementRef<'_>) -> Vec<String> {
    // A link of a page's navigation is called like the page that it leads to, and does nothing by itself.
    let way = around(element).find(|e| e.value().name() == "a" && e.attr("href").is_some());
    if let Some(way) = way
        && around(way).skip(1).any(|e| e.value().name() == "nav" || e.attr("role") == Some("navigation"))
        && leads_elsewhere(way.attr("href").unwrap_or_default())
    {
        return Vec::new();
    }
    let one = |name: &str| Vec::from([short(name)]);
    let attr = |name| element.attr(name).unwrap_or_default();
    if let Some(by) = element.attr("aria-labelledby") {
        let parts: Vec<String> = by.split_whitespace().map(|id| by_id(element, id).map(text_of).unwrap_or_default()).collect();
        let name = short(&parts.join(" "));
        if !name.is_empty() {
            return vec![name];
        }
    }
    let label = short(attr("aria-label"));
    if !label.is_empty() {
        return vec![label];
    }
    let name = element.value().name();
    let kind = attr("type").to_ascii_lowercase();
    if name == "input" {
        match (&*kind, attr("value")) {
            ("submit", "") => return one("Submit"),
            ("reset", "") => return one("Reset"),
            ("button" | "submit" | "reset", value) => return one(value),
            ("image", _) => {
                let said = [attr("alt"), attr("title"), "Submit"].into_iter().find(|s| !s.is_empty());
                return one(said.unwrap_or_default());
            }
            _ => {}
        }
    }
    if matches!(name, "input" | "select" | "textarea") {
        let labels = labels_of(element);
        let said = [&*labels, attr("title"), attr("placeholder")].into_iter().find(|s| !s.is_empty());
        return one(said.unwrap_or_default());
    }
    if matches!(name, "img" | "area") {
        return one(if attr("alt").is_empty() { attr("title") } else { attr("alt") });
    }
    if !NAMED.contains(&name) && !NAMED_BY.iter().any(|by| element.attr(by).is_some()) {
        return one(attr("title"));
    }
    let mut own: Vec<String> = contents(element).iter().map(|text| short(text)).filter(|text| !text.is_empty()).collect();
    own.sort_unstable();
    own.dedup();
    if !own.is_empty() {
        return own;
    }
    let pictures = element.descendants().filter_map(ElementRef::wrap);
    let alts = pictures.filter_map(|e| match (e.value().name(), e.attr("alt")) {
        ("img", Some(alt)) => Some(alt.to_owned()),
        ("title", _) if around(e).any(|a| a.value().name() == "svg") => Some(text_of(e)),
        _ => None,
    });
    one(&alts.into_iter().next().unwrap_or_else(|| attr("title").to_owned()))
}

fn leads_elsewhere(href: &str) -> bool {
    let href = href.trim();
    !href.is_empty() && !href.starts_with('#') && !href.get(..11).is_some_and(|h| h.eq_ignore_ascii_case("javascript:"))
}

fn labels_of(element: ElementRef<'_>) -> String {
    let id = element.attr("id");
    let all = root(element).descendants().filter_map(ElementRef::wrap).filter(|e| e.value().name() == "label");
    let own = all.filter(|label| match label.attr("for") {
        Some(by) => Some(by) == id,
        None => label.descendants().any(|d| d.id() == element.id()),
    });
    own.map(|label| short(&text_of(label))).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// What is in an element, as it may be read: with a space between its parts or without, with pictures made of letters or not.
fn contents(element: ElementRef<'_>) -> Vec<String> {
    let mut texts = [String::new(), String::new(), String::new()];
    let mut left = 4 * MOST;
    read(*element, false, &mut texts, &mut left);
    if left > 0 { texts.to_vec() } else { Vec::new() }
}

fn read(node: NodeRef<'_, Node>, is_icon: bool, texts: &mut [String; 3], left: &mut usize) {
    for kid in node.children() {
        if *left == 0 {
            return;
        }
        match kid.value() {
            Node::Text(text) => {
                *left = left.saturating_sub(text.text.encode_utf16().count());
                texts[0].push_str(&text.text);
                texts[1].push_str(&text.text);
                if !is_icon {
                    texts[2].push_str(&text.text);
                }
            }
            Node::Element(e) if !SILENT.contains(&e.name()) && e.attr("aria-hidden") != Some("true") => {
                *left = left.saturating_sub(1);
                let class = e.attr("class").unwrap_or_default().to_ascii_lowercase();
                texts[0].push(' ');
                texts[2].push(' ');
                read(kid, is_icon || e.name() == "i" || class.contains("icon"), texts, left);
                texts[0].push(' ');
                texts[2].push(' ');
            }
            _ => {}
        }
    }
}
