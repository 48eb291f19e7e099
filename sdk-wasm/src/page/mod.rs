//! The page under capture: glue, recorder and deflate stream, flushed as one.

mod act;
mod coverage;
mod places;
mod questions;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use engine::echo::Echoes;
use engine::recorder::{End, Flush, Recorder};
use engine::stream::Deflater;
use engine::tree::fingerprint;
use gloo::timers::callback::Timeout;
use js_sys::{Array, Int32Array, Uint32Array};
use policies::Policy;
use policies::detect::Detectors;
use protocol::control::{Compare, Touch, Touched};
use protocol::field::List;
use protocol::limits;
use protocol::live::Anchor;
use protocol::{Generation, NodeId, SheetId};
use wasm_bindgen::prelude::*;
use web_sys::Url;

use crate::assets::Assets;
use crate::env::Host;
use crate::glue::{Capture, Hands, rect};
use questions::Questions;

/// Milliseconds from a message to the hash of the mirror after it: a difference is noticed while it is young.
const HASH_AFTER: u32 = 300;
/// Milliseconds between two mendings; an agent cannot keep a customer's browser busy.
const MEND_EVERY: f64 = 400.0;
/// Milliseconds for which a line may be full before reading waits for it. What changes meanwhile is read once, as it is
/// then.
const FULL_FOR: f64 = 50.0;
/// Rounds of reading again within one flush; a verdict that flips for ever is continued at the next flush.
const ROUNDS: usize = 4;

/// Milliseconds above which a flush is counted as slow.
const SLOW: f64 = 8.0;

/// What was counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) messages: u32,
    pub(crate) bytes: u64,
    pub(crate) keyframe: usize,
    pub(crate) longest: f64,
    pub(crate) total: f64,
    pub(crate) flushes: u32,
    pub(crate) slow: u32,
}

/// Where page messages go: whether they are a keyframe as a byte and what is deflated, and the same as a word.
pub(crate) type Sink = Rc<dyn Fn(Vec<u8>, bool)>;

/// The way out.
pub(crate) struct Line {
    pub(crate) sink: Sink,
    /// Whether what was sent last still waits.
    pub(crate) is_full: Rc<dyn Fn() -> bool>,
    /// Told when more is remembered of what is hidden.
    pub(crate) learned: Rc<dyn Fn()>,
}

/// What is done with what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sending {
    /// Nothing is read.
    Held,
    /// A keyframe goes out as soon as the first screen has been read with its styles.
    Opening,
    /// Differences go out.
    Open,
}

pub(crate) struct Page {
    pub(crate) capture: Capture,
    recorder: RefCell<Recorder>,
    policy: Policy,
    echoes: Rc<RefCell<Echoes>>,
    /// How much of it the line has been told of.
    learned: Cell<u32>,
    questions: Questions,
    hands: Hands,
    /// The path that the rules in force were chosen for, by its fingerprint: it may hold a name.
    path: Cell<u64>,
    deflater: RefCell<Deflater>,
    assets: Rc<Assets>,
    line: Line,
    /// Since when the line has been full; 0 when it is not.
    full: Cell<f64>,
    /// Whether the page went on while the line was full.
    late: Cell<bool>,
    sending: Cell<Sending>,
    begun: Cell<bool>,
    hidden: RefCell<Vec<NodeId>>,
    /// The hash that is due.
    hash_due: RefCell<Option<Timeout>>,
    me: Weak<Self>,
    unhashed: Cell<bool>,
    /// Whether the keyframe that went out last is still being completed.
    partial: Cell<bool>,
    pub(crate) counts: Cell<Counts>,
    /// Why everything is masked, if it is: the selector that the browser refused.
    pub(crate) refused: String,
    /// When somebody's picture was last mended.
    mended: Cell<f64>,
    sampled: Closure<dyn Fn(Int32Array)>,
    _flush: Closure<dyn Fn() -> bool>,
    _found: Closure<dyn Fn(String) -> Uint32Array>,
}

/// The protections that a test has switched off.
#[cfg(feature = "tap")]
fn switched_off() -> u32 {
    let off = js_sys::Reflect::get(&js_sys::global(), &"__besideOff".into()).ok().and_then(|off| off.as_f64());
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a test's small number")]
    off.map_or(0, |off| off as u32)
}

