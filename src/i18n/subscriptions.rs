//! The subscriptions pane.

use super::{Lang, wording};
use crate::mqtt::NameError;
use crate::storage::BulkFault;
use crate::uiot::{RefusalCause, TopicLimit, limits};

wording! {
    add_short: "添加" / "Add";
    add_open: "添加订阅" / "Add a subscription";
    add_anyway: "仍然订阅" / "Add anyway";
    bulk_open: "批量添加" / "Add many";
    more_actions: "全部订阅的操作" / "Actions for all subscriptions";
    mute_all: "全部静音" / "Mute all";
    unmute_all: "取消全部静音" / "Unmute all";
    resubscribe_all: "全部重新订阅" / "Subscribe all again";
    remove_refused(count: usize): "移除被拒绝的（{count}）" / "Remove refused ({count})";
    unsubscribe_all: "全部取消订阅" / "Unsubscribe all";
    unsubscribed_all(count: usize): "已取消 {count} 个订阅" / "{count} subscriptions taken back";
    resubscribed_all(count: usize): "已重新订阅 {count} 个" / "{count} subscribed again";
    added_many(count: usize): "已添加 {count} 个订阅" / "{count} subscriptions added";
    find_subscription(count: usize): "在 {count} 个订阅中查找" / "Find in {count} subscriptions";
    no_subscription_found: "没有匹配的订阅。" / "No subscription matches.";
    system_topics: "系统 Topic" / "System topics";
    custom_topics: "自定义 Topic" / "Custom topics";
    system_none: "还没有订阅系统 Topic。" / "No system topic is subscribed yet.";
    subscription_count_hint: "该过滤器匹配的 Topic 收到的消息，自会话开始" / "Messages received on topics that match, since the session began";
    colour: "颜色" / "Colour";
    asked_qos: "请求的 QoS" / "QoS asked for";
    mute: "静音" / "Mute";
    unmute: "取消静音" / "Unmute";
    mute_hint: "静音：不在记录中显示，仍然计数。M 键静音所选消息的 Topic。" / "Mute: hidden from the log, still counted. M mutes the topic of the selected message.";
    muted: "已静音，仍然计数" / "Muted, still counted";
    resubscribe: "重新订阅" / "Subscribe again";
    hidden_muted(count: &str): "{count} 条消息因静音未显示" / "{count} messages hidden by mute";
    show_muted: "显示" / "Show";
    hide_muted: "隐藏" / "Hide";
    shown_muted(count: &str): "正在显示 {count} 条已静音的消息" / "Showing {count} muted messages";
    all_muted: "这里的消息都已静音" / "All messages here are muted";
    muted_toast(filters: &str): "已静音 {filters}" / "Muted {filters}";
    unmuted_toast(filters: &str): "已取消静音 {filters}" / "Unmuted {filters}";
    and_more(first: &str, more: usize): "{first} 等 {more} 个" / "{first} and {more} more";
    mute_none: "没有订阅匹配这个 Topic" / "No subscription matches this topic";

    limit_count(count: usize, limit: usize): "{count}/{limit}" / "{count}/{limit}";
    limit_meaning(count: usize, limit: usize):
        "{count} 个订阅，平台允许每台设备 {limit} 个" / "{count} subscriptions; the platform allows a device {limit}";
    limit_reached(limit: usize):
        "已有 {limit} 个订阅：平台会拒绝更多的（0x80）。仍可以发送。"
        / "{limit} subscriptions: the platform refuses further ones (0x80). It can be sent all the same.";
    limit_passed(count: usize, limit: usize):
        "添加后有 {count} 个订阅，平台只允许 {limit} 个，其余会被拒绝（0x80）。"
        / "That makes {count} subscriptions; the platform allows {limit} and refuses the rest (0x80).";

    help_known(matching: &str, known: &str): "匹配 {known} 个已知 Topic 中的 {matching} 个" / "Matches {matching} of {known} known topics";
    help_plus(level: &str): "“{level}”：+ 必须独占一级，如 a/+/b" / "“{level}”: + has to fill its level, as in a/+/b";
    help_hash(level: &str): "“{level}”：# 必须独占最后一级，如 a/#" / "“{level}”: # has to be the whole last level, as in a/#";
    help_wildcards: "+ 代表任意一级，# 代表其后所有级。" / "+ stands for any one level, # for all that follow.";
    help_dollar: "以 $ 开头的 Topic 不会匹配首级的 + 和 #。" / "Topics that begin with $ do not match + or # in the first level.";
    help_duplicate: "已订阅；会再次发送 SUBSCRIBE。" / "Subscribed already; SUBSCRIBE is sent again.";
    help_covered(other: &str): "{other} 已包含它；Broker 可能重复投递。" / "{other} covers it already; brokers may deliver its messages twice.";
    help_covers(other: &str): "它包含 {other}；Broker 可能重复投递。" / "It covers {other}; brokers may deliver its messages twice.";
    help_overlaps(other: &str): "与 {other} 重叠；Broker 可能重复投递。" / "Overlaps with {other}; brokers may deliver messages twice.";

    likely_refused(why: &str): "平台很可能拒绝：{why}" / "The platform likely refuses it: {why}";
    was_refused(code: u8, why: &str): "被平台拒绝（0x{code:02x}），很可能是：{why}" / "Refused by the platform (0x{code:02x}), likely: {why}";
    was_refused_generic(code: u8):
        "被 Broker 拒绝（0x{code:02x}），很可能是权限（ACL）不允许" / "Refused by the broker (0x{code:02x}); likely its access rules (ACL) forbid it";
    cause_too_many(limit: usize): "超过每台设备 {limit} 个订阅" / "more than {limit} subscriptions of a device";
    cause_other_device: "不是本设备的 Topic（网关已登录的子设备除外）" / "not this device’s topic (but for a gateway’s sub-devices)";
    cause_device_sends: "这个 Topic 由设备发布，不能订阅" / "the device sends on this topic; it cannot be subscribed";
    cause_rule_engine: "只有规则引擎能收到" / "only the rule engine receives it";
    cause_no_form: "不是平台的 Topic 形式 /ProductSN/DeviceSN/… 或 /$system/…" / "not a form of the platform: /ProductSN/DeviceSN/… or /$system/…";
    cause_parse_suffix: "?parse=true 只用于发布" / "?parse=true is for publishing only";
    cause_not_defined: "产品没有定义这个可订阅的 Topic，或通配符超出定义" / "the product defines no such topic to subscribe, or the wildcard is wider";
    cause_switched_off: "产品没有开启这项功能" / "the product has this function switched off";
    cause_length(bytes: usize, limit: usize): "{bytes} 字节，超过 {limit}" / "{bytes} bytes, above {limit}";
    cause_slashes(slashes: usize, limit: usize): "{slashes} 个斜杠，超过 {limit}" / "{slashes} slashes, above {limit}";

    bulk_title: "批量添加订阅" / "Add many subscriptions";
    bulk_label: "每行一个过滤器" / "One filter a line";
    bulk_hint:
        "过滤器后可加空格和 QoS，如 a/+/b 0；“# ”开头的行是注释。"
        / "A space and a QoS may follow the filter, as in a/+/b 0. A line that begins with “# ” is a comment.";
    bulk_default_qos: "未写 QoS 的行" / "Lines without a QoS";
    bulk_count(good: usize, bad: usize): "{good} 个可添加，{bad} 行有误" / "{good} to add, {bad} lines at fault";
    bulk_line(number: usize, what: &str): "第 {number} 行：{what}" / "Line {number}: {what}";
    bulk_more(count: usize): "还有 {count} 行有误" / "{count} more lines at fault";
    bulk_add(count: usize): "添加 {count} 个" / "Add {count}";
    bulk_repeats(number: usize): "与第 {number} 行相同。" / "The same as line {number}.";
    bulk_nothing: "没有可添加的过滤器。" / "There is no filter to add.";
    bulk_kept: "有误的行留在这里，可以修改后再添加。" / "Lines at fault stay here, to be mended.";
}

