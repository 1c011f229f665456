//! The same packets through three codecs: ours, bare `mqttbytes`, and `mqtt-protocol-core`. What is written has to be
//! the same byte for byte; what is read has to get the same verdict, or a [`Difference`] that has a name and a reason.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails is a test that fails")]

mod support;

use bytes::BytesMut;
use mqtt_protocol_core::mqtt::common::{Arc, Cursor};
use mqtt_protocol_core::mqtt::connection::{PacketBuildResult, PacketBuilder};
use mqtt_protocol_core::mqtt::packet::{Qos, SubEntry, SubOpts, v3_1_1 as core};
use mqtt_protocol_core::mqtt::result_code::MqttError;
use mqttbytes::v4;
use proptest::collection::vec;
use proptest::prelude::*;
use support::{connack, filter, id, options, packet, puback, publish, suback, topic, unsuback};
use uiot_testbench::mqtt::{
    ClientId, ConnectOptions, Decoder, Login, Packet, PacketId, QoS, Rule, Secret, SubscribeReturnCode, Will,
    raw,
};

/// Low, so that some packets are above it.
const LIMIT: usize = 64;

/// What a packet from a broker means, in words that every codec has.
#[derive(Clone, Debug, PartialEq)]
enum Meaning {
    ConnAck {
        session_present: bool,
        code: u8,
    },
    Publish {
        dup: bool,
        qos: u8,
        retain: bool,
        topic: String,
        id: Option<u16>,
        payload: Vec<u8>,
    },
    /// PUBACK, PUBREC, PUBREL, PUBCOMP or UNSUBACK, by its number.
    Answer(u8, u16),
    SubAck(u16, Vec<u8>),
    PingResp,
    /// Something that no broker sends.
    FromAClient,
}

/// What a codec makes of the front of a stream.
#[derive(Clone, Debug, PartialEq)]
enum Verdict {
    NeedsMore,
    Refused,
    /// So many bytes, with this meaning.
    Taken(usize, Meaning),
}

/// The other two.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Other {
    Mqttbytes,
    Core,
}

/// Where the others differ from us, and why we differ from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Difference {
    /// We refuse on the header, they wait for a body that may never come. We: a tester wants to see the fault, not
    /// a connection that hangs.
    WaitsForTheBody,
    /// We refuse reserved flags [MQTT-2.2.2-2], they do not look at them.
    ReservedFlagsTaken,
    /// We refuse what only clients send (§2.2.1). `mqttbytes` reads for both sides, and `mqtt-protocol-core` looks
    /// at the direction one layer above its readers.
    ClientOnlyTaken,
    /// We want the very length of a fixed packet (§3.4 to §3.13). `mqttbytes` ignores what is too much, and
    /// `mqtt-protocol-core` takes MQTT 5's reason code.
    LengthTaken,
    /// We count the whole packet against the limit, `mqttbytes` only what comes after the header.
    LimitWithoutHeader,
    /// We want a packet identifier other than 0 [MQTT-2.3.1-1]. `mqttbytes` looks at it in PUBLISH alone,
    /// `mqtt-protocol-core` everywhere but in PUBLISH, SUBACK and UNSUBACK.
    IdZeroTaken,
    /// We show a CONNACK code that is reserved: the reason for the refusal would be lost with it.
    ReservedConnAckCodeRefused,
    /// We show a SUBACK code that is reserved: some brokers send MQTT 5's.
    ReservedSubAckCodeRefused,
    /// The verdict is the same, but only we tell of a broken rule that leaves the meaning whole.
    OddityNotSeen,
}

impl Difference {
    const ALL: [Self; 9] = [
        Self::WaitsForTheBody,
        Self::ReservedFlagsTaken,
        Self::ClientOnlyTaken,
        Self::LengthTaken,
        Self::LimitWithoutHeader,
        Self::IdZeroTaken,
        Self::ReservedConnAckCodeRefused,
        Self::ReservedSubAckCodeRefused,
        Self::OddityNotSeen,
    ];
}

