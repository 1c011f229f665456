//! What the device says of itself: modules and their versions.

use leptos::prelude::*;

use super::{Drafts, act, orders};
use crate::mqtt::Moment;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::services::Desk;
use crate::uiot::ota::{OtaError, Reported};
use crate::uiot::version_is_regular;

/// A module as the list shows it: its name and what was reported last.
type Known = (String, Option<Reported>);

pub(super) fn card(desk: Desk) -> AnyView {
    let lang = use_lang();
    let drafts = expect_context::<Drafts>();
    let known = Memo::new(move |_| {
        let all = desk.read(|services| {
            let modules = services.ota.modules().keys();
            let reported = |module: &String| services.plays.tracks().get(module)?.reported.clone();
            modules.map(|module| (module.clone(), reported(module))).collect::<Vec<Known>>()
        });
        all.unwrap_or_default()
    });
    let of_module = move || {
        let module = drafts.module.get();
        known.with(|known| {
            let found = known.iter().find(|(name, _)| *name == module);
            found.and_then(|(_, reported)| reported.as_ref().map(|reported| reported.version.clone()))
        })
    };
    let version = Memo::new(move |_| drafts.version.get().or_else(of_module).unwrap_or_default());
    let irregular =
        Memo::new(move |_| version.with(|version| !version.is_empty() && !version_is_regular(version)));
    let said = Memo::new(move |_| Said::now(desk, drafts, irregular.get()));
    let report = move || {
        let (module, version) = (drafts.module.get_untracked(), version.get_untracked());
        let problem = act(desk, |services, now| {
            services.plays.report_version(now, &mut services.ota, &module, &version).map(|out| vec![out])
        });
        drafts.problem.set(problem);
        if problem.is_none() {
            drafts.version.set(None);
        }
    };
    let request = move |_| {
        let module = drafts.module.get_untracked();
        drafts.problem.set(act(desk, |services, now| {
            services.plays.request_firmware(now, &services.ota, &module).map(|out| vec![out])
        }));
    };
    let offline = move || !desk.is_online();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        report();
    };
    view! {
        <section class="card" aria-labelledby="ota-h-device">
            <div class="bar">
                <h2 id="ota-h-device">{move || lang.get().ota_device()}</h2>
            </div>
            <form class="pad-c" novalidate on:submit=submit>
                <div class="two">
                    <div class="fld">
                        <label class="lb" for="in-ota-module">
                            {move || lang.get().ota_module()}
                        </label>
                        <span class="inp mono" class:wrn=move || drafts.module.with(String::is_empty)>
                            <input
                                id="in-ota-module"
                                data-testid="ota-module"
                                autocomplete="off"
                                autocapitalize="off"
                                spellcheck="false"
                                list="ota-modules"
                                aria-describedby="hint-ota-version"
                                prop:value=drafts.module
                                on:input:target=move |event| {
                                    drafts.module.set(event.target().value());
                                    drafts.version.set(None);
                                    drafts.problem.set(None);
                                }
                            />
                        </span>
                        <datalist id="ota-modules">
                            {move || {
                                known.get().into_iter().map(|(name, _)| view! { <option value=name></option> }).collect_view()
                            }}
                        </datalist>
                    </div>
                    <div class="fld">
                        <label class="lb" for="in-ota-version">
                            {move || lang.get().ota_version()}
                        </label>
                        <span class="inp mono" class:wrn=irregular>
                            <input
                                id="in-ota-version"
                                data-testid="ota-version"
                                autocomplete="off"
                                autocapitalize="off"
                                spellcheck="false"
                                placeholder="1.0.0"
                                aria-describedby="hint-ota-version"
                                prop:value=version
                                on:input:target=move |event| {
                                    drafts.version.set(Some(event.target().value()));
                                    drafts.problem.set(None);
                                }
                            />
                        </span>
                    </div>
                </div>
                <div class="row wraps">
                    <button type="submit" class="btn grow" data-testid="ota-report" disabled=offline>
                        <Icon name=IconName::ArrowUp />
                        {move || lang.get().ota_report()}
                    </button>
                    <button
                        type="button"
                        class="btn grow"
                        data-testid="ota-request"
                        disabled=offline
                        on:click=request
                    >
                        <Icon name=IconName::ArrowDown />
                        {move || lang.get().ota_request()}
                    </button>
                </div>
                <div id="hint-ota-version" role="status" class="hints">
                    {move || hint(desk, said.get())}
                </div>
                {orders(desk)}
            </form>
            <Show when=move || known.with(|known| !known.is_empty())>{list(desk, drafts, known)}</Show>
        </section>
    }
    .into_any()
}

