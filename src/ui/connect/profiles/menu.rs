use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{Asked, Profiles};
use crate::i18n::Lang;
use crate::storage::library::ProfileId;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;

/// How wide the menu is, in CSS pixels; the style says the same.
const WIDTH: f64 = 208.0;
/// How high it is at most, in CSS pixels.
const HEIGHT: f64 = 300.0;

/// The menu of the rows: one for all, at the row that it is open for.
#[derive(Clone, Copy)]
pub(super) struct RowMenu {
    id: RwSignal<Option<ProfileId>>,
    at: RwSignal<(f64, f64)>,
    popover: NodeRef<html::Div>,
}

impl RowMenu {
    pub(super) fn new() -> Self {
        Self { id: RwSignal::new(None), at: RwSignal::new((0.0, 0.0)), popover: NodeRef::new() }
    }

    /// Opens it for a profile, below the button that was pressed.
    pub(super) fn show(self, id: ProfileId, event: &leptos::ev::MouseEvent) {
        let button = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        let (Some(button), Some(popover)) = (button, self.popover.get_untracked()) else { return };
        let place = button.get_bounding_client_rect();
        let size = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64());
        let width = size(window().inner_width()).unwrap_or(f64::INFINITY);
        let height = size(window().inner_height()).unwrap_or(f64::INFINITY);
        let left = (place.right() - WIDTH).min(width - WIDTH - 8.0).max(8.0);
        let top = place.bottom().min(height - HEIGHT).max(8.0);
        self.id.set(Some(id));
        self.at.set((left, top));
        // Fails only where it is open already.
        let _ = popover.show_popover();
        move_focus(&popover, Step::First);
    }

    fn hide(self) {
        if let Some(popover) = self.popover.get_untracked() {
            // Fails only where it is not open.
            let _ = popover.hide_popover();
        }
    }
}

#[derive(Clone, Copy)]
enum Step {
    First,
    Last,
    Next,
    Back,
}

fn move_focus(popover: &HtmlElement, step: Step) {
    let Ok(items) = popover.query_selector_all("[role=menuitem]") else { return };
    let count = items.length();
    let active = document().active_element();
    let here =
        (0..count).find(|index| items.item(*index).is_some_and(|item| active.as_deref() == Some(&item)));
    let target = match (step, here) {
        (Step::First, _) | (Step::Next, None) => 0,
        (Step::Last, _) | (Step::Back, None) => count.saturating_sub(1),
        (Step::Next, Some(here)) => (here + 1) % count.max(1),
        (Step::Back, Some(here)) => (here + count.saturating_sub(1)) % count.max(1),
    };
    if let Some(item) = items.item(target).and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        // Fails only where nothing can be focused.
        let _ = item.focus();
    }
}

/// What can be done with a profile beside opening it.
#[derive(Clone, Copy)]
enum Act {
    New,
    Edit,
    Duplicate,
    Export,
    Forget,
    Remove,
}

impl Act {
    fn of(self, profiles: Profiles, id: &ProfileId) {
        match self {
            Self::New => {
                profiles.open_new(id);
            }
            Self::Edit => profiles.ask(Asked::Edit(id.clone())),
            Self::Duplicate => profiles.duplicate(id),
            Self::Export => profiles.ask(Asked::Export(Some(id.clone()))),
            Self::Forget => profiles.forget_with_word(id),
            Self::Remove => {
                profiles.remove(id);
                // Its row is gone, and the focus with it.
                crate::ui::components::focus("profiles-import");
            }
        }
    }
}

#[component]
pub(super) fn Menu(profiles: Profiles, menu: RowMenu) -> impl IntoView {
    let lang = use_lang();
    let by_key = move |event: leptos::ev::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowDown" => Step::Next,
            "ArrowUp" => Step::Back,
            "Home" => Step::First,
            "End" => Step::Last,
            "Tab" => return menu.hide(),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(popover) = menu.popover.get_untracked() {
            move_focus(&popover, step);
        }
    };
    let item = move |act: Act, test_id: &'static str, icon: IconName, label: fn(Lang) -> &'static str| {
        view! {
            <button
                type="button"
                class="mi"
                role="menuitem"
                tabindex="-1"
                data-testid=test_id
                on:click=move |_| {
                    menu.hide();
                    if let Some(id) = menu.id.get_untracked() {
                        act.of(profiles, &id);
                    }
                }
            >
                <Icon name=icon />
                {move || label(lang.get())}
            </button>
        }
    };
    // Whether there is a secret to forget.
    let has_secret = move || {
        profiles.vault_state();
        menu.id.with(|id| id.as_ref().is_some_and(|id| profiles.secret(id).is_some()))
    };
    view! {
        <div
            node_ref=menu.popover
            class="menu prm"
            popover="auto"
            role="menu"
            data-testid="profile-menu"
            aria-label=move || {
                let name = menu
                    .id
                    .with(|id| id.as_ref().and_then(|id| profiles.saved(id)))
                    .map(|saved| saved.name)
                    .unwrap_or_default();
                lang.get().more_for(&name)
            }
            style:left=move || format!("{}px", menu.at.get().0)
            style:top=move || format!("{}px", menu.at.get().1)
            on:keydown=by_key
        >
            {item(Act::New, "profile-open-new", IconName::Plus, Lang::open_in_new_session)}
            {item(Act::Edit, "profile-edit", IconName::Settings, Lang::edit_profile_menu)}
            {item(Act::Duplicate, "profile-duplicate", IconName::Copy, Lang::duplicate_profile)}
            {item(Act::Export, "profile-export", IconName::Download, Lang::export_menu)}
            <Show when=has_secret>
                {item(Act::Forget, "profile-forget", IconName::Key, Lang::forget_secret)}
            </Show>
            {item(Act::Remove, "profile-remove", IconName::Trash, Lang::remove_profile)}
        </div>
    }
    .into_any()
}
