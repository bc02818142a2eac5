const MOST_SHOWN = 99;

/** A figure on a small sign: what is more than it holds is "many". */
export const shownCount = (n: number): string => (n > MOST_SHOWN ? `${MOST_SHOWN}+` : String(n));
