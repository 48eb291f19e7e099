//! What is sent and heard while somebody watches.

use super::*;

impl Session {
    /// Opens the lanes of what is broadcast, watches the page if that was not done yet, and sends a keyframe.
    pub(super) fn go_live(self: &Rc<Self>) {
        {
            let mut inner = self.inner.borrow_mut();
            let Some(session) = inner.session else { return };
            if inner.broadcast.is_none() {
                let seats = |channel| Seats {
                    session,
                    sender: ParticipantId::CUSTOMER,
                    to: ParticipantId(0),
                    tab: inner.tab,
                    instance: inner.instance,
                    epoch: inner.epoch,
                    channel,
                };
                let key = |channel| inner.epoch_secret.lane(session, inner.tab, inner.instance, inner.epoch, channel);
                let way = self.way(&inner);
                let urgent = |channel| LaneOut::new(seats(channel), key(channel), way.clone());
                let socket = inner.socket.as_ref().map(Rc::downgrade);
                let room = Rc::new(move || socket.as_ref().and_then(Weak::upgrade).map_or(u64::MAX, |socket| socket.room()));
                let page = LaneOut::patient(seats(Channel::Page), key(Channel::Page), way.clone(), room.clone());
                // The page goes before its pictures.
                let first = page.clone();
                let after_page = Rc::new(move || if first.waiting() == 0 { room() } else { 0 });
                let asset = LaneOut::patient(seats(Channel::Asset), key(Channel::Asset), way.clone(), after_page);
                let broadcast = Broadcast { page, asset, control: urgent(Channel::Control), live: urgent(Channel::Live) };
                inner.broadcast = Some(broadcast);
                if let Some(assets) = &inner.assets {
                    assets.begin_anew();
                }
            }
            if inner.assets.is_none() {
                let way: Rc<dyn Way> = Rc::new(AssetWay(Rc::downgrade(self)));
                inner.assets = Some(Assets::new(inner.asset_key, way));
            }
            if inner.page.is_none()
                && let Some(assets) = inner.assets.clone()
            {
                let weak = Rc::downgrade(self);
                let sink = Rc::new(move |message: Vec<u8>, keyframe| {
                    if let Some(this) = weak.upgrade().filter(|this| !this.stops_here()) {
                        this.send_page(&message);
                        if keyframe {
                            if let Some(frames) = &this.inner.borrow().frames {
                                frames.begin();
                            }
                            this.point_again();
                        }
                    }
                });
                let generation = Generation(inner.instance.0);
                let weak = Rc::downgrade(self);
                let is_full = Rc::new(move || {
                    weak.upgrade().is_some_and(|this| this.inner.borrow().broadcast.as_ref().is_some_and(|b| b.page.waiting() > 0))
                });
                let weak = Rc::downgrade(self);
                let learned = Rc::new(move || {
                    if let Some(this) = weak.upgrade() {
                        // At once: a page may be left in the next moment.
                        link_wasm::keep_beside(&this.host.kept(), Beside::Echoes, &this.inner.borrow().echoes.borrow().kept());
                    }
                });
                let line = Line { sink, is_full, learned };
                let page = Page::new(&self.host, &inner.policy, inner.echoes.clone(), generation, assets, line);
                inner.frames = frames::Joined::of(self, &page);
                inner.page = Some(page);
            }
        }
        let paused = self.inner.borrow().paused;
        self.control(&Control::Hello(Nothing {}));
        // What stood before stands no more, but for these.
        self.control(&Control::Clear(Clear { by: ParticipantId(0), number: 0 }));
        let marks: Vec<Mark> = self.inner.borrow().marks.all().to_vec();
        for mark in marks {
            self.control(&Control::Mark(mark));
        }
        self.roster();
        self.facts();
        self.tell_grant();
        self.notices();
        self.set_state(if paused { State::Paused } else { State::Active });
        if paused {
            Self::hold(&self.inner.borrow());
            self.control(&Control::Paused(Nothing {}));
        } else if let Some(page) = self.page() {
            let this = self.clone();
            spawn_local(async move {
                let _ = wasm_bindgen_futures::JsFuture::from(this.prepared.clone()).await;
                let stands = this.page().is_some_and(|now| Rc::ptr_eq(&now, &page));
                if stands && this.inner.borrow().state == State::Active {
                    page.keyframe();
                }
            });
        }
        self.ui.overlay.watch(self);
        self.show_bar();
    }

    /// Where the pointer rests, for whoever has not heard it.
    fn point_again(&self) {
        let Some(page) = self.page() else { return };
        let at = self.inner.borrow().at.clone().filter(|at| !page.hides(at.node));
        if let Some(at) = at.or_else(|| page.rests()) {
            self.live(&Live::At(at));
        }
    }

