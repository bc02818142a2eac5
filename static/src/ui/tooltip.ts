// One bubble for the whole page: shown after a moment under the pointer, at once under the focus; Esc and leaving put it away.
const DELAY = 400;
const GAP = 6;
let bubble: HTMLDivElement | null = null;
let owner: Element | null = null;
let waiting: ReturnType<typeof setTimeout> | undefined;

function made(): HTMLDivElement {
  if (bubble?.isConnected) return bubble;
  bubble = document.createElement('div');
  bubble.className = 'tooltip';
  bubble.setAttribute('role', 'tooltip');
  bubble.popover = 'manual';
  bubble.dir = 'auto';
  // Whoever moves onto the words may read them (WCAG 1.4.13).
  bubble.addEventListener('pointerenter', () => clearTimeout(waiting));
  bubble.addEventListener('pointerleave', hide);
  document.body.append(bubble);
  return bubble;
}

export function hide(): void {
  clearTimeout(waiting);
  owner = null;
  if (bubble?.matches(':popover-open')) bubble.hidePopover();
}

function show(at: Element, text: string): void {
  clearTimeout(waiting);
  if (!text || !at.isConnected) return;
  const box = made();
  owner = at;
  box.textContent = text;
  box.showPopover();
  const { left, top, bottom, width } = at.getBoundingClientRect();
  const x = Math.max(GAP, Math.min(left + width / 2 - box.offsetWidth / 2, innerWidth - box.offsetWidth - GAP));
  const above = top - box.offsetHeight - GAP;
  box.style.left = `${x}px`;
  box.style.top = `${above >= GAP ? above : bottom + GAP}px`;
}

/** `{@attach tooltip(() => text)}`. It is no name: give the control one. */
export function tooltip(text: () => string): (node: Element) => () => void {
  return (node) => {
    const enter = (event: Event): void => {
      if ((event as PointerEvent).pointerType === 'touch') return;
      clearTimeout(waiting);
      waiting = setTimeout(() => show(node, text()), DELAY);
    };
    const leave = (): void => {
      clearTimeout(waiting);
      if (owner === node) waiting = setTimeout(hide, 100);
    };
    const focus = (): void => void (node.matches(':focus-visible') && show(node, text()));
    const key = (event: Event): void => {
      if ((event as KeyboardEvent).key !== 'Escape' || owner !== node) return;
      event.stopPropagation();
      hide();
    };
    const listeners: [string, (event: Event) => void][] = [
      ['pointerenter', enter],
      ['pointerleave', leave],
      ['pointerdown', hide],
      ['focus', focus],
      ['blur', hide],
      ['keydown', key],
    ];
    listeners.forEach(([name, run]) => node.addEventListener(name, run));
    return () => {
      if (owner === node) hide();
      listeners.forEach(([name, run]) => node.removeEventListener(name, run));
    };
  };
}
