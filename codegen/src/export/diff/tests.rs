#![allow(clippy::unwrap_used, reason = "a test that fails should panic")]

use super::{Change, Kind, Release, diff, diff_days};
use crate::{
    check,
    lower::lower,
    model::{Api, Day, Moment, Version},
    parse::Sources,
};

const VERSIONS: &str = "\
# yaml-language-server: $schema=schema/versions.json
page: https://example.com/versions
versions:
  v1.0: {released: 2023-02-01}
  v2.0: {released: 2024-02-01}
  v3.0: {released: 2025-02-01}
";

const PERMISSIONS: &str = "\
# yaml-language-server: $schema=schema/permissions.json
page: https://example.com/permissions
permissions:
  manage: {doc: Manage.}
  greet: {doc: Greet.}
";

const ERRORS: &str = "\
# yaml-language-server: $schema=schema/errors.json
page: https://example.com/errors
errors: {}
";

const TYPES: &str = "\
# yaml-language-server: $schema=../schema/types.json
page: https://example.com/types
types:
  Tone:
    doc: A tone.
    enum:
      WARM: {doc: Warm.}
      LOUD: {doc: Loud., removed: {at: v2.0, instead: WARM}}
";

/// What differs in a spec of one operation that has these keys, on a path that lists a tone.
fn changes(operation: &str, from: impl Into<Moment>, to: impl Into<Moment>) -> Vec<Change> {
    diff(&api(operation), from, to).changes
}

