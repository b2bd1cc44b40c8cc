//! Lossless records: JSON objects with declared members, which keep what was not declared.
//!
//! A record gives a table of its members ([`Shape`]) and, for each of them by its position, the field. All that reads and writes walks the
//! table, and is compiled once:
//! 1. The text of an answer is taken apart in `text_reader.rs`. Whatever else a record is read from comes by its `Deserialize`, which
//!    [`record!`](crate::record!) wrote: it calls `decode` (`wire.rs`), which asks with a `Seed` (`token.rs`), the one visitor of this crate.
//! 2. Both give each kind of value to what is to be filled, a [`Wire`], as a [`Token`]: `Str`, `I64`, …, or for an object its members, to be taken
//!    one by one.
//! 3. A record takes them here, in `read_record`: the key is found in the table, the field reads the value as in 2.
//! 4. What no field takes is kept in [`Extra`]. If a member that must be there is missing, the object is no record of this type, and says why.
//!
//! The way back: a value shows what it is in JSON (`view.rs`); of a record `each_member` gives one member after the other.

use std::fmt;

use serde_json::Value;

use crate::values::decode::{ReadOutcome, TypeMismatch, under};
use crate::values::extra::Extra;
use crate::values::kept::Kept;
use crate::values::token::{Members, Token};
use crate::values::union::Spread;
use crate::values::view::{Content, Name, View};
use crate::values::wire::Wire;

/// A JSON object with declared members. [`record!`](crate::record!) makes it decode and encode without loss.
///
/// A field that is absent or `null` is `None`. A member that is not declared, or whose value does not fit, is kept in
/// [`Extra`] under its name and encoded again. What is in `Extra` replaces a declared member of the same name.
pub trait Record: Send + Sync + 'static {
    /// The table of its members.
    fn shape(&self) -> &'static Shape;

    /// Gives what is in its fields, each with the position of its member in the table, in the order of the table. What is absent is not given; for a member
    /// that has no field of its own anything is.
    fn each<'a>(&'a self, give: &mut dyn FnMut(usize, &'a dyn Wire));

    /// What it does not declare.
    fn undeclared(&self) -> &Extra;

    /// The field of the member at this position of the table, or the [`Extra`], to be read.
    fn place(&mut self, at: usize) -> &mut dyn Wire;

    /// Sets what there may be, and nothing for `None`: `contact.maybe(company, |contact, company| contact.company(company))`.
    #[must_use]
    fn maybe<T>(self, value: Option<T>, set: impl FnOnce(Self, T) -> Self) -> Self
    where
        Self: Sized,
    {
        match value {
            Some(value) => set(self, value),
            None => self,
        }
    }
}

/// The table of a record's members, in the order in which they are written.
#[derive(Debug)]
pub struct Shape {
    name: &'static str,
    members: &'static [Member],
    /// One bit for each member that must be there.
    required: u128,
    /// The position of the union whose members are among the record's own.
    spread: Option<usize>,
    /// Whether members have other names: these come last in the table.
    aliases: bool,
}

/// A member of a record: its name in JSON, and what is special about it.
#[derive(Clone, Copy, Debug)]
pub enum Member {
    /// It may be absent.
    Field(Label),
    /// Without it the object is not a record of this type.
    Always(Label),
    /// As [`Always`](Self::Always), and `null` is an empty list.
    List(Label),
    /// It has one value only: it is taken, another value is kept as undeclared. It has no field.
    Constant(Label, &'static str),
    /// Another name of the member at that position: either is read into its field, and is written again under that name.
    Alias(Label, usize),
    /// The members of a union in place of one member, which has this name in Rust only.
    Spread(Label),
}

/// The name of a member as it is written in an object: `,"id":`.
#[derive(Clone, Copy, Debug)]
pub struct Label(pub &'static str);

impl Label {
    /// Refuses, when a table is compiled, what is no name with what is around it, and a name that JSON escapes.
    const fn assert(self) {
        let bytes = self.0.as_bytes();
        assert!(bytes.len() > 4 && bytes[0] == b',' && bytes[1] == b'"', "a name is written with a comma and a quotation mark before it");
        let mut at = 2;
        while at < bytes.len() - 2 {
            assert!(bytes[at] >= b' ' && bytes[at] != b'"' && bytes[at] != b'\\', "a name that JSON escapes");
            at += 1;
        }
        assert!(bytes[at] == b'"' && bytes[at + 1] == b':', "a name is written with a quotation mark and a colon behind it");
    }

    /// The name alone.
    pub(crate) fn name(self) -> &'static str {
        self.0.get(2..self.0.len() - 2).unwrap_or_default()
    }

    /// The name as it is written, with a comma before it unless it is the first.
    pub(crate) fn written(self, first: bool) -> &'static str {
        self.0.get(usize::from(first)..).unwrap_or_default()
    }