    pub(super) fn notices(&self) {
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

    pub(super) fn send_page(&self, message: &[u8]) {
        self.inner.borrow().tell_page(Kind::PAGE, message);
    }

    pub(super) fn control(&self, message: &Control) {
        if let Some(b) = &self.inner.borrow().broadcast {
            let _ = b.control.send(Kind::CONTROL, &message.encode());
        }
    }

    /// The customer's pointer. `false` when there is no room for its place now; a press always goes.
    pub(crate) fn live(&self, message: &Live) -> bool {
        let bytes = message.encode();
        let mut inner = self.inner.borrow_mut();
        if inner.paused {
            return true;
        }
        let now = crate::page::now();
        // On a slow line every place of the pointer would only delay the next one.
        let is_due = matches!(message, Live::Press(_))
            || now - inner.pointed > POINTER_EVERY
            || inner.socket.as_ref().is_some_and(|socket| socket.room() > 0);
        let sent = is_due && inner.broadcast.as_ref().is_some_and(|b| b.live.waiting() < 3 && b.live.send(Kind::LIVE, &bytes));
        if sent {
            inner.pointed = now;
            inner.live_bytes += bytes.len() as u64;
            if let Live::At(at) | Live::Press(at) = message {
                inner.at = Some(at.clone());
            }
        }
        sent
    }

    pub(crate) fn visibility(&self, visible: bool) {
        self.control(&Control::Visibility(Visibility { visible }));
    }

    pub(super) fn roster(&self) {
        let people = {
            let inner = self.inner.borrow();
            let mut people: Vec<Person> = Vec::new();
            for (id, a) in &inner.agents {
                let at = people.partition_point(|p| p.id < *id);
                people.insert(at, Person { id: *id, name: a.name.clone(), role: a.role.clone(), colour: colour(*id) });
            }
            people
        };
        self.control(&Control::Roster(Roster { people: List(people) }));
    }

    /// What a helper is told of who asks for help.
    fn facts(&self) {
        let person = self.host.person();
        let of = |name: &str| {
            let text = js_sys::Reflect::get(&person, &name.into()).ok().and_then(|v| v.as_string()).unwrap_or_default();
            text.chars().take(limits::MAX_NAME / 4).collect::<String>()
        };
        let browser = web_sys::window().and_then(|w| w.navigator().user_agent().ok()).unwrap_or_default();
        #[allow(clippy::cast_possible_truncation, reason = "seconds of a session")]
        let since = (chat::wall().saturating_sub(self.inner.borrow().since) / 1000) as u32;
        let browser = browser.chars().take(limits::MAX_FIELD / 4).collect();
        let (name, topic) = (of("name"), of("topic"));
        self.control(&Control::Facts(Facts { name, topic, language: self.host.language(), browser, since }));
    }

    pub(super) fn from_agent(self: &Rc<Self>, envelope: Envelope, payload: &[u8]) {
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
                agent.lanes.drain().for_each(|(_, lane)| lane.close());
            }
            let key = agent.pair.lane(Direction::AgentToCustomer, envelope.instance, envelope.channel);
            let weak = Rc::downgrade(self);
            let sender = envelope.sender;
            agent
                .lanes
                .entry(envelope.channel)
                .or_insert_with(|| {
                    LaneIn::new(
                        session,
                        envelope.channel,
                        key,
                        Rc::new(move |opened| {
                            if let (Some(this), Opened::Message(kind, bytes)) = (weak.upgrade(), opened) {
                                this.agent_says(sender, kind, &bytes);
                            }
                        }),
                    )
                })
                .clone()
        };
        lane.frame(envelope, payload);
    }

    pub(super) fn agent_says(self: &Rc<Self>, sender: ParticipantId, kind: Kind, bytes: &[u8]) {
        // What was on its way when they were sent away counts no more.
        if !self.inner.borrow().agents.contains_key(&sender) {
            return;
        }
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
            Control::NeedKeyframe(_) => self.begin_anew(sender),
            Control::Compare(theirs) => {
                if let Some(page) = self.page() {
                    page.mend(&theirs);
                }
            }
            Control::Fonts(asked) => {
                if self.page().is_some() && !self.inner.borrow().paused {
                    let fonts = crate::fonts::measured(&self.host, asked.fonts.0);
                    self.control(&Control::Measures(Measures { fonts: List(fonts) }));
                }
            }
            Control::Want(want) => self.wanted(want.hash),
            Control::Mark(mark) => self.mark(sender, mark),
            Control::AskTouched(_) => {
                let settings = self.settings();
                if let Some(page) = self.page().filter(|_| settings.is_draft()) {
                    self.control(&Control::Touched(page.touched(settings.policy_hash.clone())));
                }
            }
            Control::AskGrant(_) => self.ask_grant(sender),
            Control::Act(act) => self.act(sender, &act),
            Control::Clear(clear) => self.unmark(sender, clear),
            Control::Said(said) => self.said(sender, said),
            Control::AskSaid(asked) => self.say_again(sender, asked.after),
            Control::Heard(heard) => self.heard(sender, heard),
            Control::Typing(_) => self.types_there(sender),
            Control::AskInvite(_) => self.invite(sender),
            Control::Hand(hand) => self.hand(sender, hand),
            Control::Leave(_) => self.part_with(sender, record::LEFT),
            Control::Roster(_)
            | Control::Paused(_)
            | Control::Unpaused(_)
            | Control::Notice(_)
            | Control::Visibility(_)
            | Control::Hello(_)
            | Control::Grant(_)
            | Control::Acted(_)
            | Control::Measures(_)
            | Control::Facts(_)
            | Control::Invite(_)
            | Control::Touched(_) => {}
        }
    }

    /// Somebody lacks a file that was offered.
    pub(super) fn wanted(&self, hash: [u8; 16]) {
        let assets = self.inner.borrow().assets.clone();
        if !assets.is_some_and(|assets| assets.wanted(hash))
            && let Some(frames) = &self.inner.borrow().frames
        {
            frames.wanted(hash);
        }
    }

    /// Somebody's picture is broken or new: a new run of ours, so that every lane begins at zero and no number can be
    /// heard twice. The page is not read again; the mirror is the keyframe.
    fn begin_anew(self: &Rc<Self>, asked: ParticipantId) {
        {
            let mut inner = self.inner.borrow_mut();
            if crate::page::now() - inner.anew < ANEW_EVERY || inner.socket.is_none() {
                return;
            }
            inner.anew = crate::page::now();
            inner.instance = Instance(link_wasm::next_run(&self.host.kept(), inner.instance.0));
            inner.broadcast = None;
        }
        self.send_key(asked);
        self.go_live();
        self.keep();
    }
}
