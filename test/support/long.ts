/** Whether what has a long form runs in it, by `./dway test --long`. */
export const long = process.env['DWAY_LONG'] === '1'
