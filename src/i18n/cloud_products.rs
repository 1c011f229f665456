//! The settings of the simulator's products.

use super::{Lang, wording};
use crate::uiot::{CustomTopicError, Permission, limits};

wording! {
    simprod_title: "产品设置" / "Product settings";
    simprod_product: "产品" / "Product";
    simprod_new: "新建产品" / "New product";
    simprod_name: "产品名称" / "Product name";
    simprod_name_empty: "填产品名称" / "A name is needed";
    simprod_kind: "节点类型" / "Node type";
    simprod_kind_direct: "直连设备" / "Device";
    simprod_kind_gateway: "网关" / "Gateway";
    simprod_kind_behind: "网关子设备" / "Behind a gateway";
    simprod_create: "创建" / "Create";
    simprod_created(name: &str): "已创建产品 {name}" / "Product {name} created";
    simprod_copy_sn: "复制 ProductSN" / "Copy ProductSN";
    simprod_copy_secret: "复制 ProductSecret" / "Copy ProductSecret";
    simprod_part: "产品设置的部分" / "Part of the product's settings";
    simprod_general: "常规" / "General";
    simprod_topics: "Topic" / "Topics";
    simprod_model: "物模型" / "Thing model";
    simprod_firmware: "固件" / "Firmware";

    simprod_dynamic: "动态注册" / "Dynamic registration";
    simprod_dynamic_hint: "设备可以用 ProductSecret 换取自己的 DeviceSecret" / "Devices may get their DeviceSecret with the ProductSecret";
    simprod_pre: "预注册校验" / "Pre-authentication";
    simprod_pre_hint: "只有已添加的 DeviceSN 可以动态注册" / "Only devices that were added by hand may register dynamically";
    simprod_shadow: "设备影子" / "Device shadow";
    simprod_shadow_hint: "关闭后设备的请求得到 100027" / "Off, requests of devices get 100027";
    simprod_published: "已发布" / "Published";
    simprod_published_hint: "发布后 Topic 和物模型不能改" / "Once published, topics and thing model cannot be changed";
    simprod_application: "演示应用" / "Demo application";
    simprod_application_hint: "像有人在用手机 App：不时设置属性、发送命令、修改期望影子" / "As somebody with an app on his phone: sets properties, sends commands and wishes now and then";
    simprod_is_published: "产品已发布，这里不能改。在“常规”里取消发布后再改。" / "The product is published: nothing can be changed here. Take that back under “General” first.";

    simprod_forwards: "转发到另一个 Topic（规则引擎）" / "Forward to another topic (rule engine)";
    simprod_forwards_none: "没有转发" / "Nothing is forwarded";
    simprod_forward_from: "从" / "From";
    simprod_forward_to: "到" / "To";
    simprod_forward_add: "添加转发" / "Add a forward";
    simprod_forward_remove(from: &str): "删除从 {from} 的转发" / "Remove the forward from {from}";
    simprod_forward_none: "先定义可发布和可订阅的自定义 Topic" / "Needs a custom topic to publish on and one to subscribe to";

    simprod_topic: "Topic" / "Topic";
    simprod_topic_hint: "/ProductSN/DeviceSN/ 之后的部分" / "What follows /ProductSN/DeviceSN/";
    simprod_permission: "权限" / "Permission";
    simprod_pub: "发布" / "Publish";
    simprod_sub: "订阅" / "Subscribe";
    simprod_pubsub: "发布和订阅" / "Both";
    simprod_broadcast: "广播" / "Broadcast";
    simprod_topic_add: "添加 Topic" / "Add a topic";
    simprod_topic_remove(topic: &str): "删除 {topic}" / "Remove {topic}";
    simprod_topic_none: "没有自定义 Topic" / "No custom topics";
    simprod_topic_twice: "已有这个 Topic" / "There is this topic already";
    simprod_topic_count(count: usize, most: usize): "{count} / {most} 个" / "{count} of {most}";
    simprod_topic_empty: "不能有空的层级" / "No level may be empty";
    simprod_topic_levels(most: usize): "最多 {most} 级" / "At most {most} levels";
    simprod_topic_character(character: char): "不能用 {character}：只能用字母、数字、- _ @ : + # /" / "{character} is not possible: only letters, digits, - _ @ : + # /";
    simprod_topic_long(most: usize): "最多 {most} 个字符" / "At most {most} characters";
    simprod_topic_wildcard: "可发布的 Topic 不能有 + 或 #" / "No + or # where devices may publish";
    simprod_topic_misplaced: "+ 要独占一级，# 只能独占最后一级" / "+ fills a level, # the whole last one";
    simprod_topic_broadcast: "广播 Topic 只能订阅" / "Broadcast topics can only be subscribed to";

    simprod_model_now(properties: usize, events: usize, commands: usize):
        "现在的物模型：{properties} 个属性，{events} 个事件，{commands} 个命令。"
        / "The model now: {properties} properties, {events} events, {commands} commands.";
    simprod_model_load: "导入物模型文件…" / "Load a model file…";
    simprod_model_hint:
        "控制台导出的 JSON，带不带 Template 外层都行。设备已上报的、在新模型里没有位置的值会丢弃。"
        / "JSON as the console exports it, with or without the Template around it. Reported values that have no place in the new model are forgotten.";
    simprod_model_done(name: &str): "已导入 {name}" / "{name} loaded";
    simprod_model_kept(count: usize): "没有导入：有 {count} 处不符合规则，原来的物模型不变。" / "Not loaded: {count} places break a rule. The model stays as it was.";
    simprod_file_large(megabytes: u64): "文件超过 {megabytes} MB" / "The file is larger than {megabytes} MB";
    simprod_file_unreadable: "浏览器没能读出这个文件" / "The browser could not read the file";

    simprod_fw_module: "模块" / "Module";
    simprod_fw_module_add: "添加模块" / "Add a module";
    simprod_fw_module_name: "模块名" / "Module name";
    simprod_fw_module_remove(module: &str): "删除模块 {module}" / "Remove module {module}";
    simprod_fw_none: "没有固件" / "No firmware";
    simprod_fw_add: "添加固件" / "Add a firmware";
    simprod_fw_version: "版本" / "Version";
    simprod_fw_size: "大小（字节）" / "Size in bytes";
    simprod_fw_remove(version: &str): "删除固件 {version}" / "Remove firmware {version}";
    simprod_fw_source: "内容" / "Content";
    simprod_fw_made: "自动生成" / "Made up";
    simprod_fw_file: "文件" / "File";
    simprod_fw_elsewhere: "外部链接" / "Link";
    simprod_fw_choose: "选择文件…" / "Choose a file…";
    simprod_fw_chosen(name: &str, size: &str): "{name}，{size}" / "{name}, {size}";
    simprod_fw_url: "URL" / "URL";
    simprod_fw_md5: "MD5" / "MD5";
    simprod_fw_bad_version: "1 到 32 个字母、数字、. - _" / "1 to 32 letters, digits, . - _";
    simprod_fw_bad_size: "1 字节到 10 MB" / "1 byte to 10 MB";
    simprod_fw_bad_md5: "32 位小写十六进制数" / "32 small hexadecimal digits";
    simprod_fw_bad_url: "填下载链接" / "A link is needed";
    simprod_fw_no_file: "还没有选择文件" / "No file was chosen yet";
    simprod_fw_exists: "这个模块已有这个版本" / "The module has this version already";
}

impl Lang {
    /// What a device may do with a topic.
    pub const fn sim_permission(self, permission: Permission) -> &'static str {
        match permission {
            Permission::Pub => self.simprod_pub(),
            Permission::Sub => self.simprod_sub(),
            Permission::PubSub => self.simprod_pubsub(),
        }
    }

    /// Why a custom topic cannot be defined.
    pub fn sim_topic_error(self, error: CustomTopicError) -> String {
        match error {
            CustomTopicError::EmptyLevel => self.simprod_topic_empty().to_owned(),
            CustomTopicError::TooManyLevels => self.simprod_topic_levels(limits::CUSTOM_TOPIC_LEVELS),
            CustomTopicError::Character(character) => self.simprod_topic_character(character),
            CustomTopicError::TooLong => self.simprod_topic_long(limits::CUSTOM_TOPIC_LENGTH),
            CustomTopicError::WildcardWithPub => self.simprod_topic_wildcard().to_owned(),
            CustomTopicError::MisplacedWildcard => self.simprod_topic_misplaced().to_owned(),
            CustomTopicError::BroadcastWithPub => self.simprod_topic_broadcast().to_owned(),
        }
    }
}
