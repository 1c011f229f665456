//! What the platform's own topics are for.

use super::{Lang, wording};
use crate::uiot::{Direction, SystemTopic, TopicFamily};

wording! {
    catalogue_open: "选择并说明 Topic" / "Choose and explain topics";
    catalogue_title: "本设备的 Topic" / "This device’s topics";
    catalogue_hint:
        "开关订阅平台发给设备的 Topic；其余由设备发布，或只有规则引擎能收到。"
        / "A switch subscribes a topic on which the platform writes to the device. The others are for the device to publish, or for the rule engine alone.";
    catalogue_all: "物模型、设备影子和固件升级的全部下行 Topic" / "All that the thing model, the shadow and OTA send to the device";
    source(page: &str): "来源：{page}" / "Source: {page}";
    answers_topic(suffix: &str): "对 {suffix} 的应答" / "Answers {suffix}";
    answered_on(suffix: &str): "应答在 {suffix}" / "Answered on {suffix}";
    platform_writes: "平台 → 设备" / "Platform → device";
    device_writes: "设备 → 平台" / "Device → platform";
    rule_engine_only: "仅规则引擎" / "Rule engine only";

    family_properties: "物模型：模板与属性" / "Thing model: template and properties";
    family_commands: "物模型：事件与命令" / "Thing model: events and commands";
    family_shadow: "设备影子" / "Device shadow";
    family_ota: "固件升级（OTA）" / "Firmware (OTA)";
    family_gateway: "网关与子设备" / "Gateway and sub-devices";
    family_registration: "动态注册" / "Dynamic registration";
    family_status: "设备状态" / "Device status";

    topic_password: "动态注册时请求 DeviceSecret。" / "Asks for the DeviceSecret in dynamic registration.";
    topic_password_reply: "返回 DeviceSecret。" / "Brings the DeviceSecret.";
    topic_device_status: "设备上线和离线的通知。" / "Tells when the device goes online or offline.";
    topic_shadow_upstream: "更新或删除设备影子。" / "Updates the device shadow, or deletes from it.";
    topic_shadow_downstream: "更新的应答，以及期望值的变化。" / "Answers to updates, and changes of desired values.";
    topic_shadow_get: "请求影子文档。" / "Asks for the shadow document.";
    topic_shadow_get_reply: "返回影子文档。" / "Brings the shadow document.";
    topic_shadow_document: "每次变化后的完整影子文档。" / "The whole shadow document after each change.";
    topic_template_get: "请求物模型模板。" / "Asks for the thing model.";
    topic_template_get_reply: "返回物模型模板。" / "Brings the thing model.";
    topic_property_post: "上报属性。" / "Posts properties.";
    topic_property_post_reply: "属性上报的结果。" / "The result of a post.";
    topic_property_set: "云端设置属性。" / "The cloud sets properties.";
    topic_property_set_reply: "设备对属性设置的应答。" / "The device’s answer to a set.";
    topic_property_restore: "请求最后一次保存的属性值。" / "Asks for the last saved values.";
    topic_property_restore_reply: "返回最后一次保存的属性值。" / "Brings the last saved values.";
    topic_desired_get: "请求缓存的属性期望值。" / "Asks for desired values that were kept.";
    topic_desired_get_reply: "返回属性期望值。" / "Brings the desired values.";
    topic_desired_delete: "删除属性期望值。" / "Deletes desired values.";
    topic_desired_delete_reply: "删除期望值的结果。" / "The result of a deletion.";
    topic_property_document: "每次变化后的全部属性。" / "All properties after each change.";
    topic_event_post: "上报事件。" / "Posts an event.";
    topic_event_post_reply: "事件上报的结果。" / "The result of an event’s post.";
    topic_command: "云端下发命令；同步命令最多等待 5 秒。" / "The cloud sends a command; it waits 5 s at most for a synchronous one.";
    topic_command_reply: "设备对命令的应答，末级为 RequestID。" / "The device’s answer to a command; the RequestID is its last level.";
    topic_ota_upstream: "上报固件版本、升级进度和结果。" / "Tells the firmware’s version, the progress and the result.";
    topic_ota_downstream: "下发升级任务，或取消升级。" / "Orders an update, or cancels it.";
    topic_sub_register: "动态注册子设备。" / "Registers sub-devices dynamically.";
    topic_sub_register_reply: "返回子设备的 DeviceSecret。" / "Brings the DeviceSecrets of sub-devices.";
    topic_topo_add: "添加子设备拓扑关系。" / "Adds sub-devices to the topology.";
    topic_topo_add_reply: "添加拓扑关系的结果。" / "The result of adding.";
    topic_topo_delete: "删除子设备拓扑关系。" / "Takes sub-devices out of the topology.";
    topic_topo_delete_reply: "删除拓扑关系的结果。" / "The result of taking out.";
    topic_topo_get: "请求拓扑关系。" / "Asks for the topology.";
    topic_topo_get_reply: "返回拓扑关系。" / "Brings the topology.";
    topic_topo_notify_add: "云端添加了子设备拓扑关系。" / "The cloud added sub-devices to the topology.";
    topic_topo_notify_delete: "云端删除了子设备拓扑关系。" / "The cloud took sub-devices out of the topology.";
    topic_sub_login: "子设备上线。" / "Sub-devices go online.";
    topic_sub_login_reply: "子设备上线的结果。" / "The result of going online.";
    topic_sub_logout: "子设备离线。" / "Sub-devices go offline.";
    topic_sub_logout_reply: "子设备离线的结果。" / "The result of going offline.";
    topic_sub_enable: "云端启用子设备。" / "The cloud enables sub-devices.";
    topic_sub_disable: "云端禁用子设备。" / "The cloud disables sub-devices.";
    topic_sub_delete: "云端删除子设备。" / "The cloud deletes sub-devices.";
    topic_topo_found: "上报发现的子设备，交给规则引擎。" / "Tells of sub-devices that were found, for the rule engine.";
    topic_topo_found_reply: "应用对发现子设备的应答。" / "The application’s answer to what was found.";
}