// The three readers.

/// Our verdict, and every rule that we say was broken.
fn ours(bytes: &[u8]) -> (Verdict, Vec<Rule>) {
    let mut decoder = Decoder::new(LIMIT);
    decoder.push(bytes);
    let frame = match decoder.next_frame() {
        None => return (Verdict::NeedsMore, vec![]),
        Some(Err(violation)) => return (Verdict::Refused, vec![violation.rule]),
        Some(Ok(frame)) => frame,
    };
    let mut rules = frame.oddities;
    let meaning = match frame.content {
        Err(rule) => return (Verdict::Refused, vec![rule]),
        Ok(Packet::ConnAck(connack)) => {
            Meaning::ConnAck { session_present: connack.session_present, code: connack.code.number() }
        }
        Ok(Packet::Publish(p)) => Meaning::Publish {
            dup: p.dup,
            qos: p.qos.number(),
            retain: p.retain,
            topic: p.topic,
            id: p.packet_id.map(PacketId::number),
            payload: p.payload.to_vec(),
        },
        Ok(Packet::PubAck(id)) => Meaning::Answer(4, id.number()),
        Ok(Packet::PubRec(id)) => Meaning::Answer(5, id.number()),
        Ok(Packet::PubRel(id)) => Meaning::Answer(6, id.number()),
        Ok(Packet::PubComp(id)) => Meaning::Answer(7, id.number()),
        Ok(Packet::UnsubAck(id)) => Meaning::Answer(11, id.number()),
        Ok(Packet::SubAck(id, codes)) => {
            // The session tells of these, when it knows what was asked for.
            if codes.iter().any(|code| matches!(code, SubscribeReturnCode::Reserved(_))) {
                rules.push(Rule::SubAckCode);
            }
            Meaning::SubAck(id.number(), codes.iter().map(|code| code.number()).collect())
        }
        Ok(Packet::PingResp) => Meaning::PingResp,
    };
    (Verdict::Taken(frame.bytes.len(), meaning), rules)
}

fn mqttbytes(bytes: &[u8]) -> Verdict {
    let mut stream = BytesMut::from(bytes);
    let read = match v4::read(&mut stream, LIMIT) {
        Err(mqttbytes::Error::InsufficientBytes(_)) => return Verdict::NeedsMore,
        Err(_) => return Verdict::Refused,
        Ok(read) => read,
    };
    let meaning = match read {
        v4::Packet::ConnAck(c) => Meaning::ConnAck { session_present: c.session_present, code: c.code as u8 },
        v4::Packet::Publish(p) => Meaning::Publish {
            dup: p.dup,
            qos: p.qos as u8,
            retain: p.retain,
            topic: p.topic,
            id: (p.qos != mqttbytes::QoS::AtMostOnce).then_some(p.pkid),
            payload: p.payload.to_vec(),
        },
        v4::Packet::PubAck(answer) => Meaning::Answer(4, answer.pkid),
        v4::Packet::PubRec(answer) => Meaning::Answer(5, answer.pkid),
        v4::Packet::PubRel(answer) => Meaning::Answer(6, answer.pkid),
        v4::Packet::PubComp(answer) => Meaning::Answer(7, answer.pkid),
        v4::Packet::UnsubAck(answer) => Meaning::Answer(11, answer.pkid),
        v4::Packet::SubAck(answer) => {
            let number = |code: &v4::SubscribeReasonCode| match code {
                v4::SubscribeReasonCode::Success(qos) => *qos as u8,
                v4::SubscribeReasonCode::Failure => 0x80,
            };
            Meaning::SubAck(answer.pkid, answer.return_codes.iter().map(number).collect())
        }
        v4::Packet::PingResp => Meaning::PingResp,
        _ => Meaning::FromAClient,
    };
    Verdict::Taken(bytes.len() - stream.len(), meaning)
}

