//! The cloud's side of the simulator: faults on request and simulated devices.

use super::{Lang, wording};
use crate::simulator::{BadFaultValue, DeviceState, FaultSwitch, FaultValue};
use crate::uiot::RetCode;

wording! {
    faults_title: "故障注入" / "Fault injection";
    faults_count(count: usize): "{count} 项生效" / "{count} active";
    faults_all_off: "全部关闭" / "All off";
    faults_for: "作用于" / "Applies to";
    faults_for_all: "所有设备" / "All devices";
    faults_for_one(device: &str, count: usize): "{device}（{count} 项）" / "{device} ({count})";
    faults_own_none:
        "这台设备没有单独的故障，按“所有设备”的设置。在这里打开一项后，只按它自己的设置。"
        / "This device has no faults of its own: those for all devices hold. Once one is on here, only its own hold.";
    faults_own: "只按这台设备自己的设置，不受“所有设备”影响。" / "Only this device's own faults hold for it, not those for all devices.";
    faults_status(count: usize): "故障注入生效中：{count} 项" / "Fault injection active: {count}";
    faults_status_open: "打开云端页面的故障注入" / "Open the fault injection on the cloud page";
    inj_cut_now: "立即断开" / "Disconnect now";
    inj_restart: "重启 Broker" / "Restart broker";
    inj_restart_hint:
        "断开所有连接；持久会话（Clean session 关闭）及其订阅和排队的消息保留"
        / "Cuts every connection; lasting sessions (Clean session off) stay, with their subscriptions and the messages that wait";
    inj_cut_done(count: usize): "已断开 {count} 个连接" / "Connections cut: {count}";
    inj_restart_done(count: usize): "Broker 已重启，断开了 {count} 个连接" / "Broker restarted; connections cut: {count}";
    inj_kept: "，之前的设置继续有效" / "; what was set before still holds";

    inj_delay: "延迟" / "Delay";
    inj_lose_messages: "丢弃 PUBLISH" / "Drop PUBLISH";
    inj_lose_acks: "不回 PUBACK 等确认" / "Withhold PUBACK etc.";
    inj_pingresp: "不回 PINGRESP" / "Withhold PINGRESP";
    inj_silence: "什么都不回，连接保持" / "Send nothing, stay connected";
    inj_cut_after: "每隔一段时间断开" / "Disconnect every";
    inj_cut_at_byte: "下行若干字节后断开" / "Cut after bytes down";
    inj_corrupt: "损坏接下来的报文" / "Corrupt next packets";
    inj_connack: "CONNACK 返回" / "CONNACK returns";
    inj_suback: "SUBACK 返回 0x80" / "SUBACK returns 0x80";
    inj_conflict: "影子版本冲突" / "Shadow version conflict";
    inj_rival: "同凭证竞争（互踢）" / "Credential duel";

    inj_delay_hint: "平台发往设备的每个报文都推迟，顺序不变。" / "Every packet to the device comes later; the order stays.";
    inj_lose_messages_hint: "上下行消息在平台内部丢失；设备发的仍会得到确认。" / "Messages of both directions are lost within the platform; the device's are acknowledged all the same.";
    inj_lose_acks_hint: "PUBACK、PUBREC、PUBCOMP、SUBACK、UNSUBACK 按比例不发送。" / "This share of PUBACK, PUBREC, PUBCOMP, SUBACK and UNSUBACK is not sent.";
    inj_pingresp_hint: "PINGREQ 得不到应答，设备应当发现连接已失效。" / "PINGREQ is not answered: the device should find the connection dead.";
    inj_silence_hint: "TCP 连接还在，但平台不再发送任何报文。" / "The TCP connection stays, but the platform sends no packet any more.";
    inj_cut_after_hint: "从登录（或从现在）算起，到时断开，每个连接都如此。" / "Counted from the login, or from now; each connection meets it.";
    inj_cut_at_byte_hint: "可能断在报文中间；只发生一次。" / "May be in the middle of a packet; happens once.";
    inj_corrupt_hint: "每个报文改动一个字节；数完后自动关闭。" / "One byte of each is changed; goes off when they are counted down.";
    inj_connack_hint: "从下一次 CONNECT 起生效。" / "From the next CONNECT on.";
    inj_suback_hint: "匹配这个过滤器的订阅被拒绝。" / "Subscriptions that this filter matches are refused.";
    inj_conflict_hint: "别的客户端抢先修改影子，设备的修改得到 100026 和平台的整份文档。" / "Somebody else edits the shadow first: the device's edit gets 100026 and the platform's whole document.";
    inj_rival_hint: "设备登录后每隔这段时间，就有另一个客户端用同一凭证登录，平台把设备踢下线。" / "So long after each login another client logs in with the same credential, and the platform kicks the device out.";

    inj_jitter: "抖动" / "jitter";
    inj_next: "下一次修改" / "next edit";
    inj_every: "每一次修改" / "every edit";
    inj_bad_number(least: u64, most: u64): "填 {least} 到 {most} 的整数" / "A whole number from {least} to {most}";
    inj_bad_percent: "填大于 0、不超过 100 的数" / "A number above 0, up to 100";
    inj_bad_filter: "不是合法的 Topic 过滤器" / "Not a valid topic filter";
    inj_code(code: u8, meaning: &str): "{code} {meaning}" / "{code} {meaning}";

    simdev_title: "模拟设备" / "Simulated devices";
    simdev_new: "新建" / "New";
    simdev_new_title: "新建模拟设备" / "New simulated device";
    simdev_sn: "DeviceSN" / "DeviceSN";
    simdev_sn_hint: "留空则自动生成" / "Left empty, it is made up";
    simdev_sn_bad: "4 到 64 个字符：字母、数字、- _ @ :" / "4 to 64 characters: letters, digits, - _ @ :";
    simdev_sn_taken: "这个产品里已有这台设备" / "The product has this device already";
    simdev_product: "产品" / "Product";
    simdev_create: "创建" / "Create";
    simdev_created(device: &str): "已创建 {device}" / "{device} created";
    simdev_online: "在线" / "online";
    simdev_online_for(time: &str): "在线 {time}" / "online {time}";
    simdev_offline: "离线" / "offline";
    simdev_inactivated: "未激活" / "inactivated";
    simdev_disabled: "已禁用" / "disabled";
    simdev_find: "查找设备" / "Find a device";
    simdev_more(count: usize): "还有 {count} 台没有列出" / "{count} more are not listed";
    simdev_none: "没有设备" / "No devices";
    simdev_secret: "DeviceSecret" / "DeviceSecret";
    simdev_copy_secret: "复制 DeviceSecret" / "Copy DeviceSecret";
    simdev_masked: "已隐藏" / "hidden";
    simdev_open: "以此设备打开会话" / "Open a session as it";
    simdev_show: "转到它的会话" / "Go to its session";
    simdev_here: "就是当前会话" / "This is its session";
    simdev_behind: "在网关之后，不能自己连接" / "Behind a gateway: it cannot connect by itself";
    simdev_faults: "单独设故障" / "Faults for it";
    simdev_delete: "删除" / "Delete";
    simdev_delete_title(device: &str): "删除设备 {device}？" / "Delete device {device}?";
    simdev_delete_text:
        "它的连接会断开，影子、属性、固件状态和单独的故障一并删除。不能撤销。"
        / "Its connection is cut; its shadow, properties, firmware state and faults go with it. This cannot be undone.";
    simdev_deleted(device: &str): "已删除 {device}" / "{device} deleted";
    sim_refused_with(code: RetCode, why: &str): "平台拒绝：{code} {why}" / "The platform refused: {code} {why}";
    sim_products: "产品设置…" / "Product settings…";
    sim_choices: "文档未说明之处…" / "Where the documents are silent…";
    sim_close: "关闭" / "Close";
}

