//! The sub-devices with what is known of them, and the requests for those that are chosen.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;

use super::kept::Kept;
use super::traffic::begin;
use crate::ui::components::{CopyButton, Icon, IconName, focus};
use crate::ui::context::{Toast, Toasts, use_lang};
use crate::ui::services::use_desk;
use crate::uiot::Credential;
use crate::uiot::gateway::{RequestKind, SubState};

/// Rows that are shown; the filter finds the others.
const SHOWN: usize = 200;

/// A sub-device as the table shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Row {
    device: Credential,
    in_topology: bool,
    logged_in: bool,
    disabled: bool,
    /// Whether its DeviceSecret is known.
    has_secret: bool,
}

impl Row {
    fn new(device: &Credential, state: Option<&SubState>) -> Self {
        let is = |what: fn(&SubState) -> bool| state.is_some_and(what);
        Self {
            device: device.clone(),
            in_topology: is(|state| state.in_topology),
            logged_in: is(|state| state.logged_in),
            disabled: is(|state| state.disabled),
            has_secret: is(|state| state.secret.is_some()),
        }
    }
}

/// What is shown, and how many more there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rows {
    list: Vec<Row>,
    more: usize,
}

#[component]
pub(super) fn Table() -> impl IntoView {
    let lang = use_lang();
    let desk = use_desk();
    let kept = expect_context::<Kept>();
    let chosen = Memo::new(move |_| kept.chosen_there(desk).len());
    let rows = Memo::new(move |_| {
        let wanted = kept.filter.with(|typed| typed.trim().to_lowercase());
        let mut all: Vec<Row> = Vec::new();
        let mut more = 0;
        let mut add = |device: &Credential, state: Option<&SubState>| {
            let fits = wanted.is_empty() || device.client_id().to_lowercase().contains(&wanted);
            match fits {
                true if all.len() < SHOWN => all.push(Row::new(device, state)),
                true => more += 1,
                false => {}
            }
        };
        kept.listed.with(|listed| {
            desk.read(|services| {
                let known = services.gateway.sub_devices();
                listed.iter().for_each(|device| add(device, known.get(device)));
                for (device, state) in known.iter().filter(|(device, _)| !listed.contains(*device)) {
                    add(device, Some(state));
                }
            });
        });
        all.sort_by(|one, other| one.device.cmp(&other.device));
        Rows { list: all, more }
    });
    let shown =
        move || rows.with(|rows| rows.list.iter().map(|row| row.device.clone()).collect::<BTreeSet<_>>());
    let all_chosen = Memo::new(move |_| {
        let shown = shown();
        !shown.is_empty() && kept.chosen.with(|chosen| shown.is_subset(chosen))
    });
    let choose_all = move |_| {
        let shown = untrack(shown);
        let all = all_chosen.get_untracked();
        kept.chosen.update(|chosen| match all {
            true => chosen.retain(|device| !shown.contains(device)),
            false => chosen.extend(shown),
        });
    };
    view! {
        <section aria-labelledby="gw-devices">
            <Asking />
            <div class="bar sub gw-bar">
                <h2 id="gw-devices">{move || lang.get().gateway_devices()}</h2>
                <span class="fg3 num" data-testid="gateway-chosen">
                    {move || lang.get().gateway_chosen(chosen.get())}
                </span>
                <span class="inp gw-find">
                    <Icon name=IconName::Search small=true />
                    <input
                        data-testid="gateway-filter"
                        autocomplete="off"
                        spellcheck="false"
                        aria-label=move || lang.get().gateway_filter()
                        placeholder=move || lang.get().gateway_filter()
                        prop:value=kept.filter
                        on:input:target=move |event| kept.filter.set(event.target().value())
                    />
                </span>
            </div>
            <Show
                when=move || !rows.with(|rows| rows.list.is_empty())
                fallback=move || {
                    view! {
                        <div class="empty" data-testid="gateway-empty">
                            <Icon name=IconName::Gateway />
                            <b>{move || lang.get().gateway_empty()}</b>
                            <span>{move || lang.get().gateway_empty_why()}</span>
                        </div>
                    }
                }
            >
                <table class="gw-t" role="table">
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" scope="col" class="gw-c">
                                <label class="gw-k">
                                    <input
                                        type="checkbox"
                                        data-testid="gateway-choose-all"
                                        aria-label=move || lang.get().gateway_choose_all()
                                        prop:checked=all_chosen
                                        on:change=choose_all
                                    />
                                </label>
                            </th>
                            <th role="columnheader" scope="col">{move || lang.get().gateway_devices()}</th>
                            <th role="columnheader" scope="col">{move || lang.get().gateway_col_state()}</th>
                            <th role="columnheader" scope="col">"DeviceSecret"</th>
                            <th role="columnheader" scope="col"><span class="sr">{move || lang.get().gateway_col_actions()}</span></th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">
                        <For
                            each=move || rows.with(|rows| rows.list.clone())
                            key=Row::clone
                            children=line
                        />
                    </tbody>
                </table>
                <Show when=move || rows.with(|rows| rows.more > 0)>
                    <p class="hint pad">{move || lang.get().gateway_more_rows(rows.with(|rows| rows.more))}</p>
                </Show>
            </Show>
        </section>
    }
    .into_any()
}

