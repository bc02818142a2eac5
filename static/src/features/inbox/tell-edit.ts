import { get, patch } from '../../api/client';
import { Problem } from '../../api/problem';
import type { Customer, Id } from '../../api/types';
import type { Change } from '../../realtime/change-rules';
import { hub } from '../../realtime/hub.svelte';
import type { Editable } from './customer-properties';

export type Edit = Extract<Change, { customer_id: Id }>;

/** What has waited longer than this was written without a look at what others have written since. */
const LATE = 5000;

/** Told to the server, one field by itself. After a wait, not over what somebody else has written there meanwhile. */
export async function tell({ customer_id, body, from, created_at }: Edit, signal: AbortSignal): Promise<Customer> {
  const path = `/api/customers/${customer_id}`;
  if (from !== undefined && Date.now() - Date.parse(created_at) > LATE) {
    const now = await get<Customer>(path, signal);
    // Whoever is signed in by now may be somebody else.
    signal.throwIfAborted();
    hub.store.putCustomer(now);
    for (const [name, value] of Object.entries(body)) {
      const there = now[name as Editable] ?? null;
      if (there !== from && there !== value) throw new Problem(409, 'changed_since', '');
    }
  }
  return patch<Customer>(path, body, signal);
}
