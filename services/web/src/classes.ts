/** Joins the names of classes that are given; what is false or missing gives none. */
export function classes(...names: (string | false | undefined)[]): string {
  return names.filter(Boolean).join(' ')
}
