use leptos::prelude::*;

/// The icons: 16 px, stroke 1.5, the colour of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum IconName {
    Again,
    ArrowDown,
    ArrowUp,
    Blank,
    Bolt,
    Braces,
    Broadcast,
    Check,
    Chevron,
    Clock,
    Close,
    Cloud,
    Copy,
    Cube,
    Download,
    Error,
    Eye,
    Filter,
    Fold,
    Gateway,
    Good,
    Help,
    Indent,
    Key,
    Keyboard,
    Language,
    Ledger,
    Link,
    Lock,
    Messages,
    More,
    Mute,
    Note,
    Open,
    Panel,
    Pause,
    Pencil,
    Pin,
    Page,
    Play,
    Plug,
    Save,
    Settings,
    Shadow,
    Plus,
    Search,
    Send,
    Simulator,
    Stop,
    Swap,
    Theme,
    Trash,
    Upload,
    Warning,
    Wire,
}

impl IconName {
    const fn path(self) -> &'static str {
        match self {
            Self::Again => "M13 8a5 5 0 1 1-1.500-3.600M13 2v3h-3",
            Self::Ledger => {
                "M2.500 4.500l1 1 2-2M7.500 4.500h6M2.500 8.500l1 1 2-2M7.500 8.500h6M7.500 12.500h6M2.500 12.500h2.500"
            }
            Self::ArrowDown => "M8 3v10M4 9l4 4 4-4",
            Self::ArrowUp => "M8 13V3M4 7l4-4 4 4",
            Self::Blank => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z",
            Self::Good => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM5.300 8.200l2 2 3.500-4",
            Self::Help => {
                "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM6.200 6.400a1.800 1.800 0 1 1 2.600 1.600c-.5.3-.8.6-.8 1.200M8 11.200v.1"
            }
            Self::Lock => "M4 7.500h8v6H4zM5.500 7.500v-2a2.500 2.500 0 0 1 5 0v2",
            Self::Page => "M4 1.800h5l3.500 3.500v9H4zM9 1.800v3.500h3.500",
            Self::Save => "M3 2.500h8l2.500 2.500v8.500H3zM5.500 2.500v3.500h4.500V2.500M5 13.500v-4h6v4",
            Self::Upload => "M8 10V2.500M5 5.500l3-3 3 3M2.500 13h11",
            Self::Bolt => "M9 1.5 3.5 9H8l-1 5.500L12.500 7H8z",
            Self::Braces => {
                "M6 2.500H5A1.500 1.500 0 0 0 3.500 4v2.500L2 8l1.500 1.500V12A1.500 1.500 0 0 0 5 13.500h1M10 2.500h1A1.500 1.500 0 0 1 12.500 4v2.500L14 8l-1.500 1.500V12a1.500 1.500 0 0 1-1.500 1.500h-1"
            }
            Self::Broadcast => {
                "M2.500 6.500v3H5l3.500 3v-9L5 6.500zM11 6a3 3 0 0 1 0 4M12.800 4.200a5.500 5.500 0 0 1 0 7.600"
            }
            Self::Check => "m3 8.500 3.500 3.500L13 4.500",
            Self::Clock => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.500V8l2.500 1.500",
            Self::Cloud => "M4.500 12.500a3 3 0 0 1-.3-6A4 4 0 0 1 12 7a2.800 2.800 0 0 1-.5 5.500z",
            Self::Cube => {
                "M8 1.800 13.500 4.900v6.200L8 14.200 2.500 11.100V4.900zM2.500 4.900 8 8l5.500-3.100M8 8v6.200"
            }
            Self::Gateway => {
                "M2.500 9.500h11v4h-11zM5 11.500h.1M8 9.500v-3M5 4.500a4.200 4.200 0 0 1 6 0M6.500 6.200a2.100 2.100 0 0 1 3 0"
            }
            Self::Shadow => {
                "M3.500 4.500h5A1.500 1.500 0 0 1 10 6v6a1.500 1.500 0 0 1-1.500 1.500h-5A1.500 1.500 0 0 1 2 12V6a1.500 1.500 0 0 1 1.500-1.500zM6 4.500v-1A1.500 1.500 0 0 1 7.500 2h5A1.500 1.500 0 0 1 14 3.500v6a1.500 1.500 0 0 1-1.500 1.500H10"
            }
            Self::Close => "m4 4 8 8M12 4l-8 8",
            Self::Copy => {
                "M7 5.500h5A1.500 1.500 0 0 1 13.500 7v5a1.500 1.500 0 0 1-1.500 1.500H7A1.500 1.500 0 0 1 5.500 12V7A1.500 1.500 0 0 1 7 5.500zM3.500 10.500h-1v-7a1 1 0 0 1 1-1h7v1"
            }
            Self::Error => {
                "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM5.800 5.800l4.400 4.400M10.200 5.800 5.800 10.200"
            }
            Self::Eye => {
                "M1.500 8S4 3.500 8 3.500 14.500 8 14.500 8 12 12.500 8 12.500 1.500 8 1.500 8zM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z"
            }
            Self::Key => {
                "M5 8.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5zM7 9l6.500-6.500M11 5l2 2M9 7l1.500 1.500"
            }
            Self::Keyboard => {
                "M3 4h10A1.500 1.500 0 0 1 14.500 5.500v5.500A1.500 1.500 0 0 1 13 12.500H3A1.500 1.500 0 0 1 1.500 11v-5.500A1.500 1.500 0 0 1 3 4zM4 7h.1M6.700 7h.1M9.300 7h.1M12 7h.1M5 10h6"
            }
            Self::Language => {
                "M1.800 3.500h7M5.300 2v1.500M7.500 3.500C7 6.500 5 8.500 2 9.500M3 5.500c.8 2 2.500 3.500 4.800 4M8 14l3-7.500L14 14M9 11.700h4"
            }
            Self::Messages => "M2.500 4h11M2.500 8h11M2.500 12h7",
            Self::More => "M3.500 8h.1M8 8h.1M12.500 8h.1",
            Self::Mute => "M2.500 6.500v3H5l3.500 3v-9L5 6.500zM11 6.500l3 3M14 6.500l-3 3",
            Self::Note => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 7.200v3.600M8 5.100v.1",
            Self::Panel => {
                "M3.500 2.500h9A1.500 1.500 0 0 1 14 4v8a1.500 1.500 0 0 1-1.500 1.500h-9A1.500 1.500 0 0 1 2 12V4a1.500 1.500 0 0 1 1.500-1.500zM9.500 2.500v11"
            }
            Self::Chevron => "m4 6 4 4 4-4",
            Self::Download => "M8 2.500V10M5 7l3 3 3-3M2.500 13h11",
            Self::Filter => "M2.500 3.500h11L9.500 8.500v4l-3-1.500v-2.500z",
            Self::Indent => "M2.500 3.500h11M6.500 8h7M2.500 12.500h11M2.500 6.500 4 8l-1.500 1.500",
            Self::Stop => "M4 4h8v8H4z",
            Self::Pencil => "M3 13l.6-2.600L10.800 3.200l2 2L5.600 12.400zM9.500 4.500l2 2",
            Self::Fold => "M4 10l4-4 4 4",
            Self::Link => {
                "M6.500 9.500l3-3M7 4.500l1.500-1.500a3 3 0 0 1 4.500 4.500L11.500 9M9 11.500 7.500 13A3 3 0 0 1 3 8.500L4.500 7"
            }
            Self::Pause => "M5.500 3.500v9M10.500 3.500v9",
            Self::Pin => "M9.500 2.500 13.500 6.500 10.500 8l-1 3.500-5-5L8 5.500zM6.500 9.500l-4 4",
            Self::Open => "M2.500 12.500v-9h4l1.500 2h5.500v7z",
            Self::Search => "M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM10.500 10.500l3.500 3.500",
            Self::Swap => "M3 5.500h9.500M10 3l2.500 2.500L10 8M13 10.500H3.500M6 8l-2.500 2.500L6 13",
            Self::Wire => "M1.500 8h2.500l1.500-4.500 2.500 9 2-6.500 1 2h3.500",
            Self::Play => "M5 3.500v9l7.500-4.500z",
            Self::Settings => {
                "M8 5.800a2.200 2.200 0 1 0 0 4.400 2.200 2.200 0 0 0 0-4.400M8 1.800v1.700M8 12.500v1.700M1.800 8h1.700M12.500 8h1.700M3.600 3.600l1.200 1.200M11.200 11.200l1.200 1.200M12.400 3.600l-1.200 1.200M4.800 11.200l-1.200 1.200"
            }
            Self::Plug => "M5.500 2v3.500M10.500 2v3.500M4 5.500h8V8a4 4 0 0 1-8 0zM8 12v2.500",
            Self::Plus => "M8 3v10M3 8h10",
            Self::Send => "M14 2 7 9M14 2 9.500 14 7 9 2 6.500z",
            Self::Simulator => {
                "M5 4h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zM6.500 1.500V4M9.500 1.500V4M6.500 12v2.500M9.500 12v2.500M1.500 6.500H4M1.500 9.500H4M12 6.500h2.500M12 9.500h2.500"
            }
            Self::Theme => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 2v12M10 2.500v11M12 3.800v8.400",
            Self::Trash => {
                "M2.500 4.500h11M6 4.500V3a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1v1.500M4 4.500l.6 8.600a1 1 0 0 0 1 .9h4.800a1 1 0 0 0 1-.9l.6-8.600M6.700 7v4.500M9.300 7v4.500"
            }
            Self::Warning => "M8 2 14.500 13.500h-13zM8 6.500v3.200M8 11.600v.1",
        }
    }
}

/// An icon without a meaning of its own: what it stands for is said in words beside it or by its button.
#[component]
pub(in crate::ui) fn Icon(name: IconName, #[prop(optional)] small: bool) -> impl IntoView {
    view! {
        <svg class="i" class:s=small viewBox="0 0 16 16" aria-hidden="true">
            <path d=name.path() />
        </svg>
    }
}
