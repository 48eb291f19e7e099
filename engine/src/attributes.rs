//! Which attributes travel, and how. By allow-list: a name that is not here (and is no `data-`) stays at home.

/// What is done with an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treat {
    /// A closed vocabulary or numbers: travels even where text is hidden.
    Keep,
    /// Holds words of the page: judged as text.
    Text,
    /// Marks state for selectors: judged as text, and only where it is short and plain ([`is_plain`]).
    Mark,
    /// `class`, `id` and friends: words that look like data are dropped where text is hidden.
    Words,
    /// Inline style.
    Style,
    /// A reference inside the document; only `#fragment` travels.
    Fragment,
    /// The address of a link: only that there is one travels.
    Link,
    /// Would act in the replica; travels under another name, and selectors are rewritten to it.
    StandIn,
    /// Stays at home.
    Drop,
}

/// Sorted for binary search. HTML first-class names and the presentation attributes of SVG and MathML.
const KEEP: [&str; 187] = [
    "accumulate",
    "align",
    "alignment-baseline",
    "amplitude",
    "azimuth",
    "background-color",
    "baseFrequency",
    "baseline-shift",
    "bgcolor",
    "bias",
    "border",
    "cellpadding",
    "cellspacing",
    "char",
    "checked",
    "clip-path",
    "clip-rule",
    "clipPathUnits",
    "color",
    "color-interpolation",
    "color-scheme",
    "cols",
    "colspan",
    "columnalign",
    "columnspan",
    "coords",
    "cursor",
    "cx",
    "cy",
    "d",
    "default",
    "diffuseConstant",
    "dir",
    "direction",
    "disabled",
    "display",
    "displaystyle",
    "dominant-baseline",
    "dx",
    "dy",
    "edgeMode",
    "elevation",
    "exponent",
    "face",
    "fill",
    "fill-opacity",
    "fill-rule",
    "filter",
    "filterUnits",
    "flood-color",
    "flood-opacity",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "fr",
    "frame",
    "frameborder",
    "fx",
    "fy",
    "gradientTransform",
    "gradientUnits",
    "height",
    "hidden",
    "high",
    "hspace",
    "in",
    "in2",
    "inert",
    "intercept",
    "k1",
    "k2",
    "k3",
    "k4",
    "kernelMatrix",
    "lang",
    "lengthAdjust",
    "letter-spacing",
    "lighting-color",
    "limitingConeAngle",
    "linethickness",
    "link",
    "loading",
    "low",
    "marker-end",
    "marker-mid",
    "marker-start",
    "markerHeight",
    "markerUnits",
    "markerWidth",
    "mask",
    "maskContentUnits",
    "maskUnits",
    "mathvariant",
    "media",
    "mode",
    "multiple",
    "noshade",
    "nowrap",
    "numOctaves",
    "offset",
    "opacity",
    "open",
    "operator",
    "optimum",
    "order",
    "orient",
    "overflow",
    "paint-order",
    "pathLength",
    "patternContentUnits",
    "patternTransform",
    "patternUnits",
    "pointer-events",
    "points",
    "preserveAspectRatio",
    "primitiveUnits",
    "r",
    "radius",
    "readonly",
    "refX",
    "refY",
    "rel",
    "required",
    "result",
    "reversed",
    "role",
    "rotate",
    "rows",
    "rowspan",
    "rules",
    "rx",
    "ry",
    "scale",
    "scope",
    "seed",
    "shape",
    "shape-rendering",
    "size",
    "slope",
    "span",
    "spreadMethod",
    "start",
    "stdDeviation",
    "stop-color",
    "stop-opacity",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "surfaceScale",
    "tabindex",
    "tableValues",
    "targetX",
    "targetY",
    "text",
    "text-anchor",
    "text-decoration",
    "text-rendering",
    "textLength",
    "transform",
    "transform-origin",
    "type",
    "valign",
    "values",
    "vector-effect",
    "version",
    "viewBox",
    "visibility",
    "vspace",
    "width",
    "word-spacing",
    "wrap",
    "writing-mode",
    "x",
    "x1",
    "x2",
    "xChannelSelector",
    "y",
    "y1",
    "y2",
    "yChannelSelector",
    "z",
];
const TEXT: [&str; 12] =
    ["alt", "label", "placeholder", "title", "summary", "abbr", "headers", "min", "max", "step", "pattern", "maxlength"];
const STAND_IN: [&str; 13] = [
    "accesskey",
    "autofocus",
    "contenteditable",
    "download",
    "draggable",
    "enterkeyhint",
    "form",
    "inputmode",
    "is",
    "popover",
    "popovertarget",
    "spellcheck",
    "target",
];

