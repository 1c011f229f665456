//! The page of the device shadow: what the device can do with it above, below what was reported beside what is desired with the
//! editor, the document, and the messages.

mod actions;
mod compare;
mod dialog;
mod document;
mod draft;
mod editor;
mod notes;
mod rows;

use leptos::prelude::*;

use super::bench::Bench;
use super::context::use_lang;
use super::services::{Desk, Obstacles, Served, Trail, use_desk};
use crate::i18n::Lang;
use crate::mqtt::Moment;
use crate::payload::TokenKind;
use crate::uiot::shadow::{Edit, EditMethod, Part, Shadow};
use crate::uiot::{Misread, Outgoing, SystemTopic, TopicFamily};
use draft::Draft;

/// What the page listens to.
const TOPICS: &[SystemTopic] = &Shadow::TOPICS;
/// Keys of an edit that are named in a sentence.
const NAMED: usize = 6;

/// What a person did here, while another page or session is shown.
#[derive(Clone, Copy)]
struct Kept {
    draft: Draft,
    /// Whether the table shows only what differs.
    differences: RwSignal<bool>,
    /// The message that could not be understood and that a person has seen.
    seen: RwSignal<Option<Misread>>,
}

/// Keeps what a person did here while another page is shown.
pub(super) fn provide(_bench: Bench) {
    provide_context(Kept {
        draft: Draft::new(),
        differences: RwSignal::new(false),
        seen: RwSignal::new(None),
    });
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct View {
    desk: Desk,
    lang: RwSignal<Lang>,
    kept: Kept,
    /// What is asked before it is done.
    question: RwSignal<Option<dialog::Question>>,
    /// Changes whenever what is known of the shadow may have; none without a device.
    revision: Memo<Option<u32>>,
}

impl View {
    /// Reads from the shadow, and again whenever anything changed with the device's services. None without a device.
    fn read<T>(self, read: impl FnOnce(&Shadow) -> T) -> Option<T> {
        self.desk.read(|services| read(&services.shadow))
    }

    /// The same, but again only where what is known of the document changed: for what costs more.
    fn read_document<T>(self, read: impl FnOnce(&Shadow) -> T) -> Option<T> {
        // Read, and not only tracked: a memo that nobody has read follows nothing.
        self.revision.get();
        untrack(|| self.read(read))
    }

    /// Has a message of the shadow published, while the device is online; what was refused before is over then. Whether there was
    /// a message.
    fn send(self, make: impl FnOnce(&mut Shadow, Moment) -> Option<Outgoing>) -> bool {
        if !untrack(|| self.desk.is_online()) {
            self.desk.tell(self.lang.get_untracked().services_offline().to_owned());
            return false;
        }
        let sent = self.desk.act(|services, now| {
            services.shadow.forget_trouble();
            let message = make(&mut services.shadow, now);
            let there_is = message.is_some();
            message.into_iter().for_each(|message| services.send(message));
            there_is
        });
        sent == Some(true)
    }

    /// Whether what the device does without a person is done: not while it is offline, nor while the demo device is silent.
    fn acts_by_itself(self) -> bool {
        let is_silent = self.desk.bench.status.with(|status| status.demo_runs == Some(false));
        self.desk.is_online() && !is_silent
    }

    fn get(self) {
        self.send(|shadow, now| Some(shadow.get(now)));
    }

    /// Changes something without a message.
    fn change(self, change: impl FnOnce(&mut Shadow)) {
        self.desk.act(|services, _| change(&mut services.shadow));
    }
}

/// An edit in the words of its message: `update vent, targetTemp`, `delete Reported: null`.
fn words_of(edit: &Edit) -> String {
    let method = match edit.method {
        EditMethod::Update => "update",
        EditMethod::Delete => "delete",
    };
    let mut parts = Vec::new();
    match &edit.state.reported {
        Part::Absent => {}
        Part::Null => parts.push("Reported: null".to_owned()),
        Part::Values(values) if values.is_empty() => parts.push("Reported: {}".to_owned()),
        Part::Values(values) => {
            parts.extend(values.keys().take(NAMED).cloned());
            if let Some(rest) = values.len().checked_sub(NAMED).filter(|rest| *rest > 0) {
                parts.push(format!("+{rest}"));
            }
        }
    }
    if edit.state.desired == Part::Null {
        parts.push("Desired: null".to_owned());
    }
    format!("{method} {}", parts.join(", "))
}

/// The colour of a piece of JSON.
const fn class_of(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Key => "k",
        TokenKind::Text => "st",
        TokenKind::Number => "nu",
        TokenKind::Literal => "bo",
        TokenKind::Punctuation => "pu",
    }
}

#[component]
pub(super) fn ShadowPage() -> impl IntoView {
    let lang = use_lang();
    let desk = use_desk();
    let view = View {
        desk,
        lang,
        kept: expect_context(),
        question: RwSignal::new(None),
        revision: Memo::new(move |_| desk.read(|services| services.shadow.revision())),
    };
    view! {
        <div class="svc sh">
            <Served>
                <Obstacles topics=TOPICS />
                {actions::bar(view)}
                {notes::notes(view)}
                <div class="sh-panes">
                    <div class="pane sh-left">{compare::table(view)} {editor::editor(view)}</div>
                    {document::pane(view)}
                    <section class="pane sh-hist" aria-labelledby="shadow-history">
                        <div class="bar">
                            <h2 id="shadow-history">{move || lang.get().shadow_history()}</h2>
                            <span class="right fg3 note-s">{move || lang.get().shadow_history_order()}</span>
                        </div>
                        <div class="scroll" tabindex="0" role="group" aria-labelledby="shadow-history">
                            <Trail families=&[TopicFamily::Shadow] />
                        </div>
                    </section>
                </div>
                {dialog::dialog(view)}
            </Served>
        </div>
    }
    .into_any()
}
