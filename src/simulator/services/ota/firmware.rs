use std::collections::BTreeMap;

use bytes::Bytes;
use md5::{Digest, Md5};
use serde_json::Map;

use super::Choices;
use crate::simulator::{CloudResult, Random, Registry};
use crate::uiot::ota::{DEFAULT_MODULE, ErrCode, UpdateFirmware};
use crate::uiot::{RetCode, limits, version_is_regular};

/// Characters of a firmware's description (firmware_update.md).
const DESCRIPTION_LENGTH: usize = 100;

/// What a new firmware consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// This many bytes, up to [`limits::FIRMWARE_SIZE`], that the simulator makes up: see [`content`].
    Made {
        /// Bytes.
        size: u64,
    },
    /// These bytes, up to [`limits::FIRMWARE_SIZE`] of them.
    File {
        /// The file.
        bytes: Bytes,
    },
    /// A file that somebody else serves.
    Elsewhere {
        /// Where.
        url: String,
        /// 32 small hexadecimal digits. Not checked against the file.
        md5: String,
        /// Bytes, up to [`limits::FIRMWARE_SIZE`]. Not checked against the file.
        size: u64,
    },
}

/// A firmware of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firmware {
    /// 1 to 32 letters, digits, `.`, `-` or `_`.
    pub version: String,
    /// Bytes.
    pub size: u64,
    /// 32 small hexadecimal digits.
    pub md5: String,
    /// Up to 100 characters.
    pub description: String,
    /// Where it is served, if not by the simulator.
    pub elsewhere: Option<String>,
    /// What it consists of, where that is not made up.
    file: Option<Bytes>,
}

/// A product's firmwares. There is always a module `default`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductOta {
    modules: BTreeMap<String, Vec<Firmware>>,
}

impl Default for ProductOta {
    fn default() -> Self {
        Self { modules: BTreeMap::from([(DEFAULT_MODULE.into(), Vec::new())]) }
    }
}

impl ProductOta {
    /// The modules with their firmwares, the newest last.
    pub const fn modules(&self) -> &BTreeMap<String, Vec<Firmware>> {
        &self.modules
    }

    /// A firmware.
    pub fn firmware(&self, module: &str, version: &str) -> Option<&Firmware> {
        self.modules.get(module)?.iter().find(|firmware| firmware.version == version)
    }

    /// Adds a module, at most [`limits::FIRMWARES`]. The documents have no rule for its name; that of versions is
    /// taken, with which it also fits into a link. Else 220; 230 for a module that there is, or another name.
    pub fn add_module(&mut self, module: &str) -> CloudResult<()> {
        if !version_is_regular(module) || self.modules.contains_key(module) {
            return Err(RetCode::PARAMETER_WRONG);
        }
        if self.modules.len() >= limits::FIRMWARES {
            return Err(RetCode::PARAMETER_EXCEEDS);
        }
        self.modules.insert(module.to_owned(), Vec::new());
        Ok(())
    }

    /// Removes a module with its firmwares: 100020 if there is none, 230 for `default`.
    pub(super) fn remove_module(&mut self, module: &str) -> CloudResult<()> {
        if module == DEFAULT_MODULE {
            return Err(RetCode::PARAMETER_WRONG);
        }
        self.modules.remove(module).map(drop).ok_or(RetCode::NO_RECORDS)
    }

    /// Adds a firmware. At most [`limits::FIRMWARES`] a module, of [`limits::FIRMWARE_SIZE`] bytes, and 100 characters
    /// of description, else 220; 100031 for a version that there is, 100020 for a module that there is not, 230 for what
    /// is no version, no bytes, no link or no MD5.
    pub(super) fn add(
        &mut self,
        choices: &Choices,
        module: &str,
        version: &str,
        description: &str,
        new: Content,
    ) -> CloudResult<()> {
        let exists = self.modules.iter().any(|(other, firmwares)| {
            (choices.unique_in_product || other == module)
                && firmwares.iter().any(|firmware| firmware.version == version)
        });
        let firmwares = self.modules.get_mut(module).ok_or(RetCode::NO_RECORDS)?;
        let (size, elsewhere) = match &new {
            Content::Made { size } => (*size, None),
            Content::File { bytes } => (u64::try_from(bytes.len()).unwrap_or(u64::MAX), None),
            Content::Elsewhere { url, md5, size } => {
                let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
                if url.is_empty() || md5.len() != 32 || !md5.bytes().all(digit) {
                    return Err(RetCode::PARAMETER_WRONG);
                }
                (*size, Some(url.clone()))
            }
        };
        if !version_is_regular(version) || size == 0 {
            return Err(RetCode::PARAMETER_WRONG);
        }
        if exists {
            return Err(RetCode::FIRMWARE_EXISTS);
        }
        let too_long = description.chars().count() > DESCRIPTION_LENGTH;
        if firmwares.len() >= limits::FIRMWARES || size > limits::FIRMWARE_SIZE || too_long {
            return Err(RetCode::PARAMETER_EXCEEDS);
        }
        let (md5, file) = match new {
            Content::Made { size } => (hex(&Md5::digest(content(module, version, size))), None),
            Content::File { bytes } => (hex(&Md5::digest(&bytes)), Some(bytes)),
            Content::Elsewhere { md5, .. } => (md5, None),
        };
        let (version, description) = (version.to_owned(), description.to_owned());
        firmwares.push(Firmware { version, size, md5, description, elsewhere, file });
        Ok(())
    }

