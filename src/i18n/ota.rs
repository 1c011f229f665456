//! The page of firmware upgrades.

use super::{Lang, wording};
use crate::uiot::ota::{ErrCode, FetchFault, Oddity, OtaError};

wording! {
    ota_page: "固件升级（OTA）" / "Firmware upgrades (OTA)";
    ota_task: "升级任务" / "Update task";
    ota_none: "还没有升级" / "No upgrade yet";
    ota_none_unreported: "先上报一次版本。平台只向上报过版本的模块推送升级。" / "Report a version first. The platform pushes upgrades only to a module whose version was reported once.";
    ota_none_reported: "在控制台的升级管理里推送固件，或者查询是否有等待的升级。" / "Push a firmware in the console's upgrade management, or ask whether an upgrade waits.";
    ota_none_simulated: "让模拟器推送固件，或者到云端页面管理固件和升级。" / "Have the simulator push a firmware, or manage firmwares and upgrades on the cloud page.";
    ota_order(version: &str): "由模拟器推送 {version}" / "Push {version} from the simulator";
    ota_to_cloud: "去云端" / "To the cloud page";
    ota_refused(code: i64, words: &str): "模拟器拒绝推送：RetCode {code} {words}" / "The simulator refused to push: RetCode {code} {words}";
    ota_start: "开始" / "Start";
    ota_pause: "暂停" / "Pause";
    ota_continue: "继续" / "Continue";
    ota_fail_now(code: i64): "模拟失败 {code}" / "Fail now {code}";
    ota_fail_now_why: "立即上报失败，失败码取自模拟方案" / "Reports failure at once, with the ErrCode of the simulation";
    ota_offered: "待开始" / "Not started";
    ota_downloading: "下载中" / "Downloading";
    ota_burning: "烧录中" / "Burning";
    ota_paused: "已暂停" / "Paused";
    ota_held: "等待恢复" / "Waits to go on";
    ota_succeeded: "成功" / "Succeeded";
    ota_failed(code: i64): "失败 {code}" / "Failed {code}";
    ota_cancelled: "已取消" / "Cancelled";
    ota_wrong_version: "版本不符" / "Wrong version";
    ota_step_reported: "上报版本" / "Version reported";
    ota_step_received: "收到升级" / "Update received";
    ota_step_result: "上报结果" / "Result";
    ota_step_done: "已完成" / "done";
    ota_step_now: "进行中" / "under way";
    ota_step_todo: "未到" / "to come";
    ota_step_failed: "失败" / "failed";
    ota_download_bar: "模拟下载" / "Simulated download";
    ota_burn_bar: "模拟烧录" / "Simulated burn";
    ota_valid: "有效期" / "Valid for";
    ota_left(hours: u64, minutes: u64): "剩余 {hours} 小时 {minutes} 分" / "{hours} h {minutes} min left";
    ota_expired: "收到链接已超过 1 天，很可能已失效；可重新查询升级以取得新链接" / "The link came more than a day ago and has likely expired; request the firmware again for a new one";
    ota_copy_url: "复制固件链接" / "Copy the firmware's link";
    ota_copy_md5: "复制 MD5" / "Copy the MD5";
    ota_no_md5: "不是 32 位十六进制数" / "not 32 hexadecimal digits";
    ota_size_limit: "≤ 10 MB" / "≤ 10 MB";
    ota_too_large: "超出平台的 10 MB 上限" / "above the platform's limit of 10 MB";
    ota_empty_file: "0 字节的固件无法烧录" / "a firmware of 0 bytes cannot be burnt";
    ota_simulated_note: "下载和烧录均为模拟：只上报进度与结果，不改写任何设备。" / "Download and burn are simulated: only progress and result are reported, nothing is flashed.";
    ota_counts_as_failure(version: &str, target: &str): "上报成功的版本是 {version}，要求的是 {target}：平台按失败处理。" / "Success was reported with {version}, ordered was {target}: the platform counts that as a failure.";
    ota_failed_because(code: i64, words: &str): "ErrCode {code}：{words}" / "ErrCode {code}: {words}";
    ota_replaced(version: &str): "这条升级取代了还没有结束的 {version}。" / "This order replaced {version}, which had not ended.";
    ota_fetch: "下载并校验" / "Fetch and check";
    ota_fetch_why: "由浏览器真实下载一次固件，核对大小与 MD5；不影响模拟进度" / "Has the browser really fetch the firmware once, and compares size and MD5; the simulated progress is not touched";
    ota_fetching(bytes: &str): "正在下载，已收到 {bytes} B" / "Fetching, {bytes} B so far";
    ota_fetch_stop: "停止下载" / "Stop";
    ota_fetch_good(bytes: &str): "校验通过：{bytes} B，MD5 一致。" / "As ordered: {bytes} B, and the MD5 is the same.";
    ota_fetch_size(bytes: &str, ordered: &str): "大小不一致：收到 {bytes} B，要求 {ordered} B。" / "The size differs: {bytes} B came, {ordered} B were ordered.";
    ota_fetch_md5(md5: &str): "MD5 不一致：收到的是 {md5}。" / "The MD5 differs: that of what came is {md5}.";
    ota_fetch_report(code: i64): "上报失败 {code}" / "Report failure {code}";
    ota_messages: "OTA 报文" / "OTA messages";
    ota_device: "设备版本" / "Device version";
    ota_module: "模块" / "Module";
    ota_version: "当前版本" / "Current version";
    ota_report: "上报版本" / "Report version";
    ota_request: "查询升级" / "Request firmware";
    ota_report_hint: "至少上报过一次版本，平台才会推送升级。" / "The platform pushes updates only after a version was reported once.";
    ota_irregular: "平台要求 1–32 个字母、数字、点、短横线或下划线；仍可发送，平台会忽略。" / "The platform wants 1–32 letters, digits, dots, hyphens or underscores; this can be sent, but is ignored.";
    ota_no_module: "没有填写模块：平台没有空名字的模块，会忽略这次上报。" / "The module is empty: the platform has none without a name, and ignores the report.";
    ota_asked(time: &str): "{time} 已查询。没有应答就是没有等待的升级。" / "Asked at {time}. No answer means that no upgrade waits.";
    ota_known(count: usize): "已知模块（{count} / 10）" / "Modules known ({count} / 10)";
    ota_unreported: "未上报" / "never reported";
    ota_choose_module: "填入这个模块" / "Take this module";
    ota_plan: "模拟方案" / "Simulation";
    ota_automatic: "收到升级后自动开始" / "Start by itself when ordered";
    ota_automatic_hint: "打开时，重连后还会自动查询升级。" / "When on, it also requests firmware after each reconnect.";
    ota_every: "进度上报间隔" / "Progress every";
    ota_download_time: "下载时长" / "Download time";
    ota_burn_time: "烧录时长" / "Burn time";
    ota_burn_zero: "0 秒时不上报烧录，下载后直接上报成功，与 C SDK 相同。" / "With 0 s no burning is reported: success follows the download, as with the C SDK.";
    ota_every_fault: "200 到 86400000 之间的整数毫秒" / "A whole number of milliseconds from 200 to 86400000";
    ota_seconds_fault: "0 到 86400 之间的秒数" / "Seconds from 0 to 86400";
    ota_percent_fault: "0 到 100 之间的整数" / "A whole number from 0 to 100";
    ota_code_fault: "一个整数" / "A whole number";
    ota_outcome: "结局" / "Outcome";
    ota_succeed: "成功" / "Succeed";
    ota_fail: "失败" / "Fail";
    ota_drop: "中途断网" / "Drop link";
    ota_drop_hint: "到此进度时直接断开连接，不发 DISCONNECT；重连后从该处继续。" / "At that progress the connection is cut without DISCONNECT; after the reconnect it goes on from there.";
    ota_success_version: "成功后的版本" / "Version after success";
    ota_success_hint: "留空即目标版本。其他版本会被平台按失败处理。" / "Empty means the target. The platform counts any other version as a failure.";
    ota_codes: "失败码" / "ErrCode";
    ota_code_other: "其他失败码" / "Another code";
    ota_fail_at: "在此进度失败" / "Fail at";
    ota_drop_at: "在此进度断网" / "Cut at";
    ota_stage: "阶段" / "Stage";
    ota_at_download: "下载" / "Download";
    ota_at_burn: "烧录" / "Burn";
    ota_seconds: "秒" / "s";
}

