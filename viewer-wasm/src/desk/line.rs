//! The socket, coming back, and how old the picture is.

use super::*;

impl Desk {
    pub(super) fn connect(self: &Rc<Self>) {
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

    pub(super) fn on_socket(self: &Rc<Self>, event: SocketEvent) {
        match event {
            SocketEvent::Open => {
                self.signals.line.set(true);
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

    pub(super) fn on_closed(self: &Rc<Self>, code: u16) {
        {
            let mut inner = self.inner.borrow_mut();
            inner.socket = None;
            inner.out.clear();
            // What is sealed from here on is sealed by another run: lanes begin at zero, and no number is used twice.
            if inner.session.is_some() {
                inner.instance = Instance(link_wasm::next_run(&self.kept(), inner.instance.0));
            }
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
        let gone = [
            CloseCode::Ended,
            CloseCode::TicketRefused,
            CloseCode::NotAllowed,
            CloseCode::BadFrame,
            CloseCode::Replaced,
            CloseCode::OriginRefused,
        ];
        if CloseCode::from_number(code).is_some_and(|code| gone.contains(&code)) {
            return self.over(Some(EndReason::Away));
        }
        self.stale();
        self.doubt();
        self.inner.borrow_mut().expects_keyframe = true;
        let this = self.clone();
        let mut inner = self.inner.borrow_mut();
        inner.retry = (inner.retry * 2).clamp(250, 3_000);
        let wait = inner.retry;
        inner.later = Some(Timeout::new(wait, move || this.connect()));
    }

    pub(super) fn keep(&self) {
        let (ticket, key, kept) = {
            let inner = self.inner.borrow();
            let (Some(session), Some(pair), Some(secret)) = (inner.session, &inner.pair, &inner.epoch_secret) else { return };
            if inner.ticket.is_empty() {
                return;
            }
            let kept = KeptViewer {
                session,
                participant: inner.participant,
                instance: inner.instance,
                pair: *pair.as_bytes(),
                epoch: inner.epoch,
                secret: *secret.as_bytes(),
                chat: self.talk.chat().kept(),
                notes: self.signals.notes.get_untracked(),
            };
            (inner.ticket.clone(), inner.wrap_key, Kept::Viewer(kept))
        };
        let name = self.kept();
        spawn_local(async move {
            link_wasm::keep(&name, &ticket, key, &kept).await;
        });
    }

    pub(super) fn resumed(self: &Rc<Self>, m: Resumed) {
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
            match link_wasm::recall(&this.kept(), key).await {
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
                    this.talk.restore(engine::chat::Chat::restore(kept.chat));
                    this.signals.notes.set(kept.notes);
                    this.signals.chat.update(|n| *n += 1);
                    this.back();
                }
                Ok(Kept::Customer(_)) | Err(_) => this.over(Some(EndReason::Away)),
            }
        });
    }

    pub(super) fn back(&self) {
        {
            let mut inner = self.inner.borrow_mut();
            inner.instance = Instance(link_wasm::next_run(&self.kept(), inner.instance.0));
            inner.ask_after = 0.0;
        }
        self.keep();
        self.need_keyframe();
    }

    pub(super) fn presence(&self, m: &Presence) {
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

    pub(super) fn stale(&self) {
        if matches!(self.phase(), Phase::Live | Phase::Paused) {
            self.signals.phase.set(Phase::Stale);
        }
    }

    pub(super) fn beat(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        let look = Interval::new(500, move || {
            let Some(this) = weak.upgrade() else { return };
            this.look();
        });
        let weak = Rc::downgrade(self);
        let ping = Interval::new(PING_EVERY, move || {
            let Some(this) = weak.upgrade() else { return };
            let dead = this.inner.borrow().socket.as_ref().is_some_and(|socket| !socket.beat());
            if dead && this.phase().has_picture() {
                this.on_closed(1006);
            }
        });
        self.inner.borrow_mut().timers = vec![look, ping];
    }

    /// How old is the picture?
    pub(super) fn look(&self) {
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
            Phase::Live | Phase::Paused if stale => self.stale(),
            _ => {}
        }
        // Whoever is there and was asked in vain is asked again.
        let wants = {
            let inner = self.inner.borrow();
            inner.expects_keyframe && inner.offline.is_none() && !inner.paused
        };
        if wants && self.signals.line.get_untracked() {
            self.need_keyframe();
        }
    }

    pub(super) fn over(&self, reason: Option<EndReason>) {
        if matches!(self.phase(), Phase::Ended(_)) {
            return;
        }
        link_wasm::forget(&self.kept());
        let timers = std::mem::take(&mut self.inner.borrow_mut().timers);
        let old = self.inner.replace(Inner { timers, ..Inner::default() });
        self.signals.phase.set(Phase::Ended(reason));
        // The socket may still have to carry the word "end".
        link_wasm::later(200, move || drop(old));
    }
}
