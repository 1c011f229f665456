//! The composer: completion, variables, templates, history, repeating, and what the platform holds against a message.

use super::numbers::{grouped, rate as per_second};
use super::{Lang, wording};
use crate::composing::FaultKind;
use crate::composing::completion::Origin;
use crate::uiot::lint::Warning;
use crate::uiot::requests::Request;
use crate::uiot::{SystemTopic, TopicFamily, TopicLimit, limits};

wording! {
    topic_offers: "可补全的 Topic" / "Topics to complete";
    topic_keys: "Tab 补全，↑↓ 选择，Esc 关闭" / "Tab completes, ↑↓ selects, Esc closes";
    offer_used(count: &str): "{count} 条" / "{count}";
    offer_sent: "历史" / "history";
    offer_listed: "自定义 · 发布" / "custom · pub";
    offer_default: "默认 · 发布" / "default · pub";
    own_topic: "本设备可发布" / "own topic, publish";
    composer_model: "物模型" / "Thing model";
    composer_shadow: "设备影子" / "Shadow";
    composer_ota: "OTA" / "OTA";
    composer_gateway: "网关子设备" / "Gateway";
    composer_registration: "动态注册" / "Registration";

    composer_variables: "变量" / "Variables";
    insert_variable: "插入变量" / "Insert a variable";
    variables_used: "载荷中的变量" / "Variables in the payload";
    next_value(value: &str): "下一条：{value}" / "Next: {value}";
    variable_n: "发送序号" / "counts what is sent";
    variable_ms: "Unix 毫秒" / "Unix time in ms";
    variable_s: "Unix 秒" / "Unix time in s";
    variable_uuid: "随机 UUID" / "a random UUID";
    variable_rand: "随机数，含两端" / "a random number between";
    variable_sine: "正弦波：低、高、周期" / "a sine wave: low, high, period";
    variable_pick: "任选其一" / "one of these";
    variable_unclosed(source: &str): "{source} 缺少 }}，按普通文字处理。" / "{source} lacks its }}; it is taken as text.";
    variable_unknown(source: &str): "没有变量 {source}，按普通文字处理。" / "There is no variable {source}; it is taken as text.";
    variable_arguments(source: &str, example: &str):
        "{source} 的参数不对，应如 {example}；按普通文字处理。" / "{source} takes other arguments, as in {example}; it is taken as text.";

    composer_templates: "模板" / "Templates";
    own_templates: "我的模板" / "My templates";
    no_own_templates: "还没有保存模板。" / "None saved yet.";
    save_template: "存为模板" / "Save as a template";
    template_name: "模板名称" / "Name of the template";
    rename_template(name: &str): "重命名 {name}" / "Rename {name}";
    delete_template(name: &str): "删除 {name}" / "Delete {name}";
    template_deleted(name: &str): "已删除模板 {name}" / "Deleted the template {name}";
    template_saved(name: &str): "已保存模板 {name}" / "Saved the template {name}";
    template_not_saved: "名称为空或已被使用，或模板已满 200 个。" / "The name is empty or taken, or there are 200 templates already.";
    composer_save: "保存" / "Save";
    composer_history: "历史" / "History";
    history_empty: "还没有发送过消息。" / "Nothing was sent yet.";
    history_keys: "在编辑框中按 Alt ↑ / Alt ↓" / "Alt ↑ and Alt ↓ in the composer";
    reshape_json: "展开或压缩 JSON" / "Indent or compact the JSON";
    load_file: "载入文件" / "Load a file";
    drop_here: "松开，把文件放进载荷" / "Drop the file into the payload";
    file_unreadable(name: &str): "无法读取 {name}。" / "{name} cannot be read.";
    file_too_large(megabytes: &str): "文件 {megabytes} MB，超过 64 MB，没有载入。" / "The file has {megabytes} MB, more than 64 MB; it was not loaded.";
    large_payload: "整体发送，不在编辑框中显示" / "Sent as a whole, not shown in the editor";
    pasted_text: "粘贴的文本" / "Pasted text";
    remove_large: "移除" / "Remove";

    repeat: "重复发送" / "Repeat";
    repeat_interval: "间隔（毫秒）" / "Interval in milliseconds";
    repeat_count: "次数，留空为不限" / "How many times; empty: without end";
    repeat_sent: "已发" / "Sent";
    repeat_rate: "速率" / "Rate";
    repeat_start: "开始" / "Start";
    repeat_stop: "停止" / "Stop";
    repeat_is_sent_as_begun: "重复发送的是按下“开始”时的内容" / "What is repeated is what stood here at the start";
    repeat_done(count: &str): "重复发送完成，共 {count} 条。" / "Repeating is done: {count} sent.";
    repeat_disconnected(count: &str): "连接断开，重复发送已停止，已发 {count} 条。" / "The connection ended, so repeating stopped after {count} sent.";
    repeat_failed(count: &str): "重复发送已停止，已发 {count} 条。" / "Repeating stopped after {count} sent.";
    interval_wrong: "间隔应为 10 到 86400000 毫秒的整数。改为 1000。" / "The interval is a whole number of milliseconds from 10 to 86,400,000. Use 1000.";
    count_wrong: "次数应为大于 0 的整数，留空为不限。" / "The count is a whole number above 0; leave it empty for no end.";

    more_warnings(count: usize): "全部 {count} 条提示" / "All {count} warnings";
    use_own_device: "改为本设备" / "Use this device";
    use_this_topic: "改用此 Topic" / "Use this topic";
    use_topic(topic: &str): "改为 {topic}" / "Use {topic}";
    use_interval(millis: u64): "间隔改为 {millis} ms" / "Use {millis} ms";
    send_anyway: "仍按此速率" / "Send anyway";
    send_again: "放入发布框，再次发送" / "Put into the composer, to send again";
    taken_to_send_again: "消息已放入发布框" / "The message is in the composer";
    draft_replaced: "草稿已被替换" / "The draft was replaced";
    use_qos_1: "改为 QoS 1" / "Use QoS 1";
    no_retain: "取消保留" / "Do not retain";
    add_request_id: "补上 RequestID" / "Add a RequestID";
    quote_request_id: "加上引号" / "Put it in quotes";

    warn_other_device:
        "这是另一台设备的 Topic。平台不允许跨设备发布（网关代子设备除外），QoS 0 时不会有任何提示。"
        / "This topic belongs to another device. Publishing across devices is not allowed (but for a gateway's sub-devices); with QoS 0 there is no sign of failure.";
    warn_downstream:
        "平台在此 Topic 上下发，设备没有发布权限。" / "The platform sends on this topic; a device has no right to publish here.";
    warn_rule_engine:
        "此 Topic 只供规则引擎使用，设备没有发布权限。" / "Only the rule engine uses this topic; a device has no right to publish here.";
    warn_broadcast: "广播 Topic 只能订阅，设备没有发布权限。" / "Devices only subscribe to broadcast topics; there is no right to publish.";
    warn_form:
        "平台没有这种 Topic，应以 /ProductSN/DeviceSN/ 或 /$system/ 开头。"
        / "The platform knows no such topic; its topics begin with /ProductSN/DeviceSN/ or /$system/.";
    warn_topic_length(bytes: usize, most: usize): "Topic {bytes} 字节，超过 {most}。" / "The topic has {bytes} bytes, above {most}.";
    warn_topic_slashes(slashes: usize, most: usize): "Topic 有 {slashes} 个 /，超过 {most}。" / "The topic has {slashes} slashes, above {most}.";
    warn_size(bytes: &str): "报文 {bytes} B，超过平台的 256 KB。" / "The packet has {bytes} B, above the platform's 256 KB.";
    warn_rate(rate: &str): "{rate} 条/秒，超过平台的 30 条/秒，将按 30 条/秒发送。" / "{rate} msg/s, above the platform's 30 msg/s; it is held to 30.";
    warn_rate_anyway(rate: &str): "{rate} 条/秒，超过平台的 30 条/秒。" / "{rate} msg/s, above the platform's 30 msg/s.";
    warn_bandwidth(kilobytes: &str): "{kilobytes} KB/秒，超过平台的 1024 KB/秒，将放慢发送。" / "{kilobytes} KB/s, above the platform's 1024 KB/s; it is slowed down.";
    warn_bandwidth_anyway(kilobytes: &str): "{kilobytes} KB/秒，超过平台的 1024 KB/秒。" / "{kilobytes} KB/s, above the platform's 1024 KB/s.";
    warn_not_json: "系统 Topic 的载荷应为 JSON 对象。" / "Messages on system topics are JSON objects.";
    warn_request_id: "缺少 RequestID，平台据此应答。" / "RequestID is missing; the platform replies by it.";
    warn_request_id_type: "RequestID 应为字符串。" / "RequestID has to be a string.";

    request_property_post: "上报属性" / "Post properties";
    request_event_post: "上报事件" / "Post an event";
    request_desired_get: "获取期望值" / "Get desired values";
    request_desired_delete: "删除期望值" / "Delete a desired value";
    request_property_restore: "恢复属性" / "Restore properties";
    request_template_get: "获取物模型" / "Get the thing model";
    request_shadow_get: "获取影子文档" / "Get the shadow document";
    request_shadow_update: "上报影子" / "Report to the shadow";
    request_shadow_reset: "上报并重置版本" / "Report and reset the version";
    request_shadow_done: "期望值已完成" / "Desired values are done";
    request_shadow_delete: "删除影子中的键" / "Delete a key of the shadow";
    request_ota_version: "上报版本" / "Report the version";
    request_ota_request: "请求固件" / "Request firmware";
    request_ota_progress: "上报进度" / "Report progress";
    request_ota_success: "上报成功" / "Report success";
    request_ota_fail: "上报失败" / "Report failure";
    request_topo_add: "添加子设备" / "Add a sub-device";
    request_topo_get: "获取子设备" / "Get sub-devices";
    request_topo_delete: "移除子设备" / "Remove a sub-device";
    request_sub_login: "子设备上线" / "Log a sub-device in";
    request_sub_logout: "子设备下线" / "Log a sub-device out";
    request_topo_found: "上报发现的子设备" / "Report a sub-device as found";
    request_sub_register: "子设备动态注册" / "Register a sub-device";
    request_password: "获取设备密码" / "Ask for the DeviceSecret";
}

