//! Which errors are meant: by number, by what Graph answered, or by words.

use graph_runtime::{ErrorInfo, Surface as _, Value};

use super::errors;
use crate::operations::SPEC;
use crate::session::Session;

/// How many errors are listed that have only some of the words.
const NEAR: usize = 5;

/// Words that say nothing of an error.
const FILLERS: [&str; 16] =
    ["and", "are", "but", "can", "for", "from", "has", "have", "that", "the", "this", "was", "were", "with", "you", "your"];

/// What was found.
#[derive(Debug, PartialEq)]
pub(super) enum Found {
    /// By number.
    Numbers(Vec<&'static ErrorInfo>),
    /// By name or title, or because they have all of the words; the best first.
    Words(Vec<&'static ErrorInfo>),
    /// None has all of the words. These have most of them.
    Near(Vec<&'static ErrorInfo>),
}

impl Found {
    pub(super) fn errors(&self) -> &[&'static ErrorInfo] {
        let (Self::Numbers(errors) | Self::Words(errors) | Self::Near(errors)) = self;
        errors
    }
}

/// The errors that a text is about.
pub(super) fn find(asked: &str) -> Found {
    let numbers = numbers(asked);
    if numbers.is_empty() {
        return by_words(asked);
    }
    let mut found: Vec<&'static ErrorInfo> = Vec::new();
    for (code, subcode) in numbers {
        for error in meant(asked, code, subcode) {
            if found.iter().all(|known| known.name != error.name) {
                found.push(error);
            }
        }
    }
    Found::Numbers(found)
}

/// The codes in a text, each with its subcode: `133016`, `100/33`, JSON that Graph answered or sent, `(#133016)` or `code 133016` in a line of a log.
pub(super) fn numbers(text: &str) -> Vec<(u32, Option<u32>)> {
    if let Some(pair) = pair(text) {
        return vec![pair];
    }
    let mut found = Vec::new();
    if let Some(json) = text.find('{').and_then(|at| text.get(at..)) {
        let value = serde_json::Deserializer::from_str(json).into_iter::<Value>().next();
        in_json(&value.and_then(Result::ok).unwrap_or_default(), &mut found);
    }
    if found.is_empty() {
        found.extend(in_line(text));
    }
    found
}

/// `133016`, `#133016`, `100/33`.
fn pair(text: &str) -> Option<(u32, Option<u32>)> {
    let text = text.trim().trim_start_matches('#');
    match text.split_once('/') {
        Some((code, subcode)) => Some((code.trim().parse().ok()?, Some(subcode.trim().parse().ok()?))),
        None => Some((text.parse().ok()?, None)),
    }
}

/// The codes of the error objects in a value, wherever they are.
fn in_json(value: &Value, found: &mut Vec<(u32, Option<u32>)>) {
    match value {
        Value::Object(members) => {
            let number = |name: &str| {
                let value = members.get(name)?;
                value.as_u64().and_then(|number| u32::try_from(number).ok()).or_else(|| value.as_str()?.parse().ok())
            };
            if let Some(code) = number("code").or_else(|| number("error_code")) {
                let pair = (code, number("error_subcode").or_else(|| number("subcode")));
                if !found.contains(&pair) {
                    found.push(pair);
                }
            }
            members.values().for_each(|value| in_json(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| in_json(item, found)),
        _ => {}
    }
}

/// `(#100) … error_subcode 33`, `code: 100`, `code 100/33`.
fn in_line(text: &str) -> Option<(u32, Option<u32>)> {
    let (mut code, mut subcode) = (None, None);
    let mut words = text.split(|c: char| !c.is_alphanumeric() && !['_', '/', '#'].contains(&c)).filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.next() {
        let next = words.peek().and_then(|next| pair(next));
        match &*word.to_lowercase() {
            "code" | "error_code" => code = code.or(next),
            "subcode" | "error_subcode" => subcode = subcode.or(next.map(|(number, _)| number)),
            _ => code = code.or_else(|| word.starts_with('#').then(|| pair(word)).flatten()),
        }
    }
    code.map(|(number, own)| (number, own.or(subcode)))
}

/// The errors of these numbers; where the text has more, the one whose title it has.
fn meant(asked: &str, code: u32, subcode: Option<u32>) -> Vec<&'static ErrorInfo> {
    if pair(asked).is_none()
        && let Some(error) = Session::ERROR_CATALOG.recognize(code, subcode, &[Some(asked)])
    {
        return vec![error];
    }
    by_code(code, subcode)
}

/// Every error with the code, its cases and subcodes too; of a subcode that one.
fn by_code(code: u32, subcode: Option<u32>) -> Vec<&'static ErrorInfo> {
    let has = |error: &&ErrorInfo| error.code == code || error.code_end.is_some_and(|end| (error.code..=end).contains(&code));
    let mut found: Vec<_> = errors().filter(has).filter(|error| subcode.is_none() || error.subcode == subcode).collect();
    if found.is_empty() {
        // Another way in which Graph sends the same numbers.
        found.extend(Session::ERROR_CATALOG.lookup(code, subcode));
    }
    if found.is_empty() && subcode.is_none() {
        found.extend(errors().filter(|error| error.subcode == Some(code)));
    }
    // What is meant without a subcode or a title comes first.
    found.sort_by_key(|error| (error.subcode.is_some(), error.case));
    found
}

/// The error of this name or title; or those that have all of the words; or those whose title is in the text; or those that have most of the words.
fn by_words(text: &str) -> Found {
    let asked = words(text);
    if asked.is_empty() {
        return Found::Words(Vec::new());
    }
    if let Some(error) = errors().find(|error| error.name.eq_ignore_ascii_case(text.trim())) {
        return Found::Words(vec![error]);
    }
    let entitled: Vec<_> = errors().filter(|error| title(error) == asked).collect();
    if !entitled.is_empty() {
        return Found::Words(entitled);
    }
    let known: Vec<Searched> = errors().map(Searched::new).collect();
    let mut all: Vec<&Searched> = known.iter().filter(|known| asked.iter().all(|word| known.has(word))).collect();
    all.sort_by_key(|known| (asked.iter().filter(|word| !known.is_called(word)).count(), known.error.code, known.error.subcode));
    if !all.is_empty() {
        return Found::Words(all.into_iter().map(|known| known.error).collect());
    }
    let within = |error: &&'static ErrorInfo| {
        let title = title(error);
        title.len() > 1 && asked.windows(title.len()).any(|part| part == title)
    };
    let within: Vec<_> = errors().filter(within).collect();
    let longest = within.iter().map(|error| title(error).len()).max();
    if longest.is_some() {
        return Found::Words(within.into_iter().filter(|error| Some(title(error).len()) == longest).collect());
    }
    let telling: Vec<&String> = asked.iter().filter(|word| word.len() > 2 && !FILLERS.contains(&word.as_str())).collect();
    let count = |known: &Searched| telling.iter().filter(|word| known.has(word)).count();
    let mut near: Vec<(usize, &Searched)> = known.iter().map(|known| (count(known), known)).collect();
    near.retain(|(count, _)| *count > 1 && 2 * count > telling.len());
    near.sort_by_key(|(count, known)| {
        (usize::MAX - count, telling.iter().filter(|word| !known.is_called(word)).count(), known.error.code, known.error.subcode)
    });
    Found::Near(near.into_iter().take(NEAR).map(|(_, known)| known.error).collect())
}

/// An error and the words by which it is found.
struct Searched {
    error: &'static ErrorInfo,
    /// Of its name, its title, and what else people call it.
    called: Vec<String>,
    /// Of its cause and remedy.
    said: Vec<String>,
}

impl Searched {
    fn new(error: &'static ErrorInfo) -> Self {
        let mut called = words(error.name);
        called.extend(words(&spaced(error.name)));
        called.extend(title(error));
        let aliases = SPEC.errors.iter().filter(|known| known.name == error.name).flat_map(|known| known.words);
        called.extend(aliases.flat_map(|alias| words(alias)));
        let mut said = words(error.category.as_str());
        said.extend(words(error.cause));
        said.extend(words(error.remedy));
        Self { error, called, said }
    }

    fn is_called(&self, word: &str) -> bool {
        self.called.iter().any(|known| known.starts_with(word))
    }

    fn has(&self, word: &str) -> bool {
        self.is_called(word) || self.said.iter().any(|known| known.starts_with(word))
    }
}

fn title(error: &ErrorInfo) -> Vec<String> {
    words(error.title.unwrap_or_default())
}

/// Letters and digits, in lowercase, word by word.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// `PinMismatch` as `Pin Mismatch`.
fn spaced(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            text.push(' ');
        }
        text.push(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Found, find, numbers};

    /// The names of what is found.
    fn names(asked: &str) -> Vec<&'static str> {
        find(asked).errors().iter().map(|error| error.name).collect()
    }

