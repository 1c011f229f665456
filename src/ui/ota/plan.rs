//! How upgrades go: how long they take and how they end. What is in force stands with the services; half of a number is not.

use std::time::Duration;

use leptos::prelude::*;

use super::Drafts;
use crate::i18n::Lang;
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName, Switch};
use crate::ui::context::use_lang;
use crate::ui::services::Desk;
use crate::uiot::ota::{ErrCode, Outcome, Percent, Plan, Point, ProgressState};

const OUTCOMES: &[ChoiceOption] = &[
    ChoiceOption { id: "succeed", label: Lang::ota_succeed },
    ChoiceOption { id: "fail", label: Lang::ota_fail },
    ChoiceOption { id: "drop", label: Lang::ota_drop },
];
const STATES: &[ChoiceOption] = &[
    ChoiceOption { id: "downloading", label: Lang::ota_at_download },
    ChoiceOption { id: "burning", label: Lang::ota_at_burn },
];

/// A field for a number, or a version.
struct Field {
    id: &'static str,
    label: fn(Lang) -> &'static str,
    unit: fn(Lang) -> &'static str,
    fault: fn(Lang) -> &'static str,
    /// As it is in force.
    value: Signal<String>,
    /// Puts it into force; whether it could be read.
    take: Callback<String, bool>,
}

pub(super) fn card(desk: Desk) -> AnyView {
    let lang = use_lang();
    let drafts = expect_context::<Drafts>();
    let plan = Memo::new(move |_| desk.read(|services| services.plays.plan().clone()).unwrap_or_default());
    let automatic = Memo::new(move |_| desk.read(|services| services.plays.automatic) == Some(true));
    let kind = Memo::new(move |_| plan.with(|plan| kind_of(&plan.outcome)));
    let toggle = move || {
        desk.act(|services, _| services.plays.automatic = !services.plays.automatic);
    };
    let choose = move |kind| change(desk, |plan| plan.outcome = outcome(drafts, kind));
    let every = Field {
        id: "ota-every",
        label: Lang::ota_every,
        unit: |_| "ms",
        fault: Lang::ota_every_fault,
        value: Signal::derive(move || plan.with(|plan| plan.every.as_millis().to_string())),
        take: Callback::new(move |typed: String| {
            let millis = typed.trim().parse().ok().map(Duration::from_millis);
            let fits = millis.filter(|every| (Plan::SHORTEST..=Plan::LONGEST).contains(every));
            fits.map(|every| change(desk, |plan| plan.every = every)).is_some()
        }),
    };
    let download = Field {
        id: "ota-download",
        label: Lang::ota_download_time,
        unit: Lang::ota_seconds,
        fault: Lang::ota_seconds_fault,
        value: Signal::derive(move || plan.with(|plan| plan.download.as_secs_f64().to_string())),
        take: Callback::new(move |typed: String| {
            seconds(&typed).map(|time| change(desk, |plan| plan.download = time)).is_some()
        }),
    };
    let burn = Field {
        id: "ota-burn",
        label: Lang::ota_burn_time,
        unit: Lang::ota_seconds,
        fault: Lang::ota_seconds_fault,
        value: Signal::derive(move || plan.with(|plan| plan.burn.as_secs_f64().to_string())),
        take: Callback::new(move |typed: String| {
            seconds(&typed).map(|time| change(desk, |plan| plan.burn = time)).is_some()
        }),
    };
    view! {
        <section class="card" aria-labelledby="ota-h-plan">
            <div class="bar">
                <h2 id="ota-h-plan">{move || lang.get().ota_plan()}</h2>
            </div>
            <div class="pad-c">
                <label class="row">
                    <span class="grow" id="lb-ota-automatic">
                        {move || lang.get().ota_automatic()}
                    </span>
                    <Switch
                        id="ota-automatic"
                        on=automatic
                        toggle
                        labelled_by="lb-ota-automatic".to_owned()
                        described_by="hint-ota-automatic".to_owned()
                    />
                </label>
                <span class="hint" id="hint-ota-automatic">{move || lang.get().ota_automatic_hint()}</span>
                {field(every)} {field(download)} {field(burn)}
                <Show when=move || plan.with(|plan| plan.burn.is_zero())>
                    <span class="hint">{move || lang.get().ota_burn_zero()}</span>
                </Show>
                <Choice
                    id="ota-outcome"
                    class="fill"
                    label=Signal::derive(move || lang.get().ota_outcome().to_owned())
                    options=OUTCOMES
                    value=kind
                    on_choose=choose
                />
                {move || if kind.get() == "succeed" { success(desk, drafts) } else { place(desk, drafts, kind) }}
            </div>
            {codes(desk, drafts)}
        </section>
    }
    .into_any()
}

