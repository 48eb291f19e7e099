//! Numbers that prove themselves by their check digits or their shape.

use std::ops::Range;

use super::is_word;

/// Signs that may stand between the groups of a number, two at most.
fn parts(c: char) -> bool {
    matches!(c, '-' | '.' | ' ')
}

/// Groups of digits with nothing but separators between them.
pub(super) struct Run {
    digits: Vec<(usize, u8)>,
    /// Where groups begin, in `digits`.
    groups: Vec<usize>,
}

impl Run {
    fn range(&self, from: usize, to: usize) -> Range<usize> {
        self.digits[from].0..self.digits[to - 1].0 + 1
    }
    fn values(&self, from: usize, to: usize) -> impl DoubleEndedIterator<Item = u8> + '_ {
        self.digits[from..to].iter().map(|(_, d)| *d)
    }
    /// Whole groups that have between `min` and `max` digits together.
    fn spans(&self, min: usize, max: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.groups.iter().enumerate().flat_map(move |(n, from)| {
            // A group has a digit at least.
            let ends = self.groups[n + 1..].iter().copied().chain([self.digits.len()]).take(max);
            ends.filter(move |to| (from + min..=from + max).contains(to)).map(|to| (*from, to))
        })
    }
}

pub(super) fn runs(chars: &[char]) -> Vec<Run> {
    let mut found = Vec::new();
    let mut run = Run { digits: Vec::new(), groups: Vec::new() };
    let mut gap = usize::MAX;
    for (at, c) in chars.iter().enumerate() {
        match c.to_digit(10) {
            #[allow(clippy::cast_possible_truncation, reason = "a decimal digit")]
            Some(d) => {
                if gap > 0 {
                    run.groups.push(run.digits.len());
                }
                run.digits.push((at, d as u8));
                gap = 0;
            }
            None if parts(*c) && gap < 2 => gap += 1,
            None => {
                if !run.digits.is_empty() {
                    found.push(std::mem::replace(&mut run, Run { digits: Vec::new(), groups: Vec::new() }));
                }
                gap = usize::MAX;
            }
        }
    }
    found.extend((!run.digits.is_empty()).then_some(run));
    found
}

/// Payment cards: 13 to 19 digits, the check digit of ISO/IEC 7812-1 annex B, and a beginning that is given out to issuers
/// of cards (3 to 6, or 2221 to 2720).
pub(super) fn cards(run: &Run, found: &mut Vec<Range<usize>>) {
    for (from, to) in run.spans(13, 19) {
        let head = run.values(from, from + 4).fold(0u32, |n, d| n * 10 + u32::from(d));
        let issued = (3_000..7_000).contains(&head) || (2_221..=2_720).contains(&head);
        let sum: u32 = run
            .values(from, to)
            .rev()
            .enumerate()
            .map(|(n, d)| {
                let d = u32::from(d) * if n % 2 == 1 { 2 } else { 1 };
                if d > 9 { d - 9 } else { d }
            })
            .sum();
        if issued && sum.is_multiple_of(10) {
            found.push(run.range(from, to));
        }
    }
}

/// Dutch citizen service numbers: nine digits that stand alone and pass the eleven-test with weights 9 … 2, −1.
pub(super) fn bsn(chars: &[char], run: &Run, found: &mut Vec<Range<usize>>) {
    for (from, to) in run.spans(9, 9) {
        let sum: i32 = run.values(from, to).zip([9, 8, 7, 6, 5, 4, 3, 2, -1]).map(|(d, w)| i32::from(d) * w).sum();
        let range = run.range(from, to);
        if sum % 11 == 0 && sum != 0 && alone(chars, &range) {
            found.push(range);
        }
    }
}

/// Whether no letter or digit touches it.
fn alone(chars: &[char], range: &Range<usize>) -> bool {
    let touches = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| is_word(*c));
    !touches(range.start.checked_sub(1)) && !touches(Some(range.end))
}

/// Lengths of IBANs by country, from the SWIFT registry (ISO 13616).
const IBAN: &str = "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23\
GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23\
PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

fn iban_length(country: &[char]) -> Option<usize> {
    let is = |c: char, b: u8| c.eq_ignore_ascii_case(&char::from(b));
    let entry = IBAN.as_bytes().chunks(4).find(|e| is(country[0], e[0]) && is(country[1], e[1]))?;
    Some(usize::from(entry[2] - b'0') * 10 + usize::from(entry[3] - b'0'))
}