    fn is(self, name: &str) -> bool {
        self.0.len() == name.len() + 4 && self.0.as_bytes().get(2..name.len() + 2) == Some(name.as_bytes())
    }
}

impl Member {
    /// Has it this name in JSON?
    fn is(&self, name: &str) -> bool {
        self.label().is(name) && !matches!(self, Self::Spread(_))
    }

    const fn label(&self) -> Label {
        match self {
            Self::Field(label)
            | Self::Always(label)
            | Self::List(label)
            | Self::Constant(label, _)
            | Self::Alias(label, _)
            | Self::Spread(label) => *label,
        }
    }

    /// Its name in JSON, if it has one.
    pub(crate) fn name(&self) -> Option<&'static str> {
        (!matches!(self, Self::Spread(_))).then(|| self.label().name())
    }
}

impl Shape {
    #[cfg(feature = "client")]
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// The table of a record that Rust calls `name`.
    pub const fn of(name: &'static str, members: &'static [Member]) -> Self {
        let (mut required, mut spread, mut at) = (0, None, 0);
        while at < members.len() {
            members[at].label().assert();
            match members[at] {
                Member::Always(_) | Member::List(_) => required |= bit(at),
                Member::Spread(_) => spread = Some(at),
                _ => {}
            }
            at += 1;
        }
        let aliases = matches!(members.last(), Some(Member::Alias(..)));
        Self { name, members, required, spread, aliases }
    }

    /// The members without which an object is not a record of this type.
    pub fn required(&self) -> impl Iterator<Item = &'static str> {
        self.members.iter().filter_map(|member| match member {
            Member::Always(name) | Member::List(name) => Some(name.name()),
            _ => None,
        })
    }

    pub(crate) fn members(&self) -> &'static [Member] {
        self.members
    }

    /// The position of the member of that name.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.members.iter().position(|member| !matches!(member, Member::Alias(..)) && member.is(name))
    }

    /// The position of the union whose members are among the record's own.
    pub(crate) fn spread(&self) -> Option<usize> {
        self.spread
    }

    /// The position of a member. Most come in the order of the table, so that the one after the last is looked at first.
    fn find(&self, name: &str, next: &mut usize) -> Option<usize> {
        let (before, after) = self.members.split_at_checked(*next)?;
        let is = |member: &Member| member.is(name);
        let at = after.iter().position(is).map(|at| at + *next).or_else(|| before.iter().position(is))?;
        *next = at + 1;
        Some(at)
    }
}

/// The bit of the member at a position; none beyond the 128th.
const fn bit(at: usize) -> u128 {
    if at < 128 { 1 << at } else { 0 }
}

/// The position that no member has: that of the [`Extra`].
const EXTRA: usize = usize::MAX;

/// Gives what is in a field, if anything is.
#[doc(hidden)]
#[inline]
pub fn give<'a>(field: &'a impl Wire, at: usize, to: &mut dyn FnMut(usize, &'a dyn Wire)) {
    if let Some(value) = field.present() {
        to(at, value);
    }
}

/// What is in the field of the member at this position of the table, if anything is.
pub(crate) fn member(record: &dyn Record, at: usize) -> Option<&dyn Wire> {
    let mut found = None;
    record.each(&mut |position, value| {
        if position == at {
            found = Some(value);
        }
    });
    found
}

fn extra_mut(record: &mut dyn Record) -> Option<&mut Extra> {
    record.place(EXTRA).as_extra()
}

