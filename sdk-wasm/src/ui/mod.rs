//! What the customer sees of us: a panel that says one thing at a time, a bar while somebody watches, and an overlay
//! that never eats a click. All of it in a closed shadow root in the top layer, untouched by the page's styles.

mod chat;
mod dom;
mod draw;
mod marks;
pub(crate) mod overlay;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use chat::ChatBox;
use dom::{Build, el};
use draw::Pen;
use engine::chat::Chat;
use gloo::events::EventListener;
use protocol::ParticipantId;
use protocol::find::put;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleSheet, Event, HtmlElement, KeyboardEvent, PointerEvent};

use crate::env::{Host, Settings};
use crate::glue;
use crate::session::Session;
use overlay::Overlay;

/// What is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum View {
    Nothing,
    Loading,
    /// Something is wrong, in words.
    Problem(&'static str),
    /// The PIN.
    Code {
        pin: String,
    },
    /// Somebody asks to see the page.
    Consent {
        participant: u16,
        agent: String,
        role: String,
        /// Others are in already.
        beside: bool,
    },
    /// Somebody asks to operate the page.
    AskOperate {
        participant: u16,
        agent: String,
    },
    /// Somebody sees the page.
    Bar(Bar),
    /// It is over, in words; with what was said, for the customer to keep.
    Ended {
        text: &'static str,
        transcript: String,
        /// By which is said how it went; empty where nobody was there.
        ticket: String,
    },
}

/// What the bar says while somebody sees the page.
#[allow(clippy::struct_excessive_bools, reason = "each is one thing that the bar shows or not")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bar {
    pub(crate) agents: String,
    pub(crate) many: bool,
    pub(crate) paused: bool,
    /// The company wants to pause at this page.
    pub(crate) by_itself: bool,
    pub(crate) online: bool,
    /// What the agent sees is open beside it.
    pub(crate) previewed: bool,
    pub(crate) operates: Option<String>,
    pub(crate) remark: Option<&'static str>,
    /// What somebody points at, in words, and whether it is out of sight.
    pub(crate) look: Option<(String, bool)>,
    /// Whether the chat is open, and how much of it is new.
    pub(crate) chat: (bool, usize),
    /// Whether the customer draws.
    pub(crate) draws: bool,
    /// Who may be sent away.
    pub(crate) people: Vec<(u16, String)>,
}

/// Milliseconds that a question stands before a press counts: nobody presses what just appeared under the finger.
const READ_FIRST: f64 = 500.0;

pub(crate) struct Ui {
    host: Host,
    corner: HtmlElement,
    panel: HtmlElement,
    /// Where the chat stands.
    beside: HtmlElement,
    chat: RefCell<Option<ChatBox>>,
    pen: RefCell<Option<Pen>>,
    pub(crate) overlay: Overlay,
    session: RefCell<Weak<Session>>,
    listeners: RefCell<Vec<EventListener>>,
    shown: RefCell<Option<View>>,
    since: Cell<f64>,
    moved: Rc<Cell<(f64, f64)>>,
    /// Whether the bar shows all that it has on a phone, too.
    all: Rc<Cell<bool>>,
}

impl Ui {
    pub(crate) fn new(host: &Host) -> Self {
        let root = host.root();
        let sheet = CssStyleSheet::new().ok();
        if let Some(sheet) = sheet {
            let _ = sheet.replace_sync(concat!(
                include_str!("../../../look/tokens.css"),
                include_str!("../../../look/marks.css"),
                include_str!("ui.css")
            ));
            if let Ok(list) = js_sys::Reflect::get(&root, &"adoptedStyleSheets".into()) {
                let list = js_sys::Array::from(&list);
                list.push(&sheet);
                let _ = js_sys::Reflect::set(&root, &"adoptedStyleSheets".into(), &list);
            }
        }
        let corner = el("div").class("panel-place");
        let beside = corner.add(el("div").class("beside"));
        let overlay = Overlay::new();
        let _ = root.append_child(overlay.root());
        let panel = corner.add(el("div").class("panel"));
        let _ = root.append_child(&corner);
        glue::keep_in_sight(&corner);
        Self {
            host: host.clone(),
            corner,
            panel,
            beside,
            chat: RefCell::default(),
            pen: RefCell::default(),
            overlay,
            session: RefCell::default(),
            listeners: RefCell::default(),
            shown: RefCell::default(),
            since: Cell::new(0.0),
            moved: Rc::default(),
            all: Rc::default(),
        }
    }

