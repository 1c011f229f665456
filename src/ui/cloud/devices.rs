//! The simulated devices: what state each is in, new ones, sessions as one of them.

use leptos::prelude::*;

use super::devices_new::NewDevice;
use super::right::{Right, Window};
use crate::i18n::Lang;
use crate::simulator::{DeviceState, Platform};
use crate::ui::components::{CopyButton, Icon, IconName, focus};
use crate::ui::context::use_lang;
use crate::ui::preferences::use_preferences;
use crate::ui::sessions::use_sessions;
use crate::uiot::Credential;

/// Devices that are listed at most; the others are found by name.
const MOST_LISTED: usize = 60;
/// From so many devices on there is a field to find one.
const MANY: usize = 12;

/// What a row shows.
#[derive(Clone, PartialEq)]
struct Shown {
    state: DeviceState,
    /// Seconds since it came online.
    online: Option<u64>,
    behind_gateway: bool,
    product: String,
    faults: usize,
}

fn shown(right: Right, device: &Credential) -> Option<Shown> {
    right.read_at(|platform, now| {
        let product = platform.registry().product(&device.product_sn)?;
        let known = product.devices.get(&device.device_sn)?;
        let state = known.state();
        let since = known.since.filter(|_| state == DeviceState::Online);
        Some(Shown {
            state,
            online: since.map(|since| (now - since).as_secs()),
            behind_gateway: product.behind_gateway,
            product: product.name.clone(),
            faults: platform.device_faults.get(device).map_or(0, crate::simulator::Faults::count),
        })
    })
}

/// `00:40`, from an hour on `1:00:40`.
fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes:02}:{seconds:02}")
    }
}

/// The devices whose name holds this, and how many more there are than are listed.
fn find(platform: &Platform, part: &str) -> (Vec<Credential>, usize) {
    let products = platform.registry().products.values();
    let all = products
        .flat_map(|product| product.devices.keys().map(|sn| (&product.sn, sn)))
        .filter(|(_, sn)| sn.contains(part));
    let mut more = 0;
    let mut listed = Vec::new();
    for (product, sn) in all {
        if listed.len() < MOST_LISTED {
            listed.push(Credential::new(product, sn));
        } else {
            more += 1;
        }
    }
    (listed, more)
}

#[component]
pub(super) fn Devices(right: Right) -> impl IntoView {
    let lang = use_lang();
    let part = RwSignal::new(String::new());
    let creating = RwSignal::new(false);
    let found = Memo::new(move |_| {
        let part = part.get();
        right.read(|platform| find(platform, part.trim()))
    });
    let count = Memo::new(move |_| {
        right.read(|platform| {
            platform.registry().products.values().map(|product| product.devices.len()).sum::<usize>()
        })
    });
    let many = Memo::new(move |_| count.get() > MANY);
    view! {
        <div class="bar sub">
            <h3>{move || lang.get().simdev_title()}</h3>
            <span class="badge num">{move || count.get().to_string()}</span>
            <button
                type="button"
                class="btn gho sm right"
                data-testid="simdev-new"
                aria-expanded=move || creating.get().to_string()
                on:click=move |_| {
                    creating.update(|creating| *creating = !*creating);
                    if creating.get_untracked() {
                        focus("simdev-sn");
                    }
                }
            >
                <Icon name=IconName::Plus />
                {move || lang.get().simdev_new()}
            </button>
        </div>
        <Show when=move || creating.get()>
            <NewDevice right creating />
        </Show>
        <Show when=move || many.get()>
            <div class="pad">
                <span class="inp">
                    <Icon name=IconName::Search />
                    <input
                        type="search"
                        data-testid="simdev-find"
                        aria-label=move || lang.get().simdev_find()
                        placeholder=move || lang.get().simdev_find()
                        prop:value=part
                        on:input:target=move |event| part.set(event.target().value())
                    />
                </span>
            </div>
        </Show>
        <ul class="simdevs" data-testid="simdevs" aria-label=move || lang.get().simdev_title()>
            <For
                each=move || found.with(|(listed, _)| listed.clone())
                key=|device| device.clone()
                children=move |device| row(right, lang, device)
            />
        </ul>
        {move || {
            let (none, more) = found.with(|(listed, more)| (listed.is_empty(), *more));
            let text = match (none, more) {
                (true, _) => lang.get().simdev_none().to_owned(),
                (_, 0) => return None,
                (_, more) => lang.get().simdev_more(more),
            };
            Some(view! { <p class="pad fg3">{text}</p> })
        }}
    }
    .into_any()
}

