//! Detectors: content that is hidden wherever it stands. Native for now: they judge saved pages and texts.

use crate::Detect;

/// Detectors of one policy, ready to run.
#[derive(Debug)]
pub struct Detectors {
    wanted: Detect,
    own: Vec<regex::Regex>,
}

impl Detectors {
    /// Compiles the company's own patterns.
    ///
    /// # Errors
    /// The name of the pattern that does not compile, and why.
    pub fn new(wanted: &Detect) -> Result<Self, (String, String)> {
        let own = wanted
            .pattern
            .iter()
            .map(|p| regex::RegexBuilder::new(&p.regex).size_limit(1 << 18).build().map_err(|e| (p.name.clone(), e.to_string())))
            .collect::<Result<_, _>>()?;
        Ok(Self { wanted: wanted.clone(), own })
    }

    /// Whether anything is found. Pass the joined text of siblings to see what is split over them.
    #[must_use]
    pub fn find(&self, text: &str) -> bool {
        let w = &self.wanted;
        (w.card && runs(text, 13, 19).iter().any(|d| luhn(d)))
            || (w.bsn && runs(text, 9, 9).iter().any(|d| eleven(d)))
            || (w.iban && has_iban(text))
            || (w.ssn && shape(text, "ddd-dd-dddd"))
            || (w.email && has_email(text))
            || (w.phone && runs(text, 9, 15).iter().any(|_| text.contains('+') || text.contains('0')))
            || (w.birth && has_birth(text))
            || self.own.iter().any(|r| r.is_match(text))
    }
}

/// Runs of digits that may be grouped by single spaces, dots or hyphens.
fn runs(text: &str, min: usize, max: usize) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut run: Vec<u8> = Vec::new();
    let mut gap = 0;
    for c in text.chars().chain(std::iter::once('x')) {
        match c.to_digit(10) {
            #[allow(clippy::cast_possible_truncation, reason = "a decimal digit")]
            Some(d) => {
                run.push(d as u8);
                gap = 0;
            }
            None if matches!(c, ' ' | '-' | '.' | '\u{a0}' | '\u{200b}') && gap == 0 && !run.is_empty() => gap = 1,
            None => {
                if (min..=max).contains(&run.len()) {
                    found.push(std::mem::take(&mut run));
                }
                run.clear();
                gap = 0;
            }
        }
    }
    found
}

/// ISO/IEC 7812-1 annex B.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(n, d)| {
            let d = u32::from(*d) * if n % 2 == 1 { 2 } else { 1 };
            if d > 9 { d - 9 } else { d }
        })
        .sum();
    sum.is_multiple_of(10) && digits.iter().any(|d| *d != 0)
}

/// The Dutch eleven-test: weights 9 … 2, −1.
fn eleven(digits: &[u8]) -> bool {
    let sum: i32 = digits.iter().zip([9, 8, 7, 6, 5, 4, 3, 2, -1]).map(|(d, w)| i32::from(*d) * w).sum();
    sum % 11 == 0 && sum != 0
}

/// ISO 13616: the number moved and letters as 10 … 35 leaves 1 modulo 97.
fn has_iban(text: &str) -> bool {
    let compact: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    (0..compact.len()).any(|start| {
        let rest = &compact[start..];
        let fits = rest.len() >= 15
            && rest[0].is_ascii_alphabetic()
            && rest[1].is_ascii_alphabetic()
            && rest[2].is_ascii_digit()
            && rest[3].is_ascii_digit();
        fits && (15..=34.min(rest.len())).any(|len| {
            rest[..len].iter().all(char::is_ascii_alphanumeric)
                && rest[4..len]
                    .iter()
                    .chain(&rest[..4])
                    .filter_map(|c| c.to_digit(36))
                    .fold(0u32, |m, d| if d > 9 { (m * 100 + d) % 97 } else { (m * 10 + d) % 97 })
                    == 1
        })
    })
}

fn shape(text: &str, pattern: &str) -> bool {
    let (t, p) = (text.as_bytes(), pattern.as_bytes());
    t.windows(p.len()).enumerate().any(|(at, w)| {
        w.iter().zip(p).all(|(c, p)| if *p == b'd' { c.is_ascii_digit() } else { c == p })
            && !at.checked_sub(1).is_some_and(|b| t[b].is_ascii_digit())
            && !t.get(at + p.len()).is_some_and(u8::is_ascii_digit)
    })
}

fn has_email(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || "<>(),;\"".contains(c)).any(|word| {
        word.split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.split('.').count() > 1 && host.split('.').all(|p| !p.is_empty()))
    })
}

fn has_birth(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["born", "birth", "geboren", "geboorte"].iter().any(|w| lower.contains(w))
        && ["dd-dd-dddd", "dd/dd/dddd", "dd.dd.dddd", "dddd-dd-dd"].iter().any(|p| shape(text, p))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pattern;

    #[test]
    fn rows() {
        let all = Detect {
            card: true,
            iban: true,
            bsn: true,
            ssn: true,
            email: true,
            phone: false,
            birth: true,
            pattern: vec![Pattern { name: "policy no.".to_owned(), regex: "PN-[0-9]{8}".to_owned() }],
        };
        let detectors = Detectors::new(&all).expect("patterns");
        for (text, expected) in [
            ("Pay 4111 1111 1111 1111 now", true),
            ("4111-1111-1111-1112", false),
            ("order 4111111111111111x", true),
            ("NL91 ABNA 0417 1643 00", true),
            ("NL91 ABNA 0417 1643 01", false),
            ("BSN 111222333", true),
            ("BSN 111222334", false),
            ("078-05-1120", true),
            ("1078-05-1120", false),
            ("mail ann@example.com please", true),
            ("at @home", false),
            ("geboren 01-02-1980", true),
            ("on 01-02-1980", false),
            ("PN-12345678", true),
            ("PN-1234567", false),
            ("a plain sentence of 2026", false),
        ] {
            assert_eq!(detectors.find(text), expected, "{text}");
        }
    }

    #[test]
    fn a_broken_pattern_is_named() {
        let bad = Detect { pattern: vec![Pattern { name: "x".to_owned(), regex: "(".to_owned() }], ..Detect::default() };
        assert_eq!(Detectors::new(&bad).expect_err("must fail").0, "x");
    }
}
