use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast as _;

use super::sessions::use_sessions;

/// The pages, by the part of the address behind `#`: that works on any static server, in any folder and from a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    Connect,
    /// A link to a form, before it is taken over.
    OpenLink,
    Messages,
    Shadow,
    Model,
    Ota,
    Gateway,
    Wire,
    Cloud,
    Settings,
}

impl Page {
    pub(super) const fn href(self) -> &'static str {
        match self {
            Self::Connect => "#/connect",
            Self::OpenLink => "#/open",
            Self::Messages => "#/messages",
            Self::Shadow => "#/shadow",
            Self::Model => "#/model",
            Self::Ota => "#/ota",
            Self::Gateway => "#/gateway",
            Self::Wire => "#/wire",
            Self::Cloud => "#/cloud",
            Self::Settings => "#/settings",
        }
    }

    /// The chapter of the guide that is about it.
    pub(super) const fn chapter(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::OpenLink => "share",
            Self::Messages | Self::Wire => "wire",
            Self::Shadow => "shadow",
            Self::Model => "model",
            Self::Ota => "ota",
            Self::Gateway => "gateway",
            Self::Cloud => "simulator",
            Self::Settings => "install",
        }
    }

    /// What an address means; the connect page if it means nothing.
    fn parse(hash: &str) -> Self {
        let path = hash.trim_start_matches('#').trim_start_matches('/');
        match path.split(['?', '/']).next() {
            Some("open") => Self::OpenLink,
            Some("messages") => Self::Messages,
            Some("shadow") => Self::Shadow,
            Some("model") => Self::Model,
            Some("ota") => Self::Ota,
            Some("gateway") => Self::Gateway,
            Some("wire") => Self::Wire,
            Some("cloud") => Self::Cloud,
            Some("settings") => Self::Settings,
            _ => Self::Connect,
        }
    }

    /// The page that is open, for what happens once.
    pub(super) fn shown() -> Self {
        Self::parse(&window().location().hash().unwrap_or_default())
    }

    /// Whether the page that is open shows a journal's entries.
    pub(super) fn shows_a_journal() -> bool {
        let of_journal = |page| matches!(page, Self::Messages | Self::Wire);
        window().location().hash().is_ok_and(|hash| of_journal(Self::parse(&hash)))
    }

    /// Whether the page that is open is about one session, and not about the tool.
    pub(super) fn of_session() -> bool {
        let of_tool = |page| matches!(page, Self::Settings | Self::OpenLink);
        window().location().hash().is_ok_and(|hash| !of_tool(Self::parse(&hash)))
    }

    /// Whether the page that is open is one of the platform's services, on which one stays when the device connects.
    pub(super) fn is_of_a_service(self) -> bool {
        matches!(self, Self::Shadow | Self::Model | Self::Ota | Self::Gateway | Self::Cloud)
    }

    /// The page that the address names, as it changes. Needs a `Router` and the sessions above.
    pub(super) fn current() -> Memo<Self> {
        let location = use_location();
        let sessions = use_sessions();
        // The router hears of the address of another session only after that is shown, and of a link before the browser
        // has its address.
        let shown = Memo::new(move |before: Option<&(Self, u32)>| {
            let hash = location.hash.get();
            let (times, address) = sessions.switched();
            let is_news = before.is_some_and(|(_, before)| *before != times);
            (Self::parse(if is_news { &address } else { &hash }), times)
        });
        Memo::new(move |_| shown.get().0)
    }

    /// Follows links to pages, which the router would do otherwise: it pushes the whole address with a decoded path. In a folder
    /// whose name has a `#` or a `%` that is another path, browsers refuse it to a page from a file, and the router panics.
    /// To be called before there is a router: it leaves alone what was taken here.
    pub(super) fn follow_links() {
        let listener = window_event_listener(leptos::ev::click, |event| {
            let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
            if event.default_prevented() || event.button() != 0 || modified {
                return;
            }
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            let link = target.and_then(|target| target.closest("a[href^='#/']:not([target])").ok().flatten());
            if let Some(hash) = link.and_then(|link| link.get_attribute("href")) {
                event.prevent_default();
                let _ = window().location().set_hash(&hash);
            }
        });
        on_cleanup(move || listener.remove());
    }

    /// Goes there.
    pub(super) fn open(self) {
        // Only the part behind `#` changes: a path is never touched, so this works from a file too.
        let _ = window().location().set_hash(self.href());
    }

    /// Goes to the part of the settings that says what this is.
    pub(super) fn open_about() {
        let _ = window().location().set_hash(&format!("{}/about", Self::Settings.href()));
    }
}