fn row(right: Right, lang: RwSignal<Lang>, device: Credential) -> AnyView {
    let device = StoredValue::new(device);
    let name = device.with_value(|device| device.device_sn.clone());
    let known = Memo::new(move |_| device.with_value(|device| shown(right, device)));
    let is_unfolded = Memo::new(move |_| {
        right.unfolded.with(|open| device.with_value(|device| open.as_ref() == Some(device)))
    });
    let is_own =
        Memo::new(move |_| right.own_device().is_some_and(|own| device.with_value(|device| own == *device)));
    let state = move || known.with(|known| known.as_ref().map(|known| known.state));
    let words = move || {
        let lang = lang.get();
        known.with(|known| {
            let known = known.as_ref()?;
            Some(match known.online {
                Some(seconds) => lang.simdev_online_for(&clock(seconds)),
                None => lang.device_state(known.state).to_owned(),
            })
        })
    };
    let faults = Memo::new(move |_| known.with(|known| known.as_ref().map_or(0, |known| known.faults)));
    let toggle = move |_| {
        right.unfolded.set((!is_unfolded.get_untracked()).then(|| device.get_value()));
    };
    let sn = name.clone();
    view! {
        <li class:sel=move || is_own.get()>
            <button
                type="button"
                class="sd"
                data-testid="simdev"
                data-sn=name.clone()
                data-state=move || state().map(DeviceState::as_str)
                aria-expanded=move || is_unfolded.get().to_string()
                aria-current=move || is_own.get().then_some("true")
                on:click=toggle
            >
                <i
                    class="dot"
                    class:on=move || state() == Some(DeviceState::Online)
                    class:off=move || matches!(state(), Some(DeviceState::Offline | DeviceState::Inactivated))
                    class:stop=move || state() == Some(DeviceState::Disabled)
                    class:dotted=move || state() == Some(DeviceState::Inactivated)
                ></i>
                <code class="grow sn">{sn}</code>
                <Show when=move || faults.get().gt(&0)>
                    <span class="chip warn">
                        <Icon name=IconName::Warning small=true />
                        {move || lang.get().faults_count(faults.get())}
                    </span>
                </Show>
                <span class="fg3 num">{words}</span>
            </button>
            <Show when=move || is_unfolded.get()>
                <Details right device known is_own />
            </Show>
        </li>
    }
    .into_any()
}

/// What is known of a device, and what can be done with it.
#[component]
fn Details(
    right: Right,
    device: StoredValue<Credential>,
    known: Memo<Option<Shown>>,
    is_own: Memo<bool>,
) -> impl IntoView {
    let lang = use_lang();
    let sessions = use_sessions();
    let preferences = use_preferences();
    let secret = move || {
        let read = |platform: &Platform| {
            device.with_value(|device| platform.registry().device(device).map(|known| known.secret.clone()))
        };
        let found = untrack(|| right.read(read));
        found.map(|secret| secret.expose().to_owned()).unwrap_or_default()
    };
    // The session that is this device, if one is open.
    let open = move || {
        sessions.list().with(|list| {
            let is_it = |bench: crate::ui::bench::Bench| {
                bench.is_simulated()
                    && device.with_value(|device| bench.uiot_device.get().as_ref() == Some(device))
            };
            list.iter().find(|each| is_it(each.bench)).map(|each| each.id)
        })
    };
    let open = Memo::new(move |_| open());
    let behind =
        Memo::new(move |_| known.with(|known| known.as_ref().is_some_and(|known| known.behind_gateway)));
    let start = move |_| {
        if let Some(id) = open.get_untracked() {
            return sessions.activate(id);
        }
        if let Some(session) = sessions.open(preferences.new_profile(), None) {
            device.with_value(|device| session.bench.simulate(device));
        }
    };
    let product = move || known.with(|known| known.as_ref().map(|known| known.product.clone()));
    let product_sn = device.with_value(|device| device.product_sn.clone());
    view! {
        <div class="sd-d" data-testid="simdev-details">
            <dl class="kv">
                <dt>{move || lang.get().simdev_product()}</dt>
                <dd>
                    <span class="ui">{product}</span>
                    " "
                    {product_sn}
                </dd>
                <dt>{move || lang.get().simdev_secret()}</dt>
                <dd class="row gap1">
                    <span aria-hidden="true">"••••••••"</span>
                    <span class="sr">{move || lang.get().simdev_masked()}</span>
                    <CopyButton label=Signal::derive(move || lang.get().simdev_copy_secret().to_owned()) text=secret />
                </dd>
            </dl>
            <Show when=move || behind.get()>
                <p class="hint">
                    <Icon name=IconName::Note small=true />
                    <span>{move || lang.get().simdev_behind()}</span>
                </p>
            </Show>
            <div class="row wrap">
                <button
                    type="button"
                    class="btn sm"
                    data-testid="simdev-open"
                    disabled=move || behind.get() || is_own.get()
                    on:click=start
                >
                    <Icon name=IconName::Plug />
                    {move || {
                        let lang = lang.get();
                        match (is_own.get(), open.get()) {
                            (true, _) => lang.simdev_here(),
                            (_, Some(_)) => lang.simdev_show(),
                            _ => lang.simdev_open(),
                        }
                    }}
                </button>
                <button
                    type="button"
                    class="btn sm"
                    data-testid="simdev-faults"
                    on:click=move |_| {
                        right.aim(Some(device.get_value()));
                        focus("faults-for");
                    }
                >
                    <Icon name=IconName::Bolt />
                    {move || lang.get().simdev_faults()}
                </button>
                <button
                    type="button"
                    class="btn sm dan"
                    data-testid="simdev-delete"
                    on:click=move |_| right.window.set(Some(Window::Delete(device.get_value())))
                >
                    <Icon name=IconName::Trash />
                    {move || lang.get().simdev_delete()}
                </button>
            </div>
        </div>
    }
    .into_any()
}
