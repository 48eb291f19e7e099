//! Bytes that never change, round trips, and decoders that take anything without a panic.

use beside_protocol::asset::{Asset, Missing, Offer, Piece};
use beside_protocol::control::{
    Act, Acted, AskSaid, Clear, Compare, Control, Facts, Font, Fonts, Grant, Hand, Heard, Invite, Mark, Measure, Measures, Nothing, Notice,
    Person, Point, Roster, Said, SheetSum, Touch, Touched, Typing, Visibility, Want, deed,
};
use beside_protocol::field::{Field, List};
use beside_protocol::kept::Kept;
use beside_protocol::live::{Anchor, Away, Live};
use beside_protocol::page::{Content, Decoder, Encoder, Head, Laid, Mended, NewNode, Op, Shape, Space};
use beside_protocol::pair::{AgentHello, Confirm, CustomerHello, Key};
use beside_protocol::session::{
    self, Admit, Admitted, Claim, Claimed, Coverage, Empty, Ended, Hello, Joining, Open, Opened, Presence, Received, Record, Refuse,
    Renewed, Resume, Resumed, RuleHits, Welcome,
};
use beside_protocol::{
    Channel, Envelope, Epoch, FLAG_MORE, Generation, Instance, Kind, NodeId, ParticipantId, ResId, SessionId, SheetId, TabId, WireError,
    Writer, joined,
};
use proptest::prelude::*;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn bytes<T: Field>(message: &T) -> String {
    let mut w = Writer::new();
    message.put(&mut w);
    hex(&w.into_bytes())
}

/// Encodes, compares with the pinned bytes, decodes, compares with the message.
fn check<T: Field + PartialEq + std::fmt::Debug>(message: &T, pinned: &str) {
    assert_eq!(bytes(message), pinned, "{message:?}");
    let raw: Vec<u8> = (0..pinned.len() / 2).map(|n| u8::from_str_radix(&pinned[n * 2..n * 2 + 2], 16).expect("hex")).collect();
    assert_eq!(&session::parse::<T>(&raw).expect("decodes"), message);
}

#[test]
fn the_envelope() {
    let envelope = Envelope {
        kind: Kind::PAGE,
        channel: Channel::Page,
        flags: FLAG_MORE,
        sender: ParticipantId(1),
        to: ParticipantId(0),
        tab: TabId(1),
        instance: Instance(7),
        epoch: Epoch(2),
        seq: 258,
    };
    //          v k  c  f  sender to   tab  instance epoch    seq
    assert_eq!(hex(&envelope.encode()), "01400201010000000100070000000200000002010000 0000".replace(' ', ""));
    let frame = envelope.frame(b"xyz");
    assert_eq!(Envelope::decode(&frame), Ok((envelope, &b"xyz"[..])));
    for len in 0..24 {
        assert_eq!(Envelope::decode(&frame[..len]).expect_err("too short"), WireError::Truncated);
    }
}

#[test]
fn kinds_keep_their_numbers() {
    let all: Vec<String> = Kind::ALL.iter().map(|(k, name)| format!("{name}={:02x}", k.0)).collect();
    assert_eq!(
        all.join(" "),
        "OPEN=01 OPENED=02 HELLO=03 WELCOME=04 CLAIM=05 CLAIMED=06 JOINING=07 NOT_VALID=08 REFUSE=09 REFUSED=0a RENEW=0b RENEWED=0c RESUME=0d \
         RESUMED=0e PRESENCE=0f END=10 ENDED=11 ADMIT=12 PING=13 PONG=14 ADMITTED=15 RECORD=96 POLICY=97 COVERAGE=98 PAKE_A=20 PAKE_B=21 CONFIRM_A=22 CONFIRM_B=23 KEY=24 PAGE=40 \
         ASSET=41 CONTROL=42 LIVE=c3 JOINED_PAGE=c4 JOINED_ASSET=c5"
    );
}

