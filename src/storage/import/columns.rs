//! Devices in tables: which column, or key, is what.

use serde_json::Value;

use super::csv::{self, Row};
use super::{Draft, ImportError, ImportErrorKind, Remark};
use crate::mqtt::Secret;
use crate::storage::Profile;

/// What a column, or a key, is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    ProductSn,
    DeviceSn,
    DeviceSecret,
    Name,
    Notes,
    ClientId,
    UserName,
    Password,
}

impl Meaning {
    /// From a heading or key in any way of writing: `ProductSN`, `product_sn`, `UIOT_PRODUCT_SN`, 产品序列号.
    pub(super) fn of(heading: &str) -> Option<Self> {
        let plain: String = heading
            .chars()
            .filter(|character| character.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        Some(match plain.as_str() {
            "产品序列号" | "产品sn" => Self::ProductSn,
            "设备序列号" | "设备sn" => Self::DeviceSn,
            "secret" | "devicepassword" | "设备密码" | "设备密钥" => Self::DeviceSecret,
            "name" | "devicename" | "名称" | "设备名称" | "设备名" => Self::Name,
            "notes" | "remark" | "description" | "备注" | "描述" | "设备描述" => Self::Notes,
            "clientid" | "mqttclientid" | "客户端id" | "客户端标识" => Self::ClientId,
            "username" | "mqttusername" | "user" | "用户名" => Self::UserName,
            "password" | "mqttpassword" | "密码" => Self::Password,
            _ if plain.ends_with("productsn") => Self::ProductSn,
            _ if plain.ends_with("devicesn") => Self::DeviceSn,
            _ if plain.ends_with("devicesecret") => Self::DeviceSecret,
            _ => return None,
        })
    }
}

/// Which columns a heading names; none unless the DeviceSN is among them.
pub(super) fn headings((_, cells): &Row) -> Option<Vec<Option<Meaning>>> {
    let meanings: Vec<_> = cells.iter().map(|cell| Meaning::of(cell)).collect();
    meanings.contains(&Some(Meaning::DeviceSn)).then_some(meanings)
}

/// A table of devices.
pub(super) fn read(text: &str) -> Result<Vec<Draft>, ImportError> {
    let rows = csv::rows(text)?;
    let (first, rows) = rows.split_first().ok_or(ImportErrorKind::Empty)?;
    let meanings = headings(first).ok_or_else(|| ImportErrorKind::NoColumns.at(first.0))?;
    let device = |(_, cells): &Row| {
        let cell = |wanted| {
            let place = meanings.iter().position(|meaning| *meaning == Some(wanted));
            place.and_then(|place| cells.get(place)).cloned().unwrap_or_default()
        };
        draft(cell)
    };
    Ok(rows.iter().map(device).collect())
}

/// A JSON array of objects with these keys, or one such object. None if no entry has a DeviceSN.
pub(super) fn read_objects(document: &Value) -> Option<Vec<Draft>> {
    let one = std::slice::from_ref(document);
    let entries = document.as_array().map_or(one, Vec::as_slice);
    let text = |entry: &Value, wanted| {
        let fields = entry.as_object()?.iter();
        let found =
            fields.filter(|(key, _)| Meaning::of(key) == Some(wanted)).find_map(|(_, value)| value.as_str());
        found.map(|text| text.trim().to_owned())
    };
    entries.iter().any(|entry| text(entry, Meaning::DeviceSn).is_some()).then(|| {
        entries.iter().map(|entry| draft(|wanted| text(entry, wanted).unwrap_or_default())).collect()
    })
}

fn draft(text: impl Fn(Meaning) -> String) -> Draft {
    let (product_sn, device_sn) = (text(Meaning::ProductSn), text(Meaning::DeviceSn));
    let secret = Some(text(Meaning::DeviceSecret)).filter(|secret| !secret.is_empty());
    let secret = secret.unwrap_or_else(|| text(Meaning::Password));
    let needed = [("ProductSN", &product_sn), ("DeviceSN", &device_sn), ("DeviceSecret", &secret)];
    let remarks =
        needed.into_iter().filter(|(_, text)| text.is_empty()).map(|(name, _)| Remark::Missing(name));
    let remarks = remarks.collect();
    let profile = Profile { product_sn, device_sn, device_secret: Secret::new(secret), ..Profile::default() };
    let mut draft = Draft {
        name: text(Meaning::Name),
        notes: text(Meaning::Notes),
        profile,
        remarks,
        ..Draft::default()
    };
    draft.name_it();
    draft
}
