//! What a screen reader is told of new messages: how many, now and then. The rows themselves are not read out.

use leptos::prelude::*;

use crate::ui::bench::Bench;
use crate::ui::context::use_lang;

/// Seconds between two tellings.
const PAUSE: u32 = 10;

#[component]
pub(super) fn News(bench: Bench) -> impl IntoView {
    let lang = use_lang();
    let received = move || untrack(|| bench.live_counts().received);
    // When it was told last, and how many messages there were.
    let told = StoredValue::new((bench.seconds.get_untracked(), received()));
    let news = RwSignal::new(0_usize);
    Effect::new(move |_| {
        let now = bench.seconds.get();
        let (then, before) = told.get_value();
        if now.wrapping_sub(then) < PAUSE || untrack(|| bench.shows_record()) {
            return;
        }
        let count = received();
        told.set_value((now, count));
        let new = usize::try_from(count.saturating_sub(before)).unwrap_or(usize::MAX);
        if news.get_untracked() != new {
            news.set(new);
        }
    });
    let words =
        move || Some(news.get()).filter(|count| *count > 0).map(|count| lang.get().new_messages(count));
    view! { <div class="sr" role="status" data-testid="news">{words}</div> }
}