/// The same between two days, for each version.
fn of_days(operation: &str, from: &str, to: &str) -> Vec<Change> {
    diff_days(&api(operation), day(from), day(to)).changes
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn api(operation: &str) -> Api {
    let node = format!(
        "# yaml-language-server: $schema=../schema/node.json\nnode: GraphNumber\nshort: Number\nhandle: number\ndoc: A number.\npage: https://example.com/number\n\
         fields:\n  id: {{type: id, always: true, doc: The identifier.}}\n  tone: {{type: Tone, doc: The tone.}}\n\
         update:\n  request: GreetNumber\n  doc: Greets.\n  body: form\n  idempotent: false\n  returns: GraphNumber\n{operation}"
    );
    let texts = [
        ("versions.yaml", VERSIONS),
        ("permissions.yaml", PERMISSIONS),
        ("errors.yaml", ERRORS),
        ("types/tone.yaml", TYPES),
        ("nodes/number.yaml", node.as_str()),
    ];
    let (spec, _) = check::check(&Sources::from_texts(texts));
    lower(&spec)
}

const V1: Version = Version(1, 0);
const V2: Version = Version(2, 0);
const V3: Version = Version(3, 0);

fn of(kind: Kind, changes: &[Change]) -> &Change {
    changes.iter().find(|change| change.kind == kind).unwrap()
}

#[test]
fn a_removed_value_breaks_only_callers_who_could_send_it() {
    for (param, breaking) in [
        ("  params: {tone: {type: Tone, doc: The tone.}}\n", true),
        ("  params: {tone: {type: list<Tone>, doc: The tone.}}\n", true),
        ("  params: {tone: {type: Tone, only: [WARM], doc: The tone.}}\n", false),
        ("  params: {tone: {type: Tone, except: [LOUD], doc: The tone.}}\n", false),
        ("  params: {tone: {type: Tone, since: v3.0, doc: The tone.}}\n", false),
        ("", false),
    ] {
        let changes = changes(param, V1, V2);
        let change = of(Kind::ValueRemoved, &changes);
        assert_eq!((change.breaking, change.instead.as_deref()), (breaking, Some("WARM")), "{param}");
        assert_eq!(change.rust, "graph::types::Tone::Loud");
    }
}

#[test]
fn permissions_break_where_a_token_that_was_enough_is_not() {
    for (before, after, breaking) in [
        ("{all: [manage]}", "{all: [manage, greet]}", true),
        ("{all: [manage, greet]}", "{all: [greet]}", false),
        ("{all: [manage]}", "{any: [manage, greet]}", false),
        ("{all: [manage]}", "{any: [greet]}", true),
        ("{any: [manage]}", "{any: [manage, greet]}", false),
        ("{any: [manage, greet]}", "{any: [manage]}", true),
        ("{any: [manage, greet]}", "{all: [manage]}", true),
        ("{any: [manage]}", "{all: [manage]}", false),
    ] {
        let changes = changes(&format!("  permissions: [{{is: {before}, until: v2.0}}, {{is: {after}}}]\n"), V1, V2);
        assert_eq!(of(Kind::PermissionsChanged, &changes).breaking, breaking, "{before} to {after}");
    }
}

#[test]
fn what_belongs_to_an_operation_that_comes_is_not_listed_alone() {
    let operation = "  since: v2.0\n  params: {tone: {type: Tone, since: v3.0, doc: The tone.}}\n";
    let changes = changes(operation, V1, V3);
    assert_eq!(changes.iter().map(|change| change.kind).collect::<Vec<_>>(), [Kind::OperationAdded]);
}

#[test]
fn what_went_and_came_back() {
    let param = "  params: {mood: {type: string, removed: {at: v2.0, back: v3.0, instead: tone}, doc: The mood.}}\n";
    let kinds = |from, to| {
        changes(param, from, to).into_iter().filter(|change| change.kind != Kind::ValueRemoved && change.kind != Kind::ValueAdded)
    };
    let gone: Vec<_> = kinds(V1, V2).collect();
    assert_eq!(
        (gone[0].kind, gone[0].what.as_str(), gone[0].instead.as_deref()),
        (Kind::ParameterRemoved, "gone since v2.0", Some("tone"))
    );
    let back: Vec<_> = kinds(V2, V3).collect();
    assert_eq!((back[0].kind, back[0].what.as_str()), (Kind::ParameterAdded, "gone from v2.0 on, back since v3.0, optional"));
    assert_eq!(kinds(V1, V3).count(), 0);
}

#[test]
fn nothing_replaces_in_an_older_version_what_a_newer_one_brought() {
    let changes = changes("  params: {mood: {type: string, since: v2.0, deprecated: {at: v3.0, instead: tone}, doc: The mood.}}\n", V2, V1);
    let change = of(Kind::ParameterRemoved, &changes);
    assert!(change.breaking && change.instead.is_none());
    assert_eq!(change.what, "first in v2.0, so v1.0 lacks it");
}

#[test]
fn a_new_type_breaks_the_crate_only_where_the_rust_type_is_another() {
    for (before, after, release) in
        [("string", "digits", Release::Minor), ("int", "float", Release::Breaking), ("string", "int", Release::Breaking)]
    {
        let param = format!("  params: {{mood: {{type: [{{is: {before}, until: v2.0}}, {{is: {after}}}], doc: The mood.}}}}\n");
        let changes = changes(&param, V1, V2);
        let change = of(Kind::ParameterTypeChanged, &changes);
        assert!(change.breaking);
        assert_eq!(change.release, release, "{before} to {after}");
    }
}

#[test]
fn constants_and_arguments_are_named_as_callers_name_them() {
    let params = "  args: [pin]\n  params:\n    product: {type: string, const: graph, since: v2.0}\n    pin: {type: digits, required: true, doc: The PIN., deprecated: v2.0}\n";
    let changes = changes(params, V1, V2);
    let items: Vec<_> = changes.iter().filter(|change| change.at.contains(".params.")).map(|change| change.rust.as_str()).collect();
    assert_eq!(items, ["graph::number::GreetNumber::new(pin)"]);
}

#[test]
fn what_breaks_comes_first() {
    let params = "  params:\n    mood: {type: string, since: v2.0, doc: The mood.}\n    hand: {type: string, since: v2.0, required: true, doc: The hand.}\n";
    let changes = changes(params, V1, V2);
    assert!(changes[0].breaking && changes[0].at.contains("params.hand"));
    assert!(changes.windows(2).all(|pair| pair[0].breaking >= pair[1].breaking));
}

#[test]
fn a_limit_breaks_where_it_is_tighter() {
    let limit = |max: u32, availability: &str| {
        format!("{{max: {max}, window: 72h, per: number, error: InvalidParameter, doc: So many., {availability}}}")
    };
    for (before, after, breaking) in [(10, 5, true), (10, 20, false)] {
        let limits = [limit(before, "removed: {at: v2.0, instead: the other}"), limit(after, "since: v2.0")].join(", ");
        let changes = changes(&format!("  limits: [{limits}]\n"), V1, V2);
        let change = of(Kind::LimitsChanged, &changes);
        assert_eq!(change.breaking, breaking, "{before} to {after}");
        assert_eq!(change.what, format!("{after} calls per number in 72 h; before it was {before} calls per number in 72 h"));
    }
}

/// A parameter that came on one day, one that went in v3.0 at once and everywhere on another, and a tile of each kind.
const DATED: &str = "  params:
    mood: {type: string, since: 2025-06-15, doc: The mood.}
    song: {type: string, removed: {at: v3.0, on: 2025-10-27, instead: mood}, gated: true, doc: The song.}
    hand: {type: string, default: [{is: left, until: 2025-08-01}, {is: right}], doc: The hand.}
";

#[test]
fn a_day_is_the_same_for_all_versions_so_versions_do_not_differ_by_it() {
    let kinds = |from, to| changes(DATED, from, to).into_iter().map(|change| (change.kind, change.what)).collect::<Vec<_>>();
    assert_eq!(kinds(V2, V3), [(Kind::ParameterRemoved, "gone since v3.0, and since 2025-10-27 in every version".into())]);
    let back = kinds(V3, V2);
    assert_eq!(back, [(Kind::ParameterAdded, "gone since v3.0, and since 2025-10-27 in every version, so v2.0 has it, optional".into())]);
}

#[test]
fn between_two_days_is_what_changed_under_everyones_feet() {
    let found =
        |from, to| of_days(DATED, from, to).into_iter().map(|change| (change.kind, change.what, change.versions)).collect::<Vec<_>>();
    assert_eq!(
        found("2025-06-14", "2025-09-01"),
        [
            (Kind::DefaultChanged, "by default Graph assumes `right`; before it was `left`".into(), vec![]),
            (Kind::ParameterAdded, "first on 2025-06-15, optional".into(), vec![]),
        ]
    );
    assert_eq!(found("2025-06-15", "2025-07-31"), []);
    // Callers of v3.0 had lost it before.
    let song = "gone since v3.0, and since 2025-10-27 in every version".to_owned();
    assert_eq!(found("2025-10-26", "2025-10-27"), [(Kind::ParameterRemoved, song, vec![V1, V2])]);
}

#[test]
fn two_versions_can_be_compared_each_on_its_day() {
    let found = |from, to| {
        changes(DATED, Moment::on(V2, day(from)), Moment::on(V3, day(to))).into_iter().map(|change| change.kind).collect::<Vec<_>>()
    };
    assert_eq!(found("2025-06-14", "2025-06-15"), [Kind::ParameterRemoved, Kind::ParameterAdded]);
    assert_eq!(found("2025-10-27", "2025-10-27"), []);
}

#[test]
fn rules_errors_and_permissions_come_and_go() {
    let operation = "  rules: [{excludes: [mood, song], since: 2025-05-01, doc: One of them.}]
  errors: [{error: Late, since: v2.0}]
";
    let day = of_days(operation, "2025-04-30", "2025-05-01");
    assert_eq!((day[0].kind, day[0].breaking, day[0].what.as_str()), (Kind::RuleAdded, true, "first on 2025-05-01: One of them"));
    let step = changes(operation, V1, V2);
    let error = of(Kind::ErrorAdded, &step);
    assert_eq!((error.at.as_str(), error.breaking), ("GraphNumber.update.errors.Late", false));
}

#[test]
fn what_to_use_instead_has_its_name_in_rust() {
    let params = "  params:\n    mood: {type: string, doc: The mood., deprecated: {at: v2.0, instead: tone}}\n    song: {type: string, doc: The song., deprecated: {at: v2.0, \
                  instead: '`tone`, or a `whistle`'}}\n    tone: {type: Tone, doc: The tone.}\n";
    let changes = changes(params, V1, V2);
    let tone = ("tone".to_owned(), "Call::<GreetNumber>::tone".to_owned());
    let of_params: Vec<_> = changes.iter().filter(|change| change.kind == Kind::ParameterDeprecated).collect();
    assert_eq!(of_params.iter().map(|change| change.substitutes.as_slice()).collect::<Vec<_>>(), [[tone.clone()], [tone]]);
    let loud = of(Kind::ValueRemoved, &changes);
    assert_eq!(loud.substitutes, [("WARM".to_owned(), "graph::types::Tone::Warm".to_owned())]);
}
