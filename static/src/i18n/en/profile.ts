import type { Like } from '../plural';
import type { profile as ru } from '../ru/profile';

export const profile: Like<typeof ru> = {
  'pref.density': 'Density',
  'pref.sendWith': 'Send with',
  'density.comfortable': 'Comfortable',
  'density.compact': 'Compact',
  'me.person': 'About you',
  'me.zone': 'Time zone',
  'me.screen': 'Screen and keys',
  'me.password': 'Password',
  'me.currentPassword': 'Current password',
  'me.newPassword': 'New password',
  'me.changePassword': 'Change password',
  'me.passwordChanged': 'Password changed',
  'me.sessions': 'Where you are signed in',
  'me.thisSession': 'this session',
  'me.endSession': 'Sign out',
  'me.unknownDevice': 'Unknown device',
  'tg.account': 'My Telegram',
  'tg.accountText': 'Link your Telegram, and your presses of the buttons under lead notifications count as yours.',
  'tg.linked': 'Linked: {name}',
  'tg.link': 'Link',
  'tg.unlink': 'Unlink',
  'tg.unlinked': 'Telegram unlinked',
  'tg.linkDone': 'Done: Telegram is linked',
  'tg.askBot': 'There is nothing to link with yet: the company has no Telegram bot.',
};
