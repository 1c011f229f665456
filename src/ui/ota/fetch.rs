//! Fetches a firmware for real, to hold its size and MD5 against the order. Only when a person asks for it; no more than its
//! bytes are counted, none is kept. Links of the simulator in this page lead to its own store, not to the network.

use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader, RequestInit, Response};

use super::Drafts;
use crate::device::simulator;
use crate::simulator::services::ota::FetchError;
use crate::ui::services::Desk;
use crate::uiot::ota::{Check, Checked, FETCHED, FetchFault, is_http};

/// A firmware that was fetched, or is.
#[derive(Clone, PartialEq)]
pub(super) struct Fetch {
    /// Where from.
    pub(super) url: String,
    pub(super) stage: Stage,
}

#[derive(Clone, PartialEq)]
pub(super) enum Stage {
    /// So many bytes came.
    Runs(u64),
    Done(Checked),
    Failed(FetchFault),
}

/// Fetches it; what was fetched for the module before is forgotten.
pub(super) fn start(desk: Desk, drafts: Drafts, module: String, url: String) {
    stop(drafts, &module);
    let set = move |module: &str, url: &str, stage| {
        let fetch = Fetch { url: url.to_owned(), stage };
        // The session may have been closed meanwhile.
        let _ = drafts.fetches.try_update(|all| all.insert(module.to_owned(), fetch));
    };
    if let Some(fetched) = from_simulator(desk, &url) {
        return set(&module, &url, fetched.map_or_else(Stage::Failed, Stage::Done));
    }
    if !is_http(&url) {
        return set(&module, &url, Stage::Failed(FetchFault::NotHttp));
    }
    let Ok(abort) = AbortController::new() else {
        return set(&module, &url, Stage::Failed(FetchFault::Blocked));
    };
    drafts.aborts.update_value(|all| {
        all.insert(module.clone(), abort.clone());
    });
    set(&module, &url, Stage::Runs(0));
    leptos::task::spawn_local(async move {
        let fetched = fetch(&url, &abort, |bytes| set(&module, &url, Stage::Runs(bytes))).await;
        // Another one was begun in its place.
        let is_last = drafts.aborts.try_with_value(|all| all.get(&module) == Some(&abort)) == Some(true);
        if is_last {
            set(&module, &url, fetched.map_or_else(Stage::Failed, Stage::Done));
        }
    });
}

/// Stops what is being fetched for a module.
pub(super) fn stop(drafts: Drafts, module: &str) {
    drafts.aborts.with_value(|all| {
        if let Some(abort) = all.get(module) {
            abort.abort();
        }
    });
}

/// What the simulator's store has, where this is a link to it.
fn from_simulator(desk: Desk, url: &str) -> Option<Result<Checked, FetchFault>> {
    if !desk.bench.is_simulated() {
        return None;
    }
    simulator().act(|platform, now| {
        if !url.starts_with(&platform.choices.ota.url_prefix) {
            return None;
        }
        Some(match platform.fetch_firmware(now, url) {
            Ok(bytes) => {
                let mut check = Check::default();
                check.add(&bytes);
                Ok(check.finish())
            }
            Err(FetchError::NotFound) => Err(FetchFault::Missing),
            Err(FetchError::Altered) => Err(FetchFault::Altered),
            Err(FetchError::Expired) => Err(FetchFault::Expired),
        })
    })
}

async fn fetch(url: &str, abort: &AbortController, count: impl Fn(u64)) -> Result<Checked, FetchFault> {
    let broken = |_: JsValue| why(url, abort);
    let init = RequestInit::new();
    init.set_signal(Some(&abort.signal()));
    // The link says all that the server needs to know.
    init.set_credentials(web_sys::RequestCredentials::Omit);
    init.set_cache(web_sys::RequestCache::NoStore);
    init.set_referrer_policy(web_sys::ReferrerPolicy::NoReferrer);
    let answer = JsFuture::from(window().fetch_with_str_and_init(url, &init)).await.map_err(broken)?;
    let response = answer.dyn_into::<Response>().map_err(broken)?;
    if !response.ok() {
        abort.abort();
        return Err(FetchFault::Status(response.status()));
    }
    let mut check = Check::default();
    let Some(body) = response.body() else { return Ok(check.finish()) };
    let reader =
        body.get_reader().dyn_into::<ReadableStreamDefaultReader>().map_err(|_| FetchFault::Blocked)?;
    loop {
        let piece = JsFuture::from(reader.read()).await.map_err(broken)?;
        let field = |name: &str| js_sys::Reflect::get(&piece, &name.into());
        if field("done").map_err(broken)?.is_truthy() {
            return Ok(check.finish());
        }
        let bytes = field("value").map_err(broken)?.dyn_into::<js_sys::Uint8Array>().map_err(broken)?;
        check.add(&bytes.to_vec());
        if check.size() > FETCHED {
            abort.abort();
            return Err(FetchFault::TooLarge);
        }
        count(check.size());
    }
}

/// What is known of why it failed: browsers say no more than that it did.
fn why(url: &str, abort: &AbortController) -> FetchFault {
    let secure = window().location().protocol().is_ok_and(|scheme| scheme == "https:");
    if abort.signal().aborted() {
        FetchFault::Stopped
    } else if secure && url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:")) {
        FetchFault::Mixed
    } else {
        FetchFault::Blocked
    }
}
