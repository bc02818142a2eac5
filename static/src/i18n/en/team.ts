import type { Like } from '../plural';
import type { team as ru } from '../ru/team';

export const team: Like<typeof ru> = {
  'team.invites': 'Invitations',
  'team.anyone': 'Anyone with the link',
  'team.inviteUntil': 'Valid until {time}',
  'team.inviteEmail': 'E-mail (optional)',
  'team.inviteEmailHint': 'Then only this address can use the link',
  'team.link': 'Invitation link',
  'team.linkHint': 'Send it to your colleague. It is not shown again.',
  'team.makeLink': 'Create link',
  'team.revoke': 'Revoke',
  'team.person': 'Person',
  'team.presence': 'Presence',
  'team.since': 'Joined',
  'team.total': { one: '{n} person', other: '{n} people' },
  'team.role': 'Role',
  'team.you': 'you',
  'team.disable': 'Disable access',
  'team.enable': 'Restore access',
  'team.disabled': 'access disabled',
  'team.remove': 'Remove from the team',
  'team.removeTitle': 'Remove from the team?',
  'team.removeText': '{name} will lose access; the conversations stay.',
  'team.readOnly': 'Owners and managers can invite people and change roles.',
};
