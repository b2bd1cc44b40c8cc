//! What the spec says at a version, as the facts that evidence is compared with.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::under_our_name;

use crate::{
    ast::{
        Availability, Day, EvidenceDecl, FieldDecl, Home, Moment, OperationDecl, ParamDecl, Spec, Text, TypeDefDecl, UnionDecl, ValueDecl,
        Version,
    },
    check::scope::{element, element_of, expression},
    evidence::path_of,
    language::type_expr::TypeExpr,
    parse::Span,
};

/// What the spec says, by what it is about, as [`Facts`](crate::evidence::Facts) have it.
pub(crate) type Ours<'s> = BTreeMap<String, Said<'s>>;

/// One thing that the spec says.
pub(crate) struct Said<'s> {
    pub(crate) what: What<'s>,
    /// Where it is said.
    pub(crate) span: Span,
    /// The `at` that leads to it.
    pub(crate) at: String,
}

/// What is said.
pub(crate) enum What<'s> {
    /// There is this operation.
    Operation(&'s str),
    /// It returns this.
    Returns(&'s Text),
    /// Its parameters are sent like this.
    Body(&'s Text),
    /// A parameter; `fixed` if it is always the same value.
    Param { ty: &'s Text, required: bool, fixed: bool },
    /// A parameter that Graph's conventions give the operation, or that a union puts among the others.
    Implied,
    /// A field.
    Field(&'s Text),
    /// One of the values of an enum.
    Value,
    /// The node has fields.
    Node,
}

/// Whether an item is there at a moment.
pub(crate) fn exists(presence: &Availability, moment: Moment) -> bool {
    presence.presence().at(moment)
}

/// What a version is compared at: the day of its release, which is when Meta publishes its files. What came to every version later is not
/// in them.
fn published(spec: &Spec, version: Version) -> Moment {
    let released = spec.versions.iter().find(|decl| decl.version.value == version).and_then(|decl| Day::parse(&decl.released));
    released.map_or_else(|| version.into(), |day| Moment::on(version, day))
}

/// What the spec says at a version; of fields only what is below something that is described.
pub(crate) fn ours<'s>(spec: &'s Spec, version: Version, described: &BTreeSet<String>) -> Ours<'s> {
    let moment = published(spec, version);
    let mut reader = Reader { spec, moment, described, ours: Ours::new() };
    for node in &spec.nodes {
        reader.say(node.name.value.clone(), What::Node, node.name.span, node.name.value.clone());
        reader.fields(&format!("{} field", node.name), &node.fields, &format!("{}.fields", node.name));
    }
    for decl in &spec.types {
        if let Some(TypeDefDecl::Object(object)) = &decl.def {
            reader.say(decl.name.value.clone(), What::Node, decl.name.span, format!("types.{}", decl.name));
            reader.fields(&format!("{} field", decl.name), &object.fields, &format!("types.{}.object", decl.name));
        }
    }
    for (home, operation) in spec.operations() {
        if exists(&operation.docs.availability, moment) {
            reader.operation(home, operation);
        }
    }
    reader.ours
}

/// What facts describe the fields of: nodes, types, and what operations return.
pub(crate) fn described<'f>(keys: impl Iterator<Item = &'f str>, source: &EvidenceDecl) -> BTreeSet<String> {
    let holders: BTreeSet<&str> = keys.filter_map(|key| key.split_once(" field ")).map(|(holder, _)| holder).collect();
    holders.into_iter().map(|holder| under_our_name(holder, source)).collect()
}

struct Reader<'s, 'd> {
    spec: &'s Spec,
    moment: Moment,
    described: &'d BTreeSet<String>,
    ours: Ours<'s>,
}

impl<'s> Reader<'s, '_> {
    fn say(&mut self, key: String, what: What<'s>, span: Span, at: String) {
        let said = Said { what, span, at };
        // Several operations may share a path: a parameter is required if all of them require it.
        match self.ours.get_mut(&key) {
            None => drop(self.ours.insert(key, said)),
            Some(Said { what: What::Param { required, .. }, .. }) => {
                *required &= matches!(said.what, What::Param { required: true, .. });
            }
            Some(_) => {}
        }
    }

    fn operation(&mut self, home: Home<'s>, operation: &'s OperationDecl) {
        let (path, id) = (path_of(home), operation.id.as_str());
        let shared = self.ours.contains_key(&path);
        self.say(path.clone(), What::Operation(id), operation.span, id.into());
        if let Some(returns) = &operation.returns {
            let returns = returns.at(self.moment);
            match (&operation.list, operation.list_path().first()) {
                // A source describes the object around the list.
                (Some(list), Some(first)) => {
                    self.say(format!("{path} returns"), What::Implied, list.span, format!("{id}.list"));
                    for member in [first, "paging"] {
                        self.say(format!("{path} field {member}"), What::Implied, list.span, format!("{id}.list"));
                    }
                }
                _ => {
                    self.say(format!("{path} returns"), What::Returns(returns), returns.span, format!("{id}.returns"));
                    self.returned(&path, returns);
                }
            }
        }
        if let Some(body) = &operation.body {
            self.say(format!("{path} body"), What::Body(body), body.span, format!("{id}.body"));
        }
        let before: Vec<String> = if shared { self.params_of(&path) } else { Vec::new() };
        let moment = self.moment;
        for param in operation.params.iter().filter(|param| exists(&param.docs.availability, moment)) {
            self.param(&path, id, param);
            if shared && !before.contains(&param.name.value) {
                self.not_required(&format!("{path} param {}", param.name));
            }
        }
        for name in before.iter().filter(|name| operation.params.iter().all(|param| param.name.value != **name)) {
            self.not_required(&format!("{path} param {name}"));
        }
        for implied in self.spec.implied(home, operation) {
            let key = match implied {
                "limit" | "after" | "before" => "paging",
                other => other,
            };
            self.say(format!("{path} param {implied}"), What::Implied, operation.span, format!("{id}.{key}"));
        }
    }

    fn params_of(&self, path: &str) -> Vec<String> {
        let prefix = format!("{path} param ");
        let names = self.ours.keys().filter_map(|key| key.strip_prefix(prefix.as_str()));
        names.filter(|name| !name.contains(' ')).map(String::from).collect()
    }

    fn not_required(&mut self, key: &str) {
        if let Some(Said { what: What::Param { required, .. }, .. }) = self.ours.get_mut(key) {
            *required = false;
        }
    }

    fn param(&mut self, path: &str, id: &str, param: &'s ParamDecl) {
        let (key, path_at) = (format!("{path} param {}", param.name), format!("{id}.params.{}", param.name));
        let ty = param.ty.at(self.moment);
        if param.spread {
            if let TypeExpr::Named(name) = expression(ty) {
                self.spread(path, &name, &path_at, param.name.span, 4);
            }
            return;
        }
        let required = *param.required.at(self.moment) || param.constant.is_some();
        self.say(key.clone(), What::Param { ty, required, fixed: param.constant.is_some() }, param.name.span, path_at.clone());
        if let Some(constant) = &param.constant {
            self.say(format!("{key} = {constant}"), What::Value, constant.span, format!("{path_at}.const"));
        }
        let spec = self.spec;
        for (name, value) in element(ty)
            .and_then(|name| values(spec, &name))
            .into_iter()
            .flat_map(|(name, values)| values.iter().map(move |value| (name, value)))
        {
            if param.narrowing.takes(&value.value, self.moment) && exists(&value.docs.availability, self.moment) {
                self.say(format!("{key} = {}", value.value), What::Value, value.value.span, format!("types.{name}.enum.{}", value.value));
            }
        }
    }

    /// The members of a union among the parameters.
    fn spread(&mut self, path: &str, name: &str, id: &str, span: Span, depth: usize) {
        let Some(union) = self.union(name).filter(|_| depth > 0) else { return };
        self.say(format!("{path} param {}", union.tag), What::Implied, span, id.into());
        for variant in &union.variants {
            if variant.payload.is_some() {
                let member = variant.under.as_ref().unwrap_or(&variant.tag);
                self.say(format!("{path} param {member}"), What::Implied, variant.tag.span, id.into());
            }
            if let Some(TypeExpr::Named(members)) = variant.members.as_ref().map(expression) {
                self.spread(path, &members, id, span, depth - 1);
                for field in self.spec.fields_of(&members).map_or(&[][..], |(_, fields)| fields) {
                    self.say(format!("{path} param {}", field.name), What::Implied, field.name.span, id.into());
                }
            }
        }
    }

    fn union(&self, name: &str) -> Option<&'s UnionDecl> {
        match self.spec.named_type(name)?.def.as_ref()? {
            TypeDefDecl::Union(union) => Some(union),
            _ => None,
        }
    }

    /// The fields of what an operation returns one of, or a list of.
    fn returned(&mut self, path: &str, returns: &'s Text) {
        let Some(name) = element_of(&expression(returns)) else { return };
        let keys = if self.spec.node(&name).is_some() { format!("{name}.fields") } else { format!("types.{name}.object") };
        if let Some((_, fields)) = self.spec.fields_of(&name) {
            self.fields(&format!("{path} field"), fields, &keys);
        }
    }

    fn fields(&mut self, prefix: &str, fields: &'s [FieldDecl], base: &str) {
        if !prefix.strip_suffix(" field").is_some_and(|holder| self.described.contains(holder)) {
            return;
        }
        let moment = self.moment;
        for field in fields.iter().filter(|field| exists(&field.docs.availability, moment)) {
            let (key, path_at) = (format!("{prefix} {}", field.name), format!("{base}.{}", field.name));
            let ty = field.ty.at(self.moment);
            for alias in &field.aliases {
                self.say(format!("{prefix} {alias}"), What::Field(ty), alias.span, format!("{path_at}.aliases"));
            }
            self.say(key.clone(), What::Field(ty), field.name.span, path_at);
            let spec = self.spec;
            let values = element(ty).and_then(|name| values(spec, &name));
            for (name, value) in values.into_iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value))) {
                if field.narrowing.takes(&value.value, self.moment) && exists(&value.docs.availability, self.moment) {
                    self.say(
                        format!("{key} = {}", value.value),
                        What::Value,
                        value.value.span,
                        format!("types.{name}.enum.{}", value.value),
                    );
                }
            }
        }
    }
}

/// The values of an enum, and its name as the spec has it.
pub(crate) fn values<'s>(spec: &'s Spec, name: &str) -> Option<(&'s str, &'s [ValueDecl])> {
    let decl = spec.named_type(name)?;
    match decl.def.as_ref()? {
        TypeDefDecl::Enum(values) => Some((decl.name.as_str(), values)),
        _ => None,
    }
}
