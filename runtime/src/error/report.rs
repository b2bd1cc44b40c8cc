//! How an [`Error`] reads: in a line, in a report, in `Debug`.

use std::fmt::{self, Write as _};
use std::iter;
use std::time::UNIX_EPOCH;

use crate::description::info::OperationInfo;
use crate::error::{Error, Kind};
use crate::request::body::body_fault;
use crate::response::graph_error::GraphError;
use crate::values::redact::{is_secret_param, without_values};

/// One line: operation, name, message, code, subcode, status, trace. `{:#}` adds the [`hint`](Error::hint).
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Kind::Refused(refusals) = &self.0.kind {
            let texts: Vec<_> = refusals.iter().map(ToString::to_string).collect();
            return write!(f, "not sent: {}", line(&texts.join(" "), usize::MAX));
        }
        if let Some(operation) = self.0.operation {
            let name = if operation.request.is_empty() { operation.id } else { operation.request };
            write!(f, "{name}: ")?;
        }
        self.what(f)?;
        match self.hint() {
            Some(hint) if f.alternate() => write!(f, "; {}", line(hint, 500)),
            _ => Ok(()),
        }
    }
}

impl Error {
    fn what(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            Kind::Refused(_) => Ok(()),
            Kind::Graph(error) => self.graph_line(error, f),
            Kind::NotSuccessful => write!(f, "Graph answered `success: false` and no reason ({})", self.coordinates()),
            Kind::OtherJson => write!(f, "an answer without Graph's error object ({}): {}", self.coordinates(), self.snippet(200)),
            Kind::NotJson => {
                let json = self.body().is_some_and(|body| matches!(body.trim_ascii_start(), [b'{' | b'[', ..]));
                let what = if json { "JSON that breaks off or is damaged" } else { "an answer that is not JSON" };
                write!(f, "{what} ({}): {}", self.coordinates(), self.snippet(200))
            }
            Kind::Decode { target, why } => {
                let why = line(why, 500);
                // A record's own message begins with the record's name.
                let name = target.split('<').next().unwrap_or(target);
                let why = why.strip_prefix(name).and_then(|why| why.strip_prefix(": ")).unwrap_or(&why);
                write!(f, "the answer is no {target}: {why} ({})", self.coordinates())
            }
            Kind::Transport(fault) => {
                write!(f, "{fault}")?;
                match self.status() {
                    Some(_) => write!(f, " ({}): {}", self.coordinates(), self.snippet(200)),
                    None => Ok(()),
                }
            }
            Kind::VersionMismatch(served) => {
                write!(
                    f,
                    "the operation was carried out, but by {served}, which is not the version that was asked for ({})",
                    self.coordinates()
                )
            }
            Kind::TooLarge { limit } => {
                write!(f, "the answer is longer than {limit} bytes ({}); raise `max_response_bytes` if that is right", self.coordinates())
            }
            Kind::Config(fault) => write!(f, "not sent: {}", line(fault, 500)),
            Kind::NoToken(why) => write!(f, "not sent: the token provider has no token: {}", line(why, 500)),
            Kind::TooLate(waited_for) => {
                write!(f, "not sent: the time limit of the call passed while it waited for {waited_for}; send it again, or raise `timeout`")
            }
            Kind::Redirected(to) => write!(
                f,
                "the HTTP client that was given with `http` followed a redirect to {to}, whose answer is not taken for Graph's; build it with \
                 `redirect(Policy::none())`"
            ),
            Kind::Misplaced(what) => f.write_str(what),
            Kind::Download(fault) => self.download_line(fault, f),
            Kind::Unanswered(why) => {
                write!(f, "the batch was answered, but not this request, which may have been carried out: {why} ({})", self.coordinates())
            }
            Kind::PagingLoop => f.write_str("paging loop: Graph named a place for the next page that it had named before"),
            Kind::PagingStuck => f.write_str(
                "the list goes on, but neither a cursor nor the URL of the next page says where; \
                 resume with a larger `limit`, so that the page holds the rest",
            ),
        }
    }

    fn graph_line(&self, error: &GraphError, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(info) = self.info() {
            write!(f, "{}: ", info.name)?;
        }
        let message = error.message.as_deref().or(error.user_title.as_deref());
        f.write_str(&line(message.unwrap_or("an error without message"), 300))?;
        if let Some(details) = error.details.as_deref().or(error.user_message.as_deref())
            && !message.is_some_and(|message| message.contains(details))
        {
            write!(f, ": {}", line(details, 500))?;
        }
        write!(f, " ({})", self.coordinates())
    }

    /// What identifies the answer: code, subcode, status, trace.
    pub(crate) fn coordinates(&self) -> String {
        let number = |name, value: Option<u32>| value.map(|value| format!("{name} {value}"));
        [
            number("code", self.code()),
            number("subcode", self.subcode()),
            self.status().map(|status| format!("HTTP {status}")),
            self.fbtrace_id().map(|id| format!("trace {}", line(id, 80))),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
    }

    /// The head of the answer, on one line.
    pub(crate) fn snippet(&self, length: usize) -> String {
        match self.body() {
            None | Some([]) => "an empty body".to_owned(),
            Some(body) => {
                // No more than can be shown, and a little for characters that are cut in two.
                let head = &body[..body.len().min(length * 4 + 4)];
                line(&without_values(&String::from_utf8_lossy(head), |name| self.is_secret(name)), length)
            }
        }
    }

    /// Is what has this name in the answer a secret, one that Graph gave out and not the caller?
    fn is_secret(&self, name: &str) -> bool {
        let of = |info: &OperationInfo| {
            let mut params = info.params.iter();
            info.secrets.contains(&name) || params.any(|param| param.secret && param.name == name || param.secrets.contains(&name))
        };
        is_secret_param(name) || self.0.operation.is_some_and(of)
    }

    /// Everything that Meta's support or a colleague needs, on several lines, without secrets.
    pub fn support_report(&self) -> String {
        let mut report = format!("error: {self}\n");
        let mut say = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                // Writing to a string cannot fail.
                let _ = writeln!(report, "{name}: {}", line(&value, 1000));
            }
        };
        let text = |text: Option<&str>| text.map(ToOwned::to_owned);
        let operation = self.0.operation;
        say("operation", text(self.operation()));
        say("request", self.0.target.clone());
        say("page", operation.map(|info| info.page.to_owned()).filter(|page| !page.is_empty()));
        say("requested version", self.requested_version().map(|version| version.to_string()));
        say("served version", self.served_version().map(|version| version.to_string()));
        say("attempts", Some(self.attempts().to_string()));
        say("outcome", Some(self.outcome().to_string()));
        say("status", self.status().map(|status| status.to_string()));
        say("code", self.code().map(|code| code.to_string()));
        say("subcode", self.subcode().map(|code| code.to_string()));
        say("type", text(self.error_type()));
        say("message", text(self.message()));
        say("details", text(self.details()));
        say("user title", text(self.user_title()));
        say("user message", text(self.user_message()));
        say("blamed", Some(self.blame_fields().join(", ")).filter(|names| !names.is_empty()));
        say("transient", self.graph_error().map(|error| error.is_transient.to_string()));
        say("trace id", text(self.fbtrace_id()));
        say("trace of the answer", self.response().and_then(|info| info.trace_id.clone()));
        say("request id", self.0.response.as_ref().and_then(|info| info.request_id.clone()));
        say("app usage", self.0.response.as_ref().and_then(|info| info.app_usage.clone()));
        say("usage", self.0.response.as_ref().and_then(|info| info.business_use_case_usage.clone()));
        say("documented as", self.info().map(|info| format!("{} {}", info.name, info.page)));
        say("matched by", self.matched_by().map(|evidence| format!("its {evidence}")));
        let doc = self.doc().map(|doc| (doc.cause, doc.remedy));
        let doc = doc.or_else(|| self.info().map(|info| (info.cause, info.remedy)));
        say("retry", self.info().map(|info| format!("{:?}", info.retry)));
        say("executed", self.info().and_then(|info| info.executed).map(|executed| executed.to_string()));
        say("cause", doc.map(|(cause, _)| cause.to_owned()));
        say("remedy", doc.map(|(_, remedy)| remedy.to_owned()));
        say("hint", text(self.hint()));
        let retry_at = self.retry_at().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        say("retry at", retry_at.map(|time| format!("{} (Unix seconds)", time.as_secs())));
        say("retry basis", self.retry_basis().map(|basis| format!("{basis:?}").to_lowercase()));
        if !self.is_graph() && self.body().is_some() {
            say("content type", text(self.content_type()));
            say("body", Some(self.snippet(1000)));
        }
        report
    }
}

