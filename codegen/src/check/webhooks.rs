//! Webhooks: whether names lead to members, every change gives events, and payloads are what they say.

use std::collections::BTreeSet;

use super::{
    examples::value::{Judge, Voice},
    scope,
};
use crate::{
    ast::{EventDecl, FieldDecl, IdDecl, MemberValues, PayloadDecl, ProgressDecl, Spec, Text, TypeDefDecl, WebhookDecl, WebhooksDecl},
    diagnostic::{Code, Diagnostic},
    language::{
        pattern,
        type_expr::{Scalar, TypeExpr},
    },
    parse::{Span, Tree},
};

/// Looks at webhooks.yaml and at every field.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let mut pass = Pass { spec, problems };
    pass.alternatives();
    for (index, decl) in spec.webhook_fields.iter().enumerate() {
        if let Some(first) = spec.webhook_fields[..index].iter().find(|first| first.field.value == decl.field.value) {
            pass.problems.push(
                Diagnostic::new(Code::DuplicateKey, decl.field.span, format!("the webhook `{}` is described in two files", decl.field))
                    .label("again")
                    .related(first.field.span, "first here")
                    .help("keep one of the two"),
            );
        }
    }
    pass.aliases();
    match &spec.webhooks {
        Some(shared) => {
            pass.shared(shared);
            spec.webhook_fields.iter().for_each(|field| pass.field(shared, field));
        }
        None => {
            if let Some(field) = spec.webhook_fields.first() {
                pass.problems.push(
                    Diagnostic::new(
                        Code::BadWebhook,
                        field.field.span,
                        "there are webhooks, and no webhooks.yaml that says what they share",
                    )
                    .label("a field of webhooks")
                    .help("write webhooks.yaml: the kinds of events, and who they are about")
                    .absence_of(["events"]),
                );
            }
        }
    }
}

struct Pass<'s, 'p> {
    spec: &'s Spec,
    problems: &'p mut Vec<Diagnostic>,
}

/// What a path must lead to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goal {
    /// Anything.
    Any,
    /// A text or a number.
    Scalar,
    /// A list of objects.
    List,
}

