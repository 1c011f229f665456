//! Choices of the shadow, the thing model, OTA and gateways.

use super::ChoiceKind::{Code, CodeOrNone, Flag, Limit, Number, Text};
use super::{ChoiceWords, choice_words, picks};

pub(super) const SHADOW: &[ChoiceWords] = choice_words! {
    "shadow.error_reply" picks!["reply": "与成功应答同形" / "like a success", "bare": "只有 RetCode" / "RetCode alone", "silent": "不应答" / "no answer"] =>
        "版本冲突以外的错误应答" / "How an error looks that is no conflict",
        "列出了错误码，没有给出报文。" / "The codes are listed, but no message is shown.";
    "shadow.error_message" Flag =>
        "错误应答带 Message 说明原因" / "An error says why in Message",
        "其他服务有，影子没有写。" / "Other services do; here nothing is shown.";
    "shadow.disabled" picks!["code": "返回 100027" / "100027", "silent": "不应答" / "no answer"] =>
        "影子关闭时的请求" / "A request to a shadow that is switched off",
        "有这个码，设备是否收到没有写。" / "The code is listed; whether devices get it is not said.";
    "shadow.lowercase_version" Flag =>
        "也认小写的 version" / "version in lower case is read too",
        "删除的示例里是小写。" / "The samples of deleting have it.";
    "shadow.no_version" picks!["wrong": "错误" / "wrong", "conflict": "版本冲突" / "a conflict", "current": "按当前版本接受" / "taken"] =>
        "没有 Version 的修改" / "An edit without Version",
        "错误表里有“版本不是数字”。" / "“Version is not a number” is in the list of errors.";
    "shadow.null_value" picks!["keep": "当作普通值" / "a value like others", "remove": "删除这个键" / "the key is removed", "refuse": "错误" / "wrong"] =>
        "update 里值为 null" / "null as a value in an update",
        "没有写；删除另有方法。" / "Not documented; deleting has a method of its own.";
    "shadow.delete_any_value" Flag =>
        "delete 的键可以是任意值" / "delete takes a key with any value",
        "示例里都是 null。" / "The samples have null.";
    "shadow.device_desired" picks!["refuse": "错误" / "wrong", "ignore": "忽略" / "ignored", "take": "设为期望值" / "taken"] =>
        "设备的修改里 Desired 不是 null" / "Desired with values in a device's edit",
        "文档只有 null。" / "The documents have null alone.";
    "shadow.delete_moves_desired" Flag =>
        "delete 里 Desired 为 null 时，期望值转为上报值" / "Desired null in a delete moves what was desired to the reported values",
        "C SDK 这样发送；文档没有写。" / "The C SDK sends it; the documents do not have it.";
    "shadow.nested" picks!["replace": "整个替换" / "the old one is replaced", "merge": "逐层合并" / "the two are merged"] =>
        "键的新旧值都是对象" / "An object where the key holds an object",
        "没有写；时间戳按整个键保存。" / "Not documented; times are kept for whole keys.";
    "shadow.depth" Limit =>
        "值的嵌套层数上限" / "How deep a value may be",
        "只有一份草稿写了 5。" / "Only a draft had a limit, of 5.";
    "shadow.size" Number =>
        "文档大小上限（字节）" / "How large the document may become, in bytes",
        "没有写；要能放进一个报文。" / "Not documented; it must fit a packet.";
    "shadow.overflow" picks!["wrap": "−2147483648" / "−2147483648", "to_zero": "0" / "0", "refuse": "拒绝，直到重置" / "refused until a reset"] =>
        "版本 2147483647 之后" / "What follows version 2147483647",
        "文档只提醒设备注意“溢出”。" / "The documents warn devices of the “overflow”.";
    "shadow.unchanged_counts" Flag =>
        "没有改变内容的修改也计版本" / "An edit that changes nothing counts a version",
        "没有写；每次 update 都计。" / "Not documented; each update counts.";
    "shadow.pushed" picks!["whole": "全部期望值" / "all that is desired", "changed": "只有刚改的" / "only what changed"] =>
        "下发期望值时包含" / "What a push of desired values holds",
        "示例两种都说得通。" / "The samples fit both.";
    "shadow.document_time" picks!["sent": "发送时间" / "when it is sent", "changed": "上次改变的时间" / "when it changed last"] =>
        "文档的 Timestamp" / "Timestamp of a document",
        "没有写；示例里晚于上次改变。" / "Not documented; in the samples it is later than the last change.";
    "shadow.out_of_order" Flag =>
        "影子服务故障：一律返回 130" / "The service is out of order: 130 for each request",
        "码有记载，何时出现没有写。" / "The code is documented, when it comes is not.";
};

