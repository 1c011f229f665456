//! Moving from pane to pane, and past the frame to the main content.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::focused;
use crate::ui::context::use_lang;

/// The panes, in the order of `F6`. What is not there, or hidden, is passed over.
const PANES: [&str; 9] = [
    ".app > .top",
    ".app > .rail",
    ".app > .strip",
    ".main .side",
    ".main .centre",
    ".main .insp, .main .split",
    // It lies in the centre.
    ".main .comp",
    // The pages that are not made of panes.
    ".page > .scroll",
    ".app > .stat",
];
/// What can take the focus by Tab.
const STOPS: &str = "a[href], button, input, select, textarea, summary, [tabindex='0']";

fn all(root: Option<&web_sys::Element>, selectors: &str) -> Vec<web_sys::HtmlElement> {
    let found = match root {
        Some(root) => root.query_selector_all(selectors),
        None => document().query_selector_all(selectors),
    };
    let Ok(found) = found else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}

/// Gives the focus to the first stop of the next pane that takes it.
pub(super) fn next_pane(forward: bool) {
    let panes = PANES.iter().flat_map(|pane| all(None, pane)).collect::<Vec<_>>();
    let now = focused();
    let holds = |pane: &web_sys::HtmlElement| now.as_ref().is_some_and(|now| pane.contains(Some(now)));
    let count = panes.len();
    // The innermost: the composer lies in the pane of the log.
    let mut start = None::<usize>;
    for (at, pane) in panes.iter().enumerate().filter(|(_, pane)| holds(pane)) {
        let inside = |outer: usize| panes.get(outer).is_some_and(|outer| outer.contains(Some(pane)));
        if start.is_none_or(inside) {
            start = Some(at);
        }
    }
    for step in 1..=count {
        let at = match (start, forward) {
            (Some(start), true) => (start + step) % count,
            (Some(start), false) => (start + count - step % count) % count,
            (None, true) => step - 1,
            (None, false) => count - step,
        };
        if panes.get(at).is_some_and(enter) {
            return;
        }
    }
}

/// Focuses the first stop in a pane; whether there is one.
fn enter(pane: &web_sys::HtmlElement) -> bool {
    // The list first: it is what a pane with a list is for.
    let stops = all(Some(pane), "[role=grid]").into_iter().chain(all(Some(pane), STOPS));
    stops.filter(|stop| stop.tab_index() >= 0).any(|stop| {
        // What is hidden does not take it.
        let _ = stop.focus();
        focused().is_some_and(|now| now == stop)
    })
}

/// Does what Escape does where the focus is.
pub(super) fn press_back() {
    let init = web_sys::KeyboardEventInit::new();
    init.set_key("Escape");
    init.set_bubbles(true);
    init.set_cancelable(true);
    if let (Some(target), Ok(event)) =
        (focused(), web_sys::KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init))
    {
        // Fails only for an event that is on its way already.
        let _ = target.dispatch_event(&event);
    }
}

/// The first stop of the page: leads past tabs and rail.
#[component]
pub(in crate::ui) fn SkipLink() -> impl IntoView {
    let lang = use_lang();
    let skip = move |_| {
        let main = document().query_selector("main").ok().flatten();
        if let Some(main) = main.and_then(|main| main.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Takes the focus only where it has a tabindex, which the frame gives it.
            let _ = main.focus();
        }
    };
    // No link: the part of the address behind # names the page.
    view! {
        <button type="button" class="skip btn pri" data-testid="skip-to-main" on:click=skip>
            {move || lang.get().skip_to_main()}
        </button>
    }
}
