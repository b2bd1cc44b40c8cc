//! Unions: objects that a tag distinguishes, and which keep those whose tag is not listed.

use serde_json::{Map, Value};

use crate::values::decode::ReadOutcome;
use crate::values::extra::Extra;
use crate::values::record::{Label, Record, member};
use crate::values::token::{Later, Members, Token, Undeclared};
use crate::values::view::{Content, Name, View};
use crate::values::wire::Wire;

/// An enum of objects that a member, the tag, distinguishes. [`union!`](crate::union!) implements it.
///
/// An object whose tag is not listed, or whose members do not fit what the tag promises, is kept whole and encoded again unchanged.
pub trait Union: Send + Sync + 'static {
    /// The table of its variants.
    fn shape(&self) -> &'static UnionShape;

    /// Which variant it is, by its position in the table, and what that holds. The one that is not listed has the position after the last.
    fn content(&self) -> (usize, Option<&dyn Wire>);

    /// What the variant holds, to be read.
    fn content_mut(&mut self) -> Option<&mut dyn Wire>;

    /// Makes it the variant at this position, with nothing read yet.
    fn set(&mut self, variant: usize);
}

/// The table of a union's variants.
#[derive(Debug)]
pub struct UnionShape {
    /// The member that distinguishes the variants.
    pub tag: &'static str,
    /// The same, as it is written.
    pub label: Label,
    /// Does the letter case of its value not count?
    pub any_case: bool,
    /// One after the other.
    pub variants: &'static [Variant],
}

