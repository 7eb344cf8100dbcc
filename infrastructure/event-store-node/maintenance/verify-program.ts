import { checkFolder } from './check-folder.ts'
import type { FromVerifyProgram } from './verify.ts'

/** The process that verifies a folder, the first argument; it tells the one that started it. */
const [, , folder = ''] = process.argv

process.on('disconnect', () => process.exit(1))
const checked = await checkFolder(folder, (progress) => {
  tell({ progress })
})
tell({ checked })
process.disconnect()

function tell(message: FromVerifyProgram): void {
  process.send?.(message)
}
