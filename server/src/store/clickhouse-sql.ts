/** Statement building shared by both ClickHouse drivers: settings travel in the statement only, never in the client. */

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_.]*$/

/** Settings of every insert: one token, honoured by the table and by every view behind it. */
export function insertSettings(token: string): Record<string, string | number> {
  if (!/^[A-Za-z0-9_.:-]{1,128}$/.test(token))
    throw new Error('an insert token takes 1 to 128 of A-Z a-z 0-9 _ . : -')
  return {
    insert_deduplicate: 1,
    insert_deduplication_token: token,
    deduplicate_blocks_in_dependent_materialized_views: 1,
    // The whole buffer is one block, so that one token covers it.
    max_insert_block_size: 1_000_000,
    min_insert_block_size_rows: 1_000_000,
    min_insert_block_size_bytes: 268_435_456,
    input_format_parallel_parsing: 0,
    async_insert: 0,
    materialized_views_ignore_errors: 0,
  }
}

export function columnList(columns: string): string[] {
  const names = columns.split(',').map((name) => name.trim())
  for (const name of names) if (!IDENTIFIER.test(name)) throw new Error(`not a column name: ${name}`)
  return names
}

export function checkIdentifier(name: string): string {
  if (!IDENTIFIER.test(name)) throw new Error(`not a table name: ${name}`)
  return name
}

const literal = (value: string | number) =>
  typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`

export function insertStatement(table: string, columns: string, token: string): string {
  const settings = Object.entries(insertSettings(token)).map(([key, value]) => `${key}=${literal(value)}`)
  return `INSERT INTO ${checkIdentifier(table)} (${columnList(columns).join(', ')}) SETTINGS ${settings.join(', ')} FORMAT JSONCompactEachRow`
}

/** Adds the settings of a read behind the ones the query may carry itself. */
export function readStatement(sql: string, timeoutSeconds: number | undefined): string {
  const query = sql.trim().replace(/;$/, '')
  const settings = ['output_format_json_quote_64bit_integers=0', 'output_format_json_quote_denormals=0']
  if (timeoutSeconds !== undefined) settings.push(`max_execution_time=${Number(timeoutSeconds)}`)
  const carriesSettings = /\bSETTINGS\s+\w+\s*=[^()]*$/i.test(query)
  return `${query}${carriesSettings ? ', ' : '\nSETTINGS '}${settings.join(', ')}`
}

/** Splits a migration file into statements: each ends with `;` at the end of a line. */
export function splitStatements(file: string): string[] {
  return file
    .split(/;[ \t]*(?:--[^\n]*)?(?:\n|$)/)
    .map((part) => part.trim())
    .filter((part) => part.replace(/^\s*--.*$/gm, '').trim() !== '')
}
