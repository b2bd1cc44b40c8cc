//! The request of an example: its normal form, and whether it is the operation's.

use std::collections::BTreeSet;

use super::{Scene, sent, value::is_digits};
use crate::{
    ast::{ExampleDecl, ParamDecl, Text},
    check::scope,
    diagnostic::{Code, Diagnostic},
    language::{
        request_text::{Fault, RequestText},
        type_expr::TypeExpr,
    },
    parse::{Sources, Span},
};

pub(super) fn check(scene: &Scene<'_>, example: &ExampleDecl, problems: &mut Vec<Diagnostic>) {
    let Some(text) = &example.request else { return };
    match RequestText::parse(text) {
        Err(fault) => problems.push(out_of_form(line_of(scene.sources, text.span, fault.line), &fault)),
        Ok(request) => {
            let mut pass = Pass { scene, example, text, problems };
            pass.path(&request);
            pass.sent(&request);
            sent::check(scene, example, text, &request, problems);
        }
    }
}

/// A request that cannot be read. Of a body that is not JSON the place within the line is shown.
fn out_of_form(line: Span, fault: &Fault) -> Diagnostic {
    let problem = |at: Span| Diagnostic::new(Code::BadRequest, at, format!("the request is not in normal form: {}", fault.why));
    match fault.column {
        Some(column) => {
            let start = (line.start + column).min(line.end.saturating_sub(1));
            problem(Span { start, end: start + 1, ..line })
                .label("up to here it could be JSON")
                .help("JSON has its keys and strings in double quotes, a comma between members and none after the last, and as many closing brackets as opening ones")
        }
        None => problem(line)
            .label("this line")
            .help("`GET /{version}/106540352242922/phone_numbers`, then `?name = value` for the query, `name: value` for headers, and `name = value` or JSON for the body"),
    }
}

/// The span of a line within a block scalar, counted from 0; the parser lets a block start at its first line.
pub(super) fn line_of(sources: &Sources, span: Span, line: usize) -> Span {
    let block = sources.file(span.file).text.get(span.start..span.end).unwrap_or_default();
    let mut start = span.start;
    for text in block.split_inclusive('\n').take(line) {
        start += text.len();
    }
    let text = block[start - span.start..].lines().next().unwrap_or_default();
    let shown = text.trim();
    if shown.is_empty() {
        return span;
    }
    let start = start + text.len() - text.trim_start().len();
    Span { start, end: start + shown.len(), ..span }
}

/// A part of a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Query,
    Header,
    Form,
    Json,
    Bytes,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Query => "the query",
            Self::Header => "a header",
            Self::Form => "the form",
            Self::Bytes => "the body as a whole",
            Self::Json => "the JSON body",
        }
    }
}

struct Pass<'s, 'p> {
    scene: &'s Scene<'s>,
    example: &'s ExampleDecl,
    text: &'s Text,
    problems: &'p mut Vec<Diagnostic>,
}

impl Pass<'_, '_> {
    fn wrong(&self, line: usize, why: &str) -> Diagnostic {
        let id = &self.scene.operation.id;
        Diagnostic::new(
            Code::WrongRequest,
            line_of(self.scene.sources, self.text.span, line),
            format!("the request is not one of `{id}`: {why}"),
        )
        .label("in this request")
    }

    fn path(&mut self, request: &RequestText) {
        let method = match self.scene.home.slot.verb.as_str() {
            "read" => "GET",
            "delete" => "DELETE",
            _ => "POST",
        };
        if request.method != method {
            let problem = self.wrong(0, &format!("a {} is {method}, and this is {}", self.scene.home.slot.verb, request.method));
            self.problems.push(problem.help("correct the method, or move the operation to the verb that it is"));
        }
        self.host(request);
        let expected = self.template();
        let fits = expected.len() == request.path.len() && expected.iter().zip(&request.path).all(|(segment, given)| segment.takes(given));
        if !fits {
            let shown: Vec<&str> = expected.iter().map(Segment::shown).collect();
            let problem =
                self.wrong(0, &format!("the path is `{}/{}`", if request.versioned { "/{version}" } else { "" }, shown.join("/")));
            self.problems.push(problem.help("each placeholder in braces is one segment, and identifiers are digits"));
        }
    }

