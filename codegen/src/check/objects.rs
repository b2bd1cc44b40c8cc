//! Objects: how they are constructed, which members are constant, what their fields require of each other.

use super::scope;
use crate::{
    ast::{ConstructorDecl, FieldDecl, ObjectDecl, Rule, RuleDecl, Spec, Text, TypeDecl, TypeDefDecl},
    diagnostic::{Code, Diagnostic},
    language::type_expr::{Scalar, TypeExpr},
    parse::Span,
};

/// Looks at every object of types/, and at everything that is constant.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let mut pass = Pass { spec, problems };
    for decl in &spec.types {
        if let Some(TypeDefDecl::Object(object)) = &decl.def {
            pass.object(decl, object);
        }
        for key in &decl.unexpected_keys {
            pass.misplaced(
                key.span,
                format!("`{key}` has no meaning on `{}`, which is not an object", decl.name),
                "only an `object` has it; remove it",
            );
        }
    }
    pass.unsent();
    pass.aliases();
    for (owner, field) in scope::fields(spec) {
        let what = format!("the field `{}` of {owner}", field.name);
        if let Some(constant) = &field.constant {
            pass.constant(constant, &field.ty.newest, &what);
            for (said, key) in
                [(field.always, "always"), (field.secret, "secret"), (field.spread, "spread"), (field.expands.is_some(), "expands")]
            {
                if said {
                    let help = format!("remove `{key}`: a constant is not a field in Rust, and is always sent");
                    pass.misplaced(constant.span, format!("{what} says both `const` and `{key}`"), &help);
                }
            }
        }
        if field.spread && field.always {
            let help = "remove `always`, or name the field in `args` if every object needs it";
            pass.misplaced(
                field.name.span,
                format!("{what} says both `spread` and `always`, but a spread union may be any of its variants"),
                help,
            );
        }
    }
    for field in spec.nodes.iter().flat_map(|node| &node.fields) {
        if let Some(constant) = &field.constant {
            let help = "remove `const`: the fields of a node are read, and never sent";
            pass.misplaced(constant.span, format!("the field `{}` belongs to a node, and cannot be `const`", field.name), help);
        }
    }
    for (_, operation) in spec.operations() {
        for param in &operation.params {
            if let Some(constant) = &param.constant {
                pass.constant(constant, &param.ty.newest, &format!("the parameter `{}` of `{}`", param.name, operation.id));
            }
        }
        operation.rules.iter().for_each(|rule| pass.rule(rule, &format!("`{}`", operation.id), "parameters"));
    }
}

struct Pass<'s, 'p> {
    spec: &'s Spec,
    problems: &'p mut Vec<Diagnostic>,
}

impl Pass<'_, '_> {
    /// A name on the wire is one field's, and only what has a name there has another.
    fn aliases(&mut self) {
        let objects = self.spec.types.iter().filter_map(|decl| match &decl.def {
            Some(TypeDefDecl::Object(object)) => Some(&object.fields),
            _ => None,
        });
        let spec = self.spec;
        for fields in objects.chain(spec.nodes.iter().map(|node| &node.fields)) {
            for field in fields.iter().filter(|field| field.constant.is_some() || field.spread) {
                if let Some(alias) = field.aliases.first() {
                    let help = "remove `aliases`: a constant is sent under its name, and what is spread has none on the wire";
                    self.misplaced(alias.span, format!("`{}` cannot have another name", field.name), help);
                }
            }
            let named: Vec<_> = fields
                .iter()
                .flat_map(|field| std::iter::once((&field.name, field)).chain(field.aliases.iter().map(move |alias| (alias, field))))
                .collect();
            for (index, (name, field)) in named.iter().enumerate().filter(|(_, (name, field))| name.span != field.name.span) {
                let clash = named.iter().enumerate().find(|(other, (known, _))| *other != index && known.value == name.value);
                if let Some((_, (known, _))) = clash {
                    self.problems.push(
                        Diagnostic::new(
                            Code::NameClash,
                            name.span,
                            format!("`{name}` is another name of `{}`, and a name on the wire already", field.name),
                        )
                        .label("a member of this name would be two fields")
                        .related(known.span, "the name is taken here")
                        .help("a member belongs to one field: remove the field that it was, or the alias"),
                    );
                }
            }
        }
    }

    fn object(&mut self, decl: &TypeDecl, object: &ObjectDecl) {
        for made in &object.constructors {
            self.constructor(decl, object, made);
        }
        if let (Some(new), Some(named)) = (
            object.constructors.iter().find(|made| made.name.value == "new"),
            object.constructors.iter().find(|made| made.name.value != "new"),
        ) {
            self.problems.push(
                Diagnostic::new(Code::BadUnion, named.name.span, format!("the type `{}` says both `args` and `constructors`", decl.name))
                    .label("constructors by name")
                    .related(new.name.span, "`args` are those of `new`")
                    .help("keep `args` if every object needs the same fields, `constructors` if one of several is needed"),
            );
        }
        if let Some(at) = object.from_text
            && !object.only_arg().is_some_and(|field| self.spec.is_made_of_text(&field.ty.newest))
        {
            self.problems.push(
                Diagnostic::new(Code::BadUnion, at, format!("the type `{}` cannot be made from a string", decl.name))
                    .label("what would the string be?")
                    .help("`from_text` needs `args` with one field, a `string` or something that is itself made from a string"),
            );
        }
        for rule in &object.rules {
            self.rule(rule, &format!("the type `{}`", decl.name), "fields");
            for name in rule.names().filter(|name| field(object, name).is_none()) {
                self.unknown_field(decl, object, name, "the rules of a type are about its fields");
            }
        }
    }

