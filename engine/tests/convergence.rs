//! The master property: whatever happens to a page, after each flush the replica is the mirror, and nothing hidden is
//! in what was sent, nor what repeats it elsewhere. The page here is a small model that marks dirty and re-reads as the glue in the browser does.

mod model;

use std::cell::RefCell;
use std::rc::Rc;

use beside_engine::echo::Echoes;
use beside_engine::recorder::{End, Recorder};
use beside_engine::replica::Replica;
use beside_engine::stream::{Deflater, Inflater};
use beside_engine::tree::Tree;
use model::page::{Data, Page, SECRET};
use model::viewer::Damaged;
use policies::{Action, Otherwise, Policy, Rule};
use proptest::prelude::*;
use protocol::{Generation, NodeId};

fn policy() -> Policy {
    let rule =
        Rule { name: "private".to_owned(), on: vec![], selectors: vec![".private".to_owned()], labels: vec![], action: Action::Mask };
    Policy { default: Otherwise::Show, rules: vec![rule], ..Policy::mask_all() }
}

/// A message, and whether it is a keyframe.
fn flush(page: &mut Page, recorder: &mut Recorder) -> Option<(Vec<u8>, bool)> {
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
    if recorder.is_tainted() {
        return Some((recorder.keyframe(End::Whole), true));
    }
    recorder.finish(End::Whole).map(|message| (message, false))
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

fn page_texts(page: &Page, at: usize, echoes: &Echoes, out: &mut Vec<String>) {
    match &page.nodes[at].data {
        Data::Text(text) => out.push(if page.private_above(at) || echoes.hits(text) { "•".to_owned() } else { text.clone() }),
        Data::Element { .. } => {
            for kid in &page.nodes[at].kids {
                page_texts(page, *kid, echoes, out);
            }
        }
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
        let echoes = Rc::new(RefCell::new(Echoes::new([7; 16])));
        let mut recorder = Recorder::new(policy(), Generation(1)).with_echoes(echoes.clone());
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
            while let Some((message, anew)) = flush(&mut page, &mut recorder) {
                slices += 1;
                prop_assert!(slices < 10_000, "it never comes to an end");
                let said = String::from_utf8_lossy(&message);
                prop_assert!(!said.contains(SECRET), "the secret was encoded");
                for text in page.texts().filter(|text| echoes.borrow().hits(text)) {
                    prop_assert!(!said.contains(text), "{text} is hidden elsewhere, and was encoded");
                }
                damaged.take(&message);
                let sent = deflater.message(&message, anew);
                let got = inflater.message(&sent, anew).expect("inflates");
                let applied = replica.apply(&got, &mut |_, _| {}).expect("applies");
                prop_assert_eq!(applied.same, Some(true));
                if !page.is_behind() {
                    break;
                }
            }
            let mut expected = vec![];
            page_texts(&page, 0, &echoes.borrow(), &mut expected);
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
