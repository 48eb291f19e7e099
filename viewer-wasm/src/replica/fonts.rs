//! Fonts that the customer's browser finds and this one does not: in their place stands the most alike of this machine's,
//! made as large as the customer's. Sizes are those of `protocol::control::Measure`.

use std::cell::RefCell;
use std::collections::HashSet;

use engine::css::{GENERIC, OURS};
use engine::tree::Kind;
use protocol::control::{CONTROLS, Font, LINES, Measure};
use protocol::limits;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, FontFace, FontFaceDescriptors, HtmlElement, Node, Window};

use super::*;

/// Families that are common on desktops, with what their slanted ones are called.
const FAMILIES: [(&str, &str); 30] = [
    ("Arial", "Italic"),
    ("Helvetica", "Oblique"),
    ("Helvetica Neue", "Italic"),
    ("Liberation Sans", "Italic"),
    ("Nimbus Sans", "Italic"),
    ("Segoe UI", "Italic"),
    ("SF Pro", "Italic"),
    ("Roboto", "Italic"),
    ("Noto Sans", "Italic"),
    ("DejaVu Sans", "Oblique"),
    ("Verdana", "Italic"),
    ("Tahoma", "Italic"),
    ("Trebuchet MS", "Italic"),
    ("Ubuntu", "Italic"),
    ("Cantarell", "Oblique"),
    ("Times New Roman", "Italic"),
    ("Times", "Italic"),
    ("Liberation Serif", "Italic"),
    ("Nimbus Roman", "Italic"),
    ("Noto Serif", "Italic"),
    ("DejaVu Serif", "Italic"),
    ("Georgia", "Italic"),
    ("Cambria", "Italic"),
    ("Courier New", "Italic"),
    ("Liberation Mono", "Italic"),
    ("Nimbus Mono PS", "Italic"),
    ("DejaVu Sans Mono", "Oblique"),
    ("Noto Sans Mono", "Italic"),
    ("Menlo", "Italic"),
    ("Consolas", "Italic"),
];
/// What stands for the families that a browser takes where a page names none: of a page, and of its controls; with the
/// elements that begin with it.
const INITIAL: [(&str, &str, &str); 2] = [("", "beside-initial", ":root"), (CONTROLS, "beside-control", "button,input,select,textarea")];
/// Elements that are asked for their font at once.
const MOST: usize = 4_000;
/// Shares by which two widths, and two heights in relation to the size, may differ and be called the same.
const WIDTHS: f64 = 0.003;
const HEIGHTS: f64 = 0.01;

/// Widths of the two lines, ascent, descent, height of a line.
type Sizes = [f64; 5];

/// A font of this machine's, by the source that a rule gives for it.
#[derive(Clone)]
struct Local {
    source: String,
    sizes: Sizes,
}

/// A font by what tells it from others.
type Key = (String, u16, bool);

fn key(font: &Font) -> Key {
    (font.family.clone(), font.weight, font.italic)
}

/// What was asked for, and what stands in for it.
#[derive(Default)]
pub(super) struct Fonts {
    asked: HashSet<Key>,
    measured: Vec<Measure>,
    /// Those of them that lie elsewhere here.
    lacked: Vec<Measure>,
}

thread_local! {
    /// This machine's fonts by boldness and slant; looked for once.
    static LOCALS: RefCell<HashMap<(bool, bool), Vec<Local>>> = RefCell::default();
}

impl Fonts {
    /// Another page has come, which may have come instead of an answer.
    pub(super) fn ask_again(&mut self) {
        self.asked = self.measured.iter().map(|m| key(&m.font)).collect();
    }
}

impl Stage {
    /// Fonts of the replica's letters that the customer's browser was not asked about.
    pub(crate) fn unknown_fonts(&mut self) -> Vec<Font> {
        let Some(document) = self.document().filter(|_| self.ready) else { return Vec::new() };
        let Some(initial) = initial_families(&document) else { return Vec::new() };
        let ours: HashSet<String> =
            self.fonts.measured.iter().filter_map(|m| stand_in_for(&m.font.family)).map(|name| name.to_ascii_lowercase()).collect();
        let brought = brought(&document).difference(&ours).cloned().collect();
        let mut parents = HashSet::new();
        self.tree().walk(NodeId::ROOT, |_, node| {
            if matches!(&node.kind, Kind::Text(text) if text.bytes().any(|b| !b.is_ascii_whitespace())) && parents.len() < MOST {
                parents.insert(node.parent);
            }
        });
        let mut unknown = Vec::new();
        for id in parents {
            let Some(font) = self.element(id).and_then(|e| font_of(&e, &initial, &brought)) else { continue };
            if unknown.len() < limits::MAX_FONTS && self.fonts.asked.insert(key(&font)) {
                unknown.push(font);
            }
        }
        unknown
    }

