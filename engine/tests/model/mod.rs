//! A model of a page, of the glue that reads it, and of a viewer to whom operations get lost.

pub(crate) mod glue;
pub(crate) mod page;
pub(crate) mod viewer;
