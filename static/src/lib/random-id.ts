/** `crypto.randomUUID` exists on https and localhost only; a hub in an office network is often reached by plain http. */
export const randomId = (): string =>
  crypto.randomUUID?.() ??
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (it) => it.toString(16).padStart(2, '0')).join('');
