//! A map by node for many nodes: in pages of 64 ids, so that it grows and shrinks a page at a time. A table that doubles
//! moves everything it holds at once, which on a page of 100,000 nodes is seen by whoever scrolls it.

use std::collections::HashMap;

use protocol::NodeId;

use crate::tree::ByNode;

/// Which of the 64 are there, and those, in order.
#[derive(Clone, Debug)]
struct Page<T> {
    mask: u64,
    items: Vec<T>,
}

impl<T> Page<T> {
    fn index(&self, bit: u64) -> usize {
        (self.mask & (bit - 1)).count_ones() as usize
    }
}

/// The map.
#[derive(Clone, Debug)]
pub struct ById<T> {
    pages: ByNode<Page<T>>,
    len: usize,
}

impl<T> Default for ById<T> {
    fn default() -> Self {
        Self { pages: HashMap::default(), len: 0 }
    }
}

/// The page of an id, and its bit there.
const fn place(id: NodeId) -> (NodeId, u64) {
    (NodeId(id.0 >> 6), 1 << (id.0 & 63))
}

impl<T> ById<T> {
    /// How many entries.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }
    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// What is there for an id.
    #[must_use]
    pub fn get(&self, id: NodeId) -> Option<&T> {
        let (page, bit) = place(id);
        let page = self.pages.get(&page)?;
        if page.mask & bit == 0 {
            return None;
        }
        page.items.get(page.index(bit))
    }
    /// The same, to be changed.
    pub fn get_mut(&mut self, id: NodeId) -> Option<&mut T> {
        let (page, bit) = place(id);
        let page = self.pages.get_mut(&page)?;
        if page.mask & bit == 0 {
            return None;
        }
        let at = page.index(bit);
        page.items.get_mut(at)
    }
    /// Whether there is something for an id.
    #[must_use]
    pub fn contains(&self, id: NodeId) -> bool {
        let (page, bit) = place(id);
        self.pages.get(&page).is_some_and(|page| page.mask & bit != 0)
    }
    /// Puts something there; gives what was there before.
    pub fn insert(&mut self, id: NodeId, item: T) -> Option<T> {
        let (page, bit) = place(id);
        let page = self.pages.entry(page).or_insert_with(|| Page { mask: 0, items: Vec::new() });
        let at = page.index(bit);
        if page.mask & bit != 0 {
            return page.items.get_mut(at).map(|old| std::mem::replace(old, item));
        }
        page.mask |= bit;
        page.items.insert(at, item);
        self.len += 1;
        None
    }
    /// Takes out what is there.
    pub fn remove(&mut self, id: NodeId) -> Option<T> {
        let (number, bit) = place(id);
        let page = self.pages.get_mut(&number)?;
        if page.mask & bit == 0 {
            return None;
        }
        let at = page.index(bit);
        page.mask &= !bit;
        let item = page.items.remove(at);
        self.len -= 1;
        if page.mask == 0 {
            self.pages.remove(&number);
        }
        Some(item)
    }
    /// All ids, in no order.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.pages.iter().flat_map(|(number, page)| (0..64).filter(|n| page.mask & (1 << n) != 0).map(move |n| NodeId((number.0 << 6) | n)))
    }
    /// All entries, in no order.
    pub fn values(&self) -> impl Iterator<Item = &T> + '_ {
        self.pages.values().flat_map(|page| page.items.iter())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn is_a_map(steps in prop::collection::vec((0u32..400, prop::option::of(any::<u16>())), 0..600)) {
            let mut map = ById::default();
            let mut plain = BTreeMap::new();
            for (n, step) in steps {
                // Neighbours, and ids far from each other.
                let id = NodeId(if n < 300 { n } else { n.wrapping_mul(0x0101_0101) });
                match step {
                    Some(v) => prop_assert_eq!(map.insert(id, v), plain.insert(id, v)),
                    None => prop_assert_eq!(map.remove(id), plain.remove(&id)),
                }
                prop_assert_eq!(map.get(id), plain.get(&id));
                prop_assert_eq!(map.contains(id), plain.contains_key(&id));
                prop_assert_eq!(map.len(), plain.len());
            }
            let mut ids: Vec<NodeId> = map.ids().collect();
            ids.sort_unstable();
            prop_assert_eq!(ids, plain.keys().copied().collect::<Vec<_>>());
            let mut values: Vec<u16> = map.values().copied().collect();
            values.sort_unstable();
            let mut wanted: Vec<u16> = plain.values().copied().collect();
            wanted.sort_unstable();
            prop_assert_eq!(values, wanted);
            prop_assert_eq!(map.is_empty(), plain.is_empty());
        }
    }
}
