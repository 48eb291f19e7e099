//! The page and what happens to it: everything that changes marks itself dirty, as records of a browser do.

use std::collections::HashMap;

pub(crate) const SECRET: &str = "canary";

#[derive(Clone, Debug)]
pub(crate) enum Data {
    Element { name: &'static str, class: String, private: bool },
    Text(String),
}

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) data: Data,
    pub(crate) parent: Option<usize>,
    pub(crate) kids: Vec<usize>,
    pub(crate) alive: bool,
}

/// What is dirty, in the order in which it became so.
#[derive(Default)]
pub(crate) struct Dirty(pub(crate) Vec<usize>, HashMap<usize, Vec<usize>>);

impl Dirty {
    pub(crate) fn insert(&mut self, at: usize) {
        self.1.remove(&at);
        if !self.0.contains(&at) {
            self.0.push(at);
        }
    }
    /// It lost a child, and if that is all, which ones is known.
    pub(crate) fn lose(&mut self, at: usize, kid: usize) {
        if !self.0.contains(&at) {
            self.0.push(at);
            self.1.insert(at, vec![]);
        }
        if let Some(lost) = self.1.get_mut(&at) {
            lost.push(kid);
        }
    }
    pub(crate) fn take_lost(&mut self, at: usize) -> Option<Vec<usize>> {
        self.1.remove(&at)
    }
    pub(crate) fn remove(&mut self, at: usize) -> bool {
        let n = self.0.iter().position(|n| *n == at);
        n.map(|n| self.0.remove(n)).is_some()
    }
    pub(crate) fn pop(&mut self) -> Option<usize> {
        (!self.0.is_empty()).then(|| self.0.remove(0))
    }
}

/// The page and the glue's own maps.
pub(crate) struct Page {
    pub(crate) nodes: Vec<Node>,
    pub(crate) ids: HashMap<usize, u32>,
    pub(crate) by_id: HashMap<u32, usize>,
    pub(crate) parents: HashMap<u32, u32>,
    pub(crate) next: u32,
    pub(crate) names: Vec<String>,
    pub(crate) kids: Dirty,
    pub(crate) attrs: Dirty,
    pub(crate) texts: Dirty,
    /// Parents whose children were read up to the one named, and how many nodes a slice reads.
    pub(crate) unread: Vec<(usize, Option<usize>)>,
    pub(crate) left: usize,
    pub(crate) budget: usize,
    pub(crate) starved: usize,
}

impl Page {
    pub(crate) fn new(budget: usize) -> Self {
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
    pub(crate) fn connected(&self, at: usize) -> bool {
        self.nodes[at].alive && self.nodes[at].parent.map_or(at == 0, |p| self.connected(p))
    }
    pub(crate) fn elements(&self) -> Vec<usize> {
        (0..self.nodes.len()).filter(|n| matches!(self.nodes[*n].data, Data::Element { .. }) && self.connected(*n)).collect()
    }
    pub(crate) fn private_above(&self, at: usize) -> bool {
        let own = matches!(self.nodes[at].data, Data::Element { private: true, .. });
        own || self.nodes[at].parent.is_some_and(|p| self.private_above(p))
    }
    pub(crate) fn act(&mut self, what: u8, a: usize, b: usize) {
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
                self.kids.lose(parent, target);
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
                self.kids.lose(from, target);
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
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().filter(|n| n.alive).filter_map(|n| if let Data::Text(text) = &n.data { Some(&**text) } else { None })
    }
    /// Texts under a private ancestor hold the secret, others never do.
    pub(crate) fn retext(&mut self, at: usize, n: usize) {
        let private = self.private_above(at);
        if let Data::Text(text) = &mut self.nodes[at].data {
            // Few different ones, so that what was hidden in one place stands in another.
            *text = if private { format!("{SECRET} {n}") } else { format!("text {} é", n % 8) };
        }
    }
    pub(crate) fn refresh(&mut self, at: usize) {
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
