//! Whether a request fits an operation, in Graph's words.
//!
//! "must be one of {…} - got …" and "Tried accessing nonexisting field" are worded as Graph was observed to; the other sentences follow them.

use serde_json::{Map, Value};

use crate::{
    description::{Auth, Content, Field, Location, Method, Moment, Named, Narrowing, Node, Operation, Param, Rule, RuleKind, Shape, Type},
    failure::Failure,
    fields::{self, Wanted},
    request::{Call, Given},
    routes,
    tables::SPEC,
};

/// What is wrong with a request.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// What Graph answers; nothing where it is not known to refuse the request.
    pub(crate) failure: Option<Failure>,
    pub(crate) text: String,
}

/// Parameters that every call may have. `summary` is one of lists: Meta's own SDKs send `summary=true` with each.
const EVERYWHERE: [&str; 13] = [
    "access_token",
    "appsecret_proof",
    "appsecret_time",
    "fields",
    "locale",
    "limit",
    "after",
    "before",
    "method",
    "format",
    "include_headers",
    "suppress_http_code",
    "summary",
];

/// The legacy parameters that v26.0 ended, and on 2026-10-27 every version.
/// Source: `developers.facebook.com/blog/post/2026/07/29/introducing-graph-api-v26-and-marketing-api-v26`.
const ENDED: [&str; 3] = ["pretty", "debug", "date_format"];

/// Everything wrong with the parameters of a call.
pub(crate) fn problems(node: &Node, operation: &Operation, call: &Call, moment: Moment) -> Vec<Problem> {
    let mut validator = Validator { moment, found: Vec::new() };
    validator.operation(node, operation, call);
    validator.found
}

struct Validator {
    moment: Moment,
    found: Vec<Problem>,
}

impl Validator {
    fn refused(&mut self, failure: Failure) {
        self.found.push(Problem { text: failure.message().to_owned(), failure: Some(failure) });
    }

    fn invalid(&mut self, message: &str) {
        self.refused(Failure::invalid(message));
    }

    fn noted(&mut self, text: String) {
        self.found.push(Problem { failure: None, text });
    }

    fn operation(&mut self, node: &Node, operation: &Operation, call: &Call) {
        if let Some(broken) = &call.broken {
            self.invalid(&format!("Invalid parameter: {broken}"));
        }
        if !self.moment.has(&operation.availability) {
            let gone = operation.availability.removed.and_then(graph_runtime::Bound::version).filter(|gone| *gone <= self.moment.version);
            let text = format!("{} is not there at {} on {}", operation.id, self.moment.version, self.moment.day);
            let failure = operation.availability.gated.then(|| Failure::deprecated(gone));
            self.found.push(Problem { failure, text });
        }
        let whole = operation.params.iter().any(|param| param.spread).then(|| call.object());
        for param in operation.params {
            self.param(operation, param, call, whole.as_ref());
        }
        let has = |name: &str| call.value(name).is_some() || call.uploads.iter().any(|upload| upload.param == name);
        self.rules(operation.rules, "", &has, &|name| call.value(name).map(|given| given.value.clone()));
        for upload in call.uploads.iter().filter(|upload| operation.param(&upload.param).is_none()) {
            self.noted(format!("the spec has no file `{}` of {}", upload.param, operation.id));
        }
        for (name, given) in &call.given {
            if operation.param(name).is_none() {
                self.unknown(node, operation, name, given);
            }
        }
    }

    fn unknown(&mut self, node: &Node, operation: &Operation, name: &str, given: &Given) {
        if ENDED.contains(&name) {
            self.noted(format!("`{name}` is served by no version since 2026-10-27"));
        } else if name == "fields" && operation.method == Method::Get {
            self.fields(node.name, operation.item(self.moment), given);
        } else if !EVERYWHERE.contains(&name) && !spread(operation, name, self.moment) {
            self.noted(format!("the spec has no parameter `{name}` of {}", operation.id));
        }
    }

