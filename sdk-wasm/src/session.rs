//! The customer's side of a session: who is let in, what is sealed for whom, what happens when the line breaks.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use engine::marks::Marks;
use engine::secrecy::{CPace, Direction, EpochSecret, Pake, PairSecret, Transcript};
use gloo::events::EventListener;
use gloo::timers::callback::{Interval, Timeout};
use link_wasm::{LaneIn, LaneOut, Opened, Seats, Socket, SocketEvent};
use policies::Policy;
use protocol::asset::Asset;
use protocol::control::{Control, Mark, Nothing, Notice, Person, Roster, Visibility};
use protocol::field::{Field, List};
use protocol::kept::{Kept, KeptAgent, KeptCustomer};
use protocol::live::Live;
use protocol::pair::{AgentHello, Confirm, CustomerHello, Key};
use protocol::session::{self, Admit, Empty, Ended, Joining, Open, Opened as SessionOpened, Presence, Refuse, Renewed, Resume, Resumed};
use protocol::{Channel, CloseCode, Envelope, Epoch, Generation, Instance, Kind, ParticipantId, SessionId, TabId, Writer, limits};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::PageTransitionEvent;

use crate::assets::{Assets, Way};
use crate::env::{Host, NoSettings, Settings, own_consent, settings, warn};
use crate::page::Page;
use crate::ui::{Ui, View};

/// What the page is told of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Idle,
    Pending,
    Authorizing,
    Active,
    Paused,
    Ended,
}

impl State {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Pending => "pending",
            Self::Authorizing => "authorizing",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }
}

/// Milliseconds between pings; two unanswered ones are a broken line.
const PING_EVERY: u32 = 2_000;
/// Longest wait between two tries to reconnect, in milliseconds.
const RETRY_MOST: u32 = 3_000;

struct Candidate {
    name: String,
    role: String,
    hello: Option<(PairSecret, [u8; 32], Instance)>,
}

struct Agent {
    name: String,
    role: String,
    pair: PairSecret,
    instance: Instance,
    lanes: HashMap<Channel, LaneIn>,
    online: bool,
}

/// What goes out to everybody.
struct Broadcast {
    page: LaneOut,
    asset: LaneOut,
    control: LaneOut,
    live: LaneOut,
}

struct Inner {
    state: State,
    settings: Rc<Settings>,
    policy: Policy,
    socket: Option<Rc<Socket>>,
    session: Option<SessionId>,
    nonce: [u8; 16],
    nameplate: String,
    secret: String,
    tries: u8,
    until: f64,
    ticket: String,
    wrap_key: [u8; 32],
    tab: TabId,
    instance: Instance,
    epoch: Epoch,
    epoch_secret: EpochSecret,
    asset_key: [u8; 32],
    candidates: HashMap<ParticipantId, Candidate>,
    agents: HashMap<ParticipantId, Agent>,
    broadcast: Option<Broadcast>,
    page: Option<Rc<Page>>,
    assets: Option<Rc<Assets>>,
    marks: Marks,
    paused: bool,
    heard: f64,
    retry: u32,
    timers: Vec<Interval>,
    later: Option<Timeout>,
    started: Option<(js_sys::Function, js_sys::Function)>,
    wire_bytes: u64,
}

/// The session of this tab.
pub(crate) struct Session {
    host: Host,
    pub(crate) ui: Ui,
    inner: RefCell<Inner>,
    _listeners: Option<[EventListener; 2]>,
}

fn empty(settings: Rc<Settings>) -> Inner {
    Inner {
        state: State::Idle,
        settings,
        policy: Policy::mask_all(),
        socket: None,
        session: None,
        nonce: [0; 16],
        nameplate: String::new(),
        secret: String::new(),
        tries: 0,
        until: 0.0,
        ticket: String::new(),
        wrap_key: [0; 32],
        tab: TabId(1),
        instance: Instance(1),
        epoch: Epoch(1),
        epoch_secret: EpochSecret::from_bytes([0; 32]),
        asset_key: [0; 32],
        candidates: HashMap::new(),
        agents: HashMap::new(),
        broadcast: None,
        page: None,
        assets: None,
        marks: Marks::default(),
        paused: false,
        heard: 0.0,
        retry: 0,
        timers: Vec::new(),
        later: None,
        started: None,
        wire_bytes: 0,
    }
}

impl Session {
    pub(crate) fn new(host: Host) -> Rc<Self> {
        let ui = Ui::new(&host);
        Rc::new_cyclic(|weak: &std::rc::Weak<Self>| {
            let (hides, shows) = (weak.clone(), weak.clone());
            let listeners = web_sys::window().map(|window| {
                [
                    EventListener::new(&window, "pagehide", move |_| {
                        if let Some(this) = hides.upgrade() {
                            this.asleep();
                        }
                    }),
                    EventListener::new(&window, "pageshow", move |e| {
                        let kept = e.dyn_ref::<PageTransitionEvent>().is_some_and(PageTransitionEvent::persisted);
                        if let Some(this) = shows.upgrade().filter(|_| kept) {
                            this.awake();
                        }
                    }),
                ]
            });
            Self { host, ui, inner: RefCell::new(empty(Rc::default())), _listeners: listeners }
        })
    }

