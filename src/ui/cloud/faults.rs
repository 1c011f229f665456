//! The list of faults: a switch each, with its values beside it. What is changed holds at once.

use leptos::prelude::*;

use super::right::Right;
use crate::i18n::Lang;
use crate::simulator::{self, FaultSwitch, FaultTexts, FaultValue, Platform};
use crate::ui::components::{Icon, IconName, Switch};
use crate::ui::context::use_lang;
use crate::uiot::Credential;

/// Devices to choose from, at most: a list to pick from has no room for thousands.
const MOST_LISTED: usize = 100;

/// The faults of a device, or of all; a device has none where it has none of its own.
fn faults_of(platform: &Platform, target: Option<&Credential>) -> simulator::Faults {
    match target {
        None => platform.faults.clone(),
        Some(device) => platform.device_faults.get(device).cloned().unwrap_or_default(),
    }
}

impl Right {
    fn change_faults(self, change: impl FnOnce(&mut simulator::Faults)) {
        let target = self.target.get_untracked();
        self.act(|platform, now| {
            let mut faults = faults_of(platform, target.as_ref());
            change(&mut faults);
            // A device without faults of its own follows the others again.
            let keep = target.is_none() || faults.any();
            platform.set_faults(now, target.as_ref(), keep.then_some(faults));
        });
    }

    /// Nothing goes wrong any more: for the device that is shown, or for any.
    fn end_faults(self) {
        let target = self.target.get_untracked();
        self.act(|platform, now| {
            let devices: Vec<_> = match target {
                Some(device) => vec![device],
                None => {
                    platform.set_faults(now, None, None);
                    platform.device_faults.keys().cloned().collect()
                }
            };
            devices.iter().for_each(|device| platform.set_faults(now, Some(device), None));
        });
    }

    /// Shows the faults of this device, or of all.
    pub(super) fn aim(self, target: Option<Credential>) {
        let faults = self.act(|platform, _| faults_of(platform, target.as_ref()));
        self.texts.update(|texts| texts.follow(&faults));
        self.target.set(target);
    }

    fn toggle(self, switch: FaultSwitch, on: bool) {
        if !on {
            return self.change_faults(|faults| switch.switch_off(faults));
        }
        let texts = self.texts.get_untracked();
        self.change_faults(|faults| {
            // What is wrong with a value is said beside it.
            let _ = switch.switch_on(faults, &texts);
        });
    }

    fn type_value(self, switch: FaultSwitch, value: FaultValue, text: String, is_on: bool) {
        self.texts.update(|texts| texts.set(value, text));
        if is_on {
            self.toggle(switch, true);
        }
    }
}

/// The pane's head: how many faults are on, and a way to have none.
#[component]
pub(super) fn FaultsBar(right: Right) -> impl IntoView {
    let lang = use_lang();
    let count = Memo::new(move |_| {
        let target = right.target.get();
        right.read(|platform| {
            let own = match &target {
                None => platform.device_faults.values().map(simulator::Faults::count).sum(),
                Some(_) => 0,
            };
            faults_of(platform, target.as_ref()).count() + own
        })
    });
    view! {
        <div class="bar">
            <h2>{move || lang.get().faults_title()}</h2>
            <Show when=move || count.get().gt(&0)>
                <span class="chip warn" data-testid="faults-count" data-count=move || count.get().to_string()>
                    <Icon name=IconName::Warning small=true />
                    {move || lang.get().faults_count(count.get())}
                </span>
            </Show>
            <button
                type="button"
                class="btn gho sm right"
                data-testid="faults-off"
                on:click=move |_| right.end_faults()
            >
                {move || lang.get().faults_all_off()}
            </button>
        </div>
    }
    .into_any()
}

