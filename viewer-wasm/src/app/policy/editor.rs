//! Making the policy in a session with oneself: point at an element of the replica, say what is to become of it, see what else that
//! touches, save. The customer's page goes by the draft at once, so that both sides show what came of it.

use leptos::prelude::*;
use policies::propose::{Proposal, Wanted};
use protocol::session::is_plain_part;
use protocol::{Generation, NodeId};
use wasm_bindgen_futures::spawn_local;

use super::picked::{About, about, hits, name_in, proposals};
use crate::desk::{Lit, Phase, Signals};
use crate::draft::{self, Edit, Rule};
use crate::words::t;

/// What is to become of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Hide,
    HideAlike,
    CustomerOnly,
    Show,
}

impl Deed {
    pub(super) const ALL: [Self; 4] = [Self::Hide, Self::HideAlike, Self::CustomerOnly, Self::Show];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Hide => "edit-hide",
            Self::HideAlike => "edit-hide-alike",
            Self::CustomerOnly => "edit-customer-only",
            Self::Show => "edit-show",
        }
    }
    const fn action(self) -> &'static str {
        match self {
            Self::Hide | Self::HideAlike => "mask",
            Self::CustomerOnly => "customer-only",
            Self::Show => "show",
        }
    }
}

/// By what a rule may find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Selector(Proposal),
    /// Words by which it is pressed, and how many here have them.
    Words(String, usize),
}

/// How often, and after how many milliseconds, a page is asked what the draft's rules hit: it goes by a draft within seconds after it
/// was saved.
const ASKED: u32 = 20;
const ASKED_EVERY: u32 = 700;

/// What the panel knows.
#[derive(Clone, Copy)]
pub(crate) struct Editor {
    pub(super) signals: Signals,
    /// What was pointed at.
    pub(crate) picked: RwSignal<Option<NodeId>>,
    pub(super) about: RwSignal<About>,
    pub(super) deed: RwSignal<Option<Deed>>,
    pub(super) choices: RwSignal<Vec<Choice>>,
    pub(super) chosen: RwSignal<usize>,
    /// Which of `places` the rule is for.
    pub(super) place: RwSignal<usize>,
    pub(super) name: RwSignal<String>,
    pub(super) said: RwSignal<Option<String>>,
    pub(super) problem: RwSignal<Option<String>>,
    pub(super) is_saving: RwSignal<bool>,
    /// What is picked because it was before the page was read anew.
    followed: RwSignal<Option<NodeId>>,
    /// A selector of what was pointed at, and the reading of the page it was pointed at in: a new one has new ids.
    follow: RwSignal<Option<(String, Generation)>>,
}

