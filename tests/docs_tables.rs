//! The tables in `docs/` have no empty cell, leave out no statement of the standard, and name only tests that exist.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails is a test that fails")]

use std::fs;
use std::path::Path;

/// The documents, each with the number of rows that it has at least: a document that lost its tables is no good one.
const DOCUMENTS: [(&str, usize); 4] = [
    ("docs/conformance.md", 110),
    ("docs/client-suites.md", 150),
    ("docs/platform.md", 250),
    ("SECURITY.md", 40),
];

/// Where the choices of the simulator stand, with the name of what stands before each in `docs/platform.md`, and of the
/// struct.
const CHOICES: [(&str, &str, &str); 7] = [
    ("", "Choices", "src/simulator/choices.rs"),
    ("registration.", "Choices", "src/simulator/services/registration/mod.rs"),
    ("shadow.", "Choices", "src/simulator/services/shadow/choices.rs"),
    ("model.", "Choices", "src/simulator/services/model/choices.rs"),
    ("model.check.", "CheckChoices", "src/uiot/model/check.rs"),
    ("ota.", "Choices", "src/simulator/services/ota.rs"),
    ("gateway.", "Choices", "src/simulator/services/gateway.rs"),
];

/// How many statements Appendix B of MQTT 3.1.1 has in each section.
const STATEMENTS: [(&str, usize); 39] = [
    ("1.5.3", 3),
    ("2.2.2", 2),
    ("2.3.1", 7),
    ("3.1.0", 2),
    ("3.1.2", 24),
    ("3.1.3", 11),
    ("3.1.4", 5),
    ("3.2.0", 1),
    ("3.2.2", 6),
    ("3.3.1", 12),
    ("3.3.2", 3),
    ("3.3.4", 1),
    ("3.3.5", 2),
    ("3.6.1", 1),
    ("3.8.1", 1),
    ("3.8.3", 4),
    ("3.8.4", 6),
    ("3.9.3", 2),
    ("3.10.1", 1),
    ("3.10.3", 2),
    ("3.10.4", 6),
    ("3.12.4", 1),
    ("3.14.1", 1),
    ("3.14.4", 3),
    ("4.1.0", 2),
    ("4.3.1", 1),
    ("4.3.2", 2),
    ("4.3.3", 2),
    ("4.4.0", 1),
    ("4.5.0", 2),
    ("4.6.0", 6),
    ("4.7.1", 3),
    ("4.7.2", 1),
    ("4.7.3", 4),
    ("4.8.0", 2),
    ("6.0.0", 4),
    ("7.0.0", 2),
    ("7.1.1", 1),
    ("7.1.2", 1),
];

fn file(path: &str) -> Option<String> {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).ok()
}

/// The cells of a table row, trimmed; none for other lines.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.trim().strip_prefix('|')?;
    Some(inner.strip_suffix('|').unwrap_or(inner).split('|').map(str::trim).collect())
}

fn is_rule(cells: &[&str]) -> bool {
    cells.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':')))
}

/// What is wrong with the tables of a document, and how many rows they have.
fn check_tables(text: &str) -> (Vec<String>, usize) {
    let (mut faults, mut rows, mut width) = (Vec::new(), 0, None);
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let Some(cells) = cells(line) else {
            width = None;
            continue;
        };
        if is_rule(&cells) {
            continue;
        }
        if cells.iter().any(|cell| cell.is_empty()) {
            faults.push(format!("line {number}: an empty cell"));
        }
        match width {
            None => width = Some(cells.len()),
            Some(width) => {
                rows += 1;
                if cells.len() != width {
                    faults.push(format!("line {number}: {} cells under a head of {width}", cells.len()));
                }
            }
        }
    }
    (faults, rows)
}

/// Whether a function with this name is there, and whether it is a test.
fn check_function(source: &str, name: &str) -> Result<(), &'static str> {
    let head = format!("fn {name}(");
    let lines: Vec<_> = source.lines().collect();
    let at = lines.iter().position(|line| line.contains(&head)).ok_or("no such function")?;
    let is_test = lines[..at]
        .iter()
        .rev()
        .map(|line| line.trim_start())
        .take_while(|line| line.starts_with("#[") || line.starts_with("//"))
        .any(|line| line.contains("test"));
    if is_test { Ok(()) } else { Err("no test") }
}

