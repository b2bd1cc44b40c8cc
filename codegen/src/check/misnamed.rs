//! One mistake that is seen from many places, reported once.
//!
//! A slip in the name of a parameter is met by every example that names it rightly, and each of them would be reported as wrong. The declaration is
//! the one that is wrong if nothing else in the whole spec has its name.

use std::collections::{BTreeMap, BTreeSet};

use super::scope;
use crate::{
    ast::Spec,
    diagnostic::{Code, Diagnostic, Place, Stage},
    language::type_expr::TypeExpr,
    naming::snake,
    parse::{Entry, Kind, Sources, Span, Tree},
    read::{File, FileKind},
};

/// Reports names that only their declaration has instead of what follows from them, and what is said of many places once.
pub(super) fn fold(spec: &Spec, sources: &Sources, files: &[File], problems: &mut Vec<Diagnostic>) {
    declarations(sources, files, problems);
    seen_from_the_other_side(problems);
    besides_a_slip(problems);
    behind_others(problems);
    behind_excuses(sources, problems);
    broken_types(spec, sources, files, problems);
    unknown_types(problems);
    repetitions(problems);
}

/// A declared name, and the one by which everything else calls it.
struct Slip {
    declared: String,
    used: String,
    at: Span,
}

fn declarations(sources: &Sources, files: &[File], problems: &mut Vec<Diagnostic>) {
    let slips: BTreeSet<(String, String)> = problems.iter().filter_map(|problem| problem.slip.clone()).collect();
    for (used, declared) in slips {
        let Some(at) = only_declared(sources, files, &declared) else { continue };
        let slip = Slip { declared, used, at };
        let places: Vec<Span> = problems.iter().filter(|problem| slip.reports(problem)).filter_map(place).collect();
        // A problem that went with another slip.
        let Some(first) = places.iter().copied().min() else { continue };
        if is_declaration_wrong(sources, &slip, places.len()) {
            problems.retain(|problem| !slip.explains(problem));
            problems.push(slip.problem(&places));
        } else {
            problems.retain(|problem| problem.code != Code::BadWebhook || place(problem) != Some(slip.at) || place(problem) == Some(first));
        }
    }
}

impl Slip {
    /// Whether a problem says that the used name is not declared, and the declared one is like it.
    fn reports(&self, problem: &Diagnostic) -> bool {
        problem.slip.as_ref().is_some_and(|(used, declared)| *used == self.used && *declared == self.declared)
    }

    /// Whether a problem goes away with the slip. Nothing but the declaration has its name, so whatever speaks of it is about the declaration.
    fn explains(&self, problem: &Diagnostic) -> bool {
        let evidence =
            matches!(problem.code, Code::Disagrees | Code::StaleQuirk | Code::UnusedHabit | Code::Uncovered | Code::UnusedReason);
        self.reports(problem)
            || has_word(&problem.message, &self.declared)
            || place(problem) == Some(self.at)
            || (evidence && has_word(&problem.message, &self.used))
    }

    fn problem(&self, places: &[Span]) -> Diagnostic {
        let Self { declared, used, at } = self;
        let many = if places.len() == 1 { String::from("one place") } else { format!("{} places", places.len()) };
        let mut problem = Diagnostic::new(
            Code::Misnamed,
            *at,
            format!("`{declared}` is named nowhere else, and `{used}`, which is not declared, in {many}"),
        )
        .label("declared with this name");
        let mut places = places.to_vec();
        places.sort_unstable();
        for place in places.iter().take(2) {
            problem = problem.related(*place, format!("`{used}` here"));
        }
        problem.help(format!("did you mean `{used}`?")).help("correct the declaration, or every place that names it otherwise")
    }
}

fn place(problem: &Diagnostic) -> Option<Span> {
    if let Place::Span(span) = problem.at { Some(span) } else { None }
}

/// Where a name is declared, if that is the only place of the whole spec that has it.
fn only_declared(sources: &Sources, files: &[File], name: &str) -> Option<Span> {
    if sources.iter().map(|(_, source)| words(&source.text, name).take(2).count()).sum::<usize>() != 1 {
        return None;
    }
    files.iter().find_map(|file| declared_in(&file.tree, file.kind, name))
}

/// The key of a mapping, or what says the name of the whole file.
fn declared_in(tree: &Tree, kind: FileKind, name: &str) -> Option<Span> {
    let key = match kind {
        FileKind::Node => "node",
        FileKind::Edge => "edge",
        FileKind::Webhook => "field",
        _ => "",
    };
    let whole = tree.get(key).filter(|value| value.text() == Some(name)).map(|value| value.span);
    whole.or_else(|| key_in(tree, name))
}

