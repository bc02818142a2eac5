import type { Like } from '../plural';
import type { run as ru } from '../ru/run';

export const run: Like<typeof ru> = {
  'run.version': 'Settings version',
  'run.model': 'Model',
  'run.outcome': 'How it ended',
  'run.reason': 'Reason',
  'run.function': 'What it did',
  'run.calls': 'Calls',
  'run.noCalls': 'No calls: it answered from the conversation and the company card.',
  'run.tokens': 'Tokens: in / out',
  'run.cost': 'Cost',
  'run.latency': 'Time to answer',
  'run.at': 'When',
  'run.reply': 'What it proposed',
  'run.prompt': 'Prompt',
  'run.state.running': 'still thinking',
  'run.state.answered': 'answered the customer',
  'run.state.suggested': 'suggested a reply to a person',
  'run.state.handed_over': 'handed over to people',
  'run.state.fenced': 'not needed: the conversation went on',
  'run.state.failed': 'failed',
};
