//! Names that derive from what the spec states.

use super::{snake, upper_camel};

/// A record of a request: what travels in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// In the query.
    Query,
    /// In headers.
    Headers,
    /// In the body.
    Body,
}

impl Part {
    /// In the order in which a request has them.
    pub const ALL: [Self; 3] = [Self::Query, Self::Headers, Self::Body];

    /// The member of the request.
    pub fn member(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Headers => "headers",
            Self::Body => "body",
        }
    }

    /// The record of a request: `RegisterPhoneNumberBody`.
    pub fn of(self, request: &str) -> String {
        let suffix = match self {
            Self::Query => "Query",
            Self::Headers => "Headers",
            Self::Body => "Body",
        };
        format!("{request}{suffix}")
    }
}

/// The identifier of a node: `PhoneNumberId`.
pub fn id_type(node: &str) -> String {
    format!("{node}Id")
}

/// The member that holds the identifier of a node: `phone_number_id`.
pub fn id_member(node: &str) -> String {
    format!("{}_id", snake(node))
}

/// The fields of a node or a type: `PhoneNumberField`.
pub fn field_enum(owner: &str) -> String {
    format!("{owner}Field")
}

/// What leads to the operations and edges of a node: `PhoneNumberNode`.
pub fn node_handle(node: &str) -> String {
    format!("{node}Node")
}

/// What leads to the operations of an edge: `PhoneNumberMessagesEdge`.
pub fn edge_handle(node: &str, method: &str) -> String {
    format!("{node}{}Edge", upper_camel(method))
}

/// What leads to the operations of an item below an edge: `PhoneNumberMessageQrdlsItem`.
pub fn item_handle(node: &str, method: &str) -> String {
    format!("{node}{}Item", upper_camel(method))
}

/// The operators of one field of a filter: `OwnedWabaFilterCreationTime`.
pub fn filter_builder(filter: &str, field: &str) -> String {
    format!("{filter}{}", upper_camel(field))
}

/// The function of a filter that begins a condition on a field.
pub fn filter_method(field: &str) -> String {
    snake(field)
}

/// `in_range` for `IN_RANGE`; `IN` is `is_in`, because `in` is a keyword.
pub fn operator_method(operator: &str) -> String {
    if operator == "IN" { "is_in".into() } else { snake(operator) }
}

/// A parameter or field: its stated name, or its name on the wire in Rust's case.
pub fn param(wire: &str, stated: Option<&str>) -> String {
    stated.map_or_else(|| snake(wire), String::from)
}

/// A variant of an enum or union: its stated name, or its value on the wire in Rust's case.
pub fn variant(wire: &str, stated: Option<&str>) -> String {
    stated.map_or_else(|| upper_camel(wire), String::from)
}

/// The constructor of an object that is made of one variant of a union.
pub fn variant_constructor(variant: &str) -> String {
    snake(variant)
}

/// The method of a node that leads to an edge: stated, or the edge's name.
pub fn edge_method(edge: &str, stated: Option<&str>) -> String {
    stated.map_or_else(|| snake(edge), String::from)
}

/// The method that leads to an item below an edge: stated, or `item`.
pub fn item_method(stated: Option<&str>) -> String {
    stated.map_or_else(|| "item".into(), String::from)
}

/// The method that makes a call: stated; of an action that has no name of its own, that of its edge; else the name of the operation.
pub fn operation_method(stated: Option<&str>, operation: &str, edge_of_action: Option<String>) -> String {
    stated.map(String::from).or(edge_of_action).unwrap_or_else(|| operation.to_owned())
}

/// The method of a node that downloads what a read leads to: stated, or `download`.
pub fn download_method(stated: Option<&str>) -> String {
    stated.map_or_else(|| "download".into(), String::from)
}

/// The module of a node: its handle, or for the root, which has none, its name.
pub fn node_module(node: &str, handle: Option<&str>) -> String {
    handle.map_or_else(|| snake(node), String::from)
}

/// The module of an edge within its node's.
pub fn edge_module(edge: &str) -> String {
    snake(edge)
}

/// The module of the types that one file of the spec holds.
pub fn type_module(file: &str) -> String {
    snake(file)
}

/// The module of what leads to a node.
pub const NODE_HANDLE: &str = "handle";

/// The module of the record of a node's fields.
pub const NODE_RECORD: &str = "record";

/// The module of the enum of a node's fields.
pub const NODE_FIELDS: &str = "fields";

/// The module of the operations on a node itself.
pub const NODE_OPERATIONS: &str = "operations";

/// The module of those types of a file that belong to some areas, where others of the file belong to others.
pub fn types_of_areas<'a>(file: &str, areas: impl IntoIterator<Item = &'a String>) -> String {
    areas.into_iter().fold(type_module(file), |module, area| format!("{module}_{area}"))
}

/// The static of an error in the emitted catalog: `REGISTRATION_LIMIT_REACHED`.
pub fn error_static(error: &str) -> String {
    snake(error).to_uppercase()
}

/// The constant of a version: `V23_0`.
pub fn version_constant(major: u16, minor: u16) -> String {
    format!("V{major}_{minor}")
}

/// The name by which Rust knows a package: `page_graph`.
pub fn library(package: &str) -> String {
    package.replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::operator_method;

    #[test]
    fn operators_are_methods() {
        assert_eq!((operator_method("IN_RANGE").as_str(), operator_method("IN").as_str()), ("in_range", "is_in"));
    }
}
