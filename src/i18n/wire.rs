use super::{Lang, wording};
use crate::mqtt::{ClientRule, ConnectReturnCode, FieldName, Remark};
use crate::uiot::{AuthMode, PacketRule, limits};

wording! {
    wire: "报文" / "Wire";
    wire_log: "报文列表" / "Packets";
    wire_number: "序号" / "No.";
    wire_delta: "与上一行相隔的毫秒数" / "Milliseconds since the row above";
    wire_type: "类型" / "Type";
    wire_info: "说明" / "Info";
    wire_packets(count: &str, megabytes: &str): "{count} 个报文 · {megabytes} MB" / "{count} packets · {megabytes} MB";
    wire_new(count: usize): "{count} 条新报文" / "{count} new";
    wire_empty: "还没有报文" / "No packets yet";
    wire_empty_hint:
        "从打开 WebSocket 开始，收发的每个报文都会出现在这里。"
        / "Every packet appears here, from the opening of the WebSocket on.";
    wire_event: "事件" / "Event";
    wire_violation: "违规" / "Violation";
    wire_broken: "残缺" / "Broken";
    wire_broken_info: "不是完整的报文" / "No whole packet";

    wire_clean: "Clean session" / "clean session";
    wire_kept_session: "保留会话" / "session kept";
    wire_keep_alive(seconds: u16): "保活 {seconds} s" / "keep alive {seconds} s";
    wire_will: "有遗嘱" / "will";
    wire_no_client_id: "ClientID 为空" / "empty ClientID";
    wire_session_present: "保留了会话" / "session present";
    wire_session_absent: "没有旧会话" / "no session present";
    wire_accepted: "接受" / "accepted";
    wire_code_version: "不接受的协议版本" / "unacceptable protocol version";
    wire_code_identifier: "拒绝 ClientID" / "identifier rejected";
    wire_code_unavailable: "服务不可用" / "server unavailable";
    wire_code_credentials: "用户名或密码错误" / "bad user name or password";
    wire_code_not_authorized: "未授权" / "not authorized";
    wire_code_reserved: "标准保留的返回码" / "a code that the standard reserves";
    wire_filters(count: usize): "{count} 个过滤器" / "{count} filters";
    wire_refused_one(place: usize): "第 {place} 个被拒绝" / "filter {place} refused";
    wire_refused_many(count: usize): "{count} 个被拒绝" / "{count} refused";
    wire_granted(qos: u8): "授予 QoS {qos}" / "QoS {qos} granted";
    wire_refused: "拒绝" / "refused";
    wire_text: "文本" / "text";
    wire_binary: "二进制" / "binary";
    wire_no_payload: "空载荷" / "empty payload";

    wire_detail: "报文详情" / "Packet detail";
    wire_decoded: "解码" / "Decoded";
    wire_close: "关闭详情" / "Close detail";
    wire_bytes: "原始字节" / "Raw bytes";
    wire_copy_hex: "复制为 hex" / "Copy as hex";
    wire_masked: "密码已遮盖" / "Secret masked";
    wire_gone: "这个报文已被丢弃。" / "This packet was dropped.";
    wire_cut(bytes: usize): "违规事件只保留前 {bytes} 字节。" / "A violation keeps the first {bytes} bytes.";
    wire_all_of(bytes: &str): "整个报文 {bytes}" / "the whole packet, {bytes}";
    wire_partner(name: &str, number: u64): "跳到 {name}，序号 {number}" / "Go to {name}, No. {number}";
    wire_reply: "应答消息" / "reply";
    wire_request: "请求消息" / "request";
    wire_to_violation(number: u64): "违规事件，序号 {number}" / "violation, No. {number}";
    wire_to_packet(number: u64): "违规的报文，序号 {number}" / "the packet, No. {number}";
    wire_to_message: "在消息中查看" / "Show in Messages";
    wire_platform_rules: "平台规则" / "Platform rules";
    wire_mqtt_rules: "MQTT 规则" / "MQTT rules";
    wire_all_kept: "全部通过" / "all passed";
    wire_broken_rules(count: usize): "违反 {count} 条" / "{count} broken";
    wire_kept: "符合：" / "Kept: ";
    wire_not_kept: "不符合：" / "Broken: ";

    field_fixed_header: "固定头" / "Fixed header";
    field_packet_type: "报文类型" / "Packet type";
    field_flags: "标志" / "Flags";
    field_reserved: "保留位" / "Reserved";
    field_remaining: "剩余长度" / "Remaining length";
    field_variable_header: "可变头" / "Variable header";
    field_protocol_name: "协议名" / "Protocol name";
    field_protocol_level: "协议级别" / "Protocol level";
    field_connect_flags: "连接标志" / "Connect flags";
    field_payload: "载荷" / "Payload";
    field_will_topic: "遗嘱 Topic" / "Will topic";
    field_will_message: "遗嘱消息" / "Will message";
    field_ack_flags: "确认标志" / "Acknowledge flags";
    field_return_code: "返回码" / "Return code";
    field_filter: "Topic 过滤器" / "Topic filter";
    field_requested_qos: "请求的 QoS" / "Requested QoS";
    field_further: "其余各项" / "Further items";
    field_left_over: "多余的字节" / "Left over";
    field_static: "静态注册" / "static registration";
    field_dynamic: "动态注册" / "dynamic registration";

    remark_missing(bytes: usize): "缺 {bytes} 字节" / "{bytes} bytes missing";
    remark_beyond: "在报文结束之后" / "after the packet's end";
    client_rule_protocol_name: "协议名不是 MQTT 或 MQIsdp" / "a protocol name other than MQTT and MQIsdp";
    client_rule_protocol_level: "协议级别与协议名不符" / "a protocol level that does not go with the name";
    client_rule_reserved: "CONNECT 的保留位不为 0" / "the reserved flag in CONNECT";
    client_rule_will_qos3: "遗嘱的 QoS 为 3" / "QoS 3 for a will";
    client_rule_will_qos: "没有遗嘱却有遗嘱 QoS" / "a QoS for a will that is not there";
    client_rule_will_retain: "没有遗嘱却有 Will Retain" / "RETAIN for a will that is not there";
    client_rule_password: "没有用户名却有密码" / "a password without a user name";
    client_rule_client_id: "保留会话时 ClientID 不能为空" / "an empty ClientID without a clean session";
    client_rule_utf8: "不是 UTF-8" / "not UTF-8";
    client_rule_nul: "含 U+0000" / "U+0000 in a string";
    client_rule_filter_empty: "过滤器为空" / "an empty filter";
    client_rule_filter: "通配符的位置不对" / "a misplaced wildcard";
    client_rule_qos: "QoS 大于 2，或保留位不为 0" / "a QoS above 2, or reserved bits";
    client_rule_no_filter: "没有过滤器" / "no filter";

    rule_keep_alive(seconds: u16, least: u16, most: u16):
        "保活时间 {seconds} 秒，范围 {least}–{most}" / "Keep alive {seconds} s, within {least}–{most}";
    rule_client_id: "ClientID = ProductSN.DeviceSN" / "ClientID = ProductSN.DeviceSN";
    rule_user_name: "用户名 = ProductSN|DeviceSN|authmode" / "User name = ProductSN|DeviceSN|authmode";
    rule_no_will: "没有遗嘱" / "No will";
    rule_level(level: u8): "协议级别 {level}，应为 4（3.1.1）或 3（3.1）" / "Protocol level {level}, 4 (3.1.1) or 3 (3.1)";
    rule_qos(qos: u8): "QoS {qos}，最高 1" / "QoS {qos}, 1 at most";
    rule_no_retain: "没有 RETAIN" / "No RETAIN";
    rule_size(bytes: usize, most: usize): "报文 {bytes} 字节，最多 {most}" / "Packet of {bytes} bytes, {most} at most";
    rule_topic_length(bytes: usize, most: usize): "Topic {bytes} 字节，最多 {most}" / "Topic of {bytes} bytes, {most} at most";
    rule_topic_slashes(count: usize, most: usize): "Topic 含 {count} 个 /，最多 {most}" / "{count} slashes in the topic, {most} at most";
    rule_topic_form: "Topic 是平台认识的形式" / "A topic of a form that the platform knows";
    rule_topic_direction(topic: &str): "设备可以发布到 {topic}" / "A device may publish to {topic}";
}

