//! What screens share: icons, choices, fields, copy buttons.

mod choice;
mod copy;
mod field;
mod icon;

pub(super) use choice::{Choice, ChoiceOption};
pub(super) use copy::CopyButton;
pub(super) use field::{Fix, TextField};
pub(super) use icon::{Icon, IconName};
