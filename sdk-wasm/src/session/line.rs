//! Pausing, ending, and coming back after the line broke or the page was reloaded.

use super::*;

impl Session {
    /// The page goes away, perhaps only into the browser's back-forward cache. An open socket would keep it out of
    /// there, and its late closing would speak for a run that another page has taken over.
    pub(super) fn asleep(&self) {
        if let Some(page) = self.page() {
            page.hear();
        }
        let mut inner = self.inner.borrow_mut();
        inner.socket = None;
        inner.broadcast = None;
        inner.later = None;
    }

    /// Back from the cache: a new run, from what the tab keeps now.
    pub(super) fn awake(self: &Rc<Self>) {
        let state = self.state();
        if matches!(state, State::Idle | State::Ended) {
            return;
        }
        drop(self.let_go());
        self.inner.borrow_mut().state = state;
        match link_wasm::ticket(&self.host.kept()) {
            Some(_) => self.revive(),
            None => self.over("ended-away"),
        }
    }

    /// Continues a session that this tab kept over a reload. `false` when there is none any more.
    pub(crate) fn revive(self: &Rc<Self>) {
        let Some(ticket) = link_wasm::ticket(&self.host.kept()) else { return };
        self.inner.borrow_mut().ticket = ticket;
        let this = self.clone();
        spawn_local(async move {
            let since = link_wasm::recall_beside(&this.host.kept(), Beside::Policy);
            loop {
                match settings(&this.host, &since).await {
                    Ok(settings) => break this.ready(settings),
                    Err(NoSettings::UnknownTenant) => return link_wasm::forget(&this.host.kept()),
                    Err(NoSettings::Unreachable) => TimeoutFuture::new(1_000).await,
                }
            }
            this.connect();
        });
    }

