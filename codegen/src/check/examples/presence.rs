//! Where and when an example runs: what it uses decides.

use std::collections::BTreeSet;

use super::value::{Judge, Voice, without};
use crate::{
    ast::{
        Availability, Day, ExampleDecl, FieldDecl, Moment, Narrowing, OperationDecl, Passed, Spec, TypeDefDecl, UnionDecl,
        UntaggedVariantDecl, Version,
    },
    check::scope::{self, Named},
    language::{bound::Presence, expansion::Expansion, type_expr::TypeExpr},
    parse::Tree,
};

/// Something that an example uses and that came or went.
pub(crate) struct Use<'s> {
    /// "the parameter `x`", for messages.
    pub(crate) what: String,
    /// The parameter that it is, or is within.
    pub(crate) param: Option<&'s str>,
    /// Its presence.
    pub(crate) presence: Presence,
    /// The server enforces it.
    pub(crate) gated: bool,
}

/// The versions at which an example runs, and the day on which it does, where that matters.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Runs {
    pub(crate) versions: Vec<Version>,
    pub(crate) day: Option<Day>,
}

impl Runs {
    /// Where an example runs by what it uses, of the versions that it may be at.
    pub(crate) fn of(spec: &Spec, operation: &OperationDecl, example: &ExampleDecl, of: &[Version]) -> Self {
        let uses = uses(spec, operation, example);
        let refused = example.refused.as_ref().map(|refused| refused.value.as_str());
        let (because, others): (Vec<_>, Vec<_>) = uses.iter().partition(|used| refused.is_some() && used.param == refused && used.gated);
        let mut runs = common(&others, of);
        // Refused because of what was given: where the server lacks it.
        if !because.is_empty() {
            runs.versions.retain(|version| because.iter().any(|used| !used.presence.at(Moment::end(*version))));
            let dated = |used: &&&Use<'_>| used.presence.bounds().any(|bound| bound.day().is_some());
            if because.iter().any(|used| dated(&used)) {
                runs.day = spec.newest_day().map(Day::after);
            }
        }
        runs
    }
}

/// The versions that have all of it at some time, and a day on which they do: the last, where something is gone after it.
fn common(uses: &[&Use<'_>], of: &[Version]) -> Runs {
    let days = |version: Version| {
        uses.iter().fold(vec![(Passed::Always, Passed::Never)], |common, used| both(&common, &used.presence.days(version)))
    };
    let mut runs = Runs { versions: of.iter().copied().filter(|version| !days(*version).is_empty()).collect(), day: None };
    let last = runs.versions.iter().filter_map(|version| match days(*version).last() {
        Some((_, Passed::From(gone))) => Some(gone.before()),
        _ => None,
    });
    runs.day = last.min();
    if let Some(day) = runs.day {
        runs.versions.retain(|version| uses.iter().all(|used| used.presence.at(Moment::on(*version, day))));
    }
    runs
}

/// What two lists of days have in common.
fn both(some: &[(Passed, Passed)], others: &[(Passed, Passed)]) -> Vec<(Passed, Passed)> {
    let meet = |(from, to): &(Passed, Passed)| others.iter().map(|other| ((*from).max(other.0), (*to).min(other.1))).collect::<Vec<_>>();
    some.iter().flat_map(meet).filter(|(from, to)| from < to).collect()
}

/// What an example uses: the operation, parameters with what is in their values, fields, filters, sort values, and the error.
pub(crate) fn uses<'s>(spec: &'s Spec, operation: &'s OperationDecl, example: &ExampleDecl) -> Vec<Use<'s>> {
    let mut walk = Walk { spec, narrowing: None, param: None, found: Vec::new() };
    walk.add(|| format!("`{}`", operation.id), &operation.docs.availability);
    for (name, value) in &example.call {
        match operation.param(name) {
            Some(param) => {
                walk.param = Some(&param.name.value);
                walk.narrowing = Some(&param.narrowing);
                walk.add(|| format!("`{name}`"), &param.docs.availability);
                walk.value(value, &scope::expression(&param.ty.newest), name);
                walk.param = None;
            }
            None => walk.implied(operation, name, value),
        }
    }
    if let Some(error) = &example.error {
        if let Some(decl) = spec.error(error) {
            walk.add(|| format!("the error `{error}`"), &decl.availability);
        }
        if let Some(here) = operation.errors.iter().find(|here| here.name.value == error.value) {
            walk.add(|| format!("the error `{error}` of `{}`", operation.id), &here.availability);
        }
    }
    walk.found
}

struct Walk<'s> {
    spec: &'s Spec,
    /// What the place of the value takes.
    narrowing: Option<&'s Narrowing>,
    param: Option<&'s str>,
    found: Vec<Use<'s>>,
}

impl<'s> Walk<'s> {
    fn add(&mut self, what: impl Fn() -> String, availability: &Availability) {
        let presence = availability.presence();
        if presence.bounds().next().is_some() {
            self.found.push(Use { what: what(), param: self.param, presence, gated: availability.gated });
        }
    }

