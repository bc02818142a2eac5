import type { Like } from '../plural';
import type { inbox as ru } from '../ru/inbox';
import { content } from './inbox/content';
import { list } from './inbox/list';
import { firstSteps } from './inbox/first-steps';
import { thread } from './inbox/thread';

export const inbox: Like<typeof ru> = { ...content, ...list, ...firstSteps, ...thread };