/// Makes a type a JSON object: [`Record`], [`Wire`], `Serialize`, `Deserialize`, `Debug`, and the method `extra`; `record!(Pin: sent …)` has
/// `with_param` too.
///
/// ```
/// # use graph_runtime::Extra;
/// #[derive(Clone, Default, PartialEq)]
/// pub struct Pin {
///     pub id: String,
///     pub pin: Option<String>,
///     extra: Extra,
/// }
///
/// graph_runtime::record!(Pin {
///     0 Always("id") => id,
///     1 Field("pin") => pin,
///     2 Constant("product", "graph") => extra,
/// });
/// ```
///
/// The table has a line for each [`Member`]: its position, what it is, and the field of the struct. `3 Alias("number", 0) => id` is another name of
/// the member at position 0. `Spread("content") => content` takes a
/// [`Union`](crate::Union) whose members are among the record's own. `record!(Pin)` alone is for a type that implements [`Record`] itself.
/// `Debug` shows the members that are there, by their names in JSON; of those in [`Extra`] the names.
#[macro_export]
macro_rules! record {
    ($record:ident: sent { $($table:tt)* }) => {
        impl $record {
            /// Adds a field that this type does not declare, or replaces one that it does.
            #[must_use]
            pub fn with_param(mut self, name: impl Into<String>, value: impl Into<$crate::Value>) -> Self {
                self.extra.insert(name, value);
                self
            }
        }

        $crate::record!($record { $($table)* });
    };
    ($record:ident { $($at:literal $kind:ident($name:literal $(, $word:literal)*) => $field:ident),* $(,)? }) => {
        impl $record {
            /// Fields that this type does not declare, and fields whose value does not fit what it declares.
            pub fn extra(&self) -> &$crate::Extra {
                &self.extra
            }
        }

        impl $crate::Record for $record {
            fn shape(&self) -> &'static $crate::codec::Shape {
                const { &$crate::codec::Shape::of(::core::stringify!($record), &[
                    $($crate::codec::Member::$kind($crate::codec::Label(::core::concat!(",\"", $name, "\":")) $(, $word)*)),*
                ]) }
            }

            fn each<'a>(&'a self, give: &mut dyn ::core::ops::FnMut(usize, &'a dyn $crate::Wire)) {
                $($crate::codec::give(&self.$field, $at, give);)*
            }

            fn undeclared(&self) -> &$crate::Extra {
                &self.extra
            }

            fn place(&mut self, at: usize) -> &mut dyn $crate::Wire {
                match at {
                    $($at => &mut self.$field,)*
                    _ => &mut self.extra,
                }
            }
        }

        $crate::record!($record);
    };
    ($record:ident) => {
        impl $crate::Serialize for $record {
            fn serialize<S: $crate::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::codec::View::Record(self).serialize(serializer)
            }
        }

        impl<'de> $crate::Deserialize<'de> for $record {
            fn deserialize<D: $crate::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::codec::decode(::core::stringify!($record), deserializer)
            }
        }

        impl ::core::fmt::Debug for $record {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::codec::show_record(self, f)
            }
        }
    };
}

impl<T: Record> Wire for T {
    fn view(&self) -> View<'_> {
        View::Record(self)
    }

    fn read(&mut self, token: Token<'_, '_>) -> ReadOutcome {
        read_record(self, token)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show_record(self, f)
    }

    fn each_kept<'a>(&'a self, give: &mut dyn FnMut(&'a Kept)) {
        self.each(&mut |_, member| member.each_kept(give));
    }
}

/// Which members have been read, and what to say of one that must be there and is not.
struct Progress {
    shape: &'static Shape,
    /// One bit for each member that must be there, and for all if some have other names. Members beyond the 128th are taken for read.
    read: u128,
    mismatches: Vec<(usize, String)>,
    /// May anything be in the record's [`Extra`]?
    kept: bool,
}

impl Progress {
    fn set(&mut self, at: usize, read: bool) {
        self.read = if read { self.read | bit(at) } else { self.read & !bit(at) };
    }

    fn is_absent(&self, at: usize) -> bool {
        bit(at) & !self.read != 0
    }

