use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::profiles::Profiles;
use crate::i18n::Lang;
use crate::storage::share::from_fragment;
use crate::storage::{Field, Mode, Profile};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::page::Page;
use crate::ui::sessions::Session;

/// A link that somebody shared: who it would connect as, and where. Nothing is opened before a person says so, and
/// nothing connects by itself.
#[component]
pub(in crate::ui) fn OpenLinkPage() -> impl IntoView {
    let lang = use_lang();
    let location = use_location();
    let read = Memo::new(move |_| {
        // Read, since a memo that nobody reads tells of no change.
        let _ = location.hash.get();
        // As it stands in the address: the form decodes each value by itself.
        from_fragment(&window().location().hash().unwrap_or_default())
    });
    let discard = move |_| Page::Connect.open();
    view! {
        <div class="scroll">
            <div class="connect link">
                <section class="card" data-testid="shared-link" aria-labelledby="shared-title">
                    <div class="bar">
                        <h1 id="shared-title" tabindex="-1">{move || lang.get().shared_title()}</h1>
                    </div>
                    {move || match read.get() {
                        Some(Ok(form)) => view! { <Shared form /> }.into_any(),
                        Some(Err(error)) => {
                            let words = lang.get().share_error(&error);
                            view! {
                                <div class="pad" data-testid="shared-problem" role="alert">
                                    <p class="hint err">
                                        <Icon name=IconName::Error small=true />
                                        <span>{words}</span>
                                    </p>
                                    <p class="fg2">{lang.get().share_broken_hint()}</p>
                                </div>
                            }
                                .into_any()
                        }
                        None => view! { <p class="pad">{lang.get().share_empty()}</p> }.into_any(),
                    }}
                    <Show when=move || !matches!(read.get(), Some(Ok(_)))>
                        <div class="foot">
                            <button type="button" class="btn pri lg" data-testid="shared-discard" on:click=discard>
                                {move || lang.get().share_to_form()}
                            </button>
                        </div>
                    </Show>
                </section>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Shared(form: Profile) -> impl IntoView {
    let lang = use_lang();
    let profiles = expect_context::<Profiles>();
    let session = expect_context::<Session>();
    let rows = rows(&form);
    let foreign = form.mode == Mode::Uiot && form.server().is_foreign();
    let subscriptions = form.subscriptions.clone();
    let open = {
        let form = form.clone();
        move |_| {
            // What a link says is nobody's own: it takes no other form's place unless that holds nothing.
            if untrack(|| profiles.is_untouched(&session)) {
                session.bench.profile.set(form.clone());
                session.title.set(None);
                session.form.begin_with(None);
                Page::Connect.open();
            } else {
                profiles.open_form(form.clone(), None);
                Page::Connect.open();
            }
            let secret = if form.mode == Mode::Uiot { Field::DeviceSecret } else { Field::Password };
            super::after_page(move || super::focus(secret));
        }
    };
    view! {
        <div class="pad">
            <p class="fg2">{move || lang.get().shared_about()}</p>
            <dl class="kv" data-testid="shared-form">
                {rows
                    .into_iter()
                    .map(|(label, value)| {
                        view! {
                            <dt>{move || label(lang.get())}</dt>
                            <dd><bdi>{value}</bdi></dd>
                        }
                    })
                    .collect_view()}
            </dl>
            {foreign
                .then(|| {
                    view! {
                        <p class="hint warn" data-testid="shared-warning">
                            <Icon name=IconName::Warning small=true />
                            <span>{move || lang.get().shared_foreign()}</span>
                        </p>
                    }
                })}
            {(!subscriptions.is_empty())
                .then(|| {
                    let count = subscriptions.len();
                    view! {
                        <h2 class="grp">{move || lang.get().shared_subscriptions(count)}</h2>
                        <ul class="subs mono" data-testid="shared-subscriptions" tabindex="0"
                            aria-label=move || lang.get().shared_subscriptions(count)>
                            {subscriptions
                                .into_iter()
                                .map(|each| {
                                    view! {
                                        <li><bdi>{each.filter}</bdi>" "<span class="fg3">{format!("QoS {}", each.qos)}</span></li>
                                    }
                                })
                                .collect_view()}
                        </ul>
                    }
                })}
        </div>
        <div class="foot">
            <button type="button" class="btn pri lg" data-testid="shared-open" on:click=open>
                <Icon name=IconName::Open />
                {move || lang.get().shared_open()}
            </button>
            <button
                type="button"
                class="btn lg"
                data-testid="shared-discard"
                on:click=move |_| Page::Connect.open()
            >
                {move || lang.get().shared_discard()}
            </button>
        </div>
    }
    .into_any()
}

/// A label, and what the form says there.
type Said = (fn(Lang) -> &'static str, String);

/// What the form says, in the order of the form.
fn rows(form: &Profile) -> Vec<Said> {
    let mut rows: Vec<Said> = vec![(|_| "URL", form.server().url())];
    match form.mode {
        Mode::Uiot => {
            rows.push((|_| "ProductSN", form.product_sn.clone()));
            rows.push((|_| "DeviceSN", form.device_sn.clone()));
            if form.registers() {
                rows.push((Lang::registration, form.sent_user_name()));
            }
        }
        Mode::Generic => rows.push((|_| "ClientID", form.client_id.clone())),
    }
    rows.push((Lang::protocol, format!("MQTT {}", form.protocol.name())));
    rows.push((Lang::keep_alive, form.keep_alive.clone()));
    if form.mode == Mode::Generic && form.will.enabled {
        rows.push((Lang::will, form.will.topic.clone()));
    }
    rows.retain(|(_, value)| !value.trim().is_empty());
    rows
}
