//! The tabs of the sessions: one tab stop, arrows go from one to the next. What a pointer does to a tab (close, drag, double
//! click, right click), keys and the session's menu do too.

use std::time::Duration;

use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::session_menu::{SessionMenu, tab_id};
use super::{dot, state_id, state_name};
use crate::commands::Command;
use crate::ui::commands::keys_of;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::preferences::use_preferences;
use crate::ui::sessions::{Session, SessionId, Sessions, use_sessions};

/// How far a pointer moves before it drags, in CSS pixels.
const DRAG_FROM: f64 = 6.0;

/// A tab that a pointer holds.
#[derive(Clone, Copy, PartialEq)]
struct Held {
    id: SessionId,
    from: f64,
    moving: bool,
}

#[component]
pub(super) fn Tabs() -> impl IntoView {
    let lang = use_lang();
    let sessions = use_sessions();
    let menu = expect_context::<SessionMenu>();
    let preferences = use_preferences();
    let row = NodeRef::<html::Div>::new();
    let held = RwSignal::new(None::<Held>);
    Effect::new(move |_| {
        let active = sessions.active();
        sessions.list().with(Vec::len);
        request_animation_frame(move || bring_into_view(row, active));
    });
    let by_key = move |event: KeyboardEvent| {
        let id = session_at(&event).unwrap_or_else(|| untrack(|| sessions.active()));
        let moves = (event.ctrl_key() || event.meta_key()) && event.shift_key() && !event.alt_key();
        let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key());
        match event.key().as_str() {
            key @ ("ArrowLeft" | "ArrowRight") if moves => {
                sessions.move_by_one(id, key == "ArrowRight");
            }
            "F10" if event.shift_key() => {
                event.prevent_default();
                return menu.open_at_tab(id);
            }
            key if plain => match key {
                "ArrowLeft" | "ArrowRight" | "Home" | "End" => {
                    neighbour(sessions, id, key).into_iter().for_each(|id| sessions.activate(id));
                }
                // One at a time: held down it would close them all.
                "Delete" if !event.repeat() => sessions.close(id),
                "F2" => return menu.rename(id),
                _ => return,
            },
            _ => return,
        }
        event.prevent_default();
        // What is handled here is no shortcut of the page.
        event.stop_propagation();
        focus_tab(sessions);
    };
    let dragged = move |event: PointerEvent| {
        let Some(now) = held.get_untracked() else { return };
        if event.buttons() & 1 == 0 {
            return held.set(None);
        }
        let x = f64::from(event.client_x());
        if !now.moving {
            if (x - now.from).abs() < DRAG_FROM {
                return;
            }
            held.set(Some(Held { moving: true, ..now }));
            if let Some(row) = row.get_untracked() {
                // Fails only for a pointer that is gone.
                let _ = row.set_pointer_capture(event.pointer_id());
            }
        }
        if let Some(place) = place_at(sessions, now.id, x) {
            sessions.move_to(now.id, place);
        }
    };
    let release = move |_: PointerEvent| held.set(None);
    view! {
        <div class="tabs-s">
            <div
                node_ref=row
                class="tabs-row"
                role="tablist"
                aria-label=move || lang.get().sessions()
                on:keydown=by_key
                on:pointermove=dragged
                on:pointerup=release
                on:pointercancel=release
                on:wheel=move |event| {
                    if let Some(row) = row.get_untracked().filter(|_| event.delta_x() == 0.0) {
                        row.set_scroll_left(row.scroll_left() + event.delta_y() as i32);
                    }
                }
            >
                <For
                    each=move || sessions.list().get()
                    key=|session| session.id
                    children=move |session| view! { <Tab session held /> }
                />
            </div>
            <button
                type="button"
                class="btn gho ico sm"
                data-testid="new-device"
                aria-keyshortcuts=keys_of(Command::NewSession)
                aria-label=move || lang.get().new_session()
                title=move || lang.get().new_session()
                on:click=move |_| {
                    sessions.open(preferences.new_profile(), None);
                }
            >
                <Icon name=IconName::Plus />
            </button>
            <button
                type="button"
                class="btn gho ico sm"
                data-testid="session-more"
                aria-haspopup="menu"
                aria-label=move || lang.get().session_menu()
                title=move || lang.get().session_menu()
                on:click=move |event| menu.open_below_pressed(untrack(|| sessions.active()), &event)
            >
                <Icon name=IconName::More />
            </button>
        </div>
    }
}

