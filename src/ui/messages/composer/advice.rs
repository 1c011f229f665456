//! What stands against a message before it is sent, and the corrections that one click makes.

use leptos::prelude::*;

use super::draft::{Draft, Large};
use crate::composing::repeat::interval_for;
use crate::composing::{FaultKind, Template};
use crate::i18n::Lang;
use crate::uiot::limits;
use crate::uiot::lint::{self, Planned, Warning};
use crate::uiot::requests::REQUEST_ID;

/// Something to consider. Nothing of it keeps anybody from sending.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Advice {
    Platform(Warning),
    /// Something in `${…}` that is no variable, as it is typed.
    Variable(FaultKind, String),
}

/// A correction.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fix {
    Topic(String),
    AddRequestId,
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
            Self::Platform(warning) => warning.code(),
            Self::Variable(FaultKind::Unclosed, _) => "variable-unclosed",
            Self::Variable(FaultKind::Unknown(_), _) => "variable-unknown",
            Self::Variable(FaultKind::Arguments(_), _) => "variable-arguments",
        }
    }

    pub(super) fn text(&self, lang: Lang, anyway: bool) -> String {
        match self {
            Self::Platform(warning) => lang.publish_warning(warning, anyway),
            Self::Variable(kind, source) => lang.variable_fault(kind, source),
        }
    }

    pub(super) fn fixes(&self, anyway: bool) -> Vec<Fix> {
        let Self::Platform(warning) = self else { return Vec::new() };
        match warning {
            Warning::OtherDevice(topic) | Warning::Downstream(Some(topic)) | Warning::Form(Some(topic)) => {
                vec![Fix::Topic(topic.clone())]
            }
            Warning::RequestIdMissing => vec![Fix::AddRequestId],
            Warning::RequestIdNotString => vec![Fix::QuoteRequestId],
            Warning::Rate(_) => {
                let slower = Fix::Interval(interval_for(limits::PUBLISH_RATE));
                if anyway { vec![slower] } else { vec![slower, Fix::Anyway] }
            }
            Warning::Qos2 => vec![Fix::Qos1],
            Warning::Retain => vec![Fix::NoRetain],
            Warning::Downstream(None)
            | Warning::RuleEngine
            | Warning::Broadcast
            | Warning::Form(None)
            | Warning::Limit(_)
            | Warning::Size(_)
            | Warning::NotJson => Vec::new(),
        }
    }
}

impl Fix {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Topic(_) => "topic",
            Self::AddRequestId => "add-request-id",
            Self::QuoteRequestId => "quote-request-id",
            Self::Interval(_) => "interval",
            Self::Qos1 => "qos-1",
            Self::NoRetain => "no-retain",
            Self::Anyway => "anyway",
        }
    }

    pub(super) fn label(&self, lang: Lang, advice: &Advice) -> String {
        match self {
            Self::Topic(_) if matches!(advice, Advice::Platform(Warning::OtherDevice(_))) => {
                lang.use_own_device().to_owned()
            }
            Self::Topic(_) => lang.use_this_topic().to_owned(),
            Self::AddRequestId => lang.add_request_id().to_owned(),
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
            Self::AddRequestId => rewrite(&|typed| lint::with_request_id(typed, REQUEST_ID)),
            Self::QuoteRequestId => rewrite(&lint::with_quoted_request_id),
            Self::Interval(millis) => draft.repeating.interval.set(millis.to_string()),
            Self::Qos1 => draft.qos.set("1"),
            Self::NoRetain => draft.retain.set(false),
            Self::Anyway => draft.repeating.anyway.set(true),
        }
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
            let planned = Planned {
                device: &device,
                topic: &expanded,
                payload: bytes.as_deref().unwrap_or_default(),
                qos: self.qos().number(),
                retain: self.retain(),
                per_second: every.map(|every| 1.0 / every.as_secs_f64()),
            };
            let unreadable = bytes.is_none();
            // What cannot be encoded is refused with its place when it is sent; that it is no JSON is said there.
            let is_about_body = |warning: &Warning| {
                matches!(warning, Warning::NotJson | Warning::RequestIdMissing | Warning::RequestIdNotString)
            };
            let found =
                lint::check(&planned).into_iter().filter(|warning| !(unreadable && is_about_body(warning)));
            outlook.advice.extend(found.map(Advice::Platform));
        }
        if !is_large {
            self.payload.with(|typed| self.look_at_variables(typed, &mut outlook));
        }
        outlook
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
