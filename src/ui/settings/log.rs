use leptos::prelude::*;

use super::parts::{row, section as make, select, words};
use crate::i18n::Lang;
use crate::i18n::numbers::grouped;
use crate::storage::{BudgetForm, TimeFormat, Times, Zone};
use crate::ui::bench::Seconds;
use crate::ui::context::use_lang;
use crate::ui::preferences::use_preferences;
use crate::ui::record::offset_minutes;
use crate::ui::sessions::{ALL_JOURNALS, use_sessions};
use crate::ui::shell::BUDGET_WINDOW;

/// What the log keeps, and how it writes times.
pub(super) fn section() -> AnyView {
    make("log", Lang::log_settings, vec![budget(), format(), zone()])
}

fn budget() -> AnyView {
    let lang = use_lang();
    let sessions = use_sessions();
    let hint = Signal::derive(move || {
        let (all, open) = (ALL_JOURNALS >> 20, sessions.list().with(Vec::len));
        let share = (ALL_JOURNALS / open.max(1)).min(sessions.budget().get().bytes) >> 20;
        lang.get().budget_all(&grouped(all as u64), open, &grouped(share as u64))
    });
    let in_force = move || {
        let budget = sessions.budget().get();
        lang.get().budget_in_force(&BudgetForm::of(budget).megabytes, &grouped(budget.messages))
    };
    let control = view! {
        <span class="num fg2" data-testid="settings-budget">{in_force}</span>
        <button type="button" class="btn" popovertarget=BUDGET_WINDOW data-testid="settings-budget-change" aria-describedby="set-budget">
            {move || lang.get().budget_change()}
        </button>
    };
    row("budget", Lang::budget_per_session, hint, control.into_any())
}

fn format() -> AnyView {
    let lang = use_lang();
    let preferences = use_preferences();
    let Seconds(seconds) = expect_context();
    let example = Signal::derive(move || {
        seconds.track();
        let now = js_sys::Date::now() as u64 * 1000;
        let times: Times = preferences.times.get();
        // As if the connection had come about two minutes and some ago.
        lang.get().time_example(&times.write(now, preferences.offset_at(now), Some(133_124_000)))
    });
    let options = Signal::derive(move || {
        let lang = lang.get();
        TimeFormat::ALL
            .into_iter()
            .map(|format| (format.id().to_owned(), lang.time_format_name(format).to_owned()))
            .collect::<Vec<_>>()
    });
    select(
        "time-format",
        "settings-time-format",
        Lang::time_format,
        example,
        options,
        Signal::derive(move || preferences.times.get().format.id().to_owned()),
        Callback::new(move |id: String| {
            if let Some(format) = TimeFormat::from_id(&id) {
                preferences.set(|all| all.times.format = format);
            }
        }),
    )
}

fn zone() -> AnyView {
    let lang = use_lang();
    let preferences = use_preferences();
    let options = Signal::derive(move || {
        let lang = lang.get();
        let name = |zone: Zone| match zone {
            Zone::Local => lang.zone_local(&Zone::name_of(offset_minutes(js_sys::Date::now() as u64 * 1000))),
            Zone::Fixed(minutes) => Zone::name_of(minutes.into()),
        };
        Zone::all().map(|zone| (zone.id(), name(zone))).collect::<Vec<_>>()
    });
    select(
        "time-zone",
        "settings-time-zone",
        Lang::time_zone,
        words(Lang::time_zone_hint),
        options,
        Signal::derive(move || preferences.times.get().zone.id()),
        Callback::new(move |id: String| {
            if let Some(zone) = Zone::from_id(&id) {
                preferences.set(|all| all.times.zone = zone);
            }
        }),
    )
}
