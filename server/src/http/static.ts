import { existsSync } from 'node:fs'
import path from 'node:path'
import express, { type Express } from 'express'

/** Addresses that are never pages: an unknown one is a 404, not the application's shell. */
const NOT_PAGES = /^\/(api|live|socket\.io|assets|healthz|readyz|metrics)(\/|$)/

/** Serves the built web pages; addresses of the application (/wall and so on) all get its shell. */
export function serveWeb(app: Express, webDir: string): void {
  const shell = path.join(webDir, 'index.html')
  app.use(
    express.static(webDir, {
      index: false,
      dotfiles: 'ignore',
      // Built files carry a hash in their name; everything else is asked for again.
      setHeaders: (res, file) =>
        void res.setHeader(
          'Cache-Control',
          file.includes(`${path.sep}assets${path.sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
        ),
    }),
  )
  app.use((req, res, next) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return next()
    if (NOT_PAGES.test(req.path) || path.extname(req.path) !== '' || !existsSync(shell)) return next()
    res.setHeader('Cache-Control', 'no-cache')
    res.sendFile(shell, { dotfiles: 'allow' })
  })
}
