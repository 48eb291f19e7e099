//! The hub in virtual time: events in, commands out.

use protocol::field::{Field, List};
use protocol::session::{
    self, Admit, Admitted, Claim, Claimed, Empty, EndReason, Ended, Open, Opened, Presence, Refuse, Renewed, Resume, Resumed,
};
use protocol::{CloseCode, Envelope, Kind, ParticipantId, SessionId, TabId, limits};
use relay::hub::{Agent, Command, Conn, Draft, Hub};
use relay::tickets::RelayKey;

const T: u64 = 1_000_000;

fn hub() -> Hub {
    Hub::new(RelayKey([7; 32]), [], T)
}

fn agent(user: i64, tenant: &str) -> Agent {
    Agent { user, tenant: tenant.to_owned(), company: tenant.to_owned(), name: format!("Agent {user}"), role: "agent".to_owned() }
}

fn drain(hub: &mut Hub) -> Vec<Command> {
    std::iter::from_fn(|| hub.next_command()).collect()
}

/// The only message of this kind that was sent to `conn`.
fn sent<T: Field>(commands: &[Command], conn: Conn, kind: Kind) -> Option<T> {
    commands.iter().find_map(|c| match c {
        Command::Send(to, bytes) if *to == conn => {
            let (envelope, payload) = Envelope::decode(bytes).expect("ours");
            (envelope.kind == kind).then(|| session::parse(payload).expect("ours"))
        }
        _ => None,
    })
}

fn open(hub: &mut Hub, conn: Conn, tenant: &str, random: u8, now: u64) -> Opened {
    let open = Open {
        tenant: tenant.to_owned(),
        origin: "https://acme.example".to_owned(),
        nonce: [1; 16],
        tab: TabId(1),
        policy: "1".to_owned(),
    };
    hub.handle_open(conn, open, None, [random; 32], now);
    sent(&drain(hub), conn, Kind::OPENED).expect("opened")
}

fn say<T: Field>(hub: &mut Hub, conn: Conn, kind: Kind, message: &T, now: u64) -> Vec<Command> {
    hub.handle_frame(conn, &session::frame(kind, message), [9; 32], now);
    drain(hub)
}

/// A customer on 1 and an agent on 2 who is in.
fn live(hub: &mut Hub) -> (Opened, Claimed) {
    let opened = open(hub, Conn(1), "acme", 1, T);
    hub.handle_agent(Conn(2), agent(1, "acme"), T);
    drain(hub);
    let out = say(hub, Conn(2), Kind::CLAIM, &Claim { nameplate: opened.nameplate.clone() }, T);
    let claimed: Claimed = sent(&out, Conn(2), Kind::CLAIMED).expect("claimed");
    say(hub, Conn(1), Kind::ADMIT, &Admit { participant: claimed.participant }, T);
    (opened, claimed)
}

#[test]
fn nameplates_are_the_shortest_that_are_free_and_rest_after_use() {
    let mut hub = hub();
    let mut seen = std::collections::HashSet::new();
    for n in 0..90u8 {
        let opened = open(&mut hub, Conn(u64::from(n)), "acme", n, T);
        assert_eq!(opened.nameplate.len(), 2);
        assert!(seen.insert(opened.nameplate));
    }
    let third = open(&mut hub, Conn(200), "acme", 200, T);
    assert_eq!(third.nameplate.len(), 3, "all of two digits are taken");
    assert_eq!(open(&mut hub, Conn(201), "other", 201, T).nameplate.len(), 2, "another tenant has its own");
    // One is given up: it is not given again before it has rested.
    let out = say(&mut hub, Conn(0), Kind::RENEW, &Empty {}, T + 1);
    let renewed: Renewed = sent(&out, Conn(0), Kind::RENEWED).expect("renewed");
    assert_eq!(renewed.nameplate.len(), 3);
}