    /// The page goes away, perhaps only into the browser's back-forward cache. An open socket would keep it out of
    /// there, and its late closing would speak for a run that another page has taken over.
    fn asleep(&self) {
        let mut inner = self.inner.borrow_mut();
        inner.socket = None;
        inner.broadcast = None;
        inner.later = None;
    }

    /// Back from the cache: a new run, from what the tab keeps now.
    fn awake(self: &Rc<Self>) {
        let (settings, state) = { let inner = self.inner.borrow(); (inner.settings.clone(), inner.state) };
        if matches!(state, State::Idle | State::Ended) {
            return;
        }
        self.ui.overlay.clear();
        self.ui.overlay.unwatch();
        let old = self.inner.replace(Inner { state, ..empty(settings) });
        drop(old);
        match link_wasm::ticket(&self.host.kept()) {
            Some(_) => self.revive(),
            None => self.over("ended-away"),
        }
    }

    pub(crate) fn state(&self) -> State {
        self.inner.borrow().state
    }

    pub(crate) fn pin(&self) -> String {
        let inner = self.inner.borrow();
        format!("{}{}", inner.nameplate, inner.secret)
    }

    fn set_state(&self, state: State) {
        let changed = std::mem::replace(&mut self.inner.borrow_mut().state, state) != state;
        if changed {
            self.host.emit("state", &state.name().into());
        }
    }

    // ---- beginning

    pub(crate) fn settings(&self) -> Rc<Settings> {
        self.inner.borrow().settings.clone()
    }

    /// Begins; the first function is called with `{pin}`, the second with a reason.
    pub(crate) fn start(self: &Rc<Self>, tell: Option<(js_sys::Function, js_sys::Function)>) {
        match self.state() {
            State::Idle | State::Ended => {}
            State::Pending | State::Authorizing | State::Active | State::Paused => {
                if let Some((done, _)) = tell {
                    let _ = done.call1(&JsValue::NULL, &self.answer_of_start());
                }
                return;
            }
        }
        self.inner.replace(empty(Rc::default()));
        self.inner.borrow_mut().started = tell;
        self.set_state(State::Pending);
        self.show(View::Loading);
        let this = self.clone();
        spawn_local(async move {
            match settings(&this.host).await {
                Ok(settings) if settings.allowed => {
                    this.ready(settings);
                    this.connect();
                }
                Ok(settings) => {
                    this.inner.borrow_mut().settings = Rc::new(settings);
                    warn("this page's origin is not on the company's list of allowed origins; add it in the company's settings.");
                    this.fail("origin", "problem-origin");
                }
                Err(NoSettings::UnknownTenant) => {
                    warn(&format!("the relay knows no company \"{}\"; check data-tenant in the script tag.", this.host.tenant()));
                    this.fail("tenant", "problem-origin");
                }
                Err(NoSettings::Unreachable) => {
                    warn(&format!("the relay at {} does not answer.", this.host.base()));
                    this.fail("unreachable", "problem-unreachable");
                }
            }
        });
    }

    fn ready(&self, settings: Settings) {
        let mut inner = self.inner.borrow_mut();
        if let Some(problem) = &settings.policy_problem {
            warn(&format!("the company's masking policy is not usable ({problem}); everything is masked."));
        }
        inner.policy = settings.policy.clone().unwrap_or_else(Policy::mask_all);
        inner.settings = Rc::new(settings);
    }

    fn fail(&self, reason: &str, text: &'static str) {
        let started = self.inner.borrow_mut().started.take();
        if let Some((_, failed)) = started {
            let _ = failed.call1(&JsValue::NULL, &reason.into());
        }
        self.set_state(State::Ended);
        self.show(View::Problem(text));
    }

    /// Continues a session that this tab kept over a reload. `false` when there is none any more.
    pub(crate) fn revive(self: &Rc<Self>) {
        let Some(ticket) = link_wasm::ticket(&self.host.kept()) else { return };
        self.inner.borrow_mut().ticket = ticket;
        let this = self.clone();
        spawn_local(async move {
            loop {
                match settings(&this.host).await {
                    Ok(settings) => break this.ready(settings),
                    Err(NoSettings::UnknownTenant) => return link_wasm::forget(&this.host.kept()),
                    Err(NoSettings::Unreachable) => gloo::timers::future::TimeoutFuture::new(1_000).await,
                }
            }
            this.connect();
        });
    }

