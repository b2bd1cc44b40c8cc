//! The envelope: `{object, entry: [{id, time, changes: [{field, value}]}]}`, in any order, each part kept where it cannot be read.
//!
//! A `value` is read as what its `field` names, which may come after it: it is taken as a text first, and read once the change has been seen whole.
//! What cannot be read is kept at the smallest place: an element of a list, a change, an entry, the whole.

use std::fmt;

use serde_core::de::{Deserialize, Deserializer};
use serde_core::ser::{Serialize, Serializer};

use crate::notification::undeclared::undeclared;
use crate::values::decode::ReadOutcome;
use crate::values::extra::Extra;
use crate::values::isolated::read_isolated;
use crate::values::kept::Kept;
use crate::values::list::List;
use crate::values::record::{Label, Member, Record, Shape, give, show_record};
use crate::values::timestamp::Timestamp;
use crate::values::token::{Later, Members, Token, later};
use crate::values::view::{Content, Mapping, Name, View};
use crate::values::wire::Wire;

/// The value of a change, by its field. The emitted crate has the one type that implements it.
pub trait FieldValue: Clone + Default + PartialEq + Send + Sync + 'static {
    /// What a change holds, and what reads it, for this field; nothing: a change without one.
    fn of(field: Option<&str>) -> Self;

    /// The value.
    fn value(&self) -> &dyn Wire;

    /// The value, to be read.
    fn value_mut(&mut self) -> &mut dyn Wire;
}

/// What was delivered: everything of it, whatever came.
///
/// It is made of any bytes ([`from_slice`](Self::from_slice)) and encodes to the same JSON value, but for members that are `null`.
#[derive(Clone, PartialEq)]
pub struct Notification<F> {
    /// What the changes are about.
    pub object: Option<String>,
    /// One entry for each account, or several.
    pub entries: List<Entry<F>>,
    kept: Option<Kept>,
    extra: Extra,
}

/// What happened to one account.
#[derive(Clone, PartialEq)]
pub struct Entry<F> {
    /// The account, in most fields; for some the business portfolio. `"0"` in what the dashboard sends for a test.
    pub id: Option<String>,
    /// When it was *sent*: a repetition has another one. In some fields only.
    pub time: Option<Timestamp>,
    /// What changed.
    pub changes: List<Change<F>>,
    /// The names of the fields that changed, in place of [`changes`](Self::changes), if the subscription leaves out the values.
    pub changed_fields: Option<Vec<String>>,
    extra: Extra,
}

/// One change.
#[derive(Clone, PartialEq)]
pub struct Change<F> {
    /// The field that was subscribed.
    pub field: Option<String>,
    value: Held<F>,
    extra: Extra,
}

/// What is under `value`.
#[derive(Clone, PartialEq)]
enum Held<F> {
    Absent,
    Read(F),
    Kept(Kept),
}

impl<F> Change<F> {
    /// The value, if it could be read as what the field names.
    pub fn value(&self) -> Option<&F> {
        if let Held::Read(value) = &self.value { Some(value) } else { None }
    }

    /// The value, if it could not.
    pub fn kept(&self) -> Option<&Kept> {
        if let Held::Kept(kept) = &self.value { Some(kept) } else { None }
    }

    /// What is beside field and value.
    pub fn extra(&self) -> &Extra {
        &self.extra
    }
}

impl<F> Entry<F> {
    /// Members that are not declared, or of another kind than declared.
    pub fn extra(&self) -> &Extra {
        &self.extra
    }
}

impl<F> Notification<F> {
    /// Members that are not declared, or of another kind than declared.
    pub fn extra(&self) -> &Extra {
        &self.extra
    }

    /// The whole, if it could not be read at all.
    pub fn kept(&self) -> Option<&Kept> {
        self.kept.as_ref()
    }
}

impl<F: FieldValue> Notification<F> {
    /// Reads a body. It never fails: what cannot be read is kept, down to the whole of it.
    pub fn from_slice(body: &[u8]) -> Self {
        match std::str::from_utf8(body) {
            Ok(text) => Self::from_text(text),
            Err(error) => Self::of_kept(Kept::new(format!("the body is no UTF-8: {error}"), String::from_utf8_lossy(body))),
        }
    }

