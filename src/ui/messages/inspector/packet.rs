//! The packet of a message, field by field. The wire page shows each field's bytes, too.

use leptos::prelude::*;

use crate::mqtt::{Field, FieldValue, ProtocolVersion, dissect};
use crate::payload;
use crate::ui::bench::Bench;
use crate::ui::context::use_lang;
use crate::ui::listing::WireListing;

/// Bytes of a text, and of a field, that a row shows.
const SHOWN: usize = 512;
const BYTES: usize = 4;

/// One field as it is shown.
#[derive(Clone)]
struct Row {
    field: Field,
    bytes: String,
    text: Option<String>,
}

fn look_up(bench: Bench, seq: u64) -> Option<(Vec<Row>, usize)> {
    let plan = untrack(|| bench.shown_plan());
    let version = plan.map_or(ProtocolVersion::default(), |plan| plan.options.protocol);
    let read = |journal: &crate::journal::Journal| {
        let entry = journal.entry(seq)?;
        let packet = entry.packet();
        let row = |field: Field| {
            let bytes = packet.get(field.range.clone()).unwrap_or_default();
            let text = field
                .text(packet)
                .map(|text| String::from_utf8_lossy(payload::head(text.as_bytes(), SHOWN)).into_owned());
            let more = if bytes.len() > BYTES { " …" } else { "" };
            let hex = payload::hex_row(bytes.get(..BYTES).unwrap_or(bytes), 0, BYTES).bytes;
            Row { field, bytes: format!("{hex}{more}"), text }
        };
        Some((dissect(packet, version).into_iter().map(row).collect(), packet.len()))
    };
    untrack(|| bench.journal(read))
}

/// The fields in order, those that lie in another one below it.
#[component]
pub(super) fn PacketView(bench: Bench, seq: u64) -> impl IntoView {
    let lang = use_lang();
    let Some((rows, length)) = look_up(bench, seq) else {
        return view! { <p class="pad fg3">{move || lang.get().no_packet()}</p> }.into_any();
    };
    let rows = rows
        .into_iter()
        .map(|row| {
            let Row { field, bytes, text } = row;
            let depth = field.depth.to_string();
            let (name, remark) = (field.name, field.remark);
            // A field of some bits has no bytes of its own.
            let bytes = if field.bits.is_some() { String::new() } else { bytes };
            let value = move || value_words(&field.value, text.as_deref());
            view! {
                <li style:--d=depth>
                    <span class="name">{move || lang.get().field_name(name)}</span>
                    <span class="nu">{bytes}</span>
                    <span class="value">{value}</span>
                    {remark.map(|remark| view! { <span class="c-err ui">{move || lang.get().remark(remark)}</span> })}
                </li>
            }
        })
        .collect_view();
    let wire = expect_context::<WireListing>();
    view! {
        <div class="bar sub">
            <h3>{move || lang.get().mqtt_packet()}</h3>
            <span class="mono fg3">{format!("{length} B")}</span>
            <button
                type="button"
                class="btn sm right"
                data-testid="inspector-wire"
                on:click=move |_| wire.open_at(seq)
            >
                {move || lang.get().open_in_wire()}
            </button>
        </div>
        <ul class="fields scroll" tabindex="0" aria-label=move || lang.get().packet_view()>
            {rows}
        </ul>
    }
    .into_any()
}

/// A field's value; that of bytes stands beside it already.
fn value_words(value: &FieldValue, text: Option<&str>) -> String {
    match value {
        FieldValue::None | FieldValue::Byte(_) => String::new(),
        FieldValue::Kind(kind) => kind.map_or("", crate::mqtt::PacketKind::name).to_owned(),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Flag(flag) => u8::from(*flag).to_string(),
        FieldValue::Qos(qos) => qos.to_string(),
        FieldValue::Level(level) => level.to_string(),
        FieldValue::Seconds(seconds) => format!("{seconds} s"),
        FieldValue::ConnectCode(code) | FieldValue::SubscribeCode(code) => code.to_string(),
        FieldValue::Text(_) => text.unwrap_or_default().to_owned(),
        FieldValue::Data(range) => format!("{} B", range.len()),
        FieldValue::Masked(length) => "•".repeat((*length).min(16)),
    }
}
