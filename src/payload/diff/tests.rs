use super::*;

fn written(diff: &Diff) -> Vec<String> {
    let line = |line: &DiffLine| {
        let mut text = line.text.clone();
        for mark in line.marks.iter().rev() {
            text.insert(mark.end, '»');
            text.insert(mark.start, '«');
        }
        match line.sign {
            Sign::Same => format!("  {text}"),
            Sign::Removed => format!("- {text}"),
            Sign::Added => format!("+ {text}"),
            Sign::Gap(count) => format!("@ {count}"),
        }
    };
    diff.lines.iter().map(line).collect()
}

#[test]
fn json_is_compared_value_by_value() {
    let before = br#"{"RequestID":"4126","Property":{"temperature":{"Value":26.3},"humidity":{"Value":61}}}"#;
    let after = br#"{ "RequestID": "4127", "Property": {"temperature": {"Value": 26.4}, "humidity": {"Value": 61}} }"#;
    let diff = diff(before, after);
    assert_eq!(
        (diff.basis, diff.changes, diff.cut, diff.identical),
        (Basis::Tree(Kind::Json), 2, false, false)
    );
    assert_eq!(
        written(&diff),
        [
            "  {",
            "-   \"RequestID\": \"«4126»\"",
            "+   \"RequestID\": \"«4127»\"",
            "    \"Property\": {",
            "-     \"temperature\": { \"Value\": «26.3» }",
            "+     \"temperature\": { \"Value\": «26.4» }",
            "      \"humidity\": { \"Value\": 61 }",
            "    }",
            "@ 1",
        ]
    );
}

#[test]
fn a_value_that_is_added_changes_no_other_line() {
    let diff = diff(br#"{"a":1,"long key":[1,2]}"#, br#"{"a":1,"long key":[1,2],"b":2}"#);
    assert_eq!(diff.changes, 1, "{:?}", written(&diff));
}

#[test]
fn white_space_alone_is_no_change_of_values() {
    let diff = diff(b"{\"a\":1}", b"{ \"a\": 1 }");
    assert_eq!((diff.changes, diff.identical, diff.lines.len()), (0, false, 0));
    assert!(super::diff(b"same", b"same").identical);
}

#[test]
fn other_text_is_compared_by_lines_and_bytes_by_rows() {
    let text = diff(b"one\ntwo\nthree\n", b"one\n2\nthree\nfour\n");
    assert_eq!(written(&text), ["  one", "- two", "+ 2", "  three", "+ four"]);
    assert_eq!((text.basis, text.changes), (Basis::Text, 2));
    let bytes = diff(&[0; 24], &[0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(
        written(&bytes),
        [
            "  0000  00 00 00 00 00 00 00 00",
            "- 0008  00 «00» 00 00 00 00 00 00",
            "+ 0008  00 «ff» 00 00 00 00 00 00",
            "  0010  00 00 00 00 00 00 00 00",
        ]
    );
    assert_eq!(diff(b"{\"a\":1}", b"plain").basis, Basis::Text);
    assert_eq!(diff(b"{\"a\":1}", &[0xff]).basis, Basis::Hex);
    assert_eq!(diff(&[0xa1, 0x61, 0x61, 1], &[0xa1, 0x61, 0x61, 2]).basis, Basis::Tree(Kind::Cbor));
    assert_eq!(diff(b"", b"x").changes, 1);
}

#[test]
fn a_long_line_is_shown_around_its_change() {
    let long = "温度,".repeat(4_000);
    let diff = diff(format!("{long}1{long}").as_bytes(), format!("{long}2{long}").as_bytes());
    assert_eq!(diff.changes, 1);
    let [removed, added] = diff.lines.as_slice() else { panic!("{diff:?}") };
    assert_eq!(&removed.text[removed.marks[0].clone()], "1");
    assert_eq!(&added.text[added.marks[0].clone()], "2");
    assert!(added.text.starts_with('…') && added.text.ends_with('…') && added.text.len() < 500);
}

#[test]
fn much_that_differs_takes_bounded_work_and_is_told() {
    let numbers = |from: u32| (from..from + 60_000).map(|n| format!("{n}\n")).collect::<String>();
    let diff = diff(numbers(0).as_bytes(), numbers(1_000_000).as_bytes());
    assert!(diff.cut);
    assert!(diff.changes > 30_000);
}

#[test]
fn what_is_in_both_adds_up() {
    let mut seed = 7_u32;
    let mut random = |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) % below
    };
    for round in 0..400 {
        let most = if round % 20 == 0 { 900 } else { 12 };
        let mut sequence = || (0..random(most)).map(|_| random(5) as usize).collect::<Vec<_>>();
        let (before, after) = (sequence(), sequence());
        let (found, _) = changes(&before, &after);
        // What changed put in the place of what was there makes one of the other.
        let mut made = Vec::new();
        let mut at = 0;
        for change in &found {
            made.extend_from_slice(&before[at..change.before.start]);
            made.extend_from_slice(&after[change.after.clone()]);
            at = change.before.end;
        }
        made.extend_from_slice(&before[at..]);
        assert_eq!(made, after);
        let edits: usize = found.iter().map(|change| change.before.len() + change.after.len()).sum();
        let fewest = fewest(&before, &after);
        assert!(edits == fewest || fewest > 256, "{edits} edits, {fewest} would do: {before:?} {after:?}");
    }
}

/// The fewest values to take out and put in, by the plain way through all pairs.
fn fewest(before: &[usize], after: &[usize]) -> usize {
    let mut row: Vec<usize> = (0..=after.len()).collect();
    for (x, old) in before.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = x + 1;
        for (y, new) in after.iter().enumerate() {
            let fewest = if old == new { diagonal } else { 1 + row[y].min(row[y + 1]) };
            diagonal = row[y + 1];
            row[y + 1] = fewest;
        }
    }
    row[after.len()]
}
