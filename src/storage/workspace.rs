use serde::Serialize;

use super::Profile;

/// What is kept of a session while the page is loaded again. Nothing secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SavedSession {
    /// The name that a person gave it.
    pub title: Option<String>,
    /// Its form.
    pub profile: Profile,
}

/// All sessions of a browser tab. [`migrate::workspace`](super::migrate::workspace) reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Workspace {
    /// In the order of their tabs.
    pub sessions: Vec<SavedSession>,
    /// The place of the one in front.
    pub active: usize,
}
