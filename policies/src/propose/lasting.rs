//! Which names in a page's code were given by people, and how long they are likely to stay.

use super::Sure;

/// By what a selector goes, what lasts longest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lasting {
    /// An id.
    Id,
    /// An attribute that people put there to be found by.
    Hook,
    /// The name of a field, or what a label is for.
    Name,
    /// A role.
    Role,
    /// An element that a page has few of.
    Landmark,
    /// A class.
    Class,
    /// Two classes.
    Classes,
    /// Words for people, which change with the language.
    Label,
    /// The kind of element.
    Kind,
    /// The beginning of a name whose end a build or the data made.
    Stem,
    /// Where it stands.
    Place,
}

impl Lasting {
    /// How likely what goes by it lasts.
    #[must_use]
    pub const fn sure(self) -> Sure {
        match self {
            Self::Id | Self::Hook | Self::Name | Self::Role | Self::Landmark => Sure::Sure,
            Self::Class | Self::Classes | Self::Label | Self::Kind => Sure::Likely,
            Self::Stem | Self::Place => Sure::Unsure,
        }
    }

    /// Effort of reading it: of two that last as long the plainer is proposed.
    pub(super) const fn effort(self) -> u32 {
        match self {
            Self::Id => 1,
            Self::Hook | Self::Name | Self::Class => 2,
            Self::Role | Self::Landmark | Self::Classes => 3,
            Self::Label | Self::Stem => 4,
            Self::Kind => 6,
            Self::Place => 8,
        }
    }

    /// One word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Hook => "hook",
            Self::Name => "name",
            Self::Role => "role",
            Self::Landmark => "landmark",
            Self::Class | Self::Classes => "class",
            Self::Label => "label",
            Self::Kind => "kind",
            Self::Stem => "stem",
            Self::Place => "place",
        }
    }
}

/// Beginnings of names that well-known tools make up anew with each build or each page.
const MADE: &[&str] = &[
    "css-",
    "sc-",
    "jss",
    "svelte-",
    "emotion-",
    "ember",
    "radix-",
    "headlessui-",
    "ng-tns-",
    "ng-star-",
    "_ng",
    "data-v-",
    "astro-",
    "makestyles-",
    "react-aria",
    "yui_",
    "ext-gen",
    "cdk-",
];
/// What stands behind `data-` where tests and policies find elements by it.
const HOOKS: &[&str] = &[
    "testid",
    "test-id",
    "test",
    "qa",
    "cy",
    "e2e",
    "hook",
    "automation",
    "automation-id",
    "beside",
    "private",
    "sensitive",
    "field",
    "component",
    "part",
    "section",
    "region",
    "slot",
    "element",
];
/// Data attributes that say how an element is just now, or what a framework noted.
const STATES: &[&str] = &[
    "data-state",
    "data-open",
    "data-closed",
    "data-active",
    "data-selected",
    "data-checked",
    "data-focus",
    "data-hover",
    "data-disabled",
    "data-index",
    "data-headlessui-state",
    "data-orientation",
    "data-side",
    "data-reactroot",
];
/// First words of classes that say how something looks, in the utility vocabularies of Tailwind, Bootstrap and Tachyons.
const UTILITIES: &[&str] = &[
    "p", "px", "py", "pt", "pb", "pl", "pr", "ps", "pe", "m", "mx", "my", "mt", "mb", "ml", "mr", "ms", "me", "w", "h", "min", "max",
    "text", "font", "bg", "border", "rounded", "shadow", "flex", "grid", "gap", "space", "items", "justify", "self", "content", "order",
    "col", "row", "d", "float", "overflow", "z", "top", "left", "right", "bottom", "inset", "opacity", "leading", "tracking", "align",
    "object", "cursor", "select", "ring", "divide", "size", "fs", "fw",
];
/// Classes that stand for themselves in those.
const ALONE: &[&str] = &[
    "flex",
    "grid",
    "block",
    "inline",
    "hidden",
    "relative",
    "absolute",
    "fixed",
    "sticky",
    "static",
    "truncate",
    "uppercase",
    "lowercase",
    "underline",
    "italic",
    "container",
];
const LANDMARKS: &[&str] = &["main", "nav", "header", "footer", "aside", "form", "table", "dialog", "body", "h1", "fieldset", "video"];

/// Whether a name was plainly given by people: made of words, with no more than a small number behind one.
pub(super) fn named(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    (3..=40).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        && !MADE.iter().any(|made| lower.starts_with(made))
        && name.split(['-', '_']).filter(|part| !part.is_empty()).all(is_word)
}

/// One part of a name: letters, then at most two digits; no jumble of capitals, and a vowel where it is long.
fn is_word(part: &str) -> bool {
    let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = part.len() - letters.len();
    if letters.is_empty() {
        return digits <= 2;
    }
    let is_upper = |b: u8| b.is_ascii_uppercase();
    let bytes = letters.as_bytes();
    let humps = bytes.windows(2).filter(|w| !is_upper(w[0]) && is_upper(w[1])).count() + 1;
    let has_vowel = bytes.iter().any(|b| b"aeiouyAEIOUY".contains(b));
    digits <= 2
        && bytes.iter().all(u8::is_ascii_alphabetic)
        && (letters.len() < 5 || has_vowel)
        && (humps == 1 || letters.len() >= humps * 3)
}

