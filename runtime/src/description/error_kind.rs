//! The errors of an API as an enum, from a table that says everything once.

/// Declares the kinds of error of an API, and what is documented about each: one table for the enum, its documentation and its data.
///
/// ```
/// # use graph_runtime::error_kinds;
/// error_kinds! {
///     #[page = "https://example.com/errors"]
///     /// What went wrong.
///     #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
///     #[non_exhaustive]
///     pub enum ErrorKind {
///         /// The object does not exist, or the token may not see it.
///         #[error(OBJECT_NOT_FOUND = 100 / 33, "Unsupported get request", parameter, None, executed: false)]
///         /// Check the identifier.
///         ObjectNotFound,
///
///         Other { code: u32, subcode: Option<u32> },
///     }
/// }
/// # assert_eq!(OBJECT_NOT_FOUND.remedy, "Check the identifier.");
/// # assert_eq!((KINDS.len(), ERRORS.len()), (1, 1));
/// # let _ = ErrorKind::Other { code: 1, subcode: None };
/// ```
///
/// `#[error(STATIC = code, title, category, retry)]` is between the cause and the remedy. The code may be a pair (`100 / 33`) or a range
/// (`200..=299`); the title is left out where it is unknown; `backoff_base`, `executed`, `case` and
/// `page` may follow, in this order. The page of the
/// first line is that of every error that names none.
///
/// In addition to the enum it makes a [`static ErrorInfo`](crate::ErrorInfo) for each error, under the name that the error gives, `ERRORS` with all
/// of them and `KINDS` with the variants in the same order.
#[macro_export]
macro_rules! error_kinds {
    (
        #[page = $default:literal]
        $(#[$info:meta])*
        $vis:vis enum $enum:ident {
            $(
                $(#[doc = $cause:literal])+
                #[error(
                    $error:ident = $code:literal $(/ $subcode:literal)? $(..= $end:literal)?,
                    $($title:literal,)? $category:ident, $retry:ident
                    $(, backoff_base: $base:literal)? $(, executed: $executed:literal)? $(, case: $case:literal)? $(, page: $page:literal)?
                )]
                $(#[doc = $remedy:literal])+
                $variant:ident,
            )*
            Other { code: u32, subcode: Option<u32> } $(,)?
        }
    ) => {
        $(#[$info])*
        $vis enum $enum {
            $(
                #[doc = ::core::concat!("`", $code, $("/", $subcode,)? $("-", $end,)? "`" $(, " ", $title)?)]
                #[doc = ""]
                $(#[doc = $cause])+
                #[doc = ""]
                $(#[doc = $remedy])+
                #[doc = ""]
                #[doc = ::core::concat!("Category `", ::core::stringify!($category), "`, retry `", ::core::stringify!($retry), "`"
                    $(, " with pauses of at least ", $base, "^n seconds")? $(, ", executed: ", $executed)? $(, ", one of several meanings of these numbers: ", $case)?, ".")]
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
                // Every line of documentation begins with a blank.
                cause: ::core::concat!($($cause),+).trim_ascii(),
                remedy: ::core::concat!($($remedy),+).trim_ascii(),
                page: $crate::error_kinds!(@first $($page)? $default),
                ..$crate::ErrorInfo::EMPTY
            };
        )*

        /// Every error, in the order of the table.
        pub(crate) static ERRORS: &[&$crate::ErrorInfo] = &[$(&$error),*];

        /// The kinds, in the order of the table.
        static KINDS: &[$enum] = &[$($enum::$variant),*];
    };
    (@first $first:literal $($rest:literal)?) => {
        $first
    };
}

#[cfg(test)]
mod tests {
    use crate::description::info::{ErrorCategory, ErrorInfo, RetryClass};

    error_kinds! {
        #[page = "https://example.com/errors"]
        /// Kinds.
        #[derive(Debug, PartialEq)]
        enum Kind {
            /// It is in two
            /// lines.
            #[error(PAIR = 100 / 33, "A title", parameter, None, executed: false, case: true, page: "https://example.com/pair")]
            /// Do `this`.
            Pair,
            /// Cause.
            #[error(RANGE = 200..=299, permission, Backoff, backoff_base: 4)]
            /// Remedy.
            Range,

            Other { code: u32, subcode: Option<u32> },
        }
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
        assert_eq!(RANGE.page, "https://example.com/errors");
        assert_eq!(ERRORS, [&PAIR, &RANGE]);
        assert_eq!(KINDS, [Kind::Pair, Kind::Range]);
        assert_ne!(KINDS[0], Kind::Other { code: 100, subcode: Some(33) });
    }
}
