//! Choices of the broker and of dynamic registration.

use super::ChoiceKind::{Code, Connack, ConnackOrNone, Factor, Flag, Millis, Qos};
use super::{ChoiceKind, ChoiceWords, choice_words, picks};

const BREACH: ChoiceKind = picks![
    "acknowledge": "确认，但不转发" / "acknowledged, goes no further",
    "drop": "不确认，丢弃" / "dropped without a word",
    "disconnect": "断开连接" / "the connection is cut",
    "accept": "照常接受" / "accepted",
];

pub(super) const BROKER: &[ChoiceWords] = choice_words! {
    "keep_alive_refusal" Connack =>
        "保活超出 30–1200 s 时的 CONNACK" / "CONNACK for a keep alive outside 30–1200 s",
        "FAQ 只说“连接参数错误”。" / "The FAQ only speaks of a “connection parameter error”.";
    "wrong_secret" Connack =>
        "密码错误时的 CONNACK" / "CONNACK for a wrong secret",
        "没有写返回码；取标准的含义。" / "No code is given; the standard's meaning is taken.";
    "unknown_device" Connack =>
        "产品或设备不存在时的 CONNACK" / "CONNACK for an unknown product or device",
        "没有写返回码；控制台日志说未授权。" / "No code is given; the console's log says unauthorised.";
    "disabled_device" Connack =>
        "设备被禁用时的 CONNACK" / "CONNACK for a disabled device",
        "没有写返回码；控制台日志说未授权。" / "No code is given; the console's log says unauthorised.";
    "client_id_refusal" Connack =>
        "ClientID 不是 ProductSN.DeviceSN 时的 CONNACK" / "CONNACK for a ClientID that is not ProductSN.DeviceSN",
        "没有写返回码；取标准的含义。" / "No code is given; the standard's meaning is taken.";
    "registration_refusal" Connack =>
        "不允许动态注册时的 CONNACK" / "CONNACK for a dynamic registration that is not allowed",
        "文档只说权限受限。" / "The documents speak of restricted permission.";
    "will_refusal" ConnackOrNone =>
        "CONNECT 带遗嘱时的 CONNACK" / "CONNACK for a will",
        "只写了“不支持”。选“不拒绝”则忽略遗嘱。" / "Documented is only “not supported”. Not refused, the will is forgotten.";
    "keep_alive_grace" Factor =>
        "超过保活时间多少倍后断开" / "Times the keep alive until a silent device is cut",
        "标准和文档的一份草稿是 1.5，现在的文档没有写。" / "The standard and a draft of the documents have 1.5, the present ones none.";
    "newcomer_wins" Flag =>
        "同一凭证再次连接时，踢掉先来的" / "A second connection with the same credential kicks the first one out",
        "文档说踢掉“另一个”。关闭后拒绝后来的（CONNACK 2）。" / "The documents say that “the other one” is kicked. Off, the newcomer gets CONNACK 2.";
    "close_style" picks!["abrupt": "直接断开（1006）" / "without a word (1006)", "normal": "WebSocket 关闭帧（1000）" / "with a close frame (1000)"] =>
        "平台怎样断开连接" / "How the platform ends a connection",
        "没有写。" / "Not documented.";
    "forbidden_publish" BREACH =>
        "在没有权限的 Topic 上发布" / "A message on a topic without permission",
        "控制台截图显示连接保持；QoS 1 是否得到确认没有写。" / "Pictures of the console show that the connection stays; whether QoS 1 is acknowledged is not said.";
    "qos2_publish" BREACH =>
        "以 QoS 2 发布" / "A message with QoS 2",
        "只写了“不支持”。" / "Documented is only “not supported”.";
    "retain" BREACH =>
        "带 RETAIN 发布" / "A message with RETAIN",
        "只写了“不支持”。照常接受时忽略标志。" / "Documented is only “not supported”. Accepted, the flag is forgotten.";
    "over_rate" BREACH =>
        "一秒内超过 30 条消息" / "More than 30 messages within a second",
        "没有写后果。" / "What follows is not documented.";
    "oversize" BREACH =>
        "超过 256 KB 的报文" / "A packet above 256 KB",
        "没有写后果。“确认”等同丢弃。" / "What follows is not documented. To acknowledge is to drop.";
    "over_bandwidth" BREACH =>
        "一秒内超过 1024 KB" / "More than 1024 KB within a second",
        "没有写后果。除“照常接受”外都断开。" / "What follows is not documented. All but “accepted” cut the connection.";
    "topic_too_long" BREACH =>
        "Topic 超过 128 字节或 7 个斜杠" / "A topic above 128 bytes or 7 slashes",
        "没有写后果。" / "What follows is not documented.";
    "parse_suffix_counts" Flag =>
        "?parse=true 计入 128 字节" / "?parse=true counts towards the 128 bytes",
        "没有写；它不是产品定义的 Topic 的一部分。" / "Not documented; it is no part of the topic that the product defines.";
    "parse_suffix_on_system_topics" Flag =>
        "系统 Topic 加 ?parse=true 仍是原来的 Topic" / "A system topic with ?parse=true is the same topic",
        "文档说对系统 Topic “不生效”。" / "The documents say that it “has no effect on system topics”.";
    "wide_filters" Flag =>
        "允许 /P/D/# 这样更宽的过滤器" / "Wider filters such as /P/D/# are granted",
        "没有写，只说看 SUBACK。" / "Not documented: “look at SUBACK”.";
    "qos2_subscription" Flag =>
        "QoS 2 的订阅按 QoS 1 授予" / "A subscription with QoS 2 is granted with 1",
        "只写了没有 QoS 2，取两者较低的。关闭则拒绝。" / "Documented is the lower of the two, and that there is no QoS 2. Off, it is refused.";
    "service_qos" Qos =>
        "平台服务下发消息的 QoS" / "QoS with which the services publish to devices",
        "没有写；SDK 以 QoS 1 订阅。" / "Not documented; the SDKs subscribe with QoS 1.";
    "service_delay" Millis =>
        "平台服务应答用时" / "How long a service takes to answer",
        "没有写。" / "Not documented.";
};

