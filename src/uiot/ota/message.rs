use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The module that a message without `Module` speaks of (ota.md).
pub const DEFAULT_MODULE: &str = "default";

fn default_module() -> String {
    DEFAULT_MODULE.into()
}

/// A message with all its fields, also those that nobody documented.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Body<M> {
    /// `Method` and `Payload`.
    #[serde(flatten)]
    pub message: M,
    /// Further fields beside them.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl<M> From<M> for Body<M> {
    fn from(message: M) -> Self {
        Self { message, rest: Map::new() }
    }
}

/// What a device sends on `ota/upstream`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "Method", content = "Payload", rename_all = "snake_case")]
pub enum Upstream {
    /// The version that a module has. Must have come once before the device can be upgraded.
    ReportVersion(ModuleVersion),
    /// After being offline: is there an upgrade? With the version that the module has.
    RequestFirmware(ModuleVersion),
    /// How far the upgrade is.
    ReportProgress(Progress),
    /// The upgrade is done. The version must be the one that was asked for, else it counts as a failure.
    ReportSuccess(ModuleVersion),
    /// The upgrade failed.
    ReportFail(Failure),
}

impl Upstream {
    /// The module that it speaks of.
    pub fn module(&self) -> &str {
        match self {
            Self::ReportVersion(m) | Self::RequestFirmware(m) | Self::ReportSuccess(m) => &m.module,
            Self::ReportProgress(progress) => &progress.module,
            Self::ReportFail(failure) => &failure.module,
        }
    }
}

/// What a device gets on `ota/downstream`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "Method", content = "Payload", rename_all = "snake_case")]
pub enum Downstream {
    /// Fetch this firmware and burn it.
    UpdateFirmware(UpdateFirmware),
    /// Stop. The documents' text names the upstream topic here; the C SDK takes it on this one.
    CancelUpdate(CancelUpdate),
}

/// A module and the version that it has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ModuleVersion {
    /// Which module.
    #[serde(default = "default_module")]
    pub module: String,
    /// 1 to 32 letters, digits, `.`, `-` or `_`.
    pub version: String,
    /// Further fields.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// Which upgrade is to stop: the fields of [`ModuleVersion`], the version being the target.
pub type CancelUpdate = ModuleVersion;

impl ModuleVersion {
    /// A module and a version, no more.
    pub fn new(module: impl Into<String>, version: impl Into<String>) -> Self {
        Self { module: module.into(), version: version.into(), rest: Map::new() }
    }
}

/// A firmware to fetch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateFirmware {
    /// Which module.
    #[serde(default = "default_module")]
    pub module: String,
    /// The target version.
    pub version: String,
    /// Where the firmware is, by HTTP, for one day.
    #[serde(rename = "URL")]
    pub url: String,
    /// MD5 of the firmware in small hexadecimal digits.
    #[serde(rename = "MD5")]
    pub md5: String,
    /// Bytes of the firmware.
    pub size: u64,
    /// Further fields.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// What a device is doing with a firmware.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProgressState {
    /// It fetches it.
    Downloading,
    /// It writes it to its flash.
    Burning,
}

/// A whole number from 0 to 100.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u8")]
pub struct Percent(u8);

impl Percent {
    /// The percentage, unless it is above 100.
    pub const fn new(number: u8) -> Option<Self> {
        if number <= 100 { Some(Self(number)) } else { None }
    }