fn key_in(tree: &Tree, name: &str) -> Option<Span> {
    match &tree.kind {
        Kind::Map(entries) => {
            let here = |entry: &Entry| if entry.key == name { Some(entry.at) } else { key_in(&entry.value, name) };
            entries.iter().find_map(here)
        }
        Kind::List(items) => items.iter().find_map(|item| key_in(item, name)),
        Kind::Scalar { .. } => None,
    }
}

/// Whether of a declaration and its uses the declaration is wrong: what is used is used twice, or its words are the more usual ones.
fn is_declaration_wrong(sources: &Sources, slip: &Slip, places: usize) -> bool {
    let count = |name: &str| sources.iter().map(|(_, source)| words(&source.text, name).count()).sum::<usize>();
    // An example that has a slip has it in its call and in its request.
    if places > 1 || count(&slip.used) > 2 {
        return true;
    }
    // One or several: either may be meant.
    let is_plural = |one: &str, many: &str| many.strip_suffix('s') == Some(one);
    if is_plural(&slip.used, &slip.declared) || is_plural(&slip.declared, &slip.used) {
        return false;
    }
    let (declared, used) = (snake(&slip.declared), snake(&slip.used));
    let parts = |of: &str, but: &str| -> Vec<String> {
        let but: Vec<&str> = but.split('_').collect();
        of.split('_').filter(|part| !but.contains(part)).map(str::to_owned).collect()
    };
    let texts: Vec<String> = sources.iter().map(|(_, source)| source.text.to_lowercase()).collect();
    let usual = |parts: Vec<String>| {
        let is_letter = |character: Option<char>| character.is_some_and(char::is_alphabetic);
        let times_in = |text: &str, part: &str| {
            let whole = |at: usize| !is_letter(text[..at].chars().next_back()) && !is_letter(text[at + part.len()..].chars().next());
            text.match_indices(part).filter(|(at, _)| whole(*at)).count()
        };
        let times = |part: &String| texts.iter().map(|text| times_in(text, part)).sum::<usize>();
        parts.iter().map(times).min().unwrap_or_default()
    };
    // A name of one word is not made usual by itself.
    let beside = |name: &str, whole: &str, but: &str| {
        usual(parts(whole, but)).saturating_sub(if whole == name.to_lowercase() { count(name) } else { 0 })
    };
    beside(&slip.used, &used, &declared) > beside(&slip.declared, &declared, &used)
}

/// Where a text has a name, and not as a part of a longer one.
fn words<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = usize> + 't {
    let is_part = |character: Option<char>| character.is_some_and(|character| character.is_alphanumeric() || character == '_');
    text.match_indices(name)
        .filter(move |(at, _)| !is_part(text[..*at].chars().next_back()) && !is_part(text[at + name.len()..].chars().next()))
        .map(|(at, _)| at)
}

fn has_word(text: &str, name: &str) -> bool {
    words(text, name).next().is_some()
}

/// A use that is wrong makes what it should have named look unused, and the right uses of what it is beside look wrong.
fn seen_from_the_other_side(problems: &mut Vec<Diagnostic>) {
    let slips: Vec<(Code, (String, String))> = problems.iter().filter_map(|problem| Some((problem.code, problem.slip.clone()?))).collect();
    problems.retain(|problem| {
        let is_unused = matches!(problem.code, Code::UnusedType | Code::UnusedPermission | Code::UnusedArea | Code::UnusedHost);
        if is_unused && slips.iter().any(|(_, (_, declared))| has_word(&problem.message, declared)) {
            return false;
        }
        let Some((used, declared)) = &problem.slip else { return true };
        !slips.iter().any(|(code, (other, meant))| other == declared && meant == used && code.stage() < problem.code.stage())
    });
}

/// The names in a message that are of operations, or of what belongs to one.
fn subjects(message: &str) -> Vec<&str> {
    message.split('`').skip(1).step_by(2).filter(|name| name.contains('/')).collect()
}

