import type { Id, Role } from '../api/types';
import { session } from './session.svelte';

/**
 * What the server lets each role do (`src/domain/access.rs` and its table of routes), named by the deed. Pages, menus and keys ask by
 * name; what one may not do is absent or explained. Roles are compared here and nowhere else.
 */
const RIGHTS = {
  'leads.export': 'manager',
  'channels.change': 'manager',
  'agent.set': 'manager',
  'settings.change': 'manager',
  'notices.set': 'manager',
  'ai.set': 'manager',
  /** The key that pays, and the address it is sent to. */
  'ai.key': 'owner',
  'team.change': 'manager',
  'team.roles': 'owner',
} as const satisfies Record<string, Role>;
export type Right = keyof typeof RIGHTS;

/** Each may what those before may. */
export const ROLES: readonly Role[] = ['operator', 'manager', 'owner'];
const rank = (role: Role): number => ROLES.indexOf(role);

export const may = (role: Role, right: Right): boolean => rank(role) >= rank(RIGHTS[right]);
export const can = (right: Right): boolean => !!session.me && may(session.me.role, right);

/** Those whom and into what one may invite: nobody raises others above the lowest but an owner. */
export const rolesToGive = (): readonly Role[] => (can('team.roles') ? ROLES : can('team.change') ? ROLES.slice(0, 1) : []);

/** Owners change everyone, managers change operators, nobody themselves. */
export const canChange = (member: { id: Id; role: Role }): boolean =>
  member.id !== session.me?.id && rolesToGive().includes(member.role);
