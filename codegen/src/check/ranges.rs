//! Availability: whether ranges run forwards and are within the range of what they belong to.

use super::scope;
use crate::{
    ast::{At, Availability, Bound, Day, End, Spec, Text, Version, Versioned},
    diagnostic::{Code, Diagnostic},
    parse::Span,
};

/// Looks at every presence.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let released = spec.versions.iter().filter_map(|decl| Some((decl.version.value, Day::parse(&decl.released)?))).collect();
    let mut pass = Pass { calendar: Calendar { released }, problems };
    for decl in &spec.versions {
        if let Some(expires) = decl.expires.as_ref().filter(|expires| expires.value <= decl.released.value) {
            pass.problems.push(
                Diagnostic::new(Code::BadRange, expires.span, format!("{} expires before it is released", decl.version))
                    .label("this is not after the release")
                    .related(decl.released.span, "released here")
                    .help("take both dates from Meta's table of versions"),
            );
        }
    }
    spec.bounds().for_each(|bound| pass.day_of_both(bound));
    for (owner, field) in scope::fields(spec) {
        let what = format!("the field `{}` of {owner}", field.name);
        pass.item(&what, &field.docs.availability);
        pass.tiles(&what, "type", &field.ty, &field.docs.availability);
        field.narrowing.tiles().for_each(|(key, tiles)| pass.tiles(&what, key, tiles, &field.docs.availability));
    }
    for (owner, values) in scope::values(spec) {
        for value in values {
            pass.item(&format!("the value `{}` of {owner}", value.value), &value.docs.availability);
        }
    }
    for (owner, variant) in scope::variants(spec) {
        pass.item(&format!("the variant `{}` of `{owner}`", variant.tag), &variant.docs.availability);
    }
    for error in &spec.errors {
        pass.order(&format!("the error `{}`", error.name), &error.availability);
    }
    for permission in &spec.permissions {
        pass.item(&format!("the permission `{}`", permission.name), &permission.docs.availability);
    }
    for (_, operation) in spec.operations() {
        let whole = &operation.docs.availability;
        pass.item(&format!("`{}`", operation.id), whole);
        let what = format!("`{}`", operation.id);
        operation.permissions.iter().for_each(|permissions| pass.tiles(&what, "permissions", permissions, whole));
        operation.returns.iter().for_each(|returns| pass.tiles(&what, "returns", returns, whole));
        for param in &operation.params {
            pass.child(&param.name, &param.docs.availability, &operation.id, whole);
            let (what, whole) = (format!("`{}` of `{}`", param.name, operation.id), narrowed(&param.docs.availability, whole));
            pass.tiles(&what, "type", &param.ty, &whole);
            pass.tiles(&what, "required", &param.required, &whole);
            param.default.iter().for_each(|default| pass.tiles(&what, "default", default, &whole));
            param.narrowing.tiles().for_each(|(key, tiles)| pass.tiles(&what, key, tiles, &whole));
        }
        let parts = operation.limits.iter().map(|limit| ("a limit", &limit.docs.availability));
        let parts = parts.chain(operation.rules.iter().map(|rule| ("a rule", &rule.docs.availability)));
        for (name, presence) in parts.chain(operation.errors.iter().map(|error| (error.name.as_str(), &error.availability))) {
            pass.order(&format!("{name} of `{}`", operation.id), presence);
            pass.within(name, presence, &operation.id, whole);
        }
        for filter in &operation.filtering {
            pass.child(&filter.field, &filter.docs.availability, &operation.id, whole);
        }
        for value in &operation.sort {
            pass.within(&value.value, &value.docs.availability, &operation.id, whole);
        }
        for example in &operation.examples {
            for version in example.versions.iter().filter(|version| !whole.contains(version.value)) {
                pass.problems.push(
                    Diagnostic::new(
                        Code::BadRange,
                        version.span,
                        format!("`{}` does not exist in {version}, so the example cannot run there", operation.id),
                    )
                    .label("outside the operation's range")
                    .related(operation.span, "the operation")
                    .help("remove the version from the example, or correct the operation's `since` or `removed`"),
                );
            }
        }
    }
}

