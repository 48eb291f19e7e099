//! Bad bytes, from a customer, an agent or a stranger: a named close code, one log line, nobody else disturbed.

mod common;

use std::net::SocketAddr;
use std::time::Duration;

use common::ORIGIN;
use futures_util::{SinkExt, StreamExt};
use protocol::field::List;
use protocol::session::{self, Claim, Empty, Hello, Open, Opened, Resume};
use protocol::{Channel, CloseCode, Envelope, Epoch, Instance, Kind, ParticipantId, TabId, limits};
use relay::fetch::Fetcher;
use relay::hub::Agent;
use relay::shell::Shell;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

type Ws = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

struct Relay {
    address: SocketAddr,
    shell: Shell,
}

async fn relay() -> Relay {
    let fetcher = Fetcher::new(Vec::new()).expect("a client");
    let (address, shell) = common::relay("default = \"show\"".to_owned(), fetcher).await;
    Relay { address, shell }
}

impl Relay {
    async fn dial(&self, door: &str, origin: Option<&str>) -> Ws {
        let mut request = format!("ws://{}/api/v1/{door}", self.address).into_client_request().expect("a request");
        let headers = request.headers_mut();
        headers.insert("sec-websocket-protocol", "beside.1".parse().expect("a header"));
        if let Some(origin) = origin {
            headers.insert("origin", origin.parse().expect("a header"));
        }
        tokio_tungstenite::connect_async(request).await.expect("connects").0
    }
    async fn customer(&self) -> (Ws, Opened) {
        let mut ws = self.dial("customer", Some(ORIGIN)).await;
        send(&mut ws, open("acme-bank", ORIGIN)).await;
        let (_, payload) = frame(&mut ws).await;
        (ws, session::parse(&payload).expect("opened"))
    }
    async fn agent(&self) -> Ws {
        let agent = Agent {
            user: 1,
            tenant: "acme-bank".to_owned(),
            company: "Acme Bank".to_owned(),
            name: "Sanne Bakker".to_owned(),
            role: "agent".to_owned(),
        };
        let ticket = self.shell.socket_ticket(agent);
        let own = format!("http://{}", self.address);
        let mut ws = self.dial("agent", Some(&own)).await;
        send(&mut ws, session::frame(Kind::HELLO, &Hello { ticket })).await;
        assert_eq!(frame(&mut ws).await.0.kind, Kind::WELCOME);
        ws
    }
}

fn open(tenant: &str, origin: &str) -> Vec<u8> {
    session::frame(
        Kind::OPEN,
        &Open { tenant: tenant.to_owned(), origin: origin.to_owned(), nonce: [1; 16], tab: TabId(1), policy: "1".to_owned() },
    )
}

async fn send(ws: &mut Ws, bytes: Vec<u8>) {
    ws.send(Message::Binary(bytes.into())).await.expect("sent");
}

async fn next(ws: &mut Ws) -> Option<Message> {
    tokio::time::timeout(Duration::from_secs(10), ws.next()).await.expect("in time")?.ok()
}

async fn frame(ws: &mut Ws) -> (Envelope, Vec<u8>) {
    let Some(Message::Binary(bytes)) = next(ws).await else { panic!("no frame") };
    let (envelope, payload) = Envelope::decode(&bytes).expect("a frame");
    (envelope, payload.to_vec())
}

/// The code a socket is closed with; frames before it are read over.
async fn code(ws: &mut Ws) -> u16 {
    loop {
        match next(ws).await {
            Some(Message::Close(Some(frame))) => return frame.code.into(),
            Some(Message::Close(None)) | None => return 1006,
            Some(_) => {}
        }
    }
}

fn forwarded(kind: Kind, sender: u16, to: u16, tab: u16) -> Vec<u8> {
    Envelope {
        kind,
        channel: Channel::Page,
        flags: 0,
        sender: ParticipantId(sender),
        to: ParticipantId(to),
        tab: TabId(tab),
        instance: Instance(1),
        epoch: Epoch(1),
        seq: 0,
    }
    .frame(b"sealed bytes that nobody here can read")
}