    /// The names of required members that are not there.
    fn absent(&self) -> impl Iterator<Item = &'static str> {
        self.shape.members.iter().enumerate().filter_map(|(at, member)| match member {
            Member::Always(name) | Member::List(name) if self.is_absent(at) && !self.mismatches.iter().any(|(odd, _)| *odd == at) => {
                Some(name.name())
            }
            _ => None,
        })
    }

    /// Why the object is no record of this type, if it is none.
    fn complaint(&self) -> Option<String> {
        if self.shape.required & !self.read == 0 && self.mismatches.is_empty() {
            return None;
        }
        let odd = self.mismatches.iter().min_by_key(|(at, _)| *at).and_then(|(at, why)| Some((self.shape.members.get(*at)?.name()?, why)));
        odd.map(|(name, why)| under(name, why)).or_else(|| self.absent().next().map(|name| format!("{name} is missing")))
    }
}

fn read_record(record: &mut dyn Record, token: Token<'_, '_>) -> ReadOutcome {
    let members = match token {
        Token::Object(members) => members,
        Token::Null => {
            empty(record);
            return Token::Null.mismatch("an object");
        }
        other => return other.mismatch("an object"),
    };
    let shape = record.shape();
    let mut progress = Progress { shape, read: 0, mismatches: Vec::new(), kept: false };
    let mut spread = Spread::within(record);
    let (mut next, mut found, mut name) = (0, None, String::new());
    while members.next_key(&mut |key| {
        found = shape.find(key, &mut next);
        if found.is_none() {
            key.clone_into(&mut name);
        }
    }) {
        match (found, &mut spread) {
            (Some(at), _) => read_member(record, at, members, &mut progress),
            (None, Some(spread)) => spread.read(record, std::mem::take(&mut name), members),
            (None, None) => {
                let value = members.json();
                if let Some(extra) = extra_mut(record) {
                    progress.kept = true;
                    extra.insert(std::mem::take(&mut name), value);
                }
            }
        }
    }
    if let Some(spread) = spread {
        let (undeclared, fault) = spread.settle(record);
        if let Some(extra) = extra_mut(record).filter(|_| !undeclared.is_empty()) {
            undeclared.into_iter().for_each(|(name, value)| extra.insert(name, value));
        }
        if let Some(fault) = fault {
            members.fail(&fault);
        }
    }
    match progress.complaint() {
        None => ReadOutcome::Yes,
        Some(why) => {
            let mut value = View::Record(record).members();
            // As Graph sent it, without what Rust filled with a default.
            progress.absent().for_each(|name| _ = value.shift_remove(name));
            ReadOutcome::TypeMismatch(Box::new(TypeMismatch { value: Value::Object(value), why }))
        }
    }
}

/// Takes out what may be absent.
fn empty(record: &mut dyn Record) {
    for at in 0..record.shape().members.len() {
        let _ = record.place(at).read(Token::Null);
    }
    if let Some(extra) = extra_mut(record) {
        *extra = Extra::default();
    }
}

fn read_member(record: &mut dyn Record, at: usize, members: &mut dyn Members<'_>, progress: &mut Progress) {
    let Some(member) = progress.shape.members.get(at) else { return };
    let declared = if progress.shape.aliases { respelled(record, at, member, progress) } else { Some((at, member)) };
    let Some((at, member)) = declared else {
        let value = members.json();
        if let (Some(name), Some(extra)) = (member.name(), extra_mut(record)) {
            progress.kept = true;
            extra.insert(name, value);
        }
        return;
    };
    let odd_before = progress.mismatches.iter().any(|(odd, _)| *odd == at);
    if matches!(member, Member::Always(_)) && (odd_before || !progress.is_absent(at)) {
        // It came before, and of two the last one counts.
        let _ = record.place(at).read(Token::Null);
    }
    let outcome = match member {
        Member::Constant(_, expected) => constant(expected, members.json()),
        _ => members.value(record.place(at)),
    };
    let outcome = match (outcome, member) {
        (ReadOutcome::Null, Member::Constant(..)) => ReadOutcome::Null,
        (ReadOutcome::Null, member) => {
            let _ = record.place(at).read(Token::Null);
            if matches!(member, Member::List(_)) { ReadOutcome::Yes } else { ReadOutcome::Null }
        }
        (outcome, _) => outcome,
    };
    if progress.shape.aliases || matches!(member, Member::Always(_) | Member::List(_)) {
        progress.set(at, matches!(outcome, ReadOutcome::Yes));
    }
    if !progress.mismatches.is_empty() {
        progress.mismatches.retain(|(odd, _)| *odd != at);
    }
    if matches!(outcome, ReadOutcome::Yes) && !progress.kept && !progress.shape.aliases {
        return;
    }
    let (Some(name), Some(extra)) = (member.name(), extra_mut(record)) else { return };
    // What does not fit is kept under the name it came with.
    let spelling = if progress.shape.aliases { extra.spelling(name) } else { None };
    if spelling.is_some() && !matches!(outcome, ReadOutcome::Yes) {
        extra.spell(name, None);
    }
    let name = spelling.unwrap_or(name);
    // Of a member that comes twice, the last one counts.
    if !extra.is_empty() {
        extra.remove(name);
    }
    if let ReadOutcome::TypeMismatch(mismatch) = outcome {
        if matches!(member, Member::Always(_) | Member::List(_)) {
            progress.mismatches.push((at, mismatch.why));
        }
        progress.kept = true;
        extra.insert(name, mismatch.value);
    }
}

