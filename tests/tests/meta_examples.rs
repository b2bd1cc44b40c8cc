//! Every example of Meta's OpenAPI file for the operations of the spec is one of their types, and loses nothing in them.
//!
//! The file is not part of the repository. The test reads it where `OPENAPI_V23` says, or at `../shared/reference/openapi-v23.yaml` next to
//! the repository, and says on standard error that it was skipped where neither is there.
//!
//! Decoding alone would show little, since what no type declares is kept and sent again. So the spec's own judge looks at every example
//! too, and names each member that is not declared, each value of another kind and each tag that no union lists. What is intended is listed
//! in `DEVIATIONS`, with the reason; an entry that no longer explains anything must be removed.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

#[path = "meta_examples/codec.rs"]
mod codec;
#[path = "meta_examples/codecs.rs"]
mod codecs;
#[path = "meta_examples/deviations.rs"]
mod deviations;
#[path = "meta_examples/document.rs"]
mod document;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
    path::Path,
};

use contract_tests::without_nulls;
use graph_codegen::{
    ast::Spec,
    check::{self, meta_example},
    parse::Sources,
};
use serde_json::Value;
use whatsapp_graph::ErrorKind;

use crate::{
    codec::Codec,
    deviations::{DEVIATIONS, Deviation},
    document::{Document, Example, Side},
};

#[test]
fn every_example_of_metas_openapi_file_is_typed_and_round_trips() {
    let document = match Document::read() {
        Ok(document) => document,
        Err(why) => {
            said(&format!("skipped: the examples of Meta's OpenAPI file were not looked at, because it is not there: {why}"));
            return;
        }
    };
    let mut run = Run::new(spec());
    for (method, path, operation) in document.operations() {
        let codecs: Vec<Codec> = codecs::codecs().into_iter().filter(|codec| codec.is_at(method, path)).collect();
        if !codecs.is_empty() {
            for example in document.examples(method, path, operation) {
                run.example(&document, &codecs, &example);
            }
        }
    }
    run.finish();
}

/// On standard error, where the harness does not keep what a passing test says.
fn said(text: &str) {
    #[expect(clippy::explicit_write, reason = "the harness keeps what `eprintln!` prints of a test that passes")]
    writeln!(io::stderr(), "{text}").unwrap();
}

fn spec() -> Spec {
    check::check(&Sources::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec"))).0
}

/// How many examples there were.
#[derive(Default)]
struct Count {
    requests: usize,
    answers: usize,
    errors: usize,
    assembled: usize,
    typed: usize,
}

impl Count {
    fn parts(&self) -> [usize; 5] {
        [self.requests, self.answers, self.errors, self.assembled, self.typed]
    }

    fn row(&self, name: &str) -> String {
        row(name, &self.parts().map(|part| part.to_string()).each_ref().map(String::as_str))
    }

    fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.answers += other.answers;
        self.errors += other.errors;
        self.assembled += other.assembled;
        self.typed += other.typed;
    }
}

fn row(name: &str, cells: &[&str]) -> String {
    cells.iter().fold(format!("{name:70}"), |row, cell| format!("{row}{cell:>10}"))
}

struct Run {
    spec: Spec,
    counts: BTreeMap<&'static str, Count>,
    /// What deviates, with the examples in which it does.
    deviating: BTreeMap<(&'static str, String), BTreeSet<String>>,
    /// Where Meta's examples are against Meta's own schema. The example wins; where it matters to a type, a quirk says so.
    contradicting: Vec<String>,
}

impl Run {
    fn new(spec: Spec) -> Self {
        Self { spec, counts: BTreeMap::new(), deviating: BTreeMap::new(), contradicting: Vec::new() }
    }