    /// How large fonts are at the customer's. Which of all that are known lie elsewhere here, so that others must stand in for
    /// them.
    pub(crate) fn lacks_fonts(&mut self, measures: Vec<Measure>) -> Vec<Measure> {
        let Some(document) = self.document().filter(|_| self.ready) else { return Vec::new() };
        let fonts = &mut self.fonts;
        fonts.measured.extend(measures.into_iter().filter(|m| fonts.asked.contains(&key(&m.font))));
        // As this browser has them without any that stand in.
        self.write_faces(String::new());
        let there = &self.fonts.measured;
        let here = measured(&document, there.iter().map(|m| &m.font));
        let off = there.iter().zip(&here).filter(|(there, here)| !is_like(here, &sizes(there)));
        // A name that stands for one weight stands for all.
        let names: HashSet<String> = off.filter_map(|(there, _)| stand_in_for(&there.font.family)).collect();
        self.fonts.lacked =
            there.iter().filter(|m| stand_in_for(&m.font.family).is_some_and(|name| names.contains(&name))).cloned().collect();
        self.fonts.lacked.clone()
    }

    /// Puts fonts of this machine's in their place; those must have been looked for by [`find_locals`].
    pub(crate) fn fit_fonts(&mut self) {
        let lacked = &self.fonts.lacked;
        let mut faces = String::new();
        for there in lacked {
            let locals = LOCALS.with_borrow(|all| all.get(&kind(&there.font)).cloned().unwrap_or_default());
            let name = stand_in_for(&there.font.family).unwrap_or_default();
            faces.push_str(&face(&name, there, &locals).unwrap_or_default());
        }
        for (_, name, elements) in INITIAL.iter().filter(|(asked, ..)| lacked.iter().any(|m| m.font.family == *asked)) {
            faces.push_str(&format!("@layer{{{elements}{{font-family:{name}}}}}"));
        }
        self.write_faces(faces);
    }

    /// Whether this machine has other fonts than the customer's.
    pub(crate) fn is_other_machine(&self) -> bool {
        !self.sheets.faces.is_empty()
    }

    fn write_faces(&mut self, faces: String) {
        if self.sheets.faces != faces {
            self.sheets.faces = faces;
            self.sheets.write_base();
            self.refill(self.model.tree());
        }
    }
}

/// Looks for this machine's fonts that `fonts` may need.
pub(crate) async fn find_locals(fonts: &[Measure]) {
    let kinds: HashSet<(bool, bool)> =
        fonts.iter().map(|m| kind(&m.font)).filter(|kind| !LOCALS.with_borrow(|all| all.contains_key(kind))).collect();
    let Some(document) = web_sys::window().and_then(|w| w.document()) else { return };
    for (bold, italic) in kinds {
        let mut found = Vec::new();
        for (family, slanted) in FAMILIES {
            let source = source(family, bold, italic.then_some(slanted));
            let font = Font { family: "beside-try".to_owned(), weight: if bold { 700 } else { 400 }, italic };
            let looks = FontFaceDescriptors::new();
            looks.set_weight(&font.weight.to_string());
            looks.set_style(style_of(&font));
            let Ok(face) = FontFace::new_with_str_and_descriptors(&font.family, &source, &looks) else { continue };
            let Ok(loading) = face.load() else { continue };
            if JsFuture::from(loading).await.is_err() {
                continue;
            }
            let set = document.fonts();
            let _ = set.add(&face);
            found.extend(measured(&document, [&font].into_iter()).into_iter().map(|sizes| Local { source: source.clone(), sizes }));
            set.delete(&face);
        }
        LOCALS.with_borrow_mut(|all| all.insert((bold, italic), found));
    }
}

