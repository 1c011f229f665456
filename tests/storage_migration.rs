//! What any earlier version stored is read by this one; damage costs itself and nothing else.

use std::cell::RefCell;
use std::collections::HashMap;

use uiot_testbench::mqtt::ProtocolVersion;
use uiot_testbench::storage::migrate;
use uiot_testbench::storage::{
    Backend, BudgetForm, Damage, Kept, Key, Mode, Profile, SaveError, WantedSubscription, Workspace,
};
use uiot_testbench::uiot::{AuthMode, Region};

/// As the first version wrote it.
const FIRST: &str = r#"{"mode":"uiot","region":"cn-gd","uiot_server":{"tls":false,"host":"mqtt-cn-gd.iot.ucloud.cn","port":"8080","path":"/","port_edited":true},"generic_server":{"tls":true,"host":"broker.example","port":"443","path":"/mqtt","port_edited":false},"product_sn":"kx4m7q2vbn9wd5ts","device_sn":"greenhouse-07","client_id":"again","user_name":"me","protocol":"3.1","keep_alive":"90","clean_session":false}"#;
/// As it was written once there were wills.
const WITH_WILL: &str = r#"{"mode":"generic","region":"custom","uiot_server":{"tls":true,"host":"h","port":"443","path":"/","port_edited":false},"generic_server":{"tls":true,"host":"broker.example","port":"443","path":"/mqtt","port_edited":false},"product_sn":"","device_sn":"","client_id":"c","user_name":"","protocol":"3.1.1","keep_alive":"7","clean_session":true,"auto_reconnect":false,"strict":true,"will":{"enabled":true,"topic":"gone","payload":"温度","qos":2,"retain":true}}"#;
/// As it was written once profiles held subscriptions.
const WITH_SUBSCRIPTIONS: &str = r#"{"mode":"uiot","region":"cn-sh2","uiot_server":{"tls":true,"host":"mqtt-cn-sh2.iot.ucloud.cn","port":"443","path":"/","port_edited":false},"generic_server":{"tls":true,"host":"","port":"443","path":"/mqtt","port_edited":false},"product_sn":"","device_sn":"","client_id":"","user_name":"","protocol":"3.1.1","keep_alive":"300","clean_session":true,"auto_reconnect":true,"strict":false,"will":{"enabled":false,"topic":"","payload":"","qos":0,"retain":false},"subscriptions":[{"filter":"a/#","qos":1,"colour":3,"muted":true},{"filter":"b","qos":0,"colour":null,"muted":false}],"subscribe_system":false}"#;
/// As it was written once a device could register.
const WITH_REGISTRATION: &str = r#"{"mode":"uiot","region":"cn-sh2","uiot_server":{"tls":true,"host":"mqtt-cn-sh2.iot.ucloud.cn","port":"443","path":"/","port_edited":false},"generic_server":{"tls":true,"host":"","port":"443","path":"/mqtt","port_edited":false},"product_sn":"kx4m7q2vbn9wd5ts","device_sn":"new-07","registration":"dynamic","client_id":"","user_name":"","protocol":"3.1.1","keep_alive":"300","clean_session":true,"auto_reconnect":true,"strict":false,"will":{"enabled":false,"topic":"","payload":"","qos":0,"retain":false},"subscriptions":[],"subscribe_system":true}"#;

fn sound(text: &str) -> Profile {
    let found = migrate::form(text);
    assert_eq!(found.damage, []);
    found.value
}

#[test]
fn the_first_form_is_read() {
    let form = sound(FIRST);
    assert_eq!((form.mode, form.region), (Mode::Uiot, Some(Region::Guangzhou)));
    assert_eq!(form.uiot_server.url(), "ws://mqtt-cn-gd.iot.ucloud.cn:8080/");
    assert_eq!(form.generic_server.url(), "wss://broker.example:443/mqtt");
    assert!(form.uiot_server.port_edited && !form.clean_session);
    assert_eq!((form.product_sn.as_str(), form.device_sn.as_str()), ("kx4m7q2vbn9wd5ts", "greenhouse-07"));
    assert_eq!((form.client_id.as_str(), form.user_name.as_str()), ("again", "me"));
    assert_eq!((form.protocol, form.keep_alive.as_str()), (ProtocolVersion::V3_1, "90"));
    // What there was not yet is as in a new form.
    let new = Profile::default();
    assert_eq!((form.auto_reconnect, form.strict, &form.will), (true, false, &new.will));
    assert_eq!((&form.subscriptions, form.subscribe_system), (&new.subscriptions, true));
}

#[test]
fn a_form_with_a_will_is_read() {
    let form = sound(WITH_WILL);
    assert_eq!((form.mode, form.region), (Mode::Generic, None));
    assert!(!form.auto_reconnect && form.strict && form.will.enabled && form.will.retain);
    assert_eq!((form.will.topic.as_str(), form.will.payload.as_str(), form.will.qos), ("gone", "温度", 2));
    assert!(form.subscriptions.is_empty() && form.subscribe_system);
}