    fn connect(self: &Rc<Self>) {
        let url = format!("{}/api/v1/customer", self.host.base().replacen("http", "ws", 1));
        let weak = Rc::downgrade(self);
        let socket = Socket::open(&url, move |event| {
            if let Some(this) = weak.upgrade() {
                this.on_socket(event);
            }
        });
        match socket {
            Some(socket) => self.inner.borrow_mut().socket = Some(Rc::new(socket)),
            None => self.fail("unreachable", "problem-unreachable"),
        }
    }

    fn on_socket(self: &Rc<Self>, event: SocketEvent) {
        match event {
            SocketEvent::Open => self.on_open(),
            SocketEvent::Frame(frame) => {
                self.inner.borrow_mut().heard = crate::page::now();
                if let Ok((envelope, payload)) = Envelope::decode(&frame) {
                    self.on_frame(envelope, payload);
                }
            }
            SocketEvent::Closed(code) => self.on_closed(code),
        }
    }

    fn on_open(&self) {
        let mut inner = self.inner.borrow_mut();
        inner.heard = crate::page::now();
        let frame = if inner.ticket.is_empty() {
            let (Ok(nonce), Ok(epoch), Ok(asset)) = (link_wasm::random(), link_wasm::random(), link_wasm::random()) else { return };
            inner.nonce = nonce;
            inner.epoch_secret = EpochSecret::from_bytes(epoch);
            inner.asset_key = asset;
            let origin = web_sys::window().and_then(|w| w.location().origin().ok()).unwrap_or_default();
            session::frame(Kind::OPEN, &Open { tenant: self.host.tenant(), origin, nonce, tab: inner.tab })
        } else {
            session::frame(Kind::RESUME, &Resume { ticket: inner.ticket.clone(), tab: inner.tab, received: List(vec![]) })
        };
        if let Some(socket) = &inner.socket {
            socket.send(&frame);
        }
    }

    fn on_closed(self: &Rc<Self>, code: u16) {
        let state = self.state();
        {
            let mut inner = self.inner.borrow_mut();
            inner.socket = None;
            inner.broadcast = None;
            if let Some(page) = &inner.page {
                page.hold();
            }
        }
        if matches!(state, State::Ended) {
            return;
        }
        match CloseCode::from_number(code) {
            Some(CloseCode::OriginRefused) => return self.fail("origin", "problem-origin"),
            Some(CloseCode::UnknownTenant) => return self.fail("tenant", "problem-origin"),
            Some(CloseCode::Full) => return self.fail("full", "problem-unreachable"),
            Some(CloseCode::TicketRefused | CloseCode::Ended) => return self.over("ended-away"),
            Some(CloseCode::Version | CloseCode::BadFrame | CloseCode::NotAllowed) => {
                return self.fail("version", "problem-unreachable");
            }
            Some(CloseCode::Replaced) => return self.over("ended-elsewhere"),
            Some(CloseCode::Restarting | CloseCode::TooSlow | CloseCode::Idle) | None => {}
        }
        if self.inner.borrow().ticket.is_empty() {
            return self.fail("unreachable", "problem-unreachable");
        }
        let this = self.clone();
        let mut inner = self.inner.borrow_mut();
        inner.retry = (inner.retry * 2).clamp(250, RETRY_MOST);
        let wait = inner.retry;
        inner.later = Some(Timeout::new(wait, move || this.connect()));
        drop(inner);
        self.show_bar();
    }

    // ---- frames

    fn on_frame(self: &Rc<Self>, envelope: Envelope, payload: &[u8]) {
        match envelope.kind {
            Kind::OPENED => with(payload, |m: SessionOpened| self.opened(m)),
            Kind::RENEWED => with(payload, |m: Renewed| self.renewed(m)),
            Kind::JOINING => with(payload, |m: Joining| self.joining(m)),
            Kind::RESUMED => with(payload, |m: Resumed| self.resumed(m)),
            Kind::PRESENCE => with(payload, |m: Presence| self.presence(m)),
            Kind::ENDED => with(payload, |m: Ended| {
                let text = match session::EndReason::from_number(m.reason) {
                    Some(session::EndReason::Agent) => "ended-agent",
                    Some(session::EndReason::Customer) => "ended-customer",
                    Some(session::EndReason::Away | session::EndReason::Limit) | None => "ended-away",
                };
                self.over(text);
            }),
            Kind::PAKE_A => with(payload, |m: AgentHello| self.pake(envelope.sender, m)),
            Kind::CONFIRM_A => with(payload, |m: Confirm| self.confirm(envelope.sender, m)),
            Kind::CONTROL | Kind::LIVE => self.from_agent(envelope, payload),
            _ => {}
        }
    }

    fn send<T: Field>(&self, kind: Kind, message: &T) {
        if let Some(socket) = &self.inner.borrow().socket {
            socket.send(&session::frame(kind, message));
        }
    }

