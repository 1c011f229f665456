//! The cloud's side: what the console and the platform's API do to products and devices. Each service's own calls stand
//! with the service.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::packets::publish_length;
use super::registry::{Activation, Device, Product, Registry};
use super::services::{CloudResult, gateway};
use super::trace::Why;
use super::{Platform, Trace};
use crate::mqtt::{Moment, QoS, Secret, TopicName};
use crate::uiot::gateway::Notice;
use crate::uiot::{
    AuthMode, Credential, CustomTopic, PlatformTopic, RetCode, device_sn_is_regular, limits, topic_limit,
};

/// A product to be made. What is empty is made up.
#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "the console's switches")]
pub struct NewProduct {
    /// Its name.
    pub name: String,
    /// ProductSN; made up if empty.
    pub sn: String,
    /// ProductSecret; made up if empty.
    pub secret: String,
    /// Whether devices may register dynamically.
    pub dynamic_registration: bool,
    /// Whether only devices that were added by hand may.
    pub pre_authentication: bool,
    /// Whether its devices have a shadow.
    pub shadow: bool,
    /// Whether its devices are gateways.
    pub gateway: bool,
    /// Whether its devices are behind gateways.
    pub behind_gateway: bool,
}

impl Platform {
    /// All products and devices.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// What the cloud saw.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Makes a product with the default custom topics; returns its ProductSN.
    ///
    /// # Errors
    /// [`RetCode::PARAMETER_EXCEEDS`] above 100 products, [`RetCode::PARAMETER_WRONG`] for a ProductSN or secret that is
    /// taken or has no 16 letters and digits.
    pub fn create_product(&mut self, new: NewProduct) -> CloudResult<String> {
        if self.registry.products.len() >= limits::PRODUCTS {
            return Err(RetCode::PARAMETER_EXCEEDS);
        }
        let sn = if new.sn.is_empty() { self.random.sixteen() } else { new.sn };
        let secret = if new.secret.is_empty() { self.random.sixteen() } else { new.secret };
        if !is_sixteen(&sn) || !is_sixteen(&secret) || self.registry.products.contains_key(&sn) {
            return Err(RetCode::PARAMETER_WRONG);
        }
        let product = Product {
            sn: sn.clone(),
            name: new.name,
            secret: Secret::new(secret),
            dynamic_registration: new.dynamic_registration,
            pre_authentication: new.pre_authentication,
            shadow: new.shadow,
            published: false,
            gateway: new.gateway,
            behind_gateway: new.behind_gateway,
            topics: CustomTopic::defaults(),
            forwards: BTreeMap::new(),
            application: None,
            model: super::services::model::ProductModel::default(),
            ota: super::services::ota::ProductOta::default(),
            devices: BTreeMap::new(),
        };
        self.registry.products.insert(sn.clone(), product);
        Ok(sn)
    }

    /// Changes a product's switches.
    ///
    /// # Errors
    /// [`RetCode::NO_PRODUCT`].
    pub fn change_product(&mut self, product_sn: &str, change: impl FnOnce(&mut Product)) -> CloudResult<()> {
        change(self.registry.product_mut(product_sn).ok_or(RetCode::NO_PRODUCT)?);
        Ok(())
    }

    /// Defines a product's custom topics afresh. A device that subscribed to one that is gone gets nothing more of it
    /// (topic.md).
    ///
    /// # Errors
    /// [`RetCode::NO_PRODUCT`], [`RetCode::PUBLISHED`], [`RetCode::PARAMETER_EXCEEDS`] above 50 topics,
    /// [`RetCode::PARAMETER_WRONG`] for one that breaks a rule.
    pub fn define_topics(&mut self, product_sn: &str, topics: Vec<CustomTopic>) -> CloudResult<()> {
        let product = self.registry.product_mut(product_sn).ok_or(RetCode::NO_PRODUCT)?;
        if product.published {
            return Err(RetCode::PUBLISHED);
        }
        if topics.len() > limits::CUSTOM_TOPICS {
            return Err(RetCode::PARAMETER_EXCEEDS);
        }
        if topics.iter().any(|topic| topic.check().is_err()) {
            return Err(RetCode::PARAMETER_WRONG);
        }
        product.topics = topics;
        // A gateway may have subscribed for a device of the product.
        let of_product = format!("/{product_sn}/");
        for ((device, dynamic), session) in &mut self.sessions {
            if !dynamic {
                let (registry, wide) = (&self.registry, self.choices.wide_filters);
                session.subscriptions.retain(|(filter, _)| {
                    !filter.as_str().starts_with(&of_product)
                        || super::permissions::may_subscribe(registry, device, AuthMode::Static, filter, wide)
                });
            }
        }
        Ok(())
    }

