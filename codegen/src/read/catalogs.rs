//! versions.yaml, permissions.yaml and errors.yaml.

use super::{docs, entries_at, is_set, name, number_at, text_at, texts_at};
use crate::{
    ast::{At, ErrorDecl, PermissionDecl, Spec, Text, VersionDecl},
    diagnostic::{Code, Diagnostic},
    language::scalar,
    parse::{Entry, Kind, Tree},
};

/// The versions of the window and the retired ones.
pub(super) fn versions(tree: &Tree, spec: &mut Spec, problems: &mut Vec<Diagnostic>) {
    spec.versions_page = text_at(tree, "page");
    spec.described_from =
        text_at(tree, "described_from").and_then(|text| Some(At { value: scalar::version(&text.value)?, span: text.span }));
    for (key, retired) in [("versions", false), ("retired", true)] {
        for entry in entries_at(tree, key) {
            let Some(decl) = version(entry, retired) else {
                continue;
            };
            if let Some(first) = spec.versions.iter().find(|first| first.version.value == decl.version.value) {
                problems.push(
                    Diagnostic::new(
                        Code::DuplicateKey,
                        entry.at,
                        format!("{} is listed as a version of the window and as a retired one", decl.version),
                    )
                    .label("again")
                    .related(first.version.span, "first here")
                    .help("a version that Graph no longer serves is listed only under `retired`"),
                );
            } else {
                spec.versions.push(decl);
            }
        }
    }
    if let Some(window) =
        tree.entries().iter().find(|entry| entry.key == "versions" && matches!(&entry.value.kind, Kind::Map(all) if all.is_empty()))
    {
        problems.push(
            Diagnostic::new(Code::WrongKind, window.at, "`versions` takes the versions of the window, at least one")
                .label("a client needs a version to call")
                .help("`cargo xtask new-version` adds one"),
        );
    }
}

/// A version; a key that names none was reported.
fn version(entry: &Entry, retired: bool) -> Option<VersionDecl> {
    let version = scalar::version(&entry.key)?;
    let released = text_at(&entry.value, "released")?;
    Some(VersionDecl {
        version: At { value: version, span: entry.at },
        released,
        expires: text_at(&entry.value, "expires"),
        retired,
        no_evidence: entry.value.get("evidence").map(|tree| tree.span),
        unreviewed: is_set(&entry.value, "unreviewed"),
    })
}

/// The permissions.
pub(super) fn permissions(tree: &Tree) -> Vec<PermissionDecl> {
    let page = text_at(tree, "page");
    entries_at(tree, "permissions")
        .iter()
        .map(|entry| PermissionDecl { name: name(entry), docs: docs::docs(&entry.value, page.as_ref()) })
        .collect()
}

/// The error catalog.
pub(super) fn errors(tree: &Tree) -> Vec<ErrorDecl> {
    let page = text_at(tree, "page");
    let mut errors = Vec::new();
    for entry in entries_at(tree, "errors") {
        let error = error(entry, page.as_ref());
        let cases: Vec<_> = entries_at(&entry.value, "cases").iter().map(|case| self::case(case, &error)).collect();
        errors.push(error);
        errors.extend(cases);
    }
    errors
}

fn error(entry: &Entry, page: Option<&Text>) -> ErrorDecl {
    let tree = &entry.value;
    ErrorDecl {
        name: name(entry),
        code: code(tree).unwrap_or(At { value: (UNREAD_CODE, None), span: entry.at }),
        subcode: number_at(tree, "subcode"),
        case_of: None,
        title: text_at(tree, "title"),
        aliases: texts_at(tree, "aliases"),
        category: text_at(tree, "category").unwrap_or(At { value: String::new(), span: entry.at }),
        cause: text_at(tree, "cause"),
        remedy: text_at(tree, "remedy"),
        retry: text_at(tree, "retry"),
        backoff_base: number_at(tree, "backoff_base"),
        executed: tree.get("executed").and_then(Tree::bool),
        arrives: text_at(tree, "arrives"),
        in_usage: tree.get("in_usage").and_then(Tree::bool),
        statuses: statuses(tree),
        // What is not a mapping was reported as that; its texts are not also reported as missing.
        unverified: is_set(tree, "unverified") || tree.entries().is_empty(),
        page: docs::page(tree, page),
        availability: docs::availability(tree),
    }
}

/// A case is a separate error, with the numbers of the error that it is a case of.
fn case(entry: &Entry, of: &ErrorDecl) -> ErrorDecl {
    let own = error(entry, of.page.as_ref());
    // A case with its own class does not back off as the error does.
    let backoff_base = own.backoff_base.or_else(|| of.backoff_base.clone().filter(|_| own.retry.is_none()));
    ErrorDecl {
        backoff_base,
        code: of.code.clone(),
        subcode: of.subcode.clone(),
        case_of: Some(of.name.clone()),
        category: if own.category.value.is_empty() { of.category.clone() } else { own.category },
        retry: own.retry.or_else(|| of.retry.clone()),
        executed: own.executed.or(of.executed),
        arrives: own.arrives.or_else(|| of.arrives.clone()),
        in_usage: own.in_usage.or(of.in_usage),
        // A case of an error that came later came with it at the earliest.
        availability: if own.availability.bounds().next().is_none() { of.availability.clone() } else { own.availability },
        statuses: if own.statuses.is_empty() { of.statuses.clone() } else { own.statuses },
        ..own
    }
}

/// Replaces a code that is missing or invalid, so that references to the error are not reported as unknown.
pub(crate) const UNREAD_CODE: u32 = u32::MAX;

fn code(tree: &Tree) -> Option<At<(u32, Option<u32>)>> {
    let code = text_at(tree, "code")?;
    Some(At { value: scalar::error_code(&code)?, span: code.span })
}

fn statuses(tree: &Tree) -> Vec<u16> {
    let Some(status) = tree.get("status") else {
        return Vec::new();
    };
    let all = if status.items().is_empty() { std::slice::from_ref(status) } else { status.items() };
    all.iter().filter_map(|status| u16::try_from(status.int()?).ok()).collect()
}
