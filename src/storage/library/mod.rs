//! The profiles that a person saved: one document, which survives damage and other tabs that write it too.
//!
//! Every change has a number, one more than the highest in the document. When two tabs wrote, the change with the higher
//! number wins, for each profile by itself; what was removed stays removed. No clock is needed for that.

mod document;
mod entry;
mod merge;

use std::collections::BTreeMap;

pub use entry::{ProfileId, SavedProfile, SetAside};

use super::Damage;

/// The version of the document that is written.
const VERSION: u64 = 1;
/// How many removals are remembered. A tab that slept through more of them may bring a profile back.
const MOST_REMOVALS: usize = 1_000;

/// All saved profiles, in the order in which they are shown. See the [module's docs](self).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Library {
    profiles: Vec<SavedProfile>,
    set_aside: Vec<SetAside>,
    /// What was removed, by identifier, with the number of that change.
    removed: BTreeMap<String, u64>,
    /// The highest number of a change.
    latest: u64,
}

impl Library {
    /// Reads the document. Never fails: what is damaged is set aside, with its text.
    pub fn read(text: Option<&str>) -> Self {
        text.map_or_else(Self::default, document::read)
    }

    /// The document, for storage. Holds no secret.
    pub fn to_text(&self) -> String {
        document::write(self)
    }

    /// All profiles, in their order.
    pub fn profiles(&self) -> &[SavedProfile] {
        &self.profiles
    }

    /// What could not be read, or not in full.
    pub fn set_aside(&self) -> &[SetAside] {
        &self.set_aside
    }

    /// A profile.
    pub fn get(&self, id: &ProfileId) -> Option<&SavedProfile> {
        self.profiles.iter().find(|each| each.id == *id)
    }

    /// Whether there was such a profile, and it was taken away. Not for one that cannot be read, or was never heard of.
    pub fn was_removed(&self, id: &ProfileId) -> bool {
        self.removed.contains_key(id.as_str()) && self.get(id).is_none()
    }

    /// Adds a profile at the end, or changes the one with its identifier. Secrets are left out.
    pub fn put(&mut self, mut saved: SavedProfile) {
        saved.profile.forget_secrets();
        saved.changed = self.next();
        match self.profiles.iter_mut().find(|each| each.id == saved.id) {
            Some(known) => {
                saved.born = known.born;
                *known = saved;
            }
            None => {
                saved.born = saved.changed;
                self.profiles.push(saved);
            }
        }
    }

    /// Takes a profile away. Its place and itself, for undoing.
    pub fn remove(&mut self, id: &ProfileId) -> Option<(usize, SavedProfile)> {
        let place = self.profiles.iter().position(|each| each.id == *id)?;
        let number = self.next();
        self.remember_removal(id.as_str().to_owned(), number);
        Some((place, self.profiles.remove(place)))
    }

    /// Puts a removed profile back where it was.
    pub fn insert_at(&mut self, place: usize, mut saved: SavedProfile) {
        saved.profile.forget_secrets();
        saved.changed = self.next();
        saved.born = saved.changed;
        self.profiles.retain(|each| each.id != saved.id);
        self.profiles.insert(place.min(self.profiles.len()), saved);
    }

    /// Adds a copy after a profile. Whether there is that profile.
    pub fn duplicate(&mut self, id: &ProfileId, new: ProfileId, name: String) -> bool {
        let Some(place) = self.profiles.iter().position(|each| each.id == *id) else { return false };
        let Some(original) = self.profiles.get(place).cloned() else { return false };
        self.insert_at(place + 1, SavedProfile { id: new, name, ..original });
        true
    }

    /// The profiles that hold all words: in name, folder, notes, serial numbers, client identifier or host; in any case.
    /// Without words, all.
    pub fn search(&self, words: &str) -> Vec<&SavedProfile> {
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let holds = |saved: &&SavedProfile| {
            words.is_empty() || {
                let text = saved.searched_text();
                words.iter().all(|word| text.contains(word.as_str()))
            }
        };
        self.profiles.iter().filter(holds).collect()
    }

    /// The folders that hold a profile, and those above them; sorted.
    pub fn folders(&self) -> Vec<&str> {
        let mut folders: Vec<&str> = Vec::new();
        for folder in
            self.profiles.iter().map(|each| each.folder.as_str()).filter(|folder| !folder.is_empty())
        {
            folders.extend(folder.match_indices('/').filter_map(|(end, _)| folder.get(..end)));
            folders.push(folder);
        }
        folders.retain(|folder| !folder.is_empty());
        folders.sort_unstable();
        folders.dedup();
        folders
    }

    /// Forgets something that was set aside, for good.
    pub fn drop_set_aside(&mut self, index: usize) {
        if index < self.set_aside.len() {
            let dropped = self.set_aside.remove(index);
            let number = self.next();
            self.remember_removal(dropped.identity(), number);
        }
    }

    /// Takes over what another tab wrote meanwhile: of each profile the newest change; removals hold.
    pub fn merge(&mut self, other: Self) {
        merge::merge(self, other);
    }

    fn next(&mut self) -> u64 {
        self.latest = self.latest.saturating_add(1);
        self.latest
    }

    fn remember_removal(&mut self, identity: String, number: u64) {
        self.removed.insert(identity, number);
        while self.removed.len() > MOST_REMOVALS {
            let Some(oldest) =
                self.removed.iter().min_by_key(|(_, number)| **number).map(|(id, _)| id.clone())
            else {
                return;
            };
            self.removed.remove(&oldest);
        }
    }

    fn keep_aside(&mut self, name: Option<String>, why: Damage, text: String) {
        let aside_is_empty = text.trim().is_empty();
        let aside = SetAside { name, why, text };
        let identity = aside.identity();
        let known = self.set_aside.iter().any(|each| each.identity() == identity);
        if !known && !aside_is_empty && !self.removed.contains_key(&identity) {
            self.set_aside.push(aside);
        }
    }
}
