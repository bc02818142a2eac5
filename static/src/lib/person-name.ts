import type { Id, Person } from '../api/types';

type Named = { name: string; email: string };

/** What a colleague is called: by the name they gave, else by their address. */
export const personName = ({ name, email }: Named): string => name.trim() || email;

/** One who is given something, as the server would name them. */
export const asPerson = (it: Named & { id: Id }): Person => ({ id: it.id, name: personName(it) });
