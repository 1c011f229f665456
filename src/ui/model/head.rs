//! The head of the page: which model is in use, and the ways to another one.

use leptos::prelude::*;

use super::kept::Kept;
use super::reply::{refused, reply_line};
use crate::ui::components::{Icon, IconName, save_json};
use crate::ui::context::use_lang;
use crate::uiot::TopicFamily;
use crate::uiot::model::Wrapper;
use crate::uiot::services::Services;

pub(super) fn head(kept: Kept) -> AnyView {
    let lang = use_lang();
    let has_model = move || kept.template.with(Option::is_some);
    let counts = move || match kept.template.get() {
        Some((template, origin)) => {
            let lang = lang.get();
            let counts = lang.model_counts(&template);
            format!("{counts} · {}", lang.model_origin(origin))
        }
        None => lang.get().model_none().to_owned(),
    };
    let product = move || {
        let shown = kept.template.with(|shown| shown.as_ref().map(|(template, _)| template.extra.clone()));
        // An export may name its product; else it is known by its ProductSN.
        let named = shown.as_ref().and_then(|extra| extra.get("Name")?.as_str().map(str::to_owned));
        named.or_else(|| kept.desk.device().map(|device| device.product_sn)).unwrap_or_default()
    };
    let misread = Memo::new(move |_| {
        let why = |services: &Services| {
            let misread = services.misread().get(&TopicFamily::Properties)?;
            (misread.topic == crate::uiot::SystemTopic::TemplateGetReply).then(|| misread.why.clone())
        };
        kept.desk.read(why).flatten().filter(|_| !fetched(kept))
    });
    let refused = Memo::new(move |_| refused(kept, kept.asked_template).is_some());
    let shows_reply = move || {
        // While it waits, and when it came to nothing; what came is seen.
        kept.asked_template.with(Option::is_some) && (refused.get() || !fetched(kept))
    };
    view! {
        <div class="bar mhead">
            <h2 class="mono ell" title=product>
                {product}
            </h2>
            <span class="fg3 ell" data-testid="model-counts" title=counts>
                {counts}
            </span>
            <span class="right row gap1">
                <button
                    type="button"
                    class="btn gho sm"
                    data-testid="model-fetch"
                    title=move || lang.get().model_fetch_hint()
                    on:click=move |_| kept.fetch()
                >
                    <Icon name=IconName::ArrowDown />
                    {move || lang.get().model_fetch()}
                </button>
                <button
                    type="button"
                    class="btn gho sm"
                    data-testid="model-edit"
                    title=move || lang.get().model_edit_hint()
                    on:click=move |_| kept.editing.set(true)
                >
                    <Icon name=IconName::Upload />
                    {move || lang.get().model_edit()}
                </button>
                <Show when=has_model>
                    <button
                        type="button"
                        class="btn gho sm"
                        data-testid="model-export"
                        on:click=move |_| export(kept, Wrapper::With)
                    >
                        <Icon name=IconName::Download />
                        {move || lang.get().model_export()}
                    </button>
                </Show>
            </span>
        </div>
        <Show when=shows_reply>
            <div class="mrep">{reply_line(kept, kept.asked_template, "model-reply")}</div>
        </Show>
        <Show when=move || misread.with(Option::is_some)>
            <p class="note err flat" role="alert" data-testid="model-misread">
                <Icon name=IconName::Error />
                <span>{move || misread.get().map(|why| lang.get().model_unreadable(&why))}</span>
            </p>
        </Show>
        <Show when=move || !has_model()>
            <p class="note flat" data-testid="model-none">
                <Icon name=IconName::Note />
                <span>{move || lang.get().model_none_why()}</span>
            </p>
        </Show>
    }
    .into_any()
}

/// Whether the model that was asked for last has come.
fn fetched(kept: Kept) -> bool {
    let done = |id: &str| {
        kept.desk.read(|services| match services.model.request(id) {
            // It is long ago.
            None => true,
            Some((_, ended)) => ended.is_some_and(|ended| {
                matches!(&ended.end, crate::uiot::model::reducer::RequestEnd::Answered { code, .. } if code.is_success())
            }),
        })
    };
    kept.asked_template.with(|id| id.as_deref().and_then(done)).unwrap_or(true)
}

/// Has the browser save the model as a file, named after its product.
pub(super) fn export(kept: Kept, wrapper: Wrapper) {
    let Some((template, _)) = kept.template.get_untracked() else { return };
    let product = untrack(|| kept.desk.device()).map(|device| device.product_sn).unwrap_or_default();
    let name: String = product.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    let name = if name.is_empty() { "model.json".to_owned() } else { format!("{name}-model.json") };
    if save_json(&name, &template.to_json(wrapper)).is_err() {
        kept.desk.tell(kept.lang.get_untracked().editor_download_failed().to_owned());
    }
}
