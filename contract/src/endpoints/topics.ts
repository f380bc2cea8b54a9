import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { TopicId } from '../risk.ts'
import { Range, ScopeKey } from '../scope.ts'
import { TopicAnswerRequest, TopicDetail, TopicTimeline } from '../topic.ts'

const readers = { roles: ['duty', 'group-admin', 'unit-lead', 'communications', 'leader'] } as const

export const topicTimelineEndpoint = endpoint({
  operationId: 'getTopicTimeline',
  method: 'get',
  path: '/api/v1/topic-timeline',
  summary: 'Ranks of the topics of a scope over time, from released cells',
  tag: 'topics',
  access: readers,
  /** A group has no topics. */
  query: z.strictObject({ scope: ScopeKey, range: Range.default('day') }),
  response: TopicTimeline,
})

export const getTopicEndpoint = endpoint({
  operationId: 'getTopic',
  method: 'get',
  path: '/api/v1/topics/:id',
  summary: 'One topic by its opaque id: history, explanation of its score, answers',
  tag: 'topics',
  access: readers,
  params: z.strictObject({ id: TopicId }),
  query: z.strictObject({
    scope: ScopeKey.default('org'),
    /** Compare the score with this moment; left out: one hour ago. */
    since: z.iso.datetime({ offset: true }).optional(),
  }),
  response: TopicDetail,
})

export const answerTopicEndpoint = endpoint({
  operationId: 'answerTopic',
  method: 'post',
  path: '/api/v1/topics/:id/answers',
  summary: 'Mark a topic as answered, with the public answer; contact data in it is masked',
  tag: 'topics',
  access: { roles: ['duty', 'communications', 'unit-lead'] },
  params: z.strictObject({ id: TopicId }),
  body: TopicAnswerRequest,
  response: TopicDetail,
})
