/** What a server of ours takes as one text, in bytes of UTF-8. */
export const CHAT_LIMIT = 16 * 1024;
/** One frame has 64 KB, the text in it as JSON, beside its other fields. */
export const FRAME_LIMIT = 60 * 1024;

const encoder = new TextEncoder();
const HALVES = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** Without what nobody sees and no server can store: halves of characters, which a paste or a cut leaves behind, and NULs. */
export const sendable = (text: string): string => text.replace(HALVES, '').replaceAll('\0', '');

export const bytes = (text: string): number => encoder.encode(text).length;
/** As it travels: quotes, line ends and the like take two. */
export const bytesOnWire = (text: string): number => bytes(JSON.stringify(text)) - 2;

export type Room = { /** Characters that may still come; below zero, that have to go. */ left: number; near: boolean };

/** How much more of this kind of writing fits: a letter of it takes as many bytes as the average of what stands there. */
export function room(text: string, limit: number, measure: (text: string) => number = bytes): Room {
  const used = measure(text);
  const each = text.length ? used / text.length : 1;
  const left = used > limit ? -Math.ceil((used - limit) / each) : Math.floor((limit - used) / each);
  return { left, near: used > limit * 0.9 };
}