/// A variant of a union: the value of the tag, and where its content is.
#[derive(Clone, Copy, Debug)]
pub enum Variant {
    /// Members next to the tag.
    Members(&'static str),
    /// A payload, in the member of this name.
    Payload(&'static str, Label),
    /// The tag is all.
    Alone(&'static str),
}

impl Variant {
    /// The payload's member, if there is one.
    pub(crate) fn payload(&self) -> Option<Label> {
        match self {
            Self::Payload(_, label) => Some(*label),
            _ => None,
        }
    }

    /// The value of the tag.
    pub fn tag(&self) -> &'static str {
        match self {
            Self::Members(tag) | Self::Payload(tag, _) | Self::Alone(tag) => tag,
        }
    }
}

impl UnionShape {
    /// The variant of a tag.
    fn listed(&self, tag: &str) -> Option<usize> {
        let is = |variant: &Variant| variant.tag() == tag || (self.any_case && variant.tag().eq_ignore_ascii_case(tag));
        self.variants.iter().position(is)
    }

    fn is(&self, variant: usize, tag: &str) -> bool {
        self.variants.get(variant).is_some_and(|variant| variant.tag() == tag)
    }

    fn payload(&self, variant: usize) -> Option<&'static str> {
        Some(self.variants.get(variant)?.payload()?.name())
    }

    /// Are the members of its variants next to the tag?
    fn has_members(&self) -> bool {
        self.variants.iter().any(|variant| matches!(variant, Variant::Members(_)))
    }
}

/// The position of the variant that is not listed.
const UNLISTED: usize = usize::MAX;

fn set_unlisted(union: &mut dyn Union, members: Map<String, Value>) {
    union.set(UNLISTED);
    if let Some(extra) = union.content_mut().and_then(Wire::as_extra) {
        *extra = members.into();
    }
}

/// Reads a union: an object of its own, or its part of the members that a record does not declare.
#[doc(hidden)]
pub fn read_union(union: &mut dyn Union, token: Token<'_, '_>) -> ReadOutcome {
    match token {
        Token::Object(members) if union.shape().has_members() => read_members(union, members),
        Token::Object(members) => read_payload(union, members),
        Token::Spread(undeclared) if undeclared.get(union.shape().tag).is_none() => {
            union.set(UNLISTED);
            ReadOutcome::Null
        }
        Token::Spread(undeclared) if union.shape().has_members() => {
            let mut members = std::mem::take(undeclared).then(None);
            let outcome = read_members(union, &mut members);
            *undeclared = Undeclared::of_fault(members.fault);
            outcome
        }
        Token::Spread(undeclared) => take_payload(union, undeclared),
        Token::Payload(variant, members) => {
            union.set(variant);
            match union.content_mut().filter(|_| variant != UNLISTED) {
                Some(content) => members.value(content),
                None => ReadOutcome::Yes,
            }
        }
        other => {
            union.set(UNLISTED);
            other.mismatch("an object")
        }
    }
}

/// Members up to the tag are kept; those after it are read where they belong.
fn read_members(union: &mut dyn Union, members: &mut dyn Members<'_>) -> ReadOutcome {
    let shape = union.shape();
    let mut before = Undeclared::default();
    while let Some(name) = members.next_name() {
        if name == shape.tag {
            let tag = members.json();
            let listed = tag.as_str().and_then(|tag| shape.listed(tag));
            let plain = tag.as_str().is_some_and(|tag| listed.is_some_and(|listed| shape.is(listed, tag)));
            // A tag in another letter case stays a member, so that it is encoded again unchanged.
            if !plain {
                before.keep(shape.tag.to_owned(), Later::Json(tag.clone()));
            }
            let mut chain = before.then(Some(members));
            let Some(listed) = listed else {
                let whole = chain.rest();
                set_unlisted(union, whole);
                return ReadOutcome::Yes;
            };
            union.set(listed);
            let Some(content) = union.content_mut() else { return ReadOutcome::Yes };
            if let ReadOutcome::TypeMismatch(mismatch) = content.read(Token::Object(&mut chain)) {
                let mut whole = if let Value::Object(members) = mismatch.value { members } else { Map::new() };
                if plain {
                    whole.insert(shape.tag.to_owned(), tag);
                }
                set_unlisted(union, whole);
            }
            return ReadOutcome::Yes;
        }
        before.keep(name, members.later());
    }
    let whole = before.take_all();
    if let Some(fault) = before.into_fault() {
        members.fail(&fault);
    }
    set_unlisted(union, whole);
    ReadOutcome::Yes
}

/// An object that is nothing but a tag and its payload.
fn read_payload(union: &mut dyn Union, members: &mut dyn Members<'_>) -> ReadOutcome {
    let mut all = Undeclared::default();
    while let Some(name) = members.next_name() {
        let value = members.later();
        all.keep(name, value);
    }
    let outcome = take_payload(union, &mut all);
    let others = all.take_all();
    if !matches!(outcome, ReadOutcome::Yes) || !others.is_empty() {
        let mut whole = View::Union(union).members();
        whole.extend(others);
        set_unlisted(union, whole);
    }
    if let Some(fault) = all.into_fault() {
        members.fail(&fault);
    }
    ReadOutcome::Yes
}

/// Takes the tag and, where there is one, its payload, if it fits.
fn take_payload(union: &mut dyn Union, members: &mut Undeclared<'_>) -> ReadOutcome {
    let shape = union.shape();
    union.set(UNLISTED);
    let Some(tag) = members.get(shape.tag).and_then(Later::as_text).map(std::borrow::Cow::into_owned) else { return ReadOutcome::Null };
    let Some(listed) = shape.listed(&tag) else {
        let mut own = Undeclared::default();
        for name in [shape.tag, &tag] {
            if let Some(value) = members.take(name) {
                own.keep(name.to_owned(), value);
            }
        }
        let own = own.take_all();
        set_unlisted(union, own);
        return ReadOutcome::Yes;
    };
    union.set(listed);
    if let (Some(name), Some(content)) = (shape.payload(listed), union.content_mut()) {
        let outcome = members.take(name).map_or(ReadOutcome::Null, |value| members.read(value, content));
        if !matches!(outcome, ReadOutcome::Yes) {
            if let ReadOutcome::TypeMismatch(mismatch) = outcome {
                members.keep(name.to_owned(), Later::Json(mismatch.value));
            }
            union.set(UNLISTED);
            return ReadOutcome::Null;
        }
    }
    if shape.is(listed, &tag) {
        members.take(shape.tag);
    }
    ReadOutcome::Yes
}

/// The members that a record with a union among its members does not declare.
pub(crate) struct Spread<'de> {
    /// The position of the union.
    at: usize,
    shape: &'static UnionShape,
    /// The variant of the tag, once it came.
    tagged: Option<usize>,
    /// The variant whose payload the union has, read where it came.
    read: Option<usize>,
    undeclared: Undeclared<'de>,
}

