//! How the keys of an operation constrain each other.

use super::scope::{self, CURSORS};
use crate::{
    ast::{Availability, FieldChoice, Home, OperationDecl, ParamDecl, Spec, Text, Versioned},
    diagnostic::{Code, Diagnostic},
    language::{
        grammar::OPERATORS,
        type_expr::{Scalar, TypeExpr},
    },
    parse::Span,
};

/// Looks at every operation.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let mut pass = Pass { spec, problems };
    for (home, operation) in spec.operations() {
        pass.stated(home, operation);
        pass.writing(home, operation);
        pass.listing(operation);
        pass.permissions(operation);
        pass.args(operation);
        pass.bodies(operation);
        pass.filters(operation);
        pass.gate(&format!("`{}`", operation.id), &operation.docs.availability, operation.span);
        for param in &operation.params {
            pass.param(home, operation, param);
        }
    }
    for (owner, field) in scope::fields(spec) {
        pass.gate(&format!("the field `{}` of {owner}", field.name), &field.docs.availability, field.name.span);
    }
    for (owner, values) in scope::values(spec) {
        for value in values {
            pass.gate(&format!("the value `{}` of {owner}", value.value), &value.docs.availability, value.value.span);
        }
    }
}

struct Pass<'s, 'p> {
    spec: &'s Spec,
    problems: &'p mut Vec<Diagnostic>,
}

impl Pass<'_, '_> {
    /// Keys that must be stated, because a guess would send a call in the wrong form, or twice.
    fn stated(&mut self, home: Home<'_>, operation: &OperationDecl) {
        let writes = matches!(home.slot.verb.as_str(), "create" | "update");
        if writes && operation.key("body").is_none() {
            self.missing(operation, "body", "`json`, `form`, `multipart` or `bytes`: how Meta's page sends the parameters");
        }
        if matches!(home.slot.verb.as_str(), "create" | "update" | "delete") && operation.key("idempotent").is_none() {
            self.missing(operation, "idempotent", "`true` if a repeated call has no further effect, `false` otherwise");
        }
        for (list, name, is_some) in
            [("filtering", "filter_name", operation.filter_name.is_some()), ("sort", "sort_name", operation.sort_name.is_some())]
        {
            if operation.key(list).is_some() && !is_some {
                self.missing(
                    operation,
                    name,
                    &format!(
                        "the Rust name of the type for `{list}`, such as `Owned{}`",
                        if list == "sort" { "WabaSort" } else { "WabaFilter" }
                    ),
                );
            }
        }
    }

    fn missing(&mut self, operation: &OperationDecl, key: &str, means: &str) {
        self.problems.push(
            Diagnostic::new(Code::MissingKey, operation.span, format!("`{}` needs `{key}`", operation.id))
                .label(format!("`{key}` is missing here"))
                .help(format!("write `{key}:`, {means}")),
        );
    }

    /// Keys that only have a meaning on some verbs.
    fn writing(&mut self, home: Home<'_>, operation: &OperationDecl) {
        let verb = home.slot.verb.as_str();
        if verb == "read" {
            self.misplaced(operation, "body", "a read sends its parameters in the query", "remove `body`");
            if operation.idempotent != Some(false) {
                let help = "remove it, or write `idempotent: false` for a read that uses something up";
                for key in ["idempotent", "retries"] {
                    self.misplaced(operation, key, "a read can be repeated, if the spec does not say otherwise", help);
                }
            }
        }
        if !verb.is_empty() && verb != "create" {
            if let Some(at) = operation.read_after_write {
                self.misplaced_at(
                    at,
                    "read_after_write",
                    &operation.id,
                    "only a create answers with a new node",
                    "remove `read_after_write`",
                );
            }
        } else if let (Some(at), None, false) =
            (operation.read_after_write, self.spec.returned(operation), self.spec.returns_unknown(operation))
        {
            self.misplaced_at(
                at,
                "read_after_write",
                &operation.id,
                "the operation returns nothing that has fields",
                "say what it returns, or remove it",
            );
        }
        if home.node.root {
            self.misplaced(operation, "paced", "a pace belongs to a node, and the path has no identifier", "remove `paced`");
        }
        if operation.action && home.edge.is_none() {
            self.misplaced(operation, "action", "operations on the node itself are called on its handle anyway", "remove `action`");
        }
    }