const fn kind_of(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Succeed(_) => "succeed",
        Outcome::Fail(..) => "fail",
        Outcome::Drop(_) => "drop",
    }
}

/// What was drafted for an outcome.
fn outcome(drafts: Drafts, kind: &str) -> Outcome {
    let point = Point { state: drafts.state.get_untracked(), percent: drafts.percent.get_untracked() };
    match kind {
        "fail" => Outcome::Fail(drafts.code.get_untracked(), point),
        "drop" => Outcome::Drop(point),
        _ => {
            let version = drafts.success.get_untracked();
            Outcome::Succeed(Some(version).filter(|version| !version.is_empty()))
        }
    }
}

/// Puts another plan into force.
fn change(desk: Desk, change: impl FnOnce(&mut Plan)) {
    desk.act(|services, now| {
        let mut plan = services.plays.plan().clone();
        change(&mut plan);
        services.plays.set_plan(now, plan);
    });
}

/// What was drafted of the chosen outcome is now otherwise.
fn drafted(desk: Desk, drafts: Drafts) {
    change(desk, |plan| plan.outcome = outcome(drafts, kind_of(&plan.outcome)));
}

/// Seconds with up to three decimals that count.
fn seconds(typed: &str) -> Option<Duration> {
    let number = typed.trim().parse::<f64>().ok().filter(|number| (0.0..=86_400.0).contains(number))?;
    Some(Duration::from_millis((number * 1000.0).round() as u64))
}

/// A row with its label at the left. It is in force when the field is left or Enter pressed.
fn field(field: Field) -> AnyView {
    let lang = use_lang();
    let Field { id, label, unit, fault, value, take } = field;
    // What else changes of the plan leaves alone what was typed here.
    let value = Memo::new(move |_| value.get());
    let text = RwSignal::new(String::new());
    let is_bad = RwSignal::new(false);
    Effect::new(move |_| {
        text.set(value.get());
        is_bad.set(false);
    });
    let enter = move |typed: String| {
        is_bad.set(!take.run(typed.clone()));
        text.set(if is_bad.get_untracked() { typed } else { value.get_untracked() });
    };
    let input = format!("in-{id}");
    let hint = format!("hint-{id}");
    view! {
        <div class="row">
            <label class="fg2 grow" for=input.clone()>
                {move || label(lang.get())}
            </label>
            <span class="inp mono brief" class:bad=is_bad>
                <input
                    id=input
                    data-testid=id
                    autocomplete="off"
                    inputmode="decimal"
                    aria-invalid=move || is_bad.get().then_some("true")
                    aria-describedby=hint.clone()
                    prop:value=text
                    on:change:target=move |event| enter(event.target().value())
                />
                <span class="un">{move || unit(lang.get())}</span>
            </span>
        </div>
        <span role="status" id=hint>
            <Show when=move || is_bad.get()>
                <span class="hint err" data-testid="ota-fault">
                    <Icon name=IconName::Error small=true />
                    <span>{move || fault(lang.get())}</span>
                </span>
            </Show>
        </span>
    }
    .into_any()
}

fn success(desk: Desk, drafts: Drafts) -> AnyView {
    let lang = use_lang();
    let enter = move |typed: String| {
        drafts.success.set(typed.trim().to_owned());
        drafted(desk, drafts);
    };
    view! {
        <div class="fld">
            <label class="lb" for="in-ota-success">
                {move || lang.get().ota_success_version()}
            </label>
            <span class="inp mono">
                <input
                    id="in-ota-success"
                    data-testid="ota-success-version"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-describedby="hint-ota-success"
                    prop:value=drafts.success
                    on:change:target=move |event| enter(event.target().value())
                />
            </span>
            <span class="hint" id="hint-ota-success">{move || lang.get().ota_success_hint()}</span>
        </div>
    }
    .into_any()
}

