//! The agent's side of a session: the handshake, the lanes, what is known of the customer, and how fresh it is.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use engine::marks::Marks;
use engine::secrecy::{CPace, Direction, EpochSecret, Pake, PairSecret, Transcript};
use gloo::timers::callback::{Interval, Timeout};
use leptos::prelude::*;
use link_wasm::{LaneIn, LaneOut, Opened, Seats, Socket, SocketEvent};
use protocol::asset::{Asset, AssetType};
use protocol::control::{Clear, Control, Mark, Nothing, Person, Want};
use protocol::field::{Field, List};
use protocol::kept::{Kept, KeptViewer};
use protocol::live::Live;
use protocol::pair::{AgentHello, Confirm, CustomerHello, Key};
use protocol::session::{self, Admitted, Claim, Claimed, Empty, EndReason, Ended, Hello, Presence, Resume, Resumed, Welcome};
use protocol::{Channel, CloseCode, Envelope, Epoch, Instance, Kind, ParticipantId, SessionId, TabId, Writer, limits};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use crate::api::{self, Me};
use crate::replica::{Stage, Told, new_frame};

/// Where the desk stands; the names are what automation reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Loading,
    SignedOut,
    Ready,
    Knocking,
    Waiting,
    Refused,
    Live,
    Paused,
    Stale,
    Left,
    Ended(Option<EndReason>),
}

impl Phase {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::SignedOut => "signed-out",
            Self::Ready => "ready",
            Self::Knocking | Self::Waiting => "waiting",
            Self::Refused => "refused",
            Self::Live => "live",
            Self::Paused => "paused",
            Self::Stale => "stale",
            Self::Left => "left",
            Self::Ended(_) => "ended",
        }
    }
    pub(crate) const fn has_picture(self) -> bool {
        matches!(self, Self::Live | Self::Paused | Self::Stale | Self::Left)
    }
}

/// How the picture stands against the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Light {
    Same,
    CatchingUp,
    Differs,
}

/// What the drawing of the replica's surroundings needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PageInfo {
    pub(crate) title: String,
    pub(crate) address: String,
}

/// Everything the interface shows, as signals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signals {
    pub(crate) phase: RwSignal<Phase>,
    pub(crate) me: RwSignal<Option<Me>>,
    pub(crate) error: RwSignal<Option<&'static str>>,
    pub(crate) page: RwSignal<PageInfo>,
    pub(crate) viewport: RwSignal<(u32, u32)>,
    pub(crate) light: RwSignal<Light>,
    pub(crate) customer_online: RwSignal<bool>,
    pub(crate) customer_looks: RwSignal<bool>,
    pub(crate) line: RwSignal<bool>,
    pub(crate) age: RwSignal<u32>,
    pub(crate) people: RwSignal<Vec<Person>>,
    pub(crate) notice: RwSignal<Option<String>>,
    /// Counts up with every change of marks or pointers.
    pub(crate) drawn: RwSignal<u32>,
}

impl Signals {
    pub(crate) fn new() -> Self {
        Self {
            phase: RwSignal::new(Phase::Loading),
            me: RwSignal::new(None),
            error: RwSignal::new(None),
            page: RwSignal::new(PageInfo::default()),
            viewport: RwSignal::new((1280, 800)),
            light: RwSignal::new(Light::CatchingUp),
            customer_online: RwSignal::new(true),
            customer_looks: RwSignal::new(true),
            line: RwSignal::new(true),
            age: RwSignal::new(0),
            people: RwSignal::new(Vec::new()),
            notice: RwSignal::new(None),
            drawn: RwSignal::new(0),
        }
    }
}

/// A silent customer is stale after this many milliseconds, and has left after the other.
const STALE_AFTER: f64 = 5_000.0;
const LEFT_AFTER: f64 = 30_000.0;
/// A keyframe is asked for at most once in this many milliseconds.
const KEYFRAME_EVERY: f64 = 2_000.0;
const KEPT: &str = "beside-agent";
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
    of: (TabId, Instance, Epoch),
    waiting: Vec<(Envelope, Vec<u8>)>,
    out: HashMap<Channel, LaneOut>,
    expects_keyframe: bool,
    heard: f64,
    offline: Option<f64>,
    asked: f64,
    retry: u32,
    assets: HashMap<[u8; 16], (String, u8)>,
    offers: HashMap<[u8; 16], Vec<u32>>,
    pieces: HashMap<[u8; 16], (Vec<u8>, u32, u8)>,
    timers: Vec<Interval>,
    later: Option<Timeout>,
    socket_heard: f64,
}

