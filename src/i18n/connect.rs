use super::{Lang, wording};
use crate::storage::{Fault, Field};
use crate::uiot::Region;

wording! {
    mode: "Broker 类型" / "Kind of broker";
    mode_uiot: "UIoT Core" / "UIoT Core";
    mode_generic: "通用 MQTT" / "Generic MQTT";
    connect_title: "连接设备" / "Connect a device";
    connect_lead_uiot:
        "用控制台里的三元组，以设备身份登录 UIoT Core。"
        / "Use the credential from the console to log in as the device.";
    connect_lead_generic: "任意支持 WebSocket 的 MQTT 3.1 / 3.1.1 Broker。" / "Any MQTT 3.1 or 3.1.1 broker with WebSocket.";
    identity: "设备身份" / "Device identity";
    server: "服务器" / "Server";
    session: "会话" / "Session";
    region: "区域" / "Region";
    region_custom: "自定义" / "Custom";
    device_secret: "设备密码" / "device password";
    user_name: "用户名" / "User name";
    password: "密码" / "Password";
    optional: "可选" / "optional";
    show_secret: "显示密码" / "Show secret";
    scheme: "协议" / "Scheme";
    host: "主机" / "Host";
    port: "端口" / "Port";
    path: "路径" / "Path";
    from_region: "随区域" / "from region";
    keep_alive: "保活时间" / "Keep alive";
    seconds: "秒" / "s";
    protocol: "协议版本" / "Protocol";
    protocol_hint: "平台不支持 5.0" / "5.0 is not supported";
    keep_alive_hint_uiot: "平台接受 30–1200，建议 300 以上" / "The platform takes 30–1200, better 300 or more";
    keep_alive_hint_generic: "0 为关闭" / "0 switches it off";
    clean_session_hint: "断开后 Broker 不保留会话" / "The broker forgets the session when it ends";
    auto_reconnect: "自动重连" / "Reconnect automatically";
    auto_reconnect_hint: "连接中断后 1–60 秒内重试" / "Tries again within 1 to 60 s after a loss";
    will_retain_hint: "由 Broker 保留，给以后的订阅者" / "Kept by the broker for later subscribers";
    pinging: "发送心跳" / "Send PINGREQ";
    pinging_hint:
        "关闭后可观察 Broker 在 1.5 倍保活时间后断开" / "Off: watch the broker cut the line after 1.5 × keep alive";
    other_tab:
        "另一个标签页正以同一凭证（ClientID）连接或等待重连。再连接，双方会互踢。"
        / "Another tab is connected, or about to be, with the same credential (ClientID). Connecting here makes the two kick each other out.";
    connect_anyway: "仍然连接" / "Connect anyway";
    strict: "严格模式" / "Strict";
    strict_hint:
        "Broker 每次违反 MQTT 规则都断开（MQTT-4.8.0-1）"
        / "Closes at every rule that the broker breaks (MQTT-4.8.0-1)";
    will: "遗嘱（Will）" / "Will";
    will_enabled: "启用" / "Enabled";
    will_switch: "连接意外中断时，由 Broker 发布" / "Published by the broker if the connection is lost";
    preview: "将发送的 CONNECT" / "CONNECT preview";
    live: "实时" / "live";
    sub_protocol: "子协议" / "Subprotocol";
    use_value(value: u16): "改为 {value}" / "Use {value}";
    problems_found(count: usize, first: &str): "{count} 处错误：{first}" / "{count} to correct: {first}";

    fault_required: "必填。" / "Required.";
    fault_too_long(bytes: usize): "{bytes} 字节，超过 MQTT 的上限 65535。" / "{bytes} bytes, above MQTT's limit of 65535.";
    fault_nul: "含有 U+0000，MQTT 不允许。" / "Holds U+0000, which MQTT forbids.";
    fault_client_id_required:
        "只有 MQTT 3.1.1 且 Clean session 时 ClientID 才可以为空。"
        / "Only MQTT 3.1.1 with Clean session allows an empty ClientID.";
    fault_password_without_user_name:
        "MQTT 不允许只有密码而没有用户名。" / "MQTT allows no password without a user name.";
    fault_host: "不是主机名或地址。不要带协议、端口和路径。" / "No host name or address. Leave out scheme, port and path.";
    fault_port: "应为 1–65535。" / "From 1 to 65535.";
    fault_path: "路径以 / 开头，不含空格和 #。" / "A path begins with / and holds no space and no #.";
    fault_keep_alive_number: "应为 0–65535 的整数（秒）。" / "A whole number of seconds from 0 to 65535.";
    fault_keep_alive_range(seconds: u16):
        "保活时间 {seconds} 秒超出 30–1200，平台会拒绝连接。"
        / "Keep alive {seconds} s is outside 30–1200; the platform refuses it.";
    fault_product_sn_length(length: usize):
        "平台生成的 ProductSN 为 16 位，当前 {length} 位。仍可尝试连接。"
        / "Platform ProductSNs have 16 characters, this has {length}. You can still try.";
    fault_device_sn_form:
        "DeviceSN 为 4–64 位字母、数字、- _ @ :。仍可尝试连接。"
        / "A DeviceSN has 4–64 letters, digits, - _ @ or :. You can still try.";
    fault_secret_length(length: usize):
        "平台生成的密码为 16 位，当前 {length} 位，可能漏复制。仍可尝试连接。"
        / "Platform secrets have 16 characters, this has {length}; some may be missing. You can still try.";
    fault_old_host:
        "这是旧域名，现为 mqtt-cn-sh2.iot.ucloud.cn。" / "An old host name; it is mqtt-cn-sh2.iot.ucloud.cn now.";
    fault_client_id_length(length: usize):
        "MQTT 3.1 的 ClientID 最多 23 位，当前 {length} 位，Broker 可能拒绝。"
        / "MQTT 3.1 allows 23 characters, this has {length}; the broker may refuse it.";
    fault_mixed_content:
        "本页由 https 打开，浏览器会阻止 ws。改用 wss。" / "This page came by https, so the browser blocks ws. Use wss.";
}