    pub(crate) fn bind(&self, session: &Rc<Session>) {
        self.session.replace(Rc::downgrade(session));
    }

    /// A button; only trusted presses count, and a question only after it could be read.
    fn button(&self, label: &str, class: &str, patient: bool, press: impl Fn(&Rc<Session>) + 'static) -> HtmlElement {
        let button = el("button").class(class).text(label).attr("type", "button");
        let session = self.session.borrow().clone();
        let since = self.since.get();
        let listener = EventListener::new(&button, "click", move |e: &Event| {
            let early = patient && crate::page::now() - since < READ_FIRST;
            let trusted = e.is_trusted() || cfg!(feature = "tap") && !patient;
            if trusted
                && !early
                && let Some(session) = session.upgrade()
            {
                press(&session);
            }
        });
        self.listeners.borrow_mut().push(listener);
        button
    }

    pub(crate) fn show(&self, view: View, settings: &Rc<Settings>) {
        if self.shown.borrow().as_ref() == Some(&view) {
            return;
        }
        self.shown.replace(Some(view.clone()));
        self.since.set(crate::page::now());
        let held = self.host.root().active_element().filter(|el| self.panel.contains(Some(el)));
        let held = held.map(|el| (el.class_name(), el.text_content().unwrap_or_default()));
        self.listeners.borrow_mut().clear();
        self.panel.set_text_content(None);
        // The loader's button stands in the same corner.
        if let Ok(Some(help)) = self.host.root().query_selector(".help") {
            let is_needed = view == View::Nothing && self.session.borrow().upgrade().is_none_or(|s| s.may_begin());
            let _ = if is_needed { help.remove_attribute("hidden") } else { help.set_attribute("hidden", "") };
        }
        let t = |name: &str| settings.text(name);
        let _ = self.corner.set_attribute("dir", &t("direction"));
        match view {
            View::Nothing => return,
            View::Loading => {
                let card = self.card(&t("panel-title"), "status");
                card.add(el("p").class("quiet").text(&t("loading")));
            }
            View::Problem(text) => {
                let card = self.card(&t("problem-title"), "alert");
                card.add(el("p").text(&settings.text_about(text, "")));
                let row = card.add(el("div").class("row"));
                row.add(self.button(&t("try-again"), "main", false, |s| s.restart()));
                row.add(self.button(&t("close"), "plain", false, |s| s.dismiss()));
            }
            View::Code { pin } => {
                let card = self.card(&t("code-title"), "status");
                let digits = card.add(el("output").class("digits").attr("dir", "ltr").text(&groups(&pin)));
                let _ = digits.set_attribute("aria-label", &pin.chars().map(String::from).collect::<Vec<_>>().join(" "));
                card.add(el("p").class("quiet").text(&t("code-help")));
                let life = card.add(el("div").class("life"));
                life.add(el("i"));
                card.add(el("p").class("small left").text(""));
                let row = card.add(el("div").class("row"));
                let copied = t("copied");
                let copy = self.button(&t("copy"), "plain", false, move |s| s.copy_pin(&copied));
                row.add(copy);
                row.add(self.button(&t("new-code"), "plain", false, |s| s.renew()));
                row.add(self.button(&t("cancel"), "plain", false, |s| s.end()));
            }
            View::Consent { participant, agent, role, beside } => {
                let about = |name: &str| settings.text_about(name, &agent);
                let card = self.card(&about("consent-title"), "alertdialog");
                let who = card.add(el("div").class("who"));
                who.add(el("span").class("avatar").text(&agent.chars().take(1).collect::<String>()));
                let names = who.add(el("div"));
                names.add(el("b").text(&agent));
                names.add(el("span").class("quiet").text(&format!("{} · {}", settings.text(&format!("role-{role}")), settings.company)));
                let list = card.add(el("ul"));
                for name in ["consent-sees", "consent-hidden", "consent-stop"] {
                    list.add(el("li").text(&about(name)));
                }
                let row = card.add(el("div").class("row"));
                let id = ParticipantId(participant);
                let allow = self.button(&t("allow"), "main", true, move |s| s.answer(id, true));
                row.add(self.button(&t("not-now"), "plain wide", true, move |s| s.answer(id, false)));
                row.add(allow);
                if beside {
                    // The bar, which can end it all, is not there meanwhile.
                    card.add(el("div").class("row")).add(self.button(&t("end"), "bad", false, |s| s.end()));
                }
            }
            View::AskOperate { participant, agent } => {
                let about = |name: &str| settings.text_about(name, &agent);
                let card = self.card(&about("operate-title"), "alertdialog");
                let list = card.add(el("ul"));
                for name in ["operate-does", "operate-not", "operate-stop"] {
                    list.add(el("li").text(&about(name)));
                }
                let row = card.add(el("div").class("row"));
                let id = ParticipantId(participant);
                row.add(self.button(&t("not-now"), "plain", true, move |s| s.answer_grant(id, None)));
                row.add(self.button(&t("operate-once"), "plain", true, move |s| s.answer_grant(id, Some(true))));
                row.add(self.button(&t("allow"), "main", true, move |s| s.answer_grant(id, Some(false))));
                // The bar, which can end it all, is not there meanwhile.
                card.add(el("div").class("row")).add(self.button(&t("end"), "bad", false, |s| s.end()));
            }
            View::Bar(bar) => self.bar(settings, bar),
            View::Ended { text, transcript, ticket } => {
                let card = self.card(&t("ended-title"), "status");
                card.add(el("p").text(&settings.text_about(text, "")));
                if !ticket.is_empty() {
                    card.add(el("p").class("small").text(&t("ended-kept")));
                    self.ask_how(&card, settings, &ticket);
                }
                let row = card.add(el("div").class("row"));
                if !transcript.is_empty() {
                    row.add(self.button(&t("chat-save"), "plain", false, move |_| save(&transcript)));
                }
                row.add(self.button(&t("close"), "main", false, |s| s.dismiss()));
            }
        }
        if let Some((class, text)) = held {
            self.hold_focus(&class, &text);
        }
        self.host.raise();
        if let Some(session) = self.session.borrow().upgrade() {
            self.tick(&session);
        }
    }

