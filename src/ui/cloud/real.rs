//! What stands on the page where the session's cloud is not the simulator's.

use leptos::prelude::*;

use super::use_cloud;
use crate::i18n::Lang;
use crate::ui::bench::Bench;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::page::Page;
use crate::ui::preferences::{Preferences, use_preferences};
use crate::ui::sessions::{Sessions, use_sessions};

/// The API's actions, and what a device gets of each.
const API: [(&str, Effect); 5] = [
    ("UpdateUIoTCoreDeviceShadow", Effect::On("shadow/downstream")),
    ("SetUIoTCoreDeviceProperty", Effect::On("tmodel/property/set")),
    ("SendUIoTCoreDeviceCommand", Effect::On("tmodel/command")),
    ("PublishUIoTCoreMQTTMessage", Effect::In(Lang::cloud_elsewhere_message)),
    ("BroadcastUIoTCoreMQTTMessage", Effect::In(Lang::cloud_elsewhere_broadcast)),
];

#[derive(Clone, Copy)]
enum Effect {
    /// A system topic.
    On(&'static str),
    In(fn(Lang) -> &'static str),
}

/// Another session. None where there are as many as there can be, which is said.
fn opened(sessions: Sessions, preferences: Preferences) -> Option<Bench> {
    sessions.open_on(Page::Cloud, preferences.new_profile()).map(|session| session.bench)
}

/// Says whose the cloud's side is, how the real one is driven, and where the simulator is.
#[component]
pub(super) fn RealCloud() -> impl IntoView {
    let lang = use_lang();
    let bench = use_cloud().bench;
    let sessions = use_sessions();
    let preferences = use_preferences();
    // What is connected stays so: the simulator gets a session of its own then.
    let try_simulator = move || {
        let unused = bench.status.with_untracked(|status| status.plan.is_none());
        let session = if unused { Some(bench) } else { opened(sessions, preferences) };
        if let Some(bench) = session {
            bench.try_simulator();
        }
    };
    let rows = API
        .iter()
        .map(|(action, effect)| {
            let effect = *effect;
            let words = move || match effect {
                Effect::On(topic) => topic,
                Effect::In(words) => words(lang.get()),
            };
            view! {
                <tr>
                    <th scope="row" class="mono">{*action}</th>
                    <td class="mono">{words}</td>
                </tr>
            }
        })
        .collect_view();
    let simulated = move || {
        sessions.list().with(|list| list.iter().find(|session| session.bench.is_simulated()).cloned())
    };
    let other = move || {
        simulated().map(|session| {
            let id = session.id;
            let name = session.name().unwrap_or_default();
            view! {
                <button
                    type="button"
                    class="btn"
                    data-testid="cloud-other-session"
                    on:click=move |_| {
                        sessions.activate(id);
                        Page::Cloud.open();
                    }
                >
                    <Icon name=IconName::Simulator />
                    {move || lang.get().cloud_elsewhere_open(&name)}
                </button>
            }
        })
    };
    view! {
        <div class="scroll cl-real" data-testid="cloud-real">
            <div class="empty">
                <Icon name=IconName::Cloud />
                <b>{move || lang.get().cloud_elsewhere()}</b>
                <p>{move || lang.get().cloud_elsewhere_why()}</p>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{move || lang.get().cloud_elsewhere_api()}</th>
                            <th scope="col">{move || lang.get().cloud_elsewhere_effect()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
                <ul>
                    <li>{move || lang.get().cloud_elsewhere_console()}</li>
                    <li>{move || lang.get().cloud_elsewhere_forward()}</li>
                </ul>
                <span class="row cl-ways">
                    <button
                        type="button"
                        class="btn pri"
                        data-testid="services-simulator"
                        on:click=move |_| try_simulator()
                    >
                        <Icon name=IconName::Simulator />
                        {move || lang.get().services_try_simulator()}
                    </button>
                    {other}
                </span>
            </div>
        </div>
    }
    .into_any()
}
