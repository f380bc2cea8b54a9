import { randomBytes } from 'node:crypto'

/** Source of unguessable bytes; passed in so that tests can repeat a run. */
export type Random = (size: number) => Buffer

export const systemRandom: Random = (size) => randomBytes(size)
