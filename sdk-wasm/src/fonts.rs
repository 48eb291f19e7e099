//! How large fonts are at the customer's: where a viewer's browser finds others, it takes those that are most like them.

use js_sys::Array;
use protocol::control::{CONTROLS, Font, LINES, Measure};
use wasm_bindgen::JsValue;

use crate::env::Host;

/// Measures fonts of this machine, and none that the page brought; lays the page out once.
pub(crate) fn measured(host: &Host, fonts: Vec<Font>) -> Vec<Measure> {
    let asked = Array::new();
    for font in &fonts {
        let style = if font.italic { "italic" } else { "normal" };
        let family = if font.family == CONTROLS { JsValue::NULL } else { font.family.as_str().into() };
        asked.push(&Array::of3(&family, &font.weight.into(), &style.into()));
    }
    let lines: Array = LINES.iter().map(|line| JsValue::from_str(line)).collect();
    let sizes = crate::glue::measure_fonts(&host.root(), &asked, &lines).to_vec();
    let sizes = sizes.as_chunks::<5>().0;
    fonts
        .into_iter()
        .zip(sizes)
        .map(|(font, &[small, large, ascent, descent, line])| Measure { font, small, large, ascent, descent, line })
        .filter(|measure| measure.line > 0)
        .collect()
}
