//! Saved profiles: kept through damage, full storage and a second tab.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::Value;
use uiot_testbench::mqtt::Secret;
use uiot_testbench::storage::library::{Library, ProfileId, SavedProfile};
use uiot_testbench::storage::vault::{Envelope, EnvelopeError, Secrets};
use uiot_testbench::storage::{Backend, Damage, Kept, Key, Mode, Profile, SaveError};
use uiot_testbench::uiot::Region;

const SECRET: &str = "s3cr3t-never-kept";

fn id(number: u64) -> ProfileId {
    ProfileId::new(number)
}

fn saved(number: u64, name: &str) -> SavedProfile {
    let profile = Profile {
        product_sn: "kx4m7q2vbn9wd5ts".into(),
        device_sn: format!("dev-{number}"),
        device_secret: Secret::new(SECRET),
        password: Secret::new(SECRET),
        ..Profile::default()
    };
    SavedProfile::new(id(number), name, profile)
}

fn library(names: &[&str]) -> Library {
    let mut library = Library::default();
    for (number, name) in (1..).zip(names) {
        library.put(saved(number, name));
    }
    library
}

fn names(library: &Library) -> Vec<&str> {
    library.profiles().iter().map(|each| each.name.as_str()).collect()
}

fn reread(library: &Library) -> Library {
    Library::read(Some(&library.to_text()))
}

#[test]
fn a_library_comes_back_without_its_secrets() {
    let mut library = library(&["one", "二"]);
    let mut changed = library.get(&id(2)).unwrap().clone();
    changed.folder = "温室/east".into();
    changed.notes = "line\nline \u{0}\u{7}\u{202e}".into();
    changed.colour = 6;
    changed.profile.device_secret = Secret::new(SECRET);
    library.put(changed);
    library.insert_at(0, saved(3, "first"));
    assert_eq!(names(&library), ["first", "one", "二"]);
    let text = library.to_text();
    assert!(!text.contains(SECRET), "{text}");
    assert!(!format!("{library:?}").contains(SECRET));
    assert!(library.profiles().iter().all(|each| each.profile.device_secret.is_empty()));
    assert!(library.profiles().iter().all(|each| each.profile.password.is_empty()));
    assert_eq!(reread(&library), library);
    assert!(library.set_aside().is_empty());
}

#[test]
fn fields_of_a_later_version_are_kept() {
    let text = library(&["one"]).to_text();
    let mut document: Value = serde_json::from_str(&text).unwrap();
    document["profiles"][0]["icon"] = "leaf".into();
    document["profiles"][0]["secret"] = SECRET.into();
    document["profiles"][0]["profile"]["proxy"] = serde_json::json!({ "port": 1 });
    document["profiles"][0]["profile"]["device_secret"] = SECRET.into();
    let mut library = Library::read(Some(&document.to_string()));
    let mut one = library.profiles()[0].clone();
    one.name = "changed".into();
    library.put(one);
    let text = library.to_text();
    assert!(text.contains("leaf") && text.contains("proxy") && text.contains("changed"));
    assert!(!text.contains(SECRET), "a secret has no place in it, whoever wrote it");
}

#[test]
fn a_search_wants_all_words_anywhere() {
    let mut library = library(&["Greenhouse East", "greenhouse west"]);
    let mut third = saved(3, "Lab");
    third.folder = "Test/温室".into();
    third.notes = "East wing".into();
    third.profile = Profile { mode: Mode::Generic, client_id: "bench-9".into(), ..Profile::default() };
    third.profile.generic_server.host = "broker.example".into();
    library.put(third);
    let found = |words: &str| -> Vec<&str> {
        library.search(words).into_iter().map(|each| each.name.as_str()).collect()
    };
    assert_eq!(found(" east "), ["Greenhouse East", "Lab"]);
    assert_eq!(found("EAST green"), ["Greenhouse East"]);
    assert_eq!(found("温室"), ["Lab"]);
    assert_eq!(found("broker.ex bench"), ["Lab"]);
    assert_eq!(found("dev-2"), ["greenhouse west"]);
    assert_eq!(found("kx4m7q"), ["Greenhouse East", "greenhouse west"]);
    assert_eq!(found("ucloud"), ["Greenhouse East", "greenhouse west"]);
    assert_eq!(found("").len(), 3);
    assert_eq!(library.folders(), ["Test", "Test/温室"]);
}

