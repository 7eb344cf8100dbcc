export { addSimulateCommand } from './command.ts'
export type { AuditedStack, ExistingStack, SimulationOptions } from './options.ts'
export type { ShownViolation, SimulationReport } from './report.ts'
export { runSimulation } from './simulation.ts'
