import type { components } from '../../api/generated';

type Schemas = components['schemas'];

export type Bot = Schemas['Bot'];
/** `connected_at` is null for a chat that stands in the server's settings: nobody has connected it here. */
export type NoticesState = Schemas['Notices'];
export type LinkState = Schemas['TelegramLink'];
/** To be sent to a bot; `how` says it in the user's own language. */
export type ConnectCode = Schemas['TelegramCode'];
