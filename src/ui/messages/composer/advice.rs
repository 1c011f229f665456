//! What stands against a message before it is sent, and the corrections that one click makes.

use leptos::prelude::*;

use super::draft::{Draft, Large};
use crate::composing::repeat::interval_for;
use crate::composing::{FaultKind, Template};
use crate::i18n::Lang;
use crate::journal::{Direction, Journal};
use crate::ui::components::focus;
use crate::uiot::limits;
use crate::uiot::lint::{self, Planned, Warning};
use crate::uiot::{Credential, PlatformTopic, SystemTopic};

/// How far back it is looked for what a gateway said of its sub-devices, in entries.
const REACH: u64 = 100_000;

/// Something to consider. Nothing of it keeps anybody from sending.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Advice {
    /// What the platform holds against it, and whether what is typed can be corrected.
    Platform(Warning, bool),
    /// Something in `${…}` that is no variable, as it is typed.
    Variable(FaultKind, String),
}

/// A correction.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fix {
    Topic(String),
    AddRequestId(String),
    QuoteRequestId,
    Interval(u64),
    Qos1,
    NoRetain,
    /// No correction: the limit is not kept to.
    Anyway,
}

impl Advice {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Platform(warning, _) => warning.code(),
            Self::Variable(FaultKind::Unclosed, _) => "variable-unclosed",
            Self::Variable(FaultKind::Unknown(_), _) => "variable-unknown",
            Self::Variable(FaultKind::Arguments(_), _) => "variable-arguments",
        }
    }

    pub(super) fn text(&self, lang: Lang, anyway: bool) -> String {
        match self {
            Self::Platform(warning, _) => lang.publish_warning(warning, anyway),
            Self::Variable(kind, source) => lang.variable_fault(kind, source),
        }
    }

    pub(super) fn fixes(&self, anyway: bool) -> Vec<Fix> {
        let Self::Platform(warning, true) = self else { return Vec::new() };
        let slower = |per_second: usize| {
            let slower = Fix::Interval(interval_for(per_second));
            if anyway { vec![slower] } else { vec![slower, Fix::Anyway] }
        };
        match warning {
            Warning::OtherDevice(topic) | Warning::Downstream(Some(topic)) | Warning::Form(Some(topic)) => {
                vec![Fix::Topic(topic.clone())]
            }
            Warning::RequestIdMissing(Some(id)) => vec![Fix::AddRequestId(id.clone())],
            Warning::RequestIdNotString => vec![Fix::QuoteRequestId],
            Warning::Rate(_) => slower(limits::PUBLISH_RATE),
            Warning::Bandwidth(_, most) => slower(*most),
            Warning::Qos2 => vec![Fix::Qos1],
            Warning::Retain => vec![Fix::NoRetain],
            Warning::Downstream(None)
            | Warning::RuleEngine
            | Warning::Broadcast
            | Warning::Form(None)
            | Warning::Limit(_)
            | Warning::Size(_)
            | Warning::RequestIdMissing(None)
            | Warning::NotJson => Vec::new(),
        }
    }
}

impl Fix {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Topic(_) => "topic",
            Self::AddRequestId(_) => "add-request-id",
            Self::QuoteRequestId => "quote-request-id",
            Self::Interval(_) => "interval",
            Self::Qos1 => "qos-1",
            Self::NoRetain => "no-retain",
            Self::Anyway => "anyway",
        }
    }

    pub(super) fn label(&self, lang: Lang, advice: &Advice) -> String {
        match self {
            Self::Topic(_) if matches!(advice, Advice::Platform(Warning::OtherDevice(_), _)) => {
                lang.use_own_device().to_owned()
            }
            Self::Topic(_) => lang.use_this_topic().to_owned(),
            Self::AddRequestId(_) => lang.add_request_id().to_owned(),
            Self::QuoteRequestId => lang.quote_request_id().to_owned(),
            Self::Interval(millis) => lang.use_interval(*millis),
            Self::Qos1 => lang.use_qos_1().to_owned(),
            Self::NoRetain => lang.no_retain().to_owned(),
            Self::Anyway => lang.send_anyway().to_owned(),
        }
    }

    /// What the correction comes to, in full.
    pub(super) fn title(&self, lang: Lang) -> Option<String> {
        match self {
            Self::Topic(topic) => Some(lang.use_topic(topic)),
            _ => None,
        }
    }

    /// Makes the correction.
    pub(super) fn apply(&self, draft: Draft) {
        let rewrite = |by: &dyn Fn(&str) -> Option<String>| {
            if let Some(better) = draft.payload.with_untracked(|typed| by(typed)) {
                draft.payload.set(better);
            }
        };
        match self {
            Self::Topic(topic) => draft.topic.set(topic.clone()),
            Self::AddRequestId(id) => rewrite(&|typed| lint::with_request_id(typed, id)),
            Self::QuoteRequestId => rewrite(&lint::with_quoted_request_id),
            Self::Interval(millis) => draft.repeating.interval.set(millis.to_string()),
            Self::Qos1 => draft.qos.set("1"),
            Self::NoRetain => draft.retain.set(false),
            Self::Anyway => draft.repeating.anyway.set(true),
        }
    }

    /// Gives the focus to what was corrected: the button goes.
    pub(super) fn lead_on(&self) {
        focus(match self {
            Self::Topic(_) => "publish-topic",
            Self::AddRequestId(_) | Self::QuoteRequestId => "publish-payload",
            Self::Interval(_) => "publish-interval",
            Self::Qos1 | Self::NoRetain | Self::Anyway => "publish",
        });
    }
}

