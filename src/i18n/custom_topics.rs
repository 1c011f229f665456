//! The custom topics that are kept per product, and samples from the catalogue of topics.

use super::{Lang, wording};
use crate::storage::AddFault;
use crate::uiot::{CustomTopicError, NoParse, Permission, limits};

wording! {
    send_sample: "发送示例" / "Send a sample";
    send_sample_of(request: &str): "发送示例：{request}" / "Send a sample: {request}";
    answered_by_hand:
        "没有示例：RequestID 取自收到的消息。在物模型页应答。"
        / "No sample: the RequestID is that of what came. Answer on the page of the thing model.";
    custom_topics_hint(product: &str):
        "产品 {product} 在控制台定义了哪些自定义 Topic，设备查不到；在这里照着填写，只保存在此浏览器。"
        / "A device cannot ask which custom topics the console defines for product {product}. Enter them here; they are kept in this browser only.";
    custom_topics_none: "列表是空的。" / "The list is empty.";
    custom_add: "添加" / "Add";
    custom_rest: "Topic 的其余部分" / "Rest of the topic";
    custom_permission: "设备的权限" / "What a device may do";
    custom_kind: "种类" / "Kind";
    custom_own: "本设备" / "Own";
    custom_broadcast: "广播" / "Broadcast";
    custom_pub: "发布" / "Publish";
    custom_sub: "订阅" / "Subscribe";
    custom_pubsub: "发布和订阅" / "Both";
    custom_remove(topic: &str): "移除 {topic}" / "Remove {topic}";
    custom_removed(topic: &str): "已移除 {topic}" / "Removed {topic}";
    custom_reset: "恢复默认" / "Restore the defaults";
    custom_was_reset: "自定义 Topic 已恢复默认" / "The custom topics are the defaults again";
    custom_parse: "交给产品的解析器" / "For the product’s parser";
    custom_parse_hint:
        "加上 ?parse=true：平台用产品的脚本解析二进制载荷"
        / "Adds ?parse=true: the platform reads the binary payload with the product’s script";
    custom_broadcast_hint: "广播 Topic 由该产品的全部设备共用，只能订阅。" / "A broadcast topic is shared by all devices of the product, which only subscribe to it.";
    parse_on: "加上 ?parse=true" / "Add ?parse=true";
    parse_off: "去掉 ?parse=true" / "Remove ?parse=true";
    parse_system: "?parse=true 对系统 Topic 无效：只用于有发布权限的自定义 Topic。" / "?parse=true has no effect on system topics: it is for custom topics with permission to publish.";
    parse_broadcast: "?parse=true 不能用于广播 Topic：设备只能订阅它们。" / "?parse=true is not for broadcast topics: devices only subscribe to them.";
    parse_not_published: "?parse=true 只用于有发布权限的自定义 Topic；这个 Topic 只能订阅。" / "?parse=true is for custom topics with permission to publish; this one is only subscribed to.";
    parse_form: "先填写自定义 Topic，如 ~/upload；?parse=true 只用于它们。" / "Enter a custom topic first, such as ~/upload; ?parse=true is for those only.";

    custom_empty_level: "有一级是空的。每一级都要有字符，用 / 分隔。" / "A level is empty. Each needs characters; / separates them.";
    custom_many_levels(most: usize): "超过 {most} 级。平台不接受，减少几级。" / "More than {most} levels, which the platform does not take. Use fewer.";
    custom_character(character: char): "字符“{character}”不能用。可用字母、数字、- _ @ : 和通配符 + #。" / "The character “{character}” cannot be used. Letters, digits, - _ @ : and the wildcards + # can.";
    custom_long(most: usize): "超过 {most} 个字符。缩短它。" / "More than {most} characters. Make it shorter.";
    custom_wildcard_pub: "通配符 + 和 # 只能用于订阅的 Topic。把权限改为订阅。" / "The wildcards + and # are for topics to subscribe only. Choose to subscribe.";
    custom_wildcard_place: "+ 要独占一级；# 要独占最后一级。" / "+ has to fill its level; # has to be the whole last level.";
    custom_broadcast_pub: "广播 Topic 只能订阅。把权限改为订阅。" / "Devices only subscribe to a broadcast topic. Choose to subscribe.";
    custom_twin: "列表里已有这个 Topic。" / "The list has this topic already.";
    custom_full(most: usize): "每个产品最多 {most} 个自定义 Topic。先移除一些。" / "A product has {most} custom topics at most. Remove some first.";
}

impl Lang {
    /// What a device may do with a custom topic.
    pub const fn custom_permission_of(self, permission: Permission) -> &'static str {
        match permission {
            Permission::Pub => self.custom_pub(),
            Permission::Sub => self.custom_sub(),
            Permission::PubSub => self.custom_pubsub(),
        }
    }

    /// Why a custom topic was not added, and what to do.
    pub fn custom_fault(self, fault: AddFault) -> String {
        match fault {
            AddFault::Twin => self.custom_twin().to_owned(),
            AddFault::Full => self.custom_full(limits::CUSTOM_TOPICS),
            AddFault::Check(error) => match error {
                CustomTopicError::EmptyLevel => self.custom_empty_level().to_owned(),
                CustomTopicError::TooManyLevels => self.custom_many_levels(limits::CUSTOM_TOPIC_LEVELS),
                CustomTopicError::Character(character) => self.custom_character(character),
                CustomTopicError::TooLong => self.custom_long(limits::CUSTOM_TOPIC_LENGTH),
                CustomTopicError::WildcardWithPub => self.custom_wildcard_pub().to_owned(),
                CustomTopicError::MisplacedWildcard => self.custom_wildcard_place().to_owned(),
                CustomTopicError::BroadcastWithPub => self.custom_broadcast_pub().to_owned(),
            },
        }
    }

    /// Why a topic cannot ask for the product's parser.
    pub const fn no_parse(self, why: NoParse) -> &'static str {
        match why {
            NoParse::System => self.parse_system(),
            NoParse::Broadcast => self.parse_broadcast(),
            NoParse::NotPublished => self.parse_not_published(),
            NoParse::Form => self.parse_form(),
        }
    }
}
