//! The page of the thing model.

use super::{Lang, wording};
use crate::uiot::RetCode;
use crate::uiot::model::reducer::Origin;
use crate::uiot::model::{EventType, Template};

wording! {
    model_none: "没有物模型" / "No thing model";
    model_none_why:
        "从平台读取，导入控制台导出的文件，或在这里编写。没有物模型时，消息里出现过的属性也会列在这里。"
        / "Fetch it from the platform, import the console's export file, or write it here. Without a model, the properties seen in messages are listed all the same.";
    model_from_platform: "来自平台" / "from the platform";
    model_from_person: "来自文件或手工编写" / "from a file or written here";
    model_from_kept: "沿用上次保存的" / "kept from before";
    model_fetch: "从平台读取" / "Fetch from platform";
    model_fetch_hint: "发送 tmodel/template/get" / "Sends tmodel/template/get";
    model_edit: "导入或编辑" / "Import or edit";
    model_edit_hint: "导入 JSON 文件，粘贴，或在这里编写" / "Import a JSON file, paste, or write here";
    model_export: "导出 JSON" / "Export JSON";
    model_replaced: "平台的物模型替换了你的" / "The platform's model replaced yours";
    model_unreadable(why: &str): "平台的应答读不懂，物模型没有变：{why}" / "The platform's answer could not be understood; the model is unchanged: {why}";

    model_properties: "属性" / "Properties";
    model_events: "事件" / "Events";
    model_commands: "命令" / "Commands";
    model_messages: "消息记录" / "Messages";
    model_views: "物模型的内容" / "Contents of the thing model";
    model_filter: "筛选属性" / "Filter properties";
    model_filter_none: "没有符合筛选的属性" / "No property matches the filter";
    model_no_properties: "还没有属性" / "No properties yet";
    model_no_events: "物模型里没有事件" / "The model has no events";
    model_no_commands: "物模型里没有命令" / "The model has no commands";
    model_not_in: "不在物模型中" / "not in the model";

    model_select_all: "全选" / "Select all";
    model_select(name: &str): "选择 {name}" / "Select {name}";
    model_identifier: "标识符" / "Identifier";
    model_type: "类型" / "Type";
    model_access: "读写" / "Access";
    model_current: "当前值" / "Current";
    model_trend: "最近 10 分钟" / "Last 10 min";
    model_changed: "上次变化" / "Last change";
    model_range: "范围" / "Range";
    model_standing: "状态" / "Standing";
    model_items(count: usize): "{count} 项" / "{count} items";
    model_members(count: usize): "{count} 成员" / "{count} members";
    model_bytes(length: u64): "≤ {length} B" / "≤ {length} B";

    standing_edited: "待上报" / "edited";
    standing_faulty: "不合物模型" / "breaks model";
    standing_start: "初始值" / "start value";
    standing_waiting: "等待应答" / "waiting";
    standing_accepted: "已接受" / "accepted";
    standing_refused(code: i64): "拒绝 {code}" / "refused {code}";
    standing_unanswered: "无应答" / "no reply";
    standing_set: "云端设置" / "set by cloud";
    standing_restored: "已恢复" / "restored";
    standing_edited_why: "已改动，尚未上报" / "Changed here, not posted yet";
    standing_faulty_why: "这个值不符合物模型，平台很可能拒绝整条上报" / "The value breaks the model; the platform will likely refuse the whole post";
    standing_start_why: "设备还没有这个属性的值；上报时用这个初始值" / "The device has no value yet; this one is what would be posted";
    standing_waiting_why: "已上报，等待平台应答" / "Posted; the platform has not answered yet";
    standing_accepted_why: "平台已接受" / "The platform took it";
    standing_unanswered_why: "平台没有在时限内应答，或连接已断开" / "The platform did not answer in time, or the connection was lost";
    standing_set_why: "由云端下发，设备已同意" / "The cloud set it, and the device agreed";
    standing_restored_why: "从平台恢复" / "Restored from the platform";

    model_post_selected: "上报所选" / "Post selected";
    model_post_all: "上报全部" / "Post all";
    model_post_one: "上报" / "Post";
    model_post_nothing: "先勾选要上报的属性" / "Select the properties to post first";
    model_not_encodable(names: &str): "没有上报：{names} 的输入不是一个值。改正后再发。" / "Not posted: what was typed for {names} is no value. Correct it first.";
    model_faulty(names: &str):
        "{names} 的值不符合物模型，平台很可能拒绝整条上报（如 RetCode 220）。"
        / "The values of {names} break the model; the platform will likely refuse the whole post (e.g. RetCode 220).";
    model_anyway: "仍然发送，用于测试平台校验" / "Send anyway, to test the platform's check";
    model_restore: "恢复" / "Restore";
    model_restore_hint: "取回平台上最后的属性值（property/restore）" / "Takes back the last values that the platform has (property/restore)";
    model_time: "时间" / "Time";
    model_time_none: "不带" / "none";
    model_time_now: "现在" / "now";
    model_time_typed: "指定" / "typed";
    model_time_field: "Time，毫秒或日期时间" / "Time, milliseconds or date and time";
    model_time_bad:
        "读不懂这个时间。写成毫秒数，或 2026-11-23 14:32:13。"
        / "This time could not be read. Write milliseconds, or 2026-11-23 14:32:13.";

    reply_waiting: "等待应答" / "waiting for the reply";
    reply_overdue(seconds: u64): "{seconds} 秒内没有应答" / "no reply within {seconds} s";
    reply_given_up: "请求太多，已不再等待" / "too many requests; no longer waited for";
    reply_lost: "连接已断开" / "the connection is gone";
    reply_open: "打开这条消息" / "Open this message";
    reply_last: "最近一次应答" / "Last reply";

    model_panel_none: "在表格里选择一个属性" / "Choose a property in the table";
    model_panel_now(value: &str): "当前值 {value}" / "Now {value}";
    model_panel_unknown: "还没有值" / "No value yet";
    model_panel_discard: "放弃改动" / "Discard the change";
    model_property: "属性" / "Property";

    desired_title: "期望值" / "Desired values";
    desired_get: "获取期望值" / "Get desired";
    desired_get_hint:
        "获取所选的可写属性；没有勾选时获取全部可写属性"
        / "Asks for the ticked settable properties, or for all of them where none is ticked";
    desired_delete: "删除期望值" / "Delete desired";
    desired_none: "没有已知的期望值" / "No desired values known";
    desired_take: "取用" / "Take over";
    desired_take_hint(name: &str): "把期望值填入 {name}，待上报" / "Puts the desired value into {name}, to be posted";
    desired_ask: "删除云端的期望值？" / "Delete desired values at the cloud?";
    desired_ask_why:
        "只有 Version 与云端一致时才会删除。可以改成别的数来测试。"
        / "The cloud deletes a value only if the Version equals its own. Change the number to test that.";
    desired_version_of(name: &str): "{name} 的 Version" / "Version of {name}";
    desired_bad_version: "Version 是整数" / "Version is an integer";
    desired_refused:
        "平台拒绝了删除：云端的 Version 很可能已经变了。重新获取后再删。"
        / "The platform refused to delete: its Version has likely changed. Get the values again, then delete.";
    desired_again: "重新获取" / "Get again";
    desired_no_settable: "没有可写属性可获取" / "There is no settable property to ask for";

    event_post: "上报事件" / "Post event";
    event_choose: "要上报的事件" / "The event to post";
    event_output: "输出参数" / "Output parameters";
    event_use: "填写并上报" / "Fill in and post";
    event_include(name: &str): "包含 {name}" / "Include {name}";
    event_type_notify: "通知" / "notify";
    event_type_warning: "警告" / "warning";
    event_type_error: "故障" / "error";
    command_input: "输入参数" / "Input parameters";
    command_output: "输出参数" / "Output parameters";
    command_waiting(count: usize): "{count} 条等待应答" / "{count} waiting for a reply";
    command_hint: "命令由云端下发；在「来自云端」里应答。" / "Commands come from the cloud; they are answered under From the cloud.";
    params_none: "无" / "none";

    editor_title: "物模型" / "Thing model";
    editor_file: "选择文件" / "Choose a file";
    editor_drop: "也可以把文件拖到这里，或直接粘贴。带不带 Template 包装都可以。" / "A file can also be dropped here, or its text pasted; with or without the Template wrapper.";
    editor_text: "物模型 JSON" / "JSON of the thing model";
    editor_add: "添加" / "Add";
    editor_add_what: "要添加的内容" / "What to add";
    editor_part_event: "事件" / "event";
    editor_part_command: "命令" / "command";
    editor_part_property(name: &str): "属性：{name}" / "property: {name}";
    editor_added(name: &str): "已添加 {name}" / "Added {name}";
    editor_remove: "删除" / "Remove";
    editor_remove_what: "要删除的内容" / "What to remove";
    editor_apply: "使用这个物模型" / "Use this model";
    editor_download: "下载" / "Download";
    editor_wrapped: "带 Template 包装" / "With the Template wrapper";
    editor_before: "恢复之前的文本" / "Bring back the text before";
    editor_forget: "不用物模型" / "Use no model";
    editor_forgotten: "已移除物模型" / "The model was removed";
    editor_reads(counts: &str): "可以读取：{counts}" / "Can be read: {counts}";
    editor_empty: "还没有内容。粘贴、选择文件或从添加开始。" / "Nothing here yet. Paste, choose a file, or begin with Add.";
    editor_file_refused(name: &str): "{name} 不是物模型，现用的没有变。" / "{name} is no thing model; the one in use is unchanged.";
    editor_file_large(name: &str): "{name} 超过 4 MB，没有读取。物模型最多 300 个功能，远小于此。" / "{name} is larger than 4 MB and was not read. A model has at most 300 functions and is far smaller.";
    editor_file_unreadable(name: &str, why: &str): "{name} 无法读取：{why}" / "{name} could not be read: {why}";
    editor_problems(count: usize): "控制台的规则：{count} 处不符，仍然可以使用" / "Rules of the console: {count} broken; it can be used all the same";
    editor_more(count: usize): "还有 {count} 处" / "and {count} more";
    editor_not_kept: "物模型太大，浏览器里没有保存；页面关闭后需要重新导入。" / "The model is too large to be kept in the browser; import it again after the page was closed.";
    editor_download_failed: "浏览器没有保存这个文件" / "The browser did not save the file";
}

