import { del, patch } from '../../api/client';
import type { Operator, Role } from '../../api/types';
import { t } from '../../i18n/i18n.svelte';
import { mutate } from '../../lib/mutate';
import { can, canChange, ROLES } from '../../lib/rights';
import type { MenuItem } from '../../ui/Menu.svelte';
import { team } from './team.svelte';

type Change = { role?: Role; is_active?: boolean };
const store = (member: Operator, body: Change): Promise<Operator> => patch<Operator>(`/api/operators/${member.id}`, body);

async function change(member: Operator, body: Change): Promise<void> {
  const before: Change = { role: member.role, is_active: member.is_active };
  const back = Object.fromEntries(Object.keys(body).map((key) => [key, before[key as keyof Change]])) as Change;
  await mutate({
    run: () => store(member, body),
    done: team.put,
    said: t('saved'),
    undo: () => mutate({ run: () => store(member, back), done: team.put }),
  });
}

export const remove = (member: Operator): Promise<unknown> =>
  mutate({ run: () => del(`/api/operators/${member.id}`), done: () => team.remove(member.id) });

/** What may be done to a member by whoever is signed in; nothing where they may not. */
export function deeds(member: Operator, onremove: () => void): MenuItem[] {
  if (!canChange(member)) return [];
  const roles = ROLES.map((role): MenuItem => ({
    label: t(`role.${role}`),
    checked: member.role === role,
    run: () => void change(member, { role }),
  }));
  return [
    ...(can('team.roles') ? [...roles, 'line' as const] : []),
    {
      label: t(member.is_active ? 'team.disable' : 'team.enable'),
      run: () => void change(member, { is_active: !member.is_active }),
    },
    { label: t('team.remove'), bad: true, run: onremove },
  ];
}
