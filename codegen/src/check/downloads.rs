//! Downloads: whether the answer that they start from says what they need.

use super::scope::{self, Named};
use crate::{
    ast::Spec,
    diagnostic::{Code, Diagnostic},
    type_expr::TypeExpr,
};

/// Looks at every `download`.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    for (home, operation) in spec.operations() {
        let Some(download) = &operation.download else { continue };
        if home.slot.verb != "read" || home.edge.is_some() {
            problems.push(
                Diagnostic::new(Code::BadDownload, download.url.span, format!("`{}` is not the read of a node", operation.id))
                    .label("a download starts with reading a node")
                    .help("move `download` to the `read` of the node whose answer has the address"),
            );
        }
        let answer = operation.returns.as_ref().map(scope::expression);
        if let Some(TypeExpr::Named(name)) = &answer
            && let Named::Fields(owner, fields) = spec.named(name)
        {
            for name in [Some(&download.url), download.hash.as_ref(), download.size.as_ref()].into_iter().flatten() {
                if fields.iter().all(|field| field.name.value != name.value) {
                    problems.push(
                        Diagnostic::new(
                            Code::BadDownload,
                            name.span,
                            format!("`{name}` is not a field of `{owner}`, the answer of the read"),
                        )
                        .label("the answer has no such field")
                        .suggest(name, fields.iter().map(|field| field.name.as_str())),
                    );
                }
            }
        }
        for host in download.hosts.iter().filter(|host| !is_host(host)) {
            problems.push(
                Diagnostic::new(Code::BadDownload, host.span, format!("`{host}` is not the name of a host"))
                    .label("scheme, path and port are not part of it")
                    .help("write the bare name, such as `lookaside.fbsbx.com`; the token goes to exactly these hosts, encrypted"),
            );
        }
    }
}

fn is_host(text: &str) -> bool {
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    text.contains('.') && text.split('.').all(is_label)
}
