//! What a spec need no longer say once it describes fewer versions.

use graph_codegen::{
    ast::{Availability, Bound, FieldDecl, OperationDecl, Passed, Spec, TypeDefDecl, ValueDecl, VariantDecl, Versioned},
    model::{Api, Operation, Version},
    parse::Span,
};

/// Something that can be removed.
pub(super) struct Leftover {
    /// Why.
    pub(super) reason: Reason,
    /// Where it is.
    pub(super) at: Span,
    /// What it is.
    pub(super) what: String,
}

/// Why something can be removed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// No version of the window runs the example.
    Example,
    /// No described version has the item.
    Removed,
    /// No described version lacks the item that was removed and came back.
    Back,
    /// A tile is about no described version.
    Tile,
    /// Every described version has the item.
    Since,
}

impl Reason {
    /// In the order in which they are best handled.
    pub(super) const ALL: [Self; 5] = [Self::Example, Self::Tile, Self::Since, Self::Back, Self::Removed];

    /// What to do about it.
    pub(super) fn advice(self, oldest: Version) -> String {
        match self {
            Self::Example => {
                "Examples of what retired versions alone have: no test runs them. Remove them, unless the documentation should show them."
                    .into()
            }
            Self::Tile => format!(
                "Tiles that ended before {oldest} or with it: remove the tile; if one is left, write its value without the list. \
                 Where the tiles of a `type` or of `returns` were of different kinds, the Rust type changes: wait for a breaking release."
            ),
            Self::Since => format!("`since` that every version from {oldest} on satisfies: remove the key."),
            Self::Back => format!("Items that are back in {oldest} or were before: remove `removed`."),
            Self::Removed => format!(
                "Items that {oldest} and later versions lack. Their variants, fields, setters and constants are names that users may have used: they remain, deprecated, until the next breaking release, and can be deleted in that one."
            ),
        }
    }
}

/// Everything that is only about versions before `oldest`, the first that is described, and the examples that no version runs of the window
/// that the model has. In the order of the files.
pub(super) fn find(spec: &Spec, api: &Api, oldest: Version) -> Vec<Leftover> {
    let unrun = |operation: &Operation| {
        let idle = operation.examples.iter().filter(|example| example.versions.is_empty());
        idle.map(|example| (operation.id.clone(), example.title.clone())).collect::<Vec<_>>()
    };
    let mut search = Search { unrun: api.operations().flat_map(unrun).collect(), oldest, found: Vec::new() };
    for ty in &spec.types {
        match &ty.def {
            Some(TypeDefDecl::Enum(values)) => search.values(&ty.name, values),
            Some(TypeDefDecl::Object(object)) => search.fields(&ty.name, &object.fields),
            Some(TypeDefDecl::Union(union)) => search.variants(&ty.name, &union.variants),
            Some(TypeDefDecl::Untagged(_)) | None => {}
        }
    }
    for node in &spec.nodes {
        search.fields(&node.name, &node.fields);
    }
    for (_, operation) in spec.operations() {
        search.operation(operation);
    }
    search.found.sort_by_key(|leftover| leftover.at);
    search.found
}

struct Search {
    unrun: Vec<(String, String)>,
    oldest: Version,
    found: Vec<Leftover>,
}

impl Search {
    /// Whether every described version is past a bound on any day. A day is history, whatever the window.
    fn is_past(&self, bound: Bound) -> bool {
        bound.passed(self.oldest) == Passed::Always
    }

    fn add(&mut self, reason: Reason, at: Span, what: String) {
        self.found.push(Leftover { reason, at, what });
    }

    fn presence(&mut self, name: &str, presence: &Availability) {
        if let Some(since) = presence.since.as_ref().filter(|since| self.is_past(since.value)) {
            self.add(Reason::Since, since.span, format!("{name}, since {since}"));
        }
        let Some(removed) = presence.removed.as_ref().filter(|removed| self.is_past(removed.at.value)) else { return };
        match &presence.back {
            None => self.add(Reason::Removed, removed.at.span, format!("{name}, removed {}", removed.at.when())),
            Some(back) if self.is_past(back.value) => self.add(Reason::Back, back.span, format!("{name}, back {}", back.when())),
            Some(_) => {}
        }
    }

    fn tiles<T>(&mut self, name: &str, key: &str, attribute: &Versioned<T>) {
        for tile in &attribute.earlier {
            if let Some(until) = tile.until.as_ref().filter(|until| self.is_past(until.value)) {
                self.add(Reason::Tile, tile.span, format!("`{key}` of {name}, until {until}"));
            }
        }
    }

    fn fields(&mut self, owner: &str, fields: &[FieldDecl]) {
        for field in fields {
            let name = format!("field `{}` of {owner}", field.name);
            self.presence(&name, &field.docs.availability);
            self.tiles(&name, "type", &field.ty);
        }
    }

    fn values(&mut self, owner: &str, values: &[ValueDecl]) {
        for value in values {
            self.presence(&format!("value `{}` of {owner}", value.value), &value.docs.availability);
        }
    }

    fn variants(&mut self, owner: &str, variants: &[VariantDecl]) {
        for variant in variants {
            self.presence(&format!("variant `{}` of {owner}", variant.tag), &variant.docs.availability);
        }
    }

    fn operation(&mut self, operation: &OperationDecl) {
        let id = &operation.id;
        self.presence(id, &operation.docs.availability);
        operation.permissions.iter().for_each(|permissions| self.tiles(id, "permissions", permissions));
        operation.returns.iter().for_each(|returns| self.tiles(id, "returns", returns));
        for param in &operation.params {
            let name = format!("parameter `{}` of {id}", param.name);
            self.presence(&name, &param.docs.availability);
            self.tiles(&name, "type", &param.ty);
            self.tiles(&name, "required", &param.required);
            param.default.iter().for_each(|default| self.tiles(&name, "default", default));
        }
        for filter in &operation.filtering {
            self.presence(&format!("filter `{}` of {id}", filter.field), &filter.docs.availability);
        }
        self.values(&format!("`sort` of {id}"), &operation.sort);
        for example in &operation.examples {
            if self.unrun.iter().any(|(of, title)| of == id && *title == example.title.value) {
                self.add(Reason::Example, example.title.span, format!("\"{}\" of {id}", example.title));
            }
        }
    }
}
