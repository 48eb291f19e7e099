//! A company's own patterns: regular expressions without look-around, compiled where policies are written and run in the page.
//!
//! The page carries no compiler of expressions and does not use the browser's, which may take for ever over a short text.
//! What travels is a program of a few kinds of instructions; it is run over the text once, all threads at a time (Thompson's
//! construction as Pike's machine runs it; Russ Cox, "Regular Expression Matching: the Virtual Machine Approach"), so that
//! the time is bounded by length of text × length of program.

use std::ops::Range;

/// Instructions of one program.
pub const MAX_PROGRAM: usize = 400;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// One character of these ranges.
    One(Vec<(char, char)>),
    /// Goes on at both.
    Both(usize, usize),
    Begin,
    End,
    Edge,
    NoEdge,
    Found,
}

/// A pattern, ready to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program(Vec<Step>);

impl Program {
    /// Reads what [`compile`] wrote; `None` for anything else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let steps: Vec<Step> = text.split(' ').map(step).collect::<Option<_>>()?;
        let inside = |to: &usize| *to < steps.len();
        let whole = steps.iter().all(|s| if let Step::Both(a, b) = s { inside(a) && inside(b) } else { true });
        (whole && steps.len() <= MAX_PROGRAM && steps.last() == Some(&Step::Found)).then_some(Self(steps))
    }

    /// Adds where it matches: for each end the earliest start, so that what is masked is the longest.
    pub(super) fn find(&self, chars: &[char], all: &mut Vec<Range<usize>>) {
        let mut found: Vec<Range<usize>> = Vec::new();
        let (mut now, mut next) = (Threads::new(self.0.len()), Threads::new(self.0.len()));
        for at in 0..=chars.len() {
            self.follow(&mut now, 0, at, at, chars);
            let here = chars.get(at);
            for n in 0..now.list.len() {
                let (pc, start) = now.list[n];
                match &self.0[pc] {
                    Step::Found if start < at => {
                        // The same one goes on.
                        if found.last().is_some_and(|r| r.start == start) {
                            found.pop();
                        }
                        found.push(start..at);
                    }
                    Step::One(ranges) if here.is_some_and(|c| ranges.iter().any(|(a, b)| a <= c && c <= b)) => {
                        self.follow(&mut next, pc + 1, start, at + 1, chars);
                    }
                    _ => {}
                }
            }
            std::mem::swap(&mut now, &mut next);
            next.clear();
        }
        all.extend(found);
    }

    /// Adds a thread and all that it leads to without reading a character.
    fn follow(&self, threads: &mut Threads, pc: usize, start: usize, at: usize, chars: &[char]) {
        let mut open = vec![pc];
        while let Some(pc) = open.pop() {
            if !threads.add(pc, start) {
                continue;
            }
            let word = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| super::is_word(*c) || *c == '_');
            let edge = || word(at.checked_sub(1)) != word(Some(at));
            match &self.0[pc] {
                Step::Both(a, b) => open.extend([*b, *a]),
                Step::Begin if at == 0 => open.push(pc + 1),
                Step::End if at == chars.len() => open.push(pc + 1),
                Step::Edge if edge() => open.push(pc + 1),
                Step::NoEdge if !edge() => open.push(pc + 1),
                _ => {}
            }
        }
    }
}

/// Threads in order of their starts, one for each step.
struct Threads {
    list: Vec<(usize, usize)>,
    has: Vec<bool>,
}

impl Threads {
    fn new(steps: usize) -> Self {
        Self { list: Vec::new(), has: vec![false; steps] }
    }
    fn add(&mut self, pc: usize, start: usize) -> bool {
        let is_new = self.has.get(pc) == Some(&false);
        if is_new {
            self.has[pc] = true;
            self.list.push((pc, start));
        }
        is_new
    }
    fn clear(&mut self) {
        self.list.clear();
        self.has.fill(false);
    }
}

