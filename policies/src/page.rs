//! Page paths: `*` is anything but a slash, `**` anything at all.

/// Whether `path` fits `pattern`. Linear in practice: one point of return per kind of star.
#[must_use]
pub fn path_matches(pattern: &str, path: &str) -> bool {
    // `/accounts/**` also means `/accounts`.
    if let Some(stem) = pattern.strip_suffix("/**")
        && path.trim_end_matches('/') == stem
    {
        return true;
    }
    let (p, s) = (pattern.as_bytes(), path.as_bytes());
    let (mut i, mut j) = (0, 0);
    let mut deep: Option<(usize, usize)> = None;
    let mut flat: Option<(usize, usize)> = None;
    loop {
        if p[i..].starts_with(b"**") {
            i += 2;
            deep = Some((i, j));
            flat = None;
            continue;
        }
        if p.get(i) == Some(&b'*') {
            i += 1;
            flat = Some((i, j));
            continue;
        }
        if i == p.len() && j == s.len() {
            return true;
        }
        if i < p.len() && j < s.len() && p[i] == s[j] {
            i += 1;
            j += 1;
            continue;
        }
        if let Some((pi, sj)) = flat
            && sj < s.len()
            && s[sj] != b'/'
        {
            flat = Some((pi, sj + 1));
            (i, j) = (pi, sj + 1);
            continue;
        }
        if let Some((pi, sj)) = deep
            && sj < s.len()
        {
            deep = Some((pi, sj + 1));
            flat = None;
            (i, j) = (pi, sj + 1);
            continue;
        }
        return false;
    }
}

#[cfg(test)]
mod tests {
    use super::path_matches;

    #[test]
    fn rows() {
        for (pattern, path, expected) in [
            ("/", "/", true),
            ("/accounts", "/accounts", true),
            ("/accounts", "/accounts/1", false),
            ("/accounts/*", "/accounts/1", true),
            ("/accounts/*", "/accounts/1/2", false),
            ("/accounts/**", "/accounts/1/2", true),
            ("/accounts/**", "/accounts", true),
            ("/accounts/**", "/accountsx", false),
            ("**/edit", "/a/b/edit", true),
            ("/*/edit", "/a/b/edit", false),
            ("/a*c/**/z", "/abc/x/y/z", true),
            ("**", "", true),
        ] {
            assert_eq!(path_matches(pattern, path), expected, "{pattern} on {path}");
        }
    }
}
