import type { DurableFrame, TransientFrame } from './frames';
import type { Presence } from './presence.svelte';
import type { Store } from './store.svelte';

/** One frame of the feed to the store. Types we do not know are additions of a newer server: left alone. */
export function apply(frame: DurableFrame | TransientFrame, store: Store, presence: Presence): void {
  switch (frame.type) {
    case 'message.created':
      if (frame.data.author.type === 'customer') presence.setCustomerTyping(frame.data.conversation_id, false);
      // Whoever answers ends what the agent was about to say.
      else if (frame.data.direction === 'out') presence.drafts.end(frame.data.conversation_id);
      return store.takeMessage(frame.data, frame.conversation, true);
    case 'message.updated':
      return store.takeMessage(frame.data, frame.conversation, false);
    case 'conversation.created':
      return store.putBegun(frame.data);
    case 'conversation.entered':
      store.putShared(frame.data);
      // The frame cannot say what this operator has read.
      return store.onUnknown(frame.data.id);
    case 'conversation.updated':
    case 'conversation.assigned':
      return store.putShared(frame.data);
    case 'conversation.left':
      return store.removeRow(frame.conversation_id ?? frame.data.id);
    case 'customer.updated':
      return store.putCustomer(frame.data);
    case 'lead.created':
    case 'lead.updated':
      return store.leads.put(frame.data);
    case 'notification.created':
      return store.notices.add({
        id: `${frame.seq}.${frame.at}`,
        at: frame.at,
        code: frame.data.code,
        detail: frame.data.detail,
      });
    case 'unread.updated':
      return store.setUnread(frame.data.conversation_id, frame.data.unread, frame.data.read_up_to);
    case 'conversation.typing':
      if (frame.who === 'agent') return presence.setAgentTyping(frame.conversation_id, frame.on);
      if (frame.who === 'customer') return presence.setCustomerTyping(frame.conversation_id, frame.on);
      if (frame.user_id === undefined || frame.user_id === store.me) return;
      return presence.setTyping(frame.conversation_id, { id: frame.user_id, name: frame.name ?? '' }, frame.on);
    case 'conversation.viewing':
      if (frame.user_id === store.me) return;
      return presence.setViewing(frame.conversation_id, { id: frame.user_id, name: frame.name }, frame.on);
    case 'message.draft':
      return presence.drafts.take(frame);
    case 'presence.updated':
      if (frame.presence === 'online') presence.online.add(frame.user_id);
      else presence.online.delete(frame.user_id);
      return;
    case 'presence.snapshot':
      return presence.setOnline(frame.online);
  }
}
