use crate::i18n::Lang;
use crate::i18n::numbers::megabytes;
use crate::mqtt::{NameError, PublishError};
use crate::payload::PayloadError;

/// Why something was not sent, or not loaded.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Problem {
    Topic(NameError),
    Payload(PayloadError),
    Publish(PublishError),
    /// The interval of repeating is none.
    Interval,
    /// Nor is the number of messages.
    Count,
    /// A file that the browser does not give.
    Unreadable(String),
    /// A file of so many bytes.
    FileTooLarge(usize),
}

impl Problem {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Topic(NameError::Empty) => "topic-empty",
            Self::Topic(NameError::TooLong(_)) => "topic-too-long",
            Self::Topic(NameError::Nul) => "topic-nul",
            Self::Topic(NameError::Wildcard | NameError::MisplacedWildcard) => "topic-wildcard",
            Self::Payload(PayloadError::Json(..)) => "json",
            Self::Payload(PayloadError::HexOdd(_)) => "hex-odd",
            Self::Payload(PayloadError::HexDigit(..)) => "hex-digit",
            Self::Payload(PayloadError::Base64Character(..) | PayloadError::Base64Length) => "base64",
            Self::Publish(PublishError::NotConnected) => "offline",
            Self::Publish(PublishError::Encode(_)) => "packet-too-large",
            Self::Publish(PublishError::QueueFull(_)) => "queue-full",
            Self::Publish(PublishError::NoPacketId) => "no-packet-id",
            Self::Publish(PublishError::QosNotOffered | PublishError::RetainNotOffered) => "not-offered",
            Self::Interval => "interval",
            Self::Count => "count",
            Self::Unreadable(_) => "file-unreadable",
            Self::FileTooLarge(_) => "file-too-large",
        }
    }

    pub(super) fn text(&self, lang: Lang) -> String {
        match self {
            Self::Topic(error) => lang.name_error(*error),
            Self::Payload(error) => lang.payload_error(error),
            Self::Publish(error) => lang.publish_error(*error),
            Self::Interval => lang.interval_wrong().to_owned(),
            Self::Count => lang.count_wrong().to_owned(),
            Self::Unreadable(name) => lang.file_unreadable(name),
            Self::FileTooLarge(bytes) => lang.file_too_large(&megabytes(*bytes)),
        }
    }
}