    fn from_text(text: &str) -> Self {
        let mut it = Self::default();
        match read_isolated(text, &mut it) {
            Ok(ReadOutcome::Yes) => it,
            Ok(ReadOutcome::Null) => Self::of_kept(Kept::new("expected an object, found null", text)),
            Ok(ReadOutcome::TypeMismatch(mismatch)) => Self::of_kept(Kept::new(mismatch.why, text)),
            Err(error) => Self::of_kept(Kept::new(format!("the body is no JSON: {error}"), text)),
        }
    }

    fn of_kept(kept: Kept) -> Self {
        Self { kept: Some(kept), ..Self::default() }
    }

    /// The JSON paths of everything that the spec does not declare, of what is of another kind than it declares, and of what could not be read: what
    /// is sent and this crate does not know yet. Nothing of it is lost.
    pub fn undeclared(&self) -> Vec<String> {
        match &self.kept {
            Some(_) => vec![String::new()],
            None => undeclared(self),
        }
    }

    /// Cuts it up by what `tenant` says of an entry, to be forwarded: a part for each tenant, in the order in which they come. Each part has what
    /// is beside the entries, and together they have everything. What could not be read as an entry belongs to `None`.
    pub fn split_by<K: PartialEq>(self, tenant: impl Fn(&Entry<F>) -> Option<K>) -> Vec<(Option<K>, Self)> {
        let Self { object, entries, kept, extra } = self;
        let (read, misfits) = entries.into_parts();
        let mut parts: Vec<(Option<K>, Vec<Entry<F>>)> = Vec::new();
        for entry in read {
            let tenant = tenant(&entry);
            match parts.iter_mut().find(|(known, _)| *known == tenant) {
                Some((_, entries)) => entries.push(entry),
                None => parts.push((tenant, vec![entry])),
            }
        }
        if (kept.is_some() || !misfits.is_empty() || parts.is_empty()) && parts.iter().all(|(tenant, _)| tenant.is_some()) {
            parts.push((None, Vec::new()));
        }
        let (mut kept, mut misfits) = (kept, misfits);
        let part = |(tenant, read): (Option<K>, Vec<Entry<F>>)| {
            let is_rest = tenant.is_none();
            let misfits = if is_rest { std::mem::take(&mut misfits) } else { Vec::new() };
            let kept = if is_rest { kept.take() } else { None };
            let entries = if read.is_empty() && misfits.is_empty() { List::default() } else { List::from_parts(read, misfits) };
            (tenant, Self { object: object.clone(), entries, kept, extra: extra.clone() })
        };
        parts.into_iter().map(part).collect()
    }
}

impl<F: FieldValue> Default for Notification<F> {
    fn default() -> Self {
        Self { object: None, entries: List::default(), kept: None, extra: Extra::default() }
    }
}

impl<F: FieldValue> Default for Entry<F> {
    fn default() -> Self {
        Self { id: None, time: None, changes: List::default(), changed_fields: None, extra: Extra::default() }
    }
}

impl<F: FieldValue> Default for Change<F> {
    fn default() -> Self {
        Self { field: None, value: Held::Absent, extra: Extra::default() }
    }
}

impl<F: FieldValue> Record for Notification<F> {
    fn shape(&self) -> &'static Shape {
        const { &Shape::of("Notification", &[Member::Field(Label(",\"object\":")), Member::Field(Label(",\"entry\":"))]) }
    }

    fn each<'a>(&'a self, to: &mut dyn FnMut(usize, &'a dyn Wire)) {
        give(&self.object, 0, to);
        give(&self.entries, 1, to);
    }

    fn undeclared(&self) -> &Extra {
        &self.extra
    }

    fn place(&mut self, at: usize) -> &mut dyn Wire {
        match at {
            0 => &mut self.object,
            1 => &mut self.entries,
            _ => &mut self.extra,
        }
    }
}

