use serde_json::json;

use crate::api::agent::{AgentVersionsPage, AgentView, PresetsView, RollingBack};
use crate::api::agent_runs::AgentRunView;
use crate::api::agent_tools::{AddingTool, Given, ToolTrial, ToolTrialView, ToolView, ToolsView};
use crate::api::agent_try::{AgentTrial, TrialView};
use crate::api::ai::{AiPatch, AiView, SpendQuery, SpendView};
use crate::api::chat::{ChatAnswerView, ChatForm, ChatSince, Since};
use crate::api::docs::words::Words;
use crate::domain::agent::AgentSettings;

pub fn describe(api: &mut Words) {
    api.get("/api/ai", "The model that the agents use").answers::<AiView>();
    api.patch(
        "/api/ai",
        "Change it; the key and base_url are an owner's. A key, an address and a model are tried once before they are stored",
    )
    .takes::<AiPatch>()
    .answers::<AiView>()
    .refuses(429, "Too many trials");
    api.get("/api/ai/spend", "What the agents have spent, by day (UTC)").asks::<SpendQuery>().answers::<SpendView>();
    api.get("/api/agent/presets", "Settings to begin with").answers::<PresetsView>();
    api.get("/api/channels/{id}/agent", "The channel's agent").answers::<AgentView>();
    api.put(
        "/api/channels/{id}/agent",
        "Save the agent's settings as a new version; the same settings again make none. What is missing has its default",
    )
    .takes::<AgentSettings>()
    .answers::<AgentView>();
    api.get("/api/channels/{id}/agent/versions", "The agent's versions, newest first").paged().answers::<AgentVersionsPage>();
    api.post("/api/channels/{id}/agent/rollback", "Save the settings of an older version as a new one")
        .takes::<RollingBack>()
        .answers::<AgentView>()
        .refuses(409, "There is no version of that number, or it is too old");
    api.post("/api/channels/{id}/agent/try", "Talk to the agent without storing or sending anything")
        .takes::<AgentTrial>()
        .answers_as::<TrialView>(200, "What it would have said and done")
        .refuses(409, "The last word is not the customer's, today's budget is spent, or the model gave no answer")
        .refuses(503, "agent_off: there is no access to a model");
    api.get("/api/agent/tools", "The HTTP calls that agents may make").answers::<ToolsView>();
    api.post("/api/agent/tools", "Add a call").takes::<AddingTool>().creates::<ToolView>();
    api.patch("/api/agent/tools/{id}", "Change a call").takes::<Given>().answers::<ToolView>();
    api.delete("/api/agent/tools/{id}", "Remove a call").answers_nothing();
    api.post("/api/agent/tools/{id}/try", "Make the call once, as an agent would")
        .takes::<ToolTrial>()
        .answers::<ToolTrialView>();
    api.get("/api/agent-runs/{id}", "Why an agent said what it said").answers::<AgentRunView>();
}

pub fn describe_chat(api: &mut Words) {
    let key = json!({ "type": "string", "minLength": 1, "maxLength": 200, "description": "The same words are stored once." });
    api.post("/api/chat", "A customer's words, text or a recording or both; the agent's answer")
        .header("Idempotency-Key", key)
        .takes_files::<ChatForm>()
        .answers_as::<ChatAnswerView>(200, "The turn has ended: success, handed_over, or pending after 25 s")
        .refuses(413, "The recording is larger than 25 MB")
        .refuses(503, "agent_off: there is no access to a model; overloaded: too much at once");
    api.get("/api/chat", "What was said to a customer since")
        .asks::<Since>()
        .answers::<ChatSince>()
        .refuses(404, "There is no API channel, or the conversation is not yours to see");
}
