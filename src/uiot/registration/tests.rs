use serde_json::json;

use super::*;
use crate::mqtt::{ConnectReturnCode, Login, QoS, Secret};
use crate::uiot::{Credential, Misread, RetCode, SystemTopic};

/// Product, device and secrets of the documents' example.
fn start() -> (Registration, Action) {
    let device = Credential::new("70ly1tvowt696r15", "112233445566");
    Registration::start(device, Secret::new("sqx0cltqba402z7z"), "100")
}

/// A registration that has come to this step.
fn at(step: Step) -> Registration {
    let (mut registration, _) = start();
    let way = [
        (Step::Subscribing, Happened::Connected),
        (Step::Asking, Happened::Subscribed),
        (Step::Leaving, Happened::TimedOut),
        (Step::LoggingIn, Happened::Disconnected),
    ];
    for (next, happened) in way {
        if registration.progress() == &Progress::At(step) {
            break;
        }
        match next {
            Step::Leaving => {
                registration.receive(br#"{"RetCode":"0","RequestID":"100","Password":"zlc3d21u5k8fq0d2"}"#)
            }
            _ => registration.handle(happened),
        };
        assert_eq!(registration.progress(), &Progress::At(next));
    }
    assert_eq!(registration.progress(), &Progress::At(step));
    registration
}

const STEPS: [Step; 5] = [Step::Connecting, Step::Subscribing, Step::Asking, Step::Leaving, Step::LoggingIn];

fn cause(registration: &Registration) -> (Step, Cause) {
    match registration.progress() {
        Progress::Failed(failure) => (failure.step, failure.cause.clone()),
        progress => panic!("{progress:?}"),
    }
}

fn login(mode: &str, secret: &str) -> Action {
    let user_name = format!("70ly1tvowt696r15|112233445566|{mode}");
    Action::Connect {
        client_id: "70ly1tvowt696r15.112233445566".to_owned(),
        login: Login::Password(user_name, Secret::new(secret)),
    }
}

#[test]
fn the_documents_exchange_is_replayed() {
    let (mut registration, connect) = start();
    assert_eq!(connect, login("2", "sqx0cltqba402z7z"));
    let subscribe = registration.handle(Happened::Connected).unwrap();
    let filter = "/$system/70ly1tvowt696r15/112233445566/password_reply".to_owned();
    assert_eq!(subscribe, Action::Subscribe { filter, qos: QoS::AtLeastOnce });
    let Some(Action::Publish(request)) = registration.handle(Happened::Subscribed) else {
        panic!("nothing asked")
    };
    assert_eq!(request.topic, "/$system/70ly1tvowt696r15/112233445566/password");
    assert_eq!(request.payload, br#"{"RequestID":"100"}"#);
    assert_eq!(request.qos, QoS::AtLeastOnce);
    let reply = br#"{
  "RetCode": "0", 
  "RequestID": "100",
  "Password": "zlc3d21u5k8fq0d2"
}"#;
    let secret = Secret::new("zlc3d21u5k8fq0d2");
    assert_eq!(registration.receive(reply), Some(Action::KeepSecretAndDisconnect(secret.clone())));
    assert_eq!(registration.handle(Happened::Disconnected), Some(login("1", "zlc3d21u5k8fq0d2")));
    assert_eq!(registration.handle(Happened::Connected), None);
    assert_eq!(registration.progress(), &Progress::Done);
    assert_eq!(registration.secret(), Some(&secret));
    assert!(registration.is_over());
    assert_eq!(registration.stop(), None);
}

#[test]
fn the_code_is_a_string_or_a_number() {
    for code in ["\"0\"", "0"] {
        let mut registration = at(Step::Asking);
        let reply = format!(r#"{{"RetCode":{code},"RequestID":"100","Password":"abc"}}"#);
        assert!(matches!(registration.receive(reply.as_bytes()), Some(Action::KeepSecretAndDisconnect(_))));
    }
}

#[test]
fn an_answer_without_its_request_identifier_is_taken_one_to_another_request_is_not() {
    let mut registration = at(Step::Asking);
    assert_eq!(registration.receive(br#"{"RetCode":"0","RequestID":"99","Password":"old"}"#), None);
    assert_eq!(registration.progress(), &Progress::At(Step::Asking));
    assert!(registration.receive(br#"{"RetCode":"0","Password":"new"}"#).is_some());
    assert_eq!(registration.secret(), Some(&Secret::new("new")));
}

#[test]
fn each_failure_has_its_cause() {
    let code = ConnectReturnCode::NotAuthorized;
    for (step, happened, expected, action) in [
        (Step::Connecting, Happened::Refused(code), Cause::Refused(code), None),
        (
            Step::Subscribing,
            Happened::SubscriptionRefused,
            Cause::SubscriptionRefused,
            Some(Action::Disconnect),
        ),
        (Step::LoggingIn, Happened::Refused(code), Cause::Refused(code), None),
    ] {
        let mut registration = at(step);
        assert_eq!(registration.handle(happened), action);
        assert_eq!(cause(&registration), (step, expected));
    }
    for (reply, expected) in [
        (json!({"RetCode": "140", "RequestID": "100"}), Cause::Answer(RetCode::UNAUTHORIZED, None)),
        (
            json!({"RetCode": 140, "Message": "no"}),
            Cause::Answer(RetCode::UNAUTHORIZED, Some("no".to_owned())),
        ),
        (json!({"RetCode": "0", "RequestID": "100"}), Cause::NoPassword),
        (json!({"RetCode": "0", "RequestID": "100", "Password": ""}), Cause::NoPassword),
    ] {
        let mut registration = at(Step::Asking);
        assert_eq!(registration.receive(reply.to_string().as_bytes()), Some(Action::Disconnect));
        assert_eq!(cause(&registration), (Step::Asking, expected));
        assert_eq!(registration.secret(), None);
    }
}

#[test]
fn each_step_can_time_out_and_lose_its_connection() {
    for step in STEPS {
        let mut registration = at(step);
        assert_eq!(registration.handle(Happened::TimedOut), Some(Action::Disconnect));
        assert_eq!(cause(&registration), (step, Cause::TimedOut));
        if step != Step::Leaving {
            let mut registration = at(step);
            assert_eq!(registration.handle(Happened::Disconnected), None);
            assert_eq!(cause(&registration), (step, Cause::ConnectionLost));
        }
    }
}

#[test]
fn what_cannot_be_sent_ends_it() {
    for step in [Step::Subscribing, Step::Asking] {
        let mut registration = at(step);
        assert_eq!(registration.handle(Happened::NotSent), Some(Action::Disconnect));
        assert_eq!(cause(&registration), (step, Cause::NotSent));
    }
}

#[test]
fn each_step_can_be_stopped_and_a_secret_that_came_is_kept() {
    for step in STEPS {
        let mut registration = at(step);
        assert_eq!(registration.stop(), Some(Action::Disconnect));
        assert_eq!(registration.progress(), &Progress::Stopped);
        assert_eq!(registration.secret().is_some(), matches!(step, Step::Leaving | Step::LoggingIn));
        for happened in
            [Happened::Connected, Happened::Subscribed, Happened::Disconnected, Happened::TimedOut]
        {
            assert_eq!(registration.handle(happened), None);
        }
        assert_eq!(registration.receive(br#"{"RetCode":"0","Password":"x"}"#), None);
        assert_eq!(registration.progress(), &Progress::Stopped);
    }
}

#[test]
fn what_has_no_place_in_a_step_is_passed_over() {
    for step in STEPS {
        let mut registration = at(step);
        for happened in [
            Happened::Connected,
            Happened::Subscribed,
            Happened::SubscriptionRefused,
            Happened::Refused(ConnectReturnCode::NotAuthorized),
        ] {
            let fits = matches!(
                (step, &happened),
                (Step::Connecting | Step::LoggingIn, Happened::Connected | Happened::Refused(_))
                    | (Step::Subscribing, Happened::Subscribed | Happened::SubscriptionRefused)
            );
            if !fits {
                assert_eq!(registration.handle(happened), None);
                assert_eq!(registration.progress(), &Progress::At(step));
            }
        }
        if step != Step::Asking {
            assert_eq!(registration.receive(br#"{"RetCode":"0","Password":"x"}"#), None);
            assert_eq!(registration.progress(), &Progress::At(step));
        }
    }
}

#[test]
fn a_misread_answer_is_told_without_its_values() {
    for payload in [
        "",
        "\"zlc3d21u5k8fq0d2\"",
        r#"["zlc3d21u5k8fq0d2"]"#,
        r#"{"Password":"zlc3d21u5k8fq0d2"}"#,
        r#"{"RetCode":"zlc3d21u5k8fq0d2"}"#,
        r#"{"RetCode":"0","Password":["zlc3d21u5k8fq0d2"]}"#,
        r#"{"RetCode":"0","RequestID":7,"Password":"zlc3d21u5k8fq0d2"}"#,
        r#"{"RetCode":"0","Password":"zlc3d21u5k8fq0d2"#,
    ] {
        let mut registration = at(Step::Asking);
        assert_eq!(registration.receive(payload.as_bytes()), Some(Action::Disconnect));
        let (_, Cause::Misread(Misread { topic, why })) = cause(&registration) else { panic!("{payload}") };
        assert_eq!(topic, SystemTopic::PasswordReply);
        assert!(!why.is_empty() && !why.contains("zlc3"), "{why}");
    }
}

#[test]
fn no_debug_text_shows_a_secret() {
    let (registration, connect) = start();
    let mut asking = at(Step::Asking);
    let keep = asking.receive(br#"{"RetCode":"0","Password":"zlc3d21u5k8fq0d2"}"#);
    let reply =
        Reply::read(br#"{"RetCode":"0","Password":"zlc3d21u5k8fq0d2","password":"zlc3d21u5k8fq0d2"}"#);
    let shown = format!("{registration:?} {connect:?} {asking:?} {keep:?} {reply:?}");
    assert!(!shown.contains("zlc3") && !shown.contains("sqx0"), "{shown}");
    assert!(shown.contains("\"password\""), "an unknown field is named: {shown}");
}

#[test]
fn unknown_fields_are_kept() {
    let reply = json!({"RetCode": "0", "RequestID": "1", "Password": "x", "Else": {"a": u64::MAX}});
    let read = Reply::read(reply.to_string().as_bytes()).unwrap();
    assert_eq!(read.write(true), reply);
    assert_eq!(read.write(false)["RetCode"], 0);
    let request = json!({"RequestID": "1", "Else": 2});
    let read: Request = serde_json::from_value(request.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), request);
}
