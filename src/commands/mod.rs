//! Everything a person can tell the tool to do, as one table: its name, its keys, where the keys hold. The palette, the
//! list of shortcuts, the dispatch of keys and what buttons say of their keys all read this table.

mod keys;
mod search;
mod table;

pub use keys::{Combo, Focus, Pressed, aria, find, labels};
pub use search::{Found, search};
pub use table::{Command, Entry, Group, Scope, TABLE};
