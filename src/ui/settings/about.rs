use leptos::prelude::*;

use super::parts::{row, words};
use crate::delivery::{Form, Offline};
use crate::i18n::Lang;
use crate::ui::components::{Icon, IconName, copy_text};
use crate::ui::context::{Toasts, use_lang};
use crate::ui::delivery::{Delivery, use_delivery};
use crate::ui::shell::help_href;

/// What this is, and what it never does; which version it is, how it came, and whether it works offline.
pub(super) fn section() -> AnyView {
    let lang = use_lang();
    let delivery = use_delivery();
    let form = delivery.form();
    view! {
        <h2 id="settings-about" tabindex="-1">{move || lang.get().about()}</h2>
        <section class="card" aria-labelledby="settings-about" data-testid="about" data-form=form.id()>
            <div class="srow col">
                <p>{move || lang.get().about_what()}</p>
                <p class="fg2">{move || lang.get().about_never()}</p>
            </div>
            {version(delivery)}
            {row(
                "form",
                Lang::about_form,
                Signal::derive(move || lang.get().form_hint(form).to_owned()),
                view! { <span data-testid="about-form">{move || lang.get().form_name(form)}</span> }.into_any(),
            )}
            {offline(delivery)}
            {documents(form)}
            {row(
                "licence",
                Lang::licence,
                words(|_| ""),
                view! { <span class="mono">{env!("CARGO_PKG_LICENSE")}</span> }.into_any(),
            )}
        </section>
    }
    .into_any()
}

fn version(delivery: Delivery) -> AnyView {
    let lang = use_lang();
    let toasts = expect_context::<Toasts>();
    let copy = move |_| {
        let window = window();
        let size = |length: Result<wasm_bindgen::JsValue, _>| {
            length.ok().and_then(|length| length.as_f64()).unwrap_or_default()
        };
        let browser = window.navigator().user_agent().unwrap_or_default();
        let (width, height) = (size(window.inner_width()), size(window.inner_height()));
        let offline = untrack(|| delivery.offline());
        let language = lang.get_untracked().id();
        let report = delivery.edition().report(offline, &browser, language, width, height);
        copy_text(&report, lang, toasts);
    };
    let control = view! {
        <span class="mono grow" data-testid="about-version">{delivery.edition().line()}</span>
        <button type="button" class="btn" data-testid="about-copy" aria-describedby="set-version" on:click=copy>
            <Icon name=IconName::Copy />
            {move || lang.get().about_copy()}
        </button>
    };
    row("version", Lang::version, words(Lang::product), control.into_any())
}

fn offline(delivery: Delivery) -> AnyView {
    let lang = use_lang();
    let hint = Signal::derive(move || lang.get().offline_state(delivery.offline()).to_owned());
    let control = view! {
        <span data-testid="about-offline" data-state=move || delivery.offline().id() class="c-ok">
            <Show when=move || matches!(delivery.offline(), Offline::Ready | Offline::File)>
                <Icon name=IconName::Good />
            </Show>
        </span>
        <Show when=move || delivery.can_install()>
            <button type="button" class="btn" data-testid="about-install" on:click=move |_| delivery.install()>
                <Icon name=IconName::Download />
                {move || lang.get().about_install()}
            </button>
        </Show>
    };
    row("offline", Lang::about_offline, hint, control.into_any())
}

/// What there is to read. The one file has the guide in it, and the licences beside it.
fn documents(form: Form) -> AnyView {
    let lang = use_lang();
    let hint = match form {
        Form::Site => Lang::about_documents_site,
        Form::File => Lang::about_documents_file,
        Form::Development => |_: Lang| "",
    };
    let licences = (form == Form::Site).then(|| {
        view! {
            <a class="btn" href="licenses.html" target="_blank" rel="noopener" data-testid="about-licences">
                {move || lang.get().about_licences()}
            </a>
        }
    });
    let links = view! {
        <a
            class="btn"
            href=move || help_href(lang.get(), "index")
            target="_blank"
            rel="noopener"
            data-testid="about-guide"
        >
            {move || lang.get().about_guide()}
        </a>
        {licences}
    };
    row("documents", Lang::about_documents, words(hint), links.into_any())
}
