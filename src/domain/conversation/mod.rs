//! The core: what follows from what a customer, an operator, a provider or a timer did.
//!
//! *Step proposes, the commit decides.* [`step`] never changes anything: it returns a [`Unit`], the rows that stand or fall
//! together, whose `after` becomes the state only when the store has committed it. [`Unit::assign`] fills in what the store
//! alone knows (ids and feed positions), so that the real store and the simulator's model do it in the same way.
pub mod agent;
pub mod counts;
pub mod delivery;
pub mod inbound;
pub mod input;
mod learn;
pub mod operator;
pub mod rules;
pub mod state;
pub mod step;
pub mod unit;

pub use agent::{Acts, AgentTurn, Approved, Callback, Prompt, Run, RunState, TurnEnd};
pub use input::{Answer, Command, Heard, Input, MediaResult, Refusal, SendCommand, TimerKind};
pub use rules::Rules;
pub use state::{ConversationStatus, Handler, OpenDelivery, OpenLead, OpenTimer, State};
pub use step::{Proposal, step};
pub use unit::*;
