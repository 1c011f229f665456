//! The command line.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;

pub(crate) const USAGE: &str = "\
A UIoT platform on this machine, for clients of any kind. It forgets everything when it ends.

  cargo run --example simulator -- [OPTION...]

  --listen ADDRESS        MQTT over WebSocket; 127.0.0.1:8083 without it. Any path. Port 0 takes a free one
  --tcp [ADDRESS]         also plain MQTT, for firmware; 127.0.0.1:1883 without an address
  --control ADDRESS       the cloud's side over HTTP; 127.0.0.1:8084 without it, `none` for none
  --products FILE         products and devices from a JSON file instead of the demo's air conditioner;
                          see examples/simulator/products.json
  --any-sub-protocol      takes WebSockets that offer neither `mqtt` nor `mqttv3.1`
  --cors                  lets web pages of any origin use the control
  --quiet                 no line for each thing that the cloud sees
  --seed NUMBER           makes up the same secrets and identifiers each time
  --help

The first line of the output is a JSON object: the addresses, a product (ProductSN, ProductSecret) and one of its devices
(DeviceSN, DeviceSecret). What the cloud sees goes to the error output, one line each.
The control's commands can be typed as lines too: `help` lists them.";

/// An address that was given without a host is on the loopback, so that nobody else reaches it.
const LOOPBACK: &str = "127.0.0.1";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) listen: SocketAddr,
    pub(crate) tcp: Option<SocketAddr>,
    pub(crate) control: Option<SocketAddr>,
    pub(crate) products: Option<PathBuf>,
    pub(crate) any_sub_protocol: bool,
    pub(crate) cors: bool,
    pub(crate) quiet: bool,
    pub(crate) seed: Option<u64>,
    pub(crate) help: bool,
}

impl Options {
    /// Reads the arguments, without the program's name.
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8083)),
            tcp: None,
            control: Some(SocketAddr::from(([127, 0, 0, 1], 8084))),
            products: None,
            any_sub_protocol: false,
            cors: false,
            quiet: false,
            seed: None,
            help: false,
        };
        let mut arguments = arguments.peekable();
        while let Some(argument) = arguments.next() {
            let (name, attached) = match argument.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (argument, None),
            };
            let mut optional =
                || attached.clone().or_else(|| arguments.next_if(|next| !next.starts_with("--")));
            let mut value = || optional().ok_or_else(|| format!("{name} needs a value"));
            match name.as_str() {
                "--listen" => options.listen = address(&value()?)?,
                "--tcp" => options.tcp = Some(address(&optional().unwrap_or_else(|| "1883".into()))?),
                "--control" => {
                    let value = value()?;
                    options.control = if value == "none" { None } else { Some(address(&value)?) };
                }
                "--products" => options.products = Some(value()?.into()),
                "--seed" => {
                    let value = value()?;
                    options.seed =
                        Some(value.parse().map_err(|_| format!("--seed {value}: no whole number"))?);
                }
                "--any-sub-protocol" => options.any_sub_protocol = true,
                "--cors" => options.cors = true,
                "--quiet" => options.quiet = true,
                "--help" | "-h" => options.help = true,
                _ => return Err(format!("unknown: {name}")),
            }
        }
        Ok(options)
    }
}

/// `HOST:PORT`, or a port alone.
fn address(text: &str) -> Result<SocketAddr, String> {
    let full = if text.parse::<u16>().is_ok() { format!("{LOOPBACK}:{text}") } else { text.to_owned() };
    let mut found = full.to_socket_addrs().map_err(|error| format!("{text}: {error}"))?;
    found.next().ok_or_else(|| format!("{text}: no such address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn all_is_on_the_loopback_unless_somebody_says_otherwise() {
        let options = parse("").unwrap();
        assert!(options.listen.ip().is_loopback() && options.control.unwrap().ip().is_loopback());
        assert_eq!(options.tcp, None);
        let options = parse("--tcp --listen 9000 --control=none").unwrap();
        assert_eq!(options.tcp.unwrap().to_string(), "127.0.0.1:1883");
        assert_eq!(options.listen.to_string(), "127.0.0.1:9000");
        assert_eq!(options.control, None);
        assert_eq!(parse("--listen 0.0.0.0:1").unwrap().listen.to_string(), "0.0.0.0:1");
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (line, part) in [
            ("--listen", "--listen needs a value"),
            ("--listen nowhere", "nowhere"),
            ("--seed x", "--seed x"),
            ("--colour", "unknown: --colour"),
        ] {
            let error = parse(line).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
