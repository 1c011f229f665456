//! The filter of a list: one line of text, controls that edit it, how much of the list is left, and what is wrong.
//!
//! The text is the truth (see [`crate::journal::query`]). It stands in the address too, so that a filtered list can be
//! shared.

mod field;
mod filtering;
mod options;
mod states;

use leptos::prelude::*;

use super::components::{Choice, ChoiceOption, Icon, IconName};
use super::context::use_lang;
use super::listing::{MessagesListing, WireListing};
use super::page::Page;
use crate::i18n::numbers::compact;
use crate::journal::Scope;
use crate::journal::query::Key;
use field::Field;
pub(crate) use filtering::{Filtering, fetch};
use options::Options;
pub(crate) use states::{LimitReached, NothingFound, Paused};

/// The filter of the messages page.
#[derive(Clone, Copy)]
pub(crate) struct MessagesFilter(pub(crate) Filtering);

/// The filter of the wire page.
#[derive(Clone, Copy)]
pub(crate) struct WireFilter(pub(crate) Filtering);

/// Makes both filters known to what is rendered below. Needs the lists.
pub(super) fn provide() {
    states::LimitSeen::provide();
    let messages = expect_context::<MessagesListing>().0;
    provide_context(MessagesFilter(Filtering::start(messages, Scope::Messages, Page::Messages.href())));
    let wire = expect_context::<WireListing>().0;
    provide_context(WireFilter(Filtering::start(wire, Scope::Wire, Page::Wire.href())));
}

/// Keeps both filters and the address alike, as long as the session is in front. Needs a `Router` above.
pub(super) fn follow_address() {
    expect_context::<MessagesFilter>().0.follow_address();
    expect_context::<WireFilter>().0.follow_address();
}

/// The bar above a list: the filter, and at the right what the page adds.
#[component]
pub(crate) fn FilterBar(
    filtering: Filtering,
    /// Before the field.
    #[prop(optional)]
    lead: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="fbar-room">
            <div class="bar fbar">
                {lead}
                <Field filtering />
                <MainChoice filtering id="filter-main" class="sm wide-bar" />
                <Options filtering />
                <span class="right row gap1">{children()}</span>
            </div>
            <Progress filtering />
        </div>
    }
}

/// What is asked for most: the direction of messages, the type of packets.
#[component]
fn MainChoice(filtering: Filtering, id: &'static str, class: &'static str) -> impl IntoView {
    const DIRECTIONS: [ChoiceOption; 3] = [
        ChoiceOption { id: "all", label: |lang| lang.all() },
        ChoiceOption { id: "out", label: |lang| lang.sent() },
        ChoiceOption { id: "in", label: |lang| lang.received() },
    ];
    const TYPES: [ChoiceOption; 5] = [
        ChoiceOption { id: "all", label: |lang| lang.all() },
        ChoiceOption { id: "CONN", label: |_| "CONN" },
        ChoiceOption { id: "PUB", label: |_| "PUB" },
        ChoiceOption { id: "SUB", label: |_| "SUB" },
        ChoiceOption { id: "PING", label: |_| "PING" },
    ];
    let lang = use_lang();
    let (key, options): (_, &'static [ChoiceOption]) = match filtering.scope {
        Scope::Messages => (Key::Direction, &DIRECTIONS),
        Scope::Wire => (Key::Type, &TYPES),
    };
    let value = Signal::derive(move || {
        let typed = filtering.value(key);
        let is_typed = |option: &&ChoiceOption| {
            typed.as_deref().is_some_and(|typed| option.id.eq_ignore_ascii_case(typed))
        };
        // Another value than those offered is none of them.
        match &typed {
            None => "all",
            Some(_) => options.iter().find(is_typed).map_or("", |option| option.id),
        }
    });
    let label = Signal::derive(move || {
        let lang = lang.get();
        match filtering.scope {
            Scope::Messages => lang.direction().to_owned(),
            Scope::Wire => lang.packet_type().to_owned(),
        }
    });
    let counts = Memo::new(move |_| {
        let counts = filtering.listing.bench.counts();
        (counts.sent, counts.received)
    });
    let face = Callback::new(move |id: &'static str| {
        let (class, icon, received) = match id {
            "out" => ("dir-u", IconName::ArrowUp, false),
            "in" => ("dir-d", IconName::ArrowDown, true),
            _ => return None,
        };
        let count = move || {
            let (sent, got) = counts.get();
            compact(if received { got } else { sent })
        };
        Some(
            view! {
                <span class=class>
                    <Icon name=icon small=true />
                </span>
                <span class="num">{count}</span>
            }
            .into_any(),
        )
    });
    let choose = move |id: &'static str| filtering.set(key, Some(id).filter(|id| *id != "all"));
    view! { <Choice id label options value on_choose=choose class face /> }
}

/// How far a new filter has come.
#[component]
fn Progress(filtering: Filtering) -> impl IntoView {
    let lang = use_lang();
    let percent = Memo::new(move |_| {
        let progress = filtering.listing.progress().filter(|_| filtering.active.get());
        progress.map(|progress| (progress.clamp(0.0, 1.0) * 100.0) as u32)
    });
    move || {
        percent.get().map(|percent| {
            view! {
                <span
                    class="fprog"
                    data-testid="filter-progress"
                    role="progressbar"
                    aria-label=move || lang.get().filter()
                    aria-valuenow=percent.to_string()
                    aria-valuetext=move || lang.get().filtering(percent)
                    style:width=format!("{percent}%")
                ></span>
            }
        })
    }
}
