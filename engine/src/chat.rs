//! The chat, as both ends keep it: what was said, how far each person has followed, what in a text is a link, and what had
//! better not be sent.
//!
//! The customer's browser gives each message its place, so that both ends tell the conversation alike; what an agent has said
//! and has no place yet is said again when the line is back.

use policies::Detect;
use policies::detect::Detectors;
use protocol::ParticipantId;
use protocol::control::{Heard, Said};
use protocol::field::List;
use protocol::find::find;
use protocol::kept::KeptChat;
use protocol::limits::{MAX_CHAT, MAX_SAID};

/// How far a message has come, for whoever said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is on its way.
    Sending,
    /// The customer's browser has it, and nobody else yet.
    Sent,
    /// It is on somebody's screen, out of sight.
    Delivered,
    /// It was in somebody's sight.
    Seen,
}

/// A conversation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chat {
    said: Vec<Said>,
    waiting: Vec<Said>,
    heard: Vec<Heard>,
    /// Places up to this one are given, even where what stood there was lost.
    given: u32,
}

impl Chat {
    /// What was kept of one.
    #[must_use]
    pub fn restore(kept: KeptChat) -> Self {
        let mut chat = Self { said: Vec::new(), waiting: Vec::new(), heard: kept.heard.0, given: 0 };
        for said in kept.said.0 {
            if said.order == 0 {
                chat.waiting.push(said);
            } else {
                chat.put(said);
            }
        }
        chat
    }

    /// What is to be kept.
    #[must_use]
    pub fn kept(&self) -> KeptChat {
        let room = MAX_CHAT.saturating_sub(self.waiting.len());
        let said = self.said.iter().skip(self.said.len().saturating_sub(room)).chain(self.waiting.iter().take(MAX_CHAT));
        KeptChat { said: List(said.cloned().collect()), heard: List(self.heard.clone()) }
    }

    /// What was said, in order; then what has no place yet.
    pub fn all(&self) -> impl Iterator<Item = &Said> {
        self.said.iter().chain(&self.waiting)
    }

    /// What has no place yet.
    #[must_use]
    pub fn waiting(&self) -> &[Said] {
        &self.waiting
    }

    /// The last place; 0 if nothing was said.
    #[must_use]
    pub fn last(&self) -> u32 {
        self.said.last().map_or(0, |said| said.order)
    }

    /// The last place before which nothing is missing that came after the first.
    #[must_use]
    pub fn whole(&self) -> u32 {
        let mut whole = self.said.first().map_or(0, |said| said.order);
        for said in &self.said {
            if said.order > whole + 1 {
                break;
            }
            whole = said.order;
        }
        whole
    }

    /// Gives no place up to this one again.
    pub fn begin_after(&mut self, order: u32) {
        self.given = order;
    }

    /// Whether somebody of this number has said something.
    #[must_use]
    pub fn speaks(&self, by: ParticipantId) -> bool {
        self.said.iter().any(|said| said.by == by)
    }

    /// The number of what somebody says next.
    #[must_use]
    pub fn next_number(&self, by: ParticipantId) -> u32 {
        let mut most = 0;
        for said in self.all() {
            if said.by == by && said.number > most {
                most = said.number;
            }
        }
        most + 1
    }

    /// At the customer's: gives it a place. `None` for what was said already, says nothing, or is too long.
    pub fn place(&mut self, said: Said, at: u64) -> Option<Said> {
        let is_new = said.number >= self.next_number(said.by);
        if !is_new || said.text.is_empty() || said.text.len() > MAX_SAID {
            return None;
        }
        let placed = Said { order: self.last().max(self.given) + 1, at, ..said };
        self.put(placed.clone()).then_some(placed)
    }

    /// At an agent's: said, and without a place until the customer's browser gives it one.
    pub fn wait(&mut self, said: Said) {
        if self.waiting.len() < MAX_CHAT {
            self.waiting.push(Said { order: 0, at: 0, ..said });
        }
    }

    /// Something that has a place. `false` for what is known already.
    pub fn put(&mut self, said: Said) -> bool {
        let at = self.said.partition_point(|other| other.order < said.order);
        if said.order == 0 || said.text.len() > MAX_SAID || self.said.get(at).is_some_and(|other| other.order == said.order) {
            return false;
        }
        self.waiting.retain(|other| (other.by, other.number) != (said.by, said.number));
        self.said.insert(at, said);
        if self.said.len() > MAX_CHAT {
            self.said.remove(0);
        }
        true
    }