/// The requests, each for what is chosen.
#[component]
fn Asking() -> impl IntoView {
    let lang = use_lang();
    let desk = use_desk();
    let kept = expect_context::<Kept>();
    let ask = move |kind: RequestKind| {
        let devices = match kind {
            RequestKind::TopoGet => Vec::new(),
            _ => untrack(|| kept.chosen_there(desk)),
        };
        if !kept.ask(desk, kind, devices)
            && kept
                .problem
                .with_untracked(|problem| matches!(problem, Some(super::kept::Problem::NoSecret(_))))
        {
            focus("gateway-secret");
        }
    };
    let button = move |kind: RequestKind| {
        view! {
            <button
                type="button"
                class="btn sm"
                data-testid="gateway-ask"
                data-kind=kind.topic().suffix()
                title=move || format!("{}\n{}", lang.get().gateway_kind_hint(kind), kind.topic().suffix())
                on:click=move |_| ask(kind)
            >
                {move || lang.get().gateway_kind(kind)}
            </button>
        }
    };
    let buttons = [
        RequestKind::Register,
        RequestKind::TopoAdd,
        RequestKind::Login,
        RequestKind::Logout,
        RequestKind::TopoDelete,
        RequestKind::Found,
        RequestKind::TopoGet,
    ];
    view! {
        <div class="gw-asks" role="group" aria-label=move || lang.get().gateway_requests()>
            {buttons.map(button).into_iter().collect_view()}
        </div>
    }
}

