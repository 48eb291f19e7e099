//! The one egress. What was read from a page arrives as [`Raw`], which can be neither encoded, cloned nor printed;
//! only a [`Verdict`] opens it, and only [`judge`] makes verdicts.

use crate::echo::Source;
use policies::{Cover, Facts, Hide, Judged, Part, Policy};
use protocol::find::find;

/// Text as the page holds it, not judged yet.
pub struct Raw<'a>(&'a str);

impl std::fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Raw({} bytes)", self.0.len())
    }
}

impl<'a> Raw<'a> {
    /// Wraps what an adapter read.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self(text)
    }
    /// Whether there is anything; tells no content.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// White space alone keeps layout and says nothing, so it needs no verdict.
    #[must_use]
    pub fn blank(&self) -> Option<&'a str> {
        self.0.bytes().all(|b| b.is_ascii_whitespace()).then_some(self.0)
    }
    /// One of a closed list of words, like `checked` or `popover`: a page cannot smuggle content through it.
    #[must_use]
    pub fn word(&self, list: &[&'static str]) -> Option<&'static str> {
        list.iter().find(|w| w.eq_ignore_ascii_case(self.0)).copied()
    }
    /// Those of a closed list of words that stand in it, in the list's order.
    #[must_use]
    pub fn words(&self, list: &[&'static str]) -> Vec<&'static str> {
        list.iter().filter(|w| self.0.split(' ').any(|own| own == **w)).copied().collect()
    }
    /// A value of a closed vocabulary or a small number; travels even where text is hidden.
    #[must_use]
    pub fn closed(&self) -> Option<&'a str> {
        crate::attributes::is_closed(self.0).then_some(self.0)
    }
    /// A number, written anew.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        crate::decimal::parse(self.0)
    }
    /// Feeds facts that are judged in this crate (`type`, `autocomplete`), never an encoder.
    pub(crate) const fn fact(&self) -> &'a str {
        self.0
    }
    /// Whether a style holds a string or a property of the page's own, which may be words.
    #[must_use]
    pub fn says_something(&self) -> bool {
        self.0.contains(['"', '\'']) || find(self.0.as_bytes(), b"--").is_some()
    }
    /// Feeds what is remembered of what is hidden: hashes, never an encoder.
    pub(crate) const fn hidden(&self) -> &'a str {
        self.0
    }
    /// An element or attribute name: short, without a character that text would need. Longer ones are refused.
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        let fits = (1..=64).contains(&self.0.len())
            && self.0.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.' | b'@'))
            && (is_component_mark(self.0) || !looks_like_data(self.0));
        fits.then_some(self.0)
    }
}

/// What may be seen of a node. Cannot be made outside this module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    own: Hide,
    cover: Cover,
    customer_only: bool,
    remembered: Option<Source>,
}

/// Asks the policy.
#[must_use]
pub fn judge(policy: &Policy, above: Verdict, facts: &Facts<'_>) -> Verdict {
    let Judged { own, cover, customer_only } = policies::judge(policy, above.cover, facts);
    let typed = facts.part == Part::Typed || above.remembered == Some(Source::Typed);
    let remembered = match (own, cover.hide) {
        (Hide::No, _) => None,
        _ if typed => Some(Source::Typed),
        // What is hidden since everything is says nothing of anybody.
        (_, Hide::No) => None,
        _ => Some(Source::Masked),
    };
    Verdict { own, cover, customer_only, remembered }
}

impl Verdict {
    /// Above the top document.
    pub const TOP: Self = Self { own: Hide::No, cover: Cover::NONE, customer_only: false, remembered: None };

    /// Everything hidden: what holds while it is not known better.
    pub const HIDDEN: Self =
        Self { own: Hide::Mask, cover: Cover { hide: Hide::Mask, shown: false }, customer_only: false, remembered: None };

    /// What is hidden.
    #[must_use]
    pub const fn hides(&self) -> Hide {
        self.own
    }
    /// Whether only the customer may operate it.
    #[must_use]
    pub const fn is_customer_only(&self) -> bool {
        self.customer_only
    }
    /// Where what is hidden here is to be hidden elsewhere, too: what people type, and what a rule hides; not what is hidden
    /// since everything is.
    #[must_use]
    pub const fn remembered(&self) -> Option<Source> {
        self.remembered
    }
    /// Whether nothing is hidden.
    #[must_use]
    pub const fn shows(&self) -> bool {
        matches!(self.own, Hide::No)
    }
    /// Opens text, or does not.
    #[must_use]
    #[allow(clippy::needless_pass_by_value, reason = "a raw text is judged once and gone")]
    pub fn open<'a>(&self, raw: Raw<'a>) -> Option<&'a str> {
        self.shows().then_some(raw.0)
    }
    /// A class list or id: on hidden nodes without the words that look like data.
    #[must_use]
    #[allow(clippy::needless_pass_by_value, reason = "a raw text is judged once and gone")]
    pub fn words(&self, raw: Raw<'_>) -> String {
        if self.shows() && !raw.0.contains('@') {
            return raw.0.to_owned();
        }
        raw.0.split_ascii_whitespace().filter(|w| !looks_like_data(w)).collect::<Vec<_>>().join(" ")
    }
    /// Inline style: on hidden nodes without strings, custom properties and addresses.
    #[must_use]
    #[allow(clippy::needless_pass_by_value, reason = "a raw text is judged once and gone")]
    pub fn style(&self, raw: Raw<'_>, mut resource: impl FnMut(&str) -> Option<u32>) -> String {
        if self.shows() {
            return crate::css::outgoing(raw.0, &mut resource, crate::css::Strings::Keep);
        }
        raw.0
            .split(';')
            .filter(|d| {
                !d.contains(['"', '\'', '\\'])
                    && !d.trim_start().starts_with("--")
                    && find(d.to_ascii_lowercase().as_bytes(), b"url").is_none()
            })
            .collect::<Vec<_>>()
            .join(";")
    }
    /// The address of a picture, to be fetched by the customer's browser; `None` where it is hidden.
    #[must_use]
    #[allow(clippy::needless_pass_by_value, reason = "a raw text is judged once and gone")]
    pub fn address<'a>(&self, raw: Raw<'a>) -> Option<&'a str> {
        (self.shows() && !raw.0.is_empty()).then_some(raw.0)
    }
}

