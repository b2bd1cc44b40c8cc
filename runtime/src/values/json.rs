//! Values as JSON text, written for what is sent.
//!
//! `Serialize` is for everybody, and asks `serde_json` to look at every byte of every name. Here a declared name is there as it is written, and a text
//! is looked through eight bytes at a time. Whatever is not usual is left to `serde_json`, so that both give the same text, byte by byte.

use std::io;

use serde_core::ser::Serialize;
use serde_json::value::RawValue;

use crate::values::record::{Label, Member, Record, each_member};
use crate::values::union::{Union, keeps};
use crate::values::view::{Array, Content, Name, View, elements, whole};
use crate::values::wire::Wire;

/// A value as JSON: what `serde_json::to_vec` gives of it, in less time.
#[doc(hidden)]
pub fn to_json(value: &dyn Wire) -> Vec<u8> {
    let mut json = Json::default();
    json.view(&value.view());
    json.into_bytes()
}

/// Room for most of what is sent.
const USUAL: usize = 1000;

/// A JSON text as far as it is written.
pub(crate) struct Json {
    /// The text, and zeros behind it.
    buffer: Vec<u8>,
    length: usize,
}

impl Default for Json {
    fn default() -> Self {
        Self { buffer: vec![0; USUAL], length: 0 }
    }
}

/// For `serde_json`.
impl io::Write for Json {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Json {
    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        self.buffer.truncate(self.length);
        self.buffer
    }

    /// The next so many bytes, to be written.
    #[inline]
    fn room(&mut self, length: usize) -> &mut [u8] {
        let start = self.length;
        self.length += length;
        if self.length > self.buffer.len() {
            self.grow();
        }
        &mut self.buffer[start..start + length]
    }

    #[cold]
    fn grow(&mut self) {
        self.buffer.resize(2 * self.length, 0);
    }

    #[inline]
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        self.room(bytes.len()).copy_from_slice(bytes);
    }

    pub(crate) fn view(&mut self, view: &View<'_>) {
        match *view {
            View::Str(text) => self.text(text),
            View::Array(array) => self.array(array),
            View::Record(_) | View::Union(_) | View::Map(_) | View::Extra(_) => {
                self.put(b"{");
                self.members(view);
                self.put(b"}");
            }
            _ => self.scalar(view),
        }
    }

    fn array(&mut self, array: &dyn Array) {
        self.put(b"[");
        for (at, element) in elements(array).enumerate() {
            if at > 0 {
                self.put(b",");
            }
            self.view(&element.view());
        }
        self.put(b"]");
    }

    /// What is neither a list nor has members. Not inlined: what few values need does not make the way of all longer.
    #[inline(never)]
    fn scalar(&mut self, view: &View<'_>) {
        match *view {
            View::Bool(value) => self.put(if value { b"true" } else { b"false" }),
            View::I64(number) => self.other(&number),
            View::U64(number) => self.other(&number),
            View::F64(number) => match whole(number) {
                Some(whole) => self.other(&whole),
                None => self.other(&number),
            },
            View::Text(ref text) => self.text(text),
            View::Json(value) => self.other(value),
            View::Raw(text) => match serde_json::from_str::<&RawValue>(text) {
                Ok(raw) => self.put(raw.get().as_bytes()),
                Err(_) => self.text(text),
            },
            _ => self.put(b"null"),
        }
    }

    /// The members of a record.
    fn record(&mut self, record: &dyn Record) {
        if !record.undeclared().is_nothing() {
            return each_member(record, &mut |name, content| self.member(name, content));
        }
        let members = record.shape().members();
        record.each(&mut |at, value| match members.get(at) {
            Some(Member::Field(label) | Member::Always(label) | Member::List(label)) => self.labelled(*label, &value.view()),
            Some(Member::Constant(label, text)) => self.labelled(*label, &View::Str(text)),
            Some(Member::Spread(_)) => self.members(&value.view()),
            Some(Member::Alias(..)) | None => {}
        });
    }

    /// The members of a union: its tag and what it holds.
    fn union(&mut self, union: &dyn Union) {
        let shape = union.shape();
        let (at, content) = union.content();
        let content = content.map(Wire::view);
        let Some(variant) = shape.variants.get(at) else {
            return content.into_iter().for_each(|content| self.members(&content));
        };
        match (content, variant.payload()) {
            (Some(content), Some(payload)) => {
                self.labelled(shape.label, &View::Str(variant.tag()));
                self.labelled(payload, &content);
            }
            (Some(content), None) => {
                if !keeps(&content, shape.tag) {
                    self.labelled(shape.label, &View::Str(variant.tag()));
                }
                self.members(&content);
            }
            (None, _) => self.labelled(shape.label, &View::Str(variant.tag())),
        }
    }

    /// The members of any object.
    fn members(&mut self, view: &View<'_>) {
        match *view {
            View::Record(record) => self.record(record),
            View::Union(union) => self.union(union),
            ref other => other.each(&mut |name, content| self.member(name, content)),
        }
    }

    fn member(&mut self, name: Name<'_>, content: Content<'_>) {
        match name {
            Name::Label(label) => self.labelled(label, &content.view()),
            Name::Declared(name) | Name::Other(name) => self.named(name, &content.view()),
        }
    }

    fn labelled(&mut self, label: Label, view: &View<'_>) {
        let name = label.written(self.begins()).as_bytes();
        if let View::Str(text) = *view
            && is_plain(text.as_bytes())
        {
            let (head, tail) = self.room(name.len() + text.len() + 2).split_at_mut(name.len());
            head.copy_from_slice(name);
            quoted(text, tail);
            return;
        }
        self.put(name);
        self.view(view);
    }

    pub(crate) fn named(&mut self, name: &str, view: &View<'_>) {
        self.name(name);
        self.view(view);
    }

    /// A member whose value is JSON already.
    pub(crate) fn written(&mut self, name: &str, json: &[u8]) {
        self.name(name);
        self.put(json);
    }

    fn name(&mut self, name: &str) {
        if !self.begins() {
            self.put(b",");
        }
        self.text(name);
        self.put(b":");
    }

    /// Is it the first member? Nothing but an object that begins ends in a bracket that opens.
    fn begins(&self) -> bool {
        self.length.checked_sub(1).and_then(|last| self.buffer.get(last)) == Some(&b'{')
    }

    fn text(&mut self, text: &str) {
        if is_plain(text.as_bytes()) {
            quoted(text, self.room(text.len() + 2));
        } else {
            self.other(text);
        }
    }

    /// What `serde_json` writes.
    #[inline(never)]
    fn other(&mut self, value: &(impl Serialize + ?Sized)) {
        // Writing to memory cannot fail.
        let _ = serde_json::to_writer(self, value);
    }
}

