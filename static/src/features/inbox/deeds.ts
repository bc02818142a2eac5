import type { Conversation, Customer, Person } from '../../api/types';
import { t, tMaybe } from '../../i18n/i18n.svelte';
import { Problem } from '../../api/problem';
import { explain } from '../../lib/explain';
import type { Change } from '../../realtime/change-rules';

const STATUS = { open: 'status.reopen', closed: 'status.close', snoozed: 'snooze.do', pending: 'status.pendingLong' } as const;

/** What was to be done, as the menu that offers it says it. */
export function deedOf({ kind, body, show }: Change): string {
  if (kind === 'status') return t(STATUS[body.status as keyof typeof STATUS]);
  if (kind === 'assign') {
    const to = (show as Partial<Conversation> | undefined)?.assignee as Person | null | undefined;
    return body.agent ? t('assign.toAgent') : to ? t('done.assigned', { name: to.name }) : t('done.unassigned');
  }
  const [value] = Object.values((show ?? {}) as Partial<Customer>);
  return `${tMaybe(`customer.${kind.replace('edit.', '')}`) ?? ''}: ${String(value ?? t('customer.blank'))}`;
}

/** Why it goes no further. */
export const reasonOf = (problem: Problem): string => tMaybe(`stuck.${problem.code}`) ?? explain(problem);

export const problemOf = ({ stuck }: Change): Problem => Problem.from(stuck?.status ?? 0, stuck?.body, stuck?.requestId ?? null);
