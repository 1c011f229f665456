use super::reader::Reader;
use super::{ClientRule, FieldName, FieldValue, Remark};
use crate::mqtt::ProtocolVersion;

/// The body of CONNECT, MQTT §3.1.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<()> {
    let flags = reader.group(FieldName::VariableHeader, FieldValue::None, |reader| {
        protocol(reader)?;
        let flags = connect_flags(reader)?;
        reader.number(FieldName::KeepAlive, FieldValue::Seconds)?;
        Some(flags)
    })?;
    reader.group(FieldName::Payload, FieldValue::None, |reader| payload(reader, flags))
}

fn protocol(reader: &mut Reader<'_>) -> Option<()> {
    let name = reader.string(FieldName::ProtocolName)?;
    let expected = match reader.bytes(&name) {
        b"MQTT" => Some(ProtocolVersion::V3_1_1),
        b"MQIsdp" => Some(ProtocolVersion::V3_1),
        _ => None,
    };
    if expected.is_none() {
        reader.remark(Some(Remark::BrokenByClient(ClientRule::ProtocolName)));
    }
    let level = reader.byte(FieldName::ProtocolLevel, FieldValue::Level)?;
    match expected {
        // A bridge of Mosquitto sets the highest bit.
        Some(version) if version.level() == level & 0x7f => reader.version = version,
        Some(_) => reader.remark(Some(Remark::BrokenByClient(ClientRule::ProtocolLevel))),
        None => {}
    }
    Some(())
}

/// MQTT §3.1.2.2, bit by bit.
fn connect_flags(reader: &mut Reader<'_>) -> Option<u8> {
    let index = reader.count();
    reader.group(FieldName::ConnectFlags, FieldValue::None, |reader| {
        let flags = reader.byte_of(index)?;
        reader.amend(index, |field| field.value = FieldValue::Byte(flags));
        let has = |mask: u8| flags & mask != 0;
        let broken = |rule: ClientRule, when: bool| when.then_some(Remark::BrokenByClient(rule));
        let (will, will_qos) = (has(0b100), (flags >> 3) & 3);
        let mut flag =
            |name, mask, remark| reader.bits(name, mask, FieldValue::Flag(flags & mask != 0), remark);
        flag(FieldName::UserNameFlag, 0b1000_0000, None);
        let alone = has(0b0100_0000) && !has(0b1000_0000);
        flag(FieldName::PasswordFlag, 0b0100_0000, broken(ClientRule::PasswordWithoutUserName, alone));
        let retained = has(0b0010_0000) && !will;
        flag(FieldName::WillRetain, 0b0010_0000, broken(ClientRule::WillRetainWithoutWill, retained));
        let qos = broken(ClientRule::WillQos3, will_qos == 3)
            .or_else(|| broken(ClientRule::WillQosWithoutWill, will_qos > 0 && !will));
        reader.bits(FieldName::WillQos, 0b0001_1000, FieldValue::Qos(will_qos), qos);
        let mut flag =
            |name, mask, remark| reader.bits(name, mask, FieldValue::Flag(flags & mask != 0), remark);
        flag(FieldName::WillFlag, 0b0000_0100, None);
        flag(FieldName::CleanSession, 0b0000_0010, None);
        flag(FieldName::Reserved, 0b0000_0001, broken(ClientRule::ConnectReserved, has(1)));
        Some(flags)
    })
}

/// What the flags announce, in this order; MQTT §3.1.3.
fn payload(reader: &mut Reader<'_>, flags: u8) -> Option<()> {
    let client_id = reader.string(FieldName::ClientId)?;
    if client_id.is_empty() && flags & 0b10 == 0 {
        reader.remark(Some(Remark::BrokenByClient(ClientRule::ClientIdEmpty)));
    }
    if flags & 0b100 != 0 {
        reader.string(FieldName::WillTopic)?;
        reader.prefixed(FieldName::WillMessage, FieldValue::Data)?;
    }
    if flags & 0b1000_0000 != 0 {
        reader.string(FieldName::UserName)?;
    }
    if flags & 0b0100_0000 != 0 {
        // Whatever stands there is no one's to see, even where it was not covered before.
        reader.prefixed(FieldName::Password, |range| FieldValue::Masked(range.len()))?;
    }
    Some(())
}
