//! What a reading may tell, row by row: packs written by hand.

use beside_engine::pack::record as r;
use beside_engine::recorder::{End, Recorder};
use beside_engine::replica::{Change, Replica};
use beside_engine::tree::Kind;
use policies::{Action, Otherwise, Policy, Rule};
use protocol::{Generation, NodeId};

const SECRET: &str = "canary";

fn policy() -> Policy {
    let rule =
        Rule { name: "private".to_owned(), on: vec![], selectors: vec![".private".to_owned()], labels: vec![], action: Action::Mask };
    Policy { default: Otherwise::Show, rules: vec![rule], ..Policy::mask_all() }
}

/// A page of `<html><p>` *blank* `</p><p private>` *blank* `</p></html>`: ids 1 (document) to 6.
fn page() -> (Recorder, Replica) {
    let mut recorder = Recorder::new(policy(), Generation(1));
    let element = |name: u32, rules: u32, kids: u32| [r::NODE_ELEMENT, name, 0, 0, rules, 0, 0, kids];
    let mut n = vec![r::ROOT, r::NODE_DOCUMENT, 0, 1];
    n.extend(element(0, 0, 2));
    n.extend(element(1, 0, 1));
    n.push(r::NODE_TEXT);
    n.extend(element(1, 1, 1));
    n.push(r::NODE_TEXT);
    recorder.read(&n, "html\0p\0  \0  ", &|_, _| None).expect("a consistent pack");
    let keyframe = recorder.keyframe(End::Whole);
    let mut replica = Replica::new();
    replica.apply(&keyframe, &mut |_, _| {}).expect("applies");
    (recorder, replica)
}

/// The bytes that told it, and from where to where is then selected.
fn told(recorder: &mut Recorder, replica: &mut Replica, n: &[u32], s: &str) -> (String, Option<(NodeId, NodeId)>) {
    recorder.read(n, s, &|_, _| None).expect("a consistent pack");
    let message = recorder.finish(End::Whole).expect("a message");
    let mut selected = None;
    let applied = replica.apply(&message, &mut |_, change| {
        if let Change::Selection(from, _, to, _) = change {
            selected = Some((from, to));
        }
    });
    assert_eq!(applied.expect("applies").same, Some(true));
    (String::from_utf8_lossy(&message).into_owned(), selected)
}

#[test]
fn a_title_is_told_only_once_its_element_is_known() {
    for (element, shown) in [(0, false), (99, false), (5, false), (3, true)] {
        let (mut recorder, mut replica) = page();
        let (bytes, _) = told(&mut recorder, &mut replica, &[r::INFO, element], &format!("{SECRET}\0https://example.test\0/"));
        assert_eq!(bytes.contains(SECRET), shown, "the title of element {element}");
    }
}

#[test]
fn what_is_selected_in_hidden_places_is_not_told() {
    // Blank texts travel as they are, but how far somebody selected into a hidden place is its business.
    for (from, to, shown) in [(4, 4, true), (4, 6, false), (6, 6, false), (6, 4, false)] {
        let (mut recorder, mut replica) = page();
        let (_, selected) = told(&mut recorder, &mut replica, &[r::SELECT, from, 0, to, 2], "");
        let expected = if shown { (NodeId(from), NodeId(to)) } else { (NodeId::NONE, NodeId::NONE) };
        assert_eq!(selected, Some(expected), "from {from} to {to}");
    }
}

#[test]
fn what_was_left_for_later_comes_where_it_stands() {
    let (mut recorder, mut replica) = page();
    let more = |before: u32| [r::MORE, 2, before, 1, r::NODE_TEXT];
    told(&mut recorder, &mut replica, &more(3), "between");
    told(&mut recorder, &mut replica, &more(0), "in front");
    told(&mut recorder, &mut replica, &more(5), "behind");
    let order: Vec<String> = replica
        .tree()
        .children(NodeId(2))
        .iter()
        .map(|id| match &replica.tree().get(*id).expect("it is there").kind {
            Kind::Text(text) => text.clone(),
            _ => "p".to_owned(),
        })
        .collect();
    assert_eq!(order, ["in front", "p", "between", "p", "behind"]);
}

#[test]
fn a_page_read_anew_gives_its_resources_new_numbers() {
    let (mut recorder, _) = page();
    let asked = |recorder: &mut Recorder, address: &str| {
        let sheet = format!("\0\0a{{background:url({address})}}");
        recorder.read(&[r::SHEET, 1], &sheet, &|address, _| Some(address.to_owned())).expect("a consistent pack").resources
    };
    assert_eq!(asked(&mut recorder, "/one.png"), [(1, "/one.png".to_owned())]);
    // What comes now for 1 is the first picture still.
    let mut anew = recorder.anew();
    assert_eq!(asked(&mut anew, "/two.png"), [(2, "/two.png".to_owned())]);
}

#[test]
fn what_is_hidden_in_one_place_is_not_told_in_another_whatever_came_first() {
    let (shown, hidden, value) = (4, 6, "Ann Doe 4711");
    let text = |id: u32| [r::TEXT, id];
    // Both in one message: what had been written already is not given out, and a keyframe takes its place.
    for order in [[shown, hidden], [hidden, shown]] {
        let (mut recorder, mut replica) = page();
        recorder.read(&order.map(text).concat(), &format!("{value}\0{value}"), &|_, _| None).expect("a consistent pack");
        assert_eq!(recorder.is_tainted(), order[0] == shown);
        let message = recorder.finish(End::Whole).unwrap_or_else(|| recorder.keyframe(End::Whole));
        assert!(!String::from_utf8_lossy(&message).contains("4711"));
        assert_eq!(replica.apply(&message, &mut |_, _| {}).expect("applies").same, Some(true));
        assert!(matches!(replica.tree().get(NodeId(shown)).map(|n| &n.kind), Some(Kind::Masked(_))));
    }
    // It was shown before: it is taken back. Another text may be said again, the same one may not.
    let (mut recorder, mut replica) = page();
    assert!(told(&mut recorder, &mut replica, &text(shown), value).0.contains(value));
    assert!(!told(&mut recorder, &mut replica, &text(hidden), value).0.contains("4711"));
    assert!(matches!(replica.tree().get(NodeId(shown)).map(|n| &n.kind), Some(Kind::Masked(_))));
    assert!(told(&mut recorder, &mut replica, &text(shown), "Hello").0.contains("Hello"));
    assert!(!told(&mut recorder, &mut replica, &text(shown), "Hello ann-doe 4711!").0.contains("4711"));
}

#[test]
fn a_title_or_path_that_repeats_something_hidden_is_taken_back() {
    let (mut recorder, mut replica) = page();
    let info = |title: &str| format!("{title}\0https://example.test\0/users/ann-doe-4711/edit");
    assert!(told(&mut recorder, &mut replica, &[r::INFO, 3], &info("of Ann Doe 4711")).0.contains("4711"));
    let (bytes, _) = told(&mut recorder, &mut replica, &[r::TEXT, 6], "Ann Doe 4711");
    assert!(bytes.contains("/users/") && !bytes.contains("4711"), "{bytes}");
    assert!(!told(&mut recorder, &mut replica, &[r::INFO, 3], &info("Ann Doe 4711")).0.contains("4711"));
}