#[test]
fn a_form_with_subscriptions_is_read() {
    let form = sound(WITH_SUBSCRIPTIONS);
    let wanted = WantedSubscription { filter: "a/#".into(), qos: 1, colour: Some(3), muted: true };
    let second = WantedSubscription { filter: "b".into(), ..WantedSubscription::default() };
    assert_eq!(form.subscriptions, [wanted, second]);
    assert!(!form.subscribe_system);
    assert_eq!(form.registration, AuthMode::Static, "what there was before registering");
}

#[test]
fn a_form_that_registers_is_read() {
    let form = sound(WITH_REGISTRATION);
    assert_eq!(form.registration, AuthMode::Dynamic);
    assert_eq!(form.sent_user_name(), "kx4m7q2vbn9wd5ts|new-07|2");
    assert!(form.product_secret.is_empty() && form.plan().is_none(), "nothing registers by itself");
    // This is what is written today; a change of shape needs a version of its own.
    assert_eq!(serde_json::to_string(&form).unwrap(), WITH_REGISTRATION);
    let odd = migrate::form(&WITH_REGISTRATION.replace("dynamic", "both"));
    assert_eq!((odd.value.registration, odd.value.device_sn.as_str()), (AuthMode::Static, "new-07"));
    assert!(matches!(&odd.damage[..], [(Damage::Fields(fields), _)] if fields == &["registration"]));
}

