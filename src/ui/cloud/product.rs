//! The window of the simulator's products: what the console would set.

use leptos::prelude::*;

use super::firmware::Firmware;
use super::product_model::Model;
use super::product_topics::{Forwards, Topics};
use super::right::{Right, window_head};
use crate::i18n::Lang;
use crate::simulator::{NewProduct, Product, demo};
use crate::ui::components::{Choice, ChoiceOption, CopyButton, Icon, IconName, Switch, focus};
use crate::ui::context::use_lang;

const PARTS: &[ChoiceOption] = &[
    ChoiceOption { id: "general", label: Lang::simprod_general },
    ChoiceOption { id: "topics", label: Lang::simprod_topics },
    ChoiceOption { id: "model", label: Lang::simprod_model },
    ChoiceOption { id: "firmware", label: Lang::simprod_firmware },
];

const KINDS: &[ChoiceOption] = &[
    ChoiceOption { id: "direct", label: Lang::simprod_kind_direct },
    ChoiceOption { id: "gateway", label: Lang::simprod_kind_gateway },
    ChoiceOption { id: "behind", label: Lang::simprod_kind_behind },
];

/// The product that is shown. Copies are handles to the same one.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    pub(super) right: Right,
    pub(super) lang: RwSignal<Lang>,
    /// Its ProductSN.
    pub(super) sn: RwSignal<String>,
}

impl Shown {
    /// Reads from the product, and again as it changes; the default without it.
    pub(super) fn read<T: Default>(self, read: impl FnOnce(&Product) -> T) -> T {
        let sn = self.sn.get();
        self.right.read(|platform| platform.registry().product(&sn).map(read).unwrap_or_default())
    }

    fn change(self, change: impl FnOnce(&mut Product)) {
        let sn = self.sn.get_untracked();
        self.right.try_act(|platform, _| platform.change_product(&sn, change));
    }
}

