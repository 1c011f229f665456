//! What the simulated platform saw, in words.

use super::{Lang, wording};
use crate::simulator::{InjectedFault, Why};
use crate::uiot::{RetCode, SystemTopic};

wording! {
    trace_title: "云端视角" / "What the cloud sees";
    trace_all: "全部" / "All";
    trace_up: "上行" / "Uplink";
    trace_down: "下行" / "Downlink";
    trace_presence: "上下线" / "Presence";
    trace_failures: "失败" / "Failures";
    trace_only(device: &str): "只看 {device}" / "Only {device}";
    trace_limit(most: usize): "保留最新的 {most} 行。" / "The newest {most} lines are kept.";
    trace_none: "没有符合的记录" / "Nothing to show";
    trace_none_why: "设备连接、收发消息后，这里逐行显示平台看到的事。" / "Each thing that the platform sees gets a line here, as devices connect and talk.";
    trace_new(count: usize): "{count} 行新记录" / "{count} new";
    trace_what: "事件或 Topic" / "Event or topic";
    trace_content: "内容" / "Content";
    trace_device: "设备" / "Device";
    trace_kind_up: "上行" / "uplink";
    trace_kind_down: "下行" / "downlink";
    trace_kind_event: "事件" / "event";
    trace_kind_bad: "失败" / "failure";
    trace_gone: "这一行已不再保留。" / "This line is no longer kept.";
    trace_close: "关闭详情" / "Close the detail";
    trace_copy: "复制内容" / "Copy the content";
    trace_session: "打开会话" / "Open its session";
    trace_messages: "在消息里查看" / "Show in Messages";
    trace_cut(bytes: usize): "只保留了开头 {bytes} 字节。" / "Only the first {bytes} bytes were kept.";
    trace_empty_payload: "（空）" / "(empty)";

    seen_online: "设备上线" / "device online";
    seen_online_as(keep_alive: u16): "保活 {keep_alive} s" / "Keep alive {keep_alive} s";
    seen_registering: "为动态注册而来" / "to register";
    seen_offline: "设备下线" / "device offline";
    seen_refused: "连接被拒绝" / "connect refused";
    seen_subscribed: "订阅" / "subscribed";
    seen_subscribe_refused: "订阅被拒绝" / "subscribe refused";
    seen_unsubscribed: "取消订阅" / "unsubscribed";
    seen_not_taken: "消息未被接收" / "message not taken";
    seen_not_delivered: "消息未送达" / "not delivered";
    seen_unparsed: "未经解析" / "not parsed";
    seen_unparsed_why: "消息要求用产品的解析脚本，模拟器没有脚本，按原样转发。" / "asked for the product's parser; none runs here, so it goes on as it came";
    seen_rule_engine: "规则引擎" / "rule engine";
    seen_bad_request: "请求有误" / "bad request";
    seen_command_done: "命令完成" / "command done";
    seen_command_timeout: "命令超时" / "command timeout";
    seen_command_failed: "命令失败" / "command failed";
    seen_set_done: "属性设置完成" / "property set done";
    seen_set_failed: "属性设置失败" / "property set failed";
    seen_upgrade_done: "升级成功" / "upgrade done";
    seen_upgrade_failed: "升级失败" / "upgrade failed";
    seen_settled: "已结束" / "settled";
    seen_fault: "故障注入" / "injected fault";

    seen_message_lost: "丢弃了一条消息" / "a message was lost";
    seen_ack_withheld: "没有发确认" / "an acknowledgement was withheld";
    seen_silence: "平台沉默，没有发出报文" / "silence: a packet was not sent";
    seen_corrupted: "改了报文里的一个字节" / "a byte was changed";
    seen_conflict_made: "故障注入：影子版本抢先加 1，设备的这次修改会冲突" / "Fault: the shadow's version moved on, so this edit of the device conflicts";
    seen_rival: "故障注入：另一个客户端用同一凭证登录" / "Fault: another client logs in with the same credential";
    seen_restart: "故障注入：Broker 重启" / "Fault: the broker was restarted";
    seen_cut: "断开了连接" / "the connection was cut";

    why_same_client_id: "同一凭证在别处连接（互踢）" / "the same credential connected elsewhere";
    why_sent_disconnect: "设备发送了 DISCONNECT" / "the device sent DISCONNECT";
    why_connection_lost: "连接断开，没有 DISCONNECT" / "the connection went without DISCONNECT";
    why_keep_alive_over: "保活超时" / "nothing came within the keep alive";
    why_no_connect: "没有及时发送 CONNECT" / "no CONNECT came in time";
    why_malformed(rule: &str): "报文违反 MQTT 标准：{rule}" / "a packet breaks the standard: {rule}";
    why_out_of_place: "报文出现在不该出现的时候" / "a packet came where it does not belong";
    why_text_frame: "WebSocket 文本帧" / "a WebSocket text frame";
    why_disabled: "设备被禁用" / "the device was disabled";
    why_deleted: "设备被删除" / "the device was deleted";
    why_kicked: "被云端踢下线" / "kicked from the cloud's side";
    why_reset: "被重置为未激活" / "reset to inactivated";
    why_injected: "故障注入" / "an injected fault";
    why_protocol_level(level: u8): "不支持的协议级别 {level}" / "protocol level {level} is not supported";
    why_client_id: "ClientID 不是 ProductSN.DeviceSN" / "the ClientID is not ProductSN.DeviceSN";
    why_user_name: "用户名不是 ProductSN|DeviceSN|1 或 |2" / "the user name is not ProductSN|DeviceSN|1 or |2";
    why_keep_alive_range(seconds: u16): "保活 {seconds} s 超出 30–1200" / "keep alive {seconds} s is outside 30–1200";
    why_will: "CONNECT 带有遗嘱" / "CONNECT carries a will";
    why_unknown_device: "没有这个产品或设备" / "there is no such product or device";
    why_behind_gateway: "设备在网关之后，不能直接连接" / "the device is behind a gateway and cannot connect itself";
    why_wrong_secret: "密钥不正确" / "the secret is wrong";
    why_registration: "设备不允许动态注册" / "the device may not register dynamically";
    why_no_permission: "没有这个 Topic 的权限" / "no permission on the topic";
    why_topic_limit: "Topic 超过 128 字节或 7 个斜杠" / "the topic has more than 128 bytes or 7 slashes";
    why_too_many_subscriptions: "订阅超过 100 个" / "more than 100 subscriptions";
    why_qos2: "QoS 2 不受支持" / "QoS 2 is not supported";
    why_retain: "RETAIN 不受支持" / "RETAIN is not supported";
    why_rate: "每秒超过 30 条消息" / "more than 30 messages in a second";
    why_packet_size: "报文超过 256 KB" / "a packet above 256 KB";
    why_bandwidth: "每秒超过 1024 KB" / "more than 1024 KB in a second";
    why_no_room: "没有内存容纳不完整的报文" / "no memory left for packets that are not complete";
    why_device_offline: "设备离线" / "the device is offline";
    why_not_subscribed: "设备没有订阅这个 Topic" / "the device has not subscribed to the topic";
    why_queue_full: "已有 100 条消息在等待，或没有内存" / "100 messages wait already, or there is no memory left";
}

