//! Style sheets of the replica: constructed ones only, so that every rule has passed the scanner.

use std::collections::{HashMap, HashSet};

use engine::css::incoming;
use engine::media::Device;
use engine::tree::{Kind, Tree};
use protocol::{NodeId, SheetId};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::CssStyleSheet;

use super::Stage;

/// What every document and shadow root of the replica has first.
const BASE: &str = include_str!("../../style/replica.css");
/// What is in it while we operate the page. No selector of a shadow root's sheet could ask for that in every browser.
const OPERATED: &str = "[data-beside-customer-only] { outline: 2px dashed #b3261e !important; outline-offset: 2px !important; }";

#[derive(Default)]
struct Stored {
    media: String,
    text: String,
    rules: Vec<String>,
}

impl Stored {
    fn whole(&self) -> String {
        if self.rules.is_empty() { self.text.clone() } else { self.rules.join("\n") }
    }
    fn names(&self, res: u32) -> bool {
        let wanted = format!("beside:{res}\"");
        self.text.contains(&wanted) || self.rules.iter().any(|r| r.contains(&wanted))
    }
}

/// All sheets.
#[derive(Default)]
pub(super) struct Sheets {
    stored: HashMap<SheetId, Stored>,
    /// A constructed sheet belongs to one document.
    built: HashMap<(NodeId, SheetId), CssStyleSheet>,
    lists: HashMap<NodeId, Vec<SheetId>>,
    dirty: HashSet<SheetId>,
    /// Whose media queries these are.
    pub(super) device: Device,
    /// Rules for fonts that stand in for the customer's.
    pub(super) faces: String,
    /// Whether we operate the page: what only the customer may press is marked then.
    is_operated: bool,
}

/// Ours is kept under a number that no sender uses.
const OURS: SheetId = SheetId(0);

fn write(sheet: &CssStyleSheet, stored: &Stored, device: Device, assets: &HashMap<u32, String>) {
    let clean = |text: &str| incoming(text, device, |n| assets.get(&n).cloned());
    let _ = sheet.replace_sync(&clean(&stored.whole()));
    let count = sheet.css_rules().map_or(0, |r| r.length() as usize);
    if !stored.rules.is_empty() && count != stored.rules.len() {
        // A rule that this browser reads differently must not shift the ones behind it.
        let _ = sheet.replace_sync("");
        for (n, rule) in stored.rules.iter().enumerate() {
            insert(sheet, &clean(rule), n);
        }
    }
}

fn insert(sheet: &CssStyleSheet, rule: &str, index: usize) {
    #[allow(clippy::cast_possible_truncation, reason = "bounded by MAX_RULES")]
    let index = index as u32;
    if sheet.insert_rule_with_index(rule, index).is_err() {
        let _ = sheet.insert_rule_with_index("@media not all{}", index);
    }
}

/// Scrollbars as wide as the customer's, where the agent's browser draws others: `wide` is the customer's, in CSS pixels.
/// In a layer before all others, so that whatever the page says of its own bars goes first. Firefox gives a bar no width; it
/// can only leave it out.
fn bars(wide: u32) -> String {
    if wide == own_bar() {
        return String::new();
    }
    let none = if wide == 0 { "@supports not selector(::-webkit-scrollbar){*{scrollbar-width:none}}" } else { "" };
    format!(
        "@layer{{::-webkit-scrollbar{{width:{wide}px;height:{wide}px}}::-webkit-scrollbar-track{{background:#8080801f}}::-webkit-scrollbar-thumb{{background:#80808099}}{none}}}"
    )
}

/// CSS pixels that a scrollbar of this browser's takes.
fn own_bar() -> u32 {
    let Some(document) = web_sys::window().and_then(|w| w.document()) else { return 0 };
    let css = "position:fixed;visibility:hidden;width:99px;height:99px;overflow:scroll";
    let Some(probe) = document.body().and_then(|body| super::fonts::element(&document, &body, "i", css)) else { return 0 };
    let wide = probe.offset_width() - probe.client_width();
    probe.remove();
    u32::try_from(wide).unwrap_or(0)
}

impl Sheets {
    /// Those of another page of the same customer's.
    pub(super) fn anew(&mut self) -> Self {
        Self { device: self.device, faces: std::mem::take(&mut self.faces), is_operated: self.is_operated, ..Self::default() }
    }

    fn base(&self) -> String {
        format!("{BASE}{}{}{}", if self.is_operated { OPERATED } else { "" }, bars(self.device.bar), self.faces)
    }

    /// Whether we operate the page.
    pub(super) fn operated(&mut self, is: bool) {
        self.is_operated = is;
        self.write_base();
    }

    /// Writes our own sheet anew wherever it is.
    pub(super) fn write_base(&self) {
        let text = self.base();
        for (_, sheet) in self.built.iter().filter(|((_, id), _)| *id == OURS) {
            let _ = sheet.replace_sync(&text);
        }
    }

