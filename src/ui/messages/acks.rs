//! What became of a request, as a mark and in words.

use leptos::prelude::*;

use super::View;
use crate::i18n::{Lang, millis};
use crate::journal::Ack;
use crate::mqtt::{PacketKind, QoS};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;

/// The packet that ends the exchange which `kind` begins.
pub(super) const fn answer_to(kind: PacketKind, qos: QoS) -> &'static str {
    match (kind, qos) {
        (PacketKind::Subscribe, _) => "SUBACK",
        (PacketKind::Unsubscribe, _) => "UNSUBACK",
        (_, QoS::ExactlyOnce) => "PUBCOMP",
        _ => "PUBACK",
    }
}

/// A name for tests and styles.
pub(super) const fn ack_id(ack: Ack) -> &'static str {
    match ack {
        Ack::None | Ack::Answers(_) => "none",
        Ack::Pending => "sent",
        Ack::After(_) => "acknowledged",
        Ack::Refused(_) => "refused",
        Ack::Overdue => "overdue",
        Ack::Interrupted => "interrupted",
        Ack::Resent => "resent",
        Ack::Lost => "lost",
    }
}

/// `overdue` is the deadline in seconds.
pub(super) fn ack_words(lang: Lang, ack: Ack, answer: &str, overdue: u32) -> String {
    match ack {
        Ack::None | Ack::Answers(_) => String::new(),
        Ack::Pending => lang.ack_pending(answer),
        Ack::After(micros) => format!("{} ms", millis(micros.into())),
        Ack::Refused(code) => lang.refused(code),
        Ack::Overdue => lang.ack_overdue(answer, overdue),
        Ack::Interrupted => lang.ack_interrupted(answer),
        Ack::Resent => lang.ack_resent().into(),
        // A subscription is asked for again, by another request.
        Ack::Lost if answer == "SUBACK" => lang.ack_lost_subscribe().into(),
        Ack::Lost if answer == "UNSUBACK" => lang.ack_lost_unsubscribe().into(),
        Ack::Lost => lang.ack_lost(answer),
    }
}

/// The state of one request as it changes: a number, or a sign whose words are its tooltip.
#[component]
pub(super) fn AckMark(
    view: View,
    #[prop(into)] seq: Signal<u64>,
    #[prop(into)] answer: Signal<&'static str>,
) -> impl IntoView {
    let lang = use_lang();
    let ack = Memo::new(move |_| {
        let seq = seq.get();
        view.bench.journal(|journal| journal.entry(seq).map_or(Ack::None, |entry| entry.ack))
    });
    let sign = move |class: &'static str, icon: IconName| {
        let words = ack_words(lang.get(), ack.get(), answer.get(), view.bench.preferences.overdue.get());
        let title = words.clone();
        view! {
            <span class=class data-ack=ack_id(ack.get()) title=title>
                <Icon name=icon small=true />
                <span class="sr">{words}</span>
            </span>
        }
        .into_any()
    };
    move || match ack.get() {
        Ack::None | Ack::Answers(_) => ().into_any(),
        Ack::After(micros) => {
            let late = micros > view.bench.preferences.late.get();
            view! {
                <span class={if late { "late" } else { "" }} data-ack="acknowledged">
                    {late.then(|| view! { <Icon name=IconName::Warning small=true /> })} {millis(micros.into())} " ms"
                </span>
            }
            .into_any()
        }
        Ack::Pending => sign("fg3", IconName::Clock),
        Ack::Interrupted => sign("c-warn", IconName::Clock),
        Ack::Resent => sign("fg3", IconName::Again),
        Ack::Overdue => sign("c-err", IconName::Clock),
        Ack::Refused(_) | Ack::Lost => sign("c-err", IconName::Close),
    }
}
