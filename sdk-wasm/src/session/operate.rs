//! Who may operate the page besides the customer: asked for, allowed for the session or for one action, taken back at once.

use std::cell::Cell;
use std::collections::VecDeque;

use engine::gate::Refusal;
use link_wasm::later;
use wasm_bindgen::prelude::Closure;

use super::*;
use crate::glue::Guard;

/// Milliseconds after a no in which nobody asks again.
const ASK_AGAIN: f64 = 10_000.0;

/// The guard and what it says to us by.
type Standing = (Guard, Closure<dyn Fn(String)>);

/// What is remembered of it; nothing outlives the page.
pub(super) struct Operate {
    /// Who asked and has no answer yet.
    asked: Option<ParticipantId>,
    /// Who holds the grant, and whether for one action.
    held: Option<(ParticipantId, bool)>,
    /// The same as a sign that an act under way looks at.
    granted: Rc<Cell<bool>>,
    /// When the customer said no last.
    declined: f64,
    /// When the last acts came.
    recent: VecDeque<f64>,
    /// A word about the last act that was refused, for the customer.
    remark: Option<&'static str>,
    guard: Option<Standing>,
}

impl Default for Operate {
    fn default() -> Self {
        Self {
            asked: None,
            held: None,
            granted: Rc::default(),
            declined: f64::NEG_INFINITY,
            recent: VecDeque::new(),
            remark: None,
            guard: None,
        }
    }
}

impl Drop for Operate {
    /// However a session ends, the page is as it was.
    fn drop(&mut self) {
        self.granted.set(false);
        if let Some((guard, _)) = &self.guard {
            guard.end();
        }
    }
}

impl Session {
    /// An agent asks.
    pub(super) fn ask_grant(self: &Rc<Self>, who: ParticipantId) {
        let stands = {
            let mut inner = self.inner.borrow_mut();
            let now = crate::page::now();
            let may = inner.state == State::Active && inner.operate.held.is_none() && now - inner.operate.declined > ASK_AGAIN;
            let stands = may && inner.operate.asked.is_none_or(|asked| asked == who);
            if stands {
                inner.operate.asked = Some(who);
            }
            stands
        };
        if stands {
            self.record(record::ASKED, who);
            self.show_bar();
        } else {
            self.tell_grant();
        }
    }

    /// The question that stands, if one does.
    pub(super) fn asks_to_operate(&self) -> Option<View> {
        let inner = self.inner.borrow();
        let who = inner.operate.asked.filter(|_| inner.state == State::Active)?;
        Some(View::AskOperate { participant: who.0, agent: inner.agents.get(&who)?.name.clone() })
    }

    /// Who operates the page, and what there is to say of the last act.
    pub(super) fn operates(&self) -> (Option<String>, Option<&'static str>) {
        let inner = self.inner.borrow();
        let who = inner.operate.held.and_then(|(who, _)| inner.agents.get(&who)).map(|a| a.name.clone());
        (who, inner.operate.remark)
    }

    /// The customer's answer: for one action, for the session, or not at all.
    pub(crate) fn answer_grant(self: &Rc<Self>, who: ParticipantId, once: Option<bool>) {
        if self.inner.borrow_mut().operate.asked.take() != Some(who) {
            return self.show_bar();
        }
        let allowed = once.filter(|_| self.stand_guard());
        let answer = match allowed {
            Some(true) => record::GRANTED_ONCE,
            Some(false) => record::GRANTED,
            None => record::DECLINED,
        };
        self.record(answer, who);
        {
            let mut inner = self.inner.borrow_mut();
            if once.is_none() {
                inner.operate.declined = crate::page::now();
            }
            inner.operate.held = allowed.map(|once| (who, once));
            inner.operate.granted.set(allowed.is_some());
            inner.operate.remark = (once.is_some() && allowed.is_none()).then_some("operate-impossible");
        }
        self.tell_grant();
    }

    /// Guards the page; `false` where it cannot be.
    fn stand_guard(self: &Rc<Self>) -> bool {
        // With a rule that nobody can ask about nobody is let in.
        let Some(page) = self.page().filter(|page| page.refused.is_empty()) else { return false };
        let weak = Rc::downgrade(self);
        let tell = Closure::<dyn Fn(String)>::new(move |what: String| {
            let Some(this) = weak.upgrade() else { return };
            // Not in the middle of the page's own event.
            spawn_local(async move {
                if what == "back" {
                    this.take_back();
                } else {
                    if let Some((by, _)) = this.inner.borrow().operate.held {
                        this.record(record::KEPT, by);
                    }
                    this.remark(Refusal::CustomerOnly);
                }
            });
        });
        let guard = Guard::new(&page.capture, tell.as_ref().unchecked_ref());
        let stands = guard.begin();
        if stands {
            #[cfg(feature = "tap")]
            self.expose(&guard);
            self.inner.borrow_mut().operate.guard = Some((guard, tell));
        }
        stands
    }

