use super::wording;

wording! {
    hidden_messages(count: &str): "{count} 条消息被此筛选隐藏：" / "{count} messages are hidden by:";
    hidden_packets(count: &str): "{count} 个报文被此筛选隐藏：" / "{count} packets are hidden by:";
    paused_arrived(count: &str): "已暂停，期间到达 {count} 条" / "Paused, {count} arrived meanwhile";
    log_is_full(dropped: &str): "已达保留上限，最旧的 {dropped} 条已丢弃。" / "The log is full: the oldest {dropped} are dropped.";
    limit_change: "更改" / "Change";
    limit_dismiss: "隐藏此提示" / "Hide this notice";
    connected_no_messages: "已连接，还没有消息" / "Connected, no messages yet";
    subscribed_to(count: usize): "已订阅 {count} 个 Topic。发送一条，或等待云端下发。" / "Subscribed to {count} topics. Send one, or wait for the cloud.";
    subscribed_to_nothing: "还没有订阅。订阅一个 Topic，或发布一条消息。" / "Nothing is subscribed. Subscribe to a topic, or publish a message.";
    no_messages_connecting: "正在连接，连上之后消息会出现在这里。" / "Connecting. Messages appear here once that is done.";
    no_messages_ended: "连接已断开，重新连接后消息会出现在这里。" / "The connection is over. Messages appear here once there is one again.";
    write_message: "写一条消息" / "Write a message";
    empty_subscribe: "订阅 Topic" / "Subscribe";
}
