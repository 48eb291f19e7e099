//! Decimal numbers as pages write them. Small on purpose: the standard library's exact conversions carry tables of ten
//! kilobytes that do not compress, for digits that no box and no scroll position has.

/// Decimals that are kept: a 64th of a pixel has six.
const DECIMALS: usize = 6;

/// Reads `-12.5`, `+.5`, `1e3` is none of it. At most 15 digits before the point and 15 after it.
#[must_use]
pub fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let fits = |s: &str| s.len() <= 15 && s.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !fits(whole) || !fits(part) {
        return None;
    }
    let value = |s: &str| s.bytes().fold(0.0, |v, b| v * 10.0 + f64::from(b - b'0'));
    let scale = part.bytes().fold(1.0, |s, _| s * 10.0);
    let n = value(whole) + value(part) / scale;
    Some(if negative { -n } else { n })
}

/// Writes a number with at most six decimals and no zeros at its end; what is beyond 10¹² or no number, as 0.
#[must_use]
pub fn write(n: f64) -> String {
    if !n.is_finite() || n.abs() > 1e12 {
        return "0".to_owned();
    }
    #[allow(clippy::cast_possible_truncation, reason = "bounded above")]
    let millionths = (n * 1e6).round() as i64;
    let (whole, part) = (millionths.unsigned_abs() / 1_000_000, millionths.unsigned_abs() % 1_000_000);
    let sign = if millionths < 0 { "-" } else { "" };
    if part == 0 {
        return format!("{sign}{whole}");
    }
    let digits = part.to_string();
    let zeros = "0".repeat(DECIMALS - digits.len());
    format!("{sign}{whole}.{zeros}{}", digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rows() {
        for (text, value) in [("12", Some(12.0)), ("-0.5", Some(-0.5)), (".25", Some(0.25)), ("+3.", Some(3.0)), (" 7 ", Some(7.0))] {
            assert_eq!(parse(text), value, "{text}");
        }
        for text in ["", ".", "-", "1e3", "NaN", "inf", "1.2.3", "12px", "٣", "1234567890123456"] {
            assert_eq!(parse(text), None, "{text}");
        }
        for (n, text) in [(0.0, "0"), (1.5, "1.5"), (-0.015_625, "-0.015625"), (100.0, "100"), (f64::NAN, "0"), (-3.25, "-3.25")] {
            assert_eq!(write(n), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_the_same(n in -1_000_000i64..1_000_000) {
            let n = n as f64 / 64.0;
            prop_assert_eq!(parse(&write(n)), Some(n));
        }
    }
}
