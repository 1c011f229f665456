//! The page of a gateway and its sub-devices.

use super::{Lang, wording};
use crate::uiot::gateway::{End, FOUND_TIMEOUT, Notice, REQUEST_TIMEOUT, RequestKind};

wording! {
    gateway_title: "网关与子设备" / "Gateway and sub-devices";
    gateway_try: "用模拟器试用网关" / "Try a gateway in the simulator";
    gateway_none_is: "这台设备不是网关" / "This device is no gateway";
    gateway_none_is_why:
        "它的产品不是网关类型（NodeType 为 gateway）：平台拒绝订阅 subdev/ 下的 Topic，也不应答这些请求。请求仍可发出，用来查看平台的反应。"
        / "Its product is not of the type gateway (NodeType gateway): the platform refuses the topics below subdev/ and answers none of these requests. They can be sent all the same, to see what the platform does.";
    gateway_likely_none: "这台设备很可能不是网关" / "This device is likely no gateway";
    gateway_likely_none_why:
        "平台拒绝了 subdev/ 下的订阅；只有网关产品（NodeType 为 gateway）的设备能订阅。在控制台查看产品类型。"
        / "The platform refused subscriptions below subdev/, which only devices of a gateway product (NodeType gateway) may have. Look at the product’s type in the console.";
    gateway_is_behind:
        "它属于接在网关后面的产品：子设备只能通过网关接入平台。"
        / "Its product is for devices behind a gateway: those reach the platform through their gateway only.";
    gateway_what:
        "网关产品（NodeType 为 gateway）的设备在这里替子设备注册、建立拓扑关系、上线离线，并以子设备的名义收发消息。"
        / "A device of a gateway product (NodeType gateway) registers sub-devices here, puts them into its topology, logs them in and out, and sends and receives in their name.";
    gateway_demo(known: &str, new: &str):
        "演示：{known} 在平台上已有，添加拓扑关系后直接上线；{new} 还没有，先动态注册。"
        / "Demo: {known} is known to the platform; add it to the topology and log it in. {new} is not there yet; register it first.";

    gateway_devices: "子设备" / "Sub-devices";
    gateway_enter: "添加到列表" / "Add to the list";
    gateway_sub_product: "子设备 ProductSN" / "Sub-device’s ProductSN";
    gateway_sub_sns: "DeviceSN（可多个）" / "DeviceSN (one or more)";
    gateway_sub_sns_hint: "用空格、逗号或换行分隔" / "Separated by spaces, commas or lines";
    gateway_sub_secret: "ProductSecret" / "ProductSecret";
    gateway_sub_secret_note: "动态注册、上报发现" / "to register or report";
    gateway_secret_hint: "只在内存里，每个产品一个" / "In memory only, one for each product";
    gateway_secret_known: "已记住" / "remembered";
    gateway_enter_both: "填写子设备的 ProductSN 和至少一个 DeviceSN。" / "Enter the sub-device’s ProductSN and at least one DeviceSN.";
    gateway_odd_sn(sn: &str):
        "“{sn}”不合 DeviceSN 的格式（4 到 64 个字母、数字或 - _ @ :）；已加入列表，平台很可能拒绝。"
        / "“{sn}” has not the form of a DeviceSN (4 to 64 letters, digits, - _ @ :). It is in the list; the platform will likely refuse it.";
    gateway_list_full(most: usize): "列表已满：最多 {most} 个子设备。移出一些再添加。" / "The list is full: {most} sub-devices at most. Take some out first.";
    gateway_no_secret(product: &str):
        "缺少产品 {product} 的 ProductSecret：动态注册和上报发现的请求里要带。填写后再发。"
        / "The ProductSecret of {product} is missing: registering and reporting as found need it. Enter it and send again.";
    gateway_choose_first: "先在表里选择子设备。" / "Choose sub-devices in the table first.";
    gateway_too_many(most: usize):
        "已有 {most} 个请求在等待应答，这一个没有发出。等它们结束再发。"
        / "{most} requests wait for their answers; this one was not sent. Wait until they end.";
    gateway_too_large(most: usize):
        "一次最多 {most} 个子设备，以免超出 256 KB 的报文上限。少选一些。"
        / "{most} sub-devices at a time at most, to keep to packets of 256 KB. Choose fewer.";

    gateway_col_state: "状态" / "State";
    gateway_col_actions: "操作" / "Actions";
    gateway_choose_all: "选择全部" / "Choose all";
    gateway_choose_one(device: &str): "选择 {device}" / "Choose {device}";
    gateway_chosen(count: usize): "已选 {count} 个" / "{count} chosen";
    gateway_in_topology: "在拓扑中" / "in topology";
    gateway_logged_in: "已上线" / "logged in";
    gateway_disabled: "已禁用" / "disabled";
    gateway_unknown: "只在列表里" / "in the list only";
    gateway_copy_secret(device: &str): "复制 {device} 的 DeviceSecret" / "Copy the DeviceSecret of {device}";
    gateway_take_out(device: &str): "把 {device} 移出列表" / "Take {device} out of the list";
    gateway_taken_out(device: &str): "{device} 已移出列表" / "{device} is out of the list";
    gateway_open_traffic(device: &str): "以 {device} 的名义收发" / "Send and receive as {device}";
    gateway_more_rows(count: usize): "还有 {count} 个未显示，用筛选缩小范围。" / "{count} more are not shown. Filter to see them.";
    gateway_filter: "筛选子设备" / "Filter sub-devices";
    gateway_empty: "还没有子设备" / "No sub-devices yet";
    gateway_empty_why: "在上面填写，或查询拓扑关系。" / "Enter some above, or ask for the topology.";

    gateway_do_register: "动态注册" / "Register";
    gateway_do_add: "添加拓扑" / "Add to topology";
    gateway_do_delete: "删除拓扑" / "Delete from topology";
    gateway_do_get: "查询拓扑" / "Get topology";
    gateway_do_login: "上线" / "Log in";
    gateway_do_logout: "离线" / "Log out";
    gateway_do_found: "上报发现" / "Report as found";
    gateway_hint_register: "向平台要子设备的 DeviceSecret；只有动态注册的子设备需要" / "Asks for the DeviceSecrets; only sub-devices that register dynamically need it";
    gateway_hint_add: "把子设备放到本网关之下；若在别的网关下，会被移过来" / "Puts them behind this gateway, also if they are behind another one";
    gateway_hint_delete: "把子设备移出本网关；它们随之离线" / "Takes them away from this gateway; they are offline then";
    gateway_hint_get: "查询哪些子设备在本网关之下" / "Asks which sub-devices are behind this gateway";
    gateway_hint_login: "子设备上线；成功后可用它们自己的 Topic 收发" / "Says that they are online; from then on their own topics can be used";
    gateway_hint_logout: "子设备离线" / "Says that they are offline";
    gateway_hint_found: "只转给规则引擎；由应用决定是否应答" / "Goes to the rule engine only; an application may answer";

    gateway_requests: "请求与通知" / "Requests and notices";
    gateway_requests_none: "还没有请求" / "No requests yet";
    gateway_waits(seconds: u64): "等待应答，还剩 {seconds} 秒" / "waits for its answer, {seconds} s left";
    gateway_and_more(count: usize): "等 {count} 个" / ", {count} in all";
    gateway_no_room(count: usize): "其中 {count} 个没有记住：子设备太多" / "{count} of them are not remembered: too many sub-devices";
    gateway_done(what: &str): "{what}：成功" / "{what}: done";
    gateway_refused(what: &str, code: i64): "{what}被拒绝：RetCode {code}" / "{what} was refused: RetCode {code}";
    gateway_overdue(what: &str, seconds: u64):
        "{what}：{seconds} 秒内没有应答。应答 Topic 没有订阅、设备不是网关，或消息丢失。"
        / "{what}: no answer within {seconds} s. The answer’s topic is not subscribed, the device is no gateway, or a message was lost.";
    gateway_lost(what: &str): "{what}：连接断开，没有等到应答" / "{what}: the connection was lost before an answer came";
    gateway_unasked(topic: &str): "{topic}：没有请求在等这个应答，未作更改" / "{topic}: nobody waits for this answer; it changed nothing";
    gateway_late(topic: &str):
        "{topic}：应答来得太迟，未作更改。查询拓扑可知现状。"
        / "{topic}: the answer came too late and changed nothing. Get the topology to see what holds.";
    gateway_told_added: "云端把子设备加入本网关的拓扑，并给出 DeviceSecret。可以让它们上线了。" / "The cloud put sub-devices behind this gateway and gave their DeviceSecrets. They can log in now.";
    gateway_told_removed: "云端把子设备移出本网关的拓扑，也可能是被另一个网关添加。它们已离线。" / "The cloud took sub-devices away from this gateway, perhaps because another one added them. They are offline.";
    gateway_told_enabled: "云端启用了子设备。可以重新上线。" / "The cloud enabled sub-devices. They can log in again.";
    gateway_told_disabled: "云端禁用了子设备：它们被强制离线，启用前不能上线。" / "The cloud disabled sub-devices: they are offline and cannot log in until they are enabled.";
    gateway_told_deleted: "云端删除了子设备：平台上已没有它们。" / "The cloud deleted sub-devices: the platform has them no longer.";

    gateway_traffic: "以子设备的名义收发" / "In a sub-device’s name";
    gateway_traffic_none: "在表里点一个子设备，以它的名义发送消息，并订阅它的下行 Topic。" / "Choose a sub-device’s name in the table to send messages as it and to subscribe what is sent to it.";
    gateway_not_logged_in:
        "它没有上线：平台不接受以它的名义发送的消息，也拒绝它的订阅。先添加拓扑，再上线。"
        / "It is not logged in: the platform takes no messages in its name and refuses its subscriptions. Add it to the topology, then log it in.";
    gateway_subscribe_down(on: usize, all: usize): "订阅它的下行 Topic（{on}/{all}）" / "Subscribe what is sent to it ({on}/{all})";
    gateway_unsubscribe_down: "取消它的订阅" / "Unsubscribe its topics";
    gateway_resubscribe_hint:
        "网关断线后，子设备全部离线：重连后先让它上线，再订阅。"
        / "When the gateway loses its connection, all its sub-devices are offline: log them in again, then subscribe again.";
    gateway_request: "请求" / "Request";
    gateway_custom_upload: "自定义 Topic：upload" / "Custom topic: upload";
    gateway_any: "任意 Topic 和载荷" / "Any topic and payload";
    gateway_send: "以它的名义发送" / "Send as this sub-device";
    gateway_sent_to(topic: &str): "已发送到 {topic}" / "Sent to {topic}";
    gateway_bad_topic(why: &str): "Topic 不能用：{why}" / "This is no topic: {why}";
    gateway_variable_hint: "变量如 ${ms}、${sine 22 28 60s} 在发送时取值。" / "Variables such as ${ms} and ${sine 22 28 60s} get their values when it is sent.";
    gateway_its_messages: "它的消息" / "Its messages";
}

