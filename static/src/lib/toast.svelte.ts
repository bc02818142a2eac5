export type Toast = { id: number; text: string; tone: 'plain' | 'bad'; action?: { label: string; run: () => void } };

let nextId = 1;
const list = $state<Toast[]>([]);
export const toasts = (): readonly Toast[] => list;

export function dismiss(id: number): void {
  const index = list.findIndex((it) => it.id === id);
  if (index >= 0) list.splice(index, 1);
}

export function toast(text: string, options: { tone?: Toast['tone']; action?: Toast['action'] } = {}): void {
  const id = nextId++;
  list.push({ id, text, tone: options.tone ?? 'plain', action: options.action });
  if (list.length > 4) list.shift();
  setTimeout(() => dismiss(id), options.action ? 8000 : 5000);
}