pub(crate) fn current_path() -> String {
    web_sys::window().and_then(|w| w.location().pathname().ok()).unwrap_or_default()
}

pub(crate) fn now() -> f64 {
    web_sys::window().and_then(|w| w.performance()).map_or(0.0, |p| p.now())
}

impl Page {
    /// Begins to watch; nothing is read before [`Page::keyframe`].
    pub(crate) fn new(
        host: &Host,
        policy: &Policy,
        echoes: Rc<RefCell<Echoes>>,
        generation: Generation,
        assets: Rc<Assets>,
        line: Line,
    ) -> Rc<Self> {
        #[cfg(feature = "tap")]
        engine::protections::switch_off(switched_off());
        let policy = policy.clone();
        let host = host.clone();
        Rc::new_cyclic(|weak: &Weak<Self>| {
            let (on_flush, on_sampled) = (weak.clone(), weak.clone());
            let sampled = Closure::<dyn Fn(Int32Array)>::new(move |boxes: Int32Array| {
                if let Some(page) = on_sampled.upgrade() {
                    page.sampled(&boxes.to_vec());
                }
            });
            let flush = Closure::<dyn Fn() -> bool>::new(move || on_flush.upgrade().is_some_and(|page| page.flush()));
            let capture = Capture::new(&host.natives(), &host.host(), &host.closed(), &host.scrolled(), flush.as_ref().unchecked_ref());
            host.attached(&capture.attached());
            let path = current_path();
            // Every selector is tried at once, also those of other pages: one that is refused masks everything from the start.
            let questions = Questions::new(&policy);
            let refused = questions.ask(&capture, None);
            if refused.is_empty() {
                questions.ask(&capture, Some(&path));
            }
            let policy = if refused.is_empty() { policy } else { Policy::mask_all() };
            let detectors = Detectors::new(&policy.detect);
            let needs = detectors.needs() as u32;
            let known = echoes.clone();
            let found = Closure::<dyn Fn(String) -> Uint32Array>::new(move |text: String| {
                let hits = detectors.find(&text).into_iter().chain(known.borrow().find(&text));
                Uint32Array::from(&hits.flat_map(|hit| [hit.start, hit.end]).collect::<Vec<_>>()[..])
            });
            capture.set_detectors(needs, found.as_ref().unchecked_ref());
            if !echoes.borrow().is_empty() {
                capture.search_again();
            }
            let count = echoes.borrow().count();
            Self {
                recorder: RefCell::new(Recorder::new(policy.clone(), generation).with_echoes(echoes.clone())),
                policy,
                learned: Cell::new(count),
                echoes,
                questions,
                hands: Hands::new(&capture),
                capture,
                path: Cell::new(fingerprint(&path)),
                deflater: RefCell::default(),
                assets,
                line,
                full: Cell::default(),
                late: Cell::default(),
                sending: Cell::new(Sending::Held),
                begun: Cell::new(false),
                hidden: RefCell::default(),
                hash_due: RefCell::default(),
                me: weak.clone(),
                unhashed: Cell::new(false),
                partial: Cell::new(false),
                counts: Cell::default(),
                refused,
                mended: Cell::new(f64::NEG_INFINITY),
                sampled,
                _flush: flush,
                _found: found,
            }
        })
    }

    /// A single-page app may have moved on: the rules of the new path hold before anything of it is read.
    fn follow_path(&self) {
        let path = current_path();
        let known = fingerprint(&path);
        if self.path.replace(known) != known && self.refused.is_empty() {
            self.questions.ask(&self.capture, Some(&path));
        }
    }

    /// Sends a keyframe as soon as there is something to show, and goes on with patches. The page itself is read once;
    /// later keyframes come from the mirror.
    pub(crate) fn keyframe(&self) {
        self.follow_path();
        if !self.begun.replace(true) {
            self.capture.start();
            if !self.start_over() {
                return;
            }
        } else if !self.read() && !self.start_over() {
            return;
        }
        self.sending.set(Sending::Opening);
        self.open_up();
        self.capture.schedule();
    }

