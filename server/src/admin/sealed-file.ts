import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scryptSync } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { appError } from '@guanlan/contract/errors'

/**
 * Files sealed with AES-256-GCM in pieces (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015): a
 * piece that was changed, moved, dropped or added at the end does not open. Each file has a key of its own, derived from
 * the backup's key, a random salt and the name of the file, so that files cannot be exchanged either.
 */
const PIECE = 1024 * 1024
const TAG = 16
const SALT = 32
const PREFIX = 7
const LAST = 1

/** What has to be kept beside the sealed files to open them with the passphrase; none of it is secret. */
export interface KeyFacts {
  readonly kdf: 'scrypt'
  readonly cost: number
  readonly salt: string
}

/** RFC 7914; 128 MiB and about half a second: a passphrase is guessed slowly. */
const COST = 2 ** 17

export function newKeyFacts(): KeyFacts {
  return { kdf: 'scrypt', cost: COST, salt: randomBytes(16).toString('base64') }
}

/** @throws AppError bad_request for a passphrase too short to protect anything, or facts of another version */
export function deriveKey(passphrase: Buffer, { kdf, cost, salt }: KeyFacts): Buffer {
  if (passphrase.length < 16) throw appError('bad_request', 'the key file holds fewer than 16 bytes')
  if (kdf !== 'scrypt' || cost > 2 ** 20 || (cost & (cost - 1)) !== 0)
    throw appError('bad_request', 'this backup was sealed by another version')
  return scryptSync(passphrase, Buffer.from(salt, 'base64'), 32, { N: cost, r: 8, p: 1, maxmem: 2 ** 31 - 1 })
}

function fileKey(key: Buffer, salt: Buffer, name: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, `guanlan backup ${name}`, 32))
}

function nonceOf(prefix: Buffer, index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  prefix.copy(nonce)
  nonce.writeUInt32BE(index, PREFIX)
  nonce.writeUInt8(last ? LAST : 0, 11)
  return nonce
}

async function readFully(file: FileHandle, into: Buffer, at: number): Promise<number> {
  let have = 0
  while (have < into.length) {
    const { bytesRead } = await file.read(into, have, into.length - have, at + have)
    if (bytesRead === 0) break
    have += bytesRead
  }
  return have
}

async function withFiles<T>(
  from: string,
  to: string,
  work: (source: FileHandle, target: FileHandle, size: number) => Promise<T>,
): Promise<T> {
  const source = await open(from, 'r')
  try {
    const target = await open(to, 'wx', 0o600)
    try {
      const result = await work(source, target, (await source.stat()).size)
      await target.sync()
      return result
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

/** @param name path inside the backup, bound into the key */
export function sealFile(from: string, to: string, key: Buffer, name: string): Promise<void> {
  return withFiles(from, to, async (source, target, size) => {
    const salt = randomBytes(SALT)
    const prefix = randomBytes(PREFIX)
    const own = fileKey(key, salt, name)
    await target.write(Buffer.concat([salt, prefix]))
    const pieces = Math.max(1, Math.ceil(size / PIECE))
    const buffer = Buffer.alloc(PIECE)
    for (let index = 0; index < pieces; index++) {
      const have = await readFully(
        source,
        buffer.subarray(0, Math.min(PIECE, size - index * PIECE)),
        index * PIECE,
      )
      const cipher = createCipheriv('aes-256-gcm', own, nonceOf(prefix, index, index === pieces - 1))
      const sealed = Buffer.concat([
        cipher.update(buffer.subarray(0, have)),
        cipher.final(),
        cipher.getAuthTag(),
      ])
      await target.write(sealed)
    }
  })
}

/** @throws AppError bad_request when the key is another one or the file is not what was sealed */
export function openFile(from: string, to: string, key: Buffer, name: string): Promise<void> {
  return withFiles(from, to, async (source, target, size) => {
    const damaged = (cause?: unknown) =>
      appError('bad_request', `${name} does not open: another key, or the file was changed`, { cause })
    const head = Buffer.alloc(SALT + PREFIX)
    if ((await readFully(source, head, 0)) < head.length) throw damaged()
    const own = fileKey(key, head.subarray(0, SALT), name)
    const prefix = head.subarray(SALT)
    const body = size - head.length
    const pieces = Math.ceil(body / (PIECE + TAG))
    if (pieces === 0) throw damaged()
    const buffer = Buffer.alloc(PIECE + TAG)
    for (let index = 0; index < pieces; index++) {
      const at = index * (PIECE + TAG)
      const have = await readFully(
        source,
        buffer.subarray(0, Math.min(PIECE + TAG, body - at)),
        head.length + at,
      )
      if (have < TAG) throw damaged()
      const decipher = createDecipheriv('aes-256-gcm', own, nonceOf(prefix, index, index === pieces - 1))
      decipher.setAuthTag(buffer.subarray(have - TAG, have))
      try {
        await target.write(Buffer.concat([decipher.update(buffer.subarray(0, have - TAG)), decipher.final()]))
      } catch (cause) {
        throw damaged(cause)
      }
    }
  })
}
