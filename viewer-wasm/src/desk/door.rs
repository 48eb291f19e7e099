//! Joining: the PIN becomes a key, and the customer says yes or no.

use super::*;

impl Desk {
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

    pub(crate) fn give_up(self: &Rc<Self>) {
        self.send(Kind::END, &Empty {});
        self.ready();
    }

    pub(super) fn claim(&self) {
        let nameplate = self.inner.borrow().handshake.as_ref().map(|h| h.nameplate.clone());
        if let Some(nameplate) = nameplate {
            self.send(Kind::CLAIM, &Claim { nameplate });
        }
    }

    pub(super) fn claimed(&self, m: Claimed) {
        let Some(me) = self.signals.me.get_untracked() else { return };
        let (Ok(random), Ok(start)) = (link_wasm::random(), link_wasm::random::<2>()) else { return };
        let mut inner = self.inner.borrow_mut();
        inner.participant = m.participant;
        inner.session = Some(m.session);
        inner.instance = Instance(u32::from(u16::from_le_bytes(start)) + 1);
        let instance = inner.instance;
        let Some(h) = inner.handshake.as_mut() else { return };
        let mut hello = AgentHello { share: vec![], name: me.name, role: me.role, instance };
        let ad = session::body(&hello);
        let transcript = Transcript {
            tenant: &m.tenant,
            origin: &m.origin,
            nameplate: &h.nameplate,
            mode: 1,
            session: m.session,
            nonce: m.nonce,
            agent_hello: &[],
            customer_hello: &[],
        };
        let Ok((share, started)) = CPace::start(h.secret.as_bytes(), &transcript.channel(), &transcript.session(), &ad, random) else {
            return;
        };
        hello.share = share;
        h.started = Some(started);
        h.hello = Some(hello.clone());
        h.claimed = Some(m);
        drop(inner);
        self.to_customer(Kind::PAKE_A, &hello);
    }

    pub(super) fn to_customer<T: Field>(&self, kind: Kind, message: &T) {
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
            socket.send(&envelope.frame(&session::body(message)));
        }
    }

    pub(super) fn pake(&self, m: CustomerHello) {
        let proof = {
            let mut inner = self.inner.borrow_mut();
            let Some(h) = inner.handshake.as_mut() else { return };
            let (Some(started), Some(claimed), Some(hello)) = (h.started.take(), h.claimed.clone(), h.hello.clone()) else { return };
            // A relay that lies about the origin makes the two keys differ.
            let ad = session::body(&CustomerHello { share: vec![], ..m.clone() });
            let Ok(isk) = CPace::finish(started, &m.share, &ad) else { return };
            let hash = Transcript {
                tenant: &claimed.tenant,
                origin: &claimed.origin,
                nameplate: &h.nameplate,
                mode: 1,
                session: claimed.session,
                nonce: claimed.nonce,
                agent_hello: &session::body(&hello),
                customer_hello: &session::body(&m),
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
        link_wasm::later(400, move || {
            if phase.get_untracked() == Phase::Knocking {
                phase.set(Phase::Waiting);
            }
        });
    }

    pub(super) fn confirmed(self: &Rc<Self>, m: &Confirm) {
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

    pub(super) fn for_us_alone(self: &Rc<Self>, envelope: Envelope, payload: &[u8]) {
        let lane = {
            let mut inner = self.inner.borrow_mut();
            let (Some(session), Some(pair)) = (inner.session, inner.pair.clone()) else { return };
            if envelope.to != inner.participant || envelope.sender != ParticipantId::CUSTOMER {
                return;
            }
            // The customer begins this lane anew with each run, and no run is heard twice.
            if envelope.seq == 0 && envelope.instance > inner.pair_of {
                inner.pair_of = envelope.instance;
                let key = pair.lane(Direction::CustomerToAgent, envelope.instance, Channel::Pair);
                let weak = Rc::downgrade(self);
                inner.pair_lane = Some(LaneIn::new(
                    session,
                    Channel::Pair,
                    key,
                    Rc::new(move |opened| {
                        let (Some(this), Opened::Message(kind, plain)) = (weak.upgrade(), opened) else { return };
                        if kind == Kind::KEY {
                            session::hear(&plain, |key: Key| this.key(&key));
                        } else if kind == Kind::CONTROL {
                            match Control::decode(&plain) {
                                Ok(Control::Said(said)) => this.said(said),
                                Ok(Control::Invite(invite)) => this.invited(invite),
                                Ok(Control::Hand(hand)) => this.handed(&hand),
                                _ => {}
                            }
                        }
                    }),
                ));
            }
            inner.pair_lane.clone()
        };
        if let Some(lane) = lane {
            lane.frame(envelope, payload);
        }
    }

    pub(super) fn key(self: &Rc<Self>, key: &Key) {
        let waiting = {
            let mut inner = self.inner.borrow_mut();
            // Keys of before are nobody's who is in now.
            if key.epoch < inner.epoch {
                return;
            }
            // The same number with another secret: the page was left before it was kept, and its keys were made once more.
            if key.epoch == inner.epoch && inner.epoch_secret.as_ref().is_some_and(|known| *known.as_bytes() != key.secret) {
                inner.of = (TabId(0), Instance(0), Epoch(0));
                inner.lanes.drain().for_each(|(_, lane)| lane.close());
                inner.instance = Instance(link_wasm::next_run(&self.kept(), inner.instance.0));
                inner.out.clear();
                inner.expects_keyframe = true;
            }
            inner.epoch = key.epoch;
            inner.epoch_secret = Some(EpochSecret::from_bytes(key.secret));
            std::mem::take(&mut inner.waiting)
        };
        self.keep();
        for (envelope, payload) in waiting {
            self.sealed(envelope, &payload);
        }
    }
}
