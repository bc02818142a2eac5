//! Frames without a number: typing, viewing, presence. They may be lost, and say so by having no `seq`.
use bytestring::ByteString;
use serde_json::json;

use crate::domain::access::{Principal, Scope};
use crate::domain::conversation::State;
use crate::domain::ids::*;
use crate::hub::conversation::Typing;

#[derive(Clone, Debug)]
pub struct Transient {
    pub company_id: CompanyId,
    /// Who may see it; `None` = the whole company.
    pub scope: Option<Scope>,
    /// The session it came from does not get its own echo.
    pub from_session: Option<u64>,
    pub frame: ByteString,
    /// What the conversation's visitors get.
    pub to_visitors: Option<(ConversationId, ByteString)>,
}

impl Transient {
    pub fn seen_by(&self, viewer: &Principal) -> bool {
        viewer.company_id == self.company_id && self.scope.as_ref().is_none_or(|scope| viewer.sees(scope))
    }

    pub fn presence(company_id: CompanyId, user_id: UserId, online: bool) -> Self {
        let presence = if online { "online" } else { "offline" };
        let frame = json!({ "type": "presence.updated", "user_id": user_id, "presence": presence });
        Transient { company_id, scope: None, from_session: None, frame: frame.to_string().into(), to_visitors: None }
    }

    /// What the agent has written so far of a reply.
    pub fn draft(company_id: CompanyId, scope: Scope, conversation: ConversationId, turn: i64, n: i64, text: &str) -> Self {
        let frame = json!({ "type": "message.draft", "conversation_id": conversation, "run_id": turn, "n": n, "text": text });
        Transient { company_id, scope: Some(scope), from_session: None, frame: frame.to_string().into(), to_visitors: None }
    }

    /// The draft is no more: it became a message, or it was dropped.
    pub fn draft_done(company_id: CompanyId, scope: Scope, conversation: ConversationId, turn: i64) -> Self {
        let frame = json!({ "type": "message.draft", "conversation_id": conversation, "run_id": turn, "done": true });
        Transient { company_id, scope: Some(scope), from_session: None, frame: frame.to_string().into(), to_visitors: None }
    }

    pub fn typing(state: &State, typing: Typing) -> Self {
        let id = state.id;
        let (frame, from_session, to_visitors) = match typing {
            Typing::Customer { on } => {
                (json!({ "type": "conversation.typing", "conversation_id": id, "who": "customer", "on": on }), None, None)
            }
            Typing::Operator { user_id, name, on, session_id } => (
                json!({ "type": "conversation.typing", "conversation_id": id, "who": "operator", "user_id": user_id, "name": name, "on": on }),
                Some(session_id),
                Some((id, ByteString::from(json!({ "type": "typing", "on": on }).to_string()))),
            ),
            Typing::Agent { on } => (
                json!({ "type": "conversation.typing", "conversation_id": id, "who": "agent", "on": on }),
                None,
                Some((id, ByteString::from(json!({ "type": "typing", "on": on }).to_string()))),
            ),
            Typing::Viewing { user_id, name, on, session_id } => (
                json!({ "type": "conversation.viewing", "conversation_id": id, "user_id": user_id, "name": name, "on": on }),
                Some(session_id),
                None,
            ),
        };
        Transient {
            company_id: state.company_id,
            scope: Some(state.scope()),
            from_session,
            frame: frame.to_string().into(),
            to_visitors,
        }
    }
}
