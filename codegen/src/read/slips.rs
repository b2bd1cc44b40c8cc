//! Slips that can only mean one thing: reported, and read as that, so that nothing follows from them.

use super::structure::{fits, fits_unquoted, has_kind_of, unknown_key};
use crate::{
    diagnostic::{Code, Diagnostic, nearest},
    language::{
        bound::Bound,
        grammar::{Object, ValueKind},
        scalar,
    },
    parse::{Entry, Kind, Span, Tree},
};

/// Keys with the name that they had earlier, or one letter off, get the name that they have.
pub(super) fn rename(tree: &mut Tree, object: &'static Object, problems: &mut Vec<Diagnostic>) {
    for index in 0..tree.entries().len() {
        let entry = &tree.entries()[index];
        if object.key(&entry.key).is_some() {
            continue;
        }
        if let Some((key, value)) = entry.key.split_once(':').filter(|(key, _)| object.key(key).is_some() && entry.value.is_null()) {
            let (key, value) = (key.to_owned(), value.to_owned());
            problems.push(
                Diagnostic::new(Code::UnknownKey, entry.at, format!("a space is missing after the colon of `{key}`"))
                    .label("one name to YAML, with nothing after it")
                    .help(format!("write `{key}: {value}`")),
            );
            if tree.get(&key).is_none() {
                let span = entry.at;
                let entry = &mut tree.entries_mut()[index];
                entry.key = key;
                entry.value = Tree { span, kind: Kind::Scalar { text: value, plain: true } };
            }
            continue;
        }
        let earlier = object.renamed(&entry.key);
        let Some(now) = earlier.or_else(|| misspelled(entry, object)).filter(|now| tree.get(now).is_none()) else { continue };
        let problem = unknown_key(&entry.key, entry.at, object);
        problems.push(if earlier.is_some() { problem.label("this has another name now") } else { problem });
        tree.entries_mut()[index].key = now.into();
    }
}

