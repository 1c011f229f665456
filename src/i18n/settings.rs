use super::{Lang, wording};
use crate::storage::{Limits, NumberFault, TimeFormat};

wording! {
    settings_sections: "设置分类" / "Settings sections";
    appearance: "外观与语言" / "Look and language";
    language_hint: "界面文字。Topic、字段名、返回码始终保持原文。" / "Interface text. Topics, field names and codes are never translated.";
    by_browser: "跟随浏览器" / "Browser";
    theme_hint: "跟随系统时随日夜自动切换。" / "System follows your day and night setting.";
    density: "行高" / "Row height";
    density_hint: "紧凑为 24 px，宽松为 32 px。小屏幕上每条两行。" / "Compact rows are 24 px, relaxed ones 32 px. On a small screen each has two lines.";
    density_compact: "紧凑" / "Compact";
    density_relaxed: "宽松" / "Relaxed";
    mono_size: "等宽字号" / "Monospace size";
    mono_size_hint: "用于 Topic、载荷和报文。" / "For topics, payloads and packets.";
    log_settings: "消息记录" / "Message log";
    budget_in_force(megabytes: &str, messages: &str): "{megabytes} MB，{messages} 条" / "{megabytes} MB, {messages} messages";
    budget_all(all: &str, sessions: usize, share: &str): "超出后丢弃最旧的。所有会话合计最多 {all} MB：现有 {sessions} 个会话，每个最多 {share} MB。" / "Beyond it the oldest go. All sessions together take {all} MB at most: open now {sessions}, up to {share} MB each.";
    budget_change: "更改…" / "Change…";
    budget_per_session: "每个会话保留" / "Kept per session";
    time_format: "时间格式" / "Time format";
    time_example(example: &str): "示例：{example}。导出文件始终带完整日期与时区。" / "Example: {example}. Exports always hold full dates.";
    time_zone: "时区" / "Time zone";
    time_zone_hint: "用于列表、详情，以及筛选中的 after: 与 before:。" / "For lists, details, and after: and before: in filters.";
    zone_local(name: &str): "本机（{name}）" / "This computer ({name})";
    connection_settings: "连接" / "Connection";
    late_after: "应答偏慢" / "Late acknowledgement";
    late_hint: "应答用时超过此值时在 Ack 列标出。" / "Beyond this an acknowledgement is marked in the Ack column.";
    overdue_after: "应答超时" / "Overdue acknowledgement";
    overdue_hint: "PUBACK、SUBACK 等超过此时间未到即记为超时；迟到的仍然算数。" / "PUBACK, SUBACK and the like count as overdue after this; a late one still counts.";
    unit_ms: "ms" / "ms";
    unit_seconds: "秒" / "s";
    new_session_mode: "新会话的模式" / "Mode of new sessions";
    new_session_region: "新会话的区域" / "Region of new sessions";
    new_session_keep_alive: "新会话的保活时间" / "Keep alive of new sessions";
    new_session_mode_hint: "新会话的表单以此开始。" / "The form of a new session begins with it.";
    new_session_region_hint: "UIoT Core 的接入地址由它决定。" / "It decides the host of UIoT Core.";
    new_session_keep_alive_hint: "平台接受 30–1200 秒。" / "The platform takes 30–1200 s.";
    privacy: "隐私与数据" / "Privacy and data";
    remembered_secrets: "记住的密码" / "Remembered secrets";
    remembered_secrets_hint: "以口令加密后保存在此浏览器中。分享链接从不包含，导出时只在你选择后包含。"
        / "Encrypted under your passphrase, in this browser only. In no link; in an export only if you ask.";
    saved_profiles: "保存的连接" / "Saved profiles";
    saved_profiles_hint: "名称、地址与订阅，不含密码。" / "Names, addresses and subscriptions, without secrets.";
    manage: "管理" / "Manage";
    stored_here: "保存在此浏览器中" / "Stored in this browser";
    stored_hint: "不离开本机，不含密码。密码只在内存中，除非你选择加密记住。" / "It never leaves this computer and holds no secrets. Those stay in memory, unless you have them remembered, encrypted.";
    stored_nothing: "没有保存任何内容。" / "Nothing is stored.";
    stored_what: "内容" / "What";
    stored_where: "位置" / "Where";
    stored_size: "大小" / "Size";
    stored_total: "合计" / "Total";
    stored_in_browser: "此浏览器" / "This browser";
    stored_in_tab: "此标签页" / "This tab";
    stored_form: "最近的连接表单" / "The last connect form";
    stored_workspace: "打开的会话" / "Open sessions";
    stored_vault: "加密的密码" / "Encrypted secrets";
    stored_templates: "发送模板" / "Composer templates";
    stored_models: "物模型" / "Thing models";
    stored_custom_topics: "各产品的自定义 Topic" / "Custom topics by product";
    stored_widths: "窗格宽度" / "Widths of panes";
    stored_damaged: "已损坏、被搁置的内容" / "Damaged entries that were set aside";
    reset_settings: "恢复默认设置" / "Reset settings";
    reset_settings_hint: "语言、主题、行高、时间、应答时限与新会话。保留量在上面更改。" / "Language, theme, rows, times, deadlines and new sessions. What the log keeps is changed above.";
    reset: "恢复默认" / "Reset";
    settings_were_reset: "设置已恢复默认" / "Settings are at their defaults";
    erase_all: "清除全部数据" / "Erase everything";
    erase_all_hint: "删除本页在此浏览器中保存的一切，然后重新载入。" / "Removes all that this page stores in this browser, and reloads it.";
    erase: "清除…" / "Erase…";
    erase_title: "清除全部数据？" / "Erase everything?";
    erase_text(count: usize, size: &str): "将删除 {count} 项，共 {size}：" / "This removes {count} entries, {size} in all:";
    erase_sessions(count: usize): "随后重新载入，{count} 个会话及其消息记录将关闭。其他标签页若打开着，会再次写入它们自己的内容。无法撤销。" / "Then the page reloads: its sessions ({count}) close, with their logs. Other tabs that are open will write theirs again. This cannot be undone.";
    erase_now: "清除并重新载入" / "Erase and reload";
    settings_damaged(names: &str): "已保存的设置中有无法读取的值，改用默认值：{names}。" / "Some stored settings could not be read and are at their defaults: {names}.";
    settings_dismiss: "知道了" / "Dismiss";
    sign_keys: "/ 与 ? 快捷键" / "Shortcuts / and ?";
    sign_keys_hint: "语音输入可能误触，可关闭；命令面板不受影响" / "Speech input may type them by itself; the palette works without them";
    sign_keys_on: "开" / "On";
    sign_keys_off: "关" / "Off";
    settings_shortcuts: "快捷键" / "Shortcuts";
    about: "关于" / "About";
    version: "版本" / "Version";
    licence: "许可证" / "Licence";
    about_what: "在浏览器中测试使用 MQTT 的物联网设备：UCloud UIoT Core 与任何 MQTT 3.1、3.1.1 服务器。" / "Tests IoT devices that speak MQTT, in the browser: against UCloud UIoT Core and any MQTT 3.1 or 3.1.1 broker.";
    about_never: "本页从不：向第三方发请求、统计使用情况、写 cookie、把密码写进导出、链接或日志。它只连接你填写的服务器。" / "What this page never does: send requests to third parties, count what you do, set cookies, write a secret into an export, a link or a log. It connects to the server that you name, and to no other.";
}