/// What, which door, which Origin header, which first message, which code.
type Refusal = (&'static str, &'static str, Option<&'static str>, Vec<u8>, CloseCode);

#[tokio::test]
async fn a_stranger_is_told_why() {
    let relay = relay().await;
    let rows: Vec<Refusal> = vec![
        ("garbage", "customer", Some(ORIGIN), vec![0xff; 40], CloseCode::Version),
        ("empty", "customer", Some(ORIGIN), vec![], CloseCode::BadFrame),
        ("a truncated header", "customer", Some(ORIGIN), vec![1, 1, 0], CloseCode::BadFrame),
        ("an unknown kind", "customer", Some(ORIGIN), forwarded(Kind(0x7f), 0, 0, 0), CloseCode::BadFrame),
        ("no such tenant", "customer", Some(ORIGIN), open("nobody", ORIGIN), CloseCode::UnknownTenant),
        (
            "an origin that is not on the list",
            "customer",
            Some("https://evil.example"),
            open("acme-bank", "https://evil.example"),
            CloseCode::OriginRefused,
        ),
        (
            "an origin that only begins alike",
            "customer",
            Some("https://acme.example.evil.example"),
            open("acme-bank", "https://acme.example.evil.example"),
            CloseCode::OriginRefused,
        ),
        ("a header that says otherwise", "customer", Some("https://evil.example"), open("acme-bank", ORIGIN), CloseCode::OriginRefused),
        ("no Origin header", "customer", None, open("acme-bank", ORIGIN), CloseCode::OriginRefused),
        ("the null origin", "customer", Some("null"), open("acme-bank", "null"), CloseCode::OriginRefused),
        ("page frames before anything", "customer", Some(ORIGIN), forwarded(Kind::PAGE, 1, 0, 1), CloseCode::NotAllowed),
        (
            "an agent's message at the customer's door",
            "customer",
            Some(ORIGIN),
            session::frame(Kind::HELLO, &Hello { ticket: "x".to_owned() }),
            CloseCode::NotAllowed,
        ),
        (
            "a made-up resume ticket",
            "customer",
            Some(ORIGIN),
            session::frame(Kind::RESUME, &Resume { ticket: "00.11".to_owned(), tab: TabId(1), received: List(vec![]) }),
            CloseCode::TicketRefused,
        ),
        ("bytes after a message", "customer", Some(ORIGIN), [open("acme-bank", ORIGIN), vec![0]].concat(), CloseCode::BadFrame),
    ];
    for (what, door, origin, bytes, expected) in rows {
        let mut ws = relay.dial(door, origin).await;
        send(&mut ws, bytes).await;
        assert_eq!(code(&mut ws).await, expected.number(), "{what}");
    }
    let own = format!("http://{}", relay.address);
    let mut ws = relay.dial("agent", Some(&own)).await;
    send(&mut ws, session::frame(Kind::HELLO, &Hello { ticket: "made up".to_owned() })).await;
    assert_eq!(code(&mut ws).await, CloseCode::TicketRefused.number());
}

#[tokio::test]
async fn bad_frames_end_their_sender_and_nobody_else() {
    let relay = relay().await;
    let (mut healthy, _) = relay.customer().await;
    let ping = session::frame(Kind::PING, &Empty {});
    let rows: Vec<(&str, Vec<u8>, CloseCode)> = vec![
        ("another version", vec![9; 30], CloseCode::Version),
        ("truncated", vec![1, 0x40, 2], CloseCode::BadFrame),
        ("an unknown kind", forwarded(Kind(0x6e), 1, 0, 1), CloseCode::BadFrame),
        (
            "an unknown channel",
            {
                let mut f = forwarded(Kind::PAGE, 1, 0, 1);
                f[2] = 99;
                f
            },
            CloseCode::BadFrame,
        ),
        (
            "an unknown flag",
            {
                let mut f = forwarded(Kind::PAGE, 1, 0, 1);
                f[3] = 0x80;
                f
            },
            CloseCode::BadFrame,
        ),
        ("in another's name", forwarded(Kind::PAGE, 2, 0, 1), CloseCode::NotAllowed),
        ("in another tab's name", forwarded(Kind::PAGE, 1, 0, 7), CloseCode::NotAllowed),
        ("an agent's kind", session::frame(Kind::CLAIM, &Claim { nameplate: "1".to_owned() }), CloseCode::NotAllowed),
        ("a payload that is none", [session::frame(Kind::ADMIT, &Empty {}), vec![]].concat(), CloseCode::BadFrame),
        ("opened twice", open("acme-bank", ORIGIN), CloseCode::NotAllowed),
    ];
    for (what, bytes, expected) in rows {
        let (mut ws, _) = relay.customer().await;
        send(&mut ws, bytes).await;
        assert_eq!(code(&mut ws).await, expected.number(), "{what}");
        send(&mut healthy, ping.clone()).await;
        assert_eq!(frame(&mut healthy).await.0.kind, Kind::PONG, "after {what}");
    }
    // A kind that an older peer may skip is skipped.
    let (mut ws, _) = relay.customer().await;
    send(&mut ws, forwarded(Kind(0xfe), 1, 0, 1)).await;
    send(&mut ws, ping.clone()).await;
    assert_eq!(frame(&mut ws).await.0.kind, Kind::PONG);
    // A text frame and an oversized one.
    ws.send(Message::Text("hello".into())).await.expect("sent");
    assert_eq!(code(&mut ws).await, CloseCode::BadFrame.number());
    let (mut ws, _) = relay.customer().await;
    let _ = ws.send(Message::Binary(vec![1; limits::MAX_FRAME + 1].into())).await;
    assert!(matches!(next(&mut ws).await, None | Some(Message::Close(_))), "an oversized frame ends the socket");
    send(&mut healthy, ping).await;
    assert_eq!(frame(&mut healthy).await.0.kind, Kind::PONG);
}

#[tokio::test]
async fn before_admission_an_agent_hears_and_says_the_handshake_only() {
    let relay = relay().await;
    let (mut customer, opened) = relay.customer().await;
    let mut agent = relay.agent().await;
    send(&mut agent, session::frame(Kind::CLAIM, &Claim { nameplate: opened.nameplate.clone() })).await;
    assert_eq!(frame(&mut agent).await.0.kind, Kind::CLAIMED);
    assert_eq!(frame(&mut customer).await.0.kind, Kind::JOINING);
    // The customer's page frames do not reach it …
    send(&mut customer, forwarded(Kind::PAGE, 1, 0, 1)).await;
    send(&mut customer, forwarded(Kind::PAGE, 1, 2, 1)).await;
    send(&mut agent, session::frame(Kind::PING, &Empty {})).await;
    assert_eq!(frame(&mut agent).await.0.kind, Kind::PONG, "a page frame reached an agent who is not admitted");
    // … and its own sealed frames are refused.
    send(&mut agent, forwarded(Kind::CONTROL, 2, 1, 0)).await;
    assert_eq!(code(&mut agent).await, CloseCode::NotAllowed.number());
}

#[tokio::test]
async fn a_socket_ticket_works_once() {
    let relay = relay().await;
    let agent = Agent { user: 1, tenant: "acme-bank".to_owned(), company: String::new(), name: "A".to_owned(), role: "agent".to_owned() };
    let ticket = relay.shell.socket_ticket(agent);
    let own = format!("http://{}", relay.address);
    for expected in [Some(Kind::WELCOME), None] {
        let mut ws = relay.dial("agent", Some(&own)).await;
        send(&mut ws, session::frame(Kind::HELLO, &Hello { ticket: ticket.clone() })).await;
        match expected {
            Some(kind) => assert_eq!(frame(&mut ws).await.0.kind, kind),
            None => assert_eq!(code(&mut ws).await, CloseCode::TicketRefused.number()),
        }
    }
}

#[tokio::test]
async fn a_resume_ticket_is_spent_by_use_and_worth_nothing_at_the_other_door() {
    let relay = relay().await;
    let (customer, opened) = relay.customer().await;
    drop(customer);
    let resume = |ticket: &str| session::frame(Kind::RESUME, &Resume { ticket: ticket.to_owned(), tab: TabId(1), received: List(vec![]) });
    let own = format!("http://{}", relay.address);
    let mut at_the_agents = relay.dial("agent", Some(&own)).await;
    send(&mut at_the_agents, resume(&opened.ticket)).await;
    assert_eq!(code(&mut at_the_agents).await, CloseCode::OriginRefused.number());
    let mut ws = relay.dial("customer", Some(ORIGIN)).await;
    send(&mut ws, resume(&opened.ticket)).await;
    assert_eq!(frame(&mut ws).await.0.kind, Kind::RESUMED);
    let mut again = relay.dial("customer", Some(ORIGIN)).await;
    send(&mut again, resume(&opened.ticket)).await;
    assert_eq!(code(&mut again).await, CloseCode::TicketRefused.number());
}