    fn opened(self: &Rc<Self>, m: SessionOpened) {
        let Ok(secret) = link_wasm::random_digits(limits::PIN_SECRET_DIGITS) else { return };
        {
            let mut inner = self.inner.borrow_mut();
            inner.session = Some(m.session);
            inner.nameplate = m.nameplate;
            inner.ticket = m.ticket;
            inner.wrap_key = m.wrap_key;
            inner.secret = secret;
            inner.tries = 0;
            inner.until = crate::page::now() + f64::from(m.seconds) * 1000.0;
        }
        self.begin_pings();
        self.show_code();
        let started = self.inner.borrow_mut().started.take();
        if let Some((done, _)) = started {
            let _ = done.call1(&JsValue::NULL, &self.answer_of_start());
        }
    }

    fn answer_of_start(&self) -> JsValue {
        let answer = js_sys::Object::new();
        let _ = js_sys::Reflect::set(&answer, &"pin".into(), &self.pin().into());
        answer.into()
    }

    /// A new code; the old one is worth nothing from now on.
    pub(crate) fn renew(&self) {
        {
            let mut inner = self.inner.borrow_mut();
            inner.secret.clear();
            inner.candidates.clear();
        }
        self.send(Kind::RENEW, &Empty {});
        self.set_state(State::Pending);
        self.show(View::Loading);
    }

    fn renewed(self: &Rc<Self>, m: Renewed) {
        let Ok(secret) = link_wasm::random_digits(limits::PIN_SECRET_DIGITS) else { return };
        {
            let mut inner = self.inner.borrow_mut();
            inner.nameplate = m.nameplate;
            inner.secret = secret;
            inner.tries = 0;
            inner.until = crate::page::now() + f64::from(m.seconds) * 1000.0;
        }
        self.show_code();
        self.host.emit("pin", &self.pin().into());
    }

    fn joining(&self, m: Joining) {
        let mut inner = self.inner.borrow_mut();
        // The try counts before anything is answered.
        if inner.secret.is_empty() || inner.tries >= limits::PIN_TRIES || crate::page::now() > inner.until {
            drop(inner);
            return self.send(Kind::REFUSE, &Refuse { participant: m.participant, by_person: false });
        }
        inner.tries += 1;
        inner.candidates.insert(m.participant, Candidate { name: m.name, role: m.role, hello: None });
    }

    fn pake(&self, from: ParticipantId, m: AgentHello) {
        let Ok(random) = link_wasm::random() else { return };
        let mut inner = self.inner.borrow_mut();
        let Some(session) = inner.session else { return };
        let origin = web_sys::window().and_then(|w| w.location().origin().ok()).unwrap_or_default();
        let (nameplate, secret, nonce) = (inner.nameplate.clone(), inner.secret.clone(), inner.nonce);
        let policy_hash = inner.settings.hash();
        let Some(candidate) = inner.candidates.get_mut(&from) else { return };
        // The person is asked about the name in the hello, so it must be the relay's record too.
        if candidate.hello.is_some() || candidate.name != m.name || candidate.role != m.role {
            inner.candidates.remove(&from);
            drop(inner);
            return self.send(Kind::REFUSE, &Refuse { participant: from, by_person: false });
        }
        let mut hello = CustomerHello { share: vec![], origin: origin.clone(), policy_hash, recording: None, mode: 1 };
        let tenant = self.host.tenant();
        let (ad_a, ad_b) = (associated(&AgentHello { share: vec![], ..m.clone() }), associated(&hello));
        let transcript = Transcript {
            tenant: &tenant,
            origin: &origin,
            nameplate: &nameplate,
            mode: 1,
            session,
            nonce,
            agent_hello: &associated(&m),
            customer_hello: &[],
        };
        let answer = CPace::respond(&m.share, secret.as_bytes(), &transcript.channel(), &transcript.session(), (&ad_a, &ad_b), random);
        let Ok((share, isk)) = answer else {
            inner.candidates.remove(&from);
            drop(inner);
            return self.send(Kind::REFUSE, &Refuse { participant: from, by_person: false });
        };
        hello.share = share;
        let hash = Transcript { customer_hello: &associated(&hello), ..transcript }.hash();
        candidate.hello = Some((PairSecret::derive(&isk, &hash), hash, m.instance));
        drop(inner);
        self.to_agent(Kind::PAKE_B, from, &hello);
    }

    /// A clear handshake frame to one agent.
    fn to_agent<T: Field>(&self, kind: Kind, to: ParticipantId, message: &T) {
        let inner = self.inner.borrow();
        let envelope = Envelope {
            kind,
            channel: Channel::Pair,
            flags: 0,
            sender: ParticipantId::CUSTOMER,
            to,
            tab: inner.tab,
            instance: inner.instance,
            epoch: Epoch(0),
            seq: 0,
        };
        if let Some(socket) = &inner.socket {
            socket.send(&envelope.frame(&associated(message)));
        }
    }