impl Lang {
    /// Why the device's side cannot say that now, and what to do.
    pub const fn ota_error(self, error: OtaError) -> &'static str {
        match (self, error) {
            (Self::Zh, OtaError::NoUpgrade) => "这个模块没有进行中的升级。",
            (Self::En, OtaError::NoUpgrade) => "No upgrade of this module runs.",
            (Self::Zh, OtaError::NotBegun) => "升级还没有开始。先点“开始”。",
            (Self::En, OtaError::NotBegun) => "The upgrade was not started. Start it first.",
            (Self::Zh, OtaError::AlreadyBurning) => "已在烧录，不能再上报下载进度。",
            (Self::En, OtaError::AlreadyBurning) => {
                "It is being burnt already: no download can be reported any more."
            }
            (Self::Zh, OtaError::NoVersion) => {
                "这个模块没有上报过版本，查询升级时必须带当前版本。先上报版本。"
            }
            (Self::En, OtaError::NoVersion) => {
                "This module's version was never reported, and a request has to name it. Report the version first."
            }
            (Self::Zh, OtaError::TooManyModules) => "一台设备最多 10 个模块，已经用满。",
            (Self::En, OtaError::TooManyModules) => {
                "A device has 10 modules at most, and there are 10 already."
            }
        }
    }

    /// A message of the cloud that changed nothing.
    pub fn ota_oddity(self, oddity: &Oddity) -> String {
        match (self, oddity) {
            (Self::Zh, Oddity::NothingToCancel { module, version }) => {
                format!("平台取消模块 {module} 到 {version} 的升级，但没有这样的升级在进行。")
            }
            (Self::En, Oddity::NothingToCancel { module, version }) => {
                format!("The cloud took back an upgrade of {module} to {version}, but no such upgrade runs.")
            }
            (Self::Zh, Oddity::TooManyModules(module)) => {
                format!("平台要升级模块 {module}，但设备已有 10 个模块，没有接受。")
            }
            (Self::En, Oddity::TooManyModules(module)) => {
                format!(
                    "The cloud ordered an upgrade of {module}, but the device has 10 modules already and did not take it."
                )
            }
        }
    }

    /// What an ErrCode means (ota.md).
    pub const fn ota_err_code(self, code: ErrCode) -> &'static str {
        match (self, code) {
            (Self::Zh, ErrCode::UrlUnreachable) => "URL 不可达或文件不存在",
            (Self::En, ErrCode::UrlUnreachable) => "URL unreachable or file missing",
            (Self::Zh, ErrCode::SignatureExpired) => "URL 签名过期（有效期 1 天）",
            (Self::En, ErrCode::SignatureExpired) => "URL signature expired (valid 1 day)",
            (Self::Zh, ErrCode::DownloadTimeout) => "下载超时",
            (Self::En, ErrCode::DownloadTimeout) => "Download timeout",
            (Self::Zh, ErrCode::Md5Mismatch) => "MD5 不一致",
            (Self::En, ErrCode::Md5Mismatch) => "MD5 mismatch",
            (Self::Zh, ErrCode::BurnFailed) => "烧录失败",
            (Self::En, ErrCode::BurnFailed) => "Burn failed",
            (Self::Zh, ErrCode::Undefined) => "未定义（仅 SDK）",
            (Self::En, ErrCode::Undefined) => "Undefined (SDK only)",
            (Self::Zh, ErrCode::Other(_)) => "文档中没有的失败码",
            (Self::En, ErrCode::Other(_)) => "Not in the documents",
        }
    }

    /// Why a firmware could not be fetched.
    pub fn ota_fetch_fault(self, fault: FetchFault) -> String {
        let words = match (self, fault) {
            (Self::Zh, FetchFault::NotHttp) => "链接不是 http 或 https，没有下载。",
            (Self::En, FetchFault::NotHttp) => "The link is neither http nor https, and was not fetched.",
            (Self::Zh, FetchFault::Mixed) => {
                "没有下载：本页经 https 打开，浏览器很可能禁止它读取 http 链接。真实设备不受此限。可复制链接，用其他工具下载。"
            }
            (Self::En, FetchFault::Mixed) => {
                "Not fetched: this page came by https, and the browser likely forbids it to read an http link. A real device has no such limit. Copy the link and fetch it with another tool."
            }
            (Self::Zh, FetchFault::Blocked) => {
                "下载失败，浏览器不说明原因：很可能是服务器没有允许网页跨域读取（CORS），也可能地址不可达。前一种情况真实设备不受影响。可复制链接，用其他工具下载。"
            }
            (Self::En, FetchFault::Blocked) => {
                "It could not be fetched, and the browser hides why: likely the server lets no page read its files (CORS); or it cannot be reached. The former does not hold for a real device. Copy the link and fetch it with another tool."
            }
            (Self::Zh, FetchFault::Status(code)) => return format!("服务器应答 HTTP {code}，没有固件。"),
            (Self::En, FetchFault::Status(code)) => {
                return format!("The server answered with HTTP {code}, and no firmware.");
            }
            (Self::Zh, FetchFault::TooLarge) => "文件超过 16 MiB，已停止下载。平台的上限是 10 MB。",
            (Self::En, FetchFault::TooLarge) => {
                "The file has more than 16 MiB; fetching was stopped. The platform's limit is 10 MB."
            }
            (Self::Zh, FetchFault::Stopped) => "已停止下载。",
            (Self::En, FetchFault::Stopped) => "Fetching was stopped.",
            (Self::Zh, FetchFault::Missing) => "模拟器没有这个固件：它可能已被删除。",
            (Self::En, FetchFault::Missing) => {
                "The simulator has no such firmware: it may have been removed."
            }
            (Self::Zh, FetchFault::Altered) => "链接的签名不对：它被改动过。",
            (Self::En, FetchFault::Altered) => "The link's signature is wrong: it was altered.",
            (Self::Zh, FetchFault::Expired) => "链接已过期：有效期是 1 天。重新查询升级可取得新链接。",
            (Self::En, FetchFault::Expired) => {
                "The link has expired: it is valid for 1 day. Request the firmware again for a new one."
            }
        };
        words.to_owned()
    }
}