fn core_codec(bytes: &[u8]) -> Verdict {
    let mut builder = PacketBuilder::with_maximum_packet_size(u32::try_from(LIMIT).unwrap());
    let mut stream = Cursor::new(bytes);
    let raw = match builder.feed(&mut stream) {
        PacketBuildResult::Incomplete => return Verdict::NeedsMore,
        PacketBuildResult::Error(_) => return Verdict::Refused,
        PacketBuildResult::Complete(raw) => raw,
    };
    let read = || -> Result<Meaning, MqttError> {
        Ok(match raw.packet_type() {
            2 => {
                let connack = raw.parse_exact(core::Connack::parse)?;
                Meaning::ConnAck {
                    session_present: connack.session_present(),
                    code: connack.return_code() as u8,
                }
            }
            3 => {
                let (p, _) = core::Publish::parse(raw.flags(), Arc::from(raw.data_as_slice()))?;
                Meaning::Publish {
                    dup: p.dup(),
                    qos: p.qos() as u8,
                    retain: p.retain(),
                    topic: p.topic_name().to_owned(),
                    id: p.packet_id(),
                    payload: p.payload().as_slice().to_vec(),
                }
            }
            4 => Meaning::Answer(4, raw.parse_exact(core::Puback::parse)?.packet_id()),
            5 => Meaning::Answer(5, raw.parse_exact(core::Pubrec::parse)?.packet_id()),
            6 => Meaning::Answer(6, raw.parse_exact(core::Pubrel::parse)?.packet_id()),
            7 => Meaning::Answer(7, raw.parse_exact(core::Pubcomp::parse)?.packet_id()),
            9 => {
                let answer = raw.parse_exact(core::Suback::parse)?;
                let codes = answer.return_codes().iter().map(|code| *code as u8).collect();
                Meaning::SubAck(answer.packet_id(), codes)
            }
            11 => Meaning::Answer(11, raw.parse_exact(core::Unsuback::parse)?.packet_id()),
            13 => raw.parse_exact(core::Pingresp::parse).map(|_| Meaning::PingResp)?,
            1 => raw.parse_exact(core::Connect::parse).map(|_| Meaning::FromAClient)?,
            8 => raw.parse_exact(core::Subscribe::parse).map(|_| Meaning::FromAClient)?,
            10 => raw.parse_exact(core::Unsubscribe::parse).map(|_| Meaning::FromAClient)?,
            12 => raw.parse_exact(core::Pingreq::parse).map(|_| Meaning::FromAClient)?,
            14 => raw.parse_exact(core::Disconnect::parse).map(|_| Meaning::FromAClient)?,
            _ => return Err(MqttError::ProtocolError),
        })
    };
    let taken = usize::try_from(stream.position()).unwrap();
    read().map_or(Verdict::Refused, |meaning| Verdict::Taken(taken, meaning))
}

/// The name of the difference between our verdict and theirs; none if there is none, a panic if it has no name.
fn difference(bytes: &[u8], other: Other) -> Option<Difference> {
    use Verdict::{NeedsMore, Refused, Taken};
    let (mine, rules) = ours(bytes);
    let theirs = match other {
        Other::Mqttbytes => mqttbytes(bytes),
        Other::Core => core_codec(bytes),
    };
    let refusal = (mine == Refused).then(|| rules[0]);
    Some(match (&mine, &theirs, refusal, other) {
        (one, other, ..) if one == other => {
            // Not to be seen in a verdict: who refuses or waits has nothing else to tell.
            return (matches!(mine, Taken(..)) && !rules.is_empty()).then_some(Difference::OddityNotSeen);
        }
        (_, _, Some(Rule::PacketTooLarge), Other::Mqttbytes) => Difference::LimitWithoutHeader,
        (_, NeedsMore, Some(Rule::UnknownPacketType | Rule::ClientOnlyPacket | Rule::ReservedFlags), _)
        | (_, NeedsMore, Some(Rule::PublishQos3 | Rule::PacketLength), _) => Difference::WaitsForTheBody,
        (_, Taken(_, Meaning::FromAClient), Some(Rule::ClientOnlyPacket), _) => Difference::ClientOnlyTaken,
        (_, Taken(..), Some(Rule::ReservedFlags), _) => Difference::ReservedFlagsTaken,
        (_, Taken(..), Some(Rule::PacketLength), _) => Difference::LengthTaken,
        (_, Taken(..), Some(Rule::PacketIdZero), _) => Difference::IdZeroTaken,
        (Taken(..), Refused, ..) if rules.contains(&Rule::ConnAckCode) => {
            Difference::ReservedConnAckCodeRefused
        }
        (Taken(..), Refused, ..) if rules.contains(&Rule::SubAckCode) => {
            Difference::ReservedSubAckCodeRefused
        }
        _ => panic!("{bytes:02x?}: {mine:?} {rules:?} by us, {theirs:?} by {other:?}, and nobody knows why"),
    })
}

