//! Gateways and the devices behind them (uiot-edge, subdev_access_protocol.md): the messages of the 19 topics
//! `subdev/…`, and [`Gateway`], the gateway's side.
//!
//! ProductSN and DeviceSN in the topic are the gateway's, in `Params` and `Data` the sub-device's. A `RetCode` other
//! than 0 comes with a `Message`. Once a sub-device is logged in, its gateway publishes and subscribes on the
//! sub-device's own topics.

mod device;
mod events;
mod message;
mod outcomes;

pub use device::Gateway;
pub use events::{
    FOUND_TIMEOUT, GatewayError, GatewayEvent, Notice, REQUEST_TIMEOUT, REQUESTS, RequestKind, SUB_DEVICES,
    SubState, Waiting,
};
pub use message::{Known, Registration, Reply, Request, SubDevice};
pub use outcomes::{End, NAMED, OUTCOMES, Outcome};
