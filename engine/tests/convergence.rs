//! The master property: whatever happens to a page, after each flush the replica is the mirror, and nothing hidden is
//! in what was sent. The page here is a small model that marks dirty and re-reads as the glue in the browser does.

use std::collections::HashMap;

use beside_engine::pack::record as r;
use beside_engine::recorder::{End, Recorder};
use beside_engine::replica::{Change, Replica};
use beside_engine::stream::{Deflater, Inflater};
use beside_engine::tree::Tree;
use policies::{Action, Detect, Otherwise, Policy, Rule};
use proptest::prelude::*;
use protocol::page::{Decoder, Encoder, Head, Op};
use protocol::{Generation, NodeId};

const SECRET: &str = "canary";

#[derive(Clone, Debug)]
enum Data {
    Element { name: &'static str, class: String, private: bool },
    Text(String),
}

#[derive(Clone, Debug)]
struct Node {
    data: Data,
    parent: Option<usize>,
    kids: Vec<usize>,
    alive: bool,
}

/// What is dirty, in the order in which it became so.
#[derive(Default)]
struct Dirty(Vec<usize>);

impl Dirty {
    fn insert(&mut self, at: usize) {
        if !self.0.contains(&at) {
            self.0.push(at);
        }
    }
    fn remove(&mut self, at: usize) -> bool {
        let n = self.0.iter().position(|n| *n == at);
        n.map(|n| self.0.remove(n)).is_some()
    }
    fn pop(&mut self) -> Option<usize> {
        (!self.0.is_empty()).then(|| self.0.remove(0))
    }
}

/// The page and the glue's own maps.
struct Page {
    nodes: Vec<Node>,
    ids: HashMap<usize, u32>,
    by_id: HashMap<u32, usize>,
    parents: HashMap<u32, u32>,
    next: u32,
    names: Vec<String>,
    kids: Dirty,
    attrs: Dirty,
    texts: Dirty,
    /// Parents whose children were read up to the one named, and how many nodes a slice reads.
    unread: Vec<(usize, Option<usize>)>,
    left: usize,
    budget: usize,
    starved: usize,
}

#[derive(Default)]
struct Out {
    n: Vec<u32>,
    s: Vec<String>,
}

impl Page {
    fn new(budget: usize) -> Self {
        let root =
            Node { data: Data::Element { name: "html", class: String::new(), private: false }, parent: None, kids: vec![], alive: true };
        Self {
            nodes: vec![root],
            ids: HashMap::new(),
            by_id: HashMap::new(),
            parents: HashMap::new(),
            next: 1,
            names: vec![],
            kids: Dirty::default(),
            attrs: Dirty::default(),
            texts: Dirty::default(),
            unread: vec![],
            left: budget,
            budget,
            starved: 0,
        }
    }
    fn name(&mut self, out: &mut Out, name: &str) {
        let n = self.names.iter().position(|n| n == name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            out.s.push(name.to_owned());
            self.names.len() - 1
        });
        out.n.push(u32::try_from(n).expect("few names"));
    }
    fn facts_and_attrs(&mut self, out: &mut Out, at: usize) {
        let Data::Element { class, private, .. } = self.nodes[at].data.clone() else { unreachable!() };
        let secret = self.private_above(at);
        out.n.extend([0, u32::from(private), 0, 2]);
        self.name(out, "class");
        out.s.push(class);
        self.name(out, "title");
        out.s.push(if secret { SECRET.to_owned() } else { "shown".to_owned() });
    }
    fn node(&mut self, out: &mut Out, at: usize, parent: u32) {
        let id = self.next;
        self.next += 1;
        self.left = self.left.saturating_sub(1);
        self.ids.insert(at, id);
        self.by_id.insert(id, at);
        self.parents.insert(id, parent);
        match self.nodes[at].data.clone() {
            Data::Text(text) => {
                out.n.push(r::NODE_TEXT);
                out.s.push(text);
            }
            Data::Element { name, .. } => {
                out.n.push(r::NODE_ELEMENT);
                self.name(out, name);
                out.n.push(0);
                self.facts_and_attrs(out, at);
                let kids = self.nodes[at].kids.clone();
                let place = out.n.len();
                out.n.push(0);
                let mut last = None;
                for kid in kids {
                    if self.left == 0 {
                        self.unread.push((at, last));
                        break;
                    }
                    self.node(out, kid, id);
                    out.n[place] += 1;
                    last = Some(kid);
                }
            }
        }
    }
    /// Goes on behind the last child that was read, over those that are known, unless it has moved since.
    fn more(&mut self, out: &mut Out, (at, last): (usize, Option<usize>)) {
        let Some(id) = self.ids.get(&at).copied().filter(|_| self.connected(at)) else { return };
        let kids = self.nodes[at].kids.clone();
        let start = match last {
            None => 0,
            Some(last) => match kids.iter().position(|k| *k == last) {
                Some(n) => n + 1,
                None => return self.kids.insert(at),
            },
        };
        let (mut place, mut last) = (None, last);
        for (n, kid) in kids.iter().enumerate().skip(start) {
            if self.is_child(*kid, id) {
                place = None;
            } else {
                if self.left == 0 {
                    self.unread.push((at, last));
                    return;
                }
                let at = *place.get_or_insert_with(|| {
                    let before = kids[..n].iter().rev().find(|k| self.is_child(**k, id)).map_or(0, |k| self.ids[k]);
                    out.n.extend([r::MORE, id, before, 0]);
                    out.n.len() - 1
                });
                self.node(out, *kid, id);
                out.n[at] += 1;
            }
            last = Some(*kid);
        }
    }
    fn is_child(&self, kid: usize, id: u32) -> bool {
        self.ids.get(&kid).is_some_and(|known| self.parents.get(known) == Some(&id))
    }
    /// Whether this slice has read enough; after some such slices the rest is read whatever it takes.
    fn is_full(&self) -> bool {
        self.left == 0 && self.starved < 3
    }
    fn stands(&self, at: usize) -> bool {
        let told = |at: usize, id: u32| {
            let above = self.nodes[at].parent.and_then(|p| self.ids.get(&p).copied());
            self.parents.get(&id) == Some(&above.unwrap_or(if at == 0 { 1 } else { 0 }))
        };
        let mut at = Some(at);
        while let Some(n) = at {
            if !self.nodes[n].alive || !self.ids.get(&n).is_some_and(|id| told(n, *id)) {
                return false;
            }
            at = self.nodes[n].parent;
        }
        true
    }
    fn is_behind(&self) -> bool {
        !(self.unread.is_empty() && self.kids.0.is_empty() && self.attrs.0.is_empty() && self.texts.0.is_empty())
    }
    fn first(&mut self) -> Out {
        let mut out = Out::default();
        out.n.extend([r::ROOT, r::NODE_DOCUMENT, 0, 1]);
        self.next = 2;
        self.node(&mut out, 0, 1);
        out
    }
    fn connected(&self, at: usize) -> bool {
        self.nodes[at].alive && self.nodes[at].parent.map_or(at == 0, |p| self.connected(p))
    }
    fn read(&mut self) -> Out {
        let mut out = Out::default();
        let fresh = self.next;
        self.left = self.budget;
        if !(self.read_attributes(&mut out, fresh) && self.read_places(&mut out, fresh)) {
            self.starved += 1;
            return out;
        }
        if self.starved >= 3 {
            self.left = self.budget;
        }
        self.starved = 0;
        while self.left > 0
            && let Some(at) = self.texts.pop()
        {
            let Some(id) = self.ids.get(&at).copied().filter(|id| *id < fresh) else { continue };
            let Data::Text(text) = &self.nodes[at].data else { continue };
            self.left -= 1;
            out.n.extend([r::TEXT, id]);
            out.s.push(text.clone());
        }
        while self.left > 0 && !self.unread.is_empty() {
            let next = self.unread.remove(0);
            self.more(&mut out, next);
        }
        out
    }
    /// What stands above is told first; what has moved waits.
    fn read_attributes(&mut self, out: &mut Out, fresh: u32) -> bool {
        let mut later = vec![];
        while !self.attrs.0.is_empty() {
            if self.is_full() {
                break;
            }
            let at = self.attrs.pop().expect("not empty");
            if self.ids.get(&at).is_none_or(|id| *id >= fresh) {
                continue;
            }
            if !self.stands(at) {
                later.push(at);
                continue;
            }
            let mut path = vec![at];
            let mut up = self.nodes[at].parent;
            while let Some(n) = up {
                if self.attrs.remove(n) {
                    path.push(n);
                }
                up = self.nodes[n].parent;
            }
            for at in path.into_iter().rev() {
                self.left = self.left.saturating_sub(1);
                out.n.extend([r::ATTRS, self.ids[&at]]);
                self.facts_and_attrs(out, at);
            }
        }
        let done = self.attrs.0.is_empty();
        for at in later {
            self.attrs.insert(at);
        }
        done
    }
    fn read_places(&mut self, out: &mut Out, fresh: u32) -> bool {
        let mut later = vec![];
        while !self.kids.0.is_empty() {
            if self.is_full() {
                break;
            }
            let at = self.kids.pop().expect("not empty");
            let Some(id) = self.ids.get(&at).copied().filter(|id| *id < fresh) else { continue };
            if !self.stands(at) {
                later.push(at);
                continue;
            }
            let kids = self.nodes[at].kids.clone();
            self.unread.retain(|(parent, _)| *parent != at);
            self.left = self.left.saturating_sub(1);
            let place = out.n.len() + 2;
            out.n.extend([r::CHILDREN, id, 0]);
            let (mut last, mut missing) = (None, false);
            for kid in kids {
                match self.ids.get(&kid).copied().filter(|k| *k < fresh && self.parents.get(k) == Some(&id)) {
                    Some(known) => out.n.push(known),
                    None if self.left == 0 => {
                        missing = true;
                        continue;
                    }
                    None => {
                        out.n.push(0);
                        self.node(out, kid, id);
                    }
                }
                out.n[place] += 1;
                if !missing {
                    last = Some(kid);
                }
            }
            if missing {
                self.unread.push((at, last));
            }
        }
        if self.kids.0.is_empty() {
            self.attrs.0.clear();
            return true;
        }
        for at in later {
            self.kids.insert(at);
        }
        false
    }
    fn forget(&mut self, ids: &[NodeId]) {
        for id in ids {
            if let Some(at) = self.by_id.remove(&id.0)
                && self.ids.get(&at) == Some(&id.0)
            {
                self.ids.remove(&at);
            }
        }
    }
    fn reread(&mut self, ids: &[NodeId]) {
        for id in ids {
            let Some(at) = self.by_id.get(&id.0).copied() else { continue };
            let mut stack = vec![at];
            while let Some(at) = stack.pop() {
                self.ids.remove(&at);
                stack.extend(&self.nodes[at].kids);
            }
            if let Some(parent) = self.nodes[at].parent {
                self.kids.insert(parent);
            }
        }
    }
    fn elements(&self) -> Vec<usize> {
        (0..self.nodes.len()).filter(|n| matches!(self.nodes[*n].data, Data::Element { .. }) && self.connected(*n)).collect()
    }
    fn private_above(&self, at: usize) -> bool {
        let own = matches!(self.nodes[at].data, Data::Element { private: true, .. });
        own || self.nodes[at].parent.is_some_and(|p| self.private_above(p))
    }
    fn act(&mut self, what: u8, a: usize, b: usize) {
        let elements = self.elements();
        let target = elements[a % elements.len()];
        match what % 7 {
            0 => {
                // A small subtree.
                let place = b % (self.nodes[target].kids.len() + 1);
                let names = ["div", "p", "span", "li"];
                let el = self.nodes.len();
                self.nodes.push(Node {
                    data: Data::Element { name: names[b % 4], class: format!("c{}", b % 5), private: b.is_multiple_of(6) },
                    parent: Some(target),
                    kids: vec![el + 1],
                    alive: true,
                });
                self.nodes.push(Node { data: Data::Text(String::new()), parent: Some(el), kids: vec![], alive: true });
                self.nodes[target].kids.insert(place, el);
                self.kids.insert(target);
                self.retext(el + 1, b);
            }
            1 if target != 0 => {
                let parent = self.nodes[target].parent.expect("not the root");
                self.nodes[parent].kids.retain(|k| *k != target);
                self.nodes[target].alive = false;
                self.kids.insert(parent);
            }
            2 if target != 0 => {
                // Moved elsewhere, as appendChild does.
                let to = elements[b % elements.len()];
                let mut up = Some(to);
                while let Some(at) = up {
                    if at == target {
                        return;
                    }
                    up = self.nodes[at].parent;
                }
                let from = self.nodes[target].parent.expect("not the root");
                self.nodes[from].kids.retain(|k| *k != target);
                self.nodes[to].kids.push(target);
                self.nodes[target].parent = Some(to);
                self.kids.insert(from);
                self.kids.insert(to);
                self.refresh(target);
            }
            3 => {
                self.nodes[target].kids.reverse();
                let len = self.nodes[target].kids.len();
                if len > 2 {
                    self.nodes[target].kids.swap(0, b % len);
                }
                self.kids.insert(target);
            }
            4 => {
                if let Data::Element { class, .. } = &mut self.nodes[target].data {
                    *class = format!("c{}", b % 50);
                }
                self.attrs.insert(target);
            }
            5 if target != 0 => {
                if let Data::Element { private, .. } = &mut self.nodes[target].data {
                    *private = !*private;
                }
                self.attrs.insert(target);
                self.refresh(target);
            }
            _ => {
                let texts: Vec<usize> =
                    (0..self.nodes.len()).filter(|n| matches!(self.nodes[*n].data, Data::Text(_)) && self.connected(*n)).collect();
                if let Some(text) = texts.get(b % texts.len().max(1)).copied() {
                    self.retext(text, a);
                    self.texts.insert(text);
                }
            }
        }
    }
    /// Texts under a private ancestor hold the secret, others never do.
    fn retext(&mut self, at: usize, n: usize) {
        let private = self.private_above(at);
        if let Data::Text(text) = &mut self.nodes[at].data {
            *text = if private { format!("{SECRET} {n}") } else { format!("text {n} é") };
        }
    }
    fn refresh(&mut self, at: usize) {
        let mut stack = vec![at];
        while let Some(at) = stack.pop() {
            stack.extend(self.nodes[at].kids.clone());
            if matches!(self.nodes[at].data, Data::Text(_)) {
                self.retext(at, at);
                self.texts.insert(at);
            } else {
                // What an element is titled is a secret where it stands among secrets.
                self.attrs.insert(at);
            }
        }
    }
}