    /// What was said after a place.
    pub fn after(&self, order: u32) -> impl Iterator<Item = &Said> {
        self.said.iter().filter(move |said| said.order > order)
    }

    /// Somebody has followed so far. `false` where that is known; nobody has followed what was not said.
    pub fn follow(&mut self, heard: &Heard) -> bool {
        let last = self.last();
        let (came, seen) = (heard.came.min(last), heard.seen.min(last));
        let Some(known) = self.heard.iter_mut().find(|known| known.by == heard.by) else {
            if self.heard.len() < 33 {
                self.heard.push(Heard { by: heard.by, came: came.max(seen), seen });
            }
            return came > 0;
        };
        let before = (known.came, known.seen);
        known.seen = known.seen.max(seen);
        known.came = known.came.max(came).max(seen);
        before != (known.came, known.seen)
    }

    /// How far somebody has followed: what came, and what was in sight.
    #[must_use]
    pub fn followed(&self, who: ParticipantId) -> (u32, u32) {
        self.heard.iter().find(|heard| heard.by == who).map_or((0, 0), |heard| (heard.came, heard.seen))
    }

    /// How far a message has come. What an agent says is for the customer, what the customer says for any agent.
    #[must_use]
    pub fn stage(&self, said: &Said) -> Stage {
        if said.order == 0 {
            return Stage::Sending;
        }
        let is_customers = said.by == ParticipantId::CUSTOMER;
        let mut stage = if is_customers { Stage::Sent } else { Stage::Delivered };
        for heard in &self.heard {
            if (heard.by == ParticipantId::CUSTOMER) == is_customers {
                continue;
            }
            if heard.seen >= said.order {
                return Stage::Seen;
            }
            if heard.came >= said.order {
                stage = Stage::Delivered;
            }
        }
        stage
    }

    /// How much others said that somebody has not seen.
    #[must_use]
    pub fn unread(&self, by: ParticipantId) -> usize {
        let (_, seen) = self.followed(by);
        self.after(seen).filter(|said| said.by != by).count()
    }
}

/// A stretch of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Words.
    Words(&'a str),
    /// The address of a page, as it is written.
    Link(&'a str),
}

/// A text in words and links. A link is an address that says plainly where it goes: `http` or `https`, a host of plain letters that
/// are no other script's in disguise, and no name or password before it.
#[must_use]
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    let mut from = 0;
    let mut is_inside = false;
    for (at, c) in text.char_indices() {
        let begins = !is_inside;
        is_inside = !(c.is_ascii_whitespace() || matches!(c, '(' | '<' | '"' | '\''));
        if at < from || !begins || c != 'h' {
            continue;
        }
        if let Some(length) = link(&text[at..]) {
            if at > from {
                out.push(Part::Words(&text[from..at]));
            }
            out.push(Part::Link(&text[at..at + length]));
            from = at + length;
            rest = &text[from..];
        }
    }
    if !rest.is_empty() {
        out.push(Part::Words(rest));
    }
    out
}

/// Bytes of the link that a text begins with.
fn link(text: &str) -> Option<usize> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let end = text.bytes().position(|b| b <= b' ' || matches!(b, b'<' | b'>' | b'"')).unwrap_or(text.len());
    let mut link = text.get(..end)?;
    // A sentence may end behind it, or a bracket around it.
    while let Some(last) = link.as_bytes().last() {
        let count = |sign| link.bytes().filter(|b| *b == sign).count();
        let is_closing = *last == b')' && count(b')') > count(b'(');
        if !is_closing && !matches!(last, b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b']') {
            break;
        }
        link = &link[..link.len() - 1];
    }
    let host = link.get(text.len() - host.len()..)?;
    let host = &host[..host.bytes().position(|b| matches!(b, b'/' | b'?' | b'#')).unwrap_or(host.len())];
    let is_plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'));
    let begins = host.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
    (is_plain && begins && find(host.to_ascii_lowercase().as_bytes(), b"xn--").is_none()).then_some(link.len())
}