impl Lang {
    /// A fault's name.
    pub const fn inj_name(self, switch: FaultSwitch) -> &'static str {
        match switch {
            FaultSwitch::Delay => self.inj_delay(),
            FaultSwitch::LoseMessages => self.inj_lose_messages(),
            FaultSwitch::LoseAcks => self.inj_lose_acks(),
            FaultSwitch::WithholdPingresp => self.inj_pingresp(),
            FaultSwitch::Silence => self.inj_silence(),
            FaultSwitch::CutAfter => self.inj_cut_after(),
            FaultSwitch::CutAtByte => self.inj_cut_at_byte(),
            FaultSwitch::Corrupt => self.inj_corrupt(),
            FaultSwitch::RefuseConnect => self.inj_connack(),
            FaultSwitch::RefuseSubscribe => self.inj_suback(),
            FaultSwitch::ShadowConflict => self.inj_conflict(),
            FaultSwitch::Rival => self.inj_rival(),
        }
    }

    /// What a fault does.
    pub const fn inj_hint(self, switch: FaultSwitch) -> &'static str {
        match switch {
            FaultSwitch::Delay => self.inj_delay_hint(),
            FaultSwitch::LoseMessages => self.inj_lose_messages_hint(),
            FaultSwitch::LoseAcks => self.inj_lose_acks_hint(),
            FaultSwitch::WithholdPingresp => self.inj_pingresp_hint(),
            FaultSwitch::Silence => self.inj_silence_hint(),
            FaultSwitch::CutAfter => self.inj_cut_after_hint(),
            FaultSwitch::CutAtByte => self.inj_cut_at_byte_hint(),
            FaultSwitch::Corrupt => self.inj_corrupt_hint(),
            FaultSwitch::RefuseConnect => self.inj_connack_hint(),
            FaultSwitch::RefuseSubscribe => self.inj_suback_hint(),
            FaultSwitch::ShadowConflict => self.inj_conflict_hint(),
            FaultSwitch::Rival => self.inj_rival_hint(),
        }
    }

    /// What a fault's value is called: after the fault, except for the second of a pair.
    pub const fn inj_value(self, switch: FaultSwitch, value: FaultValue) -> &'static str {
        match value {
            FaultValue::Jitter => self.inj_jitter(),
            _ => self.inj_name(switch),
        }
    }

    /// What is wrong with a fault's value.
    pub fn bad_fault_value(self, bad: BadFaultValue) -> String {
        match bad {
            BadFaultValue::Number(least, most) => self.inj_bad_number(least, most),
            BadFaultValue::Percent => self.inj_bad_percent().to_owned(),
            BadFaultValue::Filter => self.inj_bad_filter().to_owned(),
        }
    }

    /// The console's word for a device's state.
    pub const fn device_state(self, state: DeviceState) -> &'static str {
        match state {
            DeviceState::Online => self.simdev_online(),
            DeviceState::Offline => self.simdev_offline(),
            DeviceState::Inactivated => self.simdev_inactivated(),
            DeviceState::Disabled => self.simdev_disabled(),
        }
    }

    /// Why the cloud's side did not do something.
    pub fn sim_refused(self, code: RetCode) -> String {
        self.sim_refused_with(code, self.ret_code(code).unwrap_or_default())
    }
}