    /// An example belongs to the operation of its path whose constants it has, that decodes it and that it fits best: two may share a path.
    fn example(&mut self, document: &Document, codecs: &[Codec], example: &Example) {
        let misfits = codecs.iter().map(|codec| (codec, self.misfits(codec, example)));
        let any = |misfits: &[String], words: &str| misfits.iter().any(|what| what.contains(words));
        let Some((codec, misfits)) =
            misfits.min_by_key(|(_, misfits)| (any(misfits, OTHER_CONSTANT), any(misfits, UNDECODED), misfits.len()))
        else {
            return;
        };
        if example.side == Side::Request && !example.assembled {
            let contradictions = document.contradictions(example);
            self.contradicting.extend(contradictions.into_iter().map(|what| format!("{}: {what}", example.name())));
        }
        let count = self.counts.entry(codec.info.id).or_default();
        match example.side {
            _ if example.assembled => count.assembled += 1,
            Side::Request => count.requests += 1,
            Side::Answer(status) if status < 400 => count.answers += 1,
            Side::Answer(_) => count.errors += 1,
        }
        count.typed += usize::from(misfits.is_empty());
        for misfit in misfits {
            self.deviating.entry((codec.info.id, misfit)).or_default().insert(example.name());
        }
    }

    /// What of an example no type of the operation declares.
    fn misfits(&self, codec: &Codec, example: &Example) -> Vec<String> {
        let (_, operation) =
            self.spec.operations().find(|(_, operation)| operation.id == codec.info.id).expect("it was emitted from the spec");
        let (fits, again) = match example.side {
            Side::Request => (meta_example::request(&self.spec, operation, &example.value), codec.body),
            Side::Answer(status) if status < 400 => (meta_example::answer(&self.spec, operation, &example.value), Some(codec.answer)),
            Side::Answer(status) => return error(status, &example.value).into_iter().collect(),
        };
        let Some(again) = again else { return vec!["it sends a body, and the operation has none".into()] };
        fits.into_iter().chain(comes_back(again, &example.value)).collect()
    }