/// The difference to `mqttbytes`, and to `mqtt-protocol-core`.
type Pair = (Option<Difference>, Option<Difference>);

/// What is malformed or odd, and what the others make of it.
const KNOWN: &[(&[u8], Pair)] = {
    use Difference::*;
    const fn both(difference: Difference) -> Pair {
        (Some(difference), Some(difference))
    }
    &[
        // All agree: refused.
        (b"\x00\x00", (None, None)),
        (b"\xf0\x00", (None, None)),
        (b"\x36\x05\0\x01a\0\x01", (None, None)),
        (b"\x30\xff\xff\xff\xff", (None, None)),
        (b"\x30\x00", (None, None)),
        (b"\x30\x01\0", (None, None)),
        (b"\x30\x04\0\x03ab", (None, None)),
        (b"\x32\x04\0\x02ab", (None, None)),
        (b"\x30\x03\0\x01\xff", (None, None)),
        (b"\x30\x04\0\x02\xc0\xaf", (None, None)),
        (b"\x30\x05\0\x03\xed\xa0\x80", (None, None)),
        (b"\x20\x00", (None, None)),
        (b"\x20\x01\0", (None, None)),
        (b"\x40\x01\0", (None, None)),
        (b"\x90\x02\0\x01", (None, None)),
        (b"\xb0\x01\0", (None, None)),
        // All agree: more is needed.
        (b"\x30", (None, None)),
        (b"\x30\x80", (None, None)),
        (b"\x30\x03\0\x01", (None, None)),
        // All agree: a length may end in zeros (§2.2.3 forbids it nowhere).
        (b"\xd0\x80\x80\x00", (None, None)),
        // Faults that the header shows.
        (b"\x00", both(WaitsForTheBody)),
        (b"\x10\x0c", both(WaitsForTheBody)),
        (b"\x21", both(WaitsForTheBody)),
        (b"\x36\x05", both(WaitsForTheBody)),
        (b"\x40\x03\0", both(WaitsForTheBody)),
        (b"\x21\x02\0\0", both(ReservedFlagsTaken)),
        (b"\x42\x02\0\x01", both(ReservedFlagsTaken)),
        (b"\x60\x02\0\x01", both(ReservedFlagsTaken)),
        (b"\x9f\x03\0\x01\0", both(ReservedFlagsTaken)),
        (b"\xb1\x02\0\x01", both(ReservedFlagsTaken)),
        (b"\xd8\x00", both(ReservedFlagsTaken)),
        (b"\x10\x0d\0\x04MQTT\x04\x02\0\x0a\0\x01c", both(ClientOnlyTaken)),
        (b"\x82\x06\0\x01\0\x01a\0", both(ClientOnlyTaken)),
        (b"\xa2\x05\0\x01\0\x01a", both(ClientOnlyTaken)),
        (b"\xc0\x00", both(ClientOnlyTaken)),
        (b"\xe0\x00", both(ClientOnlyTaken)),
        // Lengths.
        (b"\x20\x03\0\0\0", (Some(LengthTaken), None)),
        (b"\x40\x03\0\x01\0", both(LengthTaken)),
        (b"\x40\x03\0\x01\x01", (Some(LengthTaken), None)),
        (b"\x50\x03\0\x01\0", both(LengthTaken)),
        (b"\x62\x03\0\x01\0", both(LengthTaken)),
        (b"\x70\x03\0\x01\0", both(LengthTaken)),
        (b"\x40\x04\0\x01\0\0", (Some(LengthTaken), None)),
        (b"\xb0\x03\0\x01\0", (None, None)),
        (b"\xd0\x01\0", (Some(LengthTaken), None)),
        (b"\x30\x3f\0\x01a", (Some(LimitWithoutHeader), None)),
        (b"\x30\x41", (None, None)),
        // Packet identifier 0.
        (b"\x40\x02\0\0", (Some(IdZeroTaken), None)),
        (b"\x50\x02\0\0", (Some(IdZeroTaken), None)),
        (b"\x62\x02\0\0", (Some(IdZeroTaken), None)),
        (b"\x70\x02\0\0", (Some(IdZeroTaken), None)),
        (b"\x32\x05\0\x01a\0\0", (None, Some(IdZeroTaken))),
        (b"\x34\x05\0\x01a\0\0", (None, Some(IdZeroTaken))),
        (b"\x90\x03\0\0\0", both(IdZeroTaken)),
        (b"\xb0\x02\0\0", both(IdZeroTaken)),
        // Codes.
        (b"\x20\x02\0\x06", both(ReservedConnAckCodeRefused)),
        (b"\x20\x02\0\xff", both(ReservedConnAckCodeRefused)),
        (b"\x90\x03\0\x01\x03", both(ReservedSubAckCodeRefused)),
        (b"\x90\x04\0\x01\0\x87", both(ReservedSubAckCodeRefused)),
        // Rules that leave the meaning whole.
        (b"\x20\x02\xfe\0", both(OddityNotSeen)),
        (b"\x20\x02\x01\x05", both(OddityNotSeen)),
        (b"\x38\x03\0\x01a", both(OddityNotSeen)),
        (b"\x30\x02\0\0", both(OddityNotSeen)),
        (b"\x30\x03\0\x01#", both(OddityNotSeen)),
        (b"\x30\x03\0\x01\0", both(OddityNotSeen)),
    ]
};

