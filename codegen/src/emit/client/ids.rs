//! Identifiers, a type each.

use crate::{
    emit::{
        client::types::a,
        lines,
        placement::has_record,
        print::{layout::RustFile, rustdoc::prose},
    },
    model::{Api, Node},
    naming::{Places, id_type},
};

/// `ids.rs`.
pub(crate) fn ids(api: &Api, places: &Places) -> RustFile {
    let id = |node: &Node| {
        let form = if node.text_id { "text, as Graph wrote it" } else { "digits, kept as text" };
        let name = a(&node.rust_name);
        let linked = if has_record(api, node) { format!("[{name}]({})", places.within(&node.rust_name)) } else { name };
        let doc = format!("The identifier of {linked}: {form}.\n\n{}", prose(&node.doc));
        let doc: String = lines(&doc).iter().map(|line| format!("    ///{}{line}\n", if line.is_empty() { "" } else { " " })).collect();
        format!("graph_runtime::id!(\n{doc}    {}\n);\n", id_type(&node.rust_name))
    };
    let ids: Vec<String> = api.nodes.iter().filter(|node| !node.root).map(id).collect();
    RustFile { docs: lines("Identifiers, a type each, so that none is taken for another."), fixed: ids.join("\n"), ..RustFile::default() }
}
