//! Apps: which webhooks they get, and where.
//!
//! Source: `developers.facebook.com/docs/graph-api/reference/app/subscriptions`.

use serde_json::{Map, Value, json};

use super::{Reply, Turn, account, generic};
use crate::{failure::Failure, world::Subscription};

pub(super) const EDGE: &str = "subscriptions";

/// The parameter with the address.
pub(super) const CALLBACK: &str = "callback_url";

impl Turn<'_> {
    fn named_fields(&self) -> Vec<String> {
        let names: Vec<String> = match self.param("fields") {
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(Value::String(names)) => names.split(',').map(|name| name.trim().to_owned()).collect(),
            _ => Vec::new(),
        };
        names.into_iter().filter(|name| !name.is_empty()).collect()
    }

    /// Whether somebody subscribed this app to something before.
    fn subscribed_once(&self) -> bool {
        self.world.documents.contains_key(&(self.id.to_owned(), EDGE.to_owned()))
    }
}

/// Subscribes the app to fields of an object, which are added to those that it has: "Meta verifies the URL before it answers."
pub(super) fn subscribe(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let url = turn.text(CALLBACK).unwrap_or_default();
    account::usable(turn, &url, usize::MAX)?;
    let (object, verify_token) = (turn.text("object").unwrap_or_default(), turn.text("verify_token").unwrap_or_default());
    let named = turn.named_fields();
    let known = turn.world.subscriptions.entry((turn.id.to_owned(), object)).or_insert_with(|| Subscription {
        url: String::new(),
        verify_token: String::new(),
        fields: Vec::new(),
    });
    (known.url, known.verify_token) = (url, verify_token);
    let more: Vec<String> = named.into_iter().filter(|name| !known.fields.contains(name)).collect();
    known.fields.extend(more);
    turn.world.documents.insert((turn.id.to_owned(), EDGE.to_owned()), true.into());
    Ok(Reply::success())
}

/// Ends the subscription of an object, or of some of its fields: "Without `object` all subscriptions of the app end."
pub(super) fn unsubscribe(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    let (object, named, app) = (turn.text("object"), turn.named_fields(), turn.id.to_owned());
    turn.world.subscriptions.retain(|(of, known), subscription| {
        if *of != app || object.as_ref().is_some_and(|object| object != known) {
            return true;
        }
        subscription.fields.retain(|field| !named.is_empty() && !named.contains(field));
        !subscription.fields.is_empty()
    });
    turn.world.documents.insert((app, EDGE.to_owned()), true.into());
    Ok(Reply::success())
}

pub(super) fn subscriptions(turn: &mut Turn<'_>) -> Result<Reply, Failure> {
    if !turn.subscribed_once() {
        return Ok(generic::example(turn));
    }
    let version = turn.moment.version.to_string();
    let shown = |object: &str, subscription: &Subscription| -> Value {
        let fields: Vec<Value> = subscription.fields.iter().map(|name| json!({"name": name, "version": version})).collect();
        Map::from_iter([
            ("object".to_owned(), object.into()),
            ("callback_url".to_owned(), subscription.url.as_str().into()),
            ("active".to_owned(), true.into()),
            ("fields".to_owned(), fields.into()),
        ])
        .into()
    };
    let here = turn.world.subscriptions.iter().filter(|((app, _), _)| app == turn.id);
    let data: Vec<Value> = here.map(|((_, object), subscription)| shown(object, subscription)).collect();
    Ok(Reply::of(json!({"data": data})))
}
