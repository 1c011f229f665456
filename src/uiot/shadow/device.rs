use std::collections::VecDeque;
use std::time::Duration;

use super::answers::{Answer, read_downstream, read_get_reply};
use super::change::{Change, Kept, Lost, UnderWay};
use super::known::Known;
use super::{Document, Downstream, DownstreamMethod, Edit, Payload, Values};
use crate::mqtt::{Moment, QoS};
use crate::uiot::{Credential, Misread, Outgoing, RetCode, SystemTopic};

/// How long an answer is waited for. The documents give no time; it is what the C SDK gives dynamic registration.
pub const ANSWER_TIME: Duration = Duration::from_secs(5);
/// How many unanswered requests are remembered, of either kind: as many as the C SDK allows at a time.
pub const REQUESTS: usize = 10;

/// The device's side of the shadow: what is known of the document, and which requests wait for their answers.
///
/// An edit carries the version that the platform will have when the edits before it are through, so that several can
/// be under way. When an answer gets lost, a later one is matched by its version, [`Self::time_out`] gives up what is
/// overdue, and the conflict that follows a wrong guess brings the version back: nothing derails for good.
#[derive(Clone, Debug)]
pub struct Shadow {
    device: Credential,
    known: Known,
    edits: VecDeque<UnderWay>,
    gets: VecDeque<Moment>,
    refused: VecDeque<Kept>,
    lost: VecDeque<Lost>,
    trouble: Option<Change>,
    in_doubt: bool,
    revision: u32,
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
            trouble: None,
            in_doubt: true,
            revision: 0,
        }
    }

    /// The version that the platform told last.
    pub fn version(&self) -> i32 {
        self.known.version
    }

    /// The version that the next edit carries.
    pub fn next_version(&self) -> i32 {
        self.edits.iter().fold(self.known.version, |version, UnderWay { edit, .. }| {
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

    /// The document as far as known, with what the platform added to it that the documents do not name.
    pub fn document(&self) -> Document {
        self.known.document()
    }

    /// Grows whenever what is known may have changed.
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// Whether the platform's document may differ from what is known: none came yet, an answer got lost, or the connection did,
    /// for what the cloud wants meanwhile is not sent later. The next document clears it; [`Self::get`] asks for one.
    pub fn in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// The edits whose answers are awaited, oldest first.
    pub fn under_way(&self) -> impl Iterator<Item = &Edit> {
        self.edits.iter().map(|sent| &sent.edit)
    }

    /// How many answers to [`Self::get`] are awaited.
    pub fn gets_under_way(&self) -> usize {
        self.gets.len()
    }

    /// The edits that conflicted and may be sent again, oldest first; at most [`REQUESTS`].
    pub fn refused(&self) -> impl Iterator<Item = &Kept> {
        self.refused.iter()
    }

    /// The last answer that told of something wrong and that no edit is kept for: a refusal, an answer that nobody waits for.
    /// A document that comes settles all but the refusal of an edit.
    pub fn trouble(&self) -> Option<&Change> {
        self.trouble.as_ref()
    }

    /// Forgets [`Self::trouble`].
    pub fn forget_trouble(&mut self) {
        self.trouble = None;
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
        self.put_under_way(UnderWay { edit, since: now, again: false })
    }

    /// Sends the oldest edit that conflicted again, with the version that is known by now.
    pub fn retry(&mut self, now: Moment) -> Option<Outgoing> {
        let kept = self.refused.pop_front()?;
        Some(self.send_again(now, kept.edit))
    }

    /// The same with the oldest edit that is not left to a person, so that no edit is sent a third time without one.
    pub fn retry_once(&mut self, now: Moment) -> Option<Outgoing> {
        let position = self.refused.iter().position(|kept| !kept.by_hand)?;
        let kept = self.refused.remove(position)?;
        Some(self.send_again(now, kept.edit))
    }

    /// Leaves all edits that conflicted so far to a person.
    pub fn leave_refused(&mut self) {
        self.refused.iter_mut().for_each(|kept| kept.by_hand = true);
    }

    /// Forgets the oldest edit that conflicted.
    pub fn discard(&mut self) -> Option<Edit> {
        self.refused.pop_front().map(|kept| kept.edit)
    }

    /// Forgets the edits that conflicted.
    pub fn discard_refused(&mut self) {
        self.refused.clear();
    }

    /// When [`Self::time_out`] has something to do.
    pub fn deadline(&self) -> Option<Moment> {
        let edit = self.edits.front().map(|sent| sent.since);
        edit.into_iter().chain(self.gets.front().copied()).min().map(|at| at + ANSWER_TIME)
    }

    /// Gives up the requests whose answers are overdue.
    pub fn time_out(&mut self, now: Moment) {
        while self.gets.front().is_some_and(|at| *at + ANSWER_TIME <= now) {
            self.gets.pop_front();
            self.give_up(Lost::Get);
        }
        while self.edits.front().is_some_and(|sent| sent.since + ANSWER_TIME <= now)
            && let Some(UnderWay { edit, .. }) = self.edits.pop_front()
        {
            self.give_up(Lost::Edit(edit));
        }
    }

    /// Gives up all requests, as when the connection went and nothing of it is sent again. What conflicted is left to a person.
    pub fn give_up_all(&mut self) {
        while self.gets.pop_front().is_some() {
            self.give_up(Lost::Get);
        }
        while let Some(UnderWay { edit, .. }) = self.edits.pop_front() {
            self.give_up(Lost::Edit(edit));
        }
        self.in_doubt = true;
        self.leave_refused();
    }

    /// The requests that were given up since they were taken last, or since the last document, the newest [`REQUESTS`] of them.
    pub fn lost(&self) -> impl Iterator<Item = &Lost> {
        self.lost.iter()
    }

    /// Takes the [`Self::lost`] requests away.
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
        let change = match read.map_err(|why| Misread { topic, why })? {
            Answer::Document(document) => self.fetched(document),
            Answer::NoDocument(payload) => {
                self.gets.pop_front();
                Change::GetRefused { code: payload.ret_code, message: payload.message }
            }
            Answer::Downstream(message) => self.downstream(message).map_err(|why| Misread { topic, why })?,
        };
        self.revision = self.revision.wrapping_add(1);
        self.note_trouble(&change);
        Ok(change)
    }

    fn note_trouble(&mut self, change: &Change) {
        use Change::{Accepted, Conflict, Desired, Fetched, GetRefused, Refused, Unasked};
        match change {
            Refused { .. } | GetRefused { .. } | Unasked { .. } | Conflict(None) => {
                self.trouble = Some(change.clone());
            }
            Fetched { .. } if !matches!(self.trouble, Some(Refused { .. })) => self.trouble = None,
            Fetched { .. } | Accepted(_) | Conflict(Some(_)) | Desired(_) => {}
        }
    }

    fn put_under_way(&mut self, sent: UnderWay) -> Outgoing {
        if self.edits.len() == REQUESTS
            && let Some(oldest) = self.edits.pop_front()
        {
            self.give_up(Lost::Edit(oldest.edit));
        }
        // Keys are strings, so this cannot fail.
        let payload = serde_json::to_vec(&sent.edit).unwrap_or_default();
        self.edits.push_back(sent);
        self.outgoing(SystemTopic::ShadowUpstream, payload)
    }

    fn send_again(&mut self, now: Moment, mut edit: Edit) -> Outgoing {
        if !edit.resets() {
            edit.version = self.next_version();
        }
        self.put_under_way(UnderWay { edit, since: now, again: true })
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
        self.known.take(document);
        self.in_doubt = false;
        self.lost.clear();
        Change::Fetched { asked: self.gets.pop_front().is_some() }
    }

    fn downstream(&mut self, message: Downstream) -> Result<Change, String> {
        use DownstreamMethod::{Control, Reply};
        let Downstream { method, payload, version, timestamp, .. } = message;
        match (method, payload.ret_code) {
            (Reply, RetCode::SUCCESS) => Ok(self.accepted(version, timestamp)),
            (Control, RetCode::SUCCESS) => {
                let change = self.new_desired(payload, version)?;
                self.known.timestamp = timestamp.or(self.known.timestamp);
                Ok(change)
            }
            (_, RetCode::SHADOW_VERSION) => {
                self.known.timestamp = timestamp.or(self.known.timestamp);
                Ok(self.conflict(payload, version))
            }
            (_, code) => {
                self.known.version = version.unwrap_or(self.known.version);
                let edit = self.edits.pop_front().map(|sent| sent.edit);
                Ok(Change::Refused { edit, code, message: payload.message })
            }
        }
    }

    /// The answer to the edit whose turn it is; those before it never got theirs.
    fn answered(&mut self, position: Option<usize>) -> Option<UnderWay> {
        for _ in 0..position.unwrap_or(0) {
            let sent = self.edits.pop_front()?;
            self.give_up(Lost::Edit(sent.edit));
        }
        self.edits.pop_front()
    }

    fn accepted(&mut self, version: Option<i32>, timestamp: Option<i64>) -> Change {
        let position = version.and_then(|version| self.under_way().position(|e| e.next_version() == version));
        let Some(UnderWay { edit, .. }) = self.answered(position) else {
            self.in_doubt = true;
            return Change::Unasked { version };
        };
        self.known.version = version.unwrap_or(edit.next_version());
        self.known.apply(&edit, timestamp);
        self.known.timestamp = timestamp.or(self.known.timestamp);
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
        let refused = refused.map(|UnderWay { edit, again, .. }| {
            if self.refused.len() == REQUESTS {
                self.refused.pop_front();
            }
            self.refused.push_back(Kept { edit: edit.clone(), by_hand: again });
            edit
        });
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