#[test]
fn every_failed_claim_gets_the_same_answer() {
    let mut hub = hub();
    let opened = open(&mut hub, Conn(1), "acme", 1, T);
    let rows = [
        ("no such nameplate", agent(1, "acme"), "99999".to_owned(), T),
        ("another tenant's agent", agent(2, "other"), opened.nameplate.clone(), T),
        ("expired", agent(3, "acme"), opened.nameplate.clone(), T + limits::PIN_SECONDS),
    ];
    for (n, (what, who, nameplate, now)) in rows.into_iter().enumerate() {
        let conn = Conn(10 + n as u64);
        hub.handle_agent(conn, who, now);
        drain(&mut hub);
        let out = say(&mut hub, conn, Kind::CLAIM, &Claim { nameplate }, now);
        assert_eq!(out, vec![Command::Send(conn, session::frame(Kind::NOT_VALID, &Empty {}))], "{what}");
    }
    // Used up: admitted, so the nameplate is gone.
    let (opened, _) = live(&mut self::hub());
    let _ = opened;
    let mut hub = self::hub();
    let (opened, _) = live(&mut hub);
    hub.handle_agent(Conn(20), agent(4, "acme"), T);
    drain(&mut hub);
    let out = say(&mut hub, Conn(20), Kind::CLAIM, &Claim { nameplate: opened.nameplate }, T);
    assert_eq!(out, vec![Command::Send(Conn(20), session::frame(Kind::NOT_VALID, &Empty {}))], "used");
}

#[test]
fn a_draft_is_seen_by_whoever_makes_it_and_by_nobody_else() {
    let mut hub = hub();
    let name = "draft-77".to_owned();
    let trying =
        Open { tenant: "acme".to_owned(), origin: "https://acme.example".to_owned(), nonce: [1; 16], tab: TabId(1), policy: name.clone() };
    hub.handle_open(Conn(1), trying, Some(Draft { user: 7, name: name.clone() }), [3; 32], T);
    let opened: Opened = sent(&drain(&mut hub), Conn(1), Kind::OPENED).expect("opened");
    let mut conn = 10;
    let mut gets_in = |hub: &mut Hub, user: i64, nameplate: &str| {
        conn += 1;
        hub.handle_agent(Conn(conn), agent(user, "acme"), T);
        drain(hub);
        let out = say(hub, Conn(conn), Kind::CLAIM, &Claim { nameplate: nameplate.to_owned() }, T);
        sent::<Claimed>(&out, Conn(conn), Kind::CLAIMED).is_some()
    };
    assert!(!gets_in(&mut hub, 8, &opened.nameplate), "another account");
    let out = say(&mut hub, Conn(1), Kind::RENEW, &Empty {}, T);
    let renewed: Renewed = sent(&out, Conn(1), Kind::RENEWED).expect("renewed");
    assert!(!gets_in(&mut hub, 8, &renewed.nameplate), "by a new code");
    // After a restart nothing is known but what the ticket says.
    let mut fresh = self::hub();
    let resume = Resume { ticket: opened.ticket, tab: TabId(1), received: List(vec![]) };
    fresh.handle_resume(Conn(1), &resume, Some("https://acme.example"), T);
    drain(&mut fresh);
    let out = say(&mut fresh, Conn(1), Kind::RENEW, &Empty {}, T);
    let again: Renewed = sent(&out, Conn(1), Kind::RENEWED).expect("renewed");
    assert!(!gets_in(&mut fresh, 8, &again.nameplate), "after a restart");
    assert!(gets_in(&mut fresh, 7, &again.nameplate), "whoever makes it");
    // Its page hears when it is saved, and no other.
    open(&mut fresh, Conn(90), "acme", 9, T);
    fresh.handle_published(&name);
    let told: Vec<Conn> = drain(&mut fresh).iter().filter_map(|c| if let Command::Send(to, _) = c { Some(*to) } else { None }).collect();
    assert_eq!(told, [Conn(1)]);
}

#[test]
fn an_agent_who_guesses_is_barred_for_the_hour_even_from_the_right_one() {
    let mut hub = hub();
    let opened = open(&mut hub, Conn(1), "acme", 1, T);
    hub.handle_agent(Conn(2), agent(1, "acme"), T);
    drain(&mut hub);
    for _ in 0..relay::limits::MAX_FAILED_CLAIMS {
        say(&mut hub, Conn(2), Kind::CLAIM, &Claim { nameplate: "99999".to_owned() }, T);
    }
    let out = say(&mut hub, Conn(2), Kind::CLAIM, &Claim { nameplate: opened.nameplate }, T);
    assert!(sent::<Empty>(&out, Conn(2), Kind::NOT_VALID).is_some());
}

