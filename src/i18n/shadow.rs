//! The page of the device shadow.

use super::{Lang, wording};
use crate::uiot::RetCode;
use crate::uiot::shadow::{Kind, RowFault, TextFault};

wording! {
    shadow_actions: "影子操作" / "Shadow actions";
    shadow_get: "读取" / "Get";
    shadow_accept: "接受期望值" / "Accept desired";
    shadow_accept_other: "按不同的值上报…" / "Report different values…";
    shadow_accept_none: "目前没有期望值。" / "Nothing is desired at present.";
    shadow_reset: "重置版本" / "Reset version";
    shadow_delete_all: "清空上报值…" / "Delete all reported…";
    shadow_retry_once: "冲突时自动重试一次" / "Retry once on conflict";
    shadow_accept_auto: "自动接受期望值" / "Accept desired automatically";

    shadow_demo_silent: "演示设备已停：两项都不起作用" / "The demo device is stopped: neither happens";

    shadow_conflict: "版本冲突（100026）。" / "Version conflict (100026).";
    shadow_conflict_text(carried: i32, version: i32, what: &str):
        "上报携带 Version {carried}，平台已是 {version}。没有生效：{what}。改动已保留。"
        / "Sent Version {carried}, the platform is at {version}. Not applied: {what}. The edit is kept.";
    shadow_conflict_more(count: usize): "另有 {count} 次改动也被保留。" / "{count} more edits are kept.";
    shadow_again(version: i32): "用 {version} 重新上报" / "Report again with {version}";
    shadow_discard: "放弃改动" / "Discard";

    shadow_refused(code: i64): "平台拒绝了（RetCode {code}）。" / "The platform refused (RetCode {code}).";
    shadow_refused_edit(version: i32, what: &str):
        "携带 Version {version} 的改动没有生效：{what}。" / "Not applied, sent with Version {version}: {what}.";
    shadow_refused_get: "读取文档没有成功。" / "The document was not read.";
    shadow_refused_said(words: &str): "平台的说明：{words}。" / "The platform says: {words}.";
    shadow_refused_shape:
        "文档没有给出这种应答的格式；这里按 RetCode 的位置读取，并按顺序对应到改动，很可能如此。"
        / "The documents do not show such an answer; its RetCode was read where others have it, and it is matched to the edit by order, which is likely right.";
    shadow_why_230:
        "可能的原因：JSON 格式错误，缺少 Method、State 或 Desired，Version 不是数字，未知的 Method。"
        / "Possible causes: bad JSON; Method, State or Desired missing; Version not a number; unknown Method.";
    shadow_why_130: "影子服务出错，稍后再试。" / "The shadow service failed; try again later.";
    shadow_why_100027: "在控制台的产品里打开设备影子开关。" / "Switch the device shadow on in the product's console.";
    shadow_unasked(version: &str):
        "收到一条没有对应请求的成功应答（Version {version}）：它来晚了，或者来了两次。什么也没有改动；读取文档即可确认。"
        / "An answer of success came that nothing waits for (Version {version}): it came late, or twice. Nothing was taken over; read the document to be sure.";
    shadow_conflict_unasked:
        "收到一条版本冲突的应答，但没有改动在等待应答。附带的文档已采用。"
        / "A version conflict was answered, though no edit was waiting. The document that came with it is taken over.";
    shadow_lost_edit(seconds: u64, what: &str):
        "没有等到应答（{seconds} 秒，或连接已断）：{what}。平台可能已经改了，也可能没有；读取文档即可确认。"
        / "No answer ({seconds} s, or the connection went): {what}. The platform may have another document: read it.";
    shadow_lost_get(seconds: u64):
        "读取没有等到应答（{seconds} 秒，或连接已断）。" / "No answer to get ({seconds} s, or the connection went).";
    shadow_dismiss: "知道了" / "Dismiss";

    shadow_compare: "属性对照" / "Reported vs desired";
    shadow_differ(count: usize): "{count} 项不一致" / "{count} differ";
    shadow_filter: "显示哪些键" / "Which keys";
    shadow_filter_differences: "仅差异" / "Differences";
    shadow_key: "键" / "Key";
    shadow_reported: "上报值" / "device";
    shadow_desired: "期望值" / "cloud";
    shadow_verdict: "是否一致" / "Same or not";
    shadow_updated: "更新时间" / "Updated";
    shadow_differs: "不一致" / "Differs";
    shadow_same: "一致" / "Same";
    shadow_take(key: &str): "编辑 {key}" / "Edit {key}";
    shadow_rest(count: usize): "还有 {count} 个键，见影子文档" / "{count} more keys: see the document";
    shadow_no_keys: "文档里没有键" / "The document holds no keys";
    shadow_no_differences: "没有不一致的键" / "No key differs";
    shadow_unread: "还没有读取文档" / "The document was not read yet";
    shadow_unread_why: "平台不会主动发送文档：读取后显示上报值和期望值。离线期间下发的期望值也要靠读取才能得到。" / "The platform does not send it by itself: get it to see what is reported and desired. What was desired while the device was offline is found this way only.";
    shadow_waiting: "等待应答…" / "Waiting for the answer…";

    shadow_document: "影子文档" / "Shadow document";
    shadow_version_known: "平台最近告知的 Version" / "The Version that the platform told last";
    shadow_read_seconds(count: u64): "{count} 秒前读取" / "read {count} s ago";
    shadow_read_minutes(count: u64): "{count} 分钟前读取" / "read {count} min ago";
    shadow_read_hours(count: u64): "{count} 小时前读取" / "read {count} h ago";
    shadow_read_never: "未完整读取" / "never read as a whole";
    shadow_stale: "可能已过时" / "may be out of date";
    shadow_stale_why: "有应答丢失，或连接中断过：离线期间的变化不会补发。" / "An answer got lost, or the connection did: what changed meanwhile is not sent later.";

    shadow_edit: "编辑并上报" / "Edit and report";
    shadow_edit_mode: "编辑方式" / "How to edit";
    shadow_form: "表单" / "Form";
    shadow_json: "JSON" / "JSON";
    shadow_json_label: "State.Reported 的 JSON 对象" / "JSON object of State.Reported";
    shadow_carries: "将携带" / "will carry";
    shadow_follow: "改回平台的 Version" / "Back to the platform's Version";
    shadow_value: "值" / "Value";
    shadow_kind: "类型" / "Type";
    shadow_row(number: usize): "第 {number} 行" / "Row {number}";
    shadow_remove(key: &str): "移除 {key}" / "Remove {key}";
    shadow_add: "添加键" / "Add key";
    shadow_settles: "同时了结期望值" / "and settle desired";
    shadow_delete: "删除所选键…" / "Delete keys…";
    shadow_delete_none: "先在表单里选键：点对照表里的键，或添加一行。" / "Choose keys first: click them in the table, or add a row.";
    shadow_report: "上报" / "Report";
    shadow_under_way(count: usize): "等待 {count} 个应答" / "Answers awaited: {count}";

    shadow_version_bad: "Version 是 int32：−2147483648 到 2147483647 的整数。" / "Version is an int32: a whole number from −2147483648 to 2147483647.";
    shadow_version_other(carried: i32, known: i32):
        "平台是 {known}：携带 {carried} 会被拒绝（100026）。" / "The platform is at {known}: an edit with {carried} is refused (100026).";
    shadow_version_resets: "Version −1 让平台从 0 重新计数，并采用这些值。" / "Version −1 lets the platform count from 0 again, and applies the values.";
    shadow_version_last:
        "2147483647 是 int32 的最后一个 Version：再改一次就溢出为 −2147483648。先重置版本。"
        / "2147483647 is the last Version of an int32: the next change makes it −2147483648. Reset the version first.";
    shadow_version_negative:
        "Version 已溢出（int32）。重置版本后从 0 重新计数。" / "The Version has overflowed (int32). Reset it to count from 0 again.";
    shadow_version_unread: "还没有读取文档，0 只是起点，很可能冲突。" / "The document was not read yet: 0 is only where counting begins, a conflict is likely.";
    shadow_number_changed(typed: &str, sent: &str):
        "{typed} 会以 {sent} 发送：整数在 −2^63 到 2^64−1 内保持原样，小数约 16 位。"
        / "{typed} is sent as {sent}: integers stay exact from −2^63 to 2^64−1, fractions to about 16 digits.";
    shadow_whole_message:
        "看起来是整条消息：这里只填 State.Reported 的值。" / "This looks like a whole message: only the values of State.Reported belong here.";
    shadow_too_large(bytes: usize): "{bytes} 字节，超过平台的 256 KB 上限，很可能没有应答。" / "{bytes} bytes, above the platform's limit of 256 KB; likely no answer comes.";
    shadow_too_many_rows(most: usize): "超过 {most} 个键，请用 JSON 编辑。" / "More than {most} keys: edit them as JSON.";
    shadow_nothing: "没有键：将上报空的 Reported。" / "No keys: an empty Reported is sent.";
    shadow_json_first: "JSON 有错误：先改正或清空，再切换到表单。" / "The JSON is wrong: correct or clear it before going to the form.";

    shadow_no_key: "缺少键。" / "The key is missing.";
    shadow_same_key: "这个键已在上面。" / "The key stands above already.";
    shadow_bad_number: "不是 JSON 的数字写法。" / "Not a number as JSON writes it.";
    shadow_bad_bool: "应为 true 或 false。" / "It has to be true or false.";
    shadow_no_object: "应为一个 JSON 对象。" / "It has to be a JSON object.";

    shadow_history: "操作记录" / "History";
    shadow_history_order: "按顺序配对应答" / "replies paired by order";

    shadow_ask_delete(count: usize): "删除 {count} 个键" / "Delete {count} keys";
    shadow_ask_delete_text(version: i32): "从 Reported 中删除，携带 Version {version}：" / "They go from Reported, with Version {version}:";
    shadow_ask_delete_now: "删除" / "Delete";
    shadow_ask_all: "清空全部上报值" / "Delete all reported";
    shadow_ask_all_text(version: i32): "Reported 中的键全部删除，携带 Version {version}。目前已知的键：" / "All keys of Reported go, with Version {version}. Those known at present:";
    shadow_ask_all_now: "全部删除" / "Delete all";
    shadow_ask_unknown: "文档可能还有别的键：最近没有读取。" / "The document may hold other keys too: it was not read lately.";
    shadow_ask_none: "目前不知道任何键。" / "No key is known at present.";
    shadow_ask_reset: "重置版本" / "Reset the version";
    shadow_ask_reset_text(version: i32):
        "携带 Version −1 上报一次，平台从 0 重新计数（现在是 {version}）。其他改动若带着旧的 Version 会冲突。一起上报："
        / "One report with Version −1 lets the platform count from 0 again (it is {version} now). Edits that carry an older Version will conflict. Reported along with it:";
    shadow_ask_reset_none: "空的 Reported（表单里没有键）。" / "An empty Reported (the form has no keys).";
    shadow_ask_reset_now: "重置" / "Reset";
    shadow_ask_rest(count: usize): "…还有 {count} 个" / "… and {count} more";
}