impl Lang {
    /// The service of a topic in a word or two.
    pub fn service_in_short(self, topic: SystemTopic) -> &'static str {
        match topic.family() {
            TopicFamily::Properties | TopicFamily::Commands => self.composer_model(),
            TopicFamily::Shadow => self.composer_shadow(),
            TopicFamily::Ota => self.composer_ota(),
            TopicFamily::Gateway => self.composer_gateway(),
            TopicFamily::Registration => self.composer_registration(),
            TopicFamily::Status => self.family_status(),
        }
    }

    /// Why a topic is offered.
    pub fn offer(self, origin: Origin) -> String {
        match origin {
            Origin::Used(count) => self.offer_used(&grouped(count)),
            Origin::Sent => self.offer_sent().to_owned(),
            Origin::Default => self.offer_default().to_owned(),
            Origin::Listed => self.offer_listed().to_owned(),
            Origin::System(topic) => self.service_in_short(topic).to_owned(),
        }
    }

    /// What a documented request does.
    pub const fn request(self, request: Request) -> &'static str {
        match request {
            Request::PropertyPost => self.request_property_post(),
            Request::EventPost => self.request_event_post(),
            Request::DesiredGet => self.request_desired_get(),
            Request::DesiredDelete => self.request_desired_delete(),
            Request::PropertyRestore => self.request_property_restore(),
            Request::TemplateGet => self.request_template_get(),
            Request::ShadowGet => self.request_shadow_get(),
            Request::ShadowUpdate => self.request_shadow_update(),
            Request::ShadowReset => self.request_shadow_reset(),
            Request::ShadowDone => self.request_shadow_done(),
            Request::ShadowDelete => self.request_shadow_delete(),
            Request::OtaVersion => self.request_ota_version(),
            Request::OtaRequest => self.request_ota_request(),
            Request::OtaProgress => self.request_ota_progress(),
            Request::OtaSuccess => self.request_ota_success(),
            Request::OtaFail => self.request_ota_fail(),
            Request::TopoAdd => self.request_topo_add(),
            Request::TopoGet => self.request_topo_get(),
            Request::TopoDelete => self.request_topo_delete(),
            Request::SubLogin => self.request_sub_login(),
            Request::SubLogout => self.request_sub_logout(),
            Request::SubRegister => self.request_sub_register(),
            Request::TopoFound => self.request_topo_found(),
            Request::Password => self.request_password(),
        }
    }

    /// What a variable stands for, by its name.
    pub fn variable(self, example: &str) -> &'static str {
        match example.trim_start_matches("${").split([' ', '}']).next() {
            Some("n") => self.variable_n(),
            Some("ms") => self.variable_ms(),
            Some("s") => self.variable_s(),
            Some("uuid") => self.variable_uuid(),
            Some("rand") => self.variable_rand(),
            Some("sine") => self.variable_sine(),
            Some("pick") => self.variable_pick(),
            _ => "",
        }
    }

    /// Why `source` is no variable.
    pub fn variable_fault(self, kind: &FaultKind, source: &str) -> String {
        match kind {
            FaultKind::Unclosed => self.variable_unclosed(source),
            FaultKind::Unknown(_) => self.variable_unknown(source),
            FaultKind::Arguments(name) => {
                let start = format!("${{{name}");
                let fits = |example: &&&str| {
                    example.strip_prefix(&start).is_some_and(|rest| rest.starts_with([' ', '}']))
                };
                let example =
                    crate::composing::Variable::EXAMPLES.iter().find(fits).copied().unwrap_or_default();
                self.variable_arguments(source, example)
            }
        }
    }

    /// What the platform holds against a message. `anyway`: its rate is not held back.
    pub fn publish_warning(self, warning: &Warning, anyway: bool) -> String {
        match warning {
            Warning::OtherDevice(_) => self.warn_other_device().to_owned(),
            Warning::Downstream(_) => self.warn_downstream().to_owned(),
            Warning::RuleEngine => self.warn_rule_engine().to_owned(),
            Warning::Broadcast => self.warn_broadcast().to_owned(),
            Warning::Form(_) => self.warn_form().to_owned(),
            Warning::Limit(TopicLimit::Length(bytes)) => self.warn_topic_length(*bytes, limits::TOPIC_LENGTH),
            Warning::Limit(TopicLimit::Slashes(slashes)) => {
                self.warn_topic_slashes(*slashes, limits::TOPIC_SLASHES)
            }
            Warning::Qos2 => self.publish_qos().to_owned(),
            Warning::Retain => self.publish_retain().to_owned(),
            Warning::Size(bytes) => self.warn_size(&grouped(*bytes as u64)),
            Warning::Rate(rate) if anyway => self.warn_rate_anyway(&per_second(*rate)),
            Warning::Rate(rate) => self.warn_rate(&per_second(*rate)),
            Warning::Bandwidth(bytes, _) if anyway => {
                self.warn_bandwidth_anyway(&grouped((*bytes / 1024) as u64))
            }
            Warning::Bandwidth(bytes, _) => self.warn_bandwidth(&grouped((*bytes / 1024) as u64)),
            Warning::NotJson => self.warn_not_json().to_owned(),
            Warning::RequestIdMissing(_) => self.warn_request_id().to_owned(),
            Warning::RequestIdNotString => self.warn_request_id_type().to_owned(),
        }
    }
}