pub(super) const REGISTRATION: &[ChoiceWords] = choice_words! {
    "registration.code_as_string" Flag =>
        "应答里的 RetCode 是字符串" / "RetCode of the answer is a string",
        "这里的示例是字符串，别处都是数字。" / "A string in this sample, a number everywhere else.";
    "registration.bad_request" picks!["code": "返回含义相符的码" / "an answer with a fitting code", "silent": "不应答" / "no answer"] =>
        "请求本身有错" / "A request that is wrong in itself",
        "没有写任何错误应答。" / "No error is documented.";
    "registration.refusal" Code =>
        "不给密码时的 RetCode" / "RetCode for a device that may not have its secret",
        "文档只说权限受限。" / "The documents speak of restricted permission.";
    "registration.repeat" picks!["same_secret": "同一个密码" / "the same secret", "new_secret": "新密码，旧的作废" / "a new secret, the old one is void", "refused": "拒绝" / "a refusal"] =>
        "首次登录前再次注册得到" / "A second registration before the first login gets",
        "一次性的限制从首次登录开始；之前没有写。" / "The one-time rule begins with the first login; before it nothing is said.";
    "registration.refused_at" picks!["connect": "CONNACK" / "CONNACK", "reply": "注册应答" / "the answer"] =>
        "已激活的设备在哪一步被拒绝" / "Where an activated device is refused",
        "没有写。" / "Not documented.";
    "registration.irregular_device_sn" Flag =>
        "控制台不接受的 DeviceSN 也能注册" / "A DeviceSN that the console would not take may register",
        "写了“任意 DeviceSN”，没有写格式。" / "“Any DeviceSN” is documented, but no form.";
};
