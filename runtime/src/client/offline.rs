//! Both ends of a call without the network between them: for fuzz targets, and for tests that replay what those have found.

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::client::Client;
use crate::client::reply::Reply;
use crate::client::transport::Attempt;
use crate::error::Error;
use crate::request::operation::Operation;
use crate::request::parts::Outgoing;
use crate::response::info::{Response, ResponseInfo};

/// The query that the client would send with the request, encoded.
pub fn query<O: Operation>(request: &O) -> String {
    let mut query = String::new();
    outgoing(request).write_query(&[], &mut query);
    query.strip_prefix('?').unwrap_or_default().to_owned()
}

/// Reads an answer as the client would that has sent the request once. What HTTP does not take for a header is left out.
///
/// # Errors
/// What [`Client::send_full`] makes of the answer.
pub fn answered<O: Operation>(
    client: &Client,
    request: &O,
    status: u16,
    headers: &[(&str, &[u8])],
    body: &[u8],
) -> Result<Response<O::Response>, Error> {
    let outgoing = outgoing(request);
    let credential = client.credential(client.bearer.known().unwrap_or_default());
    let attempt = Attempt { outgoing: &outgoing, options: request.options(), version: client.version, credential, before: 0 };
    let mut call = client.call(&attempt);
    (call.attempts, call.answered) = (1, client.shared.clock.now());
    let info = ResponseInfo::of(status, &header_map(headers), &call);
    client.of_version(Reply::accept(call, info, Bytes::copy_from_slice(body), client.shared.catalog)?)?.decode()
}

fn outgoing<O: Operation>(request: &O) -> Outgoing {
    let mut outgoing = Outgoing::new(O::INFO);
    request.encode(&mut outgoing);
    outgoing.merge(request.options().extra());
    outgoing
}

fn header_map(headers: &[(&str, &[u8])]) -> HeaderMap {
    let read = |(name, value): &(&str, &[u8])| Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_bytes(value).ok()?));
    let mut map = HeaderMap::new();
    for (name, value) in headers.iter().filter_map(read) {
        map.append(name, value);
    }
    map
}
