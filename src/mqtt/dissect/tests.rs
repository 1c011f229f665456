use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::mqtt::{
    ClientId, ConnectOptions, Login, PacketId, PacketKind, QoS, Rule, Secret, TopicFilter, TopicName, Will,
    raw,
};

const V311: ProtocolVersion = ProtocolVersion::V3_1_1;

fn found(fields: &[Field], name: FieldName) -> &Field {
    fields.iter().find(|field| field.name == name).unwrap_or_else(|| panic!("no {name:?} in {fields:#?}"))
}

fn remarks(fields: &[Field]) -> Vec<(FieldName, Remark)> {
    fields.iter().filter_map(|field| Some((field.name, field.remark?))).collect()
}

fn id(number: u16) -> PacketId {
    PacketId::new(number).unwrap()
}

fn connect_with_all() -> Vec<u8> {
    let options = ConnectOptions {
        client_id: ClientId::parse("product.device").unwrap(),
        login: Login::Password("product|device|1".into(), Secret::new("geheim")),
        keep_alive: 300,
        will: Some(Will {
            topic: TopicName::parse("last/words").unwrap(),
            payload: Bytes::from_static(b"\x00bye"),
            qos: QoS::AtLeastOnce,
            retain: true,
        }),
        ..ConnectOptions::default()
    };
    raw::write_connect(&options).unwrap().0.to_vec()
}

fn publish() -> Vec<u8> {
    let topic = TopicName::parse("/p/d/温度").unwrap();
    raw::publish(&topic, Bytes::from_static(b"{}"), QoS::AtLeastOnce, false, true, Some(id(7)))
        .unwrap()
        .to_vec()
}

fn subscribe() -> Vec<u8> {
    let (a, b) = (TopicFilter::parse("a/#").unwrap(), TopicFilter::parse("+/b").unwrap());
    raw::subscribe_many(id(515), &[(&a, QoS::AtMostOnce), (&b, QoS::ExactlyOnce)]).unwrap().to_vec()
}

/// One packet of each type, and some more.
fn samples() -> Vec<Vec<u8>> {
    let filter = TopicFilter::parse("a/#").unwrap();
    vec![
        connect_with_all(),
        raw::write_connect(&ConnectOptions::default()).unwrap().0.to_vec(),
        vec![0x20, 2, 1, 0],
        publish(),
        vec![0x30, 2, 0, 0],
        vec![0x40, 2, 0, 3],
        vec![0x50, 2, 0, 3],
        vec![0x62, 2, 0, 3],
        vec![0x70, 2, 0, 3],
        subscribe(),
        vec![0x90, 4, 2, 3, 1, 0x80],
        raw::unsubscribe(id(4), &filter).unwrap().to_vec(),
        vec![0xb0, 2, 0, 4],
        vec![0xc0, 0],
        vec![0xd0, 0],
        vec![0xe0, 0],
    ]
}

#[test]
fn a_connect_says_all_it_holds_but_the_password() {
    let packet = connect_with_all();
    let fields = dissect(&packet, V311);
    assert_eq!(remarks(&fields), []);
    let text = |name| found(&fields, name).text(&packet).unwrap().into_owned();
    assert_eq!(text(FieldName::ProtocolName), "MQTT");
    assert_eq!(text(FieldName::ClientId), "product.device");
    assert_eq!(text(FieldName::WillTopic), "last/words");
    assert_eq!(text(FieldName::UserName), "product|device|1");
    assert_eq!(found(&fields, FieldName::ProtocolLevel).value, FieldValue::Level(4));
    assert_eq!(found(&fields, FieldName::ConnectFlags).value, FieldValue::Byte(0b1110_1110));
    assert_eq!(found(&fields, FieldName::WillQos).value, FieldValue::Qos(1));
    assert_eq!(found(&fields, FieldName::WillQos).bits, Some(0b0001_1000));
    assert_eq!(found(&fields, FieldName::KeepAlive).value, FieldValue::Seconds(300));
    assert_eq!(found(&fields, FieldName::Password).value, FieldValue::Masked(6));
    assert_eq!(found(&fields, FieldName::Password).range, packet.len() - 8..packet.len());
    let FieldValue::Data(will) = &found(&fields, FieldName::WillMessage).value else { panic!() };
    assert_eq!(&packet[will.clone()], b"\x00bye");
    for at in 0..packet.len() {
        assert!(field_at(&fields, at).is_some(), "byte {at}");
    }
    assert_eq!(fields[field_at(&fields, packet.len() - 1).unwrap()].name, FieldName::Password);
}

