//! What the customer sends: pages, pictures, pointers, words.

use super::*;

impl Desk {
    pub(super) fn sealed(self: &Rc<Self>, envelope: Envelope, payload: &[u8]) {
        let mut anew = false;
        let lane = {
            let mut inner = self.inner.borrow_mut();
            let (Some(session), true) = (inner.session, envelope.sender == ParticipantId::CUSTOMER) else { return };
            let Some(secret) = inner.epoch_secret.clone().filter(|_| inner.epoch == envelope.epoch) else {
                // Keys that did not come are asked for, with a picture.
                inner.expects_keyframe |= envelope.epoch > inner.epoch;
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
                // A new run of the customer's hears us from the beginning, so we begin anew too.
                if inner.of.1 != Instance(0) {
                    inner.instance = Instance(link_wasm::next_run(&self.kept(), inner.instance.0));
                    inner.out.clear();
                    anew = true;
                }
                inner.of = of;
                inner.lanes.drain().for_each(|(_, lane)| lane.close());
                // What was on its way has stopped; it is offered again.
                inner.files.begin_anew();
                // Where the pointer is, it says again; in another page it is elsewhere.
                self.customer.replace(None);
                self.stage.borrow_mut().hover_on(NodeId::NONE);
                // It is on its way; only one that does not come is asked for.
                inner.expects_keyframe = true;
                inner.ask_after = now() + KEYFRAME_TAKES;
                self.doubt();
            }
            let key = secret.lane(session, envelope.tab, envelope.instance, envelope.epoch, envelope.channel);
            let weak = Rc::downgrade(self);
            let channel = envelope.channel;
            inner
                .lanes
                .entry(channel)
                .or_insert_with(|| {
                    LaneIn::new(
                        session,
                        channel,
                        key,
                        Rc::new(move |opened| {
                            let Some(this) = weak.upgrade() else { return };
                            match opened {
                                Opened::Message(kind, plain) => this.opened(kind, &plain),
                                Opened::Broken if channel == Channel::Page => {
                                    let mut inner = this.inner.borrow_mut();
                                    inner.ask_after = inner.ask_after.min(now() + KEYFRAME_EVERY);
                                    drop(inner);
                                    this.need_keyframe();
                                }
                                Opened::Broken => {}
                            }
                        }),
                    )
                })
                .clone()
        };
        if anew {
            self.keep();
        }
        lane.frame(envelope, payload);
        // A keyframe that takes long is not asked for again while it comes.
        if envelope.channel == Channel::Page && lane.is_beginning() {
            self.inner.borrow_mut().ask_after = now() + KEYFRAME_TAKES;
        }
    }

