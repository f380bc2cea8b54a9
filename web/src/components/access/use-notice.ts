import { ref } from 'vue'

interface Notice {
  readonly text: string
  /** Puts things back as they were; rejects with ApiFailure. */
  readonly undo?: () => Promise<unknown>
}

const UNDO_MS = 12_000
const PLAIN_MS = 5_000
const notice = ref<Notice | null>(null)
let timer: ReturnType<typeof setTimeout> | undefined

/** One line that says what was just done, for a while with a way back. One for the whole window. */
export function useNotice() {
  function clear(): void {
    clearTimeout(timer)
    notice.value = null
  }
  function say(text: string, undo?: () => Promise<unknown>): void {
    clearTimeout(timer)
    notice.value = undo === undefined ? { text } : { text, undo }
    timer = setTimeout(clear, undo === undefined ? PLAIN_MS : UNDO_MS)
  }
  return { notice, say, clear }
}
