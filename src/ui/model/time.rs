//! The Time that goes with values: none, the present, or one that is typed.

use leptos::prelude::*;

use crate::device::local_micros;
use crate::i18n::Lang;
use crate::journal::query::TimePoint;
use crate::storage::Zone;
use crate::ui::components::{Choice, ChoiceOption};
use crate::ui::context::use_lang;
use crate::ui::services::Desk;

const NONE: &str = "none";
const NOW: &str = "now";
const TYPED: &str = "typed";

const OPTIONS: &[ChoiceOption] = &[
    ChoiceOption { id: NONE, label: Lang::model_time_none },
    ChoiceOption { id: NOW, label: Lang::model_time_now },
    ChoiceOption { id: TYPED, label: Lang::model_time_typed },
];

/// What was chosen, and what was typed.
#[derive(Clone, Copy)]
pub(super) struct TimeForm {
    choice: RwSignal<&'static str>,
    typed: RwSignal<String>,
}

/// What was typed is no time.
pub(super) struct NoTime;

impl TimeForm {
    pub(super) fn new() -> Self {
        Self { choice: RwSignal::new(NONE), typed: RwSignal::new(String::new()) }
    }

    /// The time in milliseconds since 1970, UTC; none where none is to be sent.
    ///
    /// # Errors
    /// What was typed is no time.
    pub(super) fn millis(self, desk: Desk) -> Result<Option<u64>, NoTime> {
        let now = || desk.bench.device(|device| device.clock().unix_micros(device.clock().now()));
        match self.choice.get() {
            NONE => Ok(None),
            NOW => Ok(Some(now() / 1_000)),
            _ => self.typed.with(|typed| read(desk, typed.trim(), now())).map(Some).ok_or(NoTime),
        }
    }
}

/// Milliseconds, or a time of the calendar in the zone in which times are shown.
fn read(desk: Desk, typed: &str, now: u64) -> Option<u64> {
    if let Ok(millis) = typed.parse::<u64>() {
        return Some(millis);
    }
    let time = TimePoint::parse(typed)?;
    let micros = match desk.bench.preferences.times.get().zone {
        Zone::Local => local_micros(time, &js_sys::Date::new(&(now as f64 / 1_000.0).into()))?,
        zone @ Zone::Fixed(_) => zone.unix_micros(time, now)?,
    };
    Some(micros / 1_000)
}

/// The choice, and the field where one is typed.
pub(super) fn time_form(form: TimeForm, desk: Desk, id: &'static str, field: &'static str) -> AnyView {
    let lang = use_lang();
    let is_typed = move || form.choice.get() == TYPED;
    let is_bad = Memo::new(move |_| {
        is_typed() && form.typed.with(|typed| !typed.is_empty()) && form.millis(desk).is_err()
    });
    view! {
        <span class="tmf">
            <span class="fg3">{move || lang.get().model_time()}</span>
            <Choice
                id
                class="sm"
                label=Signal::derive(move || lang.get().model_time().to_owned())
                options=OPTIONS
                value=form.choice
                on_choose=move |id| form.choice.set(id)
            />
            <Show when=is_typed>
                <span class="inp sm mono" class:bad=is_bad>
                    <input
                        type="text"
                        data-testid=field
                        aria-label=move || lang.get().model_time_field()
                        title=move || lang.get().model_time_field()
                        placeholder="2026-11-23 14:32:13"
                        aria-invalid=move || is_bad.get().then_some("true")
                        aria-describedby=format!("{field}-hint")
                        prop:value=form.typed
                        on:input:target=move |event| form.typed.set(event.target().value())
                    />
                </span>
            </Show>
            <span class="hint err" id=format!("{field}-hint") hidden=move || !is_bad.get()>
                {move || lang.get().model_time_bad()}
            </span>
        </span>
    }
    .into_any()
}