impl Editor {
    pub(crate) fn new(signals: Signals) -> Self {
        let editor = Self {
            signals,
            picked: RwSignal::new(None),
            about: RwSignal::default(),
            deed: RwSignal::new(None),
            choices: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(0),
            place: RwSignal::new(0),
            name: RwSignal::new(String::new()),
            said: RwSignal::new(None),
            problem: RwSignal::new(None),
            is_saving: RwSignal::new(false),
            followed: RwSignal::new(None),
            follow: RwSignal::new(None),
        };
        Effect::new(move |_| {
            signals.drawn.track();
            editor.find_again();
        });
        Effect::new(move |_| {
            editor.deed.set(None);
            editor.choices.set(Vec::new());
            let picked = editor.picked.get();
            if picked.is_some() {
                signals.desk(|d| d.ask_touched());
            }
            // What was said is of what was picked before.
            if picked != editor.followed.get_untracked() {
                editor.said.set(None);
                editor.problem.set(None);
            }
        });
        // Until the page goes by the draft as it is now it is not known what its rules hit.
        Effect::new(move |_| {
            let Some(hash) = signals.draft.with(|draft| draft.as_ref().map(|draft| draft.hash.clone())) else { return };
            signals.desk(|d| d.touched.borrow_mut().clear());
            spawn_local(async move {
                let holds = || signals.draft.with_untracked(|draft| draft.as_ref().is_some_and(|draft| draft.hash == hash));
                let waits = || signals.desk(|d| *d.touched_of.borrow() != hash).unwrap_or_default();
                for _ in 0..ASKED {
                    if !holds() || !waits() {
                        break;
                    }
                    signals.desk(|d| d.ask_touched());
                    gloo::timers::future::TimeoutFuture::new(ASKED_EVERY).await;
                }
            });
        });
        Effect::new(move |_| {
            signals.touched.track();
            editor.look(editor.picked.get());
        });
        Effect::new(move |_| editor.light());
        // Whether this session tries out the draft of whoever is signed in. After a reload it is only known then which session it is.
        Effect::new(move |_| {
            let is_admin = signals.me.get_untracked().is_some_and(|me| me.role == "admin");
            if signals.phase.get() != Phase::Live || !is_admin || signals.draft.with_untracked(Option::is_some) {
                return;
            }
            spawn_local(async move {
                let mine = signals.desk(|d| d.session_name()).flatten();
                if let Ok(found) = draft::read().await
                    && mine.is_some_and(|mine| found.sessions.contains(&mine))
                {
                    signals.draft.set(Some(found));
                }
            });
        });
        editor
    }

    /// After the page was read anew: the same element under its new id.
    fn find_again(self) {
        let Some((selector, generation)) = self.follow.get_untracked() else { return };
        let again = self.signals.desk(|d| {
            let stage = d.stage.borrow();
            (stage.is_ready() && stage.generation() != generation)
                .then(|| (stage.matching(&stage.roots(), &selector).first().copied(), stage.generation()))
        });
        if let Some((found, generation)) = again.flatten() {
            self.follow.set(Some((selector, generation)));
            self.followed.set(found);
            self.picked.set(found);
            self.signals.desk(|d| d.ask_touched());
        }
    }

    fn path(self) -> String {
        let address = self.signals.page.get_untracked().address;
        address.find('/').map_or_else(|| "/".to_owned(), |at| address[at..].to_owned())
    }

    /// Paths that a rule may be for, from near to far.
    pub(super) fn places(self) -> Vec<Vec<String>> {
        let path = self.path();
        let parts: Vec<&str> = path.split('/').map(|part| if is_plain_part(part) { part } else { "*" }).collect();
        let here = parts.join("/");
        let here = if here.len() > 1 { here.trim_end_matches('/').to_owned() } else { here };
        let mut places = vec![vec![here.clone()]];
        if here.len() > 1 {
            places.push(vec![format!("{here}/**")]);
        }
        if let Some(above) = here.rsplit_once('/').map(|(above, _)| above).filter(|above| !above.is_empty()) {
            places.push(vec![format!("{above}/**")]);
        }
        places.push(Vec::new());
        places
    }

    fn look(self, picked: Option<NodeId>) {
        let Some(draft) = self.signals.draft.get_untracked() else { return };
        let here = self.places().swap_remove(0);
        let now = self.signals.desk(|d| {
            let stage = d.stage.borrow();
            let node = picked?;
            let unique = proposals(&stage, node, Wanted::This).into_iter().next();
            Some((about(d, &draft, node, &here), unique, stage.generation()))
        });
        let Some((now, unique, generation)) = now.flatten() else { return self.about.set(About::default()) };
        self.follow.set(unique.map(|unique| (unique.selector, generation)));
        self.about.set(now);
    }

