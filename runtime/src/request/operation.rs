//! What a request must be for a client to send it.

use std::marker::PhantomData;

use serde_core::de::DeserializeOwned;

use crate::description::info::OperationInfo;
use crate::request::file::File;
use crate::request::options::RequestOptions;
use crate::request::parts::Outgoing;
use crate::values::continuation::Continuation;
use crate::values::page::{Cursor, Page};
use crate::values::record::Record;
use crate::values::wire::read_record_of;

/// A request: plain data that knows its operation, holds no client and can be sent many times.
pub trait Operation: Clone + Send + Sync + 'static {
    /// What is known about the operation.
    const INFO: &'static OperationInfo;

    /// What it answers.
    type Response: DeserializeOwned + Send + 'static;

    /// What is known about the operation of this request: [`INFO`](Self::INFO), except of a type whose requests are of many operations, as a
    /// command line has one.
    fn info(&self) -> &'static OperationInfo {
        Self::INFO
    }

    /// The options of this request.
    fn options(&self) -> &RequestOptions;

    /// The options of this request, to change.
    fn options_mut(&mut self) -> &mut RequestOptions;

    /// Writes path and parameters.
    fn encode(&self, to: &mut Outgoing);

    /// Reads an answer.
    ///
    /// # Errors
    /// Those of serde: a text that is no JSON, or not what the operation answers.
    fn decode(text: &str) -> Result<Self::Response, serde_json::Error> {
        serde_json::from_str(text)
    }
}

/// An operation that answers page by page.
pub trait PagedOperation: Operation<Response = Page<<Self as PagedOperation>::Item>> {
    /// What the pages hold.
    type Item: Send + 'static;

    /// Asks for the page after this cursor.
    fn resume(&mut self, after: Cursor);

    /// Asks for the page that comes next.
    fn continue_at(&mut self, next: &Continuation) {
        for (name, value) in next.params() {
            match name {
                "after" => self.resume(Cursor::from(value)),
                _ => self.options_mut().set_param(name, value),
            }
        }
    }
}

/// An operation that sends a file which may have arrived in part, and whose node says how much of it.
pub trait ResumableOperation: Operation {
    /// What reads how much has arrived.
    type Session: Operation;

    /// The request that reads it.
    fn session(&self) -> Self::Session;

    /// How many bytes of the whole file have arrived, if the answer says so.
    fn arrived(session: <Self::Session as Operation>::Response) -> Option<i64>;

    /// Where in the whole file this request begins, and the bytes from there on.
    fn part(&self) -> (i64, &File);

    /// Begins elsewhere, with the bytes from there on.
    fn set_part(&mut self, from: i64, file: File);
}

/// Makes a request an [`Operation`]: what it answers, what is known of it in addition to [`OperationInfo::EMPTY`], and how it is written.
///
/// ```
/// # use graph_runtime::{Method, OperationInfo, Operation, RequestOptions, Value};
/// #[derive(Clone)]
/// struct ReadPhoneNumber {
///     phone_number_id: String,
///     options: RequestOptions,
/// }
///
/// graph_runtime::operation!(ReadPhoneNumber -> Value {
///     id: "PhoneNumber.read", method: Method::Get, path: "/{phone_number_id}", idempotent: true,
/// } |it, to| to.id(&it.phone_number_id));
/// # assert!(ReadPhoneNumber::INFO.idempotent);
/// ```
///
/// `-> Page<T> where list ["data", "groups"]` is a page whose list is not in `data`: the members that lead to it. With `or item` behind it an answer
/// without the first of them is the only item.
#[macro_export]
macro_rules! operation {
    ($request:ident -> $response:ty where list [$($member:literal),*] $(or $item:ident)? { $($info:tt)* } |$it:ident, $to:ident| $encode:expr) => {
        $crate::operation!(@ $request, $response, text, {
            <$response>::read_at_or(text, &[$($member),*], &[$(stringify!($item))?])
        }, { $($info)* }, $it, $to, $encode);
    };
    ($request:ident -> $response:ty { $($info:tt)* } |$it:ident, $to:ident| $encode:expr) => {
        $crate::operation!(@ $request, $response, text, {
            #[allow(unused_imports, reason = "one of them is right")]
            use $crate::__private::{BySerde as _, ByTable as _};

            (&$crate::__private::Answer::<$response>::NEW).read(text)
        }, { $($info)* }, $it, $to, $encode);
    };
    (@ $request:ident, $response:ty, $text:ident, $decode:block, { $($info:tt)* }, $it:ident, $to:ident, $encode:expr) => {
        impl $crate::Operation for $request {
            const INFO: &'static $crate::OperationInfo = &$crate::OperationInfo { $($info)* ..$crate::OperationInfo::EMPTY };

            type Response = $response;

            fn options(&self) -> &$crate::RequestOptions {
                &self.options
            }

            fn options_mut(&mut self) -> &mut $crate::RequestOptions {
                &mut self.options
            }

            fn encode(&self, to: &mut $crate::Outgoing) {
                let ($it, $to) = (self, to);
                $encode;
            }

            fn decode($text: &str) -> Result<Self::Response, $crate::serde_json::Error> $decode
        }
    };
}

/// What an operation answers, for [`operation!`](crate::operation!), which reads records by their tables, in code that is compiled once, and what else
/// there is by serde: `(&Answer::<T>::NEW).read(text)` is [`ByTable`] for the ones and [`BySerde`] for the others, which is one reference further.
#[doc(hidden)]
#[derive(Debug)]
pub struct Answer<T>(PhantomData<T>);

impl<T> Answer<T> {
    pub const NEW: Self = Self(PhantomData);
}

#[doc(hidden)]
pub trait ByTable<T> {
    fn read(&self, text: &str) -> Result<T, serde_json::Error>;
}

impl<T: Record + Default> ByTable<T> for Answer<T> {
    fn read(&self, text: &str) -> Result<T, serde_json::Error> {
        let mut record = T::default();
        read_record_of(text, &mut record)?;
        Ok(record)
    }
}

#[doc(hidden)]
pub trait BySerde<T> {
    fn read(&self, text: &str) -> Result<T, serde_json::Error>;
}

impl<T: DeserializeOwned> BySerde<T> for &Answer<T> {
    fn read(&self, text: &str) -> Result<T, serde_json::Error> {
        serde_json::from_str(text)
    }
}
