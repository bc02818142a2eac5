import type { Component } from 'svelte';
import type { Conversation, Id } from '../../api/types';

/** The rows of the list that are selected, for one deed with all of them (`selection/`, which comes later than the list). */
class Picked {
  ids = $state.raw<ReadonlySet<Id>>(new Set());
  /** What stands over a row's face to choose it with. */
  Box = $state.raw<Component<{ row: Conversation; compact: boolean }> | null>(null);
}
export const picked = new Picked();
