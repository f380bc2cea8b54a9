/** What the product needs from ClickHouse; embedded and server drivers both give it (store/clickhouse-*.ts). */
export interface ClickHouse {
  /**
   * Runs a SELECT and returns its rows (JSONEachRow, 64-bit integers as numbers). `{name:Type}` parameters are bound.
   * `lane` keeps a long report from holding up the live tick: one connection is one queue.
   */
  query<T>(
    sql: string,
    params?: Record<string, unknown>,
    options?: { lane?: 'ticker' | 'reader'; timeoutSeconds?: number },
  ): Promise<T[]>
  /**
   * Inserts one block of JSONCompactEachRow lines, exactly once per token over retries: the same token must come with
   * the same bytes. Settings travel in the statement, never as client settings (they would stick to the connection).
   * @param columns comma-separated column names in the order of the values
   */
  insertBlock(table: string, columns: string, rows: Uint8Array, token: string): Promise<void>
  /** DDL and mutations. */
  command(sql: string, params?: Record<string, unknown>): Promise<void>
  close(): Promise<void>
}