    fn confirm(self: &Rc<Self>, from: ParticipantId, m: Confirm) {
        let proved = {
            let inner = self.inner.borrow();
            let hello = inner.candidates.get(&from).and_then(|c| c.hello.as_ref());
            hello.is_some_and(|(pair, hash, _)| pair.proves(Direction::AgentToCustomer, hash, &m.mac))
        };
        if !proved {
            let burned = {
                let mut inner = self.inner.borrow_mut();
                inner.candidates.remove(&from);
                inner.tries >= limits::PIN_TRIES
            };
            self.send(Kind::REFUSE, &Refuse { participant: from, by_person: false });
            if burned {
                self.renew();
            }
            return;
        }
        // Proved: the code is used up, whatever the person says.
        let (name, role, settings) = {
            let mut inner = self.inner.borrow_mut();
            inner.secret.clear();
            let Some(c) = inner.candidates.get(&from) else { return };
            (c.name.clone(), c.role.clone(), inner.settings.clone())
        };
        self.set_state(State::Authorizing);
        let this = self.clone();
        spawn_local(async move {
            if let Some(answer) = own_consent(&this.host, &settings, "confirmSession", &name, &role).await {
                return this.answer(from, answer);
            }
            this.show(View::Consent { participant: from.0, agent: name, role });
        });
    }

    /// The person's answer.
    pub(crate) fn answer(self: &Rc<Self>, from: ParticipantId, allow: bool) {
        let candidate = self.inner.borrow_mut().candidates.remove(&from);
        let Some(Candidate { name, role, hello: Some((pair, hash, instance)) }) = candidate else { return };
        if !allow {
            self.send(Kind::REFUSE, &Refuse { participant: from, by_person: true });
            if self.inner.borrow().agents.is_empty() {
                self.renew();
            }
            return;
        }
        let mac = pair.proof(Direction::CustomerToAgent, &hash);
        self.to_agent(Kind::CONFIRM_B, from, &Confirm { mac });
        self.send(Kind::ADMIT, &Admit { participant: from });
        let agent = Agent { name, role, pair, instance, lanes: HashMap::new(), online: true };
        self.inner.borrow_mut().agents.insert(from, agent);
        self.send_key(from);
        self.go_live();
        self.keep();
    }

    fn send_key(&self, to: ParticipantId) {
        let inner = self.inner.borrow();
        let (Some(agent), Some(session)) = (inner.agents.get(&to), inner.session) else { return };
        let seats = Seats { session, sender: ParticipantId::CUSTOMER, to, tab: inner.tab, instance: inner.instance, epoch: Epoch(0), channel: Channel::Pair };
        let lane = agent.pair.lane(Direction::CustomerToAgent, inner.instance, Channel::Pair);
        let out = LaneOut::new(seats, lane, self.way(&inner));
        let key = Key { epoch: inner.epoch, secret: *inner.epoch_secret.as_bytes() };
        let _ = out.send(Kind::KEY, &associated(&key));
    }

    fn way(&self, inner: &Inner) -> Rc<dyn Fn(&[u8])> {
        let socket = inner.socket.as_ref().map(Rc::downgrade);
        Rc::new(move |frame| {
            if let Some(socket) = socket.as_ref().and_then(std::rc::Weak::upgrade) {
                socket.send(frame);
            }
        })
    }

    // ---- live

    /// Opens the lanes of what is broadcast, watches the page if that was not done yet, and sends a keyframe.
    fn go_live(self: &Rc<Self>) {
        {
            let mut inner = self.inner.borrow_mut();
            let Some(session) = inner.session else { return };
            if inner.broadcast.is_none() {
                let lane = |channel| {
                    let seats = Seats { session, sender: ParticipantId::CUSTOMER, to: ParticipantId(0), tab: inner.tab, instance: inner.instance, epoch: inner.epoch, channel };
                    let key = inner.epoch_secret.lane(session, inner.tab, inner.instance, inner.epoch, channel);
                    LaneOut::new(seats, key, self.way(&inner))
                };
                let broadcast = Broadcast { page: lane(Channel::Page), asset: lane(Channel::Asset), control: lane(Channel::Control), live: lane(Channel::Live) };
                inner.broadcast = Some(broadcast);
            }
            if inner.assets.is_none() {
                let way: Rc<dyn Way> = Rc::new(AssetWay(Rc::downgrade(self)));
                inner.assets = Some(Assets::new(inner.asset_key, way));
            }
            if inner.page.is_none()
                && let Some(assets) = inner.assets.clone()
            {
                let weak = Rc::downgrade(self);
                let sink = Rc::new(move |mut message: Vec<u8>, keyframe| {
                    if let Some(this) = weak.upgrade() {
                        // Whether a new stream begins must be known before inflating.
                        message.insert(0, u8::from(keyframe));
                        this.send_page(&message);
                    }
                });
                let generation = Generation(inner.instance.0);
                inner.page = Some(Page::new(&self.host, &inner.policy, generation, assets, sink));
            }
        }
        let paused = self.inner.borrow().paused;
        self.control(&Control::Hello(Nothing {}));
        self.roster();
        self.notices();
        self.set_state(if paused { State::Paused } else { State::Active });
        if paused {
            self.control(&Control::Paused(Nothing {}));
        } else if let Some(page) = self.page() {
            page.keyframe();
        }
        self.ui.overlay.watch(self);
        self.show_bar();
    }

