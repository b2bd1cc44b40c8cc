//! Every bound of a spec.

use super::{At, Availability, Bound, Day, FieldDecl, OperationDecl, Spec, TypeDefDecl, Versioned};

impl Spec {
    /// Every version and every day at which something of the spec begins, ends or changes.
    pub fn bounds(&self) -> impl Iterator<Item = &At<Bound>> {
        let mut found = Bounds::default();
        for ty in &self.types {
            match &ty.def {
                Some(TypeDefDecl::Enum(values)) => values.iter().for_each(|value| found.presence(&value.docs.availability)),
                Some(TypeDefDecl::Union(union)) => union.variants.iter().for_each(|variant| found.presence(&variant.docs.availability)),
                Some(TypeDefDecl::Object(object)) => {
                    object.fields.iter().for_each(|field| found.field(field));
                    object.rules.iter().for_each(|rule| found.presence(&rule.docs.availability));
                }
                Some(TypeDefDecl::Untagged(_)) | None => {}
            }
        }
        for node in &self.nodes {
            node.fields.iter().for_each(|field| found.field(field));
        }
        self.webhook_fields.iter().for_each(|field| found.presence(&field.docs.availability));
        self.operations().for_each(|(_, operation)| found.operation(operation));
        self.errors.iter().for_each(|error| found.presence(&error.availability));
        self.permissions.iter().for_each(|permission| found.presence(&permission.docs.availability));
        found.0.into_iter()
    }

    /// The newest day on which something begins, ends, changes or is released.
    pub fn newest_day(&self) -> Option<Day> {
        let released = self.versions.iter().filter_map(|decl| Day::parse(&decl.released));
        self.bounds().filter_map(|bound| bound.day()).chain(released).max()
    }
}

#[derive(Default)]
struct Bounds<'s>(Vec<&'s At<Bound>>);

impl<'s> Bounds<'s> {
    fn presence(&mut self, presence: &'s Availability) {
        self.0.extend(presence.bounds());
    }

    fn tiles<T>(&mut self, attribute: &'s Versioned<T>) {
        self.0.extend(attribute.bounds());
    }

    fn item<T>(&mut self, presence: &'s Availability, attribute: &'s Versioned<T>) {
        self.presence(presence);
        self.tiles(attribute);
    }

    fn field(&mut self, field: &'s FieldDecl) {
        self.item(&field.docs.availability, &field.ty);
        field.narrowing.tiles().for_each(|(_, tiles)| self.tiles(tiles));
    }

    fn operation(&mut self, operation: &'s OperationDecl) {
        self.presence(&operation.docs.availability);
        operation.permissions.iter().for_each(|permissions| self.tiles(permissions));
        operation.returns.iter().for_each(|returns| self.tiles(returns));
        for param in &operation.params {
            self.item(&param.docs.availability, &param.ty);
            self.tiles(&param.required);
            param.narrowing.tiles().for_each(|(_, tiles)| self.tiles(tiles));
            param.default.iter().for_each(|default| self.tiles(default));
        }
        operation.filtering.iter().for_each(|filter| self.presence(&filter.docs.availability));
        operation.sort.iter().for_each(|value| self.presence(&value.docs.availability));
        operation.rules.iter().for_each(|rule| self.presence(&rule.docs.availability));
        operation.limits.iter().for_each(|limit| self.presence(&limit.docs.availability));
        operation.errors.iter().for_each(|error| self.presence(&error.availability));
    }
}