/// Where it fails, or the connection is cut.
fn place(desk: Desk, drafts: Drafts, kind: Memo<&'static str>) -> AnyView {
    let lang = use_lang();
    let is_drop = kind.get_untracked() == "drop";
    let percent = Field {
        id: "ota-percent",
        label: if is_drop { Lang::ota_drop_at } else { Lang::ota_fail_at },
        unit: |_| "%",
        fault: Lang::ota_percent_fault,
        value: Signal::derive(move || drafts.percent.get().number().to_string()),
        take: Callback::new(move |typed: String| {
            let percent = typed.trim().parse().ok().and_then(Percent::new);
            percent.map(|percent| drafts.percent.set(percent)).inspect(|()| drafted(desk, drafts)).is_some()
        }),
    };
    let state = Signal::derive(move || match drafts.state.get() {
        ProgressState::Downloading => "downloading",
        ProgressState::Burning => "burning",
    });
    let choose = move |id| {
        let burning = id == "burning";
        drafts.state.set(if burning { ProgressState::Burning } else { ProgressState::Downloading });
        drafted(desk, drafts);
    };
    view! {
        <div class="row">
            <span class="fg2 grow">{move || lang.get().ota_stage()}</span>
            <Choice
                id="ota-at"
                label=Signal::derive(move || lang.get().ota_stage().to_owned())
                options=STATES
                value=state
                on_choose=choose
            />
        </div>
        {field(percent)}
        <Show when=move || is_drop>
            <span class="hint">{move || lang.get().ota_drop_hint()}</span>
        </Show>
    }
    .into_any()
}

/// The codes that a failure is reported with, whether it is planned or wanted at once.
fn codes(desk: Desk, drafts: Drafts) -> AnyView {
    let lang = use_lang();
    let is_other = Memo::new(move |_| matches!(drafts.code.get(), ErrCode::Other(_)));
    let other = move || {
        let number = Field {
            id: "ota-other",
            label: Lang::ota_code_other,
            unit: |_| "",
            fault: Lang::ota_code_fault,
            value: Signal::derive(move || drafts.other.get().to_string()),
            take: Callback::new(move |typed: String| {
                let Ok(number) = typed.trim().parse() else { return false };
                drafts.other.set(number);
                drafts.code.set(ErrCode::from(number));
                drafted(desk, drafts);
                true
            }),
        };
        is_other.get().then(|| view! { <div class="pad-c other">{field(number)}</div> })
    };
    view! {
        <fieldset class="codes" data-testid="ota-code" data-value=move || drafts.code.get().number().to_string()>
            <legend class="grp">{move || lang.get().ota_codes()}</legend>
            {ErrCode::KNOWN.map(|code| radio(desk, drafts, Some(code))).collect_view()}
            {radio(desk, drafts, None)}
        </fieldset>
        {other}
    }
    .into_any()
}

/// A code to choose; none is the one that nobody documented.
fn radio(desk: Desk, drafts: Drafts, code: Option<ErrCode>) -> AnyView {
    let lang = use_lang();
    let chosen = Memo::new(move |_| match (drafts.code.get(), code) {
        (ErrCode::Other(_), None) => true,
        (now, code) => Some(now) == code,
    });
    let choose = move |_| {
        drafts.code.set(code.unwrap_or(ErrCode::Other(drafts.other.get_untracked())));
        drafted(desk, drafts);
    };
    let words = move || match code {
        Some(code) => lang.get().ota_err_code(code),
        None => lang.get().ota_code_other(),
    };
    let number = code.map(|code| code.number().to_string());
    view! {
        <label class="li code" class:sel=chosen data-option=number.clone().unwrap_or_else(|| "other".to_owned())>
            <input type="radio" name="ota-code" prop:checked=chosen on:change=choose />
            <span class="mono nu n">{number.clone()}</span>
            <span>{words}</span>
        </label>
    }
    .into_any()
}