    pub(crate) fn page(&self) -> Option<Rc<Page>> {
        self.inner.borrow().page.clone()
    }

    fn notices(&self) {
        let (problem, refused) = {
            let inner = self.inner.borrow();
            (inner.settings.policy.is_none(), inner.page.as_ref().map(|p| p.refused.clone()).unwrap_or_default())
        };
        if problem {
            self.control(&Control::Notice(Notice { kind: 1, rule: String::new() }));
        } else if !refused.is_empty() {
            warn(&format!("the browser refuses the selector \"{refused}\" of the masking policy; everything is masked."));
            let rule = self.inner.borrow().policy.rules.iter().find(|r| r.selectors.contains(&refused)).map(|r| r.name.clone());
            self.control(&Control::Notice(Notice { kind: 2, rule: rule.unwrap_or_default() }));
        }
    }

    pub(crate) fn everything_masked(&self) -> bool {
        let inner = self.inner.borrow();
        inner.settings.policy.is_none() || inner.page.as_ref().is_some_and(|p| !p.refused.is_empty())
    }

    fn send_page(&self, message: &[u8]) {
        let mut inner = self.inner.borrow_mut();
        inner.wire_bytes += message.len() as u64;
        if let Some(b) = &inner.broadcast {
            let _ = b.page.send(Kind::PAGE, message);
        }
    }

    fn control(&self, message: &Control) {
        if let Some(b) = &self.inner.borrow().broadcast {
            let _ = b.control.send(Kind::CONTROL, &message.encode());
        }
    }

    /// The customer's pointer.
    pub(crate) fn live(&self, message: &Live) {
        if let Some(b) = self.inner.borrow().broadcast.as_ref().filter(|b| b.live.waiting() < 3) {
            let _ = b.live.send(Kind::LIVE, &message.encode());
        }
    }

    pub(crate) fn visibility(&self, visible: bool) {
        self.control(&Control::Visibility(Visibility { visible }));
    }

    fn roster(&self) {
        let people = {
            let inner = self.inner.borrow();
            let mut people: Vec<Person> = inner
                .agents
                .iter()
                .map(|(id, a)| Person { id: *id, name: a.name.clone(), role: a.role.clone(), colour: colour(*id) })
                .collect();
            people.sort_by_key(|p| p.id);
            people
        };
        self.control(&Control::Roster(Roster { people: List(people) }));
    }

    fn from_agent(self: &Rc<Self>, envelope: Envelope, payload: &[u8]) {
        let lane = {
            let mut inner = self.inner.borrow_mut();
            let Some(session) = inner.session else { return };
            let Some(agent) = inner.agents.get_mut(&envelope.sender) else { return };
            if envelope.instance < agent.instance {
                return;
            }
            if envelope.instance > agent.instance {
                // A newer run of the same agent; the older one has nothing more to say.
                agent.instance = envelope.instance;
                agent.lanes.clear();
            }
            let key = agent.pair.lane(Direction::AgentToCustomer, envelope.instance, envelope.channel);
            let weak = Rc::downgrade(self);
            let sender = envelope.sender;
            agent
                .lanes
                .entry(envelope.channel)
                .or_insert_with(|| {
                    LaneIn::new(session, envelope.channel, key, Rc::new(move |opened| {
                        if let (Some(this), Opened::Message(kind, bytes)) = (weak.upgrade(), opened) {
                            this.agent_says(sender, kind, &bytes);
                        }
                    }))
                })
                .clone()
        };
        lane.frame(envelope, payload);
    }

