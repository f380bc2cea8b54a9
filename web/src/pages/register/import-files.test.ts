import { expect, it } from 'vitest'
import { base64Of, readChosen, tableOf } from './import-files.ts'

const file = (name: string, text: string) => new File([text], name)
const UNITS = 'id,name,parent_id\ncity,云汀市,\n'
const GROUPS = '\uFEFF"id","name","kind","unit_id"\ng1,值班群,staff,city\n'

it('knows the tables by their columns, whatever the files are called', async () => {
  expect([tableOf(UNITS), tableOf(GROUPS), tableOf('a,b\n')]).toEqual(['units', 'groups', undefined])
  expect(await readChosen([file('1.csv', GROUPS), file('2.csv', UNITS)])).toMatchObject({
    kind: 'csv',
    units: UNITS,
  })
  expect(await readChosen([file('1.csv', UNITS)])).toMatchObject({
    groups: 'id,name,kind,unit_id\n',
  })
})

it('says what is wrong before anything is sent', async () => {
  expect(await readChosen([])).toBe('none')
  expect(await readChosen([file('a.xlsx', 'x'), file('b.csv', UNITS)])).toBe('mixed')
  expect(await readChosen([file('a.csv', 'x,y\n')])).toBe('unknown')
  expect(await readChosen([file('a.csv', UNITS), file('b.csv', UNITS)])).toBe('twice')
  expect(await readChosen([file('a.csv', 'x'.repeat(9 * 1024 * 1024))])).toBe('tooLarge')
})

it('sends a workbook as it is', async () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 251)
  expect(Buffer.from(base64Of(bytes), 'base64').equals(Buffer.from(bytes))).toBe(true)
  expect(await readChosen([file('r.XLSX', 'PK')])).toEqual({
    kind: 'workbook',
    name: 'r.XLSX',
    base64: 'UEs=',
  })
})