    fn param(&mut self, operation: &Operation, param: &'static Param, call: &Call, whole: Option<&Map<String, Value>>) {
        let ty = *param.ty.at(self.moment);
        if param.spread {
            if let Some(whole) = whole {
                self.value("", ty, &Value::Object(whole.clone()), false, None, false);
            }
            return;
        }
        let Some(given) = given(param, ty, call) else {
            let required = *param.required.at(self.moment) && !param.contested;
            if (required || param.constant.is_some()) && self.moment.has(&param.availability) {
                self.invalid(&format!("The parameter {} is required.", param.name));
            }
            return;
        };
        if !self.moment.has(&param.availability) {
            let gone = param.availability.removed.and_then(graph_runtime::Bound::version).filter(|gone| *gone <= self.moment.version);
            let listed = operation.errors.iter().any(|failure| failure.error == "DeprecatedInVersion");
            let text = format!("`{}` is not there at {} on {}", param.name, self.moment.version, self.moment.day);
            let failure = (param.availability.gated || (listed && gone.is_some())).then(|| Failure::deprecated(gone));
            self.found.push(Problem { failure, text });
        }
        let Some(given) = given else { return };
        if let Some(constant) = param.constant {
            if text_of(&given.value).as_deref() != Some(constant) {
                self.invalid(&format!("Param {} must be one of {{{constant}}} - got {}.", param.name, given.value));
            }
            return;
        }
        match ty {
            Type::Fields => self.fields(operation.id.split('.').next().unwrap_or_default(), operation.item(self.moment), given),
            Type::Filters => self.filters(operation, given),
            ty => self.value(param.name, ty, &given.value, given.text || given.from == Location::Header, param.only.as_ref(), true),
        }
        if let (Some(length), Some(text)) = (param.length, given.value.as_str()) {
            let stripped = text.chars().filter(|c| !param.strip.unwrap_or_default().contains(*c)).count();
            if stripped != usize::try_from(length).unwrap_or(usize::MAX) {
                self.invalid(&format!("Param {} must be exactly {length} characters long.", param.name));
            }
        }
    }

    fn fields(&mut self, node: &str, item: Type, given: &Given) {
        let text = match &given.value {
            Value::String(text) => text.clone(),
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
            _ => return self.invalid("Param fields must be a string."),
        };
        let node = SPEC
            .nodes
            .iter()
            .find(|known| known.fields().as_ptr() == item.fields().as_ptr() && known.record.is_some())
            .map_or(node, |known| known.name);
        self.wanted(node, item, &fields::parse(&text));
    }

    fn wanted(&mut self, node: &str, of: Type, wanted: &[Wanted]) {
        let known = of.fields();
        if known.is_empty() {
            return;
        }
        for field in wanted {
            match known.iter().find(|known| known.name == field.name) {
                Some(found) if self.moment.has(&found.availability) => {}
                Some(found) => {
                    let failure = found.availability.gated.then(|| Failure::no_field(&field.name, node));
                    self.found
                        .push(Problem { failure, text: format!("`{}` is no field of {node} at {}", field.name, self.moment.version) });
                }
                None => self.refused(Failure::no_field(&field.name, node)),
            }
        }
    }

    fn filters(&mut self, operation: &Operation, given: &Given) {
        let Value::Array(filters) = given.read() else { return self.invalid("Param filtering must be an array.") };
        for filter in &filters {
            let text = |name: &str| filter.get(name).and_then(Value::as_str).unwrap_or_default();
            match operation.filters.iter().find(|known| known.field == text("field") && self.moment.has(&known.availability)) {
                None => self.invalid(&format!(
                    "Filtering field '{}' with operation '{}' is not supported",
                    text("field"),
                    text("operator").to_lowercase()
                )),
                Some(known) if !known.operators.contains(&text("operator")) => {
                    self.invalid(&format!(
                        "Param filtering[0][operator] must be one of {{{}}} - got {:?}.",
                        known.operators.join(", "),
                        text("operator")
                    ));
                }
                Some(known) => {
                    let listed = filter.get("value").is_some_and(Value::is_array);
                    let values = if listed {
                        filter.get("value").and_then(Value::as_array).cloned()
                    } else {
                        filter.get("value").map(|value| vec![value.clone()])
                    };
                    for value in values.unwrap_or_default() {
                        self.value("filtering[0][value]", known.ty, &value, true, None, true);
                    }
                }
            }
        }
    }

