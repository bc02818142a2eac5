//! The AI sales agent as far as it is pure: what a company sets, what the model is told, what its answers mean, and what may
//! leave the house. Talking to a model, storing a run and sending a reply happen elsewhere.
//!
//! Two rules hold everywhere here. What customers, files and tools bring is *data* and goes to the model only through
//! [`safety::as_data`]; what the model brings is *a proposal* and goes on only through [`markup::read`], [`tools::parse`]
//! and [`safety::clean_reply`].
pub mod budget;
mod effective;
pub mod language;
pub mod markup;
pub mod phone;
pub mod presets;
pub mod price;
pub mod prompt;
pub mod rules;
pub mod safety;
pub mod settings;
pub mod tools;
pub mod words;

pub use effective::effective;
pub use language::Language;
pub use settings::{AgentSettings, AnswersFirst, Problem};
pub use words::HandOverWhy;