fn step(text: &str) -> Option<Step> {
    let hex = |t: &str| u32::from_str_radix(t, 16).ok().and_then(char::from_u32);
    Some(match text.split_at_checked(1)? {
        ("c", ranges) => Step::One(
            ranges
                .split(',')
                .filter(|r| !r.is_empty())
                .map(|r| r.split_once('-').and_then(|(a, b)| Some((hex(a)?, hex(b)?))))
                .collect::<Option<_>>()?,
        ),
        ("b", to) => {
            let (a, b) = to.split_once(',')?;
            Step::Both(a.parse().ok()?, b.parse().ok()?)
        }
        ("^", "") => Step::Begin,
        ("$", "") => Step::End,
        ("e", "") => Step::Edge,
        ("n", "") => Step::NoEdge,
        ("f", "") => Step::Found,
        _ => return None,
    })
}

#[cfg(feature = "source")]
pub use compiler::compile;

#[cfg(feature = "source")]
mod compiler {
    use std::fmt::Write as _;

    use regex_syntax::hir::{Class, Hir, HirKind, Look};

    use super::{MAX_PROGRAM, Step};

    /// Compiles a regular expression in the syntax of the `regex` crate.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn compile(regex: &str) -> Result<String, String> {
        let hir = regex_syntax::ParserBuilder::new().nest_limit(50).build().parse(regex).map_err(|e| match e {
            regex_syntax::Error::Parse(e) => format!("{} (at character {})", e.kind(), e.span().start.offset + 1),
            regex_syntax::Error::Translate(e) => format!("{} (at character {})", e.kind(), e.span().start.offset + 1),
            e => e.to_string(),
        })?;
        if hir.properties().minimum_len().is_none_or(|n| n == 0) {
            return Err("it matches the empty text, so it would match everywhere".to_owned());
        }
        let mut steps = Vec::new();
        write(&hir, &mut steps)?;
        steps.push(Step::Found);
        let mut text = String::new();
        for step in &steps {
            if !text.is_empty() {
                text.push(' ');
            }
            let _ = match step {
                Step::One(ranges) => {
                    let ranges: Vec<String> = ranges.iter().map(|(a, b)| format!("{:x}-{:x}", u32::from(*a), u32::from(*b))).collect();
                    write!(text, "c{}", ranges.join(","))
                }
                Step::Both(a, b) => write!(text, "b{a},{b}"),
                Step::Begin => write!(text, "^"),
                Step::End => write!(text, "$"),
                Step::Edge => write!(text, "e"),
                Step::NoEdge => write!(text, "n"),
                Step::Found => write!(text, "f"),
            };
        }
        Ok(text)
    }

    fn write(hir: &Hir, steps: &mut Vec<Step>) -> Result<(), String> {
        if steps.len() >= MAX_PROGRAM {
            return Err(format!("it is too large: more than {MAX_PROGRAM} steps; repeat less often"));
        }
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).map_err(|_| "it names bytes that are no characters".to_owned())?;
                steps.extend(text.chars().map(|c| Step::One(vec![(c, c)])));
            }
            HirKind::Class(Class::Unicode(class)) => steps.push(Step::One(class.iter().map(|r| (r.start(), r.end())).collect())),
            HirKind::Class(Class::Bytes(class)) => {
                steps.push(Step::One(class.iter().map(|r| (char::from(r.start()), char::from(r.end()))).collect()));
            }
            HirKind::Look(look) => steps.push(match look {
                Look::Start => Step::Begin,
                Look::End => Step::End,
                Look::WordAscii | Look::WordUnicode => Step::Edge,
                Look::WordAsciiNegate | Look::WordUnicodeNegate => Step::NoEdge,
                _ => return Err("only ^, $, \\b and \\B may stand for places, and lines are not told apart".to_owned()),
            }),
            HirKind::Capture(capture) => write(&capture.sub, steps)?,
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, steps))?,
            HirKind::Alternation(parts) => {
                let mut ends = Vec::new();
                for (n, part) in parts.iter().enumerate() {
                    if n + 1 == parts.len() {
                        write(part, steps)?;
                    } else {
                        let fork = steps.len();
                        steps.push(Step::Both(fork + 1, 0));
                        write(part, steps)?;
                        ends.push(steps.len());
                        steps.push(Step::Both(0, 0));
                        steps[fork] = Step::Both(fork + 1, steps.len());
                    }
                }
                for end in ends {
                    steps[end] = Step::Both(steps.len(), steps.len());
                }
            }
            HirKind::Repetition(repeat) => {
                for _ in 0..repeat.min {
                    write(&repeat.sub, steps)?;
                }
                match repeat.max {
                    None => {
                        let fork = steps.len();
                        steps.push(Step::Both(fork + 1, 0));
                        write(&repeat.sub, steps)?;
                        steps.push(Step::Both(fork, fork));
                        steps[fork] = Step::Both(fork + 1, steps.len());
                    }
                    Some(max) => {
                        let mut forks = Vec::new();
                        for _ in repeat.min..max {
                            forks.push(steps.len());
                            steps.push(Step::Found);
                            write(&repeat.sub, steps)?;
                        }
                        for fork in forks {
                            steps[fork] = Step::Both(fork + 1, steps.len());
                        }
                    }
                }
            }
        }
        if steps.len() >= MAX_PROGRAM {
            return Err(format!("it is too large: more than {MAX_PROGRAM} steps; repeat less often"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(regex: &str, text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        let mut found = Vec::new();
        Program::read(&compile(regex).expect("compiles")).expect("reads").find(&chars, &mut found);
        found.into_iter().map(|r| chars[r].iter().collect()).collect()
    }

    #[test]
    fn rows() {
        for (regex, text, found) in [
            ("a+", "xaaay", "aaa"),
            ("(ab|cd)e{2,3}", "cdeeee", "cdeee"),
            (r"\bPN-\d{3}\b", "xPN-123 PN-456", "PN-456"),
            ("^ab", "abab", "ab"),
            ("ab$", "abab", "ab"),
            ("(?i)klant", "KlAnT", "KlAnT"),
            ("a.*b", "a1b2bc", "a1b2b"),
        ] {
            assert_eq!(finds(regex, text), [found], "{regex}");
        }
    }

    #[test]
    fn refusals() {
        for (regex, says) in [
            ("(", "unclosed group"),
            ("a*", "empty text"),
            (r"(\w{100}){100}", "too large"),
            ("(?=x)y", "look-around"),
            (r"(a)\1", "backreferences"),
        ] {
            let why = compile(regex).expect_err(regex);
            assert!(why.contains(says), "{regex}: {why}");
        }
    }

    #[test]
    fn what_no_compiler_wrote_is_refused() {
        for text in ["", "f f x", "b0,9 f", "c61", "czz-61 f", "c61-61"] {
            assert_eq!(Program::read(text), None, "{text}");
        }
    }

    proptest::proptest! {
        /// Finds something exactly where the `regex` crate does.
        #[test]
        fn agrees_with_the_reference(
            regex in "([ab]|\\[ab\\]|[ab]\\?|[ab]\\*|[ab]\\+|\\(a\\|bc\\)|[ab]\\{1,3\\}|\\.|\\\\b){1,5}",
            text in "[abc ]{0,12}",
        ) {
            let Ok(program) = compile(&regex) else { return Ok(()) };
            let mut found = Vec::new();
            let chars: Vec<char> = text.chars().collect();
            Program::read(&program).expect("reads").find(&chars, &mut found);
            let reference = regex::Regex::new(&regex).expect("compiles there too");
            proptest::prop_assert_eq!(!found.is_empty(), reference.is_match(&text), "{} on {}", regex, text);
            for r in found {
                let own: String = chars[r.clone()].iter().collect();
                proptest::prop_assert!(reference.find_iter(&own).next().is_some() || regex.contains("\\b"), "{} found {}", regex, own);
            }
        }
    }
}
