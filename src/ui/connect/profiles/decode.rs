//! Files as text: chosen or dropped, in the encodings that spreadsheets write.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, TextDecoder};

use super::{Asked, Profiles};
use crate::storage::import::MOST_BYTES;

/// Reads a file and shows what is in it in the dialog that imports.
pub(super) fn read_all(profiles: Profiles, file: File) {
    spawn_local(async move {
        let name = file.name();
        let text = read(profiles, &file).await;
        profiles.ask(Asked::Import(Some((name, text))));
    });
}

async fn read(profiles: Profiles, file: &File) -> Result<String, String> {
    let words = profiles.lang.get_untracked();
    // Before it is read: a page has no memory for whatever is dropped on it.
    if file.size() > MOST_BYTES as f64 {
        return Err(words.import_too_large(MOST_BYTES >> 20));
    }
    let failed = || words.import_unreadable().to_owned();
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| failed())?;
    let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
    let label = match bytes.as_slice() {
        [0xff, 0xfe, ..] => "utf-16le",
        [0xfe, 0xff, ..] => "utf-16be",
        // What is no UTF-8 comes from a spreadsheet on a Chinese computer.
        _ => match String::from_utf8(bytes.clone()) {
            Ok(text) => return Ok(text),
            Err(_) => "gb18030",
        },
    };
    let decoder = TextDecoder::new_with_label(label).map_err(|_| failed())?;
    decoder.decode_with_u8_array(&bytes).map_err(|_| failed())
}

/// Takes the file that was dropped, if there is one, before the page takes it for a record.
pub(super) fn take_drop(profiles: Profiles, event: &web_sys::DragEvent) {
    let file = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0));
    event.prevent_default();
    event.stop_propagation();
    if let Some(file) = file {
        read_all(profiles, file);
    }
}