/// The member that a key is a spelling of; nothing if the member is there under its declared name, so that this one is kept besides.
fn respelled<'s>(record: &mut dyn Record, at: usize, member: &'s Member, progress: &Progress) -> Option<(usize, &'s Member)>
where
    'static: 's,
{
    let Member::Alias(spelling, of) = member else {
        // The declared name wins over a spelling that came before, whose value is kept.
        let name = member.name()?;
        if let Some(before) = record.undeclared().spelling(name) {
            let value = self::member(record, at).map_or(Value::Null, |value| value.view().into_json());
            let extra = extra_mut(record)?;
            extra.spell(name, None);
            extra.insert(before, value);
        }
        return Some((at, member));
    };
    let declared = progress.shape.members.get(*of)?;
    let name = declared.name()?;
    let first = progress.is_absent(*of) || record.undeclared().spelling(name).is_some();
    if first {
        extra_mut(record)?.spell(name, Some(spelling.name()));
    }
    first.then_some((*of, declared))
}

fn constant(expected: &str, value: Value) -> ReadOutcome {
    match value {
        Value::Null => ReadOutcome::Null,
        Value::String(text) if text == expected => ReadOutcome::Yes,
        value => {
            let why = format!("expected \"{expected}\", found another value");
            ReadOutcome::TypeMismatch(Box::new(TypeMismatch { value, why }))
        }
    }
}

/// Gives the members of a record, in the order in which they are written.
pub(crate) fn each_member<F: FnMut(Name<'_>, Content<'_>) + ?Sized>(record: &dyn Record, take: &mut F) {
    let shape = record.shape();
    let extra = record.undeclared();
    let spellings = shape.aliases.then_some(extra);
    let extra = (!extra.is_empty()).then_some(extra);
    let mut declared = |name: Name<'_>, content: Content<'_>| {
        if extra.is_none_or(|extra| extra.get(name.as_str()).is_none()) {
            take(name, content);
        }
    };
    record.each(&mut |at, value| match shape.members.get(at) {
        Some(Member::Field(name) | Member::Always(name) | Member::List(name)) => {
            let spelling = spellings.and_then(|extra| extra.spelling(name.name()));
            declared(spelling.map_or(Name::Label(*name), Name::Declared), Content::Wire(value));
        }
        Some(Member::Constant(name, value)) => declared(Name::Label(*name), Content::Constant(value)),
        Some(Member::Spread(_)) => value.view().each(&mut declared),
        Some(Member::Alias(..)) | None => {}
    });
    if let Some(extra) = extra {
        extra.iter().for_each(|(name, value)| take(Name::Other(name), Content::Undeclared(value)));
    }
}

/// Shows a record to people.
#[doc(hidden)]
pub fn show_record(record: &dyn Record, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut shown = f.debug_struct(record.shape().name);
    each_member(record, &mut |name, content| _ = shown.field(name.as_str(), &content));
    shown.finish()
}
