//! Dynamic registration: a device asks for its DeviceSecret.

use super::Context;
use crate::uiot::Credential;

/// What the documents leave open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {}

/// A request on `password`, from a device that logged in with its product's secret.
pub(super) fn receive(_cx: &mut Context<'_>, _from: &Credential, _payload: &[u8]) {}

/// Whether a device may log in to register.
pub(in crate::simulator) fn admit(_cx: &mut Context<'_>, _device: &Credential) -> bool {
    true
}