#[test]
fn a_publish_is_taken_apart() {
    let packet = publish();
    let fields = dissect(&packet, V311);
    assert_eq!(remarks(&fields), []);
    assert_eq!(fields[0].range, 0..packet.len());
    assert_eq!(fields[0].value, FieldValue::Kind(Some(PacketKind::Publish)));
    assert_eq!(found(&fields, FieldName::Dup).value, FieldValue::Flag(true));
    assert_eq!(found(&fields, FieldName::Qos).value, FieldValue::Qos(1));
    assert_eq!(found(&fields, FieldName::RemainingLength).range, 1..2);
    assert_eq!(found(&fields, FieldName::Topic).text(&packet).unwrap(), "/p/d/温度");
    assert_eq!(found(&fields, FieldName::PacketId).value, FieldValue::Number(7));
    assert_eq!(found(&fields, FieldName::Message).range, packet.len() - 2..packet.len());
}

#[test]
fn a_subscribe_and_its_answer() {
    let packet = subscribe();
    let fields = dissect(&packet, V311);
    assert_eq!(remarks(&fields), []);
    let filters: Vec<_> = fields
        .iter()
        .filter(|field| field.name == FieldName::TopicFilter)
        .map(|field| (field.text(&packet).unwrap().into_owned(), field.range.len()))
        .collect();
    // Two bytes of length, three characters, one of QoS.
    assert_eq!(filters, [("a/#".to_owned(), 6), ("+/b".to_owned(), 6)]);
    let asked = fields.iter().filter(|field| field.name == FieldName::RequestedQos);
    assert_eq!(
        asked.map(|field| field.value.clone()).collect::<Vec<_>>(),
        [FieldValue::Qos(0), FieldValue::Qos(2)]
    );

    let fields = dissect(&[0x90, 5, 2, 3, 1, 0x80, 0x87], V311);
    assert_eq!(remarks(&fields), [(FieldName::ReturnCode, Remark::Broken(Rule::SubAckCode))]);
    assert_eq!(fields.iter().filter(|field| field.name == FieldName::ReturnCode).count(), 3);
}

