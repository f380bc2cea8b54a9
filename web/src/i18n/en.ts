import type { zhCN } from './zh-cn.ts'

export const en: typeof zhCN = {
  app: { name: 'Guanlan', tagline: 'Live view of your organisation’s group chats' },
  nav: { main: 'Main', overview: 'Overview', wall: 'Wall', skip: 'Skip to content' },
  menu: {
    account: 'Account', signOut: 'Sign out', language: 'Language', theme: 'Theme', system: 'As the system', light: 'Light', dark: 'Dark',
  },
  signIn: {
    title: 'Sign in', email: 'Email', password: 'Password', submit: 'Sign in', working: 'Signing in…',
    needEmail: 'Enter a full email address, like name{\'@\'}example.org.', needPassword: 'Enter your password.',
    wrong: 'The email or the password is wrong. Check both and try again; if you forgot the password, ask your system administrator.',
    expired: 'Your session has ended. Sign in again.', help: 'Accounts are opened by your organisation’s system administrator.',
    about: 'Guanlan counts moderation decisions. It keeps no message text and shows nothing about one person.',
  },
  errors: {
    unreachable: 'The server cannot be reached. Check the network; this page goes on by itself.',
    unauthenticated: 'Your session has ended. Sign in again.',
    forbidden: 'This account may not open this. Ask your system administrator if you need it.',
    not_found: 'There is nothing here. Check the address.',
    too_many_requests: 'Too many attempts. Wait a minute and try again.',
    unavailable: 'The server cannot take this now. Try again shortly.',
    internal: 'The server failed. Try again shortly; if it happens again, tell your system administrator.',
    bad_request: 'The input could not be read. Check it and try again.',
    unprocessable: 'The input does not fit. Check it and try again.',
    unexpected_answer: 'The server’s answer does not fit this version of the page. Reload the page.',
    conflict: 'Something changed first. Reload and try again.',
    other: 'That did not work. Try again shortly.',
  },
  notFound: { title: 'No such page', text: 'The address may be mistyped, or the page has moved.', home: 'Go to the overview' },
  noAccess: {
    title: 'This account sees no figures',
    sysadmin: 'A system administrator looks after accounts, keys and operation and sees no group’s figures. Manage accounts and keys with the guanlan command line; see /readyz and /metrics for operation.',
    auditor: 'An auditor reads who looked at what, not the figures of groups.',
    none: 'This account has not been given a scope yet. Ask your system administrator.',
    home: 'Back',
  },
  unreachable: { title: 'The server does not answer', text: 'Trying again by itself. There is no need to reload.' },
  scope: {
    org: 'Whole organisation', unit: 'Unit', group: 'Group', choose: 'Choose a scope', change: 'Change scope', search: 'Find a unit or group by name',
    none: 'No unit or group has “{name}” in its name.', tree: 'Units and groups', results: '{n} found', more: 'Only the first {n} are listed; type more', close: 'Close', shortcut: 'Press / to open',
    unnamed: 'Scope {id}',
  },
  range: { label: 'Time range', hour: '1 hour', day: '24 hours', week: '7 days', month: '30 days' },
  span: { hour: 'Last hour', day: 'Last 24 hours', week: 'Last 7 days', month: 'Last 30 days' },
  before: { hour: 'vs hour before', day: 'vs 24 h before', week: 'vs 7 days before', month: 'vs 30 days before' },
  tiers: { care: 'Care', illegal: 'Illegal', harmful: 'Harmful', conduct: 'Conduct', all: 'All' },
  live: {
    waiting: 'Connecting…', live: 'Live', age: 'Data {age} old', now: 'Data just updated', last: 'Last message {age} ago', noMessage: 'No message received yet',
    stale: 'Standing still for {age}', staleHelp: 'The connection to the server is lost; reconnecting by itself. These are the figures from before.',
    signedOut: 'Session ended', signedOutHelp: 'Sign in again and the screen goes on.', signedOutWall: 'Ask your system administrator for a new display token, or sign in on this machine.', signIn: 'Sign in',
  },
  panelState: {
    loading: 'Reading…',
    too_few: 'Too few people to show', too_fewHelp: 'At least 10 people must have written on the day before or today, so that no one can be told apart. Look at the unit above.',
    unavailable: 'Cannot be read now', unavailableHelp: 'The server could not read these figures and tries again by itself.',
    old: 'No new figures now; these are {age} old',
    forbidden: 'You may not see this scope', forbiddenHelp: 'Choose another scope, or ask your system administrator.',
    unknown_scope: 'No such scope', unknown_scopeHelp: 'The unit or group may have been dissolved. Choose a scope again.',
    empty: 'No data in this span', emptyHelp: 'New decisions appear here by themselves.',
  },
  empty: {
    trend: 'No messages in this span', trendHelp: 'Decisions that the upstream system sends to POST /api/v1/events are drawn here about a second later. Make an ingest key with guanlan key create.',
    categories: 'No violations in this span', categoriesHelp: 'Categories are listed here, most first, once something is acted on.',
    decisions: 'No decisions in this span', decisionsHelp: 'Shows how many messages were allowed, warned, restricted or removed.',
    delay: 'Nothing acted on in this span', delayHelp: 'Shows how long it took from message to decision.',
    units: 'Nothing below to show', unitsHelp: 'Units and groups with at least 10 people writing on the day before or today are listed.',
    corrections: 'Nothing acted on in this span', correctionsHelp: 'Decisions changed by people are shown here.',
    freshness: 'No source yet', freshnessHelp: 'Make an ingest key for the upstream system with guanlan key create.',
    words: 'No words to release yet', wordsHelp: 'A word appears once at least 5 people in 2 groups used it.',
    pulse: 'No messages today yet', pulseHelp: 'They appear here by themselves.',
  },
  pulse: {
    title: 'Today', messages: 'Messages', messagesUnit: '', acted: 'Violations acted on', actedUnit: '', people: 'Active people', peopleValue: 'at least {n}', peopleFew: 'under 10', peopleUnit: '',
    groups: 'Groups with messages', groupsUnit: '', rate: 'Now', rateUnit: '/s', rateMinute: 'last 60 s, at most {max}/s', lastWeek: '{n} at this time last week',
    noLastWeek: 'no data last week', noRate: 'no per-second figures for a group', summary: '{messages} messages today, {acted} violations acted on.',
  },
  now: {
    usual: 'As usual', above: 'Above last week', attention: 'Source silent', unknown: 'Waiting for data',
    recent: '{span}: {n} violations acted on', silentOne: 'source {source} silent for {age}', silentNever: 'source {source} is silent', silentMany: '{n} sources silent, the longest for {age}',
    more: '{n} more than at this time last week', less: '{n} fewer than at this time last week', same: 'about the same as last week', sameExact: 'the same as last week', since: 'above last week since {time}', noCompare: 'no data at this time last week',
    none: 'nothing to compare with yet', spans: { hour: 'Last hour', day: 'Last hour', week: 'Last 24 hours', month: 'Last 7 days' },
  },
  trend: {
    title: 'Violations', unit: 'per {step}', lastWeek: 'Last week', total: 'Violations', unfinished: 'This step is not over', noData: 'No data', corrected: 'Corrected',
    summary: '{span}: {total} violations, {lastWeek} at the same time last week. Illegal {illegal}, harmful {harmful}, conduct {conduct}.',
    unknown: 'In {n} steps no source was sending: unknown, not zero.', notes: 'Hatched: not over, no data, or corrected.', time: 'Time', messages: 'Messages', table: 'Violations, data table',
  },
  categories: {
    title: 'Categories', count: '', notShown: '{n} more by too few people to be split', vague: '{share} are “off topic” or “uncategorised”: check the upstream’s categories', care: 'Care {n}: someone may need help; not counted as a violation',
    name: 'Category', change: 'Change', noBefore: 'no data before',
  },
  decisions: {
    title: 'Decisions', allowed: 'Allowed', warned: 'Warned', restricted: 'Restricted', removed: 'Removed', automated: 'by machine', human: 'by people', acted: '{n} acted on, {share}',
  },
  delay: {
    title: 'Time to decision', target: 'target {time}', within: '{share} within target', median: 'median', p90: '90% within', explain: 'From message to decision; the strip runs from the median to the 90th percentile', late: 'beyond target',
  },
  units: {
    title: 'Where', unitTitle: 'Units and groups below', name: 'Unit', messages: 'Messages', acted: 'Violations', change: 'Change', spark: 'Course', others: 'The smaller ones together', notShown: '{n} with too few people to show alone', open: 'Look at {name}', tiers: 'illegal {illegal}, harmful {harmful}, conduct {conduct}',
  },
  corrections: {
    title: 'Corrections', acted: 'First acted on', corrected: 'Changed by people', overturned: 'Now allowed', rate: 'Overturn rate', fewForRate: 'under 20: no rate', row: '{overturned} / {acted}', ofActed: 'By category: now allowed / first acted on',
  },
  freshness: {
    title: 'Data sources', live: 'Sending', quiet: 'Quiet', silent: 'Silent', never: 'Never sent', perMinute: '{n}/min', lastSeen: '{age} ago', rejected: '{n} refused today', correctsUnknown: '{n} corrections without a target', backlog: '{n} taken, being stored', source: 'Source', state: 'State', rate: 'Rate',
  },
  words: {
    title: 'What people talk about', warming: 'Warming up, {n} of 30 min', warmingHelp: 'Words are counted in memory only; after a restart that takes 30 minutes.', released: 'Words of {from}–{to}, released {at}', people: 'at least {n} people', word: 'Word', messages: '{n} messages', rule: 'listed from 5 people in 2 groups on',
    more: 'more', fewer: 'fewer', fresh: 'new', same: 'unchanged',
  },
  wall: { title: 'Wall', rising: 'What is rising', where: 'Where', what: 'Which categories', noScope: 'This screen has no scope to show' },
  change: { up: '{n} more', down: '{n} fewer', same: 'unchanged', unknown: 'no data before' },
}