    /// Whoever is on a button stays on it where what is shown is drawn anew: the one that says the same, or does.
    fn hold_focus(&self, class: &str, text: &str) {
        let Ok(all) = self.panel.query_selector_all("button, .bar") else { return };
        let all: Vec<HtmlElement> = (0..all.length()).filter_map(|n| all.get(n)?.dyn_into().ok()).collect();
        let same =
            all.iter().find(|el| el.text_content().as_deref() == Some(text)).or_else(|| all.iter().find(|el| el.class_name() == class));
        if let Some(same) = same {
            let _ = same.focus();
        }
    }

    /// Asks how it went; one press answers.
    fn ask_how(&self, card: &HtmlElement, settings: &Rc<Settings>, ticket: &str) {
        let asks = card.add(el("div").class("how").attr("role", "group"));
        let title = settings.text("rate-title");
        let _ = asks.set_attribute("aria-label", &title);
        let line = asks.add(el("p").text(&title));
        for rating in ["1", "2", "3"] {
            let (asks_for, line, base) = (asks.clone(), line.clone(), self.host.base());
            let body = ["{\"ticket\":\"", ticket, "\",\"rating\":", rating, "}"].concat();
            let thanks = settings.text("rate-thanks");
            let words = settings.text(&["rating-", rating].concat());
            asks.add(self.button(&words, "plain", false, move |_| {
                crate::env::post(&[&base, "/api/v1/ratings"].concat(), &body);
                asks_for.set_text_content(None);
                let _ = line.set_attribute("role", "status");
                asks_for.add(line.clone().text(&thanks));
            }));
        }
    }

