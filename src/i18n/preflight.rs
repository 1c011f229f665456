use super::{Lang, wording};
use crate::storage::{Fault, Finding, Holder, Problem, Verdict};
use crate::uiot::limits;

wording! {
    preflight: "连接前检查" / "Preflight";
    preflight_errors(count: usize): "{count} 处错误" / "{count} to correct";
    preflight_warnings(count: usize): "{count} 处提醒" / "{count} to look at";
    preflight_good: "全部通过" / "All good";
    preflight_blank: "还有未填写的项" / "Not filled in yet";
    verdict_good: "通过" / "Good";
    verdict_blank: "未填写" / "Blank";
    verdict_warning: "提醒" / "Warning";
    verdict_wrong: "错误" / "Error";
    check_blank(field: &str): "{field} 未填写" / "{field} is empty";
    check_host_of_region(region: &str): "域名与区域一致：{region}" / "Host matches the region: {region}";
    check_host_by_hand:
        "域名为自定义，不是平台文档中的域名" / "The host is set by hand and is none that the documents name";
    check_host_form: "主机格式正确" / "The host is well formed";
    check_secure_socket: "页面为 https，使用 wss" / "Page is https, socket is wss";
    check_local_socket: "本机地址，浏览器允许 ws" / "This computer: browsers allow ws";
    check_any_socket: "页面不是 https，ws 与 wss 都可以" / "Page is not https: ws and wss both work";
    check_alone: "本浏览器没有其他会话使用同一凭证" / "No other session in this browser uses this credential";
    check_held_by_session:
        "本页另一个会话正使用同一凭证，连接后双方会互踢"
        / "Another session of this page uses this credential; the two would kick each other out";
    check_held_by_tab:
        "另一个标签页正使用同一凭证，连接后双方会互踢"
        / "Another tab uses this credential; the two would kick each other out";
    check_serial_numbers: "ProductSN 与 DeviceSN 格式正确" / "ProductSN and DeviceSN are well formed";
    check_secret(field: &str, length: usize): "{field} 为 {length} 位" / "{field} has {length} characters";
    check_in_page:
        "连到本页内置的模拟器，不经过网络；重新载入页面后，它不再认得这台设备"
        / "Leads to the simulator in this page, without a network; once the page is loaded again it does not know the device";
    check_keep_alive(seconds: u16): "保活时间 {seconds} 秒可用" / "Keep alive {seconds} s is fine";
    check_long_filter(bytes: usize, most: usize):
        "最长的订阅 Topic 有 {bytes} 字节，平台上限 {most}"
        / "The longest filter to subscribe has {bytes} bytes; the platform takes {most}";
    check_many_filters(count: usize, most: usize):
        "要恢复 {count} 个订阅，平台上限 {most}" / "{count} subscriptions to restore; the platform takes {most}";
    check_fault(field: &str, fault: &str): "{field}：{fault}" / "{field}: {fault}";
    use_wss: "改用 wss" / "Use wss";
    use_new_host: "改为新域名" / "Use the new host";
    subscribe_system: "连接后订阅系统 Topic" / "Subscribe to system topics";
    paste_hint: "可粘贴整段三元组，自动拆分" / "Paste a whole credential; it is split automatically";
    pasted(fields: &str): "已从粘贴的内容填入 {fields}" / "Filled in from what was pasted: {fields}";
}

impl Lang {
    /// What a check found, in a line.
    pub fn finding(self, finding: Finding) -> String {
        match finding {
            Finding::Fault(Problem { field, fault }) => match fault {
                // These say of themselves which input they mean.
                Fault::KeepAliveRange(_)
                | Fault::ProductSnLength(_)
                | Fault::DeviceSnForm
                | Fault::OldHost
                | Fault::ClientIdRequired
                | Fault::ClientIdLength(_)
                | Fault::PasswordWithoutUserName
                | Fault::MixedContent => self.fault(fault),
                _ => self.check_fault(self.field(field), &self.fault(fault)),
            },
            Finding::Blank(field) => self.check_blank(self.field(field)),
            Finding::HostOfRegion(region) => self.check_host_of_region(self.region_name(region)),
            Finding::HostByHand => self.check_host_by_hand().into(),
            Finding::HostForm => self.check_host_form().into(),
            Finding::SecureSocket => self.check_secure_socket().into(),
            Finding::LocalSocket => self.check_local_socket().into(),
            Finding::AnySocket => self.check_any_socket().into(),
            Finding::Alone => self.check_alone().into(),
            Finding::Held(Holder::Tab) => self.check_held_by_tab().into(),
            Finding::Held(_) => self.check_held_by_session().into(),
            Finding::SerialNumbers => self.check_serial_numbers().into(),
            Finding::InPage => self.check_in_page().into(),
            Finding::SecretLength(field) => self.check_secret(self.field(field), limits::SECRET_LENGTH),
            Finding::KeepAlive(seconds) => self.check_keep_alive(seconds),
            Finding::LongFilter(bytes) => self.check_long_filter(bytes, limits::TOPIC_LENGTH),
            Finding::ManyFilters(count) => self.check_many_filters(count, limits::SUBSCRIPTIONS),
        }
    }

    /// How a check ended, for screen readers.
    pub const fn verdict(self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Good => self.verdict_good(),
            Verdict::Blank => self.verdict_blank(),
            Verdict::Warning => self.verdict_warning(),
            Verdict::Wrong => self.verdict_wrong(),
        }
    }
}