    /// A parameter from Graph's conventions.
    fn implied(&mut self, operation: &'s OperationDecl, name: &str, value: &Tree) {
        match name {
            "fields" => {
                let Some((owner, fields)) = self.spec.returned(operation) else { return };
                let asked: Vec<Expansion> = value.items().iter().filter_map(|item| Expansion::parse(item.text()?)).collect();
                self.fields(owner, fields, &asked);
            }
            "filtering" => {
                let named: BTreeSet<&str> = value.items().iter().flat_map(Tree::entries).map(|entry| entry.key.as_str()).collect();
                for filter in operation.filtering.iter().filter(|filter| named.contains(filter.field.as_str())) {
                    self.add(|| format!("the filter `{}`", filter.field), &filter.docs.availability);
                }
            }
            "sort" => {
                for sort in operation.sort.iter().filter(|sort| value.text() == Some(sort.value.as_str())) {
                    self.add(|| format!("the order `{}`", sort.value), &sort.docs.availability);
                }
            }
            _ => {}
        }
    }

    fn fields(&mut self, owner: &str, fields: &'s [FieldDecl], asked: &[Expansion]) {
        for expansion in asked {
            let Some(field) = fields.iter().find(|field| field.name.value == expansion.name) else { continue };
            self.add(|| format!("the field `{}` of `{owner}`", field.name), &field.docs.availability);
            let inner = scope::element_of(&scope::expression(&field.ty.newest));
            if let Some((owner, fields)) = inner.and_then(|inner| self.spec.fields_of(&inner)) {
                self.fields(owner, fields, &expansion.fields);
            }
        }
    }

    fn value(&mut self, tree: &Tree, ty: &TypeExpr, path: &str) {
        match ty {
            TypeExpr::List(inner) => tree.items().iter().for_each(|item| self.value(item, inner, path)),
            TypeExpr::Map(inner) => tree.entries().iter().for_each(|entry| self.value(&entry.value, inner, path)),
            TypeExpr::Named(name) => self.named(tree, name, path),
            TypeExpr::Scalar(_) | TypeExpr::Id(_) | TypeExpr::OwnId | TypeExpr::Page(_) => {}
        }
    }

    fn named(&mut self, tree: &Tree, name: &str, path: &str) {
        let spec = self.spec;
        match spec.named(name) {
            Named::Enum => {
                let Some(TypeDefDecl::Enum(values)) = spec.named_type(name).and_then(|decl| decl.def.as_ref()) else { return };
                if let Some(value) = values.iter().find(|value| tree.text() == Some(value.value.as_str())) {
                    self.add(|| format!("the value `{}` of `{name}`", value.value), &value.docs.availability);
                    if let Some(presence) = self.narrowing.and_then(|narrowing| narrowing.presence(&value.value)) {
                        let what = format!("the value `{}` in `{path}`", value.value);
                        self.found.push(Use { what, param: self.param, presence, gated: false });
                    }
                }
            }
            Named::Fields(owner, fields) => self.object(tree, owner, fields, path),
            Named::Union(union) => self.union(tree, name, union, path),
            Named::Untagged(shapes) => self.untagged(tree, shapes, path),
            Named::Unknown => {}
        }
    }

    fn object(&mut self, tree: &Tree, owner: &str, fields: &'s [FieldDecl], path: &str) {
        for field in fields.iter().filter(|field| !field.spread) {
            if let Some(value) = tree.get(&field.name) {
                self.add(|| format!("the field `{}` of `{owner}`", field.name), &field.docs.availability);
                self.narrowing = Some(&field.narrowing);
                self.value(value, &scope::expression(&field.ty.newest), path);
            }
        }
        if let Some(spread) = fields.iter().find(|field| field.spread) {
            let members = without(tree, |entry| fields.iter().any(|field| !field.spread && field.name.value == entry.key));
            self.value(&members, &scope::expression(&spread.ty.newest), path);
        }
    }

    fn union(&mut self, tree: &Tree, name: &str, union: &'s UnionDecl, path: &str) {
        let tag = tree.get(&union.tag).and_then(Tree::text).unwrap_or_default();
        let Some(variant) = union.variants.iter().find(|variant| variant.tag.eq_ignore_ascii_case(tag)) else { return };
        self.add(|| format!("the variant `{}` of `{name}`", variant.tag), &variant.docs.availability);
        if let Some(members) = &variant.members {
            self.value(&without(tree, |entry| entry.key == union.tag.value), &scope::expression(members), path);
        } else if let Some(payload) = &variant.payload
            && let Some(value) = tree.get(variant.under.as_ref().unwrap_or(&variant.tag))
        {
            self.value(value, &scope::expression(payload), path);
        }
    }

    fn untagged(&mut self, tree: &Tree, shapes: &'s [UntaggedVariantDecl], path: &str) {
        let judge = Judge { spec: self.spec, voice: Voice::Caller };
        let fits = |shape: &&UntaggedVariantDecl| judge.judge(tree, &scope::expression(&shape.ty), path).is_empty();
        if let Some(shape) = shapes.iter().find(fits) {
            self.value(tree, &scope::expression(&shape.ty), path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Passed, both};
    use crate::ast::Day;

    #[test]
    fn days_in_common_are_those_of_both() {
        let day = |day| Passed::From(Day { year: 2026, month: 6, day });
        let always = [(Passed::Always, Passed::Never)];
        assert_eq!(both(&always, &[(day(3), day(9))]), [(day(3), day(9))]);
        assert_eq!(both(&[(Passed::Always, day(5)), (day(7), Passed::Never)], &[(day(3), day(8))]), [(day(3), day(5)), (day(7), day(8))]);
        assert_eq!(both(&[(Passed::Always, day(5))], &[(day(5), Passed::Never)]), []);
    }
}