    pub(super) fn connect(self: &Rc<Self>) {
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

    pub(super) fn on_socket(self: &Rc<Self>, event: SocketEvent) {
        match event {
            SocketEvent::Open => self.on_open(),
            SocketEvent::Frame(frame) => {
                if let Ok((envelope, payload)) = Envelope::decode(&frame) {
                    self.on_frame(envelope, payload);
                }
            }
            SocketEvent::Closed(code) => self.on_closed(code),
        }
    }

    pub(super) fn on_open(&self) {
        let mut inner = self.inner.borrow_mut();
        let frame = if inner.ticket.is_empty() {
            let (Ok(nonce), Ok(epoch), Ok(asset), Ok(echo)) =
                (link_wasm::random(), link_wasm::random(), link_wasm::random(), link_wasm::random())
            else {
                return;
            };
            inner.nonce = nonce;
            inner.epoch_secret = EpochSecret::from_bytes(epoch);
            inner.asset_key = asset;
            inner.echoes = Rc::new(RefCell::new(Echoes::new(echo)));
            let origin = web_sys::window().and_then(|w| w.location().origin().ok()).unwrap_or_default();
            session::frame(
                Kind::OPEN,
                &Open { tenant: self.host.tenant(), origin, nonce, tab: inner.tab, policy: inner.settings.policy_version.clone() },
            )
        } else {
            session::frame(Kind::RESUME, &Resume { ticket: inner.ticket.clone(), tab: inner.tab, received: List(vec![]) })
        };
        if let Some(socket) = &inner.socket {
            socket.send(&frame);
        }
    }

    pub(super) fn on_closed(self: &Rc<Self>, code: u16) {
        let state = self.state();
        {
            let mut inner = self.inner.borrow_mut();
            inner.socket = None;
            inner.broadcast = None;
            Self::hold(&inner);
        }
        self.ui.drop_pen();
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

    /// Whether nothing of this page may be sent: the company wants to pause at it, and the customer has not gone on there.
    pub(super) fn stops_here(self: &Rc<Self>) -> bool {
        let mut inner = self.inner.borrow_mut();
        if inner.paused {
            return true;
        }
        if inner.policy.pause.is_empty() {
            return false;
        }
        let path = crate::page::current_path();
        if inner.stood_at == path {
            return false;
        }
        let stops = inner.policy.pauses_at(&path);
        inner.stood_at = path;
        if stops {
            // At once; what is said and drawn about it waits for whoever is in the middle of reading the page.
            inner.paused = true;
            inner.by_itself = true;
            drop(inner);
            let this = self.clone();
            link_wasm::later(0, move || this.pause());
        }
        stops
    }

    pub(crate) fn pause(self: &Rc<Self>) {
        if self.state() != State::Active {
            return;
        }
        self.take_back();
        self.tell_grant();
        self.inner.borrow_mut().paused = true;
        Self::hold(&self.inner.borrow());
        self.control(&Control::Paused(Nothing {}));
        self.ui.drop_pen();
        self.ui.overlay.clear();
        self.set_state(State::Paused);
        self.show_bar();
        self.keep();
    }

    pub(crate) fn unpause(self: &Rc<Self>) {
        if self.state() != State::Paused {
            return;
        }
        {
            let mut inner = self.inner.borrow_mut();
            (inner.paused, inner.by_itself) = (false, false);
            inner.stood_at = crate::page::current_path();
        }
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
    pub(super) fn over(&self, text: &'static str) {
        link_wasm::forget(&self.host.kept());
        let transcript = self.transcript();
        let old = self.let_go();
        let ticket = if old.agents.is_empty() { String::new() } else { old.ticket.clone() };
        let was_live = !old.agents.is_empty();
        // The page is told before the socket goes, since dropping it closes the line.
        self.set_state(State::Ended);
        drop(old);
        if was_live || text != "ended-customer" {
            self.show(View::Ended { text, transcript, ticket });
        } else {
            self.show(View::Nothing);
        }
        self.host.emit("state", &State::Ended.name().into());
    }

    pub(super) fn presence(self: &Rc<Self>, m: Presence) {
        let who = m.participant;
        // After a reload who is in is known only when what was kept is open.
        if self.inner.borrow().session.is_none() {
            return self.inner.borrow_mut().early.push(m);
        }
        let is_known = who == ParticipantId::CUSTOMER || self.inner.borrow().agents.contains_key(&who);
        if !is_known && m.online && !self.inner.borrow().candidates.contains_key(&who) {
            // Sent away while the line was down.
            return self.send(Kind::REFUSE, &Refuse { participant: who, by_person: true });
        }
        if !m.online && self.inner.borrow_mut().candidates.remove(&who).is_some() {
            return self.gave_up(who);
        }
        if let Some(agent) = self.inner.borrow_mut().agents.get_mut(&m.participant) {
            agent.online = m.online;
        }
        if !m.online {
            self.ui.overlay.gone(m.participant);
            self.gone_from_grant(m.participant);
            self.gone_from_look(m.participant);
        }
        self.show_bar();
    }

    pub(super) fn resumed(self: &Rc<Self>, m: Resumed) {
        {
            let mut inner = self.inner.borrow_mut();
            inner.ticket = m.ticket;
            inner.wrap_key = m.wrap_key;
            inner.retry = 0;
            inner.broadcast = None;
            inner.knocks = None;
        }
        let knocking: Vec<ParticipantId> = self.inner.borrow_mut().candidates.drain().map(|(who, _)| who).collect();
        for participant in knocking {
            self.send(Kind::REFUSE, &Refuse { participant, by_person: false });
        }
        if self.inner.borrow().session.is_some() {
            // The line broke, the page lived on: a new run of the same page, from its mirror.
            {
                let mut inner = self.inner.borrow_mut();
                inner.instance = Instance(link_wasm::next_run(&self.host.kept(), inner.instance.0));
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

    pub(super) fn restore(self: &Rc<Self>, kept: KeptCustomer) {
        {
            let mut inner = self.inner.borrow_mut();
            inner.session = Some(kept.session);
            inner.tab = kept.tab;
            inner.instance = Instance(link_wasm::next_run(&self.host.kept(), kept.instance.0));
            inner.epoch = kept.epoch;
            inner.epoch_secret = EpochSecret::from_bytes(kept.secret);
            inner.asset_key = kept.asset_key;
            let echoes = link_wasm::recall_beside(&self.host.kept(), Beside::Echoes);
            inner.echoes = Rc::new(RefCell::new(Echoes::restore(kept.echo_key, &echoes)));
            inner.nonce = kept.nonce;
            inner.paused = kept.paused;
            inner.by_itself = kept.paused && inner.policy.pauses_at(&crate::page::current_path());
            inner.talk.chat = Chat::restore(kept.chat);
            inner.since = kept.since;
            inner.agents = kept
                .agents
                .0
                .into_iter()
                .map(|a| {
                    let agent = Agent {
                        name: a.name,
                        role: a.role,
                        pair: PairSecret::from_bytes(a.secret),
                        // An agent that hears a new run of ours begins a new one too; what an older one said is not heard twice.
                        instance: Instance(a.instance.0 + 1),
                        lanes: HashMap::new(),
                        online: true,
                        since: a.since,
                        told: None,
                    };
                    (a.id, agent)
                })
                .collect();
        }
        self.recall_course();
        self.begin_pings();
        // Whoever was sent away in the last moment of the page before does not have these keys.
        if !self.inner.borrow().agents.is_empty() {
            self.new_epoch();
        }
        self.back();
        let early = std::mem::take(&mut self.inner.borrow_mut().early);
        early.into_iter().for_each(|m| self.presence(m));
    }

    pub(super) fn back(self: &Rc<Self>) {
        if self.inner.borrow().agents.is_empty() {
            // Nobody was let in yet: the code stands as it was.
            if self.inner.borrow().secret.is_empty() {
                self.renew()
            } else {
                self.show_code()
            }
            return;
        }
        // Who is in may have changed while nothing could be said.
        let agents: Vec<ParticipantId> = self.inner.borrow().agents.keys().copied().collect();
        for agent in agents {
            self.send_key(agent);
        }
        self.keep();
        self.go_live();
        // It may have been published while the line was down.
        self.published();
    }

    pub(super) fn keep(self: &Rc<Self>) {
        let this = self.clone();
        spawn_local(async move {
            let (ticket, key, kept) = {
                let inner = this.inner.borrow();
                let Some(session) = inner.session else { return };
                let agents = inner
                    .agents
                    .iter()
                    .map(|(id, a)| KeptAgent {
                        id: *id,
                        name: a.name.clone(),
                        role: a.role.clone(),
                        secret: *a.pair.as_bytes(),
                        instance: a.instance,
                        since: a.since,
                    })
                    .collect();
                let kept = KeptCustomer {
                    echo_key: inner.echoes.borrow().key(),
                    session,
                    tab: inner.tab,
                    instance: inner.instance,
                    epoch: inner.epoch,
                    secret: *inner.epoch_secret.as_bytes(),
                    asset_key: inner.asset_key,
                    nonce: inner.nonce,
                    paused: inner.paused,
                    agents: List(agents),
                    chat: inner.talk.chat.kept(),
                    since: inner.since,
                };
                (inner.ticket.clone(), inner.wrap_key, Kept::Customer(kept))
            };
            let version = this.inner.borrow().settings.policy_version.clone();
            link_wasm::keep_beside(&this.host.kept(), Beside::Policy, &version);
            if !link_wasm::keep(&this.host.kept(), &ticket, key, &kept).await {
                this.ui.note("storage-forbidden");
            }
        });
    }

    pub(super) fn begin_pings(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        let beat = Interval::new(PING_EVERY, move || {
            let Some(this) = weak.upgrade() else { return };
            let dead = this.inner.borrow().socket.as_ref().is_some_and(|socket| !socket.beat());
            if dead {
                this.on_closed(1006);
            }
            if let Some(page) = this.page() {
                page.hash();
                // Also the sign of life by which an agent knows that a quiet page is not a dead one.
                this.visibility(is_visible());
                this.count_hidden();
                this.report_coverage();
            }
            this.ui.stay();
            this.ui.tick(&this);
        });
        self.inner.borrow_mut().timers = vec![beat];
    }
}