    /// `__besideAct(element, deed, x, y, text, right, down)` gives the refusal, or 0: a matrix of thousands of acts has no agent
    /// who presses them one by one.
    #[cfg(feature = "tap")]
    fn expose(self: &Rc<Self>, guard: &Guard) {
        let (weak, guard) = (Rc::downgrade(self), guard.clone());
        let act = move |element: JsValue, deed, x, y, text, right, down| {
            let Some((this, page)) = weak.upgrade().and_then(|this| this.page().map(|page| (this, page))) else { return 99 };
            let Some(at) = page.capture.anchor_in(&element, 0.0, 0.0) else { return 98 };
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an id")]
            let node = protocol::NodeId(at.get(0).as_f64().unwrap_or(0.0) as u32);
            let act = Act { number: 0, generation: page.generation(), at: Anchor { node, x, y }, deed, text, x: right, y: down };
            let granted = this.inner.borrow().operate.granted.clone();
            page.act(&act, &granted, 0, &guard).flatten().err().map_or(0, |why| why as u8)
        };
        let act = Closure::<dyn Fn(JsValue, u8, u16, u16, String, i32, i32) -> u8>::new(act);
        let _ = js_sys::Reflect::set(&js_sys::global(), &"__besideAct".into(), &act.into_js_value());
    }

    /// The customer takes it back.
    pub(crate) fn take_back(self: &Rc<Self>) {
        self.end_grant(ParticipantId::CUSTOMER);
    }

    /// Nobody but the customer operates the page from here on; what is under way stops before its next event. `by`: whoever it
    /// comes from, the customer or the agent who is done or gone.
    pub(super) fn end_grant(self: &Rc<Self>, by: ParticipantId) {
        let guard = {
            let mut inner = self.inner.borrow_mut();
            inner.operate.asked = None;
            inner.operate.granted.set(false);
            let Some(_) = inner.operate.held.take() else { return };
            inner.operate.remark = None;
            inner.operate.guard.take()
        };
        if let Some((guard, _)) = &guard {
            guard.end();
        }
        self.record(record::TAKEN_BACK, by);
        // It may be its own word that we are called by.
        later(0, move || drop(guard));
        self.tell_grant();
    }

    /// Who left operates nothing, and asks for nothing.
    pub(super) fn gone_from_grant(self: &Rc<Self>, who: ParticipantId) {
        let held = self.inner.borrow().operate.held;
        if self.inner.borrow().operate.asked == Some(who) {
            self.inner.borrow_mut().operate.asked = None;
        }
        if held.is_some_and(|(by, _)| by == who) {
            self.end_grant(who);
        }
    }

    /// Tells everybody who operates the page; nothing while a question stands.
    pub(super) fn tell_grant(&self) {
        let (held, asked) = {
            let inner = self.inner.borrow();
            (inner.operate.held, inner.operate.asked)
        };
        if asked.is_some() {
            return self.show_bar();
        }
        self.ui.overlay.operated(held.is_some());
        let (to, once) = held.unwrap_or((ParticipantId::CUSTOMER, false));
        self.control(&Control::Grant(Grant { to, once }));
        self.show_bar();
    }

    fn remark(&self, why: Refusal) {
        let remark = match why {
            Refusal::CustomerOnly => "operate-kept",
            Refusal::Hidden | Refusal::Forbidden => "operate-private",
            _ => return,
        };
        self.inner.borrow_mut().operate.remark = Some(remark);
        self.show_bar();
    }

    /// An agent's act.
    pub(super) fn act(self: &Rc<Self>, by: ParticipantId, act: &Act) {
        let now = crate::page::now();
        let (page, granted, recent, guard, once) = {
            let mut inner = self.inner.borrow_mut();
            let paused = inner.paused;
            let page = inner.page.clone().filter(|_| !paused);
            let operate = &mut inner.operate;
            operate.recent.retain(|at| now - at < 1_000.0);
            let held = operate.held.filter(|(who, _)| *who == by);
            let guard = operate.guard.as_ref().map(|(guard, _)| guard.clone());
            let recent = operate.recent.len();
            (page, operate.granted.clone(), recent, guard, held.map(|(_, once)| once))
        };
        let done = match (page, guard, once) {
            (Some(page), Some(guard), Some(_)) => page.act(act, &granted, recent, &guard),
            _ => Err(Refusal::NotGranted),
        };
        let begun = done.is_ok();
        let done = done.flatten();
        let refusal = done.err().map_or(0, |why| why as u8);
        self.control(&Control::Acted(Acted { by, number: act.number, refusal }));
        // Whoever has no leave says nothing into the record but that they tried.
        let (deed, element) = match done {
            Err(Refusal::NotGranted) => (0, String::new()),
            _ => (act.deed, self.page().map(|page| page.on_record(act.at.node)).unwrap_or_default()),
        };
        self.send(Kind::RECORD, &Record { what: record::ACT, by, deed, refusal, element });
        if begun {
            self.inner.borrow_mut().operate.recent.push_back(now);
            // Also one that came to half.
            if once == Some(true) && act.deed != protocol::control::deed::SCROLL {
                self.end_grant(by);
            }
        }
        if let Err(why) = done {
            self.remark(why);
        }
    }
}
