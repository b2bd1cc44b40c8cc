//! The table from operations to the types of their bodies and answers, for the test that decodes Meta's own examples.

use crate::{
    emit::{client::operations, print::layout},
    model::{Api, ParamLocation},
    naming::Places,
    write::{MARK, Output},
};

/// One file with every operation.
pub(crate) fn table(api: &Api, places: &Places) -> Output {
    let head = "//! Every operation with the types of its body and of its answer.\n\n";
    let mut text = String::from(
        "use super::codec::Codec;\n\n/// By id.\n#[allow(deprecated, reason = \"what Meta deprecates is compared too\")]\n#[rustfmt::skip]\npub(crate) fn codecs() -> Vec<Codec> {\n    Vec::from([\n",
    );
    for operation in api.operations() {
        let sent = operations::sent(operation);
        let codec = match sent.iter().find(|sent| sent.member == "body" && sent.location != ParamLocation::Bytes) {
            Some(body) => format!("Codec::sending::<{}, {}>()", places.path(&operation.request), places.path(&body.name)),
            None => format!("Codec::of::<{}>()", places.path(&operation.request)),
        };
        text.push_str(&format!("        {codec},\n"));
    }
    text.push_str("    ])\n}\n");
    Output { path: "tests/tests/meta_examples/codecs.rs".into(), text: layout::tidy(&format!("{MARK}\n{head}"), &text) }
}
