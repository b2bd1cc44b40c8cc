//! The call of an example: parameters with values of their types, and all that are required.

use super::{
    Scene, presence, rules,
    value::{Judge, Misfit, Voice, is_digits},
};
use crate::{
    ast::{ExampleDecl, FilterDecl, ParamDecl, Text},
    check::scope,
    diagnostic::{Code, Diagnostic},
    language::{
        pattern,
        type_expr::{Scalar, TypeExpr},
    },
    parse::{Span, Tree},
};

pub(super) fn check(scene: &Scene<'_>, example: &ExampleDecl, problems: &mut Vec<Diagnostic>) {
    let call = Call { scene, example };
    for (name, value) in &example.call {
        match scene.operation.param(name) {
            Some(param) => call.said(param, name, value, problems),
            None => problems.extend(call.implied(name, value).into_iter().map(|misfit| call.problem(misfit))),
        }
    }
    for param in scene.operation.params.iter().filter(|param| call.lacks(param)) {
        if example.refused.as_ref().is_none_or(|refused| refused.value != param.name.value) {
            problems.push(call.missing(param));
        }
    }
    if let Some(refused) = example.refused.as_ref().filter(|refused| !call.is_refused_for(refused)) {
        problems.push(
            Diagnostic::new(Code::BadCall, refused.span, format!("nothing refuses this call for `{refused}`"))
                .label("the client would send it")
                .help("omit a required parameter, break a rule, give a `strict` parameter an invalid value, or a parameter one that is `dropped`"),
        );
    }
}

/// Whether a value of the call is one that its parameter takes, if that is a parameter from Graph's conventions.
pub(super) fn fits(scene: &Scene<'_>, example: &ExampleDecl, name: &Text, value: &Tree) -> bool {
    Call { scene, example }.implied(name, value).is_empty()
}

/// Whether Graph accepts a value of a parameter and then drops it.
fn is_dropped(param: &ParamDecl, value: &Tree) -> bool {
    let runs = param.dropped.as_ref().and_then(|dropped| pattern::runs(&dropped.pattern).ok());
    runs.is_some_and(|runs| value.text().is_some_and(|text| pattern::matches(&runs, text)))
}

struct Call<'s> {
    scene: &'s Scene<'s>,
    example: &'s ExampleDecl,
}

