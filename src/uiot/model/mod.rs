//! The thing model: what a product's devices have and can do, as the platform writes it down, and the values that fit.
//!
//! [`Template`] is the model of a product as its JSON file has it, [`DataType`] what a value may be. A file is read
//! with patience: what cannot be understood is refused with its place, and what breaks a rule of the console is read
//! and listed by [`Template::problems`], because a device may live with a model that the console would not take.
//!
//! What a person types for a value is a [`Draft`], and [`simulation`] makes values for a device that has no sensors.
//!
//! [`messages`] are what travels between device and platform, and [`reducer`] is the device's side of it.
//!
//! Sources: thingmode_guide.md, operation_example.md, tingmodemgmtapi.md, and the templates of the C SDK.

pub mod build;
mod check;
mod data_type;
mod draft;
mod error;
pub mod messages;
mod path;
mod problems;
mod read;
pub mod reducer;
mod sample;
pub mod simulation;
mod steps;
mod template;
pub mod trend;

pub use check::{CheckChoices, Expected, ValueFault, ValueFaultKind, check_params, check_params_with};
pub use data_type::{
    ArraySpec, BoolSpec, DataType, DateSpec, EnumSpec, NumberSpec, StringSpec, StructSpec, UnknownType,
};
pub use draft::{DRAFT_ITEMS, Draft, DraftFault, DraftFaultKind};
pub use error::{JsonKind, TemplateError, TemplateFault, TemplatePlace};
pub use problems::{Bound, TemplateProblem, TemplateRule};
pub use template::{AccessMode, CommandDef, EventDef, EventType, Param, Property, Template, Wrapper};
