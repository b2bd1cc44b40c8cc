//! What must hold for any input: one module a target, each with a function `holds` that panics where it does not.
//!
//! The fuzz targets call these functions with what libFuzzer makes up, and a test of the workspace with every file of `corpus/`. An input is text, so that
//! people can read what was found.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::missing_panics_doc, reason = "a law that is broken panics")]

pub mod cursor;
pub mod envelope;
pub mod headers;
pub mod notification;
pub mod response;
pub mod spec;

use std::sync::LazyLock;

use graph_runtime::{Client, ClientBuilder, Error, ErrorCatalog, Method, OperationInfo, RawRequest, Surface, Value, Version};

/// A target by its name.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 6] = [
    ("cursor", cursor::holds),
    ("envelope", envelope::holds),
    ("headers", headers::holds),
    ("notification", notification::holds),
    ("response", response::holds),
    ("spec", spec::holds),
];

/// The token that every call is said to have been sent with. Nothing may show it.
pub const TOKEN: &str = "EAAJBtoken0of0the0tests";

/// The runtime's client with the catalog of the emitted crate.
struct Known(Client);

impl From<Client> for Known {
    fn from(client: Client) -> Self {
        Self(client)
    }
}

impl Surface for Known {
    type Error = Error;

    const ERROR_CATALOG: &'static ErrorCatalog = <whatsapp_graph::Client as Surface>::ERROR_CATALOG;
    const LIMITED: &'static [&'static OperationInfo] = <whatsapp_graph::Client as Surface>::LIMITED;
}

fn client() -> &'static Client {
    static CLIENT: LazyLock<Known> = LazyLock::new(|| ClientBuilder::new(TOKEN, Version(23, 0)).build().expect("a token is all it takes"));
    &CLIENT.0
}

/// A read of something that no type describes.
fn read() -> RawRequest<Value> {
    RawRequest::new(Method::Get, "/106540352242922")
}

/// The first line, and what comes after it.
fn head(input: &[u8]) -> (&str, &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    (std::str::from_utf8(&input[..end]).unwrap_or_default(), input.get(end + 1..).unwrap_or_default())
}

/// A status of HTTP: the number at the head of the input, or 200.
fn status(line: &str) -> u16 {
    line.trim().parse().ok().filter(|status| (100..1000).contains(status)).unwrap_or(200)
}

/// What every error must do, whatever it is about: keep the status, read as one line, and show no secret.
fn reads_well(error: &Error, status: u16) {
    assert_eq!(error.status(), Some(status), "the status is lost");
    assert_eq!(error.attempts(), 1);
    let (line, long) = (error.to_string(), format!("{error:#}"));
    assert!(!line.is_empty() && !long.contains(char::is_control), "an error is one line: {long:?}");
    let report = error.support_report();
    assert!(report.contains(&format!("status: {status}\n")), "{report}");
    for shown in [line, long, report, format!("{error:?}")] {
        assert!(!shown.contains(TOKEN), "the token is shown: {shown}");
    }
    assert!(!error.body().is_some_and(|body| body.windows(TOKEN.len()).any(|part| part == TOKEN.as_bytes())), "the token is kept");
    let _ = (
        error.is_auth(),
        error.is_permission(),
        error.is_rate_limited(),
        error.is_retryable(),
        error.retry_at(),
        error.nonexistent_field(),
    );
}
