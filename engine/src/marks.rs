//! Annotations that stand: a bounded list, kept alike at both ends, and how each is drawn.

use protocol::control::{Clear, Mark, shape};
use protocol::{ParticipantId, limits};

/// People's colours: eight hues that colour-blind eyes tell apart, dark enough for white letters.
pub const COLOURS: [&str; 8] = ["#2857d9", "#b3261e", "#14713d", "#8a4b00", "#7b2fb5", "#00707a", "#a3195b", "#4a5568"];
/// Pixels between a mark and its maker's name above it; and above the foot of a note, which is as high as its letters.
const ABOVE: (f64, f64) = (8.0, 22.0);
/// Half the size of a step's disc, in CSS pixels.
pub const STEP_RADIUS: f64 = 14.0;
/// How long an arrow's head is, and half of how wide.
const HEAD: (f64, f64) = (16.0, 7.0);
/// How near to a line one must be to mean it.
const NEAR: f64 = 12.0;
/// How tall the words of a note are, and how wide a letter is taken for.
const LETTER: (f64, f64) = (20.0, 9.0);

/// What stands on the page.
#[derive(Debug, Default)]
pub struct Marks {
    list: Vec<Mark>,
}

impl Marks {
    /// All of them, oldest first.
    #[must_use]
    pub fn all(&self) -> &[Mark] {
        &self.list
    }
    /// Adds a mark, or replaces the one of the same number by the same person (a stroke that grows). The oldest goes
    /// when there are too many. A mark of an unknown shape, without points or with too many words is refused.
    pub fn put(&mut self, mark: Mark) -> bool {
        if !shape::ALL.contains(&mark.shape) || mark.points.0.is_empty() || mark.text.len() > limits::MAX_NOTE {
            return false;
        }
        if let Some(old) = self.list.iter_mut().find(|m| m.by == mark.by && m.number == mark.number) {
            *old = mark;
            return true;
        }
        if self.list.len() >= limits::MAX_MARKS {
            self.list.remove(0);
        }
        self.list.push(mark);
        true
    }
    /// Takes marks away.
    pub fn clear(&mut self, clear: &Clear) {
        let is_meant = |m: &Mark| (clear.by == ParticipantId(0) || m.by == clear.by) && (clear.number == 0 || m.number == clear.number);
        self.list.retain(|m| !is_meant(m));
    }
    /// Takes away whatever stands on a node that is gone.
    pub fn retain(&mut self, stands: impl Fn(&Mark) -> bool) {
        self.list.retain(stands);
    }
}

/// Where a mark's points are, given its element's left, top, width and height.
#[must_use]
pub fn placed(mark: &Mark, [left, top, width, height]: [f64; 4]) -> Vec<(f64, f64)> {
    mark.points.0.iter().map(|p| (left + width * f64::from(p.x), top + height * f64::from(p.y))).collect()
}

/// The colour of somebody's marks.
#[must_use]
pub const fn colour(by: ParticipantId) -> &'static str {
    COLOURS[(by.0 % 8) as usize]
}

/// Where its maker's name stands beside a mark; nowhere where it has no points.
#[must_use]
pub fn name_at(shape: u8, points: &[(f64, f64)]) -> Option<(f64, f64)> {
    let first = points.first()?;
    let top = points.iter().map(|p| p.1).fold(f64::MAX, f64::min);
    Some((first.0, top - if shape == shape::NOTE { ABOVE.1 } else { ABOVE.0 }))
}

/// The class that says how a shape is painted: the same words in the style sheets of both ends.
#[must_use]
pub const fn class(shape: u8) -> &'static str {
    match shape {
        shape::HIGHLIGHTER => "highlighter",
        shape::NOTE => "note",
        shape::STEP => "step",
        shape::SPOT => "spot",
        shape::LOOK => "look",
        _ => "line",
    }
}

/// A shape as the data of an SVG path, in the pixels of its points; `window` is how wide and high is what a spot dims.
#[must_use]
pub fn path(shape: u8, points: &[(f64, f64)], window: (f64, f64)) -> String {
    let mut d = Path::default();
    match (shape, points) {
        (shape::BOX | shape::LOOK, [a, .., b]) => d.rectangle(*a, *b),
        (shape::SPOT, [a, .., b]) => {
            d.rectangle((0.0, 0.0), window);
            d.rectangle(*a, *b);
        }
        (shape::CIRCLE, [a, .., b]) => d.ellipse(middle(*a, *b), ((b.0 - a.0).abs() / 2.0, (b.1 - a.1).abs() / 2.0)),
        (shape::STEP, [at, ..]) => d.ellipse(*at, (STEP_RADIUS, STEP_RADIUS)),
        (shape::ARROW, [a, .., b]) => d.arrow(*a, *b),
        (shape::NOTE, _) => {}
        (_, points) => d.stroke(points),
    }
    d.0
}

