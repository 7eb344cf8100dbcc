/** The kind of a value that came in, without the value: `string of 12 characters`, `number`. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `list of ${value.length}`
  switch (typeof value) {
    case 'string':
      return `string of ${value.length} characters`
    case 'undefined':
      return 'nothing'
    default:
      return typeof value
  }
}

/** The value at a path within a value that came in; undefined where the path leads nowhere. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  )
}
