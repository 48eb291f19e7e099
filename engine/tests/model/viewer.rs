//! A viewer that loses operations, and the document it makes of what it is told.

use std::collections::HashMap;

use beside_engine::order::stays;
use beside_engine::replica::{Change, Replica};
use beside_engine::tree::Tree;
use protocol::NodeId;
use protocol::page::{Decoder, Encoder, Head, Op};

/// What a document is after the changes that it was told, as the viewer's: children by node, and what each node is.
#[derive(Default)]
pub(crate) struct Document {
    pub(crate) kids: HashMap<u32, Vec<u32>>,
    pub(crate) kinds: HashMap<u32, String>,
}

impl Document {
    pub(crate) fn told(&mut self, tree: &Tree, change: Change<'_>) {
        match change {
            Change::Reset(_) => *self = Self::default(),
            Change::Inserted { parent, index, roots } => {
                for root in roots {
                    tree.walk(*root, |id, node| {
                        self.kinds.insert(id.0, format!("{:?}", node.kind));
                        self.kids.insert(id.0, node.children.iter().map(|c| c.0).collect());
                    });
                }
                let behind = tree.children(parent).get(index + roots.len()..).unwrap_or(&[]);
                let list = self.kids.entry(parent.0).or_default();
                let place = behind.iter().find_map(|next| list.iter().position(|c| *c == next.0)).unwrap_or(list.len());
                list.splice(place..place, roots.iter().map(|r| r.0));
            }
            Change::Removed { roots, gone } => {
                for list in self.kids.values_mut() {
                    list.retain(|c| !roots.contains(&NodeId(*c)));
                }
                for id in gone {
                    self.kids.remove(&id.0);
                    self.kinds.remove(&id.0);
                }
            }
            // As a document does it: what stays is not touched, what moves goes before what comes after it.
            Change::Ordered(parent, order) => {
                let places: Vec<u32> = order.iter().map(|(_, place)| *place).collect();
                let list = self.kids.entry(parent.0).or_default();
                let mut next = None;
                for ((id, _), stays) in order.iter().zip(stays(&places, |_| 1)).rev() {
                    if !stays {
                        list.retain(|c| *c != id.0);
                        let at = next.and_then(|next| list.iter().position(|c| *c == next)).unwrap_or(list.len());
                        list.insert(at, id.0);
                    }
                    next = Some(id.0);
                }
            }
            Change::Set(id, ..) | Change::Unset(id, ..) | Change::Text(id) => {
                let kind = &tree.get(id).expect("it is there").kind;
                self.kinds.insert(id.0, format!("{kind:?}"));
            }
            _ => {}
        }
    }
    pub(crate) fn is(&self, tree: &Tree) -> bool {
        let mut same = self.kinds.len() == tree.len();
        tree.walk(NodeId::ROOT, |id, node| {
            let kids: Vec<u32> = node.children.iter().map(|c| c.0).collect();
            same &= self.kids.get(&id.0) == Some(&kids) && self.kinds.get(&id.0) == Some(&format!("{:?}", node.kind));
        });
        same
    }
}

/// A viewer to whom operations get lost, by whatever defect: what it is told are the others.
pub(crate) struct Damaged {
    pub(crate) decoder: Decoder,
    pub(crate) encoder: Encoder,
    pub(crate) replica: Replica,
    pub(crate) document: Document,
    pub(crate) lost: u64,
    pub(crate) ops: u32,
}

impl Damaged {
    pub(crate) fn new(lost: u64) -> Self {
        Self { decoder: Decoder::new(), encoder: Encoder::new(), replica: Replica::new(), document: Document::default(), lost, ops: 0 }
    }
    pub(crate) fn take(&mut self, message: &[u8]) -> Option<bool> {
        let (head, ops) = self.decoder.decode(message).expect("decodes");
        self.encoder.begin(head);
        for op in &ops {
            self.ops += 1;
            let gets_lost = head == Head::Patch && !matches!(op, Op::Mend { .. } | Op::Hash(_)) && self.lost >> (self.ops % 64) & 1 == 1;
            if !gets_lost {
                self.encoder.op(op);
            }
        }
        let left = self.encoder.finish();
        let (replica, document) = (&mut self.replica, &mut self.document);
        replica.apply(&left, &mut |tree, change| document.told(tree, change)).expect("applies").same
    }
}
