//! What the pages of the platform's services share.

use super::wording;

wording! {
    nav_shadow: "影子" / "Shadow";
    nav_model: "物模型" / "Model";
    nav_ota: "OTA" / "OTA";
    nav_gateway: "网关" / "Gateway";
    nav_cloud: "云端" / "Cloud";
    services_none: "这个会话没有平台设备" / "This session has no device of the platform";
    services_none_why: "设备影子、物模型、OTA 和网关是 UIoT Core 的服务。用 UIoT 模式连接，或者试试内置模拟器。" / "Device shadow, thing model, OTA and gateway are services of UIoT Core. Connect in UIoT mode, or try the built-in simulator.";
    services_to_form: "去连接表单" / "Go to the connect form";
    services_try_simulator: "试用内置模拟器" / "Try the built-in simulator";
    services_unconnected: "尚未连接" / "Not connected yet";
    services_unconnected_why: "连接设备后，这里显示平台的应答。" / "Connect the device, and what the platform answers is shown here.";
    services_offline: "设备离线：此时发送的请求到不了平台。" / "The device is offline: a request sent now would not reach the platform.";
    services_needs(count: usize): "有 {count} 个要用的 Topic 没有订阅，平台的应答到不了设备：" / "{count} of the topics needed here are not subscribed, so the platform's answers do not reach the device:";
    services_subscribe: "订阅" / "Subscribe";
    services_not_sent(why: String): "没有发出：{why}" / "Not sent: {why}";
    services_history: "报文记录" / "Messages";
    services_history_none: "还没有报文" / "No messages yet";
    services_all_messages: "在消息里查看" / "Show in Messages";
    services_open_message: "打开这条消息" / "Open this message";
    services_open_wire: "在报文里查看" / "Show its packet";
    services_gone: "已被丢弃" / "dropped";
    services_misread(topic: &str, why: &str): "{topic} 上的消息读不懂：{why}" / "A message on {topic} could not be understood: {why}";
}
