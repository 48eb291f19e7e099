//! Media queries answer for the customer's device, not for the agent's: in the replica each feature that depends on a
//! device is replaced by one that always holds, or never does. Features and values after Media Queries Level 5.

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
    fn rows() {
        // A phone that prefers dark and little motion.
        let phone = Device { facts: 1 | 1 << 2 | 1 << 12 | 1 << 14, ratio: 300 };
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
