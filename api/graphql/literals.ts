import { type ASTNode, BREAK, type DocumentNode, Kind, visit } from '../graphql-js.ts'
import { kindOf } from '../received.ts'

/** Where a node of a request's text stands: its argument and the input fields around it. */
export function pathTo(document: DocumentNode, wanted: ASTNode): string | undefined {
  let names: string[] = []
  visit(document, {
    enter: (node, _key, parent, _path, ancestors) => {
      if (node !== wanted) return undefined
      names = [...ancestors, parent, node].flatMap(nameOf)
      return BREAK
    },
  })
  return names.length === 0 ? undefined : names.join('.')
}

function nameOf(node: ASTNode | readonly ASTNode[] | undefined): string[] {
  if (node === undefined || !('kind' in node)) return []
  const isNamed = node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD
  return isNamed ? [node.name.value] : []
}

/** The kind of a literal, without its value. */
export function kindOfLiteral(node: ASTNode): string {
  switch (node.kind) {
    case Kind.STRING:
      return kindOf(node.value)
    case Kind.INT:
    case Kind.FLOAT:
      return 'number'
    case Kind.BOOLEAN:
      return 'boolean'
    case Kind.NULL:
      return 'null'
    case Kind.LIST:
      return `list of ${node.values.length}`
    case Kind.OBJECT:
      return 'object'
    default:
      return 'name'
  }
}