    /// Removes a firmware, also under an upgrade that runs: its link is then dead. 100032 if there is none.
    pub(super) fn remove(&mut self, module: &str, version: &str) -> CloudResult<()> {
        let firmwares = self.modules.get_mut(module).ok_or(RetCode::NO_FIRMWARE)?;
        let at = firmwares.iter().position(|firmware| firmware.version == version);
        at.map(|at| drop(firmwares.remove(at))).ok_or(RetCode::NO_FIRMWARE)
    }
}

/// The bytes of a made firmware. They follow from module and version alone, so that size and MD5 are true whenever
/// somebody fetches it.
pub fn content(module: &str, version: &str, size: u64) -> Vec<u8> {
    let seed = Md5::digest(format!("{module}/{version}"));
    let seed = seed.iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte));
    let mut random = Random::new(seed);
    let size = usize::try_from(size.min(limits::FIRMWARE_SIZE)).unwrap_or_default();
    let mut bytes = Vec::with_capacity(size + 8);
    while bytes.len() < size {
        bytes.extend(random.number().to_le_bytes());
    }
    bytes.truncate(size);
    bytes
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What stands in a link for the file itself.
fn path(product_sn: &str, module: &str, version: &str) -> String {
    format!("{product_sn}/{module}/{version}.bin")
}

/// Binds the end of a link's life to its file. It keeps nobody out: the rule is open.
fn signature(path: &str, expires: u64) -> String {
    hex(&Md5::digest(format!("{path}?{expires}")))
}

/// The order to fetch a firmware, with a link that works for [`limits::FIRMWARE_LINK`] from now on. `wall` is in
/// milliseconds since 1970.
pub(super) fn order(
    choices: &Choices,
    product_sn: &str,
    module: &str,
    firmware: &Firmware,
    wall: u64,
) -> UpdateFirmware {
    let url = firmware.elsewhere.clone().unwrap_or_else(|| {
        let path = path(product_sn, module, &firmware.version);
        let expires = wall / 1000 + limits::FIRMWARE_LINK.as_secs();
        format!("{}{path}?Signature={}&Expires={expires}", choices.url_prefix, signature(&path, expires))
    });
    UpdateFirmware {
        module: module.to_owned(),
        version: firmware.version.clone(),
        url,
        md5: firmware.md5.clone(),
        size: firmware.size,
        rest: Map::new(),
    }
}

/// Why a link gives no firmware.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// There is no such file, or not any more.
    NotFound,
    /// The link was altered.
    Altered,
    /// The link is older than [`limits::FIRMWARE_LINK`].
    Expired,
}

impl FetchError {
    /// What a device has to report.
    pub const fn err_code(self) -> ErrCode {
        match self {
            Self::NotFound => ErrCode::UrlUnreachable,
            Self::Altered | Self::Expired => ErrCode::SignatureExpired,
        }
    }
}

/// The file to a link of [`order`].
pub(super) fn fetch(
    choices: &Choices,
    registry: &Registry,
    url: &str,
    wall: u64,
) -> Result<Vec<u8>, FetchError> {
    let rest = url.strip_prefix(choices.url_prefix.as_str()).ok_or(FetchError::NotFound)?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut levels = path.split('/');
    let (product_sn, module, file) = (levels.next(), levels.next(), levels.next());
    let version = file.and_then(|file| file.strip_suffix(".bin"));
    let (Some(product_sn), Some(module), Some(version), None) = (product_sn, module, version, levels.next())
    else {
        return Err(FetchError::NotFound);
    };
    let parameter = |name: &str| {
        query.split('&').find_map(|part| part.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')))
    };
    let expires = parameter("Expires").and_then(|text| text.parse().ok()).ok_or(FetchError::Altered)?;
    if parameter("Signature") != Some(signature(path, expires).as_str()) {
        return Err(FetchError::Altered);
    }
    if wall / 1000 >= expires {
        return Err(FetchError::Expired);
    }
    let product = registry.product(product_sn).ok_or(FetchError::NotFound)?;
    let firmware = product.ota.firmware(module, version).filter(|firmware| firmware.elsewhere.is_none());
    let bytes = |firmware: &Firmware| match &firmware.file {
        Some(file) => file.to_vec(),
        None => content(module, version, firmware.size),
    };
    firmware.map(bytes).ok_or(FetchError::NotFound)
}
