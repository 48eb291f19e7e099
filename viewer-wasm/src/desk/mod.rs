//! The agent's side of a session: the handshake, the lanes, what is known of the customer, and how fresh it is.

pub(crate) mod chat;
mod door;
mod line;
mod marks;
pub(crate) mod operate;
pub(crate) mod people;
mod picture;
mod sameness;
mod signals;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use engine::marks::Marks;
use engine::secrecy::{CPace, Direction, EpochSecret, PairSecret, Pake, Transcript};
use gloo::timers::callback::{Interval, Timeout};
use leptos::prelude::*;
use link_wasm::{LaneIn, LaneOut, Opened, Seats, Socket, SocketEvent};
use protocol::asset::Asset;
use protocol::control::{Clear, Control, Mark, Nothing, Person, Want, shape};
use protocol::field::{Field, List};
use protocol::kept::{Kept, KeptViewer};
use protocol::live::{Anchor, Live};
use protocol::page::NOT_ZOOMED;
use protocol::pair::{AgentHello, Confirm, CustomerHello, Key};
use protocol::session::{self, Admitted, Claim, Claimed, Empty, EndReason, Ended, Hello, Presence, Resume, Resumed, Welcome};
use protocol::{Channel, CloseCode, Envelope, Epoch, Instance, Kind, NodeId, ParticipantId, SessionId, TabId, limits};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use crate::api::{self, Me};
use crate::draft::Draft;
use crate::now;
use operate::Operating;

use signals::{DESKS, OWNER};
pub(crate) use signals::{Light, PageInfo, Phase, Signals, Size};

use crate::replica::{Filed, Files, Stage, Told, new_frame};

/// Under which name a desk's session is kept over a reload.
fn kept_at(id: u32) -> String {
    Desk::named(id, KEPT)
}

/// A silent customer is stale after this many milliseconds, and has left after the other.
const STALE_AFTER: f64 = 4_500.0;
const LEFT_AFTER: f64 = 30_000.0;
/// A keyframe is asked for at most once in this many milliseconds.
const KEYFRAME_EVERY: f64 = 2_000.0;
/// Milliseconds without a chunk after which a keyframe under way is given up: one takes two seconds on a line of 256 kbit/s.
const KEYFRAME_TAKES: f64 = 8_000.0;
const KEPT: &str = "beside-agent";
/// Sessions of one tab at most.
pub(crate) const MOST: u32 = 8;
const PING_EVERY: u32 = 2_000;
/// Frames that may wait for their epoch's key.
const MAX_WAITING: usize = 2_000;

/// What was counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) frames: u32,
    pub(crate) bytes: u64,
    pub(crate) messages: u32,
    pub(crate) keyframes: u32,
    pub(crate) keyframe_nodes: usize,
    pub(crate) apply_last: f64,
    pub(crate) apply_most: f64,
    pub(crate) apply_total: f64,
}

struct Handshake {
    secret: String,
    nameplate: String,
    claimed: Option<Claimed>,
    hello: Option<AgentHello>,
    started: Option<<CPace as Pake>::Started>,
    pair: Option<(PairSecret, [u8; 32])>,
}

#[derive(Default)]
struct Inner {
    socket: Option<Rc<Socket>>,
    handshake: Option<Handshake>,
    session: Option<SessionId>,
    participant: ParticipantId,
    instance: Instance,
    pair: Option<PairSecret>,
    epoch: Epoch,
    epoch_secret: Option<EpochSecret>,
    ticket: String,
    wrap_key: [u8; 32],
    lanes: HashMap<Channel, LaneIn>,
    pair_lane: Option<LaneIn>,
    /// Of which run of the customer's that is; an older one is not heard again.
    pair_of: Instance,
    of: (TabId, Instance, Epoch),
    waiting: Vec<(Envelope, Vec<u8>)>,
    out: HashMap<Channel, LaneOut>,
    expects_keyframe: bool,
    /// Whether the customer has paused.
    paused: bool,
    /// The last keyframe is still being completed by what follows.
    partial: bool,
    heard: f64,
    offline: Option<f64>,
    /// A keyframe is not asked for before.
    ask_after: f64,
    /// The clock of a comparison of trees that is under way, and of the next look at the layout.
    compared: Option<Timeout>,
    looks: Option<Timeout>,
    /// The clock after which a new page's fonts are asked for.
    fonts: Option<Timeout>,
    /// Whether the boxes that came last lay elsewhere here.
    was_off: bool,
    retry: u32,
    files: Files,
    /// What joined frames said while the page's own frame was still loading.
    early: Vec<(Kind, Vec<u8>)>,
    timers: Vec<Interval>,
    later: Option<Timeout>,
}

