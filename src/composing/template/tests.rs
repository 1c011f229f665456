use super::*;

const AT: Circumstances = Circumstances { counter: 42, unix_millis: 1_779_523_200_123, seed: 7 };

fn expanded(text: &str) -> String {
    Template::parse(text).expand(AT).into_owned()
}

fn faults(text: &str) -> Vec<(Range<usize>, FaultKind)> {
    Template::parse(text).faults().iter().map(|fault| (fault.range.clone(), fault.kind.clone())).collect()
}

#[test]
fn counter_and_time() {
    assert_eq!(
        expanded("{\"seq\": ${n}, \"ts\": ${ms}, \"s\": \"${ s }\"}"),
        "{\"seq\": 42, \"ts\": 1779523200123, \"s\": \"1779523200\"}"
    );
    assert_eq!(expanded("温${n}度"), "温42度");
}

#[test]
fn two_dollars_stand_for_one() {
    assert_eq!(expanded("$${n} is ${n}"), "${n} is 42");
    assert_eq!(expanded("$5 {n} $"), "$5 {n} $");
    assert!(Template::parse("$5 {n}").is_plain());
    assert!(Template::parse("$${whatever").faults().is_empty());
}

#[test]
fn chance_stays_within_its_bounds_and_follows_from_the_seed() {
    let dice = Template::parse("${rand -1 2}");
    let mut seen = [0; 4];
    for seed in 0..1000 {
        let number: i64 = dice.expand(Circumstances { seed, ..AT }).parse().unwrap();
        seen[usize::try_from(number + 1).unwrap()] += 1;
    }
    assert!(seen.iter().all(|count| *count > 150), "{seen:?}");
    assert_eq!(dice.expand(AT), dice.expand(AT));
    for seed in 0..100 {
        let number = Template::parse("${rand 0.5 1}").expand(Circumstances { seed, ..AT }).into_owned();
        assert!((0.5..=1.0).contains(&number.parse::<f64>().unwrap()) && number.len() == 4, "{number}");
    }
    let all = format!("${{rand {} {}}}", i64::MIN, i64::MAX);
    assert!(expanded(&all).parse::<i64>().is_ok());
    assert_eq!(expanded("${rand 3 3}"), "3");
}

#[test]
fn each_variable_has_a_value_of_its_own() {
    let text = expanded("${uuid} ${uuid}");
    let (one, two) = text.split_once(' ').unwrap();
    assert_ne!(one, two);
    for id in [one, two] {
        assert_eq!(id.len(), 36);
        assert_eq!(&id[14..15], "4");
        assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"), "{id}");
    }
}

#[test]
fn sine_swings_between_its_bounds() {
    let wave = |millis| {
        let at = Circumstances { unix_millis: millis, ..AT };
        Template::parse("${sine 22 28 60s}").expand(at).into_owned()
    };
    assert_eq!([0, 15_000, 30_000, 45_000, 60_000].map(wave), ["25.00", "28.00", "25.00", "22.00", "25.00"]);
    assert_eq!(
        Template::parse("${sine -1 1 500ms}").expand(Circumstances { unix_millis: 125, ..AT }),
        "1.00"
    );
    assert_eq!(Template::parse("${sine 0 0 1m}").variables().count(), 1);
}

#[test]
fn pick_takes_one_of_its_choices() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..50 {
        seen.insert(
            Template::parse("${pick on | off|half open}").expand(Circumstances { seed, ..AT }).into_owned(),
        );
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["half open", "off", "on"]);
}

#[test]
fn what_is_no_variable_is_named_with_its_place_and_left_alone() {
    assert_eq!(faults("ab ${foo} c"), [(3..9, FaultKind::Unknown("foo".into()))]);
    assert_eq!(faults("${}"), [(0..3, FaultKind::Unknown(String::new()))]);
    assert_eq!(faults("${n"), [(0..3, FaultKind::Unclosed)]);
    assert_eq!(faults("${n\n}"), [(0..3, FaultKind::Unclosed)]);
    for bad in [
        "rand",
        "rand 1",
        "rand 6 1",
        "rand a b",
        "rand inf 1",
        "sine 1 2",
        "sine 1 2 3",
        "sine 1 2 0s",
        "sine 1 2 -1s",
        "pick",
        "n 1",
        "uuid x",
        "sine 1 2 1e9s",
    ] {
        let text = format!("${{{bad}}}");
        let name = bad.split(' ').next().unwrap().to_owned();
        assert_eq!(faults(&text), [(0..text.len(), FaultKind::Arguments(name))], "{text}");
        assert_eq!(expanded(&text), text);
    }
    assert_eq!(expanded("${foo} ${n}"), "${foo} 42");
    assert_eq!(faults("${a ${n}"), [(0..8, FaultKind::Unknown("a".into()))]);
}

#[test]
fn what_is_escaped_is_sent_as_it_stands() {
    for text in ["${n}", "$${n}", "a $$${n} ${foo} ${pick a|b}", "plain ${foo}", "", "$"] {
        let typed = escaped(text).into_owned();
        assert_eq!(expanded(&typed), text, "{typed}");
    }
}

#[test]
fn a_long_line_of_variables_that_do_not_close_is_read_at_once() {
    // A reader that looked for the end of each anew would be at it for minutes.
    let template = Template::parse("${".repeat(200_000) + "\n${n}");
    assert_eq!((template.faults().len(), template.variables().count()), (200_000, 1));
    assert_eq!(template.faults().last().map(|fault| fault.range.clone()), Some(399_998..400_000));
    let line = Template::parse("${n} ".repeat(200_000));
    assert_eq!(line.variables().count(), 200_000);
}

#[test]
fn every_example_is_a_variable() {
    for example in Variable::EXAMPLES {
        assert_eq!(Template::parse(example).variables().count(), 1, "{example}");
    }
}
