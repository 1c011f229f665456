//! The overview of topics, and the budget of the log.

use super::numbers::grouped;
use super::{Lang, wording};
use crate::storage::{BudgetFault, BudgetForm};

wording! {
    side_pane: "订阅与 Topic" / "Subscriptions and topics";
    topics: "Topic" / "Topics";
    all_topics: "全部 Topic" / "All topics";
    topic_count(count: &str): "{count} 个 Topic" / "{count} topics";
    one_topic: "1 个 Topic" / "1 topic";
    topics_none: "还没有消息，也就没有 Topic。" / "No messages yet, hence no topics.";
    topics_not_found: "没有匹配的 Topic。" / "No topic matches.";
    find_topic: "查找 Topic" / "Find a topic";
    fold_all: "全部折叠" / "Fold all";
    unfold_all: "全部展开" / "Unfold all";
    counted_since: "计数自会话开始" / "Counted since the session began";
    counted_since_detail:
        "计数和速率包括已丢弃或清空的消息。消息已全部丢弃的 Topic 过多时会从这里移除，其计数随之消失。"
        / "Counts and rates include messages that were dropped or cleared. Where many topics have no message left, these leave the list, and their counts with them.";
    topics_beyond(count: &str): "另有 {count} 个未列出" / "{count} more not listed";
    new_topics(count: usize): "显示 {count} 个新 Topic" / "Show {count} new";
    empty_level: "（空）" / "(empty)";
    last_value_gone: "最后一条消息已丢弃或清空" / "The last message was dropped or cleared";
    topic_received(count: &str, rate: &str): "接收 {count} 条，每秒 {rate} 条" / "{count} received, {rate} a second";
    topic_sent(count: &str, rate: &str): "发送 {count} 条，每秒 {rate} 条" / "{count} sent, {rate} a second";
    rate_received: "每秒接收的消息，最近 5 秒平均" / "Messages received a second, over the last 5 seconds";
    rate_sent: "每秒发送的消息，最近 5 秒平均" / "Messages sent a second, over the last 5 seconds";

    paused: "暂停" / "Paused";
    budget: "记录的上限" / "What the log keeps";
    budget_open: "设置记录的上限" / "Set what the log keeps";
    budget_megabytes: "内存" / "Memory";
    budget_messages: "消息" / "Messages";
    budget_messages_unit: "条" / "messages";
    budget_hint: "到达任一上限后，最旧的消息被丢弃并计入“丢弃”。" / "When either is reached the oldest messages go; “Dropped” counts them.";
    budget_drops(count: &str): "应用后丢弃最旧的 {count} 条消息。" / "Applying this drops the oldest {count} messages.";
    budget_drops_one: "应用后丢弃最旧的 1 条消息。" / "Applying this drops the oldest message.";
    budget_apply: "应用" / "Apply";
    budget_reset: "恢复默认" / "Defaults";
    budget_number: "不是整数。" / "Not a whole number.";
    budget_range(least: &str, most: &str): "超出 {least}–{most}。" / "Outside {least}–{most}.";
    budget_set(megabytes: &str, messages: &str):
        "已保留最多 {megabytes} MB、{messages} 条消息" / "The log keeps up to {megabytes} MB and {messages} messages";
}

impl Lang {
    /// So many topics.
    pub fn topics_counted(self, count: u64) -> String {
        if count == 1 { self.one_topic().to_owned() } else { self.topic_count(&grouped(count)) }
    }

    /// How many messages a smaller budget drops.
    pub fn budget_drops_counted(self, count: u64) -> String {
        if count == 1 { self.budget_drops_one().to_owned() } else { self.budget_drops(&grouped(count)) }
    }

    /// What is wrong with the megabytes of a budget.
    pub fn megabytes_fault(self, fault: BudgetFault) -> String {
        self.budget_fault(fault, BudgetForm::MEGABYTES.into_inner())
    }

    /// What is wrong with the messages of a budget.
    pub fn messages_fault(self, fault: BudgetFault) -> String {
        self.budget_fault(fault, BudgetForm::MESSAGES.into_inner())
    }

    fn budget_fault(self, fault: BudgetFault, (least, most): (u64, u64)) -> String {
        match fault {
            BudgetFault::Number => self.budget_number().into(),
            BudgetFault::Range => self.budget_range(&grouped(least), &grouped(most)),
        }
    }
}
