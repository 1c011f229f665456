//! Profiles from files and pasted text, of this tool and of others.

use proptest::prelude::*;
use uiot_testbench::mqtt::{ProtocolVersion, Secret};
use uiot_testbench::storage::import::{
    Credentials, Draft, ImportErrorKind, MOST_BYTES, MOST_PROFILES, Remark, export, read_file, read_pasted,
};
use uiot_testbench::storage::library::{ProfileId, SavedProfile};
use uiot_testbench::storage::{Mode, Profile, WantedSubscription};
use uiot_testbench::uiot::Region;

const PRODUCT: &str = "kx4m7q2vbn9wd5ts";
const DEVICE: &str = "greenhouse-07";
const SECRET: &str = "hbfn2v0q9m4x7kc1";

fn read(name: &str, text: &str) -> Vec<Draft> {
    read_file(name, text).unwrap()
}

fn error(name: &str, text: &str) -> (Option<usize>, &'static str) {
    let error = read_file(name, text).unwrap_err();
    (error.line, error.kind.code())
}

fn saved(number: u64) -> SavedProfile {
    let profile = Profile {
        product_sn: PRODUCT.into(),
        device_sn: DEVICE.into(),
        keep_alive: "90".into(),
        subscriptions: vec![WantedSubscription {
            filter: "a/#".into(),
            qos: 1,
            colour: Some(2),
            muted: true,
        }],
        ..Profile::default()
    };
    let mut saved = SavedProfile::new(ProfileId::new(number), format!("温室 {number}"), profile);
    saved.folder = "a/b".into();
    saved.notes = "n\n\"q\"".into();
    saved.colour = 4;
    saved
}

#[test]
fn an_export_comes_back_with_secrets_only_if_asked() {
    let list = [(saved(1), Some(Secret::new(SECRET))), (saved(2), None)];
    let without = export(&list, false);
    assert!(!without.contains(SECRET));
    let with = export(&list, true);
    assert_eq!(with.matches(SECRET).count(), 1);
    for (text, secret) in [(without, ""), (with, SECRET)] {
        let drafts = read("profiles.json", &text);
        assert_eq!(drafts.len(), 2);
        assert_eq!(drafts[0].profile.device_secret.expose(), secret);
        assert_eq!(drafts[1].profile.device_secret.expose(), "");
        for (draft, (saved, _)) in drafts.iter().zip(&list) {
            assert_eq!(
                (&draft.name, &draft.folder, &draft.notes),
                (&saved.name, &saved.folder, &saved.notes)
            );
            let mut profile = draft.profile.clone();
            profile.forget_secrets();
            assert_eq!((profile, draft.colour), (saved.profile.clone(), 4));
            assert_eq!(draft.remarks, []);
        }
    }
}

#[test]
fn a_profile_with_secrets_of_its_own_exports_none() {
    let mut odd = saved(1);
    odd.profile.device_secret = Secret::new(SECRET);
    odd.profile.password = Secret::new(SECRET);
    assert!(!export(&[(odd, None)], true).contains(SECRET));
}

