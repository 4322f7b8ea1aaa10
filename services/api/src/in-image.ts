/**
 * Ends the process unless it runs in an image of the bank, which says so by DWAY_IMAGE. An entry point asks before it
 * imports anything: on a host there is no package to import, and what is missing there isn't what is wrong.
 */
export function requireImage(): void {
  if (process.env['DWAY_IMAGE']) return
  process.stderr.write('The bank runs in containers: ./dway up\n')
  process.exit(1)
}
