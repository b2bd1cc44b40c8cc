//! Identifiers, enums, a filter and records.

use std::borrow::Cow;
use std::collections::BTreeMap;

use graph_runtime::{Extra, Filter, Record, Secret, Taken, Timestamp, Unlisted, put, put_always, take, take_always};
use serde_core::de::MapAccess;
use serde_core::ser::SerializeMap;

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

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Throughput {
    pub(crate) level: String,
    extra: Extra,
}

impl Record for Throughput {
    const NAME: &'static str = "Throughput";
    const ALWAYS: &'static [&'static str] = &["level"];

    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<Taken, A::Error> {
        match key {
            "level" => take_always(&mut self.level, map),
            _ => Ok(Taken::Unknown),
        }
    }

    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        put_always(map, "level", &self.level)
    }

    fn extra(&self) -> &Extra {
        &self.extra
    }

    fn extra_mut(&mut self) -> &mut Extra {
        &mut self.extra
    }
}

graph_runtime::record!(Throughput);

#[derive(Clone, Debug, Default, PartialEq)]
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

impl Record for PhoneNumber {
    const NAME: &'static str = "PhoneNumber";
    const ALWAYS: &'static [&'static str] = &["id"];

    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<Taken, A::Error> {
        match key {
            "id" => take_always(&mut self.id, map),
            "name" => take(&mut self.name, map),
            "quality_rating" => take(&mut self.quality_rating, map),
            "throughput" => take(&mut self.throughput, map),
            "created" => take(&mut self.created, map),
            "score" => take(&mut self.score, map),
            "count" => take(&mut self.count, map),
            "verified" => take(&mut self.verified, map),
            "tags" => take(&mut self.tags, map),
            "limits" => take(&mut self.limits, map),
            "pin" => take(&mut self.pin, map),
            "twin" => take(&mut self.twin, map),
            _ => Ok(Taken::Unknown),
        }
    }

    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        put_always(map, "id", &self.id)?;
        put(map, "name", &self.name)?;
        put(map, "quality_rating", &self.quality_rating)?;
        put(map, "throughput", &self.throughput)?;
        put(map, "created", &self.created)?;
        put(map, "score", &self.score)?;
        put(map, "count", &self.count)?;
        put(map, "verified", &self.verified)?;
        put(map, "tags", &self.tags)?;
        put(map, "limits", &self.limits)?;
        put(map, "pin", &self.pin)?;
        put(map, "twin", &self.twin)
    }

    fn extra(&self) -> &Extra {
        &self.extra
    }

    fn extra_mut(&mut self) -> &mut Extra {
        &mut self.extra
    }
}

graph_runtime::record!(PhoneNumber);

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Success {
    pub(crate) success: Option<bool>,
    extra: Extra,
}

impl Record for Success {
    const NAME: &'static str = "Success";
    const ALWAYS: &'static [&'static str] = &[];

    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<Taken, A::Error> {
        match key {
            "success" => take(&mut self.success, map),
            _ => Ok(Taken::Unknown),
        }
    }

    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        put(map, "success", &self.success)
    }

    fn extra(&self) -> &Extra {
        &self.extra
    }

    fn extra_mut(&mut self) -> &mut Extra {
        &mut self.extra
    }
}

graph_runtime::record!(Success);
