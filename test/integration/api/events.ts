import type { House } from './house.ts'

/** How many events there are in all streams. */
export async function eventCount({ eventStore }: House): Promise<number> {
  let count = 0
  for await (const event of eventStore.readAll()) count += event.stream === '' ? 0 : 1
  return count
}
