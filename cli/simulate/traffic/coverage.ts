/** What has to have come about in a day, or else the day proves nothing. */
export const situations = [
  'one player on two games at once',
  'racing for the last money',
  'sent again at once',
  'sent again late',
  'other content',
  'rollback of an open bet',
  'rollback of a settled bet',
  'rollback of a never-seen bet',
  'rollback of a win',
  'rollback repeated under the same id',
  'rollback repeated under another id',
  'bet sent again after its rollback',
  'bet that comes after its rollback',
  'rollback racing its bet',
  'rollback racing the win',
  'win after the session closed',
  'bet after the session closed',
  'withdrawal racing a bet',
  'withdrawal settled',
  'withdrawal cancelled by the player',
  'withdrawal that the market forbids to cancel',
  'withdrawal settled after it was cancelled',
  'deposit sent twice with one gateway id',
  'deposit with another amount under one gateway id',
  'bad input: BAD_USER_INPUT',
  'bad input: FORBIDDEN',
  'bad input: UNAUTHENTICATED',
  'out of place: CURRENCY_MISMATCH',
  'out of place: INSUFFICIENT_FUNDS',
  'out of place: PLAYER_NOT_FOUND',
  'out of place: ROUND_CLOSED',
  'out of place: ROUND_NOT_FOUND',
  'out of place: ROUND_OF_ANOTHER_GAME',
  'out of place: SESSION_NOT_OPEN',
] as const

/** A day of fewer players or rounds may be too short for everything to come about. */
const COVERING_PLAYERS_MIN = 50
const COVERING_ROUNDS_MIN = 2_000

/** The situations that a day of this size should have seen and has not. */
export function notCovered(
  { players, rounds }: { readonly players: number; readonly rounds: number },
  witnessed: ReadonlyMap<string, number>,
): readonly string[] {
  if (players < COVERING_PLAYERS_MIN || rounds < COVERING_ROUNDS_MIN) return []
  return situations.filter((situation) => !witnessed.has(situation))
}
