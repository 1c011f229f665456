//! The form that adds sub-devices to the list.

use leptos::prelude::*;

use super::kept::Kept;
use crate::mqtt::Secret;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;

#[component]
pub(super) fn Enter() -> impl IntoView {
    let lang = use_lang();
    let kept = expect_context::<Kept>();
    let product = move || kept.product.with(|product| product.trim().to_owned());
    let secret =
        move || kept.secret_of(&product()).map(|secret| secret.expose().to_owned()).unwrap_or_default();
    let enter = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        kept.enter();
    };
    view! {
        <form class="gw-enter" novalidate aria-label=move || lang.get().gateway_enter() on:submit=enter>
            <div class="fld">
                <label class="lb" for="gw-product">{move || lang.get().gateway_sub_product()}</label>
                <span class="inp mono">
                    <input
                        id="gw-product"
                        data-testid="gateway-product"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        maxlength="200"
                        aria-describedby="gw-problem"
                        prop:value=kept.product
                        on:input:target=move |event| kept.product.set(event.target().value())
                    />
                </span>
            </div>
            <div class="fld">
                <label class="lb" for="gw-sns">{move || lang.get().gateway_sub_sns()}</label>
                <span class="inp mono">
                    <input
                        id="gw-sns"
                        data-testid="gateway-sns"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        aria-describedby="gw-sns-hint gw-problem"
                        prop:value=kept.sns
                        on:input:target=move |event| kept.sns.set(event.target().value())
                    />
                </span>
                <span class="hint" id="gw-sns-hint">{move || lang.get().gateway_sub_sns_hint()}</span>
            </div>
            <div class="fld">
                <label class="lb" for="gw-secret">
                    {move || lang.get().gateway_sub_secret()}
                    <span class="nt">{move || lang.get().gateway_sub_secret_note()}</span>
                </label>
                <span class="inp mono">
                    <input
                        id="gw-secret"
                        type="password"
                        data-testid="gateway-secret"
                        autocomplete="off"
                        spellcheck="false"
                        aria-describedby="gw-secret-hint gw-problem"
                        prop:value=secret
                        on:input:target=move |event| {
                            let typed = Secret::new(event.target().value());
                            kept.set_secret(&untrack(product), typed);
                        }
                    />
                </span>
                <span class="hint" id="gw-secret-hint">{move || lang.get().gateway_secret_hint()}</span>
            </div>
            <button type="submit" class="btn" data-testid="gateway-enter">
                <Icon name=IconName::Plus />
                {move || lang.get().gateway_enter()}
            </button>
        </form>
        <div id="gw-problem" class="gw-problem" role="status" data-testid="gateway-problem">
            {move || {
                kept.problem.get().map(|problem| {
                    let (class, icon) = match problem.is_error() {
                        true => ("hint err", IconName::Error),
                        false => ("hint warn", IconName::Warning),
                    };
                    view! {
                        <p class=class>
                            <Icon name=icon small=true />
                            <span>{problem.text(lang.get())}</span>
                        </p>
                    }
                })
            }}
        </div>
    }
    .into_any()
}