fn policy() -> Policy {
    let rule =
        Rule { name: "private".to_owned(), on: vec![], selectors: vec![".private".to_owned()], labels: vec![], action: Action::Mask };
    Policy { default: Otherwise::Show, inputs: Otherwise::Mask, rules: vec![rule], detect: Detect::default() }
}

fn flush(page: &mut Page, recorder: &mut Recorder) -> Option<Vec<u8>> {
    let mut out = page.read();
    for _ in 0..4 {
        let done = recorder.read(&out.n, &out.s.join("\0"), &|_, _| None).expect("a consistent pack");
        page.forget(&done.forget);
        if done.reread.is_empty() {
            break;
        }
        page.reread(&done.reread);
        out = page.read();
    }
    recorder.finish(End::Whole)
}

/// The texts of a tree, hidden ones as a dot.
fn texts(tree: &Tree) -> Vec<String> {
    use beside_engine::tree::Kind;
    let mut out = vec![];
    tree.walk(NodeId::ROOT, |_, node| match &node.kind {
        Kind::Text(text) => out.push(text.clone()),
        Kind::Masked(_) => out.push("•".to_owned()),
        Kind::Shadow | Kind::Document(_) | Kind::Element(..) => {}
    });
    out
}

fn page_texts(page: &Page, at: usize, out: &mut Vec<String>) {
    match &page.nodes[at].data {
        Data::Text(text) => out.push(if page.private_above(at) { "•".to_owned() } else { text.clone() }),
        Data::Element { .. } => {
            for kid in &page.nodes[at].kids {
                page_texts(page, *kid, out);
            }
        }
    }
}

