use super::{Lang, wording};
use crate::journal::Note;
use crate::mqtt::{CloseInfo, ConnectReturnCode, EndCause, Rule, Stage};

wording! {
    end_disconnected: "你断开了连接。" / "You disconnected.";
    end_protocol_version:
        "CONNACK 1：Broker 不接受这个协议版本。换另一个版本再试。"
        / "CONNACK 1: the broker does not take this protocol version. Try the other one.";
    end_identifier: "CONNACK 2：Broker 不接受这个 ClientID。" / "CONNACK 2: the broker does not take this ClientID.";
    end_unavailable: "CONNACK 3：MQTT 服务暂不可用。稍后再试。" / "CONNACK 3: MQTT is not available at the moment. Try later.";
    end_credentials: "CONNACK 4：用户名或密码错误。" / "CONNACK 4: wrong user name or password.";
    end_not_authorized:
        "CONNACK 5：未授权。用户名或密码错误，或该设备、账号被禁用。"
        / "CONNACK 5: not authorized. The user name or password is wrong, or the device or user is disabled.";
    end_reserved(code: u8): "CONNACK {code}：标准中没有的返回码。" / "CONNACK {code}: a code that the standard does not know.";
    end_open_timeout:
        "10 秒内没有建立 WebSocket 连接。检查主机、端口和网络。"
        / "The WebSocket did not open within 10 s. Check host, port and network.";
    end_open_failed(words: &str): "浏览器不打开这个地址：{words}" / "The browser does not open this address: {words}";
    end_mixed_content:
        "本页由 https 打开，浏览器阻止 ws 连接。改用 wss。" / "This page came by https, so the browser blocks ws. Use wss.";
    end_connack_timeout:
        "WebSocket 已打开，但 10 秒内没有 CONNACK。对方可能不是 MQTT Broker，或路径不对。"
        / "The WebSocket is open, but no CONNACK came within 10 s. The server may be no MQTT broker, or the path is wrong.";
    end_ping_timeout:
        "10 秒内没有 PINGRESP，连接很可能已失效。" / "No PINGRESP within 10 s; the connection is likely dead.";
    end_not_mqtt:
        "对方首先发来的不是 CONNACK：这个地址上很可能没有 MQTT Broker。检查端口和路径。"
        / "What came first was no CONNACK: there is likely no MQTT broker at this address. Check port and path.";
    end_violation(rule: &str, what: &str):
        "Broker 违反 MQTT 规则 {rule}（{what}），连接已关闭。"
        / "The broker broke MQTT rule {rule} ({what}); the connection was closed.";
    end_too_large: "Broker 发来的报文超过本工具的上限 32 MiB，连接已关闭。" / "The broker sent a packet above this tool's limit of 32 MiB; the connection was closed.";
    end_unreachable(close: &str):
        "无法建立 WebSocket 连接（{close}）。浏览器不说明原因：很可能是主机或端口不对、端口未开放、对方不是 WebSocket 服务，或证书无效。"
        / "The WebSocket could not be opened ({close}). Browsers hide the reason; likely a wrong host or port, a closed port, a server without WebSocket, or an invalid certificate.";
    end_closed_early(close: &str):
        "收到 CONNACK 之前连接被关闭（{close}）。对方可能不是 MQTT Broker，或拒绝了 CONNECT。"
        / "The connection was closed before CONNACK ({close}). The server may be no MQTT broker, or it refused CONNECT.";
    end_duel(times: &str):
        "很可能有另一个客户端在用同一凭证（ClientID）连接，双方互踢：最近三次连接成功后，服务器都没有给出原因就关闭了（在线 {times}），且没有超时的应答。已停止重连。先关掉另一端，再夺回连接。"
        / "Likely another client connects with the same credential (ClientID) and each kicks the other out: after each of the last three connections the server closed without a reason (online for {times}), and no answer was overdue. Reconnecting has stopped. Close the other client, then take the connection back.";
    end_lost(close: &str): "连接中断（{close}）。" / "Connection lost ({close}).";
    close_code(code: u16): "关闭码 {code}" / "close code {code}";
    close_code_reason(code: u16, reason: &str): "关闭码 {code}，原因 {reason}" / "close code {code}, reason {reason}";

    note_opening(address: &str, sub_protocol: &str):
        "打开 WebSocket {address} · 子协议 {sub_protocol}" / "open WebSocket {address} · sub-protocol {sub_protocol}";
    note_opened(sub_protocol: &str):
        "WebSocket 已打开 · 子协议 {sub_protocol}" / "WebSocket opened · sub-protocol {sub_protocol}";
    note_opened_bare: "WebSocket 已打开 · 服务器没有选子协议" / "WebSocket opened · the server chose no sub-protocol";
    note_connected(millis: &str): "已连接，CONNACK 用时 {millis} ms" / "Connected, CONNACK after {millis} ms";
    note_connected_present(millis: &str):
        "已连接，Broker 保留了会话，CONNACK 用时 {millis} ms"
        / "Connected, the broker kept the session, CONNACK after {millis} ms";
    note_restored(subscriptions: usize, resent: usize, queued: usize):
        "连接后：订阅 {subscriptions}，重发 {resent}，发出排队消息 {queued}"
        / "Once connected: {subscriptions} subscribed, {resent} sent again, {queued} from the queue";
    note_overdue(kind: &str, filter: &str): "{kind} 超过时限仍无应答：{filter}" / "No answer to {kind} within its deadline: {filter}";
    note_discarded(count: usize): "已丢弃 {count} 条排队的消息" / "{count} queued messages were discarded";
    note_pinging_off: "已停止发送 PINGREQ。若不再发送其他报文，Broker 应在 1.5 倍保活时间后断开" / "PINGREQ is no longer sent. Unless something else is sent, the broker should cut the line after 1.5 × keep alive";
    note_pinging_on: "恢复发送 PINGREQ" / "PINGREQ is sent again";
    note_refused(filter: &str, code: u8):
        "订阅被拒绝（0x{code:02x}）：{filter}" / "Subscription refused (0x{code:02x}): {filter}";
    note_violation(rule: &str, what: &str, bytes: &str):
        "Broker 违反规则 {rule}：{what} · {bytes}" / "The broker broke rule {rule}: {what} · {bytes}";

    rule_unknown_type: "不存在的报文类型" / "a packet type that does not exist";
    rule_client_only: "只有客户端才能发的报文" / "a packet that only clients send";
    rule_reserved_flags: "固定报头的保留位不对" / "wrong reserved flags in the fixed header";
    rule_remaining_length: "剩余长度超过 4 个字节" / "a remaining length of more than four bytes";
    rule_too_large: "报文超过 32 MiB" / "a packet above 32 MiB";
    rule_length: "报文长度与类型不符" / "a length that does not fit the packet type";
    rule_first: "首个报文不是 CONNACK" / "the first packet is not CONNACK";
    rule_second_connack: "第二个 CONNACK" / "a second CONNACK";
    rule_connack_flags: "CONNACK 的保留位不为 0" / "reserved flags in CONNACK";
    rule_session_refused: "拒绝连接却声称保留了会话" / "session present together with a refusal";
    rule_session_clean: "Clean session 却声称保留了会话" / "session present although a clean session was asked for";
    rule_connack_code: "保留的 CONNACK 返回码" / "a reserved CONNACK code";
    rule_qos3: "QoS 3" / "QoS 3";
    rule_dup_qos0: "QoS 0 消息带 DUP" / "DUP on a message with QoS 0";
    rule_topic_utf8: "Topic 不是 UTF-8" / "a topic that is not UTF-8";
    rule_topic_nul: "Topic 含 U+0000" / "U+0000 in a topic";
    rule_topic_empty: "Topic 为空" / "an empty topic";
    rule_topic_wildcard: "消息的 Topic 含通配符" / "a wildcard in the topic of a message";
    rule_id_zero: "Packet ID 为 0" / "packet identifier 0";
    rule_unknown_id: "没有对应请求的应答" / "an acknowledgement of nothing that was sent";
    rule_unknown_request: "没有对应请求的 SUBACK 或 UNSUBACK" / "a SUBACK or UNSUBACK of nothing that was asked for";
    rule_id_in_use: "QoS 2 新消息用了未释放的 Packet ID" / "a new message with QoS 2 under a packet identifier in use";
    rule_granted_above: "授予的 QoS 高于请求" / "a granted QoS above the one asked for";
    rule_suback_code: "保留的 SUBACK 返回码" / "a reserved SUBACK code";
    rule_suback_count: "SUBACK 返回码的个数不对" / "a wrong number of codes in SUBACK";
    rule_qos2: "没有请求过的 QoS 2 消息" / "a message with QoS 2 that nothing asked for";
    rule_pingresp: "没有请求过的 PINGRESP" / "a PINGRESP that nothing asked for";
    rule_text_frame: "WebSocket 文本帧" / "a WebSocket text frame";
    rule_sub_protocol: "服务器选择了别的子协议" / "the server chose another sub-protocol";
}

