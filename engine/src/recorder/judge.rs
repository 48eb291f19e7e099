//! What an element, an attribute, a state or a text looks like to the agent.

use super::*;
use crate::protections::{Protection, is_off};
use crate::tree::fingerprint;
use protocol::find::find;

/// Elements that show what their attributes say, so that their size tells it.
const SPEAKS_BY_ATTRIBUTES: [&str; 3] = ["img", "input", "textarea"];

/// Longest description of an element's animations, in bytes.
const MAX_MOVES: usize = 16 * 1024;

impl Recorder {
    pub(super) fn verdict(&self, element: &str, above: Verdict, attrs: &[(Rc<str>, Raw<'_>)], flags: u32, rules: u64) -> Verdict {
        let fact = |wanted: &str| attrs.iter().find(|(n, _)| &**n == wanted).map_or("", |(_, raw)| raw.fact());
        let typed = match element {
            "input" => !["button", "submit", "reset", "image"].iter().any(|t| fact("type").eq_ignore_ascii_case(t)),
            "textarea" | "select" => true,
            _ => flags & record::EDITABLE != 0,
        };
        let typed = typed && !is_off(Protection::Inputs);
        let input = (typed && !is_off(Protection::Floor)).then(|| InputFacts {
            kind: if element == "input" { fact("type") } else { "" },
            autocomplete: fact("autocomplete"),
            was_password: flags & record::WAS_PASSWORD != 0,
        });
        let facts = Facts {
            rules: if is_off(Protection::Rules) { 0 } else { rules },
            part: if typed { Part::Typed } else { Part::Page },
            input,
            // Elsewhere detectors hit texts, and each attribute by itself.
            detected: SPEAKS_BY_ATTRIBUTES.contains(&element)
                && attrs.iter().any(|(name, raw)| treat(element, name) == Treat::Text && self.detects(raw.fact())),
            failed: flags & record::FAILED != 0,
        };
        privacy::judge(&self.policy, above, &facts)
    }

    fn detects(&self, text: &str) -> bool {
        !is_off(Protection::Detectors) && self.detectors.hits(text)
    }

    /// Opens the text of an attribute, state or title, which stands in no line with another.
    pub(super) fn open<'a>(&self, verdict: Verdict, raw: Raw<'a>) -> Option<&'a str> {
        verdict.open(raw).filter(|text| !self.detects(text) && !self.echoes.borrow().hits(text))
    }