/// Whether a place is on a shape, as far as a hand can tell.
#[must_use]
pub fn is_at(shape: u8, points: &[(f64, f64)], text: &str, at: (f64, f64)) -> bool {
    let is_in = |(x0, y0): (f64, f64), (x1, y1): (f64, f64)| {
        (x0.min(x1) - NEAR..=x0.max(x1) + NEAR).contains(&at.0) && (y0.min(y1) - NEAR..=y0.max(y1) + NEAR).contains(&at.1)
    };
    match (shape, points) {
        (shape::BOX | shape::LOOK | shape::SPOT | shape::CIRCLE, [a, .., b]) => is_in(*a, *b),
        (shape::STEP, [a, ..]) => is_in(*a, *a),
        #[allow(clippy::cast_precision_loss, reason = "at most MAX_NOTE")]
        (shape::NOTE, [a, ..]) => is_in((a.0, a.1 - LETTER.0), (a.0 + text.chars().count() as f64 * LETTER.1, a.1)),
        (shape::ARROW, [a, .., b]) => distance(*a, *b, at) <= NEAR,
        (_, [one]) => is_in(*one, *one),
        (_, points) => points.windows(2).any(|pair| matches!(pair, [a, b] if distance(*a, *b, at) <= NEAR)),
    }
}

fn middle(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    (f64::midpoint(a.0, b.0), f64::midpoint(a.1, b.1))
}

