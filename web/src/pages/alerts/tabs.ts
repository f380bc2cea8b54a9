/** Pages of the alert part, in the order of their tabs. */
export const ALERT_TABS = [
  { name: 'alerts', key: 'desk' },
  { name: 'alert-rules', key: 'rules' },
  { name: 'alert-rosters', key: 'rosters' },
  { name: 'alert-policies', key: 'policies' },
  { name: 'alert-silences', key: 'silences' },
  { name: 'alert-measures', key: 'measures' },
  { name: 'own-channels', key: 'channels' },
] as const
