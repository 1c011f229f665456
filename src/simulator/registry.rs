//! What the platform knows: products, their devices, and what each may do.

use std::collections::BTreeMap;
use std::fmt;

use super::memory::MAX_DEVICE_DATA;
use super::quota::{Held, Quota};
use super::services::{gateway, model, ota, shadow};
use crate::mqtt::{Moment, Secret, TopicFilter};
use crate::uiot::{Credential, CustomTopic};

/// A product and its devices.
#[derive(Clone, Debug)]
pub struct Product {
    /// ProductSN.
    pub sn: String,
    /// Its name in the console.
    pub name: String,
    /// ProductSecret, for dynamic registration.
    pub secret: Secret,
    /// Whether devices may register dynamically.
    pub dynamic_registration: bool,
    /// Whether a device must have been added by hand before it may register dynamically.
    pub pre_authentication: bool,
    /// Whether its devices have a shadow.
    pub shadow: bool,
    /// Whether it is published, so that its topics and its thing model cannot be changed.
    pub published: bool,
    /// Whether its devices are gateways.
    pub gateway: bool,
    /// Whether its devices sit behind a gateway, and so cannot connect by themselves.
    pub behind_gateway: bool,
    /// The custom topics of all its devices.
    pub topics: Vec<CustomTopic>,
    /// Where messages on a custom topic are sent on to: what follows `/P/D/` of the one and of the other topic of the
    /// same device. It stands for the rule engine's "forward to another topic".
    pub forwards: BTreeMap<String, String>,
    /// An application that does something with its devices now and then.
    pub(super) application: Option<super::demo::Application>,
    /// Its thing model.
    pub model: model::ProductModel,
    /// Its firmwares.
    pub ota: ota::ProductOta,
    /// Its devices by DeviceSN.
    pub devices: BTreeMap<String, Device>,
}

impl Product {
    /// Whether an application does something with its devices now and then.
    pub const fn has_application(&self) -> bool {
        self.application.is_some()
    }

    /// Whether a topic with this end is among those that devices may subscribe to.
    pub(super) fn may_receive(&self, rest: &str, broadcast: bool) -> bool {
        self.topics.iter().any(|defined| {
            defined.broadcast == broadcast
                && defined.permission.subscribes()
                && TopicFilter::parse(&defined.rest).is_ok_and(|filter| filter.matches(rest))
        })
    }
}

/// Where a device stands in its life (devicemgmtapi.md). Online and offline follow from its connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    /// It never connected with its DeviceSecret.
    #[default]
    Inactivated,
    /// It did.
    Activated,
}

/// The states that the console shows (devicemgmtapi.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeviceState {
    /// It was disabled.
    Disabled,
    /// It never connected with its DeviceSecret, or was reset.
    Inactivated,
    /// It did connect, but is not connected now.
    Offline,
    /// It is connected, or logged in by its gateway.
    Online,
}

impl DeviceState {
    /// The platform's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Inactivated => "inactivated",
            Self::Offline => "offline",
            Self::Online => "online",
        }
    }
}

impl fmt::Display for DeviceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A device as the platform knows it.
#[derive(Clone, Debug)]
pub struct Device {
    /// DeviceSN.
    pub sn: String,
    /// DeviceSecret.
    pub secret: Secret,
    /// Whether it ever connected.
    pub activation: Activation,
    /// Whether it was told its secret by dynamic registration, since it was made or reset.
    pub secret_told: bool,
    /// Whether it was disabled in the console.
    pub disabled: bool,
    /// Whether it is reachable: by a connection of its own, or logged in by its gateway.
    pub online: bool,
    /// Since when it is so; none before it first was online.
    pub since: Option<Moment>,
    /// Room for its shadow.
    pub(super) shadow_room: Option<Held>,
    /// Its shadow.
    pub shadow: shadow::DeviceShadow,
    /// What is known of its properties, and the commands that wait for its answer.
    pub model: model::DeviceModel,
    /// Its firmware.
    pub ota: ota::DeviceOta,
    /// Its sub-devices, if it is a gateway; its gateway, if it is behind one.
    pub gateway: gateway::DeviceTopology,
}

impl Device {
    /// A device that never connected.
    pub fn new(sn: impl Into<String>, secret: Secret) -> Self {
        Self {
            sn: sn.into(),
            secret,
            activation: Activation::default(),
            secret_told: false,
            disabled: false,
            online: false,
            since: None,
            shadow_room: None,
            shadow: shadow::DeviceShadow::default(),
            model: model::DeviceModel::default(),
            ota: ota::DeviceOta::default(),
            gateway: gateway::DeviceTopology::default(),
        }
    }
}

impl Device {
    /// Its state. One that is disabled is that, whatever else it was before.
    pub const fn state(&self) -> DeviceState {
        match (self.disabled, self.online, self.activation) {
            (true, ..) => DeviceState::Disabled,
            (_, true, _) => DeviceState::Online,
            (.., Activation::Inactivated) => DeviceState::Inactivated,
            (.., Activation::Activated) => DeviceState::Offline,
        }
    }
}

/// All products of a project.
#[derive(Clone, Debug)]
pub struct Registry {
    /// By ProductSN.
    pub products: BTreeMap<String, Product>,
    /// Memory for what the services know of devices.
    pub(super) data: Quota,
}

impl Default for Registry {
    fn default() -> Self {
        Self { products: BTreeMap::new(), data: Quota::new(MAX_DEVICE_DATA) }
    }
}

impl Registry {
    /// The product of a device.
    pub fn product(&self, product_sn: &str) -> Option<&Product> {
        self.products.get(product_sn)
    }

    /// The product of a device, to change it.
    pub fn product_mut(&mut self, product_sn: &str) -> Option<&mut Product> {
        self.products.get_mut(product_sn)
    }

    /// A device.
    pub fn device(&self, device: &Credential) -> Option<&Device> {
        self.products.get(&device.product_sn)?.devices.get(&device.device_sn)
    }

    /// A device, to change it.
    pub fn device_mut(&mut self, device: &Credential) -> Option<&mut Device> {
        self.products.get_mut(&device.product_sn)?.devices.get_mut(&device.device_sn)
    }

    /// A device together with its product, which it may read while it is changed.
    pub fn device_and_product_mut(
        &mut self,
        device: &Credential,
    ) -> Option<(&mut Device, &model::ProductModel, &ota::ProductOta)> {
        let product = self.products.get_mut(&device.product_sn)?;
        Some((product.devices.get_mut(&device.device_sn)?, &product.model, &product.ota))
    }
}
