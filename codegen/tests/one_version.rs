//! One version of a spec: what it has, as if there were no other.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod overlay;

use graph_codegen::{
    load, lower,
    model::{Api, TypeDef, Version},
};

/// The spec of a fixture over the base.
fn api(fixture: &str) -> Api {
    let folder = overlay::spec(&overlay::fixtures().join(fixture));
    load(folder.path()).unwrap_or_else(|report| panic!("{}", report.render("spec", false)))
}

#[test]
fn only_one_version_is_left_and_nothing_changes_in_it() {
    let whole = api("what_comes_and_goes");
    let newest = whole.versions.iter().filter(|info| !info.retired).map(|info| info.version).max().unwrap();
    for version in whole.versions.iter().filter(|info| !info.retired).map(|info| info.version) {
        let mut one = whole.clone();
        lower::only(&mut one, version);
        assert_eq!(one.versions.iter().map(|info| info.version).collect::<Vec<_>>(), [version]);
        for (before, after) in whole.types.iter().flat_map(fields).map(|field| (field, version)).filter_map(|(field, version)| {
            let kept = one.types.iter().flat_map(fields).find(|kept| kept.doc == field.doc && kept.name == field.name);
            kept.map(|kept| (field.ty.at(version).clone(), kept.ty.clone()))
        }) {
            assert_eq!(after.newest, before, "a type is that of another version than {version}");
            assert!(after.earlier.is_empty(), "a type still changes in {version}");
        }
        for operation in one.operations() {
            assert!(operation.availability.contains(version) && operation.returns.earlier.is_empty(), "{}", operation.id);
            assert!(operation.params.iter().all(|param| param.availability.contains(version)), "{}", operation.id);
        }
    }
    let ids = |api: &Api| api.operations().map(|operation| operation.id.clone()).collect::<Vec<_>>();
    let mut one = whole.clone();
    lower::only(&mut one, newest);
    assert!(ids(&one).iter().all(|id| ids(&whole).contains(id)) && !ids(&one).is_empty());
    lower::only(&mut one, Version(99, 0));
    assert!(one.versions.is_empty());
}

#[test]
fn a_text_is_the_same_variant_when_others_are_gone() {
    let mut api = api("hard_shapes_of_messages");
    let of_text = |api: &Api| -> Vec<String> {
        let unions = api.types.iter().filter_map(|ty| match &ty.def {
            TypeDef::Union(union) => union.from_text.map(|index| union.variants[index].tag.clone()),
            _ => None,
        });
        unions.collect()
    };
    let before = of_text(&api);
    let newest = api.versions.iter().filter(|info| !info.retired).map(|info| info.version).max().unwrap();
    lower::only(&mut api, newest);
    assert_eq!(of_text(&api), before);
    assert!(!before.is_empty(), "the fixture has a union that is made of a text");
}

fn fields(ty: &graph_codegen::model::NamedType) -> impl Iterator<Item = &graph_codegen::model::Field> {
    let fields = match &ty.def {
        TypeDef::Object(object) => object.fields.as_slice(),
        _ => &[],
    };
    fields.iter()
}
