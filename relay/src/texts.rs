//! The words people read, from Fluent files, resolved here so that no page carries a translation engine.
//!
//! What is known only in the page (names, numbers) stays in the text as `{agent}`, `{company}`, `{minutes}` …

use std::collections::BTreeMap;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use unic_langid::LanguageIdentifier;

/// Which side reads the texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The customer's panel.
    Customer,
    /// The dashboard.
    Agent,
}

/// Files of the customer's side: those that the page also has without the relay, and the rest.
macro_rules! customer {
    ($language:literal) => {
        (
            Side::Customer,
            $language,
            concat!(
                include_str!(concat!("../texts/customer-alone.", $language, ".ftl")),
                include_str!(concat!("../texts/customer.", $language, ".ftl"))
            ),
        )
    };
}

const FILES: [(Side, &str, &str); 8] = [
    customer!("en"),
    customer!("nl"),
    customer!("de"),
    customer!("fr"),
    customer!("es"),
    customer!("ar"),
    (Side::Agent, "en", include_str!("../texts/agent.en.ftl")),
    (Side::Agent, "nl", include_str!("../texts/agent.nl.ftl")),
];

const REPLIES: [(&str, &str); 6] = [
    ("en", include_str!("../texts/replies.en.ftl")),
    ("nl", include_str!("../texts/replies.nl.ftl")),
    ("de", include_str!("../texts/replies.de.ftl")),
    ("fr", include_str!("../texts/replies.fr.ftl")),
    ("es", include_str!("../texts/replies.es.ftl")),
    ("ar", include_str!("../texts/replies.ar.ftl")),
];

/// The ready answers that ship, in their order: language, name, text.
#[must_use]
pub fn replies() -> Vec<(&'static str, String, String)> {
    let of = |(language, text): &(&'static str, &str)| {
        let all = resolve(language, text);
        let named = text.lines().filter_map(|line| Some(line.split_once(" = ")?.0.to_owned()));
        let language = *language;
        named.filter_map(|name| Some((language, name.clone(), all.get(&name)?.clone()))).collect::<Vec<_>>()
    };
    REPLIES.iter().flat_map(of).collect()
}

/// Names that the page fills in.
const LEFT_OPEN: [&str; 13] =
    ["agent", "company", "count", "days", "minutes", "name", "page", "part", "parts", "percent", "seconds", "sessions", "version"];

/// All texts of a side in the language that fits best; English where nothing does.
#[must_use]
pub fn texts(side: Side, language: &str) -> BTreeMap<String, String> {
    let wanted = language.split(['-', '_']).next().unwrap_or("en").to_lowercase();
    let file =
        FILES.iter().find(|(s, l, _)| *s == side && *l == wanted).or_else(|| FILES.iter().find(|(s, l, _)| *s == side && *l == "en"));
    file.map(|(_, language, text)| resolve(language, text)).unwrap_or_default()
}

fn resolve(language: &str, text: &str) -> BTreeMap<String, String> {
    let id: LanguageIdentifier = language.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new(vec![id]);
    bundle.set_use_isolating(false);
    let resource = match FluentResource::try_new(text.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    let keys: Vec<String> = text
        .lines()
        .filter_map(|l| l.split_once('=').filter(|_| l.starts_with(|c: char| c.is_ascii_alphabetic())).map(|(k, _)| k.trim().to_owned()))
        .collect();
    let _ = bundle.add_resource(resource);
    let mut args = FluentArgs::new();
    for name in LEFT_OPEN {
        args.set(name, format!("{{{name}}}"));
    }
    keys.into_iter()
        .filter_map(|key| {
            let pattern = bundle.get_message(&key)?.value()?;
            let mut errors = vec![];
            let value = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
            Some((key, value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_hold_the_same_messages() {
        for (side, language, text) in FILES {
            let (en, own) = (texts(side, "en"), texts(side, &format!("{language}-XX")));
            assert!(en.len() > 10);
            assert_eq!(en.keys().collect::<Vec<_>>(), own.keys().collect::<Vec<_>>(), "{side:?} {language}");
            assert_eq!(own.len(), text.lines().filter(|line| line.contains(" = ")).count(), "{side:?} {language}: one is there twice");
            for (key, value) in own {
                assert!(!value.contains("{$"), "{key} is not resolved: {value}");
                // What the page fills in is filled in, in each language alike.
                for open in LEFT_OPEN.map(|name| format!("{{{name}}}")) {
                    assert_eq!(value.contains(&open), en[&key].contains(&open), "{language}: {key} and {open}");
                }
            }
        }
    }

    #[test]
    fn ready_answers_are_there_in_each_language() {
        let all = replies();
        let names = |language| all.iter().filter(move |(l, ..)| *l == language).map(|(_, name, _)| name.as_str()).collect::<Vec<_>>();
        for (language, _) in REPLIES {
            assert_eq!(names("en"), names(language), "{language}");
        }
        assert!(all.iter().any(|(l, name, text)| *l == "nl" && name == "hello" && text.contains("{customer}") && text.contains("{agent}")));
    }

    #[test]
    fn what_the_page_fills_in_stays_open() {
        assert!(texts(Side::Customer, "nl")["bar-sees"].contains("{agent}"));
        assert_eq!(texts(Side::Customer, "xx"), texts(Side::Customer, "en"));
    }
}
