//! Making the policy in a session with oneself: point at an element of the replica, say what is to become of it, see what else that
//! touches, save. The customer's page goes by the draft at once, so that both sides show what came of it.

use leptos::prelude::*;
use policies::propose::{Hits, Lasting, Proposal, Wanted, propose};
use protocol::find::put;
use protocol::page::state;
use protocol::session::is_plain_part;
use protocol::{Generation, NodeId, limits};
use wasm_bindgen_futures::spawn_local;

use super::fate::fate;
use crate::app::with_desk;
use crate::desk::{Desk, Lit, Phase, Signals};
use crate::draft::{self, Draft, Edit, Held, Rule};
use crate::replica::Stage;
use crate::words::t;

/// What is to become of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Hide,
    HideAlike,
    CustomerOnly,
    Show,
}

impl Deed {
    const ALL: [Self; 4] = [Self::Hide, Self::HideAlike, Self::CustomerOnly, Self::Show];

    const fn name(self) -> &'static str {
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
enum Choice {
    Selector(Proposal),
    /// Words by which it is pressed, and how many here have them.
    Words(String, usize),
}

/// A rule that hides an element: which of the draft's, and at which element it speaks.
#[derive(Clone, Debug)]
struct Hider {
    /// Its number among the draft's.
    rule: usize,
    held: Held,
    at: NodeId,
}

/// How much of an element agents see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Seen {
    #[default]
    Shown,
    Partly,
    Hidden,
}

impl Seen {
    const fn name(self) -> &'static str {
        match self {
            Self::Shown => "edit-is-shown",
            Self::Partly => "edit-is-partly",
            Self::Hidden => "edit-is-hidden",
        }
    }
}

/// What is said of an element that was pointed at.
#[derive(Clone, Debug, Default)]
struct Now {
    /// It and what it stands in: who, and as a short tag.
    around: Vec<(NodeId, String)>,
    seen: Seen,
    /// Why, in sentences.
    because: Vec<String>,
    hiders: Vec<Hider>,
    /// What would make these rules hide it no more, each with what it does in words.
    uncover: Vec<(Edit, String)>,
    /// Why that cannot be done here.
    not_here: Option<String>,
    /// It is hidden by no rule, and one that shows would help.
    is_by_default: bool,
}

/// Elements around one that are offered.
const AROUND: usize = 5;
/// How often, and after how many milliseconds, a page is asked what the draft's rules hit: it goes by a draft within seconds after it
/// was saved.
const ASKED: u32 = 20;
const ASKED_EVERY: u32 = 700;

/// What the panel knows.
#[derive(Clone, Copy)]
pub(crate) struct Editor {
    signals: Signals,
    /// What was pointed at.
    pub(crate) picked: RwSignal<Option<NodeId>>,
    now: RwSignal<Now>,
    deed: RwSignal<Option<Deed>>,
    choices: RwSignal<Vec<Choice>>,
    chosen: RwSignal<usize>,
    /// Which of `places` the rule is for.
    place: RwSignal<usize>,
    name: RwSignal<String>,
    said: RwSignal<Option<String>>,
    problem: RwSignal<Option<String>>,
    is_saving: RwSignal<bool>,
    /// A selector of what was pointed at, and the reading of the page it was pointed at in: a new one has new ids.
    follow: RwSignal<Option<(String, Generation)>>,
}