pub(super) const MODEL: &[ChoiceWords] = choice_words! {
    "model.bad_json" Code =>
        "负载不是 JSON 对象的 RetCode" / "RetCode for a payload that is no JSON object",
        "影子的 JSON 错误是 230；物模型没有写。" / "The shadow's bad JSON has 230; here nothing is said.";
    "model.missing" Code =>
        "缺少字段的 RetCode" / "RetCode for a missing field",
        "只有总表，没有写哪里用哪个。" / "There is only the list of all codes.";
    "model.wrong_type" Code =>
        "类型不符的 RetCode" / "RetCode for another type",
        "只有总表，没有写哪里用哪个。" / "There is only the list of all codes.";
    "model.exceeds" Code =>
        "超出范围或长度的 RetCode" / "RetCode for what is out of range or too long",
        "只有总表，没有写哪里用哪个。" / "There is only the list of all codes.";
    "model.wrong_value" Code =>
        "类型对、值不允许的 RetCode" / "RetCode for a value that is not allowed",
        "只有总表，没有写哪里用哪个。" / "There is only the list of all codes.";
    "model.unknown_property" Code =>
        "没有定义的属性的 RetCode" / "RetCode for a property that is not defined",
        "只有总表，没有写哪里用哪个。" / "There is only the list of all codes.";
    "model.unknown_parameter" Code =>
        "没有定义的参数或成员的 RetCode" / "RetCode for a parameter or member that is not defined",
        "只有总表，没有写哪里用哪个。" / "There is only the list of all codes.";
    "model.check.whole_floats" Flag =>
        "整数可以写成 21.0" / "21.0 will do for an integer",
        "文档只说“整数”。" / "The documents only say “integer”.";
    "model.check.true_and_false" Flag =>
        "bool 可以写成 true、false" / "true and false will do for a bool",
        "示例和 SDK 写 0 和 1。" / "Samples and SDK write 0 and 1.";
    "model.check.step" Flag =>
        "拒绝不在步长上的数" / "A number off the steps is refused",
        "解释了步长，没有说拒绝。" / "The step is explained; nowhere is it said that a value is refused.";
    "model.check.partial_structs" Flag =>
        "结构体可以缺成员" / "A struct may lack members",
        "只写了参数可以只带一部分。" / "Documented for parameters alone.";
    "model.all_parameters" Flag =>
        "命令和事件必须带全参数" / "Commands and events must carry all parameters",
        "2020-09-14 起不必；之前要求一致。" / "Not since 2020-09-14; before that they had to match.";
    "model.answer_without_request_id" Flag =>
        "读不出 RequestID 也应答" / "An answer comes also where RequestID cannot be read",
        "没有写。" / "Not documented.";
    "model.partial_posts" Flag =>
        "上报里有错的属性时，其余照收" / "Of a report with wrong properties the others are taken",
        "没有写。" / "Not documented.";
    "model.empty_lists" Flag =>
        "空的上报或删除算成功" / "An empty report or deletion is a success",
        "没有写。" / "Not documented.";
    "model.keep_latest_time" Flag =>
        "时间更早的值不覆盖" / "An earlier time does not replace a later one",
        "恢复带来“最后保存的值”，两种理解都行。" / "Restoring brings “the last saved values”, which may mean either.";
    "model.document_without_change" Flag =>
        "值没有变也发属性文档" / "The document is sent also where no value changed",
        "写的是“值变化时”。" / "Documented is “when a value changes”.";
    "model.set_reply_saves" Flag =>
        "设备同意的设置直接保存" / "What the device agreed to is saved at once",
        "保存的是“最近上报的”。" / "Saved is what was “last reported”.";
    "model.empty_require" picks!["all": "全部" / "all", "nothing": "什么都不给" / "nothing", "refused": "缺少参数" / "something is missing"] =>
        "空的 Require 请求" / "What an empty Require asks for",
        "没有写。" / "Not documented.";
    "model.unknown_require" CodeOrNone =>
        "Require 里有未定义标识符的 RetCode" / "RetCode for an unknown identifier in Require",
        "没有写。留空则略过它。" / "Not documented. Empty: it is left out.";
    "model.desired_version" Code =>
        "以别的版本删除期望值的 RetCode" / "RetCode for deleting a desired value with another version",
        "只写了不能删除。" / "Documented is only that it does not work.";
    "model.no_desired" Code =>
        "删除不存在的期望值的 RetCode" / "RetCode for deleting a desired value that there is not",
        "没有写。" / "Not documented.";
    "model.partial_deletes" Flag =>
        "部分版本不符时，其余照删" / "Where some versions are wrong, the others are deleted",
        "没有写。" / "Not documented.";
    "model.lower_case_version" Flag =>
        "删除时也认小写的 version" / "version counts as Version in a deletion",
        "文档写大写，C SDK 写小写。" / "The documents write the one, the C SDK the other.";
    "model.version_outlives_value" Flag =>
        "删除后再设，版本接着计数" / "A deleted desired value's version counts on",
        "只写了版本计调用次数。" / "Documented is only that it counts the calls.";
    "model.device_code" picks!["passed_on": "设备自己的 RetCode" / "the device's RetCode", "reply_error": "100041" / "100041"] =>
        "设备以自己的 RetCode 应答命令，应用得到" / "Of a device's own RetCode for a command the application gets",
        "没有写清楚。" / "Not clear from the documents.";
    "model.wrong_answer_ends" Flag =>
        "错误的命令应答结束命令（100041）" / "A wrong answer ends the command, with 100041",
        "写的是“错误，或者为空”。" / "“An error, or empty”.";
    "model.output_required" Flag =>
        "RetCode 0 的命令应答必须带 Output" / "An answer with RetCode 0 must have Output",
        "没有写；示例都有。" / "Not documented; all samples have one.";
};

