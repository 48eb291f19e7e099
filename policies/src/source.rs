//! Reading a policy file, with refusals that show the place and say what was meant.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use crate::detect::pattern;
use crate::policy::label;
use crate::{Action, Assets, Detect, MAX_RULES, Otherwise, Pattern, Policy, Rule};

mod distance;
mod host;
mod problem;

use distance::did_you_mean;
pub use problem::Problem;

/// Bytes of a policy file.
pub const MAX_FILE: usize = 256 * 1024;
/// Characters of one selector; longer ones are generated, and slow.
pub const MAX_SELECTOR: usize = 2_048;
/// Selectors, labels or pages of one rule.
pub const MAX_ENTRIES: usize = 200;
/// Paths of pages at which sessions pause.
pub const MAX_PAGES: usize = 64;
/// Hosts whose files the relay fetches.
pub const MAX_HOSTS: usize = 64;
/// Patterns of the company's own.
pub const MAX_PATTERNS: usize = 32;

/// The policies that ship, to be extended: name and file.
pub const PRESETS: [(&str, &str); 3] =
    [("open", include_str!("../open.toml")), ("balanced", include_str!("../balanced.toml")), ("private", include_str!("../private.toml"))];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    extends: Option<Spanned<String>>,
    #[serde(default)]
    default: Option<Spanned<String>>,
    #[serde(default)]
    inputs: Option<Spanned<String>>,
    #[serde(default)]
    rule: Vec<Spanned<FileRule>>,
    #[serde(default)]
    detect: FileDetect,
    #[serde(default)]
    pause: Vec<Spanned<String>>,
    #[serde(default)]
    assets: FileAssets,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct FileAssets {
    relay_fetches: Vec<Spanned<String>>,
}

