//! A UIoT platform on this machine, for clients of any kind: MQTT over WebSocket on `ws://127.0.0.1:8083`, and the cloud's
//! side over HTTP on `http://127.0.0.1:8084`.
//!
//! ```sh
//! cargo run --example simulator              # --help tells the options
//! curl http://127.0.0.1:8084/help            # what the cloud's side can do
//! ```
//!
//! It is the platform of [`uiot_testbench::simulator`], which knows neither sockets nor clocks; here it gets both. One
//! thread owns it ([`hub`]), two serve each connection ([`device_side`], [`link`]).

mod changing;
mod cloud;
mod control;
mod device_side;
mod fields;
mod http;
mod hub;
mod link;
mod log;
mod messages;
mod options;
mod products;
mod reading;
mod sockets;
mod trace;
mod words;

use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use uiot_testbench::mqtt::Moment;
use uiot_testbench::simulator::{Platform, demo};

use crate::control::Control;
use crate::device_side::DeviceSide;
use crate::hub::{Hub, ToHub};
use crate::log::Log;
use crate::options::{Options, USAGE};
use crate::sockets::{Places, accept, listen, thread};

/// Connections of devices at a time; each takes two threads.
const DEVICES: usize = 500;
/// Connections of the control at a time.
const CONTROLS: usize = 64;
/// How long connections have to close when the simulator ends.
const ENDING: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) if options.help => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Ok(options) => options,
        Err(error) => {
            eprintln!("error: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    let system = |error: std::io::Error| error.to_string();
    let origin = Instant::now();
    let wall = hub::wall_clock();
    let seed = options.seed.unwrap_or_else(|| RandomState::new().hash_one(wall));

    let mut platform = Platform::new(wall, seed);
    let (product_sn, device_sn) = match &options.products {
        Some(file) => products::install(&mut platform, Moment::ZERO, file)?,
        None => {
            let device = demo::install(&mut platform, Moment::ZERO).credential;
            (device.product_sn, Some(device.device_sn))
        }
    };

    let devices = listen(options.listen)?;
    let tcp = options.tcp.map(listen).transpose()?;
    let control = options.control.map(listen).transpose()?;
    let mut first = json!({ "address": format!("ws://{}", devices.local_addr().map_err(system)?) });
    if let Some(tcp) = &tcp {
        first["tcp"] = format!("mqtt://{}", tcp.local_addr().map_err(system)?).into();
    }
    if let Some(control) = &control {
        let mut address = control.local_addr().map_err(system)?;
        first["control"] = format!("http://{address}").into();
        if address.ip().is_unspecified() {
            address.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        platform.choices.ota.url_prefix = format!("http://{address}{}", control::FIRMWARE);
    }
    introduce(&platform, &product_sn, device_sn.as_deref(), &mut first);

    let log = Log::start().map_err(system)?;
    let (to_hub, inbox) = sync_channel(hub::WAITING);
    end_on_signal(to_hub.clone())?;
    let side = DeviceSide::new(to_hub.clone(), options.any_sub_protocol);
    let places = Places::new(DEVICES);
    if let Some(tcp) = tcp {
        let side = side.clone();
        let serve = move |stream, peer, place| side.plain(stream, peer, place);
        accept(tcp, places.clone(), serve).map_err(system)?;
    }
    let serve = move |stream, peer, place| side.web_socket(stream, peer, place);
    accept(devices, places.clone(), serve).map_err(system)?;
    let cloud = Control::new(to_hub, options.cors);
    if let Some(control) = control {
        let cloud = cloud.clone();
        let serve = move |stream, peer, place| cloud.serve(stream, peer, place);
        accept(control, Places::new(CONTROLS), serve).map_err(system)?;
    }

    // All that the first line names is there by now.
    say(first.to_string());
    for open in [Some(options.listen), options.tcp, options.control].into_iter().flatten() {
        if !open.ip().is_loopback() {
            log.line(format!("{open} can be reached from other machines; its secrets guard nothing"));
        }
    }
    let tell = {
        let log = log.clone();
        move |text| log.line(text)
    };
    thread("lines", move || cloud.lines(std::io::stdin().lock(), say, tell)).map_err(system)?;

    Hub::new(platform, origin, wall, log.clone(), options.quiet).run(&inbox);
    drop(inbox);
    let end = Instant::now() + ENDING;
    while places.taken() > 0 && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(10));
    }
    log.flush();
    Ok(())
}

/// A product and one of its devices, with their secrets.
fn introduce(platform: &Platform, product_sn: &str, device_sn: Option<&str>, first: &mut Value) {
    let Some(product) = platform.registry().product(product_sn) else { return };
    first["ProductSN"] = product.sn.as_str().into();
    first["ProductSecret"] = product.secret.expose().into();
    if let Some(device) = device_sn.and_then(|device_sn| product.devices.get(device_sn)) {
        first["DeviceSN"] = device.sn.as_str().into();
        first["DeviceSecret"] = device.secret.expose().into();
    }
}

/// One line on the output. Whoever closed it does not want it.
fn say(line: String) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Ctrl-C, and what `kill` sends, end the simulator in order; once more, and it ends at once.
fn end_on_signal(to_hub: SyncSender<ToHub>) -> Result<(), String> {
    let asked = AtomicBool::new(false);
    let handler = move || {
        if asked.swap(true, Ordering::Relaxed) || to_hub.try_send(ToHub::Stop).is_err() {
            std::process::exit(130);
        }
    };
    ctrlc::set_handler(handler).map_err(|error| error.to_string())
}
