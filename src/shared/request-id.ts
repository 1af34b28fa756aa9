/** A text without the id of the request that it speaks of, which is another one in every run. */
export function withoutRequestId(text: string): string {
  return text.replaceAll(/\(request (?!without)[^;)]*/g, '(request …')
}
