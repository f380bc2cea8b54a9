/**
 * Durable first-in-first-out store of accepted batches (LMDB). A value is what may be on disk: hashes, minutes, codes;
 * deleted values stay readable in the file, so no text, word, sender or upstream id may ever be given to it.
 */
export interface Spool {
  /** Resolves when the value is flushed to disk; rejects, with nothing accepted, when the disk is full or failing. */
  append(value: Uint8Array): Promise<number>
  /** Entries after `afterSeq` in order, at most `maxEntries` and about `maxBytes`. */
  read(afterSeq: number, maxEntries: number, maxBytes: number): { seq: number; value: Uint8Array }[]
  /** Removes entries up to and including `seq`, in small steps. */
  removeThrough(seq: number): Promise<void>
  /** Small durable notes beside the queue, written in one transaction with an optional removal (the writer's intent). */
  getNote(key: string): Uint8Array | undefined
  setNotes(notes: Record<string, Uint8Array | null>, removeThrough?: number): Promise<void>
  readonly lastSeq: number
  /** The newest entry that is flushed to disk. */
  readonly durableSeq: number
  /** Entries waiting. */
  readonly depth: number
  /** Bytes in use in the file. */
  readonly bytes: number
  /** Why nothing can be appended now, or null: shown by /readyz and answered as 503. */
  readonly blocked: string | null
  close(): Promise<void>
}
