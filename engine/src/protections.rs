//! The protections by name. In builds for tests each can be switched off, so that a test proves that it would find what leaks
//! then; in all others [`is_off`] is `false` and nothing can change that.

/// What keeps private things in the customer's browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Protection {
    /// Passwords, cards, codes: what no company can show.
    Floor = 1,
    /// What people type is hidden.
    Inputs = 2,
    /// Rules of the policy.
    Rules = 4,
    /// Detectors.
    Detectors = 8,
    /// Attributes of what is hidden.
    Attributes = 16,
    /// The title of the page.
    Title = 32,
    /// The address of the page without what looks like data.
    Address = 64,
    /// Strings and properties in styles of what is hidden.
    Styles = 128,
    /// What stands in scripts, templates and other elements that show nothing.
    Hollow = 256,
    /// Echoes.
    Echoes = 512,
    /// Attributes that are not on the list.
    List = 1024,
    /// Pictures of what is hidden.
    Pictures = 2048,
}

#[cfg(feature = "tap")]
static OFF: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);

/// Switches protections off, by the sum of their numbers.
#[cfg(feature = "tap")]
pub fn switch_off(protections: u32) {
    OFF.store(protections, std::sync::atomic::Ordering::Relaxed);
}

/// Whether one is switched off.
#[cfg(feature = "tap")]
pub(crate) fn is_off(protection: Protection) -> bool {
    OFF.load(std::sync::atomic::Ordering::Relaxed) & protection as u32 != 0
}

/// Whether one is switched off: never.
#[cfg(not(feature = "tap"))]
pub(crate) const fn is_off(_: Protection) -> bool {
    false
}
