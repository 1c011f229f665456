//! An upgrade of one module: where it stands, and what can be done with it.

use leptos::prelude::*;

use super::steps::{self, has_failed};
use super::{Drafts, act, link};
use crate::i18n::Lang;
use crate::i18n::numbers::grouped;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::services::Desk;
use crate::uiot::ota::{Ended, ProgressState, Run, Standing, percent_of};

pub(super) fn card(desk: Desk, module: String) -> AnyView {
    let lang = use_lang();
    let name = module.clone();
    let run = Memo::new(move |_| {
        desk.read(|services| services.plays.tracks().get(&name).and_then(|track| track.run.clone())).flatten()
    });
    let share = Memo::new(move |_| {
        // It goes on without a message.
        desk.bench.seconds.track();
        let now = desk.now();
        let of_run = |run: &Run| desk.read(|services| run.share(now, services.plays.plan()));
        run.with(|run| run.as_ref().and_then(of_run)).unwrap_or_default()
    });
    let percent = Memo::new(move |_| percent_of(share.get()).number());
    let standing = Memo::new(move |_| run.with(|run| run.as_ref().map_or(Standing::Ended, Run::standing)));
    let versions = move || {
        run.with(|run| {
            let run = run.as_ref()?;
            let from = run.from.as_ref().map_or_else(|| "—".to_owned(), |from| from.version.clone());
            Some((from, run.update.version.clone()))
        })
    };
    let versions = move || {
        versions().map(|(from, to)| {
            view! {
                {from}
                " "
                <span class="fg3">"→"</span>
                " "
                <b class="med">{to}</b>
            }
        })
    };
    // A module may be called anything; an identifier may not.
    let heading = module.bytes().fold("ota-h".to_owned(), |id, byte| format!("{id}-{byte:x}"));
    view! {
        <section
            class="card task"
            data-testid="ota-task"
            data-module=module.clone()
            data-standing=move || standing_id(standing.get())
            aria-labelledby=heading.clone()
        >
            <div class="bar">
                <h2 id=heading.clone()>{move || lang.get().ota_task()} " " <bdi class="mono chip sq">{module.clone()}</bdi></h2>
                <bdi class="mono vs" data-testid="ota-versions">
                    {versions}
                </bdi>
                {chip(run, standing)}
                <span class="right row gap1">{buttons(desk, module.clone(), standing)}</span>
            </div>
            <div class="task-b">
                {steps::view(desk, run, percent)} {bar(run, share, percent)} {notes(run)}
                {link::view(desk, module.clone(), run)}
                <p class="note">
                    <Icon name=IconName::Note />
                    <span>{move || lang.get().ota_simulated_note()}</span>
                </p>
            </div>
        </section>
    }
    .into_any()
}

const fn standing_id(standing: Standing) -> &'static str {
    match standing {
        Standing::Offered => "offered",
        Standing::Runs => "runs",
        Standing::Paused => "paused",
        Standing::Held => "held",
        Standing::Ended => "ended",
    }
}

/// Where it stands, in a word.
fn chip(run: Memo<Option<Run>>, standing: Memo<Standing>) -> AnyView {
    let lang = use_lang();
    let state = Memo::new(move |_| run.with(|run| run.as_ref().and_then(Run::state)));
    let ended = Memo::new(move |_| run.with(|run| run.as_ref().and_then(|run| run.ended.clone())));
    let shown = move || {
        let lang = lang.get();
        let ended = ended.get().map(|(_, ended)| ended);
        let (class, icon, words) = match (standing.get(), ended) {
            (_, Some(Ended::Failure { err_code, .. })) => {
                ("chip err", Some(IconName::Error), lang.ota_failed(err_code.number()))
            }
            (_, Some(Ended::Cancelled { .. })) => {
                ("chip", Some(IconName::Stop), lang.ota_cancelled().to_owned())
            }
            (_, Some(ended)) if has_failed(&ended) => {
                ("chip err", Some(IconName::Error), lang.ota_wrong_version().to_owned())
            }
            (_, Some(_)) => ("chip good", Some(IconName::Good), lang.ota_succeeded().to_owned()),
            (Standing::Offered, _) => ("chip warn", Some(IconName::Clock), lang.ota_offered().to_owned()),
            (Standing::Paused, _) => ("chip warn", Some(IconName::Pause), lang.ota_paused().to_owned()),
            (Standing::Held, _) => ("chip warn", Some(IconName::Clock), lang.ota_held().to_owned()),
            (_, None) => ("chip acc", None, state_words(lang, state.get()).to_owned()),
        };
        let mark = match icon {
            Some(icon) => view! { <Icon name=icon small=true /> }.into_any(),
            None => view! { <i class="dot ing"></i> }.into_any(),
        };
        view! {
            <span class=class data-testid="ota-state">
                {mark}
                {words}
            </span>
        }
    };
    view! { <span role="status">{shown}</span> }.into_any()
}