#[test]
fn each_malformed_packet_gets_the_same_verdict_or_a_difference_that_is_known() {
    for &(bytes, (to_mqttbytes, to_core)) in KNOWN {
        assert_eq!(difference(bytes, Other::Mqttbytes), to_mqttbytes, "{bytes:02x?}, mqttbytes");
        assert_eq!(difference(bytes, Other::Core), to_core, "{bytes:02x?}, mqtt-protocol-core");
    }
}

#[test]
fn each_known_difference_is_still_there() {
    let mut shown: Vec<_> = KNOWN.iter().flat_map(|(_, (one, other))| [*one, *other]).flatten().collect();
    shown.sort_unstable();
    shown.dedup();
    assert_eq!(shown, Difference::ALL, "a difference that is gone is to be taken off the list");
}

// Generated packets.

fn topics() -> impl Strategy<Value = String> {
    prop_oneof!["[^+#\0]{1,12}", "[a-z]{1,6}(/[a-z温]{0,6}){0,3}", "x{100,200}"]
}

fn filters() -> impl Strategy<Value = String> {
    ("([^+#\0/]{0,6}/|\\+/){0,4}", "([^+#\0/]{1,6}|\\+|#)").prop_map(|(levels, last)| levels + &last)
}

fn qos() -> impl Strategy<Value = QoS> {
    prop_oneof![Just(QoS::AtMostOnce), Just(QoS::AtLeastOnce), Just(QoS::ExactlyOnce)]
}

