//! The customer's chat: what was said, a line to write in, and a word of warning before something private is sent.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use engine::chat::{Chat, Part, Risk, Stage, parts};
use gloo::events::{EventListener, EventListenerOptions};
use protocol::ParticipantId;
use protocol::control::Said;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlTextAreaElement, KeyboardEvent};

use super::dom::{Build, el};
use crate::env::Settings;
use crate::session::Session;

/// Most letters of a message: four bytes each are within what the wire takes.
const LETTERS: &str = "1000";

/// The chat while it is open.
pub(crate) struct ChatBox {
    root: HtmlElement,
    log: HtmlElement,
    state: HtmlElement,
    field: HtmlTextAreaElement,
    /// Up to which place it is drawn.
    drawn: Cell<u32>,
    _listeners: Vec<EventListener>,
}

impl Drop for ChatBox {
    fn drop(&mut self) {
        self.root.remove();
    }
}

impl ChatBox {
    pub(super) fn new(place: &impl Build, session: &Weak<Session>, settings: &Rc<Settings>) -> Self {
        let t = |name: &str| settings.text(name);
        let root = el("section").class("card chat").attr("aria-label", &t("chat"));
        place.add(&root);
        let head = root.add(el("div").class("head"));
        head.add(el("h2").text(&t("chat")));
        let close = head.add(el("button").class("plain").attr("type", "button").text(&t("close")));
        let log = root.add(el("div").class("log").attr("role", "log").attr("tabindex", "0").attr("aria-label", &t("chat")));
        let state = root.add(el("p").class("small"));
        let warning = root.add(el("div").class("warns").attr("role", "alert"));
        let form = root.add(el("form").class("write"));
        let field: HtmlTextAreaElement = el("textarea").attr("rows", "2").attr("maxlength", LETTERS).attr("dir", "auto").unchecked_into();
        for name in ["placeholder", "aria-label"] {
            let _ = field.set_attribute(name, &t("chat-write"));
        }
        form.add(&field);
        form.add(el("button").class("main").text(&t("chat-send")));
        let warn = {
            let (settings, warning, field, session) = (settings.clone(), warning, field.clone(), session.clone());
            // Buttons of a warning live as long as it stands.
            let heard: Rc<RefCell<Vec<EventListener>>> = Rc::default();
            Rc::new(move |anyway: bool| {
                let text = field.value();
                let text = text.trim();
                warning.set_text_content(None);
                let Some(session) = session.upgrade().filter(|_| !text.is_empty()) else { return };
                let Some(risk) = session.say(text, anyway) else {
                    field.set_value("");
                    return write(&field);
                };
                warning.add(el("p").text(&settings.text(match risk {
                    Risk::Number => "chat-number",
                    Risk::Password => "chat-password",
                })));
                let row = warning.add(el("div").class("row"));
                let (change, send) = (el("button").class("main"), el("button").class("plain"));
                row.add(send.clone().attr("type", "button").text(&settings.text("chat-anyway")));
                row.add(change.clone().attr("type", "button").text(&settings.text("chat-change")));
                let (w, f) = (warning.clone(), field.clone());
                let changed = EventListener::new(&change, "click", move |_| {
                    w.set_text_content(None);
                    write(&f);
                });
                let (w, f, s) = (warning.clone(), field.clone(), Rc::downgrade(&session));
                let sent = EventListener::new(&send, "click", move |e| {
                    if let Some(session) = s.upgrade().filter(|_| trusted(e)) {
                        session.say(f.value().trim(), true);
                        f.set_value("");
                        w.set_text_content(None);
                        write(&f);
                    }
                });
                heard.replace(vec![changed, sent]);
                let _ = change.focus();
            })
        };
        let active = EventListenerOptions::enable_prevent_default();
        let (s, w) = (session.clone(), warn.clone());
        let listeners = vec![
            EventListener::new(&close, "click", move |_| {
                if let Some(session) = s.upgrade() {
                    session.toggle_chat();
                }
            }),
            EventListener::new_with_options(&form, "submit", active, move |e| {
                e.prevent_default();
                if trusted(e) {
                    w(false);
                }
            }),
            EventListener::new_with_options(&field, "keydown", active, move |e| {
                let Some(key) = e.dyn_ref::<KeyboardEvent>() else { return };
                if key.key() == "Enter" && !key.shift_key() && !key.is_composing() {
                    e.prevent_default();
                    if trusted(e) {
                        warn(false);
                    }
                }
            }),
            {
                let session = session.clone();
                EventListener::new(&field, "input", move |_| {
                    if let Some(session) = session.upgrade() {
                        session.types();
                    }
                })
            },
        ];
        // Shortcuts of the page are not meant by who writes here.
        let kept = ["keydown", "keyup", "keypress", "input", "paste"].map(|kind| EventListener::new(&root, kind, |e| e.stop_propagation()));
        let listeners = listeners.into_iter().chain(kept).collect();
        Self { root, log, state, field, drawn: Cell::new(0), _listeners: listeners }
    }

