// One clock for all relative times on the screen, instead of a timer per row.
let current = $state.raw(new Date());
if (typeof window !== 'undefined') setInterval(() => (current = new Date()), 20_000);
export const now = (): Date => current;