/// What a broker may send, below the limit.
fn good() -> impl Strategy<Value = Vec<u8>> {
    let number = 1..=u16::MAX;
    prop_oneof![
        (any::<bool>(), 0..6_u8).prop_map(|(present, code)| connack((present && code == 0).into(), code)),
        (any::<(bool, bool)>(), qos(), "[^+#\0]{1,8}", number.clone(), vec(any::<u8>(), 0..16)).prop_map(
            |((retain, dup), qos, topic, number, payload)| {
                let dup = dup && qos != QoS::AtMostOnce;
                let flags = u8::from(dup) << 3 | qos.number() << 1 | u8::from(retain);
                publish(flags, topic.as_bytes(), number, &payload)
            }
        ),
        number.clone().prop_map(puback),
        (prop_oneof![Just(0x50), Just(0x62), Just(0x70)], number.clone())
            .prop_map(|(first, number)| packet(first, &number.to_be_bytes())),
        (number.clone(), vec(prop_oneof![0..3_u8, Just(0x80)], 1..8))
            .prop_map(|(number, codes)| suback(number, &codes)),
        number.prop_map(unsuback),
        Just(support::PINGRESP.to_vec()),
    ]
}

/// A good packet with one of its first bytes changed, cut short, or with something after it; or a right header
/// before a body of anything; or noise.
fn doubtful() -> impl Strategy<Value = Vec<u8>> {
    // Small numbers meet the limits of what is allowed more often.
    let byte = || prop_oneof![0..8_u8, any::<u8>(), Just(0x80)];
    prop_oneof![
        4 => (good(), 0..8_usize, byte()).prop_map(|(mut bytes, at, byte)| {
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes
        }),
        2 => (good(), any::<prop::sample::Index>()).prop_map(|(bytes, cut)| bytes[..cut.index(bytes.len())].to_vec()),
        1 => (good(), vec(any::<u8>(), 1..8)).prop_map(|(bytes, more)| [bytes, more].concat()),
        4 => (byte(), 0..16_u8, vec(byte(), 0..8)).prop_map(|(flags, kind, body)| packet(kind << 4 | flags & 15, &body)),
        1 => vec(any::<u8>(), 0..80),
    ]
}

const fn theirs(qos: QoS) -> mqttbytes::QoS {
    match qos {
        QoS::AtMostOnce => mqttbytes::QoS::AtMostOnce,
        QoS::AtLeastOnce => mqttbytes::QoS::AtLeastOnce,
        QoS::ExactlyOnce => mqttbytes::QoS::ExactlyOnce,
    }
}

const fn cores(qos: QoS) -> Qos {
    match qos {
        QoS::AtMostOnce => Qos::AtMostOnce,
        QoS::AtLeastOnce => Qos::AtLeastOnce,
        QoS::ExactlyOnce => Qos::ExactlyOnce,
    }
}

fn by_mqttbytes<T>(write: impl FnOnce(&mut BytesMut) -> Result<T, mqttbytes::Error>) -> BytesMut {
    let mut buffer = BytesMut::new();
    write(&mut buffer).unwrap();
    buffer
}

/// CONNECT by each of the other two. A name or password that is there but empty is said as such.
fn connects(
    client: &str,
    login: Option<(&str, Option<&str>)>,
    keep_alive: u16,
    clean_session: bool,
) -> (BytesMut, Vec<u8>) {
    let mut one = v4::Connect::new(client);
    one.keep_alive = keep_alive;
    one.clean_session = clean_session;
    let mut other = core::Connect::builder()
        .clean_session(clean_session)
        .keep_alive(keep_alive)
        .client_id(client)
        .unwrap();
    if let Some((user, password)) = login {
        one.set_login(user, password.unwrap_or_default());
        other = other.user_name(user).unwrap();
        if let Some(password) = password {
            other = other.password(password).unwrap();
        }
    }
    (by_mqttbytes(|buffer| one.write(buffer)), other.build().unwrap().to_continuous_buffer())
}