#[test]
fn session_messages() {
    let s = |t: &str| t.to_owned();
    let id = SessionId([0xab; 16]);
    let ab = "ab".repeat(16);
    check(
        &Open { tenant: s("a"), origin: s("b"), nonce: [1; 16], tab: TabId(2), policy: s("3") },
        &format!("01610162{}02000133", "01".repeat(16)),
    );
    check(
        &Opened { session: id, nameplate: s("48"), ticket: s("t"), wrap_key: [2; 32], seconds: 600 },
        &format!("{ab}0234380174{}d804", "02".repeat(32)),
    );
    check(&Hello { ticket: s("t") }, "0174");
    check(&Welcome { name: s("n"), role: s("r"), tenant: s("t") }, "016e01720174");
    check(&Claim { nameplate: s("48") }, "023438");
    check(
        &Claimed { session: id, participant: ParticipantId(2), nonce: [3; 16], tenant: s("t"), origin: s("o") },
        &format!("{ab}0200{}0174016f", "03".repeat(16)),
    );
    let rules = List(vec![RuleHits { name: s("r"), hits: 2 }]);
    let (caught, shown) = (List(vec![1]), List(vec![]));
    check(&Coverage { path: s("/"), fields: 3, uncovered_fields: 1, uncovered_texts: 0, rules, caught, shown }, "012f03010001017202010100");
    check(&Record { what: 7, by: ParticipantId(2), deed: 1, refusal: 5, element: s("a") }, "07020001050161");
    check(&Joining { participant: ParticipantId(2), name: s("n"), role: s("r") }, "0200016e0172");
    check(&Refuse { participant: ParticipantId(2), by_person: true }, "020001");
    check(&Admit { participant: ParticipantId(2) }, "0200");
    check(&Renewed { nameplate: s("48"), seconds: 600 }, "023438d804");
    let received = Received { sender: ParticipantId(1), instance: Instance(4), channel: 2, epoch: Epoch(1), next: 300 };
    check(
        &Resume { ticket: s("t"), tab: TabId(1), received: List(vec![received]) },
        "0174010001010004000000 0201ac02".replace(' ', "").as_str(),
    );
    check(
        &Resumed { session: id, participant: ParticipantId(1), ticket: s("t"), wrap_key: [2; 32], continued: false },
        &format!("{ab}01000174{}00", "02".repeat(32)),
    );
    check(&Presence { participant: ParticipantId(1), tab: TabId(1), online: true }, "0100010001");
    check(&Admitted { ticket: s("t"), wrap_key: [2; 32] }, &format!("0174{}", "02".repeat(32)));
    check(&Ended { reason: 1 }, "01");
    check(&Empty {}, "");
}

#[test]
fn handshake_messages() {
    let s = |t: &str| t.to_owned();
    check(&AgentHello { share: vec![9, 8], name: s("n"), role: s("r"), instance: Instance(5) }, "020908016e017205000000");
    check(
        &CustomerHello { share: vec![9], origin: s("o"), policy_hash: [1; 32], recording: None, mode: 1 },
        &format!("0109016f{}0001", "01".repeat(32)),
    );
    check(&Confirm { mac: [4; 32] }, &"04".repeat(32));
    check(&Key { epoch: Epoch(1), secret: [5; 32] }, &format!("01{}", "05".repeat(32)));
}