/// What is not said is what the policy says that is extended.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct FileDetect {
    card: Option<bool>,
    iban: Option<bool>,
    bsn: Option<bool>,
    ssn: Option<bool>,
    email: Option<bool>,
    phone: Option<bool>,
    birth: Option<bool>,
    pattern: Vec<FilePattern>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FilePattern {
    name: String,
    regex: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRule {
    #[serde(default)]
    name: String,
    #[serde(default)]
    on: Vec<Spanned<String>>,
    #[serde(default, rename = "match")]
    selectors: Vec<Spanned<String>>,
    #[serde(default)]
    labels: Vec<Spanned<String>>,
    #[serde(rename = "do")]
    action: Spanned<String>,
}

/// Reads and validates a policy.
///
/// # Errors
/// The first [`Problem`] found.
pub fn parse(text: &str) -> Result<Policy, Problem> {
    read(text).map_err(|mut problems| problems.swap_remove(0))
}

/// Reads and validates a policy, and does not stop at the first problem.
///
/// # Errors
/// All problems found, at least one.
pub fn read(text: &str) -> Result<Policy, Vec<Problem>> {
    if text.len() > MAX_FILE {
        return Err(vec![Problem::whole("the file is larger than 256 KiB", "split the pages over fewer, broader rules")]);
    }
    let file: File = toml::from_str(text).map_err(|e| vec![Problem::of_toml(text, &e)])?;
    let mut reader = Reader { text, problems: Vec::new() };
    let policy = reader.policy(file);
    match policy {
        Some(policy) if reader.problems.is_empty() => Ok(policy),
        _ => Err(reader.problems),
    }
}

struct Reader<'a> {
    text: &'a str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn policy(&mut self, file: File) -> Option<Policy> {
        let base = match &file.extends {
            Some(name) => Some(self.preset(name)?),
            None => None,
        };
        let default = match (&file.default, &base) {
            (Some(word), _) => self.otherwise("default", word),
            (None, Some(base)) => base.default,
            (None, None) => {
                self.problems.push(Problem::whole(
                    "it does not say what holds where no rule speaks",
                    "add default = \"show\" or default = \"mask\", or extends = \"balanced\"",
                ));
                return None;
            }
        };
        let inputs = match (&file.inputs, &base) {
            (Some(word), _) => self.otherwise("inputs", word),
            (None, Some(base)) => base.inputs,
            (None, None) => Otherwise::Mask,
        };
        let base = base.unwrap_or_else(Policy::mask_all);
        let mut rules = base.rules;
        if rules.len() + file.rule.len() > MAX_RULES {
            self.problems.push(Problem::whole(
                "there are more than 64 rules, those of the policy that is extended included",
                "put selectors that do the same thing into one rule",
            ));
            return None;
        }
        for (n, rule) in file.rule.into_iter().enumerate() {
            rules.extend(self.rule(n, rule));
        }
        let detect = self.detect(base.detect, file.detect);
        let assets = self.assets(base.assets, file.assets);
        let pause = self.pause(base.pause, file.pause);
        Some(Policy { default, inputs, rules, detect, pause, assets })
    }

    fn preset(&mut self, name: &Spanned<String>) -> Option<Policy> {
        let known = PRESETS.iter().find(|(preset, _)| preset == name.get_ref());
        if known.is_none() {
            let meant = did_you_mean(name.get_ref(), PRESETS.iter().map(|(preset, _)| *preset));
            self.say(
                name.span(),
                None,
                format!("there is no policy \"{}\" to extend{meant}", name.get_ref()),
                "use open, balanced or private",
            );
        }
        parse(known?.1).inspect_err(|p| self.problems.push(p.clone())).ok()
    }

    fn say(&mut self, span: Range<usize>, rule: Option<&str>, what: String, help: &str) {
        self.problems.push(Problem::at(self.text, span, rule, what, help));
    }

    fn otherwise(&mut self, key: &str, word: &Spanned<String>) -> Otherwise {
        match word.get_ref().as_str() {
            "show" => Otherwise::Show,
            "mask" => Otherwise::Mask,
            other => {
                let meant = did_you_mean(other, ["show", "mask"]);
                self.say(word.span(), None, format!("{key} = \"{other}\" means nothing{meant}"), "use \"show\" or \"mask\"");
                Otherwise::Mask
            }
        }
    }

    fn rule(&mut self, n: usize, rule: Spanned<FileRule>) -> Option<Rule> {
        let span = rule.span();
        let rule = rule.into_inner();
        let name = if rule.name.trim().is_empty() { format!("rule {}", n + 1) } else { rule.name.trim().to_owned() };
        let word = rule.action.get_ref();
        let action = Action::ALL.into_iter().find(|action| action.word() == word);
        if action.is_none() {
            let meant = did_you_mean(word, Action::ALL.into_iter().map(Action::word));
            let what = format!("do = \"{word}\" means nothing{meant}");
            self.say(rule.action.span(), Some(&name), what, "use show, mask, block, customer-only or leave-out");
        }
        if rule.selectors.is_empty() && rule.labels.is_empty() {
            self.say(span.clone(), Some(&name), "it matches nothing".to_owned(), "add match = [\"a selector\"] or labels = [\"a name\"]");
        }
        for (key, list) in [("match", &rule.selectors), ("labels", &rule.labels), ("on", &rule.on)] {
            if list.len() > MAX_ENTRIES {
                let what = format!("{key} has more than {MAX_ENTRIES} entries");
                self.say(span.clone(), Some(&name), what, "use a class, attribute or path that they share");
            }
        }
        for selector in &rule.selectors {
            if let Some(what) = selector_problem(selector.get_ref()) {
                let what = format!("selector \"{}\" {what}", selector.get_ref());
                self.say(selector.span(), Some(&name), what, "check it in the browser's console with document.querySelector");
            }
        }
        for label in &rule.labels {
            if !label.get_ref().chars().any(char::is_alphanumeric) {
                let what = format!("label \"{}\" names nothing", label.get_ref());
                self.say(label.span(), Some(&name), what, "write the words that stand on the button or at the field");
            }
        }
        for path in &rule.on {
            if !path.get_ref().starts_with('/') && !path.get_ref().starts_with("**") {
                let what = format!("page \"{}\" does not begin with /", path.get_ref());
                self.say(path.span(), Some(&name), what, "write the path as it stands after the host, like /accounts/**");
            }
        }
        let plain = |list: Vec<Spanned<String>>| list.into_iter().map(Spanned::into_inner).collect();
        Some(Rule {
            name,
            on: plain(rule.on),
            selectors: plain(rule.selectors),
            labels: rule.labels.iter().map(|l| label(l.get_ref()).replace('*', "**")).collect(),
            action: action?,
        })
    }

    fn detect(&mut self, base: Detect, own: FileDetect) -> Detect {
        let mut pattern = base.pattern;
        if pattern.len() + own.pattern.len() > MAX_PATTERNS {
            self.problems.push(Problem::whole("there are more than 32 patterns", "join them by |"));
        }
        for one in own.pattern {
            match pattern::compile(one.regex.get_ref()) {
                Ok(program) => pattern.push(Pattern { name: one.name, regex: one.regex.into_inner(), program }),
                Err(why) => {
                    let what = format!("pattern \"{}\": {why}", one.name);
                    self.say(one.regex.span(), None, what, "letters, classes, groups, | ? * + {} ^ $ \\b are what a pattern is made of");
                }
            }
        }
        Detect {
            card: own.card.unwrap_or(base.card),
            iban: own.iban.unwrap_or(base.iban),
            bsn: own.bsn.unwrap_or(base.bsn),
            ssn: own.ssn.unwrap_or(base.ssn),
            email: own.email.unwrap_or(base.email),
            phone: own.phone.unwrap_or(base.phone),
            birth: own.birth.unwrap_or(base.birth),
            pattern,
        }
    }

    fn pause(&mut self, base: Vec<String>, own: Vec<Spanned<String>>) -> Vec<String> {
        if base.len() + own.len() > MAX_PAGES {
            self.problems.push(Problem::whole("pause names more than 64 pages", "use * for a part of a path and ** for several"));
        }
        for wrong in own.iter().filter(|page| !page.get_ref().starts_with('/')) {
            self.say(
                wrong.span(),
                None,
                format!("pause names \"{}\", which is no path of a page", wrong.get_ref()),
                "write it as it stands in the address behind the host, like /pay/confirm or /pay/**",
            );
        }
        base.into_iter().chain(own.into_iter().map(Spanned::into_inner)).collect()
    }

    fn assets(&mut self, base: Assets, own: FileAssets) -> Assets {
        if own.relay_fetches.len() > MAX_HOSTS {
            self.problems.push(Problem::whole("relay_fetches names more than 64 hosts", "let the hosts send the CORS header instead"));
        }
        for wrong in own.relay_fetches.iter().filter(|host| !host::is_host(host.get_ref())) {
            self.say(
                wrong.span(),
                None,
                format!("relay_fetches names \"{}\", which is no host's name", wrong.get_ref()),
                "write the name alone, in lower case, like cdn.example.com or cdn.example.com:8443; no *, no address in numbers",
            );
        }
        let mut relay_fetches = base.relay_fetches;
        relay_fetches.extend(own.relay_fetches.into_iter().map(Spanned::into_inner));
        Assets { relay_fetches }
    }
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
        for (name, text) in PRESETS.into_iter().chain([("acme-bank", include_str!("../acme-bank.toml"))]) {
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
                "default = \"show\"\npause = [\"/pay/**\", \"pay\"]",
                "line 2: pause names \"pay\", which is no path of a page; write it as it stands in the address behind the host, like /pay/confirm or /pay/**",
            ),
            (
                "default = \"show\"\n[assets]\nrelay_fetches = [\"cdn.example\", \"https://cdn.example\"]",
                "line 3: relay_fetches names \"https://cdn.example\", which is no host's name; write the name alone, in lower case, like cdn.example.com or cdn.example.com:8443; no *, no address in numbers",
            ),
            (
                "defalt = \"show\"",
                "line 1: unknown field `defalt`, expected one of `extends`, `default`, `inputs`, `rule`, `detect`, `pause`, `assets`; did you mean \"default\"?",
            ),
            (
                "extends = \"privat\"",
                "line 1: there is no policy \"privat\" to extend, did you mean \"private\"?; use open, balanced or private",
            ),
            (
                "inputs = \"mask\"",
                "it does not say what holds where no rule speaks; add default = \"show\" or default = \"mask\", or extends = \"balanced\"",
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
                "line 3: rule \"rule 1\": selector \".x[\" leaves a bracket open; check it in the browser's console with document.querySelector",
            ),
            (
                "default = \"show\"\n[[rule]]\nmatch = [\".x\"]\non = [\"accounts\"]\ndo = \"mask\"",
                "line 4: rule \"rule 1\": page \"accounts\" does not begin with /; write the path as it stands after the host, like /accounts/**",
            ),
        ] {
            assert_eq!(parse(text).expect_err("must be refused").to_string(), expected);
        }
    }

    #[test]
    fn a_policy_that_is_extended_stands_before_the_own_rules() {
        let own =
            parse("extends = \"balanced\"\n[[rule]]\nname = \"mine\"\nmatch = [\".x\"]\ndo = \"mask\"\n[detect]\nbsn = true\niban = false")
                .expect("extends");
        let base = parse(PRESETS[1].1).expect("ships");
        assert_eq!(own.rules[..base.rules.len()], base.rules);
        assert_eq!(own.rules.last().map(|r| r.name.as_str()), Some("mine"));
        assert_eq!((own.default, own.inputs), (base.default, base.inputs));
        assert_eq!((own.detect.bsn, own.detect.card, own.detect.iban), (true, true, false));
    }

    #[test]
    fn every_problem_is_told() {
        let problems = read(
            "default = \"shwo\"\n[[rule]]\nmatch = [\".x[\", \"{\"]\ndo = \"hide\"\n[detect]\npattern = [{ name = \"p\", regex = \"(\" }]",
        )
        .expect_err("five");
        let lines: Vec<usize> = problems.iter().map(|p| p.line).collect();
        assert_eq!(lines, [1, 4, 3, 3, 6]);
    }

    #[test]
    fn a_report_shows_the_place() {
        let text = "extends = \"balanced\"\n\n[[rule]]\nname = \"amounts\"\nmatch = [\".amount\"]\ndo    = \"maks\"\n";
        let problem = parse(text).expect_err("maks");
        assert_eq!(
            problem.report("policy.toml", text),
            "error: rule \"amounts\": do = \"maks\" means nothing, did you mean \"mask\"?\n --> policy.toml:6:9\n  |\n6 | do    = \"maks\"\n  |         ^^^^^^\n  = help: use show, mask, block, customer-only or leave-out\n"
        );
    }
}