    /// Sends the keyframe that is wanted, if what has been read can be shown: not without its styles, and not before it
    /// is known who stands where.
    fn open_up(&self) {
        if !self.capture.is_showable() {
            return;
        }
        let has_more = self.capture.has_more();
        let message = {
            let mut recorder = self.recorder.borrow_mut();
            // What was pending is in the mirror, and so in the keyframe.
            let _ = recorder.finish(End::Open);
            recorder.keyframe(if has_more { End::Behind } else { End::Whole })
        };
        self.sending.set(Sending::Open);
        self.unhashed.set(has_more);
        self.partial.set(has_more);
        self.late.set(false);
        self.emit(&message, true);
        self.capture.retell();
        self.assets.offer_again();
        if !has_more {
            self.capture.sample(self.sampled.as_ref().unchecked_ref());
        }
    }

    /// Nothing is sent until the next keyframe.
    pub(crate) fn hold(&self) {
        self.sending.set(Sending::Held);
    }

    /// Reads what is dirty, as much as one slice takes, and sends the difference. `false` when nothing is read now.
    pub(crate) fn flush(&self) -> bool {
        if !self.begun.get() || self.sending.get() == Sending::Held || self.waits_for_line() {
            return false;
        }
        let start = now();
        self.follow_path();
        if !self.read() {
            // Numbers may have been given out that the recorder never heard of; nothing may be told by them.
            self.hold();
            if self.start_over() {
                self.keyframe();
            }
            return false;
        }
        // What was told in this very message has turned out to be hidden: it is not sent, and everything is told anew.
        if self.recorder.borrow().is_tainted() {
            self.sending.set(Sending::Opening);
        }
        if self.sending.get() == Sending::Opening {
            self.open_up();
        } else {
            let has_more = self.capture.has_more();
            let end = if has_more || self.late.replace(false) { End::Behind } else { End::Open };
            let message = self.recorder.borrow_mut().finish(end);
            if let Some(message) = message {
                self.emit(&message, false);
                self.unhashed.set(true);
            }
            if self.unhashed.get() {
                self.owe_hash();
            }
            if !has_more && self.partial.get() {
                self.hash();
            }
        }
        let took = now() - start;
        let mut counts = self.counts.get();
        counts.longest = counts.longest.max(took);
        counts.total += took;
        counts.flushes += 1;
        counts.slow += u32::from(took > SLOW);
        self.counts.set(counts);
        true
    }

    /// Whether more is remembered of what is hidden than before; it is kept for the next page.
    fn has_learned(&self) -> bool {
        let count = self.echoes.borrow().count();
        let has = self.learned.replace(count) != count;
        if has {
            (self.line.learned)();
        }
        has
    }

    /// A line that stays full is waited for: what is marked dirty meanwhile is read when there is room.
    fn waits_for_line(&self) -> bool {
        let since = match self.full.get() {
            _ if !(self.line.is_full)() => 0.0,
            0.0 => now(),
            since => since,
        };
        self.full.set(since);
        let waits = since > 0.0 && now() - since > FULL_FOR;
        if waits {
            self.late.set(true);
        }
        waits
    }

    fn owe_hash(&self) {
        let me = self.me.clone();
        self.hash_due.borrow_mut().get_or_insert_with(|| {
            Timeout::new(HASH_AFTER, move || {
                if let Some(page) = me.upgrade() {
                    page.hash_due.take();
                    page.hash();
                }
            })
        });
    }

    /// Sends what the mirror hashes to, if the page has been read as a whole and something went out since.
    pub(crate) fn hash(&self) {
        if self.sending.get() != Sending::Open || self.capture.has_more() || self.late.get() || !self.unhashed.replace(false) {
            return;
        }
        self.partial.set(false);
        let message = {
            let mut recorder = self.recorder.borrow_mut();
            let _ = recorder.read(&[], "", &|_, _| None);
            recorder.finish(End::Whole)
        };
        if let Some(message) = message {
            self.emit(&message, false);
            self.capture.sample(self.sampled.as_ref().unchecked_ref());
        }
    }

    /// Sends where elements lie, if everything has been said of the page that shows them there.
    fn sampled(&self, boxes: &[i32]) {
        if self.sending.get() == Sending::Open && !self.partial.get() && !self.capture.has_more() {
            let message = self.recorder.borrow_mut().boxes(boxes);
            if let Some(message) = message {
                self.emit(&message, false);
            }
        }
    }

