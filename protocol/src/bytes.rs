//! Reading and writing bytes. The only place that touches them.

use crate::{NodeId, limits};

/// Why bytes were refused. Carries no content, so it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireError {
    /// The input ends too early.
    Truncated,
    /// Bytes are left over where none should be.
    Trailing,
    /// A number is longer than it may be.
    BadNumber,
    /// A string is not UTF-8.
    BadText,
    /// A named limit was passed.
    TooBig(&'static str),
    /// A number that means nothing here.
    Unknown(&'static str, u32),
    /// Another version of the wire.
    Version(u8),
}

impl std::fmt::Display for WireError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Truncated => f.write_str("the message ends too early"),
            Self::Trailing => f.write_str("the message is followed by more bytes"),
            Self::BadNumber => f.write_str("a number is malformed"),
            Self::BadText => f.write_str("a text is not UTF-8"),
            Self::TooBig(what) => write!(f, "{what} is over its limit"),
            Self::Unknown(what, n) => write!(f, "unknown {what} {n}"),
            Self::Version(v) => write!(f, "version {v} is not spoken here"),
        }
    }
}
impl std::error::Error for WireError {}

/// Appends to a buffer.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    out: Vec<u8>,
    last_id: u32,
}

impl Writer {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// What was written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }
    /// How much was written.
    #[must_use]
    pub fn len(&self) -> usize {
        self.out.len()
    }
    /// Whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }
    /// One byte.
    pub fn u8(&mut self, v: u8) {
        self.out.push(v);
    }
    /// Two bytes, little end first.
    pub fn u16(&mut self, v: u16) {
        self.out.extend_from_slice(&v.to_le_bytes());
    }
    /// Four bytes, little end first.
    pub fn u32(&mut self, v: u32) {
        self.out.extend_from_slice(&v.to_le_bytes());
    }
    /// Eight bytes, little end first.
    pub fn u64(&mut self, v: u64) {
        self.out.extend_from_slice(&v.to_le_bytes());
    }
    /// A 32-bit float, little end first.
    pub fn f32(&mut self, v: f32) {
        self.out.extend_from_slice(&v.to_le_bytes());
    }
    /// LEB128.
    #[allow(clippy::cast_possible_truncation, reason = "masked to seven bits")]
    pub fn var(&mut self, mut v: u64) {
        while v >= 0x80 {
            self.out.push((v as u8 & 0x7f) | 0x80);
            v >>= 7;
        }
        self.out.push(v as u8);
    }
    /// A length or count.
    pub fn len_of(&mut self, v: usize) {
        self.var(v as u64);
    }
    /// Zig-zag, then LEB128.
    #[allow(clippy::cast_sign_loss, reason = "zig-zag maps signed to unsigned")]
    pub fn signed(&mut self, v: i64) {
        self.var(((v << 1) ^ (v >> 63)) as u64);
    }
    /// A node id as the distance from the last one written here.
    pub fn node(&mut self, id: NodeId) {
        self.signed(i64::from(id.0) - i64::from(self.last_id));
        self.last_id = id.0;
    }
    /// Bytes as they are.
    pub fn raw(&mut self, v: &[u8]) {
        self.out.extend_from_slice(v);
    }
    /// Length, then bytes.
    pub fn bytes(&mut self, v: &[u8]) {
        self.len_of(v.len());
        self.raw(v);
    }
    /// Length, then UTF-8.
    pub fn text(&mut self, v: &str) {
        self.bytes(v.as_bytes());
    }
}

/// Reads from a slice.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    last_id: u32,
}

