//! Two tabs, one library.

use std::collections::HashMap;

use super::{Library, SavedProfile, document};

pub(super) fn merge(own: &mut Library, other: Library) {
    let mut theirs: HashMap<String, SavedProfile> =
        other.profiles.iter().map(|each| (each.id.as_str().to_owned(), each.clone())).collect();
    for mine in &mut own.profiles {
        if let Some(their) = theirs.remove(mine.id.as_str()) {
            let born = mine.born.max(their.born);
            if is_newer(&their, mine) {
                *mine = their;
            }
            mine.born = born;
        }
    }
    // What only the other has goes behind the one that it follows there.
    let mut before: Option<&str> = None;
    for their in &other.profiles {
        if let Some(new) = theirs.remove(their.id.as_str()) {
            let place = before.and_then(|id| own.profiles.iter().position(|each| each.id.as_str() == id));
            own.profiles.insert(place.map_or(own.profiles.len(), |place| place + 1), new);
        }
        before = Some(their.id.as_str());
    }
    own.latest = own.latest.max(other.latest);
    for (identity, number) in other.removed {
        let known = own.removed.get(&identity).copied().unwrap_or_default();
        own.remember_removal(identity, number.max(known));
    }
    for aside in other.set_aside {
        own.keep_aside(aside.name, aside.why, aside.text);
    }
    let removed = &own.removed;
    own.profiles.retain(|each| removed.get(each.id.as_str()).is_none_or(|number| *number < each.born));
    own.set_aside.retain(|each| !removed.contains_key(&each.identity()));
}

/// Whether the second change came before the first. Two with one number were made at once: both tabs have to choose the
/// same, whichever.
fn is_newer(one: &SavedProfile, other: &SavedProfile) -> bool {
    let text = |saved| document::entry_to_value(saved).to_string();
    one.changed > other.changed || (one.changed == other.changed && one != other && text(one) > text(other))
}