/// What a document is after the changes that it was told, as the viewer's: children by node, and what each node is.
#[derive(Default)]
struct Document {
    kids: HashMap<u32, Vec<u32>>,
    kinds: HashMap<u32, String>,
}

impl Document {
    fn told(&mut self, tree: &Tree, change: Change<'_>) {
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
            Change::Ordered(parent) => {
                let order: Vec<u32> = tree.children(parent).iter().map(|c| c.0).collect();
                if let Some(list) = self.kids.get_mut(&parent.0) {
                    list.sort_by_key(|c| order.iter().position(|o| o == c));
                }
            }
            Change::Set(id, ..) | Change::Unset(id, ..) | Change::Text(id) => {
                let kind = &tree.get(id).expect("it is there").kind;
                self.kinds.insert(id.0, format!("{kind:?}"));
            }
            _ => {}
        }
    }
    fn is(&self, tree: &Tree) -> bool {
        let mut same = self.kinds.len() == tree.len();
        tree.walk(NodeId::ROOT, |id, node| {
            let kids: Vec<u32> = node.children.iter().map(|c| c.0).collect();
            same &= self.kids.get(&id.0) == Some(&kids) && self.kinds.get(&id.0) == Some(&format!("{:?}", node.kind));
        });
        same
    }
}

/// A viewer to whom operations get lost, by whatever defect: what it is told are the others.
struct Damaged {
    decoder: Decoder,
    encoder: Encoder,
    replica: Replica,
    document: Document,
    lost: u64,
    ops: u32,
}

