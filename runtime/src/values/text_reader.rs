//! Reading a JSON text straight into values.
//!
//! `serde_json` reads whatever it reads through a visitor. Of a text that is read into a [`Wire`] there is less to ask: where its strings end, and which
//! bracket comes next. That is done here. Escapes, fractions, and what is kept verbatim or read later are read by `serde_json`, from the text that they have.
//!
//! A text that is not read here may be one that `serde_json` refuses: it reads it again, and says what is wrong. Nothing is read here that it would
//! refuse or read differently; the property below and the fuzz targets hold that.

use std::borrow::Cow;
use std::fmt;

use serde_core::Deserialize;
use serde_core::de::DeserializeSeed as _;
use serde_json::value::RawValue;
use serde_json::{Deserializer, Value};

use crate::values::decode::ReadOutcome;
use crate::values::json::escaped;
use crate::values::token::{DEEPEST, Elements, Later, Members, Seed, Token, depth};
use crate::values::wire::Wire;

/// Reads the text of one JSON value, unless something is wrong with it. What the place holds in that case does not matter.
pub(crate) fn read(text: &str, into: &mut dyn Wire) -> Option<ReadOutcome> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let outcome = reader.value(into)?;
    reader.next().is_none().then_some(outcome)
}

struct Reader<'de> {
    /// The text; empty once something is wrong with it.
    text: &'de str,
    /// How many of its bytes have been read.
    at: usize,
    /// The brackets around this place.
    depth: usize,
}

impl<'de> Reader<'de> {
    /// What is still to be read.
    fn rest(&self) -> &'de str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next byte that is no white space.
    fn next(&mut self) -> Option<u8> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    /// Reads no further.
    fn stop(&mut self) {
        self.text = "";
    }

    fn value(&mut self, into: &mut dyn Wire) -> Option<ReadOutcome> {
        match self.next()? {
            b'"' => match self.plain_string() {
                Some(text) => Some(into.read(Token::Str(text))),
                None => self.escaped_string().map(|text| into.read(Token::Str(&text))),
            },
            b'{' => self.brackets(b'}', |members| into.read(Token::Object(members))),
            b'[' => self.brackets(b']', |elements| into.read(Token::Array(elements))),
            b'n' => self.word("null").then_some(ReadOutcome::Null),
            b't' => self.word("true").then(|| into.read(Token::Bool(true))),
            b'f' => self.word("false").then(|| into.read(Token::Bool(false))),
            _ => self.number(into),
        }
    }

    /// An object or an array, and what is made of it.
    fn brackets(&mut self, closing: u8, read: impl FnOnce(&mut Within<'_, 'de>) -> ReadOutcome) -> Option<ReadOutcome> {
        self.at += 1;
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut within = Within { reader: self, closing, begun: false, ended: false };
        let outcome = read(&mut within);
        let ended = !within.more();
        self.depth -= 1;
        // Of a text that is read no further this is past the end.
        (ended && self.at <= self.text.len()).then_some(outcome)
    }

    fn word(&mut self, word: &str) -> bool {
        let is = self.rest().starts_with(word);
        self.at += word.len();
        is
    }

    /// A string without escapes: a part of the text. Nothing is read of another.
    fn plain_string(&mut self) -> Option<&'de str> {
        let from = self.at + 1;
        let end = plain_end(self.text.as_bytes(), from);
        if self.text.as_bytes().get(end) != Some(&b'"') {
            return None;
        }
        self.at = end + 1;
        self.text.get(from..end)
    }

    // Not inlined: what few strings need does not make the way of all longer.
    #[cold]
    #[inline(never)]
    fn escaped_string(&mut self) -> Option<String> {
        self.part()
    }

    fn number(&mut self, into: &mut dyn Wire) -> Option<ReadOutcome> {
        let rest = self.rest();
        let length = rest.bytes().position(|byte| !matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')).unwrap_or(rest.len());
        let text = rest.get(..length)?;
        self.at += length;
        if let Some(number) = whole(text) {
            return Some(into.read(Token::U64(number)));
        }
        let mut source = Deserializer::from_str(text);
        let outcome = Seed(into).deserialize(&mut source).ok()?;
        source.end().ok().map(|()| outcome)
    }

    /// A value that `serde_json` reads.
    fn part<T: Deserialize<'de>>(&mut self) -> Option<T> {
        let mut parts = Deserializer::from_str(self.rest()).into_iter();
        let part = parts.next()?.ok()?;
        self.at += parts.byte_offset();
        Some(part)
    }

    /// A value, verbatim.
    fn json(&mut self) -> Option<Value> {
        let rest = self.rest();
        let value = self.part()?;
        // It was read by a reader that does not know how deep in the whole it is.
        let text = rest.get(..rest.len() - self.rest().len())?;
        (self.depth + depth(text) <= DEEPEST).then_some(value)
    }

    /// What was read, or its default and nothing more.
    fn or_stop<T>(&mut self, read: Option<T>, default: T) -> T {
        read.unwrap_or_else(|| {
            self.stop();
            default
        })
    }
}

