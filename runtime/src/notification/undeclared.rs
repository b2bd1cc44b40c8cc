//! What nothing declares, wherever it is.

use crate::values::view::{Content, View, elements};
use crate::values::wire::Wire;

/// The JSON paths of members that no record declares, and of what was kept as a text.
pub(crate) fn undeclared(whole: &dyn Wire) -> Vec<String> {
    let mut found = Vec::new();
    walk(&whole.view(), "", &mut found);
    found
}

fn walk(view: &View<'_>, path: &str, found: &mut Vec<String>) {
    match view {
        View::Raw(_) => found.push(path.to_owned()),
        View::Array(array) => {
            for (index, element) in elements(*array).enumerate() {
                walk(&element.view(), &format!("{path}[{index}]"), found);
            }
        }
        View::Map(_) | View::Record(_) | View::Union(_) => view.each(&mut |name, content| {
            let path = if path.is_empty() { name.as_str().to_owned() } else { format!("{path}.{}", name.as_str()) };
            match content {
                Content::Undeclared(_) => found.push(path),
                content => walk(&content.view(), &path, found),
            }
        }),
        View::Extra(extra) => found.extend(extra.iter().map(|(name, _)| format!("{path}.{name}"))),
        _ => {}
    }
}