impl Damaged {
    fn new(lost: u64) -> Self {
        Self { decoder: Decoder::new(), encoder: Encoder::new(), replica: Replica::new(), document: Document::default(), lost, ops: 0 }
    }
    fn take(&mut self, message: &[u8]) -> Option<bool> {
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn the_replica_follows_and_nothing_hidden_is_sent(
        budget in prop_oneof![1usize..12, Just(usize::MAX)],
        lost in any::<u64>(),
        batches in proptest::collection::vec(proptest::collection::vec((any::<u8>(), any::<usize>(), any::<usize>()), 1..12), 1..10)
    ) {
        let mut damaged = Damaged::new(lost);
        let mut page = Page::new(budget);
        let mut recorder = Recorder::new(policy(), Generation(1));
        let (mut deflater, mut inflater, mut replica) = (Deflater::new(), Inflater::new(), Replica::new());
        let first = page.first();
        recorder.read(&first.n, &first.s.join("\0"), &|_, _| None).expect("a consistent pack");
        let mut late = Replica::new();
        let keyframe = recorder.keyframe(End::Whole);
        damaged.take(&keyframe);
        let sent = deflater.message(&keyframe, true);
        let got = inflater.message(&sent, true).expect("inflates");
        prop_assert_eq!(replica.apply(&got, &mut |_, _| {}).expect("applies").same, Some(true));
        for batch in batches {
            for (what, a, b) in batch {
                page.act(what, a, b);
            }
            // Slice after slice, until nothing is left; each is true by itself.
            let mut slices = 0;
            while let Some(message) = flush(&mut page, &mut recorder) {
                slices += 1;
                prop_assert!(slices < 10_000, "it never comes to an end");
                prop_assert!(!String::from_utf8_lossy(&message).contains(SECRET), "the secret was encoded");
                damaged.take(&message);
                let sent = deflater.message(&message, false);
                let got = inflater.message(&sent, false).expect("inflates");
                let applied = replica.apply(&got, &mut |_, _| {}).expect("applies");
                prop_assert_eq!(applied.same, Some(true));
                if !page.is_behind() {
                    break;
                }
            }
            let mut expected = vec![];
            page_texts(&page, 0, &mut expected);
            prop_assert_eq!(texts(replica.tree()), expected);
            prop_assert_eq!(recorder.mirror().hash(), replica.tree().hash());
        }
        // Whoever lost something compares, is told what differs, and has it all; those who lost nothing are told nothing.
        let (width, sums, sheets) = damaged.replica.sums();
        let mend = recorder.mend(width, &sums, &sheets);
        prop_assert!(!String::from_utf8_lossy(&mend).contains(SECRET), "the secret was encoded");
        prop_assert_eq!(damaged.take(&mend), Some(true));
        prop_assert_eq!(damaged.replica.tree().hash(), recorder.mirror().hash());
        prop_assert!(damaged.document.is(damaged.replica.tree()), "the document is not what the model is");
        let mut told = 0;
        prop_assert_eq!(replica.apply(&mend, &mut |_, _| told += 1).expect("applies").same, Some(true));
        prop_assert_eq!(told, 0);
        // Somebody joins late: the mirror is the keyframe, ids and all, and those already in see the same.
        let keyframe = recorder.keyframe(End::Whole);
        prop_assert_eq!(late.apply(&keyframe, &mut |_, _| {}).expect("applies").same, Some(true));
        prop_assert_eq!(late.tree().hash(), replica.tree().hash());
    }
}