impl Lang {
    /// Why a connection is over, and what to do.
    pub fn end_cause(self, cause: &EndCause) -> String {
        match cause {
            EndCause::Disconnected => self.end_disconnected().into(),
            EndCause::Refused(code) => match code {
                ConnectReturnCode::UnacceptableProtocolVersion => self.end_protocol_version().into(),
                ConnectReturnCode::IdentifierRejected => self.end_identifier().into(),
                ConnectReturnCode::ServerUnavailable => self.end_unavailable().into(),
                ConnectReturnCode::BadUserNameOrPassword => self.end_credentials().into(),
                ConnectReturnCode::NotAuthorized => self.end_not_authorized().into(),
                ConnectReturnCode::Accepted | ConnectReturnCode::Reserved(_) => {
                    self.end_reserved(code.number())
                }
            },
            EndCause::OpenTimeout => self.end_open_timeout().into(),
            EndCause::OpenFailed(words) => self.end_open_failed(words),
            EndCause::ConnAckTimeout => self.end_connack_timeout().into(),
            EndCause::PingTimeout => self.end_ping_timeout().into(),
            EndCause::NotMqtt => self.end_not_mqtt().into(),
            EndCause::Violation(Rule::PacketTooLarge) => self.end_too_large().into(),
            EndCause::Violation(rule) => self.end_violation(rule.number(), self.rule(*rule)),
            EndCause::Duel(closes) => {
                let times: Vec<_> = closes
                    .iter()
                    .map(|each| {
                        format!("{} ms", millis(u64::try_from(each.lived.as_micros()).unwrap_or(u64::MAX)))
                    })
                    .collect();
                self.end_duel(&times.join(if self == Self::Zh { "、" } else { ", " }))
            }
            EndCause::Closed(stage, info) => {
                let close = self.close_words(info);
                match stage {
                    Stage::Opening => self.end_unreachable(&close),
                    Stage::AwaitingConnAck => self.end_closed_early(&close),
                    Stage::Online => self.end_lost(&close),
                }
            }
        }
    }

