use super::wording;

wording! {
    product: "UIoT 测试台" / "UIoT Testbench";
    views: "视图" / "Views";
    sessions: "会话" / "Sessions";
    help_for_page: "本页的帮助" / "Help for this page";
    help_diagnose: "如何排查" / "Find the cause";
    new_session: "新会话" / "New session";
    messages: "消息" / "Messages";
    settings: "设置" / "Settings";
    language: "语言" / "Language";
    theme: "主题" / "Theme";
    theme_light: "浅色" / "Light";
    theme_dark: "深色" / "Dark";
    theme_system: "跟随系统" / "System";
    offline: "未连接" / "Offline";
    connecting: "连接中" / "Connecting";
    online: "在线" / "Online";
    disconnected: "已断开" / "Offline";
    failed: "连接失败" / "Failed";
    lost: "连接中断" / "Connection lost";
    connect: "连接" / "Connect";
    disconnect: "断开" / "Disconnect";
    cancel: "取消" / "Cancel";
    reconnect: "重新连接" / "Connect again";
    waiting: "等待重连" / "Waiting to reconnect";
    stopped: "已停止重连" / "Reconnecting stopped";
    retry_in(seconds: u64, attempt: u32): "{seconds} s 后第 {attempt} 次重连" / "Attempt {attempt} in {seconds} s";
    retry_now: "立即重连" / "Connect now";
    stop_retrying: "停止重连" / "Stop";
    take_back: "夺回一次" / "Take back once";
    ping_now: "发一个 PINGREQ 测往返时间" / "Send PINGREQ to measure the round trip";
    pinging_off: "心跳已停" / "Pings off";
    uptime: "在线时长" / "Uptime";
    sent: "发送" / "Sent";
    received: "接收" / "Received";
    copy: "复制" / "Copy";
    copy_client_id: "复制 ClientID" / "Copy ClientID";
    copied: "已复制" / "Copied";
    copy_failed: "浏览器不允许写剪贴板" / "The browser refuses access to the clipboard";
    undo: "撤销" / "Undo";
    storage_notice:
        "浏览器不让本页写入存储（被禁止或已满），设置与表单只保留到页面关闭。"
        / "The browser lets this page store nothing (blocked or full): settings and the form last until the page closes.";
    kept: "消息" / "Messages";
    memory: "占用" / "Memory";
    dropped: "丢弃" / "Dropped";
    rules_uiot: "平台 UIoT Core" / "Platform UIoT Core";
    rules_generic: "通用 MQTT" / "Generic MQTT";
    keep_alive_status(seconds: u16): "保活 {seconds} s" / "Keep alive {seconds} s";
    subscriptions: "订阅" / "Subscriptions";
    secrets_in_memory:
        "密码只保存在内存中，关闭标签页即清除" / "Secrets stay in memory and are gone when the tab closes";
    part_loading: "正在载入" / "Loading";
    part_failed: "这一部分没有载入。" / "This part of the page did not load.";
    part_failed_why:
        "一个文件无法取得：网络断开，或者网站已换成新版本。会话与消息不受影响。再试一次；若仍不行，保存记录后重新载入页面。"
        / "A file could not be fetched: the network is down, or the site has a new version now. Sessions and messages are not affected. Try again; if that does not help, save the log and reload the page.";
    part_retry: "重试" / "Try again";
    no_third_party: "界面无第三方请求" / "No third-party requests";
}
