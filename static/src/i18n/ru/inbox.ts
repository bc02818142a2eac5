import { content } from './inbox/content';
import { list } from './inbox/list';
import { firstSteps } from './inbox/first-steps';
import { thread } from './inbox/thread';

/** Everything said on the inbox page, in files by its places; one request brings them all. */
export const inbox = { ...content, ...list, ...firstSteps, ...thread } as const;
