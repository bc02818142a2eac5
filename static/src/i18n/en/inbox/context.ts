import type { Like } from '../../plural';
import type { context as ru } from '../../ru/inbox/context';

export const context: Like<typeof ru> = {
  'customer.name': 'Name',
  'customer.phone': 'Phone',
  'customer.email': 'E-mail',
  'customer.language': 'Language',
  'customer.notes': 'About the customer',
  'customer.channels': 'Writes on',
  'customer.source': 'Came from',
  'customer.localTime': 'It is {time} there',
  'customer.since': 'With us since {time}',
  'leads.inContext': 'Leads',
  'leads.write': 'Write down a lead',
  'leads.writeHint': 'The name and a valid number are required',
  'leads.written': 'The lead is written down',
};