/// The desk.
pub(crate) struct Desk {
    pub(crate) signals: Signals,
    pub(crate) stage: Rc<RefCell<Stage>>,
    pub(crate) marks: RefCell<Marks>,
    pub(crate) customer: RefCell<Option<Live>>,
    pub(crate) counts: Cell<Counts>,
    number: Cell<u32>,
    inner: RefCell<Inner>,
}

fn now() -> f64 {
    web_sys::window().and_then(|w| w.performance()).map_or(0.0, |p| p.now())
}

impl Desk {
    pub(crate) fn new(signals: Signals) -> Option<Rc<Self>> {
        let document = web_sys::window()?.document()?;
        let frame = new_frame(&document)?;
        frame.set_attribute("data-beside", "replica").ok()?;
        frame.set_attribute("title", "The customer's page").ok()?;
        let stage = Stage::new(frame, Rc::new(move |told| match told {
            Told::Viewport(w, h) => signals.viewport.set((w, h)),
            Told::Info(title, origin, path) => {
                let host = origin.split_once("://").map_or(origin.as_str(), |(_, h)| h);
                signals.page.set(PageInfo { title, address: format!("{host}{path}") });
            }
            Told::Built => signals.drawn.update(|n| *n += 1),
        }));
        Some(Rc::new(Self {
            signals,
            stage,
            marks: RefCell::default(),
            customer: RefCell::default(),
            counts: Cell::default(),
            number: Cell::new(1),
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

    /// What to do when the page loads: continue a session, or show who is signed in, or ask.
    pub(crate) fn wake(self: &Rc<Self>) {
        self.beat();
        let this = self.clone();
        spawn_local(async move {
            match api::me().await {
                Ok(me) => {
                    this.signals.me.set(Some(me));
                    match link_wasm::ticket(KEPT) {
                        Some(ticket) => {
                            this.inner.borrow_mut().ticket = ticket;
                            this.signals.phase.set(Phase::Stale);
                            this.connect();
                        }
                        None => this.ready(),
                    }
                }
                Err(_) => this.signals.phase.set(Phase::SignedOut),
            }
        });
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
        self.inner.replace(Inner::default());
        self.signals.me.set(None);
        self.signals.phase.set(Phase::SignedOut);
        spawn_local(api::sign_out());
    }

    pub(crate) fn ready(&self) {
        link_wasm::forget(KEPT);
        let timers = std::mem::take(&mut self.inner.borrow_mut().timers);
        self.inner.replace(Inner { timers, ..Inner::default() });
        self.marks.replace(Marks::default());
        self.customer.replace(None);
        self.signals.people.set(Vec::new());
        self.signals.notice.set(None);
        self.signals.phase.set(Phase::Ready);
    }

    // ---- joining

    /// Knocks with what the agent typed.
    pub(crate) fn join(self: &Rc<Self>, typed: &str) {
        let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
        if digits.len() < limits::PIN_SECRET_DIGITS + 2 {
            self.signals.error.set(Some("pin-short"));
            return;
        }
        let (nameplate, secret) = digits.split_at(digits.len() - limits::PIN_SECRET_DIGITS);
        self.signals.error.set(None);
        self.signals.phase.set(Phase::Knocking);
        self.inner.borrow_mut().handshake = Some(Handshake {
            secret: secret.to_owned(),
            nameplate: nameplate.to_owned(),
            claimed: None,
            hello: None,
            started: None,
            pair: None,
        });
        if self.inner.borrow().socket.as_ref().is_some_and(|s| s.is_open()) {
            return self.claim();
        }
        self.connect();
    }

    pub(crate) fn give_up(&self) {
        self.send(Kind::END, &Empty {});
        self.ready();
    }

    fn connect(self: &Rc<Self>) {
        let Some(location) = web_sys::window().map(|w| w.location()) else { return };
        let origin = location.origin().unwrap_or_default();
        let weak = Rc::downgrade(self);
        let socket = Socket::open(&format!("{}/api/v1/agent", origin.replacen("http", "ws", 1)), move |event| {
            if let Some(this) = weak.upgrade() {
                this.on_socket(event);
            }
        });
        self.inner.borrow_mut().socket = socket.map(Rc::new);
    }

    fn on_socket(self: &Rc<Self>, event: SocketEvent) {
        match event {
            SocketEvent::Open => {
                self.signals.line.set(true);
                self.inner.borrow_mut().socket_heard = now();
                let ticket = self.inner.borrow().ticket.clone();
                if !ticket.is_empty() {
                    return self.send(Kind::RESUME, &Resume { ticket, tab: TabId(0), received: List(vec![]) });
                }
                let this = self.clone();
                spawn_local(async move {
                    match api::ticket().await {
                        Ok(ticket) => this.send(Kind::HELLO, &Hello { ticket }),
                        Err(api::Failed::Status(401)) => this.signals.phase.set(Phase::SignedOut),
                        Err(_) => this.signals.error.set(Some("sign-in-unreachable")),
                    }
                });
            }
            SocketEvent::Frame(frame) => {
                self.inner.borrow_mut().socket_heard = now();
                let mut counts = self.counts.get();
                counts.frames += 1;
                counts.bytes += frame.len() as u64;
                self.counts.set(counts);
                if let Ok((envelope, payload)) = Envelope::decode(&frame) {
                    self.on_frame(envelope, payload);
                }
            }
            SocketEvent::Closed(code) => self.on_closed(code),
        }
    }

    fn on_closed(self: &Rc<Self>, code: u16) {
        {
            let mut inner = self.inner.borrow_mut();
            inner.socket = None;
            inner.out.clear();
        }
        self.signals.line.set(false);
        let phase = self.phase();
        if matches!(phase, Phase::Ended(_) | Phase::SignedOut | Phase::Ready | Phase::Refused | Phase::Loading) {
            return;
        }
        if matches!(phase, Phase::Knocking | Phase::Waiting) {
            self.signals.error.set(Some("sign-in-unreachable"));
            return self.ready();
        }
        match CloseCode::from_number(code) {
            Some(CloseCode::Ended | CloseCode::TicketRefused | CloseCode::NotAllowed | CloseCode::BadFrame | CloseCode::Replaced | CloseCode::OriginRefused) => {
                self.over(Some(EndReason::Away));
                return;
            }
            Some(_) | None => {}
        }
        self.stale();
        let this = self.clone();
        let mut inner = self.inner.borrow_mut();
        inner.retry = (inner.retry * 2).clamp(250, 3_000);
        let wait = inner.retry;
        inner.later = Some(Timeout::new(wait, move || this.connect()));
    }

    fn send<T: Field>(&self, kind: Kind, message: &T) {
        if let Some(socket) = &self.inner.borrow().socket {
            socket.send(&session::frame(kind, message));
        }
    }

    // ---- frames

    fn on_frame(self: &Rc<Self>, envelope: Envelope, payload: &[u8]) {
        match envelope.kind {
            Kind::WELCOME => with(payload, |_: Welcome| self.claim()),
            Kind::CLAIMED => with(payload, |m: Claimed| self.claimed(m)),
            Kind::NOT_VALID => {
                self.signals.error.set(Some("not-valid"));
                self.inner.borrow_mut().handshake = None;
                self.signals.phase.set(Phase::Ready);
            }
            Kind::REFUSED => {
                self.inner.borrow_mut().handshake = None;
                self.signals.phase.set(Phase::Refused);
            }
            Kind::PAKE_B => with(payload, |m: CustomerHello| self.pake(m)),
            Kind::CONFIRM_B => with(payload, |m: Confirm| self.confirmed(&m)),
            Kind::ADMITTED => with(payload, |m: Admitted| {
                let mut inner = self.inner.borrow_mut();
                inner.ticket = m.ticket;
                inner.wrap_key = m.wrap_key;
                drop(inner);
                self.keep();
            }),
            Kind::RESUMED => with(payload, |m: Resumed| self.resumed(m)),
            Kind::PRESENCE => with(payload, |m: Presence| self.presence(&m)),
            Kind::ENDED => with(payload, |m: Ended| self.over(EndReason::from_number(m.reason))),
            Kind::KEY => self.key_frame(envelope, payload),
            kind if kind.is_sealed() => self.sealed(envelope, payload),
            _ => {}
        }
    }

    fn claim(&self) {
        let nameplate = self.inner.borrow().handshake.as_ref().map(|h| h.nameplate.clone());
        if let Some(nameplate) = nameplate {
            self.send(Kind::CLAIM, &Claim { nameplate });
        }
    }

    fn claimed(&self, m: Claimed) {
        let Some(me) = self.signals.me.get_untracked() else { return };
        let (Ok(random), Ok(start)) = (link_wasm::random(), link_wasm::random::<2>()) else { return };
        let mut inner = self.inner.borrow_mut();
        inner.participant = m.participant;
        inner.session = Some(m.session);
        inner.instance = Instance(u32::from(u16::from_le_bytes(start)) + 1);
        let instance = inner.instance;
        let Some(h) = inner.handshake.as_mut() else { return };
        let mut hello = AgentHello { share: vec![], name: me.name, role: me.role, instance };
        let ad = bytes(&hello);
        let transcript = Transcript { tenant: &m.tenant, origin: &m.origin, nameplate: &h.nameplate, mode: 1, session: m.session, nonce: m.nonce, agent_hello: &[], customer_hello: &[] };
        let Ok((share, started)) = CPace::start(h.secret.as_bytes(), &transcript.channel(), &transcript.session(), &ad, random) else { return };
        hello.share = share;
        h.started = Some(started);
        h.hello = Some(hello.clone());
        h.claimed = Some(m);
        drop(inner);
        self.to_customer(Kind::PAKE_A, &hello);
    }

    fn to_customer<T: Field>(&self, kind: Kind, message: &T) {
        let inner = self.inner.borrow();
        let envelope = Envelope {
            kind,
            channel: Channel::Pair,
            flags: 0,
            sender: inner.participant,
            to: ParticipantId::CUSTOMER,
            tab: TabId(0),
            instance: inner.instance,
            epoch: Epoch(0),
            seq: 0,
        };
        if let Some(socket) = &inner.socket {
            socket.send(&envelope.frame(&bytes(message)));
        }
    }

    fn pake(&self, m: CustomerHello) {
        let proof = {
            let mut inner = self.inner.borrow_mut();
            let Some(h) = inner.handshake.as_mut() else { return };
            let (Some(started), Some(claimed), Some(hello)) = (h.started.take(), h.claimed.clone(), h.hello.clone()) else { return };
            // A relay that lies about the origin makes the two keys differ.
            let ad = bytes(&CustomerHello { share: vec![], ..m.clone() });
            let Ok(isk) = CPace::finish(started, &m.share, &ad) else { return };
            let hash = Transcript {
                tenant: &claimed.tenant,
                origin: &claimed.origin,
                nameplate: &h.nameplate,
                mode: 1,
                session: claimed.session,
                nonce: claimed.nonce,
                agent_hello: &bytes(&hello),
                customer_hello: &bytes(&m),
            }
            .hash();
            let pair = PairSecret::derive(&isk, &hash);
            let proof = pair.proof(Direction::AgentToCustomer, &hash);
            h.pair = Some((pair, hash));
            proof
        };
        self.to_customer(Kind::CONFIRM_A, &Confirm { mac: proof });
        // A wrong code is answered at once; what takes longer is a person reading.
        let phase = self.signals.phase;
        Timeout::new(400, move || {
            if phase.get_untracked() == Phase::Knocking {
                phase.set(Phase::Waiting);
            }
        })
        .forget();
    }

    fn confirmed(self: &Rc<Self>, m: &Confirm) {
        let pair = self.inner.borrow_mut().handshake.take().and_then(|h| h.pair);
        let Some((pair, _)) = pair.filter(|(pair, hash)| pair.proves(Direction::CustomerToAgent, hash, &m.mac)) else {
            self.signals.error.set(Some("not-valid"));
            return self.ready();
        };
        {
            let mut inner = self.inner.borrow_mut();
            inner.pair = Some(pair);
            inner.expects_keyframe = true;
            inner.heard = now();
            inner.offline = None;
        }
        self.signals.customer_online.set(true);
        self.signals.light.set(Light::CatchingUp);
        self.signals.phase.set(Phase::Live);
    }

    fn key_frame(self: &Rc<Self>, envelope: Envelope, payload: &[u8]) {
        let lane = {
            let mut inner = self.inner.borrow_mut();
            let (Some(session), Some(pair)) = (inner.session, inner.pair.clone()) else { return };
            if envelope.to != inner.participant || envelope.sender != ParticipantId::CUSTOMER {
                return;
            }
            // The customer begins this lane anew with each key: one frame, one instance, sequence zero.
            if envelope.seq == 0 {
                let key = pair.lane(Direction::CustomerToAgent, envelope.instance, Channel::Pair);
                let weak = Rc::downgrade(self);
                inner.pair_lane = Some(LaneIn::new(session, Channel::Pair, key, Rc::new(move |opened| {
                    if let (Some(this), Opened::Message(Kind::KEY, plain)) = (weak.upgrade(), opened) {
                        with(&plain, |key: Key| this.key(&key));
                    }
                })));
            }
            inner.pair_lane.clone()
        };
        if let Some(lane) = lane {
            lane.frame(envelope, payload);
        }
    }

    fn key(self: &Rc<Self>, key: &Key) {
        let waiting = {
            let mut inner = self.inner.borrow_mut();
            inner.epoch = key.epoch;
            inner.epoch_secret = Some(EpochSecret::from_bytes(key.secret));
            std::mem::take(&mut inner.waiting)
        };
        self.keep();
        for (envelope, payload) in waiting {
            self.sealed(envelope, &payload);
        }
    }

    fn sealed(self: &Rc<Self>, envelope: Envelope, payload: &[u8]) {
        let lane = {
            let mut inner = self.inner.borrow_mut();
            let (Some(session), true) = (inner.session, envelope.sender == ParticipantId::CUSTOMER) else { return };
            let Some(secret) = inner.epoch_secret.clone().filter(|_| inner.epoch == envelope.epoch) else {
                if inner.waiting.len() < MAX_WAITING {
                    inner.waiting.push((envelope, payload.to_vec()));
                }
                return;
            };
            let of = (envelope.tab, envelope.instance, envelope.epoch);
            if (of.1, of.2) < (inner.of.1, inner.of.2) {
                return;
            }
            if of != inner.of {
                inner.of = of;
                inner.lanes.clear();
                inner.expects_keyframe = true;
            }
            let key = secret.lane(session, envelope.tab, envelope.instance, envelope.epoch, envelope.channel);
            let weak = Rc::downgrade(self);
            let channel = envelope.channel;
            inner
                .lanes
                .entry(channel)
                .or_insert_with(|| {
                    LaneIn::new(session, channel, key, Rc::new(move |opened| {
                        let Some(this) = weak.upgrade() else { return };
                        match opened {
                            Opened::Message(kind, plain) => this.opened(kind, &plain),
                            Opened::Broken if channel == Channel::Page => this.need_keyframe(),
                            Opened::Broken => {}
                        }
                    }))
                })
                .clone()
        };
        lane.frame(envelope, payload);
    }

    fn opened(self: &Rc<Self>, kind: Kind, plain: &[u8]) {
        {
            let mut inner = self.inner.borrow_mut();
            inner.heard = now();
        }
        if matches!(self.phase(), Phase::Stale | Phase::Left) && self.inner.borrow().offline.is_none() {
            self.signals.phase.set(Phase::Live);
        }
        match kind {
            Kind::PAGE => self.page(plain),
            Kind::ASSET => {
                if let Ok(asset) = Asset::decode(plain) {
                    self.asset(asset);
                }
            }
            Kind::LIVE => {
                if let Ok(live) = Live::decode(plain) {
                    if let Live::At(at) | Live::Press(at) = &live {
                        self.stage.borrow_mut().hover_on(at.node);
                    }
                    self.customer.replace(Some(live));
                    self.signals.drawn.update(|n| *n += 1);
                }
            }
            Kind::CONTROL => {
                if let Ok(control) = Control::decode(plain) {
                    self.control(control);
                }
            }
            _ => {}
        }
    }

    fn page(self: &Rc<Self>, deflated: &[u8]) {
        // The first message of an instance, and whatever follows a request, is a keyframe; both begin a new stream.
        let keyframe = deflated.first() == Some(&1);
        let Some(body) = deflated.get(1..) else { return };
        if self.inner.borrow().expects_keyframe && !keyframe {
            return;
        }
        let start = now();
        let applied = self.stage.borrow_mut().message(body, keyframe);
        let took = now() - start;
        let mut counts = self.counts.get();
        counts.messages += 1;
        counts.apply_last = took;
        counts.apply_most = counts.apply_most.max(took);
        counts.apply_total += took;
        match applied {
            Ok(applied) => {
                if applied.keyframe {
                    self.inner.borrow_mut().expects_keyframe = false;
                    counts.keyframes += 1;
                    counts.keyframe_nodes = self.stage.borrow().tree().len();
                    if self.phase() != Phase::Paused {
                        self.signals.phase.set(Phase::Live);
                    }
                }
                match applied.same {
                    Some(true) => self.signals.light.set(Light::Same),
                    Some(false) => {
                        self.signals.light.set(Light::Differs);
                        self.need_keyframe();
                    }
                    None => {}
                }
                self.signals.drawn.update(|n| *n += 1);
            }
            Err(_) => {
                self.signals.light.set(Light::CatchingUp);
                self.need_keyframe();
            }
        }
        self.counts.set(counts);
    }

    fn need_keyframe(&self) {
        {
            let mut inner = self.inner.borrow_mut();
            inner.expects_keyframe = true;
            if now() - inner.asked < KEYFRAME_EVERY {
                return;
            }
            inner.asked = now();
            inner.lanes.remove(&Channel::Page);
        }
        self.control_out(&Control::NeedKeyframe(Nothing {}));
    }

    fn control(&self, control: Control) {
        match control {
            Control::Roster(roster) => self.signals.people.set(roster.people.0),
            Control::Paused(_) => self.signals.phase.set(Phase::Paused),
            Control::Unpaused(_) => self.signals.phase.set(Phase::Live),
            Control::Mark(mark) => {
                self.marks.borrow_mut().put(mark);
                self.signals.drawn.update(|n| *n += 1);
            }
            Control::Clear(clear) => {
                self.marks.borrow_mut().clear(&clear);
                self.signals.drawn.update(|n| *n += 1);
            }
            Control::Notice(notice) => self.signals.notice.set(Some(notice.rule)),
            Control::Visibility(v) => self.signals.customer_looks.set(v.visible),
            Control::Hello(_) => {
                if matches!(self.phase(), Phase::Paused) {
                    self.signals.phase.set(Phase::Live);
                }
                self.signals.notice.set(None);
            }
            // An agent's own words; nobody else may say them to an agent.
            Control::NeedKeyframe(_) | Control::Want(_) => {}
        }
    }

    fn asset(&self, asset: Asset) {
        match asset {
            Asset::Offer(offer) => {
                if !protocol::asset::acceptable(offer.len) || AssetType::from_number(offer.kind).is_none() {
                    return;
                }
                let known = self.inner.borrow().assets.get(&offer.hash).map(|(url, _)| url.clone());
                if let Some(url) = known {
                    self.show_asset(offer.res.0, &url);
                    return;
                }
                let mut inner = self.inner.borrow_mut();
                let waiting = inner.offers.entry(offer.hash).or_default();
                if !waiting.contains(&offer.res.0) {
                    waiting.push(offer.res.0);
                }
                let is_new = !inner.pieces.contains_key(&offer.hash);
                if is_new {
                    inner.pieces.insert(offer.hash, (Vec::new(), offer.len, offer.kind));
                    drop(inner);
                    self.control_out(&Control::Want(Want { hash: offer.hash }));
                }
            }
            Asset::Piece(piece) => {
                let mut inner = self.inner.borrow_mut();
                let Some((got, len, kind)) = inner.pieces.get_mut(&piece.hash) else { return };
                got.extend_from_slice(&piece.bytes);
                if got.len() < *len as usize {
                    return;
                }
                let (got, len, kind) = (std::mem::take(got), *len as usize, *kind);
                inner.pieces.remove(&piece.hash);
                // What it is said to be, and what it is, must agree.
                let fits = got.len() == len && AssetType::sniff(&got).map(AssetType::number) == Some(kind);
                let url = AssetType::from_number(kind).filter(|_| fits).and_then(|t| blob(&got, t.mime()));
                let waiting = inner.offers.remove(&piece.hash).unwrap_or_default();
                let Some(url) = url else { return };
                inner.assets.insert(piece.hash, (url.clone(), kind));
                drop(inner);
                for res in waiting {
                    self.show_asset(res, &url);
                }
            }
            Asset::Missing(_) => {}
        }
    }

    fn show_asset(&self, res: u32, url: &str) {
        let mut stage = self.stage.borrow_mut();
        stage.asset(res, url);
        stage.settle();
    }

    // ---- speaking

    fn lane(&self, channel: Channel) -> Option<LaneOut> {
        let mut inner = self.inner.borrow_mut();
        if let Some(lane) = inner.out.get(&channel) {
            return Some(lane.clone());
        }
        let (session, pair) = (inner.session?, inner.pair.clone()?);
        let socket = Rc::downgrade(inner.socket.as_ref()?);
        let seats = Seats { session, sender: inner.participant, to: ParticipantId::CUSTOMER, tab: TabId(0), instance: inner.instance, epoch: Epoch(0), channel };
        let key = pair.lane(Direction::AgentToCustomer, inner.instance, channel);
        let lane = LaneOut::new(seats, key, Rc::new(move |frame| {
            if let Some(socket) = socket.upgrade() {
                socket.send(frame);
            }
        }));
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

    /// The number of the next mark.
    pub(crate) fn next_mark(&self) -> u32 {
        let n = self.number.get();
        self.number.set(n + 1);
        n
    }

    pub(crate) fn me(&self) -> ParticipantId {
        self.inner.borrow().participant
    }

    pub(crate) fn mark(&self, mark: Mark) {
        self.marks.borrow_mut().put(mark.clone());
        self.signals.drawn.update(|n| *n += 1);
        self.control_out(&Control::Mark(mark));
    }

    pub(crate) fn clear_mine(&self) {
        let clear = Clear { by: self.me() };
        self.marks.borrow_mut().clear(&clear);
        self.signals.drawn.update(|n| *n += 1);
        self.control_out(&Control::Clear(clear));
    }

    pub(crate) fn end(&self) {
        self.send(Kind::END, &Empty {});
        self.over(Some(EndReason::Agent));
    }

    fn over(&self, reason: Option<EndReason>) {
        if matches!(self.phase(), Phase::Ended(_)) {
            return;
        }
        link_wasm::forget(KEPT);
        let timers = std::mem::take(&mut self.inner.borrow_mut().timers);
        let old = self.inner.replace(Inner { timers, ..Inner::default() });
        for (url, _) in old.assets.values() {
            let _ = web_sys::Url::revoke_object_url(url);
        }
        self.signals.phase.set(Phase::Ended(reason));
        // The socket may still have to carry the word "end".
        Timeout::new(200, move || drop(old)).forget();
    }

    // ---- coming back, growing old

    fn keep(&self) {
        let (ticket, key, kept) = {
            let inner = self.inner.borrow();
            let (Some(session), Some(pair), Some(secret)) = (inner.session, &inner.pair, &inner.epoch_secret) else { return };
            if inner.ticket.is_empty() {
                return;
            }
            let kept = KeptViewer { session, participant: inner.participant, instance: inner.instance, pair: *pair.as_bytes(), epoch: inner.epoch, secret: *secret.as_bytes() };
            (inner.ticket.clone(), inner.wrap_key, Kept::Viewer(kept))
        };
        spawn_local(async move {
            link_wasm::keep(KEPT, &ticket, key, &kept).await;
        });
    }

    fn resumed(self: &Rc<Self>, m: Resumed) {
        {
            let mut inner = self.inner.borrow_mut();
            inner.ticket = m.ticket;
            inner.wrap_key = m.wrap_key;
            inner.retry = 0;
            inner.out.clear();
            // Whether the customer is there is said next, by presence.
            inner.offline = Some(inner.offline.unwrap_or_else(now));
        }
        if self.inner.borrow().pair.is_some() {
            return self.back();
        }
        let this = self.clone();
        spawn_local(async move {
            let key = this.inner.borrow().wrap_key;
            match link_wasm::recall(KEPT, key).await {
                Ok(Kept::Viewer(kept)) => {
                    {
                        let mut inner = this.inner.borrow_mut();
                        inner.session = Some(kept.session);
                        inner.participant = kept.participant;
                        inner.instance = kept.instance;
                        inner.pair = Some(PairSecret::from_bytes(kept.pair));
                        inner.epoch = kept.epoch;
                        inner.epoch_secret = Some(EpochSecret::from_bytes(kept.secret));
                        inner.expects_keyframe = true;
                    }
                    this.back();
                }
                Ok(Kept::Customer(_)) | Err(_) => this.over(Some(EndReason::Away)),
            }
        });
    }

    fn back(&self) {
        {
            let mut inner = self.inner.borrow_mut();
            inner.instance = Instance(inner.instance.0 + 1);
            inner.asked = 0.0;
        }
        self.keep();
        self.need_keyframe();
    }

    fn presence(&self, m: &Presence) {
        if m.participant != ParticipantId::CUSTOMER {
            return;
        }
        self.signals.customer_online.set(m.online);
        let mut inner = self.inner.borrow_mut();
        if m.online {
            inner.offline = None;
            inner.heard = now();
        } else {
            inner.offline = Some(now());
        }
    }

    fn stale(&self) {
        if matches!(self.phase(), Phase::Live | Phase::Paused) {
            self.signals.phase.set(Phase::Stale);
        }
    }

    fn beat(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        let look = Interval::new(500, move || {
            let Some(this) = weak.upgrade() else { return };
            this.look();
        });
        let weak = Rc::downgrade(self);
        let ping = Interval::new(PING_EVERY, move || {
            let Some(this) = weak.upgrade() else { return };
            this.send(Kind::PING, &Empty {});
            let dead = {
                let inner = this.inner.borrow();
                inner.socket.as_ref().is_some_and(|s| s.is_open()) && now() - inner.socket_heard > f64::from(PING_EVERY) * 2.0
            };
            if dead && this.phase().has_picture() {
                this.on_closed(1006);
            }
        });
        self.inner.borrow_mut().timers = vec![look, ping];
    }

    /// How old is the picture?
    fn look(&self) {
        let phase = self.phase();
        if !phase.has_picture() {
            return;
        }
        let (silent, offline) = {
            let inner = self.inner.borrow();
            (now() - inner.heard, inner.offline.map(|since| now() - since))
        };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of a session")]
        self.signals.age.set((silent / 1000.0) as u32);
        let looks = self.signals.customer_looks.get_untracked();
        let gone = offline.is_some_and(|o| o > LEFT_AFTER) && self.signals.line.get_untracked();
        let old = if looks { STALE_AFTER } else { LEFT_AFTER * 3.0 };
        let stale = offline.is_some_and(|o| o > STALE_AFTER) || silent > old;
        match phase {
            Phase::Live | Phase::Paused | Phase::Stale if gone => self.signals.phase.set(Phase::Left),
            Phase::Live | Phase::Paused if stale => self.signals.phase.set(Phase::Stale),
            _ => {}
        }
        if matches!(self.signals.light.get_untracked(), Light::CatchingUp | Light::Differs) && phase == Phase::Live && self.inner.borrow().expects_keyframe {
            self.need_keyframe();
        }
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
        set("same", self.same().into());
        set("state", self.phase().name().into());
        out.into()
    }
}

fn blob(bytes: &[u8], mime: &str) -> Option<String> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(mime);
    let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    web_sys::Url::create_object_url_with_blob(&blob).ok()
}

fn bytes<T: Field>(message: &T) -> Vec<u8> {
    let mut w = Writer::new();
    message.put(&mut w);
    w.into_bytes()
}

fn with<T: Field>(payload: &[u8], f: impl FnOnce(T)) {
    if let Ok(message) = session::parse(payload) {
        f(message);
    }
}
