//! Stub.
use clap::Args as ClapArgs;
#[derive(ClapArgs)]
pub(crate) struct Args {}
pub(crate) fn run(_: &std::path::Path, _: &Args) -> crate::Outcome { Ok(()) }
