//! The files at the root of the crate: what it has whatever the spec says, with the spec's names and examples.

use proc_macro2::TokenStream;
use quote::quote;

use super::{errors, example, ids::ids, library::library, optional::optional, versions};
use crate::{
    emit::{
        allows_deprecated, file, lines,
        manifest::manifest,
        placement::condition,
        print::{
            layout::{self, RustFile},
            rustdoc::docs,
            tokens::Uses,
        },
        secrets, with_uses,
    },
    model::{Api, Host, Method, Operation},
    naming::{Places, version_constant},
    write::Output,
};

/// Every file at the root.
pub(crate) fn files(api: &Api, places: &Places) -> Vec<Output> {
    let mut files = vec![
        manifest(api),
        file("generated/src/lib.rs", &library(api, places)),
        file("generated/src/client.rs", &template(api, places, include_str!("../templates/client.rs"))),
        file("generated/src/error.rs", &template(api, places, include_str!("../templates/error.rs"))),
        file("generated/src/version.rs", &version(api, places)),
        file("generated/src/operations.rs", &table(api, places)),
        file("generated/src/ids.rs", &ids(api, places)),
        file("generated/src/error_catalog.rs", &error_catalog(api)),
        file("generated/src/wire/mod.rs", &crate::emit::wire_modules(api)),
    ];
    for optional in optional(api) {
        let path = format!("generated/src/{}.rs", optional.module);
        files.push(file(&path, &template(api, places, optional.template)));
    }
    files
}

/// Text with the spec's names and examples in its holes.
fn template(api: &Api, places: &Places, text: &str) -> RustFile {
    let newest = version_constant(api.newest().0, api.newest().1);
    let text = text
        .replace("{{title}}", &api.surface.title)
        .replace("{{newest}}", &newest)
        .replace("{{base_url}}", &api.surface.base_url)
        .replace("{{hosts}}", &hosts(api))
        .replace("{{batch_example}}", &batch_example(api, places))
        .replace("{{batch_of_example}}", &batch_of_example(api, places))
        .replace("{{library}}", places.library());
    let (docs, rest): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with("//!"));
    RustFile {
        docs: docs.iter().map(|line| line.trim_start_matches("//!").trim_start().to_owned()).collect(),
        fixed: rest.join("\n").trim_start().to_owned(),
        ..RustFile::default()
    }
}

/// The other hosts, if there are any.
fn hosts(api: &Api) -> String {
    let one = |host: &Host| format!("graph_runtime::HostInfo {{ url: {:?}, versioned: {} }}", host.url, host.versioned);
    let hosts: Vec<String> = api.surface.hosts.iter().map(one).collect();
    if hosts.is_empty() {
        return String::new();
    }
    format!("\n    const HOSTS: &'static [graph_runtime::HostInfo] = &[{}];\n", hosts.join(", "))
}

fn batch_example(api: &Api, places: &Places) -> String {
    let ids = api.surface.doctests.as_ref().map(|doctests| doctests.batch.to_vec()).unwrap_or_default();
    match example::calls(api, places, &ids).as_slice() {
        [first, second] => doctest(
            &example::imports_of([first, second]),
            "client: {{library}}::Client) -> Result<(), {{library}}::Error>",
            &format!(
                "let mut batch = client.batch(); let first = batch.add({}); let second = batch.add({}); \
                 let mut answers = batch.send().await; let first = answers.take(first)?; let second = answers.take(second)?; \
                 println!(\"{{first:?}} {{second:?}}\");",
                first.text(),
                second.text()
            ),
            "Ok(())",
        ),
        _ => String::new(),
    }
}

fn batch_of_example(api: &Api, places: &Places) -> String {
    let id = api.surface.doctests.as_ref().map(|doctests| doctests.batch[0].clone());
    match example::calls(api, places, id.as_slice()).as_slice() {
        [call] => doctest(
            &call.imports(),
            "client: {{library}}::Client)",
            &format!(
                "let calls = [{0}, {0}]; for result in client.batch_of(calls).await {{ match result {{ \
                 Ok(answer) => println!(\"{{answer:?}}\"), Err(error) => println!(\"{{error}}\") }} }}",
                call.text()
            ),
            "",
        ),
        _ => String::new(),
    }
}