    fn close_words(self, info: &CloseInfo) -> String {
        match info.reason.as_str() {
            "" => self.close_code(info.code),
            reason => self.close_code_reason(info.code, reason),
        }
    }

    /// A note in one line.
    pub fn note(self, note: &Note) -> String {
        match note {
            Note::Opening { address, sub_protocol } => self.note_opening(address, sub_protocol),
            Note::Opened { sub_protocol } if sub_protocol.is_empty() => self.note_opened_bare().into(),
            Note::Opened { sub_protocol } => self.note_opened(sub_protocol),
            Note::Connected { session_present, after_micros } => {
                let millis = millis(*after_micros);
                if *session_present {
                    self.note_connected_present(&millis)
                } else {
                    self.note_connected(&millis)
                }
            }
            Note::Ended(cause) => self.end_cause(cause),
            Note::Restored { subscriptions, resent, queued } => {
                self.note_restored(*subscriptions, *resent, *queued)
            }
            Note::Overdue { kind, filter } => self.note_overdue(kind.name(), filter),
            Note::QueueDiscarded(count) => self.note_discarded(*count),
            Note::Pinging(true) => self.note_pinging_on().into(),
            Note::Pinging(false) => self.note_pinging_off().into(),
            Note::SubscriptionRefused { filter, code } => self.note_refused(filter, *code),
            Note::Violation(violation) if violation.rule == Rule::PacketTooLarge => {
                self.end_too_large().into()
            }
            Note::Violation(violation) => {
                let bytes: Vec<_> =
                    violation.bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
                self.note_violation(violation.rule.number(), self.rule(violation.rule), &bytes.join(" "))
            }
        }
    }

    /// What a rule is about.
    pub const fn rule(self, rule: Rule) -> &'static str {
        match rule {
            Rule::UnknownPacketType => self.rule_unknown_type(),
            Rule::ClientOnlyPacket => self.rule_client_only(),
            Rule::ReservedFlags => self.rule_reserved_flags(),
            Rule::RemainingLength => self.rule_remaining_length(),
            Rule::PacketTooLarge => self.rule_too_large(),
            Rule::PacketLength => self.rule_length(),
            Rule::FirstPacketNotConnAck => self.rule_first(),
            Rule::SecondConnAck => self.rule_second_connack(),
            Rule::ConnAckFlags => self.rule_connack_flags(),
            Rule::SessionPresentWithRefusal => self.rule_session_refused(),
            Rule::SessionPresentWithCleanSession => self.rule_session_clean(),
            Rule::ConnAckCode => self.rule_connack_code(),
            Rule::PublishQos3 => self.rule_qos3(),
            Rule::DupWithQos0 => self.rule_dup_qos0(),
            Rule::TopicNotUtf8 => self.rule_topic_utf8(),
            Rule::TopicNul => self.rule_topic_nul(),
            Rule::TopicEmpty => self.rule_topic_empty(),
            Rule::TopicWildcard => self.rule_topic_wildcard(),
            Rule::PacketIdZero => self.rule_id_zero(),
            Rule::UnknownPacketId => self.rule_unknown_id(),
            Rule::UnknownRequest => self.rule_unknown_request(),
            Rule::PacketIdInUse => self.rule_id_in_use(),
            Rule::GrantedAboveAsked => self.rule_granted_above(),
            Rule::SubAckCode => self.rule_suback_code(),
            Rule::SubAckCount => self.rule_suback_count(),
            Rule::UnaskedQos2 => self.rule_qos2(),
            Rule::UnaskedPingResp => self.rule_pingresp(),
            Rule::TextFrame => self.rule_text_frame(),
            Rule::SubProtocol => self.rule_sub_protocol(),
        }
    }
}

/// Microseconds as milliseconds, with a decimal below ten.
pub fn millis(micros: u64) -> String {
    if micros < 10_000 {
        format!("{}.{}", micros / 1000, micros % 1000 / 100)
    } else {
        (micros / 1000).to_string()
    }
}
