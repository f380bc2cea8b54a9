import { readdir } from 'node:fs/promises'
import type { Endpoint } from '@guanlan/contract/endpoint'
import { ingestEndpoint } from '@guanlan/contract/endpoints/event'
import { Subscription } from '@guanlan/contract/live'
import { TopicId } from '@guanlan/contract/risk'
import { createOpenApi } from '@guanlan/server/http/openapi'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

/** Names of inputs that would select by what was said or by who said it. */
const SELECTS_BY_WORD =
  /(^|[^a-z])(q|query|search|term|terms|word|words|topic|topics|keyword|keywords|phrase|text|contains|match|pattern|like|regex|sender|person|people|member|author|pseudonym)([^a-z]|$)/i

/**
 * Inputs that hold words without selecting by them: the vocabulary that the communications role edits (a second account
 * approves), the roster of names that are kept out, and samples that are scored and dropped. None of them answers with a figure.
 */
const EDITS_WORDS: Record<string, readonly string[]> = {
  proposeVocabularyEntry: ['kind', 'spelling', 'synonyms', 'type'],
  replaceRoster: ['names'],
  calibrateSentiment: ['label', 'sample', 'samples'],
}
/** How the fields are called in which a caller says a word at all. */
const HOLDS_WORD = /(spelling|synonym|sample|^names$)/i

/**
 * Inputs of the alert desk that are called alike and select nothing: notes that are written and never searched, the accounts of a
 * duty roster, and what a silence covers (a rule, unit, group, category).
 */
const CALLED_ALIKE: Record<string, readonly string[]> = {
  noteAlert: ['text'],
  leaveHandoverNote: ['text'],
  commentReport: ['text'],
  createReportAction: ['text'],
  saveRoster: ['people'],
  createSilence: ['match'],
  previewSilence: ['match'],
}

/** Splits camelCase, so that `topicName` is seen as `topic name`. */
const spaced = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, '$1 $2')

let endpoints: Endpoint[]

beforeAll(async () => {
  const folder = new URL('../../contract/src/endpoints/', import.meta.url)
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  const modules = await Promise.all(
    files.map((file) => import(new URL(file, folder).href) as Promise<Record<string, unknown>>),
  )
  endpoints = modules
    .flatMap((module) => Object.values(module))
    .filter((each): each is Endpoint => typeof each === 'object' && each !== null && 'operationId' in each)
})

/** Every property name that a JSON schema lets a caller send. */
function propertyNames(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  if (Array.isArray(schema)) return schema.flatMap(propertyNames)
  const { properties, ...rest } = schema as { properties?: Record<string, unknown> }
  return [
    ...Object.keys(properties ?? {}),
    ...Object.values(properties ?? {}).flatMap(propertyNames),
    ...Object.values(rest).flatMap(propertyNames),
  ]
}

describe('no input selects by word', () => {
  it('in any path, query or body of the OpenAPI file, the events themselves apart', () => {
    const document = createOpenApi(
      endpoints.filter((each) => each.path !== ingestEndpoint.path),
      ingestEndpoint,
      'http://127.0.0.1',
    )
    const inputs: string[] = []
    for (const [path, item] of Object.entries(document.paths ?? {})) {
      if (path === ingestEndpoint.path) continue
      // A fixed part of a path names a resource; what a caller fills in is between braces.
      inputs.push(...[...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!))
      for (const operation of Object.values(
        item as Record<
          string,
          { operationId: string; parameters?: { name: string }[]; requestBody?: unknown }
        >,
      )) {
        const named = [
          ...(operation.parameters ?? []).map((parameter) => parameter.name),
          ...propertyNames(operation.requestBody),
        ]
        const alike = CALLED_ALIKE[operation.operationId] ?? []
        inputs.push(...named.filter((name) => !alike.includes(name)))
      }
    }
    expect(inputs.length).toBeGreaterThan(20)
    expect(inputs.filter((input) => SELECTS_BY_WORD.test(spaced(input)))).toEqual([])
  })

  it('but the vocabulary is edited, by one role, without figures in the answer', () => {
    const bodies = endpoints.flatMap((each) => {
      if (each.body === undefined || each.path === ingestEndpoint.path) return []
      return [{ each, names: propertyNames(z.toJSONSchema(each.body, { io: 'input' })) }]
    })
    const editing = bodies.filter(({ names }) => names.some((name) => HOLDS_WORD.test(name)))
    expect(editing.map(({ each }) => each.operationId).sort()).toEqual(Object.keys(EDITS_WORDS).sort())
    for (const [id, fields] of Object.entries(EDITS_WORDS)) {
      const { each, names } = bodies.find((body) => body.each.operationId === id)!
      expect([...new Set(names)].sort(), id).toEqual([...fields].sort())
      expect(each.access, id).toEqual({ roles: ['communications'] })
      const answered = propertyNames(z.toJSONSchema(each.response!))
      expect(
        answered.filter((name) => /people|messages|count|score|rise|groups/i.test(name)),
        id,
      ).toEqual([])
    }
  })

  it('and a topic is known by an opaque id alone', () => {
    const inputs = endpoints.filter((each) => each.tag === 'topics')
    expect(inputs.length).toBeGreaterThan(2)
    for (const { params, query } of inputs)
      for (const schema of [params, query])
        expect(
          Object.keys(schema?.shape ?? {}).filter(
            (name) => !['id', 'scope', 'range', 'since'].includes(name),
          ),
        ).toEqual([])
    for (const spoken of ['停水', '小区 停水', 'a b', ''])
      expect(TopicId.safeParse(spoken).success).toBe(false)
  })

  it('in any event that a socket may send', () => {
    const names = propertyNames(z.toJSONSchema(Subscription, { io: 'input' }))
    expect(names.sort()).toEqual(['panel', 'range', 'scope'])
    expect(Subscription.safeParse({ panel: 'words', scope: 'org', word: 'x' }).success).toBe(false)
  })

  it('and the check sees such a name in any spelling', () => {
    for (const name of [
      'q',
      'term',
      'topicName',
      'byKeyword',
      'word_list',
      '/api/v1/words/{word}',
      'senderId',
    ])
      expect(SELECTS_BY_WORD.test(spaced(name))).toBe(true)
    for (const name of ['unit', 'from', 'password', 'purpose', 'keyId', 'network', 'context', 'stopwatch'])
      expect(SELECTS_BY_WORD.test(spaced(name))).toBe(false)
  })
})
