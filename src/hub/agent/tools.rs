//! What the model does besides talking. What touches our own data is only collected here: it happens in the unit that ends
//! the turn, or not at all. A company's own HTTP tool is called at once, and at most once for the same arguments in a turn.
use serde_json::{Value, json};

use super::request::About;
use super::{Agent, Outside};
use crate::clients::company_tool::{self, Bound, ToolAnswer, ToolRequest};
use crate::clients::openai::Call;
use crate::db::agent_tools::ToolRow;
use crate::domain::agent::Language;
use crate::domain::agent::safety;
use crate::domain::agent::tools::{self, CompanyTool, ToolCall, ToolContext, parse};
use crate::domain::clock::Micros;
use crate::domain::conversation::{Acts, Callback, CustomerChange};
use crate::domain::ids::{ConversationId, CustomerId};

/// So many calls that make no sense end a turn.
const NONSENSE: usize = 3;
/// More calls than this in one turn are not made.
const MOST_CALLS: usize = 16;
/// A tool's answer is cut to this many characters.
const RESULT_LIMIT: usize = 4_000;

/// What the calls of a turn have come to so far.
pub struct Hands<'a> {
    agent: &'a Agent,
    outside: &'a Outside,
    /// Whom a company's tool is called about: never what the model says.
    bound: Bound,
    company_tools: Vec<CompanyTool>,
    phone: Option<String>,
    language: Option<Language>,
    pub acts: Acts,
    pub hand_off: Option<(String, String)>,
    pub last_called: Option<String>,
    /// Every call with its result, for whoever asks why.
    pub trace: Vec<Value>,
    refused: usize,
}

impl<'a> Hands<'a> {
    pub fn new(agent: &'a Agent, outside: &'a Outside, about: &About, dry_run: bool) -> Self {
        Hands {
            agent,
            outside,
            bound: Bound {
                company_id: agent.company_id,
                customer_id: Some(about.customer.id).filter(|id| *id != CustomerId::NONE),
                conversation_id: Some(about.conversation_id).filter(|id| *id != ConversationId::NONE),
                dry_run,
            },
            company_tools: agent.company_tools(),
            phone: about.customer.phone.clone(),
            language: about.customer.language.as_deref().and_then(Language::parse),
            acts: Acts::default(),
            hand_off: None,
            last_called: None,
            trace: vec![],
            refused: 0,
        }
    }

    pub fn language(&self) -> Language {
        self.agent.settings.speaks(self.language)
    }

    /// The model asks again and again for what there is not.
    pub fn is_lost(&self) -> bool {
        self.refused >= NONSENSE
    }

    /// Does one call; returns what the model is told.
    pub async fn call(&mut self, call: &Call, now: Micros) -> String {
        let context = ToolContext {
            default_region: &self.agent.default_region,
            now,
            time_zone: &self.agent.time_zone,
            customer_phone: self.phone.as_deref(),
            customer_language: self.language,
            customer_fields: &self.agent.customer_fields,
            company_tools: &self.company_tools,
        };
        let names = tools::BUILT_IN.iter().copied().chain(self.company_tools.iter().map(|tool| tool.name.as_str()));
        let called = tools::known_name(&call.name, names).unwrap_or(&call.name).to_owned();
        let result = match parse(&called, &call.arguments, &context) {
            Ok(_) if self.trace.len() >= MOST_CALLS => {
                self.refused += 1;
                json!({ "error": "too_many_calls", "message": "Answer the customer now." })
            }
            Ok(tool) => {
                let result = self.perform(&called, tool).await;
                // Of several, the one that the customer's request came to.
                if self.last_called.as_deref() != Some(tools::REGISTER_LEAD) {
                    self.last_called = Some(called.clone());
                }
                result
            }
            Err(refusal) => {
                self.refused += 1;
                json!({ "error": refusal.code, "message": refusal.say })
            }
        };
        self.trace.push(json!({ "name": called, "arguments": call.arguments, "result": result }));
        result.to_string()
    }

    async fn perform(&mut self, name: &str, tool: ToolCall) -> Value {
        match tool {
            ToolCall::RegisterLead(draft) => {
                tracing::info!(company_id = self.agent.company_id.get(), function = "register_lead", "function call");
                self.acts.lead = Some(draft);
                json!({ "status": "registered", "note": "Thank the customer and say that a manager will call." })
            }
            ToolCall::UpdateCustomer(facts) => {
                let known = self.acts.customer.get_or_insert_default();
                let told = CustomerChange {
                    name: facts.name,
                    language: facts.language.map(|l| l.as_str().to_owned()),
                    email: facts.email,
                    ..CustomerChange::default()
                };
                known.name = told.name.or(known.name.take());
                known.language = told.language.or(known.language.take());
                known.email = told.email.or(known.email.take());
                known.fields.extend(facts.fields);
                json!({ "status": "saved" })
            }
            ToolCall::ScheduleCallback { at, note } => {
                self.acts.callback = Some(Callback { at, note });
                json!({ "status": "scheduled" })
            }
            ToolCall::HandOff { reason, summary } => {
                self.hand_off = Some((reason, summary));
                json!({ "status": "handed_over" })
            }
            ToolCall::Company { name: tool, arguments } => match self.agent.tools.iter().find(|t| t.name == tool) {
                Some(row) => self.fetch(name, row, &arguments).await,
                None => json!({ "error": "unknown_tool" }),
            },
        }
    }

    /// Calls a company's own tool. What it answers is data for the model, and no instruction.
    async fn fetch(&mut self, name: &str, row: &ToolRow, arguments: &serde_json::Map<String, Value>) -> Value {
        let asked = json!(arguments).to_string();
        let before = self.trace.iter().find(|t| t["name"] == name && t["result"]["asked"] == asked.as_str());
        if let Some(before) = before {
            return before["result"].clone();
        }
        match self.ask_outside(row, arguments).await {
            Ok(answer) => {
                let body: String = safety::as_data(&answer.body).chars().take(RESULT_LIMIT).collect();
                json!({ "asked": asked, "status": answer.status, "data": body })
            }
            Err(why) => json!({ "asked": asked, "error": "failed", "message": why }),
        }
    }

    async fn ask_outside(&self, row: &ToolRow, arguments: &serde_json::Map<String, Value>) -> Result<ToolAnswer, String> {
        let headers = row.open_headers(self.agent.company_id, &self.outside.vault).map_err(|e| e.to_string())?;
        let place = (row.method.as_str(), row.url.as_str(), row.timeout_ms);
        let request = ToolRequest::new(place, headers, arguments.clone(), self.bound).map_err(|e| e.to_string())?;
        company_tool::call(&self.outside.guarded, request).await.map_err(|e| e.to_string())
    }
}