/// An excuse with a slip excuses nothing: that it is not needed, and that something is not excused, are one problem.
fn behind_excuses(sources: &Sources, problems: &mut Vec<Diagnostic>) {
    let at_path = |at: Span| sources.file(at.file).path.as_str();
    let text = |at: Span| sources.file(at.file).text.get(at.start..at.end).unwrap_or_default();
    let is_near = |one: &str, other: &str| strsim::damerau_levenshtein(one, other) <= 2;
    let mut habits: Vec<String> = Vec::new();
    let mut reasons: Vec<String> = Vec::new();
    let mut quirks: Vec<String> = Vec::new();
    let (mut gaps, mut unknown_hosts, mut dates) = (String::new(), false, false);
    for problem in problems.iter() {
        let Some(at) = place(problem) else { continue };
        match (problem.code, at_path(at)) {
            (Code::UnusedHabit, _) => habits.extend(subjects(&problem.message).into_iter().map(str::to_owned)),
            (Code::UnusedReason, _) => reasons.extend(subjects(&problem.message).into_iter().map(str::to_owned)),
            (Code::StaleQuirk, _) => quirks.push(text(at).trim_matches(['\'', '"']).to_owned()),
            (Code::VersionGap, _) => gaps.push_str(&problem.message),
            (Code::WrongKind, "surface.yaml") => unknown_hosts = true,
            (Code::BadRange, "versions.yaml") => dates = true,
            _ => {}
        }
    }
    // What an excuse says that lacks a part, and so was not read.
    let halves = |path: &str| -> String {
        let is_half = |problem: &&Diagnostic| problem.code.stage() == Stage::Structure || problem.code == Code::MissingKey;
        problems.iter().filter(is_half).filter_map(place).filter(|at| at_path(*at) == path).map(text).collect()
    };
    let (half_quirks, half_reasons) = (halves("quirks.yaml"), halves("coverage.yaml"));
    let is_of_quirk = |names: &[String]| {
        let differs = |quirk: &String| {
            let parts: Vec<&str> = quirk.split('.').collect();
            parts.len() == names.len() && parts.iter().zip(names).filter(|(part, name)| *part != name).count() < 2
        };
        quirks.iter().any(differs) || (names.len() > 1 && half_quirks.contains(&names.join(".")))
    };
    let mut facts = BTreeSet::new();
    problems.retain(|problem| match problem.code {
        Code::Disagrees => {
            let is_excused = subjects(&problem.message).iter().any(|subject| habits.iter().any(|habit| is_near(habit, subject)));
            !(is_excused || dates || problem.absent.iter().any(|names| is_of_quirk(names)))
        }
        Code::UnusedHabit | Code::UnneededQuirk => !dates,
        Code::Uncovered => !subjects(&problem.message)
            .iter()
            .any(|subject| reasons.iter().any(|reason| is_near(reason, subject)) || half_reasons.contains(*subject)),
        Code::UnknownVersion => !problem.absent.iter().flatten().any(|version| has_word(&gaps, version)),
        // A host without a scheme.
        Code::WrongRequest => {
            let begins = problem.message.split_once("what follows the method begins with `").map_or("/", |(_, begins)| begins);
            !unknown_hosts || begins.starts_with(['/', 'h'])
        }
        // The lines of facts build on each other.
        Code::BadFact => place(problem).is_none_or(|at| facts.insert((at.file, problem.message.clone()))),
        _ => true,
    });
}

/// An example with a slip lacks the right name, and what it says under the wrong one is not what it sends.
fn besides_a_slip(problems: &mut Vec<Diagnostic>) {
    let slips: Vec<(Span, (String, String))> =
        problems.iter().filter_map(|problem| Some((place(problem)?, problem.slip.clone()?))).collect();
    let lacked: Vec<(Span, String)> = problems
        .iter()
        .filter(|problem| problem.code == Code::BadCall)
        .filter_map(|problem| {
            let (_, rest) = problem.message.split_once(" lacks `")?;
            Some((place(problem)?, rest.split('`').next().unwrap_or_default().to_owned()))
        })
        .collect();
    let follows = |message: &str| {
        ["is missing, which a `", "which it does not send", " lacks `", " does not take `", " does not send its request"]
            .iter()
            .any(|words| message.contains(words))
    };
    problems.retain(|problem| {
        let Some(at) = place(problem).filter(|_| problem.code.stage() == Stage::Use && problem.slip.is_none()) else { return true };
        let is_of_slip = |(place, (used, declared)): &(Span, (String, String))| {
            let is_in_it = place.file == at.file && place.start.abs_diff(at.start) < 600 && follows(&problem.message);
            is_in_it && (has_word(&problem.message, used) || has_word(&problem.message, declared))
        };
        let is_lacked = |(place, name): &(Span, String)| {
            place.file == at.file && problem.message.ends_with(&format!("`{name}`, which the call does not have"))
        };
        !(slips.iter().any(is_of_slip) || lacked.iter().any(is_lacked))
    });
}

/// What is said of a whole because of a part of it that is wrong.
fn behind_others(problems: &mut Vec<Diagnostic>) {
    let causes: Vec<(Code, Span)> =
        problems.iter().filter(|problem| problem.code.is_error()).filter_map(|problem| Some((problem.code, place(problem)?))).collect();
    // Where a version is none, it is not known what sources have to say of it.
    let unclear: BTreeSet<_> = causes.iter().filter(|(code, _)| *code == Code::UnknownVersion).map(|(_, cause)| cause.file).collect();
    let within = |inner: Span, outer: Span| inner.file == outer.file && outer.start <= inner.start && inner.end <= outer.end;
    problems.retain(|problem| {
        let Some(at) = place(problem) else { return true };
        if problem.code == Code::Disagrees && unclear.contains(&at.file) {
            return false;
        }
        match problem.code {
            // A quirk or a source is compared with a value that is wrong in itself.
            Code::StaleQuirk | Code::Disagrees => !causes.iter().any(|(code, cause)| {
                code.stage() < problem.code.stage()
                    && (within(*cause, at) || problem.related.iter().any(|(related, _)| within(*cause, *related)))
            }),
            // An operation that lacks what is required is not known.
            Code::NoExample => !causes.iter().any(|(code, cause)| *code == Code::MissingKey && *cause == at),
            // A rule of which a part has the wrong kind says nothing.
            Code::WrongKind => !causes.iter().any(|(code, cause)| *code == Code::WrongKind && *cause != at && within(*cause, at)),
            _ => true,
        }
    });
}