#[test]
fn a_refused_agent_may_try_another_nameplate() {
    let mut hub = hub();
    let opened = open(&mut hub, Conn(1), "acme", 1, T);
    hub.handle_agent(Conn(2), agent(1, "acme"), T);
    drain(&mut hub);
    let out = say(&mut hub, Conn(2), Kind::CLAIM, &Claim { nameplate: opened.nameplate.clone() }, T);
    let claimed: Claimed = sent(&out, Conn(2), Kind::CLAIMED).expect("claimed");
    let out = say(&mut hub, Conn(1), Kind::REFUSE, &Refuse { participant: claimed.participant, by_person: true }, T);
    assert!(sent::<Empty>(&out, Conn(2), Kind::REFUSED).is_some());
    let other = open(&mut hub, Conn(3), "acme", 50, T);
    let out = say(&mut hub, Conn(2), Kind::CLAIM, &Claim { nameplate: other.nameplate }, T);
    assert!(sent::<Claimed>(&out, Conn(2), Kind::CLAIMED).is_some());
}

#[test]
fn presence_follows_the_customers_socket() {
    let mut hub = hub();
    let (opened, _) = live(&mut hub);
    hub.handle_gone(Conn(1), T + 5);
    let gone: Presence = sent(&drain(&mut hub), Conn(2), Kind::PRESENCE).expect("told");
    assert_eq!(gone, Presence { participant: ParticipantId::CUSTOMER, tab: TabId(1), online: false });
    hub.handle_resume(
        Conn(5),
        &Resume { ticket: opened.ticket, tab: TabId(1), received: List(vec![]) },
        Some("https://acme.example"),
        T + 6,
    );
    let out = drain(&mut hub);
    let back: Presence = sent(&out, Conn(2), Kind::PRESENCE).expect("told");
    assert!(back.online);
    assert!(sent::<Resumed>(&out, Conn(5), Kind::RESUMED).is_some());
}

#[test]
fn tickets_stand_a_session_up_again_after_a_restart_in_either_order() {
    let mut before = hub();
    let (opened, claimed) = live(&mut before);
    // The agent's ticket was handed out at admission.
    let mut again = hub();
    let (opened2, _) = live(&mut again);
    let _ = opened2;
    let mut fresh = hub();
    fresh.handle_resume(
        Conn(8),
        &Resume { ticket: opened.ticket.clone(), tab: TabId(1), received: List(vec![]) },
        Some("https://acme.example"),
        T + 60,
    );
    let resumed: Resumed = sent(&drain(&mut fresh), Conn(8), Kind::RESUMED).expect("resumed");
    assert_eq!(resumed.session, claimed.session);
    assert_eq!(resumed.wrap_key, opened.wrap_key, "what the tab kept can be opened");
    assert!(!resumed.continued);
    // The old ticket is spent, the new one works.
    fresh.handle_resume(
        Conn(9),
        &Resume { ticket: opened.ticket, tab: TabId(1), received: List(vec![]) },
        Some("https://acme.example"),
        T + 61,
    );
    assert_eq!(drain(&mut fresh), vec![Command::Close(Conn(9), CloseCode::TicketRefused)]);
    fresh.handle_resume(
        Conn(10),
        &Resume { ticket: resumed.ticket, tab: TabId(1), received: List(vec![]) },
        Some("https://acme.example"),
        T + 62,
    );
    let out = drain(&mut fresh);
    assert!(sent::<Resumed>(&out, Conn(10), Kind::RESUMED).is_some());
    assert!(out.contains(&Command::Close(Conn(8), CloseCode::Replaced)), "one socket a tab");
}

#[test]
fn an_ended_session_stays_ended_even_over_a_restart() {
    let mut hub = hub();
    let (opened, claimed) = live(&mut hub);
    let out = say(&mut hub, Conn(2), Kind::END, &Empty {}, T + 1);
    let ended: Ended = sent(&out, Conn(1), Kind::ENDED).expect("told");
    assert_eq!(EndReason::from_number(ended.reason), Some(EndReason::Agent));
    assert!(out.contains(&Command::Over(claimed.session)));
    assert_eq!(hub.counts().sessions, 0);
    let mut fresh = Hub::new(RelayKey([7; 32]), [SessionId(claimed.session.0)], T + 2);
    fresh.handle_resume(
        Conn(8),
        &Resume { ticket: opened.ticket, tab: TabId(1), received: List(vec![]) },
        Some("https://acme.example"),
        T + 3,
    );
    assert_eq!(drain(&mut fresh), vec![Command::Close(Conn(8), CloseCode::Ended)]);
}