/// What an admin points at, and what a rule would touch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lit {
    pub(crate) one: Option<NodeId>,
    pub(crate) all: Vec<NodeId>,
}

/// The desk.
pub(crate) struct Desk {
    pub(crate) signals: Signals,
    pub(crate) stage: Rc<RefCell<Stage>>,
    pub(crate) marks: RefCell<Marks>,
    pub(crate) customer: RefCell<Option<Live>>,
    pub(crate) talk: chat::Talk,
    pub(crate) lit: RefCell<Lit>,
    /// What the rules of the draft hit, as bits; of the reading of the page that is shown.
    pub(crate) touched: RefCell<HashMap<NodeId, u64>>,
    /// Of which state of the draft, by the hash of its source.
    pub(crate) touched_of: RefCell<String>,
    pub(crate) counts: Cell<Counts>,
    /// Where elements lie at the customer's, if nothing changed since.
    laid: RefCell<Vec<protocol::page::Laid>>,
    /// How often trees were compared, and parts built again.
    compared: Cell<u32>,
    built_again: Cell<u32>,
    number: Cell<u32>,
    /// Marks that were taken back, the last at the end.
    undone: RefCell<Vec<Mark>>,
    /// Where was pressed last, and when.
    aimed: Cell<(NodeId, f64)>,
    /// Acts that were done, and why the last one was not, if it was not.
    acts: Cell<(u32, u8)>,
    said_for: RefCell<Option<Timeout>>,
    inner: RefCell<Inner>,
}

impl Desk {
    /// A new one, which keeps its session under a name of its own; desks of a tab have different numbers.
    pub(crate) fn open(id: u32) -> Option<Signals> {
        let signals = OWNER.with(|owner| owner.with(|| Signals::new(id)));
        let desk = Self::new(signals)?;
        desk.beat();
        DESKS.with(|all| all.borrow_mut().push(desk));
        Some(signals)
    }

    /// Puts a desk away; what runs at it stops.
    pub(crate) fn close(id: u32) {
        let gone = DESKS.with(|all| {
            let mut all = all.borrow_mut();
            let at = all.iter().position(|desk| desk.signals.id == id)?;
            Some(all.remove(at))
        });
        if let Some(desk) = gone {
            desk.inner.borrow_mut().timers.clear();
        }
    }

    /// A name of the document's that no other desk has.
    pub(crate) fn named(id: u32, name: &str) -> String {
        if id == 0 { name.to_owned() } else { format!("{name}-{id}") }
    }

    /// Under which name its session is kept over a reload.
    fn kept(&self) -> String {
        kept_at(self.signals.id)
    }

    /// Desks of this tab that kept a session.
    pub(crate) fn kept_ones() -> Vec<u32> {
        (0..MOST).filter(|id| link_wasm::ticket(&kept_at(*id)).is_some()).collect()
    }

    fn new(signals: Signals) -> Option<Rc<Self>> {
        let document = web_sys::window()?.document()?;
        let frame = new_frame(&document)?;
        frame.set_attribute("title", "The customer's page").ok()?;
        let stage = Stage::new(
            frame,
            Rc::new(move |told| match told {
                Told::Viewport(w, h) => signals.viewport.set((w, h)),
                Told::Zoom(scale, left, top) => signals.zoom.set((scale, left, top)),
                Told::Info(title, origin, path) => {
                    let host = origin.split_once("://").map_or(origin.as_str(), |(_, h)| h);
                    signals.page.set(PageInfo { title, address: format!("{host}{path}") });
                }
                Told::Built => signals.drawn.update(|n| *n += 1),
            }),
        );
        Some(Rc::new(Self {
            signals,
            stage,
            marks: RefCell::default(),
            customer: RefCell::default(),
            talk: chat::Talk::default(),
            lit: RefCell::default(),
            touched: RefCell::default(),
            touched_of: RefCell::default(),
            counts: Cell::default(),
            laid: RefCell::default(),
            compared: Cell::default(),
            built_again: Cell::default(),
            number: Cell::new(1),
            undone: RefCell::default(),
            aimed: Cell::new((NodeId::NONE, f64::NEG_INFINITY)),
            acts: Cell::default(),
            said_for: RefCell::default(),
            inner: RefCell::default(),
        }))
    }