    /// Keys of operations that return lists and fields.
    fn listing(&mut self, operation: &OperationDecl) {
        for (name, list) in [("filter_name", "filtering"), ("sort_name", "sort")] {
            if operation.key(list).is_none() {
                self.misplaced(operation, name, &format!("the operation has no `{list}`"), &format!("remove `{name}`, or define `{list}`"));
            }
        }
        if operation.returns.is_some() && !scope::returns_page(operation) {
            for key in ["paging", "list", "list_or", "filtering", "sort"] {
                self.misplaced(operation, key, "the operation does not return a page", "say `returns: page<T>`, or remove the key");
            }
        }
        for cursor in operation.paging.iter().flatten().filter(|cursor| !CURSORS.contains(&cursor.as_str())) {
            self.problems.push(
                Diagnostic::new(Code::WrongKind, cursor.span, format!("`{cursor}` is not a cursor parameter"))
                    .label("`paging` takes `limit`, `after` and `before`")
                    .suggest(cursor, CURSORS.iter().copied())
                    .help("anything else that can be sent is one of `params`"),
            );
        }
        if scope::returns_page(operation) {
            self.place_of_list(operation);
        }
        let has_no_fields = operation.returns.is_some() && self.spec.returned(operation).is_none() && !self.spec.returns_unknown(operation);
        if has_no_fields && matches!(operation.fields, FieldChoice::Some(_)) {
            self.misplaced(operation, "fields", "the operation returns nothing that has fields", "remove `fields`");
        }
    }

    /// Where the list of a page is: somewhere else than usual, and where nothing else is.
    fn place_of_list(&mut self, operation: &OperationDecl) {
        let Some(list) = &operation.list else { return };
        let path = operation.list_path();
        if let Some(or) = operation.list_or.as_ref().filter(|or| path.is_empty() && or.value == "bare") {
            self.problems.push(
                Diagnostic::new(Code::Misplaced, or.span, format!("the answer of `{}` is the bare list in any case", operation.id))
                    .label("says nothing new")
                    .related(list.span, "said here")
                    .help("remove `list_or`"),
            );
        }
        let is_name = |name: &&str| !name.is_empty() && name.chars().all(|next| next.is_ascii_alphanumeric() || next == '_');
        let wrong = if !path.iter().all(is_name) {
            Some((
                "is not a list of members",
                "write the members that lead to the list, with dots: `data.groups`; `bare` if the answer is the list",
            ))
        } else if path == ["data"] {
            Some(("is where the list of every page is", "remove `list`"))
        } else if path.first().is_some_and(|first| ["paging", "summary"].contains(first)) {
            Some((
                "is where a page has something else",
                "a page has cursors in `paging` and totals in `summary`; name the member that holds the list",
            ))
        } else {
            None
        };
        if let Some((why, help)) = wrong {
            self.problems
                .push(Diagnostic::new(Code::WrongKind, list.span, format!("`{list}` {why}")).label("no place for the list").help(help));
            return;
        }
        let own = operation.params.iter().map(|param| &param.name).find(|name| ["after", "before"].contains(&name.as_str()));
        let implied = operation.paging.as_ref().is_none_or(|paging| paging.iter().any(|name| name.value != "limit"));
        if path.is_empty() && (implied || own.is_some()) {
            self.problems.push(
                Diagnostic::new(
                    Code::Misplaced,
                    list.span,
                    format!("`{}` answers with a bare list, which names no next page", operation.id),
                )
                .label("no place for cursors")
                .help("write `paging: []`, or `paging: [limit]` if the page documents a limit"),
            );
        }
    }

    fn misplaced(&mut self, operation: &OperationDecl, key: &str, why: &str, help: &str) {
        if let Some(at) = operation.key(key).map(|key| key.name.span) {
            self.misplaced_at(at, key, &operation.id, why, help);
        }
    }

    fn misplaced_at(&mut self, at: Span, key: &str, id: &str, why: &str, help: &str) {
        self.problems.push(
            Diagnostic::new(Code::Misplaced, at, format!("`{key}` has no meaning on `{id}`: {why}")).label("this has no effect").help(help),
        );
    }

