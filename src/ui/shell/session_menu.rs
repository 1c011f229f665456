//! What can be done with a session: the menu of its tab, and the field that renames it. One of each for the page; the
//! browser lays them over everything, closes them on Escape or a click beside them, and gives the focus back.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::tabs::focus_tab;
use crate::device::Device;
use crate::i18n::Lang;
use crate::mqtt::State;
use crate::ui::context::{Narrow, use_lang};
use crate::ui::sessions::{Session, SessionId, Sessions, use_sessions};

/// The longest name, in UTF-16 units, as browsers count.
const MOST_CHARS: &str = "80";

/// The menu and the field, and for which session they are open.
#[derive(Clone, Copy)]
pub(super) struct SessionMenu {
    sessions: Sessions,
    id: RwSignal<SessionId>,
    /// Where they are, in CSS pixels from the upper left.
    at: RwSignal<(f64, f64)>,
    menu: NodeRef<html::Div>,
    naming: NodeRef<html::Div>,
    name: NodeRef<html::Input>,
    /// What the field held at first; none once it was given up.
    before: StoredValue<Option<String>>,
}

/// The `id` of a session's tab.
pub(super) fn tab_id(id: SessionId) -> String {
    format!("session-{id}")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    Disconnect,
    Rename,
    Duplicate,
    Left,
    Right,
    CloseOthers,
    Close,
}

impl Item {
    const ALL: [Self; 7] = [
        Self::Disconnect,
        Self::Rename,
        Self::Duplicate,
        Self::Left,
        Self::Right,
        Self::CloseOthers,
        Self::Close,
    ];

    const fn test_id(self) -> &'static str {
        match self {
            Self::Disconnect => "disconnect",
            Self::Rename => "session-rename",
            Self::Duplicate => "session-duplicate",
            Self::Left => "session-left",
            Self::Right => "session-right",
            Self::CloseOthers => "session-close-others",
            Self::Close => "session-close-this",
        }
    }

    const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Disconnect => lang.disconnect(),
            Self::Rename => lang.session_rename(),
            Self::Duplicate => lang.session_duplicate(),
            Self::Left => lang.session_left(),
            Self::Right => lang.session_right(),
            Self::CloseOthers => lang.session_close_others(),
            Self::Close => lang.session_close_it(),
        }
    }

    /// The key that does the same on the tab.
    const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Rename => &["F2"],
            Self::Left => &["Ctrl", "Shift", "←"],
            Self::Right => &["Ctrl", "Shift", "→"],
            Self::Close => &["Del"],
            Self::Disconnect | Self::Duplicate | Self::CloseOthers => &[],
        }
    }
}

impl SessionMenu {
    pub(super) fn provide() {
        provide_context(Self {
            sessions: use_sessions(),
            id: RwSignal::new(0),
            at: RwSignal::new((0.0, 0.0)),
            menu: NodeRef::new(),
            naming: NodeRef::new(),
            name: NodeRef::new(),
            before: StoredValue::new(None),
        });
    }

    /// Opens the menu of a session below its tab.
    pub(super) fn open_at_tab(self, id: SessionId) {
        if let Some(tab) = document().get_element_by_id(&tab_id(id)) {
            self.open_below(id, &tab);
        }
    }

    /// Opens the menu of a session below the button that was pressed. What is pressed may be the sign within it.
    pub(super) fn open_below_pressed(self, id: SessionId, event: &leptos::ev::MouseEvent) {
        let pressed = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(button) = pressed.and_then(|pressed| pressed.closest("button").ok().flatten()) {
            self.open_below(id, &button);
        }
    }

    /// Opens the menu of a session below a control.
    fn open_below(self, id: SessionId, control: &Element) {
        let place = control.get_bounding_client_rect();
        self.id.set(id);
        self.at.set((place.left(), place.bottom()));
        show(self.menu);
    }

    /// Lets the person name a session, where its tab is.
    pub(super) fn rename(self, id: SessionId) {
        let Some(session) = untrack(|| self.sessions.get(id)) else { return };
        let place = document().get_element_by_id(&tab_id(id)).map(|tab| tab.get_bounding_client_rect());
        self.id.set(id);
        self.at.set(place.map_or((8.0, 8.0), |place| (place.left(), place.top())));
        let name = untrack(|| session.name()).unwrap_or_default();
        if let Some(field) = self.name.get_untracked() {
            field.set_value(&name);
        }
        self.before.set_value(Some(name));
        show(self.naming);
        if let Some(field) = self.name.get_untracked() {
            field.select();
        }
    }

    fn session(self) -> Option<Session> {
        self.sessions.get(self.id.get())
    }

    /// Whether an item does nothing now.
    fn is_idle(self, item: Item) -> bool {
        let id = self.id.get();
        self.sessions.list().with(|list| match item {
            Item::Left => list.first().is_none_or(|first| first.id == id),
            Item::Right => list.last().is_none_or(|last| last.id == id),
            Item::CloseOthers => list.len() < 2,
            _ => false,
        })
    }

