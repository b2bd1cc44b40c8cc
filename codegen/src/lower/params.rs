//! Parameters: those of the spec, and those from Graph's conventions.

use super::{Scope, availability, mask, sentence, text, versioned};
use crate::{
    ast::{self, FieldChoice, OperationDecl, ParamDecl, Text, TypeDefDecl},
    language::{bound::Presence, pattern},
    model::{Availability, Narrowing, Param, ParamLocation, Type, Unfit, Versioned},
    naming,
};

pub(super) fn params(scope: &Scope<'_>, decl: &OperationDecl, body: Option<ParamLocation>, returns: &Type, reads: bool) -> Vec<Param> {
    let mut params: Vec<Param> = decl.params.iter().map(|param| self::param(scope, decl, param, body)).collect();
    for implied in implied(decl, returns, reads) {
        if params.iter().all(|param| param.name != implied.name) {
            params.push(implied);
        }
    }
    params
}

pub(super) fn param(scope: &Scope<'_>, operation: &OperationDecl, decl: &ParamDecl, body: Option<ParamLocation>) -> Param {
    let location = match decl.place.as_ref().map(|place| place.value.as_str()) {
        Some("query") => ParamLocation::Query,
        Some("json") => ParamLocation::Json,
        Some("form") => ParamLocation::Form,
        Some("multipart") => ParamLocation::Multipart,
        Some("header") => ParamLocation::Header,
        Some("body") => ParamLocation::Bytes,
        _ => body.filter(|body| *body != ParamLocation::Bytes).unwrap_or(ParamLocation::Query),
    };
    Param {
        name: decl.name.value.clone(),
        rust: naming::param(&decl.name, decl.rust_name.as_deref().map(String::as_str)),
        doc: text(decl.docs.doc.as_ref()),
        page: text(decl.docs.page.as_ref()),
        ty: versioned(&decl.ty, |ty| mask(scope.ty(ty, ""), decl.secret)),
        only: narrowed(scope, &decl.ty, &decl.narrowing),
        location,
        required: versioned(&decl.required, |required| *required),
        contested: scope.spec.contested(&operation.id, &decl.name.value),
        constant: decl.constant.as_ref().map(|constant| constant.value.clone()),
        spread: decl.spread,
        secret: decl.secret,
        personal: decl.personal,
        default: match &decl.default {
            Some(default) => versioned(default, |default| Some(default.value.clone())),
            None => Versioned::always(None),
        },
        length: decl.length.as_ref().map(|length| length.value),
        strict: decl.strict.is_some(),
        strip: decl.strip.as_ref().map(|strip| strip.value.clone()),
        pattern: decl.pattern.as_ref().map(|pattern| pattern.value.clone()),
        dropped: decl.dropped.as_ref().and_then(unfit),
        warned: decl.warned.as_ref().and_then(unfit),
        availability: availability(&decl.docs.availability),
    }
}

/// The values of its enum that a parameter or field takes, if not all.
pub(super) fn narrowed(scope: &Scope<'_>, ty: &ast::Versioned<Text>, narrowing: &ast::Narrowing) -> Option<Narrowing> {
    let ty = scope.ty(&ty.newest, "");
    let element = if let Type::List(inner) = &ty { inner } else { &ty };
    let Type::Enum(name) = element else { return None };
    let Some(TypeDefDecl::Enum(values)) = scope.spec.named_type(name).and_then(|decl| decl.def.as_ref()) else { return None };
    let all: Vec<&str> = values.iter().map(|value| value.value.as_str()).collect();
    let named = |list: &Vec<Text>, name: &str| list.iter().any(|listed| listed.value == name);
    let (only, except) = (&narrowing.only, &narrowing.except);
    let values = match (only, except) {
        // In the order in which the spec names them.
        (Some(only), _) => versioned(only, |list| list.iter().map(|value| value.value.clone()).collect()),
        (None, Some(except)) => {
            versioned(except, |list| all.iter().filter(|name| !named(list, name)).map(|name| (*name).to_owned()).collect())
        }
        (None, None) => return None,
    };
    let changes = all.iter().filter_map(|name| {
        let Presence { since, removed, back } = narrowing.presence(name)?;
        Some(((*name).to_owned(), Availability { since, removed, back, ..Availability::default() }))
    });
    Some(Narrowing { values, changes: changes.collect() })
}

/// The parameters from Graph's conventions: `fields`, `filtering`, `sort` and the cursors.
pub(super) fn implied(decl: &OperationDecl, returns: &Type, reads: bool) -> Vec<Param> {
    let page = text(decl.docs.page.as_ref());
    let param = |name: &str, ty: Type, doc: &str| Param {
        name: name.into(),
        rust: name.into(),
        doc: doc.into(),
        page: page.clone(),
        ty: Versioned::always(ty),
        only: None,
        location: ParamLocation::Query,
        required: Versioned::always(false),
        contested: false,
        constant: None,
        spread: false,
        secret: false,
        personal: false,
        default: Versioned::always(None),
        length: None,
        strict: false,
        strip: None,
        pattern: None,
        dropped: None,
        warned: None,
        availability: Availability::default(),
    };
    let mut implied = Vec::new();
    if let Some(owner) = asked(decl, returns, reads) {
        let doc = "The fields to return; by default Graph chooses a few.";
        implied.push(param("fields", Type::Fields(naming::field_enum(&owner)), doc));
    }
    if let Some(name) = &decl.filter_name {
        implied.push(param("filtering", Type::Filters(name.value.clone()), "The conditions that the items must meet; all of them apply."));
    }
    if let Some(name) = &decl.sort_name {
        implied.push(param("sort", Type::Enum(name.value.clone()), "The order of the items."));
    }
    if matches!(returns, Type::Page(_)) {
        let documented = |name: &str| decl.paging.as_ref().is_none_or(|paging| paging.iter().any(|text| text.value == name));
        for (name, ty, doc) in [
            ("limit", Type::Int, "The maximum number of items on a page; a page before the last may have fewer, or even none."),
            ("after", Type::Cursor, "Where to continue: the cursor after which the page starts."),
            ("before", Type::Cursor, "Where to go back: the cursor before which the page ends."),
        ] {
            if documented(name) {
                implied.push(param(name, ty, doc));
            }
        }
    }
    implied
}

/// The node or object whose fields can be requested from an operation.
pub(super) fn asked(decl: &OperationDecl, returns: &Type, reads: bool) -> Option<String> {
    let owner = match returns {
        Type::Object(owner) => owner,
        Type::Page(item) => match item.as_ref() {
            Type::Object(owner) => owner,
            _ => return None,
        },
        _ => return None,
    };
    let documented = match &decl.fields {
        FieldChoice::None => false,
        FieldChoice::Some(_) => true,
        FieldChoice::All => reads,
    };
    (documented || decl.read_after_write.is_some()).then(|| owner.clone())
}

/// Values that are compared with a pattern.
fn unfit(decl: &ast::UnfitDecl) -> Option<Unfit> {
    let (doc, page) = (sentence(&decl.doc), text(decl.page.as_ref()));
    Some(Unfit { pattern: pattern::runs(&decl.pattern).ok()?, doc, page })
}
