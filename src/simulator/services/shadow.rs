//! The device shadow.

use super::Context;
use crate::uiot::{Credential, SystemTopic};

/// What the documents leave open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {}

/// A device's shadow.
#[derive(Clone, Debug, Default)]
pub struct DeviceShadow {}

/// A message on `shadow/upstream` or `shadow/get`.
pub(super) fn receive(_cx: &mut Context<'_>, _from: &Credential, _topic: SystemTopic, _payload: &[u8]) {}
