import { type Ref, onBeforeUnmount, onMounted, ref } from 'vue'

/**
 * How many rows of equal height fit under the first one before `root` ends, at most `max`. Walls list what fits
 * instead of cutting a row in half; elsewhere, where `root` grows with its rows, all of them fit.
 */
export function useRowsThatFit(
  root: Readonly<Ref<HTMLElement | null>>,
  row: string,
  max: () => number,
  active: boolean,
): Ref<number> {
  const count = ref(max())
  if (!active) return count
  let observer: ResizeObserver | undefined
  function measure(): void {
    const first = root.value?.querySelector(row)
    if (root.value === null || first === null || first === undefined) return
    const box = first.getBoundingClientRect()
    const room = root.value.getBoundingClientRect().bottom - box.top
    if (box.height > 0) count.value = Math.max(1, Math.min(max(), Math.floor((room + 1) / box.height)))
  }
  onMounted(() => {
    measure()
    observer = new ResizeObserver(measure)
    if (root.value !== null) observer.observe(root.value)
  })
  onBeforeUnmount(() => observer?.disconnect())
  return count
}