    fn permissions(&mut self, operation: &OperationDecl) {
        for set in operation.permissions.iter().flat_map(Versioned::all).filter(|set| !set.has_unexpected_keys) {
            let label = match (&set.all, &set.any) {
                (None, None) => "this says neither",
                (Some(_), Some(_)) => "this says both",
                (Some(names), None) | (None, Some(names)) if names.is_empty() => "this names no permission",
                _ => continue,
            };
            self.problems.push(
                Diagnostic::new(Code::WrongKind, set.span, "`permissions` takes either `all` or `any`, with the names of permissions")
                    .label(label)
                    .help("`{all: [...]}` if the token needs every one of them, `{any: [...]}` if one is enough; omit it if none is documented"),
            );
        }
    }

    fn args(&mut self, operation: &OperationDecl) {
        for (index, arg) in operation.args.iter().enumerate() {
            if let Some(first) = operation.args[..index].iter().find(|first| first.value == arg.value) {
                self.problems.push(
                    Diagnostic::new(Code::NameClash, arg.span, format!("`{arg}` is listed twice in `args`"))
                        .label("again")
                        .related(first.span, "first here")
                        .help("a constructor takes each argument once"),
                );
            }
            if let Some(param) = operation.param(arg) {
                self.arg(operation, arg, param);
            }
        }
    }

    fn arg(&mut self, operation: &OperationDecl, arg: &Text, param: &ParamDecl) {
        let (why, help) = if param.constant.is_some() {
            ("always has the same value", "remove it from `args`: the client sends it automatically")
        } else if !param.required.newest {
            ("is optional", "remove it from `args`, or say `required: true` if Meta's page does")
        } else if self.spec.contested(&operation.id, arg) {
            (
                "is required by only some of Meta's pages, as quirks.yaml records",
                "remove it from `args`: callers who know better must be able to omit it",
            )
        } else {
            return;
        };
        self.problems.push(
            Diagnostic::new(
                Code::OptionalArg,
                arg.span,
                format!("`{arg}` cannot be a constructor argument of `{}`: it {why}", operation.id),
            )
            .label("a constructor argument")
            .related(param.name.span, "the parameter")
            .help(help),
        );
    }

    /// Lists that have no meaning when they are empty.
    fn filters(&mut self, operation: &OperationDecl) {
        for filter in operation.filtering.iter().filter(|filter| filter.operators.is_empty()) {
            self.problems.push(
                Diagnostic::new(
                    Code::WrongKind,
                    filter.field.span,
                    format!("the filter `{}` of `{}` has no operator", filter.field, operation.id),
                )
                .label("how can it be filtered on?")
                .help(format!("`operators:` takes some of {}", OPERATORS.join(", "))),
            );
        }
        for key in ["filtering", "sort"] {
            if let Some(entry) = operation.key(key).filter(|entry| entry.is_empty) {
                self.misplaced_at(entry.name.span, key, &operation.id, "it is empty", "remove it, or list what Meta's page lists");
            }
        }
    }

    fn gate(&mut self, what: &str, presence: &Availability, at: Span) {
        if presence.gated && presence.since.is_none() && presence.deprecated.is_none() && presence.removed.is_none() {
            self.problems.push(
                Diagnostic::new(Code::Misplaced, at, format!("{what} is `gated`, but has no range"))
                    .label("`gated` has no effect here")
                    .help("write `since`, `deprecated` or `removed` next to it, or remove `gated`"),
            );
        }
    }

