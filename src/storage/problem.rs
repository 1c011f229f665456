//! What can be wrong with the connect form.

/// An input of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "named as in the form")]
pub enum Field {
    ProductSn,
    DeviceSn,
    DeviceSecret,
    ProductSecret,
    ClientId,
    UserName,
    Password,
    Tls,
    Host,
    Port,
    Path,
    KeepAlive,
    WillTopic,
    WillPayload,
}

impl Field {
    /// The name of its input in the page.
    pub const fn id(self) -> &'static str {
        match self {
            Self::ProductSn => "product-sn",
            Self::DeviceSn => "device-sn",
            // One input, whichever of the two it is for.
            Self::DeviceSecret | Self::ProductSecret => "secret",
            Self::ClientId => "client-id",
            Self::UserName => "username",
            Self::Password => "password",
            Self::Tls => "tls",
            Self::Host => "host",
            Self::Port => "port",
            Self::Path => "path",
            Self::KeepAlive => "keep-alive",
            Self::WillTopic => "will-topic",
            Self::WillPayload => "will-payload",
        }
    }
}

/// What is wrong with an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing was typed.
    Required,
    /// More than 65,535 bytes of UTF-8; holds the number (MQTT §1.5.3).
    TooLong(usize),
    /// U+0000 in it [MQTT-1.5.3-2].
    Nul,
    /// A broker takes an empty client identifier only with MQTT 3.1.1 and a clean session [MQTT-3.1.3-7].
    ClientIdRequired,
    /// A password needs a user name [MQTT-3.1.2-22].
    PasswordWithoutUserName,
    /// No host name or address.
    Host,
    /// Not a number from 1 to 65535.
    Port,
    /// Does not begin with `/`, or holds white space or `#`.
    Path,
    /// `+` or `#` in the topic of a will [MQTT-3.3.2-2].
    TopicWildcard,
    /// Not a number from 0 to 65535.
    KeepAliveNumber,
    /// Outside the platform's range; holds the seconds (limitation.md).
    KeepAliveRange(u16),
    /// Warning: a ProductSN has 16 characters; holds the number typed.
    ProductSnLength(usize),
    /// Warning: no DeviceSN that the console would take.
    DeviceSnForm,
    /// Warning: a DeviceSecret or ProductSecret has 16 characters; holds the number typed.
    SecretLength(usize),
    /// Warning: a host that old documents name.
    OldHost,
    /// Warning: an MQTT 3.1 broker may refuse more than 23 characters; holds the number typed.
    ClientIdLength(usize),
    /// Warning: a page loaded by https may not open `ws://`.
    MixedContent,
}

impl Fault {
    /// Whether it can be tried all the same.
    pub const fn is_warning(self) -> bool {
        matches!(
            self,
            Self::ProductSnLength(_)
                | Self::DeviceSnForm
                | Self::SecretLength(_)
                | Self::OldHost
                | Self::ClientIdLength(_)
                | Self::MixedContent
        )
    }

    /// A name for tests and links.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::TooLong(_) => "too-long",
            Self::Nul => "nul",
            Self::ClientIdRequired => "client-id-required",
            Self::PasswordWithoutUserName => "password-without-username",
            Self::Host => "host",
            Self::Port => "port",
            Self::Path => "path",
            Self::TopicWildcard => "topic-wildcard",
            Self::KeepAliveNumber => "keep-alive-number",
            Self::KeepAliveRange(_) => "keep-alive-range",
            Self::ProductSnLength(_) => "product-sn-length",
            Self::DeviceSnForm => "device-sn-form",
            Self::SecretLength(_) => "secret-length",
            Self::OldHost => "old-host",
            Self::ClientIdLength(_) => "client-id-length",
            Self::MixedContent => "mixed-content",
        }
    }
}

/// A fault and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The input.
    pub field: Field,
    /// What is wrong with it.
    pub fault: Fault,
}
