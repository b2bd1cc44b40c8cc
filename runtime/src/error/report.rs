//! How an [`Error`] reads: in a line, in a report, in `Debug`.

use std::fmt::{self, Write as _};
use std::time::UNIX_EPOCH;

use crate::description::info::OperationInfo;
use crate::error::{Error, Kind};
use crate::request::body::body_fault;
use crate::response::graph_error::GraphError;
use crate::values::line::line;
use crate::values::personal::shortened;
use crate::values::redact::{is_secret_param, without_values};

/// What of an error is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// No numbers, names and texts of people.
    Discreet,
    /// Everything but secrets.
    Full,
}

/// An error in one line.
struct Line<'a>(&'a Error, View);

/// One line: operation, name, message, code, subcode, status, trace. `{:#}` adds the [`hint`](Error::hint). It shows no personal data.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Line(self, View::Discreet).fmt(f)
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(error, view) = self;
        if let Kind::Refused(refusals) = &error.0.kind {
            let texts: Vec<_> = refusals.iter().map(ToString::to_string).collect();
            return write!(f, "not sent: {}", line(&texts.join(" "), usize::MAX));
        }
        if let Some(operation) = error.0.operation {
            let name = if operation.request.is_empty() { operation.id } else { operation.request };
            write!(f, "{name}: ")?;
        }
        error.what(*view, f)?;
        match error.hint() {
            Some(hint) if f.alternate() => write!(f, "; {}", error.words(hint, 500, *view)),
            _ => Ok(()),
        }
    }
}