    fn param(&mut self, home: Home<'_>, operation: &OperationDecl, param: &ParamDecl) {
        self.gate(&format!("the parameter `{}` of `{}`", param.name, operation.id), &param.docs.availability, param.name.span);
        let ty = scope::expression(&param.ty.newest);
        let named = &param.name;
        if let Some(length) = param.length.as_ref().filter(|_| ty != TypeExpr::Scalar(Scalar::Digits)) {
            self.no_use(
                length.span,
                "length",
                named,
                "it counts digits, and the type is not `digits`",
                "say `type: digits`, or remove `length`",
            );
        }
        if let Some(strict) = param.strict.filter(|_| ty != TypeExpr::Scalar(Scalar::Digits)) {
            self.no_use(strict, "strict", named, "only `digits` can be checked before sending", "say `type: digits`, or remove `strict`");
        }
        if let Some(strip) = param.strip.as_ref().filter(|_| !matches!(ty, TypeExpr::Scalar(Scalar::Digits | Scalar::String))) {
            self.no_use(strip.span, "strip", named, "it removes characters from a string, and the type is not a string", "remove `strip`");
        }
        if let Some(place) = param.place.as_ref().filter(|place| !matches!(place.as_str(), "query" | "header")) {
            let verb = home.slot.verb.as_str();
            let body = operation.body.as_ref().map_or("", |body| body.value.as_str());
            let home_of = if place.value == "body" { "bytes" } else { place.as_str() };
            if verb == "read" || (verb == "delete" && body.is_empty()) {
                self.no_use(place.span, "in", named, &format!("a {verb} has no body"), "remove `in`: it is sent in the query");
            } else if !body.is_empty() && home_of != body {
                self.no_use(
                    place.span,
                    "in",
                    named,
                    &format!("the body of the operation is `{body}`"),
                    "a request has one kind of body; a parameter is sent there or in the query",
                );
            }
        }
    }

    /// A body of bytes is one parameter; a header is a string.
    fn bodies(&mut self, operation: &OperationDecl) {
        let mut whole = operation.params.iter().filter(|param| param.place.as_ref().is_some_and(|place| place.value == "body"));
        match (whole.next(), operation.body.as_ref().filter(|body| body.value == "bytes")) {
            (None, Some(body)) => self.problems.push(
                Diagnostic::new(
                    Code::MissingKey,
                    body.span,
                    format!("`{}` has a body of bytes, but no parameter for it", operation.id),
                )
                .label("which bytes?")
                .help("give one parameter `type: file` and `in: body`; the others are sent in the query or, with `in: header`, in headers"),
            ),
            (Some(first), Some(_)) => {
                for second in whole {
                    self.problems.push(
                        Diagnostic::new(
                            Code::Misplaced,
                            second.name.span,
                            format!("`{}` cannot be the whole body of `{}`: `{}` already is", second.name, operation.id, first.name),
                        )
                        .label("a second body")
                        .related(first.name.span, "the first")
                        .help("remove `in: body` from one of the two; several files are parts of `body: multipart`"),
                    );
                }
            }
            _ => {}
        }
        for param in &operation.params {
            let ty = scope::expression(&param.ty.newest);
            match param.place.as_ref().map(|place| place.as_str()) {
                Some("body") if ty != TypeExpr::Scalar(Scalar::File) => self.problems.push(
                    Diagnostic::new(
                        Code::Misplaced,
                        param.ty.newest.span,
                        format!("`{}` is the whole body, and must be a `file`", param.name),
                    )
                    .label("not bytes")
                    .help("say `type: file`, or `body: json` for a parameter that is a member of a JSON body"),
                ),
                Some("header") if !self.fits_a_header(&ty) => self.problems.push(
                    Diagnostic::new(
                        Code::Misplaced,
                        param.ty.newest.span,
                        format!("`{}` is sent in a header, which is a string or a number", param.name),
                    )
                    .label("cannot be written in a header")
                    .help("say where Meta's page sends it: in the query, or in the body"),
                ),
                _ => {}
            }
        }
    }

    /// A file was already reported.
    fn fits_a_header(&self, ty: &TypeExpr) -> bool {
        match ty {
            TypeExpr::Scalar(scalar) => *scalar != Scalar::Json,
            TypeExpr::Id(_) | TypeExpr::OwnId => true,
            TypeExpr::Named(name) => matches!(self.spec.named(name), scope::Named::Enum | scope::Named::Unknown),
            TypeExpr::List(_) | TypeExpr::Map(_) | TypeExpr::Page(_) => false,
        }
    }

    fn no_use(&mut self, at: Span, key: &str, param: &Text, why: &str, help: &str) {
        self.problems.push(
            Diagnostic::new(Code::Misplaced, at, format!("`{key}` has no meaning on the parameter `{param}`: {why}"))
                .label("this has no effect")
                .help(help),
        );
    }
}
