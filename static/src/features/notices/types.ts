import type { Id } from '../../api/types';

export type Bot = { channel_id: Id; username: string | null };
/** `connected_at` is null for a chat that stands in the server's settings: nobody has connected it here. */
export type NoticesState = { chat: { title: string; channel_id: Id | null; connected_at: string | null } | null; bots: Bot[] };
export type LinkState = { link: { name: string; linked_at: string } | null; bots: Bot[] };
export type BotLink = { channel_id: Id; username: string; url: string; group_url?: string };
/** To be sent to a bot; `how` says it in the user's own language. */
export type ConnectCode = { code: string; expires_at: string; how: string; links?: BotLink[] };
