import type { AlertLevel } from '@guanlan/contract/alert-rule'
import { ref } from 'vue'

/** Tones of a level, Hz: graver is longer and higher, so that it is told by ear. */
const TONES: Record<AlertLevel, readonly number[]> = {
  blue: [523],
  yellow: [523, 523],
  orange: [659, 523, 659],
  red: [880, 659, 880, 659],
}
const TONE_SECONDS = 0.18

let context: AudioContext | undefined

/** True once the reader allowed sound on this page. */
export const soundOn = ref(false)

/** Call it from a click or key press: browsers allow sound only then. */
export async function allowSound(): Promise<void> {
  context ??= new AudioContext()
  await context.resume()
  soundOn.value = context.state === 'running'
  if (soundOn.value) ring('blue')
}

/** Rings for a level; nothing happens before sound was allowed. */
export function ring(level: AlertLevel): void {
  if (context === undefined || context.state !== 'running') return
  for (const [i, pitch] of TONES[level].entries()) {
    const from = context.currentTime + i * (TONE_SECONDS + 0.06)
    const tone = context.createOscillator()
    const loudness = context.createGain()
    tone.frequency.value = pitch
    loudness.gain.setValueAtTime(0.25, from)
    loudness.gain.exponentialRampToValueAtTime(0.001, from + TONE_SECONDS)
    tone.connect(loudness).connect(context.destination)
    tone.start(from)
    tone.stop(from + TONE_SECONDS)
  }
}
