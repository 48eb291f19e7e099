//! Why a file is no policy.

use std::fmt::Write as _;
use std::ops::Range;

use super::distance::nearest;

/// Why a file is no policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line in the file, from 1; 0 for the file as a whole.
    pub line: usize,
    /// Where in the file, in bytes; empty for the file as a whole.
    pub span: Range<usize>,
    /// The rule it is in, if any.
    pub rule: Option<String>,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub help: String,
}

impl Problem {
    pub(super) fn whole(what: &str, help: &str) -> Self {
        Self { line: 0, span: 0..0, rule: None, what: what.to_owned(), help: help.to_owned() }
    }

    pub(super) fn at(text: &str, span: Range<usize>, rule: Option<&str>, what: String, help: &str) -> Self {
        let line = text[..span.start.min(text.len())].matches('\n').count() + 1;
        Self { line, span, rule: rule.map(str::to_owned), what, help: help.to_owned() }
    }

    /// What the reader of TOML says, and what was meant by a key that is none.
    pub(super) fn of_toml(text: &str, error: &toml::de::Error) -> Self {
        let mut words = error.message().split('`').skip(1).step_by(2);
        let meant = words.next().and_then(|wrong| nearest(wrong, words));
        let help = meant.filter(|_| error.message().starts_with("unknown field")).map_or_else(
            || "see the keys in the policy reference: extends, default, inputs, rule, detect, assets".to_owned(),
            |meant| format!("did you mean \"{meant}\"?"),
        );
        match error.span() {
            Some(span) => Self::at(text, span, None, error.message().to_owned(), &help),
            None => Self::whole(error.message(), &help),
        }
    }

    /// The problem with the line it is in, for a person at a terminal.
    #[must_use]
    pub fn report(&self, file: &str, text: &str) -> String {
        let rule = self.rule.as_ref().map_or_else(String::new, |rule| format!("rule \"{rule}\": "));
        let mut out = format!("error: {rule}{}\n", self.what);
        if let Some(source) = self.line.checked_sub(1).and_then(|n| text.lines().nth(n)) {
            let before = text[..self.span.start.min(text.len())].rsplit('\n').next().unwrap_or_default();
            let indent = before.chars().count();
            let length = text.get(self.span.clone()).and_then(|t| t.lines().next()).map_or(1, |t| t.chars().count().max(1));
            let margin = " ".repeat(self.line.to_string().len());
            let _ = writeln!(out, "{margin}--> {file}:{}:{}", self.line, indent + 1);
            let _ = writeln!(out, "{margin} |\n{} | {source}\n{margin} | {}{}", self.line, " ".repeat(indent), "^".repeat(length));
            let _ = writeln!(out, "{margin} = help: {}", self.help);
        } else {
            let _ = writeln!(out, " --> {file}\n  = help: {}", self.help);
        }
        out
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        if let Some(rule) = &self.rule {
            write!(f, "rule \"{rule}\": ")?;
        }
        write!(f, "{}; {}", self.what, self.help)
    }
}
impl std::error::Error for Problem {}