/// The line of `Display` with the hint: what `fn main() -> Result<(), Error>` prints. [`support_report`](Error::support_report) says everything.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:#}")
    }
}

pub(crate) fn transport_line(error: &reqwest::Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Some(fault) = body_fault(error) {
        return write!(f, "the body was not sent in whole: {}", line(&fault.to_string(), 500));
    }
    let what = if error.is_timeout() {
        "the call took longer than it may"
    } else if error.is_connect() {
        "no connection was made"
    } else if error.is_decode() || error.is_body() {
        "the answer broke off"
    } else {
        "the connection failed before the answer was there"
    };
    f.write_str(what)?;
    // The innermost reason is the one that says something: `Connection refused`.
    let mut source = std::error::Error::source(error);
    let mut innermost = None;
    while let Some(error) = source {
        innermost = Some(error.to_string());
        source = error.source();
    }
    match innermost {
        Some(reason) => write!(f, ": {}", line(&reason, 200)),
        None => Ok(()),
    }
}

/// Text on one line: whatever a terminal would obey becomes a space, and what is too long is cut.
pub(crate) fn line(text: &str, length: usize) -> String {
    let words = text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty());
    let mut chars = words.flat_map(|word| iter::once(' ').chain(word.chars())).skip(1);
    let mut line: String = chars.by_ref().take(length).collect();
    if chars.next().is_some() {
        line.truncate(line.trim_end().len());
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_line_is_cut_wherever_it_is_too_long() {
        for (length, cut) in [(5, "ab cd"), (4, "ab c…"), (3, "ab…"), (2, "ab…"), (1, "a…"), (0, "…")] {
            assert_eq!(line(" ab\r\n\u{1b}  cd ", length), cut, "{length}");
        }
        assert_eq!(line(" \n", 0), "");
    }
}
