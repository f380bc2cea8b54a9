import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

/** A real OpenID Connect provider in a process of its own; people and their claims come as JSON, the redirect as argument. */
interface Person {
  readonly sub: string
  readonly claims: Readonly<Record<string, unknown>>
}

const [redirectUri = '', people = '[]'] = process.argv.slice(2)
const known = new Map((JSON.parse(people) as Person[]).map((person) => [person.sub, person]))

// The issuer has to know its port before the provider is made.
const server = createServer()
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as AddressInfo
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'guanlan',
      client_secret: 'a secret of the test client, long enough',
      redirect_uris: [redirectUri],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    },
  ],
  pkce: { required: () => true },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
  findAccount: (_context, sub) => {
    const person = known.get(sub)
    return person === undefined ? undefined : { accountId: sub, claims: () => ({ sub, ...person.claims }) }
  },
  cookies: { keys: ['test'] },
  features: { devInteractions: { enabled: true } },
})
const answer = provider.callback()
server.on('request', (request, response) => void answer(request, response))
process.stdout.write(`${JSON.stringify({ port })}\n`)
// Ends with the test that started it.
process.stdin.on('end', () => process.exit(0)).resume()
