//! The page of a gateway and its sub-devices.

use leptos::prelude::*;

use super::bench::Bench;
use super::services::{Obstacles, Served, Trail};
use crate::uiot::{SystemTopic, TopicFamily};

/// What the page listens to.
const TOPICS: &[SystemTopic] = &[SystemTopic::SubRegisterReply];

/// Keeps what a person did here while another page is shown.
pub(super) fn provide(_bench: Bench) {}

#[component]
pub(super) fn GatewayPage() -> impl IntoView {
    view! {
        <Served>
            <Obstacles topics=TOPICS />
            <Trail families=&[TopicFamily::Gateway] />
        </Served>
    }
}
