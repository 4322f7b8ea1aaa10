import { choiceKeptIn } from './choices.ts'

/** Which store ./dway logs asks; elk runs beside the other one, in the profile full. */
export const logStores = ['victorialogs', 'elk'] as const
export type LogStore = (typeof logStores)[number]

export const { now: logStore, choose: chooseLogStore } = choiceKeptIn<LogStore>('log-store', logStores)
