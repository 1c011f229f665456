//! What belongs together on one connection: a request with its acknowledgements, a packet with the rules it broke.

use std::ops::ControlFlow;

use super::{Direction, Entry, Journal, Note};
use crate::mqtt::PacketKind::{self, *};
use crate::mqtt::Violation;

/// How many entries are looked at for a partner, in either direction. A connection that has sent so much since has
/// likely used the packet identifier again.
pub const REACH: u64 = 100_000;

/// How far after a packet its violations are told: they follow at once, but for the answers that the packet led to.
const TOLD_WITHIN: u64 = 64;

impl Direction {
    const fn opposite(self) -> Self {
        match self {
            Self::In => Self::Out,
            Self::Out => Self::In,
        }
    }
}

/// What identifies an exchange while it lasts.
#[derive(Clone, Copy, PartialEq)]
struct Exchange {
    /// The packet that opens it.
    opener: PacketKind,
    /// Which way that goes.
    direction: Direction,
    packet_id: u16,
}

impl Exchange {
    /// The exchange to which a packet belongs, by type, direction and identifier (MQTT §4.3, §3.8, §3.10, §3.12).
    fn of(entry: &Entry<'_>) -> Option<Self> {
        let kind = entry.kind?;
        let (opener, begun_by_sender) = match kind {
            Connect | Subscribe | Unsubscribe | PingReq => (kind, true),
            // QoS 0 is not answered.
            Publish if entry.packet_id != 0 => (Publish, true),
            PubRel => (Publish, true),
            PubAck | PubRec | PubComp => (Publish, false),
            ConnAck => (Connect, false),
            SubAck => (Subscribe, false),
            UnsubAck => (Unsubscribe, false),
            PingResp => (PingReq, false),
            Publish | Disconnect => return None,
        };
        let direction = if begun_by_sender { entry.direction } else { entry.direction.opposite() };
        Some(Self { opener, direction, packet_id: entry.packet_id })
    }
}

/// Whether packets on either side of it cannot belong together.
pub fn parts_connections(entry: &Entry<'_>) -> bool {
    matches!(entry.note(), Some(Note::Ended(_) | Note::Opening { .. }))
}

/// The packets of the exchange to which the entry belongs, in order, itself among them: PUBLISH with PUBACK, or with
/// PUBREC, PUBREL and PUBCOMP, SUBSCRIBE with SUBACK, and so on. Empty if it belongs to none.
///
/// At most [`REACH`] entries are looked at in either direction, and none of another connection.
pub fn exchange(journal: &Journal, seq: u64) -> Vec<u64> {
    let Some(entry) = journal.entry(seq) else { return Vec::new() };
    let Some(exchange) = Exchange::of(&entry) else { return Vec::new() };
    let opener = if entry.kind == Some(exchange.opener) {
        Some(seq)
    } else {
        let before = journal.entries(seq.saturating_sub(REACH).max(journal.first_seq())..seq);
        let found = before.rev().try_for_each(|entry| {
            if parts_connections(&entry) {
                ControlFlow::Break(None)
            } else if Exchange::of(&entry) != Some(exchange) {
                ControlFlow::Continue(())
            } else if entry.kind == Some(exchange.opener) {
                ControlFlow::Break(Some(entry.seq))
            } else if entry.kind.is_some_and(ends) {
                // An answer before this one has closed the exchange: this one answers nothing.
                ControlFlow::Break(None)
            } else {
                ControlFlow::Continue(())
            }
        });
        found.break_value().flatten()
    };
    match opener {
        Some(opener) => follow(journal, opener, exchange),
        None => vec![seq],
    }
}

/// Whether an exchange is over with it.
const fn ends(kind: PacketKind) -> bool {
    matches!(kind, ConnAck | PubAck | PubComp | SubAck | UnsubAck | PingResp)
}

/// An exchange from its beginning.
fn follow(journal: &Journal, opener: u64, exchange: Exchange) -> Vec<u64> {
    let mut found = vec![opener];
    for entry in journal.entries(opener.saturating_add(1)..opener.saturating_add(1 + REACH)) {
        if parts_connections(&entry) {
            break;
        }
        if Exchange::of(&entry) == Some(exchange) {
            if entry.kind == Some(exchange.opener) {
                // The identifier begins anew.
                break;
            }
            found.push(entry.seq);
            if entry.kind.is_some_and(ends) {
                break;
            }
        }
    }
    found
}

/// The packet that answers this one, or that it answers: the next of its exchange, after the last the first.
pub fn partner(journal: &Journal, seq: u64) -> Option<u64> {
    let exchange = exchange(journal, seq);
    let at = exchange.iter().position(|each| *each == seq)?;
    let next = (at + 1) % exchange.len();
    exchange.get(next).copied().filter(|partner| *partner != seq)
}

/// The notes of the rules that a packet broke.
pub fn violations_of(journal: &Journal, seq: u64) -> Vec<u64> {
    let Some(packet) = journal.entry(seq).filter(|entry| entry.note().is_none()) else { return Vec::new() };
    let after = journal.entries(seq.saturating_add(1)..seq.saturating_add(1 + TOLD_WITHIN));
    after
        .take_while(|entry| entry.note().is_some() || entry.direction == Direction::Out)
        .filter(|entry| is_of(entry.note(), packet.packet()))
        .map(|entry| entry.seq)
        .collect()
}

/// The packet that a note of a violation speaks of, if it came whole.
pub fn violator(journal: &Journal, seq: u64) -> Option<u64> {
    let note = journal.note(seq)?;
    let before = journal.entries(seq.saturating_sub(TOLD_WITHIN).max(journal.first_seq())..seq);
    let packet = before.rev().find(|entry| entry.note().is_none() && entry.direction == Direction::In)?;
    is_of(Some(note), packet.packet()).then_some(packet.seq)
}

