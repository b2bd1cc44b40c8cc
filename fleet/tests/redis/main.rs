//! The stores of a fleet against a real `redis-server`, which each test starts for itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic")]

mod child;
mod claims;
mod cluster;
mod failover;
mod ledger;
mod paced;
mod permitted;
mod processes;
mod receivers;
mod scripts;
mod server;
mod sizing;
mod tls;
mod tokens;
mod turns;
mod usage;

use std::time::{Duration, SystemTime};

use graph_fleet::Fleet;
use graph_runtime::ledger::Limit;
use graph_runtime::{Availability, BodyKind, ErrorCategory, ErrorInfo, LimitInfo, LimitSubject, Method, OperationInfo, RetryClass};

pub(crate) const SECRET: &str = "a secret of sixteen bytes or more";

static REACHED: ErrorInfo = ErrorInfo {
    name: "Reached",
    code: 133_016,
    category: ErrorCategory::new("registration"),
    retry: RetryClass::AfterWindow,
    ..ErrorInfo::EMPTY
};

const HOUR: Duration = Duration::from_secs(3600);
const WINDOW: Duration = Duration::from_secs(72 * 3600);

const TEN_IN_72_HOURS: LimitInfo = LimitInfo {
    max: 10,
    window: WINDOW,
    per: LimitSubject { name: "number", ignores: "+-()." },
    block: Some(WINDOW),
    error: &REACHED,
    availability: Availability::ALWAYS,
};

static REGISTER: OperationInfo = OperationInfo {
    id: "Number.register.create",
    request: "Register",
    method: Method::Post,
    path: "/{number_id}/register",
    body: BodyKind::Json,
    limits: &[TEN_IN_72_HOURS],
    ..OperationInfo::EMPTY
};

static DEREGISTER: OperationInfo =
    OperationInfo { id: "Number.deregister.create", path: "/{number_id}/deregister", limits: &[TEN_IN_72_HOURS], ..OperationInfo::EMPTY };

/// The name of a number in most tests.
const NUMBER: &str = "106540352242922";

fn limit(operation: &'static OperationInfo, number: &str) -> Limit {
    Limit::of(operation, number).unwrap()
}

fn now() -> SystemTime {
    SystemTime::now()
}

/// A machine of the fleet of a server.
fn fleet(url: &str) -> Fleet {
    Fleet::builder(url, SECRET).build().unwrap()
}
