// What jsdom lacks of a browser: the top layer. Shown and hidden are told as a browser tells them.
export function givePopovers(): void {
  const proto = HTMLElement.prototype;
  const shown = new WeakSet<HTMLElement>();
  const tell = (node: HTMLElement, newState: 'open' | 'closed'): void =>
    void node.dispatchEvent(Object.assign(new Event('toggle'), { newState }));
  proto.showPopover = function (): void {
    shown.add(this);
    tell(this, 'open');
  };
  proto.hidePopover = function (): void {
    if (shown.delete(this)) tell(this, 'closed');
  };
  const matches = proto.matches;
  proto.matches = function (selector: string): boolean {
    return selector === ':popover-open' ? shown.has(this) : matches.call(this, selector);
  };
  proto.scrollIntoView ??= () => {};
}
export function giveMedia(): void {
  globalThis.matchMedia ??= ((media: string) => ({
    media,
    matches: false,
    addEventListener: () => {},
    removeEventListener: () => {},
  })) as unknown as typeof matchMedia;
  globalThis.ResizeObserver ??= class {
    observe = (): void => {};
    unobserve = (): void => {};
    disconnect = (): void => {};
  };
}
