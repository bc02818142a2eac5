import { content } from './inbox/content';
import { context } from './inbox/context';
import { list } from './inbox/list';
import { firstSteps } from './inbox/first-steps';
import { thread } from './inbox/thread';

/** Everything said on the inbox page, in files by its places; one request brings them all. */
export const inbox = { ...content, ...context, ...list, ...firstSteps, ...thread } as const;
