//! What a receiver, a key and claims promise.

mod claims;
mod keys;
mod receiving;
