import { expect, it } from 'vitest'
import { judgeAdvisories } from './advisories.mjs'

const report = (vulnerabilities: Record<string, string>) => {
  const severities = Object.values(vulnerabilities)
  const count = (severity: string) => severities.filter((each) => each === severity).length
  return JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: Object.fromEntries(
      Object.entries(vulnerabilities).map(([name, severity]) => [name, { name, severity, via: [] }]),
    ),
    metadata: {
      vulnerabilities: {
        ...{ info: 0, low: count('low'), moderate: count('moderate') },
        ...{ high: count('high'), critical: count('critical'), total: severities.length },
      },
    },
  })
}

it('fails for high and critical advisories and names the packages', () => {
  const judged = judgeAdvisories(report({ zlib2: 'critical', leftpad: 'high', tame: 'moderate' }))
  expect(judged).toEqual({
    passed: false,
    line: '2 high or critical advisories: leftpad (high), zlib2 (critical)',
  })
})

it('passes without any, and with lesser ones', () => {
  for (const found of [{}, { tame: 'moderate', mild: 'low' }])
    expect(judgeAdvisories(report(found))).toEqual({ passed: true, line: 'no high or critical advisory' })
})

it('says so when the registry keeps no advisories, is not there, or answers with something else', () => {
  const refused = JSON.stringify({
    message: '405 Method Not Allowed',
    statusCode: 405,
    error: { summary: '' },
  })
  expect(judgeAdvisories(refused)).toEqual({ passed: true, line: 'registry gave no advisory data (405)' })
  const offline = JSON.stringify({ error: { code: 'ENOTFOUND', summary: 'request failed' } })
  expect(judgeAdvisories(offline).line).toBe('registry gave no advisory data (ENOTFOUND)')
  for (const text of ['', '<html>', '[]', 'null', '{"metadata":{}}'])
    expect(judgeAdvisories(text)).toEqual({ passed: true, line: 'registry gave no advisory data' })
})

it('does not take a broken lock file for a silent registry', () => {
  expect(judgeAdvisories(JSON.stringify({ error: { code: 'ENOLOCK' } })).passed).toBe(false)
})