#[test]
fn what_a_later_version_adds_is_skipped() {
    let text = FIRST.replacen('{', r#"{"version":0,"colour":{"a":[1]},"#, 1);
    assert_eq!(sound(&text), sound(FIRST));
}

#[test]
fn the_budget_and_single_words_are_read() {
    let budget: BudgetForm = serde_json::from_str(r#"{"megabytes":"64","messages":"5000"}"#).unwrap();
    assert_eq!(budget.budget().unwrap().bytes, 64 << 20);
    assert_eq!(serde_json::from_str::<String>("\"zh\"").unwrap(), "zh");
}

#[test]
fn a_damaged_field_costs_that_field() {
    let text = WITH_SUBSCRIPTIONS
        .replace(r#""keep_alive":"300""#, r#""keep_alive":300"#)
        .replace(r#""device_sn":"""#, r#""device_sn":"dev-1""#)
        .replace(r#""port":"443","path":"/mqtt""#, r#""port":443,"path":"/other""#)
        .replace(r#""filter":"b","qos":0"#, r#""filter":"b","qos":"x""#)
        .replace(r#""qos":1"#, r#""qos":7"#)
        .replace(r#""mode":"uiot""#, r#""mode":"other""#)
        .replace(r#""protocol":"3.1.1""#, r#""protocol":"6""#)
        .replace(r#""region":"cn-sh2""#, r#""region":"mars""#);
    let found = migrate::form(&text);
    let [(Damage::Fields(fields), kept)] = found.damage.as_slice() else { panic!("{:?}", found.damage) };
    assert_eq!(*kept, text);
    let expected = [
        "generic_server.port",
        "keep_alive",
        "mode",
        "subscriptions.1",
        "protocol",
        "region",
        "subscriptions.0.qos",
    ];
    assert_eq!(fields, &expected);
    let form = found.value;
    assert_eq!((form.keep_alive.as_str(), form.device_sn.as_str()), ("300", "dev-1"));
    assert_eq!((form.generic_server.port.as_str(), form.generic_server.path.as_str()), ("443", "/other"));
    assert_eq!(form.subscriptions.len(), 1);
    assert_eq!((form.subscriptions[0].filter.as_str(), form.subscriptions[0].qos), ("a/#", 0));
}

#[test]
fn a_form_that_is_none_is_told_and_kept() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (text, code) in [
        ("{", "not-json"),
        ("null", "shape"),
        ("[]", "shape"),
        ("17", "shape"),
        ("\"x\"", "shape"),
        ("{\"mode\":\u{0}}", "not-json"),
        (deep.as_str(), "not-json"),
    ] {
        let found = migrate::form(text);
        assert_eq!(found.value, Profile::default());
        let [(why, kept)] = found.damage.as_slice() else { panic!("{:?}", found.damage) };
        assert_eq!((why.code(), kept.as_str()), (code, text));
    }
    let found = migrate::form("{\n \"mode\": \"uiot\",\n x }");
    assert_eq!(found.damage[0].0, Damage::NotJson { line: 3, column: 2 });
}

#[test]
fn a_damaged_session_costs_that_session() {
    let text = format!(
        r#"{{"sessions":[{{"title":"one","profile":{FIRST}}},{{"title":"two", "profile":17}},3,{{"title":4,"profile":{WITH_WILL}}},{{"title":null}}],"active":3}}"#
    );
    let found = migrate::workspace(&text);
    let titles: Vec<_> = found.value.sessions.iter().map(|each| each.title.as_deref()).collect();
    assert_eq!(titles, [Some("one"), None, None]);
    assert_eq!(found.value.sessions[1].profile, sound(WITH_WILL));
    // The one in front is still in front.
    assert_eq!(found.value.active, 1);
    let kept: Vec<_> = found.damage.iter().map(|(why, text)| (why.code(), text.as_str())).collect();
    assert_eq!(kept[0], ("shape", r#"{"title":"two", "profile":17}"#), "word for word");
    assert_eq!(kept[1], ("shape", "3"));
    assert_eq!(found.damage[2].0, Damage::Fields(vec!["title".into()]));
    assert_eq!(kept.len(), 3);
}

#[test]
fn a_workspace_comes_back_as_it_was_written() {
    let workspace = Workspace {
        sessions: vec![uiot_testbench::storage::SavedSession {
            title: Some("温室".into()),
            profile: sound(WITH_SUBSCRIPTIONS),
        }],
        active: 0,
    };
    let text = serde_json::to_string(&workspace).unwrap();
    assert_eq!(migrate::workspace(&text).value, workspace);
    for text in ["", "[]", "null", r#"{"sessions":{}}"#] {
        let found = migrate::workspace(text);
        assert_eq!((found.value, found.damage.len()), (Workspace::default(), 1), "{text}");
    }
    assert_eq!(migrate::workspace("{}").damage, []);
}

/// A storage with room for so many bytes.
struct Small {
    texts: RefCell<HashMap<Key, String>>,
    room: usize,
}

impl Small {
    fn new(room: usize) -> Self {
        Self { texts: RefCell::default(), room }
    }
}

impl Backend for &Small {
    fn read(&self, key: Key) -> Option<String> {
        self.texts.borrow().get(&key).cloned()
    }

    fn write(&self, key: Key, text: &str) -> Result<(), SaveError> {
        let mut texts = self.texts.borrow_mut();
        let others: usize =
            texts.iter().filter(|(other, _)| **other != key).map(|(_, text)| text.len()).sum();
        if others + text.len() > self.room {
            return Err(if self.room == 0 { SaveError::Blocked } else { SaveError::Full });
        }
        texts.insert(key, text.to_owned());
        Ok(())
    }

    fn remove(&self, key: Key) {
        self.texts.borrow_mut().remove(&key);
    }

    fn is_blocked(&self) -> bool {
        self.room == 0
    }
}

#[test]
fn a_full_storage_keeps_what_it_has_and_says_so() {
    let small = Small::new(10);
    let kept = Kept::new(&small);
    kept.save_text(Key::Form, "12345").unwrap();
    assert_eq!(kept.save_text(Key::Form, "123456789012"), Err(SaveError::Full));
    assert_eq!(kept.text(Key::Form).as_deref(), Some("123456789012"));
    assert_eq!(kept.stored_text(Key::Form).as_deref(), Some("12345"));
    assert_eq!(kept.trouble(), Some(SaveError::Full));
    // Another key that fits does not make the first one safe.
    kept.save_text(Key::Theme, "d").unwrap();
    assert_eq!(kept.trouble(), Some(SaveError::Full));
    kept.save_text(Key::Form, "123").unwrap();
    assert_eq!(kept.trouble(), None);
    assert_eq!(kept.stored_text(Key::Form).as_deref(), Some("123"));
    kept.remove(Key::Form);
    assert_eq!((kept.text(Key::Form), kept.stored_text(Key::Form)), (None, None));
}

#[test]
fn a_forbidden_storage_is_memory() {
    let none = Small::new(0);
    let kept = Kept::new(&none);
    assert_eq!(kept.trouble(), Some(SaveError::Blocked), "before anything is saved");
    assert_eq!(kept.save_text(Key::Form, "x"), Err(SaveError::Blocked));
    assert_eq!(kept.text(Key::Form).as_deref(), Some("x"));
}

#[test]
fn damage_is_kept_under_a_key_of_its_own() {
    let small = Small::new(1 << 20);
    let kept = Kept::new(&small);
    let damage = || migrate::form("{broken").damage;
    kept.set_aside(Key::Form, damage());
    kept.set_aside(Key::Form, damage());
    kept.set_aside(Key::Workspace, migrate::workspace(r#"{"sessions":[1]}"#).damage);
    kept.set_aside(Key::Form, migrate::form("").damage);
    let texts = kept.damaged().0;
    let seen: Vec<_> =
        texts.iter().map(|each| (each.key.as_str(), each.why.code(), each.text.as_str())).collect();
    assert_eq!(
        seen,
        [("uiot-testbench.form", "not-json", "{broken"), ("uiot-testbench.workspace.1", "shape", "1"),],
        "each once, nothing for an empty one"
    );
    // The list itself may be damaged, or of a later version.
    for text in ["{", "[]", r#"{"version":2,"texts":"?"}"#, r#"{"version":1,"texts":[{"key":1},5]}"#] {
        kept.save_text(Key::Damaged, text).unwrap();
        kept.set_aside(Key::Form, damage());
        let stored = kept.stored_text(Key::Damaged).unwrap();
        let texts = kept.damaged().0;
        assert!(texts.iter().any(|each| each.text == "{broken"), "{stored}");
        assert!(texts.len() > 1, "{stored}");
    }
}