impl<'de> Spread<'de> {
    pub(crate) fn within(record: &mut dyn Record) -> Option<Self> {
        let at = record.shape().spread()?;
        // Where there may be none, one is there for as long as it takes to look at it.
        let place = record.place(at);
        place.read(Token::Payload(UNLISTED, &mut Undeclared::default().then(None)));
        let View::Union(union) = place.view() else { return None };
        Some(Self { at, shape: union.shape(), tagged: None, read: None, undeclared: Undeclared::default() })
    }

    /// Reads a member: the payload of the tag that came before it into the union, another one to be read when all are there.
    pub(crate) fn read(&mut self, record: &mut dyn Record, name: String, members: &mut dyn Members<'de>) {
        let shape = self.shape;
        if name == shape.tag {
            let tag = members.json();
            self.tagged = tag.as_str().and_then(|tag| shape.listed(tag));
            if let (Some(payload), Some(View::Union(union))) =
                (self.read.take().and_then(|variant| shape.payload(variant)), member(record, self.at).map(Wire::view))
            {
                // Another tag came before it. Of two the last one counts.
                let value = union.content().1.map_or(Value::Null, |content| content.view().into_json());
                self.undeclared.keep(payload.to_owned(), Later::Json(value));
            }
            return self.undeclared.keep(name, Later::Json(tag));
        }
        let tagged = self.tagged.filter(|variant| shape.payload(*variant) == Some(&name));
        let Some(variant) = tagged else { return self.undeclared.keep(name, members.later()) };
        let outcome = record.place(self.at).read(Token::Payload(variant, members));
        self.read = matches!(outcome, ReadOutcome::Yes).then_some(variant);
        match outcome {
            ReadOutcome::Yes => {}
            ReadOutcome::Null => self.undeclared.keep(name, Later::Json(Value::Null)),
            ReadOutcome::TypeMismatch(mismatch) => self.undeclared.keep(name, Later::Json(mismatch.value)),
        }
    }

    /// Gives the union what is its own, and what nothing takes back, with the fault of what turned out to be no JSON.
    pub(crate) fn settle(mut self, record: &mut dyn Record) -> (Map<String, Value>, Option<serde_json::Error>) {
        match self.read {
            Some(variant) => {
                if let Some(payload) = self.shape.payload(variant) {
                    // One that came before and did not fit.
                    self.undeclared.take(payload);
                }
                let tag = self.undeclared.get(self.shape.tag).and_then(Later::as_text);
                if tag.is_some_and(|tag| self.shape.is(variant, &tag)) {
                    self.undeclared.take(self.shape.tag);
                }
            }
            None => _ = record.place(self.at).read(Token::Spread(&mut self.undeclared)),
        }
        let others = self.undeclared.take_all();
        (others, self.undeclared.into_fault())
    }
}

/// Gives tag and content of a union, member by member.
pub(crate) fn each_of_union(union: &dyn Union, take: &mut dyn FnMut(Name<'_>, Content<'_>)) {
    let shape = union.shape();
    let (at, content) = union.content();
    let content = content.map(Content::Wire);
    match (shape.variants.get(at), content) {
        (Some(Variant::Members(tag)), Some(content)) => {
            if !keeps(&content.view(), shape.tag) {
                take(Name::Label(shape.label), Content::Constant(tag));
            }
            content.view().each(take);
        }
        (Some(Variant::Payload(tag, label)), Some(content)) => {
            take(Name::Label(shape.label), Content::Constant(tag));
            take(Name::Label(*label), content);
        }
        (Some(variant), _) => take(Name::Label(shape.label), Content::Constant(variant.tag())),
        (None, Some(content)) => content.view().each(take),
        (None, None) => {}
    }
}

