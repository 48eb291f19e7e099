//! Who is let in: the PIN, the key exchange, the question to the customer.

use super::*;

impl Session {
    pub(super) fn opened(self: &Rc<Self>, m: SessionOpened) {
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
        self.published();
        let policy = self.inner.borrow().policy.clone();
        spawn_local(crate::page::rehearse(self.host.clone(), policy));
        self.show_code();
        let started = self.inner.borrow_mut().started.take();
        if let Some((done, _)) = started {
            let _ = done.call1(&JsValue::NULL, &self.answer_of_start());
        }
    }

    pub(super) fn answer_of_start(&self) -> JsValue {
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

    pub(super) fn renewed(self: &Rc<Self>, m: Renewed) {
        let Ok(secret) = link_wasm::random_digits(limits::PIN_SECRET_DIGITS) else { return };
        {
            let mut inner = self.inner.borrow_mut();
            inner.nameplate = m.nameplate;
            inner.secret = secret;
            inner.tries = 0;
            inner.until = crate::page::now() + f64::from(m.seconds) * 1000.0;
        }
        if self.invited(m.seconds) {
            return;
        }
        self.show_code();
        self.host.emit("pin", &self.pin().into());
    }

    pub(super) fn joining(&self, m: Joining) {
        let mut inner = self.inner.borrow_mut();
        // The try counts before anything is answered.
        // A relay that was started anew counts people from the beginning.
        let is_taken =
            inner.agents.contains_key(&m.participant) || inner.talk.chat.speaks(m.participant) || inner.out.contains(&m.participant);
        let spent = inner.tries >= limits::PIN_TRIES;
        if inner.secret.is_empty() || spent || is_taken || crate::page::now() > inner.until {
            let waits = inner.agents.is_empty() && inner.state == State::Pending;
            drop(inner);
            self.send(Kind::REFUSE, &Refuse { participant: m.participant, by_person: false });
            if spent && waits {
                self.renew();
            }
            return;
        }
        inner.tries += 1;
        inner.candidates.insert(m.participant, Candidate { name: m.name, role: m.role, hello: None });
    }

    pub(super) fn pake(&self, from: ParticipantId, m: AgentHello) {
        let Ok(random) = link_wasm::random() else { return };
        let mut inner = self.inner.borrow_mut();
        let Some(session) = inner.session else { return };
        let origin = web_sys::window().and_then(|w| w.location().origin().ok()).unwrap_or_default();
        let (nameplate, secret, nonce) = (inner.nameplate.clone(), inner.secret.clone(), inner.nonce);
        let policy_hash = inner.settings.hash();
        // A code that is used up opens nothing: an empty secret would be a password that everybody knows.
        if secret.is_empty() {
            inner.candidates.remove(&from);
            drop(inner);
            return self.send(Kind::REFUSE, &Refuse { participant: from, by_person: false });
        }
        let Some(candidate) = inner.candidates.get_mut(&from) else { return };
        // The person is asked about the name in the hello, so it must be the relay's record too.
        if candidate.hello.is_some() || candidate.name != m.name || candidate.role != m.role {
            inner.candidates.remove(&from);
            drop(inner);
            return self.send(Kind::REFUSE, &Refuse { participant: from, by_person: false });
        }
        let mut hello = CustomerHello { share: vec![], origin: origin.clone(), policy_hash, recording: None, mode: 1 };
        let tenant = self.host.tenant();
        let (ad_a, ad_b) = (session::body(&AgentHello { share: vec![], ..m.clone() }), session::body(&hello));
        let transcript = Transcript {
            tenant: &tenant,
            origin: &origin,
            nameplate: &nameplate,
            mode: 1,
            session,
            nonce,
            agent_hello: &session::body(&m),
            customer_hello: &[],
        };
        let answer = CPace::respond(&m.share, secret.as_bytes(), &transcript.channel(), &transcript.session(), (&ad_a, &ad_b), random);
        let Ok((share, isk)) = answer else {
            inner.candidates.remove(&from);
            drop(inner);
            return self.send(Kind::REFUSE, &Refuse { participant: from, by_person: false });
        };
        hello.share = share;
        let hash = Transcript { customer_hello: &session::body(&hello), ..transcript }.hash();
        candidate.hello = Some((PairSecret::derive(&isk, &hash), hash, m.instance));
        drop(inner);
        self.to_agent(Kind::PAKE_B, from, &hello);
    }

    /// A clear handshake frame to one agent.
    pub(super) fn to_agent<T: Field>(&self, kind: Kind, to: ParticipantId, message: &T) {
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
            socket.send(&envelope.frame(&session::body(message)));
        }
    }

