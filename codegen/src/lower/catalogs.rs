//! Versions, permissions, errors and quirks: lists without further structure.

use super::{availability, sentence, text};
use crate::{
    ast::{self, Spec},
    model::{ErrorInfo, Note, Permission, Quirk, VersionInfo},
};

pub(super) fn versions(spec: &Spec) -> Vec<VersionInfo> {
    let mut versions: Vec<_> = spec
        .versions
        .iter()
        .map(|decl| VersionInfo {
            version: decl.version.value,
            released: decl.released.value.clone(),
            expires: decl.expires.as_ref().map(|expires| expires.value.clone()),
            retired: decl.retired,
            no_evidence: decl.no_evidence.is_some(),
            unreviewed: decl.unreviewed,
        })
        .collect();
    versions.sort_by_key(|info| info.version);
    versions
}

pub(super) fn error(decl: &ast::ErrorDecl) -> ErrorInfo {
    let unverified = "The meaning of this code is not published.";
    ErrorInfo {
        name: decl.name.value.clone(),
        code: decl.code.value.0,
        code_end: decl.code.value.1,
        subcode: decl.subcode.as_ref().map(|subcode| subcode.value),
        case_of: decl.case_of.as_ref().map(|error| error.value.clone()),
        title: decl.title.as_ref().map(|title| title.value.clone()),
        aliases: decl.aliases.iter().map(|alias| alias.value.clone()).collect(),
        category: decl.category.value.clone(),
        cause: decl.cause.as_ref().map_or_else(|| unverified.into(), sentence),
        remedy: decl.remedy.as_ref().map_or_else(|| "Read the message and the details of the error.".into(), sentence),
        retry: decl.retry.as_ref().map_or_else(|| "none".into(), |retry| retry.value.clone()),
        backoff_base: decl.backoff_base.as_ref().map(|base| base.value),
        executed: decl.executed,
        arrives: decl.arrives.as_ref().map_or_else(|| "answer".into(), |arrives| arrives.value.clone()),
        in_usage: decl.in_usage != Some(false),
        statuses: decl.statuses.clone(),
        unverified: decl.unverified,
        page: text(decl.page.as_ref()),
        availability: availability(&decl.availability),
    }
}

pub(super) fn permission(decl: &ast::PermissionDecl) -> Permission {
    Permission {
        name: decl.name.value.clone(),
        doc: text(decl.docs.doc.as_ref()),
        page: text(decl.docs.page.as_ref()),
        availability: availability(&decl.docs.availability),
    }
}

pub(super) fn quirk(decl: &ast::QuirkDecl) -> Quirk {
    Quirk {
        at: decl.at.value.clone(),
        since: decl.since.as_ref().map(|since| since.value),
        until: decl.until.as_ref().map(|until| until.value),
        chosen: decl.chosen.json(),
        rejected: decl.rejected.json(),
        sources: decl.sources.clone(),
        why: sentence(&decl.why),
        date: decl.date.value.clone(),
    }
}

pub(super) fn note(decl: &ast::NoteDecl) -> Note {
    Note { topic: decl.topic.value.clone(), says: decl.says.clone(), why: text(decl.why.as_ref()) }
}