/// The range of a part: if it has none itself, that of the whole.
fn narrowed(own: &Availability, whole: &Availability) -> Availability {
    let end = if own.removed.is_some() { own } else { whole };
    Availability {
        since: own.since.as_ref().or(whole.since.as_ref()).cloned(),
        removed: end.removed.clone(),
        back: end.back.clone(),
        ..own.clone()
    }
}

/// When versions were released: what makes a version and a day comparable.
struct Calendar {
    released: Vec<(Version, Day)>,
}

impl Calendar {
    fn release(&self, version: Version) -> Option<Day> {
        self.released.iter().find(|(known, _)| *known == version).map(|(_, day)| *day)
    }

    /// Whether `later` is before `earlier`, or with it if that is too early: versions are compared with versions, days with days, and a
    /// day with the release of a version.
    fn is_early(&self, later: Bound, earlier: Bound, with_it: bool) -> bool {
        fn early<T: Ord>(later: Option<T>, earlier: Option<T>, with_it: bool) -> Option<bool> {
            let (later, earlier) = (later?, earlier?);
            Some(later < earlier || (with_it && later == earlier))
        }
        let versions = early(later.version(), earlier.version(), with_it);
        let days = early(later.day(), earlier.day(), with_it);
        match (versions, days) {
            (None, None) => early(later.day(), earlier.version().and_then(|version| self.release(version)), with_it).unwrap_or(false),
            (versions, days) => versions.unwrap_or(false) || days.unwrap_or(false),
        }
    }

    /// Whether `own` is not before `end`.
    fn is_late(&self, own: Bound, end: Bound) -> bool {
        self.is_early(end, own, true)
    }

    /// "; v26.0 was released on 2026-07-29", where a day was compared with a version.
    fn release_note(&self, later: Bound, earlier: Bound) -> String {
        match (later, earlier) {
            (Bound::Day(_), Bound::Version(version)) => {
                self.release(version).map_or_else(String::new, |day| format!("; {version} was released on {day}"))
            }
            _ => String::new(),
        }
    }
}

struct Pass<'p> {
    calendar: Calendar,
    problems: &'p mut Vec<Diagnostic>,
}

