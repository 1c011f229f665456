use leptos::prelude::*;

/// The icons: 16 px, stroke 1.5, the colour of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum IconName {
    Again,
    ArrowDown,
    ArrowUp,
    Bolt,
    Check,
    Clock,
    Close,
    Copy,
    Error,
    Eye,
    Key,
    Ledger,
    Language,
    Messages,
    Note,
    Panel,
    Play,
    Plug,
    Plus,
    Send,
    Simulator,
    Theme,
    Trash,
    Warning,
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
            Self::Bolt => "M9 1.5 3.5 9H8l-1 5.500L12.500 7H8z",
            Self::Check => "m3 8.500 3.500 3.500L13 4.500",
            Self::Clock => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.500V8l2.500 1.500",
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
            Self::Language => {
                "M1.800 3.500h7M5.300 2v1.500M7.500 3.500C7 6.500 5 8.500 2 9.500M3 5.500c.8 2 2.500 3.500 4.800 4M8 14l3-7.500L14 14M9 11.700h4"
            }
            Self::Messages => "M2.500 4h11M2.500 8h11M2.500 12h7",
            Self::Note => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 7.200v3.600M8 5.100v.1",
            Self::Panel => {
                "M3.500 2.500h9A1.500 1.500 0 0 1 14 4v8a1.500 1.500 0 0 1-1.500 1.500h-9A1.500 1.500 0 0 1 2 12V4a1.500 1.500 0 0 1 1.500-1.500zM9.500 2.500v11"
            }
            Self::Play => "M5 3.500v9l7.500-4.500z",
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
