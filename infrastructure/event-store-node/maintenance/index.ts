/** What maintains a data folder from outside the node. */
export { backUpFolder, BackupTargetError, type Backup } from './backup.ts'
export { NoDataFolderError } from './existing-folder.ts'
export type { Finding } from './findings.ts'
export type { Progress } from './progress.ts'
export { verifyFolder, type Verification } from './verify.ts'
