//! Media queries answer for the customer's device, not for the agent's: in the replica each feature that depends on a
//! device is replaced by one that always holds, or never does. Features and values after Media Queries Level 5.

use std::borrow::Cow;

/// What a device is like, as a set: bit `n` stands for the `n`th of these. Numbered by hand, on the wire.
pub const FACTS: [(&str, &str); 16] = [
    ("prefers-color-scheme", "dark"),
    ("prefers-color-scheme", "light"),
    ("prefers-reduced-motion", "reduce"),
    ("prefers-contrast", "more"),
    ("prefers-contrast", "less"),
    ("prefers-contrast", "custom"),
    ("forced-colors", "active"),
    ("prefers-reduced-transparency", "reduce"),
    ("inverted-colors", "inverted"),
    ("hover", "hover"),
    ("any-hover", "hover"),
    ("pointer", "fine"),
    ("pointer", "coarse"),
    ("any-pointer", "fine"),
    ("any-pointer", "coarse"),
    ("display-mode", "standalone"),
];
/// Values that say that none of a feature's others holds.
const NONE: [&str; 3] = ["none", "no-preference", "browser"];
const HOLDS: &str = "(min-width: 0)";
const NEVER: &str = "(max-width: 0)";

/// A customer's device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// Which of [`FACTS`] hold; 0 when nothing is known, and then everything is left to the browser.
    pub facts: u32,
    /// Device pixels per CSS pixel, in hundredths; 0 when unknown.
    pub ratio: u32,
    /// CSS pixels that a scrollbar of the browser's own takes.
    pub bar: u32,
}

impl Device {
    /// Whether it prefers dark pages.
    #[must_use]
    pub const fn is_dark(self) -> bool {
        self.facts & 1 == 1
    }

    fn holds(self, feature: &str, value: Option<&str>) -> Option<bool> {
        let mut known = false;
        let mut set = false;
        let mut named = false;
        for (n, (name, is)) in FACTS.iter().enumerate() {
            if *name == feature {
                known = true;
                let holds = self.facts >> n & 1 == 1;
                set |= holds;
                named |= holds && value == Some(*is);
            }
        }
        (known && self.facts != 0).then(|| match value {
            None => set,
            Some(value) if NONE.contains(&value) => !set,
            Some(_) => named,
        })
    }

    /// What a feature between brackets says of this device; `None` for one that depends on none.
    fn answer(self, inside: &str) -> Option<bool> {
        let lower = inside.trim().to_ascii_lowercase();
        let (feature, value) = match lower.split_once(':') {
            Some((feature, value)) => (feature.trim(), Some(value.trim())),
            None => (lower.as_str(), None),
        };
        if let Some(holds) = self.holds(feature, value) {
            return Some(holds);
        }
        if self.ratio == 0 {
            return None;
        }
        let ours = f64::from(self.ratio) / 100.0;
        let near = 0.005;
        let (feature, compared) = match value {
            Some(value) => (feature, value),
            None => {
                let at = feature.find(['<', '>', '='])?;
                let name = feature[..at].trim();
                let (sign, value) = feature[at..].split_at(feature[at..].find(|c| !matches!(c, '<' | '>' | '='))?);
                let value = dots_per_pixel(value)?;
                return (name == "resolution").then(|| match sign {
                    "<=" => ours <= value + near,
                    ">=" => ours >= value - near,
                    "<" => ours < value - near,
                    ">" => ours > value + near,
                    _ => (ours - value).abs() < near,
                });
            }
        };
        let value = dots_per_pixel(compared)?;
        match feature {
            "resolution" | "-webkit-device-pixel-ratio" => Some((ours - value).abs() < near),
            "min-resolution" | "-webkit-min-device-pixel-ratio" | "min--moz-device-pixel-ratio" => Some(ours >= value - near),
            "max-resolution" | "-webkit-max-device-pixel-ratio" | "max--moz-device-pixel-ratio" => Some(ours <= value + near),
            _ => None,
        }
    }

