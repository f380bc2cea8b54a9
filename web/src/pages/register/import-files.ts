/** Files that a person chose: one workbook, or tables of units and groups. */
export type Chosen =
  | { kind: 'workbook'; name: string; base64: string }
  | { kind: 'csv'; names: string[]; units: string; groups: string }

/** Key below `register.import` of what is wrong with the choice. */
type ChosenProblem = 'none' | 'mixed' | 'unknown' | 'tooLarge' | 'twice'

/** A table that was not chosen has no rows: nothing is left out by that, since units and groups not named stay. */
const NO_ROWS = { units: 'id,name,parent_id\n', groups: 'id,name,kind,unit_id\n' }

const MOST_BYTES = 8 * 1024 * 1024

/** Which table a CSV file holds, by the columns of its first line. */
export function tableOf(text: string): 'units' | 'groups' | undefined {
  const header = (text.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0] ?? '')
    .split(',')
    .map((cell) => cell.replaceAll('"', '').trim())
  if (header.includes('parent_id')) return 'units'
  return header.includes('unit_id') || header.includes('kind') ? 'groups' : undefined
}

export function base64Of(bytes: Uint8Array): string {
  const CHUNK = 0x8000
  let binary = ''
  for (let at = 0; at < bytes.length; at += CHUNK)
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  return btoa(binary)
}

/** Reads what was chosen; says what is wrong with it before anything is sent. */
export async function readChosen(files: readonly File[]): Promise<Chosen | ChosenProblem> {
  const [first] = files
  if (first === undefined) return 'none'
  if (files.some((file) => file.size > MOST_BYTES)) return 'tooLarge'
  const workbooks = files.filter((file) => file.name.toLowerCase().endsWith('.xlsx'))
  if (workbooks.length > 0) {
    if (files.length > 1) return 'mixed'
    return { kind: 'workbook', name: first.name, base64: base64Of(new Uint8Array(await first.arrayBuffer())) }
  }
  const chosen = { kind: 'csv' as const, names: files.map(({ name }) => name), units: '', groups: '' }
  for (const file of files) {
    const text = await file.text()
    const table = tableOf(text)
    if (table === undefined) return 'unknown'
    if (chosen[table] !== '') return 'twice'
    chosen[table] = text
  }
  return { ...chosen, units: chosen.units || NO_ROWS.units, groups: chosen.groups || NO_ROWS.groups }
}
