import { test } from '@fast-check/vitest'
import { expect, it } from 'vitest'
import { GraphQLObjectType, GraphQLUnionType } from '../../../api/graphql-js.ts'
import { rejectionsOf } from '../../../api/schema/outcomes.ts'
import { typeNameOf } from '../../../api/schema/rejections.ts'
import { schema } from '../../../api/schema/schema.ts'
import { type AccountCommand, type RejectionCode, rejectionCodes } from '../../../domain/index.ts'
import { PlayedAccount } from '../../support/given-when-then.ts'
import { randomPlay } from '../domain/random-play.ts'

const codes = Object.keys(rejectionCodes) as RejectionCode[]

it.each(codes)('%s has an object type of its own', (code) => {
  const type = schema.getType(typeNameOf(code))

  expect(type).toBeInstanceOf(GraphQLObjectType)
  expect(schema.getImplementations(rejectionInterface()).objects).toContain(type)
})

function rejectionInterface() {
  const type = schema.getType('Rejection')
  if (type === undefined || !('getInterfaces' in type) || type instanceof GraphQLObjectType) {
    throw new Error('Rejection is no interface')
  }
  return type
}

/** Whatever is sent to an account, the union of its mutation can say how it was refused. */
test.prop([randomPlay], { numRuns: 30 })(
  'no command is refused as its union cannot say',
  (play) => {
    const account = new PlayedAccount()
    for (const command of play) {
      const decision = account.execute(command)
      if ('rejected' in decision) expect(rejectionsOf[command.type]).toContain(decision.code)
    }
  },
)

it.each(Object.keys(rejectionsOf) as AccountCommand['type'][])(
  'the union of %s has its acceptance and its refusals',
  (type) => {
    const union = schema.getType(`${type}Result`)
    if (!(union instanceof GraphQLUnionType)) throw new Error(`no ${type}Result`)
    const members = union.getTypes()
    const names = members.map(({ name }) => name)
    const acceptances = members.filter((member) =>
      member.getInterfaces().some(({ name }) => name === 'Accepted'),
    )

    expect(acceptances).toHaveLength(1)
    expect(names).toStrictEqual(expect.arrayContaining(rejectionsOf[type].map(typeNameOf)))
    expect(names).toHaveLength(rejectionsOf[type].length + 1)
  },
)
