//! The thing model: properties, events, commands.

use super::Context;
use crate::uiot::{Credential, SystemTopic};

/// What the documents leave open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {}

/// A product's thing model.
#[derive(Clone, Debug, Default)]
pub struct ProductModel {}

/// What the platform knows of a device's properties, and the commands that wait for its answer.
#[derive(Clone, Debug, Default)]
pub struct DeviceModel {}

/// A message on one of the topics `tmodel/…` that a device publishes.
pub(super) fn receive(
    _cx: &mut Context<'_>,
    _from: &Credential,
    _topic: SystemTopic,
    _request_id: Option<&str>,
    _payload: &[u8],
) {
}

/// The time that a device has for a command is over.
pub(super) fn command_overdue(_cx: &mut Context<'_>, _device: &Credential, _request_id: &str) {}
