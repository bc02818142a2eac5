import { get } from '../../api/client';
import type { Id } from '../../api/types';
import type { ToolUse } from './types';

export type Run = {
  id: Id;
  conversation_id: Id;
  message_id: Id | null;
  agent_version: number;
  model: string;
  state: 'running' | 'answered' | 'suggested' | 'handed_over' | 'fenced' | 'failed';
  reason: string | null;
  reply: string;
  function_called: string | null;
  tool_calls: ToolUse[];
  prompt: string;
  tokens_in: number;
  tokens_out: number;
  cost: number;
  latency_ms: number;
  started_at: string;
  ended_at: string | null;
};

const MOST = 50;
const known = new Map<Id, Run>();

/** A run is over when it can be asked for, so it is asked for once. */
export async function runOf(id: Id): Promise<Run> {
  const held = known.get(id);
  if (held) return held;
  const run = await get<Run>(`/api/agent-runs/${id}`);
  if (run.ended_at) known.set(id, run);
  if (known.size > MOST) known.delete(known.keys().next().value as Id);
  return run;
}
