//! A policy in the form in which it is carried and judged.

use serde::{Deserialize, Serialize};

/// Rules of one policy: their hits travel as a set of 64 bits.
pub const MAX_RULES: usize = 64;

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Visible, unless something stricter speaks.
    Show,
    /// Same place and size, content hidden.
    Mask,
    /// An empty box of the same size.
    Block,
    /// Only the customer may operate it; hides nothing.
    CustomerOnly,
    /// Not even a box.
    LeaveOut,
}

#[cfg(feature = "source")]
impl Action {
    /// All there are.
    pub const ALL: [Self; 5] = [Self::Show, Self::Mask, Self::Block, Self::CustomerOnly, Self::LeaveOut];

    /// As the file says it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::Mask => "mask",
            Self::Block => "block",
            Self::CustomerOnly => "customer-only",
            Self::LeaveOut => "leave-out",
        }
    }
}

/// What counts where no rule speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Default {
    /// Visible.
    Show,
    /// Hidden.
    Mask,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What people call it.
    pub name: String,
    /// Page paths with `*` and `**`; none means every page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<String>,
    /// CSS selectors, answered by the browser.
    #[serde(default, rename = "match", skip_serializing_if = "Vec::is_empty")]
    pub selectors: Vec<String>,
    /// Accessible names as [`label`] writes them, compared without case, extra space and the signs around them; `**` stands
    /// for any words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// What it does.
    #[serde(rename = "do")]
    pub action: Action,
}

impl Rule {
    /// Whether the rule counts on a page with this path.
    #[must_use]
    pub fn applies_on(&self, path: &str) -> bool {
        self.on.is_empty() || self.on.iter().any(|p| crate::path_matches(p, path))
    }
    /// Whether an accessible name is one of the rule's labels; both as [`label`] writes them.
    #[must_use]
    pub fn has_label(&self, name: &str) -> bool {
        !name.is_empty() && self.labels.iter().any(|l| crate::path_matches(l, name))
    }
}

/// A label or name as it is compared: `» Pay  NOW!` is `pay now`. The glue writes names the same way (`plain` in
/// `sdk-wasm/js/called.js`): a page carries no tables of letters.
#[cfg(feature = "propose")]
#[must_use]
pub fn label(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    text.trim_matches(|c: char| !c.is_alphanumeric() && c != '*').to_owned()
}

/// A pattern of a company's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    /// What it finds.
    pub name: String,
    /// A regular expression without look-around.
    pub regex: String,
    /// What [`crate::detect::pattern::compile`] made of it; this is what a page runs.
    #[cfg_attr(feature = "source", serde(skip_deserializing))]
    pub program: String,
}

/// Content that is hidden wherever it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, std::default::Default)]
#[serde(default, deny_unknown_fields)]
pub struct Detect {
    /// Payment cards, by Luhn.
    pub card: bool,
    /// IBAN, by its check digits.
    pub iban: bool,
    /// Dutch citizen service numbers, by their eleven-test.
    pub bsn: bool,
    /// US social security numbers.
    pub ssn: bool,
    /// E-mail addresses.
    pub email: bool,
    /// Phone numbers.
    pub phone: bool,
    /// Dates of birth beside a word that says so.
    pub birth: bool,
    /// The company's own.
    pub pattern: Vec<Pattern>,
}

impl Detect {
    /// Those that are switched by name, in the order in which they are counted.
    pub const NAMES: [&str; 7] = ["card", "iban", "bsn", "ssn", "email", "phone", "birth"];

    /// Which of them are on.
    #[must_use]
    pub const fn switches(&self) -> [bool; 7] {
        [self.card, self.iban, self.bsn, self.ssn, self.email, self.phone, self.birth]
    }

    /// These, and no patterns.
    #[must_use]
    pub const fn of([card, iban, bsn, ssn, email, phone, birth]: [bool; 7]) -> Self {
        Self { card, iban, bsn, ssn, email, phone, birth, pattern: Vec::new() }
    }

    /// One of them alone, by its place in [`Detect::NAMES`].
    #[must_use]
    pub fn only(which: usize) -> Self {
        Self::of(std::array::from_fn(|n| n == which))
    }
}

/// What else than the customer's browser may read pictures, fonts and sheets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, std::default::Default)]
#[serde(default, deny_unknown_fields)]
pub struct Assets {
    /// Hosts (`name` or `name:port`, lower case) whose files the relay fetches where the customer's browser may not read
    /// them. The relay learns their addresses. None by default.
    pub relay_fetches: Vec<String>,
}

/// A whole policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Where no rule speaks.
    pub default: Default,
    /// What people type, where no rule speaks on the control itself.
    pub inputs: Default,
    /// The rules, in order of the file; order does not decide anything.
    pub rules: Vec<Rule>,
    /// Detectors.
    pub detect: Detect,
    /// Paths of pages at which a session pauses by itself; the customer is asked before it goes on there.
    #[serde(default)]
    pub pause: Vec<String>,
    /// Who reads what pages embed. In a page only the glue asks, which takes it from what the relay said.
    #[cfg_attr(feature = "source", serde(default))]
    #[cfg_attr(not(feature = "source"), serde(skip_deserializing))]
    pub assets: Assets,
}

impl Policy {
    /// The strictest policy: what holds before, without and after a broken one.
    #[must_use]
    pub fn mask_all() -> Self {
        Self {
            default: Default::Mask,
            inputs: Default::Mask,
            rules: Vec::new(),
            detect: Detect::default(),
            pause: Vec::new(),
            assets: Assets::default(),
        }
    }

    /// Whether a session pauses by itself at a page.
    #[must_use]
    pub fn pauses_at(&self, path: &str) -> bool {
        self.pause.iter().any(|pattern| crate::page::path_matches(pattern, path))
    }
}

#[cfg(all(test, feature = "source"))]
mod tests {
    use super::*;

    #[test]
    fn names_and_labels() {
        for (says, name, expected) in [
            ("Pay now", "  pay\u{a0}NOW ", true),
            ("Pay now", "» Pay now!", true),
            ("Pay now", "Pay now or later", false),
            ("Pay *", "Pay € 42.00", true),
            ("Pay *", "Pay with card/bank", true),
            ("Pay *", "Pay", false),
            ("* akkoord", "Ik ga akkoord", true),
            ("* akkoord", "akkoorden zoeken", false),
            ("a*b*a", "aba", true),
            ("a*a", "a", false),
            ("Ik ga akkoord", "IK GA AKKOORD", true),
            ("Größe", "GRÖSSE", false),
            ("x", "", false),
        ] {
            let text = format!("default = \"show\"\n[[rule]]\nlabels = [{says:?}]\ndo = \"mask\"");
            let rule = crate::source::parse(&text).expect("a policy").rules.remove(0);
            assert_eq!(rule.has_label(&label(name)), expected, "{says} {name}");
        }
    }
}
