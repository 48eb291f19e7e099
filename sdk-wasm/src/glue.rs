//! The JavaScript that walks the page. One call a flush; everything else is Rust.

use js_sys::{Array, Float64Array, Uint32Array};
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

#[wasm_bindgen]
extern "C" {
    /// The global, which the bundler replaces by the one of `natives.js`; the window's method may be wrapped.
    #[wasm_bindgen(js_name = requestAnimationFrame)]
    pub(crate) fn request_animation_frame(step: &js_sys::Function);
}
#[wasm_bindgen(module = "/js/state.js")]
extern "C" {
    #[wasm_bindgen(js_name = states)]
    fn _states(capture: &JsValue, element: &JsValue) -> Array;
}
#[wasm_bindgen(module = "/js/dom.js")]
extern "C" {
    #[wasm_bindgen(js_name = hasAttributes)]
    fn _has_attributes() -> bool;
}
#[wasm_bindgen(module = "/js/unread.js")]
extern "C" {
    #[wasm_bindgen(js_name = Unread)]
    type _Unread;
    #[wasm_bindgen(constructor, js_class = "Unread")]
    fn _new_unread() -> _Unread;
}
#[wasm_bindgen(module = "/js/motion.js")]
extern "C" {
    #[wasm_bindgen(js_name = movesIn)]
    fn _moves_in(roots: &JsValue) -> JsValue;
}
#[wasm_bindgen(module = "/js/pictures.js")]
extern "C" {
    #[wasm_bindgen(js_name = Pictures)]
    type _Pictures;
    #[wasm_bindgen(constructor, js_class = "Pictures")]
    fn _new_pictures(capture: &JsValue) -> _Pictures;
}
#[wasm_bindgen(module = "/js/kids.js")]
extern "C" {
    #[wasm_bindgen(js_name = Kids)]
    type _Kids;
    #[wasm_bindgen(constructor, js_class = "Kids")]
    fn _new_kids() -> _Kids;
}
#[wasm_bindgen(module = "/js/told.js")]
extern "C" {
    #[wasm_bindgen(js_name = Told)]
    type _Told;
    #[wasm_bindgen(constructor, js_class = "Told")]
    fn _new_told() -> _Told;
}
#[wasm_bindgen(module = "/js/records.js")]
extern "C" {
    #[wasm_bindgen(js_name = R, thread_local_v2)]
    static _RECORDS: JsValue;
}
#[wasm_bindgen(module = "/js/called.js")]
extern "C" {
    #[wasm_bindgen(js_name = called)]
    fn _called(element: &JsValue) -> String;
}
#[wasm_bindgen(module = "/js/hands.js")]
extern "C" {
    /// The agent's hand.
    #[derive(Clone, Debug)]
    pub type Hands;
    #[wasm_bindgen(constructor)]
    pub fn new(capture: &Capture) -> Hands;
    /// `[numbers, strings]` of what an act would touch, for the gate.
    #[wasm_bindgen(method, catch)]
    pub fn gather(this: &Hands, node: u32, x: u16, y: u16, deed: u8, key: &str, index: i32) -> Result<Array, JsValue>;
    /// Does what was gathered last; whether it was done. `again` asks the gate before each event.
    #[wasm_bindgen(method, catch)]
    pub fn perform(this: &Hands, deed: u8, text: &str, x: i32, y: i32, again: &js_sys::Function) -> Result<bool, JsValue>;
}
#[wasm_bindgen(module = "/js/guard.js")]
extern "C" {
    /// What stands in the page while an agent may operate it.
    #[derive(Clone, Debug)]
    pub type Guard;
    #[wasm_bindgen(constructor)]
    pub fn new(capture: &Capture, tell: &js_sys::Function) -> Guard;
    /// `false` where the page cannot be guarded.
    #[wasm_bindgen(method)]
    pub fn begin(this: &Guard) -> bool;
    #[wasm_bindgen(method)]
    pub fn end(this: &Guard);
    /// An agent's act begins; `false` where the page can be guarded no more.
    #[wasm_bindgen(method)]
    pub fn act(this: &Guard) -> bool;
    /// Milliseconds since the customer's own hand did something.
    #[wasm_bindgen(method)]
    pub fn idle(this: &Guard) -> f64;
}
#[wasm_bindgen(module = "/js/coverage.js")]
extern "C" {
    /// `[numbers, texts]` of how far the rules reach on the page.
    #[wasm_bindgen(catch)]
    pub fn coverage(capture: &Capture) -> Result<Array, JsValue>;
}
#[wasm_bindgen(module = "/js/preview.js")]
extern "C" {
    /// What the agent sees, shown to the customer.
    #[derive(Clone, Debug)]
    pub type Preview;
    #[wasm_bindgen(constructor)]
    pub fn new(native: &JsValue, root: &web_sys::ShadowRoot, base: &str, said: &js_sys::Object, tell: &js_sys::Function) -> Preview;
    /// A message as it is sent, by the number of its kind.
    #[wasm_bindgen(method)]
    pub fn tell(this: &Preview, kind: u8, bytes: &js_sys::Uint8Array);
    /// How many parts of the page are hidden.
    #[wasm_bindgen(method)]
    pub fn count(this: &Preview, parts: usize);
    #[wasm_bindgen(method)]
    pub fn close(this: &Preview);
}
#[wasm_bindgen(module = "/js/finds.js")]
extern "C" {
    #[wasm_bindgen(js_name = Finds)]
    type _Finds;
    #[wasm_bindgen(constructor, js_class = "Finds")]
    fn _new_finds(reader: &JsValue) -> _Finds;
}
#[wasm_bindgen(module = "/js/rules.js")]
extern "C" {
    #[wasm_bindgen(js_name = Rules)]
    type _Rules;
    #[wasm_bindgen(constructor, js_class = "Rules")]
    fn _new_rules(reader: &JsValue) -> _Rules;
}
#[wasm_bindgen(module = "/js/reader.js")]
extern "C" {
    #[wasm_bindgen(js_name = Reader)]
    type _Reader;
    #[wasm_bindgen(constructor, js_class = "Reader")]
    fn _new_reader(own: &JsValue, roots: &JsValue) -> _Reader;
}
#[wasm_bindgen(module = "/js/places.js")]
extern "C" {
    #[wasm_bindgen(js_name = Places)]
    type _Places;
    #[wasm_bindgen(constructor, js_class = "Places")]
    fn _new_places(capture: &JsValue) -> _Places;
}
#[wasm_bindgen(module = "/js/selection.js")]
extern "C" {
    #[wasm_bindgen(js_name = focused)]
    fn _focused(capture: &JsValue) -> u32;
}
#[wasm_bindgen(module = "/js/device.js")]
extern "C" {
    #[wasm_bindgen(js_name = Device)]
    type _Device;
    #[wasm_bindgen(constructor, js_class = "Device")]
    fn _new_device(on_change: &JsValue) -> _Device;
}
#[wasm_bindgen(module = "/js/samples.js")]
extern "C" {
    #[wasm_bindgen(js_name = Samples)]
    type _Samples;
    #[wasm_bindgen(constructor, js_class = "Samples")]
    fn _new_samples(capture: &JsValue) -> _Samples;
}
#[wasm_bindgen(module = "/js/reach.js")]
extern "C" {
    /// Reads an address of the page's; a promise of a response, rejected where nobody may read it.
    #[wasm_bindgen(js_name = reach)]
    pub fn reach(address: &str, init: &web_sys::RequestInit) -> js_sys::Promise;
}
#[wasm_bindgen(module = "/js/sources.js")]
extern "C" {
    /// From the company's settings: hosts that the relay may read where the page may not.
    #[wasm_bindgen(js_name = allow)]
    pub fn allow(base: &str, tenant: &str, settings: &JsValue);
    /// Begins to read the texts of linked sheets; resolves when they are there, or have had their time.
    #[wasm_bindgen(js_name = prepare)]
    pub fn prepare() -> js_sys::Promise;
}
#[wasm_bindgen(module = "/js/frames.js")]
extern "C" {
    /// The frames of other origins that have joined the page.
    #[derive(Clone, Debug)]
    pub type Frames;
    #[wasm_bindgen(constructor)]
    pub fn new(capture: &Capture, word: &str, origins: &str, tell: &js_sys::Function) -> Frames;
    /// To the frame of that number; to all for 0.
    #[wasm_bindgen(method)]
    pub fn say(this: &Frames, id: u32, what: &str, value: &JsValue);
    #[wasm_bindgen(method, js_name = hiddenBoxes)]
    pub fn hidden_boxes(this: &Frames) -> Float64Array;
    #[wasm_bindgen(method)]
    pub fn stop(this: &Frames);
}
#[wasm_bindgen(module = "/js/fonts.js")]
extern "C" {
    /// How large fonts are, `[family, weight, style]*`: widths of the lines, ascent, descent and height of a line of each, in
    /// hundredths of a pixel at 100 px.
    #[wasm_bindgen(js_name = measureFonts)]
    pub fn measure_fonts(home: &web_sys::Node, asked: &Array, lines: &Array) -> Uint32Array;
}
#[wasm_bindgen(module = "/js/zoom.js")]
extern "C" {
    /// Keeps what stands in the lower right corner in that of what is seen, and as large as before.
    #[wasm_bindgen(js_name = keepInSight)]
    pub fn keep_in_sight(element: &HtmlElement);
}
#[wasm_bindgen(module = "/js/sheets.js")]
extern "C" {
    #[wasm_bindgen(js_name = Sheets)]
    type _Sheets;
    #[wasm_bindgen(constructor, js_class = "Sheets")]
    fn _new(capture: &JsValue) -> _Sheets;
}
#[wasm_bindgen(module = "/js/capture.js")]
extern "C" {
    /// The page, read.
    #[derive(Clone, Debug)]
    pub type Capture;
    #[wasm_bindgen(constructor)]
    pub fn new(natives: &JsValue, own: &HtmlElement, closed: &JsValue, scrolled: &JsValue, on_flush: &js_sys::Function) -> Capture;
    /// As `Rules.set` of the glue; the selector that the browser refuses, if there is one.
    #[wasm_bindgen(method, js_name = setRules)]
    pub fn set_rules(this: &Capture, lists: &Array, labels: u32, named: &js_sys::Function, guard: &Uint32Array) -> String;
    /// What detectors need to be asked at all (`policies::detect::Needs`), and how: a text → `[start, end]*`.
    #[wasm_bindgen(method, js_name = setDetectors)]
    pub fn set_detectors(this: &Capture, needs: u32, find: &js_sys::Function);
    /// More is remembered of what is hidden: lines of several texts are searched for it from here on, and those that were
    /// read just now again.
    #[wasm_bindgen(method, js_name = searchAgain)]
    pub fn search_again(this: &Capture);
    #[wasm_bindgen(method)]
    pub fn start(this: &Capture);
    #[wasm_bindgen(method)]
    pub fn stop(this: &Capture);
    #[wasm_bindgen(method)]
    pub fn schedule(this: &Capture);
    /// `[numbers, strings]` of the whole page, numbered anew.
    #[wasm_bindgen(method, catch)]
    pub fn first(this: &Capture) -> Result<Array, JsValue>;
    /// `[numbers, strings]` of a small made-up page.
    #[wasm_bindgen(method)]
    pub fn rehearse(this: &Capture) -> Array;
    /// `[numbers, strings]` of what fields hold, if that is news.
    #[wasm_bindgen(method)]
    pub fn hear(this: &Capture) -> Option<Array>;
    /// `[numbers, strings]` of what is dirty.
    #[wasm_bindgen(method, catch)]
    pub fn read(this: &Capture) -> Result<Array, JsValue>;
    #[wasm_bindgen(method)]
    pub fn forget(this: &Capture, ids: &Uint32Array);
    #[wasm_bindgen(method, js_name = rereadIds)]
    pub fn reread(this: &Capture, ids: &Uint32Array);
    /// A keyframe goes out from the mirror: what is told once, and has gone on since, is told again.
    #[wasm_bindgen(method)]
    pub fn retell(this: &Capture);
    /// Whether the page holds more than has been read.
    #[wasm_bindgen(method, js_name = hasMore)]
    pub fn has_more(this: &Capture) -> bool;
    /// Whether the page holds what has not been read, though nothing may have said so yet.
    #[wasm_bindgen(method, js_name = isBehind)]
    pub fn is_behind(this: &Capture) -> bool;
    /// Whether what has been read can be shown: with its styles, and with everything where it stands now.
    #[wasm_bindgen(method, js_name = isShowable)]
    pub fn is_showable(this: &Capture) -> bool;
    /// `[numbers, strings]` of boxes, or null.
    #[wasm_bindgen(method)]
    pub fn measure(this: &Capture, ids: &Uint32Array) -> Option<Array>;
    /// Calls back once with `[id, left, top, width, height]*` in quarters of a pixel, of some of what is in view.
    #[wasm_bindgen(method)]
    pub fn sample(this: &Capture, done: &js_sys::Function);
    #[wasm_bindgen(method)]
    pub fn failed(this: &Capture, address: &str);
    /// The bytes of a picture that has no address of its own, or null.
    #[wasm_bindgen(method)]
    pub fn drawn(this: &Capture, address: &str) -> js_sys::Promise;
    /// To be called with every element that gets a shadow root.
    #[wasm_bindgen(method, getter)]
    pub fn attached(this: &Capture) -> js_sys::Function;
    #[wasm_bindgen(method, js_name = anchorIn)]
    pub fn anchor_in(this: &Capture, target: &JsValue, x: f64, y: f64) -> Option<Array>;
    #[wasm_bindgen(method)]
    pub fn rests(this: &Capture) -> Option<Array>;
    #[wasm_bindgen(method, js_name = boxOf)]
    pub fn box_of(this: &Capture, id: u32) -> Option<Array>;
    /// What an element says, in words of at most 60 letters, and whether it is out of sight; nothing where it is gone.
    #[wasm_bindgen(method)]
    pub fn looked(this: &Capture, id: u32) -> Option<Array>;
    /// Scrolls until it is in the middle of the window, softly where the customer likes motion.
    #[wasm_bindgen(method)]
    pub fn bring(this: &Capture, id: u32);
    #[wasm_bindgen(method, js_name = hiddenBoxes)]
    pub fn hidden_boxes(this: &Capture, ids: &Uint32Array) -> Float64Array;
}

/// A place on the customer's screen: left, top, width, height.
pub(crate) fn rect(capture: &Capture, id: u32) -> Option<[f64; 4]> {
    let parts = capture.box_of(id)?;
    let at = |n| parts.get(n).as_f64();
    Some([at(0)?, at(1)?, at(2)?, at(3)?])
}