impl<F: FieldValue> Record for Entry<F> {
    fn shape(&self) -> &'static Shape {
        const {
            &Shape::of(
                "Entry",
                &[
                    Member::Field(Label(",\"id\":")),
                    Member::Field(Label(",\"time\":")),
                    Member::Field(Label(",\"changes\":")),
                    Member::Field(Label(",\"changed_fields\":")),
                ],
            )
        }
    }

    fn each<'a>(&'a self, to: &mut dyn FnMut(usize, &'a dyn Wire)) {
        give(&self.id, 0, to);
        give(&self.time, 1, to);
        give(&self.changes, 2, to);
        give(&self.changed_fields, 3, to);
    }

    fn undeclared(&self) -> &Extra {
        &self.extra
    }

    fn place(&mut self, at: usize) -> &mut dyn Wire {
        match at {
            0 => &mut self.id,
            1 => &mut self.time,
            2 => &mut self.changes,
            3 => &mut self.changed_fields,
            _ => &mut self.extra,
        }
    }
}

impl<F: FieldValue> Mapping for Change<F> {
    fn each(&self, take: &mut dyn FnMut(Name<'_>, Content<'_>)) {
        if let Some(field) = self.field.present() {
            take(Name::Declared("field"), Content::Wire(field));
        }
        match &self.value {
            Held::Absent => {}
            Held::Read(value) => take(Name::Declared("value"), Content::Wire(value.value())),
            Held::Kept(kept) => take(Name::Declared("value"), Content::Wire(kept)),
        }
        self.extra.iter().for_each(|(name, value)| take(Name::Other(name), Content::Undeclared(value)));
    }
}

/// A value verbatim, until the field is known.
type Unread<'de> = Option<Later<'de>>;

impl<F: FieldValue> Wire for Change<F> {
    fn view(&self) -> View<'_> {
        View::Map(self)
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        *self = Self::default();
        let members = match token {
            Token::Object(members) => members,
            other => return other.mismatch("an object"),
        };
        let value = self.read_members(members);
        if let Some(value) = value {
            self.value = held(self.field.as_deref(), value);
        }
        ReadOutcome::Yes
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl<F: FieldValue> Change<F> {
    /// Reads all but the value.
    fn read_members<'de>(&mut self, members: &mut dyn Members<'de>) -> Unread<'de> {
        let mut value = None;
        let mut name = String::new();
        let mut which = 0;
        while members.next_key(&mut |key| {
            which = match key {
                "field" => 0,
                "value" => 1,
                _ => {
                    key.clone_into(&mut name);
                    2
                }
            };
        }) {
            match which {
                // Of a member that comes twice the last counts, whatever the first was.
                0 => {
                    self.extra.remove("field");
                    if let ReadOutcome::TypeMismatch(mismatch) = members.value(&mut self.field) {
                        self.field = None;
                        self.extra.insert("field", mismatch.value);
                    }
                }
                1 => value = Some(members.apart()),
                _ => {
                    let value = members.json();
                    self.extra.insert(std::mem::take(&mut name), value);
                }
            }
        }
        value
    }
}

/// Reads a value as what its field names, or keeps its text.
fn held<F: FieldValue>(field: Option<&str>, value: Later<'_>) -> Held<F> {
    let mut read = F::of(field);
    let text = match value {
        Later::Text(text) => text,
        Later::Json(json) => json.to_string().into(),
    };
    match read_isolated(&text, read.value_mut()) {
        Ok(ReadOutcome::Yes) => Held::Read(read),
        Ok(ReadOutcome::Null) => Held::Absent,
        Ok(ReadOutcome::TypeMismatch(mismatch)) => Held::Kept(Kept::new(mismatch.why, text)),
        Err(error) => Held::Kept(Kept::new(error.to_string(), text)),
    }
}

impl<F: FieldValue> Serialize for Notification<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.kept {
            Some(kept) => kept.serialize(serializer),
            None => View::Record(self).serialize(serializer),
        }
    }
}

impl<'de, F: FieldValue> Deserialize<'de> for Notification<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match later(deserializer)? {
            Later::Text(text) => Self::from_text(&text),
            Later::Json(json) => Self::from_text(&json.to_string()),
        })
    }
}

impl<F: FieldValue> fmt::Debug for Notification<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kept {
            Some(kept) => f.debug_tuple("Notification").field(kept).finish(),
            None => show_record(self, f),
        }
    }
}

impl<F: FieldValue> fmt::Debug for Entry<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show_record(self, f)
    }
}

impl<F: FieldValue> fmt::Debug for Change<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Change");
        self.each(&mut |name, content| _ = shown.field(name.as_str(), &content));
        shown.finish()
    }
}
