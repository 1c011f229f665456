//! What there is to try without an account: a product (an air conditioner), devices of it, the firmware of one that
//! lives, and an application that does something with it now and then.

mod application;
mod firmware;
mod gateway;

pub(in crate::simulator) use application::{
    Application, act as application_acts, came_online as application_sees,
};
pub use firmware::Firmware;
pub use gateway::{GATEWAY_PRODUCT, NEW_SUB, STATIC_SUB, SUB_PRODUCT, SUB_PRODUCT_SECRET, gateway};

use super::registry::Product;
use super::services::ota::Content;
use super::{DEMO_MODEL, NewProduct, Platform};
use crate::mqtt::{Moment, Secret};
use crate::uiot::model::Template;
use crate::uiot::{Credential, CustomTopic, Permission};

/// ProductSN of the demo product.
pub const PRODUCT: &str = "simproduct000001";
/// Its ProductSecret.
pub const PRODUCT_SECRET: &str = "simprodsecret001";
/// DeviceSN of the device that the page's first session connects as; see [`device`] for the others.
pub const DEVICE: &str = "sim-device-01";
/// Further devices of the product. As long as they were never activated, they register dynamically with the ProductSecret.
const OTHERS: [&str; 2] = ["sim-device-02", "sim-device-03"];
/// The firmware that the demo device begins with.
const FIRST_VERSION: &str = "1.0.0";
/// The firmware that it can be upgraded to, and its size in bytes.
const NEXT_VERSION: (&str, u64) = ("1.1.0", 512 * 1024);

/// The device that everybody may try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoDevice {
    /// Who it is.
    pub credential: Credential,
    /// Its DeviceSecret.
    pub secret: Secret,
    /// Its product's ProductSecret.
    pub product_secret: Secret,
}

/// Adds the demo product with its devices. Its secrets are known to everybody who reads this file, so they guard
/// nothing; those of the other devices are made up.
pub fn install(platform: &mut Platform, now: Moment) -> DemoDevice {
    let secret = "simdevsecret0001";
    let new = NewProduct {
        name: "演示空调".into(),
        sn: PRODUCT.into(),
        secret: PRODUCT_SECRET.into(),
        dynamic_registration: true,
        shadow: true,
        ..NewProduct::default()
    };
    // Each fails only where the product was installed before, and then all is there already.
    let _ = platform.create_product(new);
    let _ = platform.create_device(PRODUCT, DEVICE, secret);
    for other in OTHERS {
        let _ = platform.create_device(PRODUCT, other, "");
    }
    let mut topics = CustomTopic::defaults();
    topics.push(CustomTopic { rest: "notice".into(), permission: Permission::Sub, broadcast: true });
    let _ = platform.define_topics(PRODUCT, topics);
    if let Ok(model) = Template::parse(DEMO_MODEL) {
        let _ = platform.set_template(now, PRODUCT, model);
    }
    let content = Content::Made { size: NEXT_VERSION.1 };
    let _ = platform.add_firmware(PRODUCT, crate::uiot::ota::DEFAULT_MODULE, NEXT_VERSION.0, "", content);
    let _ = platform.change_product(PRODUCT, |product: &mut Product| {
        // What a device uploads comes back to it: the shortest way to see both directions.
        product.forwards.insert("upload".into(), "set".into());
    });
    DemoDevice {
        credential: Credential::new(PRODUCT, DEVICE),
        secret: Secret::new(secret),
        product_secret: Secret::new(PRODUCT_SECRET),
    }
}

/// The device with this number, from 1 on: each session of the page has its own, else they would take the connection
/// from each other. It is made when it is first asked for. None once the product has all the devices that it may have.
pub fn device(platform: &mut Platform, number: u32) -> Option<DemoDevice> {
    let credential = Credential::new(PRODUCT, format!("sim-device-{number:02}"));
    let known = platform.registry.device(&credential).map(|device| device.secret.clone());
    let made = || platform.create_device(PRODUCT, &credential.device_sn, "").ok().map(|(_, secret)| secret);
    let secret = known.or_else(made)?;
    Some(DemoDevice { credential, secret, product_secret: Secret::new(PRODUCT_SECRET) })
}

/// The number of a device that [`device`] or [`gateway`] names so.
pub fn number(device: &Credential) -> Option<u32> {
    let start = match device.product_sn.as_str() {
        PRODUCT => "sim-device-",
        GATEWAY_PRODUCT => "sim-gateway-",
        _ => return None,
    };
    let number = device.device_sn.strip_prefix(start)?.parse().ok()?;
    (device.device_sn == format!("{start}{number:02}")).then_some(number)
}

impl Platform {
    /// Lets an application set properties and send commands to the devices of a product with the demo's model, or stops
    /// it. The documents' cloud API is what it calls.
    pub fn run_application(&mut self, now: Moment, product_sn: &str, runs: bool) {
        self.service(now, |cx| application::switch(cx, product_sn, runs));
    }
}
