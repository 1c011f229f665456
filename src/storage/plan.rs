use super::Mode;
use crate::mqtt::{ClientId, ConnectOptions, Login, Secret};
use crate::uiot::{self, Credential, limits};

/// Where a connection goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// Over the network, to a WebSocket with this address.
    WebSocket(String),
    /// To the simulator in this page.
    Simulator,
}

/// What a device connects with: a checked profile, or the simulator's demo device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionPlan {
    /// Which rules apply.
    pub mode: Mode,
    /// Where to.
    pub endpoint: Endpoint,
    /// What CONNECT says.
    pub options: ConnectOptions,
    /// The product in UIoT mode, for display.
    pub product: Option<String>,
    /// A short name: DeviceSN, client identifier or host.
    pub name: String,
    /// Whether it logs in with the ProductSecret, to ask for the DeviceSecret and then log in with that.
    pub registers: bool,
}

impl ConnectionPlan {
    /// A device of the simulator in this page. None for serial numbers that CONNECT cannot hold.
    pub fn simulated(device: &Credential, secret: Secret) -> Option<Self> {
        let options = ConnectOptions {
            client_id: ClientId::parse(&device.client_id()).ok()?,
            login: Login::Password(device.user_name(), secret),
            keep_alive: limits::KEEP_ALIVE_DEFAULT,
            capabilities: limits::CAPABILITIES,
            queue_pace: Some(limits::QUEUE_PACE),
            ..ConnectOptions::default()
        };
        Some(Self {
            mode: Mode::Uiot,
            endpoint: Endpoint::Simulator,
            options,
            product: Some(device.product_sn.clone()),
            name: device.device_sn.clone(),
            registers: false,
        })
    }

    /// The device, in UIoT mode.
    pub fn device(&self) -> Option<Credential> {
        self.product.as_ref().map(|product| Credential::new(product.clone(), self.name.clone()))
    }

    /// The same with another login, of a device that has its own secret by now.
    #[must_use]
    pub fn registered(mut self, login: Login) -> Self {
        self.options.login = login;
        self.registers = false;
        self
    }

    /// A topic in two parts, see [`uiot::fold_topic`]; without a device it has one.
    pub fn fold_topic<'a>(&self, topic: &'a str) -> (&'static str, &'a str) {
        self.product.as_ref().map_or(("", topic), |product| uiot::fold_topic(product, &self.name, topic))
    }

    /// What a broker allows one connection of: the client identifier at this address. None where the broker gives
    /// each connection an identifier of its own, and for the simulator: each page has its own.
    pub fn identity(&self) -> Option<String> {
        let client_id = self.options.client_id.as_str();
        match &self.endpoint {
            Endpoint::WebSocket(url) if !client_id.is_empty() => Some(format!("{client_id} {url}")),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_devices_own_prefixes_are_folded() {
        let device = Credential::new("p", "dev1");
        let plan = ConnectionPlan::simulated(&device, Secret::default()).unwrap();
        for (topic, folded) in [
            ("/p/dev1/set", ("~/", "set")),
            ("/$system/p/dev1/shadow/get", ("$sys/", "shadow/get")),
            ("/p/dev10/set", ("", "/p/dev10/set")),
            ("/$system/p/dev2/shadow/get", ("", "/$system/p/dev2/shadow/get")),
            ("/p/dev1", ("", "/p/dev1")),
        ] {
            assert_eq!(plan.fold_topic(topic), folded);
        }
    }
}