    fn rules(&mut self, rules: &[Rule], within: &str, has: &dyn Fn(&str) -> bool, value: &dyn Fn(&str) -> Option<Value>) {
        for rule in rules.iter().filter(|rule| self.moment.has(&rule.availability)) {
            let count = |names: &[&str]| names.iter().filter(|name| has(name)).count();
            let broken = match &rule.kind {
                RuleKind::OneOf(names) => count(names) != 1,
                RuleKind::AnyOf(names) => count(names) == 0,
                RuleKind::Requires(name, needs) => has(name) && count(needs) < needs.len(),
                RuleKind::RequiresFor(name, wanted, needs) => {
                    value(name).is_some_and(|value| value.as_str() == Some(wanted)) && count(needs) < needs.len()
                }
                RuleKind::Excludes(names) => count(names) > 1,
                RuleKind::FirstWins(_) => false,
            };
            if broken {
                let place = if within.is_empty() { String::new() } else { format!("{within}: ") };
                let failure = Failure::invalid("Invalid parameter").detailed(rule.doc);
                self.found.push(Problem { text: format!("{place}{}", rule.doc), failure: Some(failure) });
            }
        }
    }

    /// A value at a place. `closed`: members that the type lacks are noted.
    fn value(&mut self, at: &str, ty: Type, value: &Value, text: bool, only: Option<&'static Narrowing>, closed: bool) {
        let read;
        let value = match (value, ty) {
            (Value::String(written), Type::List(_) | Type::Map(_) | Type::Page(_) | Type::Named(_))
                if text && written.starts_with(['{', '[']) =>
            {
                read = serde_json::from_str(written).unwrap_or_else(|_| value.clone());
                &read
            }
            _ => value,
        };
        if value.is_null() {
            return;
        }
        let string = value.as_str();
        let number = value.is_i64() || value.is_u64();
        match ty {
            Type::Json | Type::Fields | Type::Filters | Type::Cursor | Type::File | Type::Page(_) => {}
            Type::String => {
                if value.is_object() || value.is_array() {
                    self.invalid(&format!("Param {at} must be a string."));
                }
            }
            Type::Digits => {
                let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || "+-(). ".contains(c));
                if !number && !string.is_some_and(digits) {
                    self.invalid(&format!("Param {at} must be a string of digits."));
                }
            }
            Type::Bool => {
                if !value.is_boolean() && !string.is_some_and(|text| matches!(text, "true" | "false" | "0" | "1")) && !number {
                    self.invalid(&format!("Param {at} must be a boolean."));
                }
            }
            Type::Int | Type::IntString => {
                if !number && string.is_none_or(|text| text.parse::<i64>().is_err()) {
                    self.invalid(&format!("Param {at} must be an integer."));
                }
            }
            Type::Float => {
                if !value.is_number() && string.is_none_or(|text| text.parse::<f64>().is_err()) {
                    self.invalid(&format!("Param {at} must be a number."));
                }
            }
            Type::Id(short) => {
                let other = SPEC.node_of(short).is_some_and(|node| node.text_id);
                if !number && !string.is_some_and(|text| !text.is_empty() && (other || routes::is_digits(text))) {
                    self.invalid(&format!("Param {at} must be a valid ID string (e.g., \"123\")"));
                }
            }
            Type::Timestamp { .. } => {
                if !value.is_number() && string.is_none() {
                    self.invalid(&format!("Param {at} must be a timestamp."));
                }
            }
            Type::List(inner) => self.list(at, *inner, value, text, only),
            Type::Map(inner) => match value {
                Value::Object(members) => {
                    for (name, value) in members {
                        self.value(&format!("{at}['{name}']"), *inner, value, false, None, true);
                    }
                }
                _ => self.invalid(&format!("Param {at} must be an object.")),
            },
            Type::Named(named) => self.named(at, named, value, text, only, closed),
        }
    }

    fn list(&mut self, at: &str, inner: Type, value: &Value, text: bool, only: Option<&'static Narrowing>) {
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(&format!("{at}[{index}]"), inner, item, text, only, true);
                }
            }
            Value::String(written) if text => {
                for (index, item) in written.split(',').enumerate() {
                    self.value(&format!("{at}[{index}]"), inner, &Value::String(item.trim().into()), true, only, true);
                }
            }
            _ => self.invalid(&format!("Param {at} must be an array.")),
        }
    }

    fn named(&mut self, at: &str, named: &'static Named, value: &Value, text: bool, only: Option<&'static Narrowing>, closed: bool) {
        match &named.shape {
            Shape::Enum(values) => {
                let given = text_of(value);
                let here: Vec<&str> = match only {
                    Some(only) => only.0.at(self.moment).to_vec(),
                    None => values.iter().filter(|value| self.moment.has(&value.availability)).map(|value| value.value).collect(),
                };
                let fits = given.as_deref().is_some_and(|given| here.contains(&given));
                if !fits && given.as_deref().is_some_and(|given| here.iter().any(|here| here.eq_ignore_ascii_case(given))) {
                    // Graph takes lowercase letters in some places and not in others, and no page says where.
                    self.noted(format!("{at} is {value}, and listed in other letters"));
                } else if !fits {
                    self.invalid(&format!("Param {at} must be one of {{{}}} - got {value}.", here.join(", ")));
                }
            }
            Shape::Object { fields, rules } => match value {
                Value::Object(members) => self.object(at, fields, rules, members, closed),
                Value::String(_) | Value::Array(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {
                    self.invalid(&format!("Param {at} must be an object."));
                }
            },
            Shape::Union { tag, any_case, variants } => {
                let Value::Object(members) = value else { return self.invalid(&format!("Param {at} must be an object.")) };
                let place = place(at, tag);
                let Some(given) = members.get(*tag).and_then(Value::as_str) else {
                    // A tag that is left out follows from the member that is there.
                    let inferred =
                        variants.iter().any(|variant| matches!(variant.content, Content::Payload(name, _) if members.contains_key(name)));
                    if !inferred {
                        self.invalid(&format!("The parameter {place} is required."));
                    }
                    return;
                };
                let same = |known: &str| if *any_case { known.eq_ignore_ascii_case(given) } else { known == given };
                let Some(variant) = variants.iter().find(|variant| same(variant.tag)) else {
                    let here: Vec<&str> =
                        variants.iter().filter(|variant| self.moment.has(&variant.availability)).map(|variant| variant.tag).collect();
                    return self.invalid(&format!("Param {place} must be one of {{{}}} - got {given:?}.", here.join(", ")));
                };
                if !self.moment.has(&variant.availability) {
                    self.noted(format!("`{given}` is not there at {} on {}", self.moment.version, self.moment.day));
                }
                match variant.content {
                    Content::Nothing => {}
                    Content::Members(ty) => self.value(at, ty, value, false, None, false),
                    Content::Payload(name, ty) => match members.get(name) {
                        Some(payload) => self.value(&self::place(at, name), ty, payload, text, None, true),
                        None => self.invalid(&format!("The parameter {} is required.", self::place(at, name))),
                    },
                }
            }
            Shape::Several(types) => {
                let before = self.found.len();
                let mut first = None;
                for ty in *types {
                    self.value(at, *ty, value, text, only, closed);
                    let problems = self.found.split_off(before);
                    if problems.is_empty() {
                        return;
                    }
                    first.get_or_insert(problems);
                }
                self.found.extend(first.unwrap_or_default());
            }
        }
    }

    fn object(&mut self, at: &str, fields: &'static [Field], rules: &[Rule], members: &Map<String, Value>, closed: bool) {
        for field in fields {
            let ty = *field.ty.at(self.moment);
            if field.spread {
                if field.always || members.keys().any(|name| has_member(ty, name, self.moment)) {
                    self.value(at, ty, &Value::Object(members.clone()), false, None, false);
                }
                continue;
            }
            let place = place(at, field.name);
            let given = members.get(field.name).or_else(|| field.aliases.iter().find_map(|alias| members.get(*alias)));
            match (given, field.constant) {
                (Some(value), Some(constant)) if text_of(value).as_deref() != Some(constant) => {
                    self.invalid(&format!("Param {place} must be one of {{{constant}}} - got {value}."));
                }
                (Some(value), None) => self.value(&place, ty, value, false, field.only.as_ref(), true),
                (None, _) if field.always && !matches!(ty, Type::File) => self.invalid(&format!("The parameter {place} is required.")),
                (Some(_), Some(_)) | (None, _) => {}
            }
        }
        let moment = self.moment;
        let has = |name: &str| match fields.iter().find(|field| field.spread && field.name == name) {
            Some(spread) => members.keys().any(|name| has_member(*spread.ty.at(moment), name, moment)),
            None => members.contains_key(name),
        };
        self.rules(rules, at, &has, &|name| members.get(name).cloned());
        let known = |name: &str| fields.iter().any(|field| field.name == name || field.aliases.contains(&name));
        if closed && !fields.iter().any(|field| field.spread) {
            for name in members.keys().filter(|name| !known(name)) {
                self.noted(format!("Unexpected key {name:?} on param {at:?}"));
            }
        }
    }
}