impl Error {
    fn what(&self, view: View, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            Kind::Refused(_) => Ok(()),
            Kind::Held(held) => write!(f, "not sent: {}", self.words(&held.to_string(), 500, view)),
            Kind::Graph(error) => self.graph_line(error, view, f),
            Kind::NotSuccessful => write!(f, "Graph answered `success: false` and no reason ({})", self.coordinates()),
            Kind::OtherJson => write!(f, "an answer without Graph's error object ({}): {}", self.coordinates(), self.snippet(200, view)),
            Kind::NotJson => {
                let json = self.body().is_some_and(|body| matches!(body.trim_ascii_start(), [b'{' | b'[', ..]));
                let what = if json { "JSON that breaks off or is damaged" } else { "an answer that is not JSON" };
                write!(f, "{what} ({}): {}", self.coordinates(), self.snippet(200, view))
            }
            Kind::Decode { target, why } => {
                let why = self.words(why, 500, view);
                // A record's own message begins with the record's name.
                let name = target.split('<').next().unwrap_or(target);
                let why = why.strip_prefix(name).and_then(|why| why.strip_prefix(": ")).unwrap_or(&why);
                write!(f, "the answer is no {target}: {why} ({})", self.coordinates())
            }
            Kind::Transport(fault) => {
                write!(f, "{fault}")?;
                match self.status() {
                    Some(_) => write!(f, " ({}): {}", self.coordinates(), self.snippet(200, view)),
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
            Kind::Config(fault) => write!(f, "not sent: {}", self.words(fault, 500, view)),
            Kind::NoToken(why) => write!(f, "not sent: the token provider has no token: {}", self.words(why, 500, view)),
            Kind::TooLate(waited_for) => {
                write!(f, "not sent: the time limit of the call passed while it waited for {waited_for}; send it again, or raise `timeout`")
            }
            Kind::Redirected(to) => write!(
                f,
                "the HTTP client that was given with `http` followed a redirect to {to}, whose answer is not taken for Graph's; build it with \
                 `redirect(Policy::none())`"
            ),
            Kind::Misplaced(what) => f.write_str(what),
            Kind::Download(fault) => self.download_line(fault, view, f),
            Kind::Unanswered(why) => {
                let why = self.words(why, 500, view);
                write!(f, "the batch was answered, but not this request, which may have been carried out: {why} ({})", self.coordinates())
            }
            Kind::PagingLoop => f.write_str("paging loop: Graph named a place for the next page that it had named before"),
            Kind::PagingStuck => f.write_str(
                "the list goes on, but neither a cursor nor the URL of the next page says where; \
                 resume with a larger `limit`, so that the page holds the rest",
            ),
        }
    }

    fn graph_line(&self, error: &GraphError, view: View, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(info) = self.info() {
            write!(f, "{}: ", info.name)?;
        }
        let message = error.message.as_deref().or(error.user_title.as_deref());
        f.write_str(&self.words(message.unwrap_or("an error without message"), 300, view))?;
        if let Some(details) = error.details.as_deref().or(error.user_message.as_deref())
            && !message.is_some_and(|message| message.contains(details))
        {
            write!(f, ": {}", self.words(details, 500, view))?;
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

    /// Words that came from elsewhere, on one line.
    pub(crate) fn words(&self, text: &str, length: usize, view: View) -> String {
        let text = head(text, length);
        match view {
            View::Discreet => line(&self.0.personal.hide(text), length),
            View::Full => line(text, length),
        }
    }

    /// The head of the answer, on one line.
    pub(crate) fn snippet(&self, length: usize, view: View) -> String {
        match self.body() {
            None | Some([]) => "an empty body".to_owned(),
            Some(body) => {
                let text = String::from_utf8_lossy(&body[..body.len().min(most_of(length))]);
                let text = without_values(&text, |name| self.is_secret(name));
                self.words(&text, length, view)
            }
        }
    }

    /// Is what has this name in the answer a secret, one that Graph gave out and not the caller?
    fn is_secret(&self, name: &str) -> bool {
        let of = |info: &OperationInfo| {
            let mut params = info.params.iter();
            info.secrets.contains(&name) || params.any(|param| param.secret && param.name == name || param.secrets.contains(&name))
        };
        is_secret_param(name) || self.0.secrets.contains(&name) || self.0.operation.is_some_and(of)
    }

    /// Everything that Meta's support or a colleague needs, on several lines, without secrets and personal data: identifiers are cut to their
    /// ends. The trace and the ids of request and answer, by which Meta finds a case, are whole.
    pub fn support_report(&self) -> String {
        self.report(View::Discreet)
    }

    /// [`support_report`](Self::support_report) with numbers, names and texts of people verbatim, and with whole identifiers. It holds no
    /// secrets either; give it only to who may read what your customers write.
    pub fn support_report_with_personal_data(&self) -> String {
        self.report(View::Full)
    }

    fn report(&self, view: View) -> String {
        let mut report = format!("error: {}\n", Line(self, view));
        let mut put = |name: &str, value: String| {
            // Writing to a string cannot fail.
            let _ = writeln!(report, "{name}: {value}");
        };
        let mut say = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                put(name, line(&value, 1000));
            }
        };
        let text = |text: Option<&str>| text.map(ToOwned::to_owned);
        let words = |text: Option<&str>| text.map(|text| self.words(text, 1000, view));
        // Graph's own, and no JSON of whoever: only identifiers are cut.
        let header = |text: Option<&str>| text.map(|text| if view == View::Full { text.to_owned() } else { shortened(head(text, 1000)) });
        let operation = self.0.operation;
        let response = self.0.response.as_ref();
        say("operation", text(self.operation()));
        say("request", words(self.0.target.as_deref()));
        say("page", operation.map(|info| info.page.to_owned()).filter(|page| !page.is_empty()));
        say("requested version", self.requested_version().map(|version| version.to_string()));
        say("served version", self.served_version().map(|version| version.to_string()));
        say("attempts", Some(self.attempts().to_string()));
        say("outcome", Some(self.outcome().to_string()));
        say("status", self.status().map(|status| status.to_string()));
        say("code", self.code().map(|code| code.to_string()));
        say("subcode", self.subcode().map(|code| code.to_string()));
        say("type", words(self.error_type()));
        say("message", words(self.message()));
        say("details", words(self.details()));
        say("user title", words(self.user_title()));
        say("user message", words(self.user_message()));
        say("blamed", words(Some(&self.blame_fields().join(", "))).filter(|names| !names.is_empty()));
        say("transient", self.graph_error().map(|error| error.is_transient.to_string()));
        say("trace id", text(self.fbtrace_id()));
        say("trace of the answer", response.and_then(|info| info.trace_id.clone()));
        say("request id", response.and_then(|info| info.request_id.clone()));
        say("app usage", header(response.and_then(|info| info.app_usage.as_deref())));
        say("usage", header(response.and_then(|info| info.business_use_case_usage.as_deref())));
        say("documented as", self.info().map(|info| format!("{} {}", info.name, info.page)));
        say("matched by", self.matched_by().map(|evidence| format!("its {evidence}")));
        let doc = self.doc().map(|doc| (doc.cause, doc.remedy));
        let doc = doc.or_else(|| self.info().map(|info| (info.cause, info.remedy)));
        say("retry", self.info().map(|info| format!("{:?}", info.retry)));
        say("executed", self.info().and_then(|info| info.executed).map(|executed| executed.to_string()));
        say("cause", doc.map(|(cause, _)| cause.to_owned()));
        say("remedy", doc.map(|(_, remedy)| remedy.to_owned()));
        say("hint", words(self.hint()));
        let retry_at = self.retry_at().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        say("retry at", retry_at.map(|time| format!("{} (Unix seconds)", time.as_secs())));
        say("retry basis", self.retry_basis().map(|basis| format!("{basis:?}").to_lowercase()));
        if !self.is_graph() && self.body().is_some() {
            say("content type", words(self.content_type()));
            say("body", Some(self.snippet(1000, view)));
        }
        report
    }
}

/// The line of `Display` with the hint: what `fn main() -> Result<(), Error>` prints, however long the answer is. [`support_report`](Error::support_report) says
/// everything.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:#}")
    }
}

/// As much of a text as has to be looked at to show this many characters of it, so that what is cut at its end is not what is shown.
fn head(text: &str, length: usize) -> &str {
    let most = most_of(length);
    // Behind the end of the text there is no boundary.
    let end = (most.saturating_sub(3)..=most).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(text.len())]
}

/// In bytes: of a character there are four at most, and an identifier or a number may begin where the last is shown.
fn most_of(length: usize) -> usize {
    length.saturating_mul(4).saturating_add(400)
}

pub(crate) fn transport_line(error: &reqwest::Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Some(fault) = body_fault(error) {
        return write!(f, "the body was not sent in whole: {}", line(&fault.to_string(), 500));
    }
    let what = if error.is_builder() {
        "the HTTP client cannot make this request"
    } else if error.is_timeout() {
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