/// No value fits a type whose parts do not fit together: as long as it is so, nothing is known of values in which there is one.
fn broken_types(spec: &Spec, sources: &Sources, files: &[File], problems: &mut Vec<Diagnostic>) {
    let types: Vec<&Entry> = files
        .iter()
        .filter(|file| matches!(file.kind, FileKind::Types | FileKind::Webhook))
        .flat_map(|file| file.tree.get("types").map_or(&[][..], Tree::entries))
        .collect();
    let is_of_a_part = |code: Code| matches!(code, Code::BadUnion | Code::DuplicateKey);
    let holder = |at: Span| {
        let holds =
            |entry: &&&Entry| entry.at.file == at.file && entry.at.start <= at.start && at.end <= entry.value.span.end.max(entry.at.end);
        types.iter().find(holds).map(|entry| entry.key.clone())
    };
    let broken: BTreeSet<String> =
        problems.iter().filter(|problem| is_of_a_part(problem.code)).filter_map(place).filter_map(holder).collect();
    // What is spread among parameters, or should be, is sent in another form than it seems.
    let operations: BTreeSet<_> =
        problems.iter().filter(|problem| problem.code == Code::BadUnion).filter_map(place).map(|at| at.file).collect();
    problems.retain(|problem| {
        let is_sent = matches!(problem.code, Code::BadCall | Code::WrongRequest);
        !(is_sent && place(problem).is_some_and(|at| operations.contains(&at.file)))
    });
    if broken.is_empty() {
        return;
    }
    let has_broken = |at: &Span| {
        let text = sources.file(at.file).text.get(at.start..at.end).unwrap_or_default();
        let named =
            TypeExpr::parse(text.trim_matches(['\'', '"'])).map(|ty| ty.names().into_iter().map(|(name, _)| name.to_owned()).collect());
        named.is_some_and(|names: Vec<String>| scope::reached_from(spec, names).iter().any(|name| broken.contains(name)))
    };
    let is_of_a_value = |problem: &Diagnostic| matches!(problem.code, Code::BadCall | Code::BadResponse | Code::BadPayload);
    problems.retain(|problem| !(is_of_a_value(problem) && problem.related.iter().any(|(at, _)| has_broken(at))));
}

/// What a type has that no file describes, or several do, is not known, and cannot be compared with what sources say.
fn unknown_types(problems: &mut Vec<Diagnostic>) {
    let is_unknown = |problem: &Diagnostic| {
        matches!(problem.code, Code::UnknownType | Code::BadUnion)
            || (problem.code == Code::NameClash && problem.message.contains(" already declared at "))
    };
    if problems.iter().any(is_unknown) {
        problems.retain(|problem| !matches!(problem.code, Code::Disagrees | Code::UnusedHabit | Code::UnneededQuirk));
    }
}

/// What is said word for word of several places is said at the first of them.
fn repetitions(problems: &mut Vec<Diagnostic>) {
    let is_folded =
        |problem: &Diagnostic| !problem.absent.is_empty() || matches!(problem.code, Code::WrongRequest | Code::BadCall | Code::BadResponse);
    let mut places: BTreeMap<(Code, String), Vec<Span>> = BTreeMap::new();
    for problem in problems.iter().filter(|problem| is_folded(problem)) {
        if let Some(at) = place(problem) {
            places.entry((problem.code, problem.message.clone())).or_default().push(at);
        }
    }
    places.retain(|_, places| places.len() > 1);
    for places in places.values_mut() {
        places.sort_unstable();
    }
    problems.retain_mut(|problem| {
        let Some(places) = places.get(&(problem.code, problem.message.clone())) else { return true };
        if !is_folded(problem) || place(problem) != places.first().copied() {
            return !is_folded(problem);
        }
        problem.related.extend(places.iter().skip(1).take(2).map(|at| (*at, String::from("here too"))));
        if let Some(more) = places.len().checked_sub(3).filter(|more| *more > 0) {
            problem.help.push(format!("the same is wrong in {more} more {}", if more == 1 { "place" } else { "places" }));
        }
        true
    });
}
