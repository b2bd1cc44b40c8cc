//! What can go wrong on the way, and what must come of it. Written from what is promised, not from what was seen.

use std::time::Duration;

use whatsapp_graph::ErrorKind::{
    self, AccountRateLimit, PairLimitHit, ServiceUnavailable, SomethingWentWrong, ThroughputLimitReached, TooManyCalls,
};
use whatsapp_graph::Outcome;

use crate::server::{Answer, Does};

/// A fault, and what must come of each call.
pub struct Fault {
    /// The rest of a sentence that begins with "if".
    pub what: &'static str,
    pub does: Does,
    pub within: Within,
    pub read: Must,
    pub create: Must,
    pub message: Must,
    pub register: Must,
    /// What must come of a download whose read was answered, and whose bytes meet the fault; they are asked for once.
    pub download: Option<Fetch>,
}

/// What must come of a download.
#[derive(Clone, Copy)]
pub struct Fetch {
    pub outcome: Outcome,
    pub again: bool,
}

const UNREACHED: Option<Fetch> = Some(Fetch { outcome: Outcome::NotSent, again: true });
const LOST: Option<Fetch> = Some(Fetch { outcome: Outcome::Unknown, again: true });
const NO_BYTES: Option<Fetch> = Some(Fetch { outcome: Outcome::Unknown, again: false });
const REJECTED: Option<Fetch> = Some(Fetch { outcome: Outcome::Rejected, again: false });
/// A future that was dropped says nothing.
const NO_FETCH: Option<Fetch> = None;
const THROTTLED: Option<Fetch> = Some(Fetch { outcome: Outcome::Rejected, again: true });

/// The time limits of the client.
#[derive(Clone, Copy)]
pub enum Within {
    /// Those that a client has by itself.
    Defaults,
    /// The whole call may take so long.
    Timeout(Duration),
    /// A connection may take so long.
    ConnectTimeout(Duration),
    /// The server may be silent for so long.
    ReadTimeout(Duration),
    /// Those that a client has by itself, but the call is dropped after so long.
    Dropped(Duration),
}

/// What must come of a call.
#[derive(Clone, Copy)]
pub struct Must {
    /// How often it is tried.
    pub tries: u32,
    /// How often, when the caller has asked for refused writes to be repeated.
    pub opted: u32,
    /// Does the server read the request each time?
    pub arrives: bool,
    pub ends: Ends,
    /// What the error says of the call; nothing where it is answered.
    pub outcome: Option<Outcome>,
    /// Does the error say that the call may be sent again?
    pub again: bool,
    /// Does the ledger count it? Only registrations are counted at all.
    pub counted: bool,
}

/// How a call ends, as far as the caller can tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ends {
    Answered,
    /// The caller has dropped it, and there is no error.
    Dropped,
    /// Graph's error has this name.
    Named(ErrorKind),
    /// No connection was made.
    Unconnected,
    /// It took too long; the status, if an answer had begun.
    TimedOut(Option<u16>),
    /// No answer came.
    Lost,
    /// An answer of this status broke off.
    BrokeOff(u16),
    /// An answer of this status cannot be read.
    Unreadable(u16),
    /// An answer of this status is longer than the client allows.
    TooLong(u16),
}

use Ends::{Answered, BrokeOff, Dropped, Lost, Named, TimedOut, TooLong, Unconnected, Unreadable};

/// The server reads the request each time.
const fn sent(tries: u32, ends: Ends) -> Must {
    let outcome = match ends {
        Answered | Dropped => None,
        Unconnected => Some(Outcome::NotSent),
        _ => Some(Outcome::Unknown),
    };
    Must { tries, opted: tries, arrives: true, ends, outcome, again: false, counted: false }
}

/// The server reads no request.
const fn tried(tries: u32, ends: Ends) -> Must {
    Must { arrives: false, ..sent(tries, ends) }
}

impl Must {
    const fn again(mut self) -> Self {
        self.again = true;
        self
    }

    /// Graph's answer proves that nothing was done, and may be another one later.
    const fn rejected(mut self) -> Self {
        self.outcome = Some(Outcome::Rejected);
        self.again()
    }

    /// Nothing has left, and it is known.
    const fn not_sent(mut self) -> Self {
        self.outcome = Some(Outcome::NotSent);
        self.again()
    }

    const fn counted(mut self) -> Self {
        self.counted = true;
        self
    }

    /// So often, if the caller has asked for refused writes to be repeated.
    const fn opted(mut self, tries: u32) -> Self {
        self.opted = tries;
        self
    }
}