impl<'a> Reader<'a> {
    /// Over these bytes.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, last_id: 0 }
    }
    /// What is left.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }
    /// Whether nothing is left.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
    /// Nothing may be left.
    ///
    /// # Errors
    /// [`WireError::Trailing`] if something is.
    pub const fn end(&self) -> Result<(), WireError> {
        if self.rest.is_empty() { Ok(()) } else { Err(WireError::Trailing) }
    }
    /// So many bytes.
    ///
    /// # Errors
    /// [`WireError::Truncated`].
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], WireError> {
        let (head, tail) = self.rest.split_at_checked(n).ok_or(WireError::Truncated)?;
        self.rest = tail;
        Ok(head)
    }
    /// So many bytes, as an array.
    ///
    /// # Errors
    /// [`WireError::Truncated`].
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        self.take(N)?.try_into().map_err(|_| WireError::Truncated)
    }
    /// One byte.
    ///
    /// # Errors
    /// [`WireError::Truncated`].
    pub fn u8(&mut self) -> Result<u8, WireError> {
        Ok(self.array::<1>()?[0])
    }
    /// Two bytes.
    ///
    /// # Errors
    /// [`WireError::Truncated`].
    pub fn u16(&mut self) -> Result<u16, WireError> {
        Ok(u16::from_le_bytes(self.array()?))
    }
    /// Four bytes.
    ///
    /// # Errors
    /// [`WireError::Truncated`].
    pub fn u32(&mut self) -> Result<u32, WireError> {
        Ok(u32::from_le_bytes(self.array()?))
    }
    /// Eight bytes.
    ///
    /// # Errors
    /// [`WireError::Truncated`].
    pub fn u64(&mut self) -> Result<u64, WireError> {
        Ok(u64::from_le_bytes(self.array()?))
    }
    /// A float that is a number.
    ///
    /// # Errors
    /// [`WireError::Truncated`], [`WireError::BadNumber`] for NaN and infinities.
    pub fn f32(&mut self) -> Result<f32, WireError> {
        let v = f32::from_le_bytes(self.array()?);
        if v.is_finite() { Ok(v) } else { Err(WireError::BadNumber) }
    }
    /// LEB128 of at most ten bytes.
    ///
    /// # Errors
    /// [`WireError::Truncated`], [`WireError::BadNumber`].
    pub fn var(&mut self) -> Result<u64, WireError> {
        let mut v = 0u64;
        for shift in (0..64).step_by(7) {
            let b = self.u8()?;
            if shift == 63 && b > 1 {
                return Err(WireError::BadNumber);
            }
            v |= u64::from(b & 0x7f) << shift;
            if b & 0x80 == 0 {
                return Ok(v);
            }
        }
        Err(WireError::BadNumber)
    }
    /// A 32-bit number.
    ///
    /// # Errors
    /// [`WireError::Truncated`], [`WireError::BadNumber`].
    pub fn var32(&mut self) -> Result<u32, WireError> {
        u32::try_from(self.var()?).map_err(|_| WireError::BadNumber)
    }
    /// A count, refused above `max`. Each counted thing takes at least a byte, so it may not exceed what is left.
    ///
    /// # Errors
    /// [`WireError::TooBig`] with `what`, [`WireError::Truncated`].
    pub fn count(&mut self, max: usize, what: &'static str) -> Result<usize, WireError> {
        let n = usize::try_from(self.var()?).map_err(|_| WireError::TooBig(what))?;
        if n > max {
            return Err(WireError::TooBig(what));
        }
        if n > self.rest.len() {
            return Err(WireError::Truncated);
        }
        Ok(n)
    }
    /// Zig-zag LEB128.
    ///
    /// # Errors
    /// As [`Reader::var`].
    #[allow(clippy::cast_possible_wrap, reason = "undoes the zig-zag")]
    pub fn signed(&mut self) -> Result<i64, WireError> {
        let v = self.var()?;
        Ok((v >> 1) as i64 ^ -((v & 1) as i64))
    }
    /// A node id; 0 is refused.
    ///
    /// # Errors
    /// [`WireError::BadNumber`] when out of range.
    pub fn node(&mut self) -> Result<NodeId, WireError> {
        let id = self.node_or_none()?;
        if id == NodeId::NONE { Err(WireError::BadNumber) } else { Ok(id) }
    }
    /// A node id or none.
    ///
    /// # Errors
    /// [`WireError::BadNumber`] when out of range.
    pub fn node_or_none(&mut self) -> Result<NodeId, WireError> {
        let delta = self.signed()?;
        let id = i64::from(self.last_id).checked_add(delta).ok_or(WireError::BadNumber)?;
        self.last_id = u32::try_from(id).map_err(|_| WireError::BadNumber)?;
        Ok(NodeId(self.last_id))
    }
    /// Length-prefixed bytes.
    ///
    /// # Errors
    /// [`WireError::TooBig`] with `what`, [`WireError::Truncated`].
    pub fn bytes(&mut self, max: usize, what: &'static str) -> Result<&'a [u8], WireError> {
        let n = self.count(max, what)?;
        self.take(n)
    }
    /// Length-prefixed UTF-8.
    ///
    /// # Errors
    /// As [`Reader::bytes`], and [`WireError::BadText`].
    pub fn text(&mut self, max: usize, what: &'static str) -> Result<&'a str, WireError> {
        std::str::from_utf8(self.bytes(max, what)?).map_err(|_| WireError::BadText)
    }
    /// A short owned text of the handshake.
    ///
    /// # Errors
    /// As [`Reader::text`].
    pub fn field(&mut self) -> Result<String, WireError> {
        Ok(self.text(limits::MAX_FIELD, "field")?.to_owned())
    }
}