    fn choose(self, item: Item) {
        hide(self.menu);
        let id = self.id.get_untracked();
        match item {
            Item::Rename => return self.rename(id),
            Item::Disconnect => {
                let session = untrack(|| self.session());
                session.into_iter().for_each(|each| each.bench.device(Device::disconnect));
            }
            Item::Duplicate => drop(self.sessions.duplicate(id)),
            Item::Left => drop(self.sessions.move_by_one(id, false)),
            Item::Right => drop(self.sessions.move_by_one(id, true)),
            Item::CloseOthers => self.sessions.close_others(id),
            Item::Close => self.sessions.close(id),
        }
        focus_tab(self.sessions);
    }

    /// The field was closed: what it holds is the name, unless it was given up.
    fn named(self) {
        let Some(before) = self.before.try_update_value(Option::take).flatten() else { return };
        let Some(text) = self.name.get_untracked().map(|field| field.value()) else { return };
        if text != before
            && let Some(session) = untrack(|| self.session())
        {
            let name = text.trim();
            session.title.set((!name.is_empty()).then(|| name.to_owned()));
        }
    }
}

#[component]
pub(super) fn SessionMenus() -> impl IntoView {
    let lang = use_lang();
    let narrow = expect_context::<Narrow>().0;
    let menu = expect_context::<SessionMenu>();
    // A small screen has no strip while the session is online.
    let may_disconnect = Memo::new(move |_| {
        let online = |session: Session| session.bench.status.with(|status| status.state == State::Online);
        narrow.get() && menu.session().is_some_and(online)
    });
    let item = move |item: Item| {
        view! {
            <button
                type="button"
                role="menuitem"
                class="mi"
                data-testid=item.test_id()
                disabled=move || menu.is_idle(item)
                on:click=move |_| menu.choose(item)
            >
                <span class="grow">{move || item.label(lang.get())}</span>
                {item.keys().iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view()}
            </button>
        }
        .into_any()
    };
    let left = move || format!("min({}px, calc(100vw - 232px))", menu.at.get().0.round());
    let top = move || format!("{}px", menu.at.get().1.round());
    let by_key = move |event: KeyboardEvent| {
        event.stop_propagation();
        match event.key().as_str() {
            "Enter" => {
                event.prevent_default();
                hide(menu.naming);
                focus_tab(menu.sessions);
            }
            // The browser closes it.
            "Escape" => menu.before.set_value(None),
            _ => {}
        }
    };
    let toggled = move |_| {
        let open =
            menu.naming.get_untracked().is_some_and(|shown| shown.matches(":popover-open").unwrap_or(false));
        if !open {
            menu.named();
        }
    };
    view! {
        <div
            node_ref=menu.menu
            class="menu float"
            popover="auto"
            role="menu"
            aria-label=move || lang.get().session_menu()
            data-testid="session-menu"
            style:left=left
            style:top=top
            on:keydown=move |event| menu_key(&event, menu.menu)
        >
            {move || {
                let shown = |each: &Item| *each != Item::Disconnect || may_disconnect.get();
                Item::ALL.into_iter().filter(shown).map(item).collect_view()
            }}
        </div>
        <div
            node_ref=menu.naming
            class="naming float"
            popover="auto"
            style:left=left
            style:top=top
            on:toggle=toggled
        >
            <input
                node_ref=menu.name
                class="inp"
                data-testid="session-title"
                aria-label=move || lang.get().session_rename_hint()
                placeholder=move || lang.get().session_rename_hint()
                maxlength=MOST_CHARS
                autocomplete="off"
                spellcheck="false"
                autofocus
                on:keydown=by_key
            />
        </div>
    }
}

fn show(popover: NodeRef<html::Div>) {
    if let Some(popover) = popover.get_untracked() {
        // Fails only where it is open already.
        let _ = popover.show_popover();
        if popover.get_attribute("role").as_deref() == Some("menu") {
            let first = popover.query_selector("[role=menuitem]:not(:disabled)").ok().flatten();
            first.iter().for_each(focus);
        }
    }
}

pub(super) fn hide(popover: NodeRef<html::Div>) {
    if let Some(popover) = popover.get_untracked() {
        // Fails only where it is not open.
        let _ = popover.hide_popover();
    }
}

fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // Fails only where nothing can be focused.
        let _ = element.focus();
    }
}

/// Arrows, Home and End in an open menu; Tab leaves it.
fn menu_key(event: &KeyboardEvent, menu: NodeRef<html::Div>) {
    event.stop_propagation();
    let Some(frame) = menu.get_untracked() else { return };
    let focused = document().active_element().filter(|element| frame.contains(Some(element)));
    let (first, last) = (frame.first_element_child(), frame.last_element_child());
    let (start, forward) = match event.key().as_str() {
        "ArrowDown" => (focused.and_then(|one| one.next_element_sibling()).or(first), true),
        "ArrowUp" => (focused.and_then(|one| one.previous_element_sibling()).or(last), false),
        "Home" => (first, true),
        "End" => (last, false),
        "Tab" => return hide(menu),
        _ => return,
    };
    event.prevent_default();
    let mut at = start;
    while let Some(element) = at {
        if element.matches("[role=menuitem]:not(:disabled)").unwrap_or(false) {
            return focus(&element);
        }
        at = if forward { element.next_element_sibling() } else { element.previous_element_sibling() };
    }
}
