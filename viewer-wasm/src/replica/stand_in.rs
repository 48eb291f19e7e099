//! What stands in a placeholder's box: what it is, in the agent's language, and its name where the page gave one.

use crate::words::t;

/// Declarations that write it over the hatching.
pub(super) fn says(kind: &str, named: Option<&str>) -> String {
    let words = match kind {
        "frame" => "stand-frame",
        "canvas" => "stand-canvas",
        "object" => "stand-object",
        "picture" => "stand-picture",
        "video" => "stand-video",
        "closed-shadow" => "stand-closed",
        _ => return String::new(),
    };
    let text = named.map_or_else(|| t(words), |name| format!("{}: {name}", t(words)));
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let picture = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='420' height='20'><text x='210' y='14' font-family='sans-serif' font-size='12' text-anchor='middle' fill='#5b6577'>{text}</text></svg>"
    );
    // An apostrophe would end nothing inside double quotation marks, and everything else is encoded.
    let picture = String::from(js_sys::encode_uri_component(&picture));
    format!(
        ";background:url(\"data:image/svg+xml,{picture}\") center no-repeat,repeating-linear-gradient(135deg,#eef0f4 0 10px,#e3e7ee 10px 20px)!important"
    )
}
