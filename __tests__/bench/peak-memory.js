// Preloaded into a process that is measured: leaves the most memory that it ever had, in kilobytes, when it ends.
import { writeFileSync } from 'node:fs'

process.once('exit', () => writeFileSync(process.env.PEAK_MEMORY_FILE, String(process.resourceUsage().maxRSS)))