    /// A key that says how a value is constructed has no meaning where no value is constructed.
    fn unsent(&mut self) {
        let params = self.spec.operations().flat_map(|(_, operation)| &operation.params).map(|param| &param.ty.newest);
        let sent = scope::reached(self.spec, params);
        for decl in self.spec.types.iter().filter(|decl| !sent.contains(&decl.name.value)) {
            let at = match &decl.def {
                Some(TypeDefDecl::Object(object)) => {
                    let made = object.constructors.first().map(|made| made.name.span);
                    made.or(object.from_text).or(object.rules.first().map(|rule| rule.span))
                }
                Some(TypeDefDecl::Union(union)) => union.from_text.as_ref().map(|text| text.span),
                _ => None,
            };
            if let Some(at) = at {
                let message = format!("the type `{}` says how it is constructed, but no parameter sends one", decl.name);
                self.problems.push(
                    Diagnostic::new(Code::Misplaced, at, message)
                        .label("this has no effect")
                        .help("remove it; it is for what a caller constructs, not for what Graph answers")
                        .absence_of([decl.name.as_str()]),
                );
            }
        }
    }

    fn constructor(&mut self, decl: &TypeDecl, object: &ObjectDecl, made: &ConstructorDecl) {
        for (index, arg) in made.args.iter().enumerate() {
            match field(object, arg) {
                None => {
                    let label = if made.name.value == "new" { "`args` names fields" } else { "constructors name fields" };
                    self.unknown_field(decl, object, arg, label);
                }
                Some(field) if field.constant.is_some() => self.problems.push(
                    Diagnostic::new(
                        Code::OptionalArg,
                        arg.span,
                        format!("`{arg}` cannot be an argument of `{}::{}`: it always has the same value", decl.name, made.name),
                    )
                    .label("a constructor argument")
                    .related(field.name.span, "the field")
                    .help("remove it: the constant is sent automatically"),
                ),
                Some(_) => {}
            }
            if let Some(first) = made.args[..index].iter().find(|first| first.value == arg.value) {
                self.problems.push(
                    Diagnostic::new(
                        Code::NameClash,
                        arg.span,
                        format!("`{arg}` is listed twice among the arguments of `{}::{}`", decl.name, made.name),
                    )
                    .label("again")
                    .related(first.span, "first here")
                    .help("a constructor takes each argument once"),
                );
            }
        }
    }

    fn unknown_field(&mut self, decl: &TypeDecl, object: &ObjectDecl, name: &Text, label: &str) {
        self.problems.push(
            Diagnostic::new(Code::UnknownField, name.span, format!("`{name}` is not a field of the type `{}`", decl.name))
                .label(label)
                .suggest(name, object.fields.iter().map(|field| field.name.as_str()))
                .help("describe it under `object:` if Meta's page shows it, or remove the name")
                .absence_of([name.as_str()]),
        );
    }

    /// A constant is sent as a string.
    fn constant(&mut self, constant: &Text, ty: &Text, what: &str) {
        let expression = scope::expression(ty);
        let is_text = match &expression {
            TypeExpr::Scalar(Scalar::String | Scalar::Digits) => true,
            TypeExpr::Named(name) => matches!(self.spec.named(name), scope::Named::Enum | scope::Named::Unknown),
            _ => false,
        };
        if !is_text {
            let help = "say `type: string` if a sample shows it in quotes; anything else must be set by the caller";
            self.problems.push(
                Diagnostic::new(Code::Misplaced, constant.span, format!("{what} is `{ty}`, but a `const` is a string"))
                    .label("this would be sent in quotes")
                    .related(ty.span, "its type")
                    .help(help),
            );
        }
    }

    /// What a rule of an operation or a type must say.
    fn rule(&mut self, decl: &RuleDecl, owner: &str, about: &str) {
        let (message, label) = match &decl.rule {
            None => (String::from("must say exactly one thing"), String::from("this says nothing, or several things")),
            Some(Rule::Requires(_, needs) | Rule::RequiresFor(_, _, needs)) if needs.is_empty() => {
                (String::from("requires nothing"), format!("which {about}?"))
            }
            Some(Rule::OneOf(names) | Rule::AnyOf(names) | Rule::Excludes(names) | Rule::FirstWins(names)) if names.len() < 2 => {
                (format!("must name at least two {about}"), String::from("these are fewer"))
            }
            Some(_) => match twice(decl) {
                Some(name) => (format!("names `{name}` twice"), String::from("one of them says nothing")),
                None => return,
            },
        };
        self.problems.push(Diagnostic::new(Code::WrongKind, decl.span, format!("a rule of {owner} {message}")).label(label).help(
            "a rule is one of `one_of: [a, b]`, `any_of: [a, b]`, `requires: {a: [b]}`, `requires: {a: {VALUE: [b]}}`, `excludes: [a, b]` and `first_wins: [a, b]`; write two rules as two",
        ));
    }

    fn misplaced(&mut self, at: Span, message: String, help: &str) {
        self.problems.push(Diagnostic::new(Code::Misplaced, at, message).label("this has no effect").help(help));
    }
}

/// A name that a rule has twice.
fn twice(decl: &RuleDecl) -> Option<&str> {
    let names: Vec<&str> = decl.names().map(|name| name.value.as_str()).collect();
    names.iter().enumerate().find(|(index, name)| names[..*index].contains(name)).map(|(_, name)| *name)
}

fn field<'o>(object: &'o ObjectDecl, name: &str) -> Option<&'o FieldDecl> {
    object.fields.iter().find(|field| field.name.value == name)
}