/// Writes a text in its quotation marks.
#[inline]
fn quoted(text: &str, room: &mut [u8]) {
    if let [first, middle @ .., last] = room {
        *first = b'"';
        middle.copy_from_slice(text.as_bytes());
        *last = b'"';
    }
}

/// Is there nothing in the text that JSON escapes: no quotation mark, no backslash, no control character?
#[inline]
fn is_plain(text: &[u8]) -> bool {
    let Some(last) = text.last_chunk::<8>() else {
        return text.iter().all(|byte| !matches!(byte, b'"' | b'\\' | ..b' '));
    };
    let (chunks, _) = text.as_chunks::<8>();
    // The last eight, some of them for the second time.
    let mut odd = escaped(u64::from_le_bytes(*last));
    for chunk in chunks {
        odd |= escaped(u64::from_le_bytes(*chunk));
    }
    odd == 0
}

/// The highest bit of each of eight bytes that is escaped in JSON. What carries from one byte to the next comes only from a byte that is.
#[inline]
pub(crate) fn escaped(bytes: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    let below = |bytes: u64, bound: u8| bytes.wrapping_sub(ONES * u64::from(bound)) & !bytes;
    let is = |byte: u8| below(bytes ^ (ONES * u64::from(byte)), 1);
    (below(bytes, b' ') | is(b'"') | is(b'\\')) & HIGH
}

#[cfg(test)]
#[expect(unreachable_pub, dead_code, reason = "as the macros want it")]
pub(crate) mod tests {
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::values::extra::Extra;
    use crate::values::kept::Kept;
    use crate::values::list::List;

    #[derive(Clone, Default, PartialEq)]
    pub struct Order {
        id: String,
        price: Option<f64>,
        count: Option<i64>,
        paid: Option<bool>,
        note: Option<Value>,
        item: Item,
        items: List<Item>,
        signs: List<Sign>,
        extra: Extra,
    }

    crate::record!(Order {
        0 Always("id") => id, 1 Constant("product", "graph") => extra, 2 Field("price") => price, 3 Field("count") => count,
        4 Field("paid") => paid, 5 Field("note") => note, 6 Spread("item") => item, 7 Field("items") => items, 8 Field("signs") => signs,
        9 Alias("number", 0) => id,
    });

    #[derive(Clone, Debug, PartialEq)]
    pub enum Item {
        Text(String),
        Gone,
        Unlisted(Extra),
    }

