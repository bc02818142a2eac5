// Dragging by pointer, as attachments. What may be dragged can always be moved by a menu too (WCAG 2.5.7).
import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter';

/** Only things of one list or board fit together: `group` tells it apart from others on the page. */
export type Dragged = { group: string; key: number | string };
const inGroup = (data: Record<string | symbol, unknown>, group: string): data is Dragged => data.group === group;

/** Before or after the thing under the pointer. */
export const after = (node: Element, y: number): boolean => {
  const { top, height } = node.getBoundingClientRect();
  return y > top + height / 2;
};

export function dragItem(
  options: () => Dragged & { handle?: string; onstart?: () => void; onend?: () => void },
): (node: HTMLElement) => () => void {
  return (node) =>
    draggable({
      element: node,
      dragHandle: (options().handle && node.querySelector(options().handle as string)) || undefined,
      getInitialData: () => ({ group: options().group, key: options().key }),
      onDragStart: () => options().onstart?.(),
      onDrop: () => options().onend?.(),
    });
}

type Over = {
  group: string;
  onover: (key: Dragged['key'], after: boolean) => void;
  onleave: () => void;
  ondrop: (key: Dragged['key'], after: boolean) => void;
};

/** A place to drop on. The innermost one that is hit gets it. */
export function dropPlace(options: () => Over): (node: HTMLElement) => () => void {
  return (node) =>
    combine(
      dropTargetForElements({
        element: node,
        canDrop: ({ source }) => inGroup(source.data, options().group),
        onDrag: ({ source, location, self }) => {
          const innermost = location.current.dropTargets[0]?.element === self.element;
          if (innermost) options().onover(source.data.key as Dragged['key'], after(node, location.current.input.clientY));
          else options().onleave();
        },
        onDragLeave: () => options().onleave(),
        onDrop: ({ source, location, self }) => {
          options().onleave();
          if (location.current.dropTargets[0]?.element !== self.element) return;
          options().ondrop(source.data.key as Dragged['key'], after(node, location.current.input.clientY));
        },
      }),
    );
}
