//! The floor: what no company can show.

/// What is known of a control.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InputFacts<'a> {
    /// `type` of an input, empty for other controls.
    pub kind: &'a str,
    /// `autocomplete`.
    pub autocomplete: &'a str,
    /// Was a password field at any time since the page loaded ("show password" changes the type).
    pub was_password: bool,
}

/// Whether a control stands on the floor: passwords for ever, card fields, one-time codes, hidden inputs, files.
#[must_use]
pub fn is_floor(facts: &InputFacts<'_>) -> bool {
    let kind = facts.kind.trim();
    facts.was_password
        || ["password", "hidden", "file"].iter().any(|k| kind.eq_ignore_ascii_case(k))
        || facts.autocomplete.split_ascii_whitespace().any(|token| {
            let token = token.to_ascii_lowercase();
            token.starts_with("cc-") || ["one-time-code", "current-password", "new-password"].contains(&token.as_str())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows() {
        for (kind, autocomplete, was_password, expected) in [
            ("text", "", false, false),
            ("password", "", false, true),
            ("PASSWORD", "", false, true),
            ("text", "", true, true),
            ("hidden", "", false, true),
            ("file", "", false, true),
            ("tel", "section-a billing CC-Number", false, true),
            ("text", "one-time-code", false, true),
            ("text", "new-password", false, true),
            ("email", "email", false, false),
            ("text", "accent cccc-x", false, false),
        ] {
            assert_eq!(is_floor(&InputFacts { kind, autocomplete, was_password }), expected, "{kind} {autocomplete}");
        }
    }
}
