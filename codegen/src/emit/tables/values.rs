//! Small values as Rust: texts, lists, bounds.

use crate::model::{Availability, Bound, Day, Version, Versioned};

/// `&[a, b]`.
pub(in crate::emit) fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("&[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
}

/// `&["a", "b"]`.
pub(in crate::emit) fn strings(items: &[String]) -> String {
    list(items.iter().map(|item| format!("{item:?}")))
}

/// `Some(…)` or `None`.
pub(in crate::emit) fn optional(value: Option<String>) -> String {
    value.map_or_else(|| "None".into(), |value| format!("Some({value})"))
}

pub(in crate::emit) fn optional_text(value: Option<&str>) -> String {
    optional(value.map(|text| format!("{text:?}")))
}

pub(in crate::emit) fn optional_number(value: Option<u32>) -> String {
    optional(value.map(|number| number.to_string()))
}

pub(in crate::emit) fn version(Version(major, minor): Version) -> String {
    format!("Version({major}, {minor})")
}

pub(in crate::emit) fn day(Day { year, month, day }: Day) -> String {
    format!("Day({year}, {month}, {day})")
}

fn bound(bound: Bound) -> String {
    match bound {
        Bound::Version(of) => format!("Bound::Version({})", version(of)),
        Bound::Day(of) => format!("Bound::Day({})", day(of)),
        Bound::Either(first, then) => format!("Bound::Either({}, {})", version(first), day(then)),
    }
}

/// When something is there; what is as usual is left out.
pub(in crate::emit) fn availability(of: &Availability) -> String {
    let mut members: Vec<String> = [("since", of.since), ("deprecated", of.deprecated), ("removed", of.removed), ("back", of.back)]
        .into_iter()
        .filter_map(|(name, at)| Some(format!("{name}: Some({})", bound(at?))))
        .collect();
    if of.gated {
        members.push("gated: true".into());
    }
    if members.is_empty() {
        return "Availability::ALWAYS".into();
    }
    members.push("..Availability::ALWAYS".into());
    format!("Availability {{ {} }}", members.join(", "))
}

/// A value over versions and days.
pub(in crate::emit) fn versioned<T>(of: &Versioned<T>, print: impl Fn(&T) -> String) -> String {
    if of.earlier.is_empty() {
        return format!("Versioned::always({})", print(&of.newest));
    }
    let earlier = list(of.earlier.iter().map(|(until, is)| format!("({}, {})", bound(*until), print(is))));
    format!("Versioned {{ newest: {}, earlier: {earlier} }}", print(&of.newest))
}