#[test]
fn a_removal_can_be_undone_and_a_copy_stands_beside() {
    let mut library = library(&["one", "two", "three"]);
    let (place, two) = library.remove(&id(2)).unwrap();
    assert_eq!((place, names(&library)), (1, vec!["one", "three"]));
    assert_eq!(library.remove(&id(2)), None);
    library.insert_at(place, two);
    assert_eq!(names(&library), ["one", "two", "three"]);
    assert!(library.duplicate(&id(1), id(9), "one (2)".into()));
    assert!(!library.duplicate(&id(77), id(10), "none".into()));
    assert_eq!(names(&library), ["one", "one (2)", "two", "three"]);
    assert_eq!(library.get(&id(9)).unwrap().profile, library.get(&id(1)).unwrap().profile);
    let other = reread(&library);
    library.merge(other);
    assert_eq!(names(&library), ["one", "one (2)", "two", "three"]);
}

#[test]
fn only_what_was_taken_away_was_removed() {
    let mut library = library(&["a", "b"]);
    let (place, taken) = library.remove(&id(1)).unwrap();
    assert!(library.was_removed(&id(1)) && reread(&library).was_removed(&id(1)));
    assert!(!library.was_removed(&id(2)) && !library.was_removed(&id(3)), "there, and never heard of");
    library.insert_at(place, taken);
    assert!(!library.was_removed(&id(1)), "brought back");
    // What cannot be read is not gone.
    let newer = library.to_text().replace("\"version\":1", "\"version\":2");
    assert!(!Library::read(Some(&newer)).was_removed(&id(1)));
}

#[test]
fn a_secret_is_for_one_login_at_one_server() {
    let device = saved(1, "device").profile;
    let other = |change: fn(&mut Profile)| {
        let mut form = device.clone();
        change(&mut form);
        form.shares_secret_with(&device)
    };
    assert!(other(|form| form.keep_alive = "17".into()) && other(|form| form.uiot_server.path = "/x".into()));
    assert!(other(|form| form.set_region(Region::ALL.into_iter().next_back())));
    assert!(!other(|form| form.mode = Mode::Generic) && !other(|form| form.uiot_server.host = "x".into()));
    assert!(!other(|form| form.device_sn.push('2')) && !other(|form| form.set_host("evil.example".into())));

    let generic = |host: &str, user: &str| {
        let mut form = Profile {
            mode: Mode::Generic,
            user_name: user.into(),
            client_id: "c".into(),
            ..Profile::default()
        };
        form.set_host(host.into());
        form
    };
    let known = generic("a.example", "me");
    assert!(generic(" A.example", "me").shares_secret_with(&known));
    assert!(!generic("b.example", "me").shares_secret_with(&known));
    assert!(!generic("a.example", "you").shares_secret_with(&known));
}