    fn agent_says(self: &Rc<Self>, sender: ParticipantId, kind: Kind, bytes: &[u8]) {
        if kind == Kind::LIVE {
            if let Ok(live) = Live::decode(bytes) {
                let name = self.inner.borrow().agents.get(&sender).map(|a| a.name.clone());
                if let Some(name) = name.filter(|_| !self.inner.borrow().paused) {
                    self.ui.overlay.pointer(sender, &name, colour(sender), &live);
                }
            }
            return;
        }
        let Ok(message) = Control::decode(bytes) else { return };
        match message {
            Control::NeedKeyframe(_) => {
                let (page, paused) = { let inner = self.inner.borrow(); (inner.page.clone(), inner.paused) };
                self.send_key(sender);
                self.control(&Control::Hello(Nothing {}));
                self.roster();
                self.notices();
                if paused {
                    self.control(&Control::Paused(Nothing {}));
                } else if let Some(page) = page {
                    page.keyframe();
                }
                let marks: Vec<Mark> = self.inner.borrow().marks.all().to_vec();
                for mark in marks {
                    self.control(&Control::Mark(mark));
                }
            }
            Control::Want(want) => {
                let assets = self.inner.borrow().assets.clone();
                if let Some(assets) = assets {
                    assets.wanted(want.hash);
                }
            }
            // What an agent says of whose mark it is does not count.
            Control::Mark(mark) => {
                let mark = Mark { by: sender, ..mark };
                if self.inner.borrow_mut().marks.put(mark.clone()) {
                    self.control(&Control::Mark(mark));
                    self.draw_marks();
                }
            }
            Control::Clear(mut clear) => {
                clear.by = sender;
                self.inner.borrow_mut().marks.clear(&clear);
                self.control(&Control::Clear(clear));
                self.draw_marks();
            }
            Control::Roster(_) | Control::Paused(_) | Control::Unpaused(_) | Control::Notice(_) | Control::Visibility(_) | Control::Hello(_) => {}
        }
    }

    fn draw_marks(&self) {
        let inner = self.inner.borrow();
        let names: HashMap<ParticipantId, String> = inner.agents.iter().map(|(id, a)| (*id, a.name.clone())).collect();
        self.ui.overlay.marks(inner.marks.all(), &names);
    }

    // ---- pause, end, line

    pub(crate) fn pause(self: &Rc<Self>) {
        if self.state() != State::Active {
            return;
        }
        self.inner.borrow_mut().paused = true;
        if let Some(page) = self.page() {
            page.hold();
        }
        self.control(&Control::Paused(Nothing {}));
        self.ui.overlay.clear();
        self.set_state(State::Paused);
        self.show_bar();
        self.keep();
    }

    pub(crate) fn unpause(self: &Rc<Self>) {
        if self.state() != State::Paused {
            return;
        }
        self.inner.borrow_mut().paused = false;
        self.control(&Control::Unpaused(Nothing {}));
        self.set_state(State::Active);
        match self.page() {
            Some(page) => page.keyframe(),
            None => self.go_live(),
        }
        self.draw_marks();
        self.show_bar();
        self.keep();
    }

    pub(crate) fn end(&self) {
        if matches!(self.state(), State::Idle | State::Ended) {
            return;
        }
        self.send(Kind::END, &Empty {});
        self.over("ended-customer");
    }

    /// The session is over: keys, buffers and hooks go at once.
    fn over(&self, text: &'static str) {
        link_wasm::forget(&self.host.kept());
        let settings = self.inner.borrow().settings.clone();
        let was_live = !self.inner.borrow().agents.is_empty();
        self.ui.overlay.clear();
        self.ui.overlay.unwatch();
        let old = self.inner.replace(empty(settings));
        // The page is told before the socket goes, since dropping it closes the line.
        self.set_state(State::Ended);
        drop(old);
        if was_live || text != "ended-customer" {
            self.show(View::Ended(text));
        } else {
            self.show(View::Nothing);
        }
        self.host.emit("state", &State::Ended.name().into());
    }

    fn presence(&self, m: Presence) {
        if let Some(agent) = self.inner.borrow_mut().agents.get_mut(&m.participant) {
            agent.online = m.online;
        }
        if !m.online {
            self.ui.overlay.gone(m.participant);
        }
        self.show_bar();
    }

    fn resumed(self: &Rc<Self>, m: Resumed) {
        {
            let mut inner = self.inner.borrow_mut();
            inner.ticket = m.ticket;
            inner.wrap_key = m.wrap_key;
            inner.retry = 0;
            inner.broadcast = None;
        }
        if self.inner.borrow().session.is_some() {
            // The line broke, the page lived on: a new run of the same page, from its mirror.
            {
                let mut inner = self.inner.borrow_mut();
                inner.instance = Instance(inner.instance.0 + 1);
            }
            self.back();
            return;
        }
        let this = self.clone();
        spawn_local(async move {
            let key = this.inner.borrow().wrap_key;
            match link_wasm::recall(&this.host.kept(), key).await {
                Ok(Kept::Customer(kept)) => this.restore(kept),
                Ok(Kept::Viewer(_)) | Err(_) => this.over("ended-away"),
            }
        });
    }

    fn restore(self: &Rc<Self>, kept: KeptCustomer) {
        {
            let mut inner = self.inner.borrow_mut();
            inner.session = Some(kept.session);
            inner.tab = kept.tab;
            inner.instance = Instance(kept.instance.0 + 1);
            inner.epoch = kept.epoch;
            inner.epoch_secret = EpochSecret::from_bytes(kept.secret);
            inner.asset_key = kept.asset_key;
            inner.paused = kept.paused;
            inner.agents = kept
                .agents
                .0
                .into_iter()
                .map(|a| {
                    let agent = Agent { name: a.name, role: a.role, pair: PairSecret::from_bytes(a.secret), instance: a.instance, lanes: HashMap::new(), online: true };
                    (a.id, agent)
                })
                .collect();
        }
        self.begin_pings();
        self.back();
    }

