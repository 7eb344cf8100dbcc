import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
} from '../graphql-js.ts'
import { badRequest } from '../errors.ts'

/** Bounds on the text of a request. They are checked once for a text, and the verdict is cached. */

export const TOKENS_MAX = 1000
const limits = {
  levels: 16,
  /** With fragments spread out, so that fragments of fragments cannot multiply. */
  fields: 1000,
  /** One request brings no more commands than a caller would have under way at once. */
  'fields at its root': 20,
  aliases: 30,
  directives: 30,
}

/** How much there is in a selection, with fragments spread out. */
interface Size {
  readonly levels: number
  readonly fields: number
  readonly rootFields: number
}

const nothing: Size = { levels: 0, fields: 0, rootFields: 0 }

/** A validation rule: refuses a text that nests too deep or asks for too much at once. */
export function limitsRule(context: ValidationContext): ASTVisitor {
  let aliases = 0
  let directives = 0
  const holdTo = (what: keyof typeof limits, count: number) => {
    if (count <= limits[what]) return
    context.reportError(badRequest(`The request has more than ${limits[what]} ${what}`))
  }
  const sizeOf = sizer((name) => context.getFragment(name))
  return {
    Field: ({ alias }) => {
      if (alias !== undefined) aliases++
    },
    Directive: () => {
      directives++
    },
    OperationDefinition: ({ selectionSet }) => {
      const { levels, fields, rootFields } = sizeOf(selectionSet)
      holdTo('levels', levels)
      holdTo('fields', fields)
      holdTo('fields at its root', rootFields)
    },
    Document: {
      leave: () => {
        holdTo('aliases', aliases)
        holdTo('directives', directives)
      },
    },
  }
}

/** Measures selections; each fragment once, so that the work grows with the text alone. */
function sizer(fragmentOf: (name: string) => FragmentDefinitionNode | null | undefined) {
  const ofFragments = new Map<string, Size>()

  function sizeOf({ selections }: SelectionSetNode): Size {
    return selections.map(sizeOfSelection).reduce(
      (sum, size) => ({
        levels: Math.max(sum.levels, size.levels),
        fields: sum.fields + size.fields,
        rootFields: sum.rootFields + size.rootFields,
      }),
      nothing,
    )
  }

  function sizeOfSelection(selection: SelectionNode): Size {
    if (selection.kind === Kind.INLINE_FRAGMENT) return sizeOf(selection.selectionSet)
    if (selection.kind === Kind.FRAGMENT_SPREAD) return sizeOfFragment(selection.name.value)
    const inner = selection.selectionSet === undefined ? nothing : sizeOf(selection.selectionSet)
    return { levels: inner.levels + 1, fields: inner.fields + 1, rootFields: 1 }
  }

  function sizeOfFragment(name: string): Size {
    const known = ofFragments.get(name)
    if (known !== undefined) return known
    ofFragments.set(name, nothing) // A fragment within itself is refused by another rule.
    const fragment = fragmentOf(name)
    const size = fragment == null ? nothing : sizeOf(fragment.selectionSet)
    ofFragments.set(name, size)
    return size
  }

  return sizeOf
}
