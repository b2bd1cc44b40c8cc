//! A call that has a pace, and the lanes in which it waits.

use std::time::Duration;

use graph_runtime::{BodyKind, Lane, Method, Operation, OperationInfo, Outgoing, Paced, PairInfo, RequestOptions, Value};

use crate::NUMBER;

/// Calls in a second.
pub(crate) const RATE: u32 = 80;

static SEND: OperationInfo = OperationInfo {
    id: "Number.messages.create",
    method: Method::Post,
    path: "/{number_id}/messages",
    body: BodyKind::Json,
    paced: Some(Paced { id: "number_id", rate: None, pair: Some(PairInfo { param: "to", burst: 2, every: Duration::from_secs(6) }) }),
    ..OperationInfo::EMPTY
};

#[derive(Clone)]
pub(crate) struct Send(String, RequestOptions);

impl Send {
    pub(crate) fn to(to: &str) -> Self {
        Self(NUMBER.into(), RequestOptions::default().with_param("to", to))
    }
}

impl Operation for Send {
    const INFO: &'static OperationInfo = &SEND;
    type Response = Value;

    fn options(&self) -> &RequestOptions {
        &self.1
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.1
    }

    fn encode(&self, to: &mut Outgoing) {
        to.id(&self.0);
        to.segment("messages");
    }
}

/// The lanes in which a call about this number waits, at 80 a second, and two to a recipient at once: as a client makes them.
pub(crate) fn lanes(number: &str, to: Option<&str>) -> Vec<Lane> {
    let object = Lane::new(number.to_owned(), Duration::from_secs(1) / RATE, Duration::ZERO);
    let pair = to.map(|to| Lane::new(format!("{number}/{to}"), Duration::from_secs(6), Duration::from_secs(6)));
    std::iter::once(object).chain(pair).collect()
}
