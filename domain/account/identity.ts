import { z } from 'zod'
import { command, transactionReference } from '../command.ts'
import { event } from '../event.ts'
import { currencyCode } from '../money/currency.ts'
import { reject } from '../rejection.ts'
import { jurisdictionCodes } from '../rules.ts'
import { capability } from './capability.ts'

/** Who the player is to the ledger: the market whose rules hold, and the one currency of the account. */

export const RegisterPlayer = command('RegisterPlayer', {
  currency: currencyCode,
  jurisdiction: z.enum(jurisdictionCodes),
})

export const PlayerRegistered = event('PlayerRegistered', 1, {
  transaction: transactionReference,
  currency: currencyCode,
  jurisdiction: z.enum(jurisdictionCodes),
})

export const identity = capability(
  { RegisterPlayer },
  { PlayerRegistered },
  {
    decide: {
      RegisterPlayer(account, { currency, jurisdiction }, { transaction }) {
        if (account.identity !== undefined) return reject('PLAYER_ALREADY_REGISTERED')
        return [PlayerRegistered({ transaction, currency, jurisdiction })]
      },
    },
    evolve: {
      PlayerRegistered: (account, { currency, jurisdiction }) => ({
        ...account,
        identity: { currency, jurisdiction },
      }),
    },
  },
)