impl Lang {
    /// What a device can do about a refusal of its shadow.
    pub const fn shadow_why(self, code: RetCode) -> Option<&'static str> {
        match code {
            RetCode::PARAMETER_WRONG => Some(self.shadow_why_230()),
            RetCode::UNAVAILABLE => Some(self.shadow_why_130()),
            RetCode::SHADOW_DISABLED => Some(self.shadow_why_100027()),
            _ => None,
        }
    }

    /// What a value is typed as.
    pub const fn shadow_kind_name(self, kind: Kind) -> &'static str {
        match kind {
            Kind::Json => "JSON",
            kind => kind.id(),
        }
    }

    /// What is wrong with a row of an edit.
    pub fn shadow_row_fault(self, fault: &RowFault) -> String {
        match fault {
            RowFault::NoKey => self.shadow_no_key().to_owned(),
            RowFault::SameKey => self.shadow_same_key().to_owned(),
            RowFault::Number => self.shadow_bad_number().to_owned(),
            RowFault::Bool => self.shadow_bad_bool().to_owned(),
            RowFault::Json(fault) => self.shadow_text_fault(fault),
        }
    }

    /// What is wrong with the JSON of an edit.
    pub fn shadow_text_fault(self, fault: &TextFault) -> String {
        match fault {
            TextFault::Json(error) => self.payload_error(error),
            TextFault::NotAnObject => self.shadow_no_object().to_owned(),
            TextFault::Other(words) => words.clone(),
        }
    }
}
