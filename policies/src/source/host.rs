//! Names of hosts.

/// A name as browsers write it, with a port where it is not the scheme's own. Numbers are no names: an address would say
/// nothing of whose it is.
pub(super) fn is_host(text: &str) -> bool {
    let (name, port) = text.split_once(':').unwrap_or((text, "1"));
    let is_label = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    // Whatever ends in a number is read as an address, also in hexadecimal or octal.
    let is_number = |l: &str| l.bytes().all(|b| b.is_ascii_digit()) || l.starts_with("0x");
    name.len() <= 253
        && name.split('.').all(is_label)
        && !name.rsplit('.').next().is_some_and(is_number)
        && port.parse::<u16>().is_ok_and(|p| p > 0)
        && !port.starts_with(['0', '+'])
}
