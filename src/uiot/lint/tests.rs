use super::*;

fn device() -> Credential {
    Credential::new("p", "dev1")
}

fn planned<'a>(device: &'a Credential, topic: &'a str, payload: &'a [u8]) -> Planned<'a> {
    Planned { device, sub_devices: &[], topic, payload, qos: 1, retain: false, per_second: None }
}

fn warnings(topic: &str, payload: &str) -> Vec<Warning> {
    check(&planned(&device(), topic, payload.as_bytes()))
}

#[test]
fn what_the_platform_takes_has_no_warning() {
    for (topic, payload) in [
        ("/p/dev1/upload", "anything"),
        ("/p/dev1/upload?parse=true", "\u{1}\u{2}"),
        ("/$system/p/dev1/shadow/get", "anything is accepted"),
        ("/$system/p/dev1/shadow/upstream", "{\"Method\": \"update\"}"),
        ("/$system/p/dev1/tmodel/property/post", "{\"RequestID\": \"1\", \"Property\": {}}"),
        ("/$system/p/dev1/tmodel/command_reply/4128", "{\"RequestID\": \"4128\"}"),
        ("/$system/p/dev1/ota/upstream", "{\"Method\": \"report_version\"}"),
    ] {
        assert_eq!(warnings(topic, payload), [], "{topic}");
    }
}

#[test]
fn another_devices_topic_is_led_back_to_this_one() {
    let other = |topic: &str| match warnings(topic, "{\"RequestID\":\"1\"}").as_slice() {
        [Warning::OtherDevice(own)] => own.clone(),
        found => panic!("{found:?}"),
    };
    assert_eq!(other("/p/dev2/upload"), "/p/dev1/upload");
    assert_eq!(other("/q/dev1/a/b?parse=true"), "/p/dev1/a/b?parse=true");
    assert_eq!(other("/$system/p/dev2/tmodel/event/post"), "/$system/p/dev1/tmodel/event/post");
    assert_eq!(other("/$system/p/dev2/tmodel/command_reply/77"), "/$system/p/dev1/tmodel/command_reply/77");
}

#[test]
fn topics_on_which_devices_do_not_publish() {
    let id = "{\"RequestID\":\"1\"}";
    let down = |suffix: &str| match warnings(&format!("/$system/p/dev1/{suffix}"), id).as_slice() {
        [Warning::Downstream(instead)] => instead.clone(),
        found => panic!("{suffix}: {found:?}"),
    };
    assert_eq!(down("tmodel/property/set").unwrap(), "/$system/p/dev1/tmodel/property/set_reply");
    assert_eq!(down("tmodel/property/post_reply").unwrap(), "/$system/p/dev1/tmodel/property/post");
    assert_eq!(down("shadow/downstream").unwrap(), "/$system/p/dev1/shadow/upstream");
    assert_eq!(down("tmodel/command"), None);
    assert_eq!(warnings("/$system/p/dev1/shadow/document", id), [Warning::RuleEngine]);
    assert_eq!(warnings("/p/$broadcast/notice", id), [Warning::Broadcast]);
}

#[test]
fn a_topic_without_its_beginning_gets_one() {
    assert_eq!(warnings("upload", ""), [Warning::Form(Some("/p/dev1/upload".into()))]);
    assert_eq!(warnings("/upload/event", ""), [Warning::Form(Some("/p/dev1/upload/event".into()))]);
    assert_eq!(warnings("$sys/x", ""), [Warning::Form(None)]);
    assert_eq!(warnings("/$system/p/dev1/tmodel/command_reply", ""), [Warning::Form(None)]);
}

#[test]
fn sizes_rates_and_what_is_not_supported() {
    let device = device();
    let codes = |planned: Planned<'_>| check(&planned).iter().map(Warning::code).collect::<Vec<_>>();
    let plain = planned(&device, "/p/dev1/upload", b"");
    assert_eq!(codes(Planned { qos: 2, retain: true, ..plain }), ["qos-2", "retain"]);
    assert_eq!(codes(Planned { per_second: Some(30.0), ..plain }), [""; 0]);
    assert_eq!(codes(Planned { per_second: Some(30.1), ..plain }), ["rate"]);
    let large = vec![0; 100_000];
    let often = Planned { payload: &large, per_second: Some(100.0), ..plain };
    assert_eq!(codes(often), ["rate", "bandwidth"]);
    assert_eq!(codes(Planned { per_second: Some(10.0), ..often }), [""; 0]);
    assert_eq!([0, 20_000, 100_000, 9_000_000].map(most_per_second), [30, 30, 7, 1]);
    let around = packet_length(plain.topic, limits::PACKET_SIZE, 1) - limits::PACKET_SIZE;
    let fits = limits::PACKET_SIZE - around;
    let payload = vec![0; fits + 1];
    assert_eq!(codes(Planned { payload: &payload[1..], ..plain }), [""; 0]);
    assert_eq!(check(&Planned { payload: &payload, ..plain }), [Warning::Size(limits::PACKET_SIZE + 1)]);
    let long = format!("/p/dev1/{}", "a/".repeat(70));
    assert_eq!(codes(planned(&device, &long, b"")), ["topic-length"]);
    assert_eq!(codes(planned(&device, "/p/dev1/a/b/c/d/e/f", b"")), ["topic-slashes"]);
}

