//! A line of the trace in words.

use crate::i18n::Lang;
use crate::simulator::{TraceEvent, TraceLine};
use crate::ui::components::IconName;
use crate::uiot::summary::{self, Piece};
use crate::uiot::{AuthMode, Credential, Direction, PlatformTopic, RetCode, fold_topic};

/// Characters of a payload in a line.
const SUMMARY: usize = 160;

/// A piece of what a line says, with its class.
#[derive(Clone, PartialEq)]
pub(super) enum Said {
    /// Words of the page's language.
    Words(&'static str, String),
    /// What a device or the platform wrote.
    Data(&'static str, String),
}

impl Said {
    pub(super) fn text(&self) -> &str {
        let (Self::Words(_, text) | Self::Data(_, text)) = self;
        text
    }
}

/// What a line says.
#[derive(Clone, PartialEq)]
pub(super) struct Words {
    pub(super) sign: IconName,
    /// The sign's class.
    pub(super) look: &'static str,
    /// What the sign means.
    pub(super) kind: &'static str,
    pub(super) what: String,
    pub(super) content: Vec<Said>,
    /// The row's class.
    pub(super) class: &'static str,
    pub(super) device: String,
    /// A name for tests.
    pub(super) id: &'static str,
}

/// The topic without what names the device, as the log writes it.
fn topic_words(device: Option<&Credential>, topic: &str) -> String {
    match (PlatformTopic::parse(topic), device) {
        (Some(PlatformTopic::System { device: of, topic, .. }), Some(device)) if of == *device => {
            topic.suffix().to_owned()
        }
        (_, Some(device)) => {
            let (sign, rest) = fold_topic(&device.product_sn, &device.device_sn, topic);
            format!("{sign}{rest}")
        }
        _ => topic.to_owned(),
    }
}

/// What a payload says in a line.
fn payload_words(payload: &[u8]) -> Vec<Said> {
    match summary::summary(payload, SUMMARY) {
        Some(pieces) => {
            pieces.into_iter().map(|(piece, text)| Said::Data(class_of(piece), text + " ")).collect()
        }
        None => {
            let text = String::from_utf8_lossy(payload);
            vec![Said::Data("", text.chars().take(SUMMARY).collect::<String>() + " ")]
        }
    }
}

const fn class_of(piece: Piece) -> &'static str {
    match piece {
        Piece::Name => "k",
        Piece::About => "cm",
        Piece::Text => "st",
        Piece::Number => "nu",
        Piece::Literal => "bo",
        Piece::Success => "c-ok",
        Piece::Failure => "c-err",
        Piece::Sign => "pu",
    }
}

/// What a line says in this language.
pub(super) fn words(lang: Lang, line: &TraceLine) -> Words {
    let device = line.device.as_ref();
    let failure = line.event.is_failure();
    let mut words = Words {
        sign: IconName::Note,
        look: "fg3",
        kind: if failure { lang.trace_kind_bad() } else { lang.trace_kind_event() },
        what: String::new(),
        content: Vec::new(),
        class: if failure { "lr bad" } else { "lr" },
        device: device.map(|device| device.device_sn.clone()).unwrap_or_default(),
        id: id_of(&line.event),
    };
    fill(lang, device, &line.event, &mut words);
    words
}

fn fill(lang: Lang, device: Option<&Credential>, event: &TraceEvent, words: &mut Words) {
    let say = |text: String| vec![Said::Words("", text)];
    let topic_data = |topic: &str| Said::Data("", format!("{} ", topic_words(device, topic)));
    match event {
        TraceEvent::Online { keep_alive, clean_session, mode } => {
            (words.sign, words.look) = (IconName::Good, "c-ok");
            words.what = lang.seen_online().to_owned();
            let mut said = vec![lang.seen_online_as(*keep_alive)];
            if *clean_session {
                said.push("Clean session".to_owned());
            }
            if *mode == AuthMode::Dynamic {
                said.push(lang.seen_registering().to_owned());
            }
            words.content = say(said.join(" · "));
        }
        TraceEvent::Offline(why) => {
            words.sign = IconName::Plug;
            // Not red: the device may have been told to go. The failures' list has it all the same.
            words.class = "lr ev";
            words.what = lang.seen_offline().to_owned();
            words.content = say(lang.why(*why));
        }
        TraceEvent::Refused(code, why) => {
            (words.sign, words.look) = (IconName::Close, "c-err");
            words.what = lang.seen_refused().to_owned();
            words.content =
                vec![Said::Words("c-err", format!("CONNACK {code} ")), Said::Words("", lang.why(*why))];
        }
        TraceEvent::Subscribed { filter, granted, why } => {
            words.content = vec![topic_data(filter)];
            if let Some(qos) = granted {
                words.sign = IconName::Check;
                words.what = lang.seen_subscribed().to_owned();
                words.content.push(Said::Words("cm", format!("QoS {}", qos.number())));
            } else {
                (words.sign, words.look) = (IconName::Close, "c-err");
                words.what = lang.seen_subscribe_refused().to_owned();
                words.content.push(Said::Words("c-err", "0x80 ".to_owned()));
                words.content.extend(why.map(|why| Said::Words("", lang.why(why))));
            }
        }
        TraceEvent::Unsubscribed(filter) => {
            words.what = lang.seen_unsubscribed().to_owned();
            words.content = vec![topic_data(filter)];
        }
        TraceEvent::Message { direction, topic, payload, qos } => {
            arrow(lang, *direction, words);
            words.what = topic_words(device, topic);
            words.content = payload_words(payload);
            let code = RetCode::in_message(payload).filter(|code| !code.is_success());
            words.content.extend(
                code.and_then(|code| lang.ret_code(code)).map(|why| Said::Words("c-err", format!("{why} "))),
            );
            words.content.push(Said::Words("cm", format!("QoS {}", qos.number())));
        }
        TraceEvent::Failed { direction, topic, why } => {
            (words.sign, words.look) = (IconName::Error, "c-err");
            words.what = match direction {
                Direction::Up => lang.seen_not_taken(),
                Direction::Down | Direction::RuleEngine => lang.seen_not_delivered(),
            }
            .to_owned();
            words.content = vec![topic_data(topic), Said::Words("c-err", lang.why(*why))];
        }
        TraceEvent::Unparsed(topic) => {
            words.what = lang.seen_unparsed().to_owned();
            words.content = vec![topic_data(topic), Said::Words("cm", lang.seen_unparsed_why().to_owned())];
        }
        TraceEvent::RuleEngine { topic, payload } => {
            words.sign = IconName::Swap;
            words.what = lang.seen_rule_engine().to_owned();
            words.content = vec![Said::Data("cm", format!("{} ", topic.suffix()))];
            words.content.extend(payload_words(payload));
        }
        TraceEvent::ServiceError { topic, why } => {
            (words.sign, words.look) = (IconName::Error, "c-err");
            words.what = lang.seen_bad_request().to_owned();
            words.content =
                vec![Said::Data("cm", format!("{} ", topic.suffix())), Said::Data("c-err", why.clone())];
        }
        TraceEvent::Settled { topic, request_id, code, answer } => {
            let good = code.is_success();
            (words.sign, words.look) =
                if good { (IconName::Good, "c-ok") } else { (IconName::Error, "c-err") };
            words.what = lang.settled(*topic, *code).to_owned();
            let is_upgrade = *topic == crate::uiot::SystemTopic::OtaDownstream;
            words.content = match (good, is_upgrade) {
                (true, _) => vec![Said::Words("c-ok", format!("RetCode {code} "))],
                (false, true) => vec![Said::Words("c-err", format!("ErrCode {code} "))],
                (false, false) => vec![Said::Words("c-err", format!("{} ", lang.code_in_words(*code)))],
            };
            if !request_id.is_empty() {
                words.content.push(Said::Data("cm", format!("#{request_id} ")));
            }
            if !answer.is_empty() {
                words.content.extend(payload_words(answer.as_bytes()));
            }
        }
        TraceEvent::Fault(fault) => {
            (words.sign, words.look) = (IconName::Bolt, "c-warn");
            words.what = lang.seen_fault().to_owned();
            words.content = say(lang.injected_fault(*fault).to_owned());
        }
    }
}

fn arrow(lang: Lang, direction: Direction, words: &mut Words) {
    (words.sign, words.look, words.kind) = match direction {
        Direction::Up => (IconName::ArrowUp, "dir-u", lang.trace_kind_up()),
        Direction::Down | Direction::RuleEngine => (IconName::ArrowDown, "dir-d", lang.trace_kind_down()),
    };
}

const fn id_of(event: &TraceEvent) -> &'static str {
    match event {
        TraceEvent::Online { .. } => "online",
        TraceEvent::Offline(_) => "offline",
        TraceEvent::Refused(..) => "refused",
        TraceEvent::Subscribed { .. } => "subscribed",
        TraceEvent::Unsubscribed(_) => "unsubscribed",
        TraceEvent::Message { direction: Direction::Up, .. } => "up",
        TraceEvent::Message { .. } => "down",
        TraceEvent::Failed { .. } => "failed",
        TraceEvent::Unparsed(_) => "unparsed",
        TraceEvent::RuleEngine { .. } => "rule-engine",
        TraceEvent::ServiceError { .. } => "service-error",
        TraceEvent::Settled { .. } => "settled",
        TraceEvent::Fault(_) => "fault",
    }
}

