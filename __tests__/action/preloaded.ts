/** The environment in which the action starts with this code, and with these options of Node. */
export function preloaded(code: string, ...options: readonly string[]): { readonly NODE_OPTIONS: string } {
  return { NODE_OPTIONS: [...options, `--import=data:text/javascript,${encodeURIComponent(code)}`].join(' ') }
}
