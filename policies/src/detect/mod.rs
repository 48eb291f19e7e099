//! Detectors: content that is hidden wherever it stands, whatever the class around it is called.
//!
//! They see a text as a person does: without invisible characters, full-width letters as plain ones. A hit is a range of the
//! text as it was given, so that a text split over siblings can be searched as one and only those that hold a part of the
//! hit are hidden.

mod numbers;
pub mod pattern;
mod words;

use std::ops::Range;

use crate::Detect;
use pattern::Program;

/// Characters of one text that are searched for a company's own patterns; with those a longer one counts as a hit as a whole.
pub const MAX_SEARCHED: usize = 100_000;

/// Which texts may hold a hit at all; what an adapter may look at before it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// No detector is on.
    Nothing,
    /// A digit or an at sign.
    Sign,
    /// Any text.
    Text,
}

/// Detectors of one policy, ready to run.
#[derive(Debug, Default)]
pub struct Detectors {
    wanted: Detect,
    own: Vec<Program>,
    /// A pattern of the company's cannot be read: everything is a hit.
    is_broken: bool,
}

impl Detectors {
    /// Readies the detectors. With a pattern that was not compiled everything is a hit.
    #[must_use]
    pub fn new(wanted: &Detect) -> Self {
        let own: Vec<Program> = wanted.pattern.iter().filter_map(|p| Program::read(&p.program)).collect();
        Self { is_broken: own.len() < wanted.pattern.len(), wanted: wanted.clone(), own }
    }

    /// What a text must hold to be worth searching.
    #[must_use]
    pub fn needs(&self) -> Needs {
        let w = &self.wanted;
        if self.is_broken || !self.own.is_empty() {
            Needs::Text
        } else if w.card || w.iban || w.bsn || w.ssn || w.email || w.phone || w.birth {
            Needs::Sign
        } else {
            Needs::Nothing
        }
    }

    /// Whether anything is found.
    #[must_use]
    pub fn hits(&self, text: &str) -> bool {
        !self.find(text).is_empty()
    }

    /// What is found, as ranges in UTF-16 units, as browsers count; they may overlap.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Range<u32>> {
        let needs = self.needs();
        if needs == Needs::Nothing || (needs == Needs::Sign && !text.chars().any(|c| plain(c).is_some_and(is_sign))) {
            return Vec::new();
        }
        let (chars, places, end) = read(text);
        if self.is_broken || !self.own.is_empty() && chars.len() > MAX_SEARCHED {
            return Vec::from([Range { start: 0, end }]);
        }
        let w = &self.wanted;
        let mut found = Vec::new();
        if w.card || w.bsn || w.phone {
            for run in numbers::runs(&chars) {
                if w.card {
                    numbers::cards(&run, &mut found);
                }
                if w.bsn {
                    numbers::bsn(&chars, &run, &mut found);
                }
            }
        }
        if w.iban {
            numbers::ibans(&chars, &mut found);
        }
        if w.ssn {
            numbers::ssn(&chars, &mut found);
        }
        if w.phone {
            numbers::phones(&chars, &mut found);
        }
        if w.email {
            words::emails(&chars, &mut found);
        }
        if w.birth {
            words::births(&chars, &mut found);
        }
        for program in &self.own {
            program.find(&chars, &mut found);
        }
        found.into_iter().filter(|r| !r.is_empty()).map(|r| places[r.start]..places.get(r.end).copied().unwrap_or(end)).collect()
    }
}

/// The text as a person reads it, where each character stood, and where the last one ends; both in UTF-16 units.
#[allow(clippy::cast_possible_truncation, reason = "texts are bounded by limits far below 2^32")]
fn read(text: &str) -> (Vec<char>, Vec<u32>, u32) {
    let (mut chars, mut places, mut at) = (Vec::new(), Vec::new(), 0);
    for c in text.chars() {
        // White space is one space, and none at the ends, as it is drawn.
        if let Some(c) = plain(c)
            && !(c == ' ' && chars.last().is_none_or(|last| *last == ' '))
        {
            chars.push(c);
            places.push(at);
        }
        at += c.len_utf16() as u32;
    }
    if chars.last() == Some(&' ') {
        chars.pop();
        at = places.pop().unwrap_or(at);
    }
    (chars, places, at)
}

fn is_sign(c: char) -> bool {
    c.is_ascii_digit() || c == '@'
}

/// Letters and digits, and whatever is beyond ASCII and no sign of Latin-1: a page carries no tables of Unicode.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || is_letter(c)
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || c > '\u{bf}'
}

