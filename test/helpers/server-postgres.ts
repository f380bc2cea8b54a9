import path from 'node:path'
import type { Postgres } from '@guanlan/server/ports/postgres'
import { overPool } from '@guanlan/server/store/postgres-pool'
import type { TestServer } from './server.ts'

/** The embedded Postgres of a running test server, for what no route would write. To be closed before the server stops. */
export const postgresOf = ({ dataDir }: Pick<TestServer, 'dataDir'>): Postgres =>
  overPool({
    ...{ host: path.join(dataDir, 'postgres', 'socket'), port: 5432, user: 'guanlan', database: 'guanlan' },
    max: 2,
  })
