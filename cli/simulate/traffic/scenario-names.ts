/** What players and providers get up to, besides ordinary play. */
export const scenarioNames = [
  'play',
  'two games at once',
  'last money',
  'withdrawal races bet',
  'rollback of an open bet',
  'rollback of a settled bet',
  'rollback before the bet',
  'rollback races bet',
  'rollback races win',
  'after the session closed',
  'withdrawals',
  'deposit sent twice',
  'wrong place',
  'bad input',
] as const
export type ScenarioName = (typeof scenarioNames)[number]
