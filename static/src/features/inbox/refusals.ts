import type { Problem } from '../../api/problem';
import type { Conversation, Id } from '../../api/types';
import { t } from '../../i18n/i18n.svelte';
import { customerName } from '../../lib/customer-name';
import { explain } from '../../lib/explain';
import { navigate } from '../../lib/router.svelte';
import { toast } from '../../lib/toast.svelte';
import type { Change } from '../../realtime/change-rules';
import { hub } from '../../realtime/hub.svelte';
import { href } from '../../routes';
import { pathOf } from './address';
import { deedOf, reasonOf } from './deeds';

/** What was asked for will not be, or not by itself: it is said, in the best words there are. */
export function say(it: Change, problem: Problem, heard: boolean): void {
  if (it.quiet && heard) return show(it, problem);
  if (it.kind === 'assign' && !it.stuck && assigned(it.conversation_id, it.body.agent === true, problem)) return;
  // Whoever edits is told at the field.
  if (it.customer_id !== undefined && heard) return;
  const row = rowOf(it);
  // It stands in the thread that is shown.
  if (it.stuck && row && row.id === hub.viewing) return;
  if (!it.stuck && it.customer_id === undefined) return toast(explain(problem), { tone: 'bad' });
  const name = row ? `${customerName(row.customer)} · ` : '';
  const [sentence] = Object.values(problem.fields);
  const text = `${name}${t('stuck.title', { what: deedOf(it) })}. ${sentence ?? reasonOf(problem)}`;
  const run = (): void => void (row && navigate(pathOf('all', row.id)));
  toast(text, { tone: 'bad', ...(row ? { action: { label: t('stuck.show'), run } } : {}) });
}

/** Told elsewhere; what it says of the row is shown all the same. */
function show({ conversation_id }: Change, problem: Problem): void {
  if (conversation_id === undefined) return;
  if (problem.status === 404) hub.store.removeRow(conversation_id);
  else if (problem.code === 'taken') hold(conversation_id, problem);
}

const rowOf = ({ conversation_id, customer_id }: Change): Conversation | undefined =>
  customer_id === undefined ? hub.store.row(conversation_id) : hub.store.ofCustomer.of(customer_id)[0];

function assigned(id: Id, toAgent: boolean, problem: Problem): boolean {
  if (toAgent && (problem.fields.agent || problem.code === 'agent_off')) return agentIsOff(id);
  if (problem.status === 404) {
    // Whoever sees only their own and nobody's sees it no more.
    hub.store.removeRow(id);
    toast(t('assign.gone'), { tone: 'bad' });
    return true;
  }
  return problem.code === 'taken' && taken(id, problem);
}

function agentIsOff(id: Id): true {
  const channel = hub.store.row(id)?.channel_id;
  const setUp = channel && {
    action: { label: t('assign.setUp'), run: (): void => navigate(href('agent', { id: channel })) },
  };
  toast(t('assign.agentOff'), { tone: 'bad', ...setUp });
  return true;
}

function hold(id: Id, { holder }: Pick<Problem, 'holder'>): void {
  hub.store.changeRow(id, { assignee: holder });
  hub.store.onDoubt(id);
}

/** Somebody was quicker: it is said who, and the row shows it. */
function taken(id: Id, { holder }: Problem): true {
  hold(id, { holder });
  toast(holder ? t('assign.taken', { name: holder.name }) : t('assign.freed'), { tone: 'bad' });
  return true;
}
