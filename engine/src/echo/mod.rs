//! Echoes: what is hidden in one place is hidden wherever the page repeats it: a confirmation step, a greeting, a toast, the
//! title, the next page.
//!
//! No text is remembered, only hashes of what was hidden (SipHash-1-3, keyed by the session), by letters and digits alone:
//! `4111-1111` is the echo of `4111 1111`, and `ANNA` of `Anna`. An echo begins and ends where a word does. So that a hidden
//! *2026* does not grey out a site, what is short, a bare year or a common word is not remembered, nor is a hidden text that
//! reads like a label.

mod common;

use std::hash::Hasher;
use std::ops::Range;

use siphasher::sip::SipHasher13;

/// Letters and digits that something typed has at least.
pub const MIN_TYPED: usize = 4;
/// The same of a text that a rule hides.
pub const MIN_MASKED: usize = 6;
/// Letters and digits beyond which nothing is remembered: nobody repeats a page of text.
pub const MAX_LENGTH: usize = 127;
/// How many are remembered at once; the oldest that a rule hid goes first, then the oldest typed.
pub const MAX_KNOWN: usize = 2_000;
/// Words of a hidden text without digits that may be somebody's name.
const MAX_NAME: usize = 4;
/// Typed values among which one that was only on its way is looked for; the newest few stay, since pages repeat what is typed
/// a moment later.
const RECENT: Range<usize> = 4..24;
/// Letters of one entry of what is kept: why, two digits of the length, sixteen of the hash.
const ENTRY: usize = 19;

/// Key of the hashes: random, and never kept beside them.
pub type Key = [u8; 16];

/// Why something is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A person typed it.
    Typed,
    /// A rule hides it.
    Masked,
}

/// Hashes and how long what they stand for is. Sorted lists and plain loops: every customer loads this.
#[derive(Debug, Default)]
struct Set {
    hashes: Vec<u64>,
    /// Bit n: something of n letters is in it.
    lengths: u128,
}

impl Set {
    fn put(&mut self, hash: u64, length: u8) {
        if let Err(at) = self.hashes.binary_search(&hash) {
            self.hashes.insert(at, hash);
            self.lengths |= 1 << length;
        }
    }

    fn take(&mut self, hash: u64) {
        if let Ok(at) = self.hashes.binary_search(&hash) {
            self.hashes.remove(at);
        }
    }

    fn holds(&self, hash: u64) -> bool {
        self.hashes.binary_search(&hash).is_ok()
    }

    fn find(&self, key: &Key, text: &str) -> Vec<Range<u32>> {
        let mut found = Vec::new();
        // Nothing has more letters than bytes.
        if self.hashes.is_empty() || text.len() < self.lengths.trailing_zeros() as usize {
            return found;
        }
        let letters = letters(text);
        for (n, first) in letters.iter().enumerate() {
            if !first.begins {
                continue;
            }
            let mut hasher = SipHasher13::new_with_key(key);
            let mut left = self.lengths >> 1;
            for letter in &letters[n..] {
                if left == 0 {
                    break;
                }
                hasher.write_u32(letter.folded.into());
                if letter.ends && left & 1 != 0 && self.holds(hasher.finish()) {
                    found.push(first.at..letter.end);
                }
                left >>= 1;
            }
        }
        found
    }
}

/// What a session remembers. One of these is shared by all readings of a page, and goes on to the next page.
#[derive(Debug, Default)]
pub struct Echoes {
    key: Key,
    known: Set,
    /// In the order they came, with their lengths.
    order: Vec<(u64, u8, Source)>,
    /// What came since [`Echoes::settle`].
    fresh: Set,
    /// Grows with each that comes.
    count: u32,
}

impl Echoes {
    /// Remembers nothing yet.
    #[must_use]
    pub fn new(key: Key) -> Self {
        Self { key, ..Self::default() }
    }

    /// Forgets what rules hid, and nothing that somebody typed.
    pub fn forget_masked(&mut self) {
        while let Some(at) = self.order.iter().position(|(.., source)| *source == Source::Masked) {
            self.forget(at);
        }
    }