/// What had better not be sent in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Risk {
    /// The number of a card, an account or a person.
    Number,
    /// A password or code.
    Password,
}

/// What passwords and codes are called, in small letters. Each language of the product has a few; what is no letter of ASCII is
/// left out, so that *contraseña* is *contrase*.
const SECRETS: [&str; 22] = [
    "password",
    "passcode",
    "pin code",
    "pincode",
    "cvc",
    "cvv",
    "security code",
    "one-time code",
    "wachtwoord",
    "beveiligingscode",
    "passwort",
    "kennwort",
    "kontrollnummer",
    "mot de passe",
    "code secret",
    "contrase",
    "clave",
    "card number",
    "kaartnummer",
    "kartennummer",
    "numero de tarjeta",
    "\u{643}\u{644}\u{645}\u{629} \u{627}\u{644}\u{645}\u{631}\u{648}\u{631}",
];
/// How many of [`SECRETS`], from the end, are numbers of cards and words that a customer says without telling anything.
const ASKED_ONLY: usize = 5;

/// What a customer's text would tell. `passwords` are those that stand in the page.
#[must_use]
pub fn tells(text: &str, passwords: &[String]) -> Option<Risk> {
    let detect = Detect { card: true, iban: true, bsn: true, ssn: true, ..Detect::default() };
    if Detectors::new(&detect).hits(text) {
        return Some(Risk::Number);
    }
    let text = text.to_ascii_lowercase();
    let holds = |part: &str| find(text.as_bytes(), part.to_ascii_lowercase().as_bytes());
    if passwords.iter().any(|password| password.len() >= 4 && holds(password).is_some()) {
        return Some(Risk::Password);
    }
    // "My password is Welcome1", "wachtwoord: Welkom1": a name for it, and a word with a digit behind.
    for name in &SECRETS[..SECRETS.len() - ASKED_ONLY] {
        if let Some(at) = holds(name) {
            let behind = text.get(at + name.len()..).unwrap_or_default();
            if behind.bytes().any(|b| b.is_ascii_digit()) {
                return Some(Risk::Password);
            }
        }
    }
    None
}