    fn finish(self) {
        let mut all = Count::default();
        let mut table = vec![row("operation", &["requests", "answers", "errors", "assembled", "typed"])];
        for (id, count) in &self.counts {
            table.push(count.row(id));
            all.add(count);
        }
        table.push(all.row("all"));
        said(&table.join("\n"));
        assert!(all.requests > 0 && all.answers > 0 && all.errors > 0, "no examples were found: has the file another form?");

        for what in &self.contradicting {
            said(&format!("against Meta's own schema: {what}"));
        }

        let mut problems = Vec::new();
        let mut used = BTreeSet::new();
        for ((id, what), examples) in &self.deviating {
            let known: Vec<usize> =
                DEVIATIONS.iter().enumerate().filter(|(_, known)| known.covers(id, what)).map(|(index, _)| index).collect();
            if known.is_empty() {
                let examples: Vec<&str> = examples.iter().map(String::as_str).collect();
                problems.push(format!("{id}: {what}\n    in {}", examples.join(", ")));
            }
            used.extend(known);
        }
        for (index, Deviation { operation, what, why }) in DEVIATIONS.iter().enumerate().filter(|(index, _)| !used.contains(index)) {
            problems.push(format!("the deviation {index}, `{operation}`: `{what}` ({why}), is in no example: delete it"));
        }
        assert!(
            problems.is_empty(),
            "{} things to do: correct the spec, or say in tests/tests/meta_examples/deviations.rs why not:\n\n{}\n",
            problems.len(),
            problems.join("\n\n")
        );
    }
}

/// What Meta's other collections and pages publish of requests and answers, each as few members as show its form, with values of our own.
const PUBLISHED: &str = include_str!("../fixtures/published.jsonl");

#[test]
fn what_other_collections_publish_is_typed_and_comes_back() {
    let run = Run::new(spec());
    let codecs = codecs::codecs();
    let mut problems = Vec::new();
    for line in PUBLISHED.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let (at, title) = (line["at"].as_str().unwrap(), line["shows"].as_str().unwrap());
        let (method, path) = at.split_once(' ').unwrap();
        let (side, value) = match line.get("request") {
            Some(request) => (Side::Request, request),
            None => (Side::Answer(200), &line["answer"]),
        };
        let example = Example { at: at.into(), title: title.into(), side, value: value.clone(), schema: Value::Null, assembled: false };
        let on_path = codecs.iter().filter(|codec| codec.is_at(method, path));
        let constant = |misfits: &[String]| misfits.iter().any(|what| what.contains(OTHER_CONSTANT) || what.contains(UNDECODED));
        let fewest = on_path.map(|codec| run.misfits(codec, &example)).min_by_key(|misfits| (constant(misfits), misfits.len()));
        let expected: Vec<String> =
            line["misfits"].as_array().into_iter().flatten().map(|text| text.as_str().unwrap().to_owned()).collect();
        match fewest {
            None => problems.push(format!("{at}: there is no such operation")),
            Some(misfits) if misfits == expected => {}
            Some(misfits) => problems.push(format!("{}: {misfits:?}", example.name())),
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

impl Example {
    fn name(&self) -> String {
        match self.side {
            Side::Request => format!("{}, request, {}", self.at, self.title),
            Side::Answer(status) => format!("{}, {status}, {}", self.at, self.title),
        }
    }
}

/// What the judge says of a constant that has another value, such as the `action` of a call.
const OTHER_CONSTANT: &str = "` is always `";

/// What begins the words for a value that is lost as a whole.
const UNDECODED: &str = "it does not decode";

fn comes_back(again: codec::Again, value: &Value) -> Option<String> {
    let expected = without_nulls(value.clone());
    match again(value.clone()) {
        Err(error) => Some(format!("{UNDECODED}: {error}")),
        Ok(value) if without_nulls(value.clone()) == expected => None,
        Ok(value) => Some(format!("it comes back as another value:\n{expected}\n{value}")),
    }
}

/// Whether the body is Graph's error envelope, with an error that the catalog knows.
fn error(status: u16, body: &Value) -> Option<String> {
    let number = |name: &str| body["error"][name].as_u64().and_then(|number| u32::try_from(number).ok());
    let Some(code) = number("code") else { return Some(format!("{status}: there is no `error.code`")) };
    let subcode = number("error_subcode");
    let shown = subcode.map_or_else(|| code.to_string(), |subcode| format!("{code}/{subcode}"));
    match ErrorKind::lookup(code, subcode).info() {
        None => Some(format!("{status}: the error {shown} is not in the catalog")),
        Some(_) => None,
    }
}

/// A description as Meta writes them, with an example that is against its schema, one of a form, and two that are put together.
const SMALL: &str = r##"
paths:
  /{Version}/{WABA-ID}/flows:
    post:
      requestBody:
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Flow"}
            examples:
              good: {value: {name: "1"}}
              bad: {value: {name: 1}}
          multipart/form-data:
            example: {name: a, categories: '["OTHER"]'}
      responses:
        "200": {content: {application/json: {schema: {properties: {ok: {oneOf: [{const: "yes"}, {const: "no"}]}}}}}}
components:
  schemas:
    Flow: {type: object, properties: {name: {type: string}}}
"##;

#[test]
fn the_reader_finds_every_example_and_what_is_against_its_schema() {
    let document = Document::parse(SMALL).unwrap();
    let (method, path, operation) = document.operations().next().unwrap();
    let examples = document.examples(method, path, operation);
    let values: Vec<String> = examples.iter().map(|example| format!("{}: {}", example.title, example.value)).collect();
    assert_eq!(
        values,
        [
            r#"good: {"name":"1"}"#,
            r#"bad: {"name":1}"#,
            r#"example: {"name":"a","categories":["OTHER"]}"#,
            r#"properties 0: {"ok":"yes"}"#,
            r#"properties 1: {"ok":"no"}"#
        ]
    );
    let against: Vec<bool> = examples.iter().map(|example| !document.contradictions(example).is_empty()).collect();
    assert_eq!(against, [false, true, false, false, false]);
    let at: Vec<&str> = codecs::codecs().iter().filter(|codec| codec.is_at(method, path)).map(|codec| codec.info.id).collect();
    assert_eq!(at, ["WhatsAppBusinessAccount.flows.create"]);
}
