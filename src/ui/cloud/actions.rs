//! What can be done, as a list; the device to which it is done; and what manages devices.

use leptos::prelude::*;

use super::manage::Management;
use super::target::TargetChoice;
use super::{Tab, use_cloud};
use crate::i18n::Lang;
use crate::ui::components::{Icon, IconName, focus};
use crate::ui::context::{Narrow, use_lang};

/// What the cloud can do to a device by a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Action {
    Shadow,
    Property,
    Command,
    Push,
    Upgrades,
    Publish,
    Broadcast,
    Topology,
    Found,
    /// What has no form: the switches and buttons of device management.
    Manage,
}

impl Action {
    const DOWNLINK: [Self; 7] = [
        Self::Shadow,
        Self::Property,
        Self::Command,
        Self::Push,
        Self::Upgrades,
        Self::Publish,
        Self::Broadcast,
    ];
    const GATEWAY: [Self; 2] = [Self::Topology, Self::Found];

    /// A name for tests and for the elements of its form.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Shadow => "shadow",
            Self::Property => "property",
            Self::Command => "command",
            Self::Push => "push",
            Self::Upgrades => "upgrades",
            Self::Publish => "publish",
            Self::Broadcast => "broadcast",
            Self::Topology => "topology",
            Self::Found => "found",
            Self::Manage => "manage",
        }
    }

    pub(super) const fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Shadow => lang.cloud_act_shadow(),
            Self::Property => lang.cloud_act_property(),
            Self::Command => lang.cloud_act_command(),
            Self::Push => lang.cloud_act_push(),
            Self::Upgrades => lang.cloud_act_upgrades(),
            Self::Publish => lang.cloud_act_publish(),
            Self::Broadcast => lang.cloud_act_broadcast(),
            Self::Topology => lang.cloud_act_topology(),
            Self::Found => lang.cloud_act_found(),
            Self::Manage => lang.cloud_management(),
        }
    }

    /// On which topic the device hears of it.
    const fn topic(self) -> &'static str {
        match self {
            Self::Shadow => "shadow/downstream",
            Self::Property => "tmodel/property/set",
            Self::Command => "tmodel/command",
            Self::Push | Self::Upgrades => "ota/downstream",
            Self::Publish => "~/…",
            Self::Broadcast => "/P/$broadcast/…",
            Self::Topology => "topo/notify/…",
            Self::Found => "topo/found_reply",
            Self::Manage => "",
        }
    }

    const fn icon(self) -> IconName {
        match self {
            Self::Shadow => IconName::Shadow,
            Self::Property => IconName::Cube,
            Self::Command => IconName::Bolt,
            Self::Push => IconName::Upload,
            Self::Upgrades => IconName::Again,
            Self::Publish => IconName::Send,
            Self::Broadcast => IconName::Broadcast,
            Self::Topology => IconName::Gateway,
            Self::Found => IconName::Search,
            Self::Manage => IconName::Settings,
        }
    }
}

/// The left pane.
#[component]
pub(super) fn Actions() -> impl IntoView {
    let lang = use_lang();
    let cloud = use_cloud();
    let narrow = expect_context::<Narrow>().0;
    let item = move |action: Action| {
        let here = Memo::new(move |_| cloud.action.get() == action);
        let open = move |_| {
            cloud.open(action);
            if narrow.get_untracked() {
                focus("cloud-form-title");
            }
        };
        view! {
            <li>
                <button
                    type="button"
                    class="li cl-act"
                    class:sel=here
                    data-testid="cloud-action"
                    data-action=action.id()
                    aria-current=move || here.get().then_some("true")
                    on:click=open
                >
                    <Icon name=action.icon() />
                    <span class="cl-n">{move || action.name(lang.get())}</span>
                    <code class="right fg3" aria-hidden="true">{action.topic()}</code>
                </button>
            </li>
        }
    };
    let faults_shown = Memo::new(move |_| cloud.tab.get() == Tab::Faults);
    view! {
        <section class="pane cl-acts" aria-label=move || lang.get().cloud_title()>
            <div class="bar">
                <h2>{move || lang.get().cloud_title()}</h2>
                <button
                    type="button"
                    class="btn sm right cl-more"
                    class:on=faults_shown
                    data-testid="cloud-show-faults"
                    aria-pressed=move || faults_shown.get().to_string()
                    on:click=move |_| {
                        cloud.tab.update(|tab| *tab = if *tab == Tab::Faults { Tab::Form } else { Tab::Faults });
                    }
                >
                    {move || lang.get().cloud_faults_shown()}
                </button>
            </div>
            <div class="scroll">
                <TargetChoice />
                <h3 class="grp cl-g">{move || lang.get().cloud_downlink()}</h3>
                <ul class="cl-list">{Action::DOWNLINK.map(item).collect_view()}</ul>
                <h3 class="grp cl-g">{move || lang.get().cloud_gateway()}</h3>
                <ul class="cl-list">{Action::GATEWAY.map(item).collect_view()}</ul>
                <h3 class="grp cl-g">{move || lang.get().cloud_management()}</h3>
                <Management />
            </div>
            <p class="hint cl-only">
                <Icon name=IconName::Note small=true />
                <span>{move || lang.get().cloud_only_simulator()}</span>
            </p>
        </section>
    }
    .into_any()
}
