//! A file that a crash has left in any state: what was relied on is there, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use graph_runtime::ledger::{FileLedger, Ledger, LimitStatus, Observation, Reserved, Settled};
use tempfile::tempdir;

use crate::{DEREGISTER, REGISTER, hour, limit};

/// What the ledger has for every name that the test uses.
async fn everything(ledger: &FileLedger) -> Vec<LimitStatus> {
    let mut standings = Vec::new();
    for operation in [&REGISTER, &DEREGISTER] {
        for number in ["106", "107", "16315551111"] {
            standings.push(ledger.inspect(&limit(operation, number), hour(30)).await.unwrap());
        }
    }
    standings
}

/// Makes every kind of entry, and tells after each one how long the file is and what is in it.
async fn history(path: &Path) -> Vec<(usize, Vec<LimitStatus>)> {
    let ledger = FileLedger::open(path).unwrap();
    let (register, deregister) = (limit(&REGISTER, "106"), limit(&DEREGISTER, "106"));
    let mut states = Vec::new();
    for step in 0..14 {
        match step {
            0..5 => drop(ledger.reserve_anyway(&register, hour(step)).await.unwrap()),
            5 | 6 => {
                let Reserved::Open(reservation) = ledger.reserve(&deregister, hour(step)).await.unwrap() else {
                    panic!("there is room");
                };
                states.push((length(path), everything(&ledger).await));
                if step == 5 {
                    ledger.release(reservation).await.unwrap();
                } else {
                    ledger.commit(reservation, Settled::LimitReached, hour(step)).await.unwrap();
                }
            }
            7 => ledger.alias(&register, "+1 631-555-1111").await.unwrap(),
            8 => ledger.record(&limit(&REGISTER, "107"), Observation::Calls { count: 3, at: hour(step) }).await.unwrap(),
            9 => ledger.alias(&limit(&REGISTER, "107"), "16315551111").await.unwrap(),
            10 => ledger.clear(&deregister).await.unwrap(),
            11 => ledger.record(&deregister, Observation::LimitReached { at: hour(step) }).await.unwrap(),
            _ => drop(ledger.reserve(&register, hour(step)).await.unwrap()),
        }
        states.push((length(path), everything(&ledger).await));
    }
    states
}

fn length(path: &Path) -> usize {
    usize::try_from(fs::metadata(path).unwrap().len()).unwrap()
}

#[tokio::test]
async fn a_file_that_ends_anywhere_holds_all_that_was_answered_and_nothing_else() {
    let folder = tempdir().unwrap();
    let whole = folder.path().join("whole");
    let states = history(&whole).await;
    let bytes = fs::read(&whole).unwrap();
    let path = folder.path().join("torn");
    let mut judged = 0;
    for (at, (begins, standing)) in states.iter().enumerate() {
        let ends = states.get(at + 1).map_or(bytes.len() + 1, |(length, _)| *length);
        for cut in *begins..ends {
            for tail in [&b""[..], &[0; 40], b"}{half\n", b"0cc24ae4 x 0\n0cc24ae4 x 0\n", b"\xff\n\n"] {
                fs::write(&path, [&bytes[..cut], tail].concat()).unwrap();
                let ledger = FileLedger::open(&path).unwrap();
                assert_eq!(everything(&ledger).await, *standing, "cut at byte {cut}, with {tail:?} behind");
                judged += 1;
            }
        }
    }
    assert!(judged > 3000, "only {judged} files were judged");
}

#[tokio::test]
async fn what_is_written_after_a_torn_line_is_read_again() {
    let folder = tempdir().unwrap();
    let whole = folder.path().join("whole");
    let states = history(&whole).await;
    let bytes = fs::read(&whole).unwrap();
    let path = folder.path().join("torn");
    let (begins, _) = states[states.len() - 2];
    for cut in (begins..bytes.len()).step_by(9) {
        fs::write(&path, [&bytes[..cut], &[0; 4096]].concat()).unwrap();
        let limit = limit(&REGISTER, "108");
        drop(FileLedger::open(&path).unwrap().reserve_anyway(&limit, hour(20)).await.unwrap());
        assert!(!fs::read(&path).unwrap().contains(&0), "what was torn is cut off");
        drop(FileLedger::open(&path).unwrap().reserve_anyway(&limit, hour(21)).await.unwrap());
        let ledger = FileLedger::open(&path).unwrap();
        assert_eq!(ledger.inspect(&limit, hour(22)).await.unwrap().counted, 2, "cut at byte {cut}");
        assert_eq!(everything(&ledger).await, states[states.len() - 2].1, "cut at byte {cut}");
    }
}

