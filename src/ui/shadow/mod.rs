//! The page of the device shadow.

use leptos::prelude::*;

use super::bench::Bench;
use super::services::{Obstacles, Served, Trail};
use crate::uiot::{SystemTopic, TopicFamily};

/// What the page listens to.
const TOPICS: &[SystemTopic] = &[SystemTopic::ShadowGetReply, SystemTopic::ShadowDownstream];

/// Keeps what a person did here while another page is shown.
pub(super) fn provide(_bench: Bench) {}

#[component]
pub(super) fn ShadowPage() -> impl IntoView {
    view! {
        <Served>
            <Obstacles topics=TOPICS />
            <Trail families=&[TopicFamily::Shadow] />
        </Served>
    }
}
