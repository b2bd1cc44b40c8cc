//! A line of the file of a [`FileLedger`](super::FileLedger): a checksum, and the entries that belong together.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::state::{Entry, Key};

/// Why a line cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is not what was written: torn off or damaged.
    Damaged,
    /// It is what was written, by a later version of this crate.
    Unknown,
}

/// The line without its end. It may be read again whole or not at all.
pub(super) fn write(entries: &[Entry]) -> String {
    let entries: Vec<Value> = entries.iter().map(value).collect();
    let json = Value::Array(entries).to_string();
    format!("{} {json}", checksum(&json))
}

pub(super) fn read(line: &[u8]) -> Result<Vec<Entry>, Unreadable> {
    let line = std::str::from_utf8(line).map_err(|_| Unreadable::Damaged)?;
    let (sum, json) = line.split_once(' ').ok_or(Unreadable::Damaged)?;
    if sum != checksum(json) {
        return Err(Unreadable::Damaged);
    }
    let Ok(Value::Array(entries)) = serde_json::from_str(json) else {
        return Err(Unreadable::Unknown);
    };
    entries.iter().map(|entry| self::entry(entry).ok_or(Unreadable::Unknown)).collect()
}

/// The first eight bytes of the SHA-256, in hexadecimal.
fn checksum(json: &str) -> String {
    Sha256::digest(json).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn value(entry: &Entry) -> Value {
    match entry {
        Entry::Call { key, id, at, window, answered } => json!({
            "call": format!("{id:016x}"), "operation": key.operation, "subject": key.subject,
            "at": at, "window": window, "answered": answered,
        }),
        Entry::Release { key, id } => json!({"release": format!("{id:016x}"), "operation": key.operation, "subject": key.subject}),
        Entry::Block { key, until } => json!({"block": until, "operation": key.operation, "subject": key.subject}),
        Entry::Clear { key } => json!({"clear": true, "operation": key.operation, "subject": key.subject}),
        Entry::Alias { old, new } => json!({"alias": old, "of": new}),
    }
}

fn entry(value: &Value) -> Option<Entry> {
    let text = |name: &str| value.get(name)?.as_str().map(ToOwned::to_owned);
    let id = |name: &str| u64::from_str_radix(value.get(name)?.as_str()?, 16).ok();
    let number = |name: &str| value.get(name)?.as_u64();
    let key = || Some(Key { operation: text("operation")?, subject: text("subject")? });
    let kind = value.as_object()?.keys().next()?;
    Some(match kind.as_str() {
        "call" => Entry::Call {
            key: key()?,
            id: id("call")?,
            at: number("at")?,
            window: number("window")?,
            answered: value.get("answered")?.as_bool()?,
        },
        "release" => Entry::Release { key: key()?, id: id("release")? },
        "block" => Entry::Block { key: key()?, until: number("block")? },
        "clear" => Entry::Clear { key: key()? },
        "alias" => Entry::Alias { old: text("alias")?, new: text("of")? },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_kind() -> Vec<Entry> {
        let key = Key { operation: "Node.edge.create".to_owned(), subject: "16\n\"5".to_owned() };
        vec![
            Entry::Call { key: key.clone(), id: u64::MAX, at: u64::MAX, window: 1, answered: true },
            Entry::Call { key: key.clone(), id: 0, at: 0, window: u64::MAX, answered: false },
            Entry::Release { key: key.clone(), id: 7 },
            Entry::Block { key: key.clone(), until: 9 },
            Entry::Clear { key },
            Entry::Alias { old: "106".to_owned(), new: "1631".to_owned() },
        ]
    }

    #[test]
    fn a_line_is_read_as_it_was_written() {
        let line = write(&every_kind());
        assert!(!line.contains('\n'), "{line}");
        assert_eq!(read(line.as_bytes()), Ok(every_kind()));
        assert_eq!(read(write(&[]).as_bytes()), Ok(Vec::new()));
    }

    #[test]
    fn a_line_that_is_not_what_was_written_is_never_believed() {
        let line = write(&every_kind()).into_bytes();
        for at in 0..line.len() {
            assert_eq!(read(&line[..at]), Err(Unreadable::Damaged), "cut at {at}");
            let mut other = line.clone();
            other[at] ^= 1;
            assert_eq!(read(&other), Err(Unreadable::Damaged), "changed at {at}");
        }
    }

    #[test]
    fn what_a_later_version_wrote_is_not_taken_for_damage() {
        for json in [r#"[{"reserve":1}]"#, r#"[{"release":"x","operation":"a","subject":"b"}]"#, "{}", "[[]]"] {
            let line = format!("{} {json}", checksum(json));
            assert_eq!(read(line.as_bytes()), Err(Unreadable::Unknown), "{json}");
        }
    }
}