fn place(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}['{name}']") }
}

/// A scalar as text.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// What was given for a parameter: a value, or `Some(None)` for a file.
#[expect(clippy::option_option, reason = "what is given as a file has no value")]
fn given<'c>(param: &Param, ty: Type, call: &'c Call) -> Option<Option<&'c Given>> {
    if matches!(ty, Type::File) {
        let sent = param.location == Location::Bytes || call.uploads.iter().any(|upload| upload.param == param.name);
        return sent.then_some(None);
    }
    if param.location == Location::Header {
        return call.header(param.name).map(Some);
    }
    call.value(param.name).map(Some)
}

/// Whether a name is a member of a union that is spread among the parameters.
fn spread(operation: &Operation, name: &str, moment: Moment) -> bool {
    operation.params.iter().filter(|param| param.spread).any(|param| has_member(*param.ty.at(moment), name, moment))
}

fn has_member(ty: Type, name: &str, moment: Moment) -> bool {
    let Type::Named(named) = ty else { return false };
    match &named.shape {
        Shape::Union { tag, variants, .. } => {
            *tag == name
                || variants.iter().any(|variant| match variant.content {
                    Content::Payload(member, _) => member == name,
                    Content::Members(ty) => has_member(ty, name, moment),
                    Content::Nothing => false,
                })
        }
        Shape::Object { fields, .. } => {
            fields.iter().any(|field| field.name == name || (field.spread && has_member(*field.ty.at(moment), name, moment)))
        }
        Shape::Enum(_) | Shape::Several(_) => false,
    }
}

/// Whether the token came the way that the operation wants it.
pub(crate) fn scheme_fits(operation: &Operation, scheme: &str) -> bool {
    match operation.auth {
        Auth::OAuth => scheme == "oauth",
        Auth::Token | Auth::None => scheme == "bearer",
    }
}