fn line(row: Row) -> AnyView {
    let lang = use_lang();
    let kept = expect_context::<Kept>();
    let toasts = expect_context::<Toasts>();
    let Row { device, in_topology, logged_in, disabled, has_secret } = row;
    let is_known = in_topology || logged_in || disabled || has_secret;
    let name = StoredValue::new(device.device_sn.clone());
    let device = StoredValue::new(device);
    let is_chosen =
        Memo::new(move |_| device.with_value(|device| kept.chosen.with(|chosen| chosen.contains(device))));
    let is_subject = Memo::new(move |_| {
        kept.subject.with(|subject| device.with_value(|device| subject.as_ref() == Some(device)))
    });
    let choose = move |_| {
        let device = device.get_value();
        kept.chosen.update(|chosen| {
            if !chosen.remove(&device) {
                chosen.insert(device);
            }
        });
    };
    let take_out = move |_| {
        let device = device.get_value();
        let was_chosen = kept.chosen.try_update(|chosen| chosen.remove(&device)).unwrap_or_default();
        kept.listed.update(|listed| {
            listed.remove(&device);
        });
        if kept.subject.with_untracked(|subject| subject.as_ref() == Some(&device)) {
            kept.subject.set(None);
        }
        let text = lang.get_untracked().gateway_taken_out(&device.device_sn);
        let back = move || {
            // The session may be closed by then.
            kept.listed.try_update(|listed| listed.insert(device.clone()));
            if was_chosen {
                kept.chosen.try_update(|chosen| chosen.insert(device.clone()));
            }
        };
        toasts.show(Toast { text, undo: Some(Arc::new(back)), gone: None });
        focus("gateway-filter");
    };
    let chip =
        |shown: bool, class: &'static str, icon: IconName, label: fn(crate::i18n::Lang) -> &'static str| {
            shown.then(|| {
                view! {
                    <span class=class>
                        <Icon name=icon small=true />
                        {move || label(lang.get())}
                    </span>
                }
            })
        };
    let chips = view! {
        {chip(in_topology, "chip", IconName::Link, |lang| lang.gateway_in_topology())}
        {chip(logged_in, "chip acc", IconName::Check, |lang| lang.gateway_logged_in())}
        {chip(disabled, "chip err", IconName::Error, |lang| lang.gateway_disabled())}
        {(!in_topology && !logged_in && !disabled)
            .then(|| view! { <span class="fg3">{move || lang.get().gateway_unknown()}</span> })}
    };
    let states = [(in_topology, "topology"), (logged_in, "online"), (disabled, "disabled")];
    let states: Vec<_> = states.iter().filter(|(on, _)| *on).map(|(_, name)| *name).collect();
    let shown_sn = name.get_value();
    let (product, sn) = device.with_value(|device| (device.product_sn.clone(), device.device_sn.clone()));
    view! {
        <tr role="row" class:sel=is_subject data-testid="gateway-row" data-device=shown_sn data-state=states.join(" ")>
            <td role="cell" class="gw-c">
                <label class="gw-k">
                    <input
                        type="checkbox"
                        data-testid="gateway-choose"
                        aria-label=move || lang.get().gateway_choose_one(&name.get_value())
                        prop:checked=is_chosen
                        on:change=choose
                    />
                </label>
            </td>
            <th role="rowheader" scope="row">
                <button
                    type="button"
                    class="gw-n"
                    data-testid="gateway-subject"
                    aria-pressed=move || is_subject.get().to_string()
                    title=move || lang.get().gateway_open_traffic(&name.get_value())
                    on:click=move |_| begin(kept, device.get_value())
                >
                    <span class="mono">{sn}</span>
                    <span class="mono fg3">{product}</span>
                </button>
            </th>
            <td role="cell" class="gw-s">{chips}</td>
            <td role="cell" class="gw-p">{has_secret.then(|| masked(device, name))}</td>
            <td role="cell" class="gw-x">
                <Show when=move || !is_known>
                    <button
                        type="button"
                        class="btn gho ico sm"
                        data-testid="gateway-take-out"
                        aria-label=move || lang.get().gateway_take_out(&name.get_value())
                        title=move || lang.get().gateway_take_out(&name.get_value())
                        on:click=take_out
                    >
                        <Icon name=IconName::Close />
                    </button>
                </Show>
            </td>
        </tr>
    }
    .into_any()
}

/// The DeviceSecret, to be copied; it is read when that happens.
fn masked(device: StoredValue<Credential>, name: StoredValue<String>) -> AnyView {
    let lang = use_lang();
    let desk = use_desk();
    let secret = move || {
        let secret = untrack(|| {
            desk.read(|services| {
                device.with_value(|device| services.gateway.sub_devices().get(device)?.secret.clone())
            })
        });
        secret.flatten().map(|secret| secret.expose().to_owned()).unwrap_or_default()
    };
    view! {
        <span class="row gap1" data-testid="gateway-secret-known">
            <span class="mono" aria-hidden="true">"••••••••"</span>
            <CopyButton label=Signal::derive(move || lang.get().gateway_copy_secret(&name.get_value())) text=secret />
        </span>
    }
    .into_any()
}