    /// 0 to 100.
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl TryFrom<u64> for Percent {
    type Error = String;

    fn try_from(number: u64) -> Result<Self, String> {
        u8::try_from(number).ok().and_then(Self::new).ok_or_else(|| format!("{number} is above 100 percent"))
    }
}

impl From<Percent> for u8 {
    fn from(percent: Percent) -> Self {
        percent.0
    }
}

/// How far an upgrade is. The documents' samples leave out some of the fields; the C SDK sends all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Progress {
    /// Which module.
    #[serde(default = "default_module")]
    pub module: String,
    /// What the device does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<ProgressState>,
    /// How much of that is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<Percent>,
    /// The target version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Further fields.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// An upgrade that failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Failure {
    /// Which module.
    #[serde(default = "default_module")]
    pub module: String,
    /// Why.
    pub err_code: ErrCode,
    /// The C SDK has the field, and leaves it empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Further fields.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// Why an upgrade failed (ota.md; -6 is the C SDK's own).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "i64", into = "i64")]
pub enum ErrCode {
    /// -1: nothing is to be had from the URL.
    UrlUnreachable,
    /// -2: the URL is no longer valid.
    SignatureExpired,
    /// -3: fetching took too long.
    DownloadTimeout,
    /// -4: what was fetched has another MD5.
    Md5Mismatch,
    /// -5: it could not be burnt.
    BurnFailed,
    /// -6: the C SDK's code for all else.
    Undefined,
    /// A code that nobody documented.
    Other(i64),
}

impl ErrCode {
    /// The documented ones, and the C SDK's.
    pub const KNOWN: [Self; 6] = [
        Self::UrlUnreachable,
        Self::SignatureExpired,
        Self::DownloadTimeout,
        Self::Md5Mismatch,
        Self::BurnFailed,
        Self::Undefined,
    ];

    /// The number on the wire.
    pub const fn number(self) -> i64 {
        match self {
            Self::UrlUnreachable => -1,
            Self::SignatureExpired => -2,
            Self::DownloadTimeout => -3,
            Self::Md5Mismatch => -4,
            Self::BurnFailed => -5,
            Self::Undefined => -6,
            Self::Other(number) => number,
        }
    }
}

impl From<i64> for ErrCode {
    fn from(number: i64) -> Self {
        Self::KNOWN.into_iter().find(|known| known.number() == number).unwrap_or(Self::Other(number))
    }
}

impl From<ErrCode> for i64 {
    fn from(code: ErrCode) -> Self {
        code.number()
    }
}

impl fmt::Display for ErrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number().fmt(f)
    }
}

/// Where a module's upgrade stands in the console (firmware_update.md). A module whose version was never reported has
/// no such state (未上报).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UpgradeState {
    /// 初始版本: the version was reported, there was no upgrade yet.
    Initial,
    /// 待升级: an upgrade was ordered, the device did not report progress.
    Pending,
    /// 下载中: the device reported that it fetches, not yet that it burns.
    Downloading,
    /// 升级中: the device reported that it burns.
    Burning,
    /// 升级成功: the device reported success, with the right version.
    Succeeded,
    /// 升级失败: the device reported failure, or success with another version.
    Failed,
    /// 已取消: the cloud took the upgrade back.
    Cancelled,
}

impl UpgradeState {
    /// All of them, in the order of an upgrade.
    pub const ALL: [Self; 7] = [
        Self::Initial,
        Self::Pending,
        Self::Downloading,
        Self::Burning,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The console's word.
    pub const fn console_word(self) -> &'static str {
        match self {
            Self::Initial => "初始版本",
            Self::Pending => "待升级",
            Self::Downloading => "下载中",
            Self::Burning => "升级中",
            Self::Succeeded => "升级成功",
            Self::Failed => "升级失败",
            Self::Cancelled => "已取消",
        }
    }

