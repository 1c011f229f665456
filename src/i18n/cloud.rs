//! The cloud's side of the simulator: what can be done there, its forms, and what came of them.

use super::{Lang, wording};
use crate::uiot::RetCode;
use crate::uiot::ota::UpgradeState;

wording! {
    cloud_title: "以云端身份操作" / "Act as the cloud";
    cloud_tabs: "云端页的部分" / "Parts of the cloud page";
    cloud_tab_actions: "操作" / "Actions";
    cloud_tab_form: "表单" / "Form";
    cloud_tab_trace: "云端视角" / "Trace";
    cloud_tab_faults: "故障与设备" / "Faults";
    cloud_faults_shown: "故障与设备" / "Faults and devices";
    cloud_only_simulator: "这里模拟的是平台，仅影响模拟器里的设备，不会访问真实的 UIoT。" / "This simulates the platform. It affects simulator devices only and never reaches the real UIoT.";
    cloud_target: "操作的设备" / "Device acted upon";
    cloud_target_own(device: &str): "{device} · 本会话" / "{device} · this session";
    cloud_target_more(count: usize): "另有 {count} 台设备未列出。" / "{count} more devices are not listed.";
    cloud_target_gone: "设备已删除" / "The device was deleted";
    cloud_to_session: "打开这台设备的会话" / "Open this device's session";
    cloud_state_online: "在线" / "online";
    cloud_state_offline: "离线" / "offline";
    cloud_state_inactivated: "未激活" / "inactivated";
    cloud_state_disabled: "已禁用" / "disabled";

    cloud_elsewhere: "云端一侧属于内置模拟器" / "The cloud's side is the simulator's";
    cloud_elsewhere_why: "这个会话连接的不是内置模拟器。真实平台由控制台或 API 操作，需要账号密钥，本工具不会持有：" / "This session is not connected to the built-in simulator. The real platform is driven from its console or its API, which needs keys of an account that this tool never holds:";
    cloud_elsewhere_console: "控制台的“设备调试”页：设置属性、异步命令、自定义 Topic 下行" / "the console's device debugging page: set a property, an asynchronous command, a message on a custom topic";
    cloud_elsewhere_forward: "规则引擎“转发到另一个 Topic”：把上行消息发回设备，例如发到它的 /set" / "the rule engine's “forward to another topic”: an uplink message comes back to the device, on its /set for instance";
    cloud_elsewhere_message: "自定义 Topic 上的消息" / "a message on a custom topic";
    cloud_elsewhere_broadcast: "/P/$broadcast/… 上的消息" / "a message on /P/$broadcast/…";
    cloud_elsewhere_open(session: &str): "去模拟器会话 {session}" / "Go to the simulator session {session}";
    cloud_elsewhere_api: "API" / "API action";
    cloud_elsewhere_effect: "设备收到" / "What the device gets";

    cloud_downlink: "下行" / "Downlink";
    cloud_gateway: "网关" / "Gateway";
    cloud_management: "设备管理" / "Device management";
    cloud_act_shadow: "下发期望影子" / "Set desired shadow";
    cloud_act_property: "设置属性" / "Set property";
    cloud_act_command: "发送命令" / "Send command";
    cloud_act_push: "推送固件" / "Push firmware";
    cloud_act_upgrades: "重试或取消升级" / "Retry or cancel update";
    cloud_act_publish: "发布到自定义 Topic" / "Publish to custom topic";
    cloud_act_broadcast: "广播" / "Broadcast";
    cloud_act_topology: "修改网关拓扑" / "Change a topology";
    cloud_act_found: "应答 topo/found" / "Answer topo/found";
    cloud_disable: "禁用设备" / "Disable device";
    cloud_shadow_switch: "设备影子开关" / "Shadow switch";
    cloud_registration_switch: "动态注册开关" / "Dynamic registration";
    cloud_of_product: "整个产品" / "of the product";
    cloud_kick: "踢下线" / "Kick";
    cloud_reset: "重置为未激活" / "Reset to inactive";
    cloud_delete: "删除设备" / "Delete device";
    cloud_delete_title(device: &str): "删除设备 {device}？" / "Delete the device {device}?";
    cloud_delete_text: "它的连接会断开，影子、属性和升级记录随之消失，不能恢复。" / "Its connection is cut; its shadow, properties and upgrades go with it and cannot be brought back.";
    cloud_delete_now: "删除" / "Delete";

    cloud_as_form: "表单" / "Form";
    cloud_as_json: "JSON" / "JSON";
    cloud_entry: "填写方式" / "How it is entered";
    cloud_send: "发送" / "Send";
    cloud_key: "键" / "Key";
    cloud_value: "值" / "Value";
    cloud_value_is(kind: &str): "将作为{kind}发送" / "sent as {kind}";
    cloud_kind_string: "字符串" / "a string";
    cloud_kind_number: "数字" / "a number";
    cloud_kind_boolean: "布尔值" / "a boolean";
    cloud_kind_null: "null" / "null";
    cloud_kind_array: "数组" / "an array";
    cloud_kind_object: "对象" / "an object";
    cloud_value_hint: "按 JSON 读取；不是 JSON 的按字符串发送。要发送数字样的字符串，请加引号。" / "Read as JSON; what is no JSON is sent as a string. Put a number in quotes to send it as a string.";
    cloud_row_add: "添加一行" / "Add a row";
    cloud_row_remove: "删除这一行" / "Remove this row";
    cloud_version: "版本" / "Version";
    cloud_version_any: "当前版本" / "Current";
    cloud_version_given: "指定" / "Given";
    cloud_version_now(version: i32): "影子的版本是 {version}" / "the shadow has version {version}";
    cloud_read_document: "读取影子文档" / "Read the document";
    cloud_document: "影子文档" / "Shadow document";
    cloud_json_object: "JSON 对象" / "JSON object";
    cloud_no_properties: "物模型里没有可写的属性；用 JSON 可以试只读的属性。" / "The thing model has no property that can be written; with JSON a read-only one can be tried.";
    cloud_no_commands: "物模型里没有命令；用 JSON 可以试任意标识符。" / "The thing model has no command; with JSON any identifier can be tried.";
    cloud_value_unreadable: "有一个值读不懂，见它下面的说明。" / "A value cannot be read; see what stands below it.";
    cloud_nothing_picked: "至少选择一个属性。" / "Choose at least one property.";
    cloud_pick(name: &str): "设置 {name}" / "Set {name}";
    cloud_desired: "离线时保存为期望值" / "Keep as desired values while offline (Desired)";
    cloud_command: "命令" / "Command";
    cloud_input: "参数" / "Input";
    cloud_no_input: "这个命令没有参数。" / "This command has no input.";
    cloud_waits: "等待方式" / "How the application waits";
    cloud_sync: "同步" / "Sync";
    cloud_async: "异步" / "Async";
    cloud_timeout: "超时" / "Timeout";
    cloud_timeout_hint: "平台最多等 5 s" / "the platform waits 5 s at most";
    cloud_module: "模块" / "Module";
    cloud_firmware: "固件版本" / "Firmware version";
    cloud_no_firmware: "这个模块没有固件，在右侧的产品设置里添加。" / "This module has no firmware; add one in the product's settings at the right.";
    cloud_push: "推送" / "Push";
    cloud_retry: "重试" / "Retry";
    cloud_cancel_upgrade: "取消升级" / "Cancel update";
    cloud_upgrades: "升级状态" / "Upgrades";
    cloud_unreported: "未上报" / "not reported";
    cloud_col_version: "当前版本" / "Version";
    cloud_col_target: "目标版本" / "Target";
    cloud_col_state: "状态" / "State";
    cloud_topic: "Topic" / "Topic";
    cloud_topic_hint: "产品定义的可订阅 Topic：" / "defined for subscribing:";
    cloud_topic_none: "产品没有定义这样的 Topic。" / "The product defines no such topic.";
    cloud_broadcast_to: "产品下所有订阅了的设备" / "every device of the product that subscribed";
    cloud_topology_add: "加入拓扑" / "Add";
    cloud_topology_remove: "移出拓扑" / "Remove";
    cloud_topology_devices: "网关后的设备" / "Devices behind gateways";
    cloud_topology_own: "在这个网关的拓扑里" / "in this gateway's topology";
    cloud_topology_other(gateway: &str): "属于 {gateway}" / "belongs to {gateway}";
    cloud_topology_free: "不属于任何网关" / "belongs to no gateway";
    cloud_topology_none: "还没有可以放在网关后的设备。在右侧新建一个“网关子设备”产品和它的设备。" / "There is no device that can be behind a gateway. Make a product for sub-devices and a device of it at the right.";
    cloud_no_gateway: "所选设备的产品不是网关：平台会以 230 拒绝。" / "The device's product is no gateway: the platform will refuse with 230.";
    cloud_found_id: "RequestID" / "RequestID";
    cloud_found_last: "取最近一次 topo/found" / "Take the last topo/found";
    cloud_found_none: "这个网关还没有发送 topo/found。" / "This gateway has not sent topo/found.";
    cloud_found_code: "RetCode" / "RetCode";
    cloud_found_message: "说明（可选）" / "Message (optional)";
    cloud_reply: "应答" / "Reply";

    cloud_done_shadow(version: i32): "已接受，影子版本现在是 {version}" / "Taken; the shadow now has version {version}";
    cloud_done_stored(values: &str): "设备离线，已保存为期望值：{values}" / "The device is offline; kept as desired values: {values}";
    cloud_done_published(bytes: usize): "平台已接受 {bytes} 字节" / "The platform took {bytes} bytes";
    cloud_done_ordered(version: &str): "已下发升级到 {version}" / "The upgrade to {version} was ordered";
    cloud_done_retried: "已再次下发升级" / "The upgrade was ordered again";
    cloud_done_cancelled: "已取消升级" / "The upgrade was cancelled";
    cloud_done_added(count: usize): "已加入 {count} 台子设备" / "Sub-devices added: {count}";
    cloud_done_removed(count: usize): "已移出 {count} 台子设备" / "Sub-devices removed: {count}";
    cloud_done_replied: "已应答网关" / "The gateway was answered";
    cloud_done_disabled: "设备已禁用" / "The device is disabled";
    cloud_done_enabled: "设备已启用" / "The device is enabled";
    cloud_done_kicked: "设备已被踢下线" / "The device was kicked";
    cloud_done_reset: "设备已重置为未激活" / "The device was reset to inactivated";
    cloud_done_deleted(device: &str): "设备 {device} 已删除" / "The device {device} was deleted";
    cloud_done_shadow_on: "产品的设备影子已打开" / "The product's shadows are on";
    cloud_done_shadow_off: "产品的设备影子已关闭" / "The product's shadows are off";
    cloud_done_registration_on: "产品的动态注册已打开" / "Dynamic registration is on";
    cloud_done_registration_off: "产品的动态注册已关闭" / "Dynamic registration is off";
    cloud_refused: "平台拒绝" / "The platform refused";
    cloud_code_unknown: "文档没有这个码的含义" / "the documents do not list this code";
    cloud_not_read(why: &str): "没有发送：{why}" / "Not sent: {why}";
    cloud_not_object: "需要一个 JSON 对象，例如 {\"power\": 1}。" / "A JSON object is needed, such as {\"power\": 1}.";
    cloud_key_empty: "有一行没有键。" / "A row has no key.";
    cloud_key_twice(key: &str): "键 {key} 出现了两次。" / "The key {key} is there twice.";
    cloud_rows_empty: "至少填写一个键。" / "Enter at least one key.";
    cloud_bad_version: "版本是 32 位整数。" / "A version is a 32-bit integer.";
    cloud_bad_timeout: "超时是一个数字，单位秒。" / "The timeout is a number of seconds.";
    cloud_bad_code: "RetCode 是整数。" / "A RetCode is an integer.";
    cloud_no_version: "没有选择固件版本。" / "No firmware version is chosen.";
    cloud_no_devices: "没有选择设备。" / "No device is chosen.";
    cloud_call_waiting(seconds: &str): "已发送，等待应答：{seconds} s" / "Sent, waiting for the answer: {seconds} s";
    cloud_call_answered(millis: &str): "设备在 {millis} ms 后应答" / "The device answered after {millis} ms";
    cloud_call_wrong(why: &str): "设备的应答有误：{why}" / "The device's answer was wrong: {why}";
    cloud_call_overdue(seconds: &str): "{seconds} s 内没有应答" / "no answer within {seconds} s";
    cloud_call_crowded: "等待的调用太多，这一个被挤掉了" / "too many calls waited, and this one was given up";
    cloud_call_late(count: u32): "结束后又来了 {count} 个应答，不再计入" / "{count} answers came afterwards and count for nothing";
    cloud_call_lost: "平台已不再记得这次调用" / "the platform no longer remembers this call";
    cloud_call_output: "输出参数" / "Output";
    cloud_call_messages: "这次调用的消息" / "Its messages";
    cloud_ota_initial: "初始版本" / "initial version";
    cloud_ota_pending: "待升级" / "pending";
    cloud_ota_downloading: "下载中" / "downloading";
    cloud_ota_burning: "升级中" / "burning";
    cloud_ota_succeeded: "升级成功" / "succeeded";
    cloud_ota_failed: "升级失败" / "failed";
    cloud_ota_cancelled: "已取消" / "cancelled";
}

impl Lang {
    /// A return code with what it means: `100039 The device is not online`.
    pub fn code_in_words(self, code: RetCode) -> String {
        format!("{code} {}", self.ret_code(code).unwrap_or(self.cloud_code_unknown()))
    }

    /// Where an upgrade stands.
    pub const fn cloud_upgrade(self, state: UpgradeState) -> &'static str {
        match state {
            UpgradeState::Initial => self.cloud_ota_initial(),
            UpgradeState::Pending => self.cloud_ota_pending(),
            UpgradeState::Downloading => self.cloud_ota_downloading(),
            UpgradeState::Burning => self.cloud_ota_burning(),
            UpgradeState::Succeeded => self.cloud_ota_succeeded(),
            UpgradeState::Failed => self.cloud_ota_failed(),
            UpgradeState::Cancelled => self.cloud_ota_cancelled(),
        }
    }
}