    fn card(&self, title: &str, role: &str) -> HtmlElement {
        let card = self.panel.add(el("section").class("card").attr("role", role));
        let _ = card.set_attribute("aria-label", title);
        card.add(el("h2").text(title));
        card
    }

    fn bar(&self, settings: &Rc<Settings>, said: Bar) {
        let Bar { agents, many, paused, by_itself, online, previewed, operates, remark, look, chat, draws, people } = said;
        let (agents, operates, (chat_open, unread)) = (&*agents, operates.as_deref(), chat);
        let (class, text) = match (online, paused) {
            (true, false) if operates.is_some() => ("bar operated", settings.text_about("operate-bar", operates.unwrap_or_default())),
            (false, _) => ("bar away", settings.text_about("bar-away", agents)),
            (true, true) => ("bar paused", settings.text_about(if by_itself { "bar-private" } else { "bar-paused" }, agents)),
            (true, false) => ("bar", settings.text_about(if many { "bar-see" } else { "bar-sees" }, agents)),
        };
        let told = if look.is_some() || many || draws { " told" } else { "" };
        let bar = self.panel.add(el("section").class(&format!("{class}{told}")).attr("role", "status"));
        let grip = bar.add(el("span").class("dot"));
        let _ = grip.set_attribute("aria-hidden", "true");
        bar.add(el("span").class("says").text(&text));
        if let Some(remark) = remark {
            bar.add(el("span").class("small remark").text(&settings.text_about(remark, agents)));
        }
        if let Some((words, is_away)) = look {
            bar.add(el("span").class("small remark").text(&words));
            if is_away {
                bar.add(self.button(&settings.text("look-show"), "main look", false, |s| s.go_and_look()));
            }
        }
        if operates.is_some() {
            bar.add(self.button(&settings.text("operate-back"), "main", false, |s| s.take_back()));
        }
        if self.everything_masked() {
            bar.add(el("span").class("small").text(&settings.text("all-masked")));
        }
        let words = if unread > 0 { put(&settings.text("chat-new"), "{count}", &unread.to_string()) } else { settings.text("chat") };
        let class = if unread > 0 { "main" } else { "plain" };
        let chat = bar.add(self.button(&words, &[class, " chats"].concat(), false, |s| s.toggle_chat()));
        let _ = chat.set_attribute("aria-expanded", if chat_open { "true" } else { "false" });
        if !paused && online {
            let pen =
                bar.add(self.button(&settings.text(if draws { "draw-done" } else { "draw" }), "plain pen rare", false, |s| s.toggle_pen()));
            let _ = pen.set_attribute("aria-pressed", if draws { "true" } else { "false" });
            if draws {
                bar.add(self.button(&settings.text("draw-wipe"), "plain rare", false, |s| s.wipe()));
            }
        }
        if !paused && online {
            let seen = bar.add(self.button(
                &settings.text_about(if many { "preview-open-all" } else { "preview-open" }, agents),
                "plain seen rare",
                false,
                |s| s.toggle_preview(),
            ));
            let _ = seen.set_attribute("aria-expanded", if previewed { "true" } else { "false" });
        }
        if paused {
            bar.add(self.button(&settings.text("go-on"), "main", false, |s| s.unpause()));
        } else {
            bar.add(self.button(&settings.text("pause"), "plain", false, |s| s.pause()));
        }
        for (who, name) in people {
            bar.add(self.button(&settings.text_about("send-away", &name), "plain rare", false, move |s| s.send_away(who)));
        }
        bar.add(self.button(&settings.text("end"), "bad", false, |s| s.end()));
        self.unfolds(&bar, &settings.text("more"));
        self.movable(&bar);
    }

