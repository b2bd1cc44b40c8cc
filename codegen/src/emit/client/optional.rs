//! Files at the root that only some specs need.

use crate::{
    model::{Api, Areas},
    naming,
};

/// A file that only some specs need.
pub(crate) struct Optional {
    pub(crate) module: &'static str,
    /// The areas that use it.
    pub(crate) areas: Areas,
    /// What it adds to the root.
    pub(crate) shows: Option<&'static str>,
    pub(crate) template: &'static str,
}

/// What is needed for reads within reads, for downloads, and for uploads that go on, where the spec has such.
pub(crate) fn optional(api: &Api) -> Vec<Optional> {
    let expanding = api.nodes.iter().filter(|node| node.expanded().next().is_some());
    let enums: Vec<_> = expanding.filter_map(|node| api.named(&naming::field_enum(&node.rust_name))).collect();
    let downloading: Vec<_> = api.operations().filter(|operation| operation.download.is_some()).collect();
    let mut optional = Vec::new();
    if !downloading.is_empty() {
        let areas = downloading.iter().flat_map(|operation| operation.areas.clone()).collect();
        optional.push(Optional { module: "downloads", areas, shows: None, template: include_str!("../templates/downloads.rs") });
    }
    let resuming: Vec<_> = api.operations().filter(|operation| operation.resume.is_some()).collect();
    if !resuming.is_empty() {
        let areas = resuming.iter().flat_map(|operation| operation.areas.clone()).collect();
        optional.push(Optional { module: "uploads", areas, shows: None, template: include_str!("../templates/uploads.rs") });
    }
    if !enums.is_empty() {
        let areas = enums.iter().flat_map(|ty| ty.areas.clone()).collect();
        optional.push(Optional { module: "nested", areas, shows: Some("Nested"), template: include_str!("../templates/nested.rs") });
    }
    optional
}