    /// Adds a device; its DeviceSN and DeviceSecret are made up where they are empty.
    ///
    /// # Errors
    /// [`RetCode::NO_PRODUCT`], [`RetCode::TOO_MANY_DEVICES`] above 10,000, [`RetCode::PARAMETER_WRONG`] for a DeviceSN
    /// or secret that breaks the rules or is taken.
    pub fn create_device(
        &mut self,
        product_sn: &str,
        device_sn: &str,
        secret: &str,
    ) -> CloudResult<(Credential, Secret)> {
        let made_up = [self.random.sixteen(), self.random.sixteen()];
        let product = self.registry.product_mut(product_sn).ok_or(RetCode::NO_PRODUCT)?;
        if product.devices.len() >= limits::DEVICES {
            return Err(RetCode::TOO_MANY_DEVICES);
        }
        let device_sn = if device_sn.is_empty() { &made_up[0] } else { device_sn };
        let secret = if secret.is_empty() { &made_up[1] } else { secret };
        if !device_sn_is_regular(device_sn) || !is_sixteen(secret) || product.devices.contains_key(device_sn)
        {
            return Err(RetCode::PARAMETER_WRONG);
        }
        let secret = Secret::new(secret);
        product.devices.insert(device_sn.to_owned(), Device::new(device_sn, secret.clone()));
        Ok((Credential::new(product_sn, device_sn), secret))
    }

    /// Deletes a device, and what was to go wrong for it; its connection is cut.
    ///
    /// # Errors
    /// [`RetCode::NO_DEVICE`].
    pub fn delete_device(&mut self, now: Moment, device: &Credential) -> CloudResult<()> {
        self.known(device)?;
        self.kick_out(now, device, Why::Deleted);
        self.end_sessions(device);
        self.service(now, |cx| gateway::told(cx, device, Notice::Deleted));
        self.device_faults.remove(device);
        if let Some(product) = self.registry.product_mut(&device.product_sn) {
            product.devices.remove(&device.device_sn);
        }
        Ok(())
    }

    /// Disables a device: it is forced offline and cannot connect (create_devcies.md). The sub-devices of a gateway are
    /// offline with it, but not disabled: the documents have no message that would tell of them.
    ///
    /// # Errors
    /// [`RetCode::NO_DEVICE`].
    pub fn disable_device(&mut self, now: Moment, device: &Credential) -> CloudResult<()> {
        self.known(device)?.disabled = true;
        self.kick_out(now, device, Why::Disabled);
        self.service(now, |cx| gateway::told(cx, device, Notice::Disabled));
        Ok(())
    }

    /// Enables a device again.
    ///
    /// # Errors
    /// [`RetCode::NO_DEVICE`].
    pub fn enable_device(&mut self, now: Moment, device: &Credential) -> CloudResult<()> {
        self.known(device)?.disabled = false;
        self.service(now, |cx| gateway::told(cx, device, Notice::Enabled));
        Ok(())
    }

    /// Cuts a device's connection.
    ///
    /// # Errors
    /// [`RetCode::NO_DEVICE`], [`RetCode::NOT_ONLINE`].
    pub fn kick_device(&mut self, now: Moment, device: &Credential) -> CloudResult<()> {
        self.known(device)?;
        if !self.is_connected(device) {
            return Err(RetCode::NOT_ONLINE);
        }
        self.kick_out(now, device, Why::Kicked);
        Ok(())
    }

    /// Resets a device to inactivated, so that it may register dynamically again (create_devcies.md). A sub-device is
    /// logged out without a word to its gateway: the documents have no message for it.
    ///
    /// # Errors
    /// [`RetCode::NO_DEVICE`]; [`RetCode::PARAMETER_WRONG`] where dynamic registration is switched off: the console
    /// offers it only there.
    pub fn reset_device(&mut self, now: Moment, device: &Credential) -> CloudResult<()> {
        self.known(device)?;
        if !self.registry.product(&device.product_sn).is_some_and(|product| product.dynamic_registration) {
            return Err(RetCode::PARAMETER_WRONG);
        }
        self.kick_out(now, device, Why::Reset);
        self.end_sessions(device);
        self.service(now, |cx| gateway::log_out(cx, device));
        let known = self.known(device)?;
        known.activation = Activation::Inactivated;
        known.secret_told = false;
        Ok(())
    }