fn our_connect(
    client: &str,
    login: Option<(&str, Option<&str>)>,
    keep_alive: u16,
    clean_session: bool,
) -> bytes::Bytes {
    let login = match login {
        None => Login::Anonymous,
        Some((user, None)) => Login::UserName(user.to_owned()),
        Some((user, Some(password))) => Login::Password(user.to_owned(), Secret::new(password)),
    };
    let client_id = ClientId::parse(client).unwrap();
    raw::write_connect(&ConnectOptions { client_id, login, keep_alive, clean_session, ..options() })
        .unwrap()
        .0
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn publish_is_written_alike(
        text in topics(), payload in vec(any::<u8>(), 0..300), qos in qos(), retain: bool, dup: bool,
        number in 1..=u16::MAX,
    ) {
        let has_id = qos != QoS::AtMostOnce;
        let dup = dup && has_id;
        let packet_id = has_id.then(|| id(number));
        let mine = raw::publish(&topic(&text), payload.clone().into(), qos, retain, dup, packet_id).unwrap();

        let mut one = v4::Publish::new(text.as_str(), theirs(qos), payload.clone());
        (one.retain, one.dup, one.pkid) = (retain, dup, if has_id { number } else { 0 });
        prop_assert_eq!(&mine[..], &by_mqttbytes(|buffer| one.write(buffer))[..]);

        let other = core::Publish::builder()
            .topic_name(text.as_str()).unwrap()
            .qos(cores(qos)).retain(retain).dup(dup).packet_id(has_id.then_some(number)).payload(payload);
        prop_assert_eq!(&mine[..], other.build().unwrap().to_continuous_buffer());
    }

    #[test]
    fn subscribe_and_unsubscribe_are_written_alike(
        number in 1..=u16::MAX, wanted in vec((filters(), qos()), 1..6),
    ) {
        let parsed: Vec<_> = wanted.iter().map(|(text, qos)| (filter(text), *qos)).collect();
        let borrowed: Vec<_> = parsed.iter().map(|(filter, qos)| (filter, *qos)).collect();
        let texts: Vec<_> = wanted.iter().map(|(text, _)| text.clone()).collect();

        let mine = raw::subscribe_many(id(number), &borrowed).unwrap();
        let mut one = v4::Subscribe::empty_subscribe();
        one.pkid = number;
        wanted.iter().for_each(|(text, qos)| { one.add(text.clone(), theirs(*qos)); });
        prop_assert_eq!(&mine[..], &by_mqttbytes(|buffer| one.write(buffer))[..]);
        let entries = wanted
            .iter()
            .map(|(text, qos)| SubEntry::new(text.as_str(), SubOpts::new().set_qos(cores(*qos))).unwrap())
            .collect::<Vec<_>>();
        let other = core::Subscribe::builder().packet_id(number).entries(entries).build().unwrap();
        prop_assert_eq!(&mine[..], other.to_continuous_buffer());

        let only: Vec<_> = borrowed.iter().map(|(filter, _)| *filter).collect();
        let mine = raw::unsubscribe_many(id(number), &only).unwrap();
        let one = v4::Unsubscribe { pkid: number, topics: texts.clone() };
        prop_assert_eq!(&mine[..], &by_mqttbytes(|buffer| one.write(buffer))[..]);
        let other = core::Unsubscribe::builder().packet_id(number).entries(&texts).unwrap().build().unwrap();
        prop_assert_eq!(&mine[..], other.to_continuous_buffer());
    }

    #[test]
    fn connect_is_written_alike(
        client in "[^\0]{1,30}", user in proptest::option::of("[^\0]{1,30}"),
        password in proptest::option::of("[^\0]{1,150}"), keep_alive: u16, clean_session: bool,
    ) {
        let login = user.as_deref().map(|user| (user, password.as_deref()));
        let mine = our_connect(&client, login, keep_alive, clean_session);
        let (one, other) = connects(&client, login, keep_alive, clean_session);
        prop_assert_eq!(&mine[..], &one[..]);
        prop_assert_eq!(&mine[..], other);
    }

    #[test]
    fn acknowledgements_are_written_alike(number in 1..=u16::MAX) {
        let ours = [raw::puback, raw::pubrec, raw::pubrel, raw::pubcomp].map(|write| write(id(number)).unwrap());
        let one = [
            by_mqttbytes(|buffer| v4::PubAck::new(number).write(buffer)),
            by_mqttbytes(|buffer| v4::PubRec::new(number).write(buffer)),
            by_mqttbytes(|buffer| v4::PubRel::new(number).write(buffer)),
            by_mqttbytes(|buffer| v4::PubComp::new(number).write(buffer)),
        ];
        let other = [
            core::Puback::builder().packet_id(number).build().unwrap().to_continuous_buffer(),
            core::Pubrec::builder().packet_id(number).build().unwrap().to_continuous_buffer(),
            core::Pubrel::builder().packet_id(number).build().unwrap().to_continuous_buffer(),
            core::Pubcomp::builder().packet_id(number).build().unwrap().to_continuous_buffer(),
        ];
        for ((ours, one), other) in ours.iter().zip(&one).zip(&other) {
            prop_assert_eq!(&ours[..], &one[..]);
            prop_assert_eq!(&ours[..], &other[..]);
        }
    }

    #[test]
    fn connect_with_a_will_is_written_alike(
        text in topics(), payload in vec(any::<u8>(), 0..100), level in qos(), retain: bool,
    ) {
        let will = Will { topic: topic(&text), payload: payload.clone().into(), qos: level, retain };
        let (mine, _) = raw::write_connect(&ConnectOptions { will: Some(will), ..options() }).unwrap();
        let mut one = v4::Connect::new("c");
        one.keep_alive = options().keep_alive;
        one.last_will = Some(v4::LastWill {
            topic: text.clone(), message: payload.clone().into(), qos: theirs(level), retain,
        });
        prop_assert_eq!(&mine[..], &by_mqttbytes(|buffer| one.write(buffer))[..]);
        let other = core::Connect::builder()
            .clean_session(true).keep_alive(options().keep_alive).client_id("c").unwrap()
            .will_message(text.as_str(), payload, cores(level), retain).unwrap();
        prop_assert_eq!(&mine[..], other.build().unwrap().to_continuous_buffer());
    }

    #[test]
    fn what_a_broker_may_send_means_the_same_to_all(bytes in good()) {
        prop_assert!(matches!(ours(&bytes), (Verdict::Taken(length, _), rules)
            if length == bytes.len() && rules.is_empty()));
        prop_assert_eq!(difference(&bytes, Other::Mqttbytes), None);
        prop_assert_eq!(difference(&bytes, Other::Core), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn what_a_broker_may_not_send_gets_the_same_verdict_or_a_difference_that_is_known(bytes in doubtful()) {
        difference(&bytes, Other::Mqttbytes);
        difference(&bytes, Other::Core);
    }
}

#[test]
fn packets_without_a_field_are_written_alike() {
    let mine = raw::pingreq().unwrap();
    assert_eq!(mine, by_mqttbytes(|buffer| v4::PingReq.write(buffer)));
    assert_eq!(mine, core::Pingreq::builder().build().unwrap().to_continuous_buffer());
    let mine = raw::disconnect().unwrap();
    assert_eq!(mine, by_mqttbytes(|buffer| v4::Disconnect.write(buffer)));
    assert_eq!(mine, core::Disconnect::builder().build().unwrap().to_continuous_buffer());
}

#[test]
fn a_user_name_or_password_that_is_empty_is_lost_by_mqttbytes_alone() {
    // The one known difference in writing: `mqttbytes` guesses from emptiness whether a field is there.
    for login in [("", None), ("", Some("")), ("ann", Some(""))] {
        let mine = our_connect("c", Some(login), 60, true);
        let (one, other) = connects("c", Some(login), 60, true);
        assert_eq!(mine, other);
        assert_ne!(mine, one, "the defect is gone");
    }
}
