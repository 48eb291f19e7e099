//! What may stay where it is when children are brought into another order.
//!
//! The heaviest increasing subsequence of the places they stood in, by a tree of prefix maxima (Jacobson and Vo, Heaviest
//! Increasing/Common Subsequence Problems, 1992; Fenwick, A New Data Structure for Cumulative Frequency Tables, 1994).

/// Of children in their new order, which need not move. `places`: where each stood before, all different; `weight`: how much
/// it costs to move the one at an index.
#[must_use]
pub fn stays(places: &[u32], weight: impl Fn(usize) -> u64) -> Vec<bool> {
    let mut rank: Vec<usize> = (0..places.len()).collect();
    rank.sort_unstable_by_key(|n| places[*n]);
    let mut at = vec![0; places.len()];
    for (place, n) in rank.into_iter().enumerate() {
        at[n] = place + 1;
    }
    // The heaviest that ends at or before a place: its weight, and one more than the index it ends with.
    let mut best: Vec<(u64, usize)> = vec![(0, 0); places.len() + 1];
    let mut before = vec![0; places.len()];
    let mut heaviest = (0, 0);
    for (n, place) in at.iter().enumerate() {
        let mut found = (0, 0);
        let mut k = place - 1;
        while k > 0 {
            found = if best[k].0 > found.0 { best[k] } else { found };
            k &= k - 1;
        }
        before[n] = found.1;
        let here = (found.0 + weight(n), n + 1);
        // Of two as heavy the one that ends first: what moves is mostly appended.
        heaviest = if here.0 > heaviest.0 { here } else { heaviest };
        let mut k = *place;
        while k < best.len() {
            best[k] = if here.0 > best[k].0 { here } else { best[k] };
            k += k & k.wrapping_neg();
        }
    }
    let mut stays = vec![false; places.len()];
    let mut last = heaviest.1;
    while last > 0 {
        stays[last - 1] = true;
        last = before[last - 1];
    }
    stays
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_swapped_moves_alone() {
        assert_eq!(stays(&[0, 4, 2, 3, 1, 5], |_| 1), [true, false, true, true, false, true]);
        // One that is dear to move stays, whatever else has to.
        assert_eq!(stays(&[1, 2, 3, 0], |n| if n == 3 { 9 } else { 1 }), [false, false, false, true]);
        assert_eq!(stays(&[1, 0], |_| 1), [true, false]);
        assert!(stays(&[], |_| 1).is_empty());
    }

    proptest! {
        #[test]
        fn is_the_heaviest(places in prop::collection::btree_set(0u32..1000, 0..40).prop_map(|s| s.into_iter().collect::<Vec<_>>()).prop_shuffle(), heavy in any::<u64>()) {
            let weight = |n: usize| if heavy >> (n % 64) & 1 == 1 { 50 } else { 1 };
            let stay = stays(&places, weight);
            let kept: Vec<usize> = (0..places.len()).filter(|n| stay[*n]).collect();
            prop_assert!(kept.windows(2).all(|w| places[w[0]] < places[w[1]]));
            let mut most = vec![0; places.len()];
            for n in 0..places.len() {
                most[n] = weight(n) + (0..n).filter(|k| places[*k] < places[n]).map(|k| most[k]).max().unwrap_or(0);
            }
            prop_assert_eq!(kept.iter().map(|n| weight(*n)).sum::<u64>(), most.into_iter().max().unwrap_or(0));
        }
    }
}