impl Pass<'_> {
    fn child(&mut self, name: &Text, presence: &Availability, parent: &str, whole: &Availability) {
        self.item(&format!("`{name}` of `{parent}`"), presence);
        self.within(name, presence, parent, whole);
    }

    /// "The version at once, every other one on the day" says nothing of the version if the day comes first.
    fn day_of_both(&mut self, bound: &At<Bound>) {
        let Bound::Either(version, day) = bound.value else { return };
        if let Some(release) = self.calendar.release(version).filter(|release| day <= *release) {
            self.problems.push(
                Diagnostic::new(
                    Code::BadRange,
                    bound.span,
                    format!("{version} was released on {release}, and every version is affected on {day} already"),
                )
                .label("the version says nothing beside this day")
                .help(format!(
                    "`on` is the day on which the other versions follow; a change of every version at once is the day alone, `{day}`"
                )),
            );
        }
    }

    /// The order within a presence, and what to do once the item is removed.
    fn item(&mut self, what: &str, presence: &Availability) {
        self.order(what, presence);
        self.replacement(what, presence.removed.as_ref());
    }

    fn order(&mut self, what: &str, presence: &Availability) {
        let steps: Vec<(&str, &At<Bound>)> = [
            presence.since.as_ref().map(|since| ("since", since)),
            presence.deprecated.as_ref().map(|end| ("deprecated", &end.at)),
            presence.removed.as_ref().map(|end| ("removed", &end.at)),
            presence.back.as_ref().map(|back| ("back", back)),
        ]
        .into_iter()
        .flatten()
        .collect();
        for (index, &(later, second)) in steps.iter().enumerate() {
            // What is deprecated from its first version on is odd but possible; what is removed in it never was.
            let is_early = |&&(earlier, first): &&(&str, &At<Bound>)| {
                let strictly = later == "back" || (later == "removed" && earlier == "since");
                self.calendar.is_early(second.value, first.value, strictly)
            };
            // The nearest one before it says enough.
            let Some(&(earlier, first)) = steps[..index].iter().rev().find(is_early) else { continue };
            let note = self.calendar.release_note(second.value, first.value);
            self.problems.push(
                Diagnostic::new(
                    Code::BadRange,
                    second.span,
                    format!("{what} says `{later}: {second}` and `{earlier}: {first}`, which is out of order{note}"),
                )
                .label(format!("not after `{earlier}`"))
                .related(first.span, format!("`{earlier}`"))
                .help("`since` has the item first, `deprecated` deprecates it first, `removed` lacks it first, `back` has it again, in this order"),
            );
        }
    }

    /// Tiles follow each other without a gap, and the last one has no end.
    fn tiles<T>(&mut self, what: &str, attribute: &str, tiles: &Versioned<T>, whole: &Availability) {
        let mut begins: Option<Bound> = None;
        for tile in &tiles.earlier {
            let Some(until) = &tile.until else {
                self.tile(tile.span, &format!("a tile of `{attribute}` of {what} has no end, and another follows"), "ends nowhere");
                continue;
            };
            if begins.is_some_and(|begins| self.calendar.is_early(until.value, begins, true)) {
                self.tile(until.span, &format!("the tiles of `{attribute}` of {what} overlap"), "not after the tile before it");
            }
            let outside = whole.since.as_ref().is_some_and(|since| self.calendar.is_early(until.value, since.value, true))
                || whole
                    .removed
                    .as_ref()
                    .is_some_and(|removed| self.calendar.is_late(until.value, removed.at.value) && whole.back.is_none());
            if outside {
                self.tile(
                    until.span,
                    &format!("a tile of `{attribute}` ends outside the range of {what}"),
                    "the item does not exist there",
                );
            }
            begins = Some(until.value);
        }
        if let Some(ends) = &tiles.ends {
            self.tile(
                ends.span,
                &format!("the last tile of `{attribute}` of {what} ends, and nothing says what applies after it"),
                "the last tile has no `until`",
            );
        }
    }

    fn tile(&mut self, span: Span, message: &str, label: &str) {
        self.problems.push(Diagnostic::new(Code::BadTiles, span, message).label(label).help(
            "tiles are listed oldest first; `until` is the version or day from which the next one applies, and the last tile has none",
        ));
    }

    fn replacement(&mut self, what: &str, removed: Option<&End>) {
        if let Some(removed) = removed.filter(|removed| removed.instead.as_ref().is_none_or(|instead| instead.trim().is_empty())) {
            self.problems.push(
                Diagnostic::new(
                    Code::NoReplacement,
                    removed.at.span,
                    format!("{what} is removed {}, and nothing says what replaces it", removed.at.when()),
                )
                .label("removed without saying what to use")
                .help(format!("write `removed: {{{}, instead: what to use now}}`; say so if nothing replaces it", removed.at.keys())),
            );
        }
    }

    fn within(&mut self, name: &str, presence: &Availability, parent: &str, whole: &Availability) {
        if let (Some(own), Some(since)) = (&presence.since, &whole.since)
            && self.calendar.is_early(own.value, since.value, false)
        {
            self.outside(name, own, parent, since, "begins");
        }
        let Some(end) = whole.removed.as_ref().map(|removed| &removed.at) else { return };
        let last = [presence.removed.as_ref().map(|end| &end.at), presence.deprecated.as_ref().map(|end| &end.at), presence.since.as_ref()];
        let ends_with = presence.removed.as_ref().is_some_and(|own| own.at.value == end.value);
        if let Some(own) = last.into_iter().flatten().find(|own| self.calendar.is_late(own.value, end.value)).filter(|_| !ends_with) {
            self.outside(name, own, parent, end, "ends");
        }
    }

    fn outside(&mut self, name: &str, own: &At<Bound>, parent: &str, bound: &At<Bound>, verb: &str) {
        self.problems.push(
            Diagnostic::new(
                Code::BadRange,
                own.span,
                format!("`{name}` says {own}, and `{parent}`, which it belongs to, {verb} {}", bound.when()),
            )
            .label("outside the range of the operation")
            .related(bound.span, format!("the operation {verb} here"))
            .help("a part cannot exist where the whole does not; a part with the range of the whole omits it"),
        );
    }
}
