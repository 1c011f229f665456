use crate::journal::{Entry, Journal, REACH, parts_connections};
use crate::uiot::pairing::{Look, Message, Search};

/// The message that answers this one on the topics of the platform, or that it answers, within the same connection and
/// [`REACH`] entries.
pub fn message_partner(journal: &Journal, seq: u64) -> Option<u64> {
    let entry = journal.entry(seq).filter(Entry::is_message)?;
    let search = Search::of(&message(entry))?;
    let same_connection = |entry: &Entry<'_>| !parts_connections(entry);
    let first = seq.saturating_sub(REACH).max(journal.first_seq());
    let end = seq.saturating_add(1 + REACH);
    match search.look() {
        Look::After => {
            let after = journal.entries(seq.saturating_add(1)..end).take_while(same_connection);
            search.find(after.filter(Entry::is_message).map(message))
        }
        Look::Before => {
            let before = journal.entries(first..seq).rev().take_while(same_connection);
            search.find(before.filter(Entry::is_message).map(message))
        }
        Look::All => {
            let parted = journal.entries(first..seq).rev().find(parts_connections);
            let start = parted.map_or(first, |entry| entry.seq + 1);
            let connection = journal.entries(start..end).take_while(same_connection);
            search.find(connection.filter(Entry::is_message).map(message))
        }
    }
}

fn message(entry: Entry<'_>) -> Message<'_> {
    Message { seq: entry.seq, at: entry.at, topic: entry.topic_bytes(), payload: entry.payload() }
}