/// Fonts are called by their whole name, with spaces or as PostScript has it; WebKit finds those of a family by weight.
fn source(family: &str, bold: bool, slanted: Option<&str>) -> String {
    let style = match (bold, slanted) {
        (false, None) => return format!("local(\"{family}\"),local(\"{family} Regular\"),local(\"{}-Regular\")", family.replace(' ', "")),
        (true, None) => "Bold".to_owned(),
        (false, Some(slanted)) => slanted.to_owned(),
        (true, Some(slanted)) => format!("Bold {slanted}"),
    };
    format!("local(\"{family} {style}\"),local(\"{}-{}\"),local(\"{family}\")", family.replace(' ', ""), style.replace(' ', ""))
}

fn kind(font: &Font) -> (bool, bool) {
    (font.weight >= 600, font.italic)
}

fn style_of(font: &Font) -> &'static str {
    if font.italic { "italic" } else { "normal" }
}

fn sizes(m: &Measure) -> Sizes {
    [m.small, m.large, m.ascent, m.descent, m.line].map(|v| f64::from(v) / 100.0)
}

fn is_like(a: &Sizes, b: &Sizes) -> bool {
    a.iter().zip(b).take(2).all(|(a, b)| (a - b).abs() <= b * WIDTHS)
        && a.iter().zip(b).skip(2).all(|(a, b)| (a - b).abs() <= 100.0 * HEIGHTS)
}

/// The rule that puts the most alike of `locals` in a font's place.
fn face(name: &str, there: &Measure, locals: &[Local]) -> Option<String> {
    let target = sizes(there);
    let scaled = |local: &Local| (target[0] + target[1]) / (local.sizes[0] + local.sizes[1]).max(1.0);
    // How far its letters are from those, once they are as wide; then by how much they had to grow, then how they stand.
    let apart = |local: &Local| {
        let scale = scaled(local);
        let off = |n: usize| (local.sizes[n] * scale - target[n]).abs() / target[n].max(1.0);
        off(0) + off(1) + (scale - 1.0).abs() / 4.0 + (off(2) + off(3)) / 50.0
    };
    let best = locals.iter().min_by(|a, b| apart(a).total_cmp(&apart(b)))?;
    let scale = scaled(best);
    // Heights are shares of the size, and grow with it.
    let share = |height: f64| height.max(0.0) / scale;
    let [_, _, ascent, descent, line] = target;
    Some(format!(
        "@font-face{{font-family:\"{name}\";font-weight:{};font-style:{};src:{};size-adjust:{:.3}%;ascent-override:{:.3}%;descent-override:{:.3}%;line-gap-override:{:.3}%}}",
        there.font.weight,
        style_of(&there.font),
        best.source,
        scale * 100.0,
        share(ascent),
        share(descent),
        share(line - ascent - descent),
    ))
}

/// The font that an element's letters ask for where none that the page brings along is there, without what we put there
/// ourselves. `initial` are the families of what no style speaks of, as in [`INITIAL`].
fn font_of(element: &Element, initial: &[String; 2], brought: &HashSet<String>) -> Option<Font> {
    let style = window_of(element)?.get_computed_style(element).ok()??;
    let families = style.get_property_value("font-family").ok()?;
    let ours = |name: &str| INITIAL.iter().position(|(_, ours, _)| *ours == name);
    let which = ours(name(&families)).or_else(|| initial.iter().position(|own| *own == families));
    let family = match which {
        Some(n) => INITIAL[n].0.to_owned(),
        None => {
            let others = list(&families)
                .into_iter()
                .filter(|family| !name(family).starts_with(OURS) && !brought.contains(&name(family).to_ascii_lowercase()));
            others.collect::<Vec<_>>().join(", ")
        }
    };
    if which.is_none() && family.is_empty() {
        return None;
    }
    let weight = style.get_property_value("font-weight").ok()?.parse::<f64>().ok()?;
    let slant = style.get_property_value("font-style").ok()?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let weight = weight.clamp(1.0, 1_000.0) as u16;
    (family.len() <= limits::MAX_FIELD).then_some(Font { family, weight, italic: slant != "normal" })
}