/// Whether a helper's text speaks of what no helper may ask for.
#[must_use]
pub fn asks_for_secret(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    SECRETS.iter().any(|name| find(text.as_bytes(), name.as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AGENT: ParticipantId = ParticipantId(2);

    fn says(by: ParticipantId, number: u32, text: &str) -> Said {
        Said { by, number, order: 0, at: 0, text: text.to_owned() }
    }

    #[test]
    fn what_is_said_twice_is_told_once() {
        let (mut customers, mut agents) = (Chat::default(), Chat::default());
        let hello = says(AGENT, agents.next_number(AGENT), "hello");
        agents.wait(hello.clone());
        assert_eq!(agents.stage(&agents.waiting()[0]), Stage::Sending);
        let placed = customers.place(hello.clone(), 7).expect("is new");
        assert_eq!((placed.order, placed.at), (1, 7));
        // The line broke before the answer came, so it is said again.
        assert_eq!(customers.place(hello, 8), None);
        assert!(agents.put(placed.clone()) && !agents.put(placed.clone()));
        assert!(agents.waiting().is_empty());
        assert_eq!(agents.stage(&placed), Stage::Delivered);
        assert!(agents.follow(&Heard { by: ParticipantId::CUSTOMER, came: 1, seen: 1 }));
        assert_eq!(agents.stage(&placed), Stage::Seen);
        assert_eq!(agents.next_number(AGENT), 2);
    }

    #[test]
    fn what_was_missed_is_asked_for_and_no_place_is_given_twice() {
        let mut chat = Chat::default();
        for order in [3, 4, 6] {
            assert!(chat.put(Said { order, ..says(AGENT, order, "x") }));
        }
        assert_eq!((chat.whole(), chat.last()), (4, 6));
        assert!(chat.put(Said { order: 5, ..says(AGENT, 5, "x") }));
        assert_eq!(chat.whole(), 6);
        chat.begin_after(9);
        assert_eq!(chat.place(says(ParticipantId::CUSTOMER, 1, "x"), 0).map(|said| said.order), Some(10));
        assert!(chat.speaks(AGENT) && !chat.speaks(ParticipantId(7)));
    }

    #[test]
    fn a_customers_words_are_sent_delivered_and_seen() {
        let mut chat = Chat::default();
        let placed = chat.place(says(ParticipantId::CUSTOMER, 1, "help"), 1).expect("is new");
        assert_eq!(chat.stage(&placed), Stage::Sent);
        assert!(chat.follow(&Heard { by: AGENT, came: 1, seen: 0 }));
        assert_eq!((chat.stage(&placed), chat.unread(AGENT)), (Stage::Delivered, 1));
        assert!(chat.follow(&Heard { by: AGENT, came: 0, seen: 9 }), "and nobody is ahead of what was said");
        assert_eq!((chat.stage(&placed), chat.followed(AGENT)), (Stage::Seen, (1, 1)));
        assert!(!chat.follow(&Heard { by: AGENT, came: 1, seen: 1 }));
    }

    #[test]
    fn what_is_kept_is_what_was_there() {
        let mut chat = Chat::default();
        for n in 1..=MAX_CHAT as u32 + 3 {
            assert!(chat.place(says(ParticipantId::CUSTOMER, n, "x"), 0).is_some());
        }
        chat.wait(says(AGENT, 1, "waits"));
        chat.follow(&Heard { by: AGENT, came: 2, seen: 1 });
        let again = Chat::restore(chat.kept());
        assert_eq!(again.all().count(), MAX_CHAT);
        assert_eq!((again.last(), again.followed(AGENT), again.waiting().len()), (chat.last(), (2, 1), 1));
    }

    #[test]
    fn links_are_what_says_where_it_goes() {
        for (text, links) in [
            ("see https://acme.example/a?b#c.", &["https://acme.example/a?b#c"][..]),
            ("(http://acme.example:80/a_(b)), or https://x.example", &["http://acme.example:80/a_(b)", "https://x.example"]),
            ("https://acme.example@evil.example/", &[]),
            ("https://xn--acm-ppa.example https://XN--acm-ppa.example", &[]),
            ("https://acm\u{e9}.example", &[]),
            ("javascript://acme.example/%0aalert(1)", &[]),
            ("xhttps://acme.example https:///a http://", &[]),
            ("\u{5d0}https://acme.example", &[]),
        ] {
            let found: Vec<&str> = parts(text).iter().filter_map(|p| if let Part::Link(l) = p { Some(*l) } else { None }).collect();
            assert_eq!(found, links, "{text}");
        }
    }

    #[test]
    fn what_had_better_not_be_sent() {
        let stands = ["geheim99".to_owned()];
        for (text, risk) in [
            ("4111 1111 1111 1111", Some(Risk::Number)),
            ("my IBAN is NL91ABNA0417164300", Some(Risk::Number)),
            ("I typed Geheim99 there", Some(Risk::Password)),
            ("my password is Welcome1", Some(Risk::Password)),
            ("Wachtwoord: w3lkom", Some(Risk::Password)),
            ("I forgot my password", None),
            ("my order is 123456", None),
            ("what is the card number for?", None),
        ] {
            assert_eq!(tells(text, &stands), risk, "{text}");
        }
        for text in ["What is your password?", "Wat is uw kaartnummer?", "Ihr Kennwort bitte", "su contrase\u{f1}a"] {
            assert!(asks_for_secret(text), "{text}");
        }
        assert!(!asks_for_secret("Press the green button"));
    }

    proptest! {
        #[test]
        fn parts_are_the_text(text in "(h|https://|http://|[a-z.@/ :)(']|\u{e9}){0,40}") {
            let mut all = String::new();
            for part in parts(&text) {
                let (Part::Words(piece) | Part::Link(piece)) = part;
                prop_assert!(!piece.is_empty());
                all.push_str(piece);
            }
            prop_assert_eq!(all, text);
        }

        #[test]
        fn places_are_counted(acts in proptest::collection::vec((2u16..5, 0u32..6), 0..60)) {
            let mut chat = Chat::default();
            for (by, number) in acts {
                chat.place(says(ParticipantId(by), number, "x"), 0);
            }
            let orders: Vec<u32> = chat.all().map(|said| said.order).collect();
            prop_assert!(orders.iter().enumerate().all(|(n, order)| *order == n as u32 + 1));
        }
    }
}