impl Lang {
    /// The region as the platform calls it.
    pub const fn region_name(self, region: Region) -> &'static str {
        match (self, region) {
            (Self::Zh, Region::Shanghai2) => "上海二",
            (Self::En, Region::Shanghai2) => "Shanghai 2",
            (Self::Zh, Region::Guangzhou) => "广州",
            (Self::En, Region::Guangzhou) => "Guangzhou",
        }
    }

    /// The label of an input.
    pub const fn field(self, field: Field) -> &'static str {
        match field {
            Field::ProductSn => "ProductSN",
            Field::DeviceSn => "DeviceSN",
            Field::DeviceSecret => "DeviceSecret",
            Field::ProductSecret => "ProductSecret",
            Field::ClientId => "ClientID",
            Field::UserName => self.user_name(),
            Field::Password => self.password(),
            Field::Tls => self.scheme(),
            Field::Host => self.host(),
            Field::Port => self.port(),
            Field::Path => self.path(),
            Field::KeepAlive => self.keep_alive(),
            Field::WillTopic => "Topic",
            Field::WillPayload => self.payload(),
        }
    }

    /// What is wrong with an input, and what to do.
    pub fn fault(self, fault: Fault) -> String {
        match fault {
            Fault::Required => self.fault_required().into(),
            Fault::TooLong(bytes) => self.fault_too_long(bytes),
            Fault::Nul => self.fault_nul().into(),
            Fault::ClientIdRequired => self.fault_client_id_required().into(),
            Fault::PasswordWithoutUserName => self.fault_password_without_user_name().into(),
            Fault::Host => self.fault_host().into(),
            Fault::Port => self.fault_port().into(),
            Fault::Path => self.fault_path().into(),
            Fault::TopicWildcard => self.name_wildcard().into(),
            Fault::KeepAliveNumber => self.fault_keep_alive_number().into(),
            Fault::KeepAliveRange(seconds) => self.fault_keep_alive_range(seconds),
            Fault::ProductSnLength(length) => self.fault_product_sn_length(length),
            Fault::DeviceSnForm => self.fault_device_sn_form().into(),
            Fault::SecretLength(length) => self.fault_secret_length(length),
            Fault::OldHost => self.fault_old_host().into(),
            Fault::ClientIdLength(length) => self.fault_client_id_length(length),
            Fault::MixedContent => self.fault_mixed_content().into(),
        }
    }
}
