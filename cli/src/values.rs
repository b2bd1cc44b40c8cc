//! From the texts of the command line to the values of parameters, by their types in the spec.

use std::path::Path;

use graph_runtime::{File, Secret, Timestamp, Value};
use serde_json::Map;

use crate::arguments::Call;
use crate::catalog::{Known, Slot, members, slots};
use crate::description::{Content, Named, Param, Shape, Type};
use crate::input;
use crate::problem::Problem;
use crate::secrets;
use crate::text::{did_you_mean, note};

/// What the command line gives an operation.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    /// The values of the placeholders, in their order.
    pub(crate) path: Vec<String>,
    pub(crate) params: Map<String, Value>,
    pub(crate) files: Vec<(&'static str, File)>,
    /// What the spec does not have.
    pub(crate) extras: Vec<(String, Value)>,
}

/// Fills in the parameters of an operation.
pub(crate) fn fill(known: Known, call: &Call) -> Result<Filled, Box<Problem>> {
    let filler = Filler { known, slots: slots(known.operation), json: call.json };
    let mut filled = Filled::default();
    let placeholders: Vec<&'static str> = known.placeholders().collect();
    let mut path: Vec<Option<String>> = placeholders.iter().enumerate().map(|(at, _)| call.ids.get(at).cloned()).collect();
    if call.ids.len() > placeholders.len() {
        return Err(filler
            .problem(format!("{} identifiers were given, and the path takes {}", call.ids.len(), placeholders.len()))
            .why(format!("the path is {}", known.info.path))
            .remedy("give a parameter with `-p NAME=VALUE`"));
    }
    if let Some(path) = &call.request {
        filler.request(&mut filled.params, path)?;
    }
    for given in &call.params {
        let (name, text) = filler.pair("--param", given)?;
        if let Some(at) = placeholders.iter().position(|placeholder| *placeholder == name) {
            if let Some(place) = path.get_mut(at) {
                *place = Some(text.to_owned());
            }
        } else {
            filler.set(&mut filled.params, name, Given::Argument(text))?;
        }
    }
    for given in &call.files {
        let (name, file) = filler.pair("--param-file", given)?;
        filler.file(&mut filled, name, file)?;
    }
    filler.secrets(&mut filled.params, &call.secrets)?;
    for given in &call.extras {
        let (name, text) = filler.pair("--extra", given)?;
        if is_secret_anywhere(name) {
            return Err(secrets::on_the_command_line(name, &secrets::variable(name)).at(filler.place()));
        }
        filled.extras.push((name.to_owned(), serde_json::from_str(text).unwrap_or_else(|_| text.into())));
    }
    for (name, value) in placeholders.iter().zip(path) {
        match value.filter(|value| !value.is_empty()) {
            Some(value) => filled.path.push(value),
            None => {
                let ids: String = placeholders.iter().map(|name| format!(" {}", name.to_uppercase())).collect();
                let problem = filler.problem(format!("the identifier `{name}` is missing"));
                return Err(problem
                    .why(format!("the path is {}", known.info.path))
                    .remedy(format!("whatsapp-graph-cli call {}{ids} …", known.name())));
            }
        }
    }
    filler.required(&filled, call.no_refusals)?;
    for slot in &filler.slots {
        complete_slot(slot, &mut filled.params);
    }
    Ok(filled)
}

