//! Identifiers, enums, a filter and records.

use std::borrow::Cow;
use std::collections::BTreeMap;

use graph_runtime::{Extra, Filter, Secret, Timestamp, Unlisted};

graph_runtime::id!(
    /// Identifies a business phone number.
    PhoneNumberId
);

graph_runtime::id!(
    /// Identifies a WhatsApp Business Account.
    WabaId
);

#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub(crate) enum QualityRating {
    Green,
    Unknown,
    Unlisted(Unlisted),
}

graph_runtime::open_enum!(QualityRating {
    Green = "GREEN",
    Unknown = "UNKNOWN"
});

#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub(crate) enum PhoneNumberField {
    Id,
    QualityRating,
    Unlisted(Unlisted),
}

graph_runtime::open_enum!(PhoneNumberField {
    Id = "id",
    QualityRating = "quality_rating",
});

#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub(crate) enum PhoneNumberSort {
    CreationTimeDescending,
    Unlisted(Unlisted),
}

graph_runtime::open_enum!(PhoneNumberSort {
    CreationTimeDescending = "creation_time_descending",
});

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PhoneNumberFilter(Filter);

graph_runtime::filter!(PhoneNumberFilter);

impl PhoneNumberFilter {
    pub(crate) fn creation_time_in_range(from: Timestamp, to: Timestamp) -> Self {
        Self(Filter {
            field: Cow::Borrowed("creation_time"),
            operator: Cow::Borrowed("IN_RANGE"),
            value: graph_runtime::json(&[from.text(), to.text()]),
        })
    }
}

#[derive(Clone, Default, PartialEq)]
pub(crate) struct Throughput {
    pub(crate) level: String,
    extra: Extra,
}

graph_runtime::record!(Throughput: sent { 0 Always("level") => level });

#[derive(Clone, Default, PartialEq)]
pub(crate) struct PhoneNumber {
    pub(crate) id: PhoneNumberId,
    pub(crate) name: Option<String>,
    pub(crate) quality_rating: Option<QualityRating>,
    pub(crate) throughput: Option<Throughput>,
    pub(crate) created: Option<Timestamp>,
    pub(crate) score: Option<f64>,
    pub(crate) count: Option<i64>,
    pub(crate) verified: Option<bool>,
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) limits: Option<BTreeMap<String, f64>>,
    pub(crate) pin: Option<Secret>,
    pub(crate) twin: Option<Box<PhoneNumber>>,
    extra: Extra,
}

impl PhoneNumber {
    pub(crate) fn named(name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..Self::default() }
    }
}

graph_runtime::record!(PhoneNumber: sent {
    0 Always("id") => id,
    1 Field("name") => name,
    2 Field("quality_rating") => quality_rating,
    3 Field("throughput") => throughput,
    4 Field("created") => created,
    5 Field("score") => score,
    6 Field("count") => count,
    7 Field("verified") => verified,
    8 Field("tags") => tags,
    9 Field("limits") => limits,
    10 Field("pin") => pin,
    11 Field("twin") => twin,
});

graph_runtime::boxed!(PhoneNumber);

#[derive(Clone, Default, PartialEq)]
pub(crate) struct Success {
    pub(crate) success: Option<bool>,
    extra: Extra,
}

graph_runtime::record!(Success: sent { 0 Field("success") => success });
