import type { Conversation, ConversationBrief, Lead, Message } from '../api/types';

/** Objects as the server sends them, for tests: only what a test names differs. */
export function message(part: Partial<Message> & { id: number }): Message {
  return {
    conversation_id: 1,
    direction: 'in',
    author: { type: 'customer', id: 7, name: '' },
    kind: 'text',
    text: `text ${part.id}`,
    attachments: [],
    reply_to: null,
    reactions: [],
    status: 'received',
    error: null,
    provider_at: null,
    edited_at: null,
    deleted_at: null,
    seq: part.id,
    created_at: new Date(Date.UTC(2026, 0, 1, 0, 0, part.id)).toISOString(),
    ...part,
  };
}

export function conversation(part: Partial<Conversation> & { id: number }): Conversation {
  return {
    channel_id: 1,
    channel_kind: 'webchat',
    customer: { id: part.id, number: part.id, name: 'Айгерим', phone: null, username: null, language: 'kk' },
    status: 'open',
    handler: 'operator',
    assignee: null,
    department_id: null,
    last_message: null,
    unread: 0,
    inbound_count: 0,
    snoozed_until: null,
    window_expires_at: null,
    suggestion: null,
    lead_id: null,
    seq: 1,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    ...part,
  };
}

export function brief(part: Partial<ConversationBrief> & { seq: number }): ConversationBrief {
  return {
    id: 1,
    status: 'open',
    handler: 'operator',
    assignee: null,
    snoozed_until: null,
    window_expires_at: null,
    suggestion: null,
    lead_id: null,
    last_message_id: null,
    inbound_count: 0,
    updated_at: '2026-01-01T00:00:00Z',
    ...part,
  };
}

export function lead(part: Partial<Lead> & { id: number }): Lead {
  return {
    number: part.id,
    owner_id: 1,
    bot_user_id: 7,
    name: 'Канат',
    phone: '8 776 877 66 37',
    phone_e164: '+77768776637',
    city: 'Алматы',
    object_type: 'дом',
    area: '150 м²',
    summary: '',
    language: 'ru',
    status: 'new',
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    conversation_id: 1,
    channel_kind: 'webchat',
    assignee: null,
    notice: { state: 'none', detail: null },
    agent_run_id: null,
    seq: part.id,
    ...part,
  };
}