#[tokio::test]
async fn a_damaged_line_with_whole_ones_behind_it_is_an_error_that_names_it() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("ledger");
    history(&path).await;
    let mut lines: Vec<String> = fs::read_to_string(&path).unwrap().lines().map(ToOwned::to_owned).collect();
    // Of the first three lines none is a call, and the fourth names what the others count for.
    lines[5] = lines[5].replacen("c 0", "a 0", 1);
    fs::write(&path, lines.join("\n") + "\n").unwrap();
    let error = FileLedger::open(&path).unwrap_err().to_string();
    assert!(error.contains("line 6 is damaged") && error.contains("ledger"), "{error}");
    lines.remove(5);
    fs::write(&path, lines.join("\n") + "\n").unwrap();
    let counted = FileLedger::open(&path).unwrap().inspect(&limit(&REGISTER, "106"), hour(30)).await.unwrap().counted;
    assert_eq!(counted, 4 + 3 + 2);
}

#[test]
fn a_file_that_is_no_ledger_is_not_touched() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("notes");
    let foreign = "no ledger that this version can read";
    let cut = "was emptied or cut";
    for (text, why) in [
        ("my notes\n", foreign),
        ("graph-", cut),
        ("\n", foreign),
        ("", cut),
        ("graph-ledger 2\n", cut),
        ("graph-ledger 1 5d0c1e6a92f4b3c7\n", "before the first release. Stop every process that uses it, move it away"),
        ("graph-ledger 3\n", "a later version of this crate"),
    ] {
        fs::write(&path, text).unwrap();
        let error = FileLedger::open(&path).unwrap_err().to_string();
        assert!(error.contains(why) && error.contains("notes"), "{text:?}: {error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    let error = FileLedger::open(folder.path()).unwrap_err().to_string();
    assert!(error.starts_with("cannot open the ledger"), "{error}");
    assert!(FileLedger::open(folder.path().join("no/such/folder")).unwrap_err().to_string().contains("no/such/folder"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
}

#[tokio::test]
async fn a_head_that_says_two_things_is_damage() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("ledger");
    history(&path).await;
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen(" 00000000 ", " 00000001 ", 1)).unwrap();
    let error = FileLedger::open(&path).unwrap_err().to_string();
    assert!(error.contains("damaged second or third line"), "{error}");
}

#[tokio::test]
async fn a_file_that_no_longer_counts_is_written_anew_for_all_who_have_it_open() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("ledger");
    let (ledger, other) = (FileLedger::open(&path).unwrap(), FileLedger::open(&path).unwrap());
    let limit = limit(&REGISTER, "106");
    ledger.alias(&limit, "16315551111").await.unwrap();
    let under_way = ledger.reserve_anyway(&limit, hour(0)).await.unwrap();
    other.record(&limit, Observation::LimitReached { at: hour(0) }).await.unwrap();
    let mut generations = BTreeSet::from([head(&path)]);
    let mut longest = 0;
    for _ in 0..600 {
        let reservation = ledger.reserve_anyway(&limit, hour(1)).await.unwrap();
        ledger.release(reservation).await.unwrap();
        generations.insert(head(&path));
        longest = longest.max(length(&path));
    }
    assert!(generations.len() > 4, "{generations:?}");
    assert!(longest < 30_000, "{longest} bytes for four lines");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "it is the same file, and nothing else is left");
    other.commit(under_way, Settled::Answered, hour(2)).await.unwrap();
    for ledger in [ledger, other, FileLedger::open(&path).unwrap()] {
        let standing = ledger.inspect(&limit, hour(3)).await.unwrap();
        assert_eq!((standing.counted, standing.unknown, standing.since), (1, 0, Some(hour(2))));
        assert_eq!(standing.retry_at.unwrap().at, hour(72));
    }
}

#[tokio::test]
async fn what_has_left_its_window_is_left_out_of_the_new_file() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("ledger");
    let ledger = FileLedger::open(&path).unwrap();
    let gone = limit(&REGISTER, "200");
    ledger.record(&gone, Observation::LimitReached { at: hour(0) }).await.unwrap();
    for at in 0..1030 {
        drop(ledger.reserve_anyway(&limit(&REGISTER, &format!("{}", 1000 + at)), hour(2 * at)).await.unwrap());
    }
    // Two entries for each call that has left its window since the last look, and those of 72 hours before the last 32 calls.
    let text = fs::read_to_string(&path).unwrap();
    let start = usize::from_str_radix(head(&path).split(' ').nth(3).unwrap(), 16).unwrap();
    let counting = &text[start..];
    assert!(counting.lines().count() < 300 && !counting.contains(" 200;") && !counting.contains(" 1000;"), "{counting}");
    let last = limit(&REGISTER, "2029");
    assert_eq!(FileLedger::open(&path).unwrap().inspect(&last, hour(2058)).await.unwrap().counted, 1);
}

/// What says where the lines are that count.
fn head(path: &Path) -> String {
    let text = String::from_utf8(fs::read(path).unwrap()).unwrap();
    let slots = text.lines().skip(1).take(2).filter(|line| !line.starts_with('-'));
    slots.max_by_key(|line| line.split(' ').nth(2).unwrap().to_owned()).unwrap().to_owned()
}