/// What can be told of the next message without sending it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Outlook {
    /// Bytes of the payload; none where it cannot be encoded.
    pub(super) size: Option<usize>,
    pub(super) advice: Vec<Advice>,
    /// The variables in the payload, as they are typed, with where they begin and end in UTF-16.
    pub(super) variables: Vec<(String, u32, u32)>,
}

/// Whether both are the same rule's, and corrected by what the topic says.
const fn corrects_alike(one: &Warning, other: &Warning) -> bool {
    matches!(
        (one, other),
        (Warning::OtherDevice(_), Warning::OtherDevice(_))
            | (Warning::Downstream(_), Warning::Downstream(_))
            | (Warning::Form(_), Warning::Form(_))
            | (Warning::RequestIdMissing(_), Warning::RequestIdMissing(_))
    )
}

impl Draft {
    /// Looks at the message as it stands.
    pub(super) fn outlook(self) -> Outlook {
        let bytes = self.bytes().ok();
        let mut outlook = Outlook { size: bytes.as_ref().map(bytes::Bytes::len), ..Outlook::default() };
        let is_large = self.large.with(Option::is_some);
        let topic = Template::parse(self.full_topic());
        if let Some(device) = self.device().filter(|_| !topic.text().is_empty()) {
            let every = self.repeating.every().filter(|_| self.repeating.armed.get());
            let expanded = topic.expand(self.circumstances());
            let sub_devices = self.sub_devices(&device, &expanded);
            let planned = Planned {
                device: &device,
                sub_devices: &sub_devices,
                topic: &expanded,
                payload: bytes.as_deref().unwrap_or_default(),
                qos: self.qos().number(),
                retain: self.retain(),
                per_second: every.map(|every| 1.0 / every.as_secs_f64()),
            };
            let unreadable = bytes.is_none();
            // What cannot be encoded is refused with its place when it is sent; that it is no JSON is said there.
            let is_about_body = |warning: &Warning| {
                matches!(
                    warning,
                    Warning::NotJson | Warning::RequestIdMissing(_) | Warning::RequestIdNotString
                )
            };
            let mut found = lint::check(&planned);
            found.retain(|warning| !(unreadable && is_about_body(warning)));
            if !topic.is_plain() {
                // A correction keeps the variables that are typed.
                let typed = lint::check(&Planned { topic: topic.text(), ..planned });
                for warning in &mut found {
                    if let Some(same) = typed.iter().find(|each| corrects_alike(each, warning)) {
                        *warning = same.clone();
                    }
                }
            }
            // A body that is not typed as text can only be corrected by hand.
            let can_correct = |warning: &Warning| match warning {
                Warning::RequestIdMissing(Some(id)) => {
                    self.can_rewrite(|typed| lint::with_request_id(typed, id))
                }
                Warning::RequestIdNotString => self.can_rewrite(lint::with_quoted_request_id),
                _ => true,
            };
            outlook.advice.extend(found.into_iter().map(|warning| {
                let can_correct = can_correct(&warning);
                Advice::Platform(warning, can_correct)
            }));
        }
        if !is_large {
            self.payload.with(|typed| self.look_at_variables(typed, &mut outlook));
        }
        outlook
    }

    fn can_rewrite(self, by: impl Fn(&str) -> Option<String>) -> bool {
        self.large.with(Option::is_none) && self.payload.with(|typed| by(typed).is_some())
    }

    /// The sub-devices that the device has logged in, where the topic is not its own.
    fn sub_devices(self, device: &Credential, topic: &str) -> Vec<Credential> {
        let named = match PlatformTopic::parse(topic) {
            Some(PlatformTopic::System { device, .. } | PlatformTopic::Custom { device, .. }) => device,
            _ => return Vec::new(),
        };
        if named == *device {
            return Vec::new();
        }
        let find = |journal: &Journal| {
            let id = |topic: SystemTopic| Some((journal.topics().find(topic.of(device).as_bytes())?, topic));
            let asked: Vec<_> =
                [SystemTopic::SubLogin, SystemTopic::SubLogout].into_iter().filter_map(id).collect();
            // A device that never logged one in is no gateway: nothing is looked through.
            if asked.is_empty() {
                return Vec::new();
            }
            let end = journal.end_seq();
            let entries = journal.entries(end.saturating_sub(REACH).max(journal.first_seq())..end).rev();
            lint::logged_in(entries.filter_map(|entry| {
                let id =
                    entry.topic_id.filter(|_| entry.direction == Direction::Out && entry.is_message())?;
                let (_, topic) = asked.iter().find(|(known, _)| *known == id)?;
                Some((*topic, entry.payload()))
            }))
        };
        self.bench.device(|device| device.read(find))
    }

    fn look_at_variables(self, typed: &str, outlook: &mut Outlook) {
        // Nobody looks through so many.
        const MOST: usize = 24;
        if typed.len() > Large::TEXT {
            return;
        }
        let template = Template::parse(typed);
        let units = |at: usize| {
            let before = typed.get(..at).unwrap_or_default();
            u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX)
        };
        outlook.variables.extend(template.variables().take(MOST).filter_map(|(range, _)| {
            Some((typed.get(range.clone())?.to_owned(), units(range.start), units(range.end)))
        }));
        outlook.advice.extend(template.faults().iter().take(MOST).filter_map(|fault| {
            let source = typed.get(fault.range.clone())?.chars().take(40).collect();
            Some(Advice::Variable(fault.kind.clone(), source))
        }));
    }

    /// What the variable with this place is in the next message.
    pub(super) fn preview(self, index: usize) -> Option<String> {
        let at = self.circumstances();
        let template = self.payload.with_untracked(|typed| Template::parse(typed.as_str()));
        template.values(at).into_iter().nth(index)
    }
}
