use serde::{Deserialize, Serialize};

use crate::uiot::{Region, limits};

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

    /// Whether it is somebody else's than the platform's, and not this computer: what is typed as a device's secret would
    /// go to them.
    pub fn is_foreign(&self) -> bool {
        let host = self.host.trim();
        let is_platform = |region: &Region| region.mqtt_host().eq_ignore_ascii_case(host);
        !self.is_loopback() && !Region::ALL.iter().any(is_platform)
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

/// Characters that are not seen, or that change the order in which others are seen: with one of them a host looks like another.
pub(super) const fn is_hidden(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::{Fault, Field, Mode, Page, Profile};

    fn server(host: &str) -> Server {
        Server { host: host.to_owned(), ..Server::default() }
    }

    #[test]
    fn the_platform_and_this_computer_are_not_foreign_and_all_else_is() {
        for region in Region::ALL {
            assert!(!server(&region.mqtt_host()).is_foreign());
            assert!(!server(&region.mqtt_host().to_uppercase()).is_foreign());
            assert!(server(&format!("{}.evil.example", region.mqtt_host())).is_foreign());
            assert!(server(&format!("{}@evil.example", region.mqtt_host())).is_foreign());
        }
        assert!(!Server::simulator().is_foreign());
        assert!(!server("127.0.0.1").is_foreign());
        assert!(server("evil.example").is_foreign());
    }

    #[test]
    fn a_host_with_a_character_that_is_not_seen_is_none() {
        for host in ["\u{202e}elpmaxe.live", "a\u{200b}b.example", "a\u{feff}.example", "a\u{ad}b.example"] {
            let profile = Profile { mode: Mode::Generic, generic_server: server(host), ..Profile::default() };
            let found = profile.problems(Page::default());
            assert!(
                found.iter().any(|each| each.field == Field::Host && each.fault == Fault::Host),
                "{host:?}"
            );
        }
    }
}