#[component]
pub(super) fn ProductBody(right: Right) -> impl IntoView {
    let lang = use_lang();
    let own =
        untrack(|| right.own_device()).map_or_else(|| demo::PRODUCT.to_owned(), |device| device.product_sn);
    let sn = RwSignal::new(own);
    let shown = Shown { right, lang, sn };
    let part = RwSignal::new("general");
    let creating = RwSignal::new(false);
    let products = Memo::new(move |_| {
        right.read(|platform| {
            let products = platform.registry().products.values();
            products.map(|product| (product.sn.clone(), product.name.clone())).collect::<Vec<_>>()
        })
    });
    let options = move || {
        let option = |(product_sn, name): &(String, String)| {
            let own = product_sn.clone();
            view! {
                <option value=product_sn.clone() selected=move || sn.get() == own>
                    {format!("{name} {product_sn}")}
                </option>
            }
        };
        products.with(|products| products.iter().map(option).collect_view())
    };
    view! {
        {window_head(right, move || lang.get().simprod_title().to_owned())}
        <div class="prod" data-testid="product-settings">
            <div class="row wrap">
                <span class="inp selbox grow">
                    <select
                        data-testid="product-choose"
                        aria-label=move || lang.get().simprod_product()
                        prop:value=sn
                        on:change:target=move |event| sn.set(event.target().value())
                    >
                        {options}
                    </select>
                </span>
                <button
                    type="button"
                    class="btn"
                    data-testid="product-new"
                    aria-expanded=move || creating.get().to_string()
                    on:click=move |_| {
                        creating.update(|creating| *creating = !*creating);
                        if creating.get_untracked() {
                            focus("product-name");
                        }
                    }
                >
                    <Icon name=IconName::Plus />
                    {move || lang.get().simprod_new()}
                </button>
            </div>
            <Show when=move || creating.get()>
                <NewProductForm shown creating />
            </Show>
            <Choice
                id="product-part"
                label=Signal::derive(move || lang.get().simprod_part().to_owned())
                options=PARTS
                value=part
                on_choose=move |id| part.set(id)
                class="fill"
            />
            {move || match part.get() {
                "topics" => view! { <Topics shown /> }.into_any(),
                "model" => view! { <Model shown /> }.into_any(),
                "firmware" => view! { <Firmware shown /> }.into_any(),
                _ => view! { <General shown /> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

type Words = fn(Lang) -> &'static str;

/// One of the product's switches.
fn switch(
    shown: Shown,
    id: &'static str,
    words: (Words, Words),
    read: fn(&Product) -> bool,
    set: impl Fn(bool) + 'static,
) -> AnyView {
    let lang = shown.lang;
    let on = Memo::new(move |_| shown.read(read));
    view! {
        <div class="ps">
            <label class="fl-n">
                <Switch
                    id
                    on
                    toggle=move || set(!on.get_untracked())
                    labelled_by=format!("{id}-name")
                    described_by=format!("{id}-hint")
                />
                <span id=format!("{id}-name")>{move || (words.0)(lang.get())}</span>
            </label>
            <span class="hint" id=format!("{id}-hint")>
                {move || (words.1)(lang.get())}
            </span>
        </div>
    }
    .into_any()
}

#[component]
fn General(shown: Shown) -> impl IntoView {
    let Shown { right, lang, sn } = shown;
    let kind = move || {
        let (gateway, behind) = shown.read(|product| (product.gateway, product.behind_gateway));
        let lang = lang.get();
        match (gateway, behind) {
            (true, _) => lang.simprod_kind_gateway(),
            (_, true) => lang.simprod_kind_behind(),
            _ => lang.simprod_kind_direct(),
        }
    };
    let secret = move || untrack(|| shown.read(|product| product.secret.expose().to_owned()));
    let shadow = move |on: bool| {
        let sn = sn.get_untracked();
        right.try_act(|platform, now| platform.switch_shadow(now, &sn, on));
    };
    let application = move |on: bool| {
        let sn = sn.get_untracked();
        right.act(|platform, now| platform.run_application(now, &sn, on));
    };
    let is_demo = move || sn.get() == demo::PRODUCT;
    view! {
        <dl class="kv">
            <dt>"ProductSN"</dt>
            <dd class="row gap1">
                {move || sn.get()}
                <CopyButton
                    label=Signal::derive(move || lang.get().simprod_copy_sn().to_owned())
                    text=move || sn.get_untracked()
                />
            </dd>
            <dt>"ProductSecret"</dt>
            <dd class="row gap1">
                <span aria-hidden="true">"••••••••"</span>
                <span class="sr">{move || lang.get().simdev_masked()}</span>
                <CopyButton
                    label=Signal::derive(move || lang.get().simprod_copy_secret().to_owned())
                    text=secret
                />
            </dd>
            <dt>{move || lang.get().simprod_kind()}</dt>
            <dd class="ui">{kind}</dd>
        </dl>
        {switch(
            shown,
            "product-dynamic",
            (Lang::simprod_dynamic, Lang::simprod_dynamic_hint),
            |product| product.dynamic_registration,
            move |on| shown.change(|product| product.dynamic_registration = on),
        )}
        {switch(
            shown,
            "product-pre",
            (Lang::simprod_pre, Lang::simprod_pre_hint),
            |product| product.pre_authentication,
            move |on| shown.change(|product| product.pre_authentication = on),
        )}
        {switch(
            shown,
            "product-shadow",
            (Lang::simprod_shadow, Lang::simprod_shadow_hint),
            |product| product.shadow,
            shadow,
        )}
        {switch(
            shown,
            "product-published",
            (Lang::simprod_published, Lang::simprod_published_hint),
            |product| product.published,
            move |on| shown.change(|product| product.published = on),
        )}
        <Show when=is_demo>
            {switch(
                shown,
                "product-application",
                (Lang::simprod_application, Lang::simprod_application_hint),
                Product::has_application,
                application,
            )}
        </Show>
        <Forwards shown />
    }
    .into_any()
}

/// Asks for what a new product needs; its serial number and secret are made up.
#[component]
fn NewProductForm(shown: Shown, creating: RwSignal<bool>) -> impl IntoView {
    let Shown { right, lang, sn } = shown;
    let name = RwSignal::new(String::new());
    let kind = RwSignal::new("direct");
    let missing = RwSignal::new(false);
    let create = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name: String = name.get_untracked().trim().chars().take(64).collect();
        missing.set(name.is_empty());
        if name.is_empty() {
            return focus("product-name");
        }
        let kind = kind.get_untracked();
        let new = NewProduct {
            name: name.clone(),
            dynamic_registration: true,
            shadow: true,
            gateway: kind == "gateway",
            behind_gateway: kind == "behind",
            ..NewProduct::default()
        };
        let made = right.act(|platform, _| platform.create_product(new));
        let lang = lang.get_untracked();
        match made {
            Ok(made) => {
                sn.set(made);
                creating.set(false);
                right.tell(lang.simprod_created(&name));
                focus("product-choose");
            }
            Err(code) => right.tell(lang.sim_refused(code)),
        }
    };
    view! {
        <form class="card pad col-f" novalidate aria-label=move || lang.get().simprod_new() on:submit=create>
            <div class="fld">
                <label class="lb" for="in-product-name">{move || lang.get().simprod_name()}</label>
                <span class="inp" class:bad=missing>
                    <input
                        id="in-product-name"
                        type="text"
                        autocomplete="off"
                        maxlength="64"
                        data-testid="product-name"
                        aria-invalid=move || missing.get().then_some("true")
                        aria-describedby="product-name-problem"
                        prop:value=name
                        on:input:target=move |event| name.set(event.target().value())
                    />
                </span>
                <span class="hint err" id="product-name-problem">
                    {move || missing.get().then(|| lang.get().simprod_name_empty())}
                </span>
            </div>
            <Choice
                id="product-kind"
                label=Signal::derive(move || lang.get().simprod_kind().to_owned())
                options=KINDS
                value=kind
                on_choose=move |id| kind.set(id)
            />
            <div class="row">
                <button type="button" class="btn right" on:click=move |_| creating.set(false)>
                    {move || lang.get().cancel()}
                </button>
                <button type="submit" class="btn pri" data-testid="product-create">
                    {move || lang.get().simprod_create()}
                </button>
            </div>
        </form>
    }
    .into_any()
}