    /// Whether the upgrade has not found its end.
    pub const fn is_running(self) -> bool {
        matches!(self, Self::Pending | Self::Downloading | Self::Burning)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Reads a body, and sees that writing it loses nothing.
    fn up(body: &Value) -> Upstream {
        let read: Body<Upstream> = serde_json::from_value(body.clone()).unwrap();
        assert_eq!(&serde_json::to_value(&read).unwrap(), body);
        read.message
    }

    fn down(body: &Value) -> Downstream {
        let read: Body<Downstream> = serde_json::from_value(body.clone()).unwrap();
        assert_eq!(&serde_json::to_value(&read).unwrap(), body);
        read.message
    }

    #[test]
    fn the_documents_bodies_are_read_and_written() {
        let version = up(&json!({"Method":"report_version","Payload":{"Module":"default","Version":"1.0"}}));
        assert_eq!(version, Upstream::ReportVersion(ModuleVersion::new("default", "1.0")));
        let request =
            up(&json!({"Method":"request_firmware","Payload":{"Module":"default","Version":"0.1"}}));
        assert_eq!(request, Upstream::RequestFirmware(ModuleVersion::new("default", "0.1")));
        let success = up(&json!({"Method":"report_success","Payload":{"Module":"default","Version":"2.0"}}));
        assert_eq!(success, Upstream::ReportSuccess(ModuleVersion::new("default", "2.0")));
        let fail = up(&json!({"Method":"report_fail","Payload":{"Module":"default","ErrCode":-1}}));
        assert!(matches!(fail, Upstream::ReportFail(Failure { err_code: ErrCode::UrlUnreachable, .. })));

        let half = up(&json!({"Method":"report_progress","Payload":{"Module":"default","Version":"1.0"}}));
        assert!(matches!(half, Upstream::ReportProgress(Progress { state: None, percent: None, .. })));
        let burning =
            up(&json!({"Method":"report_progress","Payload":{"Module":"default","State":"burning"}}));
        let Upstream::ReportProgress(progress) = burning else { panic!() };
        assert_eq!((progress.state, progress.version), (Some(ProgressState::Burning), None));

        let update = down(&json!({"Method":"update_firmware","Payload":{"Module":"default","Version":"1.0",
            "URL":"http://uiot-ota1.cn-sh2.ufileos.com/iwfrdgwhmwscqbmv_2.0.0_ver.bin?Expires=1573281691",
            "MD5":"17ffea1119f36d1b366353f4edef1780","Size":4233}}));
        assert!(matches!(update, Downstream::UpdateFirmware(UpdateFirmware { size: 4233, .. })));
        let cancel =
            down(&json!({"Method":"cancel_update","Payload":{"Module":"default","Version":"wifi_v1.0.8"}}));
        assert_eq!(cancel, Downstream::CancelUpdate(ModuleVersion::new("default", "wifi_v1.0.8")));
    }

    #[test]
    fn a_message_without_module_speaks_of_default() {
        let body = json!({"Method":"report_progress","Payload":{"State":"downloading","Percent":50}});
        let read: Body<Upstream> = serde_json::from_value(body).unwrap();
        assert_eq!(read.message.module(), "default");
    }

    #[test]
    fn unknown_fields_are_kept_on_both_levels() {
        up(&json!({"Method":"report_version","Seq":18_446_744_073_709_551_615_u64,
            "Payload":{"Module":"wifi","Version":"1","Extra":[{"a":null}]}}));
    }

    #[test]
    fn error_codes_and_percentages_have_their_numbers() {
        for (number, code) in (1..=6).map(|n| -n).zip(ErrCode::KNOWN) {
            assert_eq!((ErrCode::from(number), code.number()), (code, number));
        }
        assert_eq!(ErrCode::from(-77), ErrCode::Other(-77));
        assert_eq!(serde_json::to_value(ErrCode::Other(3)).unwrap(), json!(3));
        for good in [0, 100] {
            assert!(serde_json::from_value::<Percent>(json!(good)).is_ok());
        }
        for bad in [json!(101), json!(-1), json!(1.5), json!("50"), json!(u64::MAX)] {
            assert!(serde_json::from_value::<Percent>(bad.clone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_no_such_message_is_an_error() {
        for bad in [
            json!({}),
            json!([]),
            json!({"Method":"report_version"}),
            json!({"Method":"report_version","Payload":{}}),
            json!({"Method":"report_version","Payload":{"Version":1}}),
            json!({"Method":"reboot","Payload":{"Version":"1"}}),
            json!({"Method":"report_progress","Payload":{"State":"flying"}}),
            json!({"Method":"report_fail","Payload":{"ErrCode":"-1"}}),
            json!({"Method":"update_firmware","Payload":{"Version":"1","URL":"u","MD5":"m","Size":-1}}),
        ] {
            assert!(serde_json::from_value::<Body<Upstream>>(bad.clone()).is_err(), "{bad}");
            assert!(serde_json::from_value::<Body<Downstream>>(bad.clone()).is_err(), "{bad}");
        }
    }
}