    /// Whether a device has a connection of its own, be it only to register.
    pub fn is_connected(&self, device: &Credential) -> bool {
        [false, true].into_iter().any(|dynamic| {
            self.sessions.get(&(device.clone(), dynamic)).is_some_and(|session| session.connection.is_some())
        })
    }

    /// How many connections there are, whether they logged in or not.
    pub fn connections(&self) -> usize {
        self.connections.len()
    }

    /// Messages with QoS 1 that wait for a device, or for its acknowledgement.
    pub fn waiting(&self, device: &Credential) -> usize {
        self.sessions.get(&(device.clone(), false)).map_or(0, |session| session.waiting())
    }

    /// Publishes on a custom topic of a device (PublishUIoTCoreMQTTMessage). With QoS 1 it is kept for a device whose
    /// session lasts while it is offline; of sub-devices see [`keep_for_sub_devices`].
    ///
    /// [`keep_for_sub_devices`]: super::services::gateway::Choices::keep_for_sub_devices
    ///
    /// # Errors
    /// [`RetCode::NO_DEVICE`]; [`RetCode::NO_TOPIC`] for a topic that is not defined for subscribing;
    /// [`RetCode::PARAMETER_EXCEEDS`] for a topic or message above the limits; [`RetCode::PARAMETER_WRONG`] for QoS 2.
    pub fn publish(
        &mut self,
        now: Moment,
        device: &Credential,
        topic: &str,
        payload: impl Into<Bytes>,
        qos: QoS,
    ) -> CloudResult<()> {
        self.known(device)?;
        let payload = payload.into();
        let rest = match PlatformTopic::parse(topic) {
            Some(PlatformTopic::Custom { device: named, rest, parse: false }) if named == *device => rest,
            _ => return Err(RetCode::NO_TOPIC),
        };
        self.check_message(&device.product_sn, (topic, rest), false, &payload, qos)?;
        self.deliver(now, device, AuthMode::Static, topic, payload, qos);
        Ok(())
    }

    /// Publishes on `/P/$broadcast/…` to every device of the product that subscribed (BroadcastUIoTCoreMQTTMessage).
    ///
    /// # Errors
    /// [`RetCode::NO_PRODUCT`]; the others as [`Self::publish`].
    pub fn broadcast(
        &mut self,
        now: Moment,
        product_sn: &str,
        rest: &str,
        payload: impl Into<Bytes>,
        qos: QoS,
    ) -> CloudResult<()> {
        let payload = payload.into();
        let topic = format!("/{product_sn}/$broadcast/{rest}");
        self.check_message(product_sn, (&topic, rest), true, &payload, qos)?;
        let subscribed = |((device, _), session): (&(Credential, bool), &super::session::DeviceSession)| {
            let speaks_for = gateway::logged_in(&self.registry, device);
            let of_product = std::iter::once(device).chain(speaks_for).any(|of| of.product_sn == product_sn);
            let wants = of_product && session.granted(&topic).is_some();
            wants.then(|| device.clone())
        };
        let devices: Vec<_> = self.sessions.iter().filter_map(subscribed).collect();
        for device in devices {
            self.deliver(now, &device, AuthMode::Static, &topic, payload.clone(), qos);
        }
        Ok(())
    }

    fn check_message(
        &self,
        product_sn: &str,
        (topic, rest): (&str, &str),
        broadcast: bool,
        payload: &[u8],
        qos: QoS,
    ) -> CloudResult<()> {
        let product = self.registry.product(product_sn).ok_or(RetCode::NO_PRODUCT)?;
        if TopicName::parse(topic).is_err() || !product.may_receive(rest, broadcast) {
            return Err(RetCode::NO_TOPIC);
        }
        let too_large = publish_length(topic, payload, qos) > limits::PACKET_SIZE;
        if too_large || topic_limit(topic).is_some() {
            return Err(RetCode::PARAMETER_EXCEEDS);
        }
        if qos == QoS::ExactlyOnce {
            return Err(RetCode::PARAMETER_WRONG);
        }
        Ok(())
    }

    fn known(&mut self, device: &Credential) -> CloudResult<&mut Device> {
        self.registry.device_mut(device).ok_or(RetCode::NO_DEVICE)
    }

    fn end_sessions(&mut self, device: &Credential) {
        for dynamic in [false, true] {
            self.sessions.remove(&(device.clone(), dynamic));
        }
    }
}

/// Sixteen letters or digits (create_products.md; the documents' samples are small letters and digits).
fn is_sixteen(text: &str) -> bool {
    text.len() == limits::PRODUCT_SN_LENGTH && text.chars().all(|c| c.is_ascii_alphanumeric())
}
