import { on } from '../../realtime/apply';

on(['lead.created', 'lead.updated'], (frame, { store }) => void store.leads.put(frame.data));