    pub(super) fn put(&mut self, id: SheetId, media: &str, text: &str) {
        self.stored.insert(id, Stored { media: media.to_owned(), text: text.to_owned(), rules: Vec::new() });
        self.built.retain(|(_, s), _| *s != id);
        self.dirty.insert(id);
    }

    pub(super) fn rules(&mut self, id: SheetId, index: usize, removed: usize, inserted: &[&str], assets: &HashMap<u32, String>) {
        let stored = self.stored.entry(id).or_default();
        let start = index.min(stored.rules.len());
        let end = start.saturating_add(removed).min(stored.rules.len());
        let many = inserted.len() > 32;
        stored.rules.splice(start..end, inserted.iter().map(|r| (*r).to_owned()));
        for (_, sheet) in self.built.iter().filter(|((_, s), _)| *s == id) {
            if many {
                write(sheet, stored, self.device, assets);
                continue;
            }
            for _ in start..end {
                #[allow(clippy::cast_possible_truncation, reason = "bounded by MAX_RULES")]
                let _ = sheet.delete_rule(start as u32);
            }
            for (n, rule) in inserted.iter().enumerate() {
                insert(sheet, &incoming(rule, self.device, |n| assets.get(&n).cloned()), start + n);
            }
        }
    }

    /// Documents and shadow roots that have this sheet.
    pub(super) fn roots_with(&self, id: SheetId) -> Vec<NodeId> {
        self.lists.iter().filter(|(_, list)| list.contains(&id)).map(|(root, _)| *root).collect()
    }

    pub(super) fn list(&mut self, root: NodeId, list: &[SheetId]) {
        self.lists.insert(root, list.to_vec());
    }

    /// Lets go of sheets.
    pub(super) fn let_go(&mut self, off: &[SheetId]) {
        self.stored.retain(|id, _| !off.contains(id));
        self.built.retain(|(_, id), _| !off.contains(id));
        self.dirty.retain(|id| !off.contains(id));
    }

    /// Forgets documents and shadow roots that have gone.
    pub(super) fn forget_gone(&mut self, tree: &Tree) {
        self.lists.retain(|root, _| tree.get(*root).is_some());
        self.built.retain(|(document, _), _| tree.get(*document).is_some());
    }

    /// Sheets will be written anew; gives all documents and shadow roots that have some.
    pub(super) fn unbuild(&mut self) -> Vec<NodeId> {
        self.built.clear();
        self.lists.keys().copied().collect()
    }

    pub(super) fn touch(&mut self, res: u32) {
        self.dirty.extend(self.stored.iter().filter(|(_, s)| s.names(res)).map(|(id, _)| *id));
    }

    pub(super) fn settle(&mut self, assets: &HashMap<u32, String>) {
        for id in std::mem::take(&mut self.dirty) {
            if let Some(stored) = self.stored.get(&id) {
                for (_, sheet) in self.built.iter().filter(|((_, s), _)| *s == id) {
                    write(sheet, stored, self.device, assets);
                }
            }
        }
    }
}

impl Stage {
    /// Gives a document or shadow root its sheets, ours first.
    pub(super) fn adopt(&mut self, tree: &Tree, root: NodeId) {
        let Some(node) = self.nodes.get(&root).cloned() else { return };
        let mut document = root;
        while let Some(model) = tree.get(document) {
            if matches!(model.kind, Kind::Document(_)) {
                break;
            }
            document = model.parent;
        }
        let Some(window) = self.nodes.get(&document).and_then(|d| d.unchecked_ref::<web_sys::Document>().default_view()) else { return };
        let construct = |media: &str| -> Option<CssStyleSheet> {
            let class = js_sys::Reflect::get(&window, &"CSSStyleSheet".into()).ok()?.dyn_into::<js_sys::Function>().ok()?;
            let options = js_sys::Object::new();
            js_sys::Reflect::set(&options, &"media".into(), &media.into()).ok()?;
            js_sys::Reflect::construct(&class, &js_sys::Array::of1(&options)).ok().map(JsCast::unchecked_into)
        };
        let adopted = js_sys::Array::new();
        let ours = self.sheets.built.get(&(document, OURS)).cloned().or_else(|| {
            let sheet = construct("")?;
            let _ = sheet.replace_sync(&self.sheets.base());
            self.sheets.built.insert((document, OURS), sheet.clone());
            Some(sheet)
        });
        adopted.push(&ours.map_or(JsValue::UNDEFINED, JsValue::from));
        for id in self.sheets.lists.get(&root).cloned().unwrap_or_default() {
            let Some(stored) = self.sheets.stored.get(&id).filter(|_| id != OURS) else { continue };
            let sheet = self.sheets.built.get(&(document, id)).cloned().or_else(|| {
                let sheet = construct(&self.sheets.device.answered(&stored.media))?;
                write(&sheet, stored, self.sheets.device, &self.assets);
                Some(sheet)
            });
            if let Some(sheet) = sheet {
                adopted.push(&sheet);
                self.sheets.built.insert((document, id), sheet);
            }
        }
        let _ = js_sys::Reflect::set(&node, &"adoptedStyleSheets".into(), &adopted);
    }
}