    /// What was kept of an earlier page; what cannot be read of it is passed over.
    #[must_use]
    pub fn restore(key: Key, kept: &str) -> Self {
        let mut echoes = Self::new(key);
        for entry in kept.as_bytes().chunks(ENTRY) {
            let source = if entry[0] == b't' { Source::Typed } else { Source::Masked };
            let mut number = 0u128;
            for digit in &entry[1..] {
                number = number << 4 | u128::from(digit.wrapping_sub(b'a') & 15);
            }
            #[allow(clippy::cast_possible_truncation, reason = "the length stands above the hash")]
            let (length, hash) = ((number >> 64) as u8, number as u64);
            if entry.len() == ENTRY && (1..=MAX_LENGTH).contains(&usize::from(length)) {
                echoes.put(hash, length, source);
            }
        }
        echoes.fresh = Set::default();
        echoes
    }

    /// What is to be kept for the next page, in small letters. Without the key it tells how much was hidden and how long
    /// that was, no more.
    #[must_use]
    pub fn kept(&self) -> String {
        let mut out = String::new();
        for (hash, length, source) in &self.order {
            out.push(if *source == Source::Typed { 't' } else { 'm' });
            let number = u128::from(*length) << 64 | u128::from(*hash);
            for n in (0..ENTRY - 1).rev() {
                #[allow(clippy::cast_possible_truncation, reason = "four bits")]
                out.push(char::from(b'a' + (number >> (4 * n) & 15) as u8));
            }
        }
        out
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> Key {
        self.key
    }

    /// Another number whenever something has come.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Remembers something that was hidden, if it is worth it.
    pub fn learn(&mut self, text: &str, source: Source) {
        // A long text is not even read.
        if text.len() > MAX_LENGTH * 4 {
            return;
        }
        let letters = letters(text);
        if !is_telling(&letters, source) {
            return;
        }
        let mut hasher = SipHasher13::new_with_key(&self.key);
        let mut prefixes = Vec::new();
        for letter in &letters {
            prefixes.push(hasher.finish());
            hasher.write_u32(letter.folded.into());
        }
        let hash = hasher.finish();
        if self.known.holds(hash) {
            return;
        }
        if source == Source::Typed {
            self.forget_beginnings(&prefixes);
        }
        #[allow(clippy::cast_possible_truncation, reason = "at most MAX_LENGTH")]
        self.put(hash, letters.len() as u8, source);
    }

    /// What was typed on the way to something longer.
    fn forget_beginnings(&mut self, prefixes: &[u64]) {
        let mut seen = 0;
        for n in (0..self.order.len()).rev() {
            let (hash, _, source) = self.order[n];
            if source == Source::Typed {
                seen += 1;
                if seen > RECENT.end {
                    break;
                }
                if seen > RECENT.start && prefixes.contains(&hash) {
                    self.forget(n);
                }
            }
        }
    }

    fn forget(&mut self, n: usize) {
        let (hash, ..) = self.order.remove(n);
        self.known.take(hash);
        self.fresh.take(hash);
    }

    fn put(&mut self, hash: u64, length: u8, source: Source) {
        if self.order.len() >= MAX_KNOWN {
            self.forget(self.order.iter().position(|(.., source)| *source == Source::Masked).unwrap_or(0));
        }
        self.count = self.count.wrapping_add(1);
        self.order.push((hash, length, source));
        self.known.put(hash, length);
        self.fresh.put(hash, length);
    }

    /// Where a text repeats something hidden, as ranges in UTF-16 units.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Range<u32>> {
        self.known.find(&self.key, text)
    }

    /// Whether a text repeats something hidden.
    #[must_use]
    pub fn hits(&self, text: &str) -> bool {
        !self.find(text).is_empty()
    }

    /// Whether something came that was not yet looked for in what was told before.
    #[must_use]
    pub fn has_fresh(&self) -> bool {
        !self.fresh.hashes.is_empty()
    }

    /// Whether a text repeats some of that.
    #[must_use]
    pub fn hits_fresh(&self, text: &str) -> bool {
        !self.fresh.find(&self.key, text).is_empty()
    }

