// A trie whose edges sit in one open-addressing hash table: no pointers, no strings, grows by inserting. Words are read
// back by walking to the root, so the 350,000 dictionary words cost no string objects.

/** Words are UTF-16 units; a word's id is dense, from 0, in order of insertion, and never changes or moves. */
export interface Trie {
  /** Id of the word, inserted if it was not there. Throws RangeError when the trie is full. */
  insert(word: string): number
  find(word: string): number | undefined
  /** The node one edge below `node` (0 is the root), or 0 if there is none. */
  step(node: number, unit: number): number
  /** False only if no word begins with these two units: a small bitmap, read before the large tables are. */
  mayBegin(first: number, second: number): boolean
  /** The word that ends at the node, or -1. */
  wordAt(node: number): number
  /** The node at which a word ends. */
  nodeOf(id: number): number
  /** Nodes are numbered below this. */
  readonly maxNodes: number
  word(id: number): string
  readonly size: number
  bytes(): number
}

const NODE_BITS = 22
const NODE_MASK = (1 << NODE_BITS) - 1

interface Tables {
  slots: Int32Array
  mask: number
  parent: Int32Array
  unit: Uint16Array
  wordOfNode: Int32Array
  nodeOfWord: Int32Array
}

function allocate(maxNodes: number, maxWords: number): Tables {
  if (maxNodes > NODE_MASK) throw new RangeError(`a trie holds at most ${NODE_MASK} nodes`)
  let size = 1024
  while (size < maxNodes * 1.3) size *= 2
  return {
    slots: new Int32Array(size * 2),
    mask: size - 1,
    parent: new Int32Array(maxNodes),
    unit: new Uint16Array(maxNodes),
    wordOfNode: new Int32Array(maxNodes).fill(-1),
    nodeOfWord: new Int32Array(maxWords),
  }
}

/** A slot is two integers: the low 32 bits of (node << 16 | unit), and the node's high bits above the child's number. */
function stepIn(slots: Int32Array, mask: number, node: number, unit: number): number {
  const key = (node << 16) | unit
  const high = node >>> 16
  let at = Math.imul(key ^ (high << 9), 0x9e3779b1)
  at = (at ^ (at >>> 15)) & mask
  for (;;) {
    const value = slots[2 * at + 1]!
    if (value === 0) return 0
    if (slots[2 * at] === key && value >>> NODE_BITS === high) return value & NODE_MASK
    at = (at + 1) & mask
  }
}

function addEdge(t: Tables, node: number, unit: number, child: number): void {
  const key = (node << 16) | unit
  const high = node >>> 16
  let at = Math.imul(key ^ (high << 9), 0x9e3779b1)
  at = (at ^ (at >>> 15)) & t.mask
  while (t.slots[2 * at + 1] !== 0) at = (at + 1) & t.mask
  t.slots[2 * at] = key
  t.slots[2 * at + 1] = (high << NODE_BITS) | child
  t.parent[child] = node
  t.unit[child] = unit
}

const PAIR_BITS = 21
const pairBit = (first: number, second: number): number =>
  Math.imul(Math.imul(first, 0x85ebca6b) ^ second, 0x9e3779b1) >>> (32 - PAIR_BITS)

function readBack(t: Tables, node: number): string {
  const units: number[] = []
  for (let at = node; at !== 0; at = t.parent[at]!) units.push(t.unit[at]!)
  return String.fromCharCode(...units.reverse())
}

export function createTrie(maxNodes: number, maxWords: number): Trie {
  const t = allocate(maxNodes, maxWords)
  const { slots, mask, wordOfNode } = t
  // Every walk starts at the root: its edges have a table of their own.
  const roots = new Int32Array(65536)
  const pairs = new Uint32Array(2 ** PAIR_BITS / 32)
  // Spelled out on first asking: windows ask for the same words at every tick.
  const spelled: (string | undefined)[] = []
  let nodes = 1
  let words = 0
  // A bit for each node that has edges: most words have none after them, and this bitmap stays in the fast caches.
  const inner = new Uint32Array((maxNodes >>> 5) + 1)
  const step = (node: number, unit: number): number => {
    if (node === 0) return roots[unit]!
    return (inner[node >>> 5]! & (1 << (node & 31))) === 0 ? 0 : stepIn(slots, mask, node, unit)
  }

  function insert(word: string): number {
    if (word.length === 0) throw new RangeError('an empty word has no place in a trie')
    if (words >= maxWords || nodes + word.length > maxNodes) throw new RangeError('the trie is full')
    let node = 0
    for (let i = 0; i < word.length; i++) {
      const unit = word.charCodeAt(i)
      let child = step(node, unit)
      if (child === 0) {
        child = nodes++
        addEdge(t, node, unit, child)
        inner[node >>> 5]! |= 1 << (node & 31)
        if (node === 0) roots[unit] = child
        if (i === 1)
          pairs[pairBit(word.charCodeAt(0), unit) >>> 5]! |= 1 << (pairBit(word.charCodeAt(0), unit) & 31)
      }
      node = child
    }
    if (wordOfNode[node] === -1) {
      t.nodeOfWord[words] = node
      wordOfNode[node] = words++
    }
    return wordOfNode[node]!
  }

  function find(word: string): number | undefined {
    let node = 0
    for (let i = 0; i < word.length; i++) {
      node = step(node, word.charCodeAt(i))
      if (node === 0) return undefined
    }
    return node === 0 || wordOfNode[node] === -1 ? undefined : wordOfNode[node]!
  }

  return {
    insert,
    find,
    step,
    mayBegin: (first, second) => {
      const bit = pairBit(first, second)
      return (pairs[bit >>> 5]! & (1 << (bit & 31))) !== 0
    },
    wordAt: (node) => wordOfNode[node]!,
    nodeOf: (id) => t.nodeOfWord[id]!,
    maxNodes,
    word: (id) => {
      if (!(id >= 0 && id < words)) throw new RangeError(`no word has id ${id}`)
      return (spelled[id] ??= readBack(t, t.nodeOfWord[id]!))
    },
    get size() {
      return words
    },
    bytes: () =>
      slots.byteLength +
      roots.byteLength +
      pairs.byteLength +
      inner.byteLength +
      t.parent.byteLength +
      t.unit.byteLength +
      wordOfNode.byteLength +
      t.nodeOfWord.byteLength,
  }
}