#[test]
fn sealed_messages() {
    let at = Anchor { node: NodeId(300), x: 1, y: 65535 };
    check(&Live::At(at.clone()), "01ac020100ffff");
    check(&Live::Press(at), "02ac020100ffff");
    check(&Live::Gone(Away {}), "03");
    let person = Person { id: ParticipantId(2), name: "n".to_owned(), role: "r".to_owned(), colour: 2 };
    check(&Control::Roster(Roster { people: List(vec![person]) }), "01010200016e017202");
    check(&Control::Paused(Nothing {}), "02");
    check(&Control::Unpaused(Nothing {}), "03");
    let mark = Mark {
        by: ParticipantId(2),
        number: 1,
        shape: 2,
        anchor: NodeId(9),
        points: List(vec![Point { x: 0.0, y: 1.0 }]),
        text: "a".to_owned(),
    };
    check(&Control::Mark(mark), "04020001020901000000000000803f0161");
    check(&Control::Clear(Clear { by: ParticipantId(2), number: 3 }), "05020003");
    check(&Control::NeedKeyframe(Nothing {}), "06");
    check(&Control::Notice(Notice { kind: 2, rule: "r".to_owned() }), "07020172");
    check(&Control::Visibility(Visibility { visible: true }), "0801");
    check(&Control::Want(Want { hash: [6; 16] }), &format!("09{}", "06".repeat(16)));
    check(&Control::Hello(Nothing {}), "0a");
    let sheets = List(vec![SheetSum { sheet: SheetId(2), sum: 1 }]);
    let font = Font { family: "A, b".into(), weight: 700, italic: true };
    check(&Control::Fonts(Fonts { fonts: List(vec![font.clone()]) }), "0c0104412c2062bc0201");
    let measure = Measure { font, small: 300, large: 2, ascent: 3, descent: 4, line: 5 };
    check(&Control::Measures(Measures { fonts: List(vec![measure]) }), "0d0104412c2062bc0201ac0202030405");
    check(&Control::AskGrant(Nothing {}), "0e");
    check(&Control::Grant(Grant { to: ParticipantId(2), once: true }), "0f020001");
    let at = Anchor { node: NodeId(300), x: 1, y: 2 };
    let act = Act { number: 5, generation: Generation(7), at, deed: deed::TEXT, text: "a".to_owned(), x: -1, y: 2 };
    check(&Control::Act(act), "100507ac02010002000301610104");
    check(&Control::Acted(Acted { by: ParticipantId(2), number: 5, refusal: 3 }), "1102000503");
    check(&Control::AskTouched(Nothing {}), "12");
    let elements = List(vec![Touch { node: NodeId(300), rules: 5 }]);
    check(&Control::Touched(Touched { generation: Generation(7), policy: "a1".to_owned(), elements }), "130702613101ac0205");
    let said = Said { by: ParticipantId(2), number: 3, order: 4, at: 300, text: "hi".to_owned() };
    check(&Control::Said(said), "1402000304ac02026869");
    check(&Control::AskSaid(AskSaid { after: 4 }), "1504");
    check(&Control::Heard(Heard { by: ParticipantId(2), came: 4, seen: 3 }), "1602000403");
    check(&Control::Typing(Typing { by: ParticipantId(2) }), "170200");
    let text = str::to_owned;
    check(
        &Control::Facts(Facts { name: text("n"), topic: text("t"), language: text("nl"), browser: text("b"), since: 5 }),
        "18016e0174026e6c016205",
    );
    check(&Control::AskInvite(Nothing {}), "19");
    check(&Control::Invite(Invite { pin: "12".to_owned(), seconds: 600 }), "1a023132d804");
    check(&Control::Hand(Hand { by: ParticipantId(2), to: ParticipantId(3), notes: "n".to_owned() }), "1b02000300016e");
    check(&Control::Leave(Nothing {}), "1c");
    check(&Control::Compare(Compare { width: 300, sums: List(vec![5, 0]), sheets }), "0bac02020500010201");
    check(&Asset::Offer(Offer { res: ResId(3), hash: [6; 16], len: 300, kind: 1 }), &format!("0103{}ac0201", "06".repeat(16)));
    check(&Asset::Piece(Piece { hash: [6; 16], bytes: vec![1, 2] }), &format!("02{}020102", "06".repeat(16)));
    check(&Asset::Missing(Missing { res: ResId(3), why: 1 }), "030301");
}

fn element<'a>(name: &str, attrs: &[&str], values: &[&'a str]) -> Content<'a> {
    let shape = Shape { space: Space::Html, name: name.into(), attrs: attrs.iter().map(|a| (*a).into()).collect() };
    Content::Element(shape.into(), values.to_vec())
}

