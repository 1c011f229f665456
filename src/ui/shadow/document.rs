//! The whole document as far as known, as text.

use std::time::Duration;

use leptos::prelude::*;

use super::{View, class_of};
use crate::i18n::Lang;
use crate::payload::{json_pretty, json_tokens};
use crate::ui::components::CopyButton;

/// A document up to this size, in bytes, is coloured: each piece is an element.
const COLOURED: usize = 32 * 1024;

pub(super) fn pane(view: View) -> AnyView {
    let View { desk, lang, .. } = view;
    let text = Memo::new(move |_| {
        // Its parts came as JSON, so this cannot fail.
        view.read_document(|shadow| serde_json::to_string(&shadow.document()).unwrap_or_default())
            .unwrap_or_default()
    });
    let version = Memo::new(move |_| view.read(crate::uiot::shadow::Shadow::version).unwrap_or_default());
    let read_at = Memo::new(move |_| desk.read(|services| services.shadow_read).flatten());
    let is_stale = Memo::new(move |_| {
        read_at.get().is_some() && view.read(crate::uiot::shadow::Shadow::in_doubt) == Some(true)
    });
    // Before anything came there is nothing to show but what the page itself would make up.
    let is_blank = Memo::new(move |_| {
        read_at.get().is_none()
            && view.read_document(|shadow| {
                shadow.version() == 0 && shadow.reported().is_empty() && shadow.desired().is_empty()
            }) != Some(false)
    });
    let age = move || {
        desk.bench.seconds.track();
        let lang = lang.get();
        match read_at.get() {
            Some(at) => age_words(lang, desk.now() - at),
            None => lang.shadow_read_never().to_owned(),
        }
    };
    let pretty = move || text.with_untracked(|text| json_pretty(text));
    let body = move || {
        if is_blank.get() {
            return view! { <span class="fg3">{lang.get().shadow_unread()}</span> }.into_any();
        }
        text.with(|text| {
            if text.len() > COLOURED {
                return json_pretty(text).into_any();
            }
            let spans = json_tokens(text)
                .into_iter()
                .map(|token| view! { <span class=class_of(token.kind)>{token.text}</span> });
            spans.collect_view().into_any()
        })
    };
    view! {
        <section class="pane sh-doc" aria-labelledby="shadow-doc">
            <div class="bar">
                <h2 id="shadow-doc">{move || lang.get().shadow_document()}</h2>
                <span
                    class="chip sq mono"
                    data-testid="shadow-known-version"
                    title=move || lang.get().shadow_version_known()
                >
                    {move || format!("v{}", version.get())}
                </span>
                <span class="right row gap1">
                    <Show when=move || is_stale.get()>
                        <span
                            class="chip warn"
                            data-testid="shadow-stale"
                            title=move || lang.get().shadow_stale_why()
                        >
                            {move || lang.get().shadow_stale()}
                        </span>
                    </Show>
                    <span class="fg3 num sh-age" data-testid="shadow-age">{age}</span>
                    <CopyButton
                        label=Signal::derive(move || lang.get().copy().to_owned())
                        text=pretty
                    />
                </span>
            </div>
            <div
                class="scroll code wrapped"
                tabindex="0"
                role="group"
                aria-labelledby="shadow-doc"
                data-testid="shadow-document"
            >
                {body}
            </div>
        </section>
    }
    .into_any()
}

fn age_words(lang: Lang, age: Duration) -> String {
    match age.as_secs() {
        seconds @ 0..60 => lang.shadow_read_seconds(seconds),
        seconds @ 60..3_600 => lang.shadow_read_minutes(seconds / 60),
        seconds => lang.shadow_read_hours(seconds / 3_600),
    }
}