/// The key that an entry must have meant: one slip away, and with such a value.
fn misspelled(entry: &Entry, object: &'static Object) -> Option<&'static str> {
    let now = nearest(&entry.key, object.keys().map(|key| key.name))?;
    let near = strsim::damerau_levenshtein(&entry.key.to_lowercase(), now) <= if now.len() < 4 { 1 } else { 2 };
    object.key(now).filter(|key| near && has_kind_of(&entry.value, &key.kind)).map(|key| key.name)
}

/// Keys of an object that are indented too far, among the names below one of its keys, go up.
pub(super) fn lift(tree: &mut Tree, object: &'static Object, problems: &mut Vec<Diagnostic>) {
    for index in 0..tree.entries().len() {
        let holder = &tree.entries()[index];
        let Some(ValueKind::Map(_, inner)) = object.key(&holder.key).map(|key| &key.kind) else { continue };
        let slipped = |entry: &Entry| {
            let key = object.key(&entry.key).filter(|_| tree.get(&entry.key).is_none());
            key.is_some_and(|key| has_kind_of(&entry.value, &key.kind)) && !has_kind_of(&entry.value, inner) && !entry.value.is_null()
        };
        // In braces nothing is indented.
        let is_in_braces = holder.value.entries().first().is_some_and(|first| holder.value.span.start < first.at.start);
        if is_in_braces {
            continue;
        }
        let (up, stay): (Vec<Entry>, Vec<Entry>) = holder.value.entries().iter().cloned().partition(slipped);
        for entry in &up {
            problems.push(
                Diagnostic::new(
                    Code::Misplaced,
                    entry.at,
                    format!("`{}` is a key of {}, and is below `{}`", entry.key, object.name, holder.key),
                )
                .label("indented too far")
                .related(holder.at, "a key of the same mapping")
                .help(format!("indent it as `{}` is", holder.key)),
            );
        }
        if let (false, Kind::Map(entries)) = (up.is_empty(), &mut tree.kind) {
            entries[index].value.kind = Kind::Map(stay);
            entries.extend(up);
        }
    }
}

/// Names that are indented too little, after the key below which they belong, go down.
pub(super) fn sink(tree: &mut Tree, object: &'static Object, problems: &mut Vec<Diagnostic>) {
    let Kind::Map(entries) = &mut tree.kind else { return };
    let mut index = 1;
    while index < entries.len() {
        let (before, after) = entries.split_at_mut(index);
        let (Some(holder), Some(entry)) = (before.last_mut(), after.first()) else { return };
        let inner = match object.key(&holder.key).map(|key| &key.kind) {
            Some(ValueKind::Map(_, ValueKind::Object(inner))) if object.key(&entry.key).is_none() => inner,
            _ => {
                index += 1;
                continue;
            }
        };
        let keys = entry.value.entries();
        let belongs = !keys.is_empty() && keys.iter().all(|key| inner.key(&key.key).is_some());
        if !belongs || !(holder.value.is_null() || matches!(holder.value.kind, Kind::Map(_))) {
            index += 1;
            continue;
        }
        problems.push(
            Diagnostic::new(Code::UnknownKey, entry.at, format!("`{}` is not a key of {}", entry.key, object.name))
                .label(format!("this looks like {}", inner.name))
                .related(holder.at, "it would belong below this")
                .help(format!("indent it, and all that is below it, further than `{}`", holder.key)),
        );
        let entry = entry.clone();
        match &mut holder.value.kind {
            Kind::Map(held) => held.push(entry),
            kind => *kind = Kind::Map(vec![entry]),
        }
        entries.remove(index);
    }
}

/// The keys of an item that are indented as its name is go below it.
pub(super) fn indent(entries: &mut Vec<Entry>, inner: &'static ValueKind, problems: &mut Vec<Diagnostic>) {
    let ValueKind::Object(object) = inner else { return };
    let mut index = 0;
    while index < entries.len() {
        let is_key = |entry: &&Entry| {
            object.key(&entry.key).is_some_and(|key| has_kind_of(&entry.value, &key.kind))
                && !has_kind_of(&entry.value, inner)
                && !entry.value.is_null()
        };
        let keys = if entries[index].value.is_null() { entries[index + 1..].iter().take_while(is_key).count() } else { 0 };
        if keys > 0 {
            let keys: Vec<Entry> = entries.drain(index + 1..=index + keys).collect();
            let owner = &mut entries[index];
            let named: Vec<String> = keys.iter().map(|entry| format!("`{}`", entry.key)).collect();
            problems.push(
                Diagnostic::new(
                    Code::WrongKind,
                    keys[0].at,
                    format!("the keys of `{}` are indented as it is: {}", owner.key, named.join(", ")),
                )
                .label("not indented far enough")
                .related(owner.at, format!("{}, with nothing below it", object.name))
                .help(format!("indent them further than `{}`", owner.key)),
            );
            owner.value.kind = Kind::Map(keys);
        }
        index += 1;
    }
}

/// What a scalar can only mean that the place does not take as it is written.
pub(super) fn meant(tree: &Tree, shape: &ValueKind) -> Option<String> {
    let text = tree.text().filter(|_| !tree.is_null())?;
    if let ValueKind::Either(shapes) = shape {
        return shapes.iter().find_map(|shape| meant(tree, shape));
    }
    match shape {
        ValueKind::Version | ValueKind::Bound => version(text).filter(|meant| Bound::parse(meant).is_some()),
        ValueKind::Bool => match text.to_lowercase().as_str() {
            "true" | "yes" | "on" => Some("true".into()),
            "false" | "no" | "off" => Some("false".into()),
            _ => None,
        },
        ValueKind::Int if !fits(tree, shape) && fits_unquoted(tree, text, shape) => Some(text.into()),
        ValueKind::Choice(words) => words.iter().find(|word| word.eq_ignore_ascii_case(text)).map(|word| (*word).to_owned()),
        _ => None,
    }
}

/// `v24.0` from `v24`, `24.0`, `24`, `V24.0`.
fn version(text: &str) -> Option<String> {
    let digits = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let (major, minor) = digits.split_once('.').unwrap_or((digits, "0"));
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u16>().ok()).flatten();
    let meant = format!("v{}.{}", number(major)?, number(minor)?);
    scalar::version(&meant).map(|_| meant)
}

/// The keys of versions.yaml name versions.
pub(super) fn version_keys(tree: &mut Tree, problems: &mut Vec<Diagnostic>, unread: &mut Vec<Span>) {
    for holder in tree.entries_mut().iter_mut().filter(|entry| matches!(entry.key.as_str(), "versions" | "retired")) {
        let listed: Vec<String> = holder.value.entries().iter().map(|entry| entry.key.clone()).collect();
        for entry in holder.value.entries_mut() {
            if scalar::version(&entry.key).is_some() {
                continue;
            }
            let problem = Diagnostic::new(Code::WrongKind, entry.at, format!("`{}` is not a version", entry.key))
                .label("this names a version of Graph");
            match version(&entry.key) {
                Some(meant) => {
                    problems.push(problem.help(format!("did you mean `{meant}`? Versions are written as in the path")));
                    if !listed.contains(&meant) {
                        entry.key = meant;
                    }
                }
                None => {
                    problems.push(problem.help("versions are written as in the path, `v21.0`"));
                    unread.push(Span { end: entry.value.span.end.max(entry.at.end), ..entry.at });
                }
            }
        }
    }
}
