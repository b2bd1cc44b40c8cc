//! What the whole crate says of itself.

use super::text;
use crate::{
    ast::{HostDecl, SubjectDecl, SurfaceDecl},
    model::{Area, CrateExample, Doctests, ErrorCategory, Host, Spelling, Subject, Surface},
};

/// The surface. Only a spec in memory has none; its crate still needs a name.
pub(super) fn surface(decl: Option<&SurfaceDecl>) -> Surface {
    let Some(decl) = decl else {
        return Surface { package: "graph".into(), title: "Graph API".into(), ..Surface::default() };
    };
    let doctests = decl.doctests.as_ref().and_then(|doctests| {
        let [first, second] = doctests.batch.as_slice() else { return None };
        Some(Doctests { call: text(doctests.call.as_ref()), batch: [first.value.clone(), second.value.clone()] })
    });
    Surface {
        package: decl.package.value.clone(),
        title: decl.title.value.clone(),
        doc: text(decl.docs.doc.as_ref()),
        page: text(decl.docs.page.as_ref()),
        examples: decl
            .examples
            .iter()
            .map(|(name, features)| CrateExample {
                name: name.value.clone(),
                features: features.iter().map(|feature| feature.value.clone()).collect(),
            })
            .collect(),
        keywords: decl.keywords.iter().map(|keyword| keyword.value.clone()).collect(),
        base_url: decl.base_url.value.clone(),
        hosts: decl.hosts.iter().map(host).collect(),
        areas: decl
            .areas
            .iter()
            .map(|area| Area { name: area.name.value.clone(), doc: text(area.docs.doc.as_ref()), essential: area.essential })
            .collect(),
        categories: decl
            .categories
            .iter()
            .flatten()
            .map(|category| ErrorCategory {
                name: category.name.value.clone(),
                doc: text(category.docs.doc.as_ref()),
                page: text(category.docs.page.as_ref()),
            })
            .collect(),
        subjects: decl.subjects.iter().map(subject).collect(),
        doctests,
    }
}

/// A host.
pub(super) fn host(decl: &HostDecl) -> Host {
    Host { url: decl.url.value.clone(), versioned: decl.versioned, doc: text(decl.docs.doc.as_ref()) }
}

fn subject(decl: &SubjectDecl) -> Subject {
    let is_phone = decl.spelling.as_ref().is_some_and(|spelling| spelling.value == "phone");
    Subject {
        name: decl.name.value.clone(),
        doc: text(decl.docs.doc.as_ref()),
        spelling: if is_phone { Spelling::Phone } else { Spelling::Verbatim },
    }
}