#[test]
fn a_damaged_entry_is_set_aside_and_the_rest_kept() {
    let whole = library(&["one", "two", "three", "four", "five"]).to_text();
    let mut document: Value = serde_json::from_str(&whole).unwrap();
    let entries = document["profiles"].as_array_mut().unwrap();
    entries[0]["profile"] = 17.into();
    entries[2]["id"] = "../etc".into();
    entries[3]["id"] = entries[1]["id"].clone();
    entries[4]["profile"]["keep_alive"] = 300.into();
    entries[4]["colour"] = 99.into();
    entries.push(3.into());
    // A space that no writer would make: what is set aside is what stood there.
    let text = document.to_string().replace(r#""profile":17"#, r#""profile":   17"#);
    let read = Library::read(Some(&text));
    assert_eq!(names(&read), ["two", "five"]);
    let aside: Vec<_> =
        read.set_aside().iter().map(|each| (each.name.as_deref(), each.why.clone())).collect();
    let fields = Damage::Fields(vec!["profile.keep_alive".into(), "colour".into()]);
    assert_eq!(
        aside,
        [
            (Some("one"), Damage::Shape),
            (Some("three"), Damage::Shape),
            (Some("four"), Damage::Twin),
            (Some("five"), fields),
            (None, Damage::Shape)
        ]
    );
    assert!(read.set_aside()[0].text.contains(r#""profile":   17"#), "word for word");
    assert_eq!(read.get(&id(5)).unwrap().profile.keep_alive, "300");
    // It stays aside, once, through writing, reading and merging; and once dropped it is gone.
    let mut again = reread(&read);
    assert_eq!(again.set_aside(), read.set_aside());
    again.merge(Library::read(Some(&text)));
    assert_eq!(again.set_aside().len(), 5);
    again.drop_set_aside(1);
    again.drop_set_aside(77);
    again.merge(Library::read(Some(&text)));
    assert_eq!(again.set_aside().len(), 4);
    assert_eq!(reread(&again).set_aside().len(), 4);
}

#[test]
fn a_document_that_is_none_is_kept_whole() {
    let deep = format!("{}1{}", "[".repeat(50_000), "]".repeat(50_000));
    for (text, why) in [
        ("{\"version\":1", "not-json"),
        ("[]", "shape"),
        ("null", "shape"),
        (r#"{"version":"1"}"#, "shape"),
        (r#"{"version":0}"#, "shape"),
        (r#"{"version":2,"things":[]}"#, "newer"),
        (r#"{"version":18446744073709551615}"#, "newer"),
        ("\u{0}\r\u{1b}", "not-json"),
        (deep.as_str(), "not-json"),
    ] {
        let mut library = Library::read(Some(text));
        assert!(library.profiles().is_empty());
        assert_eq!(library.set_aside().len(), 1, "{text:.40}");
        assert_eq!((library.set_aside()[0].why.code(), library.set_aside()[0].text.as_str()), (why, text));
        library.put(saved(1, "new"));
        assert_eq!(reread(&library), library);
    }
    for text in [None, Some(""), Some("  ")] {
        assert_eq!(Library::read(text), Library::default());
    }
    let odd = Library::read(Some(r#"{"version":1,"profiles":{},"removed":[],"latest":-1,"set_aside":7}"#));
    assert_eq!((odd.profiles().len(), odd.set_aside().len()), (0, 1));
}

#[test]
fn a_newer_document_that_can_be_read_by_now_is_taken_back() {
    let newer = library(&["one"]).to_text();
    let why = serde_json::json!({ "code": "newer", "version": 1 });
    let aside = serde_json::json!([{ "name": null, "why": why, "text": newer }]);
    let text = serde_json::json!({ "version": 1, "profiles": [], "set_aside": aside }).to_string();
    let library = Library::read(Some(&text));
    assert_eq!((names(&library), library.set_aside().len()), (vec!["one"], 0));
}

/// One storage for two tabs.
#[derive(Default)]
struct Shared {
    texts: RefCell<HashMap<Key, String>>,
    is_full: Cell<bool>,
}

impl Backend for &Shared {
    fn read(&self, key: Key) -> Option<String> {
        self.texts.borrow().get(&key).cloned()
    }

    fn write(&self, key: Key, text: &str) -> Result<(), SaveError> {
        if self.is_full.get() {
            return Err(SaveError::Full);
        }
        self.texts.borrow_mut().insert(key, text.to_owned());
        Ok(())
    }

    fn remove(&self, key: Key) {
        self.texts.borrow_mut().remove(&key);
    }
}

#[test]
fn two_tabs_keep_each_others_changes() {
    let shared = Shared::default();
    let (one, two) = (Kept::new(&shared), Kept::new(&shared));
    let mut first = library(&["a", "b", "c"]);
    one.save_library(&mut first).unwrap();
    let mut second = two.library();
    // Neither hears of the other before it saves.
    let mut renamed = first.get(&id(1)).unwrap().clone();
    renamed.name = "a changed here".into();
    first.put(renamed);
    first.remove(&id(3));
    let mut noted = second.get(&id(3)).unwrap().clone();
    noted.notes = "written after it was removed elsewhere".into();
    second.put(noted.clone());
    noted.notes.push_str(", twice");
    second.put(noted);
    second.put(saved(4, "d"));
    one.save_library(&mut first).unwrap();
    two.save_library(&mut second).unwrap();
    assert_eq!(names(&second), ["a changed here", "b", "d"], "the removal holds");
    // The first hears of it, as it does by the storage's event.
    first.merge(one.library());
    assert_eq!(first.to_text(), second.to_text());
    // Undoing in the second brings it back in both.
    let (place, d) = second.remove(&id(4)).unwrap();
    two.save_library(&mut second).unwrap();
    first.merge(one.library());
    assert_eq!(names(&first), ["a changed here", "b"]);
    second.insert_at(place, d);
    two.save_library(&mut second).unwrap();
    one.save_library(&mut first).unwrap();
    assert_eq!(names(&first), ["a changed here", "b", "d"]);
}

#[test]
fn a_full_storage_leaves_what_is_stored() {
    let shared = Shared::default();
    let kept = Kept::new(&shared);
    let mut library = library(&["a"]);
    kept.save_library(&mut library).unwrap();
    let before = kept.stored_text(Key::Library);
    shared.is_full.set(true);
    library.put(saved(2, "b"));
    assert_eq!(kept.save_library(&mut library), Err(SaveError::Full));
    assert_eq!(kept.stored_text(Key::Library), before);
    assert_eq!(names(&kept.library()), ["a", "b"], "in memory it is there");
    assert_eq!(kept.trouble(), Some(SaveError::Full));
    shared.is_full.set(false);
    kept.save_library(&mut library).unwrap();
    assert_eq!(kept.trouble(), None);
    assert_eq!(names(&Kept::new(&shared).library()), ["a", "b"]);
}

#[test]
fn what_another_program_damaged_is_not_overwritten() {
    let shared = Shared::default();
    let kept = Kept::new(&shared);
    let mut library = library(&["a"]);
    kept.save_library(&mut library).unwrap();
    kept.save_text(Key::Library, "{half a docu").unwrap();
    kept.save_library(&mut library).unwrap();
    let stored = kept.library();
    assert_eq!(names(&stored), ["a"]);
    assert_eq!(stored.set_aside()[0].text, "{half a docu");
}

/// A change as a person makes it.
#[derive(Clone, Debug)]
enum Step {
    Put(u64, String),
    Remove(u64),
    Undo,
    Meet,
}

fn step() -> impl Strategy<Value = (bool, Step)> {
    let act = prop_oneof![
        4 => (0..5_u64, "\\PC{0,6}").prop_map(|(number, name)| Step::Put(number, name)),
        2 => (0..5_u64).prop_map(Step::Remove),
        1 => Just(Step::Undo),
        2 => Just(Step::Meet),
    ];
    (any::<bool>(), act)
}

proptest! {
    /// Whatever two tabs do: once both have heard of each other, they hold the same.
    #[test]
    fn two_tabs_agree_in_the_end(steps in prop::collection::vec(step(), 0..40)) {
        let mut tabs = [Library::default(), Library::default()];
        let mut undo = [None, None];
        for (which, step) in steps {
            let which = usize::from(which);
            match step {
                Step::Put(number, name) => tabs[which].put(saved(number, &name)),
                Step::Remove(number) => undo[which] = tabs[which].remove(&id(number)).or(undo[which].take()),
                Step::Undo => if let Some((place, one)) = undo[which].take() {
                    tabs[which].insert_at(place, one);
                },
                Step::Meet => {
                    let other = reread(&tabs[1 - which]);
                    tabs[which].merge(other);
                }
            }
        }
        let [mut one, mut two] = tabs;
        let (first, second) = (reread(&one), reread(&two));
        one.merge(second);
        two.merge(first);
        let sorted = |library: &Library| {
            let mut all = library.profiles().to_vec();
            all.sort_by(|one, other| one.id.cmp(&other.id));
            all
        };
        prop_assert_eq!(sorted(&one), sorted(&two));
        // And merging with oneself changes nothing.
        let before = one.clone();
        one.merge(before.clone());
        prop_assert_eq!(one, before);
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        let library = Library::read(Some(&text));
        prop_assert_eq!(reread(&library), library);
    }

    #[test]
    fn any_json_is_read(
        entries in prop::collection::vec(
            "(\\{\"id\":\"[a-z]{1,2}\",\"profile\":(\\{\\}|3|\\{\"mode\":\"(uiot|x)\"\\})\\}|null|\\[1\\])",
            0..8,
        )
    ) {
        let text = format!("{{\"version\":1,\"profiles\":[{}]}}", entries.join(" , "));
        let library = Library::read(Some(&text));
        prop_assert_eq!(&reread(&library), &library);
        // Nothing gets lost but repetitions of what is aside.
        let aside: Vec<_> = library.set_aside().iter().map(|each| each.text.as_str()).collect();
        let ids: Vec<_> = library.profiles().iter().map(|each| each.id.as_str()).collect();
        for entry in &entries {
            let is_there = ids.iter().any(|id| entry.contains(&format!("\"id\":\"{id}\"")));
            prop_assert!(is_there || aside.contains(&entry.as_str()), "{}", entry);
        }
    }
}

fn envelope() -> Envelope {
    Envelope {
        salt: [7; Envelope::SALT],
        iterations: Envelope::ITERATIONS,
        iv: [9; Envelope::IV],
        count: 2,
        ciphertext: (0..48).collect(),
    }
}

#[test]
fn an_envelope_comes_back_and_tells_damage() {
    let text = envelope().to_text();
    assert_eq!(Envelope::parse(&text), Ok(envelope()));
    assert_eq!(
        Envelope::parse(&text.replace("\"version\":1", "\"version\":2")),
        Err(EnvelopeError::Newer(2))
    );
    for (from, to) in [
        ("\"count\":2", "\"count\":3"),
        ("\"iterations\":600000", "\"iterations\":600001"),
        ("\"iterations\":600000", "\"iterations\":1"),
        ("\"iterations\":600000", "\"iterations\":4000000000"),
        ("\"iterations\":600000", "\"iterations\":-1"),
        ("\"version\":1", "\"version\":\"1\""),
        ("\"ciphertext\":\"AAEC", "\"ciphertext\":\"AAED"),
        ("\"ciphertext\":\"AAEC", "\"ciphertext\":\"A"),
        ("\"salt\":\"Bw", "\"salt\":\"Cw"),
        ("\"iv\":\"CQ", "\"iv\":\"CQCQCQCQ"),
    ] {
        let changed = text.replace(from, to);
        assert_ne!(changed, text, "{from}");
        assert_eq!(Envelope::parse(&changed), Err(EnvelopeError::Damaged), "{from} {to}");
    }
    for text in ["", "{}", "[]", "null", "\u{0}", &text[..40]] {
        assert_eq!(Envelope::parse(text), Err(EnvelopeError::Damaged), "{text}");
    }
    // Two vaults that differ in anything readable are told apart by the cipher too.
    let other = Envelope { count: 3, ..envelope() };
    assert_ne!(other.additional_data(), envelope().additional_data());
}

proptest! {
    #[test]
    fn any_change_of_an_envelope_is_damage(place in 0..400_usize, byte in 32..127_u8) {
        let text = envelope().to_text();
        let mut bytes = text.clone().into_bytes();
        let place = place % bytes.len();
        bytes[place] = byte;
        let changed = String::from_utf8(bytes).unwrap();
        match Envelope::parse(&changed) {
            // What says only how it was made is not read.
            Ok(read) => prop_assert_eq!(read, envelope()),
            Err(EnvelopeError::Newer(version)) => prop_assert!(version > 1),
            Err(EnvelopeError::Damaged) => {}
        }
    }

    #[test]
    fn secrets_come_back(list in prop::collection::btree_map(any::<u64>(), "\\PC{1,40}", 0..6)) {
        let mut secrets = Secrets::default();
        for (number, secret) in &list {
            secrets.put(&id(*number), Secret::new(secret.as_str()));
        }
        prop_assert_eq!(secrets.len(), list.len());
        let back = Secrets::from_bytes(&secrets.to_bytes()).unwrap();
        prop_assert_eq!(&back, &secrets);
        for (number, secret) in &list {
            prop_assert_eq!(back.get(&id(*number)).unwrap().expose(), secret);
        }
        let mut empty = back;
        for number in list.keys() {
            empty.put(&id(*number), Secret::default());
        }
        prop_assert!(empty.is_empty());
    }
}

#[test]
fn secrets_show_in_no_debug_text() {
    let mut secrets = Secrets::default();
    secrets.put(&id(1), Secret::new(SECRET));
    assert!(!format!("{secrets:?}").contains(SECRET));
    assert_eq!(Secrets::from_bytes(b"[1]"), None);
}

#[test]
fn many_secrets_change_at_once() {
    let mut secrets = Secrets::default();
    secrets.set(&[(id(1), Some(Secret::new("a"))), (id(2), Some(Secret::new("b")))]);
    secrets.set(&[(id(1), None), (id(3), Some(Secret::new("c"))), (id(4), None)]);
    assert_eq!(secrets.ids().collect::<Vec<_>>(), [id(2), id(3)]);
}
