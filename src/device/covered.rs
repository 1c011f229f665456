//! Packets without their secrets, for the journal.

use std::borrow::Cow;
use std::ops::Range;

use crate::journal::mask;
use crate::mqtt::{PacketKind, PacketView};
use crate::uiot::secrets;

/// How the platform's own topics begin.
const SYSTEM_PREFIX: &[u8] = b"/$system/";

/// The packet as it may be shown and kept: a password in it, and the secrets in messages of the platform, are covered.
pub(super) fn covered(packet: &[u8], secret: Option<Range<usize>>) -> Cow<'_, [u8]> {
    if secret.is_some() {
        return mask(packet, secret).into();
    }
    let in_message = || {
        let view = PacketView::read(packet).filter(|view| view.kind == PacketKind::Publish)?;
        let topic = packet.get(view.topic.clone()).filter(|topic| topic.starts_with(SYSTEM_PREFIX))?;
        let payload = packet.get(view.payload.clone())?;
        let secrets = secrets(std::str::from_utf8(topic).ok()?, payload);
        let start = view.payload.start;
        let in_packet = secrets.iter().map(|secret| start + secret.start..start + secret.end);
        (!secrets.is_empty()).then(|| mask(packet, in_packet))
    };
    in_message().map_or(Cow::Borrowed(packet), Cow::Owned)
}
