//! Pictures and fonts: offered by a keyed hash, sent when somebody lacks them.

use crate::field::{choices, message};
use crate::{ResId, limits};

/// What an asset is. The viewer gives the bytes this type and no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssetType {
    /// image/png
    Png,
    /// image/jpeg
    Jpeg,
    /// image/gif
    Gif,
    /// image/webp
    Webp,
    /// image/avif
    Avif,
    /// image/svg+xml; shown by `<img>` only, where it runs nothing
    Svg,
    /// font/woff2
    Woff2,
    /// font/woff
    Woff,
    /// font/ttf, OpenType too
    Ttf,
    /// image/x-icon
    Ico,
    /// image/bmp
    Bmp,
}

impl AssetType {
    /// All, with number and MIME type.
    pub const ALL: [(Self, u8, &'static str); 11] = [
        (Self::Png, 1, "image/png"),
        (Self::Jpeg, 2, "image/jpeg"),
        (Self::Gif, 3, "image/gif"),
        (Self::Webp, 4, "image/webp"),
        (Self::Avif, 5, "image/avif"),
        (Self::Svg, 6, "image/svg+xml"),
        (Self::Woff2, 7, "font/woff2"),
        (Self::Woff, 8, "font/woff"),
        (Self::Ttf, 9, "font/ttf"),
        (Self::Ico, 10, "image/x-icon"),
        (Self::Bmp, 11, "image/bmp"),
    ];
    /// The number on the wire.
    #[must_use]
    pub fn number(self) -> u8 {
        Self::ALL.iter().find(|(t, ..)| *t == self).map_or(0, |(_, n, _)| *n)
    }
    /// The MIME type.
    #[must_use]
    pub fn mime(self) -> &'static str {
        Self::ALL.iter().find(|(t, ..)| *t == self).map_or("application/octet-stream", |(.., m)| *m)
    }
    /// By number.
    #[must_use]
    pub fn from_number(n: u8) -> Option<Self> {
        Self::ALL.iter().find(|(_, k, _)| *k == n).map(|(t, ..)| *t)
    }
    /// By the first bytes; what is not recognised is not sent.
    #[must_use]
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        let starts = |magic: &[u8]| bytes.starts_with(magic);
        if starts(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if starts(b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else if starts(b"GIF8") {
            Some(Self::Gif)
        } else if starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Some(Self::Webp)
        } else if bytes.get(4..12).is_some_and(|b| b == b"ftypavif" || b == b"ftypavis") {
            Some(Self::Avif)
        } else if starts(b"wOF2") {
            Some(Self::Woff2)
        } else if starts(b"wOFF") {
            Some(Self::Woff)
        } else if starts(b"\0\x01\0\0") || starts(b"OTTO") || starts(b"true") || starts(b"ttcf") {
            Some(Self::Ttf)
        } else if starts(b"\0\0\x01\0") {
            Some(Self::Ico)
        } else if starts(b"BM") {
            Some(Self::Bmp)
        } else {
            let head = bytes.get(..2048).unwrap_or(bytes);
            let head = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head).trim_ascii_start();
            (head.first() == Some(&b'<') && crate::find::find(head, b"<svg").is_some()).then_some(Self::Svg)
        }
    }
}

message! {
    /// This resource is that asset.
    Offer {
        /// As the page names it in this instance.
        res: ResId,
        /// Keyed hash of the bytes: equal in the session, meaningless outside it.
        hash: [u8; 16],
        /// How many bytes.
        len: u32,
        /// [`AssetType`] number.
        kind: u8,
    }
}
message! {
    /// A piece of an asset, in order; the last one completes `len`.
    Piece {
        /// Which.
        hash: [u8; 16],
        /// The bytes.
        bytes: Vec<u8>,
    }
}
message! {
    /// There will be no bytes.
    Missing {
        /// As the page names it.
        res: ResId,
        /// 1 unreadable across origins, 2 not found, 3 too big, 4 of an unknown type.
        why: u8,
    }
}
choices! {
    /// An asset message.
    Asset as "asset message" {
        /// See [`Offer`].
        Offer(Offer) = 1,
        /// See [`Piece`].
        Piece(Piece) = 2,
        /// See [`Missing`].
        Missing(Missing) = 3,
    }
}

/// Whether an offer keeps the limits.
#[must_use]
pub const fn acceptable(len: u32) -> bool {
    (len as usize) <= limits::MAX_ASSET
}
