//! Availability: whether ranges run forwards and are within the range of what they belong to.

use super::scope;
use crate::{
    ast::{At, Availability, End, Spec, Text, Version, Versioned},
    diagnostic::{Code, Diagnostic},
    parse::Span,
};

/// Looks at every presence.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let mut pass = Pass { problems };
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
    for (owner, field) in scope::fields(spec) {
        let what = format!("the field `{}` of {owner}", field.name);
        pass.item(&what, &field.docs.availability);
        pass.tiles(&what, "type", &field.ty, &field.docs.availability);
    }
    for (owner, values) in scope::values(spec) {
        for value in values {
            pass.item(&format!("the value `{}` of {owner}", value.value), &value.docs.availability);
        }
    }
    for (owner, variant) in scope::variants(spec) {
        pass.item(&format!("the variant `{}` of `{owner}`", variant.tag), &variant.docs.availability);
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
        }
        for limit in &operation.limits {
            pass.within("a limit", &limit.docs.availability, &operation.id, whole);
        }
        for filter in &operation.filtering {
            pass.child(&filter.field, &filter.docs.availability, &operation.id, whole);
        }
        for value in &operation.sort {
            pass.within(&value.value, &value.docs.availability, &operation.id, whole);
        }
        for example in &operation.examples {
            for version in example.versions.iter().filter(|version| !contains(whole, version.value)) {
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

fn contains(presence: &Availability, version: Version) -> bool {
    let back = presence.back.as_ref().is_some_and(|back| version >= back.value);
    presence.since.as_ref().is_none_or(|since| version >= since.value)
        && (back || presence.removed.as_ref().is_none_or(|removed| version < removed.at.value))
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

struct Pass<'p> {
    problems: &'p mut Vec<Diagnostic>,
}

impl Pass<'_> {
    fn child(&mut self, name: &Text, presence: &Availability, parent: &str, whole: &Availability) {
        self.item(&format!("`{name}` of `{parent}`"), presence);
        self.within(name, presence, parent, whole);
    }

    /// The order within a presence, and what to do once the item is removed.
    fn item(&mut self, what: &str, presence: &Availability) {
        let steps: Vec<(&str, &At<Version>)> = [
            presence.since.as_ref().map(|since| ("since", since)),
            presence.deprecated.as_ref().map(|end| ("deprecated", &end.at)),
            presence.removed.as_ref().map(|end| ("removed", &end.at)),
            presence.back.as_ref().map(|back| ("back", back)),
        ]
        .into_iter()
        .flatten()
        .collect();
        for pair in steps.windows(2) {
            let ((earlier, first), (later, second)) = (pair[0], pair[1]);
            // What is deprecated from its first version on is odd but possible; what is removed in it never was.
            let strictly = later == "back" || (later == "removed" && earlier == "since");
            let ordered = if strictly { first.value < second.value } else { first.value <= second.value };
            if !ordered {
                self.problems.push(
                    Diagnostic::new(
                        Code::BadRange,
                        second.span,
                        format!("{what} says `{later}: {second}` and `{earlier}: {first}`, which is out of order"),
                    )
                    .label(format!("not after `{earlier}`"))
                    .related(first.span, format!("`{earlier}`"))
                    .help("`since` has the item first, `deprecated` deprecates it first, `removed` lacks it first, `back` has it again, in this order"),
                );
            }
        }
        self.replacement(what, presence.removed.as_ref());
    }

    /// Tiles follow each other without a gap, and the last one has no end.
    fn tiles<T>(&mut self, what: &str, attribute: &str, tiles: &Versioned<T>, whole: &Availability) {
        let mut begins: Option<Version> = None;
        for tile in &tiles.earlier {
            let Some(until) = &tile.until else {
                self.tile(tile.span, &format!("a tile of `{attribute}` of {what} has no end, and another follows"), "ends nowhere");
                continue;
            };
            if begins.is_some_and(|begins| until.value <= begins) {
                self.tile(until.span, &format!("the tiles of `{attribute}` of {what} overlap"), "not after the tile before it");
            }
            let outside = whole.since.as_ref().is_some_and(|since| until.value <= since.value)
                || whole.removed.as_ref().is_some_and(|removed| until.value >= removed.at.value && whole.back.is_none());
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
        self.problems.push(
            Diagnostic::new(Code::BadTiles, span, message).label(label).help(
                "tiles are listed oldest first; `until` is the first version to which the next one applies, and the last tile has none",
            ),
        );
    }

    fn replacement(&mut self, what: &str, removed: Option<&End>) {
        if let Some(removed) = removed.filter(|removed| removed.instead.as_ref().is_none_or(|instead| instead.trim().is_empty())) {
            self.problems.push(
                Diagnostic::new(
                    Code::NoReplacement,
                    removed.at.span,
                    format!("{what} is removed in {}, and nothing says what replaces it", removed.at),
                )
                .label("removed without saying what to use")
                .help(format!("write `removed: {{at: {}, instead: what to use now}}`; say so if nothing replaces it", removed.at)),
            );
        }
    }

    fn within(&mut self, name: &str, presence: &Availability, parent: &str, whole: &Availability) {
        if let (Some(own), Some(since)) = (&presence.since, &whole.since)
            && own.value < since.value
        {
            self.outside(name, own, parent, since, "begins");
        }
        let last = [presence.since.as_ref(), presence.deprecated.as_ref().map(|end| &end.at), presence.removed.as_ref().map(|end| &end.at)];
        if let (Some(own), Some(removed)) = (last.into_iter().flatten().max_by_key(|own| own.value), &whole.removed) {
            let ends_with = presence.removed.as_ref().is_some_and(|end| end.at.value == removed.at.value);
            if own.value >= removed.at.value && !ends_with {
                self.outside(name, own, parent, &removed.at, "ends");
            }
        }
    }

    fn outside(&mut self, name: &str, own: &At<Version>, parent: &str, bound: &At<Version>, verb: &str) {
        self.problems.push(
            Diagnostic::new(
                Code::BadRange,
                own.span,
                format!("`{name}` says {own}, and `{parent}`, which it belongs to, {verb} at {bound}"),
            )
            .label("outside the range of the operation")
            .related(bound.span, format!("the operation {verb} here"))
            .help("a part cannot exist where the whole does not; a part with the range of the whole omits it"),
        );
    }
}