#[test]
fn bodies_of_the_services() {
    let post = "/$system/p/dev1/tmodel/property/post";
    assert_eq!(warnings(post, "{"), [Warning::NotJson]);
    assert_eq!(warnings(post, "[]"), [Warning::NotJson]);
    assert_eq!(warnings(post, "{}"), [Warning::RequestIdMissing(Some("${ms}".into()))]);
    assert_eq!(warnings(post, "{\"RequestID\": 4128}"), [Warning::RequestIdNotString]);
    assert_eq!(warnings("/$system/p/dev1/ota/upstream", "{}"), []);
    assert_eq!(warnings("/$system/p/dev1/password", "{}"), [Warning::RequestIdMissing(Some("${ms}".into()))]);
}

#[test]
fn an_answer_has_the_request_id_of_its_question() {
    let reply = warnings("/$system/p/dev1/tmodel/command_reply/428817530948214784", "{\"RetCode\": 0}");
    assert_eq!(reply, [Warning::RequestIdMissing(Some("428817530948214784".into()))]);
    let reply = warnings("/$system/p/dev1/tmodel/property/set_reply", "{\"RetCode\": 0}");
    assert_eq!(reply, [Warning::RequestIdMissing(None)]);
}

#[test]
fn a_gateway_publishes_on_the_topics_of_the_sub_devices_that_it_has_logged_in() {
    let (gateway, sub) = (device(), Credential::new("q", "sub1"));
    let codes = |topic: &str| {
        let planned = planned(&gateway, topic, b"{\"RequestID\":\"1\"}");
        check(&Planned { sub_devices: std::slice::from_ref(&sub), ..planned })
    };
    for topic in ["/q/sub1/upload", "/$system/q/sub1/tmodel/property/post", "/p/dev1/upload"] {
        assert_eq!(codes(topic), [], "{topic}");
    }
    assert_eq!(codes("/q/sub2/upload"), [Warning::OtherDevice("/p/dev1/upload".into())]);
    let asks = "/$system/q/sub1/tmodel/property/post".to_owned();
    assert_eq!(codes("/$system/q/sub1/tmodel/property/post_reply"), [Warning::Downstream(Some(asks))]);
}

#[test]
fn the_last_word_on_a_sub_device_says_whether_it_is_logged_in() {
    let body = |devices: &[&str]| {
        let params: Vec<_> =
            devices.iter().map(|sn| serde_json::json!({"ProductSN": "q", "DeviceSN": sn})).collect();
        serde_json::to_vec(&serde_json::json!({"RequestID": "1", "Params": params})).unwrap()
    };
    let (out, both, again) = (body(&["a"]), body(&["a", "b"]), body(&["c"]));
    let sent: [(SystemTopic, &[u8]); 4] = [
        (SystemTopic::SubLogin, &again),
        (SystemTopic::SubLogout, &out),
        (SystemTopic::SubLogin, b"no JSON"),
        (SystemTopic::SubLogin, &both),
    ];
    let found = logged_in(sent.into_iter());
    assert_eq!(found, [Credential::new("q", "c"), Credential::new("q", "b")]);
}

#[test]
fn a_request_id_is_put_in_where_it_stands_well() {
    let with = |typed| with_request_id(typed, "${ms}");
    assert_eq!(with("{}").unwrap(), "{\"RequestID\": \"${ms}\"}");
    assert_eq!(with("{\"a\": ${n}}").unwrap(), "{\"RequestID\": \"${ms}\", \"a\": ${n}}");
    assert_eq!(with("{\n  \"a\": 1\n}").unwrap(), "{\n  \"RequestID\": \"${ms}\",\n  \"a\": 1\n}");
    assert_eq!(with("[{}]"), None);
    assert_eq!(with(""), None);
}

#[test]
fn a_request_id_is_put_in_quotes() {
    for (typed, quoted) in [
        ("{\"RequestID\": 41 , \"a\": 1}", "{\"RequestID\": \"41\" , \"a\": 1}"),
        ("{\"RequestID\":${n}}", "{\"RequestID\":\"${n}\"}"),
        ("{\"RequestID\":${rand 1 9},\"a\":{}}", "{\"RequestID\":\"${rand 1 9}\",\"a\":{}}"),
        ("{\"a\": 1, \"RequestID\": null\n}", "{\"a\": 1, \"RequestID\": \"null\"\n}"),
    ] {
        assert_eq!(with_quoted_request_id(typed).as_deref(), Some(quoted));
    }
    for typed in [
        "{}",
        "{\"RequestID\": \"1\"}",
        "{\"RequestID\": {}}",
        "{\"RequestID\": [1]}",
        "{\"RequestID\"",
        "{\"RequestID\":",
    ] {
        assert_eq!(with_quoted_request_id(typed), None, "{typed}");
    }
}

#[test]
fn the_length_of_a_packet() {
    assert_eq!(packet_length("a", 0, 0), 5);
    assert_eq!(packet_length("a", 124, 0), 129);
    assert_eq!(packet_length("a", 125, 0), 131);
    assert_eq!(packet_length("a", 123, 1), 131);
}
