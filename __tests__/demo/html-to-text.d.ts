/**
 * What the demo uses of the package, which brings no types.
 * https://github.com/html-to-text/node-html-to-text
 */
declare module 'html-to-text' {
  interface Builder {
    openBlock(options: { leadingLineBreaks: number }): void
    addLiteral(text: string): void
    closeBlock(options: { trailingLineBreaks: number }): void
  }

  interface Element {
    readonly children: readonly unknown[]
  }

  type Formatter = (
    element: Element,
    walk: (children: readonly unknown[], builder: Builder) => void,
    builder: Builder,
  ) => void

  interface Options {
    readonly wordwrap: number
    readonly longWordSplit: { readonly wrapCharacters: readonly string[]; readonly forceWrapOnLimit: boolean }
    readonly formatters: Readonly<Record<string, Formatter>>
    readonly selectors: readonly {
      readonly selector: string
      readonly format?: string
      readonly options?: Readonly<Record<string, unknown>>
    }[]
  }

  export function convert(html: string, options: Options): string
}