/// A whole number that is written as most are: digits, of which the first is not zero, and not too many.
fn whole(text: &str) -> Option<u64> {
    let is_plain =
        text == "0" || matches!(text.as_bytes(), [b'1'..=b'9', rest @ ..] if rest.len() < 18 && rest.iter().all(u8::is_ascii_digit));
    is_plain.then(|| text.bytes().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// Up to where a string is the text that it is written as: its end, an escape, or what no string may hold.
fn plain_end(text: &[u8], mut at: usize) -> usize {
    while let Some(word) = text.get(at..).and_then(<[u8]>::first_chunk) {
        let escaped = escaped(u64::from_le_bytes(*word));
        if escaped != 0 {
            return at + escaped.trailing_zeros() as usize / 8;
        }
        at += size_of::<u64>();
    }
    last_end(text, at)
}

/// The same, of the last few bytes.
#[cold]
#[inline(never)]
fn last_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..b' ')).unwrap_or(rest.len())
}

/// What is between two brackets.
struct Within<'a, 'de> {
    reader: &'a mut Reader<'de>,
    closing: u8,
    begun: bool,
    ended: bool,
}

impl Within<'_, '_> {
    /// Is there another member or element? Steps over the comma before it, or over the closing bracket.
    fn more(&mut self) -> bool {
        if self.ended {
            return false;
        }
        let begun = std::mem::replace(&mut self.begun, true);
        match self.reader.next() {
            Some(byte) if byte == self.closing => {
                self.ended = true;
                self.reader.at += 1;
                false
            }
            Some(b',') if begun => {
                self.reader.at += 1;
                true
            }
            Some(_) if !begun => true,
            _ => {
                self.reader.stop();
                false
            }
        }
    }
}

impl<'de> Members<'de> for Within<'_, 'de> {
    fn next_key(&mut self, take: &mut dyn FnMut(&str)) -> bool {
        if !self.more() {
            return false;
        }
        if self.reader.next() != Some(b'"') {
            self.reader.stop();
            return false;
        }
        match self.reader.plain_string() {
            Some(key) => take(key),
            None => match self.reader.escaped_string() {
                Some(key) => take(&key),
                None => self.reader.stop(),
            },
        }
        if self.reader.next() == Some(b':') {
            self.reader.at += 1;
            return true;
        }
        self.reader.stop();
        false
    }

    fn value(&mut self, into: &mut dyn Wire) -> ReadOutcome {
        let outcome = self.reader.value(into);
        self.reader.or_stop(outcome, ReadOutcome::Null)
    }

    fn json(&mut self) -> Value {
        let value = self.reader.json();
        self.reader.or_stop(value, Value::Null)
    }

    fn later(&mut self) -> Later<'de> {
        let text = self.reader.part::<&RawValue>().map(RawValue::get).filter(|text| depth(text) <= DEEPEST);
        Later::Text(Cow::Borrowed(self.reader.or_stop(text, "null")))
    }

    fn apart(&mut self) -> Later<'de> {
        let text = self.reader.part::<&RawValue>().map(RawValue::get);
        Later::Text(Cow::Borrowed(self.reader.or_stop(text, "null")))
    }

    fn fail(&mut self, _why: &dyn fmt::Display) {
        self.reader.stop();
    }
}

impl Elements for Within<'_, '_> {
    fn next(&mut self, into: &mut dyn Wire) -> Option<ReadOutcome> {
        if !self.more() {
            return None;
        }
        let outcome = self.reader.value(into);
        if outcome.is_none() {
            self.reader.stop();
        }
        outcome
    }

    fn rest(&mut self) -> Vec<Value> {
        let mut elements = Vec::new();
        while self.more() {
            match self.reader.json() {
                Some(element) => elements.push(element),
                None => self.reader.stop(),
            }
        }
        elements
    }
}

