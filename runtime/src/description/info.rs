//! What a generator writes down about operations, their parameters, and versions: plain data for constants.

use std::fmt;
use std::time::Duration;

use crate::description::availability::Availability;
use crate::description::error_info::{ErrorDoc, ErrorInfo};
use crate::description::version::Version;

/// The verb of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates and updates.
    Post,
    /// Deletes.
    Delete,
}

impl Method {
    /// The verb as HTTP writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Everything static about an operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OperationInfo {
    /// Its id in the spec: `PhoneNumber.register.create`.
    pub id: &'static str,
    /// The Rust name of its request: `RegisterPhoneNumber`.
    pub request: &'static str,
    /// Its verb.
    pub method: Method,
    /// Its path without version: `/{phone_number_id}/register`.
    pub path: &'static str,
    /// Meta's page about it.
    pub page: &'static str,
    /// The versions that have it.
    pub availability: Availability,
    /// What the token must be allowed.
    pub permissions: Permissions,
    /// Does it need a token?
    pub auth: Auth,
    /// The host that it is sent to, where it is not the API's own.
    pub host: Option<HostInfo>,
    /// Where its parameters travel.
    pub body: BodyKind,
    /// May it be repeated without a second effect?
    pub idempotent: bool,
    /// Is it sent once and never again, even when the first time nothing left this machine?
    pub never_retry: bool,
    /// What its pace is counted by, where calls may follow each other only so fast.
    pub paced: Option<Paced>,
    /// Its parameters.
    pub params: &'static [ParamInfo],
    /// What holds between its parameters.
    pub rules: &'static [RuleInfo],
    /// How often it may be called.
    pub limits: &'static [LimitInfo],
    /// Its documented errors.
    pub errors: &'static [ErrorDoc],
    /// The members of its answer that are secret, at any depth.
    pub secrets: &'static [&'static str],
    /// Where its answer says that bytes can be downloaded, if it does.
    pub download: Option<DownloadInfo>,
}

impl OperationInfo {
    /// Does its path begin with a version?
    pub(crate) fn is_versioned(&self) -> bool {
        self.host.is_none_or(|host| host.versioned)
    }

    /// A read without anything, to build on: `OperationInfo { id: "…", ..OperationInfo::EMPTY }`.
    pub const EMPTY: Self = Self {
        id: "",
        request: "",
        method: Method::Get,
        path: "",
        page: "",
        availability: Availability::ALWAYS,
        permissions: Permissions::None,
        auth: Auth::Token,
        host: None,
        body: BodyKind::None,
        idempotent: false,
        never_retry: false,
        paced: None,
        params: &[],
        rules: &[],
        limits: &[],
        errors: &[],
        secrets: &[],
        download: None,
    };

    /// What it counts as, and no more: identifiers, verb, path, limits, pace, and whether it may be repeated. Of parameters, rules, permissions and
    /// documented errors nothing is left, so that a program that knows an operation without calling it does not contain them.
    #[doc(hidden)]
    #[must_use]
    pub const fn counted(&self) -> Self {
        Self { page: "", permissions: Permissions::None, params: &[], rules: &[], errors: &[], secrets: &[], download: None, ..*self }
    }
}

/// What the pace of an operation is counted by, and how fast it is documented to be. A client keeps it where its
/// [`Pace`](crate::Pace) says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paced {
    /// The placeholder of the path whose objects have a pace each: `phone_number_id`.
    pub id: &'static str,
    /// How fast the calls about an object may be, where that is documented.
    pub rate: Option<RateInfo>,
    /// The additional pace of calls with the same value of a parameter, for each object.
    pub pair: Option<PairInfo>,
}

/// How many calls a second are documented, by a field of the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateInfo {
    /// The members of the object that lead to the field: `["throughput", "level"]`.
    pub field: &'static [&'static str],
    /// How many, by the value of the field.
    pub per_second: &'static [(&'static str, u32)],
    /// What counts towards the number besides calls: `messages that arrive`. Empty: nothing.
    pub counts_too: &'static str,
}

/// The documented pace of a pair: an object, and the value of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairInfo {
    /// The parameter: `to`.
    pub param: &'static str,
    /// How many calls may come at once.
    pub burst: u32,
    /// How long each of them takes to be paid back.
    pub every: Duration,
}

