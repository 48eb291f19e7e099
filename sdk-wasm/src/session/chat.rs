//! The chat, of which the customer's browser is the keeper: it gives each message its place, tells everybody who is in, and
//! tells who lost the line what they missed, but nobody what was said before they were let in.

use engine::chat::{Chat, Risk, tells};
use protocol::control::{Heard, Said, Typing};
use web_sys::HtmlInputElement;

use super::*;

/// Milliseconds for which somebody is taken to write who said so, and between two times of saying so.
const TYPES_FOR: f64 = 5_000.0;
const TYPES_EVERY: f64 = 2_000.0;

/// What is said, and how it is shown.
#[derive(Default)]
pub(super) struct Talk {
    pub(super) chat: Chat,
    open: bool,
    /// Closed by the customer: it does not open by itself any more.
    closed: bool,
    /// Who writes, and since when.
    types: Option<(String, f64)>,
    /// When was told last that the customer writes.
    typed: f64,
}

/// Now, in milliseconds since 1970.
pub(super) fn wall() -> u64 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time after 1970")]
    let now = js_sys::Date::now() as u64;
    now
}

impl Session {
    /// What the customer says; or why that had better not be sent.
    pub(crate) fn say(self: &Rc<Self>, text: &str, anyway: bool) -> Option<Risk> {
        if !anyway && let Some(risk) = tells(text, &passwords()) {
            return Some(risk);
        }
        let by = ParticipantId::CUSTOMER;
        self.inner.borrow_mut().talk.typed = f64::NEG_INFINITY;
        let number = self.inner.borrow().talk.chat.next_number(by);
        self.place(Said { by, number, order: 0, at: 0, text: text.to_owned() });
        None
    }

    /// What a helper says. Of whose it is, their word does not count.
    pub(super) fn said(self: &Rc<Self>, by: ParticipantId, said: Said) {
        self.inner.borrow_mut().talk.types = None;
        if self.place(Said { by, ..said }) {
            let mut inner = self.inner.borrow_mut();
            if !inner.talk.closed {
                inner.talk.open = true;
            }
            drop(inner);
            self.show_chat();
        }
    }

    fn place(self: &Rc<Self>, said: Said) -> bool {
        let placed = self.inner.borrow_mut().talk.chat.place(said, wall());
        let is_new = placed.is_some();
        if let Some(placed) = placed {
            self.control(&Control::Said(placed));
            self.keep_course();
            self.keep();
            self.show_chat();
        }
        is_new
    }

    /// Tells somebody what they missed.
    pub(super) fn say_again(&self, to: ParticipantId, after: u32) {
        let missed: Vec<Said> = {
            let inner = self.inner.borrow();
            let Some(agent) = inner.agents.get(&to) else { return };
            inner.talk.chat.after(after.max(agent.since)).cloned().collect()
        };
        for said in missed {
            self.tell(to, Kind::CONTROL, &Control::Said(said).encode());
        }
        self.tell_seen();
    }

    pub(super) fn heard(self: &Rc<Self>, by: ParticipantId, heard: Heard) {
        let heard = Heard { by, ..heard };
        if self.inner.borrow_mut().talk.chat.follow(&heard) {
            self.control(&Control::Heard(heard));
            self.show_chat();
        }
    }

    pub(super) fn types_there(self: &Rc<Self>, by: ParticipantId) {
        {
            let mut inner = self.inner.borrow_mut();
            let Some(name) = inner.agents.get(&by).map(|agent| agent.name.clone()) else { return };
            inner.talk.types = Some((name, crate::page::now()));
        }
        self.control(&Control::Typing(Typing { by }));
        self.show_chat();
        let weak = Rc::downgrade(self);
        link_wasm::later(5_100, move || {
            if let Some(this) = weak.upgrade() {
                this.show_chat();
            }
        });
    }

    /// The customer writes.
    pub(crate) fn types(&self) {
        let now = crate::page::now();
        let is_due = {
            let mut inner = self.inner.borrow_mut();
            let is_due = now - inner.talk.typed > TYPES_EVERY;
            if is_due {
                inner.talk.typed = now;
            }
            is_due
        };
        if is_due {
            self.control(&Control::Typing(Typing { by: ParticipantId::CUSTOMER }));
        }
    }

    /// Opens the chat, or closes it.
    pub(crate) fn toggle_chat(self: &Rc<Self>) {
        let open = {
            let mut inner = self.inner.borrow_mut();
            inner.talk.open = !inner.talk.open;
            inner.talk.closed = !inner.talk.open;
            inner.talk.open
        };
        if open && self.is_previewed() {
            self.toggle_preview();
        }
        self.show_chat();
        if open {
            self.ui.write();
        } else {
            self.ui.focus_bar(".chats");
        }
    }

    /// What is in sight has been seen.
    pub(crate) fn tell_seen(&self) {
        let heard = {
            let mut inner = self.inner.borrow_mut();
            let last = inner.talk.chat.last();
            let (_, seen) = inner.talk.chat.followed(ParticipantId::CUSTOMER);
            let heard = Heard { by: ParticipantId::CUSTOMER, came: last, seen: if inner.talk.open && is_visible() { last } else { seen } };
            inner.talk.chat.follow(&heard);
            heard
        };
        self.control(&Control::Heard(heard));
    }

    /// Draws what is said, if it is open; and the button that opens it, which says how much is new.
    pub(crate) fn show_chat(self: &Rc<Self>) {
        let (open, last, seen) = {
            let inner = self.inner.borrow();
            (inner.talk.open, inner.talk.chat.last(), inner.talk.chat.followed(ParticipantId::CUSTOMER).1)
        };
        if last > seen && open && is_visible() {
            self.tell_seen();
        }
        let inner = self.inner.borrow();
        let now = crate::page::now();
        let types = inner.talk.types.as_ref().filter(|(_, since)| now - since < TYPES_FOR).map(|(name, _)| name.as_str());
        let names = |id: ParticipantId| inner.agents.get(&id).map(|agent| agent.name.clone());
        self.ui.chat(open, &inner.talk.chat, &inner.settings, &names, types);
        drop(inner);
        self.show_bar();
    }

    /// Whether the chat is open, and how much of it is new.
    pub(super) fn chat_button(&self) -> (bool, usize) {
        let inner = self.inner.borrow();
        (inner.talk.open, inner.talk.chat.unread(ParticipantId::CUSTOMER))
    }

    /// All that was said, as a text for the customer to keep; nothing where nothing was.
    pub(super) fn transcript(&self) -> String {
        let inner = self.inner.borrow();
        let mut out = String::new();
        for said in inner.talk.chat.all() {
            let name = if said.by == ParticipantId::CUSTOMER {
                inner.settings.text("chat-you")
            } else {
                inner.agents.get(&said.by).map_or_else(|| inner.settings.text("role-agent"), |agent| agent.name.clone())
            };
            for piece in [&link_wasm::clock(said.at, ""), " ", &name, ": ", &said.text, "\n"] {
                out.push_str(piece);
            }
        }
        out
    }
}

/// Passwords that stand in the page. They are compared with what is about to be sent, and not kept.
fn passwords() -> Vec<String> {
    let found = web_sys::window().and_then(|w| w.document()).and_then(|d| d.query_selector_all("input[type=password]").ok());
    let Some(found) = found else { return Vec::new() };
    (0..found.length()).filter_map(|n| found.get(n)?.dyn_into::<HtmlInputElement>().ok()).map(|field| field.value()).collect()
}
