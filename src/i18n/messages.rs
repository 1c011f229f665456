use super::{Lang, wording};
use crate::mqtt::{NameError, PublishError, SubscribeError};
use crate::payload::{JsonFault, PayloadError, Place};

wording! {
    ret_code_unknown: "文档中没有这个返回码" / "The documents do not list this code";
    topic_filter: "Topic 过滤器" / "Topic filter";
    add_subscription: "订阅" / "Subscribe";
    unsubscribe(filter: &str): "取消订阅 {filter}" / "Unsubscribe {filter}";
    no_subscriptions: "还没有订阅。" / "No subscriptions yet.";
    no_subscriptions_hint: "+ 代表一级，# 代表其后所有级。" / "+ stands for one level, # for all that follow.";
    waiting_suback: "等待 SUBACK" / "Waiting for SUBACK";
    waiting_connection: "连接后订阅" / "Sent once connected";
    waiting_unsuback: "等待 UNSUBACK" / "Waiting for UNSUBACK";
    leaving_offline: "连接后退订" / "Unsubscribed once connected";
    granted(qos: u8): "已授予 QoS {qos}" / "Granted QoS {qos}";
    downgraded(asked: u8, qos: u8): "请求 QoS {asked}，授予 QoS {qos}" / "Asked for QoS {asked}, granted QoS {qos}";
    refused(code: u8): "被 Broker 拒绝（0x{code:02x}）" / "Refused by the broker (0x{code:02x})";
    close_subscriptions: "关闭订阅" / "Close subscriptions";

    time: "时间" / "Time";
    direction: "方向" / "Direction";
    bytes: "字节" / "Bytes";
    content: "内容" / "Content";
    content_summary: "摘要" / "summary";
    content_raw: "原文" / "raw";
    content_to_raw: "显示原文" / "Show payloads as they are";
    content_to_summary: "显示摘要" / "Show what messages of the platform mean";
    message_log: "消息记录" / "Message log";
    follow: "跟随" / "Follow";
    new_messages(count: usize): "{count} 条新消息" / "{count} new";
    pause: "暂停显示，记录继续" / "Pause the view; recording goes on";
    resume: "继续显示" / "Resume";
    clear_log: "清空" / "Clear";
    cleared(count: u64): "已清空 {count} 条消息" / "Cleared {count}";
    direction_in: "接收" / "Received";
    direction_out: "发送" / "Sent";
    ack_pending(answer: &str): "等待 {answer}" / "Waiting for {answer}";
    ack_overdue(answer: &str, seconds: u32): "{seconds} 秒内没有 {answer}，仍在等待" / "No {answer} within {seconds} s; still waiting";
    ack_interrupted(answer: &str):
        "连接断开前没有收到 {answer}，重连后重发"
        / "The connection ended before {answer} came; it is sent again on the next one";
    ack_resent: "已重发，见后面的同一消息" / "Sent again; see the later one";
    ack_lost(answer: &str):
        "连接断开前没有收到 {answer}，不再重发" / "The connection ended before {answer} came; given up";

    ack_lost_subscribe:
        "连接断开前没有收到 SUBACK，下次连接时重新订阅"
        / "The connection ended before SUBACK came; subscribed again on the next one";
    ack_lost_unsubscribe:
        "连接断开前没有收到 UNSUBACK，下次连接不再订阅"
        / "The connection ended before UNSUBACK came; not subscribed again on the next one";
    ledger: "发送台账" / "Ledger";
    close_ledger: "关闭台账" / "Close the ledger";
    ledger_open: "等待应答" / "Unanswered";
    ledger_overdue: "其中超时" / "Overdue";
    ledger_queued: "排队" / "Queued";
    ledger_queue: "排队，连接后按顺序发送" / "Queued, sent in order once connected";
    ledger_requests: "请求：未结在前，其余最新在前" / "Requests: open ones, then the newest";
    ledger_more(count: usize): "还有 {count} 条" / "{count} more";
    ledger_empty:
        "还没有需要应答的请求。QoS 0 的消息没有应答。"
        / "Nothing that wants an answer yet. Messages with QoS 0 have none.";
    discard_queue: "丢弃" / "Discard";
    overdue_suback: "期限内没有应答，仍在等待" / "No answer in time; still waiting";
    retain: "保留消息" / "Retain";
    duplicate: "重复（DUP）" / "Duplicate (DUP)";
    retained: "保留（RETAIN）" / "Retained (RETAIN)";
    no_messages: "还没有消息" / "No messages yet";
    no_messages_offline: "连接后，收发的消息会出现在这里。" / "Messages appear here once you are connected.";
    go_to_connect: "去连接" / "Go to the connection";

    publish: "发布" / "Publish";
    send: "发送" / "Send";
    format: "格式" / "Format";
    format_text: "文本" / "Text";
    payload: "载荷" / "Payload";
    open_composer: "写消息" / "Write a message";
    close_composer: "收起" / "Close";

    inspector: "消息详情" / "Message detail";
    close_inspector: "关闭详情" / "Close detail";
    no_json: "不是 JSON 对象或数组。" / "No JSON object or array.";
    no_text: "不是 UTF-8 文本，见 Hex。" / "Not UTF-8 text; see Hex.";
    empty_payload: "载荷为空。" / "The payload is empty.";
    message_gone: "这条消息已被丢弃。" / "This message was dropped.";

    publish_offline: "未连接，消息没有发送。" / "Not connected; the message was not sent.";
    publish_no_id:
        "65535 个请求都在等待应答，没有空闲的 Packet ID。"
        / "65,535 requests wait for their answer; no packet identifier is free.";
    publish_qos: "平台只支持 QoS 0 和 1。" / "The platform knows QoS 0 and 1 only.";
    publish_retain: "平台不支持 RETAIN。" / "The platform knows no RETAIN.";
    queue_full(messages: usize, megabytes: usize):
        "队列已满（{messages} 条或 {megabytes} MiB），消息没有排队。"
        / "The queue is full ({messages} messages or {megabytes} MiB); the message was not queued.";
    publish_encode: "报文超过 MQTT 的上限，没有发送。" / "The packet exceeds what MQTT can carry; it was not sent.";
    subscribe_encode: "报文无法编码，没有发送。" / "The packet cannot be written; nothing was sent.";

    name_empty: "不能为空。" / "It is empty.";
    name_too_long(bytes: usize): "{bytes} 字节，超过 MQTT 的上限 65535。" / "{bytes} bytes, above MQTT's limit of 65535.";
    name_nul: "含有 U+0000，MQTT 不允许。" / "It holds U+0000, which MQTT forbids.";
    name_wildcard: "发布的 Topic 不能含 + 和 #。" / "A topic to publish to holds no + and no #.";
    name_misplaced:
        "+ 必须独占一级，# 必须是最后一级。" / "+ has to fill its level, # has to be the last level.";

    at_place(line: usize, column: usize, what: &str): "第 {line} 行第 {column} 列：{what}" / "Line {line}, column {column}: {what}";
    hex_odd: "十六进制位数为奇数，这个字节缺一位。" / "an odd number of hex digits, this byte lacks one.";
    hex_digit(found: char): "“{found}” 不是十六进制数字。" / "“{found}” is no hex digit.";
    base64_character(found: char): "“{found}” 不该出现在 Base64 的这个位置。" / "“{found}” does not belong here in Base64.";
    base64_length: "Base64 长度不对，结尾缺少字符。" / "The Base64 text has a wrong length; characters are missing at the end.";
    json_unexpected_end: "JSON 在这里就结束了，没有写完。" / "the JSON ends here, unfinished.";
    json_expected_value: "这里应为一个值。" / "a value is expected here.";
    json_expected_colon: "这里应为 : 。" / "“:” is expected here.";
    json_expected_comma: "这里应为逗号或右括号。" / "a comma or a closing bracket is expected here.";
    json_expected_key: "这里应为双引号中的键。" / "a key in double quotes is expected here.";
    json_trailing: "值已结束，后面还有内容。" / "the value is complete, but more follows.";
    json_number: "不是 JSON 的数字写法。" / "not a number as JSON writes it.";
    json_control: "字符串中的控制字符要转义。" / "a control character in a string has to be escaped.";
    json_escape: "未知的转义。" / "an unknown escape.";
    json_other(words: &str): "解析器：{words}" / "{words}";
}

