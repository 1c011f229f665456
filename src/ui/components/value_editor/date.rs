//! A date: picked in the browser's time, sent as milliseconds since 1970, which can be typed too.

use leptos::prelude::*;

use super::Spot;
use super::number::input;
use crate::i18n::Lang;
use crate::storage::Zone;
use crate::ui::context::use_lang;
use crate::ui::record::offset_minutes;
use crate::uiot::model::Draft;

pub(super) fn view(spot: &Spot) -> AnyView {
    let lang = use_lang();
    let typed = spot.typed();
    let local = move || typed.with(|typed| local_time(typed)).unwrap_or_default();
    let label = spot.label_id();
    let now = spot.clone();
    let set_now = move |_| now.set(Draft::Number(format!("{:.0}", js_sys::Date::now())));
    let picked = spot.clone();
    let pick = move |text: String| {
        // A text without a zone is the browser's own time; not a number where it is no time.
        let millis = js_sys::Date::parse(&text);
        if millis.is_finite() {
            picked.set(Draft::Number(format!("{millis:.0}")));
        }
    };
    view! {
        <div class="row val-d">
            <span class="inp mono">
                <input
                    type="datetime-local"
                    step="0.001"
                    data-testid="value-date"
                    aria-labelledby=label
                    prop:value=local
                    on:change:target=move |event| pick(event.target().value())
                />
            </span>
            <button type="button" class="btn" data-testid="value-now" on:click=set_now>
                {move || lang.get().value_now()}
            </button>
        </div>
        {input(spot, None, view! { <span class="un">"ms"</span> }.into_any())}
    }
    .into_any()
}

/// What is allowed here, with the zone of the time that is picked.
pub(super) fn allowed(lang: Lang, typed: &str) -> String {
    let millis = typed.trim().parse::<u64>().unwrap_or_default();
    lang.value_date_hint(&Zone::name_of(offset_minutes(millis.saturating_mul(1000))))
}

/// As the picker wants it; none where it is no time, or beyond the years that it shows.
fn local_time(typed: &str) -> Option<String> {
    let millis = typed.trim().parse::<i64>().ok()?;
    let date = js_sys::Date::new(&(millis as f64).into());
    let year = date.get_full_year();
    // Not a number for a time that is out of range.
    if !date.get_time().is_finite() || !(1..=9999).contains(&year) {
        return None;
    }
    Some(format!(
        "{year:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}",
        date.get_month() + 1,
        date.get_date(),
        date.get_hours(),
        date.get_minutes(),
        date.get_seconds(),
        date.get_milliseconds(),
    ))
}
