//! People who go, are turned away or put out, and who is told of whom.

use super::*;

impl Hub {
    /// Knocking agents hear that it did not work; the code they typed is gone.
    pub(super) fn refuse_knocking(&mut self, id: SessionId, now: u64) {
        let knocking: Vec<ParticipantId> =
            self.sessions.get(&id).map(|s| s.agents.iter().filter(|(_, a)| !a.admitted).map(|(who, _)| *who).collect()).unwrap_or_default();
        for who in knocking {
            self.unseat(id, who, Kind::NOT_VALID, now);
        }
    }

    pub(super) fn unseat(&mut self, id: SessionId, who: ParticipantId, kind: Kind, now: u64) {
        let seat = self.sessions.get_mut(&id).and_then(|s| s.agents.remove(&who));
        let Some(seat) = seat else { return };
        if seat.admitted {
            return self.put_out(id, who, seat.conn);
        }
        self.note_deed(id, seat.called(), if kind == Kind::REFUSED { "turned-away" } else { "wrong-code" });
        if kind == Kind::NOT_VALID {
            self.failed_claim(seat.agent.user, now);
        }
        let Some(conn) = seat.conn else { return };
        if let Some(socket) = self.sockets.get_mut(&conn) {
            socket.seat = Seat::Waiting(seat.agent);
        }
        self.send(conn, kind, &Empty {});
    }

    /// Somebody who was in is out, for good; the session goes on.
    pub(super) fn put_out(&mut self, id: SessionId, who: ParticipantId, conn: Option<Conn>) {
        if let Some(s) = self.sessions.get_mut(&id) {
            s.removed.insert(who);
        }
        if let Some(conn) = conn {
            self.send(conn, Kind::ENDED, &Ended { reason: EndReason::Removed.number() });
            self.sockets.remove(&conn);
            self.close(conn, CloseCode::Ended);
        }
        self.tell_presence(id, who, TabId(0), false, None);
    }

    pub(super) fn leave(&mut self, conn: Conn, id: SessionId, who: ParticipantId) {
        let Some(seat) = self.sessions.get_mut(&id).and_then(|s| s.agents.remove(&who)) else { return };
        self.note_deed(id, seat.called(), "gave-up");
        self.tell_presence(id, who, TabId(0), false, None);
        if let Some(socket) = self.sockets.get_mut(&conn) {
            socket.seat = Seat::Waiting(seat.agent);
        }
    }

    pub(super) fn tell_presence(&mut self, id: SessionId, who: ParticipantId, tab: TabId, online: bool, but: Option<Conn>) {
        let Some(s) = self.sessions.get(&id) else { return };
        let presence = Presence { participant: who, tab, online };
        let mut to: Vec<Conn> = s.tabs.values().copied().collect();
        to.extend(s.agents.values().filter(|a| a.admitted).filter_map(|a| a.conn));
        for conn in to.into_iter().filter(|c| Some(*c) != but) {
            self.send(conn, Kind::PRESENCE, &presence);
        }
    }

    /// Tells a newcomer who else is there.
    pub(super) fn tell_who_is_there(&mut self, id: SessionId, conn: Conn, me: ParticipantId) {
        let Some(s) = self.sessions.get(&id) else { return };
        let mut there: Vec<Presence> =
            s.tabs.keys().map(|tab| Presence { participant: ParticipantId::CUSTOMER, tab: *tab, online: true }).collect();
        there.extend(s.agents.iter().filter(|(_, a)| a.admitted).map(|(who, a)| Presence {
            participant: *who,
            tab: TabId(0),
            online: a.conn.is_some(),
        }));
        for presence in there.into_iter().filter(|p| p.participant != me) {
            self.send(conn, Kind::PRESENCE, &presence);
        }
    }
}
