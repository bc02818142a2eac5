import type { Problem } from '../../api/problem';
import type { Conversation, Id } from '../../api/types';
import { t } from '../../i18n/i18n.svelte';
import { customerName } from '../../lib/customer-name';
import { navigate } from '../../lib/router.svelte';
import { toast } from '../../lib/toast.svelte';
import type { Change } from '../../realtime/change-rules';
import { hub } from '../../realtime/hub.svelte';
import { noteOf } from '../../realtime/last-word';
import { href } from '../../routes';
import { pathOf } from './address';
import { deedOf, reasonOf } from './deeds';

/** What was asked for will not be, or not by itself: it is said of whom and what, in the best words there are. */
export function say(it: Change, problem: Problem, heard: boolean): void {
  if (it.quiet && heard) return show(it, problem);
  // Whoever edits is told at the field.
  if (it.customer_id !== undefined && heard) return;
  const row = rowOf(it);
  // It stands in the thread that is shown.
  if (it.stuck && row && row.id === hub.viewing) return;
  const name = row ? `${customerName(row.customer)} · ` : '';
  const why = (!it.stuck && assigned(it, problem)) || sentence(problem);
  const note = !it.stuck && noteOf(it) ? ` ${t('note.back')}` : '';
  const text = `${name}${t('stuck.title', { what: deedOf(it) })}. ${closed(why)}${note}`;
  toast(text, { tone: 'bad', action: wayOut(it, problem) });
}

/** Told elsewhere; what it says of the row is shown all the same. */
function show({ conversation_id }: Change, problem: Problem): void {
  if (conversation_id === undefined) return;
  // Whoever sees only their own and nobody's sees it no more.
  if (problem.status === 404) hub.store.removeRow(conversation_id);
  else if (problem.code === 'taken') hold(conversation_id, problem);
}

/** Somebody was quicker: the row shows who. */
function hold(id: Id, { holder }: Problem): void {
  hub.store.changeRow(id, { assignee: holder });
  hub.store.onDoubt(id);
}

const rowOf = ({ conversation_id, customer_id }: Change): Conversation | undefined =>
  customer_id === undefined ? hub.store.row(conversation_id) : hub.store.ofCustomer.of(customer_id)[0];

const sentence = (problem: Problem): string => Object.values(problem.fields)[0] ?? reasonOf(problem);
const closed = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

const isAgentOff = (it: Change, problem: Problem): boolean =>
  it.body.agent === true && (problem.fields.agent !== undefined || problem.code === 'agent_off');

/** Why a conversation is not given to whom it was to be; the row shows who has it. */
function assigned(it: Change, problem: Problem): string | null {
  if (it.kind !== 'assign') return null;
  if (isAgentOff(it, problem)) return t('assign.agentOff');
  if (problem.status === 404 || problem.code === 'taken') show(it, problem);
  if (problem.status === 404) return t('assign.gone');
  if (problem.code !== 'taken') return null;
  return problem.holder ? t('assign.taken', { name: problem.holder.name }) : t('assign.freed');
}

/** To where it can be set right, or to the conversation, unless that is shown. */
function wayOut(it: Change, problem: Problem): { label: string; run: () => void } | undefined {
  const row = rowOf(it);
  if (!row) return undefined;
  if (isAgentOff(it, problem)) return { label: t('assign.setUp'), run: () => navigate(href('agent', { id: row.channel_id })) };
  if (row.id === hub.viewing) return undefined;
  return { label: t('stuck.show'), run: () => navigate(pathOf('all', row.id)) };
}
