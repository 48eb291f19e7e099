//! What the agent reads, in the agent's language; it comes from the relay once, when the page loads.

use std::cell::RefCell;
use std::collections::HashMap;

thread_local! {
    static TEXTS: RefCell<HashMap<String, String>> = RefCell::default();
}

/// Takes the texts that came.
pub(crate) fn set_texts(texts: HashMap<String, String>) {
    TEXTS.with(|t| t.replace(texts));
}

/// A text in the agent's language.
pub(crate) fn t(name: &str) -> String {
    TEXTS.with(|texts| texts.borrow().get(name).cloned().unwrap_or_else(|| name.to_owned()))
}
