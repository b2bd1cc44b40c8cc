//! Every name in Rust is made here: of types, of what derives from them, of modules, and the paths that lead to them.
//!
//! What reads the spec states some names and derives the rest; what checks, emits and lists asks the same functions, so that a name is never made twice in two
//! ways.

mod case;
mod derived;
mod places;
pub mod reserved;

pub use self::{
    case::{is_keyword, is_snake, is_upper_camel, snake, upper_camel},
    derived::{
        NODE_FIELDS, NODE_HANDLE, NODE_OPERATIONS, NODE_RECORD, Part, download_method, edge_handle, edge_method, edge_module, error_static,
        field_enum, filter_builder, filter_method, id_member, id_type, item_handle, item_method, library, node_handle, node_module,
        operation_method, operator_method, param, type_module, types_of_areas, variant, variant_constructor, version_constant,
    },
    places::{Places, call_path, type_name},
};