    /// Host and version are those of the operation.
    fn host(&mut self, request: &RequestText) {
        let host = self.scene.spec.host(self.scene.operation);
        // A host that is not declared was reported.
        if self.scene.operation.host.is_some() && host.is_none() {
            return;
        }
        let (url, versioned) = host.map_or(("", true), |host| (host.url.value.as_str(), host.versioned));
        if request.host.as_deref().unwrap_or_default() != url || request.versioned != versioned {
            let begins = format!("{url}{}", if versioned { "/{version}" } else { "" });
            let problem = self.wrong(0, &format!("what follows the method begins with `{begins}/`"));
            self.problems.push(problem.help(if host.is_some() {
                "a call on another host than the API's own shows it, and a version only if the host has versions in its paths"
            } else {
                "name the host in `host:` of the operation, and declare it in `hosts` of surface.yaml"
            }));
        }
    }

    fn template(&self) -> Vec<Segment> {
        let home = self.scene.home;
        let under = home.node.under.iter().flat_map(|under| under.split('/')).map(|literal| Segment::Literal(literal.into()));
        let id = (!home.node.root).then(|| {
            let short = home.node.short.as_ref().map_or("node", |short| short.as_str());
            let shown = format!("{{{}}}", crate::naming::id_member(short));
            if home.node.text_id { Segment::Any(shown) } else { Segment::Id(shown) }
        });
        let edge = home.edge.into_iter().flat_map(|edge| edge.name.split('/')).map(|literal| Segment::Literal(literal.into()));
        let below = home.item.into_iter().flat_map(|below| {
            let is_id = matches!(scope::expression(&below.ty), TypeExpr::Id(_));
            below.path.iter().map(move |placeholder| {
                let shown = format!("{{{placeholder}}}");
                if is_id { Segment::Id(shown) } else { Segment::Any(shown) }
            })
        });
        under.chain(id).chain(edge).chain(below).collect()
    }

    /// Every name that is sent is a parameter in its place, every constant is sent, and the call has the rest.
    fn sent(&mut self, request: &RequestText) {
        let mut sent: Vec<(Part, &str)> = request.query.iter().map(|(name, _)| (Part::Query, name.as_str())).collect();
        sent.extend(request.headers.iter().map(|(name, _)| (Part::Header, name.as_str())));
        sent.extend(request.form.iter().map(|(name, _)| (Part::Form, name.as_str())));
        sent.extend(request.files.iter().map(|(name, _)| (Part::Form, name.as_str())));
        if request.bytes.is_some() {
            let whole = self.scene.operation.params.iter().find(|param| param.place.as_ref().is_some_and(|place| place.value == "body"));
            sent.push((Part::Bytes, whole.map_or("a body of bytes", |param| param.name.as_str())));
        }
        match &request.json {
            Some(serde_json::Value::Object(body)) => sent.extend(body.keys().map(|name| (Part::Json, name.as_str()))),
            Some(_) => {
                let problem = self.wrong(1, "the JSON body must be an object");
                self.problems.push(problem);
            }
            None => {}
        }
        let implied = self.scene.spec.implied(self.scene.home, self.scene.operation);
        let mut seen = BTreeSet::new();
        let spread = self.scene.operation.params.iter().find(|param| param.spread).map(|param| param.name.as_str());
        for (part, name) in sent {
            // What is not a parameter is a member of the union that is spread among them; its value was checked in the call.
            let name = match spread {
                Some(spread) if part == Part::Json && self.scene.operation.param(name).is_none() => {
                    if !seen.insert(spread) {
                        continue;
                    }
                    self.said(spread, 0);
                    continue;
                }
                _ => name,
            };
            let line = self.line_with(part, name);
            if !seen.insert(name) {
                let problem = self.wrong(line, &format!("`{name}` is sent twice"));
                self.problems.push(problem);
            } else if let Some(param) = self.scene.operation.param(name) {
                self.placed(param, part, line);
                if param.constant.is_none() {
                    self.said(name, line);
                }
            } else if implied.contains(&name) {
                if part != Part::Query {
                    let problem = self.wrong(line, &format!("`{name}` is sent in the query, but is in {}", part.name()));
                    self.problems.push(problem);
                }
                self.said(name, line);
            } else {
                let known: Vec<&str> =
                    self.scene.operation.params.iter().map(|param| param.name.as_str()).chain(implied.iter().copied()).collect();
                let problem =
                    self.wrong(line, &format!("it sends `{name}`, which is not a parameter of the operation")).suggest(name, known);
                self.problems
                    .push(problem.help("add it to `params` if Meta's page shows it, or remove it from the request").absence_of([name]));
            }
        }
        self.unsent(&seen, &implied);
        self.constants(request);
    }

