//! Reading a policy file, with refusals that name the line and what was meant.

use serde::Deserialize;

use crate::{Action, Assets, Detect, MAX_RULES, Otherwise, Policy, Rule, detect::Detectors};

/// Bytes of a policy file.
pub const MAX_FILE: usize = 256 * 1024;
/// Characters of one selector; longer ones are generated, and slow.
pub const MAX_SELECTOR: usize = 2_048;
/// Selectors of one rule.
pub const MAX_SELECTORS: usize = 200;

/// Hosts whose files the relay fetches.
pub const MAX_HOSTS: usize = 64;

/// Why a file is no policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line in the file, from 1; 0 for the file as a whole.
    pub line: usize,
    /// The rule it is in, if any.
    pub rule: Option<String>,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub help: String,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    default: toml::Spanned<String>,
    #[serde(default)]
    inputs: Option<toml::Spanned<String>>,
    #[serde(default)]
    rule: Vec<toml::Spanned<FileRule>>,
    #[serde(default)]
    detect: Detect,
    #[serde(default)]
    assets: FileAssets,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct FileAssets {
    relay_fetches: Vec<toml::Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRule {
    #[serde(default)]
    name: String,
    #[serde(default)]
    on: Vec<String>,
    #[serde(default, rename = "match")]
    selectors: Vec<String>,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(rename = "do")]
    action: toml::Spanned<String>,
}

/// Reads and validates a policy.
///
/// # Errors
/// The first [`Problem`] found.
pub fn parse(text: &str) -> Result<Policy, Problem> {
    if text.len() > MAX_FILE {
        return Err(whole("the file is larger than 256 KiB", "split the pages over fewer, broader rules"));
    }
    let line_of = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let file: File = toml::from_str(text).map_err(|e| Problem {
        line: e.span().map_or(0, |s| line_of(s.start)),
        rule: None,
        what: e.message().to_owned(),
        help: "see the keys in the policy reference: default, inputs, rule, detect, assets".to_owned(),
    })?;
    let default = otherwise("default", &file.default, line_of(file.default.span().start))?;
    let inputs = match &file.inputs {
        Some(word) => otherwise("inputs", word, line_of(word.span().start))?,
        None => Otherwise::Mask,
    };
    if file.rule.len() > MAX_RULES {
        return Err(whole("there are more than 64 rules", "put selectors that do the same thing into one rule"));
    }
    let mut rules = Vec::with_capacity(file.rule.len());
    for (n, rule) in file.rule.into_iter().enumerate() {
        let line = line_of(rule.span().start);
        let rule = rule.into_inner();
        let name = if rule.name.trim().is_empty() { format!("rule {}", n + 1) } else { rule.name.trim().to_owned() };
        let problem = |line, what: String, help: &str| Problem { line, rule: Some(name.clone()), what, help: help.to_owned() };
        let action = action(rule.action.get_ref()).ok_or_else(|| {
            problem(
                line_of(rule.action.span().start),
                format!("do = \"{}\" means nothing{}", rule.action.get_ref(), did_you_mean(rule.action.get_ref())),
                "use show, mask, block, customer-only or leave-out",
            )
        })?;
        if rule.selectors.is_empty() && rule.labels.is_empty() {
            return Err(problem(line, "it matches nothing".to_owned(), "add match = [\"a selector\"] or labels = [\"a name\"]"));
        }
        if rule.selectors.len() > MAX_SELECTORS {
            return Err(problem(line, "it has more than 200 selectors".to_owned(), "use a class or attribute they share"));
        }
        for selector in &rule.selectors {
            if let Some(what) = selector_problem(selector) {
                return Err(problem(
                    line,
                    format!("selector \"{selector}\" {what}"),
                    "check it in the browser's console with document.querySelector",
                ));
            }
        }
        for path in &rule.on {
            if !path.starts_with('/') && !path.starts_with("**") {
                return Err(problem(
                    line,
                    format!("page \"{path}\" does not begin with /"),
                    "write the path as it stands after the host, like /accounts/**",
                ));
            }
        }
        rules.push(Rule { name, on: rule.on, selectors: rule.selectors, labels: rule.labels, action });
    }
    Detectors::new(&file.detect).map_err(|(name, why)| Problem {
        line: 0,
        rule: None,
        what: format!("pattern \"{name}\" does not compile: {why}"),
        help: "look-around and back-references are not supported".to_owned(),
    })?;
    let assets = assets(file.assets, line_of)?;
    Ok(Policy { default, inputs, rules, detect: file.detect, assets })
}

