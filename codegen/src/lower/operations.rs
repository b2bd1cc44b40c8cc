//! Operations, with everything except parameters and examples.

use super::{
    Scope, availability, catalogs::error, examples::examples, params::params, paths::path, rules, sentence, short, surface::host, text,
    versioned,
};
use crate::{
    ast::{self, EdgeDecl, EdgeItemDecl, Home, NodeDecl, OperationDecl, Spec, Text, VerbSlot},
    model::{
        Auth, Choice, Download, ErrorInfo, Filter, FilterType, Kind, Limit, ListOr, Method, Operation, OperationError, Paced, Pair,
        ParamLocation, Permissions, Rate, Resume, Segment, Type, Versioned,
    },
    naming,
};

pub(super) fn operation(
    scope: &Scope<'_>,
    node: &NodeDecl,
    edge: Option<&EdgeDecl>,
    below: Option<&EdgeItemDecl>,
    slot: &VerbSlot,
    decl: &OperationDecl,
) -> Operation {
    let method = match slot.verb.as_str() {
        "read" => Method::Get,
        "delete" => Method::Delete,
        _ => Method::Post,
    };
    let body = match decl.body.as_ref().map(|body| body.value.as_str()) {
        _ if method == Method::Get => None,
        Some("form") => Some(ParamLocation::Form),
        Some("multipart") => Some(ParamLocation::Multipart),
        Some("bytes") => Some(ParamLocation::Bytes),
        Some(_) => Some(ParamLocation::Json),
        None => (method == Method::Post).then_some(ParamLocation::Json),
    };
    let own = short(node);
    let returns = match &decl.returns {
        Some(returns) => versioned(returns, |ty| scope.ty(ty, &own)),
        None => Versioned::always(Type::Json),
    };
    let params = params(scope, decl, body, &returns.newest, method == Method::Get);
    let args = decl.args.iter().filter_map(|arg| params.iter().position(|param| param.name == arg.value)).collect();
    let path = path(scope, node, edge, below);
    let edge_of_action = edge
        .filter(|_| decl.action && slot.name.value == slot.verb)
        .map(|edge| naming::edge_method(&edge.name, edge.handle.as_deref().map(String::as_str)));
    let rust_name = naming::operation_method(decl.rust_method.as_deref().map(String::as_str), &slot.name, edge_of_action);
    Operation {
        file: scope.spec.path(decl.span).to_owned(),
        id: decl.id.clone(),
        verb: slot.verb.clone(),
        http_method: method,
        examples: examples(scope.spec, decl, &path),
        paced: paced(decl, &path),
        path,
        request: text(decl.request.as_ref()),
        rust_name,
        action: decl.action,
        doc: text(decl.docs.doc.as_ref()),
        page: text(decl.docs.page.as_ref()),
        areas: Home { node, edge, item: below, slot }.areas().iter().map(|area| area.value.clone()).collect(),
        availability: availability(&decl.docs.availability),
        permissions: permissions(decl),
        auth: match decl.auth.as_ref().map(|auth| auth.value.as_str()) {
            Some("none") => Auth::None,
            Some("oauth") => Auth::OAuth,
            _ => Auth::Token,
        },
        body,
        host: scope.spec.host(decl).map(host),
        idempotent: decl.idempotent.unwrap_or(method == Method::Get),
        never_retry: decl.never_retry,
        params,
        args,
        returns,
        choices: decl.choices.iter().map(choice).collect(),
        list_or: decl.list_or.as_ref().map(|or| if or.value == "item" { ListOr::Item } else { ListOr::Bare }),
        list: decl.list.as_ref().map(|_| decl.list_path().into_iter().map(ToOwned::to_owned).collect()),
        filter: filter(scope, decl),
        rules: decl.rules.iter().filter_map(rules::rule).collect(),
        limits: decl.limits.iter().map(limit).collect(),
        download: decl.download.as_ref().map(download),
        resume: decl.resume.as_ref().map(|resume| Resume { arrived: resume.arrived.value.clone(), from: resume.from.value.clone() }),
        errors: decl.errors.iter().map(|here| error_here(scope.spec, here)).collect(),
        notes: decl.notes.iter().map(|note| note.value.trim().to_owned()).collect(),
    }
}

