//! Personal data in texts that are shown: what a call was sent, and what looks like a number, an address or an identifier of a person.

use serde_json::Value;

use crate::values::redact::MASK;
use crate::values::secret::Secret;
use crate::values::text::text;

pub(crate) const HIDDEN: &str = "[hidden]";

/// A number with fewer digits is a code, a status or a size. With a plus sign it is a phone number, and one digit less is enough.
const DIGITS: usize = 8;
/// What has upper case, lower case and digits and is no shorter is an identifier, which may hold a number in another writing.
const OPAQUE: usize = 20;
/// How much of a value has to be there for it to be recognized: servers cut what they quote.
const RECOGNIZED: usize = 12;

/// What a call was sent that is personal. It is kept as secrets are, and spelled out where a text is shown.
#[derive(Default)]
pub(crate) struct Personal(Vec<Secret>);

impl Personal {
    /// Adds a member and those within it, at any depth, that have one of these names, and all that is within those. `address.name` is a name
    /// within an `address` alone.
    pub(crate) fn within(&mut self, owner: &str, name: &str, value: &Value, names: &[&str]) {
        let is =
            |wanted: &&str| *wanted == name || wanted.split_once('.').is_some_and(|(within, wanted)| within == owner && wanted == name);
        if names.iter().any(is) {
            return self.all(value);
        }
        match value {
            Value::Object(members) => members.iter().for_each(|(member, value)| self.within(name, member, value, names)),
            Value::Array(items) => items.iter().for_each(|item| self.item(name, item, names)),
            _ => {}
        }
    }

    /// What is in a list is within what the list is.
    fn item(&mut self, list: &str, item: &Value, names: &[&str]) {
        match item {
            Value::Object(members) => members.iter().for_each(|(member, value)| self.within(list, member, value, names)),
            Value::Array(items) => items.iter().for_each(|item| self.item(list, item, names)),
            _ => {}
        }
    }

    fn all(&mut self, value: &Value) {
        match value {
            Value::Object(members) => members.values().for_each(|value| self.all(value)),
            Value::Array(items) => items.iter().for_each(|item| self.all(item)),
            Value::Null | Value::Bool(_) => {}
            Value::String(_) | Value::Number(_) => {
                let value = text(value);
                if value.trim().chars().count() > 1 {
                    self.0.push(value.trim().into());
                }
            }
        }
    }

    /// The text without personal data. Of JSON the names are left, and no texts.
    pub(crate) fn hide(&self, text: &str) -> String {
        if is_json(text) { shortened(&outline(&self.without_sent(text), |_| false)) } else { shortened(&self.without_sent(text)) }
    }

    /// The text without what was sent, wherever it is a word of its own. A text that was cut is recognized by its head.
    fn without_sent(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut before = None;
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            let begins = !before.is_some_and(char::is_alphanumeric) || !next.is_alphanumeric();
            let found = self.0.iter().filter(|_| begins).filter_map(|value| quoted(rest, value.expose())).max();
            let taken = match found {
                Some(length) => {
                    shown.push_str(HIDDEN);
                    length
                }
                None => {
                    shown.push(next);
                    next.len_utf8()
                }
            };
            before = rest[..taken].chars().next_back();
            rest = &rest[taken..];
        }
        shown
    }
}

/// How many bytes at the start of a text are the value, or enough of its head.
fn quoted(text: &str, value: &str) -> Option<usize> {
    let same = text.chars().zip(value.chars()).take_while(|(one, other)| one == other);
    let (characters, bytes) = same.fold((0, 0), |(characters, bytes), (one, _)| (characters + 1, bytes + one.len_utf8()));
    if bytes == value.len() {
        let ends = !value.ends_with(char::is_alphanumeric) || !text[bytes..].starts_with(char::is_alphanumeric);
        return (ends || characters >= RECOGNIZED).then_some(bytes);
    }
    (characters >= RECOGNIZED || (characters > 3 && bytes == text.len())).then_some(bytes)
}

fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// JSON, whole or not, with its names and without its texts. Values under names that are secret are masked.
pub(crate) fn outline(json: &str, is_secret: impl Fn(&str) -> bool) -> String {
    let mut shown = String::with_capacity(json.len());
    let mut name = "";
    let mut rest = json;
    while let Some(at) = rest.find('"') {
        let (before, quoted) = rest.split_at(at);
        shown.push_str(&bare(before, name, &is_secret));
        let inner = &quoted[1..];
        let end = closing(inner);
        let text = &inner[..end.unwrap_or(inner.len())];
        rest = end.map_or("", |end| &inner[end + 1..]);
        if rest.trim_start().starts_with(':') {
            name = text;
            shown.extend(["\"", text, "\""]);
        } else {
            let value = if is_secret(name) {
                MASK
            } else if is_word_of_a_machine(text) || text == MASK || text == HIDDEN {
                text
            } else {
                HIDDEN
            };
            shown.extend(["\"", value, "\""]);
        }
    }
    shown + &bare(rest, name, &is_secret)
}

