//! The span of a call: OpenTelemetry's fields for HTTP clients. It holds the template of the path and not the path.

use std::fmt::Arguments;

use tracing::Span;
use tracing::field::Empty;

use crate::client::Client;
use crate::description::info::{Method, OperationInfo};
use crate::description::version::Version;
use crate::error::{Error, Kind};

impl Client {
    /// The span of a call of this operation.
    pub(crate) fn span(&self, name: Arguments<'_>, operation: &OperationInfo, method: Method, version: Version) -> Span {
        let other = operation.host.filter(|_| !self.shared.redirected);
        let (server, port) = match other {
            Some(host) => (host.url.trim_start_matches("https://"), 443),
            None => (self.shared.server.0.as_str(), self.shared.server.1),
        };
        tracing::info_span!(
            "graph",
            otel.name = name,
            otel.kind = "client",
            otel.status_code = Empty,
            graph.operation = operation.id,
            graph.version = %version,
            graph.batch.size = Empty,
            graph.batch.failed = Empty,
            http.request.method = method.as_str(),
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            url.template = operation.path,
            server.address = server,
            server.port = port,
            error.type = Empty,
        )
    }
}

/// Notes how a call ended: how often it was sent, the last status, and the kind of the error it ended in.
pub(crate) fn note(span: &Span, attempts: u32, status: Option<u16>, failure: Option<&str>) {
    if attempts > 1 {
        span.record("http.request.resend_count", attempts - 1);
    }
    if let Some(status) = status {
        span.record("http.response.status_code", status);
    }
    if let Some(failure) = failure {
        span.record("otel.status_code", "ERROR");
        span.record("error.type", failure);
    }
}

/// What kind of error it is, in one word of a small number.
pub(crate) fn error_type(error: &Error) -> String {
    match (&error.0.kind, error.info(), error.code(), error.status()) {
        // Before its name: a call that its limit holds back has that of the error it was spared.
        (Kind::Refused(_), ..) => "refused".to_owned(),
        (Kind::Held(_), ..) => "held_back".to_owned(),
        (_, Some(info), ..) => info.name.to_owned(),
        (_, _, Some(code), _) => code.to_string(),
        (Kind::Config(_), ..) => "config".to_owned(),
        (Kind::NoToken(_), ..) => "no_token".to_owned(),
        (Kind::TooLate(_), ..) => "timeout".to_owned(),
        (Kind::Transport(_), ..) if error.is_timeout() => "timeout".to_owned(),
        (Kind::Transport(_), ..) if error.is_connect() => "connect".to_owned(),
        (Kind::Transport(_), ..) => "transport".to_owned(),
        (.., Some(status)) => status.to_string(),
        _ => "other".to_owned(),
    }
}
