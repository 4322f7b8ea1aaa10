import type { ComponentType } from 'react'
import { BarPlots, Figures, LinePlots, Moneys, Sums } from './amounts.tsx'
import { Buttons, Confirms } from './buttons.tsx'
import { Announcers, Feedbacks, Loadeds, Places } from './feedback.tsx'
import { Fields, Forms, PersonFields, Preference } from './forms.tsx'
import { Brands, Headings, PageHeads, Panels, Plots } from './layout.tsx'

/** What is shown of each file in `src/parts`, by its name. */
export const samples: Record<string, ComponentType> = {
  announcer: Announcers,
  'bar-plot': BarPlots,
  brand: Brands,
  button: Buttons,
  confirm: Confirms,
  facts: Figures,
  feedback: Feedbacks,
  field: Fields,
  form: Forms,
  heading: Headings,
  'line-plot': LinePlots,
  loaded: Loadeds,
  money: Moneys,
  'page-head': PageHeads,
  panel: Panels,
  'person-fields': PersonFields,
  plot: Plots,
  preferences: Preference,
  skeleton: Places,
  sum: Sums,
}