impl Call<'_> {
    fn judge(&self) -> Judge<'_> {
        Judge { spec: self.scene.spec, voice: Voice::Caller }
    }

    fn problem(&self, misfit: Misfit) -> Diagnostic {
        let problem =
            Diagnostic::new(Code::BadCall, misfit.at, format!("the call does not match `{}`: {}", self.scene.operation.id, misfit.what))
                .label("this does not match");
        match misfit.instead {
            Some((wrong, names)) => problem.suggest(&wrong, names.iter().map(String::as_str)).absence_of([wrong]),
            None => problem.help("correct the call, or the type in the spec; a string that looks like a number or `true` needs quotes"),
        }
    }

    /// A parameter that the spec lists.
    fn said(&self, param: &ParamDecl, name: &Text, value: &Tree, problems: &mut Vec<Diagnostic>) {
        if let Some(constant) = &param.constant {
            problems.push(
                Diagnostic::new(Code::BadCall, name.span, format!("`{name}` is always `{constant}`, so the caller does not pass it"))
                    .label("the client sends this automatically")
                    .related(param.name.span, "the parameter has a `const`")
                    .help("remove it from `call`; it stays in `request`"),
            );
            return;
        }
        if self.example.refused.as_ref().is_some_and(|refused| refused.value == name.value) {
            return;
        }
        let misfits = match (scope::expression(&param.ty.newest), &param.strip) {
            (TypeExpr::Scalar(Scalar::Digits), strip) if value.json().is_string() => digits(param, value, strip.as_ref()),
            (ty, _) => self.judge().judge(value, &ty, name),
        };
        problems.extend(misfits.into_iter().map(|misfit| self.problem(misfit).related(param.ty.newest.span, "the parameter's type")));
        if let (Some(dropped), false) = (&param.dropped, self.example.refused.is_some())
            && is_dropped(param, value)
        {
            problems.push(
                Diagnostic::new(Code::BadCall, name.span, format!("Graph drops this value of `{name}`, and the client refuses it"))
                    .label("nothing would come of this call")
                    .related(dropped.pattern.span, "what is dropped")
                    .help("correct the value, or the pattern; `refused:` says that the refusal is the purpose"),
            );
        }
        // An error may be what comes of such a value.
        if self.example.error.is_none() && self.example.refused.is_none() {
            let judge = self.judge();
            let untaken = judge.untaken(value, &scope::expression(&param.ty.newest), &param.narrowing, name);
            problems.extend(untaken.into_iter().map(|(misfit, narrowing)| {
                let mut problem = self.problem(misfit);
                problem.help = vec![
                    "give one of these, or correct `only` and `except`; an example of what comes of such a value says `error:`".into(),
                ];
                match narrowing.tiles().next().and_then(|(_, tiles)| tiles.newest.first()) {
                    Some(first) => problem.related(first.span, "what the place takes, or does not"),
                    None => problem,
                }
            }));
        }
    }

    /// A parameter from Graph's conventions.
    fn implied(&self, name: &Text, value: &Tree) -> Vec<Misfit> {
        let text = TypeExpr::Scalar(Scalar::String);
        match name.as_str() {
            "fields" => self.judge().judge(value, &TypeExpr::List(Box::new(text)), name),
            "filtering" => self.filtering(value),
            "sort" => self.sort(value),
            "limit" => self.judge().judge(value, &TypeExpr::Scalar(Scalar::Int), name),
            "after" | "before" => self.judge().judge(value, &text, name),
            _ => Vec::new(),
        }
    }

    fn sort(&self, value: &Tree) -> Vec<Misfit> {
        let known: Vec<String> = self.scene.operation.sort.iter().map(|value| value.value.value.clone()).collect();
        match value.text() {
            Some(text) if known.iter().any(|known| known == text) => Vec::new(),
            text => vec![Misfit {
                at: value.span,
                what: format!("`sort` must be one of {}", known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
                instead: text.map(|text| (text.to_owned(), known)),
            }],
        }
    }

    fn filtering(&self, value: &Tree) -> Vec<Misfit> {
        let shape = "`filtering` is a list of `{field: {OPERATOR: value}}`";
        if value.items().is_empty() {
            return vec![Misfit { at: value.span, what: shape.into(), instead: None }];
        }
        let mut misfits = Vec::new();
        for condition in value.items() {
            if condition.entries().is_empty() {
                misfits.push(Misfit { at: condition.span, what: shape.into(), instead: None });
            }
            for entry in condition.entries() {
                match self.scene.operation.filtering.iter().find(|filter| filter.field.value == entry.key) {
                    Some(filter) if !entry.value.entries().is_empty() => misfits.extend(self.condition(filter, &entry.value)),
                    Some(_) => misfits.push(Misfit { at: entry.value.span, what: shape.into(), instead: None }),
                    None => misfits.push(Misfit {
                        at: entry.at,
                        what: format!("`{}` cannot be filtered on", entry.key),
                        instead: Some((
                            entry.key.clone(),
                            self.scene.operation.filtering.iter().map(|filter| filter.field.value.clone()).collect(),
                        )),
                    }),
                }
            }
        }
        misfits
    }

    fn condition(&self, filter: &FilterDecl, value: &Tree) -> Vec<Misfit> {
        let ty = scope::expression(&filter.ty);
        let mut misfits = Vec::new();
        for entry in value.entries() {
            let path = format!("filtering.{}.{}", filter.field, entry.key);
            if filter.operators.iter().all(|operator| operator.value != entry.key) {
                misfits.push(Misfit {
                    at: entry.at,
                    what: format!("`{}` has no operator `{}`", filter.field, entry.key),
                    instead: Some((entry.key.clone(), filter.operators.iter().map(|operator| operator.value.clone()).collect())),
                });
                continue;
            }
            let wanted =
                if matches!(entry.key.as_str(), "IN" | "NOT_IN" | "IN_RANGE") { TypeExpr::List(Box::new(ty.clone())) } else { ty.clone() };
            misfits.extend(self.judge().judge(&entry.value, &wanted, &path));
            if entry.key == "IN_RANGE" && entry.value.items().len() != 2 {
                misfits.push(Misfit { at: entry.value.span, what: format!("`{path}` takes two values, from and to"), instead: None });
            }
        }
        misfits
    }

    /// Whether a required parameter is missing, which the client refuses.
    fn lacks(&self, param: &ParamDecl) -> bool {
        param.required.newest
            && param.constant.is_none()
            && !self.scene.spec.contested(&self.scene.operation.id, &param.name)
            && self.example.call.iter().all(|(name, _)| name.value != param.name.value)
    }

    fn missing(&self, param: &ParamDecl) -> Diagnostic {
        let at: Span = self.example.call.first().map_or(self.example.span, |(name, _)| name.span);
        Diagnostic::new(Code::BadCall, at, format!("the call of \"{}\" lacks `{}`, which is required", self.example.title, param.name))
            .label(format!("`{}` is missing", param.name))
            .related(param.name.span, "the parameter")
            .help(format!("give it a value; or write `refused: {}` if the refusal is the purpose", param.name))
            .absence_of(format!("{}.params.{}.required", self.scene.operation.id, param.name).split('.'))
    }

    /// Whether the client refuses the call, and the parameter has to do with it.
    fn is_refused_for(&self, refused: &Text) -> bool {
        let Some(param) = self.scene.operation.param(refused) else {
            return true;
        };
        let said = self.example.call.iter().find(|(name, _)| name.value == refused.value).map(|(_, value)| value);
        let misfits = said.is_some_and(|value| param.strict.is_some() && !digits(param, value, param.strip.as_ref()).is_empty());
        // A constructor argument cannot be omitted in Rust, and so cannot be refused.
        let is_arg = self.scene.operation.args.iter().any(|arg| arg.value == param.name.value);
        (self.lacks(param) && !is_arg)
            || misfits
            || said.is_some_and(|value| is_dropped(param, value))
            || presence::uses(self.scene.spec, self.scene.operation, self.example)
                .iter()
                .any(|used| used.gated && used.param == Some(param.name.as_str()))
            || rules::broken(self.scene.operation, self.example).any(|rule| rule.names().any(|name| name.value == refused.value))
    }
}

/// Digits, after stripping, and as many as a strict parameter takes.
pub(super) fn digits(param: &ParamDecl, value: &Tree, strip: Option<&Text>) -> Vec<Misfit> {
    let text = value.text().unwrap_or_default();
    let kept: String = text.chars().filter(|character| strip.is_none_or(|strip| !strip.contains(*character))).collect();
    let what = if !is_digits(&kept) {
        format!("`{}` must be digits", param.name)
    } else if let Some(length) = param.length.as_ref().filter(|length| param.strict.is_some() && kept.len() != length.value as usize) {
        format!("`{}` must be {length} digits; these are {}", param.name, kept.len())
    } else {
        return Vec::new();
    };
    vec![Misfit { at: value.span, what, instead: None }]
}
