//! What of the screens is fetched when it is first shown (see [`crate::parts`]).

use std::time::Duration;

use leptos::prelude::*;

use super::cloud::CloudPage;
use super::commands::{PaletteDialog, ShortcutsDialog};
use super::connect::{OpenLinkPage, ProfileDialogs, RegistrationPanel, WillFields};
use super::context::use_lang;
use super::crash;
use super::export::{self, RecordBanner};
use super::filter_bar;
use super::gateway::GatewayPage;
use super::messages::MessagesPage;
use super::model::ModelPage;
use super::ota::OtaPage;
use super::settings::SettingsPage;
use super::shadow::ShadowPage;
use super::wire::WirePage;
use crate::parts::{Part, part};

/// When the first screen is taken to stand.
const FETCH_REST_AFTER: Duration = Duration::from_millis(500);

/// A view that may have to be fetched.
pub(super) type View = Part<AnyView>;

part!(pub(super) MESSAGES: AnyView = session, fetch_messages, messages_view => view! { <MessagesPage /> }.into_any());
part!(pub(super) SHADOW: AnyView = services, fetch_shadow, shadow_view => view! { <ShadowPage /> }.into_any());
part!(pub(super) MODEL: AnyView = services, fetch_model, model_view => view! { <ModelPage /> }.into_any());
part!(pub(super) OTA: AnyView = services, fetch_ota, ota_view => view! { <OtaPage /> }.into_any());
part!(pub(super) GATEWAY: AnyView = services, fetch_gateway, gateway_view => view! { <GatewayPage /> }.into_any());
part!(pub(super) WIRE: AnyView = session, fetch_wire, wire_view => view! { <WirePage /> }.into_any());
part!(pub(super) CLOUD: AnyView = services, fetch_cloud, cloud_view => view! { <CloudPage /> }.into_any());
part!(pub(super) SETTINGS: AnyView = more, fetch_settings, settings_view => view! { <SettingsPage /> }.into_any());
part!(pub(super) PALETTE: AnyView = more, fetch_palette, palette_view => view! { <PaletteDialog /> }.into_any());
part!(pub(super) SHORTCUTS: AnyView = more, fetch_shortcuts, shortcuts_view => view! { <ShortcutsDialog /> }.into_any());
part!(pub(super) PROFILE_DIALOGS: AnyView = more, fetch_profiles, profiles_view => view! { <ProfileDialogs /> }.into_any());
part!(pub(super) RECORD: AnyView = session, fetch_record, record_view => view! { <RecordBanner /> }.into_any());
part!(pub(super) REGISTRATION: AnyView = session, fetch_registration, registration_view => view! { <RegistrationPanel /> }.into_any());
part!(pub(super) WILL: AnyView = more, fetch_will, will_view => view! { <WillFields /> }.into_any());
part!(pub(super) OPEN_LINK: AnyView = more, fetch_open_link, open_link_view => view! { <OpenLinkPage /> }.into_any());

/// All views, in the order in which they are likely to be wanted.
const VIEWS: [View; 15] = [
    MESSAGES,
    WIRE,
    REGISTRATION,
    RECORD,
    SHADOW,
    MODEL,
    OTA,
    CLOUD,
    GATEWAY,
    SETTINGS,
    PALETTE,
    PROFILE_DIALOGS,
    SHORTCUTS,
    WILL,
    OPEN_LINK,
];

/// Fetches all parts once the first screen stands, one after the other: so they are there when they are asked for, also
/// without a network, or when the site has become a newer one meanwhile. What does not come is asked for again when the network
/// is back, or when it is needed.
pub(super) fn fetch_rest() {
    set_timeout(|| leptos::task::spawn_local(fetch_all()), FETCH_REST_AFTER);
    // Lives as long as the page.
    let _ = window_event_listener(leptos::ev::online, |_| leptos::task::spawn_local(fetch_all()));
}

async fn fetch_all() {
    let mut whole = crate::device::engine().fetch().await;
    whole &= crash::SAVER.fetch().await;
    whole &= export::fetch().await;
    whole &= filter_bar::fetch().await;
    for view in VIEWS {
        whole &= view.fetch().await;
    }
    if whole && let Some(root) = document().document_element() {
        // From now on nothing is asked of the site. For whoever waits for that; fails only for a name that is no attribute.
        let _ = root.set_attribute("data-whole", "");
    }
}

/// What is over the page when it is asked for, and stays from then on: a dialog, which opens itself by its own signal.
#[component]
pub(super) fn Late(part: View, #[prop(into)] wanted: Signal<bool>) -> impl IntoView {
    let once = Memo::new(move |before: Option<&bool>| before.copied().unwrap_or_default() || wanted.get());
    move || once.get().then(|| view! { <Shown part quiet=true /> })
}

/// Shows a part: at once where it is there, else as soon as it came.
#[component]
pub(super) fn Shown(
    part: View,
    /// Whether nothing is to be said while it comes.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    let lang = use_lang();
    let failed = RwSignal::new(false);
    let tries = RwSignal::new(0_u32);
    let fetch = move || {
        failed.set(false);
        leptos::task::spawn_local(async move {
            let came = part.fetch().await;
            // Whoever waited for it may have gone on meanwhile.
            let _ = failed.try_set(!came);
            let _ = tries.try_update(|tries| *tries += 1);
        });
    };
    if !part.is_there() {
        fetch();
    }
    move || {
        tries.track();
        if let Some(view) = part.get() {
            view
        } else if failed.get() {
            view! {
                <div class="empty" role="alert" data-testid="part-failed">
                    <b>{move || lang.get().part_failed()}</b>
                    <span>{move || lang.get().part_failed_why()}</span>
                    <button type="button" class="btn" data-testid="part-retry" on:click=move |_| fetch()>
                        {move || lang.get().part_retry()}
                    </button>
                </div>
            }
            .into_any()
        } else if quiet {
            ().into_any()
        } else {
            view! { <p class="sr" role="status">{move || lang.get().part_loading()}</p> }.into_any()
        }
    }
}