    /// On a phone what is rarely pressed stands behind one more button.
    fn unfolds(&self, bar: &HtmlElement, words: &str) {
        let more = bar.add(el("button").class("plain more").attr("type", "button").attr("aria-label", words).text("⋯"));
        let (bar, all) = (bar.clone(), self.all.clone());
        let show = move |more: &HtmlElement| {
            let _ = bar.class_list().toggle_with_force("all", all.get());
            let _ = more.set_attribute("aria-expanded", if all.get() { "true" } else { "false" });
        };
        show(&more);
        let (all, button) = (self.all.clone(), more.clone());
        self.listeners.borrow_mut().push(EventListener::new(&more, "click", move |_| {
            all.set(!all.get());
            show(&button);
        }));
    }

    /// Back to where something was opened from.
    pub(crate) fn focus_bar(&self, which: &str) {
        if let Ok(Some(seen)) = self.panel.query_selector(which)
            && let Some(seen) = seen.dyn_ref::<HtmlElement>()
        {
            let _ = seen.focus();
        }
    }

    /// What is said, while that is open.
    pub(crate) fn chat(
        &self,
        open: bool,
        chat: &Chat,
        settings: &Rc<Settings>,
        names: &dyn Fn(ParticipantId) -> Option<String>,
        types: Option<&str>,
    ) {
        if !open {
            drop(self.chat.take());
            return;
        }
        let made = self.chat.borrow().is_none();
        if made {
            self.chat.replace(Some(ChatBox::new(&self.beside, &self.session.borrow(), settings)));
        }
        if let Some(shown) = &*self.chat.borrow() {
            shown.draw(chat, settings, names, types);
        }
    }

    /// Puts the caret where is written.
    pub(crate) fn write(&self) {
        if let Some(chat) = &*self.chat.borrow() {
            chat.write();
        }
    }

    /// Whether the customer draws.
    pub(crate) fn draws(&self) -> bool {
        self.pen.borrow().is_some()
    }

    /// Gives the customer a pen, or takes it away.
    pub(crate) fn toggle_pen(&self, session: &Rc<Session>) {
        let old = self.pen.take();
        if old.is_none() {
            self.pen.replace(Some(Pen::new(self.overlay.root(), session)));
        }
    }

    /// Takes the pen away.
    pub(crate) fn drop_pen(&self) {
        drop(self.pen.take());
    }

    /// The chat and the pen go with the session.
    pub(crate) fn put_away(&self) {
        drop((self.chat.take(), self.pen.take()));
    }

    fn everything_masked(&self) -> bool {
        self.session.borrow().upgrade().is_some_and(|s| s.everything_masked())
    }

    /// The bar can be moved, by pointer or arrow keys, but never off the screen.
    fn movable(&self, bar: &HtmlElement) {
        let _ = bar.set_attribute("tabindex", "0");
        place(bar, self.moved.get());
        let from: Rc<Cell<Option<(f64, f64)>>> = Rc::default();
        let (b, f, m) = (bar.clone(), from.clone(), self.moved.clone());
        let down = EventListener::new(bar, "pointerdown", move |e| {
            let Some(e) = e.dyn_ref::<PointerEvent>() else { return };
            let on_button = e.target().and_then(|t| t.dyn_into::<HtmlElement>().ok()).is_some_and(|t| t.tag_name() == "BUTTON");
            if !on_button {
                let (x, y) = m.get();
                f.set(Some((f64::from(e.client_x()) - x, f64::from(e.client_y()) - y)));
                let _ = b.set_pointer_capture(e.pointer_id());
            }
        });
        let (b, f, m) = (bar.clone(), from.clone(), self.moved.clone());
        let drag = EventListener::new(bar, "pointermove", move |e| {
            if let (Some(e), Some((x, y))) = (e.dyn_ref::<PointerEvent>(), f.get()) {
                m.set((f64::from(e.client_x()) - x, f64::from(e.client_y()) - y));
                place(&b, m.get());
            }
        });
        let up = EventListener::new(bar, "pointerup", move |_| from.set(None));
        let (b, m) = (bar.clone(), self.moved.clone());
        let keys = EventListener::new(bar, "keydown", move |e| {
            let Some(e) = e.dyn_ref::<KeyboardEvent>() else { return };
            let (x, y) = m.get();
            match e.key().as_str() {
                "ArrowLeft" => m.set((x - 24.0, y)),
                "ArrowRight" => m.set((x + 24.0, y)),
                "ArrowUp" => m.set((x, y - 24.0)),
                "ArrowDown" => m.set((x, y + 24.0)),
                _ => return,
            }
            place(&b, m.get());
        });
        self.listeners.borrow_mut().extend([down, drag, up, keys]);
    }