impl Lang {
    /// A time format's name.
    pub const fn time_format_name(self, format: TimeFormat) -> &'static str {
        match (format, self) {
            (TimeFormat::Time, Self::Zh) => "时:分:秒.毫秒",
            (TimeFormat::Time, Self::En) => "Time with ms",
            (TimeFormat::DateTime, Self::Zh) => "月-日 时:分:秒.毫秒",
            (TimeFormat::DateTime, Self::En) => "Date and time",
            (TimeFormat::SinceConnect, Self::Zh) => "连接后的秒数",
            (TimeFormat::SinceConnect, Self::En) => "Seconds since connect",
            (TimeFormat::Unix, Self::Zh) => "Unix 毫秒",
            (TimeFormat::Unix, Self::En) => "Unix ms",
        }
    }

    /// What is wrong with a number, and what would be right.
    pub fn number_fault(self, fault: NumberFault, limits: Limits) -> String {
        let Limits { least, most, .. } = limits;
        match (fault, self) {
            (NumberFault::Number, Self::Zh) => format!("须为整数，{least}–{most}"),
            (NumberFault::Number, Self::En) => format!("A whole number, {least}–{most}"),
            (NumberFault::Range, Self::Zh) => format!("超出 {least}–{most}"),
            (NumberFault::Range, Self::En) => format!("Outside {least}–{most}"),
        }
    }
}