    pub(super) fn opened(self: &Rc<Self>, kind: Kind, plain: &[u8]) {
        {
            let mut inner = self.inner.borrow_mut();
            inner.heard = now();
        }
        // What was seen before a break is not live again before it has been told anew.
        let is_back = {
            let inner = self.inner.borrow();
            inner.offline.is_none() && !inner.expects_keyframe
        };
        if is_back && matches!(self.phase(), Phase::Stale | Phase::Left) {
            self.goes_on();
        }
        if self.stage.borrow().is_ready() {
            let early = std::mem::take(&mut self.inner.borrow_mut().early);
            early.iter().for_each(|(kind, plain)| self.joined(*kind, plain));
        }
        match kind {
            Kind::PAGE => self.page(plain),
            Kind::ASSET => {
                if let Ok(asset) = Asset::decode(plain) {
                    self.asset(NodeId::NONE, asset);
                }
            }
            Kind::JOINED_PAGE | Kind::JOINED_ASSET if self.stage.borrow().is_ready() => self.joined(kind, plain),
            Kind::JOINED_PAGE | Kind::JOINED_ASSET => {
                let mut inner = self.inner.borrow_mut();
                if inner.early.len() < MAX_WAITING {
                    inner.early.push((kind, plain.to_vec()));
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

    pub(super) fn page(self: &Rc<Self>, deflated: &[u8]) {
        // The first message of an instance, and whatever follows a request, is a keyframe; both begin a new stream.
        let keyframe = deflated.first() == Some(&1);
        let Some(body) = deflated.get(1..) else { return };
        if self.inner.borrow().expects_keyframe && !keyframe {
            return;
        }
        let start = now();
        if keyframe {
            self.inner.borrow_mut().early.clear();
        }
        let applied = self.stage.borrow_mut().message(body, keyframe);
        self.drop_pictures();
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
                    self.inner.borrow_mut().partial = true;
                    if !self.inner.borrow().paused {
                        self.signals.phase.set(Phase::Live);
                    }
                }
                if self.inner.borrow().partial {
                    counts.keyframe_nodes = self.stage.borrow().tree().len();
                    self.inner.borrow_mut().partial = applied.same.is_none();
                    if applied.same.is_some() {
                        self.ask_for_fonts_soon();
                    }
                }
                if applied.keyframe || applied.behind {
                    self.signals.light.set(Light::CatchingUp);
                }
                match applied.same {
                    Some(true) => {
                        self.inner.borrow_mut().compared = None;
                        let marked = self.stage.borrow().has_differing();
                        self.signals.light.set(if marked { Light::Differs } else { Light::Same });
                    }
                    // What was told again did not help.
                    Some(false) if applied.mended => {
                        self.signals.light.set(Light::Differs);
                        self.need_keyframe();
                    }
                    Some(false) => self.compare_trees(),
                    None if applied.unfit.is_some() => self.compare_trees(),
                    None => {}
                }
                if applied.changed {
                    self.laid.borrow_mut().clear();
                }
                if !applied.boxes.is_empty() {
                    self.compare_boxes(applied.boxes);
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

    /// Pictures that nothing shows any more.
    fn drop_pictures(&self) {
        let dropped = self.stage.borrow_mut().take_dropped();
        if !dropped.is_empty() {
            self.inner.borrow_mut().files.let_go(&dropped);
        }
    }

    /// What a joined frame of another origin tells.
    fn joined(self: &Rc<Self>, kind: Kind, plain: &[u8]) {
        let Ok((frame, message)) = protocol::joined::unwrap(plain) else { return };
        if kind == Kind::JOINED_ASSET {
            if let Ok(asset) = Asset::decode(message) {
                self.asset(frame, asset);
            }
            return;
        }
        let applied = self.stage.borrow_mut().joined(frame, message);
        self.drop_pictures();
        match applied {
            Ok(Some(applied)) if applied.same == Some(false) || applied.unfit.is_some() => self.need_keyframe(),
            Ok(_) => self.signals.drawn.update(|n| *n += 1),
            Err(_) => self.need_keyframe(),
        }
    }

    /// The customer is there: paused, or live if what is shown was told since the last break.
    fn goes_on(&self) {
        let inner = self.inner.borrow();
        let phase = match (inner.paused, inner.expects_keyframe) {
            (true, _) => Phase::Paused,
            (false, true) => Phase::Stale,
            (false, false) => Phase::Live,
        };
        drop(inner);
        self.signals.phase.set(phase);
    }

    /// What is shown is not known to be the page any more.
    pub(super) fn doubt(&self) {
        if self.signals.light.get_untracked() == Light::Same {
            self.signals.light.set(Light::CatchingUp);
        }
    }

    pub(super) fn need_keyframe(&self) {
        self.doubt();
        {
            let mut inner = self.inner.borrow_mut();
            inner.expects_keyframe = true;
            if now() < inner.ask_after {
                return;
            }
            inner.ask_after = now() + KEYFRAME_EVERY;
        }
        self.control_out(&Control::NeedKeyframe(Nothing {}));
    }

    pub(super) fn control(self: &Rc<Self>, control: Control) {
        match control {
            Control::Roster(roster) => self.signals.people.set(roster.people.0),
            // Nothing of the page comes meanwhile; a keyframe comes after it.
            Control::Paused(_) => {
                self.doubt();
                let mut inner = self.inner.borrow_mut();
                inner.paused = true;
                inner.expects_keyframe = true;
                drop(inner);
                self.signals.phase.set(Phase::Paused);
            }
            // That keyframe may be here already: lanes do not wait for each other.
            Control::Unpaused(_) => {
                let mut inner = self.inner.borrow_mut();
                inner.paused = false;
                inner.ask_after = now() + KEYFRAME_EVERY;
                let is_told = !inner.expects_keyframe;
                drop(inner);
                if is_told {
                    self.goes_on();
                }
            }
            Control::Mark(mark) => self.marked(mark),
            Control::Clear(clear) => self.marks.borrow_mut().clear(&clear),
            Control::Notice(notice) => self.signals.notice.set(Some(notice.rule)),
            Control::Measures(measures) => self.fit_fonts(measures.fonts.0),
            Control::Visibility(v) => self.signals.customer_looks.set(v.visible),
            Control::Grant(grant) => self.granted(&grant),
            Control::Acted(acted) => self.acted(&acted),
            Control::Touched(told) => {
                let is_now = self.signals.draft.with_untracked(|draft| draft.as_ref().is_some_and(|draft| draft.hash == told.policy));
                if is_now && told.generation == self.stage.borrow().generation() {
                    self.touched_of.replace(told.policy);
                    self.touched.replace(told.elements.0.iter().map(|touch| (touch.node, touch.rules)).collect());
                    self.signals.touched.update(|n| *n += 1);
                }
            }
            Control::Said(said) => self.said(said),
            Control::Heard(heard) => self.heard(&heard),
            // Told to one of us alone, and not by everybody's channel.
            Control::Invite(_) | Control::Hand(_) => {}
            Control::Typing(typing) => self.types_there(typing.by),
            Control::Facts(facts) => self.signals.known.set(Some(chat::Known { facts, at: now() })),
            Control::Hello(_) => {
                self.catch_up();
                self.inner.borrow_mut().paused = false;
                if matches!(self.phase(), Phase::Paused) {
                    self.goes_on();
                }
                self.signals.notice.set(None);
            }
            // An agent's own words; nobody else may say them to an agent.
            Control::NeedKeyframe(_)
            | Control::AskTouched(_)
            | Control::AskSaid(_)
            | Control::AskInvite(_)
            | Control::Leave(_)
            | Control::Want(_)
            | Control::Compare(_)
            | Control::Fonts(_)
            | Control::AskGrant(_)
            | Control::Act(_) => {}
        }
    }

    /// An asset of the page, or of a joined frame.
    pub(super) fn asset(&self, of: NodeId, asset: Asset) {
        let filed = {
            let stage = self.stage.borrow();
            self.inner.borrow_mut().files.take(of, asset, |frame| stage.tree().get(frame).is_some())
        };
        match filed {
            Filed::Nothing => {}
            Filed::Ask(hash) => self.control_out(&Control::Want(Want { hash })),
            Filed::Show(places, url) => self.stage.borrow_mut().show_file(&places, &url),
        }
    }
}
