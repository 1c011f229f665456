//! Why a device is offline, a connection was refused, or a message went no further: in words.

use uiot_testbench::simulator::Why;

pub(crate) fn why(why: Why) -> String {
    let words = match why {
        Why::SameClientId => "the same device connected elsewhere",
        Why::SentDisconnect => "it sent DISCONNECT",
        Why::ConnectionLost => "the connection went without DISCONNECT",
        Why::KeepAliveOver => "nothing came within the keep alive",
        Why::NoConnect => "no CONNECT came in time",
        Why::Malformed(rule) => return format!("a packet breaks {rule}"),
        Why::OutOfPlace => "a packet came where it does not belong",
        Why::TextFrame => "a WebSocket text frame came [MQTT-6.0.0-1]",
        Why::Disabled => "the device is disabled",
        Why::Deleted => "the device was deleted",
        Why::Kicked => "it was kicked out from the cloud's side",
        Why::Reset => "it was reset to inactivated",
        Why::Injected => "a fault that was asked for",
        Why::ProtocolLevel(level) => return format!("protocol level {level} is neither 3 nor 4"),
        Why::ClientId => "the ClientID is not ProductSN.DeviceSN",
        Why::UserName => "the user name is not ProductSN|DeviceSN|1 or ProductSN|DeviceSN|2",
        Why::KeepAliveRange(seconds) => {
            return format!("the keep alive of {seconds} s is outside 30-1200 s");
        }
        Why::Will => "there is a will",
        Why::UnknownDevice => "there is no such product or device",
        Why::BehindGateway => "the device is behind a gateway",
        Why::WrongSecret => "the secret is wrong",
        Why::Registration => "the device may not register dynamically",
        Why::NoPermission => "the device has no permission to pub/sub this topic",
        Why::TopicLimit => "the topic has more than 128 bytes or 7 slashes",
        Why::TooManySubscriptions => "there are 100 subscriptions already",
        Why::QoS2 => "there is no QoS 2",
        Why::Retain => "there is no RETAIN",
        Why::Rate => "more than 30 messages came in a second",
        Why::PacketSize => "the packet has more than 256 KB",
        Why::Bandwidth => "more than 1024 KB came in a second",
        Why::NoRoom => "there is no memory left for packets that are not complete",
        Why::DeviceOffline => "the device is offline",
        Why::NotSubscribed => "the device has not subscribed to the topic",
        Why::QueueFull => "100 messages wait already",
    };
    words.to_owned()
}

/// Its name for programs.
pub(crate) fn name(why: Why) -> String {
    let name = format!("{why:?}");
    name.split('(').next().unwrap_or_default().to_owned()
}
