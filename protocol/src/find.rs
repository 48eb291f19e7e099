//! Looking for a few letters in a text. The standard library's search is quick on long needles, and 4 KB of what each
//! customer loads; these are asked for two to eight letters, in texts of a screen at most.

/// Where `part`, which is not empty, first stands in `text`, in bytes.
#[must_use]
pub fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

/// What stands before and behind the first `part` of `text`.
#[must_use]
pub fn cut<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    let at = find(text.as_bytes(), part.as_bytes())?;
    Some((text.get(..at)?, text.get(at + part.len()..)?))
}

/// `text` with `value` wherever it says `part`.
#[must_use]
pub fn put(text: &str, part: &str, value: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((head, tail)) = cut(rest, part) {
        out.push_str(head);
        out.push_str(value);
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_standard_librarys(text in "[ab{ü}]{0,30}", part in "[abü]{1,3}", value in "[ab]{0,3}") {
            prop_assert_eq!(find(text.as_bytes(), part.as_bytes()), text.find(&part));
            prop_assert_eq!(cut(&text, &part), text.split_once(&part));
            prop_assert_eq!(put(&text, &part, &value), text.replace(&part, &value));
        }
    }
}