#[test]
fn a_keyframe_and_a_patch() {
    let nodes = vec![
        NewNode { id: NodeId(1), content: Content::Document(false), children: 1 },
        NewNode { id: NodeId(2), content: element("p", &["class"], &["a"]), children: 2 },
        NewNode { id: NodeId(3), content: Content::Text("hi"), children: 0 },
        NewNode { id: NodeId(4), content: Content::Masked(3), children: 0 },
    ];
    let tree = Op::Tree { parent: NodeId::NONE, index: 0, roots: 1, nodes };
    let mut encoder = Encoder::new();
    encoder.begin(Head::Keyframe(Generation(1)));
    encoder.op(&tree);
    encoder.op(&Op::Hash(1));
    let keyframe = encoder.finish();
    assert_eq!(hex(&keyframe), "010101000001040102040300010400000170010005636c6173730161020002686901030e0100000000000000");
    let mut decoder = Decoder::new();
    assert_eq!(decoder.decode(&keyframe).expect("decodes"), (Head::Keyframe(Generation(1)), vec![tree, Op::Hash(1)]));

    let patch = vec![
        Op::Tree {
            parent: NodeId(2),
            index: 1,
            roots: 1,
            nodes: vec![NewNode { id: NodeId(5), content: element("p", &["class"], &["b"]), children: 0 }],
        },
        Op::Remove { parent: NodeId(2), index: 0, count: 1 },
        Op::Order { parent: NodeId(2), order: vec![1, 0] },
        Op::Set { node: NodeId(5), name: "class".into(), value: "c" },
        Op::Unset { node: NodeId(5), name: "class".into() },
        Op::Splice { node: NodeId(4), at: 1, remove: 2, insert: "x" },
        Op::MaskText { node: NodeId(4), units: 2 },
        Op::Sheet { sheet: SheetId(1), media: "print", text: "a{}" },
        Op::Rules { sheet: SheetId(1), index: 0, remove: 1, insert: vec!["b{}"] },
        Op::Sheets { root: NodeId(1), sheets: vec![SheetId(1)] },
        Op::Viewport { width: 1280, height: 800, ratio: 100, bar: 15 },
        Op::Info { title: "t", origin: "o", path: "/" },
        Op::Focus { node: NodeId(5), visible: true },
        Op::Select { from: NodeId(6), from_at: 2, to: NodeId(7), to_at: 300 },
        Op::Merged(2),
        Op::Behind,
        Op::Mend {
            ranges: vec![(NodeId(0), 6)],
            nodes: vec![
                Mended { id: NodeId(2), content: element("p", &["class"], &["b"]), children: vec![NodeId(5), NodeId(4)] },
                Mended { id: NodeId(4), content: Content::Text("t"), children: vec![] },
            ],
        },
        Op::Device(515),
        Op::Zoom { scale: 2000, left: 10, top: 300 },
        Op::Boxes(vec![Laid { node: NodeId(5), at: [4, -8, 400, 80] }]),
    ];
    encoder.begin(Head::Patch);
    for op in &patch {
        encoder.op(op);
    }
    let bytes = encoder.finish();
    assert_eq!(
        hex(&bytes),
        "020104010101000501620002000001030002020304060201630500020601010201780700020801057072696e7403617b7d090100010103627b7d0a0501010b800aa006640f0c0174016f012f0d080110020202ac020f02111201000602090501620206010400017414830415d00f0aac02130102080fa006a001"
    );
    assert_eq!(decoder.decode(&bytes).expect("decodes"), (Head::Patch, patch));
    assert!(bytes.len() < 140, "{} bytes", bytes.len());
}

#[test]
fn what_a_joined_frame_tells() {
    let bytes = joined::wrap(NodeId(300), b"xyz");
    assert_eq!(hex(&bytes), "d80478797a");
    assert_eq!(joined::unwrap(&bytes), Ok((NodeId(300), &b"xyz"[..])));
    assert_eq!(joined::unwrap(&joined::wrap(NodeId(1), b"")), Ok((NodeId(1), &b""[..])));
    assert_eq!(joined::unwrap(&[]), Err(WireError::Truncated));
    assert_eq!(joined::unwrap(&[0, 1]), Err(WireError::BadNumber));
}

proptest! {
    #[test]
    fn decoders_take_anything(noise in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Envelope::decode(&noise);
        let _ = Decoder::new().decode(&noise);
        let _ = Control::decode(&noise);
        let _ = Live::decode(&noise);
        let _ = Asset::decode(&noise);
        let _ = Kept::decode(&noise);
        let _ = joined::unwrap(&noise);
        let _ = session::parse::<Open>(&noise);
        let _ = session::parse::<Resume>(&noise);
        let _ = session::parse::<AgentHello>(&noise);
        let _ = session::parse::<CustomerHello>(&noise);
    }

    #[test]
    fn a_flipped_byte_never_panics(at in 0usize..80, with in any::<u8>()) {
        let mut encoder = Encoder::new();
        encoder.begin(Head::Keyframe(Generation(1)));
        let nodes = vec![
            NewNode { id: NodeId(1), content: Content::Document(false), children: 1 },
            NewNode { id: NodeId(2), content: element("p", &["class", "title"], &["a", "b"]), children: 1 },
            NewNode { id: NodeId(3), content: Content::Text("some text"), children: 0 },
        ];
        encoder.op(&Op::Tree { parent: NodeId::NONE, index: 0, roots: 1, nodes });
        let mut bytes = encoder.finish();
        let n = at % bytes.len();
        bytes[n] = with;
        let _ = Decoder::new().decode(&bytes);
    }

    #[test]
    fn live_messages_are_small(node in 1u32..2_000_000, x in any::<u16>(), y in any::<u16>()) {
        let live = Live::At(Anchor { node: NodeId(node), x, y });
        let bytes = live.encode();
        prop_assert!(bytes.len() <= 8);
        prop_assert_eq!(Live::decode(&bytes).expect("decodes"), live);
    }
}