    /// A list of media queries as it holds for this device.
    #[must_use]
    pub fn answered(self, queries: &str) -> String {
        if self == Self::default() {
            return queries.to_owned();
        }
        let mut out = String::with_capacity(queries.len());
        let mut rest = queries;
        while let Some(at) = rest.find('(') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let end = rest[1..].find(['(', ')']).map(|n| n + 1);
            match end.filter(|end| rest[*end..].starts_with(')')) {
                Some(end) => {
                    match self.answer(&rest[1..end]) {
                        Some(true) => out.push_str(HOLDS),
                        Some(false) => out.push_str(NEVER),
                        None => out.push_str(&rest[..=end]),
                    }
                    rest = &rest[end + 1..];
                }
                None => {
                    out.push('(');
                    rest = &rest[1..];
                }
            }
        }
        out.push_str(rest);
        out
    }

    /// Style text in which each `image-set()` offers only what this device takes: the least resolution that is enough for
    /// it, else the greatest there is (CSS Images 4, 2.5: the choice is the browser's; this is what browsers do).
    pub(crate) fn densities(self, css: &str) -> Cow<'_, str> {
        const BEGINS: &str = "image-set(";
        if self.ratio == 0 || !css.contains(BEGINS) {
            return Cow::Borrowed(css);
        }
        let mut out = String::with_capacity(css.len());
        let mut rest = css;
        while let Some(at) = rest.find(BEGINS) {
            let (before, inside) = rest.split_at(at + BEGINS.len());
            out.push_str(before);
            let tail = crate::css::skip_to_close(inside);
            let body = &inside[..inside.len() - tail.len()];
            out.push_str(&self.densest(body.strip_suffix(')').unwrap_or(body)));
            if body.ends_with(')') {
                out.push(')');
            }
            rest = tail;
        }
        out.push_str(rest);
        Cow::Owned(out)
    }

    fn densest(self, options: &str) -> String {
        let near = 0.005;
        let enough = f64::from(self.ratio) / 100.0 - near;
        let options: Vec<(&str, f64)> = parts(options, |c| c == ',')
            .map(|option| (option, parts(option, char::is_whitespace).find_map(resolution).unwrap_or(1.0)))
            .collect();
        let least = options.iter().map(|(_, r)| *r).filter(|r| *r >= enough).fold(f64::INFINITY, f64::min);
        let taken = if least.is_finite() { least } else { options.iter().map(|(_, r)| *r).fold(0.0, f64::max) };
        options.iter().filter(|(_, r)| (r - taken).abs() < near).map(|(option, _)| *option).collect::<Vec<_>>().join(",")
    }
}

/// Parts of a text between separators that stand in no brackets and no string.
fn parts(text: &str, separates: impl Fn(char) -> bool + Copy) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let whole = rest?;
        let mut at = whole;
        loop {
            let Some(c) = at.chars().next() else {
                rest = None;
                return Some(whole);
            };
            at = match c {
                '"' | '\'' => crate::css::string(at).1,
                '(' => crate::css::skip_to_close(&at[1..]),
                c if separates(c) => {
                    rest = Some(&at[c.len_utf8()..]);
                    return Some(&whole[..whole.len() - at.len()]);
                }
                c => &at[c.len_utf8()..],
            };
        }
    })
}

/// A resolution with its unit.
fn resolution(text: &str) -> Option<f64> {
    text.ends_with(|c: char| c.is_ascii_alphabetic()).then(|| dots_per_pixel(text))?
}

/// A resolution, or a bare ratio, in device pixels per CSS pixel.
fn dots_per_pixel(text: &str) -> Option<f64> {
    let text = text.trim();
    let unit = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let number = crate::privacy::Raw::new(text[..unit].trim()).number()?;
    match &text[unit..] {
        "" | "dppx" | "x" => Some(number),
        "dpi" => Some(number / 96.0),
        "dpcm" => Some(number * 2.54 / 96.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_densities_only_the_customers_is_left() {
        let (plain, sharp, phone) = (100, 200, 300);
        let set = "a{background:image-set('a' 1x,url(b,) type(\"image/png\") 2x,url(c) 192dpi)}b{}";
        for (css, ratio, expected) in [
            (set, plain, "a{background:image-set('a' 1x)}b{}"),
            (set, sharp, "a{background:image-set(url(b,) type(\"image/png\") 2x,url(c) 192dpi)}b{}"),
            (set, phone, "a{background:image-set(url(b,) type(\"image/png\") 2x,url(c) 192dpi)}b{}"),
            (set, 0, set),
            ("a{b:image-set('x')", sharp, "a{b:image-set('x')"),
            ("a{b:image-set(", sharp, "a{b:image-set("),
        ] {
            assert_eq!(Device { ratio, ..Device::default() }.densities(css), expected, "{css} {ratio}");
        }
    }

    #[test]
    fn rows() {
        // A phone that prefers dark and little motion.
        let phone = Device { facts: 1 | 1 << 2 | 1 << 12 | 1 << 14, ratio: 300, bar: 0 };
        for (query, expected) in [
            ("(prefers-color-scheme: dark)", HOLDS),
            ("(PREFERS-color-scheme:light)", NEVER),
            ("(prefers-color-scheme)", HOLDS),
            ("(prefers-reduced-motion)", HOLDS),
            ("(prefers-reduced-motion: no-preference)", NEVER),
            ("(prefers-contrast: no-preference)", HOLDS),
            ("(hover: none)", HOLDS),
            ("(hover)", NEVER),
            ("(pointer: coarse)", HOLDS),
            ("(any-pointer: fine)", NEVER),
            ("(min-resolution: 2dppx)", HOLDS),
            ("(max-resolution: 96dpi)", NEVER),
            ("(resolution >= 2x)", HOLDS),
            ("(resolution < 3x)", NEVER),
            ("(-webkit-min-device-pixel-ratio: 1.5)", HOLDS),
            ("(min-width: 600px)", "(min-width: 600px)"),
            ("(resolution: calc(1x))", "(resolution: calc(1x))"),
        ] {
            assert_eq!(phone.answered(query), expected, "{query}");
        }
        let list = phone.answered("screen and (not (hover: hover)) and (min-width:9px), print and (pointer:fine)");
        assert_eq!(list, format!("screen and (not {NEVER}) and (min-width:9px), print and {NEVER}"));
        assert_eq!(Device::default().answered("(hover)"), "(hover)");
    }
}
