//! `call OPERATION --help`: everything that the spec says of an operation, or of a part of its request.

use graph_runtime::{Auth, Availability, Bound, Permissions, RuleKind};

use crate::catalog::{Known, Slot, slots};
use crate::description::Type;
use crate::problem::numbers;
use crate::secrets::variable;
use crate::text::{did_you_mean, duration, plain, print, sentence, wrap};
use crate::values::type_text;
use crate::{arguments, catalog, exit::Exit, problem::Problem};

pub(crate) fn text(known: Known) -> String {
    let Known { operation, info } = known;
    let mut text = format!("{}\n{} {}\n\n", known.name(), info.method, info.path);
    text.push_str(&wrap(&plain(operation.doc), "", ""));
    if let Some(range) = availability(&info.availability) {
        text.push_str(&wrap(&range, "", ""));
    }
    for note in operation.notes {
        text.push_str(&wrap(&plain(note), "- ", "  "));
    }
    text.push_str(&usage(known));
    text.push_str(&parameters(known));
    rules(known, &mut text);
    text.push_str(&format!("\nPermissions\n{}", wrap(&permissions(known), "  ", "  ")));
    text.push_str("\nLimits\n");
    for limit in info.limits {
        let mut said = format!("{} calls per {} in {}", limit.max, limit.per.name, duration(limit.window.as_secs()));
        if let Some(block) = limit.block {
            said.push_str(&format!(", then blocked for {}; counted in the ledger", duration(block.as_secs())));
        }
        said.push_str(&format!(" (error {})", numbers(limit.error.code, limit.error.subcode)));
        text.push_str(&wrap(&said, "  ", "  "));
    }
    let repeated = if info.never_retry {
        "sent once, whatever happens"
    } else if info.idempotent {
        "may be repeated: a second time has no second effect"
    } else {
        "repeated only when it is certain that nothing was done"
    };
    text.push_str(&wrap(repeated, "  ", "  "));
    text.push_str("\nErrors\n");
    for doc in info.errors {
        let error = doc.error;
        let title = error.title.map_or_else(String::new, |title| format!(": {title}"));
        text.push_str(&wrap(&format!("{} {}{title}", numbers(error.code, error.subcode), error.name), "  ", "    "));
        text.push_str(&wrap(&plain(doc.cause), "    cause   ", "            "));
        text.push_str(&wrap(&plain(doc.remedy), "    remedy  ", "            "));
    }
    text.push_str(&format!("\nSource\n  {}\n", info.page));
    text
}

fn usage(known: Known) -> String {
    let ids: String = known.placeholders().map(|name| format!(" {}", name.to_uppercase())).collect();
    let required: String = slots(known.operation)
        .iter()
        .filter(|slot| slot.required && slot.constant.is_none() && !is_secret(slot))
        .map(|slot| format!(" -p {}=…", slot.name))
        .collect();
    format!("\nUsage\n{}", wrap(&format!("whatsapp-graph-cli call {}{ids}{required}", known.name()), "  ", "    "))
}

fn is_secret(slot: &Slot) -> bool {
    matches!(slot.ty, Type::Secret) || slot.param.is_some_and(|param| param.secret)
}

fn parameters(known: Known) -> String {
    let slots = slots(known.operation);
    let given: Vec<&Slot> = slots.iter().filter(|slot| slot.constant.is_none()).collect();
    if given.is_empty() {
        return "\nParameters\n  none\n".into();
    }
    let mut text = String::from("\nParameters\n");
    for slot in &given {
        describe(slot, known, &mut text);
    }
    let nested = given.iter().find_map(|slot| Some((slot, of_part(slot).into_iter().find(|part| !of_part(part).is_empty())?)));
    if let Some((slot, part)) = nested {
        let command = format!("whatsapp-graph-cli call {} --help", known.name());
        text.push_str(&format!("\nWhat members have\n{}", wrap(&format!("{command} {}", slot.name), "  ", "    ")));
        text.push_str(&wrap(&format!("{command} {}.{}", slot.name, part.name), "  ", "    "));
    }
    text
}

/// What is given for a parameter or a member.
fn describe(slot: &Slot, known: Known, text: &mut String) {
    let known_of = known.info.params.iter().find(|param| slot.param.is_some() && param.name == slot.name);
    let mut kind = type_text(slot.ty);
    if let Some(length) = known_of.and_then(|param| param.digits).and_then(|digits| digits.length) {
        kind = format!("{kind} of {length} digits");
    }
    if slot.required {
        let contested = slot.param.is_some_and(|param| param.contested);
        kind.push_str(if contested { ", required by some of Meta's pages" } else { ", required" });
    }
    text.push_str(&wrap(&kind, &format!("  {}  ", slot.name), "      "));
    text.push_str(&wrap(&plain(slot.doc), "      ", "      "));
    let listed = slot.values();
    if !listed.is_empty() {
        let shown: Vec<&str> = listed.iter().take(40).copied().collect();
        let more = if listed.len() > shown.len() { format!(", and {} more", listed.len() - shown.len()) } else { String::new() };
        text.push_str(&wrap(&format!("one of {}{more}", shown.join(", ")), "      ", "      "));
    }
    let parts = of_part(slot);
    if !parts.is_empty() {
        let listed = if matches!(slot.ty, Type::List(_)) { " of each" } else { "" };
        let names: Vec<&str> = parts.iter().map(|slot| slot.name).collect();
        text.push_str(&wrap(&format!("members{listed}: {}", names.join(", ")), "      ", "      "));
    }
    if let Some(default) = slot.param.and_then(|param| param.default) {
        text.push_str(&wrap(&format!("default: {default}"), "      ", "      "));
    }
    if is_secret(slot) {
        text.push_str(&wrap(&format!("from the variable `{}`, or a prompt", variable(slot.name)), "      ", "      "));
    }
    if let Some(range) = known_of.and_then(|param| availability(&param.availability)) {
        text.push_str(&wrap(&range, "      ", "      "));
    }
}

