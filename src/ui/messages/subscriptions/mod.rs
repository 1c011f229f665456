//! The subscriptions: what is subscribed, in groups; the form that adds; what can be done with one and with all.

mod add;
mod bulk;
mod catalogue;
mod custom;
mod detail;
mod groups;
mod item;
mod muting;
mod pane;
mod tools;

use leptos::html;
use leptos::prelude::*;

use super::View;
use crate::mqtt::{Capabilities, QoS};
use crate::storage::Colour;
use crate::ui::components::{Choice, ChoiceOption};
use crate::ui::context::use_lang;
use add::AddForm;
use groups::Groups;
pub(super) use muting::{MuteBar, mute_selected};
use pane::Pane;
pub(super) use pane::{form_opener, provide};
use tools::ToolBar;

const QOS: &[ChoiceOption] = &[
    ChoiceOption { id: "0", label: |_| "QoS 0" },
    ChoiceOption { id: "1", label: |_| "QoS 1" },
    ChoiceOption { id: "2", label: |_| "QoS 2" },
];

/// The QoS that is chosen; 1 where 2 was and is no longer offered.
pub(super) fn qos_from(id: &str, capabilities: Capabilities) -> QoS {
    match id {
        "0" => QoS::AtMostOnce,
        "2" if capabilities.qos2 => QoS::ExactlyOnce,
        _ => QoS::AtLeastOnce,
    }
}

/// The name of a QoS in a [`QosChoice`].
const fn qos_id(qos: QoS) -> &'static str {
    match qos {
        QoS::AtMostOnce => "0",
        QoS::AtLeastOnce => "1",
        QoS::ExactlyOnce => "2",
    }
}

/// The choice of a QoS, as far as the session offers it.
#[component]
pub(super) fn QosChoice(view: View, id: &'static str, value: RwSignal<&'static str>) -> impl IntoView {
    let offered = Memo::new(move |_| view.capabilities());
    move || {
        let offered = offered.get();
        let options = if offered.qos2 { QOS } else { &QOS[..2] };
        let shown = move || if value.get() == "2" && !offered.qos2 { "1" } else { value.get() };
        view! {
            <Choice
                id=id
                class="sm"
                label=Signal::derive(|| "QoS".to_owned())
                options=options
                value=Signal::derive(shown)
                on_choose=move |id| value.set(id)
            />
        }
    }
}

/// The bar of a colour.
pub(super) const fn series(colour: Colour) -> &'static str {
    match colour {
        0 => "cbar s1",
        1 => "cbar s2",
        2 => "cbar s3",
        3 => "cbar s4",
        4 => "cbar s5",
        _ => "cbar s6",
    }
}

/// The colour that [`crate::ui::bench::Bench::colours`] gives a filter.
pub(super) fn colour_of(colours: &[(String, Colour)], filter: &str) -> Colour {
    colours.iter().find(|(known, _)| known == filter).map_or(0, |(_, colour)| *colour)
}

#[component]
pub(super) fn SubscriptionsTab(view: View) -> impl IntoView {
    let lang = use_lang();
    let pane = expect_context::<Pane>();
    let fold = move || {
        view.bench.uiot_device.get().map(|device| {
            let own = format!("/{}/{}/", device.product_sn, device.device_sn);
            let system = format!("/$system{own}");
            view! {
                <dl class="kv pad fold">
                    <dt class="mono">"~/"</dt>
                    <dd class="ell-l fg3" title=own.clone()><bdi dir="ltr">{own.clone()}</bdi></dd>
                    <dt class="mono">"$sys/"</dt>
                    <dd class="ell-l fg3" title=system.clone()><bdi dir="ltr">{system.clone()}</bdi></dd>
                </dl>
            }
        })
    };
    // Another page or session was in front: the list stands where it was left.
    let scroller = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(list) = scroller.get() {
            request_animation_frame(move || list.set_scroll_top(pane.scrolled.get_value()));
        }
    });
    view! {
        <ToolBar view pane />
        <Show when=move || pane.adding.get()>
            <AddForm view pane />
        </Show>
        <div
            node_ref=scroller
            class="scroll subs"
            data-testid="subscription-list"
            on:scroll:target=move |event| pane.scrolled.set_value(event.target().scroll_top())
        >
            <Groups view pane />
            <Show when=move || view.bench.subscriptions.with(Vec::is_empty)>
                <p class="pad fg3">
                    {move || lang.get().no_subscriptions()} <br />
                    {move || lang.get().no_subscriptions_hint()}
                </p>
            </Show>
        </div>
        {fold}
    }
}
