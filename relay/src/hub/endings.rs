//! Sockets go, time passes, sessions end.

use super::*;

impl Hub {
    /// A socket is closed.
    pub fn handle_gone(&mut self, conn: Conn, now: u64) {
        let Some(socket) = self.sockets.remove(&conn) else { return };
        match socket.seat {
            Seat::Waiting(_) => {}
            Seat::Customer(id, tab) => {
                let Some(s) = self.sessions.get_mut(&id) else { return };
                if s.tabs.get(&tab) == Some(&conn) {
                    s.tabs.remove(&tab);
                    if s.tabs.is_empty() {
                        s.away = Some(now);
                    }
                    self.tell_presence(id, ParticipantId::CUSTOMER, tab, false, None);
                }
            }
            Seat::Agent(id, who) => {
                let Some(s) = self.sessions.get_mut(&id) else { return };
                let Some(seat) = s.agents.get_mut(&who) else { return };
                if seat.conn != Some(conn) {
                    return;
                }
                seat.conn = None;
                let called = seat.called();
                if seat.admitted {
                    self.note_deed(id, called, "line-lost");
                    self.tell_presence(id, who, TabId(0), false, None);
                } else {
                    s.agents.remove(&who);
                    self.tell_presence(id, who, TabId(0), false, None);
                }
            }
        }
    }

    /// Whatever is due. The shell calls it once a second.
    pub fn handle_timeout(&mut self, now: u64) {
        let over: Vec<(SessionId, EndReason)> = self
            .sessions
            .iter()
            .filter_map(|(id, s)| {
                let away = s.away.is_some();
                let unclaimed = !s.agents.values().any(|a| a.admitted) && !s.restored;
                let patience = if unclaimed { limits::UNCLAIMED_SECONDS } else { protocol::limits::RESUME_SECONDS };
                let away = away && s.away.is_some_and(|since| now >= since + patience);
                let old = now >= s.began + limits::SESSION_SECONDS;
                (away || old).then_some((*id, if away { EndReason::Away } else { EndReason::Limit }))
            })
            .collect();
        let expired: Vec<SessionId> =
            self.sessions.iter().filter(|(_, s)| s.nameplate.as_ref().is_some_and(|(_, until)| now >= *until)).map(|(id, _)| *id).collect();
        for id in expired {
            self.release_nameplate(id, now);
        }
        for (id, reason) in over {
            self.end(id, reason, now);
        }
        self.resting.retain(|_, until| *until > now);
        self.failed.retain(|_, (hour, _)| *hour == now / 3600);
        self.ended.retain(|_, at| now < *at + limits::SESSION_SECONDS);
    }

    /// The relay stops: everybody is asked to come back.
    pub fn handle_stop(&mut self) {
        let mut conns: Vec<Conn> = self.sockets.keys().copied().collect();
        conns.sort_unstable();
        for conn in conns {
            self.close(conn, CloseCode::Restarting);
        }
    }

    pub(super) fn end(&mut self, id: SessionId, reason: EndReason, now: u64) {
        self.release_nameplate(id, now);
        let Some(s) = self.sessions.remove(&id) else { return };
        self.ended.insert(id, now);
        self.note(id, Note::Ended(notes::ending(reason)));
        let agents: Vec<(Conn, Agent)> = s.agents.into_values().filter_map(|a| a.conn.map(|c| (c, a.agent))).collect();
        for conn in s.tabs.into_values() {
            self.send(conn, Kind::ENDED, &Ended { reason: reason.number() });
            self.sockets.remove(&conn);
            self.close(conn, CloseCode::Ended);
        }
        for (conn, _) in agents {
            self.send(conn, Kind::ENDED, &Ended { reason: reason.number() });
            self.sockets.remove(&conn);
            self.close(conn, CloseCode::Ended);
        }
        self.out.push_back(Command::Over(id));
    }
}
