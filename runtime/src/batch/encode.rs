//! A batch as Graph reads it: a form whose parameter `batch` is a list of requests.

use serde_json::{Map, Value};

use super::item::Item;
use crate::description::info::{Auth, BodyKind, Method, OperationInfo};
use crate::request::parts::Outgoing;
use crate::request::reference::{find, unencoded};

/// The call that carries the requests.
pub(super) static BATCH: OperationInfo = OperationInfo {
    id: "batch",
    request: "Batch",
    method: Method::Post,
    path: "/",
    page: "https://developers.facebook.com/docs/graph-api/batch-requests",
    auth: Auth::Token,
    body: BodyKind::Form,
    ..OperationInfo::EMPTY
};

/// A request in writing.
pub(super) struct Written {
    method: Method,
    name: String,
    url: String,
    /// A form; empty if there is no body.
    body: String,
    /// The earlier requests that it depends on.
    pub(super) needs: Vec<usize>,
    /// Those of them to which it does not refer.
    pub(super) unmentioned: Vec<usize>,
    /// What it holds that looks like a reference and must not be one.
    pub(super) odd: Option<String>,
}

impl Written {
    /// Writes the request at this place of the batch.
    pub(super) fn of(items: &[Item], at: usize) -> Self {
        let item = &items[at];
        let mut written = Self {
            method: item.outgoing.method(),
            name: item.name.to_string(),
            url: url(&item.outgoing),
            body: item.outgoing.encoded_form(),
            needs: item.after.clone(),
            unmentioned: Vec::new(),
            odd: None,
        };
        written.resolve(items, at);
        written
    }

    /// Finds what it refers to. Only a request that comes after others may refer to any: everywhere else such a text is a
    /// stranger's, or a mistake.
    fn resolve(&mut self, items: &[Item], at: usize) {
        let earlier = |name: &str| items[..at].iter().position(|item| &*item.name == name);
        let may = !items[at].after.is_empty();
        let mut mentioned = Vec::new();
        for found in [&self.url, &self.body].into_iter().flat_map(|text| find(text)) {
            match found.reference.as_ref().map(|(name, _)| (name, earlier(name))) {
                _ if !may && !found.is_whole => {}
                _ if !may => {
                    let way = "say what the request comes `after` if it is meant, and send it outside the batch if it is not";
                    self.odd = Some(format!("holds a text `{{result=…`, which Graph replaces in a batch; {way}"));
                }
                Some((_, Some(index))) => mentioned.push(index),
                Some((name, None)) => self.odd = Some(format!("refers to `{name}`, and no earlier request of the batch is named so")),
                None => {
                    let form = "`{result=name:path}`, the path of letters, digits and `$._-*[]:,@`";
                    self.odd = Some(format!("holds a text `{{result=…` that is no reference of the form {form}"));
                }
            }
        }
        if may {
            self.url = unencoded(&self.url, |name| earlier(name).is_some());
            self.body = unencoded(&self.body, |name| earlier(name).is_some());
        }
        self.needs.sort_unstable();
        self.needs.dedup();
        self.unmentioned = self.needs.iter().copied().filter(|need| !mentioned.contains(need)).collect();
        self.needs.extend(mentioned);
        self.needs.sort_unstable();
        self.needs.dedup();
    }

    /// The request as a member of the list. Its answer is asked for even where another needs it: Graph leaves it out otherwise.
    fn member(&self, is_needed: bool, depends_on: Option<&str>) -> Value {
        let mut member = Map::new();
        let mut put = |name: &str, value: Value| member.insert(name.to_owned(), value);
        put("method", self.method.as_str().into());
        if is_needed {
            put("name", self.name.as_str().into());
            put("omit_response_on_success", false.into());
        }
        if let Some(name) = depends_on {
            put("depends_on", name.into());
        }
        put("relative_url", self.url.as_str().into());
        if !self.body.is_empty() {
            put("body", self.body.as_str().into());
        }
        member.into()
    }
}

/// The call for those of the requests whose places are given.
pub(super) fn outgoing(written: &[Written], places: &[usize]) -> Outgoing {
    let member = |place: &usize| {
        let is_needed = places.iter().any(|other| written[*other].needs.contains(place));
        let depends_on = written[*place].unmentioned.first().map(|need| written[*need].name.as_str());
        written[*place].member(is_needed, depends_on)
    };
    let batch: Vec<Value> = places.iter().map(member).collect();
    let mut outgoing = Outgoing::new(&BATCH);
    outgoing.segment("");
    outgoing.set_form("batch", Value::from(batch));
    outgoing.set_form("include_headers", true.into());
    outgoing
}

/// Path and query, without the slash at the head.
fn url(outgoing: &Outgoing) -> String {
    let mut url = outgoing.path().trim_start_matches('/').to_owned();
    outgoing.write_query(&[], &mut url);
    url
}
