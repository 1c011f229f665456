//! From a key to its command: one listener for the page.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::able::why_not;
use super::run::run;
use super::{Commander, control, is_mac};
use crate::commands::{Command, Focus, Pressed, Scope, find};

/// The list of the page, and the detail of its selected row.
const LIST: &str = "[data-testid=message-log], [data-testid=wire-log]";
const DETAIL: &str = "[data-testid=inspector]";
/// What takes text, or chooses by typing.
const TYPING: &str = "input:not([type=checkbox], [type=radio], [type=button], [type=range]), textarea, select, [contenteditable]";

/// Carries out what a key means, unless somebody nearer did something with it.
pub(super) fn on_key(commander: Commander, event: &web_sys::KeyboardEvent) {
    // Keys that end the composing of a Chinese word are the input method's; what AltGr writes is text.
    if event.default_prevented() || event.is_composing() || event.get_modifier_state("AltGraph") {
        return;
    }
    let (key, code) = (event.key(), event.code());
    let pressed = Pressed {
        key: &key,
        code: &code,
        ctrl: event.ctrl_key(),
        alt: event.alt_key(),
        shift: event.shift_key(),
        meta: event.meta_key(),
    };
    let Some(entry) = find(&pressed, focus_of(event), is_mac()) else { return };
    let command = entry.command;
    // Signs that hold everywhere can be turned off; those of a list hold only there (WCAG 2.1.4).
    let is_sign = key.chars().count() == 1 && !(pressed.ctrl || pressed.alt || pressed.meta);
    if is_sign
        && entry.scope == Scope::Anywhere
        && !commander.preferences.all.with_untracked(|all| all.sign_keys)
    {
        return;
    }
    // The palette may still be on its way: what is typed meanwhile is meant for it, not for the page.
    if is_covered() || commander.palette.get_untracked() {
        // In a dialog keys are the dialog's; the palette's own key closes the palette.
        if command == Command::Palette && commander.palette.get_untracked() {
            event.prevent_default();
            commander.palette.set(false);
        }
        return;
    }
    let reason = untrack(|| why_not(commander, command));
    if reason.is_some() && entry.scope == Scope::Message {
        // A letter that means nothing here.
        return;
    }
    event.prevent_default();
    // A key that is held down: moving on is meant, switching to and fro is not.
    if event.repeat()
        && !matches!(command, Command::NextSession | Command::PreviousSession | Command::NextPane)
    {
        return;
    }
    match reason {
        None => run(commander, command),
        Some(reason) => commander.tell(reason),
    }
}

/// Whether a dialog lies over the page.
fn is_covered() -> bool {
    document().query_selector("dialog[open]").is_ok_and(|dialog| dialog.is_some())
}

fn focus_of(event: &web_sys::KeyboardEvent) -> Focus {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(target) = target else { return Focus::default() };
    let is = |selectors: &str| target.matches(selectors).unwrap_or(false);
    let within = |selectors: &str| target.closest(selectors).ok().flatten().is_some();
    let list = is(LIST);
    Focus {
        typing: is(TYPING),
        list,
        message: list || within(LIST) || within(DETAIL),
        form: submit_of(&target).is_some(),
    }
}

/// The button that submits the form around an element. Where nothing has the focus it is that of the connect page: its
/// form is what the page is for.
pub(super) fn submit_of(element: &web_sys::Element) -> Option<web_sys::HtmlElement> {
    if element.tag_name() == "BODY" {
        return control("connect");
    }
    let form = element.closest("form").ok()??;
    form.query_selector("button[type=submit]:not(:disabled)").ok()??.dyn_into().ok()
}
