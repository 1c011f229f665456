//! Commands: the palette, the list of shortcuts, and the one listener that turns keys into commands. What commands there
//! are says [`crate::commands`]; a page adds what only it can do with [`Acting`].

mod able;
mod dispatch;
mod palette;
mod panes;
mod run;
mod shortcuts;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::components::{Icon, IconName, PaneSizes};
use super::context::{Language, Toasts, use_lang};
use super::export::Records;
use super::parts::{self, Late};
use super::preferences::{Preferences, use_preferences};
use super::sessions::{Sessions, use_sessions};
use crate::commands::{Combo, Command};
pub(super) use palette::PaletteDialog;
pub(super) use panes::SkipLink;
use shortcuts::Caps;
#[allow(unused_imports, reason = "for the settings page")]
pub(super) use shortcuts::ShortcutList;
pub(super) use shortcuts::ShortcutsDialog;

/// Whether the palette is open.
#[derive(Clone, Copy)]
pub(super) struct PaletteOpen(pub(super) RwSignal<bool>);

/// Carries out commands that only the page in front can; one for each session.
#[derive(Clone, Copy)]
pub(super) struct Acting(RwSignal<Option<Callback<Command>>>);

impl Acting {
    /// Hands the page's commands to `act` as long as the page is shown.
    pub(super) fn take(self, act: impl Fn(Command) + Send + Sync + 'static) {
        let act = Callback::new(act);
        self.0.set(Some(act));
        // The session may be gone by then.
        on_cleanup(move || {
            let _ = self.0.try_set(None);
        });
    }

    fn act(self, command: Command) {
        if let Some(act) = self.0.get_untracked() {
            act.run(command);
        }
    }
}

/// Makes the session's [`Acting`] known.
pub(super) fn provide() {
    provide_context(Acting(RwSignal::new(None)));
}

/// What commands act upon.
#[derive(Clone, Copy)]
struct Commander {
    sessions: Sessions,
    palette: RwSignal<bool>,
    shortcuts: RwSignal<bool>,
    /// Whether the palette asks for the session's new name.
    renaming: RwSignal<bool>,
    /// Commands of the palette, the last one first.
    recent: RwSignal<Vec<Command>>,
    /// What had the focus when the palette was opened.
    opener: StoredValue<Option<web_sys::HtmlElement>, LocalStorage>,
    /// Asks for a record to open.
    file: NodeRef<leptos::html::Input>,
    toasts: Toasts,
    lang: Language,
    preferences: Preferences,
    sizes: PaneSizes,
}

/// Makes [`PaletteOpen`] known to what is rendered below.
pub(super) fn provide_page() {
    provide_context(PaletteOpen(RwSignal::new(false)));
}

/// The palette, the list of shortcuts, and the listener. Their place in the page does not matter.
#[component]
pub(super) fn Commands() -> impl IntoView {
    let commander = Commander {
        sessions: use_sessions(),
        palette: expect_context::<PaletteOpen>().0,
        shortcuts: RwSignal::new(false),
        renaming: RwSignal::new(false),
        recent: RwSignal::new(Vec::new()),
        opener: StoredValue::new_local(None),
        file: NodeRef::new(),
        toasts: expect_context(),
        lang: expect_context(),
        preferences: use_preferences(),
        sizes: expect_context(),
    };
    // For the dialogs, which are parts of their own.
    provide_context(commander);
    // Lives as long as the page.
    let _ = window_event_listener(leptos::ev::keydown, move |event| dispatch::on_key(commander, &event));
    let chosen = move |_| {
        let Some(input) = commander.file.get_untracked() else { return };
        let file = input.files().and_then(|files| files.get(0));
        // The same file can be chosen again.
        input.set_value("");
        let records =
            untrack(|| commander.sessions.current()).and_then(|session| session.context::<Records>());
        if let (Some(file), Some(records)) = (file, records) {
            records.open(file);
        }
    };
    view! {
        <Late part=parts::PALETTE wanted=commander.palette />
        <Late part=parts::SHORTCUTS wanted=commander.shortcuts />
        <input
            node_ref=commander.file
            type="file"
            hidden
            data-testid="command-file"
            accept=".jsonl,.ndjson,.json"
            tabindex="-1"
            aria-hidden="true"
            on:change=chosen
        />
    }
}

/// Opens the palette.
#[component]
pub(super) fn PaletteButton() -> impl IntoView {
    let lang = use_lang();
    let open = expect_context::<PaletteOpen>();
    let label = move || lang.get().commands();
    view! {
        <button
            type="button"
            class="btn gho sm"
            data-testid="open-palette"
            aria-haspopup="dialog"
            aria-keyshortcuts=keys_of(Command::Palette)
            title=move || lang.get().cmd_palette()
            on:click=move |_| open.0.set(true)
        >
            <Icon name=IconName::Search />
            <span class="pal-w">
                <span class="fg3">{label}</span>
                <Caps combo=Combo::plain("K").ctrl() />
            </span>
        </button>
    }
}

/// Whether the person's system is macOS or its kin, where `Ctrl` is `⌘`.
pub(super) fn is_mac() -> bool {
    let platform = window().navigator().platform().unwrap_or_default();
    ["Mac", "iPhone", "iPad"].iter().any(|name| platform.starts_with(name))
}

/// The value of `aria-keyshortcuts` for the button of a command.
pub(super) fn keys_of(command: Command) -> Option<String> {
    crate::commands::aria(command, is_mac())
}

/// The control with this `data-testid`, if it is there and can be used.
fn control(test_id: &str) -> Option<web_sys::HtmlElement> {
    let found = document().query_selector(&format!("[data-testid={test_id}]:not(:disabled)")).ok()??;
    found.dyn_into::<web_sys::HtmlElement>().ok()
}

/// What has the focus.
fn focused() -> Option<web_sys::HtmlElement> {
    document().active_element()?.dyn_into::<web_sys::HtmlElement>().ok()
}
