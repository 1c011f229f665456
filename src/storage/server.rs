use serde::{Deserialize, Serialize};

use crate::uiot::limits;

/// The host that stands for the simulator in this page. No server can have it (RFC 2606, `.invalid`).
pub const SIMULATOR_HOST: &str = "simulator.invalid";

/// Where to connect, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Server {
    /// `wss` instead of `ws`.
    pub tls: bool,
    /// Host name or address, without scheme and port.
    pub host: String,
    /// Port as typed.
    pub port: String,
    /// Path, beginning with `/`.
    pub path: String,
    /// Whether the port was edited by hand, and so no longer follows the scheme.
    pub port_edited: bool,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            tls: true,
            host: String::new(),
            port: limits::WSS_PORT.to_string(),
            path: "/".into(),
            port_edited: false,
        }
    }
}

impl Server {
    /// Chooses the scheme; the port follows until it was edited.
    pub fn set_tls(&mut self, tls: bool) {
        self.tls = tls;
        if !self.port_edited {
            self.port = if tls { limits::WSS_PORT } else { limits::WS_PORT }.to_string();
        }
    }

    /// Takes the port as typed.
    pub fn set_port(&mut self, port: String) {
        self.port = port;
        self.port_edited = true;
    }

    /// Takes the host as typed. A whole address (`wss://host:port/path`) is split over the fields.
    pub fn set_host(&mut self, typed: String) {
        let address = typed.trim();
        let (tls, rest) = match (address.strip_prefix("wss://"), address.strip_prefix("ws://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => {
                self.host = typed;
                return;
            }
        };
        // What the address does not say is the default, not what was there before.
        self.port_edited = false;
        self.set_tls(tls);
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        // A user name and password in the address are dropped: the host is remembered, a secret must not be.
        let authority = authority.rsplit('@').next().unwrap_or_default();
        if !path.is_empty() {
            self.path = path.to_owned();
        }
        match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                self.host = host.to_owned();
                self.set_port(port.to_owned());
            }
            _ => self.host = authority.to_owned(),
        }
    }

    /// The address that a WebSocket is opened to.
    pub fn url(&self) -> String {
        let scheme = if self.tls { "wss" } else { "ws" };
        format!("{scheme}://{}:{}{}", self.host.trim(), self.port.trim(), self.path.trim())
    }

    /// The simulator in this page.
    pub fn simulator() -> Self {
        let mut server = Self { host: SIMULATOR_HOST.to_owned(), ..Self::default() };
        server.set_tls(false);
        server
    }

    /// Whether it is the simulator in this page, and no server at all.
    pub fn is_simulator(&self) -> bool {
        self.host.trim().eq_ignore_ascii_case(SIMULATOR_HOST)
    }

    /// Whether it is this computer, which browsers trust without TLS.
    pub fn is_loopback(&self) -> bool {
        let host = self.host.trim();
        self.is_simulator()
            || host == "localhost"
            || host == "[::1]"
            || host.starts_with("127.")
            || host.ends_with(".localhost")
    }
}
