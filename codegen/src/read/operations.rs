//! Operations with everything below them.

use super::{
    docs, entries_at, examples, is_set, items_at, name, number_at, text, text_at, texts, texts_at, tiles, type_of, types, types_of, whole,
};
use crate::{
    ast::{
        Availability, ChoiceDecl, DownloadDecl, FieldChoice, FilterDecl, KeyDecl, KindDecl, LimitDecl, OperationDecl, OperationErrorDecl,
        PacedDecl, PairDecl, ParamDecl, PermissionSet, RateDecl, ResumeDecl, Rule, RuleDecl, Text, UnfitDecl, Versioned,
    },
    language::scalar,
    parse::{Entry, Kind, Span, Tree},
};

/// The object of a pace; `true` has nothing in it.
fn paced(tree: &Tree) -> PacedDecl {
    let rate = |tree: &Tree| {
        let rates = entries_at(tree, "per_second").iter();
        let per_second = rates.filter_map(|entry| Some((name(entry), whole(&entry.value)?))).collect();
        Some(RateDecl { field: text_at(tree, "field")?, per_second, counts_too: text_at(tree, "counts_too") })
    };
    let pair = |tree: &Tree| {
        let every = scalar::seconds(&text_at(tree, "every")?)?;
        Some(PairDecl { param: text_at(tree, "param")?, burst: number_at(tree, "burst")?, every })
    };
    PacedDecl { rate: tree.get("rate").and_then(rate), pair: tree.get("pair").and_then(pair) }
}

/// An operation; `at` is where its name is.
pub(super) fn operation(tree: &Tree, at: Span, id: String, above: Option<&Text>) -> OperationDecl {
    let docs = docs::docs(tree, above);
    let page = docs.page.clone();
    let page = page.as_ref();
    OperationDecl {
        id,
        span: at,
        docs,
        request: text_at(tree, "request"),
        action: is_set(tree, "action"),
        rust_method: text_at(tree, "rust_method"),
        permissions: tiles::versioned(tree, "permissions", permissions),
        auth: text_at(tree, "auth").filter(|auth| auth.value != "token"),
        host: text_at(tree, "host"),
        body: text_at(tree, "body"),
        idempotent: tree.get("idempotent").and_then(Tree::bool),
        never_retry: tree.get("retries").and_then(Tree::text) == Some("never"),
        paced: tree.get("paced").filter(|tree| tree.bool() != Some(false)).map(paced),
        args: texts_at(tree, "args"),
        params: entries_at(tree, "params").iter().map(|entry| param(entry, page)).collect(),
        fields: fields(tree),
        read_after_write: tree.get("read_after_write").filter(|tree| tree.bool() == Some(true)).map(|tree| tree.span),
        choices: entries_at(tree, "choices").iter().map(|entry| choice(entry, page)).collect(),
        filtering: entries_at(tree, "filtering").iter().map(|entry| filter(entry, page)).collect(),
        filter_name: text_at(tree, "filter_name"),
        sort: types::values(tree, "sort", page),
        sort_name: text_at(tree, "sort_name"),
        paging: tree.get("paging").map(|_| texts_at(tree, "paging")),
        list: text_at(tree, "list"),
        list_or: text_at(tree, "list_or"),
        returns: tiles::versioned(tree, "returns", text),
        rules: items_at(tree, "rules").iter().flat_map(|tree| rules(tree, page)).collect(),
        limits: items_at(tree, "limits").iter().filter_map(|tree| limit(tree, page)).collect(),
        download: tree.get("download").and_then(download),
        resume: tree.get("resume").and_then(|tree| Some(ResumeDecl { arrived: text_at(tree, "arrived")?, from: text_at(tree, "from")? })),
        errors: items_at(tree, "errors").iter().filter_map(error).collect(),
        notes: texts_at(tree, "notes"),
        examples: items_at(tree, "examples").iter().map(examples::example).collect(),
        keys: tree.entries().iter().map(key).collect(),
    }
}

fn key(entry: &Entry) -> KeyDecl {
    KeyDecl { name: name(entry), is_empty: matches!(&entry.value.kind, Kind::Map(entries) if entries.is_empty()) }
}

/// Nothing if it is not a mapping, which was already reported.
fn permissions(tree: &Tree) -> Option<PermissionSet> {
    let Kind::Map(entries) = &tree.kind else { return None };
    let names = |key| tree.get(key).map(|_| texts_at(tree, key));
    let has_unexpected_keys = entries.iter().any(|entry| !matches!(entry.key.as_str(), "all" | "any"));
    Some(PermissionSet { span: tree.span, all: names("all"), any: names("any"), has_unexpected_keys })
}

fn fields(tree: &Tree) -> FieldChoice {
    match tree.get("fields") {
        None => FieldChoice::All,
        Some(choice) if choice.text() == Some("none") => FieldChoice::None,
        Some(choice) if choice.text().is_some() => FieldChoice::All,
        Some(_) => FieldChoice::Some(texts_at(tree, "fields")),
    }
}

