import { onBeforeUnmount, onMounted } from 'vue'

/** Keeps the display from sleeping while the component is shown; browsers drop the lock with a hidden tab, so it is taken again. */
export function useWakeLock(): void {
  let lock: WakeLockSentinel | undefined
  async function take(): Promise<void> {
    if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return
    // Refused on battery saving or without a secure context: the wall then follows the machine's own settings.
    lock = await navigator.wakeLock.request('screen').catch(() => undefined)
  }
  const again = () => void take()
  onMounted(() => {
    document.addEventListener('visibilitychange', again)
    again()
  })
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', again)
    void lock?.release()
  })
}