    /// Everything that was told has been looked through.
    pub fn settle(&mut self) {
        self.fresh = Set::default();
    }
}

/// A letter or digit as it is compared, and where it stands in UTF-16 units.
#[derive(Clone, Copy, Debug)]
struct Letter {
    folded: char,
    at: u32,
    end: u32,
    begins: bool,
    ends: bool,
}

/// What a text says, without the signs between.
#[allow(clippy::cast_possible_truncation, reason = "texts are bounded by limits far below 2^32")]
fn letters(text: &str) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::new();
    let (mut at, mut is_inside) = (0, false);
    for c in text.chars() {
        let end = at + c.len_utf16() as u32;
        // What is not drawn parts no words.
        if let Some(c) = policies::detect::plain(c) {
            if is_word(c) {
                // Where words are not parted by spaces each sign may begin one.
                let alone = c >= '\u{2e80}';
                let begins = alone || !is_inside;
                if let Some(last) = letters.last_mut().filter(|_| is_inside && !alone) {
                    last.ends = last.folded >= '\u{2e80}';
                }
                letters.push(Letter {
                    folded: fold(c),
                    at,
                    end,
                    begins: begins || letters.last().is_some_and(|l| l.folded >= '\u{2e80}'),
                    ends: true,
                });
                is_inside = true;
            } else {
                is_inside = false;
            }
        }
        at = end;
    }
    letters
}

/// Letters and digits of all scripts, as well as ranges can say it.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || c > '\u{bf}' && !matches!(c, '\u{d7}' | '\u{f7}' | '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{303f}' | '\u{fe00}'..='\u{fe6f}')
}

/// Small letters of Latin, Greek and Cyrillic; a page carries no tables of Unicode.
fn fold(c: char) -> char {
    let by = |n: u32| char::from_u32(u32::from(c) + n).unwrap_or(c);
    match c {
        'A'..='Z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{de}' | '\u{391}'..='\u{3a9}' | '\u{410}'..='\u{42f}' => by(32),
        '\u{400}'..='\u{40f}' => by(80),
        '\u{100}'..='\u{137}' | '\u{14a}'..='\u{177}' if u32::from(c) % 2 == 0 => by(1),
        '\u{139}'..='\u{148}' | '\u{179}'..='\u{17e}' if u32::from(c) % 2 == 1 => by(1),
        c => c,
    }
}