    /// What an element looks like to the agent, and whether its children travel.
    pub(super) fn judge_element(
        &mut self,
        id: NodeId,
        space: Space,
        name: &Rc<str>,
        verdict: Verdict,
        attrs: Vec<(Rc<str>, Raw<'_>)>,
        resolve: &Resolve<'_>,
    ) -> (Kind, bool) {
        let hide = verdict.hides();
        if hide == Hide::LeaveOut {
            let shape = self.shape(Shape { space: Space::Html, name: "beside-out".into(), attrs: vec![] });
            return (Kind::Element(shape, vec![]), false);
        }
        let picture = space == Space::Svg && &**name == "svg";
        let blocked = hide == Hide::Block || (hide == Hide::Mask && picture);
        let mut names: Vec<Rc<str>> = Vec::with_capacity(attrs.len());
        let mut values: Vec<Box<str>> = Vec::with_capacity(attrs.len());
        for (attr, raw) in attrs {
            if let Some((attr, value)) = self.judge_attr(name, &attr, raw, verdict, resolve)
                && !names.contains(&attr)
            {
                names.push(attr);
                values.push(value);
            }
        }
        if hide != Hide::No && boxed(space, name, hide) {
            names.push(state::MASK.into());
            values.push(if blocked { "block" } else { "mask" }.into());
            self.out.measure.push(id);
        }
        if verdict.is_customer_only() {
            names.push(state::CUSTOMER_ONLY.into());
            values.push("1".into());
        }
        if space == Space::Html && has_no_size(name)
            || names.iter().zip(&values).any(|(n, v)| &**n == state::PLACEHOLDER && &**v != "broken")
        {
            self.out.measure.push(id);
        }
        let inside = !blocked && holds(name, names.iter().any(|n| &**n == state::PLACEHOLDER));
        let shape = self.shape(Shape { space, name: name.clone(), attrs: names });
        (Kind::Element(shape, values), inside)
    }

    pub(super) fn shape(&mut self, shape: Shape) -> Rc<Shape> {
        if let Some(known) = self.shapes.get(&shape) {
            return known.clone();
        }
        if self.shapes.len() >= limits::MAX_SHAPES {
            self.shapes.clear();
        }
        let shared = Rc::new(shape.clone());
        self.shapes.insert(shape, shared.clone());
        shared
    }

    pub(super) fn judge_attr(
        &mut self,
        element: &str,
        attr: &Rc<str>,
        raw: Raw<'_>,
        verdict: Verdict,
        resolve: &Resolve<'_>,
    ) -> Option<(Rc<str>, Box<str>)> {
        if attr.starts_with('@') {
            return self.judge_state(element, attr, raw, verdict, resolve);
        }
        let verdict = if is_off(Protection::Attributes) { Verdict::TOP } else { verdict };
        let value: Box<str> = match treat(element, attr) {
            Treat::Drop if is_off(Protection::List) => verdict.open(raw)?.into(),
            Treat::Drop => return None,
            Treat::Keep => match verdict.shows() {
                // Numbers of a drawing repeat nothing.
                true => verdict.open(raw).filter(|text| !self.detects(text))?.into(),
                false => raw.closed()?.into(),
            },
            Treat::Text => self.open(verdict, raw)?.into(),
            Treat::Mark => self.open(verdict, raw).filter(|v| crate::attributes::is_plain(v))?.into(),
            Treat::Words => verdict.words(raw).into(),
            Treat::Style => {
                let is_echo = raw.says_something() && self.echoes.borrow().hits(raw.fact());
                let verdict = match is_echo {
                    _ if is_off(Protection::Styles) => Verdict::TOP,
                    true => Verdict::HIDDEN,
                    false => verdict,
                };
                verdict.style(raw, self.resource_of("", resolve)).into()
            }
            Treat::Fragment => verdict.open(raw).filter(|v| v.starts_with('#'))?.into(),
            Treat::Link => return Some((state::LINK.into(), "1".into())),
            Treat::StandIn => {
                // Selectors ask whether it is there, or which of a few words it says.
                let name = format!("data-beside-a-{attr}").into();
                return Some((name, raw.closed().unwrap_or_default().into()));
            }
        };
        (value.len() <= limits::MAX_ATTR).then(|| (attr.clone(), value))
    }

    pub(super) fn judge_state(
        &mut self,
        element: &str,
        name: &Rc<str>,
        raw: Raw<'_>,
        verdict: Verdict,
        resolve: &Resolve<'_>,
    ) -> Option<(Rc<str>, Box<str>)> {
        let name_in = STATES.iter().find(|s| **s == &**name)?;
        let value: Box<str> = match *name_in {
            state::VALUE => {
                let filled = !raw.is_empty();
                self.remember_given(verdict, &raw);
                match self.open(verdict, raw) {
                    Some(value) => cut(value, limits::MAX_ATTR).into(),
                    None => return Some((state::MASKED_VALUE.into(), if filled { "1" } else { "" }.into())),
                }
            }
            state::CHECKED | state::INDETERMINATE | state::SELECTED => {
                verdict.open(raw).map(|v| if v.is_empty() { "" } else { "1" })?.into()
            }
            // How wide a hidden picture is says something of it.
            state::NATURAL => decimal::write(Raw::new(verdict.open(raw)?).number()?).into(),
            state::SCROLL => {
                // Offsets inside a hidden box tell how long its content is.
                let (x, y) = verdict.open(raw)?.split_once(',')?;
                let (x, y) = (Raw::new(x).number()?, Raw::new(y).number()?);
                format!("{},{}", decimal::write(x), decimal::write(y)).into()
            }
            state::NAMED => self.open(verdict, raw).filter(|name| crate::attributes::is_words(name))?.into(),
            state::SLOTS => raw.word(&["manual"])?.into(),
            state::ASSIGNED => {
                // Which nodes, not what they say.
                let ids = raw.fact();
                let is_list = ids.len() <= limits::MAX_ATTR && ids.bytes().all(|b| b.is_ascii_digit() || b == b' ');
                is_list.then_some(ids)?.into()
            }
            state::TOP => {
                let (word, turn) = raw.fact().split_once(' ')?;
                let (word, turn) = (Raw::new(word).word(&["modal", "popover"])?, Raw::new(turn).number()?);
                format!("{word} {}", decimal::write(turn)).into()
            }
            state::MOVES => {
                // Properties of style, judged as style: no addresses, and of what is hidden nothing.
                let text = verdict.open(raw)?;
                let lower = text.to_ascii_lowercase();
                let loads = ["url", "image-set", "src(", "\\\\"].iter().any(|f| find(lower.as_bytes(), f.as_bytes()).is_some());
                (!loads && text.len() <= MAX_MOVES).then(|| text.into())?
            }
            state::IS => {
                // Whether what stands in a control is valid says something about it.
                let tells = |word: &&str| !matches!(*word, "active" | "fullscreen" | "target" | "undefined");
                // What holds fields is valid as they are.
                let hides_fields = matches!(element, "form" | "fieldset") && self.policy.inputs == policies::Otherwise::Mask;
                let shows = verdict.shows() && !hides_fields;
                let words = raw.words(&state::IS_WORDS);
                let own = verdict.open(raw).unwrap_or_default().split(' ').filter(|w| w.starts_with("state-"));
                let is = words.into_iter().filter(|w| shows || !tells(w)).chain(own).collect::<Vec<_>>().join(" ");
                // Also that there was something to say.
                (!is.is_empty()).then(|| is.into())?
            }
            state::MODE => raw.word(&["quirks"])?.into(),
            state::PLACEHOLDER => raw.word(&["frame", "canvas", "video", "object", "closed-shadow", "picture", "broken"])?.into(),
            state::RES => {
                let verdict = if is_off(Protection::Pictures) { Verdict::TOP } else { verdict };
                let address = verdict.address(raw)?;
                let number = if address.starts_with(DRAWN) { Some(self.drawn(address)) } else { self.resource_of("", resolve)(address) };
                number?.to_string().into()
            }
            _ => return None,
        };
        Some((name.clone(), value))
    }

    pub(super) fn resource_of<'s>(&'s mut self, base: &'s str, resolve: &'s Resolve<'_>) -> impl FnMut(&str) -> Option<u32> + 's {
        let (resources, wanted, last) = (&mut self.resources, &mut self.out.resources, &mut self.last_resource);
        move |address| {
            let full = resolve(address, base)?;
            // What a canvas shows is the canvas's alone; no style of the page may name it.
            if full.starts_with(DRAWN) {
                return None;
            }
            Some(*resources.entry(fingerprint(&full)).or_insert_with(|| {
                *last += 1;
                wanted.push((*last, full));
                *last
            }))
        }
    }

    /// A picture that the page drew. A canvas that goes on drawing keeps one entry, not one a picture.
    fn drawn(&mut self, address: &str) -> u32 {
        let element = address.rfind('/').map_or(address, |at| &address[..=at]);
        if let Some((_, number)) = self.drawn.get(element).filter(|(known, _)| known == address) {
            return *number;
        }
        self.last_resource += 1;
        self.out.resources.push((self.last_resource, address.to_owned()));
        self.drawn.insert(element.to_owned(), (address.to_owned(), self.last_resource));
        self.last_resource
    }

    /// What a text looks like to the agent. `detected`: the adapter asked the detectors about the line that it stands in.
    pub(super) fn judge_text(&mut self, id: NodeId, parent: NodeId, raw: Raw<'_>, above: Verdict, detected: bool) -> Kind {
        if let Some(blank) = raw.blank() {
            return Kind::Text(blank.to_owned());
        }
        let detected = detected && !is_off(Protection::Detectors);
        let verdict = if detected { privacy::judge(&self.policy, above, &Facts { detected, ..Facts::PLAIN }) } else { above };
        // Nobody has typed what can be chosen.
        let is_listed = self.tree.get(parent).and_then(|p| p.name()).is_some_and(|(_, name)| matches!(name, "option" | "optgroup"));
        if !is_listed {
            self.remember(above, &raw);
        }
        match verdict.open(raw).filter(|text| !self.echoes.borrow().hits(text)) {
            Some(text) => Kind::Text(cut(text, limits::MAX_TEXT).to_owned()),
            None => {
                self.out.measure.push(id);
                Kind::Masked(0)
            }
        }
    }
}

/// Whether what is in an element travels. An object that something stands for shows that; one that failed shows its own content.
pub(super) fn holds(name: &str, is_stood_for: bool) -> bool {
    is_off(Protection::Hollow) || !is_hollow(name) || matches!(name, "iframe" | "frame") || name == "object" && !is_stood_for
}

/// Where no script runs a canvas has no size of its own, and a video without a source none of its picture's.
pub(super) fn has_no_size(name: &str) -> bool {
    matches!(name, "canvas" | "video")
}

/// Whether a hidden element keeps an outer box of its own. Elements that only hold others need none: their
/// children keep theirs.
fn boxed(space: Space, name: &str, hide: Hide) -> bool {
    if hide == Hide::Block {
        return true;
    }
    match space {
        Space::Html => !matches!(
            name,
            "html"
                | "head"
                | "body"
                | "option"
                | "optgroup"
                | "br"
                | "script"
                | "style"
                | "link"
                | "meta"
                | "title"
                | "col"
                | "colgroup"
                | "tr"
                | "tbody"
                | "thead"
                | "tfoot"
                | "table"
                | "source"
                | "track"
                | "wbr"
                | "template"
        ),
        Space::Svg => name == "svg",
        Space::MathMl => name == "math",
    }
}