fn param(entry: &Entry, page: Option<&Text>) -> ParamDecl {
    let tree = &entry.value;
    ParamDecl {
        name: name(entry),
        docs: docs::docs(tree, page),
        ty: types_of(entry),
        narrowing: tiles::narrowing(tree),
        required: tiles::versioned(tree, "required", Tree::bool).unwrap_or_else(|| Versioned::always(false)),
        constant: text_at(tree, "const"),
        secret: is_set(tree, "secret"),
        personal: is_set(tree, "personal"),
        default: tiles::versioned(tree, "default", |tree| Some(default(tree))),
        length: number_at(tree, "length"),
        strict: tree.get("strict").filter(|tree| tree.bool() == Some(true)).map(|tree| tree.span),
        strip: text_at(tree, "strip"),
        pattern: text_at(tree, "pattern"),
        dropped: tree.get("dropped").and_then(|tree| unfit(tree, page)),
        warned: tree.get("warned").and_then(|tree| unfit(tree, page)),
        place: text_at(tree, "in"),
        spread: is_set(tree, "spread"),
        rust_name: text_at(tree, "rust_name"),
    }
}

fn choice(entry: &Entry, page: Option<&Text>) -> ChoiceDecl {
    let docs = docs::docs(&entry.value, page);
    let page = docs.page.clone();
    let kinds = entries_at(&entry.value, "kinds").iter().map(|entry| KindDecl {
        name: name(entry),
        docs: docs::docs(&entry.value, page.as_ref()),
        param: text_at(&entry.value, "param"),
        with: entries_at(&entry.value, "with").iter().filter_map(|with| Some((name(with), text(&with.value)?))).collect(),
    });
    ChoiceDecl { param: name(entry), ty: text_at(&entry.value, "type"), kinds: kinds.collect(), docs }
}

fn unfit(tree: &Tree, page: Option<&Text>) -> Option<UnfitDecl> {
    Some(UnfitDecl { pattern: text_at(tree, "pattern")?, doc: text_at(tree, "doc")?, page: text_at(tree, "page").or(page.cloned()) })
}

/// Documentation shows what is not a scalar as JSON.
fn default(tree: &Tree) -> Text {
    text(tree).unwrap_or_else(|| Text { value: tree.json().to_string(), span: tree.span })
}

fn filter(entry: &Entry, page: Option<&Text>) -> FilterDecl {
    FilterDecl {
        field: name(entry),
        docs: docs::docs(&entry.value, page),
        ty: type_of(entry),
        operators: texts_at(&entry.value, "operators"),
    }
}

/// The rules of an element: `requires` may say what several parameters need, or several of their values, which is a rule each.
pub(super) fn rules(tree: &Tree, page: Option<&Text>) -> Vec<RuleDecl> {
    let rule = |rule| RuleDecl { span: tree.span, docs: docs::docs(tree, page), rule };
    let said: Vec<&Entry> = tree
        .entries()
        .iter()
        .filter(|entry| matches!(entry.key.as_str(), "one_of" | "any_of" | "requires" | "excludes" | "first_wins"))
        .collect();
    match said.as_slice() {
        [entry] if entry.key == "one_of" => vec![rule(Some(Rule::OneOf(texts_at(tree, "one_of"))))],
        [entry] if entry.key == "any_of" => vec![rule(Some(Rule::AnyOf(texts_at(tree, "any_of"))))],
        [entry] if entry.key == "first_wins" => vec![rule(Some(Rule::FirstWins(texts_at(tree, "first_wins"))))],
        [entry] if entry.key == "excludes" => vec![rule(Some(Rule::Excludes(texts_at(tree, "excludes"))))],
        [entry] if !entry.value.entries().is_empty() => entry
            .value
            .entries()
            .iter()
            .flat_map(|needs| match needs.value.entries() {
                [] => vec![Rule::Requires(name(needs), texts(&needs.value))],
                values => values.iter().map(|value| Rule::RequiresFor(name(needs), name(value), texts(&value.value))).collect(),
            })
            .map(|kind| rule(Some(kind)))
            .collect(),
        _ => vec![rule(None)],
    }
}

fn limit(tree: &Tree, page: Option<&Text>) -> Option<LimitDecl> {
    let seconds = |key| tree.get(key).and_then(Tree::text).and_then(scalar::seconds);
    Some(LimitDecl {
        docs: docs::docs(tree, page),
        max: number_at(tree, "max")?.value,
        window: seconds("window")?,
        per: text_at(tree, "per")?,
        block: seconds("block"),
        error: text_at(tree, "error")?,
    })
}

fn download(tree: &Tree) -> Option<DownloadDecl> {
    Some(DownloadDecl {
        url: text_at(tree, "url")?,
        hash: text_at(tree, "hash"),
        size: text_at(tree, "size"),
        hosts: texts_at(tree, "hosts"),
        lasts: tree.get("lasts").and_then(Tree::text).and_then(scalar::seconds)?,
        rust_method: text_at(tree, "rust_method"),
        doc: text_at(tree, "doc"),
    })
}

/// An error by its name alone, or with its meaning here.
fn error(tree: &Tree) -> Option<OperationErrorDecl> {
    match text(tree) {
        Some(name) => Some(OperationErrorDecl { name, cause: None, remedy: None, availability: Availability::default() }),
        None => Some(OperationErrorDecl {
            name: text_at(tree, "error")?,
            cause: text_at(tree, "cause"),
            remedy: text_at(tree, "remedy"),
            availability: docs::availability(tree),
        }),
    }
}