/// The beginning of a name that people gave, up to and with the sign behind it, where what follows was made.
pub(super) fn stem(name: &str) -> Option<&str> {
    let lower = name.to_ascii_lowercase();
    if MADE.iter().any(|made| lower.starts_with(made)) {
        return None;
    }
    let mut end = 0;
    for (at, sign) in name.char_indices().filter(|(_, c)| matches!(c, '-' | '_')) {
        let part = name[end..at].trim_matches(['-', '_']);
        if part.is_empty() || is_word(part) && part.bytes().any(|b| b.is_ascii_alphabetic()) {
            end = at + sign.len_utf8();
        } else {
            break;
        }
    }
    let kept = &name[..end];
    let letters = kept.bytes().filter(u8::is_ascii_alphabetic).count();
    (letters >= 3 && kept.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))).then_some(kept)
}

/// Whether people put an attribute there so that the element is found by it.
pub(super) fn is_hook(attribute: &str) -> bool {
    attribute.strip_prefix("data-").is_some_and(|rest| HOOKS.contains(&rest))
}

/// Whether an attribute is of the site's own making, and says what an element is and not how it is just now.
pub(super) fn is_data(attribute: &str) -> bool {
    attribute.strip_prefix("data-").is_some_and(named)
        && !STATES.contains(&attribute)
        && !MADE.iter().any(|made| attribute.starts_with(made))
}

/// Whether a class says how an element is just now.
pub(super) fn is_state(class: &str) -> bool {
    let lower = class.to_ascii_lowercase();
    ["is-", "has-", "ng-", "v-", "js-focus"].iter().any(|begin| lower.starts_with(begin))
        || [
            "active", "open", "opened", "closed", "selected", "checked", "disabled", "hover", "focus", "focused", "current", "show",
            "shown", "hide", "loading", "dirty", "invalid", "valid",
        ]
        .contains(&&*lower)
        || lower.ends_with("--active")
        || lower.ends_with("--open")
}

/// Whether a class says how an element looks: such come and go with every change of the design.
pub(super) fn is_utility(class: &str) -> bool {
    ALONE.contains(&class) || class.split_once('-').is_some_and(|(first, _)| UTILITIES.contains(&first))
}

pub(super) fn is_landmark(name: &str) -> bool {
    LANDMARKS.contains(&name)
}

/// A name of an element as a selector has it.
pub(super) fn escape(name: &str) -> String {
    name.chars().flat_map(|c| (!(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))).then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_and_of_builds() {
        for name in [
            "balance",
            "account-total",
            "accountTotal",
            "step2",
            "step-12",
            "btn-primary",
            "main_nav",
            "IBANField",
            "iban",
            "row",
            "c-card__title",
            "amount",
            "html",
            "sidebar",
        ] {
            assert!(named(name), "{name} is of people");
        }
        for name in [
            "css-1x2y3z",
            "sc-bdVaJa",
            "a8Fh2",
            "jss123",
            "svelte-1tky8bj",
            "_3fKx9",
            "x1",
            "ember482",
            ":r1:",
            "radix-7",
            "bdVaJa",
            "Card_balance__x7Gh2",
            "row-48213",
            "a1b2c3d4",
            "NL91ABNA0417164300",
            "md:flex",
            "w-[10px]",
            "kxzqw",
            "ng-tns-c12-3",
            "",
            "data-v-7ba5bd90",
        ] {
            assert!(!named(name), "{name} is made");
        }
    }

    #[test]
    fn beginnings_that_stay() {
        for (name, kept) in [
            ("Card_balance__x7Gh2", Some("Card_balance__")),
            ("_balance_1abcd_5", Some("_balance_")),
            ("row-48213", Some("row-")),
            ("css-1x2y3z", None),
            ("a8Fh2", None),
            ("sc-bdVaJa", None),
            ("12-34", None),
        ] {
            assert_eq!(stem(name), kept, "{name}");
        }
    }

    #[test]
    fn what_says_nothing_of_what_it_is() {
        for class in ["p-4", "text-sm", "flex", "bg-white", "col-6", "fw-bold"] {
            assert!(is_utility(class), "{class}");
        }
        for class in ["is-open", "active", "ng-dirty", "tab--active"] {
            assert!(is_state(class), "{class}");
        }
        for class in ["balance", "page-title", "grid-lines-of-accounts"] {
            assert!(!is_utility(class) || class.starts_with("grid"), "{class}");
            assert!(!is_state(class), "{class}");
        }
        for (attribute, is) in [
            ("data-testid", true),
            ("data-private", true),
            ("data-state", false),
            ("data-v-7ba5bd90", false),
            ("class", false),
            ("data-customer", false),
        ] {
            assert_eq!(is_hook(attribute), is, "{attribute}");
        }
        assert!(is_data("data-customer") && !is_data("data-state") && !is_data("data-v-7ba5bd90"));
    }
}
