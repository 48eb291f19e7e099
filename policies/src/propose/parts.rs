//! What a selector may say of one element.

use super::lasting::{self, Lasting, escape, named, stem};
use super::{Element, Wanted};

/// Elements that people fill in or press, and what they stand in: only of these a name or type tells much.
const CONTROLS: [&str; 8] = ["button", "fieldset", "form", "iframe", "input", "output", "select", "textarea"];
/// Classes of one element that are tried: those that are named, and beginnings of those that are made.
const CLASSES: usize = 4;
const STEMS: usize = 2;
/// Bytes of a label: longer ones are sentences, which are written anew.
const LABEL: usize = 60;

/// Part of a selector: what it says of one element, and by what.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) text: String,
    pub(super) by: Lasting,
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What may be said of an element, the likeliest to last first.
pub(super) fn parts_of(element: &Element, wanted: Wanted) -> Vec<Part> {
    let name = &element.name;
    let mut parts: Vec<Part> = Vec::new();
    let mut say = |text: String, by| parts.push(Part { text, by });
    let is_control = CONTROLS.contains(&&**name);
    for (attribute, value) in &element.attributes {
        let is_named = named(value);
        let is = |sign: &str, value: &str| format!("[{attribute}{sign}={}]", quoted(value));
        match &**attribute {
            "id" if is_named => say(format!("#{value}"), Lasting::Id),
            hook if lasting::is_hook(hook) && value.is_empty() => say(format!("[{hook}]"), Lasting::Hook),
            hook if lasting::is_hook(hook) && is_named => say(is("", value), Lasting::Hook),
            id if id == "id" || lasting::is_hook(id) => {
                if let Some(stem) = stem(value) {
                    say(format!("{name}{}", is("^", stem)), Lasting::Stem);
                }
            }
            // Its value may be somebody's name, or what state something is in.
            data if lasting::is_data(data) => say(format!("[{data}]"), Lasting::Kind),
            "name" | "autocomplete" if is_control && is_named => say(format!("{name}{}", is("", value)), Lasting::Name),
            "for" if is_named => say(format!("label{}", is("", value)), Lasting::Name),
            "role" if is_named => say(is("", value), Lasting::Role),
            "aria-label" if !value.trim().is_empty() && value.len() <= LABEL => say(format!("{name}{}", is("", value)), Lasting::Label),
            "type" if is_control && is_named => say(format!("{name}{}", is("", value)), Lasting::Kind),
            "class" => {
                let words: Vec<&str> = value.split_ascii_whitespace().filter(|class| !lasting::is_state(class)).collect();
                let people: Vec<&str> = words.iter().copied().filter(|class| named(class) && !lasting::is_utility(class)).collect();
                people.iter().take(CLASSES).for_each(|class| say(format!(".{class}"), Lasting::Class));
                if let [first, second, ..] = people[..] {
                    say(format!(".{first}.{second}"), Lasting::Classes);
                }
                let stems = words.iter().filter(|class| !named(class)).take(STEMS).filter_map(|class| stem(class));
                stems.for_each(|stem| say(format!("{name}{}", is("*", stem)), Lasting::Stem));
            }
            _ => {}
        }
    }
    // What is like a cell is its column, and not the whole table.
    if wanted == Wanted::Alike && matches!(&**name, "td" | "th") && element.child > 0 {
        say(format!("{name}:nth-child({})", element.child), Lasting::Place);
    } else if lasting::is_landmark(name) {
        say(name.clone(), Lasting::Landmark);
    } else {
        say(escape(name), Lasting::Kind);
    }
    parts.sort_by_key(|part| part.by);
    parts
}
