//! What a person sees: the shell, one folder a screen, and `components/` for what screens share.
//!
//! Screens read the [`Bench`] (the device and the connect form) and the [`context`] newtypes; they know nothing of
//! each other. Text comes from `i18n`, looks from `style/`; a message costs nothing here unless its row is on screen.

#![allow(unreachable_pub, reason = "#[component] writes public types for the properties")]

mod bench;
mod cloud;
mod commands;
mod components;
mod connect;
mod context;
pub mod crash;
mod custom_topics;
mod delivery;
mod export;
mod filter_bar;
mod gateway;
mod listing;
mod messages;
mod model;
mod ota;
mod page;
mod parts;
mod payload_view;
mod preferences;
mod record;
mod services;
mod sessions;
mod settings;
mod shadow;
mod shell;
mod wanted;
mod wire;

pub use shell::App;