impl Lang {
    /// How many functions a thing model has.
    pub fn model_counts(self, template: &Template) -> String {
        let counts = [template.properties.len(), template.events.len(), template.commands.len()];
        let words = match self {
            Self::Zh => [["属性"; 2], ["事件"; 2], ["命令"; 2]],
            Self::En => [["property", "properties"], ["event", "events"], ["command", "commands"]],
        };
        let part = |(count, [one, many]): (usize, [&str; 2])| {
            format!("{count} {}", if count == 1 { one } else { many })
        };
        counts.into_iter().zip(words).map(part).collect::<Vec<_>>().join(" · ")
    }

    /// Where a thing model comes from.
    pub const fn model_origin(self, origin: Origin) -> &'static str {
        match origin {
            Origin::Platform => self.model_from_platform(),
            Origin::Person => self.model_from_person(),
            Origin::Kept => self.model_from_kept(),
        }
    }

    /// How grave an event is.
    pub const fn event_type(self, event_type: EventType) -> &'static str {
        match event_type {
            EventType::Notify => self.event_type_notify(),
            EventType::Warning => self.event_type_warning(),
            EventType::Error => self.event_type_error(),
        }
    }

    /// A return code with its meaning, where the platform's documents give one.
    pub fn ret_code_in_full(self, code: RetCode) -> String {
        match self.ret_code(code) {
            Some(meaning) => format!("RetCode {} {meaning}", code.0),
            None => format!("RetCode {}", code.0),
        }
    }
}