    fn back(self: &Rc<Self>) {
        if self.inner.borrow().agents.is_empty() {
            // Nobody was let in yet: the code stands as it was.
            if self.inner.borrow().secret.is_empty() { self.renew() } else { self.show_code() }
            return;
        }
        self.keep();
        self.go_live();
    }

    fn keep(self: &Rc<Self>) {
        let this = self.clone();
        spawn_local(async move {
            let (ticket, key, kept) = {
                let inner = this.inner.borrow();
                let Some(session) = inner.session else { return };
                let agents = inner
                    .agents
                    .iter()
                    .map(|(id, a)| KeptAgent { id: *id, name: a.name.clone(), role: a.role.clone(), secret: *a.pair.as_bytes(), instance: a.instance })
                    .collect();
                let kept = KeptCustomer {
                    session,
                    tab: inner.tab,
                    instance: inner.instance,
                    epoch: inner.epoch,
                    secret: *inner.epoch_secret.as_bytes(),
                    asset_key: inner.asset_key,
                    paused: inner.paused,
                    agents: List(agents),
                };
                (inner.ticket.clone(), inner.wrap_key, Kept::Customer(kept))
            };
            if !link_wasm::keep(&this.host.kept(), &ticket, key, &kept).await {
                this.ui.note("storage-forbidden");
            }
        });
    }

    fn begin_pings(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        let beat = Interval::new(PING_EVERY, move || {
            let Some(this) = weak.upgrade() else { return };
            this.send(Kind::PING, &Empty {});
            let silent = crate::page::now() - this.inner.borrow().heard;
            if silent > f64::from(PING_EVERY) * 2.5 && this.inner.borrow().socket.as_ref().is_some_and(|s| s.is_open()) {
                this.on_closed(1006);
            }
            if let Some(page) = this.page() {
                page.hash();
                // Also the sign of life by which an agent knows that a quiet page is not a dead one.
                this.visibility(is_visible());
            }
            this.ui.tick(&this);
        });
        self.inner.borrow_mut().timers = vec![beat];
    }

    // ---- what is shown

    fn show(&self, view: View) {
        let settings = self.inner.borrow().settings.clone();
        self.ui.show(view, &settings);
    }

    fn show_code(&self) {
        self.show(View::Code { pin: self.pin() });
    }

    /// Seconds that the code still lives.
    pub(crate) fn code_seconds(&self) -> f64 {
        ((self.inner.borrow().until - crate::page::now()) / 1000.0).max(0.0)
    }

    fn show_bar(&self) {
        let state = self.state();
        if !matches!(state, State::Active | State::Paused) {
            return;
        }
        let (names, online, paused) = {
            let inner = self.inner.borrow();
            let names: Vec<String> = inner.agents.values().map(|a| a.name.clone()).collect();
            (names.join(", "), inner.socket.is_some() && inner.agents.values().any(|a| a.online), inner.paused)
        };
        self.show(View::Bar { agents: names, paused, online });
    }

    pub(crate) fn stats(&self) -> (State, Option<Rc<Page>>, u64) {
        let inner = self.inner.borrow();
        (inner.state, inner.page.clone(), inner.wire_bytes)
    }
}

/// The way of assets: their own lane, yielding to the page.
struct AssetWay(std::rc::Weak<Session>);

impl Way for AssetWay {
    fn send(&self, asset: &Asset) {
        if let Some(session) = self.0.upgrade()
            && let Some(b) = &session.inner.borrow().broadcast
        {
            let _ = b.asset.send(Kind::ASSET, &asset.encode());
        }
    }
    fn buffered(&self) -> u32 {
        self.0.upgrade().and_then(|s| s.inner.borrow().socket.as_ref().map(|s| s.buffered())).unwrap_or(0)
    }
    fn failed(&self, address: &str) {
        if let Some(page) = self.0.upgrade().and_then(|s| s.page()) {
            page.capture.failed(address);
        }
    }
}

/// One of the eight colours, by person.
const fn colour(id: ParticipantId) -> u8 {
    #[allow(clippy::cast_possible_truncation, reason = "modulo eight")]
    let n = (id.0 % 8) as u8;
    n
}

fn is_visible() -> bool {
    web_sys::window().and_then(|w| w.document()).is_none_or(|d| d.visibility_state() == web_sys::VisibilityState::Visible)
}

fn associated<T: Field>(message: &T) -> Vec<u8> {
    let mut w = Writer::new();
    message.put(&mut w);
    w.into_bytes()
}

fn with<T: Field>(payload: &[u8], f: impl FnOnce(T)) {
    if let Ok(message) = session::parse(payload) {
        f(message);
    }
}
