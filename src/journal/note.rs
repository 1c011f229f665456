use crate::mqtt::{EndCause, PacketKind, Violation};

/// Something worth telling that is no packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A WebSocket, or the way to the simulator in the page, is being opened.
    Opening {
        /// Where to.
        address: String,
        /// What was asked for.
        sub_protocol: String,
    },
    /// It is open.
    Opened {
        /// What the server chose; empty if nothing.
        sub_protocol: String,
    },
    /// CONNACK 0 came, so many microseconds after CONNECT.
    Connected {
        /// Whether the broker still had the session.
        session_present: bool,
        /// Microseconds from CONNECT to CONNACK.
        after_micros: u64,
    },
    /// What the last connection had left was taken up on the new one.
    Restored {
        /// Subscriptions that were asked for again.
        subscriptions: usize,
        /// Messages that were sent again.
        resent: usize,
        /// Messages that had waited for a connection.
        queued: usize,
    },
    /// SUBSCRIBE or UNSUBSCRIBE was not acknowledged within the deadline.
    Overdue {
        /// Which of the two.
        kind: PacketKind,
        /// The filter.
        filter: String,
    },
    /// So many messages that waited for a connection were thrown away.
    QueueDiscarded(usize),
    /// The person switched PINGREQ on or off.
    Pinging(bool),
    /// The connection, or the attempt, is over.
    Ended(EndCause),
    /// The broker refused a subscription.
    SubscriptionRefused {
        /// The filter.
        filter: String,
        /// 0x80, or a code that the standard reserves.
        code: u8,
    },
    /// The broker broke a rule.
    Violation(Violation),
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It goes as it should.
    Info,
    /// Something to look at.
    Warning,
    /// Something failed, or the other side broke a rule.
    Error,
}

impl Note {
    /// How bad it is.
    pub const fn severity(&self) -> Severity {
        match self {
            Self::Opening { .. }
            | Self::Opened { .. }
            | Self::Connected { .. }
            | Self::Restored { .. }
            | Self::Pinging(_)
            | Self::Ended(EndCause::Disconnected) => Severity::Info,
            Self::Overdue { .. } | Self::QueueDiscarded(_) | Self::SubscriptionRefused { .. } => {
                Severity::Warning
            }
            Self::Ended(_) | Self::Violation(_) => Severity::Error,
        }
    }

    /// Whether it tells of the transport alone, and so is of interest on the wire only.
    pub const fn is_of_the_transport(&self) -> bool {
        matches!(self, Self::Opening { .. } | Self::Opened { .. })
    }

    /// About how many bytes of memory it takes.
    pub(super) fn size(&self) -> usize {
        let text = match self {
            Self::Opening { address, sub_protocol } => address.len() + sub_protocol.len(),
            Self::Opened { sub_protocol } => sub_protocol.len(),
            Self::Overdue { filter, .. } | Self::SubscriptionRefused { filter, .. } => filter.len(),
            Self::Ended(EndCause::OpenFailed(words)) => words.len(),
            Self::Ended(EndCause::Closed(_, info)) => info.reason.len(),
            Self::Ended(EndCause::Duel(closes)) => closes.len() * 64,
            Self::Violation(violation) => violation.bytes.len(),
            _ => 0,
        };
        size_of::<(u16, Self)>() + text
    }
}
