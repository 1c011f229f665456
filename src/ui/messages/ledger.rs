//! The ledger: what waits for a connection, and what became of every request that wants an acknowledgement.

use leptos::prelude::*;

use super::acks::{AckMark, ack_id, ack_words, answer_to};
use super::{View, fold_topic};
use crate::journal::Ack;
use crate::mqtt::PacketKind;
use crate::ui::components::{Icon, IconName, focus};
use crate::ui::context::use_lang;

/// Rows of each of the two lists. All others are in the log.
const MOST: usize = 40;

/// What a row shows of a request that never changes.
#[derive(Clone)]
struct Shown {
    time: String,
    kind: PacketKind,
    packet_id: u16,
    name: String,
    answer: &'static str,
}

fn look_up(view: View, seq: u64) -> Option<Shown> {
    view.bench.device(|device| {
        device.read(|journal| {
            let entry = journal.entry(seq)?;
            let kind = entry.kind?;
            let name = if entry.is_message() { entry.topic() } else { entry.filter() };
            Some(Shown {
                time: view.bench.time_of(entry.at),
                kind,
                packet_id: entry.packet_id,
                name: name.into_owned(),
                answer: answer_to(kind, entry.qos()),
            })
        })
    })
}

#[component]
pub(super) fn Ledger(view: View) -> impl IntoView {
    let lang = use_lang();
    let bench = view.bench;
    let outbox = Memo::new(move |_| bench.status.with(|status| status.outbox));
    let requests = Memo::new(move |_| {
        // What is open comes first, however long ago it was sent: it must not slip out of the list unseen.
        let mut shown = bench.device(crate::device::Device::open_requests);
        shown.truncate(MOST);
        bench.journal(|journal| {
            let settled: Vec<_> = journal.requests().filter(|seq| !shown.contains(seq)).take(MOST).collect();
            shown.extend(settled.into_iter().take(MOST - shown.len().min(MOST)));
        });
        shown
    });
    let queued = Memo::new(move |_| {
        outbox.track();
        bench.device(|device| device.queued(MOST))
    });
    let is_empty = move || requests.with(Vec::is_empty) && queued.with(Vec::is_empty);
    let left_out = move || outbox.get().queued.saturating_sub(MOST);
    view! {
        <section class="pane insp ledger" data-testid="ledger" aria-label=move || lang.get().ledger()>
            <div class="bar">
                <h2>{move || lang.get().ledger()}</h2>
                <button
                    type="button"
                    class="btn gho ico sm right"
                    data-testid="close-ledger"
                    aria-label=move || lang.get().close_ledger()
                    on:click=move |_| {
                        view.ledger.set(false);
                        focus("open-ledger");
                    }
                >
                    <Icon name=IconName::Close />
                </button>
            </div>
            <dl class="kv pad meta">
                <dt>{move || lang.get().ledger_open()}</dt>
                <dd class="num" data-testid="ledger-open">{move || outbox.get().unacknowledged}</dd>
                <dt>{move || lang.get().ledger_overdue()}</dt>
                <dd class="num" class:c-err=move || outbox.get().overdue.gt(&0) data-testid="ledger-overdue">
                    {move || outbox.get().overdue}
                </dd>
                <dt>{move || lang.get().ledger_queued()}</dt>
                <dd class="num" data-testid="ledger-queued">
                    {move || outbox.get().queued}
                    {move || {
                        let counts = outbox.get();
                        counts.queued.gt(&0).then(|| format!(" ({} B)", counts.queued_bytes))
                    }}
                </dd>
            </dl>
            <div class="scroll">
                <Show when=move || !queued.with(Vec::is_empty)>
                    <div class="row pad gap2">
                        <h3 class="grp">{move || lang.get().ledger_queue()}</h3>
                        <button
                            type="button"
                            class="btn sm right"
                            data-testid="discard-queue"
                            on:click=move |_| {
                                bench.device(crate::device::Device::discard_queue);
                                focus("close-ledger");
                            }
                        >
                            <Icon name=IconName::Trash />
                            {move || lang.get().discard_queue()}
                        </button>
                    </div>
                </Show>
                <ol class="led">
                    <For
                        each=move || queued.get()
                        key=|(request, ..)| *request
                        children=move |(_, topic, qos, bytes)| {
                            view! {
                                <li data-testid="ledger-row" data-state="queued" data-kind="PUBLISH">
                                    <span class="mono fg3">"PUBLISH"</span>
                                    <Name view name=topic />
                                    <span class="mono fg3 num">{format!("Q{} {bytes} B", qos.number())}</span>
                                </li>
                            }
                        }
                    />
                </ol>
                <Show when=move || left_out().gt(&0)>
                    <p class="pad fg3">{move || lang.get().ledger_more(left_out())}</p>
                </Show>
                <Show when=move || !requests.with(Vec::is_empty)>
                    <h3 class="grp pad">{move || lang.get().ledger_requests()}</h3>
                </Show>
                <ol class="led">
                    <For each=move || requests.get() key=|seq| *seq children=move |seq| view! { <Request view seq /> } />
                </ol>
                <Show when=is_empty>
                    <p class="pad fg3">{move || lang.get().ledger_empty()}</p>
                </Show>
            </div>
        </section>
    }
}

#[component]
fn Request(view: View, seq: u64) -> impl IntoView {
    let lang = use_lang();
    let ack = Memo::new(move |_| {
        view.bench.journal(|journal| journal.entry(seq).map_or(Ack::None, |entry| entry.ack))
    });
    let settled = move || matches!(ack.get(), Ack::None | Ack::Pending | Ack::After(_));
    look_up(view, seq).map(|Shown { time, kind, packet_id, name, answer }| {
        view! {
            <li data-testid="ledger-row" data-state=move || ack_id(ack.get()) data-kind=kind.name() title=time>
                <span class="mono fg3">{kind.name()}</span>
                <Name view name />
                <span class="mono fg3 num">{format!("#{packet_id}")}</span>
                <span class="mono num a">
                    <AckMark view seq=Signal::derive(move || seq) answer=Signal::derive(move || answer) />
                </span>
                <Show when=move || !settled()>
                    <span class="why fg3" aria-hidden="true">{move || ack_words(lang.get(), ack.get(), answer, view.bench.preferences.overdue.get())}</span>
                </Show>
            </li>
        }
    })
}

/// A topic or filter with the device's own prefix folded.
#[component]
fn Name(view: View, name: String) -> impl IntoView {
    let (prefix, rest) = view.bench.status.with_untracked(|status| fold_topic(status.plan.as_ref(), &name));
    let rest = rest.to_owned();
    view! {
        <span class="mono ell-l grow" title=name>
            <bdi dir="ltr"><i>{prefix}</i>{rest}</bdi>
        </span>
    }
}