impl Lang {
    /// What a service is called.
    pub const fn topic_family(self, family: TopicFamily) -> &'static str {
        match family {
            TopicFamily::Properties => self.family_properties(),
            TopicFamily::Commands => self.family_commands(),
            TopicFamily::Shadow => self.family_shadow(),
            TopicFamily::Ota => self.family_ota(),
            TopicFamily::Gateway => self.family_gateway(),
            TopicFamily::Registration => self.family_registration(),
            TopicFamily::Status => self.family_status(),
        }
    }

    /// Who writes on a topic.
    pub const fn topic_direction(self, direction: Direction) -> &'static str {
        match direction {
            Direction::Up => self.device_writes(),
            Direction::Down => self.platform_writes(),
            Direction::RuleEngine => self.rule_engine_only(),
        }
    }

    /// What a system topic is for, in a sentence.
    pub const fn topic_purpose(self, topic: SystemTopic) -> &'static str {
        use SystemTopic as T;
        match topic {
            T::Password => self.topic_password(),
            T::PasswordReply => self.topic_password_reply(),
            T::DeviceStatus => self.topic_device_status(),
            T::ShadowUpstream => self.topic_shadow_upstream(),
            T::ShadowDownstream => self.topic_shadow_downstream(),
            T::ShadowGet => self.topic_shadow_get(),
            T::ShadowGetReply => self.topic_shadow_get_reply(),
            T::ShadowDocument => self.topic_shadow_document(),
            T::TemplateGet => self.topic_template_get(),
            T::TemplateGetReply => self.topic_template_get_reply(),
            T::PropertyPost => self.topic_property_post(),
            T::PropertyPostReply => self.topic_property_post_reply(),
            T::PropertySet => self.topic_property_set(),
            T::PropertySetReply => self.topic_property_set_reply(),
            T::PropertyRestore => self.topic_property_restore(),
            T::PropertyRestoreReply => self.topic_property_restore_reply(),
            T::DesiredGet => self.topic_desired_get(),
            T::DesiredGetReply => self.topic_desired_get_reply(),
            T::DesiredDelete => self.topic_desired_delete(),
            T::DesiredDeleteReply => self.topic_desired_delete_reply(),
            T::PropertyDocument => self.topic_property_document(),
            T::EventPost => self.topic_event_post(),
            T::EventPostReply => self.topic_event_post_reply(),
            T::Command => self.topic_command(),
            T::CommandReply => self.topic_command_reply(),
            T::OtaUpstream => self.topic_ota_upstream(),
            T::OtaDownstream => self.topic_ota_downstream(),
            T::SubRegister => self.topic_sub_register(),
            T::SubRegisterReply => self.topic_sub_register_reply(),
            T::TopoAdd => self.topic_topo_add(),
            T::TopoAddReply => self.topic_topo_add_reply(),
            T::TopoDelete => self.topic_topo_delete(),
            T::TopoDeleteReply => self.topic_topo_delete_reply(),
            T::TopoGet => self.topic_topo_get(),
            T::TopoGetReply => self.topic_topo_get_reply(),
            T::TopoNotifyAdd => self.topic_topo_notify_add(),
            T::TopoNotifyDelete => self.topic_topo_notify_delete(),
            T::SubLogin => self.topic_sub_login(),
            T::SubLoginReply => self.topic_sub_login_reply(),
            T::SubLogout => self.topic_sub_logout(),
            T::SubLogoutReply => self.topic_sub_logout_reply(),
            T::SubEnable => self.topic_sub_enable(),
            T::SubDisable => self.topic_sub_disable(),
            T::SubDelete => self.topic_sub_delete(),
            T::TopoFound => self.topic_topo_found(),
            T::TopoFoundReply => self.topic_topo_found_reply(),
        }
    }
}
