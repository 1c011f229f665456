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

impl SavedSession {
    /// Whether nobody did anything with it: its form is that of a new session.
    pub fn is_blank(&self, new: &Profile) -> bool {
        self.title.is_none() && self.profile == *new
    }
}

impl Workspace {
    /// Without the sessions with which nobody did anything: only the one in front is worth a tab when the page comes back.
    #[must_use]
    pub fn worth_keeping(self, new: &Profile) -> Self {
        let mut kept = Self::default();
        for (place, session) in self.sessions.into_iter().enumerate() {
            if place == self.active {
                kept.active = kept.sessions.len();
            } else if session.is_blank(new) {
                continue;
            }
            kept.sessions.push(session);
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::Secret;

    fn saved(device: &str) -> SavedSession {
        SavedSession {
            title: None,
            profile: Profile { device_sn: device.into(), ..Profile::default() },
        }
    }

    #[test]
    fn no_secret_is_written() {
        let mut session = saved("pump");
        session.profile.device_secret = Secret::new("q8z3kfu6w1xn5rdt");
        session.profile.password = Secret::new("open sesame");
        let text = serde_json::to_string(&Workspace { sessions: vec![session], active: 0 }).unwrap();
        assert!(!text.contains("q8z3") && !text.contains("sesame"), "{text}");
    }

    #[test]
    fn sessions_that_nobody_touched_come_back_only_in_front() {
        let blank = SavedSession::default;
        let named = SavedSession { title: Some("泵房".into()), ..blank() };
        let sessions = vec![blank(), saved("fan"), blank(), named.clone(), blank()];
        let kept = Workspace { sessions, active: 2 }.worth_keeping(&Profile::default());
        assert_eq!(kept.sessions, [saved("fan"), blank(), named]);
        assert_eq!(kept.active, 1);
    }
}