/// A value as it was given.
#[derive(Clone, Copy)]
enum Given<'a> {
    /// On the command line, where no secret may be.
    Argument(&'a str),
    /// In a file, in the environment, at a prompt.
    Elsewhere(&'a str),
}

struct Filler {
    known: Known,
    slots: Vec<Slot>,
    /// Are warnings to be JSON?
    json: bool,
}

impl Filler {
    fn place(&self) -> String {
        format!("call {}", self.known.name())
    }

    fn problem(&self, what: impl Into<String>) -> Box<Problem> {
        Problem::usage(what).at(self.place())
    }

    /// `name=value`. What is not of this form is not repeated: it may be a secret.
    fn pair<'a>(&self, flag: &str, given: &'a str) -> Result<(&'a str, &'a str), Box<Problem>> {
        let pair = given.split_once('=').filter(|(name, _)| !name.is_empty());
        pair.ok_or_else(|| {
            self.problem(format!("`{flag}` takes NAME=VALUE, and there is no `=` after a name")).remedy(format!("{flag} NAME=VALUE"))
        })
    }

    /// All parameters, as Meta's pages show a request. Constants may be in it.
    fn request(&self, params: &mut Map<String, Value>, path: &Path) -> Result<(), Box<Problem>> {
        let form = r#"an object, such as {"to": "16505551234", "type": "text", "text": {"body": "hello"}}"#;
        let text = input::text(path)
            .map_err(|error| self.problem(format!("the request cannot be read: {error}")).remedy("--request PATH, or `-` for stdin"))?;
        let members: Map<String, Value> = serde_json::from_str(&text)
            .map_err(|error| self.problem("the request is not a JSON object").why(place_of(&error)).remedy(form))?;
        for (name, value) in members {
            let slot = self.slot(&name, &self.slots)?;
            if matches!(slot.ty, Type::File) {
                // Says how one is uploaded.
                self.parse(slot.ty, &[], "", &name)?;
            }
            match (slot.constant, value) {
                (Some(constant), value) if value == constant => {}
                (Some(constant), _) => return Err(self.constant(&name, constant)),
                (None, Value::String(text)) => {
                    params.insert(name, stripped(&slot, &text).into());
                }
                (None, value) => {
                    params.insert(name, value);
                }
            }
        }
        Ok(())
    }

    fn constant(&self, name: &str, constant: &str) -> Box<Problem> {
        self.problem(format!("`{name}` is always `{constant}`, and is sent without being given")).remedy("leave it out")
    }

    /// Refuses a request that lacks what Meta's page requires, as the constructors of typed requests do. What the client checks itself, by version, is left
    /// to it; where sources disagree there is a warning.
    fn required(&self, filled: &Filled, is_sent: bool) -> Result<(), Box<Problem>> {
        let is_given = |name: &str| {
            filled.params.get(name).is_some_and(|value| !value.is_null())
                || filled.files.iter().any(|(file, _)| *file == name)
                || filled.extras.iter().any(|(extra, _)| extra == name)
        };
        let checked = |name: &str| self.known.info.params.iter().any(|param| param.name == name && param.required.is_some());
        let lacking =
            self.slots.iter().filter(|slot| slot.required && slot.constant.is_none() && !is_given(slot.name) && !checked(slot.name));
        let (contested, missing): (Vec<&Slot>, Vec<&Slot>) = lacking.partition(|slot| slot.param.is_some_and(|param| param.contested));
        for slot in contested {
            note(self.json, "warning", &format!("`{}` is missing, which some of Meta's pages require; it is sent all the same", slot.name));
        }
        if missing.is_empty() || is_sent {
            return Ok(());
        }
        let names: Vec<String> = missing.iter().map(|slot| format!("`{}`", slot.name)).collect();
        let one = missing.len() == 1;
        let mut problem = self.problem(format!("{} {} missing", names.join(" and "), if one { "is" } else { "are" })).why(if one {
            "Meta's page requires it"
        } else {
            "Meta's page requires them"
        });
        for slot in missing {
            let payload = slot.variants.iter().find(|variant| matches!(variant.content, Content::Payload(name, _) if is_given(name)));
            problem = problem.remedy(match (slot.ty, payload) {
                (Type::File, _) => format!("--param-file '{}=PATH;type=image/png'", slot.name),
                (_, Some(variant)) => format!("-p {}={}", slot.name, variant.tag),
                _ => format!("-p {}=…", slot.name),
            });
        }
        Err(problem.remedy("if the page is wrong, `--no-refusals` sends it all the same"))
    }

    /// The parameters that are asked for, and those that are required and lack, from their variables or the prompt.
    fn secrets(&self, params: &mut Map<String, Value>, asked: &[String]) -> Result<(), Box<Problem>> {
        let required = self.slots.iter().filter(|slot| slot.required && slot.constant.is_none() && is_secret_slot(slot));
        let mut names: Vec<&str> = required.map(|slot| slot.name).filter(|name| !params.contains_key(*name)).collect();
        names.extend(asked.iter().map(String::as_str).filter(|name| !names.contains(name)).collect::<Vec<_>>());
        for name in names {
            let secret: Secret =
                secrets::from_env_or_prompt(&secrets::variable(name), &format!("`{name}`")).map_err(|problem| problem.at(self.place()))?;
            self.set(params, name, Given::Elsewhere(secret.expose()))?;
        }
        Ok(())
    }

    fn file(&self, filled: &mut Filled, name: &str, given: &str) -> Result<(), Box<Problem>> {
        let (path, media) = given.split_once(";type=").map_or((given, None), |(path, media)| (path, Some(media)));
        let slot = self.slots.iter().find(|slot| slot.name == name);
        if let Some(Slot { ty: Type::File, name, .. }) = slot {
            let media = media.ok_or_else(|| {
                self.problem(format!("the media type of `{name}` is missing")).remedy(format!(
                    "--param-file '{name}=PATH;type=image/png'; `call {} --help` may say which are taken",
                    self.known.name()
                ))
            })?;
            if !Path::new(path).is_file() {
                return Err(self
                    .problem(format!("there is no file for `{name}`"))
                    .why("the path leads to no file")
                    .remedy("check the path after `=`"));
            }
            filled.files.push((name, File::path(path, media)));
            return Ok(());
        }
        let text = input::text(Path::new(path))
            .map_err(|error| self.problem(format!("the file for `{name}` cannot be read: {error}")).remedy("check the path after `=`"))?;
        self.set(&mut filled.params, name, Given::Elsewhere(text.trim_end_matches(['\n', '\r'])))
    }

    /// Puts a value in its place: `text.body`, `components.0.type`.
    fn set(&self, params: &mut Map<String, Value>, name: &str, given: Given<'_>) -> Result<(), Box<Problem>> {
        let mut steps = name.split('.');
        let first = steps.next().unwrap_or_default();
        let slot = self.slot(first, &self.slots)?;
        if let Some(constant) = slot.constant {
            return Err(self.constant(first, constant));
        }
        if matches!(given, Given::Argument(_)) && (is_secret_slot(&slot) || name.split('.').any(|step| within(self.known, step))) {
            return Err(secrets::on_the_command_line(name, &secrets::variable(name)).at(self.place()));
        }
        let mut ty = slot.ty;
        let mut listed = slot.values();
        let mut at = params.entry(first.to_owned()).or_insert(Value::Null);
        for step in steps {
            if let (Type::List(inner), Ok(index)) = (ty, step.parse::<usize>()) {
                (at, ty) = (element(at, index).ok_or_else(|| self.gap(name, index))?, *inner);
                continue;
            }
            let inner = self.member(ty, step, name)?;
            (ty, listed) = (inner.ty, inner.values());
            if !at.is_object() {
                *at = Value::Object(Map::new());
            }
            at = &mut at[step];
        }
        if matches!((given, ty), (Given::Argument(_), Type::Secret)) {
            return Err(secrets::on_the_command_line(name, &secrets::variable(name)).at(self.place()));
        }
        let (Given::Argument(text) | Given::Elsewhere(text)) = given;
        let text = if name == first { stripped(&slot, text) } else { text.to_owned() };
        let value = self.parse(ty, &listed, &text, name)?;
        if matches!(given, Given::Argument(_)) && has_secret(self.known, &value) {
            return Err(secrets::on_the_command_line(name, "…")
                .at(self.place())
                .remedy("or put the whole value into a file and give `--param-file NAME=PATH`"));
        }
        match value {
            // A list that is given again grows.
            Value::Array(more) if at.is_array() => {
                if let Value::Array(items) = at {
                    items.extend(more);
                }
            }
            value => *at = value,
        }
        Ok(())
    }

    fn gap(&self, name: &str, index: usize) -> Box<Problem> {
        self.problem(format!("`{name}`: there is no element before element {index}")).remedy("count from 0, without a gap")
    }

    fn slot(&self, name: &str, among: &[Slot]) -> Result<Slot, Box<Problem>> {
        if let Some(slot) = among.iter().find(|slot| slot.name == name) {
            return Ok(*slot);
        }
        let names: Vec<&str> = among.iter().filter(|slot| slot.constant.is_none()).map(|slot| slot.name).collect();
        let placeholders: Vec<&str> = self.known.placeholders().collect();
        if secrets::is_always(name) {
            // Before anything invites to send it otherwise.
            return Err(secrets::on_the_command_line(name, &secrets::variable(name)).at(self.place()));
        }
        Err(self
            .problem(format!("there is no parameter `{name}`"))
            .why(if names.is_empty() { "it takes none".into() } else { format!("it takes {}", names.join(", ")) })
            .maybe(did_you_mean(name, names.iter().chain(&placeholders).copied()))
            .remedy(format!(
                "`whatsapp-graph-cli call {} --help` says more; `--extra {name}=…` sends what the spec does not have",
                self.known.name()
            )))
    }

    /// A member of an object.
    fn member(&self, ty: Type, step: &str, name: &str) -> Result<Slot, Box<Problem>> {
        let free = |ty| Slot { name: "", ty, only: None, doc: "", required: false, constant: None, param: None, variants: &[] };
        match ty {
            Type::Json | Type::Filters => return Ok(free(Type::Json)),
            Type::Map(inner) => return Ok(free(*inner)),
            _ => {}
        }
        let mut among = Vec::new();
        members(ty, &mut among);
        if let Some(slot) = among.iter().find(|slot| slot.name == step) {
            return Ok(*slot);
        }
        let names: Vec<&str> = among.iter().map(|slot| slot.name).collect();
        let why = if let Type::List(_) = ty {
            format!("it is a list: `{}.0.{step}` is of its first element", name.split(&format!(".{step}")).next().unwrap_or_default())
        } else if names.is_empty() {
            format!("it is {}", type_text(ty))
        } else {
            format!("its members are {}", names.join(", "))
        };
        Err(self.problem(format!("`{name}`: there is no member `{step}`")).why(why).maybe(did_you_mean(step, names)))
    }

    /// Warns of a value that the spec does not list: Graph may know it all the same.
    fn check_value(&self, listed: &[&'static str], value: &str, name: &str) {
        if listed.is_empty() || listed.contains(&value) {
            return;
        }
        let near = did_you_mean(value, listed.iter().copied()).map_or_else(String::new, |near| format!("; {near}"));
        note(self.json, "warning", &format!("the spec lists no such value of `{name}`, and it is sent all the same{near}"));
    }

    /// The value that a text is for a type. The text is in no message.
    fn parse(&self, ty: Type, listed: &[&'static str], text: &str, name: &str) -> Result<Value, Box<Problem>> {
        let wrong = || self.problem(format!("the value of `{name}` is not {}", type_text(ty)));
        match ty {
            Type::String
            | Type::Secret
            | Type::Digits
            | Type::Id(_)
            | Type::IntString
            | Type::Cursor
            | Type::Named(Named { shape: Shape::Enum(_), .. }) => {
                self.check_value(listed, text, name);
                Ok(text.into())
            }
            Type::Fields(_) => {
                text.split(',').for_each(|field| self.check_value(listed, field.split(['.', '{', '(']).next().unwrap_or_default(), name));
                Ok(text.into())
            }
            Type::Bool => text.parse::<bool>().map(Value::from).map_err(|_| wrong().remedy("true or false")),
            Type::Int => text.parse::<i64>().map(Value::from).map_err(|_| wrong().remedy("digits, such as 60")),
            Type::Timestamp { text: as_text } => {
                let seconds =
                    unix(text).ok_or_else(|| wrong().remedy("2026-11-01, 2026-11-01T08:00:00+0000, or Unix seconds: 1793520000"))?;
                Ok(if as_text { seconds.to_string().into() } else { seconds.into() })
            }
            Type::Float => text.parse::<f64>().map(Value::from).map_err(|_| wrong().remedy("a number, such as 1.5")),
            Type::List(_) if text.trim_start().starts_with('[') => {
                serde_json::from_str(text).map_err(|error| wrong().why(place_of(&error)))
            }
            Type::List(inner) => Ok(vec![self.parse(*inner, listed, text, name)?].into()),
            Type::Json | Type::Named(Named { shape: Shape::Several(_), .. }) => {
                Ok(serde_json::from_str(text).unwrap_or_else(|_| text.into()))
            }
            Type::Filters => serde_json::from_str(text).map_err(|error| wrong().why(place_of(&error))),
            Type::Map(_) | Type::Named(_) => {
                let value: Value = serde_json::from_str(text).map_err(|error| {
                    wrong()
                        .why(place_of(&error))
                        .remedy(format!("JSON: `-p '{name}={{…}}'`, or member by member: `-p {name}.MEMBER=VALUE`"))
                })?;
                if value.is_object() { Ok(value) } else { Err(wrong().why("it is JSON, but not an object")) }
            }
            Type::File => {
                Err(self.problem(format!("`{name}` is a file")).remedy(format!("--param-file '{name}=PATH;type=image/png' uploads one")))
            }
        }
    }
}

/// A text without the characters that are no part of the value.
fn stripped(slot: &Slot, text: &str) -> String {
    let strip = slot.param.map_or("", |param: &Param| param.strip);
    text.chars().filter(|c| !strip.contains(*c)).collect()
}

/// The element of a list, which is made if it is the next.
fn element(list: &mut Value, index: usize) -> Option<&mut Value> {
    if !list.is_array() {
        *list = Value::Array(Vec::new());
    }
    let items = list.as_array_mut()?;
    if index == items.len() {
        items.push(Value::Null);
    }
    items.get_mut(index)
}

/// Unix seconds, of themselves or of a date; a day begins at midnight UTC.
fn unix(text: &str) -> Option<i64> {
    let time = if text.len() == "2026-11-01".len() { format!("{text}T00:00:00+0000") } else { text.to_owned() };
    text.parse().ok().or_else(|| serde_json::from_value::<Timestamp>(time.into()).ok()?.unix())
}

/// Where JSON breaks off, without what is there.
fn place_of(error: &serde_json::Error) -> String {
    format!("it is not valid JSON at line {}, column {}", error.line(), error.column())
}

/// Is what has this name secret in any call?
fn is_secret_anywhere(name: &str) -> bool {
    if secrets::is_always(name) {
        return true;
    }
    let of = |known: Known| known.operation.params.iter().any(|param| param.secret && param.name == name) || within(known, name);
    crate::catalog::all().any(of)
}

fn is_secret_slot(slot: &Slot) -> bool {
    matches!(slot.ty, Type::Secret) || slot.param.is_some_and(|param| param.secret)
}

/// Is a member of this name secret, wherever it is in a parameter?
fn within(known: Known, name: &str) -> bool {
    known.info.params.iter().any(|param| param.secrets.contains(&name))
}

fn has_secret(known: Known, value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(name, value)| within(known, name) || has_secret(known, value)),
        Value::Array(items) => items.iter().any(|item| has_secret(known, item)),
        _ => false,
    }
}

