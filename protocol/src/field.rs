//! How the fields of small messages are written: one trait, and a macro that keeps both directions in one list.

use crate::{Epoch, Generation, Instance, NodeId, ParticipantId, Reader, ResId, SessionId, SheetId, TabId, WireError, Writer, limits};

/// A value with one form on the wire.
pub trait Field: Sized {
    /// Appends it.
    fn put(&self, w: &mut Writer);
    /// Reads it.
    ///
    /// # Errors
    /// Whatever the form does not allow.
    fn take(r: &mut Reader<'_>) -> Result<Self, WireError>;
}

macro_rules! field {
    ($type:ty, |$v:ident, $w:ident| $put:expr, |$r:ident| $take:expr) => {
        impl Field for $type {
            fn put(&self, $w: &mut Writer) {
                let $v = self;
                $put;
            }
            fn take($r: &mut Reader<'_>) -> Result<Self, WireError> {
                $take
            }
        }
    };
}

field!(u8, |v, w| w.u8(*v), |r| r.u8());
field!(u16, |v, w| w.u16(*v), |r| r.u16());
field!(u32, |v, w| w.var(u64::from(*v)), |r| r.var32());
field!(u64, |v, w| w.var(*v), |r| r.var());
field!(i32, |v, w| w.signed(i64::from(*v)), |r| i32::try_from(r.signed()?).map_err(|_| WireError::BadNumber));
field!(f32, |v, w| w.f32(*v), |r| r.f32());
field!(String, |v, w| w.text(v), |r| r.field());
field!(Vec<u8>, |v, w| w.bytes(v), |r| Ok(r.bytes(limits::MAX_CHUNK, "bytes")?.to_vec()));
field!(bool, |v, w| w.u8(u8::from(*v)), |r| match r.u8()? {
    0 => Ok(false),
    1 => Ok(true),
    n => Err(WireError::Unknown("flag", u32::from(n))),
});
field!(SessionId, |v, w| w.raw(&v.0), |r| Ok(Self(r.array()?)));
field!(ParticipantId, |v, w| v.0.put(w), |r| u16::take(r).map(Self));
field!(TabId, |v, w| v.0.put(w), |r| u16::take(r).map(Self));
field!(Instance, |v, w| w.u32(v.0), |r| r.u32().map(Self));
field!(Epoch, |v, w| v.0.put(w), |r| u32::take(r).map(Self));
field!(Generation, |v, w| v.0.put(w), |r| u32::take(r).map(Self));
field!(NodeId, |v, w| v.0.put(w), |r| u32::take(r).map(Self));
field!(ResId, |v, w| v.0.put(w), |r| u32::take(r).map(Self));
field!(SheetId, |v, w| v.0.put(w), |r| u32::take(r).map(Self));

impl<const N: usize> Field for [u8; N] {
    fn put(&self, w: &mut Writer) {
        w.raw(self);
    }
    fn take(r: &mut Reader<'_>) -> Result<Self, WireError> {
        r.array()
    }
}

impl<T: Field> Field for Option<T> {
    fn put(&self, w: &mut Writer) {
        self.is_some().put(w);
        if let Some(v) = self {
            v.put(w);
        }
    }
    fn take(r: &mut Reader<'_>) -> Result<Self, WireError> {
        bool::take(r)?.then(|| T::take(r)).transpose()
    }
}

/// A bounded list; what a stranger can grow has a cap.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct List<T, const MAX: usize>(pub Vec<T>);

impl<T: Field, const MAX: usize> Field for List<T, MAX> {
    fn put(&self, w: &mut Writer) {
        w.len_of(self.0.len());
        for v in &self.0 {
            v.put(w);
        }
    }
    fn take(r: &mut Reader<'_>) -> Result<Self, WireError> {
        let n = r.count(MAX, "list")?;
        (0..n).map(|_| T::take(r)).collect::<Result<_, _>>().map(Self)
    }
}

/// A struct whose fields travel in the order they are written in.
macro_rules! message {
    ($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name { $($(#[$fdoc])* pub $field: $type),* }
        impl $crate::field::Field for $name {
            #[allow(unused_variables, reason = "a message may have no field")]
            fn put(&self, w: &mut $crate::Writer) { $($crate::field::Field::put(&self.$field, w);)* }
            #[allow(unused_variables, reason = "a message may have no field")]
            fn take(r: &mut $crate::Reader<'_>) -> Result<Self, $crate::WireError> {
                Ok(Self { $($field: $crate::field::Field::take(r)?),* })
            }
        }
    };
}

/// An enum of messages, numbered by hand.
macro_rules! choices {
    ($(#[$doc:meta])* $name:ident as $what:literal { $($(#[$vdoc:meta])* $variant:ident($type:ty) = $number:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name { $($(#[$vdoc])* $variant($type)),* }
        impl $crate::field::Field for $name {
            fn put(&self, w: &mut $crate::Writer) {
                match self { $(Self::$variant(v) => { w.u8($number); $crate::field::Field::put(v, w); })* }
            }
            fn take(r: &mut $crate::Reader<'_>) -> Result<Self, $crate::WireError> {
                match r.u8()? {
                    $($number => $crate::field::Field::take(r).map(Self::$variant),)*
                    n => Err($crate::WireError::Unknown($what, u32::from(n))),
                }
            }
        }
        impl $name {
            /// The message as bytes.
            #[must_use]
            pub fn encode(&self) -> Vec<u8> {
                let mut w = $crate::Writer::new();
                $crate::field::Field::put(self, &mut w);
                w.into_bytes()
            }
            /// The message of these bytes, all of them.
            ///
            /// # Errors
            /// Whatever the form does not allow; nothing may be left over.
            pub fn decode(bytes: &[u8]) -> Result<Self, $crate::WireError> {
                let mut r = $crate::Reader::new(bytes);
                let v = $crate::field::Field::take(&mut r)?;
                r.end()?;
                Ok(v)
            }
        }
    };
}

pub(crate) use {choices, message};