/// How the answer of a read leads to bytes. The names are those of members of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DownloadInfo {
    /// The member with the address of the bytes.
    pub url: &'static str,
    /// The member with their SHA-256, in hexadecimal or base64.
    pub hash: Option<&'static str>,
    /// The member with their number.
    pub size: Option<&'static str>,
    /// The hosts that are sent the token, each by its whole name.
    pub hosts: &'static [&'static str],
    /// How long an address works.
    pub lasts: Duration,
}

/// Permissions that a token needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permissions {
    /// None is documented.
    None,
    /// Every one of these.
    All(&'static [&'static str]),
    /// One of these.
    Any(&'static [&'static str]),
}

/// How an operation authenticates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// With the bearer token.
    Token,
    /// With the token as `Authorization: OAuth <token>`, which resumable uploads want.
    OAuth,
    /// Not at all; the token is not sent.
    None,
}

/// A host besides the API's own. A client sends to those of its [`Surface`](crate::Surface) alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostInfo {
    /// Scheme and host: `https://api.facebook.com`.
    pub url: &'static str,
    /// Do paths begin with a version there?
    pub versioned: bool,
}

/// Where the parameters of an operation travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// In the query.
    None,
    /// In a JSON body.
    Json,
    /// In a form body.
    Form,
    /// In a body of several parts.
    Multipart,
    /// In the query; the body is a file and nothing else.
    Bytes,
}

/// Everything static about a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParamInfo {
    /// Its name on the wire.
    pub name: &'static str,
    /// The versions in which the call is refused without it; nothing where it is optional, or where sources disagree.
    pub required: Option<Availability>,
    /// Is its value masked everywhere?
    pub secret: bool,
    /// The members within it that are, at any depth.
    pub secrets: &'static [&'static str],
    /// Must it be digits, or is the call refused?
    pub digits: Option<Digits>,
    /// Values that Graph accepts and then drops: the call is refused.
    pub dropped: Option<UnfitInfo>,
    /// Values that are sent with a warning; of a file, its media type.
    pub warned: Option<UnfitInfo>,
    /// The versions that have it.
    pub availability: Availability,
    /// What lies within it and is not in every version: values of an enum, fields of an object.
    pub parts: &'static [PartInfo],
    /// The page these facts come from.
    pub page: &'static str,
}

/// Something within a parameter that is not in every version.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PartInfo {
    /// The members that lead to it; lists on the way are walked: `["buttons", "type"]`.
    pub path: &'static [&'static str],
    /// The value, for a value of an enum; nothing for a field.
    pub value: Option<&'static str>,
    /// The versions that have it.
    pub availability: Availability,
    /// The page that says so.
    pub page: &'static str,
}

impl ParamInfo {
    /// An optional parameter without a name, to build on.
    pub const EMPTY: Self = Self {
        name: "",
        required: None,
        secret: false,
        secrets: &[],
        digits: None,
        dropped: None,
        warned: None,
        availability: Availability::ALWAYS,
        parts: &[],
        page: "",
    };
}

/// A value of ASCII digits only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digits {
    /// How many, where that is fixed.
    pub length: Option<usize>,
}

/// Characters of a set, as ranges, and the fewest and the most of them.
pub type CharRun = (&'static [(char, char)], usize, usize);

/// Values of a parameter that Graph accepts, and of which not what was meant comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnfitInfo {
    /// Which: runs of characters, one after the other.
    pub pattern: &'static [CharRun],
    /// The outcome, and what to send in their place.
    pub doc: &'static str,
    /// The page that says so.
    pub page: &'static str,
}

impl UnfitInfo {
    /// Is the value one of them?
    pub fn matches(&self, value: &str) -> bool {
        matches(self.pattern, value)
    }
}

/// Is a value these runs of characters, from start to end?
pub(crate) fn matches(runs: &[CharRun], value: &str) -> bool {
    let mut rest = value;
    for (of, least, most) in runs {
        let within = |c: &char| of.iter().any(|(first, last)| (*first..=*last).contains(c));
        let run = rest.chars().take(*most).take_while(within);
        let (count, bytes) = run.fold((0, 0), |(count, bytes), c| (count + 1, bytes + c.len_utf8()));
        if count < *least {
            return false;
        }
        rest = rest.get(bytes..).unwrap_or_default();
    }
    rest.is_empty()
}

/// What must hold between parameters, or between the members of an object within one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The members that lead to the object, a parameter first; nothing for the parameters themselves. Lists on the way are walked, and
    /// `type=list` goes on only where the member `type` says `list`.
    pub at: &'static [&'static str],
    /// What must hold.
    pub kind: RuleKind,
    /// From when on, and until when. What came or went is refused only if Meta says that the server enforces it.
    pub availability: Availability,
    /// Why.
    pub doc: &'static str,
    /// The page that says so.
    pub page: &'static str,
}

