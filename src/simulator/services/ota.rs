//! Firmware upgrades over the air.

use super::Context;
use crate::uiot::Credential;

/// What the documents leave open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {}

/// A product's firmwares.
#[derive(Clone, Debug, Default)]
pub struct ProductOta {}

/// A device's firmware versions and its running upgrade.
#[derive(Clone, Debug, Default)]
pub struct DeviceOta {}

/// A message on `ota/upstream`.
pub(super) fn receive(_cx: &mut Context<'_>, _from: &Credential, _payload: &[u8]) {}