/// From a place to the nearest of a line.
fn distance(a: (f64, f64), b: (f64, f64), at: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx * dx + dy * dy;
    let share = if length > 0.0 { (((at.0 - a.0) * dx + (at.1 - a.1) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (a.0 + share * dx - at.0).hypot(a.1 + share * dy - at.1)
}

/// Path data, to a tenth of a pixel.
#[derive(Default)]
struct Path(String);

impl Path {
    fn to(&mut self, letter: &str, numbers: &[f64]) {
        self.0.push_str(letter);
        for (n, number) in numbers.iter().enumerate() {
            if n > 0 {
                self.0.push(' ');
            }
            self.0.push_str(&crate::decimal::write((number * 10.0).round() / 10.0));
        }
    }

    fn rectangle(&mut self, a: (f64, f64), b: (f64, f64)) {
        self.to("M", &[a.0, a.1]);
        self.to("H", &[b.0]);
        self.to("V", &[b.1]);
        self.to("H", &[a.0]);
        self.0.push('Z');
    }

    fn ellipse(&mut self, (x, y): (f64, f64), (rx, ry): (f64, f64)) {
        self.to("M", &[x - rx, y]);
        self.to("A", &[rx, ry, 0.0, 1.0, 1.0, x + rx, y]);
        self.to("A", &[rx, ry, 0.0, 1.0, 1.0, x - rx, y]);
        self.0.push('Z');
    }

    fn arrow(&mut self, a: (f64, f64), b: (f64, f64)) {
        let length = (b.0 - a.0).hypot(b.1 - a.1).max(0.001);
        let (dx, dy) = ((b.0 - a.0) / length, (b.1 - a.1) / length);
        let foot = (b.0 - dx * HEAD.0, b.1 - dy * HEAD.0);
        self.to("M", &[a.0, a.1]);
        self.to("L", &[b.0, b.1]);
        self.to("M", &[foot.0 - dy * HEAD.1, foot.1 + dx * HEAD.1]);
        self.to("L", &[b.0, b.1]);
        self.to("L", &[foot.0 + dy * HEAD.1, foot.1 - dx * HEAD.1]);
    }

    /// Curves that pass the middles between points, so that a hand's corners are round.
    fn stroke(&mut self, points: &[(f64, f64)]) {
        let [first, .., last] = points else {
            if let [one] = points {
                self.to("M", &[one.0, one.1]);
                self.to("L", &[one.0, one.1]);
            }
            return;
        };
        self.to("M", &[first.0, first.1]);
        for pair in points.windows(2).skip(1) {
            if let [a, b] = pair {
                let half = middle(*a, *b);
                self.to("Q", &[a.0, a.1, half.0, half.1]);
            }
        }
        self.to("L", &[last.0, last.1]);
    }
}

#[cfg(test)]
mod tests {
    use protocol::NodeId;
    use protocol::control::Point;
    use protocol::field::List;

    use super::*;

    fn mark(by: u16, number: u32, shape: u8) -> Mark {
        let points = List(vec![Point { x: 0.0, y: 0.0 }, Point { x: 1.0, y: 0.5 }]);
        Mark { by: ParticipantId(by), number, shape, anchor: NodeId(3), points, text: String::new() }
    }

    #[test]
    fn marks_are_taken_away_by_whose_and_which_they_are() {
        // Whose, which, and what is left, as "by:number".
        for (by, number, left) in [(1, 0, "2:1"), (1, 2, "1:1 2:1"), (0, 0, ""), (0, 1, "1:2")] {
            let mut marks = Marks::default();
            for (by, number) in [(1, 1), (1, 2), (2, 1)] {
                assert!(marks.put(mark(by, number, shape::PEN)));
            }
            marks.clear(&Clear { by: ParticipantId(by), number });
            let now: Vec<String> = marks.all().iter().map(|m| format!("{}:{}", m.by.0, m.number)).collect();
            assert_eq!(now.join(" "), left, "{by} {number}");
        }
    }

    #[test]
    fn what_is_no_mark_is_refused() {
        let mut marks = Marks::default();
        assert!(!marks.put(mark(1, 1, 0)));
        assert!(!marks.put(mark(1, 1, 10)));
        assert!(!marks.put(Mark { points: List(Vec::new()), ..mark(1, 1, shape::BOX) }));
        assert!(!marks.put(Mark { text: "x".repeat(limits::MAX_NOTE + 1), ..mark(1, 1, shape::NOTE) }));
        assert!(marks.put(mark(1, 1, shape::LOOK)));
    }

    #[test]
    fn each_shape_has_its_path() {
        let points = [(10.0, 20.0), (20.0, 30.0), (30.0, 20.04)];
        let rows = [
            (shape::PEN, "M10 20Q20 30 25 25L30 20"),
            (shape::HIGHLIGHTER, "M10 20Q20 30 25 25L30 20"),
            (shape::BOX, "M10 20H30V20H10Z"),
            (shape::LOOK, "M10 20H30V20H10Z"),
            (shape::SPOT, "M0 0H800V600H0ZM10 20H30V20H10Z"),
            (shape::CIRCLE, "M10 20A10 0 0 1 1 30 20A10 0 0 1 1 10 20Z"),
            (shape::ARROW, "M10 20L30 20M14 27L30 20L14 13"),
            (shape::STEP, "M-4 20A14 14 0 1 1 24 20A14 14 0 1 1 -4 20Z"),
            (shape::NOTE, ""),
        ];
        for (shape, wanted) in rows {
            assert_eq!(path(shape, &points, (800.0, 600.0)), wanted, "{shape}");
        }
        assert_eq!(path(shape::PEN, &points[..1], (0.0, 0.0)), "M10 20L10 20");
    }

    #[test]
    fn a_name_stands_above_the_whole_of_a_mark() {
        let points = [(10.0, 40.0), (60.0, 20.0)];
        assert_eq!(name_at(shape::PEN, &points), Some((10.0, 12.0)));
        assert_eq!(name_at(shape::NOTE, &points[..1]), Some((10.0, 18.0)));
        assert_eq!(name_at(shape::PEN, &[]), None);
    }

    #[test]
    fn an_eraser_finds_what_it_is_on() {
        let line = [(0.0, 0.0), (100.0, 0.0)];
        let rows = [
            (shape::PEN, (50.0, 8.0), true),
            (shape::PEN, (50.0, 30.0), false),
            (shape::ARROW, (108.0, 0.0), true),
            (shape::BOX, (50.0, 11.0), true),
            (shape::BOX, (120.0, 0.0), false),
            (shape::STEP, (10.0, -10.0), true),
            (shape::STEP, (50.0, 0.0), false),
            (shape::NOTE, (30.0, -10.0), true),
            (shape::NOTE, (90.0, -10.0), false),
        ];
        for (shape, at, wanted) in rows {
            assert_eq!(is_at(shape, &line, "four", at), wanted, "{shape} {at:?}");
        }
    }
}
