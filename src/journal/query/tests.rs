use proptest::prelude::*;

use super::*;
use crate::journal::Direction;
use crate::mqtt::{QoS, TopicFilter};

fn meanings(text: &str) -> Vec<(bool, Meaning)> {
    let query = Query::parse(text).unwrap();
    query.terms().iter().map(|term| (term.negated, term.meaning.clone())).collect()
}

fn one(text: &str) -> Meaning {
    let mut meanings = meanings(text);
    assert_eq!((meanings.len(), meanings[0].0), (1, false), "{text}");
    meanings.remove(0).1
}

fn words(text: &str) -> Vec<String> {
    let word = |(_, meaning)| match meaning {
        Meaning::Word(word) => word,
        other => format!("{other:?}"),
    };
    meanings(text).into_iter().map(word).collect()
}

fn fault(text: &str) -> (&str, QueryFault) {
    let QueryError { range, fault } = Query::parse(text).unwrap_err();
    (&text[range], fault)
}

#[test]
fn words_are_parted_by_white_space_and_phrases_hold_it() {
    assert_eq!(words("temp  温度\thumidity"), ["temp", "温度", "humidity"]);
    assert_eq!(words(r#""a b" "say \"hi\" \\ \n""#), ["a b", r#"say "hi" \ \n"#]);
    assert_eq!(words(r#""unclosed phrase"#), ["unclosed phrase"]);
    assert_eq!(words(""), [""; 0]);
    assert_eq!(words(r#" "" "#), [""; 0]);
}

#[test]
fn pasted_json_topics_and_addresses_are_words() {
    let json = r#""temperature":26.4 {"a":1} http://host/path /product/device/set //"#;
    assert_eq!(words(json), json.split(' ').collect::<Vec<_>>());
    assert_eq!(words("/product/device some/"), ["/product/device", "some/"]);
}

#[test]
fn a_minus_turns_a_term_round() {
    let negated = |text| meanings(text).into_iter().map(|(negated, _)| negated).collect::<Vec<_>>();
    assert_eq!(negated(r#"-a -"b c" -dir:in -/x/ b"#), [true, true, true, true, false]);
    assert_eq!(words("- -- \"-5\""), ["-", "-", "-5"]);
}

#[test]
fn slashes_make_a_regular_expression() {
    for (text, shown) in [
        ("/a b/", "/a b/"),
        ("/温度.*[0-9]+/i", "/温度.*[0-9]+/i"),
        (r"/a\/ b/", r"/a\/ b/"),
        ("/a/b/", "/a/b/"),
    ] {
        let Meaning::Pattern(pattern) = one(text) else { panic!("{text}") };
        assert_eq!(pattern.to_string(), shown);
    }
    assert_eq!(words("/unclosed"), ["/unclosed"]);
}

#[test]
fn every_key_has_its_values() {
    let time = |second, micros| TimePoint { date: None, hour: 14, minute: 32, second, micros };
    let date = Date { year: 2026, month: 11, day: 22 };
    let filter = |text| TopicPattern::Filter(TopicFilter::parse(text).unwrap());
    for (text, meaning) in [
        ("topic:a/+/#", Meaning::Topic(filter("a/+/#"))),
        ("topic:Upload", Meaning::Topic(TopicPattern::Piece("Upload".into()))),
        ("topic:a+b", Meaning::Topic(TopicPattern::Piece("a+b".into()))),
        ("topic:=a/b", Meaning::Topic(TopicPattern::Whole("a/b".into()))),
        ("topic:\"a b\"", Meaning::Topic(TopicPattern::Piece("a b".into()))),
        ("DIR:In", Meaning::Direction(Direction::In)),
        ("qos:2", Meaning::Qos(QoS::ExactlyOnce)),
        ("is:error", Meaning::Error),
        ("after:14:32", Meaning::After(time(0, 0))),
        ("after:14:32:13", Meaning::After(time(13, 0))),
        ("before:14:32:13.124", Meaning::Before(time(13, 124_000))),
        ("before:2026-11-22T14:32:13", Meaning::Before(TimePoint { date: Some(date), ..time(13, 0) })),
        ("hex:0a0B", Meaning::Bytes(vec![10, 11])),
        ("hex:\"0a 0b\"", Meaning::Bytes(vec![10, 11])),
        ("type:suback", Meaning::Type(Kinds::from_name("SUBACK").unwrap())),
        ("type:PING", Meaning::Type(Kinds::from_name("ping").unwrap())),
        ("code:0x80", Meaning::Code(128)),
        ("code:220", Meaning::Code(220)),
        ("id:7", Meaning::PacketId(7)),
        ("size:>1000", Meaning::Size(Comparison::More, 1000)),
        ("size:<=0x10", Meaning::Size(Comparison::AtMost, 16)),
        ("size:5", Meaning::Size(Comparison::Equal, 5)),
    ] {
        assert_eq!(one(text), meaning, "{text}");
    }
}

#[test]
fn a_wrong_value_is_told_with_its_place() {
    for (text, place, fault_there) in [
        ("a dir:up", "up", QueryFault::Value(Key::Direction)),
        ("dir: x", "dir:", QueryFault::Empty(Key::Direction)),
        ("-qos:3", "3", QueryFault::Value(Key::Qos)),
        ("is:ok", "ok", QueryFault::Value(Key::Is)),
        ("after:25:00", "25:00", QueryFault::Value(Key::After)),
        ("before:2026-02-29T10:00", "2026-02-29T10:00", QueryFault::Value(Key::Before)),
        ("hex:0a0", "0a0", QueryFault::HexOdd),
        ("hex:\"0 a\"", "0 a", QueryFault::HexOdd),
        ("hex:温", "温", QueryFault::HexDigit('温')),
        ("type:PUBLIC", "PUBLIC", QueryFault::Value(Key::Type)),
        ("code:0x", "0x", QueryFault::Value(Key::Code)),
        ("id:0", "0", QueryFault::Value(Key::PacketId)),
        ("id:65536", "65536", QueryFault::Value(Key::PacketId)),
        ("size:>", ">", QueryFault::Value(Key::Size)),
        ("size:-1", "-1", QueryFault::Value(Key::Size)),
        ("topic:=", "=", QueryFault::Value(Key::Topic)),
    ] {
        assert_eq!(fault(text), (place, fault_there), "{text}");
    }
}

#[test]
fn a_broken_regular_expression_is_told_in_the_words_of_the_engine() {
    let (place, fault) = fault("温度 /a[bc/ x");
    assert_eq!(place, "[");
    assert_eq!(fault, QueryFault::Pattern(PatternFault::Syntax("unclosed character class".into())));
    for broken in ["/(/", "/*/", r"/\p{Nonsense}/", "/(?P<n>a)(?P<n>b)/", "/a{2,1}/"] {
        let error = Query::parse(broken).unwrap_err();
        assert!(matches!(error.fault, QueryFault::Pattern(PatternFault::Syntax(_))), "{broken}: {error:?}");
    }
}

#[test]
fn a_hostile_regular_expression_is_refused() {
    for hostile in ["/(a{1000}){1000}/", "/((a{100}){100}){100}/", r"/(\w{200}[^x]{200}){50}/"] {
        let fault = Query::parse(hostile).unwrap_err().fault;
        assert_eq!(fault, QueryFault::Pattern(PatternFault::TooLarge), "{hostile}");
    }
    let deep = format!("/{}a{}/", "(".repeat(10_000), ")".repeat(10_000));
    assert!(matches!(Query::parse(&deep).unwrap_err().fault, QueryFault::Pattern(PatternFault::Syntax(_))));
}

#[test]
fn regular_expressions_read_characters_and_any_bytes() {
    let found = |text: &str, bytes: &[u8]| {
        let Meaning::Pattern(pattern) = one(text) else { panic!("{text}") };
        pattern.is_match(&mut pattern.cache(), bytes)
    };
    for (pattern, bytes, expected) in [
        ("/[温度]{2}/", "室内温度".as_bytes(), true),
        ("/^.温$/", "室温".as_bytes(), true),
        ("/[一-龥]/", b"ascii", false),
        ("/b.d/", "\u{fffd} b温d".as_bytes(), true),
        ("/error/", b"\xff\xfe\x00error\x80", true),
        (r"/(?-u:\xff\xfe)/", b"\x01\xff\xfe", true),
        (r"/\d+/", "٣".as_bytes(), false),
        (r"/^\D$/", "温".as_bytes(), true),
        (r"/^[\w-]+$/", b"a_1-b", true),
        (r"/\bon\b/", b"turn on,off", true),
        (r"/\bon\b/", b"once", false),
        (r"/\Bce\b/", b"once", true),
        ("/error/i", b"ERRor", true),
        ("/error/", b"ERROR", false),
        ("/(?i)error/", b"Error", true),
        ("/(?i:e)rror/", b"Error", true),
        ("/(?i:e)rror/", b"ERROR", false),
        ("/a(?i)b|c/", b"C", true),
        ("/(?i)a(?-i)b/", b"AB", false),
        ("/^[^a]$/i", b"A", false),
        ("/^[b-d]+$/i", b"BcD", true),
        ("/^[[:^lower:]]$/i", b"A", false),
        (r"/^\x41$/i", b"a", true),
        ("/温|x/i", "温".as_bytes(), true),
    ] {
        assert_eq!(found(pattern, bytes), expected, "{pattern} in {}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_control_edits_one_term_and_leaves_the_rest() {
    for (text, key, value, edited) in [
        ("", Key::Direction, Some("in"), "dir:in"),
        ("temp", Key::Direction, Some("in"), "dir:in temp"),
        ("qos:1 temp", Key::Direction, Some("in"), "qos:1 dir:in temp"),
        ("dir:in qos:1  temp", Key::Direction, Some("out"), "dir:out qos:1  temp"),
        ("temp dir:in x", Key::Direction, Some("out"), "dir:out temp x"),
        ("temp dir:in", Key::Direction, None, "temp"),
        ("dir:in temp dir:in", Key::Direction, None, "temp"),
        ("-dir:in temp", Key::Direction, None, "-dir:in temp"),
        ("/unclosed", Key::Topic, Some("a/"), "topic:a/ /unclosed"),
        ("\"open phrase ", Key::Topic, Some("a b"), "topic:\"a b\" \"open phrase "),
        ("topic:\"open ", Key::Qos, Some("0"), "qos:0 topic:\"open "),
        ("dir:wrong /[/", Key::Qos, Some("1"), "dir:wrong qos:1 /[/"),
        ("a ", Key::Topic, Some(r#"say "hi" \"#), r#"topic:"say \"hi\" \\" a "#),
    ] {
        assert_eq!(set(text, key, value), edited, "{text}");
    }
    assert_eq!(get("x -dir:in dir:out", Key::Direction).as_deref(), Some("out"));
    assert_eq!(get("x dir:", Key::Direction).as_deref(), Some(""));
    assert_eq!(get("-dir:in", Key::Direction), None);
}

/// Texts with all that means something in them.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "温",
        " ",
        "  ",
        "\"",
        "\\",
        "/",
        "-",
        ":",
        "i",
        "dir:",
        "in",
        "topic:",
        "qos:1",
        "size:>3",
        "hex:0a",
        "after:14:32:01.5",
        "type:PUB",
        "=",
        "+",
        "[",
        "]",
        "x/y",
        "\n",
        "code:0x80",
        "is:error",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn terms_cover_all_but_white_space_in_order(text in text()) {
        let mut end = 0;
        for term in split(&text) {
            prop_assert!(text[end..term.range.start].chars().all(char::is_whitespace));
            prop_assert!(term.range.start < term.range.end);
            prop_assert!(term.range.contains(&term.value_range.start) || term.value_range.is_empty());
            prop_assert!(text.get(term.value_range.clone()).is_some());
            end = term.range.end;
        }
        prop_assert!(text[end..].chars().all(char::is_whitespace));
    }

    #[test]
    fn a_query_reads_back_from_its_text(text in text()) {
        if let Ok(query) = Query::parse(&text) {
            let shown = query.to_string();
            prop_assert_eq!(Query::parse(&shown), Ok(query), "{}", shown);
        }
    }

    #[test]
    fn an_edit_changes_its_own_key_only(text in text(), value in text(), key in 0..Key::ALL.len()) {
        let key = Key::ALL[key];
        let others = |text: &str| {
            let own = |term: &RawTerm| is_plain(term, key);
            let others = split(text).into_iter().filter(|term| !own(term));
            others.map(|term| (term.form, term.negated, term.value)).collect::<Vec<_>>()
        };
        let edited = set(&text, key, Some(&value));
        prop_assert_eq!(get(&edited, key), Some(value), "{}", edited);
        prop_assert_eq!(others(&edited), others(&text), "{}", edited);
        let removed = set(&edited, key, None);
        prop_assert_eq!(get(&removed, key), None, "{}", removed);
        prop_assert_eq!(others(&removed), others(&text), "{}", removed);
    }
}