const fn state_words(lang: Lang, state: Option<ProgressState>) -> &'static str {
    match state {
        Some(ProgressState::Burning) => lang.ota_burning(),
        _ => lang.ota_downloading(),
    }
}

fn buttons(desk: Desk, module: String, standing: Memo<Standing>) -> AnyView {
    let lang = use_lang();
    let drafts = expect_context::<Drafts>();
    let offline = move || !desk.is_online();
    let module = StoredValue::new(module);
    let said = move |problem: Option<crate::uiot::ota::OtaError>| {
        if let Some(problem) = problem {
            desk.tell(lang.get_untracked().ota_error(problem).to_owned());
        }
    };
    let fail = move |_| {
        let (module, code) = (module.get_value(), drafts.code.get_untracked());
        said(act(desk, |services, now| services.plays.fail(now, &mut services.ota, &module, code)));
    };
    // One button, whatever it does: the focus stays where it is.
    let turn = move |_| {
        let (module, standing) = (module.get_value(), standing.get_untracked());
        said(act(desk, |services, now| match standing {
            Standing::Offered => services.plays.begin(now, &mut services.ota, &module),
            Standing::Runs => services.plays.pause(now, &module).map(|()| Vec::new()),
            _ => services.plays.go_on(now, &mut services.ota, &module),
        }));
    };
    let name = move || match standing.get() {
        Standing::Offered => ("ota-start", IconName::Play, lang.get().ota_start()),
        Standing::Runs => ("ota-pause", IconName::Pause, lang.get().ota_pause()),
        _ => ("ota-continue", IconName::Play, lang.get().ota_continue()),
    };
    view! {
        <Show when=move || standing.get() != Standing::Ended>
            <button
                type="button"
                class="btn sm"
                class:pri=move || standing.get() == Standing::Offered
                data-testid=move || name().0
                disabled=move || offline() || standing.get() == Standing::Held
                on:click=turn
            >
                {move || view! { <Icon name=name().1 /> }}
                {move || name().2}
            </button>
            <button
                type="button"
                class="btn sm dan"
                data-testid="ota-fail"
                title=move || lang.get().ota_fail_now_why()
                disabled=offline
                on:click=fail
            >
                {move || lang.get().ota_fail_now(drafts.code.get().number())}
            </button>
        </Show>
    }
    .into_any()
}

/// How much is done of what is simulated.
fn bar(run: Memo<Option<Run>>, share: Memo<f64>, percent: Memo<u8>) -> AnyView {
    let lang = use_lang();
    let burning =
        Memo::new(move |_| run.with(|run| run.as_ref().and_then(Run::state)) == Some(ProgressState::Burning));
    let label = move || if burning.get() { lang.get().ota_burn_bar() } else { lang.get().ota_download_bar() };
    let bytes = move || {
        let size = run.with(|run| run.as_ref().map_or(0, |run| run.update.size));
        // Up to 2^53 nothing is lost; no firmware has more.
        let done = (share.get() * size as f64) as u64;
        (!burning.get()).then(|| format!("{} / {} B", grouped(done), grouped(size)))
    };
    view! {
        <div class="prog-b">
            <div class="row num">
                <span>{label}</span>
                <span class="mono fg3">{bytes}</span>
                <span class="right mono med">{move || percent.get()} " %"</span>
            </div>
            <div
                class="prog"
                role="progressbar"
                data-testid="ota-progress"
                aria-label=label
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || percent.get().to_string()
            >
                <i style:width=move || format!("{}%", percent.get())></i>
            </div>
        </div>
    }
    .into_any()
}

/// What is to be said of how it ended, or of what was before it.
fn notes(run: Memo<Option<Run>>) -> AnyView {
    let lang = use_lang();
    let replaced = Memo::new(move |_| run.with(|run| run.as_ref().and_then(|run| run.replaced.clone())));
    let ended = Memo::new(move |_| {
        run.with(|run| run.as_ref().and_then(|run| run.ended.as_ref().map(|(_, ended)| ended.clone())))
    });
    let end = move || {
        let lang = lang.get();
        match ended.get()? {
            Ended::Success { version, target } if version != target => {
                Some(lang.ota_counts_as_failure(&version, &target))
            }
            Ended::Failure { err_code, .. } => {
                Some(lang.ota_failed_because(err_code.number(), lang.ota_err_code(err_code)))
            }
            _ => None,
        }
    };
    view! {
        {move || {
            end()
                .map(|words| {
                    view! {
                        <p class="note err" data-testid="ota-end">
                            <Icon name=IconName::Error />
                            <span>{words}</span>
                        </p>
                    }
                })
        }}
        {move || {
            replaced
                .get()
                .map(|version| {
                    view! {
                        <p class="note" data-testid="ota-replaced">
                            <Icon name=IconName::Swap />
                            <span>{move || lang.get().ota_replaced(&version)}</span>
                        </p>
                    }
                })
        }}
    }
    .into_any()
}
