import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { ROOT } from './workspace.ts'

export interface OidcPerson {
  readonly sub: string
  readonly claims: Readonly<Record<string, unknown>>
}

/** Starts the provider of oidc-server.ts. */
export async function startOidc(redirectUri: string, people: readonly OidcPerson[]) {
  const script = path.join(ROOT, 'test/helpers/oidc-server.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', script, redirectUri, JSON.stringify(people)], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    void gone.then(() => reject(new Error('the provider did not start')))
  })
  return {
    issuer: `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}`,
    async stop() {
      child.stdin.end()
      await gone
    },
  }
}

/** Cookies by host and path prefix, as far as a browser's matter here. */
function createJar() {
  const jar = new Map<string, { value: string; path: string }>()
  return {
    of: (url: URL) =>
      [...jar]
        .filter(
          ([key, { path: prefix }]) => key.startsWith(`${url.host} `) && url.pathname.startsWith(prefix),
        )
        .map(([key, { value }]) => `${key.slice(url.host.length + 1)}=${value}`)
        .join('; '),
    take(url: URL, headers: Headers) {
      for (const line of headers.getSetCookie()) {
        const [pair = '', ...attributes] = line.split(/; */)
        const [name = '', ...value] = pair.split('=')
        const prefix = attributes.find((each) => /^path=/i.test(each))?.slice(5) ?? '/'
        if (attributes.some((each) => /^max-age=0$/i.test(each)) || value.join('=') === '')
          jar.delete(`${url.host} ${name}`)
        else jar.set(`${url.host} ${name}`, { value: value.join('='), path: prefix })
      }
    },
  }
}

/** A browser without a screen: keeps cookies, follows what it is told to, fills in the provider's two forms. */
export function createBrowser(product: string) {
  const jar = createJar()
  async function open(address: string, form?: Record<string, string>): Promise<Response> {
    const url = new URL(address)
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: {
        cookie: jar.of(url),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form).toString() }),
    })
    jar.take(url, answer.headers)
    return answer
  }
  return {
    open,
    cookies: () => jar.of(new URL(product)),
    /** Signs in at the provider as `sub` and comes back; resolves with every stop on the product, in order. */
    async signOn(sub: string, next = '/'): Promise<string[]> {
      const stops: string[] = []
      let address = `${product}/api/v1/session/oidc?next=${encodeURIComponent(next)}`
      for (let hop = 0; hop < 20; hop++) {
        if (address.startsWith(product)) stops.push(address.slice(product.length))
        let answer = await open(address)
        if (answer.status === 200) {
          const page = await answer.text()
          const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1] ?? ''
          const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1] ?? ''
          answer = await open(new URL(action, address).href, { prompt, login: sub, password: 'any' })
        }
        const location = answer.headers.get('location')
        if (location === null) throw new Error(`stopped at ${address.slice(0, 60)} with ${answer.status}`)
        address = new URL(location, address).href
        const here = address.startsWith(product) ? new URL(address).pathname : ''
        if (here !== '' && !here.startsWith('/api/')) return [...stops, address.slice(product.length)]
      }
      throw new Error('the sign-on went in circles')
    },
  }
}
