use super::wording;

wording! {
    try_simulator: "用内置模拟器试用" / "Try the built-in simulator";
    try_simulator_lead:
        "无需账号，不联网。页面内运行一套 UIoT 平台，演示设备自动上报属性、应答命令。"
        / "No account, no network. A UIoT platform runs inside this page; its demo device reports by itself and answers commands.";
    start: "启动" / "Start";
    show_session: "查看会话" / "Show session";
    connect_real: "连接真实设备" / "Connect a real device";
    chosen: "已选择" / "Selected";
    simulator: "内置模拟器" / "Built-in simulator";
    no_network: "，不联网" / ", no network";
    simulator_tag: "模拟" / "sim";
    rules_simulator: "平台 内置模拟器" / "Platform built-in simulator";
    demo_runs: "演示设备自动运行" / "Demo device runs by itself";
    demo_runs_hint:
        "定期上报属性，并应答平台下发的属性和命令；关闭后由你手动应答"
        / "Reports properties and answers what the platform sends; when off, answering is up to you";
}
