//! `call OPERATION --help`: everything that the spec says of an operation.

use graph_runtime::{Auth, Availability, Bound, Permissions, RuleKind};

use crate::catalog::{Known, Slot, slots};
use crate::description::Type;
use crate::problem::numbers;
use crate::secrets::variable;
use crate::text::{duration, plain, print, sentence, wrap};
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
    slot.param.is_some_and(|param| param.secret)
}

fn parameters(known: Known) -> String {
    let slots = slots(known.operation);
    let given: Vec<&Slot> = slots.iter().filter(|slot| slot.constant.is_none()).collect();
    if given.is_empty() {
        return "\nParameters\n  none\n".into();
    }
    let mut text = String::from("\nParameters\n");
    for slot in given {
        let known_of = known.info.params.iter().find(|param| param.name == slot.name);
        let mut kind = type_text(slot.ty);
        if let Some(length) = known_of.and_then(|param| param.digits).and_then(|digits| digits.length) {
            kind = format!("{kind} of {length} digits");
        }
        if slot.required {
            kind.push_str(", required");
        }
        text.push_str(&wrap(&kind, &format!("  {}  ", slot.name), "      "));
        text.push_str(&wrap(&plain(slot.doc), "      ", "      "));
        let listed = slot.values();
        if !listed.is_empty() {
            let shown: Vec<&str> = listed.iter().take(40).copied().collect();
            let more = if listed.len() > shown.len() { format!(", and {} more", listed.len() - shown.len()) } else { String::new() };
            text.push_str(&wrap(&format!("one of {}{more}", shown.join(", ")), "      ", "      "));
        }
        let (of, listed) = match slot.ty {
            Type::List(inner) => (*inner, " of each"),
            other => (other, ""),
        };
        let mut inner = Vec::new();
        catalog::members(of, &mut inner);
        if !inner.is_empty() {
            let names: Vec<String> = inner.iter().filter(|slot| slot.constant.is_none()).map(|slot| slot.name.to_owned()).collect();
            text.push_str(&wrap(&format!("members{listed}: {}", names.join(", ")), "      ", "      "));
        }
        if let Some(default) = slot.param.and_then(|param| param.default) {
            text.push_str(&wrap(&format!("without it: {default}"), "      ", "      "));
        }
        if is_secret(slot) {
            text.push_str(&wrap(&format!("from the variable `{}`, or a prompt", variable(slot.name)), "      ", "      "));
        }
        if let Some(range) = known_of.and_then(|param| availability(&param.availability)) {
            text.push_str(&wrap(&range, "      ", "      "));
        }
    }
    text
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
            let all = format!("{} {} {} {}", known.name(), known.info.id, known.info.path, known.operation.doc).to_lowercase();
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
