// Appends to a spool until it is killed and prints the number of each entry that was acknowledged.
import { writeSync } from 'node:fs'
import { openSpool } from '@guanlan/server/store/spool-lmdb'

const spool = openSpool(process.argv[2] ?? '', {
  maxBytes: 1024 ** 3,
  minFreeBytes: 0,
  clock: { now: () => Date.now() },
})
for (;;) {
  const numbers = await Promise.all([1, 2, 3].map((at) => spool.append(Buffer.alloc(5_000, at))))
  writeSync(1, numbers.map((number) => `${number}\n`).join(''))
}
