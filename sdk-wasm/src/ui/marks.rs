//! Marks over the page, each drawn where its element is.

use engine::marks::{class, colour, name_at, path, placed};
use protocol::control::Mark;
use web_sys::Element;

use super::dom::{Build, svg};
use super::overlay::tenths;
use crate::glue::{Capture, rect};

/// One of them: its line, its words, its maker's name.
pub(super) struct Drawn {
    mark: Mark,
    line: Element,
    words: Option<Element>,
    name: Option<Element>,
}

impl Drawn {
    pub(super) fn new(drawing: &Element, mark: &Mark, name: Option<&str>) -> Self {
        let colour = colour(mark.by);
        let class = class(mark.shape);
        let line = svg("path").class(class).attr("color", colour).attr("data-beside-mark", &mark.number.to_string());
        drawing.add(&line);
        let text = |text: &str, class: &str| drawing.add(svg("text").class(class).attr("color", colour).text(text));
        let words = (!mark.text.is_empty()).then(|| text(&mark.text, class));
        let name = name.map(|name| text(name, ""));
        Self { mark: mark.clone(), line, words, name }
    }

    /// Where its element is now; invisible while the element is.
    pub(super) fn draw(&self, capture: &Capture, window: (f64, f64)) {
        let points = rect(capture, self.mark.anchor.0).map(|rect| placed(&self.mark, rect)).unwrap_or_default();
        let _ = self.line.set_attribute("d", &path(self.mark.shape, &points, window));
        for (text, at) in [(&self.words, points.first().copied()), (&self.name, name_at(self.mark.shape, &points))] {
            let Some(text) = text else { continue };
            let _ = text.set_attribute("visibility", if at.is_some() { "visible" } else { "hidden" });
            if let Some((x, y)) = at {
                let _ = text.set_attribute("x", &tenths(x));
                let _ = text.set_attribute("y", &tenths(y));
            }
        }
    }
}
