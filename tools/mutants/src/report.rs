//! Writes the outcome of each mutant.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;

use crate::list::{Fate, Mutant};

/// Reads the outcome of each mutant of the last time, except for those that survived.
pub fn read(mutants: &mut [Mutant], work: &Path) {
    let report = std::fs::read_to_string(work.join("report.tsv")).expect("a report of the last time");
    let known: HashMap<&str, Fate> = report
        .lines()
        .filter_map(|line| {
            let mut columns = line.splitn(3, '\t');
            let (fate, by, name) = (columns.next()?, columns.next()?, columns.next()?);
            let fate = match fate {
                "does not compile" => Fate::Unviable,
                "cannot be behind a switch" => Fate::Alone,
                "caught" => Fate::Caught(by.to_owned()),
                _ => return None,
            };
            Some((name, fate))
        })
        .collect();
    for mutant in mutants {
        if let Some(fate) = known.get(mutant.name.as_str()) {
            mutant.fate = fate.clone();
        }
    }
}

/// Writes `report.tsv`, a line for each mutant, and returns its path and a summary.
pub fn write(mutants: &[Mutant], work: &Path) -> String {
    let mut lines = String::new();
    for mutant in mutants {
        let (fate, by) = match &mutant.fate {
            Fate::Open => ("open", ""),
            Fate::Unviable => ("does not compile", ""),
            Fate::Alone => ("cannot be behind a switch", ""),
            Fate::Caught(by) => ("caught", by.as_str()),
            Fate::Survived => ("survived", ""),
        };
        writeln!(lines, "{fate}\t{by}\t{}", mutant.name).unwrap();
    }
    let path = work.join("report.tsv");
    std::fs::write(&path, lines).unwrap();
    let count = |is: fn(&Fate) -> bool| mutants.iter().filter(|mutant| is(&mutant.fate)).count();
    let (caught, survived) = (count(|fate| matches!(fate, Fate::Caught(_))), count(|fate| *fate == Fate::Survived));
    format!(
        "{} mutants: {} do not compile, {} cannot be behind a switch; of {} tested, {caught} were caught ({:.1} %) and {survived} survived\n{}",
        mutants.len(),
        count(|fate| *fate == Fate::Unviable),
        count(|fate| *fate == Fate::Alone),
        caught + survived,
        100.0 * caught as f64 / (caught + survived) as f64,
        path.display()
    )
}