    /// Tells again whatever differs from what somebody has. Not while a keyframe is being completed: the hash comes at the
    /// end of that, and whoever still differs then asks again.
    pub(crate) fn mend(&self, theirs: &Compare) {
        let is_tainted = self.recorder.borrow().is_tainted();
        if is_tainted || self.partial.get() || self.sending.get() != Sending::Open || now() - self.mended.get() < MEND_EVERY {
            return;
        }
        self.mended.set(now());
        let sheets: Vec<(SheetId, u64)> = theirs.sheets.0.iter().map(|s| (s.sheet, s.sum)).collect();
        let message = self.recorder.borrow_mut().mend(theirs.width, &theirs.sums.0, &sheets);
        self.emit(&message, false);
        self.capture.sample(self.sampled.as_ref().unchecked_ref());
    }

    /// Reads what is dirty into the mirror. `false` when the page could not be read as a whole.
    fn read(&self) -> bool {
        self.hear() && self.read_dirty()
    }

    /// Takes note of what fields hold. `false` when they could not be read.
    pub(crate) fn hear(&self) -> bool {
        !self.begun.get() || self.capture.hear().is_none_or(|heard| self.take(&heard))
    }

    fn read_dirty(&self) -> bool {
        self.capture
            .read()
            .inspect_err(|e| {
                let why = js_sys::Reflect::get(e, &"message".into()).ok().and_then(|m| m.as_string()).unwrap_or_default();
                crate::env::warn(&format!("a change could not be read ({why})."));
            })
            .is_ok_and(|parts| self.take(&parts))
    }

    /// Reads the whole page into a new mirror. `false`, and nothing is sent, when even that fails.
    fn start_over(&self) -> bool {
        let anew = self.recorder.borrow().anew();
        self.recorder.replace(anew);
        self.hidden.borrow_mut().clear();
        let done = self.capture.first().is_ok_and(|parts| self.take(&parts));
        if !done {
            crate::env::warn("this page could not be read; nothing of it is shown.");
            self.hold();
        }
        done
    }

    fn emit(&self, message: &[u8], keyframe: bool) {
        #[cfg(feature = "tap")]
        let instead = link_wasm::tap("page", message);
        #[cfg(feature = "tap")]
        let message = instead.as_deref().unwrap_or(message);
        // Whether a new stream begins must be known before inflating.
        let mut deflated = vec![u8::from(keyframe)];
        deflated.extend(self.deflater.borrow_mut().message(message, keyframe));
        let mut counts = self.counts.get();
        counts.messages += 1;
        counts.bytes += deflated.len() as u64;
        if keyframe {
            counts.keyframe = 0;
        }
        if keyframe || self.partial.get() {
            counts.keyframe += deflated.len();
        }
        self.counts.set(counts);
        (self.line.sink)(deflated, keyframe);
    }

    /// Takes a reading in, and whatever it leads to. `false` when the reading was inconsistent.
    fn take(&self, parts: &Array) -> bool {
        let Some(mut flush) = self.feed(parts) else { return false };
        for round in 0.. {
            if !self.carry_out(&mut flush) {
                return false;
            }
            let has_learned = self.has_learned();
            if flush.reread.is_empty() && !has_learned {
                break;
            }
            if has_learned {
                self.capture.search_again();
            }
            self.capture.reread(&ids(&flush.reread));
            if round == ROUNDS {
                self.capture.schedule();
                break;
            }
            let Ok(again) = self.capture.read() else { return false };
            match self.feed(&again) {
                Some(next) => flush = next,
                None => return false,
            }
        }
        true
    }

    /// What a reading asks for. `false` when what was measured was inconsistent.
    fn carry_out(&self, flush: &mut Flush) -> bool {
        self.capture.forget(&ids(&flush.forget));
        for (res, address) in std::mem::take(&mut flush.resources) {
            self.assets.fetch(res, address);
        }
        {
            let mut hidden = self.hidden.borrow_mut();
            if !hidden.is_empty() && !flush.forget.is_empty() {
                let mut gone = flush.forget.clone();
                gone.sort_unstable();
                hidden.retain(|id| gone.binary_search(id).is_err());
            }
            hidden.extend(&flush.measure);
            hidden.sort_unstable();
            hidden.dedup();
        }
        self.capture.measure(&ids(&flush.measure)).is_none_or(|boxes| self.feed(&boxes).is_some())
    }

