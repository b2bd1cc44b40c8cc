//! What a generator would emit for a handful of operations, written by hand.

mod media;
mod operations;
mod surface;
mod types;

pub(crate) use media::*;
pub(crate) use operations::*;
pub(crate) use surface::*;
pub(crate) use types::*;