#[test]
fn nobody_comes_back_and_the_session_goes() {
    let mut hub = hub();
    live(&mut hub);
    hub.handle_gone(Conn(1), T + 5);
    drain(&mut hub);
    hub.handle_timeout(T + 5 + limits::RESUME_SECONDS - 1);
    assert!(drain(&mut hub).is_empty());
    hub.handle_timeout(T + 5 + limits::RESUME_SECONDS);
    let ended: Ended = sent(&drain(&mut hub), Conn(2), Kind::ENDED).expect("told");
    assert_eq!(EndReason::from_number(ended.reason), Some(EndReason::Away));
    assert_eq!(hub.counts().sessions, 0);
}

#[test]
fn a_flood_is_cut() {
    let mut hub = hub();
    hub.handle_agent(Conn(2), agent(1, "acme"), T);
    drain(&mut hub);
    for _ in 0..relay::limits::AGENT_FRAMES_PER_SECOND {
        assert!(!say(&mut hub, Conn(2), Kind::PING, &Empty {}, T).contains(&Command::Close(Conn(2), CloseCode::Full)));
    }
    assert!(say(&mut hub, Conn(2), Kind::PING, &Empty {}, T).contains(&Command::Close(Conn(2), CloseCode::Full)));
}

#[test]
fn a_stop_asks_everybody_to_come_back() {
    let mut hub = hub();
    live(&mut hub);
    hub.handle_stop();
    assert_eq!(drain(&mut hub), vec![Command::Close(Conn(1), CloseCode::Restarting), Command::Close(Conn(2), CloseCode::Restarting)]);
}

#[test]
fn whom_the_customer_sends_away_is_out_and_stays_out() {
    let mut hub = hub();
    let opened = open(&mut hub, Conn(1), "acme", 1, T);
    hub.handle_agent(Conn(2), agent(1, "acme"), T);
    drain(&mut hub);
    let out = say(&mut hub, Conn(2), Kind::CLAIM, &Claim { nameplate: opened.nameplate }, T);
    let claimed: Claimed = sent(&out, Conn(2), Kind::CLAIMED).expect("claimed");
    let who = claimed.participant;
    let out = say(&mut hub, Conn(1), Kind::ADMIT, &Admit { participant: who }, T);
    let admitted: Admitted = sent(&out, Conn(2), Kind::ADMITTED).expect("admitted");

    let out = say(&mut hub, Conn(1), Kind::REFUSE, &Refuse { participant: who, by_person: true }, T + 1);
    let ended: Ended = sent(&out, Conn(2), Kind::ENDED).expect("told");
    assert_eq!(EndReason::from_number(ended.reason), Some(EndReason::Removed));
    assert!(out.contains(&Command::Close(Conn(2), CloseCode::Ended)));
    assert_eq!(hub.counts().sessions, 1, "the session goes on");
    assert!(say(&mut hub, Conn(2), Kind::END, &Empty {}, T + 1).is_empty(), "nothing more is heard of them");
    hub.handle_resume(Conn(9), &Resume { ticket: admitted.ticket, tab: TabId(0), received: List(vec![]) }, None, T + 2);
    assert_eq!(drain(&mut hub), vec![Command::Close(Conn(9), CloseCode::TicketRefused)]);
}

#[test]
fn who_knocks_and_goes_is_told_to_be_gone() {
    let mut hub = hub();
    let opened = open(&mut hub, Conn(1), "acme", 1, T);
    for gives_up in [true, false] {
        hub.handle_agent(Conn(2), agent(1, "acme"), T);
        drain(&mut hub);
        let out = say(&mut hub, Conn(2), Kind::CLAIM, &Claim { nameplate: opened.nameplate.clone() }, T);
        let claimed: Claimed = sent(&out, Conn(2), Kind::CLAIMED).expect("claimed");
        let out = if gives_up {
            say(&mut hub, Conn(2), Kind::END, &Empty {}, T)
        } else {
            hub.handle_gone(Conn(2), T);
            drain(&mut hub)
        };
        let told: Presence = sent(&out, Conn(1), Kind::PRESENCE).expect("told");
        assert_eq!((told.participant, told.online), (claimed.participant, false));
        hub.handle_gone(Conn(2), T);
        drain(&mut hub);
    }
}