const LIMIT: Within = Within::Timeout(Duration::from_secs(1));
const CONNECTING: Within = Within::ConnectTimeout(Duration::from_millis(500));
const DROPPED: Within = Within::Dropped(Duration::from_secs(1));
const SILENCE: Within = Within::ReadTimeout(Duration::from_millis(500));

const JSON: &str = "Content-Type: application/json\r\n";

/// By default a policy has three attempts.
pub static FAULTS: &[Fault] = &[
    Fault {
        what: "nobody listens: the connection is refused",
        does: Does::Refuses,
        within: Within::Defaults,
        read: tried(3, Unconnected).again(),
        create: tried(3, Unconnected).again(),
        message: tried(3, Unconnected).again(),
        register: tried(1, Unconnected).again(),
        download: UNREACHED,
    },
    Fault {
        what: "nobody answers the attempt to connect, and `connect_timeout` passes",
        does: Does::Ignores,
        within: CONNECTING,
        read: tried(3, Unconnected).again(),
        create: tried(3, Unconnected).again(),
        message: tried(3, Unconnected).again(),
        register: tried(1, Unconnected).again(),
        download: UNREACHED,
    },
    Fault {
        // Nothing has left, but the HTTP client does not say how far it came when the call's own time is over. Registrations are watched.
        what: "nobody answers the attempt to connect, and the time limit of the call passes before `connect_timeout`",
        does: Does::Ignores,
        within: LIMIT,
        read: tried(1, TimedOut(None)).again(),
        create: tried(1, TimedOut(None)),
        message: tried(1, TimedOut(None)),
        register: tried(1, TimedOut(None)).not_sent(),
        download: LOST,
    },
    Fault {
        what: "the call is dropped, by `select!` for example, while it connects",
        does: Does::Ignores,
        within: DROPPED,
        read: tried(1, Dropped),
        create: tried(1, Dropped),
        message: tried(1, Dropped),
        register: tried(1, Dropped),
        download: NO_FETCH,
    },
    Fault {
        what: "the call is dropped after the server has read the request",
        does: Does::IsSilent,
        within: DROPPED,
        read: sent(1, Dropped),
        create: sent(1, Dropped),
        message: sent(1, Dropped),
        register: sent(1, Dropped).counted(),
        download: NO_FETCH,
    },
    Fault {
        what: "the TLS handshake fails",
        does: Does::AlertsTls,
        within: Within::Defaults,
        read: tried(3, Unconnected).again(),
        create: tried(3, Unconnected).again(),
        message: tried(3, Unconnected).again(),
        register: tried(1, Unconnected).again(),
        download: UNREACHED,
    },
    Fault {
        // The server has read nothing, but the client has written, and cannot know.
        what: "the connection is reset before the server has read the request",
        does: Does::CutsUnread,
        within: Within::Defaults,
        read: tried(3, Lost).again(),
        create: tried(1, Lost),
        message: tried(1, Lost),
        register: tried(1, Lost).counted(),
        download: LOST,
    },
    Fault {
        what: "the connection is reset after the server has read the request",
        does: Does::CutsRead,
        within: Within::Defaults,
        read: sent(3, Lost).again(),
        create: sent(1, Lost),
        message: sent(1, Lost),
        register: sent(1, Lost).counted(),
        download: LOST,
    },
    Fault {
        // HTTP clients like to repeat just these two by themselves.
        what: "a connection that was kept from an earlier call is reset before the server has read the request",
        does: Does::CutsKept { read: false },
        within: Within::Defaults,
        read: tried(3, Lost).again(),
        create: tried(1, Lost),
        message: tried(1, Lost),
        register: tried(1, Lost).counted(),
        download: LOST,
    },
    Fault {
        what: "a connection that was kept from an earlier call is reset after the server has read the request",
        does: Does::CutsKept { read: true },
        within: Within::Defaults,
        read: sent(3, Lost).again(),
        create: sent(1, Lost),
        message: sent(1, Lost),
        register: sent(1, Lost).counted(),
        download: LOST,
    },
    Fault {
        what: "the server never answers, and the time limit of the call passes",
        does: Does::IsSilent,
        within: LIMIT,
        read: sent(1, TimedOut(None)).again(),
        create: sent(1, TimedOut(None)),
        message: sent(1, TimedOut(None)),
        register: sent(1, TimedOut(None)).counted(),
        download: LOST,
    },
    Fault {
        what: "the server is silent for longer than `read_timeout`",
        does: Does::IsSilent,
        within: SILENCE,
        read: sent(3, TimedOut(None)).again(),
        create: sent(1, TimedOut(None)),
        message: sent(1, TimedOut(None)),
        register: sent(1, TimedOut(None)).counted(),
        download: LOST,
    },
    Fault {
        what: "the answer comes byte by byte, until the time limit of the call has passed",
        does: Does::Drips,
        within: LIMIT,
        read: sent(1, TimedOut(Some(200))).again(),
        create: sent(1, TimedOut(Some(200))),
        message: sent(1, TimedOut(Some(200))),
        register: sent(1, TimedOut(Some(200))).counted(),
        download: LOST,
    },
    Fault {
        what: "half of the answer comes, then the connection is closed",
        does: Does::StopsHalfway,
        within: Within::Defaults,
        read: sent(3, BrokeOff(200)).again(),
        create: sent(1, BrokeOff(200)),
        message: sent(1, BrokeOff(200)),
        register: sent(1, BrokeOff(200)).counted(),
        download: LOST,
    },
    Fault {
        what: "the answer announces more bytes than it has, and the time limit of the call passes",
        does: Does::AnnouncesMore,
        within: LIMIT,
        read: sent(1, TimedOut(Some(200))).again(),
        create: sent(1, TimedOut(Some(200))),
        message: sent(1, TimedOut(Some(200))),
        register: sent(1, TimedOut(Some(200))).counted(),
        download: LOST,
    },
    Fault {
        what: "the answer announces fewer bytes than it has",
        does: Does::AnnouncesLess,
        within: Within::Defaults,
        read: sent(1, Unreadable(200)),
        create: sent(1, Unreadable(200)),
        message: sent(1, Unreadable(200)),
        register: sent(1, Unreadable(200)).counted(),
        download: LOST,
    },
    Fault {
        what: "something on the way answers 502 with a page of HTML",
        does: Does::Answers(Answer {
            status: "502 Bad Gateway",
            headers: "Content-Type: text/html\r\n",
            body: || b"<html><body><h1>502 Bad Gateway</h1></body></html>".to_vec(),
        }),
        within: Within::Defaults,
        read: sent(3, Unreadable(502)).again(),
        create: sent(1, Unreadable(502)),
        message: sent(1, Unreadable(502)),
        register: sent(1, Unreadable(502)).counted(),
        download: LOST,
    },
    Fault {
        what: "Graph has a fault of its own (131000, status 500)",
        does: Does::Answers(Answer {
            status: "500 Internal Server Error",
            headers: JSON,
            body: || {
                br#"{"error":{"message":"(#131000) Something went wrong","type":"OAuthException","code":131000,"fbtrace_id":"A"}}"#.to_vec()
            },
        }),
        within: Within::Defaults,
        read: sent(3, Named(SomethingWentWrong)).again(),
        create: sent(1, Named(SomethingWentWrong)),
        message: sent(1, Named(SomethingWentWrong)),
        register: sent(1, Named(SomethingWentWrong)).counted(),
        download: LOST,
    },
    Fault {
        what: "Graph is unavailable for a moment (2, status 503), and then well again",
        does: Does::AnswersOnce(Answer {
            status: "503 Service Unavailable",
            headers: JSON,
            body: || {
                br#"{"error":{"message":"Service temporarily unavailable","type":"OAuthException","is_transient":true,"code":2,"fbtrace_id":"A"}}"#.to_vec()
            },
        }),
        within: Within::Defaults,
        read: sent(2, Answered),
        create: sent(1, Named(ServiceUnavailable)),
        message: sent(1, Named(ServiceUnavailable)),
        register: sent(1, Named(ServiceUnavailable)).counted(),
        download: LOST,
    },
    Fault {
        what: "Graph throttles the number (130429, status 429)",
        does: Does::Answers(Answer {
            status: "429 Too Many Requests",
            headers: JSON,
            body: || br#"{"error":{"message":"(#130429) Rate limit hit","type":"OAuthException","code":130429,"fbtrace_id":"A"}}"#.to_vec(),
        }),
        within: Within::Defaults,
        read: sent(3, Named(ThroughputLimitReached)).rejected(),
        create: sent(1, Named(ThroughputLimitReached)).rejected().opted(3),
        message: sent(1, Named(ThroughputLimitReached)).rejected().opted(3),
        register: sent(1, Named(ThroughputLimitReached)).rejected(),
        download: THROTTLED,
    },
    Fault {
        what: "Graph throttles messages to this one customer (131056, status 400)",
        does: Does::Answers(Answer {
            status: "400 Bad Request",
            headers: JSON,
            body: || {
                br#"{"error":{"message":"(#131056) (Business Account, Consumer Account) pair rate limit hit","type":"OAuthException","code":131056,"fbtrace_id":"A"}}"#.to_vec()
            },
        }),
        within: Within::Defaults,
        read: sent(3, Named(PairLimitHit)).rejected(),
        create: sent(1, Named(PairLimitHit)).rejected().opted(3),
        message: sent(1, Named(PairLimitHit)).rejected().opted(3),
        register: sent(1, Named(PairLimitHit)).rejected(),
        download: REJECTED,
    },
    Fault {
        what: "Graph throttles the app and says to come back in three seconds (4, status 429)",
        does: Does::Answers(Answer {
            status: "429 Too Many Requests",
            headers: "Content-Type: application/json\r\nRetry-After: 3\r\n",
            body: || {
                br#"{"error":{"message":"(#4) Application request limit reached","type":"OAuthException","code":4,"fbtrace_id":"A"}}"#
                    .to_vec()
            },
        }),
        within: Within::Defaults,
        read: sent(3, Named(TooManyCalls)).rejected(),
        create: sent(1, Named(TooManyCalls)).rejected().opted(3),
        message: sent(1, Named(TooManyCalls)).rejected().opted(3),
        register: sent(1, Named(TooManyCalls)).rejected(),
        download: THROTTLED,
    },
    Fault {
        // Longer than a call may take, so the client does not wait.
        what: "Graph throttles the account for five minutes (80007, status 400)",
        does: Does::Answers(Answer {
            status: "400 Bad Request",
            headers: concat!(
                "Content-Type: application/json\r\n",
                r#"X-Business-Use-Case-Usage: {"102289599326934":[{"type":"whatsapp_business_management","call_count":100,"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":5}]}"#,
                "\r\n"
            ),
            body: || {
                br#"{"error":{"message":"(#80007) Rate limit issues","type":"OAuthException","code":80007,"fbtrace_id":"A"}}"#.to_vec()
            },
        }),
        within: Within::Defaults,
        read: sent(1, Named(AccountRateLimit)).rejected(),
        create: sent(1, Named(AccountRateLimit)).rejected(),
        message: sent(1, Named(AccountRateLimit)).rejected(),
        register: sent(1, Named(AccountRateLimit)).rejected(),
        download: REJECTED,
    },
    Fault {
        what: "something on the way redirects to another host",
        does: Does::Redirects,
        within: Within::Defaults,
        read: sent(1, Unreadable(302)),
        create: sent(1, Unreadable(302)),
        message: sent(1, Unreadable(302)),
        register: sent(1, Unreadable(302)).counted(),
        download: NO_BYTES,
    },
    Fault {
        what: "the answer has 100 MB, and says so",
        does: Does::Floods { announced: true },
        within: Within::Defaults,
        read: sent(1, TooLong(200)),
        create: sent(1, TooLong(200)),
        message: sent(1, TooLong(200)),
        register: sent(1, TooLong(200)).counted(),
        download: LOST,
    },
    Fault {
        what: "the answer has 100 MB, and does not say so",
        does: Does::Floods { announced: false },
        within: Within::Defaults,
        read: sent(1, TooLong(200)),
        create: sent(1, TooLong(200)),
        message: sent(1, TooLong(200)),
        register: sent(1, TooLong(200)).counted(),
        download: LOST,
    },
    Fault {
        what: "the answer is not UTF-8",
        does: Does::Answers(Answer {
            status: "200 OK",
            headers: JSON,
            body: || b"{\"success\":true,\"id\":\"106540352242922\",\"name\":\"\xc3\x28 \xff\"}".to_vec(),
        }),
        within: Within::Defaults,
        read: sent(1, Unreadable(200)),
        create: sent(1, Unreadable(200)),
        message: sent(1, Unreadable(200)),
        register: sent(1, Unreadable(200)).counted(),
        download: LOST,
    },
    Fault {
        what: "the answer is JSON, nested 100,000 times",
        does: Does::Answers(Answer {
            status: "200 OK",
            headers: JSON,
            body: || {
                [r#"{"success":true,"id":"106540352242922","deep":"#, &"[".repeat(100_000), &"]".repeat(100_000), "}"].concat().into_bytes()
            },
        }),
        within: Within::Defaults,
        read: sent(1, Unreadable(200)),
        create: sent(1, Unreadable(200)),
        message: sent(1, Unreadable(200)),
        register: sent(1, Unreadable(200)).counted(),
        download: LOST,
    },
];