fn whole(what: &str, help: &str) -> Problem {
    Problem { line: 0, rule: None, what: what.to_owned(), help: help.to_owned() }
}

fn assets(file: FileAssets, line_of: impl Fn(usize) -> usize) -> Result<Assets, Problem> {
    if file.relay_fetches.len() > MAX_HOSTS {
        return Err(whole("relay_fetches names more than 64 hosts", "let the hosts send the CORS header instead"));
    }
    if let Some(host) = file.relay_fetches.iter().find(|host| !is_host(host.get_ref())) {
        return Err(Problem {
            line: line_of(host.span().start),
            rule: None,
            what: format!("relay_fetches names \"{}\", which is no host's name", host.get_ref()),
            help: "write the name alone, in lower case, like cdn.example.com or cdn.example.com:8443; no *, no address in numbers"
                .to_owned(),
        });
    }
    Ok(Assets { relay_fetches: file.relay_fetches.into_iter().map(toml::Spanned::into_inner).collect() })
}

/// A name as browsers write it, with a port where it is not the scheme's own. Numbers are no names: an address would say
/// nothing of whose it is.
fn is_host(text: &str) -> bool {
    let (name, port) = text.split_once(':').unwrap_or((text, "1"));
    let is_label = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    // Whatever ends in a number is read as an address, also in hexadecimal or octal.
    let is_number = |l: &str| l.bytes().all(|b| b.is_ascii_digit()) || l.starts_with("0x");
    name.len() <= 253
        && name.split('.').all(is_label)
        && !name.rsplit('.').next().is_some_and(is_number)
        && port.parse::<u16>().is_ok_and(|p| p > 0)
        && !port.starts_with(['0', '+'])
}

fn otherwise(key: &str, word: &toml::Spanned<String>, line: usize) -> Result<Otherwise, Problem> {
    match word.get_ref().as_str() {
        "show" => Ok(Otherwise::Show),
        "mask" => Ok(Otherwise::Mask),
        other => Err(Problem {
            line,
            rule: None,
            what: format!("{key} = \"{other}\" means nothing"),
            help: "use \"show\" or \"mask\"".to_owned(),
        }),
    }
}

const ACTIONS: [(&str, Action); 5] = [
    ("show", Action::Show),
    ("mask", Action::Mask),
    ("block", Action::Block),
    ("customer-only", Action::CustomerOnly),
    ("leave-out", Action::LeaveOut),
];

fn action(word: &str) -> Option<Action> {
    ACTIONS.iter().find(|(name, _)| *name == word).map(|(_, a)| *a)
}

fn did_you_mean(word: &str) -> String {
    let word = word.to_lowercase().replace(['_', ' '], "-");
    ACTIONS
        .iter()
        .map(|(name, _)| (distance(&word, name), *name))
        .min()
        .filter(|(d, _)| *d <= 3)
        .map_or_else(String::new, |(_, name)| format!(", did you mean \"{name}\"?"))
}

fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut left = i + 1;
        let mut diagonal = i;
        for (j, cb) in b.iter().enumerate() {
            let up = row[j + 1];
            row[j] = left;
            left = (diagonal + usize::from(ca != *cb)).min(up + 1).min(left + 1);
            diagonal = up;
        }
        row[b.len()] = left;
    }
    row[b.len()]
}