#[component]
fn Tab(session: Session, held: RwSignal<Option<Held>>) -> impl IntoView {
    let lang = use_lang();
    let sessions = use_sessions();
    let menu = expect_context::<SessionMenu>();
    let id = session.id;
    let in_front = move || sessions.active() == id;
    let name = name_of(&session);
    let grab = move |event: PointerEvent| {
        // A finger scrolls.
        if event.button() == 0 && event.pointer_type() != "touch" {
            held.set(Some(Held { id, from: f64::from(event.client_x()), moving: false }));
        }
    };
    // The keyboard's way to a menu comes as this event too. Where it comes before the button is let go, the browser would
    // take that for a click beside the menu.
    let waits = StoredValue::new(false);
    let context_menu = move |event: MouseEvent| {
        event.prevent_default();
        if event.buttons() & 2 == 0 {
            menu.open_at_tab(id);
        } else {
            waits.set_value(true);
        }
    };
    let let_go = move |_: PointerEvent| {
        if waits.get_value() {
            waits.set_value(false);
            set_timeout(move || menu.open_at_tab(id), Duration::ZERO);
        }
    };
    let middle = |event: &MouseEvent| event.button() == 1;
    view! {
        <div
            id=tab_id(id)
            class="tab-s"
            class:on=in_front
            class:held=move || held.get().is_some_and(|held| held.id == id && held.moving)
            role="presentation"
            on:pointerdown=grab
            on:mousedown=move |event| {
                if middle(&event) {
                    // No scrolling by the wheel's button.
                    event.prevent_default();
                }
            }
            on:auxclick=move |event| {
                if middle(&event) {
                    sessions.close(id);
                }
            }
            on:contextmenu=context_menu
            on:pointerup=let_go
            on:dblclick=move |_| menu.rename(id)
        >
            <button
                type="button"
                role="tab"
                class="tab-b"
                data-testid="session-tab"
                data-session=id.to_string()
                aria-selected=move || in_front().to_string()
                aria-keyshortcuts="Delete F2 Control+Shift+ArrowLeft Control+Shift+ArrowRight"
                tabindex=move || if in_front() { "0" } else { "-1" }
                title=name.clone()
                on:click=move |_| sessions.activate(id)
            >
                {face(&session)}
            </button>
            // For the pointer alone: keys close with Delete, and by the menu.
            <span
                class="x"
                data-testid="session-close"
                aria-hidden="true"
                title=move || lang.get().session_close(&name())
                on:pointerdown=|event| event.stop_propagation()
                on:click=move |_| sessions.close(id)
            >
                <Icon name=IconName::Close small=true />
            </span>
        </div>
    }
}

/// What a session is called, wherever it is shown.
pub(super) fn name_of(session: &Session) -> impl Fn() -> String + Clone + Send + Sync + 'static {
    let lang = use_lang();
    let session = session.clone();
    move || session.name().unwrap_or_else(|| lang.get().new_session().to_owned())
}

/// State, name and what is unread. Nothing in it moves as messages come.
pub(super) fn face(session: &Session) -> AnyView {
    let lang = use_lang();
    let bench = session.bench;
    let counted = session.clone();
    let unread = Memo::new(move |_| counted.unread().min(100));
    let count = move || match unread.get() {
        100.. => "99+".to_owned(),
        count => count.to_string(),
    };
    view! {
        <span class="row" data-testid="connection-state" data-state=move || bench.status.with(state_id)>
            <i class=move || bench.status.with(dot)></i>
            <span class="sr">{move || bench.status.with(|status| state_name(lang.get(), status))}</span>
        </span>
        // Devices of one kind differ at the end of their names.
        <span class="ell-l name" data-testid="session-name"><bdi dir="ltr">{name_of(session)}</bdi></span>
        <Show when=move || bench.is_simulated()>
            <span class="chip sq">{move || lang.get().simulator_tag()}</span>
        </Show>
        <span class="badge acc" data-testid="session-unread" class:none=move || unread.get() == 0>
            <span aria-hidden="true">{count}</span>
            <span class="sr">{move || if unread.get() == 0 { String::new() } else { lang.get().session_unread(&count()) }}</span>
        </span>
    }
    .into_any()
}

/// Gives the focus to the tab in front, once it is there; on a small screen to what stands for it.
pub(super) fn focus_tab(sessions: Sessions) {
    request_animation_frame(move || {
        let active = untrack(|| sessions.active());
        let tab = format!(
            "[data-testid=session-tab][data-session='{active}'][role=tab], [data-testid=sessions-open]"
        );
        let found = document().query_selector(&tab).ok().flatten();
        if let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Fails only where nothing can be focused.
            let _ = found.focus();
        }
    });
}

/// The session whose tab has the focus.
fn session_at(event: &KeyboardEvent) -> Option<SessionId> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    target.closest("[data-session]").ok()??.get_attribute("data-session")?.parse().ok()
}

/// The session to which a key leads; round at the ends.
fn neighbour(sessions: Sessions, id: SessionId, key: &str) -> Option<SessionId> {
    sessions.list().with_untracked(|list| {
        let place = list.iter().position(|each| each.id == id)?;
        let last = list.len().checked_sub(1)?;
        let target = match key {
            "ArrowLeft" => place.checked_sub(1).unwrap_or(last),
            "ArrowRight" if place < last => place + 1,
            "End" => last,
            _ => 0,
        };
        list.get(target).map(|each| each.id)
    })
}

fn tab_box(id: SessionId) -> Option<web_sys::DomRect> {
    Some(document().get_element_by_id(&tab_id(id))?.get_bounding_client_rect())
}

/// The place that a dragged tab takes when the pointer is here; none while it stays.
fn place_at(sessions: Sessions, id: SessionId, x: f64) -> Option<usize> {
    let ids: Vec<_> = sessions.list().with_untracked(|list| list.iter().map(|each| each.id).collect());
    let own = ids.iter().position(|each| *each == id)?;
    let middle = |id: &SessionId| tab_box(*id).map(|tab| tab.left() + tab.width() / 2.0);
    let left = ids.iter().take(own).position(|each| middle(each).is_some_and(|middle| x < middle));
    let right = || ids.iter().skip(own + 1).rposition(|each| middle(each).is_some_and(|middle| x > middle));
    left.or_else(|| right().map(|steps| own + 1 + steps))
}

fn bring_into_view(row: NodeRef<html::Div>, id: SessionId) {
    let Some(Some(row)) = row.try_get_untracked() else { return };
    let Some(tab) = tab_box(id) else { return };
    let frame = row.get_bounding_client_rect();
    let by = if tab.left() < frame.left() {
        tab.left() - frame.left()
    } else {
        (tab.right() - frame.right()).max(0.0)
    };
    if by != 0.0 {
        row.set_scroll_left(row.scroll_left() + by.round() as i32);
    }
}