#[test]
fn broken_rules_are_named_where_they_are_broken() {
    use {ClientRule as C, FieldName as F, Rule as R};
    let of_broker: &[(&[u8], F, R)] = &[
        (&[0x00, 0], F::PacketType, R::UnknownPacketType),
        (&[0xf3, 0], F::PacketType, R::UnknownPacketType),
        (&[0x21, 2, 0, 0], F::Flags, R::ReservedFlags),
        (&[0x60, 2, 0, 1], F::Flags, R::ReservedFlags),
        (&[0x30, 0x80, 0x80, 0x80, 0x80, 1], F::RemainingLength, R::RemainingLength),
        (&[0x40, 3, 0, 1, 9], F::LeftOver, R::PacketLength),
        (&[0xd0, 1, 9], F::LeftOver, R::PacketLength),
        (&[0x20, 2, 2, 0], F::Reserved, R::ConnAckFlags),
        (&[0x20, 2, 1, 5], F::SessionPresent, R::SessionPresentWithRefusal),
        (&[0x20, 2, 0, 6], F::ReturnCode, R::ConnAckCode),
        (&[0x36, 5, 0, 1, b'a', 0, 1], F::Qos, R::PublishQos3),
        (&[0x38, 3, 0, 1, b'a'], F::Dup, R::DupWithQos0),
        (&[0x30, 3, 0, 1, 0xff], F::Topic, R::TopicNotUtf8),
        (&[0x30, 2, 0, 0], F::Topic, R::TopicEmpty),
        (&[0x30, 3, 0, 1, 0], F::Topic, R::TopicNul),
        (&[0x30, 3, 0, 1, b'#'], F::Topic, R::TopicWildcard),
        (&[0x40, 2, 0, 0], F::PacketId, R::PacketIdZero),
    ];
    for (packet, name, rule) in of_broker {
        assert!(
            remarks(&dissect(packet, V311)).contains(&(*name, Remark::Broken(*rule))),
            "{packet:02x?}: {:?}",
            remarks(&dissect(packet, V311))
        );
    }
    let connect = |flags: u8, client_id: &[u8]| {
        let mut packet = vec![0x10, 12 + client_id.len() as u8, 0, 4, b'M', b'Q', b'T', b'T', 4, flags, 0, 0];
        packet.extend([0, client_id.len() as u8]);
        packet.extend(client_id);
        packet
    };
    let of_client = [
        (connect(0b0000_0011, b"a"), F::Reserved, C::ConnectReserved),
        (connect(0b0100_0010, b"a"), F::PasswordFlag, C::PasswordWithoutUserName),
        (connect(0b0010_0010, b"a"), F::WillRetain, C::WillRetainWithoutWill),
        (connect(0b0000_1010, b"a"), F::WillQos, C::WillQosWithoutWill),
        (connect(0b0001_1110, b"a"), F::WillQos, C::WillQos3),
        (connect(0, b""), F::ClientId, C::ClientIdEmpty),
        (connect(2, b"\xff"), F::ClientId, C::StringNotUtf8),
        (connect(2, b"\0"), F::ClientId, C::StringNul),
        (vec![0x10, 6, 0, 4, b'M', b'Q', b'T', b'X'], F::ProtocolName, C::ProtocolName),
        (vec![0x10, 7, 0, 4, b'M', b'Q', b'T', b'T', 5], F::ProtocolLevel, C::ProtocolLevel),
        (vec![0x82, 2, 0, 1], F::Payload, C::SubscribeEmpty),
        (vec![0xa2, 2, 0, 1], F::Payload, C::UnsubscribeEmpty),
        (vec![0x82, 6, 0, 1, 0, 1, b'a', 3], F::RequestedQos, C::RequestedQos),
        (vec![0x82, 5, 0, 1, 0, 0, 0], F::TopicFilter, C::FilterEmpty),
        (vec![0x82, 7, 0, 1, 0, 2, b'a', b'#', 0], F::TopicFilter, C::FilterWildcard),
    ];
    for (packet, name, rule) in of_client {
        let found = remarks(&dissect(&packet, V311));
        assert!(found.contains(&(name, Remark::BrokenByClient(rule))), "{packet:02x?}: {found:?}");
    }
}

#[test]
fn mqtt_3_1_uses_the_flags_otherwise() {
    let fields = dissect(&[0x88, 6, 0, 1, 0, 1, b'a', 1], ProtocolVersion::V3_1);
    assert_eq!(remarks(&fields), []);
    let options = ConnectOptions {
        protocol: ProtocolVersion::V3_1,
        client_id: ClientId::parse("a").unwrap(),
        ..ConnectOptions::default()
    };
    let packet = raw::write_connect(&options).unwrap().0;
    let fields = dissect(&packet, V311);
    assert_eq!(remarks(&fields), []);
    assert_eq!(found(&fields, FieldName::ProtocolLevel).value, FieldValue::Level(3));
}

#[test]
fn what_is_missing_and_what_comes_after_is_counted() {
    let packet = publish();
    let fields = dissect(&packet[..packet.len() - 5], V311);
    assert_eq!(found(&fields, FieldName::RemainingLength).remark, Some(Remark::Missing(5)));
    let fields = dissect(&packet[..6], V311);
    assert_eq!(found(&fields, FieldName::Topic).text(&packet[..6]).unwrap(), "/p");
    assert!(matches!(found(&fields, FieldName::Topic).remark, Some(Remark::Missing(_))));
    let fields = dissect(&[0xd0, 0, 1, 2], V311);
    assert_eq!(fields.last().unwrap().remark, Some(Remark::Beyond));
    assert_eq!(fields.last().unwrap().range, 2..4);
    assert_eq!(dissect(&[], V311)[0].range, 0..0);
}