pub(super) fn permissions(decl: &OperationDecl) -> Versioned<Permissions> {
    let names = |names: &[Text]| names.iter().map(|name| name.value.clone()).collect();
    let set = |set: &ast::PermissionSet| match (&set.all, &set.any) {
        (Some(all), _) => Permissions::All(names(all)),
        (None, Some(any)) => Permissions::Any(names(any)),
        (None, None) => Permissions::None,
    };
    decl.permissions.as_ref().map_or_else(|| Versioned::always(Permissions::None), |sets| versioned(sets, set))
}

fn choice(decl: &ast::ChoiceDecl) -> Choice {
    let kind = |kind: &ast::KindDecl| Kind {
        rust: kind.name.value.clone(),
        doc: text(kind.docs.doc.as_ref()),
        page: text(kind.docs.page.as_ref()),
        param: text(kind.param.as_ref()),
        with: kind.with.iter().map(|(name, value)| (name.value.clone(), value.value.clone())).collect(),
    };
    Choice {
        name: text(decl.ty.as_ref()),
        param: decl.param.value.clone(),
        doc: text(decl.docs.doc.as_ref()),
        page: text(decl.docs.page.as_ref()),
        kinds: decl.kinds.iter().map(kind).collect(),
    }
}

pub(super) fn filter(scope: &Scope<'_>, decl: &OperationDecl) -> Option<FilterType> {
    let name = decl.filter_name.as_ref()?.value.clone();
    let filters = decl
        .filtering
        .iter()
        .map(|filter| Filter {
            field: filter.field.value.clone(),
            rust: naming::filter_method(&filter.field),
            doc: text(filter.docs.doc.as_ref()),
            ty: scope.ty(&filter.ty.value, ""),
            operators: filter.operators.iter().map(|operator| operator.value.clone()).collect(),
            availability: availability(&filter.docs.availability),
        })
        .collect();
    Some(FilterType { name, filters })
}

/// A pace belongs to the node, which is the first placeholder of the path.
fn paced(decl: &OperationDecl, path: &[Segment]) -> Option<Paced> {
    let paced = decl.paced.as_ref()?;
    let id = path.iter().find_map(|segment| match segment {
        Segment::Id { name, .. } | Segment::Text { name, .. } | Segment::Value { name, .. } => Some(name.clone()),
        Segment::Literal(_) => None,
    })?;
    let rate = paced.rate.as_ref().map(|rate| Rate {
        field: rate.field.value.split('.').map(ToOwned::to_owned).collect(),
        per_second: rate.per_second.iter().map(|(value, rate)| (value.value.clone(), rate.value)).collect(),
        counts_too: rate.counts_too.as_ref().map(|what| what.value.clone()),
    });
    let pair = paced.pair.as_ref().map(|pair| Pair { param: pair.param.value.clone(), burst: pair.burst.value, every: pair.every });
    Some(Paced { id, rate, pair })
}

fn download(decl: &ast::DownloadDecl) -> Download {
    let name = |name: &Option<Text>| name.as_ref().map(|name| name.value.clone());
    Download {
        url: decl.url.value.clone(),
        hash: name(&decl.hash),
        size: name(&decl.size),
        hosts: decl.hosts.iter().map(|host| host.value.clone()).collect(),
        lasts: decl.lasts,
        rust_name: name(&decl.rust_method).unwrap_or_else(|| "download".into()),
        doc: decl.doc.as_ref().map(sentence).unwrap_or_default(),
    }
}

pub(super) fn limit(decl: &ast::LimitDecl) -> Limit {
    Limit {
        max: decl.max,
        window: decl.window,
        per: decl.per.value.clone(),
        block: decl.block,
        error: decl.error.value.clone(),
        doc: decl.docs.doc.as_ref().map(sentence).unwrap_or_default(),
        availability: availability(&decl.docs.availability),
    }
}

pub(super) fn error_here(spec: &Spec, here: &ast::OperationErrorDecl) -> OperationError {
    let general = spec.error(&here.name.value).map(error);
    let or_general = |own: &Option<Text>, pick: fn(&ErrorInfo) -> &String| match own {
        Some(own) => sentence(own),
        None => general.as_ref().map(|general| pick(general).clone()).unwrap_or_default(),
    };
    OperationError {
        name: here.name.value.clone(),
        cause: or_general(&here.cause, |error| &error.cause),
        remedy: or_general(&here.remedy, |error| &error.remedy),
        availability: availability(&here.availability),
    }
}