/// What is between two texts of JSON: a number under a secret name is masked.
fn bare(between: &str, name: &str, is_secret: &impl Fn(&str) -> bool) -> String {
    match between.trim_start().strip_prefix(':') {
        Some(value) if is_secret(name) && value.trim_start().starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
            let end = value.find([',', '}', ']']).unwrap_or(value.len());
            [":", MASK, &value[end..]].concat()
        }
        _ => between.to_owned(),
    }
}

/// Where a text of JSON ends.
fn closing(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })
}

/// `invalid_grant`, `IN_REVIEW`: no one is called so.
fn is_word_of_a_machine(text: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    text.contains('_') && text.len() <= 40 && text.split('_').all(is_part)
}

/// The text with numbers and identifiers cut to their ends, and without mail addresses.
pub(crate) fn shortened(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_part_of_word) {
        shown.push_str(&rest[..at]);
        rest = &rest[at..];
        let plus = shown.ends_with('+');
        if let Some(length) = number(rest, plus) {
            push_end(&rest[..length], &mut shown);
            rest = &rest[length..];
            continue;
        }
        let word = &rest[..rest.find(|c| !is_part_of_word(c)).unwrap_or(rest.len())];
        if let Some(length) = address(rest, word) {
            shown.push_str(HIDDEN);
            rest = &rest[length..];
            continue;
        }
        let piece = if is_opaque(word) {
            push_end(word, &mut shown);
            word
        } else {
            // Up to the next digits: a number may be in the middle of a word.
            let digits = |c: char| c.is_ascii_digit();
            let end = if word.starts_with(digits) { word.find(|c: char| !digits(c)) } else { word.find(digits) };
            let piece = &word[..end.unwrap_or(word.len())];
            shown.push_str(piece);
            piece
        };
        rest = &rest[piece.len()..];
    }
    shown + rest
}

fn is_part_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '=')
}

fn push_end(word: &str, shown: &mut String) {
    shown.push('…');
    let ends = word.chars().filter(|c| c.is_alphanumeric() || *c == '_').collect::<Vec<_>>();
    shown.extend(&ends[ends.len().saturating_sub(4)..]);
}

/// How long the number at the start of a text is, if it is one of a person: many digits, with what people write between them.
fn number(text: &str, plus: bool) -> Option<usize> {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let between = |c: char| matches!(c, '-' | '.') || (plus && matches!(c, ' ' | '(' | ')' | '\u{a0}'));
    let (mut digits, mut end, mut gap) = (0, 0, 0);
    for (at, c) in text.char_indices() {
        if c.is_ascii_digit() {
            (digits, end, gap) = (digits + 1, at + 1, 0);
        } else if between(c) && gap < 2 {
            gap += 1;
        } else {
            break;
        }
    }
    let long = digits >= if plus { DIGITS - 1 } else { DIGITS };
    (long && !is_date(&text[..end])).then_some(end)
}

/// `2026-10-27`
fn is_date(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    matches!(parts.as_slice(), [year, month, day] if year.len() == 4 && month.len() == 2 && day.len() == 2)
}

/// How long the mail address is that begins with this word.
fn address(text: &str, word: &str) -> Option<usize> {
    let is_local = |c: char| is_part_of_word(c) || matches!(c, '.' | '-' | '+');
    let at = text.find(|c| !is_local(c)).filter(|at| *at >= word.len())?;
    let domain = text[at..].strip_prefix('@')?;
    let end = domain.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-'))).unwrap_or(domain.len());
    domain[..end].contains('.').then_some(at + 1 + end)
}