impl Lang {
    /// What a gateway asks for, as its button says it.
    pub const fn gateway_kind(self, kind: RequestKind) -> &'static str {
        match kind {
            RequestKind::Register => self.gateway_do_register(),
            RequestKind::TopoAdd => self.gateway_do_add(),
            RequestKind::TopoDelete => self.gateway_do_delete(),
            RequestKind::TopoGet => self.gateway_do_get(),
            RequestKind::Login => self.gateway_do_login(),
            RequestKind::Logout => self.gateway_do_logout(),
            RequestKind::Found => self.gateway_do_found(),
        }
    }

    /// What comes of it.
    pub const fn gateway_kind_hint(self, kind: RequestKind) -> &'static str {
        match kind {
            RequestKind::Register => self.gateway_hint_register(),
            RequestKind::TopoAdd => self.gateway_hint_add(),
            RequestKind::TopoDelete => self.gateway_hint_delete(),
            RequestKind::TopoGet => self.gateway_hint_get(),
            RequestKind::Login => self.gateway_hint_login(),
            RequestKind::Logout => self.gateway_hint_logout(),
            RequestKind::Found => self.gateway_hint_found(),
        }
    }

    /// What the cloud told a gateway, and what it means.
    pub const fn gateway_notice(self, notice: Notice) -> &'static str {
        match notice {
            Notice::Added => self.gateway_told_added(),
            Notice::Removed => self.gateway_told_removed(),
            Notice::Enabled => self.gateway_told_enabled(),
            Notice::Disabled => self.gateway_told_disabled(),
            Notice::Deleted => self.gateway_told_deleted(),
        }
    }

    /// How a request ended, or what came without one; a return code with its meaning.
    pub fn gateway_end(self, end: &End) -> String {
        match end {
            End::Done(kind) => self.gateway_done(self.gateway_kind(*kind)),
            End::Refused(kind, code, message) => {
                let mut text = self.gateway_refused(self.gateway_kind(*kind), code.0);
                if let Some(meaning) = self.ret_code(*code) {
                    text.push_str(" · ");
                    text.push_str(meaning);
                }
                // What the platform said itself stands beside it, in whatever language.
                if !message.is_empty() {
                    text.push_str(" ·");
                }
                text
            }
            End::Overdue(kind) => {
                let within = if *kind == RequestKind::Found { FOUND_TIMEOUT } else { REQUEST_TIMEOUT };
                self.gateway_overdue(self.gateway_kind(*kind), within.as_secs())
            }
            End::Lost(kind) => self.gateway_lost(self.gateway_kind(*kind)),
            End::Unasked { topic, late: false } => self.gateway_unasked(topic.suffix()),
            End::Unasked { topic, late: true } => self.gateway_late(topic.suffix()),
            End::Noticed(notice) => self.gateway_notice(*notice).to_owned(),
        }
    }
}
