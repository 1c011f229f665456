//! Where the firmware is and what it should be, and whether it really is.

use leptos::prelude::*;

use super::fetch::{self, Fetch, Stage};
use super::{Drafts, act};
use crate::i18n::numbers::grouped;
use crate::ui::components::{CopyButton, Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::services::Desk;
use crate::uiot::limits;
use crate::uiot::ota::{Checked, ErrCode, Run, UpdateFirmware, is_md5};

pub(super) fn view(desk: Desk, module: String, run: Memo<Option<Run>>) -> AnyView {
    let lang = use_lang();
    let update = Memo::new(move |_| run.with(|run| run.as_ref().map(|run| run.update.clone())));
    let of = move |read: fn(&UpdateFirmware) -> String| {
        move || update.with(|update| update.as_ref().map(read).unwrap_or_default())
    };
    let url = of(|update| update.url.clone());
    let md5 = of(|update| update.md5.clone());
    let odd_md5 = Memo::new(move |_| {
        update.with(|update| update.as_ref().is_some_and(|update| !is_md5(update.md5.trim())))
    });
    let size = Memo::new(move |_| update.with(|update| update.as_ref().map_or(0, |update| update.size)));
    let size_words = move || match size.get() {
        0 => lang.get().ota_empty_file(),
        1..=limits::FIRMWARE_SIZE => lang.get().ota_size_limit(),
        _ => lang.get().ota_too_large(),
    };
    let odd_size = move || !(1..=limits::FIRMWARE_SIZE).contains(&size.get());
    let left = Memo::new(move |_| {
        desk.bench.seconds.track();
        let linked = run.with(|run| run.as_ref().map(|run| run.linked))?;
        let age = desk.now() - linked;
        limits::FIRMWARE_LINK.checked_sub(age).map(|left| left.as_secs() / 60).filter(|minutes| *minutes > 0)
    });
    let valid = move || match left.get() {
        Some(minutes) => lang.get().ota_left(minutes / 60, minutes % 60),
        None => lang.get().ota_expired().to_owned(),
    };
    view! {
        <dl class="kv">
            <dt>"URL"</dt>
            <dd class="copied">
                <bdi data-testid="ota-url">{url}</bdi>
                <CopyButton label=Signal::derive(move || lang.get().ota_copy_url().to_owned()) text=url />
            </dd>
            <dt>"MD5"</dt>
            <dd class="copied">
                <bdi data-testid="ota-md5">{md5}</bdi>
                <CopyButton label=Signal::derive(move || lang.get().ota_copy_md5().to_owned()) text=md5 />
                <Show when=move || odd_md5.get()>
                    <span class="ui c-err">{move || lang.get().ota_no_md5()}</span>
                </Show>
            </dd>
            <dt><bdi>"Size"</bdi></dt>
            <dd data-testid="ota-size">
                {move || grouped(size.get())} " B "
                <span class="ui" class:c-err=odd_size class:fg3=move || !odd_size()>
                    {size_words}
                </span>
            </dd>
            <dt>{move || lang.get().ota_valid()}</dt>
            <dd class="ui num" class:c-err=move || left.get().is_none() data-testid="ota-valid">
                {valid}
            </dd>
        </dl>
        {check(desk, module, update, run)}
    }
    .into_any()
}

/// Fetches the firmware and says what it is.
fn check(
    desk: Desk,
    module: String,
    update: Memo<Option<UpdateFirmware>>,
    run: Memo<Option<Run>>,
) -> AnyView {
    let lang = use_lang();
    let drafts = expect_context::<Drafts>();
    let module = StoredValue::new(module);
    // What was fetched from an earlier link says nothing of this one.
    let fetch = Memo::new(move |_| {
        let update = update.get()?;
        drafts
            .fetches
            .with(|all| module.with_value(|module| all.get(module).cloned()))
            .filter(|fetch| fetch.url == update.url)
    });
    let running =
        Memo::new(move |_| fetch.with(|fetch| matches!(fetch, Some(Fetch { stage: Stage::Runs(_), .. }))));
    let why = move || match fetch.get().map(|fetch| fetch.stage) {
        Some(Stage::Runs(bytes)) => lang.get().ota_fetching(&grouped(bytes)),
        _ => lang.get().ota_fetch_why().to_owned(),
    };
    let turn = move |_| {
        if running.get_untracked() {
            fetch::stop(drafts, &module.get_value());
        } else if let Some(update) = update.get_untracked() {
            fetch::start(desk, drafts, module.get_value(), update.url);
        }
    };
    let report = move |code: ErrCode| {
        let module = module.get_value();
        if let Some(problem) =
            act(desk, |services, now| services.plays.fail(now, &mut services.ota, &module, code))
        {
            desk.tell(lang.get_untracked().ota_error(problem).to_owned());
        }
    };
    let can_report = Memo::new(move |_| {
        desk.is_online() && run.with(|run| run.as_ref().is_some_and(|run| run.ended.is_none()))
    });
    let result = move || {
        let (fetch, update) = (fetch.get()?, update.get()?);
        let (lines, code, id) = match &fetch.stage {
            Stage::Runs(_) => return None,
            Stage::Done(checked) => {
                let code = checked.err_code(&update);
                let id = if code.is_none() { "good" } else { "wrong" };
                (lines_of(lang.get(), checked, &update), code, id)
            }
            Stage::Failed(fault) => (vec![lang.get().ota_fetch_fault(*fault)], fault.err_code(), "failed"),
        };
        let good = id == "good";
        let lines = lines.into_iter().map(|line| view! { <span>{line}</span> }).collect_view();
        let button = code.map(|code| {
            view! {
                <Show when=move || can_report.get()>
                    <button
                        type="button"
                        class="btn sm"
                        data-testid="ota-fetch-report"
                        title=move || lang.get().ota_err_code(code)
                        on:click=move |_| report(code)
                    >
                        {move || lang.get().ota_fetch_report(code.number())}
                    </button>
                </Show>
            }
        });
        Some(
            view! {
                <div class="note" class:err=!good data-testid="ota-fetch-result" data-result=id>
                    <Icon name=if good { IconName::Good } else { IconName::Error } />
                    <span class="grow lines">{lines}</span>
                    {button}
                </div>
            }
            .into_any(),
        )
    };
    view! {
        <div class="row wraps">
            <button
                type="button"
                class="btn sm"
                data-testid="ota-fetch"
                aria-busy=move || running.get().then_some("true")
                aria-describedby="hint-ota-fetch"
                on:click=turn
            >
                {move || {
                    let icon = if running.get() { IconName::Stop } else { IconName::Download };
                    view! { <Icon name=icon /> }
                }}
                {move || if running.get() { lang.get().ota_fetch_stop() } else { lang.get().ota_fetch() }}
            </button>
            <span class="hint grow num" id="hint-ota-fetch">{why}</span>
        </div>
        <div role="status" class="fetched">{result}</div>
    }
    .into_any()
}

/// What is to be said of what was fetched.
fn lines_of(lang: crate::i18n::Lang, checked: &Checked, update: &UpdateFirmware) -> Vec<String> {
    if checked.err_code(update).is_none() {
        return vec![lang.ota_fetch_good(&grouped(checked.size))];
    }
    let mut lines = Vec::new();
    if !checked.fits_size(update) {
        lines.push(lang.ota_fetch_size(&grouped(checked.size), &grouped(update.size)));
    }
    if !checked.fits_md5(update) {
        lines.push(lang.ota_fetch_md5(&checked.md5));
    }
    lines
}