/// IBANs: a country's letters and length, and with the first four moved behind the rest and letters as 10 … 35 the number
/// leaves 1 modulo 97 (ISO 13616-1, ISO/IEC 7064).
pub(super) fn ibans(chars: &[char], found: &mut Vec<Range<usize>>) {
    for start in 0..chars.len().saturating_sub(14) {
        if !chars[start].is_ascii_alphabetic() || start > 0 && is_word(chars[start - 1]) {
            continue;
        }
        let Some(length) = iban_length(&chars[start..start + 2]) else { continue };
        let mut own: Vec<(usize, u32)> = Vec::with_capacity(length);
        let mut gap = 0;
        for (at, c) in chars.iter().enumerate().skip(start) {
            match c.to_digit(36) {
                Some(d) => {
                    own.push((at, d));
                    gap = 0;
                }
                None if parts(*c) && gap < 2 => gap += 1,
                None => break,
            }
            if own.len() == length {
                break;
            }
        }
        if own.len() < length || own[2..4].iter().any(|(_, d)| *d > 9) {
            continue;
        }
        let rest = own[4..].iter().chain(&own[..4]).fold(0, |m, (_, d)| if *d > 9 { (m * 100 + d) % 97 } else { (m * 10 + d) % 97 });
        let range = start..own[length - 1].0 + 1;
        if rest == 1 && alone(chars, &range) {
            found.push(range);
        }
    }
}

/// Whether characters have a shape: `d` a digit, `s` a hyphen or a space, others themselves.
pub(super) fn shape(chars: &[char], pattern: &str) -> bool {
    pattern.chars().count() == chars.len()
        && chars.iter().zip(pattern.chars()).all(|(c, p)| match p {
            'd' => c.is_ascii_digit(),
            's' => matches!(c, '-' | ' '),
            p => *c == p,
        })
}

/// US social security numbers: three, two and four digits; no area of 000, 666 or above 899, no part of zeros
/// (ssa.gov, numbers that are never given out).
pub(super) fn ssn(chars: &[char], found: &mut Vec<Range<usize>>) {
    for (start, own) in chars.windows(11).enumerate() {
        let range = start..start + 11;
        let part = |r: Range<usize>| own[r].iter().filter_map(|c| c.to_digit(10)).fold(0, |n, d| n * 10 + d);
        if shape(own, "dddsddsdddd") && alone(chars, &range) && !matches!(part(0..3), 0 | 666 | 900..) && part(4..6) > 0 && part(7..11) > 0
        {
            found.push(range);
        }
    }
}

/// Phone numbers: 8 to 15 digits behind a plus (E.164), 9 to 12 behind a zero, or ten of which the first three stand in
/// brackets.
pub(super) fn phones(chars: &[char], found: &mut Vec<Range<usize>>) {
    let mut start = 0;
    while start < chars.len() {
        let begins = matches!(chars[start], '+' | '(') || chars[start].is_ascii_digit();
        // What a longer number goes on with; two signs may stand between its groups.
        let goes_on = || chars[..start].iter().rev().take(3).find(|c| !parts(**c)).is_some_and(char::is_ascii_digit);
        if !begins || goes_on() || start > 0 && (is_word(chars[start - 1]) || chars[start - 1] == '+') {
            start += 1;
            continue;
        }
        let (mut digits, mut end, mut gap) = (Vec::new(), start, 0);
        for (at, c) in chars.iter().enumerate().skip(start) {
            if c.is_ascii_digit() {
                digits.push(*c);
                end = at + 1;
                gap = 0;
            } else if (parts(*c) || matches!(c, '(' | ')' | '/') || *c == '+' && at == start) && gap < 3 {
                gap += 1;
            } else {
                break;
            }
        }
        let is = match (chars[start], digits.first()) {
            ('+', _) => (8..=15).contains(&digits.len()),
            (_, Some('0')) => (9..=12).contains(&digits.len()),
            ('(', _) => digits.len() == 10 && chars.get(start + 4) == Some(&')'),
            _ => false,
        };
        if is && alone(chars, &(start..end)) {
            found.push(start..end);
        }
        start = end.max(start + 1);
    }
}