    /// Draws what is new.
    pub(super) fn draw(&self, chat: &Chat, settings: &Settings, names: &dyn Fn(ParticipantId) -> Option<String>, types: Option<&str>) {
        let mut last_mine = None;
        for said in chat.all() {
            let is_mine = said.by == ParticipantId::CUSTOMER;
            if is_mine {
                last_mine = Some(said);
            }
            if said.order > self.drawn.get() {
                self.drawn.set(said.order);
                let name = if is_mine { settings.text("chat-you") } else { names(said.by).unwrap_or_else(|| settings.text("role-agent")) };
                self.log.add(line(said, &name, is_mine));
                self.log.set_scroll_top(self.log.scroll_height());
            }
        }
        if self.drawn.get() == 0 && self.log.child_element_count() == 0 {
            self.log.add(el("p").class("quiet").text(&settings.text("chat-empty")));
        }
        let text = match (types, last_mine.map(|said| chat.stage(said))) {
            (Some(name), _) => settings.text_about("chat-types", name),
            (None, Some(Stage::Sending | Stage::Sent)) => settings.text("chat-sent"),
            (None, Some(Stage::Delivered)) => settings.text("chat-delivered"),
            (None, Some(Stage::Seen)) => settings.text("chat-seen"),
            (None, None) => String::new(),
        };
        if self.state.text_content().as_deref() != Some(&text) {
            self.state.set_text_content(Some(&text));
        }
    }

    /// Puts the caret where is written.
    pub(super) fn write(&self) {
        write(&self.field);
    }
}

fn write(field: &HtmlTextAreaElement) {
    let _ = field.focus();
}

/// What a page makes up is nobody's word.
fn trusted(e: &Event) -> bool {
    e.is_trusted() || cfg!(feature = "tap")
}

fn line(said: &Said, name: &str, is_mine: bool) -> HtmlElement {
    let line = el("div").class(if is_mine { "line mine" } else { "line" });
    let head = line.add(el("div").class("small"));
    head.set_text_content(Some(&[name, " · ", &link_wasm::clock(said.at, "")].concat()));
    let words = line.add(el("div").class("words").attr("dir", "auto"));
    let origin = web_sys::window().and_then(|w| w.location().origin().ok()).unwrap_or_default();
    for part in parts(&said.text) {
        match part {
            Part::Words(text) => {
                words.add(el("span").text(text));
            }
            Part::Link(address) => {
                let link = words.add(el("a").attr("dir", "ltr").attr("href", address).attr("rel", "noopener noreferrer").text(address));
                // Help goes on where the page stays in its tab.
                if !address.strip_prefix(&*origin).is_some_and(|rest| matches!(rest.as_bytes().first(), None | Some(b'/' | b'?' | b'#'))) {
                    let _ = link.set_attribute("target", "_blank");
                }
            }
        }
    }
    line
}