    pub(super) fn confirm(self: &Rc<Self>, from: ParticipantId, m: Confirm) {
        let proved = !self.inner.borrow().secret.is_empty() && {
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
            if burned && self.inner.borrow().agents.is_empty() {
                self.renew();
            }
            return;
        }
        // Proved: the code is used up, whatever the person says.
        let (name, role, settings, others) = {
            let mut inner = self.inner.borrow_mut();
            inner.secret.clear();
            let others: Vec<ParticipantId> = inner.candidates.keys().copied().filter(|id| *id != from).collect();
            inner.candidates.retain(|id, _| *id == from);
            let Some(c) = inner.candidates.get(&from) else { return };
            (c.name.clone(), c.role.clone(), inner.settings.clone(), others)
        };
        // Whoever else was knocking knocked with a code that is gone.
        for other in others {
            self.send(Kind::REFUSE, &Refuse { participant: other, by_person: false });
        }
        // Whoever is in already goes on seeing the page while the person reads who else asks.
        let is_first = self.inner.borrow().agents.is_empty();
        if is_first {
            self.set_state(State::Authorizing);
        }
        let this = self.clone();
        spawn_local(async move {
            if let Some(answer) = own_consent(&this.host, &settings, "confirmSession", &name, &role).await {
                return this.answer(from, answer);
            }
            if is_first {
                return this.show(View::Consent { participant: from.0, agent: name, role, beside: false });
            }
            this.inner.borrow_mut().knocks = Some(from);
            this.show_bar();
        });
    }

    /// The person's answer.
    pub(crate) fn answer(self: &Rc<Self>, from: ParticipantId, allow: bool) {
        self.inner.borrow_mut().knocks = None;
        let candidate = self.inner.borrow_mut().candidates.remove(&from);
        let Some(Candidate { name, role, hello: Some((pair, hash, instance)) }) = candidate else { return self.show_bar() };
        if !allow {
            self.send(Kind::REFUSE, &Refuse { participant: from, by_person: true });
            if self.inner.borrow().agents.is_empty() {
                self.renew();
            } else {
                self.show_bar();
            }
            return;
        }
        let mac = pair.proof(Direction::CustomerToAgent, &hash);
        // In this order: who has been told may speak at once, and the relay closes on whoever speaks before being let in.
        self.send(Kind::ADMIT, &Admit { participant: from });
        let version = self.settings().policy_version.clone();
        self.record_about(record::POLICY, from, version);
        self.to_agent(Kind::CONFIRM_B, from, &Confirm { mac });
        {
            let mut inner = self.inner.borrow_mut();
            let since = inner.talk.chat.last();
            if inner.since == 0 {
                inner.since = chat::wall();
            }
            inner.agents.insert(from, Agent { name, role, pair, instance, lanes: HashMap::new(), online: true, since, told: None });
        }
        // Who comes reads nothing of what was before: the others get new keys, too.
        if self.inner.borrow().agents.len() > 1 {
            self.new_epoch();
        } else {
            self.send_key(from);
        }
        self.go_live();
        self.keep();
    }

    pub(super) fn send_key(&self, to: ParticipantId) {
        let key = {
            let inner = self.inner.borrow();
            Key { epoch: inner.epoch, secret: *inner.epoch_secret.as_bytes() }
        };
        self.tell(to, Kind::KEY, &session::body(&key));
    }

    /// Seals something for one agent alone.
    pub(super) fn tell(&self, to: ParticipantId, kind: Kind, message: &[u8]) {
        let mut inner = self.inner.borrow_mut();
        let way = self.way(&inner);
        let (Some(session), tab, instance) = (inner.session, inner.tab, inner.instance) else { return };
        let Some(agent) = inner.agents.get_mut(&to) else { return };
        if let Some((_, lane)) = agent.told.as_ref().filter(|(of, _)| *of == instance) {
            let _ = lane.send(kind, message);
            return;
        }
        let seats = Seats { session, sender: ParticipantId::CUSTOMER, to, tab, instance, epoch: Epoch(0), channel: Channel::Pair };
        let lane = LaneOut::new(seats, agent.pair.lane(Direction::CustomerToAgent, instance, Channel::Pair), way);
        let _ = lane.send(kind, message);
        agent.told = Some((instance, lane));
    }
}