impl Lang {
    /// Why the platform let something go no further.
    pub fn why(self, why: Why) -> String {
        match why {
            Why::Malformed(rule) => self.why_malformed(rule),
            Why::ProtocolLevel(level) => self.why_protocol_level(level),
            Why::KeepAliveRange(seconds) => self.why_keep_alive_range(seconds),
            Why::SameClientId => self.why_same_client_id().to_owned(),
            Why::SentDisconnect => self.why_sent_disconnect().to_owned(),
            Why::ConnectionLost => self.why_connection_lost().to_owned(),
            Why::KeepAliveOver => self.why_keep_alive_over().to_owned(),
            Why::NoConnect => self.why_no_connect().to_owned(),
            Why::OutOfPlace => self.why_out_of_place().to_owned(),
            Why::TextFrame => self.why_text_frame().to_owned(),
            Why::Disabled => self.why_disabled().to_owned(),
            Why::Deleted => self.why_deleted().to_owned(),
            Why::Kicked => self.why_kicked().to_owned(),
            Why::Reset => self.why_reset().to_owned(),
            Why::Injected => self.why_injected().to_owned(),
            Why::ClientId => self.why_client_id().to_owned(),
            Why::UserName => self.why_user_name().to_owned(),
            Why::Will => self.why_will().to_owned(),
            Why::UnknownDevice => self.why_unknown_device().to_owned(),
            Why::BehindGateway => self.why_behind_gateway().to_owned(),
            Why::WrongSecret => self.why_wrong_secret().to_owned(),
            Why::Registration => self.why_registration().to_owned(),
            Why::NoPermission => self.why_no_permission().to_owned(),
            Why::TopicLimit => self.why_topic_limit().to_owned(),
            Why::TooManySubscriptions => self.why_too_many_subscriptions().to_owned(),
            Why::QoS2 => self.why_qos2().to_owned(),
            Why::Retain => self.why_retain().to_owned(),
            Why::Rate => self.why_rate().to_owned(),
            Why::PacketSize => self.why_packet_size().to_owned(),
            Why::Bandwidth => self.why_bandwidth().to_owned(),
            Why::NoRoom => self.why_no_room().to_owned(),
            Why::DeviceOffline => self.why_device_offline().to_owned(),
            Why::NotSubscribed => self.why_not_subscribed().to_owned(),
            Why::QueueFull => self.why_queue_full().to_owned(),
        }
    }

    /// A fault that took effect.
    pub const fn injected_fault(self, fault: InjectedFault) -> &'static str {
        match fault {
            InjectedFault::MessageLost => self.seen_message_lost(),
            InjectedFault::AckLost => self.seen_ack_withheld(),
            InjectedFault::Silence => self.seen_silence(),
            InjectedFault::Corrupted => self.seen_corrupted(),
            InjectedFault::Cut => self.seen_cut(),
            InjectedFault::ShadowConflict => self.seen_conflict_made(),
            InjectedFault::Rival => self.seen_rival(),
            InjectedFault::Restart => self.seen_restart(),
        }
    }

    /// How a command, a property set or an upgrade ended.
    pub const fn settled(self, topic: SystemTopic, code: RetCode) -> &'static str {
        match (topic, code.is_success()) {
            (SystemTopic::Command, true) => self.seen_command_done(),
            (SystemTopic::Command, false) if code.0 == RetCode::COMMAND_TIMEOUT.0 => {
                self.seen_command_timeout()
            }
            (SystemTopic::Command, false) => self.seen_command_failed(),
            (SystemTopic::PropertySet, true) => self.seen_set_done(),
            (SystemTopic::PropertySet, false) => self.seen_set_failed(),
            (SystemTopic::OtaDownstream, true) => self.seen_upgrade_done(),
            (SystemTopic::OtaDownstream, false) => self.seen_upgrade_failed(),
            _ => self.seen_settled(),
        }
    }
}
