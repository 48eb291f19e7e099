//! Several helpers: a colleague is invited by a code that the customer's browser makes, the customer lets them in and may send any
//! of them away. With everybody who comes or goes the keys are others.

use protocol::control::{Hand, Invite};

use super::*;

impl Session {
    /// A helper asks for a code for a colleague.
    pub(super) fn invite(self: &Rc<Self>, who: ParticipantId) {
        let may = {
            let mut inner = self.inner.borrow_mut();
            let may = inner.agents.contains_key(&who) && inner.agents.len() < MOST && inner.knocks.is_none();
            if may {
                inner.secret.clear();
                inner.candidates.clear();
                inner.invites = Some(who);
            }
            may
        };
        if may {
            self.send(Kind::RENEW, &Empty {});
        }
    }

    /// Whoever knocked has gone before there was an answer.
    pub(super) fn gave_up(self: &Rc<Self>, who: ParticipantId) {
        {
            let mut inner = self.inner.borrow_mut();
            if inner.knocks == Some(who) {
                inner.knocks = None;
            }
        }
        if !self.inner.borrow().agents.is_empty() {
            self.show_bar();
        } else if self.state() == State::Authorizing {
            self.renew();
        }
    }

    /// Whether the code that has just been made is for a helper to hand on; it is told to nobody else.
    pub(super) fn invited(&self, seconds: u32) -> bool {
        let Some(who) = self.inner.borrow_mut().invites.take() else { return false };
        self.tell(who, Kind::CONTROL, &Control::Invite(Invite { pin: self.pin(), seconds }).encode());
        self.record(record::INVITED, who);
        true
    }

    /// Who asks to be let in beside those who are.
    pub(super) fn asks_to_join(&self) -> Option<View> {
        let inner = self.inner.borrow();
        let who = inner.knocks?;
        let candidate = inner.candidates.get(&who)?;
        Some(View::Consent { participant: who.0, agent: candidate.name.clone(), role: candidate.role.clone(), beside: true })
    }

    /// Helpers who may be sent away one by one: where there is one only, that is what ending is for.
    pub(super) fn people(&self) -> Vec<(u16, String)> {
        let inner = self.inner.borrow();
        let mut people: Vec<(u16, String)> = Vec::new();
        if inner.agents.len() > 1 {
            for (id, agent) in &inner.agents {
                let at = people.partition_point(|(other, _)| *other < id.0);
                people.insert(at, (id.0, agent.name.clone()));
            }
        }
        people
    }

    /// The customer sends a helper away.
    pub(crate) fn send_away(self: &Rc<Self>, who: u16) {
        self.part_with(ParticipantId(who), record::REMOVED);
    }

    /// A helper goes. The last one takes the session along.
    pub(super) fn part_with(self: &Rc<Self>, who: ParticipantId, why: u8) {
        if self.inner.borrow_mut().agents.remove(&who).is_none() {
            return;
        }
        self.inner.borrow_mut().out.push(who);
        if self.inner.borrow().agents.is_empty() {
            return self.end();
        }
        self.record(why, who);
        self.send(Kind::REFUSE, &Refuse { participant: who, by_person: true });
        self.ui.overlay.gone(who);
        self.gone_from_grant(who);
        self.gone_from_look(who);
        self.inner.borrow_mut().marks.clear(&Clear { by: who, number: 0 });
        self.draw_marks();
        self.keep_course();
        self.new_epoch();
        self.go_live();
        self.keep();
    }

    /// Writes down at once what must not be lost when the page is left in the next moment: how far the chat is, and who is out.
    pub(super) fn keep_course(&self) {
        let inner = self.inner.borrow();
        let mut course = inner.talk.chat.last().to_string();
        for who in &inner.out {
            course.push(',');
            course.push_str(&who.0.to_string());
        }
        link_wasm::keep_beside(&self.host.kept(), Beside::Course, &course);
    }

    /// Takes that up again.
    pub(super) fn recall_course(&self) {
        let course = link_wasm::recall_beside(&self.host.kept(), Beside::Course);
        let mut numbers = course.split(',').filter_map(|n| n.parse::<u32>().ok());
        let mut inner = self.inner.borrow_mut();
        if let Some(last) = numbers.next() {
            inner.talk.chat.begin_after(last);
        }
        for who in numbers.filter_map(|n| u16::try_from(n).ok()).map(ParticipantId) {
            inner.agents.remove(&who);
            inner.out.push(who);
        }
    }

    /// New keys, for whoever is in now.
    pub(super) fn new_epoch(self: &Rc<Self>) {
        let Ok(secret) = link_wasm::random() else { return self.end() };
        let all: Vec<ParticipantId> = {
            let mut inner = self.inner.borrow_mut();
            inner.epoch = Epoch(inner.epoch.0 + 1);
            inner.epoch_secret = EpochSecret::from_bytes(secret);
            inner.broadcast = None;
            inner.agents.keys().copied().collect()
        };
        for who in all {
            self.send_key(who);
        }
    }

    /// A helper's notes, for the colleague who goes on.
    pub(super) fn hand(&self, by: ParticipantId, hand: Hand) {
        if hand.notes.len() <= limits::MAX_SAID && hand.to != by {
            self.tell(hand.to, Kind::CONTROL, &Control::Hand(Hand { by, ..hand }).encode());
        }
    }
}

/// Helpers of one session at most.
const MOST: usize = 8;