/// Is the member kept verbatim, so that nothing else may write it?
pub(crate) fn keeps(view: &View<'_>, name: &str) -> bool {
    let has = |extra: &Extra| extra.get(name).is_some();
    match view {
        View::Record(record) => has(record.undeclared()),
        View::Union(union) => union.content().1.is_some_and(|content| keeps(&content.view(), name)),
        View::Extra(extra) => has(extra),
        _ => false,
    }
}

/// Makes an enum with a variant `Unlisted(Extra)` a [`Union`]: [`Wire`], `Serialize` and `Deserialize`.
///
/// ```
/// # use graph_runtime::Extra;
/// # #[derive(Clone, Default, PartialEq)]
/// # pub struct Words { pub body: Option<String>, extra: Extra }
/// # graph_runtime::record!(Words { 0 Field("body") => body });
/// #[derive(Clone, Debug, PartialEq)]
/// pub enum Content {
///     Text(Words),
///     Typing,
///     Unlisted(Extra),
/// }
///
/// graph_runtime::union!(Content, "type", exact {
///     0 Payload("text", "text") => Text,
/// } alone {
///     1 Alone("typing") => Typing,
/// });
/// ```
///
/// `Members("TEXT")` is for objects whose members are next to the tag, `Payload("text", "body")` for a payload in a member of its own, here
/// `body`, and `Alone("typing")` for a tag that is all. `any_case` instead of `exact`: the letter case of tags does not count.
#[macro_export]
macro_rules! union {
    (
        $union:ident, $tag:literal, $case:ident { $($at:literal $kind:ident($word:literal $(, $payload:literal)?) => $variant:ident),* $(,)? }
        $(alone { $($bare_at:literal Alone($bare_tag:literal) => $bare:ident),* $(,)? })?
    ) => {
        impl $crate::Union for $union {
            fn shape(&self) -> &'static $crate::codec::UnionShape {
                &$crate::codec::UnionShape {
                    tag: $tag,
                    label: $crate::codec::Label(::core::concat!(",\"", $tag, "\":")),
                    any_case: $crate::union!(@$case),
                    variants: &[
                        $($crate::codec::Variant::$kind($word $(, $crate::codec::Label(::core::concat!(",\"", $payload, "\":")))?),)*
                        $($($crate::codec::Variant::Alone($bare_tag),)*)?
                    ],
                }
            }

            fn content(&self) -> (usize, Option<&dyn $crate::Wire>) {
                match self {
                    $(Self::$variant(content) => ($at, Some(content)),)*
                    $($(Self::$bare => ($bare_at, None),)*)?
                    Self::Unlisted(content) => (usize::MAX, Some(content)),
                }
            }

            fn content_mut(&mut self) -> Option<&mut dyn $crate::Wire> {
                match self {
                    $(Self::$variant(content) => Some(content),)*
                    $($(Self::$bare => None,)*)?
                    Self::Unlisted(content) => Some(content),
                }
            }

            fn set(&mut self, variant: usize) {
                *self = match variant {
                    $($at => Self::$variant(Default::default()),)*
                    $($($bare_at => Self::$bare,)*)?
                    _ => Self::default(),
                };
            }
        }

        impl $crate::Wire for $union {
            fn view(&self) -> $crate::codec::View<'_> {
                $crate::codec::View::Union(self)
            }

            fn read(&mut self, token: $crate::codec::Token<'_, '_>) -> $crate::codec::ReadOutcome {
                $crate::codec::read_union(self, token)
            }

            fn show(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(self, f)
            }
        }

        /// One of no tag and no members; only so that a record can start empty.
        impl Default for $union {
            fn default() -> Self {
                Self::Unlisted($crate::Extra::default())
            }
        }

        impl $crate::Serialize for $union {
            fn serialize<S: $crate::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::codec::View::Union(self).serialize(serializer)
            }
        }

        impl<'de> $crate::Deserialize<'de> for $union {
            fn deserialize<D: $crate::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::codec::decode(::core::stringify!($union), deserializer)
            }
        }
    };
    (@exact) => {
        false
    };
    (@any_case) => {
        true
    };
}