/// What a rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// Exactly one of these must be given.
    OneOf(&'static [&'static str]),
    /// At least one of these must be given.
    AnyOf(&'static [&'static str]),
    /// When the first is given, all of the others must be.
    Requires(&'static str, &'static [&'static str]),
    /// When the first has this value, all of the others must be given.
    RequiresFor(&'static str, &'static str, &'static [&'static str]),
    /// Of these, no two may be given together.
    Excludes(&'static [&'static str]),
    /// Of these, the first that is given counts, and Graph ignores the others: warned of, never refused.
    FirstWins(&'static [&'static str]),
}

/// How often an operation may be called.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LimitInfo {
    /// How many calls in a window.
    pub max: u32,
    /// How long the window is.
    pub window: Duration,
    /// What is counted by.
    pub per: LimitSubject,
    /// How long calls are blocked once the limit is reached, where that is stated. A limit with a block is kept by the
    /// [`Ledger`](crate::ledger::Ledger).
    pub block: Option<Duration>,
    /// The error that says the limit is reached.
    pub error: &'static ErrorInfo,
    /// From when on, and until when: a limit that changed is two.
    pub availability: Availability,
}

/// What a limit counts by, and when two names are the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitSubject {
    /// Its name in the API's description: `account`.
    pub name: &'static str,
    /// The characters that people write within its names and that make no difference, as in `+1 631-555-1111`; if there are any,
    /// whitespace makes none either. Empty: names are compared verbatim.
    pub ignores: &'static str,
}

impl LimitSubject {
    /// A subject whose names are compared verbatim.
    pub const fn verbatim(name: &'static str) -> Self {
        Self { name, ignores: "" }
    }

    /// The name without what makes no difference.
    pub(crate) fn plain(self, name: &str) -> String {
        let ignored = |c: char| !self.ignores.is_empty() && (c.is_whitespace() || self.ignores.contains(c));
        name.chars().filter(|c| !ignored(*c)).collect()
    }
}

/// A version of the Graph API with its dates, `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionInfo {
    /// The version.
    pub version: Version,
    /// When it was released.
    pub released: &'static str,
    /// When it stops being served, once announced.
    pub expires: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_is_kept_of_an_operation_and_nothing_else() {
        static REACHED: ErrorInfo = ErrorInfo { name: "Reached", ..ErrorInfo::EMPTY };
        let limit = LimitInfo {
            max: 10,
            window: Duration::from_secs(60),
            per: LimitSubject::verbatim("id"),
            block: None,
            error: &REACHED,
            availability: Availability::ALWAYS,
        };
        let counted = OperationInfo {
            id: "Number.register",
            request: "Register",
            method: Method::Post,
            path: "/{id}/register",
            availability: Availability { gated: true, ..Availability::ALWAYS },
            auth: Auth::OAuth,
            host: Some(HostInfo { url: "https://a.example", versioned: false }),
            body: BodyKind::Json,
            idempotent: true,
            never_retry: true,
            paced: Some(Paced { id: "id", rate: None, pair: None }),
            limits: Box::leak(Box::new([limit])),
            ..OperationInfo::EMPTY
        };
        let whole = OperationInfo {
            page: "https://a.example/page",
            permissions: Permissions::Any(&["one"]),
            params: &[ParamInfo::EMPTY],
            rules: &[RuleInfo { at: &[], kind: RuleKind::OneOf(&[]), availability: Availability::ALWAYS, doc: "", page: "" }],
            errors: Box::leak(Box::new([ErrorDoc::of(&REACHED)])),
            secrets: &["pin"],
            ..counted
        };
        assert_eq!(whole.counted(), counted);
    }

    #[test]
    fn what_is_dropped_is_matched_whole() {
        const UPPER: &[(char, char)] = &[('A', 'Z')];
        let pattern: &[CharRun] = &[(UPPER, 2, 2), (&[('.', '.')], 1, 1), (&[('0', '9'), ('é', 'é')], 1, 3)];
        let dropped = UnfitInfo { pattern, doc: "", page: "" };
        for text in ["BR.1", "US.123", "US.é9é"] {
            assert!(dropped.matches(text), "{text}");
        }
        for text in ["", "B.1", "BR", "BR.", "BRA.1", "BR.1234", "br.1", " BR.1", "BR.1 ", "+55 (11) 9", "55119"] {
            assert!(!dropped.matches(text), "{text}");
        }
    }
}
