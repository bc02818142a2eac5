//! Two companies on one hub: one with something of every kind, and an intruder who owns the other.

use reqwest::Method;
use serde_json::{Value, json};

use crate::rules::behind;
use crate::support::api::id;
use crate::support::{Api, Backend, Visitor, World};

pub struct Scene {
    pub world: World,
    pub company: i64,
    pub conversation: i64,
    pub message: i64,
    pub customer: i64,
    pub lead: i64,
    pub colleague: i64,
    /// Uploaded, and not in a message yet.
    pub file: i64,
    invite: i64,
    session: i64,
    tool: i64,
    pub intruder: Api,
    pub own: Own,
}

/// What the intruder has by right.
pub struct Own {
    pub conversation: i64,
    pub customer: i64,
    pub lead: i64,
    pub channel: i64,
    /// Keeps the visitor's page open.
    _visitor: Visitor,
}

impl Scene {
    pub async fn set(backend: Backend) -> Scene {
        let world = World::new(backend).await;
        let owner = &world.owner;
        let conversation = world.begin(&world.customer(501, "A"), "a secret").await;
        let message = id(&owner.answer(conversation, "another secret").await);
        world.status(conversation, message, "sent").await;
        let object = owner.get(&format!("/api/conversations/{conversation}")).await;
        let lead = id(&owner.lead(conversation, "Канат", "87768776637").await);
        let file = id(&owner.upload("f.txt", "text/plain", b"secret".to_vec()).await.expect(201));
        let invite = id(&owner.post("/api/invites", json!({"role": "operator"})).await.expect(201));
        let colleague = owner.invite("operator", "colleague@stroika.kz", "Colleague").await.me().await;
        let second = owner.signed_in("owner@stroika.kz").await;
        let sessions = second.get("/api/sessions").await;
        let is_current = |session: &&Value| session["current"] == true;
        let session = sessions["sessions"].as_array().expect("sessions").iter().find(is_current).map(id).expect("this one");
        let tool = tool_of(&world).await;
        run_in(&world, conversation).await;
        let intruder = world.hub.api().owner("rival@rival.kz", "Rival").await;
        let own = Own::set(&world.hub.url(), &intruder).await;
        Scene {
            company: colleague["company_id"].as_i64().expect("a company"),
            conversation,
            message,
            customer: id(&object["customer"]),
            lead,
            colleague: id(&colleague),
            file,
            invite,
            session,
            tool,
            intruder,
            own,
            world,
        }
    }

    /// The victim's thing that a route of this resource is about.
    pub fn id_of(&self, resource: &str) -> i64 {
        match resource {
            "conversations" => self.conversation,
            "messages" => self.message,
            "customers" | "clients" => self.customer,
            "leads" => self.lead,
            "channels" | "whatsapp" => self.world.channel,
            "files" => self.file,
            "invites" => self.invite,
            "operators" => self.colleague,
            "sessions" => self.session,
            "agent" => self.tool,
            "agent-runs" => RUN,
            other => panic!("{other} is new: put one into the scene"),
        }
    }
}

const RUN: i64 = 900_000_000;

/// A call that an agent may make; it has come to lead inside since, so that trying it out reaches nobody.
async fn tool_of(world: &World) -> i64 {
    let body = json!({"name": "find_order", "description": "Finds an order", "url": "https://8.8.8.8/orders"});
    let tool = id(&world.owner.post("/api/agent/tools", body).await.expect(201));
    behind::execute(&world.hub, "UPDATE agent_tools SET url = 'http://127.0.0.1:9/orders'").await;
    tool
}

/// A turn that an agent has had in this conversation.
async fn run_in(world: &World, conversation: i64) {
    let channel = world.channel;
    world.owner.ask(Method::PUT, &format!("/api/channels/{channel}/agent"), Some(json!({}))).await.expect(200);
    let run = format!(
        "INSERT INTO agent_runs (id, company_id, conversation_id, agent_version_id, generation, state, reply, started_at) \
         SELECT {RUN}, company_id, {conversation}, id, 1, 'answered', 'a secret reply', 1 FROM agent_versions WHERE channel_id = {channel}"
    );
    behind::execute(&world.hub, &run).await;
}

impl Own {
    async fn set(url: &str, intruder: &Api) -> Own {
        let visitor = Visitor::open(url, &intruder.webchat_key().await).await;
        visitor.says("k1", "hello").await;
        let conversation = intruder.conversations("").await.remove(0);
        Own {
            conversation: id(&conversation),
            customer: id(&conversation["customer"]),
            lead: id(&intruder.lead(id(&conversation), "Own", "+77051234567").await),
            channel: conversation["channel_id"].as_i64().expect("a channel"),
            _visitor: visitor,
        }
    }
}