/// Whether a note tells of a rule that these bytes broke.
fn is_of(note: Option<&Note>, packet: &[u8]) -> bool {
    match note {
        // The note keeps the beginning only.
        Some(Note::Violation(violation)) => {
            violation.bytes == packet[..packet.len().min(Violation::MAX_BYTES)]
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::{EndCause, Moment, Rule};

    /// A journal of packets, each with its direction; an empty packet stands for the end of the connection.
    fn journal(packets: &[(Direction, &[u8])]) -> Journal {
        let mut journal = Journal::default();
        for (direction, packet) in packets {
            if packet.is_empty() {
                journal.append_note(Moment::ZERO, Note::Ended(EndCause::Disconnected));
            } else {
                journal.append_packet(Moment::ZERO, *direction, packet);
            }
        }
        journal
    }

    use Direction::{In, Out};
    const fn publish(qos: u8, id: u8) -> [u8; 7] {
        [0x30 | qos << 1, 5, 0, 1, b'a', 0, id]
    }
    const fn ack(first: u8, id: u8) -> [u8; 4] {
        [first, 2, 0, id]
    }
    const PUBACK: u8 = 0x40;
    const PUBREC: u8 = 0x50;
    const PUBREL: u8 = 0x62;
    const PUBCOMP: u8 = 0x70;

    #[test]
    fn acknowledgements_go_with_their_requests() {
        let journal = journal(&[
            (Out, &[0x10, 0]),
            (In, &[0x20, 2, 0, 0]),
            (Out, &[0x82, 6, 0, 1, 0, 1, b'a', 0]),
            (Out, &publish(1, 3)),
            (In, &publish(1, 3)),
            (In, &ack(PUBACK, 3)),
            (Out, &ack(PUBACK, 3)),
            (In, &[0x90, 3, 0, 1, 0]),
            (Out, &[0xc0, 0]),
            (In, &[0xd0, 0]),
            (Out, &[0x30, 3, 0, 1, b'a']),
        ]);
        for (one, other) in [(0, 1), (2, 7), (3, 5), (4, 6), (8, 9)] {
            assert_eq!(partner(&journal, one), Some(other), "{one}");
            assert_eq!(partner(&journal, other), Some(one), "{other}");
        }
        assert_eq!(partner(&journal, 10), None, "QoS 0 is not answered");
        assert_eq!(partner(&journal, 99), None);
    }

    #[test]
    fn qos_2_is_one_exchange_in_either_direction() {
        let journal = journal(&[
            (Out, &publish(2, 9)),
            (In, &publish(2, 9)),
            (In, &ack(PUBREC, 9)),
            (Out, &ack(PUBREC, 9)),
            (Out, &ack(PUBREL, 9)),
            (In, &ack(PUBREL, 9)),
            (In, &ack(PUBCOMP, 9)),
            (Out, &ack(PUBCOMP, 9)),
        ]);
        for seq in [0, 2, 4, 6] {
            assert_eq!(exchange(&journal, seq), [0, 2, 4, 6], "{seq}");
            assert_eq!(exchange(&journal, seq + 1), [1, 3, 5, 7], "{seq}");
        }
        assert_eq!(partner(&journal, 6), Some(0));
    }

    #[test]
    fn an_identifier_used_again_is_another_exchange() {
        let journal = journal(&[
            (Out, &publish(1, 1)),
            (In, &ack(PUBACK, 1)),
            (Out, &publish(1, 1)),
            (In, &ack(PUBACK, 1)),
            (In, &ack(PUBACK, 1)),
        ]);
        assert_eq!(partner(&journal, 1), Some(0));
        assert_eq!(partner(&journal, 2), Some(3));
        assert_eq!(partner(&journal, 3), Some(2));
        assert_eq!(partner(&journal, 4), None, "it answers nothing");
    }

    #[test]
    fn nothing_pairs_across_the_end_of_a_connection() {
        let journal = journal(&[(Out, &publish(1, 1)), (In, &[]), (In, &ack(PUBACK, 1))]);
        assert_eq!(partner(&journal, 0), None);
        assert_eq!(partner(&journal, 2), None);
    }

    #[test]
    fn the_search_ends_within_reach() {
        let mut journal = journal(&[(Out, &publish(1, 1))]);
        for _ in 0..REACH {
            journal.append_packet(Moment::ZERO, In, &[0xd0, 0]);
        }
        let answer = journal.append_packet(Moment::ZERO, In, &ack(PUBACK, 1));
        assert_eq!(partner(&journal, answer), None);
        assert_eq!(partner(&journal, 0), None);
    }

    #[test]
    fn a_violation_goes_with_its_packet() {
        let bad = [0x38, 3, 0, 1, b'a'];
        let mut journal = journal(&[(In, &[0xd0, 0]), (In, &bad)]);
        let first =
            journal.append_note(Moment::ZERO, Note::Violation(Violation::new(Rule::DupWithQos0, &bad)));
        journal.append_packet(Moment::ZERO, Out, &ack(PUBACK, 1));
        let second =
            journal.append_note(Moment::ZERO, Note::Violation(Violation::new(Rule::TopicWildcard, &bad)));
        let cut = journal
            .append_note(Moment::ZERO, Note::Violation(Violation::new(Rule::RemainingLength, &[0x30])));
        assert_eq!(violations_of(&journal, 1), [first, second]);
        assert_eq!(violator(&journal, first), Some(1));
        assert_eq!(violator(&journal, second), Some(1));
        assert_eq!(violator(&journal, cut), None, "these bytes were no packet");
        assert!(violations_of(&journal, 0).is_empty());
    }
}
