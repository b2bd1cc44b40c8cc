//! The ledgers by themselves: against a model, through crashes, between processes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails should panic")]

mod crash;
mod mishaps;
mod model;
mod processes;
mod reservations;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use graph_runtime::ledger::Limit;
use graph_runtime::{
    Availability, BodyKind, Client, Error, ErrorCatalog, ErrorCategory, ErrorInfo, LimitInfo, LimitSubject, Method, Operation,
    OperationInfo, Outgoing, RequestOptions, RetryClass, Surface, Value,
};

const HOUR: Duration = Duration::from_secs(3600);

static REACHED: ErrorInfo = ErrorInfo {
    name: "Reached",
    code: 133_016,
    category: ErrorCategory::new("registration"),
    retry: RetryClass::AfterWindow,
    ..ErrorInfo::EMPTY
};

const TEN_IN_72_HOURS: LimitInfo = LimitInfo {
    max: 10,
    window: Duration::from_secs(72 * 3600),
    per: LimitSubject { name: "number", ignores: "+-()." },
    block: Some(Duration::from_secs(72 * 3600)),
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

fn limit(operation: &'static OperationInfo, number: &str) -> Limit {
    Limit::of(operation, number).unwrap()
}

/// Some hours after a day in 2026.
fn hour(hours: u32) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_790_000_000) + HOUR * hours
}

/// A client that knows what the answer means that a limit is reached.
struct Knowing(Client);

impl From<Client> for Knowing {
    fn from(client: Client) -> Self {
        Self(client)
    }
}

impl Surface for Knowing {
    type Error = Error;
    const ERROR_CATALOG: &'static ErrorCatalog = &ErrorCatalog { errors: &[&REACHED], ..ErrorCatalog::EMPTY };
}

/// A call with a limit.
#[derive(Clone)]
struct Register {
    number: &'static str,
    options: RequestOptions,
}

impl Operation for Register {
    const INFO: &'static OperationInfo = &REGISTER;
    type Response = Value;

    fn options(&self) -> &RequestOptions {
        &self.options
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.options
    }

    fn encode(&self, to: &mut Outgoing) {
        to.id(&self.number);
        to.segment("register");
    }
}
