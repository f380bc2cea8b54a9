import type { StreamEvent, Truth } from './topics-world.ts'
export function runPeers(
  _e: StreamEvent[],
  _t: Truth,
  _f: number,
  _end: number,
  _s: (text: string) => string[],
): object {
  return {}
}
