//! What was filled in for the answers to commands, by command: a waiting one begins with it, and it is what is answered
//! automatically.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::reactive::owner::Owner;

use super::{code_of, output_type};
use crate::ui::services::Desk;
use crate::uiot::model::reducer::CommandAnswer;
use crate::uiot::model::{DataType, Draft};

/// Commands whose answers are remembered at most; a product has 100 (limitation.md).
const MOST: usize = 200;

/// An answer to a command.
#[derive(Clone)]
pub(super) struct Reply {
    pub(super) code: RwSignal<String>,
    pub(super) output: RwSignal<Draft>,
    /// What the output may be: a struct of the command's outputs.
    pub(super) data_type: Arc<DataType>,
}

/// See the [file's docs](self).
#[derive(Clone, Copy)]
pub(super) struct Replies {
    /// The code that property sets are answered with.
    pub(super) set_code: RwSignal<String>,
    by_command: StoredValue<BTreeMap<String, Reply>>,
    /// They outlive the page that made them.
    owner: StoredValue<Owner>,
}

pub(super) fn provide() {
    provide_context(Replies {
        set_code: RwSignal::new("0".to_owned()),
        by_command: StoredValue::new(BTreeMap::new()),
        owner: StoredValue::new(Owner::current().unwrap_or_default()),
    });
}

impl Replies {
    /// What was filled in for this command; a new draft where nothing was, or where the model was another one.
    pub(super) fn of(self, desk: Desk, identifier: &str) -> Reply {
        let data_type =
            desk.bench.device(|device| device.services(|services| output_type(services, identifier)));
        let data_type = Arc::new(data_type.unwrap_or(DataType::Struct(Default::default())));
        let known = self.by_command.with_value(|all| all.get(identifier).cloned());
        if let Some(known) = known {
            if known.data_type == data_type {
                return known;
            }
            known.output.set(Draft::new(&data_type));
            let reply = Reply { data_type, ..known };
            self.by_command.update_value(|all| {
                all.insert(identifier.to_owned(), reply.clone());
            });
            return reply;
        }
        let make = || Reply {
            code: RwSignal::new("0".to_owned()),
            output: RwSignal::new(Draft::new(&data_type)),
            data_type: Arc::clone(&data_type),
        };
        if self.by_command.with_value(BTreeMap::len) >= MOST {
            return make();
        }
        let reply = self.owner.with_value(|owner| owner.with(make));
        self.by_command.update_value(|all| {
            all.insert(identifier.to_owned(), reply.clone());
        });
        reply
    }
}

impl Reply {
    /// The same with values of its own, for one command that waits.
    pub(super) fn copy(&self) -> Self {
        Self {
            code: RwSignal::new(self.code.get_untracked()),
            output: RwSignal::new(self.output.get_untracked()),
            data_type: Arc::clone(&self.data_type),
        }
    }

    /// Takes over what another one has.
    pub(super) fn take(&self, other: &Self) {
        self.code.set(other.code.get_untracked());
        self.output.set(other.output.get_untracked());
    }

    /// The answer; none where it cannot be written.
    pub(super) fn answer(&self) -> Option<CommandAnswer> {
        let code = self.code.with_untracked(|typed| code_of(typed))?;
        let output = self.output.with_untracked(Draft::value).ok()?;
        Some(CommandAnswer { code, output: output.as_object()?.clone() })
    }
}