/// A character as it is read: invisible ones are none, white space is a space, wide ones and other scripts'
/// digits are plain.
#[must_use]
pub fn plain(c: char) -> Option<char> {
    let from = |zero: u32| char::from_digit(u32::from(c) - zero, 10);
    match c {
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => None,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        '\u{660}'..='\u{669}' => from(0x660),
        '\u{6f0}'..='\u{6f9}' => from(0x6f0),
        '\u{966}'..='\u{96f}' => from(0x966),
        '\t' | '\n' | '\r' | '\u{c}' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => Some(' '),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pattern;

    fn detectors(phone: bool) -> Detectors {
        let program = pattern::compile("PN-[0-9]{8}").expect("a pattern");
        Detectors::new(&Detect {
            card: true,
            iban: true,
            bsn: true,
            ssn: true,
            email: true,
            phone,
            birth: true,
            pattern: vec![Pattern { name: "policy no.".to_owned(), regex: "PN-[0-9]{8}".to_owned(), program }],
        })
    }

    #[test]
    fn rows() {
        let (detectors, with_phones) = (detectors(false), detectors(true));
        for (text, found) in [
            // Cards: grouped, in the midst of other numbers, disguised.
            ("Pay 4111 1111 1111 1111 now", "4111 1111 1111 1111"),
            ("4111-1111-1111-1112", ""),
            ("order 4111111111111111x", "4111111111111111"),
            ("no. 12 4111 1111 1111 1111 3", "4111 1111 1111 1111"),
            ("3782 822463 10005", "3782 822463 10005"),
            ("4111\u{200b}1111\u{ad}1111 1111", "4111\u{200b}1111\u{ad}1111 1111"),
            ("４１１１１１１１１１１１１１１１", "４１１１１１１１１１１１１１１１"),
            ("٤١١١١١١١١١١١١١١١", "٤١١١١١١١١١١١١١١١"),
            ("4111\n  1111\n1111\n1111", "4111\n  1111\n1111\n1111"),
            // A moment in milliseconds, a serial of zeros.
            ("1732550400009", ""),
            ("0000000000000000", ""),
            // IBANs.
            ("to NL91 ABNA 0417 1643 00.", "NL91 ABNA 0417 1643 00"),
            ("NL91 ABNA 0417 1643 01", ""),
            ("nl91abna0417164300", "nl91abna0417164300"),
            ("GB82-WEST-1234-5698-7654-32", "GB82-WEST-1234-5698-7654-32"),
            ("in 2024 we shall be happy to see you again", ""),
            ("XNL91ABNA0417164300", ""),
            // Citizen service numbers.
            ("BSN 111222333", "111222333"),
            ("1112.22.333", "1112.22.333"),
            ("BSN 111222334", ""),
            ("a111222333", ""),
            // Social security numbers.
            ("078-05-1120", "078-05-1120"),
            ("1078-05-1120", ""),
            ("666-05-1120", ""),
            // E-mail.
            ("mail Ann.Doe+x@mail.example.com.", "Ann.Doe+x@mail.example.com"),
            ("at @home", ""),
            ("a@b", ""),
            // Phones.
            ("call +31 6 1234 5678!", "+31 6 1234 5678"),
            ("(020) 123 45 67", "(020) 123 45 67"),
            ("06-12345678", "06-12345678"),
            ("1234567890", ""),
            // Dates of birth, not other dates.
            ("geboren 01-02-1980 te", "01-02-1980"),
            ("Date of birth: 3 May 1977", "3 May 1977"),
            ("on 01-02-1980", ""),
            ("reborn-ish 2 of them", ""),
            // The company's own.
            ("see PN-12345678", "PN-12345678"),
            ("\n  PN-87654321\n", "PN-87654321"),
            ("PN-1234567", ""),
            ("a plain sentence of 2026", ""),
            ("", ""),
        ] {
            let units: Vec<u16> = text.encode_utf16().collect();
            let hits = if text.starts_with(['c', '(', '0', '1']) { &with_phones } else { &detectors }.find(text);
            let of = |r: &Range<u32>| String::from_utf16_lossy(&units[r.start as usize..r.end as usize]);
            assert_eq!(hits.first().map_or(String::new(), of), found, "{text}: {:?}", hits.iter().map(of).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_was_not_compiled_hides_everything() {
        let uncompiled =
            Detect { pattern: vec![Pattern { name: "x".to_owned(), regex: "x".to_owned(), program: String::new() }], ..Detect::default() };
        assert_eq!(Detectors::new(&uncompiled).find("any text").first(), Some(&(0..8)));
    }

    #[test]
    fn no_detector_finds_nothing() {
        let none = Detectors::new(&Detect::default());
        assert_eq!(none.needs(), Needs::Nothing);
        assert!(!none.hits("4111 1111 1111 1111"));
    }

    #[test]
    fn what_is_too_long_to_search_is_hidden() {
        let program = pattern::compile("PN-1").expect("a pattern");
        let own = Detect { pattern: vec![Pattern { name: "p".to_owned(), regex: "PN-1".to_owned(), program }], ..Detect::default() };
        assert!(Detectors::new(&own).hits(&"xy".repeat(MAX_SEARCHED)));
        assert!(!Detectors::new(&Detect { card: true, ..Detect::default() }).hits(&"7y".repeat(MAX_SEARCHED)));
    }
}
