use super::wording;

wording! {
    session_closed(name: &str): "已关闭会话 {name}" / "Session {name} closed";
    sessions_closed(count: usize): "已关闭 {count} 个会话" / "{count} sessions closed";
    sessions_full(most: usize):
        "已打开 {most} 个会话，达到上限。先关闭一个。" / "{most} sessions are open, which is the limit. Close one first.";
    sessions_damaged(count: usize):
        "上次的会话中有 {count} 处已损坏，无法读取；其余已恢复，损坏的原文在设置中。"
        / "{count} parts of the last sessions were damaged; the rest is back, and their text is in the settings.";
    session_menu: "会话菜单" / "Session menu";
    session_list: "切换会话" / "Switch session";
    session_unread(count: &str): "{count} 条未读" / "{count} unread";
    session_close(name: &str): "关闭会话 {name}" / "Close session {name}";
    session_rename: "重命名" / "Rename";
    session_rename_hint: "会话名称，留空则用设备名" / "Session name; empty for the device's own";
    session_duplicate: "复制会话" / "Duplicate";
    session_left: "左移" / "Move left";
    session_right: "右移" / "Move right";
    session_close_it: "关闭" / "Close";
    session_close_others: "关闭其他会话" / "Close others";
    more_views: "更多" / "More";
    log_memory: "日志占用" / "Log memory";
    round_trips: "最近的往返时间" / "Recent round trips";
    next_ping(time: &str): "下次心跳 {time}" / "next ping {time}";
}