/// Makes a type of a plain text: `from_text!(Body, |text| Self::new(text));` gives `From<&str>` and `From<String>`.
#[macro_export]
macro_rules! from_text {
    ($name:ident, |$text:ident| $make:expr) => {
        impl From<&str> for $name {
            fn from($text: &str) -> Self {
                $make
            }
        }

        impl From<String> for $name {
            #[allow(clippy::useless_conversion, reason = "what is made of a `&str` may be the text itself")]
            fn from($text: String) -> Self {
                $make
            }
        }
    };
}

/// Makes a union of what its variants hold: `made_of!(Content { Text(Words) });` gives `From<Words>`.
#[macro_export]
macro_rules! made_of {
    ($name:ident { $($variant:ident($held:ty)),* $(,)? }) => {
        $(impl From<$held> for $name {
            fn from(held: $held) -> Self {
                Self::$variant(held.into())
            }
        })*
    };
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "as the macro wants it")]
mod tests {
    use crate::values::extra::Extra;
    use crate::values::json::tests::{Item, Sign};
    use crate::values::json::to_json;
    use crate::values::wire::Wire;

    /// A union of unions, each with a tag of its own.
    #[derive(Clone, Debug, PartialEq)]
    pub enum Board {
        Sign(Sign),
        Unlisted(Extra),
    }

    crate::union!(Board, "kind", any_case { 0 Members("sign") => Sign });

    fn assert_comes_back<T: Wire + serde_core::de::DeserializeOwned>(json: &str) -> T {
        let value: T = serde_json::from_str(json).unwrap();
        assert_eq!(String::from_utf8(to_json(&value)).unwrap(), json);
        assert_eq!(serde_json::to_string(&value.view()).unwrap(), json);
        value
    }

    #[test]
    fn what_a_tag_and_its_payload_are_not_alone_with_is_not_lost() {
        assert_eq!(assert_comes_back::<Item>(r#"{"type":"text","body":"a"}"#), Item::Text("a".to_owned()));
        assert_eq!(assert_comes_back::<Item>(r#"{"type":"gone"}"#), Item::Gone);
        for json in [
            r#"{"type":"text","body":"a","more":1}"#,
            r#"{"type":"text"}"#,
            r#"{"type":"text","body":3}"#,
            r#"{"type":"text","title":"a"}"#,
            r#"{"type":"gone","more":1}"#,
            r#"{"type":"new","new":[1]}"#,
            r#"{"body":"a"}"#,
            "{}",
        ] {
            assert!(matches!(assert_comes_back::<Item>(json), Item::Unlisted(_)), "{json}");
        }
    }

    #[test]
    fn a_tag_is_written_once_and_as_it_came() {
        for json in [r#"{"type":"card","title":"a"}"#, r#"{"title":"a","type":"CARD"}"#, r#"{"type":"CARD"}"#] {
            assert!(matches!(assert_comes_back::<Sign>(json), Sign::Card(_)), "{json}");
        }
        for json in [
            r#"{"kind":"sign","type":"card","title":"a"}"#,
            r#"{"type":"card","title":"a","kind":"SIGN"}"#,
            r#"{"kind":"SIGN","type":"new"}"#,
        ] {
            assert!(matches!(assert_comes_back::<Board>(json), Board::Sign(_)), "{json}");
        }
        assert!(matches!(assert_comes_back::<Board>(r#"{"kind":"new","type":"card"}"#), Board::Unlisted(_)));
    }
}
