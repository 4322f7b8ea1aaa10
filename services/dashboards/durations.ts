import type { Query } from './description.ts'

/** Of the api's requests: in what time half, 95 % and 99 % of them were answered. */
export const quantiles = (matchers = ''): Query[] =>
  [
    ['0.5', 'half'],
    ['0.95', '95 %'],
    ['0.99', '99 %'],
  ].map(([quantile, legend = '']) => ({
    // Without a request there is none, and not a number is no answer.
    promql: `histogram_quantile(${quantile}, sum by (le) (rate(http_request_duration_seconds_bucket{job="api"${matchers}}[5m]))) >= 0`,
    legend,
  }))