/// What a line has to be read in full: a payload, or an answer.
pub(super) fn payload_of(event: &TraceEvent) -> Option<Vec<u8>> {
    match event {
        TraceEvent::Message { payload, .. } | TraceEvent::RuleEngine { payload, .. } => Some(payload.clone()),
        TraceEvent::Settled { answer, .. } if !answer.is_empty() => Some(answer.clone().into_bytes()),
        _ => None,
    }
}

/// The topic or filter of a line, whole.
pub(super) fn topic_of(event: &TraceEvent) -> Option<&str> {
    match event {
        TraceEvent::Message { topic, .. }
        | TraceEvent::Failed { topic, .. }
        | TraceEvent::Unparsed(topic)
        | TraceEvent::Unsubscribed(topic)
        | TraceEvent::Subscribed { filter: topic, .. } => Some(topic),
        _ => None,
    }
}

/// What finds the same message in the log of the device: its RequestID, else its topic.
pub(super) fn search_of(event: &TraceEvent) -> Option<String> {
    if let TraceEvent::Settled { request_id, .. } = event
        && !request_id.is_empty()
    {
        return Some(request_id.clone());
    }
    let TraceEvent::Message { topic, payload, .. } = event else { return None };
    let body = serde_json::from_slice::<serde_json::Value>(payload).ok();
    let id = body.as_ref().and_then(|body| body.get("RequestID")?.as_str());
    let plain =
        |id: &&str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    match id.filter(plain) {
        // A term that begins with `-` would be turned round.
        Some(id) if !id.starts_with('-') => Some(id.to_owned()),
        _ => Some(format!("topic:{topic}")),
    }
}
