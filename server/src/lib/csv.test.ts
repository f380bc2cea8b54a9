import { expect, it } from 'vitest'
import { csvFile } from './csv.ts'

it('opens as UTF-8, quotes what has to be, and runs nothing', () => {
  const file = csvFile([
    ['a', 'b'],
    ['=1+1', 'x,"y"'],
    ['-2', null],
    [-2, 0.5],
  ])
  expect(file).toBe('\uFEFFa,b\r\n\'=1+1,"x,""y"""\r\n\'-2,\r\n-2,0.5\r\n')
})