fn is_opaque(word: &str) -> bool {
    let has = |is: fn(&char) -> bool| word.chars().any(|c| is(&c));
    word.len() >= OPAQUE && has(char::is_ascii_digit) && has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn personal(value: &Value, names: &[&str]) -> Personal {
        let mut personal = Personal::default();
        personal.within("", "", value, names);
        personal
    }

    #[test]
    fn numbers_and_identifiers_are_cut_to_their_ends() {
        for (text, shown) in [
            ("to 16505551234 now", "to …1234 now"),
            ("+1 (650) 555-1234, please", "+…1234, please"),
            ("+55 11 91234-5678", "+…5678"),
            ("650-555-1234x", "…1234x"),
            ("US.13491208655302741918", "US.…1918"),
            ("/v23.0/106540352242922/register", "/v23.0/…2922/register"),
            ("id106540352242922", "id…2922"),
            ("wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI5QTNDQTVC", "wamid.…QTVC"),
            ("ana.b-c@mail.example, or", "[hidden], or"),
            ("é+1650555 12", "é+…5512"),
            ("+1650555, 1650555", "+…0555, 1650555"),
        ] {
            assert_eq!(shortened(text), shown, "{text}");
        }
    }

    #[test]
    fn codes_days_and_words_are_left() {
        for text in [
            "(#133016) code 2388091, HTTP 400",
            "codes 131056 133016",
            "until 2026-10-27 at 10:00:00",
            "manage_business_messaging",
            "a@b, 24.0, 100 MB, 72 hours",
            "BusinessPhoneNumber",
            "",
            "é = ü",
        ] {
            assert_eq!(shortened(text), text);
        }
    }

    #[test]
    fn what_was_sent_is_hidden_where_it_is_a_word() {
        let sent =
            json!({"name": "Ana", "text": {"body": "Your table is ready, Ana."}, "list": [{"body": ["no", "x", 37.44, true, null]}]});
        let personal = personal(&sent, &["name", "body"]);
        for (text, shown) in [
            ("Ana, Banana, Anatole: ana", "[hidden], Banana, Anatole: ana"),
            ("'Your table is ready, Ana.' is too long", "'[hidden]' is too long"),
            ("'Your table is...' is too long", "'[hidden]...' is too long"),
            ("Your tab", "[hidden]"),
            ("no 37.44 x true null", "[hidden] [hidden] x true null"),
            ("é Ana ü", "é [hidden] ü"),
            ("xAna", "xAna"),
            ("You", "You"),
            ("Your cat", "Your cat"),
            (r#"{"why": "Ana said no"}"#, r#"{"why": "[hidden]"}"#),
            (r#" ["Ana said no"]"#, r#" ["[hidden]"]"#),
        ] {
            assert_eq!(personal.hide(text), shown);
        }
    }

    #[test]
    fn what_was_sent_is_found_in_lists_of_lists_and_after_a_letter_if_it_begins_with_none() {
        let nested = personal(&json!({"list": [[{"name": "Ana"}]]}), &["name"]);
        assert_eq!(nested.hide("to Ana"), "to [hidden]");
        let handle = personal(&json!({"name": "@ana"}), &["name"]);
        assert_eq!(handle.hide("mail@ana"), "mail[hidden]");
    }

    #[test]
    fn a_name_may_be_one_within_a_certain_object() {
        let sent = json!({"address": [{"name": "Ana"}], "template": {"name": "order_confirmation"}});
        assert_eq!(personal(&sent, &["address.name"]).hide("Ana, order_confirmation"), "[hidden], order_confirmation");
    }

    #[test]
    fn of_json_the_names_are_left() {
        let shown = |text| outline(text, |name| name == "pin");
        assert_eq!(
            shown(r#"{"why": "Ana said \"no\"", "n": [1, "b"], "pin": "1", "error":"invalid_grant"}"#),
            r#"{"why": "[hidden]", "n": [1, "[hidden]"], "pin": "[masked]", "error":"invalid_grant"}"#
        );
        assert_eq!(shown(r#"{"pin":12,"a":13}"#), r#"{"pin":[masked],"a":13}"#);
        assert_eq!(shown(r#"{"pin":-12,"a":-13}"#), r#"{"pin":[masked],"a":-13}"#);
        assert_eq!(shown(r#"{"pin":null}"#), r#"{"pin":null}"#);
        assert_eq!(shown(r#"{"a":"broken of"#), r#"{"a":"[hidden]""#);
        assert_eq!(shown(r#"{"name":"Ana"}"#), r#"{"name":"[hidden]"}"#, "a word without an underscore may be a name");
        assert_eq!(shown(r#"{"name":"ana_7", "state":"in__review"}"#), r#"{"name":"[hidden]", "state":"[hidden]"}"#);
        let long = format!(r#"{{"state":"in_{}"}}"#, "a".repeat(40));
        assert_eq!(shown(&long), r#"{"state":"[hidden]"}"#, "no word of a machine is so long");
        assert_eq!(shown(r#"{"a": "[masked]"}"#), r#"{"a": "[masked]"}"#);
        assert_eq!(Personal::default().hide(r#" {"16505551234": 106540352242922}"#), r#" {"…1234": …2922}"#);
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_shown(text: String, sent: String) {
            let personal = personal(&json!({"to": sent}), &["to"]);
            personal.hide(&text);
            outline(&text, |name| name == sent);
            shortened(&text);
        }

        #[test]
        fn no_number_is_shown_whole(before in "[a-z ]{0,9}", number in "[0-9]{8,20}", after in "[a-z ]{0,9}") {
            let shown = shortened(&format!("{before}{number}{after}"));
            proptest::prop_assert!(!shown.contains(&number));
        }
    }
}
