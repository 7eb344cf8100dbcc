/** What the event store reports about lost connections and retries; a pino logger fits. */
export interface EventStoreLog {
  warn(details: object, message: string): void
}

export const noLog: EventStoreLog = { warn: () => undefined }
