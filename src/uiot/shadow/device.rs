use std::collections::VecDeque;
use std::time::Duration;

use super::answers::{Answer, read_downstream, read_get_reply};
use super::known::Known;
use super::{Document, Downstream, DownstreamMethod, Edit, Payload, Values};
use crate::mqtt::{Moment, QoS};
use crate::uiot::{Credential, Misread, Outgoing, RetCode, SystemTopic};

/// How long an answer is waited for. The documents give no time; it is what the C SDK gives dynamic registration.
pub const ANSWER_TIME: Duration = Duration::from_secs(5);
/// How many unanswered requests are remembered, of either kind: as many as the C SDK allows at a time.
pub const REQUESTS: usize = 10;

/// What a message of the platform changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The whole document came, and is taken over.
    Fetched {
        /// Whether it was asked for and not yet given up.
        asked: bool,
    },
    /// This edit was taken.
    Accepted(Edit),
    /// An edit had another version than the platform. The whole document came along and is taken over, its version too;
    /// the edit is kept for [`Shadow::retry`]. None: no edit was under way.
    Conflict(Option<Edit>),
    /// An edit was refused for another reason. None: no edit was under way.
    Refused {
        /// The edit.
        edit: Option<Edit>,
        /// The platform's code.
        code: RetCode,
        /// The platform's words, if it gave any.
        message: Option<String>,
    },
    /// A get was refused.
    GetRefused {
        /// The platform's code.
        code: RetCode,
        /// The platform's words, if it gave any.
        message: Option<String>,
    },
    /// The cloud wants these values.
    Desired(Values),
    /// An edit was taken, but none was under way: the answer came late, or twice. Nothing is taken over.
    Unasked {
        /// The version that it speaks of.
        version: Option<i32>,
    },
}

/// A request that was given up: nobody knows whether the platform got it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    /// It asked for the document.
    Get,
    /// It was to change it.
    Edit(Edit),
}

/// The device's side of the shadow: what is known of the document, and which requests wait for their answers.
///
/// An edit carries the version that the platform will have when the edits before it are through, so that several can
/// be under way. When an answer gets lost, a later one is matched by its version, [`Self::time_out`] gives up what is
/// overdue, and the conflict that follows a wrong guess brings the version back: nothing derails for good.
#[derive(Clone, Debug)]
pub struct Shadow {
    device: Credential,
    known: Known,
    edits: VecDeque<(Edit, Moment)>,
    gets: VecDeque<Moment>,
    refused: VecDeque<Edit>,
    lost: VecDeque<Lost>,
    in_doubt: bool,
}

impl Shadow {
    /// What a device must subscribe to use its shadow.
    pub const TOPICS: [SystemTopic; 2] = [SystemTopic::ShadowGetReply, SystemTopic::ShadowDownstream];

    /// Knows nothing yet: version 0, as the SDKs begin, and [in doubt](Self::in_doubt).
    pub fn new(device: Credential) -> Self {
        Self {
            device,
            known: Known::default(),
            edits: VecDeque::new(),
            gets: VecDeque::new(),
            refused: VecDeque::new(),
            lost: VecDeque::new(),
            in_doubt: true,
        }
    }

    /// The version that the platform told last.
    pub fn version(&self) -> i32 {
        self.known.version
    }

    /// The version that the next edit carries.
    pub fn next_version(&self) -> i32 {
        self.edits.iter().fold(self.known.version, |version, (edit, _)| {
            if edit.version == version || edit.resets() { edit.next_version() } else { version }
        })
    }

    /// What the platform has as reported, as far as known.
    pub fn reported(&self) -> &Values {
        &self.known.reported
    }

    /// What the cloud wants, as far as known.
    pub fn desired(&self) -> &Values {
        &self.known.desired
    }

    /// When the platform took this reported key, in Unix seconds.
    pub fn reported_at(&self, key: &str) -> Option<i64> {
        self.known.reported_at(key)
    }

    /// When the cloud wanted this key, in Unix seconds.
    pub fn desired_at(&self, key: &str) -> Option<i64> {
        self.known.desired_at(key)
    }

    /// Whether the platform's document may differ from what is known: none came yet, or an answer got lost. The next
    /// document clears it; [`Self::get`] asks for one.
    pub fn in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// The edits whose answers are awaited, oldest first.
    pub fn under_way(&self) -> impl Iterator<Item = &Edit> {
        self.edits.iter().map(|(edit, _)| edit)
    }