impl Lang {
    /// The name of a packet's field; none for the packet itself, which is called by its type.
    pub const fn field_name(self, name: FieldName) -> &'static str {
        match name {
            FieldName::Packet => "",
            FieldName::FixedHeader => self.field_fixed_header(),
            FieldName::PacketType => self.field_packet_type(),
            FieldName::Flags => self.field_flags(),
            FieldName::Dup => "DUP",
            FieldName::Qos => "QoS",
            FieldName::Retain => "RETAIN",
            FieldName::Reserved => self.field_reserved(),
            FieldName::RemainingLength => self.field_remaining(),
            FieldName::VariableHeader => self.field_variable_header(),
            FieldName::ProtocolName => self.field_protocol_name(),
            FieldName::ProtocolLevel => self.field_protocol_level(),
            FieldName::ConnectFlags => self.field_connect_flags(),
            FieldName::UserNameFlag => "User Name",
            FieldName::PasswordFlag | FieldName::Password => "Password",
            FieldName::WillRetain => "Will Retain",
            FieldName::WillQos => "Will QoS",
            FieldName::WillFlag => "Will",
            FieldName::CleanSession => "Clean Session",
            FieldName::KeepAlive => "Keep Alive",
            FieldName::Payload => self.field_payload(),
            FieldName::ClientId => "ClientID",
            FieldName::WillTopic => self.field_will_topic(),
            FieldName::WillMessage => self.field_will_message(),
            FieldName::UserName => "UserName",
            FieldName::AcknowledgeFlags => self.field_ack_flags(),
            FieldName::SessionPresent => "Session Present",
            FieldName::ReturnCode => self.field_return_code(),
            FieldName::Topic => "Topic",
            FieldName::PacketId => "Packet ID",
            FieldName::Message => self.field_payload(),
            FieldName::TopicFilter => self.field_filter(),
            FieldName::RequestedQos => self.field_requested_qos(),
            FieldName::Further => self.field_further(),
            FieldName::LeftOver => self.field_left_over(),
        }
    }

    /// What is wrong with a field.
    pub fn remark(self, remark: Remark) -> String {
        match remark {
            Remark::Broken(rule) => format!("{} · {}", self.rule(rule), rule.number()),
            Remark::BrokenByClient(rule) => format!("{} · {}", self.client_rule(rule), rule.number()),
            Remark::Missing(bytes) => self.remark_missing(bytes),
            Remark::Beyond => self.remark_beyond().into(),
        }
    }

    const fn client_rule(self, rule: ClientRule) -> &'static str {
        match rule {
            ClientRule::ProtocolName => self.client_rule_protocol_name(),
            ClientRule::ProtocolLevel => self.client_rule_protocol_level(),
            ClientRule::ConnectReserved => self.client_rule_reserved(),
            ClientRule::WillQos3 => self.client_rule_will_qos3(),
            ClientRule::WillQosWithoutWill => self.client_rule_will_qos(),
            ClientRule::WillRetainWithoutWill => self.client_rule_will_retain(),
            ClientRule::PasswordWithoutUserName => self.client_rule_password(),
            ClientRule::ClientIdEmpty => self.client_rule_client_id(),
            ClientRule::StringNotUtf8 => self.client_rule_utf8(),
            ClientRule::StringNul => self.client_rule_nul(),
            ClientRule::FilterEmpty => self.client_rule_filter_empty(),
            ClientRule::FilterWildcard => self.client_rule_filter(),
            ClientRule::RequestedQos => self.client_rule_qos(),
            ClientRule::SubscribeEmpty | ClientRule::UnsubscribeEmpty => self.client_rule_no_filter(),
        }
    }

    /// What a CONNACK code means.
    pub const fn connect_code(self, code: u8) -> &'static str {
        match ConnectReturnCode::from_number(code) {
            ConnectReturnCode::Accepted => self.wire_accepted(),
            ConnectReturnCode::UnacceptableProtocolVersion => self.wire_code_version(),
            ConnectReturnCode::IdentifierRejected => self.wire_code_identifier(),
            ConnectReturnCode::ServerUnavailable => self.wire_code_unavailable(),
            ConnectReturnCode::BadUserNameOrPassword => self.wire_code_credentials(),
            ConnectReturnCode::NotAuthorized => self.wire_code_not_authorized(),
            ConnectReturnCode::Reserved(_) => self.wire_code_reserved(),
        }
    }

    /// How a device logs in.
    pub const fn auth_mode(self, mode: AuthMode) -> &'static str {
        match mode {
            AuthMode::Static => self.field_static(),
            AuthMode::Dynamic => self.field_dynamic(),
        }
    }

    /// A rule of the platform with what was found.
    pub fn packet_rule(self, rule: &PacketRule) -> String {
        match rule {
            PacketRule::KeepAlive(seconds) => {
                self.rule_keep_alive(*seconds, *limits::KEEP_ALIVE.start(), *limits::KEEP_ALIVE.end())
            }
            PacketRule::ClientId => self.rule_client_id().into(),
            PacketRule::UserName(Some(mode)) => {
                format!("{} · {}", self.rule_user_name(), self.auth_mode(*mode))
            }
            PacketRule::UserName(None) => self.rule_user_name().into(),
            PacketRule::Will => self.rule_no_will().into(),
            PacketRule::Level(level) => self.rule_level(*level),
            PacketRule::Qos(qos) => self.rule_qos(*qos),
            PacketRule::Retain => self.rule_no_retain().into(),
            PacketRule::Size(bytes) => self.rule_size(*bytes, limits::PACKET_SIZE),
            PacketRule::TopicLength(bytes) => self.rule_topic_length(*bytes, limits::TOPIC_LENGTH),
            PacketRule::TopicSlashes(count) => self.rule_topic_slashes(*count, limits::TOPIC_SLASHES),
            PacketRule::TopicForm => self.rule_topic_form().into(),
            PacketRule::TopicDirection(topic) => self.rule_topic_direction(topic.suffix()),
        }
    }
}
