export type ChatAttachment = {
  id: number;
  kind: string;
  name: string | null;
  mime: string | null;
  size: number | null;
  status: 'pending' | 'ready' | 'failed';
  url: string | null;
};
export type ChatButton = { id: string; title: string };
/** `in` = from the visitor, `out` = from the company. */
export type ChatMessage = {
  id: number;
  direction: 'in' | 'out';
  author: { type: string; name: string | null };
  kind: string;
  text: string | null;
  attachments: ChatAttachment[];
  buttons?: ChatButton[];
  status: string;
  client_id?: string | null;
  created_at: string;
};
export type ChatProblem = { code?: string; detail?: string; status?: number };
export type Welcome = {
  type: 'welcome';
  visitor: string;
  conversation_id: number | null;
  company: { name: string };
  channel: { name: string };
  operators_online: boolean;
  messages: ChatMessage[];
  /** An AI answers here first; absent or null where people do. */
  agent?: { name: string; greeting?: string; greetings?: Record<string, string> } | null;
};
export type ChatFrame =
  | Welcome
  | { type: 'message' | 'message.updated'; message: ChatMessage }
  | { type: 'typing'; on: boolean }
  | { type: 'ack'; client_id: string; message: ChatMessage | null }
  | { type: 'nack'; client_id?: string; problem: ChatProblem }
  | { type: 'pong' };
