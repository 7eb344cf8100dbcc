import { z } from 'zod'

/** An event of the domain: what happened, in which version of its schema. */
export interface EventOf<Type extends string, Data> {
  readonly type: Type
  readonly version: number
  readonly data: Data
}

/** Makes events of one type, and knows their schema. */
export interface EventDefinition<Type extends string, Shape extends z.ZodRawShape> {
  (data: z.output<z.ZodObject<Shape>>): EventOf<Type, z.output<z.ZodObject<Shape>>>
  readonly type: Type
  readonly version: number
  readonly schema: z.ZodObject<Shape>
}

/** Defines a type of event. The schema turns stored JSON into data (decode) and back (encode). */
export function event<const Type extends string, Shape extends z.ZodRawShape>(
  type: Type,
  version: number,
  shape: Shape,
): EventDefinition<Type, Shape> {
  const create = (data: z.output<z.ZodObject<Shape>>) => ({ type, version, data })
  return Object.assign(create, { type, version, schema: z.object(shape) })
}

/** The event an EventDefinition makes. */
export type EventFrom<Definition extends (...args: never) => unknown> = ReturnType<Definition>