    pub(crate) fn same(&self) -> bool {
        self.signals.light.get_untracked() == Light::Same
    }

    fn phase(&self) -> Phase {
        self.signals.phase.get_untracked()
    }

    // ---- signing in

    /// Continues the session that was kept here, or is ready for one.
    pub(crate) fn wake(self: &Rc<Self>, me: Me) {
        self.signals.me.set(Some(me));
        match link_wasm::ticket(&self.kept()) {
            Some(ticket) => {
                self.inner.borrow_mut().ticket = ticket;
                self.signals.phase.set(Phase::Stale);
                self.connect();
            }
            None => self.ready(),
        }
    }

    pub(crate) fn sign_in(self: &Rc<Self>, email: String, password: String) {
        self.signals.error.set(None);
        let this = self.clone();
        spawn_local(async move {
            match api::sign_in(&email, &password).await {
                Ok(me) => {
                    this.signals.me.set(Some(me));
                    this.ready();
                }
                Err(api::Failed::Unreachable) => this.signals.error.set(Some("sign-in-unreachable")),
                Err(api::Failed::Status(429)) => this.signals.error.set(Some("sign-in-slow")),
                Err(api::Failed::Status(_)) => this.signals.error.set(Some("sign-in-wrong")),
            }
        });
    }

    pub(crate) fn sign_out(self: &Rc<Self>) {
        if self.phase().has_picture() {
            self.end();
        }
        self.ready();
        self.signals.me.set(None);
        self.signals.phase.set(Phase::SignedOut);
        spawn_local(api::sign_out());
    }

    pub(crate) fn ready(self: &Rc<Self>) {
        link_wasm::forget(&self.kept());
        let timers = std::mem::take(&mut self.inner.borrow_mut().timers);
        self.inner.replace(Inner { timers, ..Inner::default() });
        self.marks.replace(Marks::default());
        self.undone.borrow_mut().clear();
        self.talk.restore(engine::chat::Chat::default());
        self.signals.known.set(None);
        self.signals.size.set(Size::Fit);
        self.signals.invitation.set(None);
        self.look_alone(false);
        self.signals.writes.set(None);
        self.signals.notes.set(String::new());
        self.customer.replace(None);
        self.lit.replace(Lit::default());
        self.signals.draft.set(None);
        self.signals.notice_of_policy.set(None);
        self.signals.people.set(Vec::new());
        self.signals.notice.set(None);
        self.signals.operating.set(Operating::Nobody);
        self.signals.phase.set(Phase::Ready);
    }

    fn send<T: Field>(&self, kind: Kind, message: &T) {
        if let Some(socket) = &self.inner.borrow().socket {
            socket.send(&session::frame(kind, message));
        }
    }

    // ---- frames

    fn on_frame(self: &Rc<Self>, envelope: Envelope, payload: &[u8]) {
        match envelope.kind {
            Kind::WELCOME => session::hear(payload, |_: Welcome| self.claim()),
            Kind::CLAIMED => session::hear(payload, |m: Claimed| self.claimed(m)),
            Kind::NOT_VALID => {
                self.signals.error.set(Some("not-valid"));
                self.inner.borrow_mut().handshake = None;
                self.signals.phase.set(Phase::Ready);
            }
            Kind::REFUSED => {
                self.inner.borrow_mut().handshake = None;
                self.signals.phase.set(Phase::Refused);
            }
            Kind::PAKE_B => session::hear(payload, |m: CustomerHello| self.pake(m)),
            Kind::CONFIRM_B => session::hear(payload, |m: Confirm| self.confirmed(&m)),
            Kind::ADMITTED => session::hear(payload, |m: Admitted| {
                let mut inner = self.inner.borrow_mut();
                inner.ticket = m.ticket;
                inner.wrap_key = m.wrap_key;
                drop(inner);
                self.keep();
            }),
            Kind::RESUMED => session::hear(payload, |m: Resumed| self.resumed(m)),
            Kind::PRESENCE => session::hear(payload, |m: Presence| self.presence(&m)),
            Kind::ENDED => session::hear(payload, |m: Ended| self.over(EndReason::from_number(m.reason))),
            Kind::PONG => {
                if let Some(socket) = &self.inner.borrow().socket {
                    socket.answered();
                }
            }
            kind if kind.is_sealed() && envelope.channel == Channel::Pair => self.for_us_alone(envelope, payload),
            kind if kind.is_sealed() => self.sealed(envelope, payload),
            _ => {}
        }
    }