/// How an attribute of an element is treated.
#[must_use]
pub fn treat(element: &str, name: &str) -> Treat {
    let lower = name.len() > 2 && name.as_bytes()[..2].eq_ignore_ascii_case(b"on");
    if lower && name.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Treat::Drop;
    }
    match name {
        // What a frame of ours may do is ours to say.
        "sandbox" | "allow" | "csp" | "allowfullscreen" | "credentialless" | "fetchpriority" => Treat::Drop,
        "checked" | "selected" => Treat::Text,
        "class" | "id" | "slot" | "part" | "exportparts" | "for" | "name" | "autocomplete" => Treat::Words,
        "style" => Treat::Style,
        "href" | "xlink:href" => match element {
            "a" | "area" => Treat::Link,
            "use" | "linearGradient" | "radialGradient" | "pattern" | "filter" | "textPath" | "mpath" => Treat::Fragment,
            _ => Treat::Drop,
        },
        // Values of controls are state; of list items, meters and the like they are layout.
        "value" => match element {
            "li" | "progress" | "meter" => Treat::Text,
            _ => Treat::Drop,
        },
        "content" | "http-equiv" => Treat::Drop,
        // An animation could give an attribute a value that no allow-list has seen.
        "values" | "from" | "to" | "by" if matches!(element, "animate" | "set") => Treat::Drop,
        _ if element == "meta" || element == "script" || element == "link" || element == "base" => match name {
            "rel" | "media" | "type" => Treat::Keep,
            _ => Treat::Drop,
        },
        _ if STAND_IN.contains(&name) => Treat::StandIn,
        // On an element of the page's own making only what means the same on every element.
        _ if KEEP.binary_search(&name).is_ok() && (!element.contains('-') || GLOBAL.contains(&name)) => Treat::Keep,
        _ if TEXT.contains(&name) || name.starts_with("aria-") => Treat::Text,
        // Custom elements and frameworks mark state with attributes of their own; selectors test them. They also keep
        // whole records in them, which nobody sees on the page.
        _ if !name.contains(':') && !URLS.contains(&name) => Treat::Mark,
        _ => Treat::Drop,
    }
}

/// Attributes that hold addresses or source.
const URLS: [&str; 23] = [
    "src",
    "srcset",
    "srcdoc",
    "data",
    "action",
    "formaction",
    "poster",
    "background",
    "manifest",
    "codebase",
    "archive",
    "cite",
    "longdesc",
    "ping",
    "usemap",
    "profile",
    "imagesrcset",
    "nonce",
    "integrity",
    "attributionsrc",
    "classid",
    "code",
    "object",
];

/// Whether a value marks a state rather than carrying a record or an address.
#[must_use]
pub fn is_plain(value: &str) -> bool {
    value.len() <= 64 && !value.contains(['{', '"', ':', '/', '?', '=', '@', '%', '&', '<'])
}

/// Whether a name says nothing but words, as a file's may: `Terms and conditions`, `price-list.pdf`. What has digits may be
/// somebody's number, or a token.
#[must_use]
pub fn is_words(value: &str) -> bool {
    is_plain(value) && !value.bytes().any(|b| b.is_ascii_digit())
}

/// Whether a value is of a closed vocabulary or a number: what may travel on a hidden element.
#[must_use]
pub fn is_closed(value: &str) -> bool {
    let number = crate::decimal::parse(value.trim_end_matches(['%', 'p', 'x', 'e', 'm'])).is_some_and(|n| n.abs() < 10_000.0);
    number || value.len() <= 24 && value.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

/// Attributes that mean the same on every element, whatever their value.
const GLOBAL: [&str; 4] = ["dir", "hidden", "inert", "lang"];

/// Whether an attribute would act in the replica and so travels under a stand-in name.
#[must_use]
pub fn acts(name: &str) -> bool {
    STAND_IN.contains(&name)
}

/// Elements whose content never travels; the element itself does, since structural selectors count it.
#[must_use]
pub fn is_hollow(element: &str) -> bool {
    matches!(
        element,
        "script"
            | "style"
            | "template"
            | "noscript"
            | "title"
            | "object"
            | "embed"
            | "applet"
            | "link"
            | "meta"
            | "base"
            | "iframe"
            | "frame"
            | "portal"
            | "fencedframe"
            | "audio"
            | "video"
            | "canvas"
            | "datalist"
            | "noembed"
            | "noframes"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_words() {
        for (name, expected) in [
            ("Terms and conditions", true),
            ("price-list.pdf", true),
            ("price-list_2.pdf", false),
            ("Prijslijst für Ärzte.pdf", true),
            ("statement-20261125.pdf", false),
            ("NL91ABNA0417164300.pdf", false),
            ("a8f3c2.pdf", false),
            ("doc?id=7", false),
            ("x/y.pdf", false),
        ] {
            assert_eq!(is_words(name), expected, "{name}");
        }
    }

    #[test]
    fn the_list_is_sorted() {
        assert!(KEEP.is_sorted());
    }

    #[test]
    fn rows() {
        for (element, name, expected) in [
            ("div", "class", Treat::Words),
            ("div", "onclick", Treat::Drop),
            ("x-card", "hidden", Treat::Keep),
            ("x-card", "value", Treat::Drop),
            ("x-card", "rows", Treat::Mark),
            ("div", "ONCLICK", Treat::Drop),
            ("img", "src", Treat::Drop),
            ("iframe", "srcdoc", Treat::Drop),
            ("a", "href", Treat::Link),
            ("link", "href", Treat::Drop),
            ("use", "href", Treat::Fragment),
            ("input", "value", Treat::Drop),
            ("progress", "value", Treat::Text),
            ("div", "contenteditable", Treat::StandIn),
            ("div", "aria-label", Treat::Text),
            ("div", "data-x", Treat::Mark),
            ("meta", "content", Treat::Drop),
            ("my-card", "variant", Treat::Mark),
            ("my-card", "text", Treat::Mark),
            ("input", "checked", Treat::Text),
            ("iframe", "sandbox", Treat::Drop),
            ("div", "xml:base", Treat::Drop),
            ("script", "nonce", Treat::Drop),
            ("path", "d", Treat::Keep),
        ] {
            assert_eq!(treat(element, name), expected, "{element} {name}");
        }
    }
}