#[component]
pub(super) fn Faults(right: Right) -> impl IntoView {
    let lang = use_lang();
    // A device that was deleted has no faults to set.
    Effect::new(move |_| {
        if let Some(target) = right.target.get()
            && right.read(|platform| platform.registry().device(&target).is_none())
        {
            right.aim(None);
        }
    });
    let faults = Memo::new(move |_| {
        let target = right.target.get();
        right.read(|platform| faults_of(platform, target.as_ref()))
    });
    let cut = move |_| {
        let target = right.target.get_untracked();
        let count = right.act(|platform, now| platform.cut_now(now, target.as_ref()));
        right.tell(lang.get_untracked().inj_cut_done(count));
    };
    let restart = move |_| {
        let count = right.act(|platform, now| platform.restart_broker(now));
        right.tell(lang.get_untracked().inj_restart_done(count));
    };
    let rows: Vec<_> = FaultSwitch::ALL.into_iter().map(|switch| row(right, lang, switch, faults)).collect();
    view! {
        <div class="faults">
            <Target right />
            {rows}
            <div class="pad row wrap">
                <button type="button" class="btn dan grow" data-testid="fault-cut-now" on:click=cut>
                    <Icon name=IconName::Plug />
                    {move || lang.get().inj_cut_now()}
                </button>
                <button
                    type="button"
                    class="btn grow"
                    data-testid="fault-restart"
                    title=move || lang.get().inj_restart_hint()
                    on:click=restart
                >
                    <Icon name=IconName::Again />
                    {move || lang.get().inj_restart()}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// For whom the faults are set.
#[component]
fn Target(right: Right) -> impl IntoView {
    let lang = use_lang();
    let listed = Memo::new(move |_| {
        let target = right.target.get();
        right.read(|platform| {
            let products = platform.registry().products.values();
            let all = products
                .flat_map(|product| product.devices.keys().map(|sn| Credential::new(&product.sn, sn)));
            let mut listed: Vec<_> = all.take(MOST_LISTED).collect();
            // One of thousands may have been chosen elsewhere.
            listed.extend(target.filter(|target| !listed.contains(target)));
            let count =
                |device: &Credential| platform.device_faults.get(device).map_or(0, simulator::Faults::count);
            listed.into_iter().map(|device| (count(&device), device)).collect::<Vec<_>>()
        })
    });
    let chosen = move || {
        let target = right.target.get();
        let place =
            listed.with(|listed| listed.iter().position(|(_, device)| Some(device) == target.as_ref()));
        place.map_or(String::new(), |place| place.to_string())
    };
    let choose = move |place: String| {
        let place = place.parse::<usize>().ok();
        let device = listed.with_untracked(|listed| Some(listed.get(place?)?.1.clone()));
        right.aim(device);
    };
    let options = move || {
        let lang = lang.get();
        let option = |(place, (count, device)): (usize, &(usize, Credential))| {
            let text = match count {
                0 => device.device_sn.clone(),
                count => lang.faults_for_one(&device.device_sn, *count),
            };
            let place = place.to_string();
            let now = place.clone();
            view! { <option value=place selected=move || chosen() == now>{text}</option> }
        };
        listed.with(|listed| listed.iter().enumerate().map(option).collect_view())
    };
    let own = Memo::new(move |_| {
        let target = right.target.get()?;
        Some(right.read(|platform| platform.device_faults.contains_key(&target)))
    });
    view! {
        <label class="fl">
            <span class="grow fg2">{move || lang.get().faults_for()}</span>
            <span class="inp selbox who">
                <select
                    data-testid="faults-for"
                    prop:value=chosen
                    on:change:target=move |event| choose(event.target().value())
                >
                    <option value="" selected=move || right.target.with(Option::is_none)>
                        {move || lang.get().faults_for_all()}
                    </option>
                    {options}
                </select>
            </span>
        </label>
        {move || {
            own.get()
                .map(|own| {
                    view! {
                        <p class="hint pad">
                            <Icon name=IconName::Note small=true />
                            <span data-testid="faults-own">
                                {move || if own { lang.get().faults_own() } else { lang.get().faults_own_none() }}
                            </span>
                        </p>
                    }
                })
        }}
    }
    .into_any()
}

/// Names a fault for tests and labels.
const fn id_of(switch: FaultSwitch) -> &'static str {
    match switch {
        FaultSwitch::Delay => "fault-delay",
        FaultSwitch::LoseMessages => "fault-lose-messages",
        FaultSwitch::LoseAcks => "fault-lose-acks",
        FaultSwitch::WithholdPingresp => "fault-pingresp",
        FaultSwitch::Silence => "fault-silence",
        FaultSwitch::CutAfter => "fault-cut-after",
        FaultSwitch::CutAtByte => "fault-cut-at-byte",
        FaultSwitch::Corrupt => "fault-corrupt",
        FaultSwitch::RefuseConnect => "fault-connack",
        FaultSwitch::RefuseSubscribe => "fault-suback",
        FaultSwitch::ShadowConflict => "fault-conflict",
        FaultSwitch::Rival => "fault-rival",
    }
}

fn row(right: Right, lang: RwSignal<Lang>, switch: FaultSwitch, faults: Memo<simulator::Faults>) -> AnyView {
    let id = id_of(switch);
    let is_on = Memo::new(move |_| faults.with(|faults| switch.is_on(faults)));
    let check = move |texts: &FaultTexts| switch.switch_on(&mut simulator::Faults::default(), texts).err();
    let bad = Memo::new(move |_| right.texts.with(check));
    let values: Vec<_> =
        switch.values().iter().map(|value| field(right, lang, switch, *value, is_on, bad)).collect();
    let said = move || match bad.get() {
        Some(bad) => {
            let lang = lang.get();
            let kept = if is_on.get() { lang.inj_kept() } else { "" };
            Some((true, format!("{}{kept}", lang.bad_fault_value(bad))))
        }
        None => is_on.get().then(|| (false, lang.get().inj_hint(switch).to_owned())),
    };
    view! {
        <div class="fl-r" class:long=matches!(switch, FaultSwitch::RefuseSubscribe | FaultSwitch::RefuseConnect) data-testid=format!("{id}-row")>
            <div class="fl">
                <label class="fl-n" title=move || lang.get().inj_hint(switch)>
                    <Switch
                        id
                        on=is_on
                        toggle=move || right.toggle(switch, !is_on.get_untracked())
                        labelled_by=format!("{id}-name")
                        described_by=format!("{id}-hint")
                    />
                    <span id=format!("{id}-name")>{move || lang.get().inj_name(switch)}</span>
                </label>
                {values}
            </div>
            <span id=format!("{id}-hint")>
                {move || {
                    said()
                        .map(|(wrong, text)| {
                            view! {
                                <span class="hint" class:err=wrong data-testid=format!("{id}-hint")>
                                    <Icon name=if wrong { IconName::Error } else { IconName::Note } small=true />
                                    <span>{text}</span>
                                </span>
                            }
                        })
                }}
            </span>
        </div>
    }
    .into_any()
}

fn field(
    right: Right,
    lang: RwSignal<Lang>,
    switch: FaultSwitch,
    value: FaultValue,
    is_on: Memo<bool>,
    bad: Memo<Option<simulator::BadFaultValue>>,
) -> AnyView {
    let text = move || right.texts.with(|texts| texts.get(value).to_owned());
    let typed = move |text: String| right.type_value(switch, value, text, is_on.get_untracked());
    let label = move || lang.get().inj_value(switch, value);
    let id = format!("{}-{}", id_of(switch), if value == FaultValue::Jitter { "jitter" } else { "value" });
    let picked = |options: AnyView| {
        view! {
            <span class="inp selbox">
                <select
                    data-testid=id.clone()
                    aria-label=label
                    prop:value=text
                    on:change:target=move |event| typed(event.target().value())
                >
                    {options}
                </select>
            </span>
        }
        .into_any()
    };
    let option = |id: String, words: Box<dyn Fn() -> String + Send + Sync>| {
        let own = id.clone();
        view! {
            <option value=id selected=move || text() == own>
                {words}
            </option>
        }
    };
    match value {
        FaultValue::Code => {
            let codes = 1..=6_u8;
            let words = move |code| {
                Box::new(move || lang.get().inj_code(code, lang.get().connect_code(code)))
                    as Box<dyn Fn() -> String + Send + Sync>
            };
            let options: Vec<_> = codes.map(|code| option(code.to_string(), words(code))).collect();
            picked(options.into_any())
        }
        FaultValue::Conflict => {
            let next = option("next".into(), Box::new(move || lang.get().inj_next().into()));
            let every = option("every".into(), Box::new(move || lang.get().inj_every().into()));
            picked((next, every).into_any())
        }
        _ => {
            let (unit, numeric, class) = match value {
                FaultValue::Delay | FaultValue::Jitter => ("ms", true, "inp mono w5"),
                FaultValue::LoseMessages | FaultValue::LoseAcks => ("%", true, "inp mono w4"),
                FaultValue::CutAfter | FaultValue::Rival => ("s", true, "inp mono w4"),
                FaultValue::CutAtByte => ("B", true, "inp mono w5"),
                FaultValue::Filter => ("", false, "inp mono"),
                _ => ("", true, "inp mono w4"),
            };
            let before = (value == FaultValue::Jitter)
                .then(|| view! { <span class="fg3" aria-hidden="true">"±"</span> });
            view! {
                {before}
                <span class=class class:bad=move || bad.get().is_some()>
                    <input
                        type="text"
                        autocomplete="off"
                        spellcheck="false"
                        inputmode=numeric.then_some("decimal")
                        data-testid=id
                        aria-label=label
                        aria-invalid=move || bad.get().is_some().then_some("true")
                        aria-describedby=format!("{}-hint", id_of(switch))
                        prop:value=text
                        on:input:target=move |event| typed(event.target().value())
                    />
                    {(!unit.is_empty()).then(|| view! { <span class="un">{unit}</span> })}
                </span>
            }
            .into_any()
        }
    }
}
