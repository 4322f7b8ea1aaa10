import { choiceKeptIn } from './choices.ts'

/** What runs: the bank with what watches it too, or with the developer's tools alone. */
export const profiles = ['full', 'core'] as const
export type Profile = (typeof profiles)[number]

export const { now: profile, choose: chooseProfile } = choiceKeptIn<Profile>('profile', profiles)