    #[test]
    fn numbers_are_found_in_whatever_was_copied() {
        for (text, expected) in [
            ("133016", (133_016, None)),
            ("#133016", (133_016, None)),
            ("100/33", (100, Some(33))),
            ("(#131047) Re-engagement message", (131_047, None)),
            ("ReadWaba: ObjectNotFound: gone (code 100/33, HTTP 400, trace AXsgn)", (100, Some(33))),
            ("error code: 190, error_subcode: 463", (190, Some(463))),
            (r#"{"error":{"message":"gone","code":100,"error_subcode":33,"fbtrace_id":"A1"}}"#, (100, Some(33))),
            (r#"answer 400 {"error":{"code":"190"}} after 2 s"#, (190, None)),
            (r#"{"entry":[{"changes":[{"value":{"statuses":[{"errors":[{"code":131047,"title":"x"}]}]}}]}]}"#, (131_047, None)),
            (r#"{"entities":[{"errors":[{"error_code":141006}]}]}"#, (141_006, None)),
        ] {
            assert_eq!(numbers(text), [expected], "{text}");
        }
        for text in ["rate limit", "no code was given", "24 hours", r#"{"language":{"code":"en_US"}}"#] {
            assert_eq!(numbers(text), [], "{text}");
        }
        assert_eq!(numbers(r#"{"errors":[{"code":1},{"code":2},{"code":1}]}"#), [(1, None), (2, None)]);
    }

    #[test]
    fn the_title_distinguishes_cases_of_one_number() {
        assert_eq!(names("(#100) Register endpoint is not available for SMB businesses"), ["NumberOfAppNotRegistrable"]);
        assert_eq!(names(r#"{"error":{"message":"Tried accessing nonexisting field (x)","code":100}}"#), ["NonexistentField"]);
        assert_eq!(names("(#100) Invalid parameter"), ["InvalidParameter"]);
        assert!(names("100").len() > 50 && names("100").starts_with(&["InvalidParameter"]));
    }

    #[test]
    fn words_are_those_of_meta_of_the_spec_and_of_people() {
        // Two errors have this title.
        assert_eq!(names("re-engagement message"), ["OldReEngagementMessage", "ReEngagementMessage"]);
        assert_eq!(names("pinmismatch"), ["PinMismatch"]);
        assert_eq!(names("pin mismatch").first(), Some(&"PinMismatch"));
        assert_eq!(names("opted out").first(), Some(&"MarketingStopped"));
        assert!(names("coexistence").contains(&"NumberOfAppNotRegistrable"), "{:?}", names("coexistence"));
        let found = find("Message undeliverable since the phone exploded in a volcano");
        assert!(matches!(&found, Found::Words(errors) | Found::Near(errors) if !errors.is_empty()), "{found:?}");
        assert_eq!(find("of no use whatever"), Found::Near(Vec::new()));
        assert_eq!(find(" … "), Found::Words(Vec::new()));
    }
}
