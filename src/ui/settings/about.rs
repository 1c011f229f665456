use leptos::prelude::*;

use super::parts::{row, section as make, words};
use crate::i18n::Lang;
use crate::ui::context::use_lang;

/// What this is, and what it never does.
pub(super) fn section() -> AnyView {
    let lang = use_lang();
    let text = view! {
        <div class="srow col">
            <p>{move || lang.get().about_what()}</p>
            <p class="fg2">{move || lang.get().about_never()}</p>
        </div>
    };
    let version = view! { <span class="mono" data-testid="version">{env!("CARGO_PKG_VERSION")}</span> };
    let licence = view! { <span class="mono">{env!("CARGO_PKG_LICENSE")}</span> };
    make(
        "about",
        Lang::about,
        vec![
            text.into_any(),
            row("version", Lang::version, words(Lang::product), version.into_any()),
            row("licence", Lang::licence, words(|_| ""), licence.into_any()),
        ],
    )
}