impl Lang {
    /// A likely reason for a refusal.
    pub fn refusal_cause(self, cause: RefusalCause) -> String {
        match cause {
            RefusalCause::Limit(TopicLimit::Length(bytes)) => self.cause_length(bytes, limits::TOPIC_LENGTH),
            RefusalCause::Limit(TopicLimit::Slashes(count)) => {
                self.cause_slashes(count, limits::TOPIC_SLASHES)
            }
            RefusalCause::TooMany => self.cause_too_many(limits::SUBSCRIPTIONS),
            RefusalCause::OtherDevice => self.cause_other_device().into(),
            RefusalCause::DeviceSends => self.cause_device_sends().into(),
            RefusalCause::RuleEngineOnly => self.cause_rule_engine().into(),
            RefusalCause::NoForm => self.cause_no_form().into(),
            RefusalCause::ParseSuffix => self.cause_parse_suffix().into(),
            RefusalCause::NotDefined => self.cause_not_defined().into(),
            RefusalCause::SwitchedOff => self.cause_switched_off().into(),
        }
    }

    /// Why a line of many subscriptions adds nothing.
    pub fn bulk_fault(self, fault: BulkFault) -> String {
        match fault {
            BulkFault::Filter(NameError::MisplacedWildcard) => self.name_misplaced().into(),
            BulkFault::Filter(error) => self.name_error(error),
            BulkFault::Repeats(number) => self.bulk_repeats(number),
            BulkFault::Qos2 => self.publish_qos().into(),
        }
    }

    /// The name of a colour, by its number from 0.
    pub const fn colour_name(self, number: u8) -> &'static str {
        match number {
            0 => self.colour_1(),
            1 => self.colour_2(),
            2 => self.colour_3(),
            3 => self.colour_4(),
            4 => self.colour_5(),
            _ => self.colour_6(),
        }
    }
}