impl<'s> Pass<'s, '_> {
    fn shared(&mut self, decl: &'s WebhooksDecl) {
        for identity in &decl.identities {
            if let Some(pattern) = &identity.pattern
                && let Err(why) = pattern::runs(pattern)
            {
                self.problems.push(
                    Diagnostic::new(Code::BadPattern, pattern.span, format!("the pattern of `{}` is not understood: {why}", identity.name))
                        .label("not compared with anything")
                        .help("write characters, sets and counts: `^[A-Z]{2}\\.[A-Za-z0-9]{1,128}$`"),
                );
            }
        }
        if let Some(contact) = &decl.contact {
            self.ids(decl, &contact.ty, &contact.ids, &[]);
        }
        if let Some(error) = &decl.error {
            self.path(&error.ty, &error.code, Goal::Scalar);
            error.texts.iter().for_each(|text| self.path(&error.ty, text, Goal::Scalar));
        }
        for event in &decl.events {
            for path in event.key.iter().chain(&event.time).chain(&event.reply_to) {
                self.path(&event.ty, path, Goal::Scalar);
            }
            event.without.iter().for_each(|path| self.path(&event.ty, path, Goal::Any));
            for person in &event.people {
                if let Some(each) = &person.each {
                    self.path(&event.ty, each, Goal::List);
                }
                match &person.each {
                    Some(each) => {
                        let element = self.element(&event.ty, each).unwrap_or_else(|| event.ty.clone());
                        self.ids(decl, &element, &person.ids, std::slice::from_ref(&event.ty));
                    }
                    None => self.ids(decl, &event.ty, &person.ids, &self.holders(event)),
                }
                self.members(&event.ty, &person.unless);
                let kinds: Vec<&str> = person.ids.iter().filter(|id| !id.previous).map(|id| id.kind.as_str()).collect();
                let several = kinds.iter().enumerate().any(|(index, kind)| kinds[..index].contains(kind));
                if person.newest_last && !several {
                    self.problems.push(
                        Diagnostic::new(
                            Code::Misplaced,
                            person.role.span,
                            format!("`{}` of `{}` says `newest_last`, and has no two identifiers of one kind", person.role, event.name),
                        )
                        .label("which is the last of them?")
                        .help("remove `newest_last`, or list the members of a kind, the oldest first: `wa_id: [from, system.wa_id]`"),
                    );
                }
            }
            self.instead_of(decl, event);
            // A field that gives no events was reported, and may be the one that gives these.
            let may_give = |field: &WebhookDecl| {
                kinds(field).next().is_none() && field.value.as_ref().is_some_and(|value| value.value == event.ty.value)
            };
            let gives = |field: &WebhookDecl| kinds(field).any(|kind| kind.value == event.name.value) || may_give(field);
            let is_given = || self.spec.webhook_fields.iter().any(gives);
            if event.instead_of.is_none() && !is_given() {
                self.problems.push(
                    Diagnostic::new(Code::BadWebhook, event.name.span, format!("no webhook gives the event `{}`", event.name))
                        .label("never seen")
                        .help("name it under `events` or `event` of a file in webhooks/, or delete it")
                        .absence_of([event.name.as_str()]),
                );
            }
        }
        if let Some(progress) = &decl.progress
            && let Some(ty) = self.event_type(decl, &progress.event)
        {
            for path in std::iter::once(&progress.state).chain(&progress.of) {
                self.path(ty, path, Goal::Scalar);
            }
            self.members(ty, &progress.unless);
            self.order(ty, progress);
        }
        if let Some(window) = &decl.window {
            let answer = window.entry.as_ref().map(|entry| &entry.answer);
            for cause in window.opened_by.iter().chain(answer) {
                if let Some(ty) = self.event_type(decl, &cause.event) {
                    self.members(ty, &cause.when);
                    self.members(ty, &cause.unless);
                }
            }
            if let Some(entry) = &window.entry
                && let Some(ty) = self.event_type(decl, &entry.event)
            {
                self.path(ty, &entry.from, Goal::Any);
            }
            if let Some(entry) = &window.entry
                && let Some(until) = &entry.until
                && let Some(answer) = decl.events.iter().find(|event| event.name.value == entry.answer.event.value)
            {
                self.path(&answer.ty, until, Goal::Scalar);
            }
        }
    }

    /// Whether a kind says what tells it from the one that it is instead of.
    fn instead_of(&mut self, decl: &'s WebhooksDecl, event: &'s EventDecl) {
        self.members(&event.ty, &event.when);
        let problem = |at: Span, what: String, label: &str, help: &str| Diagnostic::new(Code::BadWebhook, at, what).label(label).help(help);
        let Some(base) = &event.instead_of else {
            if let Some(member) = event.when.first() {
                self.problems.push(problem(
                    member.path.span,
                    format!("`{}` has `when`, and does not say which kind an event is without it", event.name),
                    "instead of what?",
                    "write `instead_of` with the other kind, or delete `when`",
                ));
            }
            return;
        };
        if event.when.is_empty() {
            self.problems.push(problem(
                base.span,
                format!("`{}` does not say when an event is that instead of `{base}`", event.name),
                "always?",
                "write `when` with a member and its values: `when: {type: [system]}`",
            ));
        }
        let Some(ty) = self.event_type(decl, base) else { return };
        self.same(&event.name, &event.ty, &ty.value, ty.span);
        if let Some(further) = decl.events.iter().find(|other| other.name.value == base.value).and_then(|other| other.instead_of.as_ref()) {
            self.problems.push(
                problem(
                    base.span,
                    format!("`{}` is instead of `{base}`, which is itself instead of `{further}`", event.name),
                    "no kind that a webhook gives",
                    "name the kind that a file in webhooks/ names",
                )
                .related(further.span, "said here"),
            );
        }
        for kind in self.spec.webhook_fields.iter().flat_map(kinds).filter(|kind| kind.value == event.name.value) {
            self.problems.push(
                problem(
                    kind.span,
                    format!("a webhook gives `{kind}` only instead of `{base}`"),
                    "it would be given whatever the event says",
                    &format!("write `{base}`: of its events those are `{kind}` that have the values of `when`"),
                )
                .related(base.span, "said here"),
            );
        }
    }

    fn members(&mut self, ty: &Text, members: &[MemberValues]) {
        for member in members {
            self.path(ty, &member.path, Goal::Scalar);
            for value in member.values.iter().filter(|value| value.value != "*") {
                self.value(ty, &member.path, value);
            }
        }
    }

    /// The states of an order are values of the member that has them, and none comes before itself.
    fn order(&mut self, ty: &Text, progress: &ProgressDecl) {
        let mut is_circular = false;
        for state in &progress.after {
            self.value(ty, &progress.state, &state.path);
            for earlier in state.values.iter().filter(|earlier| progress.after.iter().all(|known| known.path.value != earlier.value)) {
                self.problems.push(
                    Diagnostic::new(
                        Code::Undeclared,
                        earlier.span,
                        format!("`{earlier}` comes before `{}`, and is no state of `after`", state.path),
                    )
                    .label("an unknown state")
                    .suggest(earlier, progress.after.iter().map(|known| known.path.as_str()))
                    .help("each state has a key of its own, with those that come before it; the first has `[]`"),
                );
            }
            let mut before: Vec<&Text> = state.values.iter().collect();
            let mut seen: BTreeSet<&str> = BTreeSet::new();
            while let Some(earlier) = before.pop() {
                if earlier.value == state.path.value && std::mem::replace(&mut is_circular, true) {
                    break;
                }
                if earlier.value == state.path.value {
                    self.problems.push(
                        Diagnostic::new(Code::BadWebhook, state.path.span, format!("the state `{}` comes before itself", state.path))
                            .label("this leads back here")
                            .related(earlier.span, "through this")
                            .help("`after` lists what comes before a state: follow the lists, and take out the one that is the other way round"),
                    );
                    break;
                }
                if seen.insert(&earlier.value) {
                    before.extend(progress.after.iter().filter(|known| known.path.value == earlier.value).flat_map(|known| &known.values));
                }
            }
        }
    }

    /// Reports a value that the enum of a member does not list: an event with it would never be distinguished from others.
    fn value(&mut self, ty: &Text, path: &Text, value: &Text) {
        let Ok(field) = self.follow(ty, path) else { return };
        let decl = scope::element(&field.ty.newest).and_then(|name| self.spec.named_type(&name)).and_then(|decl| decl.def.as_ref());
        let Some(TypeDefDecl::Enum(values)) = decl else { return };
        if values.iter().all(|listed| listed.value.value != value.value) {
            self.problems.push(
                Diagnostic::new(
                    Code::BadNarrowing,
                    value.span,
                    format!("`{value}` is not a value of `{}`, the type of `{path}`", field.ty.newest),
                )
                .label("no event has this value")
                .related(field.ty.newest.span, "the type")
                .suggest(value, values.iter().map(|listed| listed.value.as_str()))
                .help("add it to the enum if Meta's page lists it")
                .absence_of([value.as_str()]),
            );
        }
    }

    /// The type of a kind of event; one that is not declared is reported.
    fn event_type(&mut self, decl: &'s WebhooksDecl, kind: &Text) -> Option<&'s Text> {
        let found = decl.events.iter().find(|event| event.name.value == kind.value);
        if found.is_none() && !kind.value.is_empty() {
            self.problems.push(
                Diagnostic::new(Code::Undeclared, kind.span, format!("webhooks.yaml declares no event `{kind}`"))
                    .label("an unknown kind of event")
                    .suggest(kind, decl.events.iter().map(|event| event.name.as_str()))
                    .help("declare it under `events` of webhooks.yaml, with its type, if it is new")
                    .absence_of([kind.as_str()]),
            );
        }
        found.map(|event| &event.ty)
    }

    /// The identifiers of a person in a type, and in what may hold the list that it is in.
    fn ids(&mut self, decl: &WebhooksDecl, ty: &Text, ids: &[IdDecl], holders: &[Text]) {
        for id in ids {
            if !decl.identities.iter().any(|identity| identity.name.value == id.kind.value) {
                self.problems.push(
                    Diagnostic::new(Code::Undeclared, id.kind.span, format!("webhooks.yaml declares no identifier `{}`", id.kind))
                        .label("an unknown kind of identifier")
                        .suggest(&id.kind, decl.identities.iter().map(|identity| identity.name.as_str()))
                        .help("declare it under `identities` of webhooks.yaml if it is new")
                        .absence_of([id.kind.as_str()]),
                );
            }
            match id.path.above() {
                Some(below) => self.path_above(holders, &Text { value: below.to_owned(), span: id.path.span }),
                None => self.path(ty, &id.path, Goal::Scalar),
            }
        }
    }

    /// Reports a path that begins in what holds the list, if it leads nowhere in each of those: they differ from field to field.
    fn path_above(&mut self, holders: &[Text], path: &Text) {
        let before = self.problems.len();
        for (at, holder) in holders.iter().enumerate() {
            let said = self.problems.len();
            self.path(holder, path, Goal::Scalar);
            if self.problems.len() == said {
                self.problems.truncate(before);
                return;
            }
            if at > 0 {
                self.problems.truncate(said);
            }
        }
    }

    /// What holds the lists in which webhooks give an event.
    fn holders(&self, event: &EventDecl) -> Vec<Text> {
        let kind = event.instead_of.as_ref().unwrap_or(&event.name);
        let mut found: Vec<Text> = Vec::new();
        for field in &self.spec.webhook_fields {
            let Some(value) = &field.value else { continue };
            for (path, _) in field.events.iter().filter(|(_, given)| given.value == kind.value) {
                let holder = match path.value.rsplit_once('.') {
                    Some((above, _)) => self.element(value, &Text { value: above.to_owned(), span: path.span }),
                    None => Some(value.clone()),
                };
                found.extend(holder.filter(|holder| !found.iter().any(|known| known.value == holder.value)));
            }
        }
        found
    }

    /// The type of the elements of a list at a path.
    fn element(&self, ty: &Text, path: &Text) -> Option<Text> {
        let found = self.follow(ty, path).ok()?;
        scope::element(&found.ty.newest).map(|value| Text { value, span: found.ty.newest.span })
    }

    /// Reports a path that leads nowhere, or to something else.
    fn path(&mut self, ty: &Text, path: &Text, goal: Goal) {
        if path.value.is_empty() || matches!(scope::expression(ty), TypeExpr::Scalar(Scalar::Json)) {
            return;
        }
        match self.follow(ty, path) {
            Err(Some((name, owner, known))) => self.problems.push(
                Diagnostic::new(Code::UnknownMember, path.span, format!("`{path}` leads nowhere: `{owner}` has no member `{name}`"))
                    .label("no such member")
                    .suggest(&name, known.iter().map(String::as_str))
                    .help(format!("add it to `{owner}` if Meta's page shows it"))
                    .absence_of([name.as_str()]),
            ),
            // The type was reported as unknown.
            Err(None) => {}
            Ok(field) => {
                let is_list = matches!(scope::expression(&field.ty.newest), TypeExpr::List(inner) if matches!(*inner, TypeExpr::Named(_)));
                let is_scalar = self.is_scalar(&field.ty.newest);
                let wrong = match goal {
                    Goal::Any => None,
                    Goal::List => (!is_list).then_some("a list of objects"),
                    Goal::Scalar => (!is_scalar).then_some("a text or a number"),
                };
                if let Some(takes) = wrong {
                    self.problems.push(
                        Diagnostic::new(
                            Code::UnknownMember,
                            path.span,
                            format!("`{path}` must lead to {takes}, and leads to `{}`", field.ty.newest),
                        )
                        .label("of another kind")
                        .related(field.name.span, "it leads here")
                        .help("name a member of that kind; a dot leads into an object"),
                    );
                }
            }
        }
    }

    fn is_scalar(&self, ty: &Text) -> bool {
        match scope::expression(ty) {
            TypeExpr::Scalar(scalar) => !matches!(scalar, Scalar::Json | Scalar::File),
            TypeExpr::Id(_) | TypeExpr::OwnId => true,
            TypeExpr::Named(name) => self
                .spec
                .named_type(&name)
                .is_none_or(|decl| matches!(decl.def, Some(TypeDefDecl::Enum(_) | TypeDefDecl::Untagged(_)) | None)),
            _ => false,
        }
    }

    /// The field at a path; else the name that is not there, where it is not, and what is.
    #[expect(clippy::type_complexity, reason = "what is missing, where, and what is there")]
    fn follow(&self, ty: &Text, path: &Text) -> Result<&'s FieldDecl, Option<(String, String, Vec<String>)>> {
        let mut owner = scope::element(ty).ok_or(None)?;
        let mut steps = path.steps().into_iter().peekable();
        while let Some(step) = steps.next() {
            let Some((_, fields)) = self.spec.fields_of(&owner) else { return Err(None) };
            let Some(field) = fields.iter().find(|field| field.name.value == step) else {
                let known = fields.iter().map(|field| field.name.value.clone()).collect();
                return Err(Some((step.to_owned(), owner, known)));
            };
            let Some(next) = steps.peek() else { return Ok(field) };
            match scope::element(&field.ty.newest).filter(|name| self.spec.fields_of(name).is_some()) {
                Some(name) => owner = name,
                None => return Err(Some(((*next).to_owned(), field.name.value.clone(), Vec::new()))),
            }
        }
        Err(None)
    }

    fn field(&mut self, shared: &'s WebhooksDecl, decl: &'s WebhookDecl) {
        if let Some(permission) = &decl.permission
            && !self.spec.permissions.iter().any(|known| known.name.value == permission.value)
        {
            self.problems.push(
                Diagnostic::new(Code::UnknownPermission, permission.span, format!("there is no permission `{permission}`"))
                    .label("an unknown permission")
                    .suggest(permission, self.spec.permissions.iter().map(|known| known.name.as_str()))
                    .help("add it to permissions.yaml if it is new")
                    .absence_of([permission.as_str()]),
            );
        }
        let Some(value) = &decl.value else {
            for said in decl.events.iter().map(|(path, _)| path).chain(&decl.event).chain(&decl.contacts).chain(&decl.number) {
                self.problems.push(
                    Diagnostic::new(
                        Code::BadWebhook,
                        said.span,
                        format!("the webhook `{}` has no `value`, so nothing is known of what is in it", decl.field),
                    )
                    .label("within what?")
                    .help("write `value` with the type that Meta's page shows, or delete this"),
                );
            }
            return;
        };
        if decl.event.is_none() && decl.events.is_empty() {
            self.problems.push(
                Diagnostic::new(Code::BadWebhook, value.span, format!("the webhook `{}` has a value, and gives no events", decl.field))
                    .label("it would never be seen")
                    .help("write `event` with the kind that the whole is, or `events` with the lists within it"),
            );
        }
        decl.contacts.iter().for_each(|path| self.path(value, path, Goal::List));
        decl.number.iter().for_each(|path| self.path(value, path, Goal::Scalar));
        if let Some(kind) = &decl.event
            && let Some(ty) = self.event_type(shared, kind)
        {
            self.same(kind, ty, &value.value, value.span);
        }
        for (path, kind) in &decl.events {
            self.path(value, path, Goal::List);
            let element = self.element(value, path);
            if let (Some(ty), Some(element)) = (self.event_type(shared, kind), element) {
                self.same(kind, ty, &element.value, path.span);
            }
        }
        for example in &decl.examples {
            self.payload(shared, decl, example);
        }
    }

    fn same(&mut self, kind: &Text, ty: &Text, found: &str, at: Span) {
        // A type that no file has was reported as unknown.
        let is_unknown = |name: &str| {
            scope::element_of(&scope::expression(&Text { value: name.into(), span: at }))
                .is_some_and(|name| matches!(self.spec.named(&name), scope::Named::Unknown))
        };
        if ty.value != found && !is_unknown(ty) && !is_unknown(found) {
            self.problems.push(
                Diagnostic::new(Code::BadWebhook, kind.span, format!("an event `{kind}` is a `{ty}`, and this is a `{found}`"))
                    .label("of another type")
                    .related(at, "what is there")
                    .help("one kind of event is of one type: declare another kind in webhooks.yaml"),
            );
        }
    }

    fn payload(&mut self, shared: &'s WebhooksDecl, decl: &WebhookDecl, example: &PayloadDecl) {
        let mut about = false;
        for (entry_index, entry) in items(&example.payload, "entry").iter().enumerate() {
            for (index, change) in items(entry, "changes").iter().enumerate() {
                let field = change.get("field").and_then(Tree::text).unwrap_or_default();
                about |= field == decl.field.value || decl.aliases.iter().any(|alias| alias.value == field);
                let named = |other: &&WebhookDecl| other.field.value == field || other.aliases.iter().any(|alias| alias.value == field);
                let Some(value) = self.spec.webhook_fields.iter().find(named).and_then(|other| other.value.as_ref()) else { continue };
                let Some(tree) = change.get("value") else { continue };
                let path = format!("entry[{entry_index}].changes[{index}].value");
                let judge = Judge { spec: self.spec, voice: Voice::Graph };
                for misfit in judge.judge(tree, &scope::expression(value), &path) {
                    if example.undeclared.iter().any(|path| misfit.what.starts_with(&format!("`{path}` "))) {
                        continue;
                    }
                    let problem = Diagnostic::new(
                        Code::BadPayload,
                        misfit.at,
                        format!("the payload \"{}\" is not what the spec says: {}", example.title, misfit.what),
                    )
                    .label("this does not match")
                    .related(value.span, "the type of the value");
                    self.problems.push(match misfit.instead {
                        Some((wrong, names)) => problem
                            .suggest(&wrong, names.iter().map(String::as_str))
                            .help("add the member to the type, or its path to `undeclared` if no page documents it")
                            .absence_of([wrong]),
                        None => problem.help("correct the type, or the payload if it differs from what was sent"),
                    });
                }
            }
        }
        if !about {
            self.problems.push(
                Diagnostic::new(
                    Code::BadPayload,
                    example.title.span,
                    format!("the payload \"{}\" has no change of `{}`", example.title, decl.field),
                )
                .label("about something else")
                .help("write the whole notification: `{object, entry: [{id, changes: [{field, value}]}]}`"),
            );
        }
        for sees in &example.sees {
            let kind = sees.value.split(' ').next().unwrap_or_default();
            let known = ["Other", "Empty", "Changed", "Unread"];
            if !known.contains(&kind) && !shared.events.iter().any(|event| event.name.value == kind) {
                self.problems.push(
                    Diagnostic::new(Code::Undeclared, sees.span, format!("webhooks.yaml declares no event `{kind}`"))
                        .label("an unknown kind of event")
                        .suggest(kind, shared.events.iter().map(|event| event.name.as_str()))
                        .help("`sees` has the kind of each event, and after a space the kind of its content: `Message text`")
                        .absence_of([kind]),
                );
            }
        }
    }

    /// A change is of one field: no two have a name in common.
    fn aliases(&mut self) {
        let fields = &self.spec.webhook_fields;
        for (index, decl) in fields.iter().enumerate() {
            for (position, alias) in decl.aliases.iter().enumerate() {
                let own = std::iter::once(&decl.field).chain(&decl.aliases[..position]);
                let before = fields[..index].iter().flat_map(|other| std::iter::once(&other.field).chain(&other.aliases));
                let after = fields[index + 1..].iter().map(|other| &other.field);
                let Some(first) = own.chain(before).chain(after).find(|name| name.value == alias.value) else { continue };
                self.problems.push(
                    Diagnostic::new(
                        Code::NameClash,
                        alias.span,
                        format!("`{alias}` is another name of the field `{}`, and a name already", decl.field),
                    )
                    .label("a change with this name would be of two fields")
                    .related(first.span, "the name is taken here")
                    .help("a name belongs to one field: remove it here or there"),
                );
            }
        }
    }

    /// Whether a choice of fields has a tag, and fields to choose from.
    fn alternatives(&mut self) {
        for decl in &self.spec.types {
            let Some(TypeDefDecl::Object(object)) = &decl.def else { continue };
            let Some(alternatives) = &object.alternatives else { continue };
            let tag = object.fields.iter().find(|field| field.name.value == alternatives.tag.value);
            let values: Option<BTreeSet<&str>> = tag.and_then(|tag| scope::element(&tag.ty.newest)).and_then(|name| {
                match self.spec.named_type(&name).and_then(|decl| decl.def.as_ref()) {
                    Some(TypeDefDecl::Enum(values)) => Some(values.iter().map(|value| value.value.as_str()).collect()),
                    _ => None,
                }
            });
            let problem = match values {
                None => format!("`{}` must be a field of `{}` that is an enum", alternatives.tag, decl.name),
                Some(values) if !object.fields.iter().any(|field| values.contains(field.name.as_str())) => {
                    format!("no field of `{}` is named like a value of `{}`", decl.name, alternatives.tag)
                }
                Some(_) => continue,
            };
            self.problems.push(
                Diagnostic::new(Code::UnknownMember, alternatives.tag.span, problem)
                    .label("nothing to choose by")
                    .help("the values of the tag's enum name the fields of which an object has one")
                    .absence_of([alternatives.tag.as_str()]),
            );
        }
    }
}

fn items<'t>(tree: &'t Tree, key: &str) -> &'t [Tree] {
    tree.get(key).map(Tree::items).unwrap_or_default()
}

/// The kinds of events that a field gives.
fn kinds(field: &WebhookDecl) -> impl Iterator<Item = &Text> {
    field.event.iter().chain(field.events.iter().map(|(_, kind)| kind))
}
