//! The program as a process, against the stand-in: what is on stdout, on stderr, and how it ends.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

mod call;
mod doctor;
mod explain;
mod help;
mod ledger;
mod operations;
mod request;
mod run;
mod webhook;