/// The families of a list, as they are written.
fn list(families: &str) -> Vec<&str> {
    let mut quote = None;
    let parts = families.split(|c: char| match (quote, c) {
        (None, '"' | '\'') => {
            quote = Some(c);
            false
        }
        (Some(open), c) if open == c => {
            quote = None;
            false
        }
        (quote, c) => quote.is_none() && c == ',',
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn name(family: &str) -> &str {
    family.trim_matches(['"', '\''])
}

/// The family under which a stand-in is found first. None where it would be found by nobody.
fn stand_in_for(families: &str) -> Option<String> {
    if let Some((_, name, _)) = INITIAL.iter().find(|(asked, ..)| *asked == families) {
        return Some((*name).to_owned());
    }
    let first = *list(families).first()?;
    Some(if GENERIC.contains(&first) { format!("{OURS}{first}") } else { name(first).replace(['"', '\\'], "") })
        .filter(|name| name != "monospace")
}

/// Families that a page brings along.
fn brought(document: &Document) -> HashSet<String> {
    let faces = js_sys::Array::from(&document.fonts());
    faces.iter().map(|face| name(&face.unchecked_into::<FontFace>().family()).to_ascii_lowercase()).collect()
}

fn window_of(element: &Element) -> Option<Window> {
    element.owner_document()?.default_view()
}

/// The families of what no style speaks of, as in [`INITIAL`].
fn initial_families(document: &Document) -> Option<[String; 2]> {
    let root = document.document_element()?;
    let family = |tag: &str, css: &str| {
        let probe = element(document, root.as_ref(), tag, css)?;
        let family = window_of(&probe)?.get_computed_style(&probe).ok()??.get_property_value("font-family").ok();
        probe.remove();
        family
    };
    Some([
        family("span", "all:initial!important")?,
        family("button", "all:revert!important;position:fixed!important;visibility:hidden!important")?,
    ])
}

/// How large fonts are in a document; it is laid out once.
fn measured<'a>(document: &Document, fonts: impl Iterator<Item = &'a Font>) -> Vec<Sizes> {
    let Some(root) = document.document_element() else { return Vec::new() };
    let probes: Vec<Option<[HtmlElement; 4]>> = fonts.map(|font| probe(document, root.as_ref(), font)).collect();
    let sizes = probes.iter().map(|parts| {
        let Some(parts) = parts else { return Sizes::default() };
        let [whole, base, small, large] = parts.each_ref().map(|part| part.get_bounding_client_rect());
        [small.width(), large.width(), base.bottom() - small.top(), small.bottom() - base.bottom(), whole.height()]
    });
    let sizes = sizes.collect();
    for [whole, ..] in probes.into_iter().flatten() {
        whole.remove();
    }
    sizes
}

/// Lines of a font, out of sight: all of it, what stands on its baseline, the two lines.
fn probe(document: &Document, root: &Node, font: &Font) -> Option<[HtmlElement; 4]> {
    let whole = span(
        document,
        root,
        "",
        "all:initial!important;position:fixed!important;visibility:hidden!important;white-space:pre!important;font-size:100px!important",
    )?;
    let set = |name: &str, value: &str| whole.style().set_property_with_priority(name, value, "important").ok();
    let family = if font.family == CONTROLS { initial_families(document)?[1].clone() } else { font.family.clone() };
    if !family.is_empty() {
        set("font-family", &family)?;
    }
    set("font-weight", &font.weight.to_string())?;
    set("font-style", style_of(font))?;
    let base = span(document, whole.as_ref(), "", "all:unset!important;display:inline-block!important")?;
    let [small, large] = LINES.map(|line| span(document, whole.as_ref(), line, "all:unset!important"));
    Some([whole, base, small?, large?])
}

fn span(document: &Document, parent: &Node, text: &str, css: &str) -> Option<HtmlElement> {
    let span = element(document, parent, "span", css)?;
    span.set_text_content(Some(text));
    Some(span)
}

pub(super) fn element(document: &Document, parent: &Node, tag: &str, css: &str) -> Option<HtmlElement> {
    // An element of a frame is of the frame's own class.
    let element: HtmlElement = document.create_element(tag).ok()?.unchecked_into();
    element.style().set_css_text(css);
    parent.append_child(&element).ok()?;
    Some(element)
}