impl Lang {
    /// Why typed text is no payload.
    pub fn payload_error(self, error: &PayloadError) -> String {
        let at = |place: &Place, what: &str| self.at_place(place.line, place.column, what);
        match error {
            PayloadError::Json(fault, place) => at(place, &self.json_fault(fault)),
            PayloadError::HexOdd(place) => at(place, self.hex_odd()),
            PayloadError::HexDigit(found, place) => at(place, &self.hex_digit(*found)),
            PayloadError::Base64Character(found, place) => at(place, &self.base64_character(*found)),
            PayloadError::Base64Length => self.base64_length().into(),
        }
    }

    pub(super) fn json_fault(self, fault: &JsonFault) -> String {
        match fault {
            JsonFault::UnexpectedEnd => self.json_unexpected_end().into(),
            JsonFault::ExpectedValue => self.json_expected_value().into(),
            JsonFault::ExpectedColon => self.json_expected_colon().into(),
            JsonFault::ExpectedCommaOrEnd => self.json_expected_comma().into(),
            JsonFault::ExpectedKey => self.json_expected_key().into(),
            JsonFault::TrailingCharacters => self.json_trailing().into(),
            JsonFault::Number => self.json_number().into(),
            JsonFault::ControlCharacter => self.json_control().into(),
            JsonFault::Escape => self.json_escape().into(),
            JsonFault::Other(words) => self.json_other(words),
        }
    }

    /// Why a text is no topic or filter.
    pub fn name_error(self, error: NameError) -> String {
        let what = match error {
            NameError::Empty => self.name_empty().into(),
            NameError::TooLong(bytes) => self.name_too_long(bytes),
            NameError::Nul => self.name_nul().into(),
            NameError::Wildcard => self.name_wildcard().into(),
            NameError::MisplacedWildcard => self.name_misplaced().into(),
        };
        match self {
            Self::Zh => format!("Topic：{what}"),
            Self::En => format!("Topic: {what}"),
        }
    }

    /// Why a message was not sent.
    pub fn publish_error(self, error: PublishError) -> String {
        match error {
            PublishError::NotConnected => self.publish_offline().into(),
            PublishError::QosNotOffered => self.publish_qos().into(),
            PublishError::RetainNotOffered => self.publish_retain().into(),
            PublishError::QueueFull(limits) => self.queue_full(limits.messages, limits.bytes >> 20),
            PublishError::NoPacketId => self.publish_no_id().into(),
            PublishError::Encode(_) => self.publish_encode().into(),
        }
    }

    /// Why a subscription was not asked for or taken back.
    pub const fn subscribe_error(self, error: SubscribeError) -> &'static str {
        match error {
            SubscribeError::QosNotOffered => self.publish_qos(),
            SubscribeError::NoPacketId => self.publish_no_id(),
            SubscribeError::Encode(_) => self.subscribe_encode(),
        }
    }
}
