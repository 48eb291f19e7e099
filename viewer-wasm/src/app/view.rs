//! How the picture is looked at: as large as there is room, or at a size of one's own; with the customer, or looking around alone,
//! with a small map of the page.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, MouseEvent};

use crate::desk::{Signals, Size};
use crate::words::t;

/// Sizes that are offered, in percent.
const SIZES: [u16; 6] = [50, 75, 100, 125, 150, 200];
/// How large the map is at most, in CSS pixels; and the time between two drawings of it.
const MAP: (f64, f64) = (120.0, 240.0);
const DRAWN_EVERY: Duration = Duration::from_millis(400);

/// Larger or smaller by one step of those that are offered.
pub(super) fn step(signals: Signals, larger: bool) {
    let now = match signals.size.get_untracked() {
        Size::Fit => 100,
        Size::Percent(percent) => percent,
    };
    let next = if larger { SIZES.into_iter().find(|size| *size > now) } else { SIZES.into_iter().rev().find(|size| *size < now) };
    if let Some(next) = next {
        signals.size.set(Size::Percent(next));
    }
}

/// Follows the customer again, or looks around alone.
pub(super) fn toggle(signals: Signals) {
    let alone = !signals.alone.get_untracked();
    signals.desk(|desk| desk.look_alone(alone));
}

/// Size and whom one follows.
pub(super) fn choose(signals: Signals) -> impl IntoView {
    let change = move |e: web_sys::Event| {
        signals.size.set(event_target_value(&e).parse().map_or(Size::Fit, Size::Percent));
    };
    let chosen = move || match signals.size.get() {
        Size::Fit => "fit".to_owned(),
        Size::Percent(percent) => percent.to_string(),
    };
    let sizes = SIZES.map(|size| view! { class="b", <option value=size.to_string()>{format!("{size} %")}</option> }).collect_view();
    view! { class="b",
        <select class="size" aria-label=t("size") title=format!("{} (+ −)", t("size")) prop:value=chosen on:change=change>
            <option value="fit">{t("size-fit")}</option>
            {sizes}
        </select>
        <button class="plain" type="button" data-tool="follow" title=format!("{} (g)", t("follow-help")) aria-pressed=move || if signals.alone.get() { "false" } else { "true" }
            on:click=move |_| toggle(signals)>{t("follow")}</button>
    }
}

/// The map, while it is of use.
pub(super) fn map(signals: Signals, front: Signal<bool>) -> impl IntoView {
    let canvas = NodeRef::<leptos::html::Canvas>::new();
    let is_of_use = move || signals.alone.get() || signals.size.get() != Size::Fit;
    Effect::new(move |_| {
        if let (true, true, Some(canvas)) = (is_of_use(), front.get(), canvas.get())
            && let Ok(clock) = set_interval_with_handle(move || draw(&canvas, signals), DRAWN_EVERY)
        {
            on_cleanup(move || clock.clear());
        }
    });
    let go = move |e: MouseEvent| {
        let Some(canvas) = canvas.get_untracked().filter(|_| e.buttons() == 1) else { return };
        let r = canvas.get_bounding_client_rect();
        let at = (f64::from(e.client_x()) - r.left(), f64::from(e.client_y()) - r.top());
        signals.desk(|desk| {
            desk.look_alone(true);
            let mut stage = desk.stage.borrow_mut();
            let Some(map) = stage.map() else { return };
            let scale = scale(map.size);
            stage.look_at((at.0 / scale, at.1 / scale));
        });
        draw(&canvas, signals);
    };
    view! { class="b", <canvas class="map" node_ref=canvas hidden=move || !is_of_use() role="img" aria-label=t("map") on:pointerdown=move |e| go(e.into()) on:pointermove=move |e| go(e.into())></canvas> }
}

fn scale((width, height): (f64, f64)) -> f64 {
    (MAP.0 / width.max(1.0)).min(MAP.1 / height.max(1.0))
}

/// The page from far away, with what the customer sees and what is seen here.
fn draw(canvas: &HtmlCanvasElement, signals: Signals) {
    let Some(map) = signals.desk(|desk| desk.stage.borrow().map()).flatten() else { return };
    let scale = scale(map.size);
    let dense = web_sys::window().map_or(1.0, |w| w.device_pixel_ratio());
    let (width, height) = (map.size.0 * scale, map.size.1 * scale);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred pixels")]
    {
        canvas.set_width((width * dense) as u32);
        canvas.set_height((height * dense) as u32);
    }
    let style = AsRef::<web_sys::HtmlElement>::as_ref(canvas).style();
    let _ = style.set_property("width", &format!("{width:.0}px"));
    let _ = style.set_property("height", &format!("{height:.0}px"));
    let Some(on) = canvas.get_context("2d").ok().flatten().and_then(|c| c.dyn_into::<CanvasRenderingContext2d>().ok()) else { return };
    let _ = on.scale(dense, dense);
    on.set_fill_style_str("rgb(120 130 150 / 40%)");
    for [l, t, w, h] in &map.boxes {
        on.fill_rect(l * scale, t * scale, (w * scale).max(1.0), (h * scale).max(1.0));
    }
    let (w, h) = signals.viewport.get_untracked();
    for ((l, t), colour) in [(map.there, "#1a1f2b"), (map.here, "#2857d9")] {
        on.set_stroke_style_str(colour);
        on.set_line_width(2.0);
        on.stroke_rect(l * scale + 1.0, t * scale + 1.0, (f64::from(w) * scale).min(width) - 2.0, (f64::from(h) * scale).min(height) - 2.0);
    }
}
