//! Ways from the page into the guide.

use leptos::prelude::*;

use crate::commands::Command;
use crate::i18n::Lang;
use crate::ui::commands::keys_of;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::page::Page;

/// The address of a chapter of the guide. Where the tool is one file there is no such address: a script of that file
/// (`delivery/src/one_file_guide.rs`) catches the click and shows the chapter in a window.
pub(in crate::ui) fn help_href(lang: Lang, chapter: &str) -> String {
    format!("guide/{}/{chapter}.html", lang.id())
}

/// Opens the chapter about the page, beside it: nothing here may end a session.
#[component]
pub(super) fn HelpLink(page: Memo<Page>) -> impl IntoView {
    let lang = use_lang();
    let label = move || lang.get().help_for_page();
    view! {
        <a
            class="btn gho sm ico"
            href=move || help_href(lang.get(), page.get().chapter())
            target="_blank"
            rel="noopener"
            data-testid="help-link"
            aria-label=label
            aria-keyshortcuts=keys_of(Command::Help)
            title=label
        >
            <Icon name=IconName::Help />
        </a>
    }
}