    #[derive(Clone, Debug, PartialEq)]
    pub enum Sign {
        Card(Card),
        Unlisted(Extra),
    }

    crate::union!(Sign, "type", any_case { 0 Members("card") => Card });

    crate::union!(Item, "type", any_case { 0 Payload("text", "body") => Text } alone { 1 Alone("gone") => Gone });

    #[derive(Clone, Default, PartialEq)]
    pub struct Card {
        title: Option<String>,
        extra: Extra,
    }

    crate::record!(Card { 0 Field("title") => title });

    #[test]
    fn an_identifier_that_came_as_a_number_is_written_as_one() {
        let (mut json, id) = (Json::default(), crate::values::id::IdText::number(12));
        json.view(&id.view());
        assert_eq!(json.into_bytes(), b"12");
    }

    fn same(value: &dyn Wire) {
        assert_eq!(String::from_utf8(to_json(value)).unwrap(), serde_json::to_string(&value.view()).unwrap());
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from)
        ];
        leaf.prop_recursive(3, 24, 5, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..4).prop_map(Value::from),
                btree_map(any_name(), inner, 0..6).prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    fn any_name() -> impl Strategy<Value = String> {
        const KNOWN: &[&str] = &["id", "number", "product", "price", "count", "paid", "note", "type", "body", "title", "items"];
        prop_oneof![proptest::sample::select(KNOWN).prop_map(String::from), any::<String>()]
    }

    fn any_item() -> impl Strategy<Value = Value> {
        let tag = proptest::sample::select(vec!["card", "CARD", "text", "gone", "new"]);
        (tag, btree_map(any_name(), any_json(), 0..4), any::<String>()).prop_map(|(tag, others, text)| {
            let mut item: serde_json::Map<String, Value> = others.into_iter().collect();
            item.insert("type".to_owned(), tag.into());
            item.insert(if tag == "text" { "body" } else { "title" }.to_owned(), text.into());
            Value::Object(item)
        })
    }

    proptest! {
        #[test]
        fn a_text_is_what_serde_writes(text: String, at in 0_usize..40, odd: char) {
            let mut long = "a plain text that is as long as some are".to_owned();
            long.insert(at, odd);
            for text in [text, long] {
                same(&text);
            }
        }

        #[test]
        fn bytes_are_plain_if_json_escapes_none(bytes in vec(any::<u8>(), 0..40)) {
            let plain = !bytes.iter().any(|byte| matches!(byte, b'"' | b'\\' | 0..=31));
            prop_assert_eq!(is_plain(&bytes), plain);
        }

        #[test]
        fn whatever_a_record_holds_is_what_serde_writes(
            members in btree_map(any_name(), any_json(), 0..12), item in any_item(), items in vec(prop_oneof![any_item(), any_json()], 0..4), price: f64
        ) {
            let mut object: serde_json::Map<String, Value> = members.into_iter().collect();
            object.extend(item.as_object().unwrap().clone());
            object.insert("id".to_owned(), "1".into());
            object.insert("items".to_owned(), items.clone().into());
            object.insert("signs".to_owned(), items.into());
            object.insert("price".to_owned(), price.into());
            let order: Order = serde_json::from_value(Value::Object(object)).unwrap();
            same(&order);
            same(&order.items.iter().cloned().collect::<Vec<_>>());
            same(&order.signs.iter().cloned().collect::<Vec<_>>());
            prop_assert_eq!(String::from_utf8(to_json(&order)).unwrap(), serde_json::to_string(&order).unwrap());
            same(&Some(price));
        }

        #[test]
        fn free_json_is_what_serde_writes(value in any_json()) {
            same(&value);
        }
    }

    #[test]
    fn every_byte_is_plain_or_not_wherever_it_is() {
        for byte in 0..=u8::MAX {
            for length in [1, 7, 8, 9, 16, 23] {
                for at in 0..length {
                    let mut text = vec![b'a'; length];
                    text[at] = byte;
                    assert_eq!(is_plain(&text), !matches!(byte, b'"' | b'\\' | 0..=31), "{byte} at {at} of {length}");
                }
            }
        }
    }

    #[test]
    fn what_is_kept_is_written_as_it_came() {
        for text in [" {\"a\" : 1e2 } ", "no \"JSON", ""] {
            same(&Kept::new("why", text));
        }
    }

    #[test]
    fn a_text_may_be_longer_than_there_is_room() {
        same(&"é".repeat(3 * USUAL));
        same(&vec!["x".repeat(USUAL - 4), "y".repeat(7 * USUAL)]);
    }
}
