//! What was meant by a word that means nothing.

/// `, did you mean "…"?`, or nothing when no word is near: at most three letters changed, and not all of them.
pub(super) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, known).map_or_else(String::new, |name| format!(", did you mean \"{name}\"?"))
}

pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase().replace(['_', ' '], "-");
    let near = known.into_iter().map(|name| (distance(&word, name), name)).min()?;
    (near.0 <= 3 && near.0 < near.1.len()).then_some(near.1)
}

/// Letters changed, added or left out between two words (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut left = i + 1;
        let mut diagonal = i;
        for (j, cb) in b.iter().enumerate() {
            let up = row[j + 1];
            row[j] = left;
            left = (diagonal + usize::from(ca != *cb)).min(up + 1).min(left + 1);
            diagonal = up;
        }
        row[b.len()] = left;
    }
    row[b.len()]
}
