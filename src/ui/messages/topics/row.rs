use leptos::either::Either;
use leptos::prelude::*;

use super::overview::{Overview, Shown, Value};
use super::term::{self, Chosen};
use crate::i18n::Lang;
use crate::i18n::numbers::{compact, grouped, rate};
use crate::journal::topic_tree::Figures;
use crate::ui::components::{Icon, IconName, Slot};
use crate::ui::context::use_lang;

/// One row element of the tree: a branch or a topic, and another one as the list moves.
#[component]
pub(super) fn TopicRow(
    overview: Overview,
    place: Slot,
    chosen: Chosen,
    on_choose: impl Fn(u64) + Copy + Send + 'static,
) -> impl IntoView {
    let lang = use_lang();
    let shown = Memo::new(move |_| overview.shown(place.key.get()));
    // What the rows hold that does not change from second to second.
    let text = move |read: fn(&Shown) -> &str| {
        Memo::new(move |_| shown.with(|shown| shown.as_ref().map(read).unwrap_or_default().to_owned()))
    };
    let (label, path, time) =
        (text(|shown| &shown.label), text(|shown| &shown.path), text(|shown| &shown.time));
    let row = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(|shown| shown.row)));
    let part =
        move |read: fn(&crate::journal::topic_tree::Row) -> String| move || row.get().map(|row| read(&row));
    let open = Memo::new(move |_| row.get().and_then(|row| row.open));
    let figures =
        Memo::new(move |_| shown.with(|shown| shown.as_ref().map(|shown| shown.figures).unwrap_or_default()));
    let is_chosen = Memo::new(move |_| {
        chosen.with(|chosen| term::is_chosen(chosen.as_deref(), &path.get(), open.get().is_some()))
    });
    let is_current = move || overview.current.get() == Some(place.key.get());
    let toggle = move |event: leptos::ev::MouseEvent| {
        if let Some(open) = open.get_untracked() {
            event.stop_propagation();
            overview.current.set(Some(place.key.get_untracked()));
            overview.set_open(place.key.get_untracked(), !open);
        }
    };
    let title = move || {
        let figures = figures.get();
        let lang = lang.get();
        let received = lang.topic_received(&grouped(figures.received), &rate(figures.rate_in));
        let sent = lang.topic_sent(&grouped(figures.sent), &rate(figures.rate_out));
        format!("{}\n{received}\n{sent}", path.get())
    };
    view! {
        <div
            class="tn"
            class:sel=move || is_chosen.get()
            class:cur=is_current
            id=move || format!("topic-{}", place.key.get())
            role="treeitem"
            data-testid="topic-node"
            data-topic=path
            data-branch=move || open.get().map(|_| "true")
            attr:aria-level=part(|row| (row.depth + 1).to_string())
            aria-posinset=part(|row| row.position.to_string())
            aria-setsize=part(|row| row.siblings.to_string())
            aria-expanded=move || open.get().map(|open| open.to_string())
            aria-selected=move || is_chosen.get().to_string()
            style:--d=part(|row| row.depth.min(10).to_string())
            title=title
            on:click=move |_| on_choose(place.key.get_untracked())
        >
            <span class="tw" class:open=move || open.get() == Some(true) on:click=toggle>
                <Show when=move || open.get().is_some()>
                    <Icon name=IconName::Chevron small=true />
                </Show>
            </span>
            <span class="nm ell-l">
                <bdi dir="ltr">
                    {move || label.with(|label| if label.is_empty() { lang.get().empty_level().to_owned() } else { label.clone() })}
                </bdi>
            </span>
            <FigureCells figures />
            <span class="vl ell">
                <ValueCell shown />
            </span>
            <span class="tm num">{time}</span>
        </div>
    }
}

/// What the last message said; how many topics there are for a branch.
#[component]
fn ValueCell(shown: Memo<Option<Shown>>) -> impl IntoView {
    let lang = use_lang();
    let value = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(|shown| shown.value.clone())));
    let in_words = |value: &Value, lang: Lang| match value {
        Value::Branch(count) => Either::Left(lang.topics_counted((*count).into())),
        Value::Gone => Either::Left("—".to_owned()),
        Value::Text(text) => Either::Right((false, text.clone())),
        Value::Binary(hex) => Either::Right((true, hex.clone())),
    };
    move || {
        value.get().map(|value| match in_words(&value, lang.get()) {
            Either::Left(words) => {
                let title = (value == Value::Gone).then(|| lang.get().last_value_gone());
                Either::Left(view! { <span class="fg3" title=title>{words}</span> })
            }
            Either::Right((binary, text)) => Either::Right(view! {
                <span class="mono" data-testid="topic-value">
                    {binary.then(|| view! { <span class="cm">"bin "</span> })}
                    {text}
                </span>
            }),
        })
    }
}

/// The counts of both directions and the rate of both together; where there are both, also the rate of each.
#[component]
pub(super) fn FigureCells(figures: Memo<Figures>) -> impl IntoView {
    let lang = use_lang();
    let received = Memo::new(move |_| figures.with(|figures| figures.received));
    let sent = Memo::new(move |_| figures.with(|figures| figures.sent));
    let rate_of = move |read: fn(&Figures) -> f64| Memo::new(move |_| rate(figures.with(read)));
    let rate_in = rate_of(|figures| figures.rate_in);
    let rate_out = rate_of(|figures| figures.rate_out);
    let both = rate_of(|figures| figures.rate_in + figures.rate_out);
    view! {
        <span class="ct num">
            <Show when=move || received.get().gt(&0)>
                <span class="c-down">
                    <Icon name=IconName::ArrowDown small=true />
                    <span class="sr">{move || lang.get().received()}</span>
                </span>
                <b data-testid="topic-received">{move || compact(received.get())}</b>
            </Show>
            <Show when=move || sent.get().gt(&0)>
                <span class="c-up">
                    <Icon name=IconName::ArrowUp small=true />
                    <span class="sr">{move || lang.get().sent()}</span>
                </span>
                <b data-testid="topic-sent">{move || compact(sent.get())}</b>
            </Show>
        </span>
        <span class="rt num" data-testid="topic-rate">{both}" /s"</span>
        <Show when=move || received.get().gt(&0) && sent.get().gt(&0)>
            <span class="dr num">
                <b data-testid="topic-rate-in">{rate_in}</b>
                <b data-testid="topic-rate-out">{rate_out}</b>
                <span class="sr">"/s"</span>
            </span>
        </Show>
    }
}
