//! What the cloud asks of the device, and the answers to it.

use super::wording;

wording! {
    incoming_title: "来自云端" / "From the cloud";
    incoming_waiting: "等待应答" / "Waiting for an answer";
    incoming_settled: "已处理" / "Done with";
    incoming_none: "没有等待应答的下发。" / "Nothing waits for an answer.";
    incoming_set: "属性设置" / "Property set";
    incoming_command: "命令" / "Command";
    incoming_auto: "自动应答" / "automatic";
    incoming_manual: "手动应答" / "by hand";
    incoming_sets_label: "属性设置由谁应答" / "Who answers property sets";
    incoming_commands_label: "命令由谁应答" / "Who answers commands";
    incoming_delay: "延迟" / "after";
    incoming_bad_delay: "延迟应为毫秒数，最多 60000。没有改动。" / "The delay is a number of milliseconds, 60000 at most. Nothing was changed.";
    incoming_demo_off: "演示设备已关闭，不会自动应答。" / "The demo device is switched off: it answers nothing.";
    incoming_answers: "自动应答的内容" / "What is answered automatically";
    incoming_own: "自定应答" / "answer of your own";
    incoming_bad_code: "RetCode 应为整数" / "A RetCode is an integer";
    incoming_no_answer: "没有应答：RetCode 应为整数，Output 应为能写成 JSON 的对象。" / "Not answered: the RetCode has to be an integer, and Output an object that can be written as JSON.";
    incoming_reply: "应答" / "Reply";
    incoming_ignore: "不应答" / "Do not reply";
    incoming_ignore_why: "像故障的设备一样不作应答；同步调用方会收到 100040" / "As a device that failed: no answer; a synchronous caller gets 100040";
    incoming_ignored: "未应答" / "not answered";
    incoming_answered(code: i64, meaning: &str): "已应答 {code} {meaning}" / "answered {code} {meaning}";
    incoming_deliveries(count: u32): "收到 {count} 次" / "delivered {count} times";
    incoming_more(count: usize): "还有 {count} 个属性" / "{count} more properties";
    incoming_waits: "同步调用方最多等待 5 秒，之后收到 100040（命令超时）。" / "A synchronous caller waits 5 s at most, then gets 100040 (command timed out).";
    incoming_over: "超过 5 秒：同步调用方已收到 100040（命令超时）。应答仍可发送，对异步调用有效。" / "5 s are over: a synchronous caller got 100040 (command timed out). The answer can still be sent, and counts for an asynchronous call.";
    incoming_message_gone: "这条消息已不在消息记录里。" / "This message is no longer in the log.";
}