/// Adds what always has the same value, to the parameters and within them.
fn complete_slot(slot: &Slot, to: &mut Map<String, Value>) {
    if let Some(constant) = slot.constant {
        to.entry(slot.name.to_owned()).or_insert_with(|| constant.into());
    } else if let Some(value) = to.get_mut(slot.name) {
        complete(slot.ty, value);
    }
}

fn complete_members(ty: Type, object: &mut Map<String, Value>) {
    let mut among = Vec::new();
    members(ty, &mut among);
    for slot in &among {
        complete_slot(slot, object);
    }
}

fn complete(ty: Type, value: &mut Value) {
    match (ty, value) {
        (Type::List(inner), Value::Array(items)) => items.iter_mut().for_each(|item| complete(*inner, item)),
        (Type::Named(Named { shape: Shape::Object(_), .. }), Value::Object(object)) => {
            complete_members(ty, object);
        }
        (Type::Named(Named { shape: Shape::Union { tag, variants }, .. }), Value::Object(object)) => {
            let chosen = object.get(*tag).and_then(Value::as_str).map(str::to_owned);
            let variant = variants.iter().find(|variant| Some(variant.tag) == chosen.as_deref());
            match variant.map(|variant| &variant.content) {
                Some(Content::Members(ty)) => {
                    complete_members(*ty, object);
                }
                Some(Content::Payload(name, ty)) => {
                    if let Some(value) = object.get_mut(*name) {
                        complete(*ty, value);
                    }
                }
                Some(Content::Nothing) | None => {}
            }
        }
        _ => {}
    }
}

/// A type in words.
pub(crate) fn type_text(ty: Type) -> String {
    match ty {
        Type::String | Type::Cursor => "a text".into(),
        Type::Digits => "digits".into(),
        Type::Secret => "a secret".into(),
        Type::Bool => "true or false".into(),
        Type::Int | Type::IntString => "a whole number".into(),
        Type::Float => "a number".into(),
        Type::Id(node) => format!("the id of a {node}"),
        Type::Timestamp { .. } => "a time, such as 2026-11-01 or Unix seconds".into(),
        Type::Json => "JSON".into(),
        Type::List(inner) => format!("a list: {}", type_text(*inner)),
        Type::Map(_) => "an object with any names".into(),
        Type::Named(Named { shape: Shape::Enum(_), .. }) => "a name".into(),
        Type::Named(Named { shape: Shape::Several(types), .. }) => types.iter().map(|ty| type_text(*ty)).collect::<Vec<_>>().join(", or "),
        Type::Named(Named { name, .. }) => format!("an object ({name})"),
        Type::File => "a file".into(),
        Type::Fields(_) => "names of fields, separated by commas".into(),
        Type::Filters => "a JSON list of filters".into(),
    }
}
