import type { Like } from '../plural';
import type { inbox as ru } from '../ru/inbox';
import { composer } from './inbox/composer';
import { content } from './inbox/content';
import { context } from './inbox/context';
import { list } from './inbox/list';
import { firstSteps } from './inbox/first-steps';
import { thread } from './inbox/thread';

export const inbox: Like<typeof ru> = { ...composer, ...content, ...context, ...list, ...firstSteps, ...thread };
