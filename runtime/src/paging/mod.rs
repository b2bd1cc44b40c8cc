//! Lists, page by page and item by item.

pub(crate) mod pages;
pub(crate) mod prefetch;
