use std::time::Duration;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::journal::query::{self, Key, Query, QueryError, QueryFault};
use crate::journal::{Filter, Heard, Matches, Muting, Scope, Surroundings};
use crate::parts::part;
use crate::storage::{Zone, address};
use crate::ui::listing::Listing;
use crate::uiot::RetCode;

/// How long the address waits for the next key; browsers refuse too many changes of it.
const ADDRESS_AFTER: Duration = Duration::from_millis(250);

/// What reads a filter, which takes an engine of regular expressions: fetched when the first one is typed.
#[derive(Clone, Copy)]
struct Reader {
    parse: fn(&str) -> Result<Query, QueryError>,
    compile: fn(Filtering, &Query) -> Box<dyn Matches>,
}

part!(READER: Reader = session, fetch_reader, whole_reader => Reader { parse: Query::parse, compile: Filtering::compile });

/// Fetches what reads a filter, before it is asked for.
pub(crate) async fn fetch() -> bool {
    READER.fetch().await
}

/// A list and what it is filtered by: the text, what is wrong with it, and its place in the address.
#[derive(Clone, Copy)]
pub(crate) struct Filtering {
    pub(crate) listing: Listing,
    pub(super) scope: Scope,
    /// The page's part of the address.
    href: &'static str,
    /// Why the text means nothing. The list keeps the last filter that meant something.
    pub(super) error: RwSignal<Option<QueryError>>,
    /// Whether the list shows a part of its scope.
    pub(super) active: RwSignal<bool>,
}

impl Filtering {
    /// Filters a list as its text changes, for as long as the page lives.
    pub(crate) fn start(listing: Listing, scope: Scope, href: &'static str) -> Self {
        let filtering =
            Self { listing, scope, href, error: RwSignal::new(None), active: RwSignal::new(false) };
        let zone = Memo::new(move |_| listing.bench.preferences.times.with(|times| times.zone));
        let muted = Memo::new(move |_| match scope {
            Scope::Messages => listing.bench.muting(),
            Scope::Wire => Vec::new(),
        });
        let came = RwSignal::new(0_u32);
        Effect::new(move |before: Option<(Query, (u32, Zone), Vec<Heard>)>| {
            came.track();
            let journal = (listing.bench.shown(), zone.get());
            let muted = muted.get();
            let (last, last_journal, last_muted) = before.unwrap_or_default();
            let query = match listing.text.with(|text| filtering.read(text, &last, came)) {
                Ok(query) => {
                    filtering.error.set(None);
                    query
                }
                Err(error) => {
                    filtering.error.set(Some(error));
                    last.clone()
                }
            };
            // In another journal, or another zone, a time of day is another moment.
            if last != query || last_journal != journal && !query.is_empty() || last_muted != muted {
                filtering.active.set(!query.is_empty());
                let filter = (!query.is_empty())
                    .then(|| READER.get().map(|reader| (reader.compile)(filtering, &query)))
                    .flatten();
                listing.set_filter(if muted.is_empty() {
                    filter
                } else {
                    Some(Box::new(Muting::new(muted.clone(), filter)))
                });
            }
            (query, journal, muted)
        });
        filtering
    }

    /// Keeps the text and the address alike, as long as the session is in front. Needs a `Router` above.
    pub(crate) fn follow_address(self) {
        let text = self.listing.text;
        let hash = use_location().hash;
        // The router knows of the ways to here; an address typed over one that this page wrote it takes for no change.
        let listener = window_event_listener(leptos::ev::hashchange, move |_| self.take_address());
        on_cleanup(move || listener.remove());
        Effect::new(move |_| {
            // Read, since a memo that nobody reads tells of no change.
            let _ = hash.get();
            self.take_address();
            self.write_address();
        });
        let waiting = StoredValue::new(None::<TimeoutHandle>);
        let stop = move || {
            if let Some(Some(timeout)) = waiting.try_get_value() {
                timeout.clear();
            }
        };
        // The address is soon another session's.
        on_cleanup(stop);
        Effect::new(move |_| {
            text.track();
            stop();
            let write = move || self.write_address();
            waiting.set_value(set_timeout_with_handle(write, ADDRESS_AFTER).ok());
        });
    }

    /// Whether the list lacks what it would have without a filter.
    pub(crate) fn is_active(self) -> bool {
        self.active.get()
    }

    /// The value of a key in the text.
    pub(super) fn value(self, key: Key) -> Option<String> {
        self.listing.text.with(|text| query::get(text, key))
    }

    /// Gives a key another value in the text, or none.
    pub(super) fn set(self, key: Key, value: Option<&str>) {
        let edited = self.listing.text.with_untracked(|text| query::set(text, key, value));
        self.listing.text.set(edited);
    }

    /// What is wrong with the text. Where a value is still to be typed it is no fault yet.
    pub(super) fn fault(self) -> Option<(QueryError, bool)> {
        let error = self.error.get()?;
        let at_end = self.listing.text.with(|text| text.trim_end().len() <= error.range.end);
        let unfinished = at_end && matches!(error.fault, QueryFault::Empty(_));
        Some((error, !unfinished))
    }

    /// What a text means. While what reads it is on its way, the last filter goes on; then `came` tells.
    fn read(self, text: &str, last: &Query, came: RwSignal<u32>) -> Result<Query, QueryError> {
        if text.trim().is_empty() {
            return Ok(Query::default());
        }
        if let Some(reader) = READER.get() {
            return (reader.parse)(text);
        }
        // The session may be gone by then.
        READER.with(move |_| {
            let _ = came.try_update(|came| *came = came.wrapping_add(1));
        });
        Ok(last.clone())
    }

    fn compile(self, query: &Query) -> Box<dyn Matches> {
        let bench = self.listing.bench;
        let resolve = |time| bench.moment_of(time);
        let surroundings = Surroundings {
            resolve: &resolve,
            ret_code: |payload| RetCode::in_message(payload).map(|RetCode(code)| code),
            whole_packets: self.scope == Scope::Wire,
        };
        Box::new(Filter::compile(query, &surroundings))
    }

    /// What the address says goes; one without a filter says nothing.
    fn take_address(self) {
        let Ok(hash) = window().location().hash() else { return };
        if let Some(filter) = address::filter_in(&hash, self.href)
            && self.listing.text.with_untracked(|text| *text.trim() != filter)
        {
            self.listing.text.set(filter);
        }
    }

    fn write_address(self) {
        let Ok(hash) = window().location().hash() else { return };
        let page = self.href;
        let wanted = self.listing.text.with_untracked(|text| address::with_filter(page, text));
        if address::names_page(&hash, page)
            && hash != wanted
            && let Ok(history) = window().history()
        {
            // Replacing tells nobody: neither the router nor this page's own listener. It fails where the browser finds
            // that the address changes too often; the next change of the text tries again.
            let state = history.state().unwrap_or_default();
            let _ = history.replace_state_with_url(&state, "", Some(&wanted));
        }
    }
}
