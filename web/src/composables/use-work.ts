import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { isApiFailure } from '../api/http.ts'

/** What the server's sentences about input are called in the texts of the screens, by how they begin or what they hold. */
const REFUSALS: readonly [RegExp, string][] = [
  [/^takes at least 15 characters/, 'passwordShort'],
  [/^takes at most 256 characters/, 'passwordLong'],
  [/among the first that are tried/, 'passwordCommon'],
  [/little more than the name/, 'passwordName'],
  [/the password is not right/, 'passwordWrong'],
  [/the code is not right/, 'codeWrong'],
  [/this link was used/, 'linkEnded'],
  [/role names a unit that is not in your care/, 'foreignRole'],
  [/unit is not in your care/, 'foreignUnit'],
  [/another administrator changes your account/, 'ownAccount'],
  [/last (system )?administrator/, 'lastAdministrator'],
  [/address (is taken|already|has)|has this address/, 'addressTaken'],
  [/somebody else decides on what you/, 'ownSubmission'],
  [/does not take this step/, 'stepOver'],
  [/say what the group is for/, 'needPurpose'],
  [/say on which platform/, 'needPlatform'],
  [/name the post that answers/, 'needPost'],
  [/says when its work ends/, 'needExpiry'],
  [/would open days that were closed/, 'informedBack'],
  [/say how members were informed/, 'needHow'],
  [/kind of a filed group/, 'kindFixed'],
  [/dissolved group is not changed/, 'dissolvedFixed'],
  [/lies in the future/, 'future'],
  [/lies before the last move/, 'beforeMove'],
  [/lies before the first day of the unit/, 'beforeUnit'],
  [/no unit has this id/, 'noUnit'],
]

/** Key below `access.refused` for a sentence of the server, or undefined. */
function refusalKey(detail: string | undefined): string | undefined {
  return detail === undefined ? undefined : REFUSALS.find(([sentence]) => sentence.test(detail))?.[1]
}

/** One thing that a person does: at most once at a time, with what to mend in the reader's language. */
export function useWork() {
  const { t, te } = useI18n()
  const working = ref(false)
  const failed = ref('')

  function wordsOf(error: unknown): string {
    if (!isApiFailure(error)) return t('errors.other')
    const { code, detail, pointer, status } = error
    // A refusal of alerting points at its reason or at the field that has to be mended.
    const pointed = `alerts.refused.${pointer?.slice(1) ?? ''}`
    if (pointer !== undefined && /^\/[a-zA-Z_]+$/.test(pointer) && te(pointed)) return t(pointed)
    const refusal = refusalKey(detail)
    if (refusal !== undefined) return t(`access.refused.${refusal}`)
    const general = t(te(`errors.${code}`) ? `errors.${code}` : 'errors.other')
    // An unforeseen sentence still says more than none, in whatever language it is.
    return detail === undefined || status >= 500 ? general : `${general} (${detail})`
  }
  /** True when it worked; false when it failed, or when another one still runs. */
  async function run(deed: () => Promise<unknown>): Promise<boolean> {
    if (working.value) return false
    working.value = true
    failed.value = ''
    try {
      await deed()
      return true
    } catch (error) {
      failed.value = wordsOf(error)
      return false
    } finally {
      working.value = false
    }
  }
  return { working, failed, run }
}
