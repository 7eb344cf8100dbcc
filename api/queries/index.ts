/** Every query of the schema: importing a file declares it. */
import './player.ts'
import './trial-balance.ts'
import './projections.ts'
