//! What areas reach: a type belongs to those of every operation that leads to it, and to no other.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod overlay;

use graph_codegen::{
    load,
    model::{Api, Areas},
};

/// The fixture with areas, over the base.
fn api() -> Api {
    let folder = overlay::spec(&overlay::fixtures().join("areas_of_a_sound_spec"));
    load(folder.path()).unwrap_or_else(|report| panic!("{}", report.render("spec", false)))
}

fn areas(names: &[&str]) -> Areas {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_type_belongs_to_the_areas_of_all_that_reach_it() {
    let api = api();
    let of = |name: &str| api.named(name).unwrap().areas.clone();
    assert_eq!(of("Style"), areas(&["greetings", "numbers"]), "sent by one edge, which a field of another area expands to");
    assert_eq!(of("Success"), areas(&["greetings", "numbers"]), "returned by two");
    assert_eq!(of("Figures"), areas(&["figures", "numbers"]), "an edge of two areas");
    assert_eq!(of("Greeting"), areas(&["greetings", "numbers"]), "an answer, and a field of the node");
    assert_eq!(of("Tone"), areas(&["figures", "greetings", "numbers"]), "a parameter, a field of a field, and a parameter of an expansion");
}

#[test]
fn an_enum_of_fields_takes_the_edges_along_that_its_fields_expand_to() {
    let api = api();
    let of = |id: &str| api.operations().find(|operation| operation.id == id).unwrap().areas.clone();
    assert_eq!(api.named("NumberField").unwrap().areas, areas(&["numbers"]));
    assert_eq!(of("GraphNumber.greet.read"), areas(&["greetings", "numbers"]));
    assert_eq!(of("GraphNumber.greet.create"), areas(&["greetings", "numbers"]), "the operations of an edge are in one file");
}

#[test]
fn a_node_is_where_its_operations_are_and_its_record_where_it_is_reached() {
    let api = api();
    let node = &api.nodes[0];
    assert_eq!(node.areas, areas(&["figures", "greetings", "numbers"]));
    assert_eq!(node.record_areas, areas(&["numbers"]));
    let edges: Vec<_> = node.edges.iter().map(|edge| (edge.name.as_str(), edge.areas.clone())).collect();
    assert_eq!(
        edges,
        [("figures", areas(&["figures", "numbers"])), ("greet", areas(&["greetings", "numbers"])), ("register", areas(&["numbers"]))]
    );
}

#[test]
fn without_areas_nothing_belongs_to_one() {
    let base = overlay::fixtures().join("base");
    let api = load(&base).unwrap_or_else(|report| panic!("{}", report.render("spec", false)));
    assert!(api.types.iter().all(|ty| ty.areas.is_empty()) && api.operations().all(|operation| operation.areas.is_empty()));
    assert!(api.surface.areas.is_empty() && api.surface.doctests.is_none());
    assert_eq!(api.surface.library(), "graph_numbers");
}
