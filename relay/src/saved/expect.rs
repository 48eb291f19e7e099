//! What a company expects of its policy, for its own CI: a file that names saved pages, and what is to be seen on them.

use serde::Deserialize;

use super::{Saved, Seen};
use policies::Policy;

/// A file of expectations.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectations {
    page: Vec<Page>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    file: String,
    path: String,
    expect: Vec<Expect>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    selector: String,
    is: String,
    #[serde(default = "one", rename = "at-least")]
    at_least: usize,
}

const fn one() -> usize {
    1
}

const WORDS: [&str; 6] = ["shown", "masked", "blocked", "left-out", "hidden", "customer-only"];

/// The file cannot be used: what is wrong, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadExpectations(pub String);

/// What came of one expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What was expected where.
    pub what: String,
    /// `None` if it holds; else what is so instead, in lines.
    pub failed: Option<String>,
}

impl Expectations {
    /// Reads a file (TOML): `[[page]]` with `file` and `path`, in it `[[page.expect]]` with `selector`, `is` (`shown`, `masked`,
    /// `blocked`, `left-out`, `hidden` for any of these three, or `customer-only`) and `at-least`, the number of elements that the
    /// selector has to hit (1 where nothing is said).
    ///
    /// # Errors
    /// [`BadExpectations`].
    pub fn read(text: &str) -> Result<Self, BadExpectations> {
        let read: Self = toml::from_str(text).map_err(|e| BadExpectations(e.to_string()))?;
        for expect in read.page.iter().flat_map(|page| &page.expect) {
            if !WORDS.contains(&&*expect.is) {
                return Err(BadExpectations(format!("is = {:?} means nothing; use {}", expect.is, WORDS.join(", "))));
            }
        }
        Ok(read)
    }

    /// The files of the pages, as the file names them.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.page.iter().map(|page| &*page.file)
    }

    /// Judges the pages; `html` gives a page's text by the name that [`Expectations::files`] gives.
    pub fn check(&self, policy: &Policy, html: impl Fn(&str) -> String) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for page in &self.page {
            let saved = Saved::read(&html(&page.file));
            let verdicts = saved.judge(policy, &page.path);
            for expect in &page.expect {
                let what = format!("{} at {}: {} is {}", page.file, page.path, expect.selector, expect.is);
                let all = verdicts.as_ref().map_err(Clone::clone).and_then(|v| v.explain(&expect.selector));
                let failed = match all {
                    Err(bad) => Some(format!("{bad}.")),
                    Ok(all) if all.len() < expect.at_least => {
                        Some(format!("the selector hits {} elements, not {}.", all.len(), expect.at_least))
                    }
                    Ok(all) => all.iter().find(|one| !holds(&expect.is, one.seen, one.customer_only)).map(|one| {
                        let reasons: Vec<String> = one.because.iter().map(|why| format!("    {why}")).collect();
                        format!("{} is {}.\n{}", one.element, one.seen.word(), reasons.join("\n")).trim_end().to_owned()
                    }),
                };
                outcomes.push(Outcome { what, failed });
            }
        }
        outcomes
    }
}

fn holds(word: &str, seen: Seen, customer_only: bool) -> bool {
    match word {
        "customer-only" => customer_only,
        "hidden" => matches!(seen, Seen::Masked | Seen::Blocked | Seen::LeftOut),
        word => seen.word() == word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expectations_hold_or_say_why_not() {
        let policy = policies::source::parse("default = \"show\"\n[[rule]]\nname = \"amounts\"\nmatch = [\".amount\"]\ndo = \"mask\"")
            .expect("a policy");
        let file = "[[page]]\nfile = \"a.html\"\npath = \"/\"\n\
            [[page.expect]]\nselector = \".amount\"\nis = \"masked\"\nat-least = 2\n\
            [[page.expect]]\nselector = \"h1\"\nis = \"hidden\"\n[[page.expect]]\nselector = \".gone\"\nis = \"hidden\"\n";
        let outcomes =
            Expectations::read(file).expect("a file").check(&policy, |_| "<h1>Bank</h1><p class=amount>1<p class=amount>2".to_owned());
        let said: Vec<String> = outcomes.into_iter().map(|o| o.failed.unwrap_or_default()).collect();
        assert_eq!(said[0], "");
        assert_eq!(said[1], "<h1> is shown.\n    Shown: nothing hides it (default = \"show\").");
        assert_eq!(said[2], "the selector hits 0 elements, not 1.");
        assert!(Expectations::read("[[page]]\nfile=\"a\"\npath=\"/\"\n[[page.expect]]\nselector=\"p\"\nis=\"gone\"").is_err());
    }
}
