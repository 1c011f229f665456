use super::reader::Reader;
use super::{ClientRule, FieldName, FieldValue, Remark, connect};
use crate::mqtt::wire::{FixedHeader, HeaderError};
use crate::mqtt::{ConnectReturnCode, NameError, PacketKind, ProtocolVersion, QoS, Rule, TopicFilter};

/// Filters of a SUBSCRIBE, or codes of a SUBACK, that become fields of their own. A packet can hold millions.
pub(super) const MOST_ITEMS: usize = 256;

/// Reads the whole packet.
pub(super) fn read(reader: &mut Reader<'_>) {
    let kind = reader.packet().first().map(|byte| PacketKind::from_first_byte(*byte));
    let value = kind.map_or(FieldValue::None, FieldValue::Kind);
    reader.group(FieldName::Packet, value, |reader| {
        if fixed_header(reader).is_some()
            && let Some(Some(kind)) = kind
        {
            // What is missing was noted where it is missing.
            let _ = body(reader, kind);
        }
        reader.left_over();
    });
}

/// Type, flags and remaining length; MQTT §2.2.
fn fixed_header(reader: &mut Reader<'_>) -> Option<()> {
    let header = FixedHeader::read(reader.packet());
    if let Ok(header) = header {
        reader.end_at(header.packet_length());
    }
    reader.group(FieldName::FixedHeader, FieldValue::None, |reader| {
        first_byte(reader)?;
        let start = reader.at();
        match header {
            Ok(header) => {
                reader.skip_to(header.length);
                let number = u32::try_from(header.remaining).unwrap_or(u32::MAX);
                let there = reader.packet().len().saturating_sub(header.length);
                let missing = header.remaining.checked_sub(there).filter(|missing| *missing > 0);
                reader.note(FieldName::RemainingLength, FieldValue::Number(number), start..header.length);
                reader.remark(missing.map(Remark::Missing));
                Some(())
            }
            Err(error) => {
                let end = reader.packet().len().min(5);
                reader.skip_to(end);
                reader.note(FieldName::RemainingLength, FieldValue::None, start..end);
                reader.remark(Some(match error {
                    HeaderError::Incomplete => Remark::Missing(1),
                    HeaderError::TooLong => Remark::Broken(Rule::RemainingLength),
                }));
                None
            }
        }
    })
}

fn first_byte(reader: &mut Reader<'_>) -> Option<()> {
    let index = reader.count();
    reader.group(FieldName::PacketType, FieldValue::None, |reader| {
        let byte = reader.byte_of(index)?;
        let kind = PacketKind::from_first_byte(byte);
        reader.amend(index, |field| {
            field.value = FieldValue::Kind(kind);
            if kind.is_none() {
                field.remark = Some(Remark::Broken(Rule::UnknownPacketType));
            }
        });
        flags(reader, kind, byte & 0x0f);
        Some(())
    })
}

fn flags(reader: &mut Reader<'_>, kind: Option<PacketKind>, flags: u8) {
    match kind {
        Some(PacketKind::Publish) => {
            let qos = (flags >> 1) & 3;
            let dup = flags & 0b1000 != 0;
            let dup_remark = (dup && qos == 0).then_some(Remark::Broken(Rule::DupWithQos0));
            let qos_remark = (qos == 3).then_some(Remark::Broken(Rule::PublishQos3));
            reader.bits(FieldName::Dup, 0b1000, FieldValue::Flag(dup), dup_remark);
            reader.bits(FieldName::Qos, 0b0110, FieldValue::Qos(qos), qos_remark);
            reader.bits(FieldName::Retain, 0b0001, FieldValue::Flag(flags & 1 != 0), None);
        }
        Some(kind) => {
            let wrong = flags != kind.own_flags() && reader.version == ProtocolVersion::V3_1_1;
            let remark = wrong.then_some(Remark::Broken(Rule::ReservedFlags));
            reader.bits(FieldName::Flags, 0b1111, FieldValue::Byte(flags), remark);
        }
        None => reader.bits(FieldName::Flags, 0b1111, FieldValue::Byte(flags), None),
    }
}

/// What follows the fixed header.
fn body(reader: &mut Reader<'_>, kind: PacketKind) -> Option<()> {
    match kind {
        PacketKind::Connect => connect::read(reader),
        PacketKind::ConnAck => reader.group(FieldName::VariableHeader, FieldValue::None, connack),
        PacketKind::Publish => publish(reader),
        PacketKind::PubAck
        | PacketKind::PubRec
        | PacketKind::PubRel
        | PacketKind::PubComp
        | PacketKind::UnsubAck => only_packet_id(reader),
        PacketKind::Subscribe => {
            only_packet_id(reader)?;
            filters(reader, true)
        }
        PacketKind::Unsubscribe => {
            only_packet_id(reader)?;
            filters(reader, false)
        }
        PacketKind::SubAck => {
            only_packet_id(reader)?;
            reader.group(FieldName::Payload, FieldValue::None, suback_codes)
        }
        PacketKind::PingReq | PacketKind::PingResp | PacketKind::Disconnect => Some(()),
    }
}

fn only_packet_id(reader: &mut Reader<'_>) -> Option<()> {
    reader.group(FieldName::VariableHeader, FieldValue::None, packet_id)
}

