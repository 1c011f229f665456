/// What a term `key:value` asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// `topic:` an MQTT filter with `+` and `#`, a piece of a topic, or `=` and a whole topic.
    Topic,
    /// `dir:` `in` or `out`.
    Direction,
    /// `qos:` 0, 1 or 2.
    Qos,
    /// `is:` `error`.
    Is,
    /// `after:` a [`TimePoint`](super::TimePoint), itself included.
    After,
    /// `before:` a [`TimePoint`](super::TimePoint), itself left out.
    Before,
    /// `hex:` bytes in hexadecimal.
    Bytes,
    /// `type:` a packet type or a group of them.
    Type,
    /// `code:` a return code of CONNACK, SUBACK or the platform.
    Code,
    /// `id:` a packet identifier.
    PacketId,
    /// `size:` a number of bytes, after `>`, `>=`, `<`, `<=` or `=` if wanted.
    Size,
}

impl Key {
    /// All keys, in the order in which a person is likely to want them.
    pub const ALL: [Self; 11] = [
        Self::Topic,
        Self::Direction,
        Self::Qos,
        Self::Is,
        Self::After,
        Self::Before,
        Self::Bytes,
        Self::Type,
        Self::Code,
        Self::PacketId,
        Self::Size,
    ];

    /// As it is written before the colon.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Direction => "dir",
            Self::Qos => "qos",
            Self::Is => "is",
            Self::After => "after",
            Self::Before => "before",
            Self::Bytes => "hex",
            Self::Type => "type",
            Self::Code => "code",
            Self::PacketId => "id",
            Self::Size => "size",
        }
    }

    /// The key with this name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name().eq_ignore_ascii_case(name))
    }
}
