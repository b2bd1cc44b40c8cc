//! Whether every item has a description and a page that it comes from.

use super::scope;
use crate::{
    ast::{Docs, ErrorDecl, OperationDecl, Spec, SurfaceDecl, Text, TypeDefDecl},
    diagnostic::{Code, Diagnostic},
    parse::Span,
};

/// Looks at every item.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let mut pass = Pass { problems };
    if let Some(surface) = &spec.surface {
        pass.surface(surface);
    }
    for decl in &spec.permissions {
        pass.doc(&format!("the permission `{}`", decl.name), decl.name.span, &decl.docs);
        pass.page(&format!("the permission `{}`", decl.name), decl.name.span, decl.docs.page.as_ref());
    }
    for decl in &spec.errors {
        pass.error(decl);
    }
    for decl in &spec.types {
        pass.doc(&format!("the type `{}`", decl.name), decl.name.span, &decl.docs);
        pass.page(&format!("the type `{}`", decl.name), decl.name.span, decl.docs.page.as_ref());
    }
    for (owner, variant) in scope::variants(spec) {
        pass.doc(&format!("the variant `{}` of the union `{owner}`", variant.tag), variant.tag.span, &variant.docs);
    }
    for decl in &spec.types {
        match &decl.def {
            Some(TypeDefDecl::Object(object)) => {
                object.rules.iter().for_each(|rule| pass.doc(&format!("a rule of the type `{}`", decl.name), rule.span, &rule.docs));
            }
            Some(TypeDefDecl::Untagged(shapes)) => {
                let what = |name: &Text| format!("the shape `{name}` of the type `{}`", decl.name);
                for shape in shapes {
                    pass.doc(&what(&shape.name), shape.name.span, &shape.docs);
                }
            }
            _ => {}
        }
    }
    for (owner, field) in scope::fields(spec).filter(|(_, field)| field.constant.is_none()) {
        pass.doc(&format!("the field `{}` of {owner}", field.name), field.name.span, &field.docs);
    }
    for (owner, values) in scope::values(spec) {
        for value in values {
            pass.doc(&format!("the value `{}` of {owner}", value.value), value.value.span, &value.docs);
        }
    }
    for node in &spec.nodes {
        pass.doc(&format!("the node `{}`", node.name), node.name.span, &node.docs);
        pass.page(&format!("the node `{}`", node.name), node.name.span, node.docs.page.as_ref());
        for edge in &node.edges {
            pass.doc(&format!("the edge `{}` of {}", edge.name, node.name), edge.name.span, &edge.docs);
            if let Some(below) = &edge.item {
                pass.doc(&format!("the item below the edge `{}`", edge.name), below.span, &below.docs);
            }
        }
    }
    for (_, operation) in spec.operations() {
        pass.operation(operation);
    }
    for decl in &spec.webhook_fields {
        pass.doc(&format!("the webhook `{}`", decl.field), decl.field.span, &decl.docs);
        pass.page(&format!("the webhook `{}`", decl.field), decl.field.span, decl.docs.page.as_ref());
    }
    for decl in spec.webhooks.iter().flat_map(|webhooks| &webhooks.events) {
        pass.doc(&format!("the event `{}`", decl.name), decl.name.span, &decl.docs);
    }
    for decl in spec.webhooks.iter().flat_map(|webhooks| &webhooks.identities) {
        pass.doc(&format!("the identifier `{}`", decl.name), decl.name.span, &decl.docs);
    }
}

struct Pass<'p> {
    problems: &'p mut Vec<Diagnostic>,
}

impl Pass<'_> {
    fn surface(&mut self, surface: &SurfaceDecl) {
        self.doc("the surface", surface.package.span, &surface.docs);
        for area in &surface.areas {
            self.doc(&format!("the area `{}`", area.name), area.name.span, &area.docs);
        }
        for category in surface.categories.iter().flatten() {
            self.doc(&format!("the category `{}`", category.name), category.name.span, &category.docs);
        }
        for subject in &surface.subjects {
            self.doc(&format!("the subject `{}`", subject.name), subject.name.span, &subject.docs);
        }
    }

    fn operation(&mut self, operation: &OperationDecl) {
        let id = &operation.id;
        self.doc(&format!("the operation `{id}`"), operation.span, &operation.docs);
        for param in operation.params.iter().filter(|param| param.constant.is_none()) {
            self.doc(&format!("the parameter `{}` of `{id}`", param.name), param.name.span, &param.docs);
        }
        for choice in &operation.choices {
            self.doc(&format!("what `{}` of `{id}` takes", choice.param), choice.param.span, &choice.docs);
            for kind in &choice.kinds {
                self.doc(&format!("the kind `{}` of `{id}`", kind.name), kind.name.span, &kind.docs);
            }
        }
        for filter in &operation.filtering {
            self.doc(&format!("the filter `{}` of `{id}`", filter.field), filter.field.span, &filter.docs);
        }
        for rule in &operation.rules {
            self.doc(&format!("a rule of `{id}`"), rule.span, &rule.docs);
        }
        for limit in &operation.limits {
            self.doc(&format!("a limit of `{id}`"), limit.error.span, &limit.docs);
        }
    }

    fn error(&mut self, decl: &ErrorDecl) {
        self.page(&format!("the error `{}`", decl.name), decl.name.span, decl.page.as_ref());
        if decl.unverified {
            return;
        }
        let is_case = decl.case_of.is_some();
        for (key, text, means) in [
            ("title", &decl.title, "Meta's title"),
            ("cause", &decl.cause, "what went wrong"),
            ("remedy", &decl.remedy, "what to do about it"),
        ] {
            // A case without its title lacks a required key, and is reported as that.
            if text.as_ref().is_none_or(|text| text.trim().is_empty()) && !(is_case && key == "title") {
                let or = if is_case { "" } else { "; or `unverified: true` if the meaning of the code is not published" };
                self.problems.push(
                    Diagnostic::new(Code::MissingDoc, decl.name.span, format!("the error `{}` has no `{key}`", decl.name))
                        .label(format!("`{key}` is missing"))
                        .help(format!("write `{key}:`, {means}{or}")),
                );
            }
        }
    }

    fn doc(&mut self, what: &str, at: Span, item: &Docs) {
        if item.doc.is_none() {
            self.problems.push(
                Diagnostic::new(Code::MissingDoc, at, format!("{what} has no description"))
                    .label("`doc` is missing or empty")
                    .help("write `doc:`: in a sentence of our own, what Meta's page says about it"),
            );
        }
    }

    /// Only the outermost item without a page is reported: the items below inherit as soon as it has one.
    fn page(&mut self, what: &str, at: Span, page: Option<&Text>) {
        if page.is_none() {
            self.problems.push(
                Diagnostic::new(Code::MissingPage, at, format!("{what} names no page that it comes from"))
                    .label("no `page` here, and none above")
                    .help("write `page: https://…` here, or at the top of the file for everything in it"),
            );
        }
    }
}