    /// A short remark below whatever is shown.
    pub(crate) fn note(&self, name: &str) {
        let Some(session) = self.session.borrow().upgrade() else { return };
        let text = session.text(name);
        if let Some(first) = self.panel.first_element_child()
            && first.query_selector("p.note").ok().flatten().is_none()
        {
            let _ = first.append_child(&el("p").class("small note").text(&text));
        }
    }

    /// A page that takes out whatever it has may not hide from its customer who watches.
    pub(crate) fn stay(&self) {
        if !self.host.root().is_connected() {
            self.host.raise();
        }
    }

    /// Once every two seconds: the life of the code.
    pub(crate) fn tick(&self, session: &Rc<Session>) {
        let Ok(Some(life)) = self.panel.query_selector(".life i") else { return };
        let left = session.code_seconds();
        if left <= 0.0 {
            return session.renew();
        }
        if let Some(life) = life.dyn_ref::<HtmlElement>() {
            let _ = life.style().set_property("width", &format!("{}%", engine::decimal::write(left / 6.0)));
        }
        if let Ok(Some(text)) = self.panel.query_selector(".left") {
            #[allow(clippy::cast_possible_truncation, reason = "at most ten")]
            let minutes = (left / 60.0).ceil() as i32;
            text.set_text_content(Some(&put(&session.text("code-left"), "{minutes}", &minutes.to_string())));
        }
    }

    /// Says something to those who listen rather than look.
    pub(crate) fn announce(&self, text: &str) {
        if let Some(out) = self.panel.query_selector("output").ok().flatten() {
            let _ = js_sys::Reflect::set(&out, &"ariaLabel".into(), &JsValue::from_str(text));
        }
    }
}

/// Hands the customer a text as a file.
fn save(text: &str) {
    let kind = web_sys::BlobPropertyBag::new();
    kind.set_type("text/plain;charset=utf-8");
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &kind);
    if let Ok(address) = blob.and_then(|blob| web_sys::Url::create_object_url_with_blob(&blob)) {
        el("a").attr("href", &address).attr("download", "chat.txt").click();
        link_wasm::later(10_000, move || {
            let _ = web_sys::Url::revoke_object_url(&address);
        });
    }
}

fn place(bar: &HtmlElement, (x, y): (f64, f64)) {
    let Some(window) = web_sys::window() else { return };
    let size = |v: Result<JsValue, JsValue>| v.ok().and_then(|v| v.as_f64()).unwrap_or(800.0);
    let (width, height) = (size(window.inner_width()), size(window.inner_height()));
    let inside = |v: f64, low: f64, high: f64| v.min(high).max(low);
    let (x, y) = (inside(x, -width / 2.0 + 60.0, width / 2.0 - 60.0), inside(y, 60.0 - height, 0.0));
    let _ = bar.style().set_property("translate", &format!("{}px {}px", engine::decimal::write(x), engine::decimal::write(y)));
}

/// Digits in groups of three, as they are read out.
fn groups(pin: &str) -> String {
    let mut out = String::new();
    for (n, digit) in pin.chars().enumerate() {
        if n > 0 && n % 3 == 0 {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}
