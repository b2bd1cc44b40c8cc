//! The errors of an API as an enum, from a table that says everything once.

/// Declares the kinds of error of an API, and what is documented about each: one table for the enum, its documentation and its data.
///
/// ```
/// # use graph_runtime::error_kinds;
/// error_kinds! {
///     /// What went wrong.
///     #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
///     #[non_exhaustive]
///     pub enum ErrorKind, documented at "https://example.com/errors" {
///         #[doc(alias = "100/33")]
///         ObjectNotFound = OBJECT_NOT_FOUND {
///             code: 100 / 33, title: "Unsupported get request", category: parameter, retry: None, executed: false,
///             cause: "The object does not exist, or the token may not see it.",
///             remedy: "Check the identifier.",
///         },
///
///         .. Other { code: u32, subcode: Option<u32> },
///     }
/// }
/// # assert_eq!(OBJECT_NOT_FOUND.remedy, "Check the identifier.");
/// # assert_eq!((KINDS.len(), ERRORS.len()), (1, 1));
/// # let _ = ErrorKind::Other { code: 1, subcode: None };
/// ```
///
/// Each entry is `Variant = STATIC { … }`, with its fields in this order. The code may be a pair (`100 / 33`) or a range (`200..=299`); the
/// title is left out where it is unknown; `backoff_base`, `executed`, `arrives`, `in_usage`, `case`, `presence` (since when Graph answers with it) and `page` are optional. An entry without a page has the page of
/// the enum. The last entry begins with `..`: what no other entry is. Attributes such as `#[doc(alias)]` go to the variant.
///
/// In addition to the enum it makes a [`static ErrorInfo`](crate::ErrorInfo) for each error, under the name that the entry gives, `ERRORS` with
/// all of them and `KINDS` with the variants in the same order.
#[macro_export]
macro_rules! error_kinds {
    (
        $(#[$info:meta])*
        $vis:vis enum $enum:ident, documented at $default:literal {
            $(
                $(#[$attribute:meta])*
                $variant:ident = $error:ident {
                    code: $code:literal $(/ $subcode:literal)? $(..= $end:literal)?,
                    $(title: $title:literal,)?
                    category: $category:ident,
                    retry: $retry:ident,
                    $(backoff_base: $base:literal,)?
                    $(executed: $executed:literal,)?
                    $(arrives: $arrives:ident,)?
                    $(in_usage: $in_usage:literal,)?
                    $(case: $case:literal,)?
                    cause: $cause:literal,
                    remedy: $remedy:literal,
                    $(presence: $presence:literal,)?
                    $(page: $page:literal,)?
                },
            )*
            .. Other { code: u32, subcode: Option<u32> } $(,)?
        }
    ) => {
        $(#[$info])*
        $vis enum $enum {
            $(
                $(#[$attribute])*
                #[doc = ::core::concat!("`", $code, $("/", $subcode,)? $("-", $end,)? "`" $(, " ", $title)?)]
                #[doc = ""]
                #[doc = $cause]
                #[doc = ""]
                #[doc = $remedy]
                #[doc = ""]
                $(
                    #[doc = $presence]
                    #[doc = ""]
                )?
                #[doc = ::core::concat!("Category `", ::core::stringify!($category), "`, retry `", ::core::stringify!($retry), "`"
                    $(, " with pauses of at least ", $base, "^n seconds")? $(, ", executed: ", $executed)? $(, ", arrives: ", $crate::error_kinds!(@arrives $arrives))? $(, ", one of several meanings of these numbers: ", $case)?, ".")]
                #[doc = ""]
                #[doc = ::core::concat!("[Source](", $crate::error_kinds!(@first $($page)? $default), ")")]
                $variant,
            )*
            /// A code and subcode that the spec does not list.
            Other {
                /// Graph's `code`.
                code: u32,
                /// Graph's `error_subcode`.
                subcode: ::core::option::Option<u32>,
            },
        }

        $(
            pub(crate) static $error: $crate::ErrorInfo = $crate::ErrorInfo {
                name: ::core::stringify!($variant),
                code: $code,
                $(subcode: ::core::option::Option::Some($subcode),)?
                $(code_end: ::core::option::Option::Some($end),)?
                $(title: ::core::option::Option::Some($title),)?
                $(case: $case,)?
                category: $crate::ErrorCategory::new(::core::stringify!($category)),
                retry: $crate::RetryClass::$retry,
                $(backoff_base: ::core::option::Option::Some($base),)?
                $(executed: ::core::option::Option::Some($executed),)?
                $(arrives: $crate::Arrival::$arrives,)?
                $(in_usage: $in_usage,)?
                cause: $cause,
                remedy: $remedy,
                page: $crate::error_kinds!(@first $($page)? $default),
                ..$crate::ErrorInfo::EMPTY
            };
        )*

        /// Every error, in the order of the table.
        pub(crate) static ERRORS: &[&$crate::ErrorInfo] = &[$(&$error),*];

        /// The kinds, in the order of the table.
        #[allow(deprecated, reason = "what Graph answers no more at the newest version it may still answer at another")]
        static KINDS: &[$enum] = &[$($enum::$variant),*];
    };
    (@arrives Status) => {
        "in a webhook, after the call has succeeded"
    };
    (@arrives Both) => {
        "in the answer, or in a webhook after the call has succeeded"
    };
    (@arrives Answer) => {
        "in the answer"
    };
    (@first $first:literal $($rest:literal)?) => {
        $first
    };
}

#[cfg(test)]
mod tests {
    use crate::description::error_info::{Arrival, ErrorCategory, ErrorInfo, RetryClass};

    error_kinds! {
        /// Kinds.
        #[derive(Debug, PartialEq)]
        enum Kind, documented at "https://example.com/errors" {
            #[doc(alias = "100/33")]
            Pair = PAIR {
                code: 100 / 33, title: "A title", category: parameter, retry: None, executed: false, case: true,
                cause: "It is in two \
                        lines.",
                remedy: "Do `this`.",
                page: "https://example.com/pair",
            },

            Range = RANGE {
                code: 200..=299, category: permission, retry: Backoff, backoff_base: 4, arrives: Status, in_usage: false,
                cause: "Cause.",
                remedy: "Remedy.",
                presence: "Since v23.0.",
            },

            #[deprecated(note = "removed in v24.0")]
            Gone = GONE {
                code: 9, category: parameter, retry: None,
                cause: "Cause.",
                remedy: "Remedy.",
            },

            .. Other { code: u32, subcode: Option<u32> },
        }
    }

    #[test]
    #[expect(deprecated, reason = "what is gone is named")]
    fn a_kind_that_is_gone_is_deprecated() {
        assert_eq!(KINDS[2], Kind::Gone);
    }

    #[test]
    fn the_table_gives_data_and_kinds() {
        let pair = ErrorInfo {
            name: "Pair",
            code: 100,
            subcode: Some(33),
            title: Some("A title"),
            case: true,
            category: ErrorCategory::PARAMETER,
            executed: Some(false),
            cause: "It is in two lines.",
            remedy: "Do `this`.",
            page: "https://example.com/pair",
            ..ErrorInfo::EMPTY
        };
        assert_eq!(PAIR, pair);
        assert_eq!((RANGE.code, RANGE.code_end, RANGE.title), (200, Some(299), None));
        assert_eq!((RANGE.retry, RANGE.backoff_base, PAIR.backoff_base), (RetryClass::Backoff, Some(4), None));
        assert_eq!((RANGE.arrives, RANGE.in_usage, PAIR.arrives, PAIR.in_usage), (Arrival::Status, false, Arrival::Answer, true));
        assert_eq!(RANGE.page, "https://example.com/errors");
        assert_eq!(ERRORS, [&PAIR, &RANGE, &GONE]);
        assert_eq!(KINDS[..2], [Kind::Pair, Kind::Range]);
        assert_ne!(KINDS[0], Kind::Other { code: 100, subcode: Some(33) });
    }
}
