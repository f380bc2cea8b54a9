// A trie whose edges sit in one open-addressing hash table: no pointers, no strings, grows by inserting. Words are read
// back by walking to the root, so the 350,000 dictionary words cost no string objects. What the segmenter asks of an edge
// lies beside it, so that a step costs one wait for memory.

/** Words are UTF-16 units; a word's id is dense, from 0, in order of insertion, and never changes or moves. */
export interface Trie {
  /** Id of the word, inserted if it was not there. Throws RangeError when the trie is full. */
  insert(word: string): number
  find(word: string): number | undefined
  word(id: number): string
  /** A weight of the word that ends here, -Infinity (none) until it is set. */
  setWeight(id: number, weight: number): void
  /** What segmenter.ts reads in its inner loop. */
  readonly tables: TrieTables
  readonly size: number
  bytes(): number
}

/**
 * The node below the root is numbered by its unit. Any other edge is a slot of four integers: the low 32 bits of
 * (node << 16 | unit); INNER where edges go on from the child, the node's high bits and the child's number (0: no edge);
 * the weight, as the bits of a float; and the word that ends at the child, or -1.
 */
export interface TrieTables {
  readonly slots: Int32Array
  /** The same memory, for the weights. */
  readonly weights: Float32Array
  readonly mask: number
  /** Weight and word of single units. */
  readonly unitWeight: Float32Array
  readonly unitWord: Int32Array
  /** A bit by pairBit: 0 only if no word begins with the two units. It stays in the fast caches. */
  readonly pairs: Uint32Array
}

export const NODE_BITS = 22
export const NODE_MASK = (1 << NODE_BITS) - 1
export const HIGH_MASK = 63
export const INNER = 1 << 28
const UNITS = 65536
const PAIR_BITS = 21

export const pairBit = (first: number, second: number): number =>
  Math.imul(Math.imul(first, 0x85ebca6b) ^ second, 0x9e3779b1) >>> (32 - PAIR_BITS)

/** The first slot to look at for an edge; the next is one further. `key` and `high`: parts of (node << 16 | unit). */
export const firstSlot = (key: number, high: number, mask: number): number => {
  const at = Math.imul(key ^ (high << 9), 0x9e3779b1)
  return (at ^ (at >>> 15)) & mask
}

/** Slot of the edge, or the empty one in which it belongs. */
function slotOf({ slots, mask }: TrieTables, node: number, unit: number): number {
  const key = (node << 16) | unit
  const high = node >>> 16
  for (let at = firstSlot(key, high, mask); ; at = (at + 1) & mask) {
    const value = slots[4 * at + 1]!
    if (value === 0 || (slots[4 * at] === key && ((value >>> NODE_BITS) & HIGH_MASK) === high)) return at
  }
}

function allocate(nodes: number): TrieTables {
  if (nodes > NODE_MASK) throw new RangeError(`a trie holds at most ${NODE_MASK} nodes`)
  let size = 1024
  while (size < (nodes - UNITS) * 1.3) size *= 2
  const slots = new Int32Array(size * 4)
  return {
    slots,
    weights: new Float32Array(slots.buffer),
    mask: size - 1,
    unitWeight: new Float32Array(UNITS).fill(-Infinity),
    unitWord: new Int32Array(UNITS).fill(-1),
    pairs: new Uint32Array(2 ** PAIR_BITS / 32),
  }
}

/** Where a word is kept: a slot, or for a single unit that unit's complement. */
type Place = number

function readBack(t: TrieTables, slotOfNode: Int32Array, place: Place): string {
  const units: number[] = []
  let node = ~place
  for (let slot = place; slot >= 0;) {
    const key = t.slots[4 * slot]!
    units.push(key & 0xffff)
    node = (((t.slots[4 * slot + 1]! >>> NODE_BITS) & HIGH_MASK) << 16) | (key >>> 16)
    slot = node < UNITS ? -1 : slotOfNode[node - UNITS]!
  }
  units.push(node)
  return String.fromCharCode(...units.reverse())
}

/** At most `maxNodes` nodes below the first units, and `maxWords` words. */
export function createTrie(maxNodes: number, maxWords: number): Trie {
  const t = allocate(UNITS + maxNodes)
  const { slots, weights, unitWord } = t
  const slotOfNode = new Int32Array(maxNodes)
  const places = new Int32Array(maxWords)
  // Spelled out on first asking: windows ask for the same words at every tick.
  const spelled: (string | undefined)[] = []
  let nodes = UNITS
  let words = 0

  /** Follows the edge from `node`, which the edge at `above` leads to, adding it if need be; returns its slot. */
  function descend(node: number, above: Place, unit: number): number {
    const slot = slotOf(t, node, unit)
    if (slots[4 * slot + 1] !== 0) return slot
    slotOfNode[nodes - UNITS] = slot
    slots[4 * slot] = (node << 16) | unit
    slots[4 * slot + 1] = ((node >>> 16) << NODE_BITS) | nodes++
    weights[4 * slot + 2] = -Infinity
    slots[4 * slot + 3] = -1
    if (above >= 0) slots[4 * above + 1]! |= INNER
    else t.pairs[pairBit(node, unit) >>> 5]! |= 1 << (pairBit(node, unit) & 31)
    return slot
  }

  const wordAt = (place: Place): number => (place < 0 ? unitWord[~place]! : slots[4 * place + 3]!)

  function insert(word: string): number {
    if (word.length === 0) throw new RangeError('an empty word has no place in a trie')
    if (words >= maxWords || nodes + word.length - 1 > UNITS + maxNodes)
      throw new RangeError('the trie is full')
    let node = word.charCodeAt(0)
    let place: Place = ~node
    for (let i = 1; i < word.length; i++) {
      place = descend(node, place, word.charCodeAt(i))
      node = slots[4 * place + 1]! & NODE_MASK
    }
    if (wordAt(place) >= 0) return wordAt(place)
    if (place < 0) unitWord[~place] = words
    else slots[4 * place + 3] = words
    places[words] = place
    return words++
  }

  function find(word: string): number | undefined {
    if (word.length === 0) return undefined
    let node = word.charCodeAt(0)
    let place: Place = ~node
    for (let i = 1; i < word.length; i++) {
      place = slotOf(t, node, word.charCodeAt(i))
      node = slots[4 * place + 1]! & NODE_MASK
      if (node === 0) return undefined
    }
    return wordAt(place) < 0 ? undefined : wordAt(place)
  }

  return {
    insert,
    find,
    tables: t,
    word: (id) => {
      if (!(id >= 0 && id < words)) throw new RangeError(`no word has id ${id}`)
      return (spelled[id] ??= readBack(t, slotOfNode, places[id]!))
    },
    setWeight(id, weight) {
      const place = places[id]!
      if (place < 0) t.unitWeight[~place] = weight
      else weights[4 * place + 2] = weight
    },
    get size() {
      return words
    },
    bytes: () =>
      slots.byteLength +
      t.unitWeight.byteLength +
      unitWord.byteLength +
      t.pairs.byteLength +
      slotOfNode.byteLength +
      places.byteLength,
  }
}
