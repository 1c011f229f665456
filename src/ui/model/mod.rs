//! The page of the thing model.

mod incoming;
mod simulation;

use leptos::prelude::*;

use super::bench::Bench;
use super::services::{Obstacles, Served, Trail};
use crate::uiot::{SystemTopic, TopicFamily};

/// What the page listens to.
const TOPICS: &[SystemTopic] =
    &[SystemTopic::PropertyPostReply, SystemTopic::PropertySet, SystemTopic::Command];

/// Keeps what a person did here while another page is shown.
pub(super) fn provide(_bench: Bench) {
    incoming::provide();
    simulation::provide();
}

#[component]
pub(super) fn ModelPage() -> impl IntoView {
    view! {
        <Served>
            <Obstacles topics=TOPICS />
            <incoming::IncomingPane />
            <simulation::SimulationPane />
            <Trail families=&[TopicFamily::Properties, TopicFamily::Commands] />
        </Served>
    }
}
