//! Addresses and dates, known by the words and signs around them.

use std::ops::Range;

use super::numbers::shape;
use super::{is_letter, is_word};

/// E-mail addresses: the common subset of RFC 5322's `addr-spec`, with a domain of two parts or more.
pub(super) fn emails(chars: &[char], found: &mut Vec<Range<usize>>) {
    let in_name = |c: &char| is_word(*c) || "._%+-'!#$&*/=?^`{|}~".contains(*c);
    let in_host = |c: &char| is_word(*c) || matches!(c, '-' | '.');
    for (at, _) in chars.iter().enumerate().filter(|(_, c)| **c == '@') {
        let start = chars[..at].iter().rposition(|c| !in_name(c)).map_or(0, |p| p + 1);
        let mut end = chars[at + 1..].iter().position(|c| !in_host(c)).map_or(chars.len(), |p| at + 1 + p);
        while end > at + 1 && !is_word(chars[end - 1]) {
            end -= 1;
        }
        let host = &chars[at + 1..end];
        let last = host.iter().rposition(|c| *c == '.').map(|dot| &host[dot + 1..]);
        let whole = host.split(|c| *c == '.').all(|label| !label.is_empty());
        if start < at && whole && last.is_some_and(|l| l.len() >= 2 && l.iter().all(|c| is_letter(*c))) {
            found.push(start..end);
        }
    }
}

/// Characters between a word of birth and its date.
const NEAR: usize = 48;
const BIRTH: [&str; 14] = [
    "born",
    "birth",
    "dob",
    "geboren",
    "geboorte",
    "geburt",
    "naissance",
    "né le",
    "née le",
    "nacimiento",
    "nacid",
    "nascita",
    "nato il",
    "nata il",
];
const DATES: [&str; 10] =
    ["dd-dd-dddd", "d-d-dddd", "dd-d-dddd", "d-dd-dddd", "dd/dd/dddd", "d/d/dddd", "dd/d/dddd", "d/dd/dddd", "dd.dd.dddd", "dddd-dd-dd"];

/// Dates that a word of birth stands near, before or behind, in six languages.
pub(super) fn births(chars: &[char], found: &mut Vec<Range<usize>>) {
    let lower: Vec<char> = chars.iter().map(|c| if *c == 'É' { 'é' } else { c.to_ascii_lowercase() }).collect();
    let says = |part: &[char]| {
        BIRTH.iter().any(|word| {
            let word: Vec<char> = word.chars().collect();
            part.windows(word.len()).enumerate().any(|(at, w)| w == word && !at.checked_sub(1).is_some_and(|b| is_word(part[b])))
        })
    };
    for start in 0..chars.len() {
        if !chars[start].is_ascii_digit() || start > 0 && is_word(chars[start - 1]) {
            continue;
        }
        let Some(end) = date(chars, start) else { continue };
        if says(&lower[start.saturating_sub(NEAR)..start]) || says(&lower[end..chars.len().min(end + NEAR)]) {
            found.push(start..end);
        }
    }
}

/// Where a date ends that begins here: in numbers, or with the month in words.
fn date(chars: &[char], start: usize) -> Option<usize> {
    let ends = |end: usize| !chars.get(end).is_some_and(|c| c.is_ascii_digit());
    let rest = &chars[start..];
    if let Some(shape) = DATES.iter().find(|s| rest.len() >= s.len() && shape(&rest[..s.len()], s) && ends(start + s.len())) {
        return Some(start + shape.len());
    }
    let day = rest.iter().take(2).take_while(|c| c.is_ascii_digit()).count();
    let mut at = day + rest[day..].iter().take(3).take_while(|c| matches!(c, '.' | ' ')).count();
    let month = rest[at..].iter().take(12).take_while(|c| is_letter(**c)).count();
    at += month;
    at += rest[at..].iter().take(2).take_while(|c| matches!(c, '.' | ' ' | ',')).count();
    let year = rest.get(at..at + 4)?;
    (month >= 3 && shape(year, "dddd") && ends(start + at + 4)).then_some(start + at + 4)
}