pub(super) const OTA: &[ChoiceWords] = choice_words! {
    "ota.url_prefix" Text =>
        "固件链接的开头" / "What links to firmwares begin with",
        "平台指向自己的文件存储；这里默认是无法访问的域名。" / "The platform's lead to its file store; here the default is a name that cannot be reached.";
    "ota.missing_state" picks!["downloading": "下载中" / "downloading", "burning": "烧写中" / "burning", "": "拒绝" / "refused"] =>
        "没有 State 的进度当作" / "A progress without State is taken for",
        "有一处示例没有 State。" / "A sample leaves it out.";
    "ota.one_upgrade_per_device" Flag =>
        "任何模块在升级时，拒绝再次升级（100035）" / "While any module is upgraded, another upgrade is refused (100035)",
        "没有写；C SDK 会排队。" / "Not documented; the C SDK queues orders.";
    "ota.unique_in_product" Flag =>
        "版本号在整个产品内唯一" / "A version is unique among all modules of the product",
        "写于还没有模块的时候。" / "Documented from before there were modules.";
    "ota.cancel_while_burning" Flag =>
        "烧写时可以取消" / "An upgrade can be cancelled while the device burns",
        "没有写。" / "Not documented.";
    "ota.request_while_running" Flag =>
        "已上报进度后仍应答 request_firmware" / "request_firmware is answered also after progress was reported",
        "写的是“如果需要升级”。" / "“If it needs to be upgraded”.";
    "ota.version_report_settles" Flag =>
        "上报目标版本即算升级成功" / "Reporting the target version ends the upgrade",
        "只写了 report_success。" / "Documented is only report_success.";
};

pub(super) const GATEWAY: &[ChoiceWords] = choice_words! {
    "gateway.all_or_nothing" Flag =>
        "有一台子设备被拒绝，整个请求不生效" / "If one device is refused, the request changes nothing",
        "应答只有一个码。" / "The reply has one code for all.";
    "gateway.login_needs_topology" Flag =>
        "子设备要在拓扑里才能登录" / "A sub-device must be in the topology to log in",
        "只说静态注册的设备“直接登录”。" / "Static devices “just log in”.";
    "gateway.tell_former_owner" Flag =>
        "子设备改属别的网关时通知原网关" / "The former gateway is told that another one has the sub-device",
        "只写了归后来的网关。" / "Documented is only that the later one owns it.";
    "gateway.keep_for_sub_devices" Flag =>
        "网关离线时为子设备保留 QoS 1 消息" / "Messages with QoS 1 wait for a sub-device whose gateway is offline",
        "没有写；子设备没有自己的会话。" / "Not documented; the sub-device has no session of its own.";
    "gateway.answer_unreadable" Flag =>
        "请求本身有错也应答" / "A request that is wrong in itself is answered",
        "没有写。" / "Not documented.";
};