#[cfg(test)]
#[expect(unreachable_pub, dead_code, reason = "as the macro wants it")]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::values::json::tests::Order;

    /// What a place holds after it has read a text, and what came of that.
    type Read = (String, String);

    fn shown<T: Wire + serde_core::Serialize>(value: &T, outcome: ReadOutcome) -> Read {
        match outcome {
            ReadOutcome::Yes => ("read".to_owned(), serde_json::to_string(value).unwrap()),
            ReadOutcome::Null => ("null".to_owned(), String::new()),
            ReadOutcome::TypeMismatch(mismatch) => (mismatch.why, mismatch.value.to_string()),
        }
    }

    fn here<T: Wire + Default + serde_core::Serialize>(text: &str) -> Option<Read> {
        let mut value = T::default();
        read(text, &mut value).map(|outcome| shown(&value, outcome))
    }

    fn by_serde<T: Wire + Default + serde_core::Serialize>(text: &str) -> Option<Read> {
        let (mut value, mut source) = (T::default(), Deserializer::from_str(text));
        let outcome = Seed(&mut value).deserialize(&mut source).ok()?;
        source.end().ok().map(|()| shown(&value, outcome))
    }

    fn assert_alike(text: &str) {
        assert_eq!(here::<Order>(text), by_serde::<Order>(text), "an order of {text}");
        assert_eq!(here::<Value>(text), by_serde::<Value>(text), "a value of {text}");
    }

    #[test]
    fn a_text_is_read() {
        let text = r#" { "id" : "a", "count":-12, "items":[ {"type":"text","body":"\u00e9\/\ud83d\ude00"}, null, 7 ], "price": 0.5, "new": [1, {"a": null}] } "#;
        let (outcome, order) = here::<Order>(text).unwrap();
        assert_eq!(outcome, "read");
        assert_eq!(
            order,
            r#"{"id":"a","product":"graph","price":0.5,"count":-12,"items":[{"type":"text","body":"é/😀"},7],"new":[1,{"a":null}]}"#
        );
    }

    #[test]
    fn a_string_is_plain_up_to_the_first_byte_that_is_not() {
        for special in (0..0x20).chain([b'"', b'\\']) {
            for length in 0..24 {
                for after in 0..9 {
                    let text = [vec![b'a'; length], vec![special], vec![b'"'; after]].concat();
                    assert_eq!(plain_end(&text, 0), length, "{text:?}");
                }
            }
        }
        let others: Vec<u8> = (0x20..=0xFF).filter(|byte| !matches!(byte, b'"' | b'\\')).collect();
        for from in 0..others.len() {
            assert_eq!(plain_end(&others, from), others.len(), "{from}");
        }
    }

    /// Values and what is none, of every kind.
    const TEXTS: &[&str] = &[
        // Numbers.
        "0",
        "-0",
        "00",
        "01",
        "-",
        "-1",
        "1.",
        "1.5",
        ".5",
        "1e3",
        "1E+3",
        "1e",
        "1e999",
        "-1e-400",
        "5-3",
        "1 2",
        "+1",
        "0x1",
        "999999999999999999",
        "1000000000000000000",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "NaN",
        "Infinity",
        // Words.
        "true",
        "false",
        "null",
        "nul",
        "nulls",
        "True",
        "truefalse",
        // Strings.
        r#""""#,
        r#""a"#,
        r#"""#,
        r#""\""#,
        r#""\\""#,
        r#""\"""#,
        r#""\/\b\f\n\r\t""#,
        r#""\x""#,
        r#""\u00e9""#,
        r#""\u12""#,
        r#""\ud83d""#,
        r#""\ud83d\ude00""#,
        r#""\udc00""#,
        "\"\u{1}\"",
        "\"\t\"",
        "\"\u{7f}\"",
        "\"é😀\"",
        r#""a""b""#,
        "'a'",
        // Brackets.
        "",
        " ",
        "{}",
        "[]",
        "{ }",
        "[ ]",
        "{",
        "[",
        "}",
        "]",
        "{]",
        "[}",
        "[1",
        "[1,",
        "[,1]",
        "[1,]",
        "[1 2]",
        "[1,,2]",
        "[]]",
        "[][]",
        "{}{}",
        r#"{"id"}"#,
        r#"{"id":}"#,
        r#"{"id":"a",}"#,
        r#"{,"id":"a"}"#,
        r#"{"id":"a" "count":1}"#,
        r#"{"id":"a":1}"#,
        r#"{id:"a"}"#,
        "{1:2}",
        r#"{"id":"a"}x"#,
        r#"{"id":"a","id":"b"}"#,
        r#"{"new":1,"id":"a","new":2}"#,
        r#"{"i\u0064":"a"}"#,
        r#"{"number":"a"}"#,
        r#"{"id":"a","product":"graph"}"#,
        r#"{"id":"a","type":"text","body":"b"}"#,
        r#"{"id":"a","body":"b","type":"text"}"#,
        r#"{"id":"a","type":"text","body":[1e999]}"#,
        r#"{"id":"a","body":"\ud83d"}"#,
        r#"{"id":"a","items":[null,{"type":"gone"}],"signs":[{"type":"card","title":"b"},{"type":"new"},3]}"#,
        r#"{"count":1}"#,
        r#"{"id":"a","count":[}"#,
        r#"{"id":"a","note":{"id":[1}}"#,
        "\u{feff}1",
        "1\u{a0}",
        r#"{"$serde_json::private::RawValue":"1"}"#,
    ];

    #[test]
    fn every_kind_of_text_is_read_as_serde_json_does() {
        for text in TEXTS {
            assert_alike(text);
            assert_alike(&format!(r#"{{"id":"a","new":{text}}}"#));
            assert_alike(&format!(r#"{{"id":"a","items":[{text}]}}"#));
            assert_alike(&format!(r#"{{"id":"a","note":{text}}}"#));
            assert_alike(&format!(r#"{{"id":"a","type":"text","body":{text}}}"#));
            assert_alike(&format!(r#"{{"id":"a","body":{text},"type":"text"}}"#));
        }
    }

    #[test]
    fn what_is_too_deep_is_left_to_serde_json() {
        for levels in DEEPEST - 3..=DEEPEST + 1 {
            let (open, close) = ("[".repeat(levels), "]".repeat(levels));
            let text = format!("{open}{close}");
            assert_eq!(here::<Value>(&text).is_some(), levels <= DEEPEST, "{levels}");
            assert_alike(&text);
            for name in ["new", "note", "count", "items", "body"] {
                let text = format!(r#"{{"id":"a","{name}":{open}1{close}}}"#);
                // What may be a part of the union is read later, by a reader of its own.
                let most = if matches!(name, "new" | "body") { DEEPEST } else { DEEPEST - 1 };
                assert_eq!(here::<Order>(&text).is_some(), levels <= most, "{name}: {levels}");
                assert_alike(&text);
            }
        }
    }

    /// Records within records.
    #[derive(Clone, Default, PartialEq)]
    struct Nest {
        nests: Option<Vec<Nest>>,
        extra: crate::values::extra::Extra,
    }

    crate::record!(Nest { 0 Field("nests") => nests });

    #[test]
    fn records_are_read_as_deep_as_serde_json_reads_and_as_many_as_there_are() {
        for levels in DEEPEST / 2 - 1..=DEEPEST / 2 + 1 {
            let text = format!("{}{}", r#"{"nests":["#.repeat(levels), "]}".repeat(levels));
            assert_eq!(here::<Nest>(&text).is_some(), 2 * levels <= DEEPEST, "{levels}");
            assert_eq!(here::<Nest>(&text), by_serde::<Nest>(&text), "{levels}");
            let text = format!("{}{{}}{}", r#"{"nests":["#.repeat(levels), "]}".repeat(levels));
            assert_eq!(here::<Nest>(&text).is_some(), 2 * levels < DEEPEST, "{levels}");
        }
        let many = format!(r#"{{"nests":[{{}}{}]}}"#, r#",{"nests":[]}"#.repeat(2 * DEEPEST));
        assert!(here::<Nest>(&many).is_some());
        assert_eq!(here::<Nest>(&many), by_serde::<Nest>(&many));
    }

    /// Texts that are nearly JSON, with the members of an order.
    fn texts() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => prop::sample::select(vec!["{", "}", "[", "]", ",", ":", "\"id\":\"a\"", "\"items\":[", "\"signs\":[", "\"type\":", "\"body\":", "\"note\":", "\"count\":", "\"new\":"]),
            1 => prop::sample::select(vec!["1", "-7", "2.5", "1e3", "0", "true", "false", "null", "\"b\"", "\"text\"", "\"card\"", "\"\\u00e9\"", "\"\\", "\"", " ", "\n", "é", "-", "."]),
        ];
        vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    /// An order that is whole, in which bytes are then replaced.
    fn orders() -> impl Strategy<Value = String> {
        let scalar = || {
            prop_oneof![
                any::<i64>().prop_map(Value::from),
                any::<f64>().prop_map(Value::from),
                any::<bool>().prop_map(Value::from),
                ".{0,6}".prop_map(Value::from),
                prop::sample::select(vec!["text", "card", "gone"]).prop_map(Value::from),
                Just(Value::Null)
            ]
        };
        let name = prop::sample::select(vec!["id", "count", "price", "paid", "items", "signs", "type", "body", "title", "note", "new"]);
        let value = scalar().prop_recursive(4, 24, 4, move |inner| {
            let members = vec((name.clone(), inner.clone()), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()));
            prop_oneof![3 => members, 1 => vec(inner, 0..4).prop_map(Value::Array)]
        });
        (
            value,
            any::<bool>(),
            vec(
                (any::<prop::sample::Index>(), prop::sample::select(vec!['{', '}', '[', ']', ',', ':', '"', '\\', '1', '.', 'e', ' '])),
                0..3,
            ),
        )
            .prop_map(|(value, pretty, changes)| {
                let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
                let mut letters: Vec<char> = text.unwrap().chars().collect();
                for (at, letter) in changes {
                    let at = at.index(letters.len());
                    letters[at] = letter;
                }
                letters.into_iter().collect()
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1024))]

        #[test]
        fn any_text_is_read_as_serde_json_does(text in prop_oneof![texts(), orders()]) {
            assert_alike(&text);
        }
    }
}
