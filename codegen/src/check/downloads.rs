//! Downloads: whether the answer that they start from says what they need.

use super::scope::{self, Named};
use crate::{
    ast::{DownloadDecl, FieldDecl, Spec},
    diagnostic::{Code, Diagnostic},
    language::type_expr::{Scalar, TypeExpr},
};

/// Looks at every `download`.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    for (home, operation) in spec.operations() {
        let Some(download) = &operation.download else { continue };
        if home.slot.verb != "read" || home.edge.is_some() {
            problems.push(
                Diagnostic::new(Code::BadDownload, download.url.span, format!("`{}` is not the read of a node", operation.id))
                    .label("a download starts with reading a node")
                    .help("move `download` to the `read` of the node whose answer has the URL"),
            );
        }
        if let Some(returns) = operation.newest_returns() {
            let named = if let TypeExpr::Named(name) = scope::expression(returns) { Some(name) } else { None };
            match named.as_deref().map(|name| spec.named(name)) {
                Some(Named::Unknown) => {}
                Some(Named::Fields(owner, fields)) => names(download, owner, fields, problems),
                _ => problems.push(
                    Diagnostic::new(
                        Code::BadDownload,
                        returns.span,
                        format!("`{}` returns `{returns}`, which has no fields with the URL of bytes", operation.id),
                    )
                    .label("nothing here has a URL")
                    .related(download.url.span, "the download starts from a field of the answer")
                    .help("say what the answer is: the node, or an object of types/"),
                ),
            }
        }
        if download.hosts.is_empty() {
            problems.push(
                Diagnostic::new(Code::BadDownload, download.url.span, format!("the download of `{}` names no host", operation.id))
                    .label("no host would get the token")
                    .help("`hosts:` lists those that Meta's page shows in the URL, such as `[lookaside.fbsbx.com]`"),
            );
        }
        for host in download.hosts.iter().filter(|host| !is_host(host)) {
            problems.push(
                Diagnostic::new(Code::BadDownload, host.span, format!("`{host}` is not the name of a host"))
                    .label("scheme, path and port are not part of it")
                    .help("write only the name, such as `lookaside.fbsbx.com`; the token is sent to exactly these hosts, encrypted"),
            );
        }
    }
}

/// Whether the fields that a download starts from are present, and contain what it needs.
fn names(download: &DownloadDecl, owner: &str, fields: &[FieldDecl], problems: &mut Vec<Diagnostic>) {
    let text: &[Scalar] = &[Scalar::String];
    let number: &[Scalar] = &[Scalar::Int, Scalar::IntString];
    for (name, scalars, takes) in [
        (Some(&download.url), text, "a `string`, the URL"),
        (download.hash.as_ref(), text, "a `string`, the SHA-256 in hexadecimal digits"),
        (download.size.as_ref(), number, "an `int` or `int_text`, a number of bytes"),
    ] {
        let Some(name) = name else { continue };
        match fields.iter().find(|field| field.name.value == name.value) {
            None => problems.push(
                Diagnostic::new(Code::BadDownload, name.span, format!("`{name}` is not a field of `{owner}`, the answer of the read"))
                    .label("the answer has no such field")
                    .suggest(name, fields.iter().map(|field| field.name.as_str()))
                    .help("`url`, `hash` and `size` name fields of the answer, as Meta's page has them"),
            ),
            Some(field) if !matches!(scope::expression(&field.ty.newest), TypeExpr::Scalar(scalar) if scalars.contains(&scalar)) => {
                problems.push(
                    Diagnostic::new(
                        Code::BadDownload,
                        name.span,
                        format!("the field `{name}` of `{owner}` is `{}`, and a download needs {takes}", field.ty.newest),
                    )
                    .label("not of this type")
                    .related(field.ty.newest.span, "the field's type")
                    .help("name the field that Meta's page means, or correct its type according to a sample"),
                );
            }
            Some(_) => {}
        }
    }
}

fn is_host(text: &str) -> bool {
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    text.contains('.') && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::is_host;

    #[test]
    fn a_host_is_labels_of_letters_digits_and_hyphens() {
        for host in ["lookaside.fbsbx.com", "a-1.example.com", "1.2"] {
            assert!(is_host(host), "{host}");
        }
        for text in ["localhost", "a..b", ".com", "A.com", "a_b.com", "https://a.com", "a.com/", ""] {
            assert!(!is_host(text), "{text}");
        }
    }
}