    /// How many answers to [`Self::get`] are awaited.
    pub fn gets_under_way(&self) -> usize {
        self.gets.len()
    }

    /// The edits that conflicted and may be sent again, oldest first; at most [`REQUESTS`].
    pub fn refused(&self) -> impl Iterator<Item = &Edit> {
        self.refused.iter()
    }

    /// Asks for the document.
    pub fn get(&mut self, now: Moment) -> Outgoing {
        if self.gets.len() == REQUESTS {
            self.gets.pop_front();
            self.give_up(Lost::Get);
        }
        self.gets.push_back(now);
        self.outgoing(SystemTopic::ShadowGet, br#"{"Method":"get"}"#.to_vec())
    }

    /// Reports values.
    pub fn update(&mut self, now: Moment, reported: Values) -> Outgoing {
        self.send(now, Edit::update(reported, self.next_version()))
    }

    /// Reports values, and lets the platform count from 0 again.
    pub fn reset_version(&mut self, now: Moment, reported: Values) -> Outgoing {
        self.send(now, Edit::reset(reported))
    }

    /// Deletes reported keys.
    pub fn delete<K: Into<String>>(&mut self, now: Moment, keys: impl IntoIterator<Item = K>) -> Outgoing {
        self.send(now, Edit::delete(keys, self.next_version()))
    }

    /// Deletes all reported keys.
    pub fn delete_all(&mut self, now: Moment) -> Outgoing {
        self.send(now, Edit::delete_all(self.next_version()))
    }

    /// Says that all that was desired is done, just so.
    pub fn accept_desired(&mut self, now: Moment) -> Outgoing {
        self.send(now, Edit::desired_done(self.next_version()))
    }

    /// Says that the device is through with what was desired, and reports the values that it has instead.
    pub fn accept_with(&mut self, now: Moment, reported: Values) -> Outgoing {
        self.send(now, Edit::desired_done_with(reported, self.next_version()))
    }

    /// Sends an edit just as it is, also with a version that the platform will refuse.
    pub fn send(&mut self, now: Moment, edit: Edit) -> Outgoing {
        if self.edits.len() == REQUESTS
            && let Some((oldest, _)) = self.edits.pop_front()
        {
            self.give_up(Lost::Edit(oldest));
        }
        // Keys are strings, so this cannot fail.
        let payload = serde_json::to_vec(&edit).unwrap_or_default();
        self.edits.push_back((edit, now));
        self.outgoing(SystemTopic::ShadowUpstream, payload)
    }

    /// Sends the oldest edit that conflicted again, with the version that is known by now.
    pub fn retry(&mut self, now: Moment) -> Option<Outgoing> {
        let mut edit = self.refused.pop_front()?;
        if !edit.resets() {
            edit.version = self.next_version();
        }
        Some(self.send(now, edit))
    }

    /// Forgets the edits that conflicted.
    pub fn discard_refused(&mut self) {
        self.refused.clear();
    }

    /// When [`Self::time_out`] has something to do.
    pub fn deadline(&self) -> Option<Moment> {
        let edit = self.edits.front().map(|(_, at)| *at);
        edit.into_iter().chain(self.gets.front().copied()).min().map(|at| at + ANSWER_TIME)
    }

    /// Gives up the requests whose answers are overdue.
    pub fn time_out(&mut self, now: Moment) {
        while self.gets.front().is_some_and(|at| *at + ANSWER_TIME <= now) {
            self.gets.pop_front();
            self.give_up(Lost::Get);
        }
        while self.edits.front().is_some_and(|(_, at)| *at + ANSWER_TIME <= now)
            && let Some((edit, _)) = self.edits.pop_front()
        {
            self.give_up(Lost::Edit(edit));
        }
    }

    /// Gives up all requests, as when the connection went and nothing of it is sent again.
    pub fn give_up_all(&mut self) {
        while self.gets.pop_front().is_some() {
            self.give_up(Lost::Get);
        }
        while let Some((edit, _)) = self.edits.pop_front() {
            self.give_up(Lost::Edit(edit));
        }
    }

    /// The requests that were given up since the last call, the newest [`REQUESTS`] of them.
    pub fn take_lost(&mut self) -> Vec<Lost> {
        self.lost.drain(..).collect()
    }

    /// Takes a message that came on one of [`Self::TOPICS`].
    ///
    /// # Errors
    /// If it is none that the documents describe; nothing is changed then.
    pub fn receive(&mut self, topic: SystemTopic, payload: &[u8]) -> Result<Change, Misread> {
        let read = match topic {
            SystemTopic::ShadowGetReply => read_get_reply(payload),
            SystemTopic::ShadowDownstream => read_downstream(payload).map(Answer::Downstream),
            _ => Err("a message on a topic that is not the shadow's".to_owned()),
        };
        match read.map_err(|why| Misread { topic, why })? {
            Answer::Document(document) => Ok(self.fetched(document)),
            Answer::NoDocument(payload) => {
                self.gets.pop_front();
                Ok(Change::GetRefused { code: payload.ret_code, message: payload.message })
            }
            Answer::Downstream(message) => self.downstream(message).map_err(|why| Misread { topic, why }),
        }
    }

    fn outgoing(&self, topic: SystemTopic, payload: Vec<u8>) -> Outgoing {
        Outgoing { topic: topic.of(&self.device), payload, qos: QoS::AtLeastOnce }
    }

    fn give_up(&mut self, request: Lost) {
        if let Lost::Edit(_) = request {
            self.in_doubt = true;
        }
        if self.lost.len() == REQUESTS {
            self.lost.pop_front();
        }
        self.lost.push_back(request);
    }

    fn fetched(&mut self, document: Document) -> Change {
        self.known.version = document.version;
        self.known.replace(document.state, document.metadata);
        self.in_doubt = false;
        Change::Fetched { asked: self.gets.pop_front().is_some() }
    }

    fn downstream(&mut self, message: Downstream) -> Result<Change, String> {
        use DownstreamMethod::{Control, Reply};
        let Downstream { method, payload, version, timestamp, .. } = message;
        match (method, payload.ret_code) {
            (Reply, RetCode::SUCCESS) => Ok(self.accepted(version, timestamp)),
            (Control, RetCode::SUCCESS) => self.new_desired(payload, version),
            (_, RetCode::SHADOW_VERSION) => Ok(self.conflict(payload, version)),
            (_, code) => {
                self.known.version = version.unwrap_or(self.known.version);
                let edit = self.edits.pop_front().map(|(edit, _)| edit);
                Ok(Change::Refused { edit, code, message: payload.message })
            }
        }
    }

    /// The answer to the edit whose turn it is; those before it never got theirs.
    fn answered(&mut self, position: Option<usize>) -> Option<Edit> {
        for _ in 0..position.unwrap_or(0) {
            let (edit, _) = self.edits.pop_front()?;
            self.give_up(Lost::Edit(edit));
        }
        self.edits.pop_front().map(|(edit, _)| edit)
    }

    fn accepted(&mut self, version: Option<i32>, timestamp: Option<i64>) -> Change {
        let position = version.and_then(|version| self.under_way().position(|e| e.next_version() == version));
        let Some(edit) = self.answered(position) else {
            self.in_doubt = true;
            return Change::Unasked { version };
        };
        self.known.version = version.unwrap_or(edit.next_version());
        self.known.apply(&edit, timestamp);
        Change::Accepted(edit)
    }

    fn conflict(&mut self, payload: Payload, version: Option<i32>) -> Change {
        // An edit that carried this very version would have been taken: it never arrived.
        let position = version.and_then(|version| self.under_way().position(|edit| edit.version != version));
        let refused = self.answered(position);
        self.known.version = version.unwrap_or(self.known.version);
        if let Some(state) = payload.state {
            self.known.replace(state, payload.metadata.unwrap_or_default());
            self.in_doubt = version.is_none();
        } else {
            self.in_doubt = true;
        }
        if let Some(edit) = &refused {
            if self.refused.len() == REQUESTS {
                self.refused.pop_front();
            }
            self.refused.push_back(edit.clone());
        }
        Change::Conflict(refused)
    }

    fn new_desired(&mut self, payload: Payload, version: Option<i32>) -> Result<Change, String> {
        let values = payload
            .state
            .and_then(|state| state.desired)
            .ok_or("new values without Payload.State.Desired")?;
        let stamps = payload.metadata.and_then(|metadata| metadata.desired).unwrap_or_default();
        self.known.version = version.unwrap_or(self.known.version);
        let forgot = self.known.add_desired(&values, stamps);
        self.in_doubt |= version.is_none() || forgot;
        Ok(Change::Desired(values))
    }
}
