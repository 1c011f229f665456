//! The thing model of a product of the simulator, from a file.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::product::Shown;
use super::product_topics::Published;
use crate::i18n::Lang;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::uiot::model::Template;

/// Bytes of a file: a model as large as the platform allows takes a small part of it.
const LARGEST: u64 = 4 << 20;
/// Problems that are listed.
const MOST_LISTED: usize = 20;

/// The bytes of a file.
///
/// # Errors
/// Why there are none, for a person.
pub(super) async fn bytes(lang: Lang, file: &File, most: u64) -> Result<Vec<u8>, String> {
    // Before it is read: a page has no memory for whatever is chosen.
    if file.size() > most as f64 {
        return Err(lang.simprod_file_large(most >> 20));
    }
    match JsFuture::from(file.array_buffer()).await {
        Ok(buffer) => Ok(js_sys::Uint8Array::new(&buffer).to_vec()),
        Err(_) => Err(lang.simprod_file_unreadable().to_owned()),
    }
}

/// Gives the product the model of a text; what stands against it, place by place.
fn take(shown: Shown, text: &str) -> Result<(), Vec<String>> {
    let lang = shown.lang.get_untracked();
    let template = Template::parse(text).map_err(|error| vec![lang.template_error(&error)])?;
    let problems = template.problems();
    if !problems.is_empty() {
        let more = problems.len().saturating_sub(MOST_LISTED);
        let mut words = vec![lang.simprod_model_kept(problems.len())];
        words.extend(problems.iter().take(MOST_LISTED).map(|problem| lang.template_problem(problem)));
        words.extend((more > 0).then(|| format!("… +{more}")));
        return Err(words);
    }
    let sn = shown.sn.get_untracked();
    shown
        .right
        .act(|platform, now| platform.set_template(now, &sn, template))
        .map_err(|code| vec![lang.sim_refused(code)])
}

#[component]
pub(super) fn Model(shown: Shown) -> impl IntoView {
    let lang = use_lang();
    let input = NodeRef::<html::Input>::new();
    let problems = RwSignal::new(Vec::<String>::new());
    let published = Memo::new(move |_| shown.read(|product| product.published));
    let counts = Memo::new(move |_| {
        shown.read(|product| {
            let model = product.model.template();
            (model.properties.len(), model.events.len(), model.commands.len())
        })
    });
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let file = input.files().and_then(|files| files.get(0));
        // The same file can be chosen again.
        input.set_value("");
        let Some(file) = file else { return };
        spawn_local(async move {
            let words = lang.get_untracked();
            let read = bytes(words, &file, LARGEST).await;
            let done =
                read.map_err(|why| vec![why]).and_then(|bytes| take(shown, &String::from_utf8_lossy(&bytes)));
            if done.is_ok() {
                shown.right.tell(words.simprod_model_done(&file.name()));
            }
            // The window may be gone by now.
            let _ = problems.try_set(done.err().unwrap_or_default());
        });
    };
    view! {
        <Published published />
        <p data-testid="product-model">
            {move || {
                let (properties, events, commands) = counts.get();
                lang.get().simprod_model_now(properties, events, commands)
            }}
        </p>
        <div class="row wrap">
            <button
                type="button"
                class="btn"
                data-testid="product-model-load"
                disabled=published
                on:click=move |_| {
                    if let Some(input) = input.get_untracked() {
                        input.click();
                    }
                }
            >
                <Icon name=IconName::Open />
                {move || lang.get().simprod_model_load()}
            </button>
            <input
                node_ref=input
                type="file"
                hidden
                data-testid="product-model-file"
                accept=".json,application/json"
                tabindex="-1"
                aria-hidden="true"
                on:change=chosen
            />
        </div>
        <p class="hint">{move || lang.get().simprod_model_hint()}</p>
        <div role="status">
            {move || {
                let lines = problems.get();
                (!lines.is_empty())
                    .then(|| {
                        view! {
                            <div class="note err" data-testid="product-model-problems">
                                <Icon name=IconName::Error />
                                <ul>
                                    {lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}
                                </ul>
                            </div>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}