fn packet_id(reader: &mut Reader<'_>) -> Option<()> {
    let number = reader.number(FieldName::PacketId, |number| FieldValue::Number(number.into()))?;
    reader.remark((number == 0).then_some(Remark::Broken(Rule::PacketIdZero)));
    Some(())
}

/// MQTT §3.2.2.
fn connack(reader: &mut Reader<'_>) -> Option<()> {
    let index = reader.count();
    let flags = reader.group(FieldName::AcknowledgeFlags, FieldValue::None, |reader| {
        let flags = reader.byte_of(index)?;
        let reserved = (flags & 0xfe != 0 && reader.version == ProtocolVersion::V3_1_1)
            .then_some(Remark::Broken(Rule::ConnAckFlags));
        reader.amend(index, |field| field.value = FieldValue::Byte(flags));
        reader.bits(FieldName::Reserved, 0xfe, FieldValue::Number((flags >> 1).into()), reserved);
        reader.bits(FieldName::SessionPresent, 0x01, FieldValue::Flag(flags & 1 != 0), None);
        Some(flags)
    })?;
    let present = reader.count().saturating_sub(1);
    let number = reader.byte(FieldName::ReturnCode, FieldValue::ConnectCode)?;
    let code = ConnectReturnCode::from_number(number);
    if matches!(code, ConnectReturnCode::Reserved(_)) {
        reader.remark(Some(Remark::Broken(Rule::ConnAckCode)));
    }
    if flags & 1 != 0 && code != ConnectReturnCode::Accepted {
        reader.amend(present, |field| field.remark = Some(Remark::Broken(Rule::SessionPresentWithRefusal)));
    }
    Some(())
}

/// MQTT §3.3.
fn publish(reader: &mut Reader<'_>) -> Option<()> {
    let with_id = reader.packet().first().is_some_and(|flags| flags & 0b0110 != 0);
    reader.group(FieldName::VariableHeader, FieldValue::None, |reader| {
        let topic = reader.prefixed(FieldName::Topic, FieldValue::Text)?;
        let remark = match std::str::from_utf8(reader.bytes(&topic)) {
            Err(_) => Some(Rule::TopicNotUtf8),
            Ok("") => Some(Rule::TopicEmpty),
            Ok(text) if text.contains('\0') => Some(Rule::TopicNul),
            Ok(text) if text.contains(['+', '#']) => Some(Rule::TopicWildcard),
            Ok(_) => None,
        };
        reader.remark(remark.map(Remark::Broken));
        if with_id { packet_id(reader) } else { Some(()) }
    })?;
    reader.rest(FieldName::Message, FieldValue::Data);
    Some(())
}

/// The filters of a SUBSCRIBE, each with its QoS, or of an UNSUBSCRIBE; MQTT §3.8.3 and §3.10.3.
fn filters(reader: &mut Reader<'_>, with_qos: bool) -> Option<()> {
    let payload = reader.count();
    reader.group(FieldName::Payload, FieldValue::None, |reader| {
        if reader.left() == 0 {
            let rule = if with_qos { ClientRule::SubscribeEmpty } else { ClientRule::UnsubscribeEmpty };
            reader.amend(payload, |field| field.remark = Some(Remark::BrokenByClient(rule)));
        }
        for _ in 0..MOST_ITEMS {
            if reader.left() == 0 {
                return Some(());
            }
            let index = reader.count();
            let text = reader.string(FieldName::TopicFilter)?;
            let parsed = std::str::from_utf8(reader.bytes(&text)).map(TopicFilter::parse);
            let remark = match parsed {
                Ok(Err(NameError::Empty)) => Some(ClientRule::FilterEmpty),
                Ok(Err(NameError::MisplacedWildcard | NameError::Wildcard)) => {
                    Some(ClientRule::FilterWildcard)
                }
                _ => None,
            };
            reader.remark(remark.map(Remark::BrokenByClient));
            if with_qos {
                let qos = reader.below(|reader| reader.byte(FieldName::RequestedQos, FieldValue::Qos));
                let end = reader.at();
                reader.amend(index, |field| field.range.end = end);
                let good = QoS::from_number(qos?).is_some();
                reader.remark((!good).then_some(Remark::BrokenByClient(ClientRule::RequestedQos)));
            }
        }
        further(reader);
        Some(())
    })
}

/// One code a filter, MQTT §3.9.3.
fn suback_codes(reader: &mut Reader<'_>) -> Option<()> {
    if reader.left() == 0 {
        reader.byte(FieldName::ReturnCode, FieldValue::SubscribeCode)?;
    }
    for _ in 0..MOST_ITEMS {
        if reader.left() == 0 {
            return Some(());
        }
        let code = reader.byte(FieldName::ReturnCode, FieldValue::SubscribeCode)?;
        let known = QoS::from_number(code).is_some() || code == 0x80;
        reader.remark((!known).then_some(Remark::Broken(Rule::SubAckCode)));
    }
    further(reader);
    Some(())
}

/// The items after [`MOST_ITEMS`], as one field.
fn further(reader: &mut Reader<'_>) {
    if reader.left() > 0 {
        reader.rest(FieldName::Further, FieldValue::Data);
    }
}
