//! The page of the cloud's side of the simulator.

use leptos::prelude::*;

use super::bench::Bench;
use super::services::{Served, use_desk};

/// Keeps what a person did here while another page is shown.
pub(super) fn provide(_bench: Bench) {}

#[component]
pub(super) fn CloudPage() -> impl IntoView {
    let _desk = use_desk();
    view! { <Served>""</Served> }
}
