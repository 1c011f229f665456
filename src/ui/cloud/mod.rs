//! The page of the cloud's side of the simulator.

mod choices;
mod devices;
mod devices_new;
mod faults;
mod firmware;
mod product;
mod product_model;
mod product_topics;
mod right;

use leptos::prelude::*;

use super::bench::Bench;
use super::services::Served;
use right::RightPane;

/// Keeps what a person did here while another page is shown.
pub(super) fn provide(bench: Bench) {
    right::provide(bench);
}

#[component]
pub(super) fn CloudPage() -> impl IntoView {
    view! {
        <Served>
            <RightPane />
        </Served>
    }
}
