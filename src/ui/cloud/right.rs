//! The right pane of the cloud page.

use leptos::prelude::*;

#[component]
pub(super) fn RightPane() -> impl IntoView {}