    pub(super) fn choose(self, deed: Deed) {
        self.problem.set(None);
        self.said.set(None);
        let Some(node) = self.picked.get_untracked() else { return };
        let wanted = if deed == Deed::HideAlike { Wanted::Alike } else { Wanted::This };
        let (choices, name) = self
            .signals
            .desk(|d| {
                let stage = d.stage.borrow();
                let mut choices: Vec<Choice> = proposals(&stage, node, wanted).into_iter().map(Choice::Selector).collect();
                let words = stage.words_of(node);
                if let (Deed::CustomerOnly, Some(words)) = (deed, &words) {
                    choices.push(Choice::Words(words.clone(), stage.called(words).len()));
                }
                let named = choices.first().and_then(|choice| match choice {
                    Choice::Selector(proposal) => name_in(&proposal.selector),
                    Choice::Words(..) => None,
                });
                let tag = self.about.get_untracked().around.first().map(|(_, tag)| tag.clone());
                (choices, words.or(named).or(tag).unwrap_or_default())
            })
            .unwrap_or_default();
        self.deed.set(Some(deed));
        self.choices.set(choices);
        self.choose_by(0);
        self.name.set(name);
    }

    /// Chooses how the rule finds it. Words mean the same wherever they stand.
    pub(super) fn choose_by(self, n: usize) {
        self.chosen.set(n);
        let is_by_words = self.choices.with_untracked(|all| matches!(all.get(n), Some(Choice::Words(..))));
        self.place.set(if is_by_words { self.places().len() - 1 } else { 0 });
    }

    /// What is lit up in the replica: what was pointed at, and all that the rule would touch.
    fn light(self) {
        let (one, deed, choices, chosen) = (self.picked.get(), self.deed.get(), self.choices.get(), self.chosen.get());
        let hiders = self.about.get().hiders;
        self.signals.desk(|d| {
            let stage = d.stage.borrow();
            let all = match (deed, choices.get(chosen)) {
                (Some(Deed::Show), _) if !hiders.is_empty() => hiders.iter().map(|hider| hider.at).collect(),
                (Some(_), Some(Choice::Selector(proposal))) => stage.matching(&stage.roots(), &proposal.selector),
                (Some(_), Some(Choice::Words(words, _))) => stage.called(words),
                _ => Vec::new(),
            };
            d.lit.replace(Lit { one, all });
        });
    }

    pub(super) fn save(self) {
        let (Some(deed), Some(node)) = (self.deed.get_untracked(), self.picked.get_untracked()) else { return };
        let now = self.about.get_untracked();
        let edits = if deed == Deed::Show && !now.hiders.is_empty() {
            now.uncover.into_iter().map(|(edit, _)| edit).collect()
        } else {
            let (selectors, labels) = match self.choices.get_untracked().get(self.chosen.get_untracked()) {
                Some(Choice::Selector(proposal)) => (vec![proposal.selector.clone()], Vec::new()),
                Some(Choice::Words(words, _)) => (Vec::new(), vec![words.clone()]),
                None => return,
            };
            let on = self.places().get(self.place.get_untracked()).cloned().unwrap_or_default();
            let name = self.name.get_untracked().trim().to_owned();
            vec![Edit::Add { rule: Rule { name, on, selectors, labels, action: deed.action().to_owned() } }]
        };
        self.edit(edits, Some(node));
    }

    pub(super) fn edit(self, edits: Vec<Edit>, node: Option<NodeId>) {
        if self.is_saving.get_untracked() {
            return;
        }
        self.is_saving.set(true);
        let held = self.signals.draft;
        spawn_local(async move {
            match draft::edit(held, edits).await {
                Ok(()) => {
                    self.deed.set(None);
                    self.problem.set(None);
                    self.said.set(Some(t("edit-saved")));
                    // Until the page is read anew, as it is.
                    self.look(node.or(self.picked.get_untracked()));
                }
                Err(refusal) => self.problem.set(Some(draft::words(&refusal))),
            }
            self.is_saving.set(false);
        });
    }

    /// Shows what a rule of the draft touches on this page.
    pub(super) fn point_out(self, rule: usize) {
        self.signals.desk(|d| {
            d.lit.replace(Lit { one: None, all: hits(d, rule) });
        });
    }
}
