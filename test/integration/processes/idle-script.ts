/** Stays alive until it is told to stop or its stdin ends, saying its pid. */
export const idleScript = `
  process.stdin.on('end', () => process.exit(0)).resume()
  console.log('ready ' + process.pid)
`
