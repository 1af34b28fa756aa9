/** One line of the log, as GitHub's log view shows it. */
export interface LogLine {
  readonly kind: 'plain' | 'group' | 'error' | 'warning' | 'notice'
  readonly text: string
  /** Whether it stands under the heading of a group. */
  readonly isGrouped: boolean
}

const labels = { error: 'Error: ', warning: 'Warning: ', notice: 'Notice: ' } as const

/**
 * Turns what a step printed into what GitHub's log view shows of it: commands carried out, and every
 * masked value blotted out.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function logView(printed: string): LogLine[] {
  const shown: LogLine[] = []
  const masks: string[] = []
  let isGrouped = false
  const show = (kind: LogLine['kind'], text: string): void => {
    const masked = masks.reduce((rest, mask) => rest.replaceAll(mask, '***'), text)
    for (const line of masked.split('\n')) shown.push({ kind, text: line, isGrouped: isGrouped && kind !== 'group' })
  }
  for (const line of printed.trimEnd().split('\n')) {
    const [, name = '', data = ''] = /^::([a-z-]+)(?: [^:]*)?::(.*)$/.exec(line) ?? []
    switch (name) {
      case 'error':
      case 'warning':
      case 'notice':
        show(name, labels[name] + unescape(data))
        break
      case 'group':
        show('group', `▼ ${unescape(data)}`)
        isGrouped = true
        break
      case 'endgroup':
        isGrouped = false
        break
      case 'add-mask':
        masks.push(unescape(data))
        break
      case 'debug':
        break
      default:
        show('plain', line)
    }
  }
  return shown
}

function unescape(data: string): string {
  return data.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%')
}
