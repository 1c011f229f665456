//! UIoT Testbench: a page with which people test IoT devices that speak MQTT over WebSocket.
//!
//! # The map of the house
//!
//! | room | what belongs there | knows |
//! |---|---|---|
//! | [`mqtt`] | the MQTT 3.1/3.1.1 client session, without IO: packets, states, timers, rules | nobody |
//! | [`uiot`] | the platform's language: credentials, topics, limits, services, what answers what | `mqtt` (types), `payload` (where JSON is at fault) |
//! | [`payload`] | bytes as people type and read them: text, trees of JSON, CBOR and MessagePack, hex, base64, differences | nobody |
//! | [`composing`] | writing a message: variables, topics to complete, history, templates, repeating | `uiot`, `mqtt` (time), `payload` |
//! | [`journal`] | every packet and note of a session in one bounded store; its views, filters, topics, exports | `mqtt` |
//! | [`simulator`] | a whole platform in memory: broker, services, the cloud's side, faults, a demo | `mqtt`, `uiot` |
//! | [`transport`] | how bytes get out and in: the browser's WebSocket, the way to the simulator in the page | `mqtt`, `simulator` |
//! | [`storage`] | the connect form, its checks, saved profiles, imports, links, the vault, and what the browser remembers | `uiot`, `mqtt`, `journal` (its budget) |
//! | `parts` | what of the program is fetched when it is first needed | nobody |
//! | `device` | one device under test: session, transport, journal and clock wired together | all above |
//! | [`delivery`] | how the page came: its version and form, the service worker, whether a newer version waits | nobody |
//! | [`commands`] | all that a person can tell the tool to do: names, keys, where the keys hold | `i18n` |
//! | [`i18n`] | all wording, Chinese and English | the types it names |
//! | `ui` | Leptos: the shell, one folder a screen, `components/` for what screens share | `device`, `storage`, `delivery`, `i18n`, plain types |
//!
//! `device`, `ui`, the WebSocket and the store need a browser and exist on wasm32 only; all else is plain Rust that is
//! tested on the host. The browser's crates are dependencies of wasm32 alone, so the compiler keeps that wall.
//!
//! # The way of a byte
//!
//! In: `WebSocket` message → a worker, which dates it → `transport` → `device` → [`mqtt::Session::handle_input`] → one entry in the journal → a flag →
//! at the next frame one signal → the rows that are on screen. Out: component → `device` → a [`mqtt::Session`] command →
//! bytes → `transport`; the journal sees what was really sent.
//!
//! `ARCHITECTURE.md` says why it is so.

pub mod commands;
pub mod composing;
pub mod delivery;
#[cfg(target_arch = "wasm32")]
pub mod device;
pub mod i18n;
pub mod journal;
pub mod mqtt;
#[cfg(target_arch = "wasm32")]
pub mod parts;
pub mod payload;
pub mod simulator;
pub mod storage;
pub mod transport;
#[cfg(target_arch = "wasm32")]
pub mod ui;
pub mod uiot;
