import type { Page } from 'playwright-core'
import { expect } from 'vitest'

interface LayoutFault {
  fault: 'small' | 'clipped' | 'outside' | 'overlap' | 'blank'
  text: string
}

/**
 * Looks at every visible text of a page: smaller than `minPx`, cut off by its own box (an ellipsis is a choice and
 * allowed), outside the window, or lying on another text; and panels without any words.
 */
function layoutFaults(page: Page, minPx: number): Promise<LayoutFault[]> {
  return page.evaluate((min) => {
    const faults: LayoutFault[] = []
    const boxes: { box: DOMRect; text: string; element: Element }[] = []
    // What a closed <details> holds still has boxes, but nobody sees them.
    const folded = (element: Element) => {
      for (
        let up = element.closest('details:not([open])');
        up !== null;
        up = up.parentElement?.closest('details:not([open])') ?? null
      )
        if (up.querySelector(':scope > summary')?.contains(element) !== true) return true
      return false
    }
    const hidden = (element: Element) =>
      element.closest('.visually-hidden, [hidden], .skip') !== null || folded(element)
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = (node.textContent ?? '').trim()
      const element = node.parentElement
      if (
        text === '' ||
        element === null ||
        hidden(element) ||
        element.closest('noscript, script, style') !== null
      )
        continue
      const style = getComputedStyle(element)
      const range = document.createRange()
      range.selectNodeContents(node)
      const box = range.getBoundingClientRect()
      if (box.width === 0 || style.visibility === 'hidden') continue
      if (parseFloat(style.fontSize) < min - 0.01)
        faults.push({ fault: 'small', text: `${text} ${style.fontSize}` })
      const ellipsis = element.closest('th, td, span, p')
      const chosen = ellipsis !== null && getComputedStyle(ellipsis).textOverflow === 'ellipsis'
      for (let up: Element | null = element; up !== null && !chosen; up = up.parentElement) {
        if (!/hidden|clip/.test(getComputedStyle(up).overflow)) continue
        const room = up.getBoundingClientRect()
        const beyond = Math.max(
          box.right - room.right,
          room.left - box.left,
          box.bottom - room.bottom,
          room.top - box.top,
        )
        // Line boxes are higher than letters: a third of the letter's height may stick out without being seen.
        if (beyond > parseFloat(style.fontSize) * 0.34) faults.push({ fault: 'clipped', text })
      }
      if (!chosen && (box.left < -1 || box.right > document.documentElement.clientWidth + 1))
        faults.push({ fault: 'outside', text })
      for (const line of range.getClientRects()) boxes.push({ box: line, text, element })
    }
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(i + 1)) {
        const width = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left)
        const height = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top)
        const lines = Math.min(a.box.height, b.box.height)
        const cut = [a, b].some(({ element }) => getComputedStyle(element).textOverflow === 'ellipsis')
        const layered = a.element.closest('.banner') !== b.element.closest('.banner')
        if (a.text !== b.text && !cut && !layered && width > 2 && height > lines * 0.4)
          faults.push({ fault: 'overlap', text: `${a.text} / ${b.text}` })
      }
    }
    for (const panel of document.querySelectorAll<HTMLElement>('.panel')) {
      if (panel.innerText.trim().length < 4)
        faults.push({ fault: 'blank', text: panel.dataset['state'] ?? '' })
    }
    return faults
  }, minPx)
}

/** Holds once the page has come to rest: what fades, grows or is still on its way has no place yet. */
export async function expectWhole(page: Page, minPx: number, width?: number, what = ''): Promise<void> {
  await expect.poll(() => layoutFaults(page, minPx), { message: what }).toEqual([])
  if (width === undefined) return
  await expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth), { message: what })
    .toBe(width)
}

/**
 * The thumb's bar lies over the end of a long page on purpose, and the page leaves room below: without it nothing overlaps.
 * By a style, because the bar may come after the rest of the page.
 */
export async function expectWholeBelowThumb(page: Page, minPx: number, width?: number): Promise<void> {
  const without = (rule: string) =>
    page.evaluate((text) => {
      const style = new CSSStyleSheet()
      style.replaceSync(text)
      document.adoptedStyleSheets = [style]
    }, rule)
  await without('.thumb { display: none !important }')
  await expectWhole(page, minPx, width)
  await without('')
}