/// What is wrong with the references of a document; `read` gives a file by its path.
fn check_references(text: &str, read: impl Fn(&str) -> Option<String>) -> (Vec<String>, usize) {
    let (mut faults, mut found) = (Vec::new(), 0);
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let parts: Vec<_> = line.split('`').collect();
        if parts.len() % 2 == 0 {
            faults.push(format!("line {number}: an odd number of backticks"));
            continue;
        }
        for (code, after) in parts.iter().skip(1).step_by(2).zip(parts.iter().skip(2).step_by(2)) {
            if !["tests/", "src/", "end2end/", "delivery/"].iter().any(|folder| code.starts_with(folder)) {
                continue;
            }
            found += 1;
            let path = code.split("::").next().unwrap_or(code);
            let Some(source) = read(path) else {
                faults.push(format!("line {number}: {code}: no such file"));
                continue;
            };
            if let Some((_, name)) = code.rsplit_once("::") {
                if let Err(fault) = check_function(&source, name) {
                    faults.push(format!("line {number}: {code}: {fault}"));
                }
            } else if path.ends_with(".spec.ts") {
                let title = after.strip_prefix(" \"").and_then(|rest| rest.split_once('"'));
                match title {
                    Some((title, _)) if !title.is_empty() && source.contains(title) => {}
                    Some((title, _)) => faults.push(format!("line {number}: {code}: no test “{title}”")),
                    None => faults.push(format!("line {number}: {code}: no title behind it")),
                }
            }
        }
    }
    (faults, found)
}

/// The statements of the standard that have neither a row of their own nor a place in a list, or more than one.
fn check_statements(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for (section, count) in STATEMENTS {
        for last in 1..=count {
            let number = format!("MQTT-{section}-{last}");
            let places: usize = text
                .lines()
                .map(|line| match cells(line) {
                    Some(cells) => usize::from(cells.first() == Some(&number.as_str())),
                    None if line.starts_with("* ") => line
                        .split_whitespace()
                        .filter(|word| word.trim_end_matches([',', ';', '.']) == number)
                        .count(),
                    None => 0,
                })
                .sum();
            if places != 1 {
                faults.push(format!("{number} has {places} places"));
            }
        }
    }
    faults
}

/// The choices of a source file with their defaults, as they stand in the code; without those of other files.
fn choices_of(source: &str, name: &str) -> Vec<(String, String)> {
    let after = |head: &str| source.split_once(head).map(|(_, rest)| rest).expect(head);
    let fields = after(&format!("pub struct {name} {{")).split("\n}").next().unwrap_or_default();
    let fields = fields.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(": "));
    let fields = fields.filter(|(_, kind)| !kind.ends_with("Choices,"));
    let values = match source.split_once("DEFAULT: Self =") {
        Some((_, rest)) => rest,
        None => after(&format!("impl Default for {name} {{")),
    };
    let value = |field: &str| {
        let (_, rest) = values.split_once(&format!("{field}: ")).expect(field);
        short(rest[..rest.find([',', '\n', '}']).unwrap_or(rest.len())].trim())
    };
    fields.map(|(field, _)| (field.to_owned(), value(field))).collect()
}

/// An expression without what only says where its names live.
fn short(expression: &str) -> String {
    let (places, last) = expression.rsplit_once("::").unwrap_or(("", expression));
    let place = |part: &str| part.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').to_owned();
    places.split("::").map(place).chain([last.to_owned()]).collect()
}

