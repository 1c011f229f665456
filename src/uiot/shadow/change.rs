//! What happens to a shadow, in words of its own.

use super::{Edit, Values};
use crate::mqtt::Moment;
use crate::uiot::RetCode;

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

/// An edit that conflicted and is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The edit as it was sent, with the version that was refused.
    pub edit: Edit,
    /// Whether it is left to a person: it was sent again before, or nobody is going to.
    pub by_hand: bool,
}

/// An edit whose answer is awaited.
#[derive(Clone, Debug)]
pub(super) struct UnderWay {
    pub(super) edit: Edit,
    pub(super) since: Moment,
    /// Whether it conflicted before.
    pub(super) again: bool,
}