    /// The line of the request that has a name.
    fn line_with(&self, part: Part, name: &str) -> usize {
        let begins = match part {
            Part::Query => format!("?{name} ="),
            Part::Header => format!("{name}:"),
            Part::Form => format!("{name} ="),
            Part::Json => format!("\"{name}\""),
            Part::Bytes => "@ ".to_owned(),
        };
        let has = |line: &str| if part == Part::Json { line.contains(&begins) } else { line.trim_start().starts_with(&begins) };
        self.text.lines().position(has).unwrap_or(0)
    }

    fn placed(&mut self, param: &ParamDecl, part: Part, line: usize) {
        let body = self.scene.operation.body.as_ref().map_or("", |body| body.value.as_str());
        let has_body = !matches!(body, "" | "bytes");
        let place = param.place.as_ref().map_or(if has_body { body } else { "query" }, |place| place.value.as_str());
        let wanted = match place {
            "query" => Part::Query,
            "json" => Part::Json,
            "header" => Part::Header,
            "body" => Part::Bytes,
            "form" | "multipart" => Part::Form,
            _ => return,
        };
        if wanted != part {
            let problem = self.wrong(line, &format!("`{}` is sent in {}, but is in {}", param.name, wanted.name(), part.name()));
            self.problems
                .push(problem.help("`body` of the operation and `in` of the parameter say where it is sent; `?name = value` is the query"));
        }
    }

    /// What is sent and not constant must come from the call.
    fn said(&mut self, name: &str, line: usize) {
        if self.example.call.iter().all(|(said, _)| said.value != name) {
            let problem = self.wrong(line, &format!("it sends `{name}`, which the call does not have"));
            self.problems.push(problem.help("add it to `call`, or remove it from the request"));
        }
    }

    fn unsent(&mut self, sent: &BTreeSet<&str>, implied: &[&str]) {
        for (name, _) in self.example.call.iter().filter(|(name, _)| !sent.contains(name.as_str())) {
            // What is constant or unknown was reported as that.
            let is_open = self.scene.operation.param(name).is_some_and(|param| param.constant.is_none());
            if is_open || implied.contains(&name.as_str()) {
                let id = &self.scene.operation.id;
                self.problems.push(
                    Diagnostic::new(
                        Code::WrongRequest,
                        name.span,
                        format!("the request is not one of `{id}`: the call has `{name}`, which it does not send"),
                    )
                    .label("said here")
                    .related(self.text.span, "the request")
                    .help("add it to the request as Meta's page shows it, or remove it from the call"),
                );
            }
        }
    }

    fn constants(&mut self, request: &RequestText) {
        for (param, constant) in self.scene.operation.params.iter().filter_map(|param| Some((param, param.constant.as_ref()?))) {
            if param.docs.availability.since.is_some() || param.docs.availability.removed.is_some() {
                continue;
            }
            let texts =
                request.query.iter().chain(&request.form).find(|(name, _)| *name == param.name.value).map(|(_, value)| value.clone());
            let in_json = || {
                request.json.as_ref()?.get(&param.name.value).map(|value| value.as_str().map_or_else(|| value.to_string(), String::from))
            };
            match texts.or_else(in_json) {
                Some(value) if value == constant.value => {}
                Some(value) => {
                    let problem = self.wrong(0, &format!("`{}` is always `{constant}`, but the request sends `{value}`", param.name));
                    self.problems.push(
                        problem
                            .related(constant.span, "the constant")
                            .help("correct the request, or the `const`: every source that shows it says the same"),
                    );
                }
                None => {
                    let problem = self.wrong(0, &format!("it lacks `{}`, which is always sent", param.name));
                    self.problems.push(
                        problem
                            .related(param.name.span, format!("always `{constant}`"))
                            .help("add it to the request, or drop the `const` if Meta's page omits it"),
                    );
                }
            }
        }
    }
}

/// A segment of an operation's path.
enum Segment {
    Literal(String),
    Id(String),
    Any(String),
}

impl Segment {
    fn takes(&self, given: &str) -> bool {
        match self {
            Self::Literal(literal) => literal == given,
            Self::Id(_) => is_digits(given),
            Self::Any(_) => !given.is_empty(),
        }
    }

    fn shown(&self) -> &str {
        match self {
            Self::Literal(text) | Self::Id(text) | Self::Any(text) => text,
        }
    }
}