/// What the document says of choices that differs from the code.
fn check_choices(text: &str) -> Vec<String> {
    let mut written: Vec<(String, String)> = text
        .split_once("## Choices")
        .map_or("", |(_, rest)| rest)
        .lines()
        .filter_map(cells)
        .filter(|cells| cells.len() == 4 && cells[0].starts_with('`'))
        .map(|cells| (cells[0].trim_matches('`').to_owned(), cells[1].trim_matches('`').to_owned()))
        .collect();
    let mut faults = Vec::new();
    for (prefix, name, path) in CHOICES {
        for (field, default) in choices_of(&file(path).expect(path), name) {
            let field = format!("{prefix}{field}");
            match written.iter().position(|(known, _)| *known == field) {
                None => faults.push(format!("{field} is not listed")),
                Some(at) => {
                    let (_, listed) = written.swap_remove(at);
                    if listed != default {
                        faults.push(format!("{field}: {listed} is listed, {default} in the code"));
                    }
                }
            }
        }
    }
    faults.extend(written.into_iter().map(|(field, _)| format!("{field} is no choice")));
    faults
}

#[test]
fn every_choice_of_the_simulator_is_listed_with_its_default() {
    let text = file("docs/platform.md").expect("the document");
    let faults = check_choices(&text);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    let without = text.replace("| `shadow.depth` |", "| `shadow.deep` |").replace("| `1.5` |", "| `1.0` |");
    let mut faults = check_choices(&without);
    faults.sort();
    let expected = [
        "keep_alive_grace: 1.0 is listed, 1.5 in the code",
        "shadow.deep is no choice",
        "shadow.depth is not listed",
    ];
    assert_eq!(faults, expected);
}

#[test]
fn no_table_has_an_empty_cell() {
    let mut faults = Vec::new();
    for (path, least) in DOCUMENTS {
        let text = file(path).expect(path);
        let (of_tables, rows) = check_tables(&text);
        faults.extend(of_tables.into_iter().map(|fault| format!("{path}, {fault}")));
        if rows < least {
            faults.push(format!("{path}: {rows} rows, at least {least} are wanted"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_test_that_is_named_exists() {
    let mut faults = Vec::new();
    for (path, least) in DOCUMENTS {
        let (of_references, found) = check_references(&file(path).expect(path), file);
        faults.extend(of_references.into_iter().map(|fault| format!("{path}, {fault}")));
        if found < least {
            faults.push(format!("{path}: {found} references, at least {least} are wanted"));
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_statement_of_the_standard_has_one_place() {
    assert_eq!(STATEMENTS.iter().map(|(_, count)| count).sum::<usize>(), 141);
    let faults = check_statements(&file("docs/conformance.md").expect("the document"));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_checks_find_what_is_wrong() {
    let (faults, rows) = check_tables("| a | b |\n|---|---|\n| c | |\n| d |\n| e | f |\n");
    assert_eq!(rows, 3);
    assert_eq!(faults, ["line 3: an empty cell", "line 4: 1 cells under a head of 2"]);

    let read = |path: &str| match path {
        "tests/a.rs" => Some("#[test]\nfn good() {}\n\nfn helper() {}\n".to_owned()),
        "end2end/tests/a.spec.ts" => Some("test('a good title', async () => {})".to_owned()),
        _ => None,
    };
    let good = "`tests/a.rs::good`, `end2end/tests/a.spec.ts` \"a good title\", `Session`";
    assert_eq!(check_references(good, read), (vec![], 2));
    let bad = [
        "`tests/a.rs::goo`",
        "`tests/a.rs::helper`",
        "`tests/b.rs::good`",
        "`end2end/tests/a.spec.ts` \"another title\"",
        "`end2end/tests/a.spec.ts`, and no title",
        "`tests/a.rs::good",
    ];
    let (faults, _) = check_references(&bad.join("\n"), read);
    assert_eq!(faults.len(), bad.len(), "{faults:?}");

    let text = file("docs/conformance.md").expect("the document");
    let without = text.replace("| MQTT-3.3.1-1 |", "| |");
    assert_eq!(check_statements(&without), ["MQTT-3.3.1-1 has 0 places"]);
    let twice = format!("{text}\n* MQTT-3.1.4-1.\n");
    assert_eq!(check_statements(&twice), ["MQTT-3.1.4-1 has 2 places"]);
}
