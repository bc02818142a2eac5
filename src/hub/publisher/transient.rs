//! Frames without a number: typing, viewing, presence. They may be lost, and say so by having no `seq`.
use bytestring::ByteString;

use crate::domain::access::{OnlineState, Principal, Scope};
use crate::domain::conversation::State;
use crate::domain::ids::*;
use crate::hub::conversation::Typing;
use crate::hub::frames::{OperatorFrame, TypingSide, VisitorHears};

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
        let presence = if online { OnlineState::Online } else { OnlineState::Offline };
        let frame = OperatorFrame::PresenceUpdated { user_id, presence };
        Transient { company_id, scope: None, from_session: None, frame: frame.text().into(), to_visitors: None }
    }

    /// What the agent has written so far of a reply.
    pub fn draft(company_id: CompanyId, scope: Scope, conversation: ConversationId, turn: i64, n: i64, text: &str) -> Self {
        let frame = OperatorFrame::MessageDraft { conversation_id: conversation, run_id: turn, n, text };
        Transient { company_id, scope: Some(scope), from_session: None, frame: frame.text().into(), to_visitors: None }
    }

    /// The draft is no more: it became a message, or it was dropped.
    pub fn draft_done(company_id: CompanyId, scope: Scope, conversation: ConversationId, turn: i64) -> Self {
        let frame = OperatorFrame::MessageDraftDone { conversation_id: conversation, run_id: turn, done: true };
        Transient { company_id, scope: Some(scope), from_session: None, frame: frame.text().into(), to_visitors: None }
    }

    pub fn typing(state: &State, typing: Typing) -> Self {
        let conversation_id = state.id;
        let typing_of = |who, user_id, name, on| OperatorFrame::ConversationTyping { conversation_id, who, user_id, name, on };
        let for_visitors = |on| Some((conversation_id, ByteString::from(VisitorHears::Typing { on }.text())));
        let (frame, from_session, to_visitors) = match typing {
            Typing::Customer { on } => (typing_of(TypingSide::Customer, None, None, on), None, None),
            Typing::Operator { user_id, name, on, session_id } => {
                (typing_of(TypingSide::Operator, Some(user_id), Some(name), on), Some(session_id), for_visitors(on))
            }
            Typing::Agent { on } => (typing_of(TypingSide::Agent, None, None, on), None, for_visitors(on)),
            Typing::Viewing { user_id, name, on, session_id } => {
                (OperatorFrame::ConversationViewing { conversation_id, user_id, name, on }, Some(session_id), None)
            }
        };
        Transient {
            company_id: state.company_id,
            scope: Some(state.scope()),
            from_session,
            frame: frame.text().into(),
            to_visitors,
        }
    }
}