#[test]
fn damage_in_an_export_is_told_by_field() {
    let text = export(&[(saved(1), None)], false)
        .replace(r#""keep_alive": "90""#, r#""keep_alive": 90"#)
        .replace(r#""colour": 4"#, r#""colour": 77"#)
        .replace(r#""folder": "a/b""#, r#""folder": []"#);
    let draft = &read("x", &text)[0];
    let fields = ["profile.keep_alive", "folder", "colour"].map(str::to_owned).to_vec();
    assert_eq!(draft.remarks, [Remark::Fields(fields)]);
    assert_eq!((draft.profile.device_sn.as_str(), draft.profile.keep_alive.as_str()), (DEVICE, "300"));
    let bare = r#"{"format":"uiot-testbench.profiles","version":1,"profiles":[5,{}]}"#;
    let drafts = read("x", bare);
    assert_eq!(drafts.len(), 2);
    assert!(drafts.iter().all(|draft| !draft.name.is_empty() && !draft.remarks.is_empty()));
    assert_eq!(error("x", &bare.replace("\"version\":1", "\"version\":2")), (None, "newer"));
    assert_eq!(error("x", &bare.replace("[5,{}]", "[]")), (None, "no-profiles"));
    assert_eq!(error("x", &bare.replace("[5,{}]", "7")), (None, "unknown-json"));
}

/// As MQTTX 1.9 exports it, with what it has beside.
const MQTTX: &str = r##"[
  {"clientId":"mqttx_0c668d0d","name":"Lab","clean":true,"protocol":"wss","host":"broker.example","port":8084,"keepalive":60,
   "connectTimeout":10,"reconnect":false,"reconnectPeriod":4000,"username":"me","password":"s3cr3t","path":"/mqtt","certType":"server",
   "ssl":true,"mqttVersion":"5.0","rejectUnauthorized":false,"ca":"","cert":"","key":"","id":"fbf5b9c4","isCollection":false,
   "will":{"lastWillTopic":"gone","lastWillPayload":"bye","lastWillQos":1,"lastWillRetain":true,"properties":{"willDelayInterval":3}},
   "subscriptions":[{"topic":"testtopic/#","qos":0,"retain":false,"color":"#34C388","alias":"","nl":true,"rap":false,"rh":0},{"topic":"b","qos":2}],
   "messages":[{"topic":"a","payload":"x"},{"topic":"a","payload":"y"}],"properties":{"sessionExpiryInterval":0}},
  {"clientId":"c2","name":"","clean":false,"protocol":"mqtts","host":"tcp.example","port":8883,"keepalive":30,"username":"","password":"",
   "path":"/x","ssl":true,"certType":"self","mqttVersion":"3.1","ca":"/tmp/ca.pem","subscriptions":[{"qos":1},{"topic":"x","qos":9}],"will":null,"messages":[]},
  {"clientId":"kx4m7q2vbn9wd5ts.greenhouse-07","name":"device","clean":true,"protocol":"mqtt","host":"mqtt-cn-gd.iot.ucloud.cn","port":1883,
   "keepalive":300,"username":"kx4m7q2vbn9wd5ts|greenhouse-07|1","password":"hbfn2v0q9m4x7kc1","path":"","ssl":false,"mqttVersion":"3.1.1",
   "will":{"lastWillTopic":"","lastWillPayload":"","lastWillQos":0,"lastWillRetain":false}},
  7
]"##;

#[test]
fn mqttx_connections_are_taken_over() {
    let drafts = read("export.json", MQTTX);
    assert_eq!(drafts.len(), 4);
    let lab = &drafts[0];
    assert_eq!((lab.name.as_str(), lab.profile.mode), ("Lab", Mode::Generic));
    assert_eq!(lab.profile.generic_server.url(), "wss://broker.example:8084/mqtt");
    assert_eq!((lab.profile.client_id.as_str(), lab.profile.user_name.as_str()), ("mqttx_0c668d0d", "me"));
    assert_eq!(lab.profile.password.expose(), "s3cr3t");
    assert!(!format!("{lab:?}").contains("s3cr3t"));
    assert!(lab.profile.clean_session && !lab.profile.auto_reconnect);
    let will = &lab.profile.will;
    assert_eq!((will.enabled, will.topic.as_str(), will.payload.as_str()), (true, "gone", "bye"));
    assert_eq!((will.qos, will.retain), (1, true));
    let filters: Vec<_> =
        lab.profile.subscriptions.iter().map(|each| (each.filter.as_str(), each.qos)).collect();
    assert_eq!(filters, [("testtopic/#", 0), ("b", 2)]);
    assert_eq!(
        lab.remarks,
        [Remark::Version5, Remark::Unverified, Remark::SubscriptionOptions(1), Remark::Messages(2)]
    );
}

#[test]
fn mqttx_connections_over_tcp_become_websockets_and_say_so() {
    let drafts = read("export.json", MQTTX);
    let tcp = &drafts[1];
    assert_eq!(tcp.name, "c2");
    assert_eq!(tcp.profile.generic_server.url(), "wss://tcp.example:443/mqtt");
    assert_eq!((tcp.profile.protocol, tcp.profile.keep_alive.as_str()), (ProtocolVersion::V3_1, "30"));
    let fields = vec!["subscriptions.0".to_owned(), "subscriptions.1".to_owned()];
    assert_eq!(
        tcp.remarks,
        [Remark::PlainTcp("mqtts://tcp.example:8883".into()), Remark::Certificates, Remark::Fields(fields)]
    );
    let device = &drafts[2].profile;
    assert_eq!((device.mode, device.region), (Mode::Uiot, Some(Region::Guangzhou)));
    assert_eq!((device.product_sn.as_str(), device.device_sn.as_str()), (PRODUCT, DEVICE));
    assert_eq!(device.device_secret.expose(), SECRET);
    assert_eq!(device.uiot_server.url(), "ws://mqtt-cn-gd.iot.ucloud.cn:80/");
    assert_eq!((device.client_id.as_str(), device.user_name.as_str()), ("", ""));
    assert_eq!(device.generic_server, Profile::default().generic_server);
    // What is no connection stands there by a name, and says what it lacks.
    assert_eq!(drafts[3].name, "?");
    assert!(!drafts[3].remarks.is_empty());
    // One alone, as people cut it out.
    let one =
        r#"{"clientId":"a","host":"h","port":"9","protocol":"ws","path":"p","clean":"yes","mqttVersion":7}"#;
    let draft = &read("x", one)[0];
    assert_eq!(draft.profile.generic_server.url(), "ws://h:9/p");
    assert_eq!(draft.remarks, [Remark::Fields(vec!["clean".into(), "mqttVersion".into()])]);
}

#[test]
fn tables_of_devices_are_read_by_their_headings() {
    for text in [
        format!("ProductSN,DeviceSN,DeviceSecret\r\n{PRODUCT},{DEVICE},{SECRET}\r\n"),
        format!("\u{feff}设备序列号;产品序列号;设备密码\n{DEVICE};{PRODUCT};{SECRET}"),
        format!("序号\tdevice_secret\tDevice SN\tProduct-SN\n1\t{SECRET}\t\"{DEVICE}\"\t=\"{PRODUCT}\"\n\n"),
        format!("[{{\"ProductSN\":\"{PRODUCT}\",\"DeviceSN\":\"{DEVICE}\",\"DeviceSecret\":\"{SECRET}\"}}]"),
    ] {
        let drafts = read("devices.csv", &text);
        assert_eq!(drafts.len(), 1, "{text}");
        let profile = &drafts[0].profile;
        assert_eq!((profile.product_sn.as_str(), profile.device_sn.as_str()), (PRODUCT, DEVICE), "{text}");
        assert_eq!((profile.device_secret.expose(), profile.mode), (SECRET, Mode::Uiot));
        assert_eq!((drafts[0].name.as_str(), drafts[0].remarks.as_slice()), (DEVICE, [].as_slice()));
    }
    let named = read("x.csv", "设备名称,设备序列号,备注\n温室七号,dev-1,\"east,\nwing\"\n,,\nother,,\n");
    let names: Vec<_> = named.iter().map(|each| (each.name.as_str(), each.notes.as_str())).collect();
    assert_eq!(names, [("温室七号", "east,\nwing"), ("other", "")]);
    assert_eq!(named[0].remarks, [Remark::Missing("ProductSN"), Remark::Missing("DeviceSecret")]);
    assert_eq!(named[1].remarks.len(), 3);
}

#[test]
fn what_holds_no_profiles_says_why_and_where() {
    for text in ["", "\u{feff} \n "] {
        assert_eq!(error("x.csv", text), (None, "empty"));
    }
    assert_eq!(error("x.csv", "a,b\n1,2"), (Some(1), "no-columns"));
    assert_eq!(error("x.csv", "\n\nhello"), (Some(3), "no-columns"));
    assert_eq!(error("x.csv", "DeviceSN,Secret\n"), (None, "no-profiles"));
    assert_eq!(error("x.csv", "DeviceSN\n\"dev\n\n"), (Some(2), "open-quote"));
    assert_eq!(error("x.json", "{\n  \"a\": }"), (Some(2), "not-json"));
    assert_eq!(error("x.JSON", "hello"), (Some(1), "not-json"));
    for text in ["[]", "{}", "[1,2]", "[[]]", r#"{"format":"other"}"#, r#"{"connections":[]}"#] {
        assert_eq!(error("x.json", text), (None, "unknown-json"), "{text}");
    }
    let deep = "[".repeat(200_000);
    assert_eq!(error("x.json", &deep).1, "not-json");
    let long = " ".repeat(MOST_BYTES + 1);
    assert_eq!(read_file("x", &long).unwrap_err().kind, ImportErrorKind::TooLarge(MOST_BYTES + 1));
    let rows = format!("DeviceSN\n{}", "dev-1\n".repeat(MOST_PROFILES + 1));
    assert_eq!(read_file("x", &rows).unwrap_err().kind, ImportErrorKind::TooMany(MOST_PROFILES + 1));
}

fn three(found: Option<Credentials>) -> (String, String, String) {
    let found = found.unwrap_or_default();
    let secret = found.secret.map(|secret| secret.expose().to_owned());
    (found.product_sn.unwrap_or_default(), found.device_sn.unwrap_or_default(), secret.unwrap_or_default())
}

#[test]
fn credentials_are_found_in_whatever_people_paste() {
    let whole = (PRODUCT.to_owned(), DEVICE.to_owned(), SECRET.to_owned());
    for text in [
        format!("{{\"ProductSN\":\"{PRODUCT}\",\"DeviceSN\":\"{DEVICE}\",\"DeviceSecret\":\"{SECRET}\"}}"),
        format!(
            "{{\"RequestID\":\"1\",\"RetCode\":0,\"Data\":[{{\"ProductSN\":\"{PRODUCT}\",\"DeviceSN\":\"{DEVICE}\",\"DeviceSecret\":\"{SECRET}\"}},{{\"DeviceSN\":\"x\"}}]}}"
        ),
        format!("{{\"产品序列号\":\"{PRODUCT}\",\"设备序列号\":\"{DEVICE}\",\"设备密码\":\"{SECRET}\"}}"),
        format!("{PRODUCT},{DEVICE},{SECRET}"),
        format!("{PRODUCT}\t{DEVICE}\t{SECRET}\r\n"),
        format!("ProductSN,DeviceSN,DeviceSecret\n{PRODUCT},{DEVICE},{SECRET}"),
        format!("DeviceSecret,DeviceSN,ProductSN\n{SECRET},{DEVICE},{PRODUCT}"),
        format!("ProductSN={PRODUCT}\nDeviceSN={DEVICE}\nDeviceSecret={SECRET}"),
        format!("ProductSN: {PRODUCT}, DeviceSN: {DEVICE}, DeviceSecret: {SECRET}"),
        format!("产品序列号：{PRODUCT}\r\n设备序列号：{DEVICE}\r\n设备密码：{SECRET}\r\n"),
        format!("product_sn = \"{PRODUCT}\";\ndevice_sn = '{DEVICE}';\ndevice_secret = `{SECRET}`;"),
        format!(
            "#define UIOT_MY_PRODUCT_SN  \"{PRODUCT}\"\n#define UIOT_MY_DEVICE_SN \"{DEVICE}\"\n#define UIOT_MY_DEVICE_SECRET  \"{SECRET}\""
        ),
        format!("ProductSN={PRODUCT}&DeviceSN={DEVICE}&DeviceSecret={SECRET}"),
        format!("\u{feff}{PRODUCT}\n{DEVICE}\n{SECRET}\n"),
        format!("ClientID: {PRODUCT}.{DEVICE}\nUsername: {PRODUCT}|{DEVICE}|1\nPassword: {SECRET}"),
        format!("用户名：{PRODUCT}\\|{DEVICE}\\|1\n密码：{SECRET}"),
        format!("{PRODUCT}|{DEVICE}|1 {SECRET}"),
        format!("{PRODUCT}.{DEVICE}\n{PRODUCT}|{DEVICE}|1\n{SECRET}"),
        format!(
            "{{\"clientId\":\"{PRODUCT}.{DEVICE}\",\"username\":\"{PRODUCT}|{DEVICE}|1\",\"password\":\"{SECRET}\"}}"
        ),
    ] {
        assert_eq!(three(read_pasted(&text)), whole, "{text}");
    }
}

#[test]
fn parts_of_credentials_are_found_too() {
    let serials = (PRODUCT.to_owned(), DEVICE.to_owned(), String::new());
    for text in [
        format!("{PRODUCT}.{DEVICE}"),
        format!("{PRODUCT}|{DEVICE}|1"),
        // The password is the product's then.
        format!("username={PRODUCT}|{DEVICE}|2\npassword={SECRET}"),
        format!("ProductSN: {PRODUCT}\nDeviceSN: {DEVICE}\nProductSecret: {SECRET}"),
    ] {
        assert_eq!(three(read_pasted(&text)), serials, "{text}");
    }
    assert_eq!(three(read_pasted("DeviceSecret=a=b,c;d")).2, "a=b,c;d");
    assert_eq!(three(read_pasted("设备序列号: dev:01@x")).1, "dev:01@x");
    assert!(!format!("{:?}", read_pasted(&format!("DeviceSecret={SECRET}"))).contains(SECRET));
}

#[test]
fn other_text_is_no_credential() {
    let deep = format!("{}1{}", "{\"a\":".repeat(90), "}".repeat(90));
    let long = format!("DeviceSN={}", "a".repeat(70_000));
    for text in [
        "",
        " \r\n\u{0}",
        DEVICE,
        PRODUCT,
        "hello there friend",
        "three.plain.words",
        "1,2,3",
        "https://example.com/a?b=c",
        "password=x",
        "{",
        "{}",
        "[]",
        "[1]",
        "\"ProductSN\"",
        "{\"ProductSN\":5}",
        "name: x\nnotes: y",
        "a|b|1",
        "DeviceSN=",
        &deep,
        &long,
    ] {
        assert_eq!(read_pasted(text), None, "{text:.60}");
    }
}

proptest! {
    #[test]
    fn credentials_come_back_from_json(product in "\\PC{1,20}", device in "\\PC{1,20}", secret in "\\PC{1,20}") {
        let text = serde_json::json!({ "ProductSN": product, "DeviceSN": device, "DeviceSecret": secret }).to_string();
        let trimmed = (product.trim().to_owned(), device.trim().to_owned(), secret.trim().to_owned());
        prop_assert_eq!(three(read_pasted(&text)), trimmed);
    }

    #[test]
    fn credentials_come_back_in_every_shape(
        product in "[a-z0-9]{16}", device in "[a-zA-Z0-9_@:-]{4,64}", secret in "[a-z0-9]{16}", shape in 0..5_usize,
    ) {
        let text = match shape {
            0 => format!("{product},{device},{secret}"),
            1 => format!("{product}\r\n{device}\r\n{secret}"),
            2 => format!("ProductSN={product}\nDeviceSN={device}\nDeviceSecret={secret}"),
            3 => format!("产品序列号：{product}；设备序列号：{device}；设备密码：{secret}"),
            _ => format!("{product}.{device} {product}|{device}|1 {secret}"),
        };
        prop_assert_eq!(three(read_pasted(&text)), (product, device, secret), "{}", text);
    }

    #[test]
    fn no_text_breaks_the_readers(text in "(\\PC|[\u{0}-\u{1f}\",;\\[{:=|]){0,120}", name in "x(\\.json|\\.csv)?") {
        let _ = read_pasted(&text);
        if let Ok(drafts) = read_file(&name, &text) {
            prop_assert!(!drafts.is_empty() && drafts.iter().all(|draft| !draft.name.is_empty()));
        }
    }

    #[test]
    fn tables_come_back(rows in prop::collection::vec(("[a-z0-9]{4,9}", "\\PC{0,12}"), 1..6)) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let lines: Vec<_> = rows.iter().map(|(device, notes)| format!("{device},{}", quoted(notes))).collect();
        let drafts = read("x.csv", &format!("DeviceSN,Notes\n{}\n", lines.join("\n")));
        let back: Vec<_> = drafts.into_iter().map(|each| (each.profile.device_sn, each.notes)).collect();
        let trimmed: Vec<_> = rows.into_iter().map(|(device, notes)| (device, notes.trim().to_owned())).collect();
        prop_assert_eq!(back, trimmed);
    }
}