/// An example within the documentation of a method.
fn doctest(imports: &str, signature: &str, statements: &str, last: &str) -> String {
    let mut text = String::from("    /// ```no_run\n");
    if !imports.is_empty() {
        text.push_str(&format!("    /// {imports}    ///\n"));
    }
    text.push_str(&format!("    /// # async fn example({signature} {{\n"));
    for line in layout::statements(statements).lines() {
        text.push_str(&format!("    /// {line}\n"));
    }
    if !last.is_empty() {
        text.push_str(&format!("    /// # {last}\n"));
    }
    text + "    /// # }\n    /// ```\n"
}

/// Every operation, as data.
fn table(api: &Api, places: &Places) -> RustFile {
    let uses = Uses::of(api, places);
    let info = uses.runtime("OperationInfo");
    let entry = |operation: &Operation| {
        let condition = condition(&operation.areas);
        let path: TokenStream = places.within(&operation.request).parse().unwrap_or_default();
        quote!(#condition <#path as graph_runtime::Operation>::INFO)
    };
    let operations: Vec<TokenStream> = api.operations().map(entry).collect();
    let is_limited = |operation: &&Operation| {
        let rated = operation.paced.as_ref().is_some_and(|paced| paced.rate.is_some());
        // What a raw request would otherwise be taken for, by its verb.
        let repeated = operation.never_retry || (operation.http_method == Method::Get && !operation.idempotent);
        !operation.limits.is_empty() || rated || repeated
    };
    let limited = api.operations().filter(is_limited).map(|operation| {
        let condition = condition(&operation.areas);
        let path: TokenStream = places.within(&operation.request).parse().unwrap_or_default();
        quote!(#condition &<#path as graph_runtime::Operation>::INFO.counted())
    });
    let limited: Vec<TokenStream> = limited.collect();
    let doc = docs(
        "Every operation of the crate, by id.\n\nWhat rustdoc says of an operation, as data: method, path, permissions, limits, errors.",
    );
    let masked = secrets::masks(api).into_iter().map(|((path, method), mask)| {
        let (mask_info, method) = (uses.runtime("MaskInfo"), quote::format_ident!("{}", format!("{method:?}")));
        let [secrets, personal] = [mask.secrets, mask.personal].map(|names| names.into_iter().collect::<Vec<_>>());
        let method_type = uses.runtime("Method");
        quote!(#mask_info { method: #method_type::#method, path: #path, secrets: &[#(#secrets),*], personal: &[#(#personal),*] })
    });
    let masked: Vec<TokenStream> = masked.collect();
    let mask_info = uses.runtime("MaskInfo");
    let items = vec![quote! {
        #doc
        pub static OPERATIONS: &[&#info] = &[#(#operations),*];

        /// Those that a client has to know without a call to them: raw requests are counted and repeated like them, and reads show their pace.
        ///
        /// Apart from the others, of which a program has only those that it calls, and with no more than that.
        pub(crate) static LIMITED: &[&#info] = &[#(#limited),*];

        /// What is not shown of calls, by their paths: of raw requests, and of parameters that are added by name.
        pub(crate) static MASKED: &[#mask_info] = &[#(#masked),*];
    }];
    RustFile { attributes: allows_deprecated(api, api.operations()), ..with_uses(lines("Every operation, as data."), &uses, items) }
}

fn error_catalog(api: &Api) -> RustFile {
    RustFile {
        docs: lines("The errors and the versions that the spec knows."),
        head: vec![quote!(
            use graph_runtime::{ErrorCatalog, ErrorInfo, Version, VersionInfo};
        )],
        fixed: [errors::catalog(api), include_str!("../templates/error_catalog.rs").to_owned(), errors::table(api)].join("\n"),
        ..RustFile::default()
    }
}

fn version(api: &Api, places: &Places) -> RustFile {
    let uses = Uses::of(api, places);
    let constants = versions::constants(api, &uses);
    RustFile {
        docs: lines(&format!("Versions of the Graph API.\n\n[Meta's table]({})", api.versions_page)),
        head: vec![
            quote!(
                use std::{fmt, str::FromStr};
            ),
            quote!(
                use graph_runtime::{Bound, Day, Version, VersionInfo};
            ),
            quote!(
                use crate::error_catalog;
            ),
        ],
        items: vec![constants],
        ..template(api, places, include_str!("../templates/version.rs"))
    }
}
