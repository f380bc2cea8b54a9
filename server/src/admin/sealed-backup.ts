import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { appError } from '@guanlan/contract/errors'
import { deriveKey, newKeyFacts, openFile, sealFile } from './sealed-file.ts'

const SEALED = 'sealed.json'

/** Open beside the sealed files: how the key is derived. `files` is sealed, so that one that is missing shows. */
const SealedFacts = z.strictObject({
  format: z.literal(1),
  key: z.strictObject({ kdf: z.literal('scrypt'), cost: z.int(), salt: z.string() }),
})
const LIST = 'files.json'

/** A trailing line end is not part of the passphrase: editors add it. */
export async function readKeyFile(file: string): Promise<Buffer> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw appError('bad_request', `${file} cannot be read`, { cause })
  })
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end -= 1
  return bytes.subarray(0, end)
}

/** Files below a folder by their path inside it, with `/` between. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort()
}

/** Seals a finished backup folder into another, new one. */
export async function sealBackup(from: string, to: string, keyFile: string): Promise<void> {
  const facts = newKeyFacts()
  const key = deriveKey(await readKeyFile(keyFile), facts)
  const files = await filesBelow(from)
  for (const [index, name] of files.entries())
    // Numbers for names: what the folder is called and holds is nobody's business either.
    await sealFile(path.join(from, name), path.join(to, `${index}.sealed`), key, name)
  await writeFile(path.join(from, LIST), JSON.stringify(files), { mode: 0o600 })
  await sealFile(path.join(from, LIST), path.join(to, 'files.sealed'), key, LIST)
  // Written last: a folder without it is no backup.
  await writeFile(path.join(to, SEALED), `${JSON.stringify({ format: 1, key: facts }, null, 2)}\n`, {
    mode: 0o600,
  })
}

export async function isSealed(folder: string): Promise<boolean> {
  return (await readdir(folder).catch(() => [] as string[])).includes(SEALED)
}

/** Opens a sealed backup into a new folder. @throws AppError bad_request for another key or a changed file */
export async function openBackup(from: string, to: string, keyFile: string): Promise<void> {
  const facts = SealedFacts.safeParse(JSON.parse(await readFile(path.join(from, SEALED), 'utf8')))
  if (!facts.success) throw appError('bad_request', `${from} was sealed by another version`)
  const key = deriveKey(await readKeyFile(keyFile), facts.data.key)
  await mkdir(to, { recursive: true, mode: 0o700 })
  const list = path.join(to, LIST)
  await openFile(path.join(from, 'files.sealed'), list, key, LIST)
  const files = z.array(z.string()).parse(JSON.parse(await readFile(list, 'utf8')))
  await rm(list)
  for (const [index, name] of files.entries()) {
    const target = path.join(to, name)
    if (!target.startsWith(to + path.sep))
      throw appError('bad_request', 'a file of the backup lies outside of it')
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 })
    await openFile(path.join(from, `${index}.sealed`), target, key, name)
  }
}
