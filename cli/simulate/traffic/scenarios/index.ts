import type { ScenarioName } from '../scenario-names.ts'
import type { Stage } from '../stage.ts'
import { badInput } from './bad-input.ts'
import { depositSentTwice } from './deposit-twice.ts'
import { play, twoGames } from './play.ts'
import { lastMoney, rollbackRacesBet, rollbackRacesWin, withdrawalRacesBet } from './races.ts'
import { rollbackBeforeBet, rollbackOfOpenBet, rollbackOfSettledBet } from './rollbacks.ts'
import { afterSessionClosed } from './session-end.ts'
import { withdrawals } from './withdrawals.ts'
import { wrongPlace } from './wrong-place.ts'

/** How each scenario is played. */
export const scenarios: Readonly<Record<ScenarioName, (stage: Stage) => Promise<void>>> = {
  play,
  'two games at once': twoGames,
  'last money': lastMoney,
  'withdrawal races bet': withdrawalRacesBet,
  'rollback of an open bet': rollbackOfOpenBet,
  'rollback of a settled bet': rollbackOfSettledBet,
  'rollback before the bet': rollbackBeforeBet,
  'rollback races bet': rollbackRacesBet,
  'rollback races win': rollbackRacesWin,
  'after the session closed': afterSessionClosed,
  withdrawals,
  'deposit sent twice': depositSentTwice,
  'wrong place': wrongPlace,
  'bad input': badInput,
}