#[test]
fn a_packet_of_many_items_gives_few_fields() {
    let mut suback = vec![0x90, 0xa2, 0x8d, 0x06, 0, 1];
    suback.extend([1; 100_000]);
    let fields = dissect(&suback, V311);
    check(&suback, &fields);
    assert!(fields.len() < 300, "{}", fields.len());
    assert_eq!(found(&fields, FieldName::Further).range.end, suback.len());
}

#[test]
fn a_line_says_what_the_tree_says() {
    let connect = connect_with_all();
    let Some(Info::Connect {
        level: 4,
        clean_session: true,
        will: true,
        keep_alive: 300,
        client_id,
        user_name,
    }) = Info::read(&connect)
    else {
        panic!()
    };
    assert_eq!((client_id, user_name), (&b"product.device"[..], Some(&b"product|device|1"[..])));
    let packet = subscribe();
    let Some(Info::Filters { packet_id: 515, filters }) = Info::read(&packet) else { panic!() };
    assert_eq!(filters.collect::<Vec<_>>(), [(&b"a/#"[..], Some(0)), (&b"+/b"[..], Some(2))]);
    assert_eq!(
        Info::read(&[0x90, 4, 2, 3, 1, 0x80]),
        Some(Info::SubAck { packet_id: 515, codes: &[1, 0x80] })
    );
    assert_eq!(Info::read(&[0x20, 2, 1, 0]), Some(Info::ConnAck { code: 0, session_present: true }));
    for packet in samples() {
        assert!(Info::read(&packet).is_some(), "{packet:02x?}");
    }
}

/// What must hold of any bytes: children lie in their parents, one level deeper; each byte belongs to a field that is
/// no group; nothing lies outside.
fn check(packet: &[u8], fields: &[Field]) {
    let mut parents: Vec<&Field> = Vec::new();
    for field in fields {
        assert!(field.range.end <= packet.len(), "{field:?}");
        parents.truncate(usize::from(field.depth));
        assert_eq!(parents.len(), usize::from(field.depth), "{field:?}");
        if let Some(parent) = parents.last() {
            assert!(parent.range.start <= field.range.start, "{parent:?} {field:?}");
            assert!(field.range.end <= parent.range.end, "{parent:?} {field:?}");
        }
        if let FieldValue::Text(range) | FieldValue::Data(range) = &field.value {
            assert!(field.range.start <= range.start && range.end <= field.range.end, "{field:?}");
        }
        if field.bits.is_some() {
            assert_eq!(field.range.len(), 1, "{field:?}");
        }
        parents.push(field);
    }
    for at in 0..packet.len() {
        let field = field_at(fields, at).map(|index| &fields[index]);
        assert!(
            field.is_some_and(
                |field| field.depth > 0 && (field.value != FieldValue::None || field.remark.is_some())
            ),
            "byte {at} of {packet:02x?} is {field:?}"
        );
    }
}

#[test]
fn every_prefix_of_every_packet_is_read() {
    for packet in samples() {
        for end in 0..=packet.len() {
            let cut = &packet[..end];
            let fields = dissect(cut, V311);
            check(cut, &fields);
            let whole = end == packet.len();
            assert!(whole || fields.iter().any(|field| matches!(field.remark, Some(Remark::Missing(_)))));
            assert!(!whole || remarks(&fields).is_empty() || packet == [0x30, 2, 0, 0], "{fields:#?}");
            let _ = Info::read(cut);
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read(packet in proptest::collection::vec(any::<u8>(), 0..80)) {
        for version in [ProtocolVersion::V3_1, V311] {
            check(&packet, &dissect(&packet, version));
        }
        let _ = Info::read(&packet);
    }

    #[test]
    fn broken_packets_are_read(
        which in any::<prop::sample::Index>(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let samples = samples();
        let mut packet = which.get(&samples).clone();
        for (at, byte) in changes {
            let at = at.index(packet.len());
            packet[at] = byte;
        }
        check(&packet, &dissect(&packet, V311));
        let _ = Info::read(&packet);
    }
}