/// What can be said without a browser: balance and length. Grammar is the browser's own affair.
fn selector_problem(selector: &str) -> Option<&'static str> {
    if selector.trim().is_empty() {
        return Some("is empty");
    }
    if selector.len() > MAX_SELECTOR {
        return Some("is longer than 2,048 characters");
    }
    let mut open = Vec::new();
    let mut chars = selector.chars();
    let mut quote = None;
    while let Some(c) = chars.next() {
        match (quote, c) {
            (_, '\\') => {
                chars.next();
            }
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => open.push(')'),
            (None, '[') => open.push(']'),
            (None, ')' | ']') => {
                if open.pop() != Some(c) {
                    return Some("closes a bracket that is not open");
                }
            }
            (None, '{' | '}' | '<' | ';') => return Some("holds a character that no selector has"),
            (None, _) => {}
        }
    }
    if quote.is_some() {
        Some("leaves a quotation mark open")
    } else if !open.is_empty() {
        Some("leaves a bracket open")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_that_ships_is_valid() {
        for (name, text) in [("balanced", include_str!("../balanced.toml")), ("acme-bank", include_str!("../acme-bank.toml"))] {
            if let Err(problem) = parse(text) {
                panic!("{name}: {problem}");
            }
        }
    }

    #[test]
    fn hosts_are_names_and_never_numbers() {
        let takes = |host: &str| parse(&format!("default = \"show\"\n[assets]\nrelay_fetches = [{host:?}]")).is_ok();
        for host in ["cdn.example", "a-b.cdn.example:8443", "localhost:4000", "xn--bcher-kva.example"] {
            assert!(takes(host), "{host}");
        }
        for host in [
            "",
            ".",
            "*.example",
            "CDN.example",
            "bücher.example",
            "10.0.0.1",
            "2130706433",
            "0x7f.1",
            "127.0x1",
            "[::1]",
            "::1",
            "cdn.example:",
            "cdn.example:0",
            "cdn.example:99999",
            "cdn.example:+80",
            "a@cdn.example",
            "cdn.example/x",
            "-a.example",
            "cdn.example.",
        ] {
            assert!(!takes(host), "{host}");
        }
    }

    #[test]
    fn refusals_say_where_and_what_was_meant() {
        for (text, expected) in [
            (
                "default = \"show\"\n[assets]\nrelay_fetches = [\"cdn.example\", \"https://cdn.example\"]",
                "line 3: relay_fetches names \"https://cdn.example\", which is no host's name; write the name alone, in lower case, like cdn.example.com or cdn.example.com:8443; no *, no address in numbers",
            ),
            ("default = \"hide\"", "line 1: default = \"hide\" means nothing; use \"show\" or \"mask\""),
            (
                "default = \"show\"\n\n[[rule]]\nname = \"a\"\nmatch = [\".x\"]\ndo = \"maks\"",
                "line 6: rule \"a\": do = \"maks\" means nothing, did you mean \"mask\"?; use show, mask, block, customer-only or leave-out",
            ),
            (
                "default = \"show\"\n[[rule]]\nname = \"a\"\ndo = \"mask\"",
                "line 2: rule \"a\": it matches nothing; add match = [\"a selector\"] or labels = [\"a name\"]",
            ),
            (
                "default = \"show\"\n[[rule]]\nmatch = [\".x[\"]\ndo = \"mask\"",
                "line 2: rule \"rule 1\": selector \".x[\" leaves a bracket open; check it in the browser's console with document.querySelector",
            ),
            (
                "default = \"show\"\n[[rule]]\nmatch = [\".x\"]\non = [\"accounts\"]\ndo = \"mask\"",
                "line 2: rule \"rule 1\": page \"accounts\" does not begin with /; write the path as it stands after the host, like /accounts/**",
            ),
        ] {
            assert_eq!(parse(text).expect_err("must be refused").to_string(), expected);
        }
        assert!(parse("defalt = \"show\"").expect_err("unknown key").to_string().contains("line 1"));
    }
}
