//! A gateway to try, and sensors to put behind it. They are made when somebody asks for them: most never need them.

use super::{DemoDevice, Platform};
use crate::mqtt::{Moment, Secret};
use crate::simulator::{DEMO_MODEL, NewProduct};
use crate::uiot::Credential;
use crate::uiot::model::Template;

/// ProductSN of the gateways.
pub const GATEWAY_PRODUCT: &str = "simgateway000001";
/// Their ProductSecret.
const GATEWAY_PRODUCT_SECRET: &str = "simgatesecret001";
/// ProductSN of the sensors behind them.
pub const SUB_PRODUCT: &str = "simsubdevice0001";
/// Their ProductSecret: with it a gateway registers them dynamically.
pub const SUB_PRODUCT_SECRET: &str = "simsubsecret0001";
/// A sensor that may log in as it is, since nobody has to know its DeviceSecret for that.
pub const STATIC_SUB: &str = "sim-sensor-01";
/// A sensor that there is not yet: registering it makes it.
pub const NEW_SUB: &str = "sim-sensor-02";

/// The gateway with this number, from 1 on: each session of the page has its own, and they all find the same sensors. Products
/// and devices are made when they are first asked for. None once the product has all the devices that it may have.
pub fn gateway(platform: &mut Platform, now: Moment, number: u32) -> Option<DemoDevice> {
    install(platform, now);
    let credential = Credential::new(GATEWAY_PRODUCT, format!("sim-gateway-{number:02}"));
    let known = platform.registry.device(&credential).map(|device| device.secret.clone());
    let made =
        || platform.create_device(GATEWAY_PRODUCT, &credential.device_sn, "").ok().map(|(_, secret)| secret);
    let secret = known.or_else(made)?;
    Some(DemoDevice { credential, secret, product_secret: Secret::new(GATEWAY_PRODUCT_SECRET) })
}

/// Each step fails only where it was done before.
fn install(platform: &mut Platform, now: Moment) {
    if platform.registry.product(GATEWAY_PRODUCT).is_some() {
        return;
    }
    let product = |name: &str, sn: &str, secret: &str| NewProduct {
        name: name.into(),
        sn: sn.into(),
        secret: secret.into(),
        dynamic_registration: true,
        shadow: true,
        ..NewProduct::default()
    };
    let gateways = product("演示网关", GATEWAY_PRODUCT, GATEWAY_PRODUCT_SECRET);
    let _ = platform.create_product(NewProduct { gateway: true, ..gateways });
    let sensors = product("演示子设备", SUB_PRODUCT, SUB_PRODUCT_SECRET);
    let _ = platform.create_product(NewProduct { behind_gateway: true, ..sensors });
    let _ = platform.create_device(SUB_PRODUCT, STATIC_SUB, "");
    if let Ok(model) = Template::parse(DEMO_MODEL) {
        let _ = platform.set_template(now, SUB_PRODUCT, model);
    }
    let _ = platform.change_product(SUB_PRODUCT, |product| {
        // What a sensor uploads comes back to it: the shortest way to see both directions.
        product.forwards.insert("upload".into(), "set".into());
    });
}
