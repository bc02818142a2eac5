import { on } from '../../realtime/apply';

on('message.created', ({ data, conversation }, { store, presence }) => {
  if (data.author.type === 'customer') presence.setCustomerTyping(data.conversation_id, false);
  // Whoever answers ends what the agent was about to say.
  else if (data.direction === 'out') presence.drafts.end(data.conversation_id);
  store.takeMessage(data, conversation, true);
});
on('message.updated', ({ data, conversation }, { store }) => store.takeMessage(data, conversation, false));

on('conversation.created', ({ data }, { store }) => store.putBegun(data));
on(['conversation.updated', 'conversation.assigned'], ({ data }, { store }) => store.putShared(data));
on('conversation.entered', ({ data }, { store }) => {
  store.putShared(data);
  // The frame cannot say what this operator has read.
  store.onDoubt(data.id);
});
on('conversation.left', (frame, { store }) => store.removeRow(frame.conversation_id ?? frame.data.id));

on('customer.updated', ({ data }, { store }) => store.putCustomer(data));
on('unread.updated', ({ data }, { store }) => {
  store.setUnread(data.conversation_id, data.unread, data.read_up_to);
  const thread = store.heldThread(data.conversation_id);
  if (thread) thread.told = data.read_up_to;
});
on('counts.updated', ({ counts }, { store }) => store.counts.take(counts));

on('conversation.typing', (frame, { store, presence }) => {
  if (frame.who === 'agent') return presence.setAgentTyping(frame.conversation_id, frame.on);
  if (frame.who === 'customer') return presence.setCustomerTyping(frame.conversation_id, frame.on);
  if (frame.user_id === undefined || frame.user_id === store.me) return;
  presence.setTyping(frame.conversation_id, { id: frame.user_id, name: frame.name ?? '' }, frame.on);
});
on('conversation.viewing', (frame, { store, presence }) => {
  if (frame.user_id === store.me) return;
  presence.setViewing(frame.conversation_id, { id: frame.user_id, name: frame.name }, frame.on);
});
on('message.draft', (frame, { presence }) => presence.drafts.take(frame));
on('presence.updated', (frame, { presence }) => {
  if (frame.presence === 'online') presence.online.add(frame.user_id);
  else presence.online.delete(frame.user_id);
});
on('presence.snapshot', (frame, { presence }) => presence.setOnline(frame.online));