/// Style sheets belong to no node; they are judged by what holds where no rule speaks.
#[must_use]
#[allow(clippy::needless_pass_by_value, reason = "a raw text is judged once and gone")]
pub fn sheet(policy: &Policy, raw: Raw<'_>, resource: impl FnMut(&str) -> Option<u32>) -> String {
    let strings = match policy.default {
        policies::Otherwise::Show => crate::css::Strings::Keep,
        policies::Otherwise::Mask => crate::css::Strings::Empty,
    };
    crate::css::outgoing(raw.0, resource, strings)
}

/// The page's path as an agent may see it: no query, no fragment, no parts that look like tokens.
#[must_use]
#[allow(clippy::needless_pass_by_value, reason = "a raw text is judged once and gone")]
pub fn path(raw: Raw<'_>) -> String {
    let path = raw.0.split(['?', '#']).next().unwrap_or_default();
    path.split('/').map(|part| if looks_like_data(part) || part.len() > 40 { "…" } else { part }).collect::<Vec<_>>().join("/")
}

/// What kind of page this is, for reports that the relay keeps: its path with `*` for every part that is not small letters in
/// words, or a number below a hundred. The relay looks at it once more in the same way.
#[must_use]
pub fn kind_of_page(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.split('/').take(12).map(|part| if protocol::session::is_plain_part(part) { part } else { "*" }).collect::<Vec<_>>().join("/")
}

/// The page's origin is what the relay checked; it is public.
#[must_use]
#[allow(clippy::needless_pass_by_value, reason = "a raw text is judged once and gone")]
pub fn origin(raw: Raw<'_>) -> String {
    raw.0.to_owned()
}

/// Whether an attribute's name is a mark that Angular gives the elements of a component, for its style rules to ask:
/// `_ngcontent-ng-c3819298930`, a hash of at most ten digits.
fn is_component_mark(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("_ngcontent-").or_else(|| name.strip_prefix("_nghost-")) else { return false };
    let Some((app, hash)) = rest.rsplit_once('c').and_then(|(app, hash)| Some((app.strip_suffix('-')?, hash))) else { return false };
    app.len() <= 8
        && app.bytes().all(|b| b.is_ascii_lowercase())
        && (1..=10).contains(&hash.len())
        && hash.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a word of a class, name or path is more likely data than a name: an address, or four digits and more.
#[must_use]
pub fn looks_like_data(word: &str) -> bool {
    if word.contains('@') && !word.starts_with('@') || word.contains('%') {
        return true;
    }
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    digits >= 4 && (digits * 2 >= word.len() || word.len() > 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_prints_no_content() {
        assert_eq!(format!("{:?}", Raw::new("secret")), "Raw(6 bytes)");
    }

    #[test]
    fn words_that_look_like_data() {
        for (word, expected) in [
            ("btn-primary", false),
            ("col-md-12", false),
            ("user-20241125", true),
            ("ann@example.com", true),
            ("a1b2c3d4", true),
            ("css-1x2y3z9", false),
            ("mt-1000", true),
            ("sc-bdVaJa", false),
            ("@value", false),
        ] {
            assert_eq!(looks_like_data(word), expected, "{word}");
        }
    }

    #[test]
    fn attribute_names() {
        for (name, passes) in [
            ("data-id", true),
            ("_ngcontent-ng-c3819298930", true),
            ("_nghost-abc-c12", true),
            ("_ngcontent-4111111111111111", false),
            ("_ngcontent-ng-c41111111111111", false),
            ("_ngcontent-ann-99887766-c1", false),
            ("data-4111111111111111", false),
        ] {
            assert_eq!(Raw::new(name).name().is_some(), passes, "{name}");
        }
    }

    #[test]
    fn kinds_of_pages() {
        for (raw, expected) in [
            ("/accounts?token=abc", "/accounts"),
            ("/user/12345678/edit#x", "/user/*/edit"),
            ("/a/ann@example.com", "/a/*"),
            ("/invite/Vk3xQpLmZ", "/invite/*"),
            ("/step-2", "/step-2"),
            ("/", "/"),
        ] {
            assert_eq!(kind_of_page(raw), expected);
        }
    }

    #[test]
    fn paths() {
        for (raw, expected) in [("/accounts?token=abc", "/accounts"), ("/user/12345678/edit#x", "/user/…/edit"), ("/", "/")] {
            assert_eq!(path(Raw::new(raw)), expected);
        }
    }
}
