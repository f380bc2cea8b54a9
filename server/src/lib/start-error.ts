/** The start cannot go on and the operator has to mend something: shown as one line, without a stack. */
export interface StartError extends Error {
  readonly name: 'StartError'
}

export function startError(line: string, cause?: unknown): StartError {
  const error = new Error(line, cause === undefined ? undefined : { cause })
  return Object.assign(error, { name: 'StartError' as const })
}

export function isStartError(error: unknown): error is StartError {
  return error instanceof Error && error.name === 'StartError'
}