    // ---- speaking

    fn lane(&self, channel: Channel) -> Option<LaneOut> {
        let mut inner = self.inner.borrow_mut();
        if let Some(lane) = inner.out.get(&channel) {
            return Some(lane.clone());
        }
        let (session, pair) = (inner.session?, inner.pair.clone()?);
        let socket = Rc::downgrade(inner.socket.as_ref()?);
        let seats = Seats {
            session,
            sender: inner.participant,
            to: ParticipantId::CUSTOMER,
            tab: TabId(0),
            instance: inner.instance,
            epoch: Epoch(0),
            channel,
        };
        let key = pair.lane(Direction::AgentToCustomer, inner.instance, channel);
        let lane = LaneOut::new(
            seats,
            key,
            Rc::new(move |frame| {
                if let Some(socket) = socket.upgrade() {
                    socket.send(frame);
                }
            }),
        );
        inner.out.insert(channel, lane.clone());
        Some(lane)
    }

    fn control_out(&self, message: &Control) {
        if let Some(lane) = self.lane(Channel::Control) {
            let _ = lane.send(Kind::CONTROL, &message.encode());
        }
    }

    pub(crate) fn live_out(&self, message: &Live) {
        if let Some(lane) = self.lane(Channel::Live).filter(|l| l.waiting() < 3) {
            let _ = lane.send(Kind::LIVE, &message.encode());
        }
    }

    pub(crate) fn me(&self) -> ParticipantId {
        self.inner.borrow().participant
    }

    /// Looks around without the customer, or follows again.
    pub(crate) fn look_alone(self: &Rc<Self>, alone: bool) {
        {
            let mut stage = self.stage.borrow_mut();
            if alone {
                stage.look_alone();
            } else {
                stage.follow();
            }
        }
        if self.signals.alone.get_untracked() && !alone {
            self.compare_boxes_again();
        }
        self.signals.alone.set(alone);
    }

    /// Asks what the draft's rules hit; the answer is told by a signal.
    pub(crate) fn ask_touched(&self) {
        self.control_out(&Control::AskTouched(Nothing {}));
    }

    /// The session's name in hex, as the relay's records have it.
    pub(crate) fn session_name(&self) -> Option<String> {
        self.inner.borrow().session.map(|id| id.0.iter().map(|b| format!("{b:02x}")).collect())
    }

    pub(crate) fn end(&self) {
        self.send(Kind::END, &Empty {});
        self.over(Some(EndReason::Agent));
    }

    pub(crate) fn stats(&self) -> JsValue {
        let c = self.counts.get();
        let out = js_sys::Object::new();
        let set = |k: &str, v: JsValue| {
            let _ = js_sys::Reflect::set(&out, &k.into(), &v);
        };
        set("frames", c.frames.into());
        #[allow(clippy::cast_precision_loss, reason = "bytes of a session")]
        set("bytes", (c.bytes as f64).into());
        set("messages", c.messages.into());
        set("keyframes", c.keyframes.into());
        set("keyframeNodes", u32::try_from(c.keyframe_nodes).unwrap_or(u32::MAX).into());
        set("nodes", u32::try_from(self.stage.borrow().tree().len()).unwrap_or(u32::MAX).into());
        set("applyLast", c.apply_last.into());
        set("applyMost", c.apply_most.into());
        set("applyTotal", c.apply_total.into());
        set("compared", self.compared.get().into());
        let (acts, refusal) = self.acts.get();
        set("acts", acts.into());
        set("refusal", refusal.into());
        set("builtAgain", self.built_again.get().into());
        set("same", self.same().into());
        set("state", self.phase().name().into());
        out.into()
    }
}
