use super::*;
use crate::payload::JsonFault;

fn tree(kind: Kind, bytes: &[u8]) -> Tree {
    TreeBuilder::all(kind, bytes.into())
}

fn json(text: &str) -> Tree {
    tree(Kind::Json, text.as_bytes())
}

fn hex(digits: &str) -> Vec<u8> {
    payload::parse(payload::Format::Hex, digits).unwrap()
}

use crate::payload;

/// The first value whose path this is.
fn at(tree: &Tree, path: &str) -> NodeId {
    tree.ids().find(|id| tree.path(*id) == path).unwrap_or_else(|| panic!("no {path}"))
}

fn words(kind: Kind, digits: &str) -> String {
    let tree = tree(kind, &hex(digits));
    assert!(tree.is_whole(), "{digits}: {:?}", tree.fault());
    tree.value(NodeId::ROOT, 1_000).text
}

#[test]
fn values_stay_as_written_and_keys_in_order() {
    let tree = json(r#"{"z":428817530948214784123,"a":[1.50,-0,1e400],"z":true,"":null}"#);
    assert!(tree.is_whole());
    let rows: Vec<_> = tree
        .ids()
        .map(|id| (tree.path(id), tree.key(id, 99).map(|key| key.text), tree.value(id, 99).text))
        .collect();
    let row = |path: &str, key: Option<&str>, value: &str| (path.into(), key.map(Into::into), value.into());
    assert_eq!(
        rows,
        [
            row("$", None, "{ 4 }"),
            row("$.z", Some("\"z\""), "428817530948214784123"),
            row("$.a", Some("\"a\""), "[ 3 ]"),
            row("$.a[0]", None, "1.50"),
            row("$.a[1]", None, "-0"),
            row("$.a[2]", None, "1e400"),
            row("$.z", Some("\"z\""), "true"),
            row("$[\"\"]", Some("\"\""), "null"),
        ]
    );
}

#[test]
fn odd_keys_are_quoted_in_paths() {
    let tree = json(r#"{"odd key":{"3":[[7]]},"a\"b":1,"温度":2,"\u6e29":3}"#);
    for path in ["$[\"odd key\"][\"3\"][0][0]", "$[\"a\\\"b\"]", "$.温度", "$.温"] {
        at(&tree, path);
    }
}

#[test]
fn escapes_are_decoded_for_show_only_where_they_can_be_seen() {
    let shown = |text: &str| json(text).value(NodeId::ROOT, 1_000).text;
    assert_eq!(shown(r#""\u6e29\u5ea6 \ud83d\ude00 a\/b""#), "\"温度 😀 a/b\"");
    assert_eq!(shown(r#""a\nb \u0000 \" \\ \u202e \ud83d""#), r#""a\nb \u0000 \" \\ \u202e \ud83d""#);
    assert_eq!(shown("\"a\u{202e}b\u{7f}\""), "\"a\\u202eb\\u007f\"");
    assert_eq!(json(r#""a\n\u6e29\"""#).copy_value(NodeId::ROOT), "a\n温\"");
    assert_eq!(json(r#""\ud83d""#).copy_value(NodeId::ROOT), "\\ud83d");
}

#[test]
fn containers_are_copied_as_written() {
    let tree = json("{ \"a\" : [1,  2.0] }");
    assert_eq!(tree.copy_value(NodeId::ROOT), "{ \"a\" : [1,  2.0] }");
    assert_eq!(tree.copy_value(at(&tree, "$.a")), "[1,  2.0]");
}

#[test]
fn faulty_json_keeps_what_was_read_and_says_where() {
    for (text, values, offset, reason) in [
        ("{\"a\":[1,2", 4, 9, JsonFault::UnexpectedEnd),
        ("{\"a\":1,\"b\"", 2, 10, JsonFault::UnexpectedEnd),
        ("{\"a\":1 \"b\":2}", 2, 7, JsonFault::ExpectedCommaOrEnd),
        ("[1,]", 2, 3, JsonFault::ExpectedValue),
        ("{\"a\":1,}", 2, 7, JsonFault::ExpectedKey),
        ("[1}", 2, 2, JsonFault::ExpectedCommaOrEnd),
        ("[1]x", 2, 3, JsonFault::TrailingCharacters),
        ("[01]", 1, 2, JsonFault::Number),
        ("[1.]", 1, 3, JsonFault::Number),
        ("[\"a\nb\"]", 1, 3, JsonFault::ControlCharacter),
        ("[\"\\x\"]", 1, 2, JsonFault::Escape),
        ("[nul", 1, 4, JsonFault::UnexpectedEnd),
        ("[nil]", 1, 2, JsonFault::ExpectedValue),
        ("", 0, 0, JsonFault::UnexpectedEnd),
    ] {
        let tree = json(text);
        assert_eq!(tree.fault(), Some(&Fault { offset, reason: FaultReason::Json(reason) }), "{text}");
        assert_eq!(tree.len(), values, "{text}");
        assert!(!tree.is_whole());
    }
    let tree = json("{\"温\":1,\n \"度\" 2}");
    assert_eq!(tree.place(tree.fault().unwrap().offset), Place { line: 2, column: 6 });
    assert!(tree.node(NodeId::ROOT).unwrap().is_cut());
    assert_eq!(tree.value(NodeId::ROOT, 9).text, "{ 1… }");
    let broken = super::TreeBuilder::all(Kind::Json, b"[\"a\xff\"]"[..].into());
    assert_eq!(broken.fault(), Some(&Fault { offset: 3, reason: FaultReason::NotUtf8 }));
}

#[test]
fn any_depth_will_do() {
    let deep = "[".repeat(300_000) + &"]".repeat(300_000);
    let tree = json(&deep);
    assert!(tree.is_whole());
    assert_eq!(tree.len(), 300_000);
    assert_eq!(tree.lines(NodeId::ROOT, 99).count(), 599_997, "the two innermost are one line");
    let last = tree.ids().last().unwrap();
    assert_eq!(tree.path(last).len(), 1 + 3 * 299_999);
    assert_eq!(Visible::new(&tree).len(), UNFOLDED);
    // Containers that all end with one value, and tags before tags.
    let mut cbor = vec![0x81; 300_000];
    cbor.push(0);
    let cbor = super::TreeBuilder::all(Kind::Cbor, cbor.into());
    assert!(cbor.is_whole());
    let tags = super::TreeBuilder::all(Kind::Cbor, [vec![0xc1; 300_000], vec![0]].concat().into());
    assert!(tags.is_whole());
    assert!(tags.value(NodeId::ROOT, 99).text.len() < 99);
}

/// Levels of a tree with one value a level that are open at first.
const UNFOLDED: usize = 64;

#[test]
fn a_slice_at_a_time_comes_to_the_same() {
    let text = r#"{"a":[1.5e-3,"x\u6e29温😀",{"b":null}],"c":{}} "#;
    let all = json(text);
    for work in 1..8 {
        let mut builder = TreeBuilder::new(Kind::Json, text.as_bytes().into());
        let mut last = 0.0;
        while let Step::More(progress) = builder.advance(work) {
            assert!((last..=1.0).contains(&progress));
            last = progress;
        }
        assert_eq!(builder.finish().nodes, all.nodes, "{work}");
    }
}

#[test]
fn reading_can_be_stopped() {
    let mut builder = TreeBuilder::new(Kind::Json, b"[1,2,3,4,5,6]"[..].into());
    assert!(matches!(builder.advance(6), Step::More(_)));
    let tree = builder.finish();
    assert!(!tree.is_whole());
    assert_eq!(tree.fault(), None);
    assert_eq!(tree.value(NodeId::ROOT, 9).text, "[ 2… ]");
}

#[test]
fn more_values_than_fit_are_left_out() {
    let text = format!("[{}0]", "0,".repeat(MOST_NODES));
    let tree = json(&text);
    assert_eq!(tree.len(), MOST_NODES);
    assert_eq!(tree.fault().unwrap().reason, FaultReason::TooManyValues);
}

#[test]
fn long_words_are_cut() {
    let tree = json(&format!("[\"{}\",{}]", "温".repeat(10_000), "9".repeat(10_000)));
    let shown = tree.value(NodeId(1), 60);
    assert!(shown.cut && shown.text.len() < 70 && shown.text.ends_with('…'), "{}", shown.text);
    let shown = tree.value(NodeId(2), 60);
    assert_eq!((shown.text.chars().count(), shown.cut), (61, true));
    assert_eq!(tree.copy_value(NodeId(1)).chars().count(), 10_000);
}

// Appendix A of RFC 8949.
#[test]
fn cbor_is_written_in_diagnostic_notation() {
    for (digits, wanted) in [
        ("1bffffffffffffffff", "18446744073709551615"),
        ("c249010000000000000000", "18446744073709551616"),
        ("3bffffffffffffffff", "-18446744073709551616"),
        ("c349010000000000000000", "-18446744073709551617"),
        ("29", "-10"),
        ("f90000", "0.0"),
        ("f98000", "-0.0"),
        ("f93c00", "1.0"),
        ("fb3ff199999999999a", "1.1"),
        ("f93e00", "1.5"),
        ("f97bff", "65504.0"),
        ("fa47c35000", "100000.0"),
        ("f90001", "5.9604645e-8"),
        ("f90400", "6.1035156e-5"),
        ("f97c00", "Infinity"),
        ("f97e00", "NaN"),
        ("f9fc00", "-Infinity"),
        ("f4", "false"),
        ("f7", "undefined"),
        ("f0", "simple(16)"),
        ("f8ff", "simple(255)"),
        ("c11a514b67b0", "1(1363896240)"),
        ("d818456449455446", "24(h'6449455446')"),
        ("4401020304", "h'01020304'"),
        ("62225c", "\"\\\"\\\\\""),
        ("63e6b0b4", "\"水\""),
        ("9f018202039f0405ffff", "[ 3 ]"),
        ("bf61610161629f0203ffff", "{ 2 }"),
        ("5f42010243030405ff", "h'0102030405'"),
        ("7f657374726561646d696e67ff", "\"streaming\""),
    ] {
        assert_eq!(words(Kind::Cbor, digits), wanted, "{digits}");
    }
    let time = tree(Kind::Cbor, &hex("c11a514b67b0")).value(NodeId::ROOT, 99);
    assert_eq!(time.note.as_deref(), Some("2013-03-21T20:04:00Z"));
}

#[test]
fn cbor_keys_may_be_anything() {
    // {1: "a", [1, {2: 3}]: h'00', "k": 1(0), h'ff': 5}
    let tree = tree(Kind::Cbor, &hex("a4 01 6161 82 01 a1 02 03 4100 616b c1 00 41ff 05"));
    assert!(tree.is_whole(), "{:?}", tree.fault());
    let paths: Vec<_> = tree.ids().map(|id| tree.path(id)).collect();
    assert_eq!(paths, ["$", "$[1]", "$[[…]]", "$.k", "$[h'ff']"]);
    assert_eq!(tree.copy_value(NodeId::ROOT), "{ 1: \"a\", […]: h'00', \"k\": 1(0), h'ff': 5 }");
}

#[test]
fn cbor_that_is_not_well_formed_is_told() {
    use FaultReason::{Forbidden, NotUtf8, Trailing, UnexpectedEnd};
    for (digits, offset, reason) in [
        ("", 0, UnexpectedEnd),
        ("82 01", 2, UnexpectedEnd),
        ("a1 01", 2, UnexpectedEnd),
        ("19 01", 0, UnexpectedEnd),
        ("43 0102", 0, UnexpectedEnd),
        ("5bffffffffffffffff 00", 0, UnexpectedEnd),
        ("9bffffffffffffffff 00", 10, UnexpectedEnd),
        ("bbffffffffffffffff 00", 10, UnexpectedEnd),
        ("00 00", 1, Trailing),
        ("ff", 0, Forbidden(0xff)),
        ("81 ff", 1, Forbidden(0xff)),
        ("bf 01 ff", 2, Forbidden(0xff)),
        ("9f c1 ff", 2, Forbidden(0xff)),
        ("1c", 0, Forbidden(0x1c)),
        ("1f", 0, Forbidden(0x1f)),
        ("df 00", 0, Forbidden(0xdf)),
        ("f8 1f", 0, Forbidden(0x1f)),
        ("5f 6161 ff", 1, Forbidden(0x61)),
        ("5f 5f 4100 ff ff", 1, Forbidden(0x5f)),
        ("5f 01 ff", 1, Forbidden(0x01)),
        ("7f c1 6161 ff", 1, Forbidden(0xc1)),
        ("62 61ff", 2, NotUtf8),
        ("62 61e6", 2, NotUtf8),
    ] {
        let fault = tree(Kind::Cbor, &hex(digits)).fault().cloned();
        assert_eq!(fault, Some(Fault { offset, reason }), "{digits}");
    }
}

#[test]
fn message_pack_is_shown_in_the_same_notation() {
    for (digits, wanted) in [
        ("7f", "127"),
        ("ff", "-1"),
        ("cf ffffffffffffffff", "18446744073709551615"),
        ("d3 8000000000000000", "-9223372036854775808"),
        ("d1 ff00", "-256"),
        ("ca 3f800000", "1.0"),
        ("cb 3ff199999999999a", "1.1"),
        ("c0", "null"),
        ("c3", "true"),
        ("a3 e6b0b4", "\"水\""),
        ("d9 01 61", "\"a\""),
        ("c4 02 01ff", "h'01ff'"),
        ("d4 05 ab", "ext(5) h'ab'"),
        ("c7 03 80 010203", "ext(-128) h'010203'"),
        ("d6 ff 514b67b0", "timestamp(1363896240)"),
        ("d7 ff 0000000400000000", "timestamp(0 s, 1 ns)"),
        ("c7 0c ff 00000000 ffffffffffffffff", "timestamp(-1)"),
        ("dc 0002 01 02", "[ 2 ]"),
        ("df 00000001 a161 80", "{ 1 }"),
    ] {
        assert_eq!(words(Kind::MessagePack, digits), wanted, "{digits}");
    }
    let time = tree(Kind::MessagePack, &hex("c7 0c ff 00000000 ffffffffffffffff")).value(NodeId::ROOT, 99);
    assert_eq!(time.note.as_deref(), Some("1969-12-31T23:59:59Z"));
    for (digits, reason) in [
        ("c1", FaultReason::Forbidden(0xc1)),
        ("82 01", FaultReason::UnexpectedEnd),
        ("dd ffffffff", FaultReason::UnexpectedEnd),
        ("c6 ffffffff 00", FaultReason::UnexpectedEnd),
        ("d4 05", FaultReason::UnexpectedEnd),
        ("a1 ff", FaultReason::NotUtf8),
        ("01 02", FaultReason::Trailing),
    ] {
        assert_eq!(tree(Kind::MessagePack, &hex(digits)).fault().unwrap().reason, reason, "{digits}");
    }
}

#[test]
fn a_notation_is_offered_only_where_it_is_likely() {
    let offered =
        |digits: &str| [Kind::Json, Kind::Cbor, Kind::MessagePack].map(|kind| offers(kind, &hex(digits)));
    assert_eq!(offered("20 0a 7b 7d"), [true, false, false]);
    assert_eq!(offered("a1 6161 01"), [false, true, false]);
    assert_eq!(offered("81 a161 01"), [false, true, true]);
    // A lone number, a text, empty containers, nothing; Chinese, whose first byte could be a tag or an array.
    for digits in ["07", "62 6869", "a0", "80", "", "31 32", "e6b0b4", "c3a9"] {
        assert_eq!(offered(digits), [false, false, false], "{digits}");
    }
}

#[test]
fn rows_are_those_outside_folded_containers() {
    let tree = json(r#"{"a":{"b":[1,2],"c":3},"d":4}"#);
    let mut visible = Visible::new(&tree);
    assert_eq!(visible.len(), 7);
    visible.set_folded(&tree, NodeId(2), true);
    assert_eq!((0..5).map(|row| visible.node(row).unwrap().0).collect::<Vec<_>>(), [0, 1, 2, 5, 6]);
    assert_eq!(visible.row_of(NodeId(5)), 3);
    assert_eq!(visible.row_of(NodeId(4)), 2, "the container that hides it");
    visible.fold_all(&tree);
    assert_eq!(visible.len(), 3);
    assert!(visible.is_folded(NodeId(2)) && !visible.is_folded(NodeId::ROOT));
    visible.unfold_all(&tree);
    assert_eq!(visible.len(), 7);
    visible.set_folded(&tree, NodeId::ROOT, true);
    assert_eq!(visible.len(), 1);
    visible.set_folded(&tree, NodeId(6), true);
    assert!(!visible.is_folded(NodeId(6)), "what holds nothing does not fold");
}

#[test]
fn a_large_tree_opens_with_its_first_levels() {
    let one = r#"{"id":1,"of":{"deep":[1,2,3]}}"#;
    let tree = json(&format!("[{}]", vec![one; 400].join(",")));
    let visible = Visible::new(&tree);
    assert_eq!(visible.len(), 401, "the second level alone would be 800 rows more");
    let flat = json(&format!("[{}]", vec!["1"; 5_000].join(",")));
    assert_eq!(Visible::new(&flat).len(), 5_001);
}

#[test]
fn lines_have_no_commas_and_small_containers_are_one() {
    let tree = json(r#"{"RequestID":"1","Property":{"t":{"Value":26.4},"none":[],"cut":[{"a":{}}]}}"#);
    let lines: Vec<_> = tree.lines(NodeId::ROOT, 99).collect();
    assert_eq!(
        lines,
        [
            "{",
            "  \"RequestID\": \"1\"",
            "  \"Property\": {",
            "    \"t\": { \"Value\": 26.4 }",
            "    \"none\": []",
            "    \"cut\": [",
            "      { \"a\": {} }",
            "    ]",
            "  }",
            "}",
        ]
    );
}
