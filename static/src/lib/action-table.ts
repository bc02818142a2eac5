/**
 * Everything the keyboard does, and what the palette and the sheet of shortcuts name: where it belongs and its keys unless remapped. Its
 * words are `action.<id>`. Who can do it on the page that is shown offers it (`actions.svelte.ts`).
 */
export type ActionGroup = 'go' | 'list' | 'conversation' | 'lead' | 'app' | 'assign';
type Entry = {
  group: ActionGroup;
  keys: readonly string[];
  /** Works while one types, too. */
  typing?: true;
  /** A movement: the palette has no use for it. */
  movement?: true;
};

export const ACTIONS = {
  'app.palette': { group: 'app', keys: ['Mod+KeyK'], typing: true, movement: true },
  'app.keys': { group: 'app', keys: ['Shift+Slash'] },
  'app.rail': { group: 'app', keys: ['BracketLeft'] },
  'app.light': { group: 'app', keys: [] },
  'app.dark': { group: 'app', keys: [] },
  'app.logout': { group: 'app', keys: [] },
  'list.next': { group: 'list', keys: ['KeyJ', 'ArrowDown'], movement: true },
  'list.previous': { group: 'list', keys: ['KeyK', 'ArrowUp'], movement: true },
  'list.search': { group: 'list', keys: ['Slash'] },
  'list.select': { group: 'list', keys: ['KeyX'] },
  'list.selectNext': { group: 'list', keys: ['Shift+KeyJ'], movement: true },
  'list.selectPrevious': { group: 'list', keys: ['Shift+KeyK'], movement: true },
  'list.selectAll': { group: 'list', keys: ['Mod+KeyA'] },
  'list.back': { group: 'list', keys: ['Escape'], movement: true },
  'conversation.open': { group: 'conversation', keys: ['Enter'], movement: true },
  'conversation.reply': { group: 'conversation', keys: ['KeyR'] },
  'conversation.note': { group: 'conversation', keys: ['KeyN'] },
  'conversation.close': { group: 'conversation', keys: ['KeyE'] },
  'conversation.take': { group: 'conversation', keys: ['KeyA'] },
  'conversation.status': { group: 'conversation', keys: ['KeyS'] },
  'conversation.unread': { group: 'conversation', keys: ['KeyU'] },
  'conversation.undo': { group: 'conversation', keys: ['Mod+KeyZ'] },
  'conversation.redo': { group: 'conversation', keys: ['Mod+Shift+KeyZ'] },
  'conversation.context': { group: 'conversation', keys: ['BracketRight'] },
  'conversation.next': { group: 'conversation', keys: ['Alt+ArrowDown'], typing: true, movement: true },
  'conversation.previous': { group: 'conversation', keys: ['Alt+ArrowUp'], typing: true, movement: true },
  'conversation.toList': { group: 'conversation', keys: ['Escape'], typing: true, movement: true },
  'lead.status': { group: 'lead', keys: ['KeyS'] },
  'lead.take': { group: 'lead', keys: ['KeyA'] },
  'lead.chat': { group: 'lead', keys: ['KeyO'] },
} as const satisfies Record<string, Entry>;
export type ActionId = keyof typeof ACTIONS;
export const ACTION_IDS = Object.keys(ACTIONS) as ActionId[];
export const entryOf = (id: ActionId): Entry => ACTIONS[id];

/** Both may be offered on one page, so they cannot have the same keys. */
export function meet(one: ActionId, other: ActionId): boolean {
  const [a, b] = [entryOf(one), entryOf(other)];
  if (!!a.typing !== !!b.typing) return false;
  return a.group === b.group || [a.group, b.group].some((it) => it === 'app' || it === 'list');
}
