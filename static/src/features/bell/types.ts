import type { components } from '../../api/generated';

type Schemas = components['schemas'];

/** What one person in particular is told: `assigned` (somebody has given them a conversation), `mentioned` (a note names them). */
export type PersonalParams = Schemas['NotificationParams'];
/** Of the feed's, as of the list's: a code that is not known yet is shown in plain words. */
export type PersonalNotification = Omit<Schemas['Notification'], 'code'> & { code: string };

/** What may be heard, or shown outside the browser: the two above, and customers' messages in one's own and in nobody's conversations. */
export const KINDS = ['assigned', 'mentioned', 'mine', 'queue'] as const;
export type Kind = (typeof KINDS)[number];