impl Editor {
    pub(crate) fn new(signals: Signals) -> Self {
        let editor = Self {
            signals,
            picked: RwSignal::new(None),
            now: RwSignal::default(),
            deed: RwSignal::new(None),
            choices: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(0),
            place: RwSignal::new(0),
            name: RwSignal::new(String::new()),
            said: RwSignal::new(None),
            problem: RwSignal::new(None),
            is_saving: RwSignal::new(false),
            follow: RwSignal::new(None),
        };
        Effect::new(move |_| {
            signals.drawn.track();
            editor.find_again();
        });
        Effect::new(move |_| {
            editor.deed.set(None);
            editor.choices.set(Vec::new());
            if editor.picked.get().is_some() {
                with_desk(|d| d.ask_touched());
            }
        });
        // Until the page goes by the draft as it is now it is not known what its rules hit.
        Effect::new(move |_| {
            let Some(hash) = signals.draft.with(|draft| draft.as_ref().map(|draft| draft.hash.clone())) else { return };
            with_desk(|d| d.touched.borrow_mut().clear());
            spawn_local(async move {
                let holds = || signals.draft.with_untracked(|draft| draft.as_ref().is_some_and(|draft| draft.hash == hash));
                let waits = || with_desk(|d| *d.touched_of.borrow() != hash).unwrap_or_default();
                for _ in 0..ASKED {
                    if !holds() || !waits() {
                        break;
                    }
                    with_desk(|d| d.ask_touched());
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
                let mine = with_desk(|d| d.session_name()).flatten();
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
        let again = with_desk(|d| {
            let stage = d.stage.borrow();
            (stage.is_ready() && stage.generation() != generation)
                .then(|| (stage.matching(&stage.roots(), &selector).first().copied(), stage.generation()))
        });
        if let Some((found, generation)) = again.flatten() {
            self.follow.set(Some((selector, generation)));
            self.picked.set(found);
            with_desk(|d| d.ask_touched());
        }
    }

    fn path(self) -> String {
        let address = self.signals.page.get_untracked().address;
        address.find('/').map_or_else(|| "/".to_owned(), |at| address[at..].to_owned())
    }

    /// Paths that a rule may be for, from near to far.
    fn places(self) -> Vec<Vec<String>> {
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
        let now = with_desk(|d| {
            let stage = d.stage.borrow();
            let node = picked?;
            let unique = proposals(&stage, node, Wanted::This).into_iter().next();
            Some((now_of(d, &draft, node, &here), unique, stage.generation()))
        });
        let Some((now, unique, generation)) = now.flatten() else { return self.now.set(Now::default()) };
        self.follow.set(unique.map(|unique| (unique.selector, generation)));
        self.now.set(now);
    }

    fn choose(self, deed: Deed) {
        self.problem.set(None);
        self.said.set(None);
        let Some(node) = self.picked.get_untracked() else { return };
        let wanted = if deed == Deed::HideAlike { Wanted::Alike } else { Wanted::This };
        let (choices, name) = with_desk(|d| {
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
            let tag = self.now.get_untracked().around.first().map(|(_, tag)| tag.clone());
            (choices, words.or(named).or(tag).unwrap_or_default())
        })
        .unwrap_or_default();
        self.deed.set(Some(deed));
        self.choices.set(choices);
        self.choose_by(0);
        self.name.set(name);
    }

    /// Chooses how the rule finds it. Words mean the same wherever they stand.
    fn choose_by(self, n: usize) {
        self.chosen.set(n);
        let is_by_words = self.choices.with_untracked(|all| matches!(all.get(n), Some(Choice::Words(..))));
        self.place.set(if is_by_words { self.places().len() - 1 } else { 0 });
    }

    /// What is lit up in the replica: what was pointed at, and all that the rule would touch.
    fn light(self) {
        let (one, deed, choices, chosen) = (self.picked.get(), self.deed.get(), self.choices.get(), self.chosen.get());
        let hiders = self.now.get().hiders;
        with_desk(|d| {
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

    fn save(self) {
        let (Some(deed), Some(node)) = (self.deed.get_untracked(), self.picked.get_untracked()) else { return };
        let now = self.now.get_untracked();
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

    fn edit(self, edits: Vec<Edit>, node: Option<NodeId>) {
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
    fn point_out(self, rule: usize) {
        with_desk(|d| {
            d.lit.replace(Lit { one: None, all: hits(d, rule) });
        });
    }
}

/// What the draft's rule of this number hits.
fn hits(desk: &Desk, rule: usize) -> Vec<NodeId> {
    let touched = desk.touched.borrow();
    let mut all: Vec<NodeId> = touched.iter().filter(|(_, bits)| **bits & (1 << rule) != 0).map(|(id, _)| *id).collect();
    all.sort_unstable();
    all
}

fn proposals(stage: &Stage, node: NodeId, wanted: Wanted) -> Vec<Proposal> {
    let lineage: Vec<_> = stage.lineage(node).into_iter().map(|(_, element)| element).collect();
    let roots = stage.roots();
    propose(&lineage, wanted, &mut |selector| {
        let found = stage.matching(&roots, selector);
        Hits { count: found.len(), has_it: found.contains(&node) }
    })
}

/// What people call it, by the last name in a selector: a text in quotes, or what stands behind a dot or a hash.
fn name_in(selector: &str) -> Option<String> {
    let quoted = selector.rsplit('"').nth(1).filter(|_| selector.contains('"'));
    let name = quoted
        .or_else(|| selector.rsplit(['#', '.']).next().filter(|last| last.len() < selector.len() && !last.contains([' ', ':', '['])))?;
    Some(name.trim_matches(['-', '_']).replace(['-', '_'], " "))
}

/// An element as people write it: its name, id, first class.
fn tag(element: &policies::propose::Element) -> String {
    let of = |name: &str| element.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    let id = of("id").map(|id| format!("#{id}"));
    let class = of("class").and_then(|all| all.split_ascii_whitespace().next()).map(|class| format!(".{class}"));
    format!("{}{}", element.name, id.or(class).unwrap_or_default())
}

fn now_of(desk: &Desk, draft: &Draft, node: NodeId, here: &[String]) -> Now {
    let stage = desk.stage.borrow();
    let tree = stage.tree();
    let tag_of = |id: NodeId| stage.lineage(id).first().map(|(_, element)| tag(element));
    let around = stage.around(node);
    let is_masked = |id: &NodeId| tree.get(*id).is_some_and(|n| n.attr(state::MASK).is_some() || n.attr(state::MASKED_VALUE).is_some());
    let (mut hidden, mut shown) = (0, 0);
    tree.walk(node, |id, one| match &one.kind {
        engine::tree::Kind::Masked(_) => hidden += 1,
        engine::tree::Kind::Text(text) if !text.trim().is_empty() => shown += 1,
        _ if is_masked(&id) => hidden += 1,
        _ => {}
    });
    let seen = match (around.iter().any(is_masked), hidden, shown) {
        (true, ..) => Seen::Hidden,
        (_, 0, _) => Seen::Shown,
        (_, _, 0) => Seen::Hidden,
        _ => Seen::Partly,
    };
    let named = around.iter().filter_map(|id| Some((*id, tag_of(*id)?))).take(AROUND).collect();
    let mut now = Now { around: named, seen, ..Now::default() };
    let touched = desk.touched.borrow();
    for (n, held) in draft.rules.iter().enumerate() {
        let Some(at) = around.iter().find(|id| touched.get(id).is_some_and(|bits| bits & (1 << n) != 0)) else { continue };
        let place = if *at == node { String::new() } else { tag_of(*at).unwrap_or_default() };
        let around = if place.is_empty() { "" } else { "-around" };
        let say = |what: &str| put(&put(&t(&format!("{what}{around}")), "{name}", &held.rule.name), "{part}", &place);
        match &*held.rule.action {
            "show" => {}
            "customer-only" => now.because.push(say("edit-kept-by")),
            _ => {
                now.because.push(say("edit-hidden-by"));
                now.hiders.push(Hider { rule: n, held: held.clone(), at: *at });
            }
        }
    }
    match now.hiders.iter().map(|hider| uncovered(desk, &stage, hider, here)).collect::<Result<Vec<_>, _>>() {
        Ok(mut edits) => {
            // From the last on, so that the places of those before stay.
            edits.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
            now.uncover = edits.into_iter().map(|(_, edit, says)| (edit, says)).collect();
        }
        Err(why) => now.not_here = Some(t(why)),
    }
    if seen != Seen::Shown && now.hiders.is_empty() {
        let name = tree.get(node).and_then(|n| n.name()).map(|(_, name)| name).unwrap_or_default();
        let is_field = matches!(name, "input" | "textarea" | "select");
        now.is_by_default = if is_field { draft.inputs == "mask" } else { draft.default == "mask" };
        now.because.push(t(match (now.is_by_default, is_field, seen) {
            (true, true, _) => "edit-typed",
            (true, false, _) => "edit-default",
            (false, _, Seen::Partly) => "edit-part",
            (false, ..) => "edit-found",
        }));
    }
    now
}

/// What makes a rule hide an element no more, and that in words: one that hits nothing else, here or elsewhere, is taken out;
/// another leaves it out, by what tells it apart on all pages that the rule is for.
fn uncovered(desk: &Desk, stage: &Stage, hider: &Hider, here: &[String]) -> Result<(usize, Edit, String), &'static str> {
    let at = hider.held.at.ok_or("edit-inherited")?;
    let mut rule = hider.held.rule.clone();
    if !rule.labels.is_empty() {
        return Err("edit-by-words");
    }
    let is_here = rule.on == here;
    let say = |what: &str| put(&t(what), "{name}", &rule.name);
    if is_here && hits(desk, hider.rule).len() == 1 && desk.touched.borrow().len() < limits::MAX_TOUCHED {
        return Ok((at, Edit::Remove { at }, say("edit-takes-out")));
    }
    let own = proposals(stage, hider.at, Wanted::This).into_iter().find(|own| is_here || own.by != Lasting::Place);
    let own = own.ok_or("edit-by-place")?.selector;
    let says = say("edit-excepts");
    for selector in &mut rule.selectors {
        *selector = if selector.contains(',') { format!(":is({selector}):not({own})") } else { format!("{selector}:not({own})") };
    }
    Ok((at, Edit::Change { at, rule }, says))
}

/// The panel.
pub(crate) fn panel(editor: Editor) -> impl IntoView {
    let signals = editor.signals;
    let published = Callback::new(move |version: Option<i64>| {
        editor.picked.set(None);
        signals.notice_of_policy.set(Some(match version {
            Some(version) => put(&t("draft-published"), "{version}", &version.to_string()),
            None => t("draft-gone"),
        }));
    });
    view! { class="b",
        <aside class="side editor" aria-label=t("edit-title") data-beside="editor">
            <h2>{t("edit-title")}</h2>
            {move || if editor.picked.get().is_some() { picked(editor).into_any() } else { view! { class="b", <p class="quiet">{t("edit-point")}</p> }.into_any() }}
            {move || editor.said.get().map(|text| view! { class="b", <p class="fine" role="status">{text}</p> })}
            {move || editor.problem.get().map(|text| view! { class="b", <p class="error" role="alert">{text}</p> })}
            <details>
                <summary>{t("edit-rules")}</summary>
                {move || rules(editor)}
            </details>
            <h2>{t("draft-changes")}</h2>
            {fate(signals.draft, published)}
        </aside>
    }
}

fn picked(editor: Editor) -> impl IntoView {
    let crumbs = move || {
        let around = editor.now.get().around;
        let buttons = around.into_iter().enumerate().map(|(n, (id, tag))| {
            view! { class="b", <button type="button" class="crumb" aria-pressed=if n == 0 { "true" } else { "false" } on:click=move |_| editor.picked.set(Some(id))>{tag}</button> }
        });
        buttons.collect_view()
    };
    let state = move || {
        let now = editor.now.get();
        let because = now.because.into_iter().map(|why| view! { class="b", <li>{why}</li> }).collect_view();
        view! { class="b", <p class="state" data-seen=now.seen.name()>{t(now.seen.name())}</p><ul class="because">{because}</ul> }
    };
    let deeds = move || {
        let now = editor.now.get();
        let can_show = now.is_by_default || !now.uncover.is_empty();
        let buttons = Deed::ALL.map(|deed| {
            let is_off = if deed == Deed::Show { !can_show } else { now.seen == Seen::Hidden && deed != Deed::CustomerOnly };
            view! { class="b",
                <button class="plain wide" type="button" data-deed=deed.name() disabled=is_off
                    aria-pressed=move || if editor.deed.get() == Some(deed) { "true" } else { "false" } on:click=move |_| editor.choose(deed)>{t(deed.name())}</button>
            }
        });
        let why = now.not_here.map(|why| view! { class="b", <p class="small" data-beside="not-here">{why}</p> });
        (buttons.collect_view(), why)
    };
    view! { class="b",
        <p class="small">{t("edit-around")}</p>
        <div class="crumbs">{crumbs}</div>
        {state}
        <div class="deeds">{deeds}</div>
        {move || editor.deed.get().map(|deed| proposal(editor, deed))}
    }
}

fn proposal(editor: Editor, deed: Deed) -> impl IntoView {
    let uncover: Vec<String> = editor.now.get_untracked().uncover.into_iter().map(|(_, says)| says).collect();
    let takes_out = deed == Deed::Show && !uncover.is_empty();
    let choices = editor.choices.get_untracked();
    let is_none = choices.is_empty() && !takes_out;
    let rows = choices.into_iter().enumerate().map(|(n, choice)| {
        let (what, count, why, sure) = match choice {
            Choice::Selector(p) => (p.selector, p.hits, t(&format!("by-{}", p.by.word())), p.sure.word()),
            Choice::Words(words, count) => (format!("“{words}”"), count, t("by-words"), "likely"),
        };
        let count = put(&t("edit-hits"), "{parts}", &count.to_string());
        view! { class="b",
            <label class="choice">
                <input type="radio" name="selector" prop:checked=move || editor.chosen.get() == n on:change=move |_| editor.choose_by(n)/>
                <span><code>{what}</code><span class="small"><b data-sure=sure>{t(&format!("sure-{sure}"))}</b>" "{why}</span><span class="small">{count}</span></span>
            </label>
        }
    });
    let rows = rows.collect_view();
    let places = editor.places().into_iter().enumerate().map(|(n, on)| {
        let words = match &on[..] {
            [] => t("edit-everywhere"),
            [one, ..] => put(&t("edit-on"), "{page}", one),
        };
        view! { class="b", <option value=n.to_string() selected=move || editor.place.get() == n>{words}</option> }
    });
    let places = places.collect_view();
    view! { class="b",
        <form class="proposal" on:submit=move |e| { e.prevent_default(); editor.save(); }>
            {is_none.then(|| view! { class="b", <p class="notice" role="status">{t(if deed == Deed::HideAlike { "edit-none-alike" } else { "edit-none" })}</p> })}
            {takes_out.then(|| uncover.into_iter().map(|says| view! { class="b", <p class="quiet">{says}</p> }).collect_view())}
            {(!takes_out && !is_none).then(|| view! { class="b",
                <fieldset><legend>{t("edit-by")}</legend>{rows}</fieldset>
                <label>{t("edit-where")}<select on:change=move |e| editor.place.set(event_target_value(&e).parse().unwrap_or(0))>{places}</select></label>
                <label>{t("edit-name")}<input maxlength="60" required=true prop:value=move || editor.name.get() on:input=move |e| editor.name.set(event_target_value(&e))/></label>
            })}
            {(!is_none).then(|| view! { class="b", <button class="main wide" type="submit" data-beside="save-rule" disabled=move || editor.is_saving.get()>{t("edit-save")}</button> })}
        </form>
    }
}

/// The company's own rules, what each touches here, and taking one out.
fn rules(editor: Editor) -> impl IntoView {
    let signals = editor.signals;
    // What each hits is another thing on each reading of the page.
    signals.touched.track();
    let held = signals.draft.get().map(|draft| draft.rules).unwrap_or_default();
    let own = held.into_iter().enumerate().filter_map(|(n, held)| held.at.map(|at| (n, at, held)));
    let rows = own.map(|(n, at, held)| {
        let count = with_desk(|d| hits(d, n).len()).unwrap_or_default();
        let (name, action) = (held.rule.name.clone(), t(&format!("do-{}", held.rule.action)));
        let count = put(&t("edit-hits"), "{parts}", &count.to_string());
        let label = put(&t("edit-remove-of"), "{name}", &name);
        view! { class="b",
            <li>
                <button type="button" class="crumb" on:click=move |_| editor.point_out(n)>{name}</button>
                <span class="small">{action}" · "{count}</span>
                <button type="button" class="bad" aria-label=label on:click=move |_| editor.edit(vec![Edit::Remove { at }], None)>{t("edit-remove")}</button>
            </li>
        }
    });
    view! { class="b", <ul class="rules">{rows.collect_view()}</ul> }
}