/// Whether a hidden text is worth looking for elsewhere.
fn is_telling(letters: &[Letter], source: Source) -> bool {
    let least = if source == Source::Typed { MIN_TYPED } else { MIN_MASKED };
    if letters.len() < least || letters.len() > MAX_LENGTH || letters.iter().all(|l| l.folded == letters[0].folded) {
        return false;
    }
    // With a blank before each word and behind the last.
    let mut text = String::new();
    let mut words = 0;
    let mut digits = 0;
    for letter in letters {
        if letter.begins {
            text.push(' ');
            words += 1;
        }
        text.push(letter.folded);
        digits += usize::from(letter.folded.is_ascii_digit());
    }
    text.push(' ');
    if digits > 0 {
        return !(words == 1 && digits == 4 && letters.len() == 4 && (text.starts_with(" 19") || text.starts_with(" 20")));
    }
    let common = common::among(&text);
    // Of what a rule hides only a name is remembered; the rest are labels, and whole sentences.
    match source {
        Source::Typed => common < words,
        Source::Masked => words <= MAX_NAME && common == 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn after(text: &str, source: Source) -> Echoes {
        let mut echoes = Echoes::new([7; 16]);
        echoes.learn(text, source);
        echoes
    }

    #[test]
    fn rows() {
        use Source::{Masked, Typed};
        for (hidden, source, text, found) in [
            ("Anna", Typed, "Thank you, anna!", "anna"),
            ("Anna", Typed, "Annabel", ""),
            ("Anna", Typed, "Joanna Anna", "Anna"),
            ("Ann", Typed, "Ann", ""),
            ("Élodie", Typed, "chère élodie", "élodie"),
            ("Žofie", Typed, "ŽOFIE", "ŽOFIE"),
            ("Иван", Typed, "ИВАН", "ИВАН"),
            ("山田太郎", Typed, "山田太郎様", "山田太郎"),
            ("ann@example.com", Typed, "sent to Ann@Example.com.", "Ann@Example.com"),
            ("NL91ABNA0417164300", Typed, "to NL91 ABNA 0417 1643 00.", "NL91 ABNA 0417 1643 00"),
            ("0612345678", Typed, "06-1234 56\u{200b}78", "06-1234 56\u{200b}78"),
            ("1500", Typed, "€ 1,500.-", "1,500"),
            ("1500", Typed, "€ 21,500.-", ""),
            ("2026", Typed, "in 2026", ""),
            ("2226", Typed, "in 2226", "2226"),
            ("aaaa", Typed, "aaaa", ""),
            ("Monday", Typed, "Monday", ""),
            ("Monday Club", Typed, "the monday club", "monday club"),
            ("  Anna\n", Typed, "Anna", "Anna"),
            ("Jan de Vries", Masked, "Dear Jan de Vries,", "Jan de Vries"),
            ("Account number", Masked, "Account number", ""),
            ("€ 1.234,56", Masked, "1.234,56 EUR", "1.234,56"),
            ("12,50", Masked, "12,50", ""),
            ("a sentence that says nothing of anybody at all", Masked, "a sentence that says nothing of anybody at all", ""),
        ] {
            let units: Vec<u16> = text.encode_utf16().collect();
            let hits = after(hidden, source).find(text);
            let shown = hits.first().map_or(String::new(), |r| String::from_utf16_lossy(&units[r.start as usize..r.end as usize]));
            assert_eq!(shown, found, "{hidden} in {text}");
        }
    }

    #[test]
    fn what_is_typed_on_the_way_is_forgotten_and_the_rest_kept() {
        let mut echoes = Echoes::new([7; 16]);
        let long = "a name that is typed letter by letter";
        for n in 1..=long.len() {
            echoes.learn(&long[..n], Source::Typed);
        }
        assert!(echoes.hits(long) && echoes.order.len() <= RECENT.end, "{}", echoes.order.len());
        assert!(!echoes.hits("a name"));
    }

    #[test]
    fn the_oldest_that_a_rule_hid_goes_first() {
        let mut echoes = Echoes::new([7; 16]);
        echoes.learn("typed 0001", Source::Typed);
        for n in 0..MAX_KNOWN + 10 {
            echoes.learn(&format!("masked {n:06}"), Source::Masked);
        }
        assert_eq!(echoes.order.len(), MAX_KNOWN);
        assert!(echoes.hits("typed 0001") && !echoes.hits("masked 000000") && echoes.hits("masked 002009"));
    }

    #[test]
    fn what_is_kept_is_known_on_the_next_page() {
        let echoes = after("Anna", Source::Typed);
        let next = Echoes::restore(echoes.key(), &echoes.kept());
        assert!(next.hits("Anna") && !next.has_fresh());
        assert_eq!(next.kept(), echoes.kept());
        assert!(!Echoes::restore([0; 16], &echoes.kept()).hits("Anna"));
        // A damaged one asks for nothing impossible.
        assert!(Echoes::restore([7; 16], "taaaaaaaaaaaaaaaaaatppaaaaaaaaaaaaaaaatabaaa").is_empty());
    }

    proptest! {
        #[test]
        fn whatever_is_learned_is_found_in_a_sentence(value in "[a-zA-Z0-9 .éß漢-]{1,40}", before in "[a-z ]{0,20}", after_it in "[a-z ]{0,20}") {
            let echoes = after(&value, Source::Typed);
            let text = format!("{before} ({value}) {after_it}");
            prop_assert_eq!(echoes.hits(&text), !echoes.is_empty(), "{}", text);
        }

        #[test]
        fn any_text_can_be_looked_at(value in any::<String>(), text in any::<String>()) {
            let units = u32::try_from(text.encode_utf16().count()).expect("short");
            for hit in after(&value, Source::Typed).find(&text) {
                prop_assert!(hit.start < hit.end && hit.end <= units);
            }
        }
    }
}