/// The members of an object, or of each element of a list of them.
fn of_part(slot: &Slot) -> Vec<Slot> {
    let mut ty = slot.ty;
    while let Type::List(inner) | Type::Map(inner) = ty {
        ty = *inner;
    }
    let mut parts = Vec::new();
    catalog::members(ty, &mut parts);
    parts.retain(|part| part.constant.is_none());
    parts
}

/// Does a path such as `template.components` begin with a parameter of the operation?
pub(crate) fn has(known: Known, path: &str) -> bool {
    let first = path.split('.').next();
    slots(known.operation).iter().any(|slot| Some(slot.name) == first)
}

/// `call OPERATION --help template.components`: what is in a part of a request.
pub(crate) fn part(known: Known, path: &str) -> Result<String, Box<Problem>> {
    let mut among = slots(known.operation);
    let mut found: Option<Slot> = None;
    // The place in a list may be there or not: all of its elements have the same members.
    for step in path.split('.').filter(|step| step.parse::<usize>().is_err()) {
        let slot = among.iter().find(|slot| slot.name == step).copied().ok_or_else(|| {
            let names: Vec<&str> = among.iter().map(|slot| slot.name).collect();
            let why = if names.is_empty() { "nothing is within it".into() } else { format!("it has {}", names.join(", ")) };
            let problem = Problem::usage(format!("`{path}`: there is no member `{step}`")).at(format!("call {}", known.name()));
            problem.why(why).maybe(did_you_mean(step, names))
        })?;
        among = of_part(&slot);
        found = Some(slot);
    }
    let mut text = format!("{}: {path}\n\n", known.name());
    if let Some(slot) = found {
        describe(&slot, known, &mut text);
        if !among.is_empty() {
            text.push_str(if matches!(slot.ty, Type::List(_)) { "\nMembers of each\n" } else { "\nMembers\n" });
        }
    }
    for slot in &among {
        describe(slot, known, &mut text);
    }
    Ok(text)
}

fn rules(known: Known, text: &mut String) {
    let of_params: Vec<_> = known.info.rules.iter().filter(|rule| rule.at.is_empty()).collect();
    if of_params.is_empty() {
        return;
    }
    text.push_str("\nRules\n");
    for rule in of_params {
        let said = match rule.kind {
            RuleKind::OneOf(names) => format!("exactly one of {}", names.join(", ")),
            RuleKind::AnyOf(names) => format!("at least one of {}", names.join(", ")),
            RuleKind::Requires(name, needs) => format!("{name} needs {}", needs.join(", ")),
            RuleKind::RequiresFor(name, value, needs) => format!("{name} {value} needs {}", needs.join(", ")),
            RuleKind::Excludes(names) => format!("at most one of {}", names.join(", ")),
            RuleKind::FirstWins(names) => format!("the first that is given counts of {}", names.join(", ")),
        };
        text.push_str(&wrap(&format!("{said}. {}", plain(rule.doc)), "  ", "    "));
    }
}

fn permissions(known: Known) -> String {
    if known.info.auth == Auth::None {
        return "no token is sent".into();
    }
    match known.info.permissions {
        Permissions::None => "none is documented".into(),
        Permissions::All(names) => names.join(" and "),
        Permissions::Any(names) => names.join(" or "),
    }
}

/// From when on something is there, and until when, where that is not always.
fn availability(of: &Availability) -> Option<String> {
    let mut said = Vec::new();
    if let Some(since) = of.since {
        said.push(format!("since {}", of_bound(since)));
    }
    if let Some(deprecated) = of.deprecated {
        said.push(format!("deprecated since {}", of_bound(deprecated)));
    }
    if let Some(removed) = of.removed {
        said.push(format!("removed {removed}"));
    }
    if let Some(instead) = of.instead {
        said.push(format!("instead: {instead}"));
    }
    (!said.is_empty()).then(|| said.join("; "))
}

/// `v21.0`, `2026-09-24`, or both.
fn of_bound(bound: Bound) -> String {
    let texts = [bound.version().map(|version| version.to_string()), bound.day().map(|day| day.to_string())];
    texts.into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

/// `operations`: those whose name, path or description has all the words.
pub(crate) fn list(arguments: &arguments::Operations) -> Result<Exit, Box<Problem>> {
    let words: Vec<String> = arguments.words.iter().map(|word| word.to_lowercase()).collect();
    let found: Vec<Known> = catalog::all()
        .filter(|known| {
            let all = format!(
                "{} {} {} {} {}",
                known.name(),
                known.info.id,
                known.info.path,
                known.operation.doc,
                known.operation.areas.join(" ")
            )
            .to_lowercase();
            words.iter().all(|word| all.contains(word))
        })
        .collect();
    if found.is_empty() {
        let problem = Problem::new(Exit::Found, "no operation has these words").remedy("try fewer words; without any, all are listed");
        return Err(problem);
    }
    let mut text = String::new();
    for known in found {
        if arguments.json {
            let json = serde_json::json!({
                "name": known.name(), "id": known.info.id, "method": known.info.method.as_str(), "path": known.info.path,
                "doc": known.operation.doc, "areas": known.operation.areas,
            });
            text.push_str(&format!("{json}\n"));
        } else {
            text.push_str(&format!("{}\n", known.name()));
            text.push_str(&wrap(sentence(&plain(known.operation.doc)), "    ", "    "));
        }
    }
    print(&text)?;
    Ok(Exit::Done)
}