    fn feed(&self, parts: &Array) -> Option<Flush> {
        let numbers = Uint32Array::from(parts.get(0)).to_vec();
        let strings = parts.get(1).as_string()?;
        let base = web_sys::window().and_then(|w| w.document()).and_then(|d| d.base_uri().ok().flatten()).unwrap_or_default();
        let resolve = move |address: &str, sheet: &str| {
            if address.is_empty() {
                return None;
            }
            Url::new_with_base(address, if sheet.is_empty() { &base } else { sheet }).ok().map(|u| u.href())
        };
        match self.recorder.borrow_mut().read(&numbers, &strings, &resolve) {
            Ok(flush) => Some(flush),
            Err(e) => {
                crate::env::warn(&e.to_string());
                None
            }
        }
    }

    /// Elements whose content is hidden, for the outlines.
    pub(crate) fn hidden(&self) -> Uint32Array {
        let recorder = self.recorder.borrow();
        ids(&self.hidden.borrow().iter().copied().filter(|id| recorder.is_hidden(*id)).collect::<Vec<_>>())
    }

    /// How many parts of the page are hidden, as a person counts: what stands in a hidden part is none of its own.
    pub(crate) fn hidden_parts(&self) -> usize {
        let recorder = self.recorder.borrow();
        let is_part = |id: &NodeId| {
            let above = recorder.mirror().get(*id).map(|node| node.parent);
            recorder.is_hidden(*id) && above.is_some_and(|above| !recorder.is_hidden(above))
        };
        self.hidden.borrow().iter().filter(|id| is_part(id)).count()
    }

    /// What the rules of the policy hit, whose source has this hash.
    pub(crate) fn touched(&self, policy: String) -> Touched {
        let recorder = self.recorder.borrow();
        let elements = recorder.touched().take(limits::MAX_TOUCHED).map(|(node, rules)| Touch { node, rules }).collect();
        Touched { generation: recorder.generation(), policy, elements: List(elements) }
    }

    /// Whether what stands there is hidden.
    pub(crate) fn hides(&self, id: NodeId) -> bool {
        self.recorder.borrow().is_hidden(id)
    }

    /// Whether the page holds more than has been sent.
    pub(crate) fn is_behind(&self) -> bool {
        self.sending.get() == Sending::Opening || self.partial.get() || self.late.get() || self.capture.is_behind()
    }

    pub(crate) fn nodes(&self) -> usize {
        self.recorder.borrow().mirror().len()
    }
}

/// Goes once through reading, judging, writing and compressing with a small made-up page, in tasks of their own. A
/// browser compiles code when it first runs; so that happens while people are still finding each other, and not in
/// the moment that shows the page.
pub(crate) async fn rehearse(host: Host, policy: Policy) {
    let nothing = Closure::<dyn Fn() -> bool>::new(|| false);
    let capture = Capture::new(&host.natives(), &host.host(), &host.closed(), &host.scrolled(), nothing.as_ref().unchecked_ref());
    let parts = capture.rehearse();
    capture.stop();
    let numbers = Uint32Array::from(parts.get(0)).to_vec();
    let strings = parts.get(1).as_string().unwrap_or_default();
    let pause = || gloo::timers::future::TimeoutFuture::new(30);
    pause().await;
    let mut recorder = Recorder::new(policy, Generation(0));
    let _ = recorder.read(&numbers, &strings, &|_, _| None);
    pause().await;
    let message = recorder.keyframe(End::Whole);
    let mut deflater = Deflater::new();
    pause().await;
    let _ = deflater.message(&message, true);
    let _ = deflater.message(&message, false);
}

impl Drop for Page {
    fn drop(&mut self) {
        self.capture.stop();
    }
}

fn ids(list: &[NodeId]) -> Uint32Array {
    Uint32Array::from(&list.iter().map(|id| id.0).collect::<Vec<_>>()[..])
}