/// What is to be said of what was typed or asked.
#[derive(Clone, Copy, PartialEq)]
enum Said {
    Problem(OtaError),
    NoModule,
    Irregular,
    Asked(Moment),
    Hint,
}

impl Said {
    fn now(desk: Desk, drafts: Drafts, irregular: bool) -> Self {
        let asked = |module: &String| {
            desk.read(|services| services.plays.tracks().get(module).and_then(|track| track.asked)).flatten()
        };
        match (drafts.problem.get(), drafts.module.with(String::is_empty), irregular) {
            (Some(problem), ..) => Self::Problem(problem),
            (None, true, _) => Self::NoModule,
            (None, false, true) => Self::Irregular,
            _ => drafts.module.with(asked).map_or(Self::Hint, Self::Asked),
        }
    }
}

fn hint(desk: Desk, said: Said) -> AnyView {
    let lang = use_lang();
    let (class, icon, id) = match said {
        Said::Problem(_) => ("hint err", Some(IconName::Error), "ota-problem"),
        Said::NoModule | Said::Irregular => ("hint warn", Some(IconName::Warning), "ota-irregular"),
        Said::Asked(_) => ("hint", None, "ota-asked"),
        Said::Hint => ("hint", None, "ota-hint"),
    };
    let words = move || {
        let lang = lang.get();
        match said {
            Said::Problem(problem) => lang.ota_error(problem).to_owned(),
            Said::NoModule => lang.ota_no_module().to_owned(),
            Said::Irregular => lang.ota_irregular().to_owned(),
            Said::Asked(at) => {
                desk.bench.follow_times();
                lang.ota_asked(&desk.bench.short_time_of(at))
            }
            Said::Hint => lang.ota_report_hint().to_owned(),
        }
    };
    view! {
        <span class=class data-testid=id>
            {icon.map(|icon| view! { <Icon name=icon small=true /> })}
            <span>{words}</span>
        </span>
    }
    .into_any()
}

/// The modules that are known; each can be taken into the form.
fn list(desk: Desk, drafts: Drafts, known: Memo<Vec<Known>>) -> AnyView {
    let lang = use_lang();
    let rows = move || {
        desk.bench.follow_times();
        let row = |(module, reported): Known| {
            let shown = module.clone();
            let time = reported.as_ref().map(|reported| desk.bench.short_time_of(reported.at));
            let version = reported.map(|reported| reported.version);
            let words = move || version.clone().unwrap_or_else(|| lang.get().ota_unreported().to_owned());
            view! {
                <li>
                    <button
                        type="button"
                        class="known"
                        data-testid="ota-known"
                        data-module=shown.clone()
                        title=move || lang.get().ota_choose_module()
                        on:click=move |_| {
                            drafts.module.set(module.clone());
                            drafts.version.set(None);
                            drafts.problem.set(None);
                        }
                    >
                        <bdi class="mono med">{shown.clone()}</bdi>
                        <span class="mono">{words}</span>
                        <span class="mono fg3 num">{time}</span>
                    </button>
                </li>
            }
        };
        known.get().into_iter().map(row).collect_view()
    };
    view! {
        <div class="grp">{move || lang.get().ota_known(known.with(Vec::len))}</div>
        <ul class="knowns">{rows}</ul>
    }
    .into_any()
}
