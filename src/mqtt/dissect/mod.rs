//! A control packet as a tree of its fields, each with the bytes in which it stands (MQTT §2 and §3).
//!
//! It reads packets of either side, of MQTT 3.1 and 3.1.1, and such that are broken or cut off: what can be read is
//! shown, and a [`Remark`] says which rule a field breaks or how many bytes it lacks. The session's own decoder judges
//! what a broker sends; this one judges nothing, it explains.

mod connect;
mod field;
mod info;
mod packets;
mod reader;
#[cfg(test)]
mod tests;

pub use field::{ClientRule, Field, FieldName, FieldValue, Remark};
pub use info::{Filters, Info};
use reader::Reader;

use super::ProtocolVersion;

/// The fields of `packet`, parents before their children. Every byte lies in at least one field that is no mere group.
///
/// `version` is the connection's: in MQTT 3.1 the flags of packets other than PUBLISH mean nothing, so they break no
/// rule. A CONNECT says its version itself.
///
/// A packet gives a few hundred fields at the most, whatever its size; nothing of a payload is copied.
pub fn dissect(packet: &[u8], version: ProtocolVersion) -> Vec<Field> {
    let mut reader = Reader::new(packet, version);
    packets::read(&mut reader);
    reader.into_fields()
}

/// The field that says most about the byte at `offset`: the innermost one.
pub fn field_at(fields: &[Field], offset: usize) -> Option<usize> {
    let holding = fields.iter().enumerate().filter(|(_, field)| field.range.contains(&offset));
    // Single bits share their byte; the byte as a whole stands for them.
    holding
        .filter(|(_, field)| field.bits.is_none())
        .max_by_key(|(_, field)| field.depth)
        .map(|(index, _)| index)
}
