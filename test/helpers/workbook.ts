import ExcelJS from 'exceljs'

/** Rows of a sheet as text, header first. */
export async function sheetOf(bytes: Uint8Array, name: string): Promise<string[][]> {
  const workbook = new ExcelJS.Workbook()
  await workbook.xlsx.load(Buffer.from(bytes) as unknown as ExcelJS.Buffer)
  const rows: string[][] = []
  workbook.getWorksheet(name)?.eachRow((row) => {
    rows.push((row.values as ExcelJS.CellValue[]).slice(1).map((value) => String(value ?? '')))
  })
  return rows
}

/** A workbook of sheets with their rows, in base64 as the register takes it. */
export async function workbookOf(
  sheets: Record<string, (string | number | Date | null)[][]>,
): Promise<string> {
  const workbook = new ExcelJS.Workbook()
  for (const [name, rows] of Object.entries(sheets)) workbook.addWorksheet(name).addRows(rows)
  return Buffer.from(await workbook.xlsx.writeBuffer()).toString('base64')
}
