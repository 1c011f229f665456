//! The sessions of a browser tab, as they outlast loading the page again. Nothing secret is in it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Profile;

/// What is kept of one session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SavedSession {
    /// The name that a person gave it.
    pub title: Option<String>,
    /// Its form; secrets are not written.
    pub profile: Profile,
}

/// All sessions of one browser tab, in the order of their tabs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Raw")]
pub struct Workspace {
    /// The sessions that could be read.
    pub sessions: Vec<SavedSession>,
    /// The place of the one in front.
    pub active: usize,
    /// How many could not be read, and are left out.
    #[serde(skip_serializing)]
    pub damaged: usize,
}

/// As it is stored, before anything is believed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Raw {
    sessions: Value,
    active: Value,
}

impl SavedSession {
    /// Whether nobody did anything with it: it is not worth a tab when the page comes back.
    pub fn is_blank(&self) -> bool {
        self.title.is_none() && self.profile == Profile::default()
    }
}

impl From<Raw> for Workspace {
    /// One damaged session costs that session alone; a place that means nothing is the first.
    fn from(raw: Raw) -> Self {
        let Value::Array(list) = raw.sessions else { return Self::default() };
        let wanted = raw.active.as_u64().and_then(|place| usize::try_from(place).ok()).unwrap_or_default();
        let mut workspace = Self::default();
        for (place, value) in list.into_iter().enumerate() {
            match serde_json::from_value::<SavedSession>(value) {
                Ok(session) if session.is_blank() && place != wanted => {}
                Ok(session) => {
                    if place == wanted {
                        workspace.active = workspace.sessions.len();
                    }
                    workspace.sessions.push(session);
                }
                Err(_) => workspace.damaged += 1,
            }
        }
        workspace
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::Secret;
    use crate::storage::WantedSubscription;

    fn saved(title: Option<&str>, device: &str) -> SavedSession {
        let profile = Profile { device_sn: device.into(), ..Profile::default() };
        SavedSession { title: title.map(str::to_owned), profile }
    }

    fn again(workspace: &Workspace) -> Workspace {
        serde_json::from_str(&serde_json::to_string(workspace).unwrap()).unwrap()
    }

    #[test]
    fn names_order_forms_and_the_one_in_front_come_back() {
        let mut sessions = vec![saved(Some("泵房"), "pump"), saved(None, "fan"), saved(None, "lamp")];
        let wanted = WantedSubscription { filter: "a/#".into(), qos: 1, ..WantedSubscription::default() };
        sessions[1].profile.subscriptions.push(wanted);
        let workspace = Workspace { sessions, active: 2, damaged: 0 };
        assert_eq!(again(&workspace), workspace);
    }

    #[test]
    fn no_secret_is_written() {
        let mut session = saved(None, "pump");
        session.profile.device_secret = Secret::new("q8z3kfu6w1xn5rdt");
        session.profile.password = Secret::new("open sesame");
        let text = serde_json::to_string(&Workspace { sessions: vec![session], ..Workspace::default() });
        let text = text.unwrap();
        assert!(!text.contains("q8z3") && !text.contains("sesame"), "{text}");
    }

    #[test]
    fn a_damaged_session_is_left_out_and_the_one_in_front_stays_in_front() {
        let text = r#"{"sessions":[{"title":7},{"title":"one"},"?",{"title":"two"}],"active":3}"#;
        let workspace: Workspace = serde_json::from_str(text).unwrap();
        let titles: Vec<_> = workspace.sessions.iter().map(|each| each.title.as_deref()).collect();
        assert_eq!(titles, [Some("one"), Some("two")]);
        assert_eq!((workspace.active, workspace.damaged), (1, 2));
    }

    #[test]
    fn what_is_no_workspace_is_an_empty_one() {
        for text in ["{}", r#"{"sessions":{}}"#, r#"{"sessions":[],"active":-3}"#, r#"{"active":"x"}"#] {
            assert_eq!(serde_json::from_str::<Workspace>(text).unwrap(), Workspace::default(), "{text}");
        }
    }

    #[test]
    fn sessions_that_nobody_touched_come_back_only_in_front() {
        let sessions = vec![SavedSession::default(), saved(None, "fan"), SavedSession::default()];
        let back = again(&Workspace { sessions, active: 2, damaged: 0 });
        assert_eq!(back.sessions, [saved(None, "fan"), SavedSession::default()]);
        assert_eq!(back.active, 1);
    }
}
